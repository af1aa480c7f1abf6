"""Once a day and once a month: what is due at a moment, as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.rules.daily import due_strikes, month_bounds, month_label, next_opening
from bot.rules.deadline import BEIJING
from bot.rules.regulation import Clock
from bot.rules.workdays import ChineseCalendar

OFFICIAL = ChineseCalendar()
CLOCK = Clock(open="08:30", cutoff="17:30")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("now", "review", "due"),
    [
        (at(3, 17, 8, 29), "1h", ""),
        (at(3, 17, 8, 30), "1h", "health month opened"),
        (at(3, 17, 16, 29), "1h", "health month opened"),
        (at(3, 17, 16, 30), "1h", "health month opened closes"),
        (at(3, 17, 17, 29), "1h", "health month opened closes"),
        (at(3, 17, 17, 30), "1h", ""),  # too late for this day
        (at(3, 17, 15, 30), "2h", "health month opened closes"),
        (at(3, 22, 10), "1h", ""),  # Saturday
        (at(4, 4, 10), "1h", ""),  # 清明
        (at(4, 27, 10), "1h", "health month opened"),  # a Sunday that is worked
    ],
)
def test_what_is_due(now: datetime, review: str, due: str) -> None:
    found = due_strikes(now.astimezone(UTC), CLOCK, review, OFFICIAL)
    assert " ".join(one.what for one in found) == due
    days = {"month": f"2025-{now.month - 1:02d}"}
    assert all(one.day == days.get(one.what, f"{now:%Y-%m-%d}") for one in found)


def test_a_short_day_is_reviewed_when_it_opens() -> None:
    short = Clock(open="09:00", cutoff="12:00")
    assert len(due_strikes(at(3, 17, 8, 59), short, "4h", OFFICIAL)) == 0
    assert len(due_strikes(at(3, 17, 9), short, "4h", OFFICIAL)) == 4


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(3, 17, 16, 30), at(3, 18, 8, 30)),
        (at(3, 21, 16, 30), at(3, 24, 8, 30)),  # over the weekend
        (at(4, 30, 16, 30), at(5, 6, 8, 30)),  # over 劳动节
    ],
)
def test_the_next_opening(now: datetime, opens: datetime) -> None:
    assert next_opening(now, CLOCK, OFFICIAL) == opens


def test_a_month_has_its_bounds() -> None:
    assert month_bounds("2024-12") == (
        datetime(2024, 12, 1, tzinfo=BEIJING), datetime(2025, 1, 1, tzinfo=BEIJING)
    )  # fmt: skip
    assert month_bounds("2024-02")[1].date() == date(2024, 3, 1)
    assert month_label("2025-03") == "2025年3月"
    with pytest.raises(ValueError, match="2025-13"):
        month_bounds("2025-13")
