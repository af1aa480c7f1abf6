"""单位的上级和标注, 小组和专家的名单, 转发的卡片."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.app import reading
from bot.rules.item import Item
from bot.rules.roster import Roster, Seat, UnitEntry
from storage.read import AuditRow, Reader
from tests.walks.desk import CORP, Desk

Opens = Callable[..., Desk]
POST = "城区道路交通管制的通知\n今天18时起解放路单行，请绕行。"
GROUP = "政务微博工作小组"

SEATS = (
    Seat("fanlei", "范蕾", GROUP, "group_lead"),
    Seat("bian", "边小", GROUP, "editor"),
    Seat("hua", "华图", GROUP, "designer"),
    Seat("shu", "舒据", GROUP, "analyst"),
    Seat("ce", "策划", GROUP, "planner"),
    Seat("zhuguan", "主管", "本机关领导", "chief"),
    Seat("gongan", "龚联", "市公安局", "contact"),
    Seat("gongling", "龚领", "市公安局", "unit_leader"),
    Seat("baomi", "鲍密", "市公安局", "secrecy"),
    Seat("chengguan", "程管", "城管局", "contact"),
    Seat("chengling", "程领", "城管局", "unit_leader"),
    Seat("wp1", "王评", "城管局", "commenter"),
    Seat("wp2", "韦评", "市公安局", "commenter"),
    Seat("xiaogu", "小顾", "社会协作力量", "vendor"),
    Seat("miao", "苗专", "社会协作力量", "expert", "免疫规划，电话 6601"),
    Seat("yi", "易专", "社会协作力量", "expert", "免疫规划"),
    Seat("shui", "税专", "社会协作力量", "expert", "水利"),
)


@pytest.fixture
def weibo(opens: Opens) -> Desk:
    return opens(slug="gov-weibo-assessment", seats=SEATS)


def item(desk: Desk, number: str) -> Item:
    with reading(desk.config().storage.path) as db:
        found = Reader(db, CORP).item(int(number))
    assert found is not None
    return found


def lines(desk: Desk, action: str) -> list[AuditRow]:
    with reading(desk.config().storage.path) as db:
        return [row for row in Reader(db, CORP).audit() if row.action == action]


def passes(desk: Desk, user: str, number: str) -> None:
    desk.taps(user, next(label for label in desk.live(user, number) if label.startswith("同意")), number=number)


def submits(desk: Desk, user: str, **choices: str) -> str:
    """一般内容 from the first message to 送审."""
    desk.says(user, POST)
    number = str(desk.card(user)["task_id"][:4])
    desk.taps(user, "下一步", number=number, 类别="一般内容")
    desk.taps(user, "送审", number=number, **choices)
    return number


@pytest.mark.rule("gov-weibo-assessment-R15")
def test_a_marked_unit_has_its_secrecy_review(weibo: Desk) -> None:
    """市公安局标注涉密行业: 它的一般内容在组长审核前先保密审查，起草人去不掉；城管局没有这一步；取消后也没有。"""
    answer = weibo.says("fanlei", "单位 市公安局 标注 涉密行业")
    assert answer == "已登记，市公安局：上级 无，标注 涉密行业。已送审的稿件，标注不变。"
    number = submits(weibo, "gongan")
    assert item(weibo, number).ticks == {"涉密行业": "roster"}
    assert weibo.live("baomi", number) and not weibo.live("fanlei", number)
    weibo.says("baomi", f"退回 {number} 时间请再核")
    weibo.says("gongan", POST.replace("18时", "19时"))
    weibo.taps("gongan", "送审", number=number)
    assert weibo.live("baomi", number) and not weibo.live("fanlei", number)
    passes(weibo, "baomi", number)
    assert weibo.live("fanlei", number)

    other = submits(weibo, "chengguan")
    assert weibo.live("fanlei", other)
    weibo.says("fanlei", "单位 市公安局 取消标注 涉密行业")
    assert weibo.live("fanlei", submits(weibo, "gongan"))


def test_what_is_refused_of_units(weibo: Desk) -> None:
    assert weibo.says("chengling", "单位 城管局 标注 涉密行业") == "单位的上级和标注由归口部门登记。"
    assert "没有“保密”这个标注，可用的有：须专家意见、须配图、涉密行业" in weibo.says("fanlei", "单位 城管局 标注 保密")
    assert "名册里没有“城管”这个单位" in weibo.says("fanlei", "单位 城管 标注 涉密行业")
    assert weibo.says("fanlei", "单位 市公安局 上级 城管局").startswith("已登记")
    assert "不能作上级" in weibo.says("fanlei", "单位 城管局 上级 市公安局")
    assert weibo.says("fanlei", "单位 市公安局").startswith("市公安局：上级 城管局，标注 无\n龚领 部门(单位)主管领导")
    assert weibo.says("fanlei", "单位 市公安局 取消上级").startswith("已登记，市公安局：上级 无")


def test_an_empty_seat_is_filled_by_the_parent_body(weibo: Desk) -> None:
    """城管局没有保密审查员: 登记上级后由上级的办，等着的事项马上发给他。"""
    weibo.says("fanlei", "单位 城管局 标注 涉密行业")
    number = submits(weibo, "chengguan")
    assert not weibo.live("baomi", number) and "没有可以办理的保密审查员" in weibo.texts("fanlei")[-1]
    weibo.says("fanlei", "单位 城管局 上级 市公安局")
    passes(weibo, "baomi", number)
    assert weibo.live("fanlei", number)


@pytest.mark.rule("citics-R10")
def test_the_filing_person_is_found_by_the_parent_body() -> None:
    """北京营业部属于经纪业务发展管理委员会: 报备人是客户服务部的；投资银行的找运营部；绕圈的不会没完。"""
    brokers, bankers = "经纪业务发展管理委员会", "投资银行委员会"
    roster = Roster(
        (Seat("kefu", "客服报备", brokers, "filer"), Seat("yunying", "运营报备", bankers, "filer")),
        entries=(
            UnitEntry("北京营业部", "北京分公司"), UnitEntry("北京分公司", brokers), UnitEntry("并购部", bankers),
            UnitEntry("甲", "乙"), UnitEntry("乙", "甲"),
        ),
    )  # fmt: skip
    found = [roster.in_seat("filer", unit) for unit in ("北京营业部", "并购部", brokers, "研究部", "甲")]
    assert found == [("kefu",), ("yunying",), ("kefu",), (), ()]


@pytest.mark.rule("gov-weibo-assessment-R2")
def test_the_group_is_listed_with_posts(weibo: Desk) -> None:
    """小组: 组长和四名成员，连同岗位。"""
    assert weibo.says("chengguan", "小组").splitlines() == [
        "政务微博工作小组 5 人：", "范蕾 小组组长", "边小 内容编辑", "华图 形象设计", "舒据 数据评估", "策划 活动策划",
    ]  # fmt: skip
    assert weibo.says("fanlei", "网评员") == "网评员 2 人：\n城管局：王评\n市公安局：韦评"


@pytest.mark.rule("gov-weibo-assessment-R5")
def test_experts_are_found_by_their_field(weibo: Desk) -> None:
    """专家 免疫规划: 两位这一行的专家，连同联系方式。"""
    answer = weibo.says("fanlei", "专家 免疫规划")
    assert answer == "专家 2 人：\n社会协作力量：苗专（免疫规划，电话 6601）、易专（免疫规划）"
    assert weibo.says("fanlei", "专家 地震") == "没有备注“地震”的专家，全部有 3 人，发“专家”查看。"


@pytest.mark.rule("gov-weibo-assessment-R6")
def test_a_vendor_taps_a_forwarded_card(weibo: Desk) -> None:
    """第三方小顾点了转给他的审核卡片: 不办，留痕，组长的卡片还能用。"""
    number = submits(weibo, "chengguan")
    card = weibo.card("fanlei", number)
    fields = {
        "Event": "template_card_event", "EventKey": "pass", "TaskId": card["task_id"],
        "CardType": card["card_type"], "ResponseCode": "of-his-own",
    }  # fmt: skip
    weibo.platform.post("event", user="xiaogu", fields=fields)
    weibo.bot.settle()
    assert "这张卡片是发给别人的，不由您办理" in weibo.texts("xiaogu")[-1]
    [line] = [row for row in lines(weibo, "拒绝办理") if row.actor == "xiaogu"]
    assert line.item == int(number)
    assert weibo.says("xiaogu", f"同意 {number}") == f"没有您可以办理的事项 {number}。"
    assert weibo.says("xiaogu", f"全文 {number}").startswith("没有您")
    passes(weibo, "fanlei", number)
    assert item(weibo, number).step and weibo.live("bian", number)


@pytest.mark.rule("gov-weibo-assessment-R12")
def test_a_contact_drafts_for_his_own_unit(weibo: Desk) -> None:
    number = submits(weibo, "chengguan")
    assert (item(weibo, number).unit, item(weibo, number).author) == ("城管局", "chengguan")
