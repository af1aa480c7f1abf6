"""The platform's access tokens, kept over restarts so that their quota is not spent."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.db import first, insert
from storage.when import from_text, to_text


def token_of(db: Database, app: str, now: datetime) -> str:
    """A token that is valid now, or ""."""
    row = first(db, "SELECT value FROM tokens WHERE app = ? AND expires_at > ?", app, to_text(now))
    return "" if row is None else str(row["value"])


def keep_token(db: Database, app: str, value: str, expires_at: datetime) -> None:
    update = "ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
    insert(
        db, "tokens", {"app": app, "value": value, "expires_at": to_text(expires_at)}, on_conflict=update
    )


def token_and_end(db: Database, app: str) -> tuple[str, datetime] | None:
    """The last token kept and when it ends, or None."""
    row = first(db, "SELECT value, expires_at FROM tokens WHERE app = ?", app)
    return None if row is None else (str(row["value"]), from_text(row["expires_at"]))
