"""大龙中学和项目部的稿件: 审核签名、领导批准、专人发布, 征稿、栏目、配图、三次确认."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from tests.walks.company import item, moves
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.neighbours import opened
from tests.walks.robot import PICTURE
from tests.walks.test_text_rules import begins, hands_in, sends

FRIDAY = datetime(2025, 3, 14, 15, 0, tzinfo=BEIJING)
SCHOOL = (
    Seat("linfang", "林芳", "教务处", "informant"),
    Seat("jiangming", "蒋明", "教务处", "vice_head"),
    Seat("tang", "唐老师", "校办公室", "operator"),
    Seat("ren", "任主任", "校办公室", "office_head"),
    Seat("xiaozhang", "钟校长", "学校领导", "principal"),
)
PROJECT = (
    Seat("qinfeng", "秦风", "项目部", "editor"),
    Seat("luodan", "罗丹", "项目部", "designer"),
    Seat("fangqing", "方晴", "项目部", "reviewer"),
    Seat("songzong", "宋总", "项目部", "lead"),
)
EXAM = "中考安排\n中考6月12日开始，请各班做好准备。"
NOTICE = "学校宣传重要事项"
LEADER = "学校主要领导批准后需发布的信息"


@pytest.fixture
def school(opens: Opens) -> Desk:
    return opens(slug="dalong-school", seats=SCHOOL, start=FRIDAY)


def drafted(desk: Desk, text: str = EXAM, who: str = "linfang", source: str = "教务处", **chosen: str) -> str:
    return sends(desk, who, text, source, **chosen)


def page(desk: Desk, user: str, place: str) -> str:
    """A page opened on this person's phone, without its tags."""
    status, text = opened(desk, user, place)
    assert status == 200, text
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2].partition(">")[2]).split())


# ---- 大龙中学 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("dalong-school-R3")
def test_the_signed_sheet(school: Desk) -> None:
    """各科室分管领导审核签名并负责: 蒋明点“审核签名”，签名单上是他的姓名、时间、版本和责任；卡片前先读到责任。"""
    number = drafted(school)
    assert "“审核签名”的人对上网信息的真实性、可靠性和合规性负责。" in school.texts("jiangming")[-1]
    school.now(FRIDAY.replace(hour=15, minute=20))
    school.taps("jiangming", "审核签名并确认", number=number)
    sheet = page(school, "tang", f"/i/{int(number)}/record")
    assert sheet.startswith("信息发布审核签名单")
    responsible = "对上网信息的真实性、可靠性和合规性负责"
    for shown in ("☑ 审核签名", "蒋明", "2025年3月14日 15:20", "第1版", "校验一致", responsible):
        assert shown in sheet
    told = school.says("tang", f"记录 {number}")
    assert "【信息发布审核签名单】" in told and "审查人：蒋明 时间：3月14日 15:20" in told
    assert "责任：对上网信息的真实性、可靠性和合规性负责" in told


def test_a_refusal_signs_for_nothing(school: Desk) -> None:
    """退回的不担责任: 签名单上没有责任一行。"""
    number = drafted(school)
    school.says("jiangming", f"退回 {number} 时间不准")
    sheet = page(school, "tang", f"/i/{int(number)}/record")
    assert "☑ 退回" in sheet and "合规性负责" not in sheet
    assert "责任" not in school.says("tang", f"记录 {number}")


@pytest.mark.rule("dalong-school-R5")
def test_unsigned_is_not_to_be_published(school: Desk) -> None:
    """未经审核的信息不得发布: 没有签名的不在唐老师的待办里，也没有发布的按钮，打字也不行。"""
    number = drafted(school)
    assert school.live("tang") == [] and school.says("tang", "待办") == "现在没有要您办的。"
    assert "未经审核的信息不得发布" in school.says("tang", f"已发布 {number} 校微信公众号 https://mp.weixin.qq.com/s/1")
    assert item(school, number).published_at is None
    school.taps("jiangming", "审核签名并确认", number=number)
    assert number in school.says("tang", "待办")


