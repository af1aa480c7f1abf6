"""每天、每周、每月…: the periods of `every`, when the item of one begins, and when its first step is due.

    every     a period                                       its item begins                      due
    day       a working day and the rest days before it      at `begin` (17:30) or clock.open     end of that day
    week      Monday to Sunday                               first working day, or `begin` (周五)   end of Sunday
    month …   the calendar month, quarter, year              first working day, clock.open        end of its last day
    year-11   November of each year; none in other months    first working day, clock.open        end of its last day

A rest day has no period of its own: the next working day's covers it, so a holiday's card may be settled after it
(A10). A longer period without one working day begins on its first day (or the weekday named): nothing is left out,
and reminders keep to working hours by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.rules.deadline import BEIJING, parse_clock
from bot.rules.regulation import Clock
from bot.rules.workdays import WEEKDAYS, Calendar, back, next_workday

DAY = timedelta(days=1)
QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Period:
    """`key` names it among those of its `every`, and sorts as they follow; `starts` and `ends` are Beijing dates."""

    key: str
    starts: date
    ends: date
    label: str

    def days(self) -> Iterator[date]:
        for n in range((self.ends - self.starts).days + 1):
            yield self.starts + n * DAY


def period_of(every: str, day: date, calendar: Calendar) -> Period | None:
    """The period in which `day` lies; None for a month that `year-MM` does not mean. Raises ValueError."""
    kind, _, month = every.partition("-")
    match kind:
        case "day":
            return _working_day(day, calendar)
        case "week":
            monday = day - day.weekday() * DAY
            year, week, _ = day.isocalendar()
            return Period(f"{year}-W{week:02d}", monday, monday + 6 * DAY, days_words(monday, monday + 6 * DAY))
        case "month":
            return _months(f"{day:%Y-%m}", day.year, day.month, 1, f"{day.year}年{day.month}月")
        case "quarter":
            n = (day.month - 1) // 3
            return _months(f"{day.year}-Q{n + 1}", day.year, 3 * n + 1, 3, f"{day.year}年第{QUARTERS[n]}季度")
        case "year" if not month:
            return _months(f"{day.year}", day.year, 1, 12, f"{day.year}年")
        case "year":
            return period_of("month", day, calendar) if day.month == int(month) else None
    raise ValueError(f"周期写法不对：{every}")


def begins_at(every: str, begin: str, period: Period, clock: Clock, calendar: Calendar) -> datetime:
    """When the item of this period begins (aware, UTC). `begin`: 17:30, 周五, 周五 16:00, or empty."""
    weekday, at = _begin(begin, clock)
    day = period.ends if every == "day" else _first_day(period, weekday, calendar)
    return _moment(day, min(at, parse_clock(clock.day_end)))


def due_at_end(period: Period, clock: Clock) -> datetime:
    """“The first step is due when the period ends”: at the end of its last day (aware, UTC)."""
    return _moment(period.ends, parse_clock(clock.day_end))


def begun_by(every: str, begin: str, now: datetime, clock: Clock, calendar: Calendar) -> Period | None:
    """The current period, once its item is to have begun; None before that, and where no period is running."""
    period = period_of(every, now.astimezone(BEIJING).date(), calendar)
    return period if period and begins_at(every, begin, period, clock, calendar) <= now else None


def next_beginning(every: str, begin: str, after: datetime, clock: Clock, calendar: Calendar) -> datetime:
    """The first moment later than `after` at which an item of `every` begins: when to look again."""
    day = after.astimezone(BEIJING).date()
    while True:
        period = period_of(every, day, calendar)
        at = begins_at(every, begin, period, clock, calendar) if period else None
        if at and at > after:
            return at
        day = (period.ends if period else _months("", day.year, day.month, 1, "").ends) + DAY


def last_beginning(every: str, begin: str, period: Period, clock: Clock, calendar: Calendar) -> datetime:
    """When the item of the period before began: between then and now lies what this one is about."""
    day = period.starts - DAY
    before = period_of(every, day, calendar)
    while before is None:  # year-11: the November of the year before
        day = day.replace(day=1) - DAY
        before = period_of(every, day, calendar)
    return begins_at(every, begin, before, clock, calendar)


def days_words(first: date, last: date) -> str:
    """11月23日, 11月21日至23日, 9月28日至10月8日."""
    if first == last:
        return f"{first.month}月{first.day}日"
    until = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{until}"


def _working_day(day: date, calendar: Calendar) -> Period:
    worked = day if calendar.is_workday(day).workday else next_workday(calendar, day)
    first = back(calendar, worked, 1) + DAY
    return Period(worked.isoformat(), first, worked, days_words(first, worked))


def _months(key: str, year: int, month: int, count: int, label: str) -> Period:
    after = year * 12 + month - 1 + count
    return Period(key, date(year, month, 1), date(after // 12, after % 12 + 1, 1) - DAY, label)


def _begin(begin: str, clock: Clock) -> tuple[int | None, timedelta]:
    """Weekday (0 is Monday) and time of day. Raises ValueError."""
    weekday = WEEKDAYS.index(begin[1]) if begin.startswith("周") and len(begin) > 1 else None
    at = (begin[2:] if weekday is not None else begin).strip()
    return weekday, parse_clock(at or clock.open)


def _first_day(period: Period, weekday: int | None, calendar: Calendar) -> date:
    """The first working day; of a weekday that is a rest day the last working day before it, else the next."""
    worked = [day for day in period.days() if calendar.is_workday(day).workday]
    named = period.starts + (weekday or 0) * DAY
    if not worked:
        return named
    return max((day for day in worked if day <= named), default=worked[0])


def _moment(day: date, since_midnight: timedelta) -> datetime:
    return (datetime.combine(day, time(), BEIJING) + since_midnight).astimezone(UTC)
