"""交接: what waits for both sides, and what is still to be asked afterwards."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import MarkHandover, OpenHandover
from storage.db import first, insert
from storage.rows import HandoverRow
from storage.when import from_text, maybe_moment, maybe_text, to_text

COLUMN = {"given": "given_at", "taken": "taken_at", "dropped": "dropped_at", "done": "done_at"}


def open_handover(db: Database, org: str, effect: OpenHandover, now: datetime) -> None:
    """One at a time for the same person and thing: sqlite3.IntegrityError otherwise."""
    row = {
        "org": org, "id": effect.id, "what": effect.what, "leaver": effect.leaver, "heir": effect.heir,
        "giver": effect.giver, "by": effect.by, "at": to_text(now),
    }  # fmt: skip
    insert(db, "handovers", row)


def mark_handover(db: Database, org: str, effect: MarkHandover, now: datetime) -> None:
    place = (org, effect.id)
    if effect.mark == "password":
        db.execute(
            "UPDATE handovers SET password_at = ?, remind_at = NULL WHERE org = ? AND id = ?", (to_text(now), *place)
        )
        return
    if column := COLUMN.get(effect.mark):
        db.execute(f"UPDATE handovers SET {column} = ? WHERE org = ? AND id = ?", (to_text(now), *place))
    db.execute("UPDATE handovers SET remind_at = ? WHERE org = ? AND id = ?", (maybe_text(effect.remind_at), *place))


def due_handover(db: Database, org: str, now: datetime) -> HandoverRow | None:
    """An account whose new keeper has not said that he changed the password."""
    due = "remind_at IS NOT NULL AND remind_at <= ? ORDER BY remind_at, id LIMIT 1"
    row = first(db, f"SELECT * FROM handovers WHERE org = ? AND {due}", org, to_text(now))
    return None if row is None else handover_row(row)


def put_off_handover(db: Database, org: str, number: int, until: datetime) -> None:
    """The handler failed: ask again then, so that the rest goes on."""
    db.execute("UPDATE handovers SET remind_at = ? WHERE org = ? AND id = ?", (to_text(until), org, number))


def handover_row(row: sqlite3.Row) -> HandoverRow:
    return HandoverRow(
        row["id"], row["what"], row["leaver"], row["heir"], row["giver"], row["by"], from_text(row["at"]),
        *[maybe_moment(row[c]) for c in ("given_at", "taken_at", "dropped_at", "done_at", "password_at", "remind_at")],
    )  # fmt: skip
