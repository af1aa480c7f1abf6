"""The passing of a day and of a month: what is due once becomes its event, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from bot.rules.daily import CLOSES, HEALTH, MONTH, OPENED, Strike, due_strikes
from bot.rules.events import DayCloses, DayOpened, HealthDue, InternalEvent, MonthEnded
from bot.rules.regulation import Regulation
from bot.rules.workdays import Calendar
from storage.daily import daily_due


def next_strike(
    db: Database, org: str, now: datetime, regulation: Regulation, calendar: Calendar
) -> Strike | None:
    """What is to happen now and has not happened yet; or None."""
    return daily_due(db, org, due_strikes(now, regulation.clock, regulation.nag.review, calendar), now)


def event_of(strike: Strike) -> InternalEvent:
    """Its key is the day's: two processes, or a restart between the event and the note of it, make one event."""
    return EVENTS[strike.what](f"{strike.what}@{strike.day}", strike.day)


EVENTS: dict[str, Callable[[str, str], InternalEvent]] = {
    OPENED: lambda key, day: DayOpened(key=key, day=day),
    CLOSES: lambda key, day: DayCloses(key=key, day=day),
    HEALTH: lambda key, day: HealthDue(key=key, day=day),
    MONTH: lambda key, month: MonthEnded(key=key, month=month),
}
