"""报备、备案和通知: 人员变动、停用、开设之后按期报备，各处都确认收到；给各部门的通知看得到谁还没签收。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import State
from bot.rules.roster import Seat
from storage.db import open_writing, transaction
from storage.roster import replace_seats
from tests.walks.accounts import (
    BROKERS,
    LISTED,
    OPEN_BROKER,
    answered,
    begun,
    item,
    opened,
    opened_listed,
    register,
)
from tests.walks.desk import CORP, Desk
from tests.walks.flows import books, differences, end_state

Opens = Callable[..., Desk]

MARCH_10 = datetime(2025, 3, 10, 9, 0, tzinfo=BEIJING)
COMMITTEE = "经纪业务发展管理委员会"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


def imports(desk: Desk, *seats: Seat) -> None:
    """`shenfa roster import` of everybody, as another process does it."""
    db = open_writing(desk.config().storage.path)
    with transaction(db):
        replace_seats(db, CORP, list(seats), desk.clock.now(), by="sys")
    db.close()
    desk.bot.settle()


def changed_operator(desk: Desk) -> str:
    """研究部's 运营人员 is another one from now on; the number of the filing that opens by itself."""
    others = [s for s in BROKERS if s.userid != "xuyan"]
    imports(desk, *others, Seat("xinren", "辛仁", "研究部", "operator"))
    with books(desk) as store:
        [mine] = [x for x in store.open_items() if x.flow and x.flow.id == "staff"]
    return mine.number


@pytest.fixture
def broker(opens: Opens) -> Desk:
    seats = (*BROKERS, Seat("xinren", "辛仁", "研究部"))
    return opens(slug="citics", seats=seats, words=(), start=MARCH_10)


# ---- a change of people ----------------------------------------------------------------------------------------------


@pytest.mark.rule("citics-R9")
def test_a_change_of_people_is_filed_in_five_working_days(broker: Desk) -> None:
    """3月14日(周五)换了运营人员: 报备自己开始，3月21日24:00到期；没报，24日告诉分管领导，25日合规部也知道。"""
    opened(broker)
    broker.now(at(3, 14))
    number = changed_operator(broker)
    card = broker.texts("baoli")[-1]
    assert card.startswith(f"【待您报备】{number} 负责人员、运营人员变动报备：中信证券研究")
    assert "变动内容：运营人员 徐岩 → 辛仁" in card and "期限 3月21日 24:00" in card
    assert "在用（待备案）" in broker.says("zhaohe", "账号")
    assert "变动日期 3月14日" in broker.says("zhaohe", f"进度 {number}")

    late = f"【逾期 第1次】{number}《负责人员、运营人员变动报备：中信证券研究》待报备"
    broker.now(at(3, 21, 23, 59))
    assert not [t for who in ("gaolei", "zhaohe") for t in broker.texts(who) if "【逾期" in t]
    broker.now(at(3, 24))
    assert broker.texts("gaolei")[-1].startswith(late) and broker.texts("baoli")[-1].startswith(late)
    assert not [t for t in broker.texts("zhaohe") if "【逾期" in t]
    broker.now(at(3, 25))
    second = late.replace("第1次", "第2次")
    assert [broker.texts(who)[-1].startswith(second) for who in ("baoli", "gaolei", "zhaohe")] == [True] * 3


