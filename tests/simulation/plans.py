"""The two simulations: the whole of 2026, and a month of it with the longest holiday."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from tests.simulation.world import Plan
from tests.simulation.year import HOUR, MINUTE

YEAR_BEGINS, YEAR_ENDS = date(2026, 1, 1), date(2027, 1, 1)


def year(seed: int = 1, days: int = 365, posts: int = 30, comments: int = 200, begin: date = YEAR_BEGINS) -> Plan:
    """Two weeks of outage in August; restarts at random moments; twice a second process; once a clock set back.

    `begin`: another first day, so that a span can be looked at without what lies before it.
    """
    chance = random.Random(f"restarts {seed}")
    days = min(days, (YEAR_ENDS - begin).days)
    moments = (_at(begin) + chance.randrange(days * 1440) * MINUTE for _ in range(days // 6))
    return Plan(
        begin, days, seed, posts, comments,
        outages=(
            (_at(date(2026, 2, 12), 15, 11), _at(date(2026, 2, 12), 16, 2)),
            (_at(date(2026, 8, 3), 16, 21), _at(date(2026, 8, 17), 21, 43)),
            (_at(date(2026, 11, 10), 8, 3), _at(date(2026, 11, 11), 10, 17)),
        ),
        restarts=tuple(sorted(moments)),
        second=(
            (_at(date(2026, 3, 10), 9, 5), _at(date(2026, 3, 13), 18)),
            (_at(date(2026, 4, 30), 17, 5), _at(date(2026, 5, 7), 9, 44)),
        ),
        set_back=((_at(date(2026, 6, 10), 14), 3 * HOUR, 50 * MINUTE),),
    ).within_its_days()  # fmt: skip


def month(seed: int = 1, posts: int = 6, comments: int = 14) -> Plan:
    """20 September (a Sunday that is worked) to 19 October: 中秋, 国庆, another worked Saturday, and four days off."""
    return Plan(
        date(2026, 9, 20), 30, seed, posts, comments,
        outages=(
            (_at(date(2026, 9, 29), 11, 7), _at(date(2026, 10, 2), 22, 13)),
            (_at(date(2026, 10, 14), 9, 3), _at(date(2026, 10, 14), 15, 26)),
        ),
        restarts=(
            _at(date(2026, 9, 22), 8, 30), _at(date(2026, 9, 23), 3, 3), _at(date(2026, 9, 24), 17, 30),
            _at(date(2026, 10, 9), 9, 31), _at(date(2026, 10, 10), 0, 0), _at(date(2026, 10, 16), 13, 47),
        ),
        second=((_at(date(2026, 10, 7), 17, 5), _at(date(2026, 10, 9), 18)),),
        set_back=((_at(date(2026, 10, 13), 14), 3 * HOUR, 50 * MINUTE),),
    )  # fmt: skip


def _at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001


__all__ = ["month", "timedelta", "year"]
