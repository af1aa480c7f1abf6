"""方案: a publication plan as its text says it, and how far the posts that were linked to it have come. Pure.

A line is a planned post when it names a unit and a date or a number: `3. 监管一司 6月5日 启动仪式预告`,
`监管二司 专题报道 2 篇` (two of them). Headings and explanations are neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.rules.item import Item, State

DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s*[年./-]\s*)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*[月/-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)"
)
COUNT = re.compile(r"(?P<count>[1-9]\d?)\s*[篇条期次个]")
SERIAL = re.compile(r"\s*[（(]?\d{1,3}\s*[、.．)）]")
BACK = 60  # days: a month and day so long before the plan was written is next year's


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned post. `text` is the plan's own line; `day` None: no date was named."""

    unit: str
    text: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A planned post and the post that was linked for it; None: nobody has begun it."""

    planned: Planned
    item: Item | None = None

    @property
    def done(self) -> bool:
        return self.item is not None and self.item.published_at is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """`others`: linked posts beyond what their unit was to write."""

    slots: tuple[Slot, ...]
    others: tuple[Item, ...] = ()

    @property
    def done(self) -> int:
        return sum(slot.done for slot in self.slots)

    @property
    def owed(self) -> Planned | None:
        """The planned post that is to be published next."""
        return next((slot.planned for slot in self.slots if not slot.done), None)


def planned_posts(text: str, units: Iterable[str], written: date) -> tuple[Planned, ...]:
    """Every planned post, the earliest first; those without a date come last, in the order of the text."""
    names = sorted({unit for unit in units if unit}, key=len, reverse=True)  # 监管一司 before 一司
    found: list[Planned] = []
    for line in text.splitlines():
        unit = next((name for name in names if name in line), "")
        rest = line.replace(unit, " ") if unit else line  # 第2监管处 is no number of posts
        day, count = _day(rest, written), COUNT.search(rest)
        if unit and (day or count or SERIAL.match(rest)):
            found += [Planned(unit, line.strip(), day)] * (int(count["count"]) if count else 1)
    return tuple(sorted(found, key=lambda planned: (planned.day is None, planned.day or date.max)))


def _day(line: str, written: date) -> date | None:
    found = DATE.search(line)
    if found is None:
        return None
    year = int(found["year"] or written.year)
    try:
        day = date(year, int(found["month"]), int(found["day"]))
        return day.replace(year=year + 1) if not found["year"] and (written - day).days > BACK else day
    except ValueError:  # 2月30日
        return None


def progress(planned: Sequence[Planned], linked: Iterable[Item]) -> Progress:
    """Each unit's posts fill its lines in their order, what is published first; withdrawn ones count for nothing."""
    posts = [item for item in linked if item.state is not State.WITHDRAWN]
    posts.sort(key=lambda item: (item.published_at is None, item.published_at or item.created_at, item.id))
    slots = []
    for line in planned:
        mine = next((item for item in posts if item.unit == line.unit), None)
        if mine is not None:
            posts.remove(mine)
        slots.append(Slot(line, mine))
    return Progress(tuple(slots), tuple(posts))
