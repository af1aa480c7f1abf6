"""本单位另有的放假和上班日: a TOML file with two lists of dates, `off` (放假) and `work` (上班), and `years`.

A year is known when the file has a day of it, or lists it in `years`.
"""

from __future__ import annotations

import logging
import tomllib
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from bot.rules.workdays import OFFICIAL_YEARS, WEEKDAYS, ChineseCalendar

log = logging.getLogger(__name__)

LISTS = {"off": False, "work": True}
YEARS = "years"


class CalendarProblems(Exception):
    """The file cannot be used; all problems at once, each with its key."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n  ".join([f"{path.name}: {len(problems)} 处问题", *problems]))


@dataclass(frozen=True, slots=True)
class OwnDays:
    """What the file says: day → whether it is worked, and the years listed without a day."""

    days: dict[date, bool] = field(default_factory=dict)
    listed: tuple[int, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({*self.listed, *(day.year for day in self.days)}))


def load_calendar(path: Path) -> dict[date, bool]:
    """date → whether it is worked. Raises CalendarProblems."""
    return load_days(path).days


def load_days(path: Path) -> OwnDays:
    """Raises CalendarProblems."""
    try:
        return _days(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarProblems(path, [f"读不了: {error}"]) from error


def _days(path: Path, text: str) -> OwnDays:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalendarProblems(path, [f"读不了: {error}"]) from error
    problems = [f"{key}: 没有这个键（只有 off、work、years）" for key in data if key not in (*LISTS, YEARS)]
    days: dict[date, bool] = {}
    for key, worked in LISTS.items():
        values = data.get(key, [])
        if not isinstance(values, list):
            problems.append(f"{key}: 要写成日期的列表")
            continue
        for n, value in enumerate(values):
            day = _day(value)
            if day is None:
                problems.append(f"{key}.{n}: 不是日期（要写成 2027-02-06）: {value!r}")
            elif days.get(day, worked) != worked:
                problems.append(f"{key}.{n}: {day} 又放假又上班")
            else:
                days[day] = worked
    listed = data.get(YEARS, [])
    if not isinstance(listed, list) or not all(type(year) is int and 1900 < year < 2200 for year in listed):
        problems.append(f"{YEARS}: 要写成年份的列表，例如 [2027]")
        listed = []
    if problems:
        raise CalendarProblems(path, problems)
    return OwnDays(days, tuple(listed))


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def summary(own: OwnDays) -> list[str]:
    """One line a year and kind of day: `2027年 放假 2 天：2月8日（周一）、2月9日（周二）`."""
    lines = []
    for year in own.years:
        for worked, word in ((False, "放假"), (True, "上班")):
            days = sorted(day for day, is_worked in own.days.items() if day.year == year and is_worked is worked)
            if days:
                shown = "、".join(f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）" for day in days)
                lines.append(f"{year}年 {word} {len(days)} 天：{shown}")
        if not any(day.year == year for day in own.days):
            lines.append(f"{year}年 没有另外的放假和上班日，按周一至周五上班")
    return lines or ["没有写任何日子"]


class LiveCalendar:
    """The calendar in force. The file is read again when it has changed; a bad one leaves the former in force."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises CalendarProblems: at the start a bad file is a reason not to start."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._content, self._own = "", OwnDays()
        if path is not None:
            self._seen, self._own = _stamp(path), load_days(path)
            self._content = _digest(path)
        self._calendar = ChineseCalendar(self._own.days, self._own.years)

    def now(self) -> ChineseCalendar:
        return self._calendar

    def mark(self) -> str:
        """Another text when the official years or the file's content are others. Looks at the file."""
        self._look()
        return f"{OFFICIAL_YEARS.start}-{OFFICIAL_YEARS.stop - 1} {self._content}".strip()

    def _look(self) -> None:
        if self._path is None:
            return
        try:
            stamp = _stamp(self._path)
            if stamp == self._seen:
                return
            self._seen = stamp
            self._own, self._content = load_days(self._path), _digest(self._path)
        except (OSError, CalendarProblems) as error:
            log.error("the calendar was not read again: %s", error)
            return
        self._calendar = ChineseCalendar(self._own.days, self._own.years)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:16]
