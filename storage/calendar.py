"""放假安排: whether the official calendar or the organisation's file has become another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.db import first
from storage.meta import keep_meta, meta
from storage.when import to_text

_SEEN = "calendar seen"  # the mark that handlers have been told of, and since when
_AGAIN = "calendar again"  # a handler failed: not before this moment


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What handlers have not been told of yet. The same change has the same key after a restart."""

    key: str
    mark: str
    seen: datetime


def calendar_change(db: Database, org: str, mark: str, now: datetime) -> CalendarChange | None:
    """Whether the calendar is another one than at the last look. The first look tells only if something waits for it.

    To be called in the writing transaction.
    """
    known, _, since = meta(db, org, _SEEN).partition("\n")
    if not mark or mark == known or meta(db, org, _AGAIN) > to_text(now):
        return None
    change = CalendarChange(f"calendar:{mark}@{since}", mark, now)
    waiting = "SELECT 1 FROM deadlines INDEXED BY deadlines_due WHERE org = ? AND closed = 0 AND provisional = 1"
    if first(db, waiting, org) is None:  # nothing was reckoned without it
        calendar_seen(db, org, change)
        return None
    return change


def calendar_seen(db: Database, org: str, change: CalendarChange) -> None:
    """Handlers have been told."""
    keep_meta(db, org, _SEEN, f"{change.mark}\n{to_text(change.seen)}")
    keep_meta(db, org, _AGAIN, "")


def calendar_again(db: Database, org: str, at: datetime) -> None:
    """The handler failed: tell it again at `at`."""
    keep_meta(db, org, _AGAIN, to_text(at))