@pytest.mark.rule("dalong-school-R7")
def test_the_principal_comes_before_the_operator(school: Desk) -> None:
    """学校主要领导批准后需发布的信息: 选这一类即要批准，蒋明签名后校长有卡片，校长批准前唐老师没有。"""
    number = drafted(school, "招生公告\n2025年招生300人。", 内容范围=LEADER)
    school.taps("jiangming", "审核签名并确认", number=number)
    assert "同意并确认" in school.live("xiaozhang", number) and school.live("tang", number) == []
    school.taps("xiaozhang", "同意并确认", number=number)
    assert "已统一发布" in school.live("tang", number)
    other = drafted(school)
    school.taps("jiangming", "审核签名并确认", number=other)
    assert "已统一发布" in school.live("tang", other) and school.live("xiaozhang", other) == []


@pytest.mark.rule("dalong-school-R10")
def test_three_hands(school: Desk) -> None:
    """信息员申请，分管领导审核，校办公室发布: 蒋明通过，唐老师当时就有发布卡片，校办公室主任不用再审。"""
    number = drafted(school)
    assert f"{number} 已送审核签名" in school.texts("linfang")[-1]
    school.taps("jiangming", "审核签名并确认", number=number)
    assert "已统一发布" in school.live("tang", number) and school.live("ren", number) == []
    school.says("tang", f"已发布 {number}\n校微信公众号 https://mp.weixin.qq.com/s/1")
    assert item(school, number).published_at == FRIDAY


@pytest.mark.rule("dalong-school-R12")
def test_nobody_else_publishes(school: Desk) -> None:
    """由办公室指定专人统一发布: 林芳、蒋明、办公室主任都没有发布卡片，打字被拒绝并说明找唐老师。"""
    number = drafted(school)
    school.taps("jiangming", "审核签名并确认", number=number)
    for person in ("linfang", "jiangming", "ren"):
        assert school.live(person, number) == []
        answer = school.says(person, f"已发布 {number} 校微信公众号 https://mp.weixin.qq.com/s/1")
        assert answer == f"{number} 的“统一发布”不由您办理，由唐老师办理。"
    assert item(school, number).published_at is None


# ---- 项目部 ----------------------------------------------------------------------------------------------------------

SPRING = "清明安全出行\n清明假期请错峰出行，注意行车安全。"
LINKS = "项目微博 https://weibo.com/1/a\n项目微信 https://mp.weixin.qq.com/s/a"
SURE = "已上传发布并确认"


@pytest.fixture
def project(opens: Opens) -> Desk:
    return opens(slug="project-team", seats=PROJECT, start=FRIDAY, words=[Entry("死亡", 1)])


def handed_in(desk: Desk, text: str = SPRING, **chosen: str) -> str:
    return drafted(desk, text, who="qinfeng", source="项目安全部", **chosen)


@pytest.mark.rule("project-team-R3")
def test_the_picture_comes_with_the_publish_card(project: Desk) -> None:
    """须配图的，审核通过后传给图片编辑；罗丹传上海报，内容审核才有发布卡片，图和文一起到。"""
    number = handed_in(project, 须配图="是")
    project.taps("fangqing", "同意并确认", number=number)
    assert project.live("fangqing", number) == []
    answer = project.says("fangqing", f"已发布并确认 {number}\n{LINKS}")
    assert "未经审核的信息不得发布" in answer and "“制作配图”环节，由罗丹办理" in answer
    assert SPRING.splitlines()[1] in project.texts("luodan")[-1]
    project.taps("luodan", "填写结果", number=number)
    assert "请发配图" in project.texts("luodan")[-1]
    before = len(project.platform.received("fangqing"))
    project.sends("luodan", "image", "海报.png", PICTURE)
    project.later(minutes=1)
    assert SURE in project.live("fangqing", number)
    came = project.platform.received("fangqing")[before:]
    assert sorted(m["type"] for m in came if m["type"] != "text") == ["image", "template_card"]
    assert len([m for m in project.platform.received("luodan") if m["type"] == "image"]) == 0
    assert project.says("fangqing", f"已发布并确认 {number}\n{LINKS}") == ""
    assert item(project, number).published_at