@pytest.mark.rule("citics-R9")
def test_both_offices_acknowledge_it(broker: Desk) -> None:
    """报备到合规部和董事会办公室: 合规部确认了是1/2，只催董事会办公室；两处都确认才完。"""
    opened(broker)
    number = changed_operator(broker)
    broker.says("baoli", f"办结 {number}")
    assert "确认收到" in broker.live("zhaohe", number) and "确认收到" in broker.live("sundong", number)

    card = broker.card("zhaohe", number)
    assert (card["source"]["desc"], card["main_title"]["desc"]) == ("审发 · 备案", "研究部")
    assert [row["keyname"] for row in card["horizontal_content_list"]] == ["编号", "依据", "版本"]

    assert broker.says("zhaohe", f"收到 {number}") == "备 2025-001 已确认收到（1/2）。"
    assert broker.live("zhaohe", number) == [] and "确认收到" in broker.live("sundong", number)
    assert "备案 2025-001 还没有确认收到：董事会办公室会签人。" in broker.says("zhaohe", f"进度 {number}")
    assert "未确认（董事会办公室会签人）" in broker.says("zhaohe", "备案登记 3月")
    assert "赵禾已于 09:00 确认收到" in broker.says("zhaohe", f"收到 {number}")

    broker.new("zhaohe")
    broker.now(at(3, 12))
    assert any("备 2025-001" in t and "还没有确认收到" in t for t in broker.texts("sundong"))
    assert not [t for t in broker.new("zhaohe") if "还没有确认收到" in t]

    broker.taps("sundong", "确认收到", number=number)
    assert broker.card("sundong", number)["replaced"] == "已收到 09:00（2/2）"
    with books(broker) as store:
        filing = store.filing(int(number))
        assert not [row for row in store.open_deadlines() if row.item == int(number)]
    assert filing is not None
    assert [(r.role, r.by) for r in filing.receipts] == [
        ("compliance_officer", "zhaohe"), ("board_officer", "sundong"),
    ]  # fmt: skip
    assert filing.acknowledged_by == "sundong"
    assert "在用（待备案）" not in broker.says("zhaohe", "账号")


@pytest.mark.rule("citics-R9")
def test_one_person_in_both_offices_acknowledges_once(opens: Opens) -> None:
    """一个人兼两处的，确认一次就够；一处没有人的，不等它。"""
    both = [s for s in BROKERS if s.userid != "sundong"]
    desk = opens(slug="citics", seats=(*both, Seat("zhaohe", "赵禾", "董事会办公室", "board_officer")), words=())
    number = begun(desk, "lianjie", "冒用名称、擅自开设的整改", ("citics小王", "王武"))
    desk.taps("lianjie", "送出", number=number)
    desk.says("zhaohe", f"交办 {number} 研究部")
    desk.says("lianjie", f"办结 {number}")
    desk.says("lianjie", "已改名")
    assert desk.says("zhaohe", f"收到 {number}") == "备 2025-001 已确认收到。"


@pytest.mark.rule("citics-R9")
def test_disuse_is_filed_too(broker: Desk) -> None:
    """不再使用的也在五个工作日内报备: 报备以后账号停用，停用日期不能填将来的。"""
    opened(broker)
    number = begun(broker, "qianfu", "账号停用报备")
    assert "还没有到" in broker.says("qianfu", "3月14日")
    answered(broker, "qianfu", ("今天", "业务调整"))
    broker.taps("qianfu", "送出", number=number)
    assert "期限 3月17日 24:00" in broker.texts("baoli")[-1]
    assert register(broker)["中信证券研究"].state == "在用"
    broker.says("baoli", f"办结 {number}")
    assert register(broker)["中信证券研究"].state == "停用"
    assert "确认收到" in broker.live("sundong", number)


def test_filings_of_repeats_and_restarts(opens: Opens) -> None:
    """换人的报备和两处确认: 回调重复、每步重启，结果一样，只开一件。"""

    def walked(**settings: bool) -> dict[str, object]:
        seats = (*BROKERS, Seat("xinren", "辛仁", "研究部"))
        desk = opens(slug="citics", seats=seats, words=(), start=MARCH_10, **settings)
        opened(desk)
        number = changed_operator(desk)
        desk.says("baoli", f"办结 {number}")
        desk.says("zhaohe", f"收到 {number}")
        desk.taps("sundong", "确认收到", number=number)
        return end_state(desk)

    plain = walked()
    assert plain["waiting"] == []
    assert differences(walked(twice=True), plain) == []
    assert differences(walked(restarts=True), plain) == []


