"""Which days are worked: the official calendar with 调休, and what the organisation adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from chinese_calendar import get_holiday_detail, is_workday
from chinese_calendar.constants import Holiday, holidays

WEEKDAYS = "一二三四五六日"
OFFICIAL_YEARS = range(min(holidays).year, max(holidays).year + 1)
_CHINESE = {holiday.value: f"{holiday.chinese.removesuffix('节')}节" for holiday in Holiday}
_CHINESE[Holiday.new_years_day.value] = "元旦"


class Day(NamedTuple):
    """`known` is False while the year's holidays are not published; `why` names what is unusual (国庆节, 补班…)."""

    workday: bool
    known: bool = True
    why: str = ""


class Calendar(Protocol):
    """Anything that knows its days: the official calendar, or a random one in a test."""

    def is_workday(self, day: date) -> Day: ...


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


class ChineseCalendar:
    """The official calendar. `extra` (date → worked or not) goes first: a year not yet published, a local day off.

    `years`: further years that are known because `extra` holds all there is to say of them.
    """

    def __init__(self, extra: Mapping[date, bool] | None = None, years: Iterable[int] = ()) -> None:
        self._extra = dict(extra or {})
        self._years = frozenset(years)

    def is_workday(self, day: date) -> Day:
        if day in self._extra:
            return _extra_day(day, self._extra[day])
        if day.year in OFFICIAL_YEARS:
            return _official_day(day)
        return Day(is_weekday(day), known=day.year in self._years, why="" if is_weekday(day) else "周末")


def _extra_day(day: date, worked: bool) -> Day:
    if worked == is_weekday(day):
        return Day(worked, why="" if worked else "周末")
    return Day(worked, why="补班" if worked else "放假")


@lru_cache(maxsize=4096)
def _official_day(day: date) -> Day:
    worked = bool(is_workday(day))
    if worked:
        return Day(True, why="" if is_weekday(day) else "补班")
    _, name = get_holiday_detail(day)
    return Day(False, why=_CHINESE.get(name, "周末") if name else "周末")


def next_workday(calendar: Calendar, day: date) -> date:
    """The first working day after `day`."""
    return forward(calendar, day, 1)


def forward(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th working day after `day` (which is not counted); `day` itself for 0."""
    return _walk(calendar, day, count, timedelta(days=1))


def back(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th working day before `day` (which is not counted); `day` itself for 0."""
    return _walk(calendar, day, count, timedelta(days=-1))


# A calendar that never works would be walked for ever: a year without one working day is a mistake in it.
_LONGEST_REST = 366


def _walk(calendar: Calendar, day: date, count: int, step: timedelta) -> date:
    rest = 0
    while count:
        day += step
        worked = calendar.is_workday(day).workday
        count -= worked
        rest = 0 if worked else rest + 1
        if rest > _LONGEST_REST:
            raise ValueError(f"工作日历中 {day} 前后一年没有工作日")
    return day