def test_without_the_tick_no_picture_is_made(project: Desk) -> None:
    number = handed_in(project)
    project.taps("fangqing", "同意并确认", number=number)
    assert project.live("luodan") == [] and SURE in project.live("fangqing", number)


@pytest.mark.rule("project-team-R5")
def test_the_deputy_cannot_check_his_own(project: Desk) -> None:
    """内容审核不在，由内容编辑秦风代: 秦风自己的稿件不能审，没有卡片，打字也被拒绝；别人办理不受影响。"""
    project.says("fangqing", "我今天不在，由秦风代")
    number = handed_in(project)
    assert project.live("qinfeng", number) == []
    assert project.says("qinfeng", f"同意 {number}") == "起草人不能审核本人稿件，由方晴办理。"
    assert item(project, number).step is not None and item(project, number).approved_at is None
    project.taps("fangqing", "同意并确认", number=number)
    assert item(project, number).approved_at


@pytest.mark.rule("project-team-R8")
def test_the_lead_approves_what_needs_his_approval(project: Desk) -> None:
    """经领导批准发布的信息: 选这一类，内容审核通过后由项目领导批准，批准后才能发布。"""
    number = handed_in(project, 内容范围="经领导批准发布的信息")
    project.taps("fangqing", "同意并确认", number=number)
    assert "同意并确认" in project.live("songzong", number) and project.live("fangqing", number) == []
    project.taps("songzong", "同意并确认", number=number)
    assert SURE in project.live("fangqing", number)


@pytest.mark.rule("project-team-R11")
def test_confirmed_three_times(project: Desk) -> None:
    """送审、审核、发布各确认一次: 发布时没有确认的被拒绝；一点“已上传发布并确认”就是确认，三次都有记录。"""
    number = handed_in(project)
    assert "送审即确认未见禁止发布的内容" in str(project.card("qinfeng", number))
    project.taps("fangqing", "同意并确认", number=number)
    answer = project.says("fangqing", f"已发布 {number}\n{LINKS}")
    assert "还要确认未见禁止发布的内容" in answer and f"请回复“已发布并确认 {number}”" in answer
    assert item(project, number).published_at is None
    project.taps("fangqing", SURE, number=number)
    project.says("fangqing", LINKS)
    assert item(project, number).published_at
    kinds = [m.decision for m in moves(project, number)]
    assert kinds == [Decision.SUBMITTED, Decision.PASSED, Decision.CONFIRMED, Decision.DONE]
    assert moves(project, number)[1].form == {"未见禁止发布内容": "已确认"}


@pytest.mark.rule("project-team-R11")
def test_words_are_confirmed_by_a_tap_of_their_own(project: Desk) -> None:
    """有提示词的稿件，发布卡片上先点“确认未见”；没点就点“已上传发布”，被拒绝，什么都没记。"""
    number, _ = begins(project, "qinfeng", "事故通报\n事故造成1人死亡，善后正在进行。")
    hands_in(project, "qinfeng", number, "项目安全部", "说明 已由上级公布")
    project.taps("fangqing", "确认未见", number=number)
    project.taps("fangqing", "同意", number=number)
    assert project.live("fangqing", number)[:2] == ["确认未见", "已上传发布"]
    project.taps("fangqing", "已上传发布", number=number)
    refusal = "还要确认未见禁止发布的内容（依据 第五条至第七条），请先点“确认未见”。"
    assert project.texts("fangqing")[-1].endswith(refusal)
    project.says("fangqing", LINKS)
    assert item(project, number).links == ()
    project.later(minutes=1)
    project.taps("fangqing", "确认未见", number=number)
    project.taps("fangqing", "已上传发布", number=number)
    project.says("fangqing", LINKS)
    assert item(project, number).published_at


