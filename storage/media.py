"""Pictures, videos and files by the SHA-256 of their content, and the platform's media ids for them."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from storage.db import first, insert
from storage.rows import MediaRow
from storage.when import to_text

UPLOAD_LIVES = timedelta(days=3)
UPLOAD_MARGIN = timedelta(hours=1)  # an upload about to end is not used any more


def media_row(row: sqlite3.Row) -> MediaRow:
    return MediaRow(row["sha"], row["content"], row["size"], row["format"])


def keep_content(db: Database, org: str, content: bytes, format: str, now: datetime) -> str:
    """Store content once; returns its SHA-256."""
    sha = sha256(content).hexdigest()
    row = {"org": org, "sha": sha, "content": content, "size": len(content), "format": format, "at": to_text(now)}
    insert(db, "media", row, on_conflict="ON CONFLICT DO NOTHING")
    return sha


def keep_received(db: Database, org: str, media_id: str, sha: str, now: datetime) -> None:
    """The content fetched for a received media id."""
    row = {"org": org, "media_id": media_id, "sha": sha, "at": to_text(now)}
    insert(db, "received_media", row, on_conflict="ON CONFLICT DO NOTHING")


def content_of(db: Database, org: str, sha: str) -> bytes | None:
    row = first(db, "SELECT content FROM media WHERE org = ? AND sha = ?", org, sha)
    return None if row is None else bytes(row["content"])


def keep_upload(db: Database, org: str, sha: str, kind: str, media_id: str, now: datetime) -> None:
    """The platform's media id for our content; it lives three days."""
    row = {
        "org": org,
        "sha": sha,
        "kind": kind,
        "media_id": media_id,
        "expires_at": to_text(now + UPLOAD_LIVES - UPLOAD_MARGIN),
    }
    update = "ON CONFLICT DO UPDATE SET media_id = excluded.media_id, expires_at = excluded.expires_at"
    insert(db, "uploads", row, on_conflict=update)


def upload_of(db: Database, org: str, sha: str, kind: str, now: datetime) -> str:
    """A media id that can be used now, or ""."""
    row = first(
        db,
        "SELECT media_id FROM uploads WHERE org = ? AND sha = ? AND kind = ? AND expires_at > ?",
        org, sha, kind, to_text(now),
    )
    return "" if row is None else str(row["media_id"])


def forget_upload(db: Database, org: str, sha: str, kind: str) -> None:
    """The platform does not know the media id any more."""
    db.execute("DELETE FROM uploads WHERE org = ? AND sha = ? AND kind = ?", (org, sha, kind))
