"""Posts of three companies by their own examples: 企管部, 大理幸福龙国际酒店, 美康三杉木业."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.posts import begun, item, log, moves, passes, post, published
from tests.walks.test_archive import COMPANY, HOTEL

FRIDAY = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)
TWO = datetime(2025, 3, 14, 14, 0, tzinfo=BEIJING)
FLOOR = (
    Seat("heqian", "何倩", "市场部", "writer"),
    Seat("gaoxiang", "高翔", "市场部", "collector"),
    Seat("zhoubin", "周斌", "市场部", "market_head"),
    Seat("qianzong", "钱总", "公司领导", "gm"),
)
MEETING = "春季订货会\n订货会周六举行，欢迎参观。"
DINNER = "苍山菌菇宴上新\n三月起推出苍山菌菇宴，欢迎预订。"


@pytest.fixture
def firm(opens: Opens) -> Desk:
    return opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)


@pytest.fixture
def hotel(opens: Opens) -> Desk:
    return opens(slug="hotel-dali", seats=HOTEL, start=FRIDAY)


@pytest.fixture
def floor(opens: Opens) -> Desk:
    return opens(slug="meikang-floor", seats=FLOOR, start=FRIDAY)


def applied(desk: Desk, text: str = MEETING, scope: str = "公司研发产品宣传") -> str:
    """丁丽's application, sent for review."""
    return post(desk, "dingli", text, "销售部", channels="官方微博", 内容范围=scope)


def booked(desk: Desk, text: str = DINNER, scope: str = "公司研发新菜品宣传") -> str:
    return post(desk, "zhaocan", text, "餐饮部", channels="官方微博", 内容范围=scope)


def rows(desk: Desk, user: str, number: str) -> dict[str, str]:
    return {row["keyname"]: row["value"] for row in desk.card(user, number)["horizontal_content_list"]}


def can_publish(desk: Desk, number: str, people: tuple[Seat, ...]) -> list[str]:
    """Who has a button for publishing."""
    return [s.userid for s in people if any("发布" in label for label in desk.live(s.userid, number))]


# ---- 企管部 ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R2")
def test_only_the_editor_publishes(firm: Desk) -> None:
    """只有文字编辑员有发布卡片; 单位信息员发“发布”被拒, 并告知由郑洁办理。"""
    number = passes(firm, applied(firm), "luojun", "heqi", "jiangbu")

    assert can_publish(firm, number, COMPANY) == ["zhengjie"]
    said = firm.says("dingli", f"发布 {number}")
    assert said == f"{number} 的“统一发布”不由您办理，由郑洁办理。"
    assert item(firm, number).links == () and "拒绝办理" in log(firm, number)


@pytest.mark.rule("company-qiguanbu-R5")
def test_before_the_last_check_there_is_no_publish_card(firm: Desk) -> None:
    """单位负责人和企管办都审了, 企管部负责人没批: 没有发布卡片, 发布被拒; 批了才有; 一改就从头再审。"""
    number = passes(firm, applied(firm), "luojun", "heqi")
    assert can_publish(firm, number, COMPANY) == []
    said = firm.says("zhengjie", f"已发布 {number} 官方微博 https://example.com/1")
    assert "未经审核的信息不得发布（依据 第十一条）" in said and "蒋部" in said
    assert item(firm, number).links == ()

    passes(firm, number, "jiangbu")
    assert can_publish(firm, number, COMPANY) == ["zhengjie"]
    firm.says("dingli", f"改 {number} {MEETING.replace('周六', '周日')}")
    assert can_publish(firm, number, COMPANY) == []
    firm.taps("dingli", "送审", number=number)
    assert firm.live("luojun", number) and not firm.live("jiangbu", number)


@pytest.mark.rule("company-qiguanbu-R6")
def test_a_repost_with_secret_drawings_is_stopped(firm: Desk) -> None:
    """转发的客户图纸: 单位负责人以涉密退回, 发不出去; 每个审核人都确认未见涉密和违规内容, 转发的也一样。"""
    number = applied(firm, "转发：客户图纸介绍\n转发某客户的设备图纸。", "认定需发布或转发的其他信息")
    firm.taps("luojun", "退回", number=number, 退回原因="涉密")
    assert "审核未通过（罗军，退回）：涉密" in firm.texts("dingli")[-1]
    assert "未经审核的信息不得发布" in firm.says("zhengjie", f"已发布 {number} 官方微博 https://example.com/1")
    assert item(firm, number).links == () and can_publish(firm, number, COMPANY) == []

    firm.says("dingli", "转发：客户参观\n转发某客户来厂参观的消息。")
    firm.taps("dingli", "送审", number=number)
    passes(firm, number, "luojun", "heqi", "jiangbu")
    confirmed = [m.actor for m in moves(firm, number) if m.form.get("未见禁止发布内容") == "已确认"]
    assert confirmed == ["luojun", "heqi", "jiangbu"]
    assert [(m.actor, m.reason) for m in moves(firm, number) if m.decision is Decision.RETURNED] == [("luojun", "涉密")]


