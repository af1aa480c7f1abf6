"""名册的纯规则: when a gap is told of again, the chain of parents, what an appointment changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import BEIJING
from bot.regulation import load
from bot.rules.deadline import opened_today
from bot.rules.progress import BY_ROSTER, marked
from bot.rules.regulation import Clock
from bot.rules.roster import Grant, Roster, Seat, UnitEntry, appointed, dismissed, due_again, gaps
from bot.rules.workdays import ChineseCalendar
from tests.rules.items import item

MONDAY = date(2025, 3, 17)


def test_a_gap_is_told_on_the_first_day_then_weekly() -> None:
    told: dict[str, str] = {}
    days = []
    for n in range(22):
        due, told = due_again(["甲"], told, MONDAY + timedelta(days=n))
        days += [n] if due else []
    assert days == [0, 7, 14, 21]


def test_what_was_filled_is_new_when_it_is_empty_again() -> None:
    _, told = due_again(["甲"], {}, MONDAY)
    _, told = due_again([], told, MONDAY)
    assert due_again(["甲"], told, MONDAY)[0] == ("甲",)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from("甲乙丙丁")), max_size=8))
def test_parents_end_and_never_repeat(pairs: list[tuple[str, str]]) -> None:
    roster = Roster(entries=tuple(UnitEntry(unit, parent) for unit, parent in dict(pairs).items()))
    for unit in "甲乙丙丁":
        above = roster.parents(unit)
        assert len(set(above)) == len(above) and unit not in above


def test_a_dismissed_person_stays_a_member_and_loses_his_grant() -> None:
    seat = Seat("zhang", "张伟", "监管一司", "publisher")
    grant = Grant("zhang", "publisher", "监管一司", "wang", datetime(2025, 3, 1, tzinfo=BEIJING))
    left = dismissed(Roster((seat,), (grant,)), seat)
    assert (left.seats, left.grants) == ((Seat("zhang", "张伟", "监管一司"),), ())
    assert appointed(left, seat).seats == (seat,)


@pytest.mark.parametrize(
    ("slug", "seats", "found"),
    [
        ("hotel-dali", [Seat("a", "甲", "前厅部", "unit_head")], ["informant|前厅部"]),
        ("hotel-dali", [Seat("a", "甲", "前厅部", "unit_head"), Seat("b", "乙", "前厅部", "informant")], []),
        ("newmedia-trial", [Seat("a", "甲", "财务部", "unit_head")], ["informant|财务部"]),
        ("hotel-dali", [Seat("a", "甲", "前厅部")], []),
    ],
)
def test_gaps(slug: str, seats: list[Seat], found: list[str]) -> None:
    assert [gap.key for gap in gaps(seats, load(slug))] == found


@pytest.mark.parametrize(
    ("day", "hour", "minute", "opened"),
    [(17, 8, 29, False), (17, 8, 30, True), (17, 23, 59, True), (16, 12, 0, False), (22, 9, 0, False)],
)
def test_when_a_working_day_is_open(day: int, hour: int, minute: int, opened: bool) -> None:
    now = datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)
    assert (opened_today(Clock(), ChineseCalendar(), now) is not None) == opened


def test_marks_are_ticks_the_roster_set() -> None:
    flow = load("gov-weibo-assessment").flow_of("general")
    assert marked(item(flow), flow, ("涉密行业", "别的")).ticks == {"涉密行业": BY_ROSTER}
    assert marked(item(flow), load("gov-weibo-assessment").flow_of("log"), ("涉密行业",)).ticks == {}
