"""每天、每周、每月、每季、每年、每年11月: which period a day lies in, when its item begins and when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.deadline import BEIJING, parse_clock
from bot.rules.periods import Period, begins_at, begun_by, days_words, due_at_end, next_beginning, period_of
from bot.rules.regulation import Clock
from bot.rules.workdays import ChineseCalendar, Day

CLOCK = Clock()
OFFICIAL = ChineseCalendar()
EVERY = ("day", "week", "month", "quarter", "year", "year-11", "year-02")
BEGINS = {"day": ("", "17:30", "24:00"), "week": ("", "周一", "周五", "周日", "周五 16:00")}
FIRST = date(2024, 12, 20)


def at(words: str) -> datetime:
    day, _, clock = words.partition(" ")
    return datetime.combine(date.fromisoformat(day), time(), BEIJING) + parse_clock(clock)


def found(every: str, day: str) -> Period:
    period = period_of(every, date.fromisoformat(day), OFFICIAL)
    assert period is not None
    return period


@pytest.mark.parametrize(
    ("every", "day", "key", "starts", "ends", "label"),
    [
        ("day", "2025-03-14", "2025-03-14", "2025-03-14", "2025-03-14", "3月14日"),
        ("day", "2025-03-15", "2025-03-17", "2025-03-15", "2025-03-17", "3月15日至17日"),
        ("day", "2025-03-17", "2025-03-17", "2025-03-15", "2025-03-17", "3月15日至17日"),
        ("day", "2025-10-03", "2025-10-09", "2025-10-01", "2025-10-09", "10月1日至9日"),
        ("day", "2025-10-11", "2025-10-11", "2025-10-11", "2025-10-11", "10月11日"),
        ("day", "2025-05-31", "2025-06-03", "2025-05-31", "2025-06-03", "5月31日至6月3日"),
        ("week", "2025-03-14", "2025-W11", "2025-03-10", "2025-03-16", "3月10日至16日"),
        ("week", "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05", "12月30日至1月5日"),
        ("week", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03", "12月28日至1月3日"),
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29", "2024年2月"),
        ("month", "2025-12-31", "2025-12", "2025-12-01", "2025-12-31", "2025年12月"),
        ("quarter", "2025-01-01", "2025-Q1", "2025-01-01", "2025-03-31", "2025年第一季度"),
        ("quarter", "2025-12-31", "2025-Q4", "2025-10-01", "2025-12-31", "2025年第四季度"),
        ("year", "2025-06-30", "2025", "2025-01-01", "2025-12-31", "2025年"),
        ("year-11", "2025-11-15", "2025-11", "2025-11-01", "2025-11-30", "2025年11月"),
    ],
)
def test_the_period_of_a_day(every: str, day: str, key: str, starts: str, ends: str, label: str) -> None:
    """A10: 休息日并入其后第一个工作日; 周为周一至周日; 月、季、年按日历。"""
    assert found(every, day) == Period(key, date.fromisoformat(starts), date.fromisoformat(ends), label)


@pytest.mark.parametrize("day", ["2025-10-31", "2025-12-01", "2025-01-01"])
def test_other_months_have_no_yearly_audit(day: str) -> None:
    """每年11月的事项, 别的月份没有。"""
    assert period_of("year-11", date.fromisoformat(day), OFFICIAL) is None


@pytest.mark.rule("gov-newmedia-trial-R7", "newmedia-trial-R7")
def test_the_audit_of_november() -> None:
    """每年11月年审: 11月3日(第一个工作日)08:30 发起, 11月30日 24:00 截止。"""
    audit = found("year-11", "2025-11-03")
    assert begins_at("year-11", "", audit, CLOCK, OFFICIAL) == at("2025-11-03 08:30")
    assert due_at_end(audit, CLOCK) == at("2025-11-30 24:00")
    assert begun_by("year-11", "", at("2025-11-03 08:29"), CLOCK, OFFICIAL) is None
    assert begun_by("year-11", "", at("2025-11-03 08:30"), CLOCK, OFFICIAL) == audit


@pytest.mark.parametrize(
    ("every", "begin", "day", "begins", "due"),
    [
        ("day", "", "2025-03-14", "2025-03-14 08:30", "2025-03-14 24:00"),
        ("day", "17:30", "2025-03-15", "2025-03-17 17:30", "2025-03-17 24:00"),
        ("day", "", "2025-10-11", "2025-10-11 08:30", "2025-10-11 24:00"),
        ("week", "", "2025-03-12", "2025-03-10 08:30", "2025-03-16 24:00"),
        ("week", "", "2025-10-08", "2025-10-09 08:30", "2025-10-12 24:00"),
        ("week", "周五", "2025-03-10", "2025-03-14 08:30", "2025-03-16 24:00"),
        ("week", "周五", "2025-04-01", "2025-04-03 08:30", "2025-04-06 24:00"),  # 周五清明, 提前到周四
        ("week", "周三", "2025-10-06", "2025-10-09 08:30", "2025-10-12 24:00"),  # 周三之前都是假日, 顺延
        ("week", "周五 16:00", "2025-03-10", "2025-03-14 16:00", "2025-03-16 24:00"),
        ("month", "", "2025-02-14", "2025-02-05 08:30", "2025-02-28 24:00"),
        ("quarter", "", "2025-11-01", "2025-10-09 08:30", "2025-12-31 24:00"),
        ("year", "", "2025-11-01", "2025-01-02 08:30", "2025-12-31 24:00"),
    ],
)
def test_when_it_begins_and_ends(every: str, begin: str, day: str, begins: str, due: str) -> None:
    """每天到点发起, 当天 24:00 截止; 每周、月、季、年在第一个工作日发起, 期末截止。"""
    period = found(every, day)
    assert begins_at(every, begin, period, CLOCK, OFFICIAL) == at(begins)
    assert due_at_end(period, CLOCK) == at(due)


def test_a_week_without_a_working_day_is_not_left_out() -> None:
    """整周放假的, 周一(或指定的那天)发起, 一期不漏。"""
    closed = ChineseCalendar({date(2025, 3, 10) + timedelta(days=n): False for n in range(7)})
    week = period_of("week", date(2025, 3, 12), closed)
    assert week is not None
    assert begins_at("week", "", week, CLOCK, closed) == at("2025-03-10 08:30")
    assert begins_at("week", "周五", week, CLOCK, closed) == at("2025-03-14 08:30")


@pytest.mark.parametrize("every", ["", "hour", "weekly"])
def test_other_words_are_refused(every: str) -> None:
    """写法不对的周期不会被当成别的。"""
    with pytest.raises(ValueError):
        period_of(every, FIRST, OFFICIAL)


def test_how_days_are_said() -> None:
    """同月的只写一次月份。"""
    assert days_words(date(2025, 11, 21), date(2025, 11, 23)) == "11月21日至23日"


class Flipped:
    """The ordinary week, with some days turned over."""

    def __init__(self, flipped: frozenset[int]) -> None:
        self.flipped = flipped

    def is_workday(self, day: date) -> Day:
        return Day((day.weekday() < 5) != ((day - FIRST).days in self.flipped))


CALENDARS = st.frozensets(st.integers(0, 120), max_size=60).map(Flipped)
CLOCKS = st.builds(
    Clock, open=st.sampled_from(["08:00", "08:30", "10:00"]), day_end=st.sampled_from(["17:00", "18:00", "24:00"])
)
FLOWS = st.sampled_from([(every, begin) for every in EVERY for begin in BEGINS.get(every, ("",))])


@settings(max_examples=60, deadline=None)
@given(FLOWS, CALENDARS, CLOCKS)
def test_periods_follow_one_another(flow: tuple[str, str], calendar: Flipped, clock: Clock) -> None:
    """任何日历: 每一天正好在一期里, 期号唯一并按先后排列; 每个工作日一期; 发起不晚于截止, 一期一次。"""
    every, begin = flow
    days = [FIRST + timedelta(days=n) for n in range(120)]
    of = {day: period_of(every, day, calendar) for day in days}
    assert all(period is None or period.starts <= day <= period.ends for day, period in of.items())
    periods = list(dict.fromkeys(p for p in of.values() if p))
    assert all(one.key < other.key and one.ends < other.starts for one, other in pairwise(periods))
    begun = [begins_at(every, begin, p, clock, calendar) for p in periods]
    for period, moment in zip(periods, begun, strict=True):
        assert moment.tzinfo is UTC
        assert period.starts <= (moment - timedelta(minutes=1)).astimezone(BEIJING).date() <= period.ends
        assert moment <= due_at_end(period, clock)
    assert all(one < other for one, other in pairwise(begun))
    if every == "day":
        worked = [day.isoformat() for day in days if calendar.is_workday(day).workday]
        assert [period.key for period in periods if period.ends in of] == worked


@settings(max_examples=60, deadline=None)
@given(FLOWS, CALENDARS, st.integers(0, 100 * 24 * 60))
def test_the_next_beginning_is_the_first_one_after(flow: tuple[str, str], calendar: Flipped, minutes: int) -> None:
    """下一次发起: 在此之后, 而且到那时才开始。"""
    every, begin = flow
    now = datetime.combine(FIRST, time(), BEIJING) + timedelta(minutes=minutes)
    following = next_beginning(every, begin, now, CLOCK, calendar)
    assert following > now
    begun = begun_by(every, begin, following, CLOCK, calendar)
    if begin != "24:00":  # at the end of a day the next day's period is the current one already
        assert begun is not None
        assert begun_by(every, begin, following - timedelta(seconds=1), CLOCK, calendar) != begun


@given(st.sampled_from(EVERY), st.dates(date(1990, 1, 1), date(2150, 12, 31)))
def test_years_nobody_knows_yet_never_raise(every: str, day: date) -> None:
    """放假安排没公布的年份, 按周一至周五算, 不出错。"""
    period = period_of(every, day, OFFICIAL)
    if period:
        assert begins_at(every, "", period, CLOCK, OFFICIAL) < due_at_end(period, CLOCK)
