"""群发: one mass-send per account and day, tried out first by somebody else. Pure.

A mass-send is a recorded link of the channel; several items of one batch are one. What was never sent has no link, so
a failed send does not count; a post taken down keeps its links, so a deleted one does (A19).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.item import Decision, Item, Move
from bot.rules.regulation import Regulation

BEIJING = ZoneInfo("Asia/Shanghai")
RESULT, PASSED, FAILED = "结果", "通过", "不通过"
LOOKS_AHEAD = 366  # days in which a free one is looked for


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def batch_of(item: Item) -> int:
    """The message it goes out with; one merged with nothing is by itself (below 0: no batch has that)."""
    return item.batch or -item.id


def number_of(batch: int) -> str:
    return f"{abs(batch):04d}"


def sent_at(items: Iterable[Item], names: Collection[str]) -> dict[int, datetime]:
    """batch → when it went out: its first link under one of these names."""
    found: dict[int, datetime] = {}
    for item in items:
        for link in item.links:
            if link.url and link.at and link.platform in names:
                batch = batch_of(item)
                found[batch] = min(link.at, found.get(batch, link.at))
    return found


def sent_on(day: date, items: Iterable[Item], names: Collection[str]) -> tuple[int, ...]:
    """The batches that went out on this day, the earliest first."""
    sent = sent_at(items, names)
    return tuple(sorted((b for b, at in sent.items() if beijing_day(at) == day), key=lambda b: (sent[b], abs(b))))


def planned_on(day: date, items: Iterable[Item], channel: str) -> tuple[int, ...]:
    """The batches timed for this day (定时) that have not gone out anywhere yet."""
    return tuple(
        dict.fromkeys(
            batch_of(item) for item in items
            if item.open and item.publish_at and not item.links and channel in item.channels
            and beijing_day(item.publish_at) == day
        )
    )  # fmt: skip


def free_day(after: date, per_day: int, taken: Callable[[date], int]) -> date:
    """The first day after `after` that can take one more."""
    days = (after + timedelta(days=n) for n in range(1, LOOKS_AHEAD))
    return next((day for day in days if taken(day) < per_day), after + timedelta(days=LOOKS_AHEAD))


def test_channels(item: Item, regulation: Regulation) -> tuple[str, ...]:
    """The channels of the item whose mass-send is tried out first."""
    return tuple(c for c in item.channels if c in regulation.channel and regulation.channel[c].test_first)


def untested(item: Item, moves: Sequence[Move], sender: str, today: date) -> str:
    """Why the mass-send must wait for a test, as a sentence; empty when it may go out (A20).

    A test counts for the same content, on the same day, by somebody other than the sender; the last one decides.
    """
    tests = [m for m in moves if m.decision is Decision.TESTED and m.actor != sender]
    same = [m for m in tests if m.fingerprint == item.current.fingerprint]
    fresh = [m for m in same if beijing_day(m.at) == today]
    if fresh:
        return "" if fresh[-1].form.get(RESULT) == PASSED else "测试没有通过，请改好后重新测试"
    if tests and not same:
        return "内容已变更，请重新测试"
    if same:
        return "请先测试：上次测试不是今天的"
    if any(m.decision is Decision.TESTED for m in moves):
        return "请先测试：测试要由群发人以外的人做"
    return "请先测试"