@pytest.mark.rule("project-team-R2")
def test_columns_by_chat(project: Desk) -> None:
    """指定栏目: 负责人发“栏目 增加”，以后每篇都要选一个栏目；惠民服务30天没有发布，“栏目”里列为未更新。"""
    assert "栏目" not in str(project.card("qinfeng", handed_in(project)).get("select_list", ""))
    for name in ("工地一线", "惠民服务"):
        assert "已" in project.says("fangqing", f"栏目 增加 {name}")
    number, _ = begins(project, "qinfeng", "食堂开放日\n本周六食堂开放，欢迎参观。")
    project.taps("qinfeng", "下一步", number=number, 渠道="项目微信")
    assert f"{number} 还没有选栏目，不能送审" in project.texts("qinfeng")[-1]
    project.says("qinfeng", "惠民服务")
    project.taps("qinfeng", "送审", number=number, 内容范围="业务宣传、重要事项公布、动态发布")
    project.says("qinfeng", "项目安全部")
    assert item(project, number).column == "惠民服务" and item(project, number).round == 1
    published_in(project, number)
    project.later(days=20)
    other, _ = begins(project, "qinfeng", "塔吊安装完成\n今天二号塔吊安装完成并通过验收。")
    project.taps("qinfeng", "下一步", number=other, 渠道="项目微信", 栏目="工地一线")
    project.taps("qinfeng", "送审", number=other, 内容范围="业务宣传、重要事项公布、动态发布")
    project.says("qinfeng", "工程部")
    published_in(project, other)
    assert "未更新" not in project.says("fangqing", "栏目")
    project.later(days=11)
    assert "栏目：工地一线、惠民服务。30天未更新：惠民服务。" in project.says("fangqing", "栏目")


def published_in(desk: Desk, number: str) -> None:
    desk.taps("fangqing", "同意并确认", number=number)
    desk.says("fangqing", f"已发布并确认 {number}\n项目微信 https://mp.weixin.qq.com/s/{number}")
    assert item(desk, number).published_at
    desk.later(minutes=5)


AUTHORS = ("王平", "李梅", "张强", "赵敏", "孙亮", "周洁")


@pytest.mark.rule("project-team-R1")
def test_a_call_for_articles(project: Desk) -> None:
    """组织征稿: “春季征稿”到3月31日，来稿6篇逐篇登记，列得出作者；采用的一篇成为署名的稿件，照常审核。"""
    reply = project.says("qinfeng", "发起 征稿")
    call = re.findall(r"编号 (\d+)", reply)[0]
    project.says("qinfeng", "春季征稿")
    project.says("qinfeng", "3月31日")
    project.taps("qinfeng", "送出", number=call)
    assert f"{call} 已送出，下一步由您“登记来稿”，见卡片" in project.texts("qinfeng")[-2]
    assert any("期限 3月31日 24:00" in text for text in project.texts("qinfeng"))
    for n, author in enumerate(AUTHORS, 1):
        if n < len(AUTHORS):
            project.taps("qinfeng", "还要再办", number=call)
        else:
            project.taps("qinfeng", "填写结果", number=call)
        for answer in (author, f"春到工地之{n}", f"工地的第{n}个春天。\n塔吊下开满了花。"):
            project.says("qinfeng", answer)
        last = project.says("qinfeng", "采用" if author == "赵敏" else "不采用")
        assert f"{call} 已记“登记来稿”" in last
        project.later(minutes=5)
    listed = project.says("qinfeng", call)
    found = re.findall(r"来稿作者 (\S+?)，来稿题目 (\S+?)，", listed)
    assert found == [(author, f"春到工地之{n}") for n, author in enumerate(AUTHORS, 1)]
    draft = re.findall(r"采用情况 采用，稿件 (\d+)", listed)
    assert len(draft) == 1
    assert item(project, draft[0]).current.text == "春到工地之4\n工地的第4个春天。\n塔吊下开满了花。\n（作者：赵敏）"
    project.taps("qinfeng", "下一步", number=draft[0], 渠道="项目微信")
    project.taps("qinfeng", "送审", number=draft[0], 内容范围="业务宣传、重要事项公布、动态发布")
    assert "信息来源：赵敏来稿" in project.texts("fangqing")[-1] and "（作者：赵敏）" in project.texts("fangqing")[-1]
    project.taps("fangqing", "同意并确认", number=draft[0])
    assert item(project, draft[0]).approved_at
