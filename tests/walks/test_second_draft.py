"""社团: 部门供稿、办公室编辑、主任审核、办公室发布; 提供者看得到改了什么, 可以提出异议. 每周汇总."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from tests.walks.company import item, moves
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.test_group_work import begun
from tests.walks.test_text_rules import begins, hands_in, sends

MONDAY = datetime(2025, 3, 17, 9, 0, tzinfo=BEIJING)
SOCIETY = (
    Seat("zhaomin", "赵敏", "业务部", "provider"),
    Seat("hebian", "何编", "办公室", "editor"),
    Seat("libian", "李编", "办公室", "editor"),
    Seat("zhuren", "朱主任", "办事处领导", "director"),
    Seat("fuzhuren", "傅副主任", "办事处领导"),
)
CASE = "会员案例、会议和业务活动"
TEXT = "会员王某获赔2万元\n会员王某因病住院，办事处10日内办结，获赔2万元。"
EDITED = "会员王某获赔2万元\n会员王某因病住院，办事处7日内办结，获赔2万元。"
LINKS = "新浪 https://weibo.com/1/a\n微信(公众平台) https://mp.weixin.qq.com/s/a"
ORIGINAL = "https://www.zonghui.org.cn/1"


@pytest.fixture
def society(opens: Opens) -> Desk:
    return opens(slug="mutual-aid-society", seats=SOCIETY, start=MONDAY)


def provided(desk: Desk, text: str = TEXT) -> str:
    return sends(desk, "zhaomin", text, "业务部", 类别="信息发布", 内容范围=CASE)


def edited(desk: Desk, number: str) -> None:
    """By 何编, on his card."""
    desk.taps("hebian", "修改文字", number=number)
    desk.says("hebian", EDITED)
    desk.taps("hebian", "送审", number=number)


# ---- 供稿、编辑、上报、批复 ------------------------------------------------------------------------------------------


@pytest.mark.rule("mutual-aid-society-R5")
def test_the_provider_sees_what_was_edited(society: Desk) -> None:
    """赵敏供稿，办公室编辑，主任收到编辑过的一版，批复后办公室发布；赵敏看得到改了哪里。"""
    number = provided(society)
    assert f"{number} 已送出，现在“编辑整理”环节，由何编、李编办理" in society.texts("zhaomin")[-1]
    assert society.live("zhuren") == []
    for person in ("hebian", "libian"):
        assert "不改，送审" in society.live(person, number) and TEXT in "".join(society.texts(person))
    edited(society, number)
    shown = society.texts("zhaomin")[-1]
    assert shown.startswith(f"{number} 您提供的稿件已由何编编辑：\n")
    assert "10" in shown and "7" in shown and f"“异议 {number} 理由”" in shown
    assert EDITED in society.texts("zhuren")[-1] and TEXT not in society.texts("zhuren")[-1]
    assert society.live("libian", number) == []
    society.taps("zhuren", "同意并确认", number=number)
    assert society.live("zhaomin", number) == [] and "已发布" in society.live("hebian", number)
    society.says("libian", f"已发布 {number}\n{LINKS}")
    done = item(society, number)
    assert done.published_at and done.current.text == EDITED and done.author == "zhaomin"
    assert any(f"{number} 已发布完成" in text for text in society.texts("zhaomin"))


def test_the_provider_objects(society: Desk) -> None:
    """赵敏有异议: 稿件退回编辑，主任的卡片作废；何编改好再送，主任审的是新的一版。"""
    number = provided(society)
    edited(society, number)
    assert "请写明理由" in society.says("zhaomin", f"异议 {number}")
    assert society.says("zhaomin", f"异议 {number} 是10日，不是7日") == f"{number} 已退回编辑，理由：是10日，不是7日。"
    assert society.live("zhuren", number) == []
    again = next(t for t in reversed(society.texts("hebian")) if t.startswith("【待您编辑整理】"))
    assert "是10日，不是7日" in again
    society.says("hebian", f"改 {number} {TEXT}经办人赵敏。")
    society.taps("hebian", "送审", number=number)
    assert f"{TEXT}经办人赵敏。" in society.texts("zhuren")[-1]
    society.says("zhuren", f"同意 {number}")
    assert item(society, number).approved_at
    assert [m.decision for m in moves(society, number)].count(Decision.SUBMITTED) == 3


def test_all_by_typing_and_with_a_deputy(society: Desk) -> None:
    """全部打字: 编辑不改就“送审”；主任不在，副主任受托审核；编辑退回给提供者要写理由。"""
    society.says("zhuren", "我今天不在，由傅副主任代")
    number = provided(society)
    assert "理由" in society.says("hebian", f"退回 {number}")
    society.says("hebian", "请补充赔付日期")
    assert "请补充赔付日期" in society.texts("zhaomin")[-1]
    society.says("zhaomin", TEXT + "3月14日到账。")
    society.says("zhaomin", f"送审 {number}")
    assert f"{number} 已送审核" in society.says("libian", f"送审 {number}")
    assert not any("您提供的稿件已由" in text for text in society.texts("zhaomin"))  # nothing was edited
    assert society.card("fuzhuren", number)["main_title"]["desc"].startswith("受托（代朱主任）")
    society.says("fuzhuren", f"同意 {number}")
    assert "傅副主任（代朱主任）" in society.says("hebian", number)
    society.says("hebian", f"已发布 {number}\n{LINKS}")
    assert item(society, number).published_at


def test_who_edits_cannot_check(society: Desk) -> None:
    """编辑代主任也不能审自己编辑过的: 由另一位代办人或主任办理。"""
    society.says("zhuren", "我今天不在，由何编代")
    number = provided(society)
    edited(society, number)
    assert "起草人不能审核本人稿件，由朱主任办理。" in society.says("hebian", f"同意 {number}")
    society.taps("zhuren", "同意并确认", number=number)
    assert item(society, number).approved_at


def test_an_editor_who_provides_needs_no_look_at_his_own_changes(opens: Opens) -> None:
    """提供者就是编辑: 自己编辑自己的，不用再告诉自己；主任照样审核。"""
    seats = (*SOCIETY, Seat("hebian", "何编", "办公室", "provider"))
    desk = opens(slug="mutual-aid-society", seats=seats, start=MONDAY)
    number, _ = begins(desk, "hebian", TEXT)
    hands_in(desk, "hebian", number, "办公室", 类别="信息发布", 内容范围=CASE)
    edited(desk, number)
    assert not any("您提供的稿件已由" in text for text in desk.texts("hebian"))
    desk.taps("zhuren", "同意并确认", number=number)
    assert item(desk, number).current.text == EDITED


@pytest.mark.rule("mutual-aid-society-R8")
def test_what_was_returned_is_not_published(society: Desk) -> None:
    """未经审核的信息不得发布: 主任退回以后，办公室没有发布的按钮，打字发布被拒绝。"""
    number = provided(society)
    edited(society, number)
    society.taps("zhuren", "退回", number=number, 退回原因="缺少相关照片")
    assert "已发布" not in society.live("hebian", number)
    answer = society.says("hebian", f"已发布 {number}\n{LINKS}")
    assert "未经审核的信息不得发布（依据 第五条、第十一条）" in answer and "“编辑整理”环节" in answer
    assert item(society, number).published_at is None


@pytest.mark.rule("mutual-aid-society-R10")
def test_a_forward_names_where_it_comes_from(society: Desk) -> None:
    """转发总会信息没有原文链接，不能送审；补上链接和来源单位才能送审，主任看得到。"""
    number, _ = begins(society, "zhaomin", "总会关于春季帮扶的通知\n总会今天发布春季帮扶通知，请会员关注。")
    hands_in(society, "zhaomin", number, "总会官网", 类别="信息发布", 内容范围="转发总会和兄弟办事处信息")
    assert "须填原文链接" in society.texts("zhaomin")[-1]
    assert "须填原文链接" in society.says("zhaomin", f"送审 {number}")
    assert item(society, number).state is State.PREPARING
    society.says("zhaomin", ORIGINAL)
    assert f"{number} 已送出，现在“编辑整理”环节" in society.says("zhaomin", "总会")
    society.says("hebian", f"送审 {number}")
    assert f"原文链接：{ORIGINAL}" in society.texts("zhuren")[-1]
    kinds = society.regulation.content.scope
    assert len(kinds) == 6


# ---- 每周汇总 --------------------------------------------------------------------------------------------------------


def problem(desk: Desk, n: int) -> str:
    reply = desk.says("zhaomin", "发起 职工反映问题")
    number = reply.partition("编号 ")[2][:4]
    desk.says("zhaomin", f"第{n}个问题：住院几天内申请")
    desk.says("zhaomin", f"会员{n}")
    desk.taps("zhaomin", "送出", number=number)
    desk.later(minutes=3)
    return number


@pytest.mark.rule("mutual-aid-society-R4")
def test_the_weekly_digest(society: Desk) -> None:
    """定期汇总上报: 本周9个问题、解决7个，周五办公室就有一份列着9行的汇总；周日24:00没有报就逾期；主任记阅示。"""
    numbers = [problem(society, n) for n in range(1, 10)]
    for number in numbers[:7]:
        society.says("zhaomin", f"办结 {number}")
        society.says("zhaomin", "出院后30日内")
    assert not any("汇总整理上报" in text for text in society.texts("hebian"))
    society.now(datetime(2025, 3, 21, 8, 30, tzinfo=BEIJING))
    digest = begun(society, "digest")
    rows = item(society, digest).form["新问题和解决情况"].splitlines()
    assert rows[0] == "共 9 件，已办结 7 件：" and len(rows) == 10
    assert [number in row for number, row in zip(numbers, rows[1:], strict=True)] == [True] * 9
    assert "已办结：出院后30日内" in rows[1] and "在办（解决）" in rows[9]
    shown = next(t for t in reversed(society.texts("hebian")) if t.startswith("【待您汇总整理上报】"))
    assert rows[9] in shown and "期限 3月23日 24:00" in shown
    assert f"{digest}" in society.says("hebian", "待办")
    society.now(datetime(2025, 3, 24, 8, 30, tzinfo=BEIJING))
    assert "逾期 8.5 小时" in society.says("hebian", "待办")
    society.taps("hebian", "填写", number=digest)
    society.says("hebian", "两件待总会答复")
    society.taps("hebian", "送出", number=digest)
    assert rows[1] in society.texts("zhuren")[-1] and "两件待总会答复" in society.texts("zhuren")[-1]
    society.says("zhuren", f"办结 {digest}")
    society.says("zhuren", "请本周内答复会员")
    done = item(society, digest)
    assert done.state is State.DONE and done.form["阅示意见"] == "请本周内答复会员"


def test_a_problem_after_the_digest_is_in_the_next(society: Desk) -> None:
    """周五汇总以后登记的，列在下一周的汇总里，不会两头都没有。"""
    society.now(datetime(2025, 3, 21, 10, 0, tzinfo=BEIJING))
    number = problem(society, 1)
    society.now(datetime(2025, 3, 28, 8, 30, tzinfo=BEIJING))
    assert number in item(society, begun(society, "digest")).form["新问题和解决情况"]
