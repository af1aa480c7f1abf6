"""What became of messages and downloads, until a handler has heard of it.

Written in the transaction of the outcome, so that a crash between the two cannot lose it.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from bot.rules.events import InternalEvent, MediaFetched, MediaLost, MessageFailed
from storage.db import first
from storage.sending import WITHHELD
from storage.when import to_text

UNTOLD = "SELECT * FROM outbox WHERE org = ? AND news_at <= ? ORDER BY news_at, id LIMIT 1"


@dataclass(frozen=True, slots=True)
class News:
    outbox_id: int
    event: InternalEvent


def next_news(db: Database, org: str, now: datetime) -> News | None:
    """The oldest untold outcome, as the event that tells it; or None."""
    row = first(db, UNTOLD, org, to_text(now))
    return None if row is None else News(row["id"], _event(db, org, row))


def told(db: Database, id: int) -> None:
    db.execute("UPDATE outbox SET news_at = NULL WHERE id = ?", (id,))


def tell_later(db: Database, id: int, at: datetime) -> None:
    """The handler failed: the rest goes on meanwhile."""
    db.execute("UPDATE outbox SET news_at = ? WHERE id = ?", (to_text(at), id))


def _event(db: Database, org: str, row: sqlite3.Row) -> InternalEvent:
    if row["kind"] == "fetch" and row["state"] != "waiting":
        return _media_event(db, org, row)
    if row["state"] == "waiting":  # a fault that an operator can mend: once a day for each code is enough
        key, userids = f"fault:{row['code_no']}@{row['news_at'][:10]}", []
    else:
        key, userids = f"failed:{row['id']}", [row["receiver"]] if row["kind"] == "send" else []
    return MessageFailed(
        key=key,
        outbox_id=row["id"],
        userids=tuple(userids),
        code=row["code_no"],
        why=row["why"],
        item=row["item"],
        fault=bool(row["fault"]),
        final=row["state"] != "waiting",
        withheld=row["why"] == WITHHELD,
    )


def _media_event(db: Database, org: str, row: sqlite3.Row) -> InternalEvent:
    media_id, userid = json.loads(row["doc"])["media_id"], row["receiver"]
    if row["state"] == "failed":
        return MediaLost(key=f"fetched:{media_id}", media_id=media_id, userid=userid, why=row["why"])
    sha = json.loads(row["result"])["sha"]
    media = first(db, "SELECT size, format FROM media WHERE org = ? AND sha = ?", org, sha)
    assert media is not None
    return MediaFetched(
        key=f"fetched:{media_id}",
        media_id=media_id,
        userid=userid,
        sha=sha,
        size=media["size"],
        format=media["format"],
    )
