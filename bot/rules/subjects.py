"""主题: what the opinions of a week are about, and what rises most (weibo-significance-R2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rise:
    """One subject: how many this week, how many the week before."""

    subject: str
    now: int
    before: int

    @property
    def by(self) -> int:
        return self.now - self.before


def weeks(midnight: datetime) -> tuple[datetime, datetime]:
    """When this week and the last one began; `midnight`: when today began, Beijing time."""
    monday = midnight - timedelta(days=midnight.weekday())
    return monday, monday - WEEK


def rising(now: Mapping[str, int], before: Mapping[str, int]) -> tuple[Rise, ...]:
    """Every subject of either week, the one that rose most first; of equal ones the more frequent."""
    found = [Rise(name, now.get(name, 0), before.get(name, 0)) for name in dict.fromkeys([*now, *before]) if name]
    return tuple(sorted(found, key=lambda rise: (-rise.by, -rise.now, rise.subject)))
