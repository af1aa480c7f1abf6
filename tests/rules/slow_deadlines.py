"""期限和催办再写一遍, 慢的: with a finger on the calendar, a day at a time, a minute at a time.

Written from the regulations' rules, not from `bot.rules.deadline`; every moment is a naive Beijing time, whole
minutes. `works` says whether a day is worked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

Works = Callable[[date], bool]
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NAMES = "一二三四五六日"


def of_day(day: date, words: str) -> datetime:
    """`17:30` of that day; 24:00 is the midnight that ends it."""
    hours, minutes = map(int, words.split(":"))
    return datetime.combine(day, time()) + hours * HOUR + minutes * MINUTE


def due(spec: str, start: datetime, cutoff: str, day_end: str, works: Works) -> datetime:
    if spec.endswith("h"):
        return _hours(spec, start)
    if spec.startswith("周"):
        day = start.date() + DAY
        while NAMES[day.weekday()] != spec[1]:
            day += DAY
        return of_day(day, day_end)
    counts: Works = works if spec.endswith("wd") else lambda _: True
    number = int(spec.rstrip("wd"))
    if number == 0:
        return of_day(_same_day(start, cutoff, counts), day_end)
    return of_day(_days_away(start.date(), number, counts), day_end)


def _hours(spec: str, start: datetime) -> datetime:
    number, now = int(spec[:-1]), start
    for _ in range(abs(number)):
        now += HOUR if number > 0 else -HOUR
    return now


def _same_day(start: datetime, cutoff: str, counts: Works) -> date:
    """当日: today while it counts and the cutoff has not passed, otherwise the next day that counts."""
    day = start.date()
    if counts(day) and start <= of_day(day, cutoff):
        return day
    return _days_away(day, 1, counts)


def _days_away(day: date, number: int, counts: Works) -> date:
    """The starting day is not counted."""
    left = abs(number)
    while left:
        day += DAY if number > 0 else -DAY
        if counts(day):
            left -= 1
    return day


def may(moment: datetime, hours: str, works: Works) -> bool:
    """A9: only on working days, within the hours, both ends included."""
    opens, closes = hours.split("-")
    return works(moment.date()) and of_day(moment.date(), opens) <= moment <= of_day(moment.date(), closes)


def first_at_or_after(moment: datetime, hours: str, works: Works) -> datetime:
    while not may(moment, hours, works):
        moment += MINUTE
    return moment


def last_at_or_before(moment: datetime, hours: str, works: Works) -> datetime:
    while not may(moment, hours, works):
        moment -= MINUTE
    return moment


def shifted(moment: datetime, spec: str, works: Works, sign: int) -> datetime:
    """So much later (1) or earlier (-1) at the same time of day; looking back, midnight is 24:00 of the day before."""
    if spec.endswith("h"):
        return moment + sign * int(spec[:-1]) * HOUR
    counts: Works = works if spec.endswith("wd") else lambda _: True
    day = moment.date() - (DAY if sign < 0 and moment.time() == time() else timedelta())
    clock = moment - datetime.combine(day, time())
    return datetime.combine(_days_away(day, sign * int(spec.rstrip("wd")), counts), time()) + clock


def reminders(
    ends: datetime | None, began: datetime, ahead: tuple[str, ...], idle: str | None, hours: str, works: Works,
    *, urgent: bool,
) -> dict[str, datetime]:  # fmt: skip
    """What the ladder of a step is: name → moment."""
    if ends is None:
        return {} if idle is None else {"idle:1": _next(shifted(began, idle, works, 1), hours, works, urgent)}
    found: dict[str, datetime] = {}
    for spec in ahead:
        wanted = shifted(ends, spec, works, -1)
        at = wanted if urgent else last_at_or_before(wanted, hours, works)
        if at > began and (spec.endswith("h") or at.date() > began.date()):  # not on the day it began
            found[f"ahead:{spec}"] = at
    found["over:1"] = _overdue(max(ends, began), hours, works, urgent)
    return found


def again(before: datetime, every: str, hours: str, works: Works, *, urgent: bool) -> datetime:
    return _next(shifted(before, every, works, 1), hours, works, urgent)


def _next(moment: datetime, hours: str, works: Works, urgent: bool) -> datetime:
    return moment if urgent else first_at_or_after(moment, hours, works)


def _overdue(ends: datetime, hours: str, works: Works, urgent: bool) -> datetime:
    """The first permitted moment after the deadline: at it when the hours go on, else when they next begin."""
    if urgent:
        return ends
    goes_on = may(ends, hours, works) and may(ends + MINUTE, hours, works)
    return ends if goes_on else first_at_or_after(ends + MINUTE, hours, works)
