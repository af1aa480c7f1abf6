"""期限、催办与慢写法一致: on random calendars, specs and clocks (`slow_deadlines`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules.deadline import BEIJING, Rung, due_at, ladder, last_permitted_before, nag_window, next_over, permitted
from bot.rules.regulation import Clock, Nag
from bot.rules.workdays import Day
from tests.rules import slow_deadlines as slow

FIRST = date(2025, 1, 1)
MIDDLE = datetime.fromisoformat("2025-04-01")


class Turned:
    """The ordinary week with some days turned over: holidays and make-up days. Works as both kinds of calendar."""

    def __init__(self, turned: frozenset[int]) -> None:
        self.turned = turned

    def __repr__(self) -> str:
        return f"Turned({sorted(self.turned)})"

    def __call__(self, day: date) -> bool:
        return (day.weekday() < 5) != ((day - FIRST).days in self.turned)

    def is_workday(self, day: date) -> Day:
        return Day(self(day))


# around the middle: enough that a long holiday and several make-up days come up
CALENDARS = st.frozensets(st.integers(75, 110), max_size=25).map(Turned)
ORDINARY = Turned(frozenset())
MINUTES = st.integers(-10 * 1440, 10 * 1440) | st.builds(
    lambda day, clock: day * 1440 + clock, st.integers(-10, 10), st.sampled_from([0, 1, 510, 1050, 1051, 1080, 1439])
)
MOMENTS = MINUTES.map(lambda minutes: MIDDLE + timedelta(minutes=minutes))
CLOCKS = st.builds(
    Clock,
    open=st.sampled_from(["00:00", "08:00", "08:30", "09:15"]),
    cutoff=st.sampled_from(["12:00", "17:00", "17:30", "18:00", "24:00"]),
    day_end=st.sampled_from(["17:30", "18:00", "23:59", "24:00"]),
)
SPANS = ["1h", "2h", "24h", "50h", "1d", "2d", "1wd", "3wd"]
SPECS = st.sampled_from(
    ["0d", "0wd", "3d", "15d", "5wd", "15wd", *SPANS, "-1d", "-3d", "-1wd", "-2wd", "-5h"]
    + [f"周{name}" for name in slow.NAMES]
)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=BEIJING)


def naive(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING).replace(tzinfo=None)


@settings(max_examples=600, deadline=None)
@given(SPECS, MOMENTS, CLOCKS, CALENDARS)
@example("0wd", datetime.fromisoformat("2025-04-04 17:31"), Clock(), ORDINARY)
@example("周二", datetime.fromisoformat("2025-04-01"), Clock(), ORDINARY)
def test_when_a_step_is_due(spec: str, start: datetime, clock: Clock, works: Turned) -> None:
    """小时连续数, 天和工作日不算当天、到 day_end, 当日过了 cutoff 算下一天, 周几是下一个周几, 负数往前数。"""
    found = due_at(spec, aware(start), clock, works)
    assert naive(found.at) == slow.due(spec, start, clock.cutoff, clock.day_end, works)
    assert not found.provisional


@settings(max_examples=200, deadline=None)
@given(MOMENTS, CLOCKS, CALENDARS)
def test_when_a_reminder_may_go_out(moment: datetime, clock: Clock, works: Turned) -> None:
    """A9: 往后第一个、往前最后一个允许的时刻, 与逐分钟试出来的一致; 紧急的随时。"""
    hours = nag_window(Nag(), clock)
    assert naive(permitted(aware(moment), hours, works)) == slow.first_at_or_after(moment, hours, works)
    assert naive(last_permitted_before(aware(moment), hours, works)) == slow.last_at_or_before(moment, hours, works)
    assert naive(permitted(aware(moment), hours, works, urgent=True)) == moment
    assert naive(last_permitted_before(aware(moment), hours, works, urgent=True)) == moment


@settings(max_examples=300, deadline=None)
@given(
    MOMENTS | st.none(), MOMENTS, st.lists(st.sampled_from(SPANS), max_size=3, unique=True).map(tuple),
    st.none() | st.sampled_from(SPANS), CLOCKS, CALENDARS, st.booleans(),
)  # fmt: skip
def test_the_ladder(
    ends: datetime | None, began: datetime, ahead: tuple[str, ...], idle: str | None, clock: Clock, works: Turned,
    urgent: bool,
) -> None:  # fmt: skip
    """提前提醒移到此前最后允许的时刻, 早于开始的不发, 同一时刻只发一次; 逾期的随后就发; 无期限的看闲置。"""
    nag = Nag(ahead=ahead, idle=idle)
    hours = nag_window(nag, clock)
    rungs = ladder(aware(ends) if ends else None, aware(began), nag, clock, works, urgent)
    wanted = slow.reminders(ends, began, ahead, idle, hours, works, urgent=urgent)
    found = {rung.name: naive(rung.at) for rung in rungs}
    assert found.items() <= wanted.items()
    early = [at for name, at in wanted.items() if name.startswith("ahead")]
    assert sorted(at for name, at in found.items() if name.startswith("ahead")) == sorted(set(early))
    assert {name for name in wanted if not name.startswith("ahead")} <= found.keys()


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.sampled_from(SPANS), CLOCKS, CALENDARS, st.booleans(), st.sampled_from(["over:1", "idle:3"]))
def test_each_next_rung(
    before: datetime, every: str, clock: Clock, works: Turned, urgent: bool, name: str
) -> None:
    """再催: 隔 again 那么久以后第一个允许的时刻, 次数加一。"""
    kind, _, n = name.partition(":")
    found = next_over(Rung(name, aware(before)), every, Nag(), clock, works, urgent)
    assert found is not None
    assert found.name == f"{kind}:{int(n) + 1}"
    hours = nag_window(Nag(), clock)
    assert naive(found.at) == slow.again(before, every, hours, works, urgent=urgent)


@pytest.mark.parametrize("urgent", [True, False])
def test_nothing_is_repeated_without_a_rhythm(urgent: bool) -> None:
    """没有 again 的不再催。"""
    assert next_over(Rung("over:1", aware(MIDDLE)), None, Nag(), Clock(), ORDINARY, urgent) is None
