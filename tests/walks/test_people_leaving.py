"""交接: all that is open with one person, and the keeping of an account; both sides confirm, then all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.app import reading
from bot.clock import BEIJING
from bot.demo import SAWS_SEATS
from bot.rules.item import Item
from bot.rules.regulation import Do, Kind
from bot.rules.roster import Seat
from storage.read import AuditRow, HandoverRow, Reader
from storage.when import to_text
from tests.walks.desk import CORP, Desk
from tests.walks.robot import Robot

Opens = Callable[..., Desk]
BUSINESS = "业务活动、安全生产知识、应急知识"
DRAFT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
CAST = (*SAWS_SEATS, Seat("qianduo", "钱多", "监管一司"))


@pytest.fixture
def saws(opens: Opens) -> Desk:
    return opens(seats=CAST)


def lines(desk: Desk, *actions: str) -> list[AuditRow]:
    with reading(desk.config().storage.path) as db:
        return [row for row in Reader(db, CORP).audit() if row.action in actions]


def item(desk: Desk, number: str) -> Item:
    with reading(desk.config().storage.path) as db:
        found = Reader(db, CORP).item(int(number))
    assert found is not None
    return found


def kept(desk: Desk) -> tuple[HandoverRow, ...]:
    with reading(desk.config().storage.path) as db:
        return Reader(db, CORP).handovers()


# ---- everything of one person --------------------------------------------------------------------------------------


def test_nothing_moves_before_both_confirmed_then_everything(saws: Desk) -> None:
    """交接 李敏 给 钱多: 列出岗位和稿件；一边确认不动；两边确认后岗位、稿件一起过去，每件一行留痕。"""
    one = saws.submits("limin", DRAFT, BUSINESS)
    two = saws.submits("limin", DRAFT.replace("冬季", "夏季"), BUSINESS)
    saws.says("heping", f"不予公开 {two} 数据还没有公布")
    answer = saws.says("wangfang", "交接 李敏 给 钱多")
    assert answer.startswith("已发给李敏、钱多确认，两边都确认后才办：\n岗位：监管一司的信息员\n起草的稿件：0001《")
    assert saws.live("limin")[-2:] == ["确认交出", "不交接"] and "确认接收" in saws.live("qianduo")
    assert "已经有一次交接在等确认" in saws.says("wangfang", "交接 李敏 给 陈静")

    saws.taps("limin", "确认交出")
    assert "等钱多确认后办理" in saws.texts("limin")[-1]
    assert item(saws, one).author == "limin" and lines(saws, "交接起草") == []
    assert saws.says("qianduo", "确认接收").startswith("交接已办：李敏 → 钱多。")

    assert (item(saws, one).author, item(saws, two).author) == ("qianduo", "qianduo")
    line = "原起草人 limin → qianduo"
    assert [(r.item, r.detail) for r in lines(saws, "交接起草")] == [(1, line), (2, line)]
    assert [r.detail for r in lines(saws, "交接岗位")] == ["监管一司的信息员：limin → qianduo"]
    assert "确认接收" not in saws.live("qianduo") and "确认交出" not in saws.live("limin")
    assert any("数据还没有公布" in text for text in saws.texts("qianduo"))
    assert "还没有角色" in saws.says("limin", DRAFT)
    saws.says("qianduo", f"改 {two}")
    saws.says("qianduo", DRAFT.replace("冬季", "秋季"))
    saws.says("qianduo", f"送审 {two}")
    assert "可以公开并确认" in saws.live("heping", two)


def test_the_only_holder_hands_over_his_step(saws: Desk) -> None:
    """刘洋自己提出交接给孙副司长: 只等他一人审定的事项，卡片收回，孙副司长收到；何平的不动。"""
    number = saws.submits("limin", DRAFT, BUSINESS)
    saws.taps("heping", "可以公开并确认", number=number)
    assert f"等他一人办的：{number}《" in saws.says("liuyang", "交接 刘洋 给 孙副司长")
    saws.says("liuyang", "确认交出")
    saws.taps("sunfu", "确认接收")
    assert "交接已办：刘洋 → 孙副司长" in saws.texts("zhouzhuren")[-1]
    assert saws.live("liuyang", number) == []
    assert "同意并确认" in saws.live("sunfu", number)
    assert [(r.item, r.detail) for r in lines(saws, "交接待办")] == [(1, "原办理人 liuyang → sunfu")]


def test_a_seat_he_may_not_take_is_named(saws: Desk) -> None:
    """李敏的岗位在监管一司，陈静不在册: 不能接的岗位点名，稿件陈静能起草的照交。"""
    number = saws.submits("limin", DRAFT, BUSINESS)
    saws.says("heping", f"不予公开 {number} 数据还没有公布")
    assert "不能接的岗位：监管一司的信息员" in saws.says("wangfang", "交接 李敏 给 陈静")
    saws.says("limin", "确认交出")
    assert "另行任命或转交" in saws.says("chenjing", "确认接收")
    assert item(saws, number).author == "chenjing"


def test_either_side_can_decline(saws: Desk) -> None:
    saws.says("wangfang", "交接 李敏 给 钱多")
    assert saws.says("chenjing", "确认接收") == "现在没有等您确认的交接。"
    saws.taps("qianduo", "不交接")
    assert "（钱多不同意），一切照旧" in saws.texts("wangfang")[-1]
    assert saws.says("limin", "确认交出") == "现在没有等您确认的交接。"
    assert "确认交出" not in saws.live("limin") and lines(saws, "交接岗位") == []


def test_somebody_unreachable_is_confirmed_for(saws: Desk) -> None:
    """李敏已不在可见范围: 由提出的王芳代为确认，留痕写明。"""
    saws.platform.post("people/remove", userid="limin", event=True)
    saws.bot.settle()
    saws.says("wangfang", "交接 李敏 给 钱多")
    assert "李敏不能确认，由您代为确认" in saws.texts("wangfang")[-1]
    saws.says("wangfang", "确认交出")
    saws.says("qianduo", "确认接收")
    assert [r.detail for r in lines(saws, "确认交出")] == ["李敏 → 钱多（代李敏确认）"]
    assert len(lines(saws, "交接岗位")) == 1


def test_who_may_ask_for_it_and_whom_it_names(saws: Desk) -> None:
    assert "交接由本人或归口部门提出" in saws.says("heping", "交接 李敏 给 钱多")
    assert saws.says("wangfang", "交接 李敏 给 无名") == "名册里没有“无名”，请写全名或账号。"
    assert saws.says("wangfang", "交接 赵强 给 钱多") == "赵强没有岗位、稿件和待办要交接。"


def test_every_delivery_twice_and_restarts(opens: Opens) -> None:
    desk = opens(seats=CAST, twice=True, restarts=True)
    desk.submits("limin", DRAFT, BUSINESS)
    desk.says("wangfang", "交接 李敏 给 钱多")
    desk.says("limin", "确认交出")
    desk.taps("qianduo", "确认接收")
    assert len(lines(desk, "交接起草")) == 1 and len(kept(desk)) == 1


# ---- the keeping of an account -------------------------------------------------------------------------------------

SCHOOL = (
    Seat("linfang", "林芳", "总务处", "informant"),
    Seat("zhangvice", "张分管", "总务处", "vice_head"),
    Seat("tang", "唐老师", "校办公室", "operator"),
    Seat("ren", "任老师", "校办公室"),
    Seat("zhu", "朱主任", "校办公室", "office_head"),
    Seat("xiao", "肖校长", "学校领导", "principal"),
)


def keepers(desk: Desk) -> list[tuple[str, str, str]]:
    """Who kept it before and after, and when it passed on."""
    with reading(desk.config().storage.path) as db:
        [account] = Reader(db, CORP).accounts()
        changes = [c for c in Reader(db, CORP).account_changes(account.id) if c.what == "保管人交接"]
    assert account.state == "在用"
    return [(c.before.get("保管人", ""), c.after["保管人"], to_text(c.at)) for c in changes]


@pytest.mark.rule("dalong-school-R14")
def test_an_account_passes_to_a_new_keeper(opens: Opens) -> None:
    """唐老师休假，账号交给任老师: 两边确认，登记写明保管人和日期；没说改密码，过一个工作日提醒；说了就不再提醒。"""
    desk = opens(slug="dalong-school", seats=SCHOOL)
    assert "由唐老师保管" in desk.says("linfang", "交接账号 校微信公众号 任老师")
    assert "没有这个账号，现有：校微信公众号" in desk.says("tang", "交接账号 校微博 任老师")
    assert "校办公室专人所在单位的人保管" in desk.says("tang", "交接账号 校微信公众号 林芳")
    desk.says("tang", "交接账号 校微信公众号 任老师")
    desk.taps("tang", "确认交出")
    assert "请马上改密码" in desk.says("ren", "确认接收")
    assert keepers(desk) == [("", "ren", "2025-03-17T01:00:00Z")]
    desk.new("ren")
    desk.now(datetime(2025, 3, 18, 18, 0, tzinfo=BEIJING))
    assert desk.new("ren") == []
    desk.now(datetime(2025, 3, 19, 9, 0, tzinfo=BEIJING))
    assert ["还没有说改过密码" in text for text in desk.new("ren")] == [True]
    assert "还没有说改过密码" in desk.texts("zhu")[-1]
    assert desk.says("ren", "已改密码 校微信公众号").startswith("已记：校微信公众号的密码由您于3月19日改过")
    assert [r.detail for r in lines(desk, "已改密码")] == ["校微信公众号"]
    desk.later(days=7)
    assert [t for t in desk.new("ren") if "密码" in t and "已记" not in t] == []


@pytest.mark.parametrize(
    "said", ["已改密码 校微信公众号 Abc12345", "已改密码 Abc12345", "已改密码：大龙2025!x", "改好密码了 校微信Xy1"]
)
def test_a_password_is_never_kept(opens: Opens, said: str) -> None:
    desk = opens(slug="dalong-school", seats=SCHOOL)
    assert "这条消息像是密码，已不保存" in desk.says("tang", said)
    desk.says("tang", "交接账号 Abc12345 任老师")
    with reading(desk.config().storage.path) as db:
        for table in ("audit", "outbox", "expects", "memory", "inbox"):
            rows = db.execute(f"SELECT * FROM {table}").fetchall()
            assert not [row for row in rows if "Abc12345" in str(row) or "2025!x" in str(row) or "Xy1" in str(row)]


SOCIETY = (
    Seat("tigong", "田供", "培训科", "provider"),
    Seat("bian", "边编", "办公室", "editor"),
    Seat("lu", "陆编", "办公室", "editor"),
    Seat("zhuren", "朱主任", "办事处领导", "director"),
)


@pytest.mark.rule("mutual-aid-society-R3")
def test_access_stays_with_the_office(opens: Opens) -> None:
    """后台只归办公室: 不能交给培训科；办公室的可以，没有登记过保管人时由提出的人确认交出。"""
    desk = opens(slug="mutual-aid-society", seats=SOCIETY)
    assert "办公室编辑(微博维护)人员所在单位的人保管" in desk.says("zhuren", "交接账号 官方微博 田供")
    desk.says("zhuren", "交接账号 官方微博 边编")
    desk.says("zhuren", "确认交出")
    desk.says("bian", "确认接收")
    desk.says("bian", "交接账号 官方微博 陆编")
    desk.says("bian", "确认交出")
    desk.says("lu", "确认接收")
    assert [pair[:2] for pair in keepers(desk)] == [("", "bian"), ("bian", "lu")]
    assert "官方微博不由您保管" in desk.says("tigong", "已改密码 官方微博")


@pytest.mark.rule("company-qiguanbu-R23")
def test_a_password_sent_to_the_bot(opens: Opens) -> None:
    """郑洁发来“密码是Abc12345”: 不保存，请她删掉并改密码，留痕。"""
    seats = (Seat("zhengjie", "郑洁", "企管部", "editor"), Seat("liu", "刘检", "质检部", "informant"))
    desk = opens(slug="company-qiguanbu", seats=seats)
    answer = desk.says("zhengjie", "密码是Abc12345")
    assert "已不保存" in answer and "删除" in answer and "改密码" in answer
    assert len(lines(desk, "疑似密码，未保存")) == 1


@pytest.mark.rule("yunnan-catering-association-R4")
def test_only_the_information_officer_publishes_and_keeps_access(opens: Opens) -> None:
    """会展部点发布(转给他的卡片)、打字说已发布: 都不行；账号也不能交给会展部。"""
    seats = (
        Seat("he", "何会", "会展部", "provider"),
        Seat("xu", "徐专", "信息部", "officer"),
        Seat("tian", "田负责", "信息部", "info_head"),
        Seat("gu", "顾会长", "协会领导", "leader"),
    )
    desk = opens(slug="yunnan-catering-association", seats=seats)
    robot = Robot(desk, next(f for f in desk.regulation.flow if f.kind is Kind.POST))
    robot.begin()
    while (now := robot.turn()) and now[1].do is not Do.PUBLISH:
        robot.act(*now)
    number = robot.number
    card = desk.card("xu", number)
    assert desk.live("xu", number) and desk.live("he", number) == []
    fields = {
        "Event": "template_card_event", "EventKey": "published", "TaskId": card["task_id"],
        "CardType": card["card_type"], "ResponseCode": "of-his-own",
    }  # fmt: skip
    desk.platform.post("event", user="he", fields=fields)
    desk.bot.settle()
    assert "不由您办理" in desk.texts("he")[-1]
    answer = desk.says("he", f"已发布 {number}\n新浪 https://weibo.com/1/a")
    assert "已发布" not in answer and item(desk, number).published_at is None
    assert next(row.actor for row in lines(desk, "拒绝办理")) == "he"
    assert "信息专员所在单位的人保管" in desk.says("tian", "交接账号 官方微博 何会")
