"""What the program remembers of itself: one text for each key."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db import first, insert


def meta(db: Database, org: str, key: str) -> str:
    """The text kept under this key, or ""."""
    row = first(db, "SELECT value FROM meta WHERE org = ? AND key = ?", org, key)
    return "" if row is None else str(row["value"])


def keep_meta(db: Database, org: str, key: str, value: str) -> None:
    row = {"org": org, "key": key, "value": value}
    insert(db, "meta", row, on_conflict="ON CONFLICT DO UPDATE SET value = excluded.value")