@pytest.mark.rule("citics-R10")
def test_the_parent_body_files_for_its_units(opens: Opens) -> None:
    """北京营业部属于经纪业务发展管理委员会: 它换运营人员，报备卡片到客户服务部的报备人，不到别的部门。"""
    people = (
        Seat("jingshen", "景申", "北京营业部", "applicant"),
        Seat("jingyun", "景云", "北京营业部", "operator"),
        Seat("jingfu", "景芙", "北京营业部", "owner"),
        Seat("jinghost", "景尚", "北京营业部", "host"),
        Seat("jinglead", "景林", "北京营业部", "leader"),
        Seat("fengke", "冯珂", COMMITTEE, "filer"),
        Seat("fengke", "冯珂", "客户服务部"),
        Seat("touhang", "陶航", "投资银行委员会", "filer"),
        Seat("jingxin", "景新", "北京营业部"),
    )
    desk = opens(slug="citics", seats=(*BROKERS, *people), words=(), start=MARCH_10)
    desk.says("zhaohe", f"单位 北京营业部 上级 {COMMITTEE}")
    answers = [*OPEN_BROKER[:2], "北京营业部之窗", *OPEN_BROKER[3:]]
    opened(desk, "jingshen", answers, "jinglead")
    desk.new("fengke")
    kept = [s for s in (*BROKERS, *people) if s.userid not in ("jingyun", "jingxin")]
    imports(desk, *kept, Seat("jingxin", "景新", "北京营业部", "operator"))

    assert "【待您报备】" in desk.new("fengke")[-1]
    assert not [t for who in ("touhang", "baoli") for t in desk.texts(who) if "待您报备" in t]
    number = desk.card("fengke")["task_id"][:4]
    desk.says("fengke", f"办结 {number}")
    assert item(desk, number).state is State.DONE


# ---- a notice to every department ------------------------------------------------------------------------------------


DEPARTMENTS = (*(f"第{n}部" for n in "一二三四五六七八九十"), "十一部", "十二部", "十三部", "十四部")
CONTACTS = tuple(Seat(f"lian{n:02d}", f"联络{n:02d}", unit, "contact") for n, unit in enumerate(DEPARTMENTS, 1))
OFFICES = tuple(seat for seat in BROKERS if seat.userid in ("zhaohe", "sundong"))


@pytest.mark.rule("citics-R13")
def test_a_notice_to_fourteen_contacts(opens: Opens) -> None:
    """合规部把“关于规范昵称的通知”发给14位联络人，12位签收: 两个工作日后催另两位，合规部看得到是谁。"""
    desk = opens(slug="citics", seats=(*OFFICES, *CONTACTS), words=())
    number = begun(desk, "zhaohe", "制度传达", ("关于规范昵称的通知：昵称里不得使用公司简称",))
    desk.taps("zhaohe", "送出", number=number)
    assert desk.says("zhaohe", f"交办 {number} 全部") == f"{number} 已交办：14 个单位。"
    for seat in CONTACTS:
        assert "关于规范昵称的通知" in desk.texts(seat.userid)[-1]

    desk.taps("lian01", "已办好", number=number)
    assert "还有 13 个单位没有办，现在“签收”环节，签收1/14，由联络02、联络03" in desk.texts("lian01")[-1]
    for seat in CONTACTS[1:12]:
        desk.says(seat.userid, f"办结 {number}")
    said = desk.says("zhaohe", f"进度 {number}")
    assert "签收12/14。已办：第一部、第二部" in said
    assert "未办：十三部（联络13）、十四部（联络14）" in said

    for seat in (*CONTACTS, *OFFICES):
        desk.new(seat.userid)
    desk.now(at(3, 19, 23))
    assert not [t for seat in CONTACTS for t in desk.new(seat.userid) if "逾期" in t]
    desk.now(at(3, 20))
    told = {s.userid for s in (*CONTACTS, *OFFICES) if any("【逾期 第1次】" in t for t in desk.new(s.userid))}
    assert told == {"lian13", "lian14", "zhaohe"}
    assert "待签收，由联络13、联络14办理" in desk.texts("zhaohe")[-1]
    assert "签收12/14" in desk.texts("zhaohe")[-1] and desk.texts("zhaohe")[-1].endswith(f"发“进度 {number}”。")

    desk.taps("lian13", "已办好", number=number)
    desk.taps("lian14", "已办好", number=number)
    assert item(desk, number).state is State.DONE


