"""工作日历: the official days, the organisation's own, and years nobody knows yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.workdays import ChineseCalendar, Day, back, forward, next_workday

OFFICIAL = ChineseCalendar()


@pytest.mark.rule("listed-company-ir-R8")
@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 3, 14), Day(True)),
        (date(2025, 3, 15), Day(False, why="周末")),
        (date(2025, 4, 4), Day(False, why="清明节")),
        (date(2025, 10, 11), Day(True, why="补班")),
        (date(2026, 1, 1), Day(False, why="元旦")),
        (date(2026, 9, 30), Day(True)),
        (date(2026, 10, 3), Day(False, why="国庆节")),
        (date(2026, 10, 10), Day(True, why="补班")),
        (date(2099, 3, 13), Day(True, known=False)),
        (date(2099, 3, 14), Day(False, known=False, why="周末")),
    ],
)
def test_official_days(day: date, found: Day) -> None:
    """A6: 法定节假日休, 调休的周末上班; 没有公布放假安排的年份按周一至周五, 并注明未知。"""
    assert OFFICIAL.is_workday(day) == found


@pytest.mark.parametrize(
    ("day", "worked", "found"),
    [
        (date(2025, 3, 14), False, Day(False, why="放假")),
        (date(2025, 3, 15), True, Day(True, why="补班")),
        (date(2099, 1, 1), False, Day(False, why="放假")),
        (date(2099, 1, 2), True, Day(True)),
        (date(2026, 10, 10), False, Day(False, why="周末")),
    ],
)
def test_the_organisations_days_go_first(day: date, worked: bool, found: Day) -> None:
    """名册里的日历优先: 可补上未公布的年份, 也可写本单位的放假和上班。"""
    assert ChineseCalendar({day: worked}).is_workday(day) == found


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.integers(1, 15))
def test_walking_forward_passes_exactly_so_many_workdays(start: date, count: int) -> None:
    """往后数 n 个工作日: 起算日不计, 恰好经过 n 个工作日, 止于工作日。"""
    end = forward(OFFICIAL, start, count)
    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(OFFICIAL.is_workday(day).workday for day in passed) == count
    assert OFFICIAL.is_workday(end).workday


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.integers(1, 15))
def test_walking_back_undoes_walking_forward(start: date, count: int) -> None:
    """从工作日往后数再往前数, 回到原处。"""
    begin = next_workday(OFFICIAL, start)
    assert back(OFFICIAL, forward(OFFICIAL, begin, count), count) == begin


class NeverWorked:
    def is_workday(self, day: date) -> Day:
        return Day(False)


def test_a_calendar_without_workdays_is_an_error() -> None:
    """一整年没有工作日的日历是写错了, 不能让程序数不完。"""
    with pytest.raises(ValueError, match="没有工作日"):
        next_workday(NeverWorked(), date(2025, 1, 1))