@pytest.mark.rule("company-qiguanbu-R7")
def test_what_a_leader_must_approve(firm: Desk) -> None:
    """选第6类: 多一个公司领导批准的环节, 送审时就说明; 领导没批发不了。"""
    number = begun(firm, "dingli", MEETING, channels="官方微博")
    scopes = [o["text"] for o in firm.card("dingli", number)["select_list"][0]["option_list"]]
    assert len([s for s in scopes if s != "请选择"]) == 7
    firm.taps("dingli", "送审", number=number, 内容范围="经公司领导批准的信息")
    said = firm.says("dingli", "销售部")
    assert "已送审核，之后由企管办审核人审核把关、企管部负责人批准、公司领导批准。" in said

    passes(firm, number, "luojun", "heqi", "jiangbu")
    assert can_publish(firm, number, COMPANY) == [] and "龚总" in firm.says("zhengjie", f"发布 {number}")
    passes(firm, number, "gongzong")
    assert can_publish(firm, number, COMPANY) == ["zhengjie"]
    assert "公司领导" not in firm.says("dingli", f"进度 {applied(firm)}")


@pytest.mark.rule("company-qiguanbu-R14")
def test_the_chain_goes_in_this_order(firm: Desk) -> None:
    """丁丽申请 → 罗军审核 → 企管办审核把关 → 企管部负责人批准 → 郑洁发布; 没到的人待办里没有。"""
    number = applied(firm)
    order = (("luojun", "待审核"), ("heqi", "待审核把关"), ("jiangbu", "待批准"), ("zhengjie", "待统一发布"))
    for now, word in order:
        for person, _ in order:
            todo = firm.says(person, "待办")
            assert (number in todo) is (person == now), (now, person)
        assert word in firm.says(now, "待办")
        if now != "zhengjie":
            passes(firm, number, now)
    assert [m.actor for m in moves(firm, number) if m.decision is Decision.PASSED] == ["luojun", "heqi", "jiangbu"]


@pytest.mark.rule("company-qiguanbu-R4")
def test_the_unit_head_answers_for_it(firm: Desk) -> None:
    """各单位负责人对发布信息的真实性、可靠性和合规性负责: 每张审核卡片上写着责任人。"""
    number = applied(firm)
    assert rows(firm, "luojun", number)["责任人"] == "罗军"
    passes(firm, number, "luojun")
    assert rows(firm, "heqi", number)["责任人"] == "罗军"
    assert "责任人：罗军" in "".join(firm.texts("heqi"))


@pytest.mark.rule("company-qiguanbu-R17")
def test_the_office_publishes_and_the_unit_hears_of_it(firm: Desk) -> None:
    """14:00批准: 发布卡片在郑洁那里, 不在丁丽那里; 发布后丁丽知道。"""
    number = passes(firm, applied(firm), "luojun", "heqi")
    firm.now(TWO)
    passes(firm, number, "jiangbu")
    assert can_publish(firm, number, COMPANY) == ["zhengjie"]
    assert "已审定" in firm.texts("dingli")[-1] and "由郑洁办理" in firm.texts("dingli")[-1]

    firm.later(minutes=30)
    published(firm, number, "zhengjie")
    assert firm.texts("dingli")[-1].startswith(f"{number} 已发布完成。")
    assert item(firm, number).state is State.DONE


# ---- 大理幸福龙国际酒店 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("hotel-dali-R2")
def test_only_the_hotel_s_editor_publishes(hotel: Desk) -> None:
    """客房部来发布: 被拒, 告知由营销客服段小雨办理。"""
    number = post(hotel, "sunke", "海景房开放\n三月起预订。", "客房部", channels="官方微博", 内容范围="企业形象宣传")
    passes(hotel, number, "like", "shen", "muchun")
    assert can_publish(hotel, number, HOTEL) == ["duan"]
    assert hotel.says("sunke", f"已发布 {number} 官方微博 https://example.com/1").endswith("不由您办理，由段小雨办理。")
    assert item(hotel, number).links == ()


