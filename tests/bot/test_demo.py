"""演示从工作日的上班时间开始, 第二天也上班, 好看当日期限和第二天的督办。"""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.demo import begins_at
from bot.rules.workdays import ChineseCalendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-26 12:00", None),  # 周四
        ("2026-11-26 16:30", None),
        ("2026-11-26 16:31", "2026-11-30 09:00"),  # 周五的第二天休息
        ("2026-11-26 08:59", "2026-11-26 09:00"),
        ("2026-11-27 10:00", "2026-11-30 09:00"),
        ("2026-09-30 10:00", "2026-10-08 09:00"),  # 国庆以后
        ("2026-10-09 10:00", None),  # 第二天周六补班
    ],
)
def test_the_clock_begins_on_a_working_morning(now: str, begins: str | None) -> None:
    found = begins_at(at(now), ChineseCalendar())
    assert found == (at(begins) if begins else None)
