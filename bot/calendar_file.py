"""本单位另有的放假和上班日: a TOML file with two lists of dates, `off` (放假) and `work` (上班)."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

LISTS = {"off": False, "work": True}


class CalendarProblems(Exception):
    """The file cannot be used; all problems at once, each with its key."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n  ".join([f"{path.name}: {len(problems)} 处问题", *problems]))


def load_calendar(path: Path) -> dict[date, bool]:
    """date → whether it is worked. Raises CalendarProblems."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarProblems(path, [f"读不了: {error}"]) from error
    problems = [f"{key}: 没有这个键（只有 off、work）" for key in data if key not in LISTS]
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
    if problems:
        raise CalendarProblems(path, problems)
    return days


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
