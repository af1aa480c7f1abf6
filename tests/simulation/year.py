"""2026 as the State Council arranged it, typed in by hand: not read from any library."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def _days(first: date, last: date) -> set[date]:
    return {first + n * DAY for n in range((last - first).days + 1)}


HOLIDAYS = (
    _days(date(2026, 1, 1), date(2026, 1, 3))  # 元旦
    | _days(date(2026, 2, 15), date(2026, 2, 23))  # 春节
    | _days(date(2026, 4, 4), date(2026, 4, 6))  # 清明
    | _days(date(2026, 5, 1), date(2026, 5, 5))  # 劳动节
    | _days(date(2026, 6, 19), date(2026, 6, 21))  # 端午
    | _days(date(2026, 9, 25), date(2026, 9, 27))  # 中秋
    | _days(date(2026, 10, 1), date(2026, 10, 7))  # 国庆
)
MADE_UP = {  # 调休上班
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
}  # fmt: skip


def works(day: date) -> bool:
    """Whether the day is worked; of other years nothing is known: Monday to Friday."""
    if day in MADE_UP:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)
