"""网民评论: which comments are known, and as which items."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import KeepComment
from storage.db import insert
from storage.when import to_text


def keep_comment(db: Database, org: str, effect: KeepComment, now: datetime) -> None:
    """Raises sqlite3.IntegrityError for one that is known already; the keys of its day may be another's as well."""
    row = {
        "org": org, "fingerprint": effect.fingerprint, "item": effect.item, "source": effect.source,
        "at": to_text(now),
    }  # fmt: skip
    insert(db, "comments", row, on_conflict="ON CONFLICT DO NOTHING" if ":" in effect.fingerprint else "")
