"""Stopped items, named holders, ticks and levels: the pure part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.rules import progress, routing
from bot.rules.item import Decision, Item, Link, Move, State
from bot.rules.progress import IllegalMove, OnHold
from bot.rules.regulation import Do, Flow
from bot.rules.roster import Seat
from bot.rules.routing import Desk, Holder
from tests.rules.items import NOW, flow, item, step
from tests.rules.test_routing import UNIT, at, desk, regulation, seats

# A draft, a check, a check and a record by a tick, publishing.
TICKED = flow(
    step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.CHECK, "r2", when="重大"), step(Do.RECORD, "r3", when="重大"),
    step(Do.PUBLISH, "r4"),
)  # fmt: skip
LOW = flow(step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.PUBLISH, "r4"), id="low")
HIGH = flow(step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.CHECK, "r2"), step(Do.PUBLISH, "r4"), id="high")
OTHER = flow(step(Do.DRAFT), step(Do.CHECK, "r3"), step(Do.PUBLISH, "r4"), id="other")


def ticked(position: int, **ticks: str) -> Item:
    return replace(item(TICKED, position=position, round=1), ticks=ticks)


def passed(here: Item, role: str, decision: Decision = Decision.PASSED) -> Move:
    return Move(here.position, here.round, here.current.no, "", role, role, decision, NOW)


# ---- 暂停 -----------------------------------------------------------------------------------------------------------


def test_a_stopped_item_does_nothing_at_all() -> None:
    """审核、退回、登记、发布、送审、换类别、标注都不行; 恢复后照办。"""
    at_check, at_publish = item(HIGH, position=1, round=1), item(HIGH, position=3, round=1)
    at_draft, at_record = item(HIGH, position=0, round=1), ticked(3, 重大="a")
    acts: tuple[tuple[Item, Callable[[Item], Item]], ...] = (
        (at_check, lambda x: progress.pass_check(x, "r1", (), NOW)),
        (at_check, lambda x: progress.send_back(x, "再核", NOW)),
        (at_check, lambda x: progress.change_flow(x, LOW, "更合适", NOW)),
        (at_publish, lambda x: progress.publish(x, [Link("a", url="https://a.cn")], NOW)),
        (at_record, lambda x: progress.record(x, {}, NOW)),
        (at_draft, lambda x: progress.submit(x, x.current, NOW)),
        (ticked(1), lambda x: progress.set_tick(x, "重大", "r1")),
        (at_record, lambda x: progress.clear_tick(x, "重大", "a", "不用", NOW)),
    )
    for here, act in acts:
        held = progress.hold(here, "未披露", "boss")
        with pytest.raises(OnHold):
            act(held)
        assert (held.position, held.round) == (here.position, here.round)
        resumed = progress.resume(held)
        assert (resumed.held, resumed.held_by) == ("", "") and resumed.seq > held.seq


@pytest.mark.parametrize(
    ("here", "reason"),
    [
        (item(HIGH, position=1, round=1), " "),
        (replace(item(HIGH, position=1, round=1), held="x", held_by="y"), "再停"),
        (replace(item(HIGH, position=1, round=1), state=State.DONE), "晚了"),
        (replace(item(HIGH, position=0), state=State.PREPARING), "早了"),
    ],
)
def test_what_cannot_be_stopped(here: Item, reason: str) -> None:
    with pytest.raises(IllegalMove):
        progress.hold(here, reason, "boss")


def test_only_what_was_stopped_is_resumed() -> None:
    with pytest.raises(IllegalMove):
        progress.resume(item(HIGH, position=1, round=1))


def test_who_resumes() -> None:
    """暂停的人、他的同处同事、他的上级; 起草人和别的单位不行。"""
    rule = regulation("head", "officer", "chief")
    roles = {name: r.model_copy(update={"oversees": r.oversees or name in ("chief", "head")})
             for name, r in rule.role.items()}  # fmt: skip
    rule = rule.model_copy(update={"role": roles})
    people = (*seats(wang="officer", fang="officer", zhou="chief"), Seat("liu", "liu", UNIT, "head"))
    there = Desk(rule, replace(desk(people).roster), NOW)
    held = replace(at(1), held="x", held_by="wang")
    assert [p for p in ("wang", "fang", "zhou", "liu", "he") if routing.may_resume(p, held, there)] == [
        "wang", "fang", "zhou",
    ]  # fmt: skip
    assert not routing.may_resume("fang", replace(held, author="fang"), there)
    assert routing.may_resume("liu", replace(held, held_by="gone"), there)


# ---- 改派 -----------------------------------------------------------------------------------------------------------


def test_the_named_one_holds_the_step_alone() -> None:
    people = (*seats(heping="secrecy", liu="head"), Seat("qian", "qian", "other", "head"))
    here = replace(at(2), named={"2": "qian"})
    assert here.step is not None
    assert routing.holders(here, here.step, (), desk(people)) == (Holder("qian", "head"),)
    away = desk((*people, *seats(sun="leader")), ("qian", "sun"))
    assert routing.asked(routing.holders(here, here.step, (), away), away) == (Holder("sun", "head", "qian"),)


@pytest.mark.parametrize("named", ["gone", "li", "heping"])
def test_who_may_not_is_no_holder_although_he_was_named(named: str) -> None:
    """离岗的、起草人、审过的: 又由本单位负责人办。"""
    people = (*seats(li="informant head", heping="secrecy head", liu="head"),)
    here = replace(at(2), named={"2": named})
    assert here.step is not None
    moves = (passed(at(1), "heping"),)
    assert "liu" in [h.userid for h in routing.holders(here, here.step, moves, desk(people))]
    assert named not in routing.assignable(here, here.step, moves, desk(people))


def test_a_name_is_for_its_step_and_until_a_return() -> None:
    people = (*seats(heping="secrecy", liu="head"), Seat("qian", "qian", "other", "head"))
    here = replace(at(1), named={"2": "qian"})
    assert here.step is not None
    assert routing.holders(here, here.step, (), desk(people)) == (Holder("heping", "secrecy"),)
    assert progress.send_back(replace(here, position=2), "再核", NOW).named == {}


# ---- 标注 -----------------------------------------------------------------------------------------------------------


def test_a_tick_adds_its_steps() -> None:
    after = progress.set_tick(ticked(1), "重大", "r1")
    assert after.ticks == {"重大": "r1"} and progress.applicable(after) == (0, 1, 2, 3, 4)
    assert progress.settable_ticks(ticked(1)) == ("重大",) and progress.settable_ticks(after) == ()


@pytest.mark.parametrize(
    ("here", "tick"),
    [
        (ticked(1, 重大="a"), "重大"),
        (ticked(4), "重大"),
        (ticked(1), "别的"),
        (replace(ticked(1), state=State.DONE), "重大"),
    ],
)
def test_what_cannot_be_ticked(here: Item, tick: str) -> None:
    with pytest.raises(IllegalMove):
        progress.set_tick(here, tick, "r1")


@pytest.mark.parametrize(
    ("here", "by", "reason"),
    [
        (ticked(1, 重大="a"), "b", "不用"),
        (ticked(1, 重大="roster"), "a", "不用"),
        (ticked(1, 重大="a"), "a", " "),
        (ticked(3, 重大="a"), "a", "不用"),  # its check has been made
        (ticked(4, 重大="a"), "a", "不用"),
        (ticked(1), "a", "不用"),
    ],
)
def test_what_cannot_be_cleared(here: Item, by: str, reason: str) -> None:
    with pytest.raises(IllegalMove):
        progress.clear_tick(here, "重大", by, reason, NOW)


def test_cleared_at_its_own_step_the_item_goes_on() -> None:
    after = progress.clear_tick(ticked(2, 重大="a"), "重大", "a", "已说明", NOW)
    assert (after.position, after.approved_at) == (4, NOW)
    before = progress.clear_tick(ticked(1, 重大="a"), "重大", "a", "已说明", NOW)
    assert (before.position, before.approved_at) == (1, None)


# ---- levels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "moves", "refused"),
    [
        (LOW, [("r1", 1)], False),
        (LOW, [("r1", 1), ("r2", 2)], True),
        (OTHER, [("r1", 1), ("r2", 2)], False),  # neither lower nor higher
    ],
)
def test_none_may_lower_after_a_higher_check(to: Flow, moves: list[tuple[str, int]], refused: bool) -> None:
    here = item(HIGH, position=2, round=1)
    made = [passed(replace(here, position=position), role) for role, position in moves]
    assert bool(progress.lowered_too_late(here, to, made)) is refused
    moved_since = [*made, passed(here, "r2", Decision.MOVED)]
    assert bool(progress.lowered_too_late(here, to, moved_since)) is refused


def test_a_higher_check_that_was_not_passed_may_go() -> None:
    here = item(HIGH, position=2, round=1)
    returned = [passed(here, "r2", Decision.RETURNED)]
    assert progress.change_flow(here, LOW, "不敏感", NOW, returned).flow == LOW
