"""清理: what the platform delivered and what was sent is kept for some weeks; items and their record stay for ever."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.when import to_text


def prune(db: Database, org: str, before: datetime) -> int:
    """Forget deliveries and settled messages older than `before`; what waits, and what is sent once for ever, stays.

    Returns how many rows went. Items, versions, moves, filings, media and the record are never touched.
    """
    cutoff = to_text(before)
    gone = db.execute("DELETE FROM inbox WHERE org = ? AND at < ?", (org, cutoff)).rowcount
    settled = (
        "org = ? AND created_at < ? AND state <> 'waiting' AND news_at IS NULL AND key NOT LIKE 'norole|%'"
        " AND id NOT IN (SELECT merged_into FROM outbox WHERE merged_into IS NOT NULL AND state = 'waiting')"
    )
    db.execute(f"UPDATE outbox SET merged_into = NULL WHERE {settled}", (org, cutoff))
    return gone + db.execute(f"DELETE FROM outbox WHERE {settled}", (org, cutoff)).rowcount