@pytest.mark.rule("hotel-dali-R5")
def test_the_hotel_publishes_nothing_unchecked(hotel: Desk) -> None:
    """营销部负责人没批: 没有发布卡片, 发布被拒。"""
    number = passes(hotel, booked(hotel), "qiancan", "shen")
    assert can_publish(hotel, number, HOTEL) == []
    assert "未经审核的信息不得发布" in hotel.says("duan", f"发布 {number}")
    passes(hotel, number, "muchun")
    assert can_publish(hotel, number, HOTEL) == ["duan"]


@pytest.mark.rule("hotel-dali-R6")
def test_a_guest_s_name_and_room_are_returned(hotel: Desk) -> None:
    """稿件里有客人姓名和房号: 投稿时和审核时都提醒, 审核人以“客人隐私”退回; 改好再审, 每个审核人都确认。"""
    text = "感谢信\n感谢张伟先生（302房）入住我店，留下五星好评。"
    number = begun(hotel, "zhaocan", text, channels="官方微博")
    assert "检查：房号（302房）" in hotel.says("zhaocan", f"进度 {number}")
    hotel.taps("zhaocan", "送审", number=number, 内容范围="企业形象宣传")
    hotel.says("zhaocan", "餐饮部")
    assert "房号（302房）" in rows(hotel, "qiancan", number)["检查"]
    hotel.taps("qiancan", "退回", number=number, 退回原因="客人隐私")
    assert "客人隐私" in hotel.texts("zhaocan")[-1]

    hotel.says("zhaocan", "感谢信\n感谢一位客人入住我店，留下五星好评。")
    hotel.taps("zhaocan", "送审", number=number)
    passes(hotel, number, "qiancan", "shen", "muchun")
    confirmed = [m.actor for m in moves(hotel, number) if m.form.get("未见禁止发布内容") == "已确认"]
    assert confirmed == ["qiancan", "shen", "muchun"]


@pytest.mark.rule("hotel-dali-R7")
def test_new_dishes_are_one_of_seven_kinds(hotel: Desk) -> None:
    """“苍山菌菇宴上新”选新菜品宣传: 收下; 七类之一; 不选不行; 第6类要公司领导。"""
    number = begun(hotel, "zhaocan", DINNER, channels="官方微博")
    assert "还没有选内容范围" in hotel.says("zhaocan", f"送审 {number}")
    hotel.taps("zhaocan", "送审", number=number, 内容范围="公司研发新菜品宣传")
    said = hotel.says("zhaocan", "餐饮部")
    assert f"{number} 已送审核" in said and "公司领导" not in said
    assert item(hotel, number).scope == "公司研发新菜品宣传"
    assert len(hotel.regulation.content.scope) == 7
    assert "公司领导批准" in hotel.texts("zhaocan")[-1] or "公司领导批准" in sixth(hotel)


def sixth(desk: Desk) -> str:
    number = begun(desk, "zhaocan", "店庆公告\n店庆当天全场八折。", channels="官方微博")
    desk.taps("zhaocan", "送审", number=number, 内容范围="经公司领导批准的信息")
    return desk.says("zhaocan", "餐饮部")


BOTH_HATS = (
    *(s for s in HOTEL if s.role != "central_checker"),
    Seat("muchun", "木春", "营销部", "central_checker"),
    Seat("gong", "龚总", "公司领导", "leader"),
    Seat("fang", "方助", "营销部"),
)


@pytest.mark.rule("hotel-dali-R14")
@pytest.mark.parametrize("deputy", [False, True], ids=["above", "deputy"])
def test_who_held_the_first_does_not_approve(deputy: bool, opens: Opens) -> None:
    """审核人和负责人都是木春: 她把关后, 批准交她的代办人, 没有代办人的交公司领导; 她自己批被拒。"""
    hotel = opens(slug="hotel-dali", seats=BOTH_HATS, start=FRIDAY)
    number = passes(hotel, booked(hotel), "qiancan")
    if deputy:  # the cards go to 方助; she still may do herself what she has read
        hotel.says("muchun", "我今天不在，由方助代到周三")
    hotel.taps("muchun", "同意并确认", number=number)
    second = "fang" if deputy else "gong"

    assert not hotel.live("muchun", number) and "审核两次" in hotel.says("muchun", f"同意 {number}")
    passes(hotel, number, second)
    last = [m for m in moves(hotel, number) if m.decision is Decision.PASSED][-1]
    assert (last.actor, last.role, last.acting_for) == (second, "central_head", "muchun")
    assert can_publish(hotel, number, BOTH_HATS) == ["duan"]


