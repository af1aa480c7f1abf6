"""How fast one person may be written to: the platform allows 30 messages a minute and 1000 an hour; we stay below."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db import first
from storage.when import from_text, to_text

# (window, messages in it)
LIMITS = ((timedelta(minutes=1), 25), (timedelta(hours=1), 900))


def free_at(db: Database, org: str, receiver: str, now: datetime) -> datetime | None:
    """When the receiver may be written to again; None: now.

    The oldest of the last `limit` messages must have left the window.
    """
    ends = [_window_end(db, org, receiver, now, window, limit) for window, limit in LIMITS]
    return max((end for end in ends if end is not None), default=None)


def hold_back(db: Database, org: str, receiver: str, until: datetime) -> None:
    """Let everything that waits for this receiver wait until then. The order stays."""
    db.execute(
        "UPDATE outbox SET next_at = ? WHERE org = ? AND receiver = ? AND state = 'waiting' AND kind = 'send'"
        " AND next_at < ? AND lease_until IS NULL",
        (to_text(until), org, receiver, to_text(until)),
    )


def _window_end(
    db: Database, org: str, receiver: str, now: datetime, window: timedelta, limit: int
) -> datetime | None:
    under_way = first(
        db,
        "SELECT count(*) FROM outbox WHERE org = ? AND receiver = ? AND state = 'waiting' AND kind = 'send'"
        " AND lease_until > ?",
        org, receiver, to_text(now),
    )
    # messages merged into one digest were one message
    oldest = first(
        db,
        "SELECT sent_at FROM outbox WHERE org = ? AND receiver = ? AND state = 'sent' AND kind = 'send'"
        " AND sent_at > ? AND merged_into IS NULL ORDER BY sent_at DESC LIMIT 1 OFFSET ?",
        org, receiver, to_text(now - window), max(limit - 1 - (under_way[0] if under_way else 0), 0),
    )
    return None if oldest is None else from_text(oldest["sent_at"]) + window
