"""人员变动: a new roster, the end of a delegation. Whoever can do a step now is asked, and nobody else still is.

李敏 is the 信息员 of 监管一司, 何平 its 保密审查员, 刘洋 its head; 王芳, 周主任 sit in 宣教办.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot.app import reading
from bot.demo import SAWS_SEATS
from bot.rules.events import PeopleChanged
from bot.rules.item import replace
from bot.rules.roster import Seat
from storage.db import open_writing, transaction
from storage.read import AuditRow, Reader
from storage.roster import replace_seats, touch_roster
from tests.walks.desk import CORP, Desk

BUSINESS = "业务活动、安全生产知识、应急知识"
DRAFT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
NEW = Seat("wangming", "王明", "监管一司", "unit_head")
OTHER = Seat("qianduo", "钱多", "监管一司", "informant")
EVERYBODY = (*SAWS_SEATS, replace(NEW, role=""), replace(OTHER, role=""))
WATCHED = ("limin", "heping", "liuyang", "wangming", "wangfang", "zhouzhuren", "yangju", "qianduo", "sunfu")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, seats=EVERYBODY) as desk:
        yield desk
        assert desk.platform.violations() == []


def imports(desk: Desk, *new: Seat, without: Iterable[str] = ()) -> None:
    """`shenfa roster import`, as another process does it; then everything that is due."""
    gone = set(without) | {seat.userid for seat in new}
    seats = [seat for seat in SAWS_SEATS if seat.userid not in gone]
    db = open_writing(desk.config().storage.path)
    with transaction(db):
        replace_seats(db, CORP, [*seats, *new], desk.clock.now(), by="sys")
    db.close()
    desk.bot.settle()


def touched(desk: Desk) -> None:
    """The same people as before under a new mark."""
    db = open_writing(desk.config().storage.path)
    with transaction(db):
        touch_roster(db, CORP)
    db.close()
    desk.bot.settle()


def seen(desk: Desk) -> list[tuple[str, list[str], int, list[str]]]:
    """All that phones show."""
    return [(who, desk.texts(who), len(desk.cards(who)), desk.live(who)) for who in WATCHED]


def lines(desk: Desk, number: str) -> list[AuditRow]:
    with reading(desk.config().storage.path) as db:
        return list(Reader(db, CORP).audit(int(number)))


def at_the_head(desk: Desk) -> str:
    """An item of 监管一司 that waits for its head."""
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    assert "同意并确认" in desk.live("liuyang", number)
    return number


def returned(desk: Desk) -> str:
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.says("heping", f"不予公开 {number} 数据还没有公布")
    return number


# ---- a new holder ---------------------------------------------------------------------------------------------------


def test_the_new_holder_is_asked_and_the_former_ones_card_closes(desk: Desk) -> None:
    """新名册里负责人换成王明: 他收到全文和卡片, 刘洋的卡片收回, 王明能办。"""
    number = at_the_head(desk)
    imports(desk, NEW, without=["liuyang"])

    assert "取暖设备" in desk.texts("wangming")[-1]
    assert desk.card("liuyang", number)["replaced"] == "已转他人办理"
    assert desk.live("liuyang", number) == []
    desk.taps("wangming", "同意并确认", number=number)
    assert desk.live("zhangwei", number)
    assert "收回liuyang，改由王明办理" in next(r.detail for r in lines(desk, number) if r.action == "人员变动")


def test_somebody_who_moved_to_another_post_is_not_asked_any_more(desk: Desk) -> None:
    number = at_the_head(desk)
    imports(desk, NEW, Seat("liuyang", "刘洋", "应急指挥中心", "unit_head"))

    assert desk.live("liuyang", number) == []
    assert "同意并确认" in desk.live("wangming", number)


def test_a_second_head_is_asked_and_the_first_keeps_his_card(desk: Desk) -> None:
    number = at_the_head(desk)
    imports(desk, Seat("liuyang", "刘洋", "监管一司", "unit_head"), NEW)

    assert "同意并确认" in desk.live("liuyang", number) and "同意并确认" in desk.live("wangming", number)
    assert len(desk.cards("liuyang")) == 1


def test_one_who_comes_back_is_asked_again(desk: Desk) -> None:
    number = at_the_head(desk)
    imports(desk, NEW, without=["liuyang"])
    imports(desk)

    assert desk.live("wangming", number) == []
    desk.taps("liuyang", "同意并确认", number=number)
    assert desk.live("zhangwei", number)


def test_what_he_was_asked_for_is_not_taken_from_him_any_more(desk: Desk) -> None:
    """刘洋正要说明退回理由, 名册换了: 他的下一句话不再是理由。"""
    number = at_the_head(desk)
    desk.says("liuyang", f"退回 {number}")
    imports(desk, NEW, Seat("liuyang", "刘洋", "应急指挥中心", "unit_head"))
    desk.says("liuyang", "第二句的数字请再核")

    assert "同意并确认" in desk.live("wangming", number)
    assert not [r for r in lines(desk, number) if r.action == "退回"]


# ---- nobody ---------------------------------------------------------------------------------------------------------


def test_an_empty_seat_is_told_once(desk: Desk) -> None:
    """负责人空缺: 上级、宣教办、起草人知道一次; 别的变动不再说; 补上后照办, 又空了再说。"""
    number = at_the_head(desk)
    imports(desk, without=["liuyang"])
    told = [t for t in desk.texts("wangfang") if "没有可以办理的" in t]
    assert len(told) == 1 and f"{number}《冬季用电安全小知识》到了“审定”环节" in told[0]
    assert "没有可以办理的" in desk.texts("limin")[-1]

    before = seen(desk)
    imports(desk, without=["liuyang", "zhaoqiang"])
    assert seen(desk) == before

    imports(desk, NEW, without=["liuyang"])
    assert "同意并确认" in desk.live("wangming", number)
    imports(desk, without=["liuyang"])
    assert len([t for t in desk.texts("wangfang") if "没有可以办理的" in t]) == 2


def test_an_empty_rung_reaches_those_who_oversee(desk: Desk) -> None:
    """监管一司改了名: 没有经办人也没有上级, 催办送到宣教办。"""
    number = desk.submits("limin", DRAFT, BUSINESS)
    renamed = [replace(s, unit="监管局") for s in SAWS_SEATS if s.unit == "监管一司"]
    imports(desk, *renamed)
    desk.new("wangfang")
    desk.later(days=1)

    nags = [t for t in desk.new("wangfang") if "催办" in t or "逾期" in t or "提醒" in t]
    assert nags and number in nags[0] and "暂无人可办" in nags[0]


# ---- the drafter ----------------------------------------------------------------------------------------------------


def test_a_returned_draft_of_somebody_who_left_is_told_once(desk: Desk) -> None:
    number = returned(desk)
    imports(desk, without=["limin"])
    told = [t for t in desk.texts("wangfang") if "不在起草岗位" in t]
    assert len(told) == 1 and f"转交 {number} 姓名" in told[0] and f"撤回 {number}" in told[0]

    before = seen(desk)
    imports(desk, without=["limin", "zhaoqiang"])
    assert seen(desk) == before


def test_one_that_is_returned_after_he_left_is_told_then(desk: Desk) -> None:
    number = desk.submits("limin", DRAFT, BUSINESS)
    imports(desk, without=["limin"])
    assert not [t for t in desk.texts("wangfang") if "不在起草岗位" in t]
    desk.says("heping", f"不予公开 {number} 数据还没有公布")
    touched(desk)

    assert len([t for t in desk.texts("wangfang") if "不在起草岗位" in t]) == 1


def test_those_who_oversee_take_it_back(desk: Desk) -> None:
    number = returned(desk)
    assert desk.says("wangfang", f"撤回 {number}") == f"{number} 由李敏起草，要由起草人撤回。"
    imports(desk, without=["limin"])

    assert "没有您的事项" in desk.says("heping", f"撤回 {number}")
    assert desk.says("wangfang", f"撤回 {number}") == f"{number} 已撤回。"
    assert "已撤回" in desk.says("wangfang", f"进度 {number}")


def test_those_who_oversee_hand_it_to_another_drafter(desk: Desk) -> None:
    """转交: 钱多收到正文、退回理由和做法, 改好重送; 原起草人留在记录里。"""
    number = returned(desk)
    assert "还在岗，不能转交" in desk.says("wangfang", f"转交 {number} 钱多")
    imports(desk, OTHER, without=["limin"])
    assert "没有您可以转交的稿件" in desk.says("heping", f"转交 {number} 钱多")
    assert "可以转交给：钱多（qianduo）" in desk.says("wangfang", f"转交 {number} 何平")
    assert "转交给钱多起草" in desk.says("wangfang", f"转交 {number} 钱多")

    got = desk.texts("qianduo")[-1]
    assert "取暖设备" in got and "数据还没有公布" in got and f"送审 {number}" in got
    assert [r.detail for r in lines(desk, number) if r.action == "转交起草"] == ["原起草人 limin → qianduo"]
    desk.says("qianduo", DRAFT.replace("长时间", "长期"))
    desk.says("qianduo", f"送审 {number}")
    assert "取暖设备不要" in desk.texts("heping")[-1]
    assert "可以公开并确认" in desk.live("heping", number)


def test_a_draft_never_sent_can_be_handed_over(desk: Desk) -> None:
    desk.says("limin", DRAFT)
    imports(desk, OTHER, Seat("limin", "李敏", "监管一司"))
    assert "还没有送审" in desk.texts("wangfang")[-1]
    desk.says("wangfang", "转交 0001 qianduo")

    assert "转交给钱多起草" in desk.texts("limin")[-1]
    assert desk.live("limin") == []
    desk.says("qianduo", "送审 0001")
    assert "下一步" in desk.live("qianduo", "0001")


def test_a_unit_without_another_drafter(desk: Desk) -> None:
    number = returned(desk)
    imports(desk, without=["limin"])

    assert "监管一司没有可以起草的人员" in desk.says("wangfang", f"转交 {number} 钱多")


def test_a_rung_for_a_drafter_who_left_reaches_those_who_oversee(desk: Desk) -> None:
    number = returned(desk)
    imports(desk, without=["limin"])
    desk.new("limin")
    desk.new("liuyang")
    desk.later(days=4)

    assert desk.new("limin") == []
    assert any(f"转交 {number} 姓名" in t for t in desk.new("liuyang"))


# ---- the end of a delegation ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["取消代办", "midnight"])
def test_after_a_delegation_the_principal_is_asked_for_what_came_meanwhile(desk: Desk, how: str) -> None:
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.says("liuyang", "我今天不在,由孙副司长代")
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("sunfu", number) and not desk.live("liuyang", number)
    if how == "midnight":
        desk.later(hours=15)
    else:
        assert "事项仍由您办理" in desk.says("liuyang", how)

    assert desk.card("sunfu", number)["replaced"] == "已转他人办理"
    assert len(desk.cards("liuyang")) == 1
    desk.taps("liuyang", "同意并确认", number=number)
    assert desk.live("zhangwei", number)


# ---- once -----------------------------------------------------------------------------------------------------------


def test_no_message_when_nothing_changed(desk: Desk) -> None:
    at_the_head(desk)
    returned(desk)
    before = seen(desk)
    touched(desk)

    assert seen(desk) == before


def test_nothing_is_sent_twice(desk: Desk) -> None:
    """同一件事说两遍, 或者中间重启, 什么也不会多发。"""
    at_the_head(desk)
    returned(desk)
    imports(desk, NEW, without=["liuyang", "limin"])
    before = seen(desk)
    for key in ("again", "again", "another"):
        desk.bot.dispatcher.dispatch(PeopleChanged(key=key)).result()
        desk.bot.settle()
    assert seen(desk) == before
    desk.dies()
    desk.bot.settle()
    touched(desk)
    assert seen(desk) == before


def test_a_change_while_the_bot_was_down_is_not_missed(desk: Desk) -> None:
    number = at_the_head(desk)
    desk.bot.stop(now=True)
    db = open_writing(desk.config().storage.path)
    with transaction(db):
        replace_seats(db, CORP, [s for s in SAWS_SEATS if s.userid != "liuyang"] + [NEW], desk.clock.now(), by="sys")
    db.close()
    desk.dies()
    desk.bot.settle()

    assert "同意并确认" in desk.live("wangming", number)


def test_every_callback_twice_and_a_restart_between_all_steps(tmp_path: Path) -> None:
    with Desk(tmp_path, seats=EVERYBODY, twice=True, restarts=True) as desk:
        number = at_the_head(desk)
        imports(desk, NEW, without=["liuyang"])
        assert len(desk.cards("wangming")) == 1
        desk.taps("wangming", "同意并确认", number=number)
        assert desk.live("zhangwei", number)
