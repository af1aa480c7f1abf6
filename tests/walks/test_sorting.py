"""分办: what is proposed, one tap, many at once, levels, private petitions, malicious ones."""

from __future__ import annotations

import re
from datetime import datetime

import httpx
import pytest

from bot.clock import BEIJING
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.test_comments import COMMENT_CAST

SORT_CAST = (
    *COMMENT_CAST,
    Seat("zhoudi", "周迪", "宣传教育中心", "collector"),
    Seat("hejing", "何静", "通信信息中心", "handler"),
    Seat("xintou", "信主任", "通信信息中心", "unit_head"),
    Seat("banban", "办办", "办公厅", "office_officer"),
    Seat("yishang", "易尚", "监管一司", "handler"),
)


@pytest.fixture
def desk(opens: Opens) -> Desk:
    return opens(seats=SORT_CAST, twice=True)


def posts(desk: Desk, text: str, at: str = "08:12", who: str = "网友甲", by: str = "zhouting") -> str:
    """A comment, and its number."""
    found = re.search(r"编号 (\d+)", said := desk.says(by, f"评论 微博 @{who} {at} {text} https://weibo.com/1/{who}"))
    assert found, said
    return found[1]


def looks_at(desk: Desk, who: str, number: str) -> str:
    """The item's page, as the phone's browser gets it."""
    with httpx.Client(follow_redirects=True, cookies={"sandbox_user": who}, trust_env=False, timeout=30) as browser:
        return browser.get(f"{desk.url}/i/{int(number)}").text


def title(desk: Desk, user: str, number: str) -> str:
    head = desk.card(user, number)["main_title"]
    return f"{head['title']} {head.get('desc', '')}"


def test_words_of_the_roster_propose_and_one_tap_hands_on(desk: Desk) -> None:
    """分办词由归口管理人员维护；建议交哪个单位、为什么，写在卡片上；一点就交办。两人办时第二人知道谁办了。"""
    waits = posts(desk, "请问安全月活动什么时候举办啊", "08:05", "网友丁")
    assert "待分办 1 条" in desk.says("zhoudi", "待分办")  # who collects beside her may sort it too
    assert "已交办" in desk.says("zhoudi", f"分办 {waits} 政策咨询 监管一司")
    assert "交办" not in desk.live("zhouting", waits)
    assert "请找王芳" in desk.says("zhouting", "分办词 增加 许可证 政策法规司")
    assert "“许可证” → 政策法规司，主题“办证”" in desk.says("wangfang", "分办词 增加 许可证 政策法规司 主题办证")
    assert "没有单位或类别“月球司”" in desk.says("wangfang", "分办词 增加 月亮 月球司")
    assert "“许可证” → 政策法规司" in desk.says("zhouting", "分办词")

    number = posts(desk, "小微企业要不要办安全生产许可证?")
    assert "建议交 政策法规司（词：许可证）" in title(desk, "zhouting", number)
    desk.taps("zhouting", "交办", number=number)
    assert any("小微企业" in text for text in desk.texts("handa"))
    assert "已由周婷于" in desk.says("zhoudi", f"分办 {number} 政策咨询 监管一司")
    assert "办证 1 条（+1）" in desk.says("wangfang", "主题")

    like = posts(desk, "请问危险化学品目录在哪里能够下载", "08:30", "网友乙")  # no word in it
    assert "词：" not in title(desk, "zhouting", like)
    assert "已删除" in desk.says("wangfang", "分办词 删除 许可证")
    again = posts(desk, "小微企业究竟要不要办安全生产许可证呢", "08:40", "网友丙")
    assert "建议交 政策法规司（同类上次交该单位）" in title(desk, "zhouting", again)
    assert "交给哪个单位" in desk.says("zhouting", f"分办 {like}")
    assert "已交办" in desk.says("zhouting", "监管一司")