@pytest.mark.rule("citics-R13")
def test_a_department_without_a_contact_is_listed(opens: Opens) -> None:
    """每个部门一名固定联络人: 缺的列出来，第二个任命不了。"""
    more = (Seat("wu", "武一", "第一部"), Seat("shi", "施十五", "十五部", "operator"))
    desk = opens(slug="citics", seats=(*OFFICES, *CONTACTS, *more), words=())
    assert "十五部还没有联络人（应有1名）" in desk.says("zhaohe", "缺额")
    assert "第一部" in desk.says("zhaohe", "任命 第一部 联络人 武一")
    with books(desk) as store:
        assert store.roster().in_seat("contact", "第一部") == ("lian01",)


# ---- the supervisor --------------------------------------------------------------------------------------------------


@pytest.mark.rule("listed-company-ir-R7")
def test_an_opening_is_reported_to_the_supervisor(opens: Opens) -> None:
    """3月10日开设的账号: 到3月17日24:00还没有回执，告诉董事会秘书；填了报备日期和回执才完。"""
    desk = opens(slug="listed-company-ir", seats=LISTED, words=(), start=MARCH_10)
    number = opened_listed(desk)
    asked = desk.texts("dongban")[-1]
    assert asked.startswith(f"【待您报监管部门备案】{number}") and "期限 3月17日 24:00" in asked
    assert all(part in asked for part in ("华东新材资讯", "研发部", "管理人员姓名：石晴", "联系方式：021-5555"))

    desk.new("mishu")
    desk.now(at(3, 17, 23, 59))
    assert not [t for t in desk.new("mishu") if "逾期" in t]
    desk.now(at(3, 18))
    assert f"【逾期 第1次】{number}" in desk.new("mishu")[-1]

    desk.says("dongban", f"办结 {number}")
    answered(desk, "dongban", ("今天", "证监局收〔2025〕8号"))
    assert item(desk, number).state is State.DONE
    assert register(desk)["华东新材资讯"].facts["回执"] == "证监局收〔2025〕8号"


@pytest.mark.rule("listed-company-ir-R8")
def test_a_change_is_reported_by_the_official_calendar(opens: Opens) -> None:
    """9月29日(周一)换管理人员: 30日、10月9日、10日、11日补班、13日，报备到10月13日24:00，怎么算的写在期限里。"""
    desk = opens(slug="listed-company-ir", seats=LISTED, words=(), start=at(9, 22))
    opened_listed(desk)
    desk.now(at(9, 29))
    number = begun(desk, "shiqing", "变更", ("管理人员", "金新", "021-7777", "2025-09-29"))
    desk.taps("shiqing", "送出", number=number)
    desk.says("shiqing", f"办结 {number}")

    assert "期限 10月13日 24:00" in desk.texts("dongban")[-1]
    assert desk.says("dongban", f"期限 {number}").splitlines()[1] == (
        "“报监管部门备案”的期限：变更日期 9月29日 → 10月1日至8日国庆节、中秋节休假 → 10月11日（周六，补班）计1个工作日"
        " → 10月12日周末 → 计5个工作日 → 截止 10月13日 24:00。"
    )
    desk.new("mishu")
    desk.now(at(10, 13, 23, 59))
    assert not [t for t in desk.new("mishu") if "逾期" in t and number in t]
    desk.now(at(10, 14))
    [told] = desk.new("mishu")  # with the other one that is late, in one message
    assert f"{number}《账号及管理部门、人员信息变更：华东新材…》待报监管部门备案" in told and "【催办】" in told
    assert register(desk)["华东新材资讯"].facts["管理人员姓名"] == "金新"
