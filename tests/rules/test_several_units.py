"""几个承办单位、重复办理、交回、改派、第二个起草环节: 不论谁按什么次序做什么, 先审后发和“一人一次、各办各的”都成立。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rules import progress
from bot.rules.item import Decision, Item, Move, State
from bot.rules.progress import IllegalMove, duties
from bot.rules.regulation import Do, Flow, Kind, Regulation, Role, Step
from bot.rules.roster import Delegation, Grant, Roster, Seat, seat_unit
from bot.rules.routing import Holder, assignable, holder_for, holders, own_roles
from tests.rules.items import NOW, ROLES, flow, flows, item, step
from tests.rules.test_engine_properties import DAY, PEOPLE, SHIPPED, Play

UNITS = ("业务一部", "业务二部", "业务三部")
OFFICE = "办公室"
OWN = ROLES[:3]  # the rest sit in the office
DEEDS = (*["go_on"] * 12, "assign", "assign", "hand_back", "again", "name", "send_back", "send_back", "pass_check",
         "record", "reopen", "hold", "withdraw")  # fmt: skip
ASSIGNED = [
    (slug, one.id) for slug, regulation in SHIPPED.items() for one in regulation.flow
    if one.kind is not Kind.COMMENT
    and (any(s.do is Do.ASSIGN or s.repeat for s in one.steps) or [s.do for s in one.steps].count(Do.DRAFT) > 1)
]  # fmt: skip


@dataclass
class UnitsPlay(Play):
    """A play in which an item may lie with several units, and comes round again."""

    @property
    def own(self) -> frozenset[str]:
        return own_roles(self.regulation)

    def does(self, what: str, who: str, choice: int) -> None:
        before = self.item
        super().does(what, who, choice)
        self._each_part_once(before)

    def _holder(self, who: str) -> Holder:
        step = self.item.step
        found = holder_for(who, self.item, step, self.moves, self.desk) if step and self.item.open else None
        if found is None or self.item.state is not State.RUNNING:
            raise IllegalMove
        return found

    def _did(self, before: Item, holder: Holder, decision: Decision, unit: str | None = None) -> None:
        self.moves.append(Move(
            step=before.position, round=before.round, version=before.current.no,
            fingerprint=before.current.fingerprint, actor=holder.userid, role=holder.role, decision=decision,
            at=self.at, acting_for=holder.acting_for, unit=holder.unit if unit is None else unit, lap=before.lap,
        ))  # fmt: skip

    def pass_check(self, who: str, choice: int) -> Item:
        by, before = self._holder(who), self.item
        after = progress.pass_check(before, by.role, self.moves, self.at, unit=by.unit, own=self.own)
        self._did(before, by, Decision.PASSED)
        return after

    def record(self, who: str, choice: int) -> Item:
        if self.item.awaiting(Do.ASSIGN):
            return self.assign(who, choice)
        by, before = self._holder(who), self.item
        form, moves = {"结果": str(choice)}, self.moves
        after = progress.record(before, form, self.at, role=by.role, moves=moves, unit=by.unit, own=self.own)
        self._did(before, by, Decision.DONE)
        return after

    def again(self, who: str, choice: int) -> Item:
        by, before = self._holder(who), self.item
        after = progress.record_again(before, {"结果": str(choice)}, self.at)
        self._did(before, by, Decision.DONE)
        return after

    def assign(self, who: str, choice: int) -> Item:
        by, before = self._holder(who), self.item
        after = progress.assign(before, UNITS[choice % 3 :] + UNITS[: choice % 2], self.at)
        self._did(before, by, Decision.DONE)
        return after

    def hand_back(self, who: str, choice: int) -> Item:
        by, before = self._holder(who), self.item
        if by.role not in self.own:
            raise IllegalMove
        after = progress.hand_back(before, by.unit, "不归我们", self.at, moves=self.moves, own=self.own)
        self._did(before, by, Decision.HANDED_BACK, by.unit or before.unit)
        return after

    def name(self, who: str, choice: int) -> Item:
        """改派: to anybody who may do the step."""
        step = self.item.step
        able = assignable(self.item, step, self.moves, self.desk) if step and self.item.open else ()
        if not able:
            raise IllegalMove
        return replace(self.item, named={**self.item.named, str(self.item.position): able[choice % len(able)]})

    def go_on(self, who: str, choice: int) -> Item:
        if self.item.awaiting(Do.ASSIGN):
            assert self.item.step is not None
            found = holders(self.item, self.item.step, self.moves, self.desk)
            if not found:
                raise IllegalMove
            return self.assign(found[choice % len(found)].userid, choice)
        return super().go_on(who, choice)

    # ---- what must hold ---------------------------------------------------------------------------------------------

    def _each_part_once(self, before: Item) -> None:
        """A step is left forwards only when each unit (and each role of a 会签) did its part once, in this lap."""
        step, after = before.step, self.item
        forward = after.round == before.round and (after.position > before.position or after.state is State.DONE)
        if step is None or not forward or step.do not in (Do.CHECK, Do.RECORD) or not before.applies(step):
            return
        made = [m for m in self.moves if (m.step, m.round, m.lap) == (before.position, before.round, before.lap)]
        made = [m for m in made if m.decision in (Decision.PASSED, Decision.DONE)]
        for duty in duties(replace(before, units=after.units), step, self.own):
            mine = [m for m in made if m.role in duty.roles and m.unit == duty.unit]
            assert len(mine) == 1, (duty, made)

    def holds_true(self) -> None:
        super().holds_true()
        if self.item.awaiting(Do.PUBLISH) and not progress.checks_left(self.item):
            assert self.item.approved_at is not None, "it may be published, but nobody says since when"
        for one, count in Counter(self._deeds()).items():
            assert count == 1, one

    def _deeds(self) -> Iterator[tuple[Any, ...]]:
        """Checks and records as what must not happen twice."""
        for m in self.moves:
            if m.decision in (Decision.PASSED, Decision.DONE):
                yield m.step, m.round, m.lap, m.unit, m.role, m.actor, m.acting_for, self._route(m)

    def _route(self, move: Move) -> int:
        """How often the item had been moved to another flow: positions of another route are other steps."""
        return sum(m.decision is Decision.MOVED for m in self.moves[: self.moves.index(move)])


@st.composite
def rosters(draw: st.DrawFn, regulation: Regulation) -> Roster:
    """Few people for three units: several hats, deputies, absences."""
    seats = []
    for name, role in regulation.role.items():
        for unit in UNITS if role.scope == "own" else (seat_unit(regulation, name, ""),):
            for who in draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)):
                seats.append(Seat(who, who, unit, name))
    absences = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=3))
    delegations = [Delegation(a, d, NOW, NOW + timedelta(minutes=200)) for a, d in absences if a != d]
    grants = [Grant(s.userid, s.role, s.unit, "p0", NOW - DAY) for s in seats if regulation.role[s.role].granted_by]
    return Roster(tuple(seats), tuple(grants), tuple(delegations))


STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE), st.integers(0, 5)), min_size=8, max_size=60)


def play(regulation: Regulation, route: Flow, data: st.DataObject) -> UnitsPlay:
    roster = data.draw(rosters(regulation), label="roster")
    drafters = [s.userid for s in roster.seats if s.role in route.steps[0].by]
    author = data.draw(st.sampled_from(drafters), label="author")
    begun = replace(item(route, state=State.PREPARING, author=author), unit=UNITS[0])
    game = UnitsPlay(regulation, roster, begun)
    for what, who, choice in data.draw(STEPS, label="moves"):
        game.does(what, who, choice)
        if any(s.do is Do.PUBLISH for s in route.steps):
            game.holds_true()
    return game


@st.composite
def assigned_flows(draw: st.DrawFn) -> Flow:
    """Made-up flows with assigns in them, and records that repeat."""
    found = draw(flows())
    steps: list[Step] = []
    for one in found.steps:
        if one.do is Do.RECORD:
            one = one.model_copy(update={"repeat": draw(st.booleans())})
        steps.append(one)
    place = draw(st.integers(1, len(steps) - 2))
    steps.insert(place, step(Do.ASSIGN, draw(st.sampled_from(ROLES))))
    return flow(*steps)


def made_up(route: Flow, up: Sequence[str]) -> Regulation:
    roles: dict[str, Any] = {name: Role(label=name, scope="own" if name in OWN else "office") for name in ROLES}
    return Regulation.model_validate({
        "schema": 1, "slug": "made-up", "title": "随机", "unit": {"office": OFFICE}, "role": roles,
        "nag": {"up": list(up)}, "flow": [route],
    })  # fmt: skip


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.rule("every-2", "every-3")
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(assigned_flows(), st.lists(st.sampled_from(ROLES), max_size=3, unique=True), st.data())
def test_no_flow_at_all_loses_a_unit_or_a_check(route: Flow, up: list[str], data: st.DataObject) -> None:
    """随便编的流程: 有交办、重复、两次起草的, 发的也只是审过的那一版; 各单位各办一次才往下走。"""
    play(made_up(route, up), route, data)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(ASSIGNED), st.data())
def test_no_shipped_flow_loses_a_unit_or_a_check(which: tuple[str, str], data: st.DataObject) -> None:
    """自带制度里有交办、重复办理、两次起草的流程一样。"""
    slug, flow_id = which
    play(SHIPPED[slug], SHIPPED[slug].flow_of(flow_id), data)


def simple(*steps: Step) -> UnitsPlay:
    """One person a role and a unit: r0 of unit 2 is r0-2."""
    route = flow(*steps)
    regulation = made_up(route, ())
    seats = [Seat(f"{r}-{n}", r, unit, r) for n, unit in enumerate(UNITS, 1) for r in OWN]
    seats += [Seat(r, r, OFFICE, r) for r in ROLES if r not in OWN]
    begun = replace(item(route, state=State.PREPARING, author="r0-1"), unit=UNITS[0])
    return UnitsPlay(regulation, Roster(tuple(seats)), begun)


def test_the_units_play_comes_to_its_end() -> None:
    """三个单位各办一次、再核一次, 才到汇总: 上面的试验真的走到几个单位。"""
    game = simple(
        step(Do.DRAFT, "r0"), step(Do.ASSIGN, "r3"), step(Do.RECORD, "r1"), step(Do.CHECK, "r2", "r4"),
        step(Do.PUBLISH, "r4"),
    )  # fmt: skip
    game.does("submit", "r0-1", 1)
    game.does("assign", "r3", 0)
    assert game.item.units == UNITS
    for n in (2, 1, 3):
        assert game.item.awaiting(Do.RECORD)
        game.does("record", f"r1-{n}", 0)
        game.does("record", f"r1-{n}", 0)  # a second time changes nothing
    for n in (3, 1, 2):
        assert game.item.awaiting(Do.CHECK)
        game.does("pass_check", f"r2-{n}", 0)
    game.does("pass_check", "r4", 0)
    game.holds_true()
    assert game.item.awaiting(Do.PUBLISH)


def test_the_last_unit_that_drops_out_opens_publishing_as_the_last_check_does() -> None:
    """最后一个没审的单位交回: 到了发布环节, 一样记下审定时间。"""
    game = simple(step(Do.DRAFT, "r0"), step(Do.ASSIGN, "r3"), step(Do.CHECK, "r2"), step(Do.PUBLISH, "r4"))
    game.does("submit", "r0-1", 1)
    game.does("assign", "r3", 0)
    for n in (1, 2):
        game.does("pass_check", f"r2-{n}", 0)
    game.does("hand_back", "r2-3", 0)
    assert game.item.awaiting(Do.PUBLISH)
    game.holds_true()


