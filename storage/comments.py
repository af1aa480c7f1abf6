"""网民评论: which comments are known, and as which items."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import KeepComment, KeepPair
from storage.db import insert
from storage.when import to_text


def keep_comment(db: Database, org: str, effect: KeepComment, now: datetime) -> None:
    """Raises sqlite3.IntegrityError for one that is known already; the keys of its day may be another's as well."""
    row = {
        "org": org, "fingerprint": effect.fingerprint, "item": effect.item, "source": effect.source,
        "at": to_text(now),
    }  # fmt: skip
    insert(db, "comments", row, on_conflict="ON CONFLICT DO NOTHING" if ":" in effect.fingerprint else "")


def keep_pair(db: Database, org: str, effect: KeepPair, now: datetime) -> None:
    row = {
        "org": org, "question": effect.question, "answer": effect.answer, "item": effect.item, "at": to_text(now),
    }  # fmt: skip
    again = "ON CONFLICT (org, question) DO UPDATE SET answer = excluded.answer, item = excluded.item, at = excluded.at"
    insert(db, "pairs", row, on_conflict=again)
