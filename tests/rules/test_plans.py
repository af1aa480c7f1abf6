"""方案 as text: which lines are planned posts, and how far the linked posts have come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.item import Item, State, replace
from bot.rules.plans import Planned, planned_posts, progress
from bot.rules.regulation import Kind

UNITS = ("监管一司", "监管二司", "一司", "宣传教育中心")
WRITTEN = date(2025, 5, 20)
NOON = datetime(2025, 6, 1, 4, tzinfo=UTC)

PLAN = """一、目标：集中宣传安全生产月。
1. 监管一司 6月5日 启动仪式预告
2. 宣传教育中心 6月1日 主题海报
监管二司 专题报道 2 篇
监管一司负责审核把关。
6月底前总结。"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("1. 监管一司 6月5日 预告", [("监管一司", date(2025, 6, 5))]),
        ("监管一司 2026-01-05 预告", [("监管一司", date(2026, 1, 5))]),
        ("监管一司 1月5日 预告", [("监管一司", date(2026, 1, 5))]),  # a plan of May: January is next year's
        ("监管一司 2月30日 3 条", [("监管一司", None)] * 3),
        ("（2）监管二司 专题", [("监管二司", None)]),
        ("监管二司 专题", []),
        ("6月5日 专题", []),
        ("", []),
    ],
)
def test_a_planned_post_names_a_unit_and_a_date_or_a_number(line: str, found: list[tuple[str, date | None]]) -> None:
    assert [(p.unit, p.day) for p in planned_posts(line, UNITS, WRITTEN)] == found


def test_the_earliest_comes_first_and_a_count_is_so_many() -> None:
    planned = planned_posts(PLAN, UNITS, WRITTEN)
    assert [p.unit for p in planned] == ["宣传教育中心", "监管一司", "监管二司", "监管二司"]


def post(id: int, unit: str, *, published: bool = False) -> Item:
    item = Item(id=id, org="o", kind=Kind.POST, unit=unit, author="a", created_at=NOON + timedelta(hours=id))
    return replace(item, state=State.DONE, published_at=NOON) if published else item


def test_twelve_planned_posts_of_which_the_fifth_is_published() -> None:
    """安全生产月发布方案 12 篇: 第5篇发布后是 5/12, 下一篇由写第6行的单位写。"""
    units = ("监管一司", "监管二司", "宣传教育中心")
    text = "\n".join(f"{n}. {units[n % 3]} 6月{n}日 第{n}讲" for n in range(1, 13))
    planned = planned_posts(text, units, WRITTEN)
    linked = [post(n, units[n % 3], published=n <= 5) for n in range(1, 8)]
    reached = progress(planned, linked)
    assert (reached.done, len(reached.slots)) == (5, 12)
    assert reached.owed == Planned("监管一司", "6. 监管一司 6月6日 第6讲", date(2025, 6, 6))
    assert [slot.item.id if slot.item else 0 for slot in reached.slots[:8]] == [1, 2, 3, 4, 5, 6, 7, 0]


def test_what_is_more_than_planned_or_withdrawn_does_not_count() -> None:
    planned = planned_posts("1. 监管一司 6月5日 预告", UNITS, WRITTEN)
    extra, gone = post(2, "监管二司", published=True), replace(post(3, "监管一司"), state=State.WITHDRAWN)
    reached = progress(planned, [extra, gone])
    assert (reached.done, reached.others, reached.slots[0].item) == (0, (extra,), None)
    assert progress(planned, [post(1, "监管一司", published=True)]).owed is None
