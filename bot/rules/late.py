"""迟报: a first draft that is due before (or after) a date of its own form is measured when it is sent for review.

Late is marked, with a reason that everybody after it reads; it is never blocked.
"""

from __future__ import annotations

from datetime import datetime

from bot.rules.deadline import Due, due_at
from bot.rules.forms import read_moment
from bot.rules.item import Item
from bot.rules.regulation import Clock, Do
from bot.rules.workdays import Calendar

LATE = "迟报"  # the field that keeps the reason
NO_REASON = ("没有", "无", "不知道", "没有原因")


def measured_at_submission(item: Item) -> bool:
    """Whether the item lies at a first draft whose deadline counts from a date of the form."""
    step = item.flow.steps[0] if item.flow and item.position == 0 else None
    return step is not None and step.do is Do.DRAFT and bool(step.due and step.since)


def overdue(item: Item, now: datetime, clock: Clock, calendar: Calendar) -> Due | None:
    """The deadline that its first submission would miss now; None when it is in time, or was handed in before."""
    if not measured_at_submission(item) or item.round:
        return None
    assert item.flow is not None
    step = item.flow.steps[0]
    assert step.due and step.since
    since = item.form.get(step.since)
    if not since:
        return None
    due = due_at(step.due, read_moment(since), clock, calendar, reason=step.since)
    return due if now > due.at else None