@pytest.mark.rule("hotel-dali-R14")
def test_the_hotel_s_chain(hotel: Desk) -> None:
    """信息员 → 部门负责人 → 营销部审核把关 → 营销部负责人 → 营销客服, 一步一步。"""
    number = booked(hotel)
    for now in ("qiancan", "shen", "muchun"):
        assert [s.userid for s in HOTEL if hotel.live(s.userid, number)] == [now]
        passes(hotel, number, now)
    assert can_publish(hotel, number, HOTEL) == ["duan"]


@pytest.mark.rule("hotel-dali-R17")
def test_the_hotel_s_office_publishes(hotel: Desk) -> None:
    """14:00批准: 段小雨有发布卡片, 发布后餐饮部知道。"""
    number = passes(hotel, booked(hotel), "qiancan", "shen")
    hotel.now(TWO)
    passes(hotel, number, "muchun")
    assert can_publish(hotel, number, HOTEL) == ["duan"]
    published(hotel, number, "duan")
    assert "已发布完成" in hotel.texts("zhaocan")[-1]


# ---- 美康三杉木业 ----------------------------------------------------------------------------------------------------

SALE = "3·15促销活动\n3月15日全场地板八折。"


def written(desk: Desk, text: str = SALE, who: str = "heqian", scope: str = "服务、新品、商务和促销") -> str:
    number = begun(desk, who, text, channels="官方微博", 栏目="公司新闻")
    desk.taps(who, "送审", number=number, 内容范围=scope)
    desk.says(who, "市场部")
    desk.says(who, "1")
    return number


@pytest.mark.rule("meikang-floor-R2")
def test_the_writer_writes_and_publishes_but_does_not_approve(floor: Desk) -> None:
    """何倩写、送审、审定后发布; 自己审被拒“起草人不能审核本人稿件”。"""
    number = written(floor)
    assert floor.says("heqian", f"同意 {number}") == "起草人不能审核本人稿件，由周斌办理。"
    assert item(floor, number).position == 1
    passes(floor, number, "zhoubin")
    published(floor, number, "heqian")
    assert item(floor, number).state is State.DONE


@pytest.mark.rule("meikang-floor-R3")
def test_the_head_checks_and_both_rounds_stay(floor: Desk) -> None:
    """周斌退回“价格写错”, 何倩改了再送; 两轮都在记录里; 通过后何倩有发布卡片。"""
    number = written(floor)
    floor.says("zhoubin", f"退回 {number} 价格写错")
    assert "价格写错" in floor.texts("heqian")[-1]
    floor.says("heqian", SALE.replace("八折", "七折"))
    floor.taps("heqian", "送审", number=number)
    assert "与上一版比较：" in floor.texts("zhoubin")[-1] and "【删:八】【增:七】" in floor.texts("zhoubin")[-1]
    passes(floor, number, "zhoubin")

    kept = [(m.round, m.version, m.decision, m.reason) for m in moves(floor, number)]
    assert kept == [
        (1, 1, Decision.SUBMITTED, ""), (1, 1, Decision.RETURNED, "价格写错"),
        (2, 2, Decision.SUBMITTED, ""), (2, 2, Decision.PASSED, ""),
    ]  # fmt: skip
    assert can_publish(floor, number, FLOOR) == ["heqian"]


@pytest.mark.rule("meikang-floor-R4")
def test_the_collector_answers_for_it(floor: Desk) -> None:
    """高翔送审时没有确认真实、准确、及时: 不能送; 确认后, 周斌的卡片上写“责任人 高翔”。"""
    number = begun(floor, "gaoxiang", SALE, channels="官方微博", 栏目="公司新闻")
    floor.taps("gaoxiang", "送审", number=number, 内容范围="服务、新品、商务和促销")
    asked = floor.says("gaoxiang", "市场部")
    assert "信息真实、准确、及时" in asked and item(floor, number).state is State.PREPARING
    refused = floor.says("gaoxiang", "还没有核实")
    assert item(floor, number).state is State.PREPARING and "确认" in refused
    assert not floor.live("zhoubin", number)

    floor.says("gaoxiang", f"送审 {number}")
    floor.says("gaoxiang", "确认")
    assert rows(floor, "zhoubin", number)["责任人"] == "高翔"
    assert "责任人：高翔" in floor.texts("zhoubin")[-1]
    assert rows(floor, "zhoubin", written(floor))["责任人"] == "高翔"  # whoever writes it


