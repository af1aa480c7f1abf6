"""停机以后: 到时候的几档只发最后一档, 原定的时间表不变; 不在提醒时段的推到上班。"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_file import LiveCalendar
from bot.rules.deadline import BEIJING, Climb, Rung, climb, held_until, ladder, next_over
from bot.rules.regulation import Clock, Nag

CALENDAR = LiveCalendar(None).now()
NAG = Nag(ahead=("1wd", "2h"), again="1wd", idle="1wd", up=("unit_head",))
CLOCK = Clock()
HOURS = "08:30-17:30"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


RUNGS = ladder(at("2025-03-14 17:30"), at("2025-03-12 09:00"), NAG, CLOCK, CALENDAR)


def later(before: Rung) -> Rung | None:
    return next_over(before, NAG.again, NAG, CLOCK, CALENDAR)


def found(now: str, rungs: tuple[Rung, ...] = RUNGS) -> tuple[list[str], str]:
    """The rungs that have elapsed, and when the next one is."""
    climbed = climb(rungs[0], rungs[1:], later, at(now))
    assert climbed.following
    return [rung.name for rung in climbed.elapsed], f"{climbed.following.at.astimezone(BEIJING):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "elapsed", "following"),
    [
        ("2025-03-13 17:30", ["ahead:1wd"], "03-14 15:30"),
        ("2025-03-14 15:29", ["ahead:1wd"], "03-14 15:30"),
        ("2025-03-14 15:30", ["ahead:1wd", "ahead:2h"], "03-17 08:30"),
        ("2025-03-17 09:40", ["ahead:1wd", "ahead:2h", "over:1"], "03-18 08:30"),  # not 09:40: the grid stays
        ("2025-03-19 08:30", ["ahead:1wd", "ahead:2h", "over:1", "over:2", "over:3"], "03-20 08:30"),
        ("2025-03-22 12:00", ["ahead:1wd", "ahead:2h", *(f"over:{n}" for n in range(1, 6))], "03-24 08:30"),
        ("2025-03-28 08:30", ["ahead:1wd", "ahead:2h", *(f"over:{n}" for n in range(1, 11))], "03-31 08:30"),
    ],
)
def test_what_a_pause_leaves(now: str, elapsed: list[str], following: str) -> None:
    """3月14日17:30到期: 停了几天, 到时候的各档一起看, 下一档仍在原来的时间。"""
    assert found(now) == (elapsed, following)


def test_over_new_year_and_the_make_up_days() -> None:
    """年底到期: 元旦不催, 1月2日是休息日, 1月4日补班才催。"""
    rungs = ladder(at("2025-12-31 17:30"), at("2025-12-31 09:00"), Nag(again="1wd"), CLOCK, CALENDAR)
    assert found("2026-01-04 08:30", rungs) == (["over:1"], "01-05 08:30")
    assert found("2026-01-06 08:00", rungs) == (["over:1", "over:2"], "01-06 08:30")


def test_over_national_day() -> None:
    """9月30日到期: 国庆长假不催, 10月9日第一次; 10月11日补班也催。"""
    rungs = ladder(at("2025-09-30 17:30"), at("2025-09-30 09:00"), Nag(again="1wd"), CLOCK, CALENDAR)
    assert found("2025-10-09 08:30", rungs) == (["over:1"], "10-10 08:30")
    assert found("2025-10-11 08:30", rungs) == (["over:1", "over:2", "over:3"], "10-13 08:30")


def test_without_again_it_ends() -> None:
    assert climb(RUNGS[-1], (), lambda rung: None, at("2025-05-01 00:00")) == Climb((RUNGS[-1],), None)


def test_it_never_goes_round_in_a_circle() -> None:
    same = Rung("over:2", RUNGS[-1].at)
    assert climb(RUNGS[-1], (), lambda rung: same, at("2025-05-01 00:00")) == Climb((RUNGS[-1], same), None)


def test_a_clock_set_back_finds_the_standing_rung_alone() -> None:
    assert found("2025-03-01 00:00")[0] == ["ahead:1wd"]


@given(pauses=st.lists(st.integers(min_value=1, max_value=60 * 24 * 30), min_size=1, max_size=12))
def test_however_often_it_is_looked_at_each_rung_elapses_once(pauses: list[int]) -> None:
    """隔多久看一次都一样: 走过的档一个不多一个不少, 下一档是同一个。"""
    now, seen = at("2025-03-13 17:30"), list[str]()
    standing: Rung | None = RUNGS[0]
    rest = RUNGS[1:]
    for minutes in pauses:
        now += timedelta(minutes=minutes)
        if standing is None or standing.at > now:
            continue
        climbed = climb(standing, rest, later, now)
        seen += [rung.name for rung in climbed.elapsed]
        standing = climbed.following
        rest = tuple(rung for rung in rest if standing and rung.at > standing.at)
    at_once = climb(RUNGS[0], RUNGS[1:], later, now)
    assert seen == [rung.name for rung in at_once.elapsed]
    assert standing == at_once.following


@pytest.mark.parametrize(
    ("planned", "now", "until"),
    [
        ("2025-03-14 08:30", "2025-03-14 08:30", None),
        ("2025-03-14 08:30", "2025-03-14 17:30", None),
        ("2025-03-13 17:30", "2025-03-13 17:30", None),
        ("2025-03-13 17:30", "2025-03-13 17:30:20", None),  # the sweep comes some seconds later
        ("2025-03-13 17:30", "2025-03-13 17:40", None),
        ("2025-03-13 17:30", "2025-03-13 17:41", "2025-03-14 08:30"),
        ("2025-03-13 10:00", "2025-03-13 23:00", "2025-03-14 08:30"),
        ("2025-03-14 10:00", "2025-03-15 09:00", "2025-03-17 08:30"),
        ("2025-09-30 10:00", "2025-10-01 09:00", "2025-10-09 08:30"),
        ("2025-10-10 10:00", "2025-10-11 07:00", "2025-10-11 08:30"),  # a make-up day
        ("2025-12-31 10:00", "2026-01-02 09:00", "2026-01-04 08:30"),
    ],
)
def test_nothing_goes_out_at_night(planned: str, now: str, until: str | None) -> None:
    """晚上和休息日不发, 等到上班; 紧急的不等。"""
    wanted = at(until) if until else None
    assert held_until(at(planned), at(now), HOURS, CALENDAR) == wanted
    assert held_until(at(planned), at(now), HOURS, CALENDAR, urgent=True) is None