def test_many_at_once_are_one_list_and_one_card(desk: Desk) -> None:
    """一次来许多条：一个清单、一张卡片；照建议全部交办，其余逐条来，一条不丢。"""
    desk.says("wangfang", "分办词 增加 许可证 政策法规司")
    lines = [f"微博 @网友{n} 08:1{n} 第{n}家企业怎样申请许可证变更" for n in range(3)]
    desk.says("zhouting", "\n".join(["评论", *lines, "微博 @网友戊 08:20 你们的食堂在哪里可以吃饭吗"]))
    numbers = ["0001", "0002", "0003", "0004"]
    listed = desk.texts("zhouting")[-1]
    assert "4 条评论待您分办" in listed and "0001《第0家企业怎样申请许可证变更》" in listed
    assert "0004《你们的食堂在哪里可以吃饭吗》一般性评论、政策咨询（建议），须逐条分办" in listed
    assert "相似 3 条：0001 0002 0003" in listed
    assert sorted(desk.live("zhouting")) == sorted(["照建议全部交办", "逐条分办", "归并", "不归并"])
    desk.taps("zhouting", "照建议全部交办")
    assert any(f"还有 1 条须逐条分办：{numbers[3]}" in text for text in desk.texts("zhouting"))
    assert desk.says("handa", "待办").count("许可证变更") == 3
    assert "交办" in desk.live("zhouting", numbers[3])
    assert "已交办" in desk.says("zhouting", f"分办 {numbers[3]} 监管一司")
    assert "没有等您分办的" in desk.says("zhouting", f"照建议分办 {' '.join(numbers)}")


@pytest.mark.rule("saws-R26")
def test_a_level_chooses_the_flow(desk: Desk) -> None:
    """五(二)：按《安全生产网络舆情应对预案》办理：级别和预案是设置，登记为较大的进入较大以上舆情。"""
    for n, level in enumerate(("一般", "较大 较大以上舆情", "重大 较大以上舆情", "特别重大 较大以上舆情")):
        assert "请确认" in desk.says("wangfang", f"舆情分级 增加 {level}"), n
        assert "已修改" in desk.says("wangfang", "确认修改")
    assert "请确认" in desk.says("wangfang", "舆情预案 先核实情况，再按审定的口径答复。")
    desk.says("wangfang", "确认修改")
    shown = desk.says("zhouting", "舆情预案")
    assert "较大：较大以上舆情" in shown and "先核实情况" in shown

    number = posts(desk, "网传某化工厂爆炸多人伤亡是真的吗")
    desk.taps("zhouting", "交办", number=number, 级别="较大")
    with books(desk) as store:
        item = store.item(int(number))
        assert item is not None and item.flow is not None
        assert (item.flow.label, item.level) == ("较大以上舆情", "较大")
    other = posts(desk, "请问举办安全月活动的时间是哪天", "08:50", "网友乙")
    assert "没有“超大”这一级" in desk.says("zhouting", f"定级 {other} 超大")
    desk.says("zhouting", f"分办 {other} 政策咨询 政策法规司")
    assert "较大以上舆情" in desk.says("handa", f"定级 {other} 重大")  # raised later, by whoever holds it
    assert any(row["value"].startswith("先核实") for row in desk.card("handa", other)["horizontal_content_list"]
               if row["keyname"] == "预案")
    assert "期限 今天 24:00" in desk.says("wangfang", other)  # the earlier deadline stays


SATURDAY = datetime(2025, 3, 15, 22, 40, tzinfo=BEIJING)


@pytest.mark.rule("saws-R32")
def test_grave_opinions_alert_at_once_and_never_wait(opens: Opens) -> None:
    """五(二)5：较大以上舆情不论昼夜即时报告宣教办负责人和分管领导；周六 22:40 发表的，期限是周日 22:40。"""
    desk = opens(seats=SORT_CAST, start=SATURDAY)
    number = posts(desk, "网传某化工厂爆炸多人伤亡是真的吗", "22:40")
    said = desk.says("zhouting", f"分办 {number} 较大以上舆情")
    asked = desk.texts("wangfang")[-1]
    assert "期限 明天 22:40" in asked or "期限 3月16日 22:40" in asked  # who starts it knows when the answer is due
    assert "启动应对措施" in said
    for above in ("zhouzhuren", "xuanling"):
        assert any("3月16日 22:40" in text or "明天 22:40" in text for text in desk.texts(above)), desk.texts(above)
        assert "已知悉" in desk.live(above, number)
    desk.taps("zhouzhuren", "已知悉", number=number)
    assert "已记" in desk.says("xuanling", f"已知悉 {number}")
    with books(desk) as store:
        assert [a.actor for a in store.audit(int(number)) if a.action == "已知悉"] == ["zhouzhuren", "xuanling"]
    desk.says("wangfang", f"交办 {number} 政策法规司")
    with books(desk) as store:
        due = next(d.due_at for d in store.deadlines(int(number)) if not d.closed)
    assert due == datetime(2025, 3, 16, 22, 40, tzinfo=BEIJING)