@pytest.mark.rule("meikang-floor-R5")
def test_nothing_unchecked_on_any_of_three_channels(floor: Desk) -> None:
    """待审核时何倩发“发布”: 被拒, 三个渠道都一样; 没有一个链接记下来。"""
    number = begun(floor, "heqian", SALE, channels="官方网站+官方微博+官方微信", 栏目="公司新闻")
    floor.taps("heqian", "送审", number=number, 内容范围="服务、新品、商务和促销")
    floor.says("heqian", "市场部")
    floor.says("heqian", "确认")
    said = floor.says("heqian", f"发布 {number}")
    assert said.startswith("未经审核的信息不得发布（依据 第七条）。") and "由周斌办理" in said
    for channel in ("官方网站", "官方微博", "官方微信"):
        assert "未经审核的信息不得发布" in floor.says("heqian", f"已发布 {number}\n{channel} https://example.com/1")
    assert item(floor, number).links == () and "拒绝发布" in log(floor, number)


@pytest.mark.rule("meikang-floor-R7")
def test_one_of_six_kinds_and_who_decided_the_last(floor: Desk) -> None:
    """“某楼盘地板铺装案例”记为经销商成功项目案例; 最后一类要写认定人; 不选不行。"""
    number = begun(floor, "heqian", "某楼盘地板铺装案例\n经销商完成某楼盘铺装。", channels="官方微博", 栏目="地板知识")
    assert "还没有选内容范围" in floor.says("heqian", f"送审 {number}")
    floor.taps("heqian", "送审", number=number, 内容范围="经销商成功项目案例")
    floor.says("heqian", "市场部")
    floor.says("heqian", "确认")
    assert item(floor, number).scope == "经销商成功项目案例" and item(floor, number).state is State.RUNNING
    assert len(floor.regulation.content.scope) == 6

    other = begun(floor, "heqian", "转发行业消息\n行业协会发布标准。", channels="官方微博", 栏目="行业动态")
    floor.taps("heqian", "送审", number=other, 内容范围="认定需发布或转发的其他信息")
    floor.says("heqian", "行业协会")
    floor.says("heqian", "周斌")
    floor.says("heqian", "1")
    assert item(floor, other).form["认定人"] == "周斌"
    assert "认定人：周斌" in floor.texts("zhoubin")[-1]


@pytest.mark.rule("meikang-floor-R6")
def test_a_secret_price_list_is_removed_or_explained(opens: Opens) -> None:
    """转发的文章带供应商价目表, 命中“保密”: 送不出去; 说明后周斌仍要先确认未见, 不确认不能同意; 删掉了就不用。"""
    floor = opens(slug="meikang-floor", seats=FLOOR, start=FRIDAY, words=(Entry("保密", 1, "涉密"),))
    text = "转发：供应商价目表\n某供应商的价目表（保密）见附图。"
    number = begun(floor, "heqian", text, channels="官方微博", 栏目="行业动态")
    floor.taps("heqian", "送审", number=number, 内容范围="认定需发布或转发的其他信息")
    for answer in ("某供应商", "周斌", "确认"):
        said = floor.says("heqian", answer)
    assert "有“保密”" in said and "请改稿重发，或回复“说明 理由”" in said and "涉密信息" in said
    assert item(floor, number).state is State.PREPARING and not floor.live("zhoubin", number)

    floor.says("heqian", "说明 供应商已书面同意公开")
    assert "起草人对“保密”的说明：供应商已书面同意公开" in floor.texts("zhoubin")[-1]
    assert "请先点“确认未见”" in floor.says("zhoubin", f"同意 {number}") and item(floor, number).position == 1
    floor.says("zhoubin", f"退回 {number} 价目表不能发")
    floor.says("heqian", f"改 {number} 转发：供应商新品\n某供应商发布新品。")
    floor.taps("heqian", "送审", number=number)
    assert "保密" not in rows(floor, "zhoubin", number)["检查"]
    passes(floor, number, "zhoubin")
    assert [m.form for m in moves(floor, number) if m.decision is Decision.PASSED] == [{"未见禁止发布内容": "已确认"}]
