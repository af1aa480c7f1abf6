"""先审后发, 不论谁按什么次序做什么: random people, hats, deputies and moves over every post flow that we ship.

A `Play` does what handlers do with the pure rules: `routing` says as what a person may act, `progress` moves the
item, the move is kept. Nothing else is known here of how a flow is walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.regulation import load, shipped
from bot.rules import progress
from bot.rules.item import Decision, Item, Link, Move, State
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Flow, Kind, Regulation, Role
from bot.rules.roster import Delegation, Grant, Roster, Seat, seat_unit
from bot.rules.routing import Desk, holder_for, holders
from tests.rules.items import NOW, ROLES, flows, item

UNIT = "业务一部"
PEOPLE = tuple(f"p{n}" for n in range(7))
DAY = timedelta(days=1)
SHIPPED = {slug: load(slug) for slug in shipped()}
POST_FLOWS = [(slug, flow.id) for slug, regulation in SHIPPED.items() for flow in regulation.flows(Kind.POST)]


@dataclass
class Play:
    """One item among these people. A refused move changes nothing."""

    regulation: Regulation
    roster: Roster
    item: Item
    moves: list[Move] = field(default_factory=list)
    at: datetime = NOW

    @property
    def desk(self) -> Desk:
        return Desk(self.regulation, self.roster, self.at)

    def does(self, what: str, who: str, choice: int) -> None:
        self.at += timedelta(minutes=7)
        deed: Callable[[str, int], Item] = getattr(self, what)
        try:
            self.item = deed(who, choice)
        except IllegalMove:
            return

    def _as(self, who: str) -> tuple[str, str]:
        """As what this person acts on the step, and for whom. Raises IllegalMove when he may not."""
        step = self.item.step
        if step is None or self.item.state is not State.RUNNING:
            raise IllegalMove
        holder = holder_for(who, self.item, step, self.moves, self.desk)
        if holder is None:
            raise IllegalMove
        return holder.role, holder.acting_for

    def _keep(self, before: Item, who: str, role: str, decision: Decision, acting_for: str = "") -> None:
        self.moves.append(Move(
            step=before.position, round=before.round, version=before.current.no,
            fingerprint=before.current.fingerprint, actor=who, role=role, decision=decision, at=self.at,
            acting_for=acting_for,
        ))  # fmt: skip

    # ---- what people do ---------------------------------------------------------------------------------------------

    def submit(self, who: str, choice: int) -> Item:
        """Another wording, or (every third time) the same one again."""
        if self.item.state is State.PREPARING and who != self.item.author:
            raise IllegalMove
        if self.item.state is not State.PREPARING:
            self._as(who)
        old = self.item.current
        new = replace(old, no=old.no + 1, body=f"正文{len(self.moves)}", by=who, at=self.at)
        after = progress.submit(self.item, old if choice % 3 == 0 and old.at else new, self.at)
        self._keep(replace(after, position=self.item.position), who, "", Decision.SUBMITTED)
        return after

    def pass_check(self, who: str, choice: int) -> Item:
        role, acting_for = self._as(who)
        after = progress.pass_check(self.item, role, self.moves, self.at)
        self._keep(self.item, who, role, Decision.PASSED, acting_for)
        return after

    def send_back(self, who: str, choice: int) -> Item:
        role, acting_for = self._as(who)
        after = progress.send_back(self.item, "理由", self.at)
        self._keep(self.item, who, role, Decision.RETURNED, acting_for)
        return after

    def record(self, who: str, choice: int) -> Item:
        role, acting_for = self._as(who)
        after = progress.record(self.item, {"结果": str(choice)}, self.at)
        self._keep(self.item, who, role, Decision.DONE, acting_for)
        return after

    def publish(self, who: str, choice: int) -> Item:
        role, acting_for = self._as(who)
        after = progress.publish(self.item, [Link("新浪网", url="https://weibo.com/1")], self.at)
        self._keep(self.item, who, role, Decision.DONE, acting_for)
        return after

    def reopen(self, who: str, choice: int) -> Item:
        if who != self.item.author:
            raise IllegalMove
        return progress.reopen(self.item, self.at)

    def withdraw(self, who: str, choice: int) -> Item:
        if who != self.item.author:
            raise IllegalMove
        return progress.withdraw(self.item, self.at)

    def change_flow(self, who: str, choice: int) -> Item:
        flows = self.regulation.flows(Kind.POST)
        after = progress.change_flow(self.item, flows[choice % len(flows)], "理由", self.at, self.moves)
        self._keep(self.item, who, "", Decision.MOVED)
        return after

    def tick(self, who: str, choice: int) -> Item:
        names = progress.settable_ticks(self.item)
        if not names:
            raise IllegalMove
        return progress.set_tick(self.item, names[choice % len(names)], who)

    def untick(self, who: str, choice: int) -> Item:
        names = sorted(self.item.ticks)
        if not names:
            raise IllegalMove
        return progress.clear_tick(self.item, names[choice % len(names)], who, "理由", self.at)

    def hold(self, who: str, choice: int) -> Item:
        return progress.resume(self.item) if self.item.held else progress.hold(self.item, "理由", who)

    def go_on(self, who: str, choice: int) -> Item:
        """What the step waits for, by one of those who hold it."""
        if self.item.state is State.PREPARING:
            return self.submit(self.item.author, choice)
        step = self.item.step
        if step is None:
            raise IllegalMove
        found = holders(self.item, step, self.moves, self.desk)
        if not found:
            raise IllegalMove
        doing = {Do.DRAFT: self.submit, Do.CHECK: self.pass_check, Do.PUBLISH: self.publish}
        return doing.get(step.do, self.record)(found[choice % len(found)].userid, choice)

    # ---- what must hold ---------------------------------------------------------------------------------------------

    def holds_true(self) -> None:
        flow = self.item.flow
        assert flow is not None
        if self.item.awaiting(Do.PUBLISH):  # publishing changes no wording
            assert list(self._unchecked(flow)) == []
        self._nobody_twice()

    def _unchecked(self, flow: Flow) -> Iterator[tuple[int, str]]:
        """Unconditional checks after the last draft that this very wording did not pass, role by role."""
        publishes = [i for i, step in enumerate(flow.steps) if step.do is Do.PUBLISH and i <= self.item.position]
        last = publishes[-1]
        start = max(i for i, step in enumerate(flow.steps[:last]) if step.do is Do.DRAFT)
        wanted = [(i, r) for i in range(start, last) if flow.steps[i].do is Do.CHECK and not flow.steps[i].when
                  for r in flow.steps[i].by]  # fmt: skip
        assert wanted, "no unconditional check before publishing"
        have = {
            (m.step, m.role) for m in self.moves
            if m.decision is Decision.PASSED and m.round == self.item.round
            and m.fingerprint == self.item.current.fingerprint
        }  # fmt: skip
        return (check for check in wanted if check not in have)

    def _nobody_twice(self) -> None:
        passed = [m for m in self.moves if m.decision is Decision.PASSED and m.round == self.item.round]
        actors = [m.actor for m in passed]
        assert len(actors) == len(set(actors)), "the same person checked twice in a stage"
        assert not {self.item.author, self.item.current.by} & set(actors), "somebody checked his own draft"


# ---- people ---------------------------------------------------------------------------------------------------------


@st.composite
def rosters(draw: st.DrawFn, regulation: Regulation) -> Roster:
    """Few people for many roles: several hats, deputies in chains and circles, absences that begin and end."""
    seats = []
    for name in regulation.role:
        unit = seat_unit(regulation, name, UNIT)
        for who in draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)):
            seats.append(Seat(who, who, unit, name))
    absences = draw(st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(-60, 300)), max_size=4
    ))  # fmt: skip
    delegations = [
        Delegation(absent, deputy, NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + 200))
        for absent, deputy, start in absences if absent != deputy
    ]  # fmt: skip
    grants = [
        Grant(s.userid, s.role, s.unit, "p0", NOW - DAY)
        for s in seats if regulation.role[s.role].granted_by and draw(st.integers(0, 3))
    ]  # fmt: skip
    return Roster(tuple(seats), tuple(grants), tuple(delegations))


DEEDS = (*["go_on"] * 14, "submit", "pass_check", "pass_check", "pass_check", "send_back", "record", "publish",
         "reopen", "change_flow", "tick", "tick", "untick", "hold", "withdraw")  # fmt: skip
PLAYS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE), st.integers(0, 5)), min_size=5, max_size=60
)


def play(regulation: Regulation, flow: Flow, data: st.DataObject) -> Play:
    roster = data.draw(rosters(regulation), label="roster")
    drafters = [s.userid for s in roster.seats if s.role in flow.steps[0].by]
    author = data.draw(st.sampled_from(drafters), label="author")
    begun = replace(item(flow, state=State.PREPARING, author=author), unit=UNIT)
    game = Play(regulation, roster, begun)
    for what, who, choice in data.draw(PLAYS, label="moves"):
        game.does(what, who, choice)
        game.holds_true()
    return game


@pytest.mark.rule("saws-R14", "every-2", "every-3")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(POST_FLOWS), st.data())
def test_no_shipped_flow_publishes_what_was_not_checked(which: tuple[str, str], data: st.DataObject) -> None:
    """自带制度的每种稿件: 不论谁兼几职、谁代谁、什么次序, 发布的就是审过的那一版, 没人审自己的稿、一个阶段审两次。"""
    slug, flow_id = which
    play(SHIPPED[slug], SHIPPED[slug].flow_of(flow_id), data)


def made_up(first: Flow, other: Flow, up: list[str]) -> Regulation:
    roles: dict[str, Any] = {name: Role(label=name, scope="own") for name in ROLES}
    return Regulation.model_validate({
        "schema": 1, "slug": "made-up", "title": "随机", "role": roles, "nag": {"up": up}, "flow": [first, other],
    })  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flows(), flows(id="g"), st.lists(st.sampled_from(ROLES), max_size=3, unique=True), st.data())
def test_no_flow_at_all_publishes_what_was_not_checked(
    first: Flow, other: Flow, up: list[str], data: st.DataObject
) -> None:
    """随便编的合法流程也一样。"""
    play(made_up(first, other, up), first, data)


@pytest.mark.parametrize(("slug", "flow_id"), POST_FLOWS, ids=[f"{slug}-{flow}" for slug, flow in POST_FLOWS])
def test_the_play_comes_to_its_end(slug: str, flow_id: str) -> None:
    """一人一职、无人缺席时, 每种稿件都能一路办到发布: 上面的试验走得到发布。"""
    regulation = SHIPPED[slug]
    seats = tuple(Seat(name, name, seat_unit(regulation, name, UNIT), name) for name in regulation.role)
    grants = tuple(Grant(s.userid, s.role, s.unit, "x", NOW - DAY) for s in seats)
    flow = regulation.flow_of(flow_id)
    game = Play(regulation, Roster(seats, grants), replace(
        item(flow, state=State.PREPARING, author=flow.steps[0].by[0]), unit=UNIT
    ))  # fmt: skip
    for _ in range(3 * len(flow.steps)):
        game.does("go_on", "", 1)
        game.holds_true()
    assert game.item.published_at is not None