@pytest.mark.rule("saws-R30")
def test_petitions_are_seen_by_those_with_a_step_only(desk: Desk) -> None:
    """五(二)3：举报、信访由宣教办转办公厅；被反映的单位和其他人看不到；号码在各处遮盖；转交和结果都有记录。"""
    number = posts(desk, "举报监管一司，13912345678，包庇某化工厂瞒报事故")
    shown = title(desk, "zhouting", number)
    assert "举报、信访事项（建议）" in shown and "139****5678" in shown
    assert "已送出" in desk.says("zhouting", f"举报 {number}")
    assert "共 1 条，没有未答复的，在办 1 条" in desk.says("zhouting", "今日意见")
    assert any("举报监管一司" in t for t in desk.texts("wangfang"))
    for outside in ("yishang", "liuyang", "handa", "limin"):
        assert "没有您可以查看" in desk.says(outside, number)
        assert number not in desk.says(outside, "在办")
    desk.taps("wangfang", "转交办公厅", number=number)
    assert any("举报监管一司" in t for t in desk.texts("banban"))
    shown = desk.says("zhouzhuren", number)  # who oversees: where it is, not what it says
    assert "办办" in shown and "举报" not in shown.replace("举报、信访事项", "") and "139" not in shown
    assert "13912345678" not in desk.says("zhouzhuren", "在办") + desk.says("banban", "待办")
    for person in ("wangfang", "banban", "zhouting"):
        assert not any("13912345678" in str(card) for card in desk.cards(person))
    for person, sees in (("banban", True), ("zhouzhuren", False), ("handa", False)):
        page = looks_at(desk, person, number)
        assert ("瞒报事故" in page, "13912345678" in page) == (sees, False)
    desk.says("banban", f"办结 {number}")
    with books(desk) as store:
        item = store.item(int(number))
        assert item is not None and not item.open
        assert [m.actor for m in store.moves(item.id)] == ["zhouting", "wangfang", "banban"]

    asked = posts(desk, "我电话13912345678，请问证书怎么换", "08:20", "网友丙13912345678")
    assert "13912345678" not in desk.says("zhouting", f"主题 {asked} 办证13912345678")
    desk.says("zhouting", f"分办 {asked} 政策咨询 政策法规司")
    assert "13912345678" not in str(desk.card("handa", asked))
    assert "照此答复" in desk.says("handa", f"答复 {asked} 请打13912345678。")
    assert "已记当日答复" in desk.says("handa", f"照此答复 {asked}")
    assert "13912345678" in desk.says("handa", f"全文 {asked}")  # who has a step reads all of it, the others do not
    told = desk.says("zhouzhuren", f"全文 {asked}") + desk.says("zhouzhuren", asked) + desk.says("zhouzhuren", "主题")
    assert "请问证书怎么换" in told and "13912345678" not in told

    other = posts(desk, "请问安全月活动什么时候举办啊", "08:30", "网友乙")
    desk.says("zhouting", f"分办 {other} 政策咨询 政策法规司")
    assert "举报、信访" in desk.says("handa", f"转类别 {other} 举报、信访事项 属于信访")  # from the step of an answer
    assert "没有您可以查看" in desk.says("handa", other)
    assert "没有您可以查看" in desk.says("fatou", other)


