"""每天上班、下班前、每月第一次上班: what is to happen once a day or a month, and from when until when.

A day that opened while the bot was off is made up for until the same day's cutoff, and left out after it: yesterday's
survey says nothing any more. A month's notice keeps: it goes out at the first opening of the next month that is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.rules.deadline import BEIJING, parse_clock, parse_duration
from bot.rules.regulation import Clock
from bot.rules.workdays import Calendar, next_workday

OPENED, CLOSES, MONTH, HEALTH = "opened", "closes", "month", "health"


class Strike(NamedTuple):
    """`day`: 2025-03-17; of a month, the one that has ended: 2025-02."""

    what: str
    day: str


def due_strikes(now: datetime, clock: Clock, review: str, calendar: Calendar) -> tuple[Strike, ...]:
    """What should have happened by now and still makes sense, in the order in which it is to happen."""
    return tuple(_due(now.astimezone(BEIJING), clock, review, calendar))


def _due(here: datetime, clock: Clock, review: str, calendar: Calendar) -> Iterator[Strike]:
    day, opens, ends = here.date(), opening(here.date(), clock), _at(here.date(), clock.cutoff)
    if not calendar.is_workday(day).workday or not opens <= here < ends:
        return
    yield Strike(HEALTH, day.isoformat())
    yield Strike(MONTH, month_before(day))
    yield Strike(OPENED, day.isoformat())
    if here >= max(opens, ends - timedelta(hours=parse_duration(review).number)):
        yield Strike(CLOSES, day.isoformat())


def opening(day: date, clock: Clock) -> datetime:
    """When this day opens (aware)."""
    return _at(day, clock.open)


def next_opening(now: datetime, clock: Clock, calendar: Calendar) -> datetime:
    """When the next working day after today opens (aware, UTC)."""
    return opening(next_workday(calendar, now.astimezone(BEIJING).date()), clock).astimezone(UTC)


def month_before(day: date) -> str:
    """2025-02 for a day in March 2025."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """2025-02 → when it begins and when the next month does (aware). Raises ValueError."""
    first = datetime.strptime(f"{month}-01", "%Y-%m-%d").replace(tzinfo=BEIJING)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following


def month_label(month: str) -> str:
    """2025年2月."""
    first, _ = month_bounds(month)
    return f"{first.year}年{first.month}月"


def _at(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time(), BEIJING) + parse_clock(clock_time)
