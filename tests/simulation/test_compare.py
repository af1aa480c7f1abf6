"""The comparison itself: it must see whatever one side has and the other has not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.simulation.compare import differences
from tests.simulation.reference import Line, Told

AT = datetime(2026, 9, 22, 8, 30, 20)  # noqa: DTZ001
ONE = Told(AT, "liu", (Line(1, "step", "over:1"), Line(2, "filing", "over:2")), missed=2)
OTHER = Told(AT, "he", (Line(1, "step", "over:1"),))
BOTH = [ONE, OTHER]


def test_the_same_messages_in_another_order_are_no_difference() -> None:
    assert differences(BOTH, BOTH[::-1]) == []


@pytest.mark.parametrize(
    ("really", "seen"),
    [
        ([ONE], ["missing"]),
        ([ONE, OTHER, OTHER], ["too many"]),
        ([ONE, replace(OTHER, at=AT + timedelta(minutes=10))], ["missing", "too many"]),
        ([ONE, replace(OTHER, to="liu")], ["missing", "too many"]),
        ([ONE, replace(OTHER, lines=(Line(1, "step", "over:2"),))], ["missing", "too many"]),
        ([replace(ONE, lines=ONE.lines[:1]), OTHER], ["missing", "too many"]),
        ([replace(ONE, missed=1), OTHER], ["missing", "too many"]),
        ([OTHER, replace(ONE, lines=ONE.lines[:1]), replace(ONE, lines=ONE.lines[1:])], ["missing", *2 * ["too many"]]),
    ],
)
def test_what_is_removed_doubled_late_or_another_is_seen(really: list[Told], seen: list[str]) -> None:
    found = differences(BOTH, really)
    assert sorted(str(one).partition(":")[0] for one in found) == sorted(seen)