@pytest.mark.rule("saws-R34")
def test_malicious_comments_close_or_are_deleted_with_evidence(opens: Opens) -> None:
    """五(二)7：恶意言论写明理由不予理睬，没有期限；性质恶劣的报宣教办负责人同意后删除，原文、截图、谁、何时都有。"""
    desk = opens(seats=SORT_CAST, words=(Entry("蠢驴", "恶意"),))
    first = posts(desk, "你们就是一群蠢驴什么都不懂")
    assert "恶意言论（建议）（词：蠢驴）" in title(desk, "zhouting", first)
    desk.taps("zhouting", "交办", number=first)
    assert "请回复理由" in desk.texts("zhouting")[-1]
    assert "没有期限，已办结" in desk.says("zhouting", "单纯谩骂，没有诉求")
    with books(desk) as store:
        assert not [d for d in store.deadlines(int(first)) if not d.closed]

    found = re.search(r"编号 (\d+)", desk.says("limin", "评论 微博 @网友乙 08:30 把你们局长全家都杀掉 https://weibo.com/1/c"))
    assert found is not None
    grave = found[1]
    desk.says("limin", f"恶意 {grave} 性质恶劣 人身威胁")
    assert "同意" in desk.live("zhouzhuren", grave)
    assert "同意" not in desk.live("wangfang", grave)
    desk.taps("zhouzhuren", "同意", number=grave)
    assert "请发删除截图" in "".join((desk.says("zhengli", f"办结 {grave}"), *desk.texts("zhengli")[-1:]))
    with books(desk) as store:
        assert store.item(int(grave)).open  # type: ignore[union-attr]
    desk.sends("zhengli", "image", "deleted.png", b"\x89PNG\r\n\x1a\n" + b"x" * 2000)
    with books(desk) as store:
        item, moves = store.item(int(grave)), store.moves(int(grave))
        assert item is not None and not item.open and item.files and item.form["内容"] == "把你们局长全家都杀掉"
        assert (moves[-1].actor, list(moves[-1].form)) == ("zhengli", ["删除截图"])

    mild = posts(desk, "你们的办事效率实在太低了一点", "08:40", "网友丙")
    desk.says("zhouting", f"恶意 {mild} 性质恶劣 攻击机关")
    desk.taps("zhouzhuren", "退回", number=mild, 退回原因="属正常批评")
    assert any("属正常批评" in text for text in desk.texts("zhouting"))
    desk.taps("zhouting", "交办", number=mild, 类别="一般性评论、政策咨询", 单位="政策法规司")
    assert any("办事效率" in text for text in desk.texts("handa"))


def test_more_units_than_a_card_holds(opens: Opens) -> None:
    """单位多于一张卡片：选“其他单位”，第二张卡片或打字都行。"""
    more = tuple(Seat(f"h{n}", f"承办{n}", f"业务{n}司", "handler") for n in range(12))
    desk = opens(seats=(*SORT_CAST, *more))
    number = posts(desk, "请问举办安全月活动的时间是哪天")
    desk.taps("zhouting", "交办", number=number, 类别="一般性评论、政策咨询", 单位="其他单位…")
    desk.taps("zhouting", "交办", number=f"{number}-sort2", **{"单位（2）": "业务11司"})
    assert any("安全月" in text for text in desk.texts("h11"))


CITY = (
    Seat("bianji", "编小", "政务微博工作小组", "editor"),
    Seat("fanlei", "范蕾", "政务微博工作小组", "group_lead"),
    Seat("lilian", "李联", "城管局", "contact"),
    Seat("chengju", "程局", "城管局", "unit_leader"),
    Seat("zhuguan", "祝主管", "本机关领导", "chief"),
)


@pytest.mark.rule("gov-weibo-assessment-R10")
def test_a_problem_is_pressed_for_one_more_each_working_day(opens: Opens) -> None:
    """二.4：小组把“路灯不亮”交城管局督办；逾期先告联络员和城管局领导，再告组长、主管领导，每个工作日多一人。"""
    desk = opens(slug="gov-weibo-assessment", seats=CITY)
    number = posts(desk, "中山路的路灯好几天不亮了", by="bianji")
    desk.says("bianji", f"分办 {number} 网民问题督办回复")
    desk.says("bianji", f"交办 {number} 城管局")
    assert any("路灯" in text for text in desk.texts("lilian"))
    people = ("lilian", "chengju", "fanlei", "zhuguan")
    told = []
    for day in (18, 19, 20):
        for person in people:
            desk.new(person)
        desk.now(datetime(2025, 3, day, 8, 31, tzinfo=BEIJING))
        told.append([p for p in people if any(number in text and "逾期" in text for text in desk.new(p))])
    assert told == [["lilian", "chengju"], ["lilian", "chengju", "fanlei"], list(people)]
    assert "逾期" in desk.says("fanlei", "在办") and "李联" in desk.says("fanlei", "在办")
