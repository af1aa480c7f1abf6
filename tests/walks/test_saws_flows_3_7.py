"""五(一)第3至7类, 先审后发和备案: each rule by its own example (saws R14, R19 to R25)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision, Item, Move, State
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import (
    ACCIDENT,
    ANSWER,
    BUSINESS,
    CAMPAIGN,
    FORWARD,
    LINKS,
    books,
    pressed,
    reported_from_the_scene,
    rescue,
)

KNOWLEDGE = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"


def item(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        found = store.item(int(number))
    assert found is not None
    return found


def moves(desk: Desk, number: str) -> tuple[Move, ...]:
    with books(desk) as store:
        return store.moves(int(number))


def chain(desk: Desk, number: str) -> list[tuple[str, str]]:
    """Who did what as which role, of the last round."""
    found = moves(desk, number)
    return [(m.actor, m.role) for m in found if m.round == found[-1].round]


def ready(desk: Desk, title: str = "冬季用电安全小知识") -> str:
    """A post of 监管一司 that its head has passed."""
    number = desk.submits("limin", f"{title}\n取暖设备不要长时间无人看管。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    return number


def published(desk: Desk, number: str, by: str = "zhangwei") -> str:
    return desk.says(by, f"已发布 {number}\n{LINKS}")


# ---- R14 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R14")
def test_a_third_version_voids_what_was_approved(desk: Desk) -> None:
    """分级审核,先审后发: 刘司长批了第2版, 李敏改一个数成第3版, 第2版的审定作废, 张伟的发布按钮没有了。"""
    number = desk.submits("limin", "一季度检查情况\n共检查企业120家。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("liuyang", f"退回 {number} 数字请再核")
    desk.says("limin", "一季度检查情况\n共检查企业130家。")
    desk.taps("limin", "送审", number=number)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    assert desk.live("zhangwei", number)

    desk.says("limin", f"改 {number} 一季度检查情况\n共检查企业131家。")
    assert desk.live("zhangwei", number) == []
    assert item(desk, number).approved_at is None
    desk.taps("limin", "送审", number=number)
    published(desk, number)
    assert item(desk, number).links == ()
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    published(desk, number)
    assert {m.version for m in moves(desk, number) if m.round == 3} == {3}
    assert item(desk, number).state is State.DONE


@pytest.mark.rule("saws-R14")
@pytest.mark.parametrize("who", ["limin", "heping", "liuyang", "yangju", "zhouzhuren", "zhengli", "renpeng", "sunlei"])
def test_only_the_authorised_publisher_publishes(who: str, desk: Desk) -> None:
    """授权发布: 只有本单位获得授权的人员能办结发布。"""
    number = ready(desk)

    published(desk, number, by=who)
    assert item(desk, number).links == () and item(desk, number).state is State.RUNNING
    published(desk, number)
    assert item(desk, number).state is State.DONE


@pytest.mark.rule("saws-R14", "saws-R16")
def test_without_his_grant_nobody_publishes(desk: Desk) -> None:
    """授权被撤销以后, 按钮没有了, 打字也不行; 再授权后可以。"""
    number = ready(desk)
    desk.says("wangfang", "撤销授权 张伟")
    assert desk.live("zhangwei", number) == []
    assert "授权" in published(desk, number)
    assert item(desk, number).links == ()

    desk.says("wangfang", "授权 张伟")
    assert "已发布" in desk.live("zhangwei", number)
    published(desk, number)
    assert item(desk, number).state is State.DONE


# ---- R19 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R19")
def test_a_campaign_is_published_by_the_central_office(desk: Desk) -> None:
    """五(一)2: 监管三司的煤矿安全大检查, 杨局长同意后到宣教办负责人; 本司发布人员始终没有发布按钮。"""
    number = desk.submits("caoxin", "煤矿安全大检查\n检查自即日起开展。", CAMPAIGN, answers=("3月14日",))
    assert item(desk, number).form["工作部署确定日期"] == "2025-03-14"
    desk.taps("dingyi", "可以公开并确认", number=number)
    desk.taps("yangju", "同意并确认", number=number)
    assert desk.live("zhouzhuren", number)
    desk.taps("zhouzhuren", "同意并确认", number=number)
    published(desk, number, by="renpeng")
    assert item(desk, number).state is State.RUNNING
    published(desk, number, by="zhengli")

    assert desk.cards("renpeng") == []
    assert chain(desk, number) == [
        ("caoxin", "informant"), ("dingyi", "secrecy"), ("yangju", "leader"), ("zhouzhuren", "central_head"),
        ("zhengli", "central_publisher"),
    ]  # fmt: skip
    assert item(desk, number).filing_no == ""


# ---- R20 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R20")
def test_an_answer_is_filed_at_the_moment_of_publication(desk: Desk) -> None:
    """五(一)3: 答复文号“安监函〔2025〕12号”, 吴刚15:02记录发布, 宣教办备案登记15:02有了文本、链接和审定人。"""
    desk.now(datetime(2025, 3, 17, 15, 0, tzinfo=BEIJING))
    number = desk.submits(
        "fangni", "关于标准化的答复\n来函收悉,可以分级达标。", ANSWER, answers=("安监函〔2025〕12号",)
    )
    desk.taps("luobao", "可以公开并确认", number=number)
    desk.taps("yangju", "同意并确认", number=number)
    desk.later(minutes=2)
    published(desk, number, by="wugang")

    with books(desk) as store:
        filing = store.filing(int(number))
    assert filing is not None
    assert filing.at == item(desk, number).published_at == datetime(2025, 3, 17, 7, 2, tzinfo=UTC)
    told = desk.texts("wangfang")[-1]
    for part in ("备 2025-001", "可以分级达标", "https://weibo.com/1/a", "杨局长", "罗宝", "吴刚", "五(一)3"):
        assert part in told
    assert desk.live("wangfang", number) == ["确认收到"]
    assert "2025-001 3月17日 15:02 政策法规司" in desk.says("wangfang", "备案登记")
    assert item(desk, number).form["答复文号"] == "安监函〔2025〕12号"
    assert chain(desk, number)[1:] == [("luobao", "secrecy"), ("yangju", "leader"), ("wugang", "publisher")]


# ---- R21 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R21")
def test_from_the_scene_at_night(opens: Opens) -> None:
    """五(一)4: “已救出3人”, 负责人21:10审过, 夜里保密审查员马上收到卡片; 没办的22:10催办, 以后每小时催。"""
    desk = opens(start=datetime(2025, 3, 17, 21, 0, tzinfo=BEIJING))
    number = reported_from_the_scene(desk, "某矿透水事故救援进展\n已救出3人。")
    assert item(desk, number).unit == "监管一司"
    desk.later(minutes=10)
    desk.taps("qinzong", "同意并确认", number=number)
    assert "可以公开并确认" in desk.live("heping", number)
    assert "今天 22:10" in str(desk.card("heping", number))

    def reminders() -> int:
        return sum("逾期" in text for text in desk.texts("heping"))

    desk.later(minutes=59)
    assert reminders() == 0
    desk.later(minutes=1)
    assert reminders() == 1 and "逾期" in desk.texts("liuyang")[-1]
    desk.later(minutes=60)
    desk.later(minutes=60)
    assert reminders() == 3
    desk.taps("heping", "可以公开并确认", number=number)
    assert "可以公开并确认" not in desk.live("heping", number) and desk.live("yangju", number)
    desk.later(minutes=60)
    assert reminders() == 3


@pytest.mark.rule("saws-R21")
def test_the_order_from_the_scene(desk: Desk) -> None:
    """五(一)4: 现场人员、现场负责人、保密审查、分管领导、相关司局发布人员, 然后备案; 全在手机上办。"""
    rescue(desk)

    assert chain(desk, "0001") == [
        ("guoliang", "scene_staff"), ("qinzong", "scene_head"), ("heping", "secrecy"), ("yangju", "leader"),
        ("zhangwei", "publisher"),
    ]  # fmt: skip
    assert item(desk, "0001").filing_no == "2025-001"


# ---- R22 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R22")
def test_a_deputy_counts_only_by_delegation(desk: Desk) -> None:
    """五(一)5: “3月挂牌督办情况”, 副司长没有委托不能审定; 有委托的可以, 记为代。"""
    number = desk.submits("limin", "3月挂牌督办情况\n督办5起事故。", ACCIDENT, scope="事故预警统计救援")
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("sunfu", f"同意 {number}")
    assert item(desk, number).position == 2 and desk.cards("sunfu") == []

    said = desk.says("liuyang", "我今天不在,由孙副司长代到周三")
    assert "孙副司长" in said and "3月19日 24:00" in said
    desk.taps("sunfu", "同意并确认", number=number)
    last = moves(desk, number)[-1]
    assert (last.actor, last.role, last.acting_for) == ("sunfu", "unit_head", "liuyang")
    assert "代刘洋" in desk.says("limin", number)
    assert desk.live("zhangwei", number) and desk.live("liuyang", number) == []
    published(desk, number)
    assert item(desk, number).filing_no == "2025-001"


@pytest.mark.rule("saws-R22")
def test_a_delegation_that_has_ended(desk: Desk) -> None:
    """委托取消或到期后, 代办人的卡片不再起作用。"""
    number = desk.submits("limin", "3月挂牌督办情况\n督办5起事故。", ACCIDENT, scope="事故预警统计救援")
    desk.says("liuyang", "我今天不在,由孙副司长代")
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("sunfu", number) and not desk.live("liuyang", number)

    old = desk.card("sunfu", number)
    desk.now(datetime(2025, 3, 18, 0, 0, tzinfo=BEIJING))
    pressed(desk, old, "sunfu", "同意并确认")
    desk.says("sunfu", f"同意 {number}")
    assert item(desk, number).position == 2
    assert desk.live("sunfu", number) == []
    desk.says("liuyang", f"同意 {number}")
    if item(desk, number).position == 2:  # he had not been sent it: first the text, then his word
        desk.says("liuyang", f"同意 {number}")
    assert (moves(desk, number)[-1].actor, moves(desk, number)[-1].acting_for) == ("liuyang", "")


# ---- R23 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R23")
def test_knowledge_needs_no_leader(desk: Desk) -> None:
    """五(一)6: 宣传教育中心的冬季用电安全小知识, 主要负责人审定后发布; 分管领导从未参与, 宣教办有备案。"""
    number = desk.submits("xuanchu", KNOWLEDGE, BUSINESS, column="生产安全百科")
    desk.taps("xuanmi", "可以公开并确认", number=number)
    desk.taps("xuantou", "同意并确认", number=number)
    published(desk, number, by="xuanfa")

    assert chain(desk, number)[1:] == [("xuanmi", "secrecy"), ("xuantou", "unit_head"), ("xuanfa", "publisher")]
    assert desk.texts("xuanling") == desk.texts("yangju") == []
    assert "2025-001" in desk.says("wangfang", "备案登记")


# ---- R24 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R24")
def test_filings_are_numbered_in_order_of_publication(desk: Desk) -> None:
    """备案号按发布先后编; 登记表列出全部, 未确认的标明; 没有备案要求的类别不编号。"""
    numbers = [ready(desk, f"第{n}条安全提示") for n in "甲乙丙"]
    for minutes, number in enumerate(reversed(numbers), start=1):
        desk.later(minutes=minutes)
        published(desk, number)
    assert [item(desk, number).filing_no for number in numbers] == ["2025-003", "2025-002", "2025-001"]

    desk.taps("wangfang", "确认收到", number=numbers[2])
    desk.says("wangfang", f"收到 {numbers[1]}")
    lines = desk.says("wangfang", "备案登记 3月").splitlines()
    assert [line.split()[0] for line in lines if line.startswith("2025")] == ["2025-001", "2025-002", "2025-003"]
    assert [line for line in lines if line.startswith("2025") and "未确认" in line] == [
        line for line in lines if line.startswith("2025-003")
    ]
    assert "2025-001" not in desk.says("limin", "备案登记 3月")
    assert "2025-001" not in desk.says("wangfang", "备案登记 2月")


@pytest.mark.rule("saws-R24")
def test_numbers_begin_anew_with_the_year(opens: Opens) -> None:
    """备案号每年从001起, 年份按北京时间。"""
    desk = opens(start=datetime(2025, 12, 31, 23, 50, tzinfo=BEIJING))
    first, second = ready(desk, "第甲条安全提示"), ready(desk, "第乙条安全提示")
    published(desk, first)
    desk.later(minutes=10)
    published(desk, second)

    assert [item(desk, number).filing_no for number in (first, second)] == ["2025-001", "2026-001"]


@pytest.mark.rule("saws-R24")
def test_an_unacknowledged_filing_is_reminded_of(desk: Desk) -> None:
    """宣教办1个工作日内确认收到, 没有确认的提醒; 确认后不再提醒。"""
    number = ready(desk)
    published(desk, number)

    def reminders() -> list[str]:
        return [text for text in desk.texts("wangfang") if "没有确认" in text]

    desk.now(datetime(2025, 3, 18, 9, 0, tzinfo=BEIJING))
    assert reminders() == []
    desk.now(datetime(2025, 3, 19, 8, 30, tzinfo=BEIJING))
    assert "逾期" in reminders()[-1] and "2025-001" in reminders()[-1]
    before = len(reminders())
    desk.now(datetime(2025, 3, 20, 8, 30, tzinfo=BEIJING))
    assert len(reminders()) == before + 1
    desk.says("wangfang", f"收到 {number}")
    desk.now(datetime(2025, 3, 24, 9, 0, tzinfo=BEIJING))
    assert len(reminders()) == before + 1
    with books(desk) as store:
        assert store.open_deadlines() == ()


@pytest.mark.rule("saws-R24")
def test_acknowledged_once(opens: Opens, desk: Desk) -> None:
    """重复确认不再记一次; 不是宣教办的确认不了。"""
    number = ready(desk)
    published(desk, number)
    desk.says("limin", f"收到 {number}")
    with books(desk) as store:
        filing = store.filing(int(number))
    assert filing is not None and filing.acknowledged_by == ""
    desk.taps("wangfang", "确认收到", number=number)
    assert "王芳" in desk.says("wangfang", f"收到 {number}")
    with books(desk) as store:
        assert [line.action for line in store.audit(int(number))].count("备案确认") == 1


# ---- R25 ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R25")
def test_a_refused_forward(desk: Desk) -> None:
    """五(一)7: 科技司申请转发暴雨预警, 宣教办负责人以“已过时效”不同意; 科技司看到理由, 不能转发。"""
    number = desk.submits(
        "jiangke", "暴雨预警\n中国气象局发布暴雨预警。", FORWARD, column="预警预防信息", scope="事故预警统计救援",
        answers=("https://www.cma.gov.cn/1", "提醒矿山企业防范"),
    )  # fmt: skip
    desk.taps("shenmi", "可以公开并确认", number=number)
    desk.says("zhouzhuren", f"不同意 {number} 已过时效")

    assert "已过时效" in desk.texts("jiangke")[-1]
    for who in ("kejipub", "zhengli", "jiangke"):
        desk.says(who, f"已转发 {number}\n{LINKS}")
        assert desk.live(who, number) == []
    assert item(desk, number).links == ()
    assert moves(desk, number)[-1].decision is Decision.RETURNED


@pytest.mark.rule("saws-R25")
def test_forwarded_by_the_central_office_only(desk: Desk) -> None:
    """转发须先申请(原文链接、理由), 宣教办审定后由宣教办转发; 各单位自己不能转发。"""
    number = desk.submits(
        "jiangke", "暴雨预警\n中国气象局发布暴雨预警。", FORWARD, column="预警预防信息", scope="事故预警统计救援"
    )
    assert item(desk, number).state is State.PREPARING  # 原文链接、转发理由
    desk.says("jiangke", "https://www.cma.gov.cn/1")
    desk.says("jiangke", "提醒矿山企业防范")
    desk.taps("shenmi", "可以公开并确认", number=number)
    desk.taps("zhouzhuren", "同意并确认", number=number)

    desk.says("kejipub", f"已转发 {number}\n{LINKS}")
    assert item(desk, number).links == () and desk.cards("kejipub") == []
    assert desk.live("zhengli", number) == ["已转发", "有问题", "平台故障"]
    desk.says("zhengli", f"已转发 {number}\n{LINKS}")
    assert item(desk, number).state is State.DONE
    assert chain(desk, number)[-2:] == [("zhouzhuren", "central_head"), ("zhengli", "central_publisher")]
