"""机器人状态 in words, for the chat and for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.rules.arrival import NOT_VISIBLE, why_not
from bot.rules.workdays import Calendar
from handlers import wording as w
from storage.read import HealthRow

STUCK = timedelta(minutes=10)  # a message that has waited longer than any usual attempt


def health_lines(found: HealthRow, now: datetime, known: int, version: int) -> Iterator[str]:
    yield f"机器人状态 {w.day(now)} {w.hm(now)}（{w.dated(found.since, now)} 以来）"
    yield f"到期的期限 {found.due} 个" + (f"，其中逾期 {found.late} 个" if found.late else "") + "。"
    yield f"催办 {found.reminders} 次，发出消息 {found.sent} 条，没有送达 {lost(found)} 条。"
    yield from (f"　{count} 条{_why(code, why)}" for code, why, count in found.failed)
    yield f"待发 {found.waiting} 条{_oldest(found, now)}。"
    yield f"放假安排{f'到 {known} 年' if known else '今年的还没有公布，暂按周一至周五计'}；制度第 {version} 版。"


def lost(found: HealthRow) -> int:
    return sum(count for *_, count in found.failed)


def _why(code: int, why: str) -> str:
    """With the platform's own words where ours say no more than a code: they are what an operator looks up."""
    words = why_not(code, why)
    return words if words == NOT_VISIBLE or not why else f"{words}（{why}）"


def _oldest(found: HealthRow, now: datetime) -> str:
    """What has just been queued is no news."""
    return f"，最早的等了 {w.span(found.oldest, now)}" if found.oldest and now - found.oldest > STUCK else ""


def ill(found: HealthRow, now: datetime, known: int) -> bool:
    """Whether somebody must look: messages were lost or are stuck, or this year's holidays are not known."""
    stuck = found.oldest is not None and now - found.oldest > STUCK
    return bool(found.failed) or stuck or not known


def known_until(calendar: Calendar, today: date) -> int:
    """The last year in a row, from this one on, whose holidays are known; 0 when this year's are not."""
    year = today.year
    while calendar.is_workday(date(year, 1, 1)).known and year < today.year + 10:
        year += 1
    return year - 1 if year > today.year else 0
