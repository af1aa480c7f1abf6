"""督办: how late something is, what a list may show, and what of a unit is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.rules.deadline import BEIJING
from bot.rules.item import Item, Version, replace
from bot.rules.overdue import Due, lateness, survey, title_of
from bot.rules.regulation import Kind
from bot.rules.workdays import ChineseCalendar
from tests.storage.samples import FLOW, ITEM

OFFICIAL = ChineseCalendar()


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        (at(17, 10), at(17, 10, 1), "不到 3 分钟"),
        (at(17, 10), at(17, 13, 30), "3.5 小时"),
        (at(18, 0), at(18, 8, 30), "8.5 小时"),  # 3月17日 24:00
        (at(18, 0), at(19, 8, 30), "2 个工作日"),
        (at(22, 0), at(24, 8, 30), "1 个工作日"),  # Friday 24:00, Monday
        (at(22, 0), at(23, 12), "2 天"),  # nobody has worked since
        (at(1, 0, month=5), at(6, 8, 30, month=5), "1 个工作日"),  # over 劳动节
        (at(17, 10), at(17, 9), "不到 3 分钟"),
    ],
)
def test_how_late(due: datetime, now: datetime, words: str) -> None:
    assert lateness(due, now, OFFICIAL) == words


def titled(title: str, *, private: bool = False) -> Item:
    flow = FLOW.model_copy(update={"private": private})
    return replace(ITEM, flow=flow, current=Version(1, title, ""))


def test_what_a_title_may_show() -> None:
    """Nothing of a private one; no number of a person; no brackets in brackets; not longer than a line."""
    assert title_of(titled("举报某矿", private=True)) == "（内容保密）"
    assert title_of(titled("请回电13812345678")) == "《请回电138****5678》"
    assert title_of(titled("关于《办法》的解读")) == "《关于〈办法〉的解读》"
    assert title_of(titled("")) == "《（无标题）》"
    assert title_of(replace(titled(""), kind=Kind.MATTER)) == f"《{FLOW.option}》"
    assert len(title_of(titled("长" * 40))) == 26


def test_the_units_with_the_most_come_first() -> None:
    """Of as many the one that is late longest; an item of two units counts for both."""
    now = at(19, 9)

    def late(number: int, hours: int, *units: str) -> Due:
        return Due(replace(ITEM, id=number), now - timedelta(hours=hours), ("limin",), units)

    seen = survey([late(1, 1, "甲"), late(2, 5, "乙", "丙"), late(3, 3, "甲"), late(4, -2, "丁")], 9, now)
    rows = [(row.unit, row.count, row.worst.item.id) for row in seen.units]
    assert rows == [("甲", 2, 3), ("乙", 1, 2), ("丙", 1, 2)]
    assert [one.item.id for one in seen.overdue] == [2, 3, 1]
    assert seen.numbers == (1, 2, 3, 4)
