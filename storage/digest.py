"""Many short notices to one person become one message."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from bot.rules.delivery import TEXT_BYTES, size
from bot.rules.messages import MESSAGE, Text
from storage.db import rows
from storage.when import to_text

MORE_THAN = 8  # that many notices may go out one by one
BETWEEN = "\n\n"


def merge_notices(db: Database, org: str, receiver: str, now: datetime) -> int | None:
    """Merge the notices that wait for the receiver into the first of them; its id, or None when they are few.

    Kept in the rows, so that a repeated attempt sends the same text. Each keeps its key; all share the outcome.
    """
    waiting = _mergeable(db, org, receiver, now)
    if len(waiting) <= MORE_THAN:
        return None
    together = _fitting(waiting)
    if len(together) < 2:
        return None
    leader, *others = together
    text = Text(BETWEEN.join(_content(row) for row in together))
    db.execute(
        "UPDATE outbox SET doc = ?, notice = 0 WHERE id = ?", (MESSAGE.dump_json(text).decode(), leader["id"])
    )
    marks = ", ".join("?" * len(others))
    db.execute(
        f"UPDATE outbox SET merged_into = ? WHERE id IN ({marks})", (leader["id"], *(row["id"] for row in others))
    )
    return int(leader["id"])


def _mergeable(db: Database, org: str, receiver: str, now: datetime) -> list[sqlite3.Row]:
    """Due notices that nobody tried and that wait for nothing but notices like themselves, in order."""
    return rows(
        db,
        "SELECT id, doc FROM outbox n WHERE org = ?1 AND receiver = ?2 AND state = 'waiting' AND kind = 'send'"
        " AND notice = 1 AND attempts = 0 AND merged_into IS NULL AND next_at <= ?3"
        " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org = ?1 AND e.receiver = ?2 AND e.state = 'waiting'"
        "  AND e.kind = 'send' AND e.item IS n.item AND e.id < n.id"
        "  AND (e.notice = 0 OR e.attempts > 0 OR e.merged_into IS NOT NULL OR e.next_at > ?3))"
        " ORDER BY id",
        org, receiver, to_text(now),
    )


def _fitting(waiting: list[sqlite3.Row]) -> list[sqlite3.Row]:
    """As many from the start as fit in one message."""
    room, together = TEXT_BYTES + size(BETWEEN), []
    for row in waiting:
        room -= size(_content(row)) + size(BETWEEN)
        if room < 0:
            break
        together.append(row)
    return together


def _content(row: sqlite3.Row) -> str:
    message = MESSAGE.validate_json(row["doc"])
    assert isinstance(message, Text)
    return message.content
