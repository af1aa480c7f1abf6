"""What is due soon, what was missed in a span of time, and how the bot itself is: found by index, never by reading all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.db import first, rows
from storage.when import from_text, maybe_moment, to_text

AHEAD = """
SELECT d.item AS item, min(d.due_at) AS due_at FROM deadlines d INDEXED BY deadlines_ahead
JOIN items i ON i.org = d.org AND i.id = d.item
WHERE d.org = ? AND d.closed = 0 AND d.due_at IS NOT NULL AND d.due_at < ?
 AND i.state IN ('preparing', 'running')
GROUP BY d.item ORDER BY 2, 1
"""

# A deadline that was moved is closed and opened again at the same moment: only the last one can be missed.
MISSED = """
SELECT d.key AS key, d.item AS item, d.due_at AS due_at, d.closed_at AS closed_at,
 (SELECT count(*) FROM nags n WHERE n.deadline = d.id AND substr(n.rung, 1, 5) = 'over:'
  AND n.missed = 0) AS reminded
FROM deadlines d INDEXED BY deadlines_ends
WHERE d.org = ? AND d.due_at >= ? AND d.due_at < ? AND d.due_at < ? AND d.key NOT LIKE '%:filing'
 AND (d.closed_at IS NULL OR d.closed_at > d.due_at)
 AND NOT EXISTS (SELECT 1 FROM deadlines later WHERE later.org = d.org AND later.key = d.key
                  AND later.id > d.id AND later.opened_at = d.closed_at)
ORDER BY d.due_at, d.id
"""


REMINDED = """
SELECT count(*) FROM nags n INDEXED BY nags_at JOIN deadlines d ON d.id = n.deadline
WHERE d.org = ? AND n.at >= ? AND n.at < ? AND n.missed = 0
"""

SENT = """
SELECT count(*) FROM outbox INDEXED BY outbox_sent
WHERE org = ? AND state = 'sent' AND sent_at >= ? AND sent_at < ? AND kind = 'send' AND merged_into IS NULL
"""

FAILED = """
SELECT code_no, why, count(*) AS n FROM outbox INDEXED BY outbox_failed
WHERE org = ? AND state = 'failed' AND kind = 'send' AND sent_at >= ? AND sent_at < ?
GROUP BY code_no, why ORDER BY n DESC, why
"""

WAITING = """
SELECT count(*) AS n, min(created_at) AS oldest FROM outbox INDEXED BY outbox_order
WHERE org = ? AND state = 'waiting' AND kind = 'send'
"""


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A deadline that ended while it was open. `reminded`: how often after it had ended."""

    key: str
    item: int
    due_at: datetime
    closed_at: datetime | None
    reminded: int


@dataclass(frozen=True, slots=True)
class HealthRow:
    """What the bot did since a moment, and what waits now. `failed`: code, why, how many."""

    since: datetime
    due: int
    late: int
    reminders: int
    sent: int
    failed: tuple[tuple[int, str, int], ...]
    waiting: int
    oldest: datetime | None


def due_before(db: Database, org: str, until: datetime) -> tuple[tuple[int, datetime], ...]:
    """Items under way with a deadline before `until`, and its time, the earliest first."""
    return tuple((row["item"], from_text(row["due_at"])) for row in rows(db, AHEAD, org, to_text(until)))


def missed_in(db: Database, org: str, since: datetime, until: datetime, now: datetime) -> tuple[MissedRow, ...]:
    """Deadlines with `since` ≤ due_at < `until` that ended before they were met."""
    found = rows(db, MISSED, org, to_text(since), to_text(until), to_text(now))
    return tuple(
        MissedRow(r["key"], r["item"], from_text(r["due_at"]), maybe_moment(r["closed_at"]), r["reminded"])
        for r in found
    )


def health(db: Database, org: str, since: datetime, now: datetime) -> HealthRow:
    """What happened at `since` ≤ … < `now`: two reports in a row leave nothing out and count nothing twice."""
    span = (org, to_text(since), to_text(now))
    ended = "SELECT count(*) FROM deadlines WHERE org = ? AND due_at IS NOT NULL AND due_at >= ? AND due_at < ?"
    waiting = first(db, WAITING, org)
    assert waiting is not None
    return HealthRow(
        since,
        due=_count(db, ended, *span),
        late=_count(db, f"{ended} AND (closed_at IS NULL OR closed_at > due_at)", *span),
        reminders=_count(db, REMINDED, *span),
        sent=_count(db, SENT, *span),
        failed=tuple((row["code_no"], row["why"], row["n"]) for row in rows(db, FAILED, *span)),
        waiting=waiting["n"],
        oldest=maybe_moment(waiting["oldest"]),
    )


def _count(db: Database, sql: str, *arguments: object) -> int:
    row = first(db, sql, *arguments)
    assert row is not None
    return int(row[0])
