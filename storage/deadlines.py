"""期限 and their ladders: opened, climbed rung by rung, closed."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import HoldRung, MarkNagged, OpenDeadline
from storage.db import first, insert, rows
from storage.rows import DeadlineRow
from storage.when import from_text, maybe_moment, maybe_text, to_text

DUE_RUNGS = "SELECT * FROM deadlines WHERE org = ? AND closed = 0 AND alert_after <= ? ORDER BY alert_after, id"

Ladder = tuple[tuple[str, datetime], ...]


def deadline_row(row: sqlite3.Row) -> DeadlineRow:
    return DeadlineRow(
        row["key"],
        row["item"],
        maybe_moment(row["due_at"]),
        row["rung"],
        maybe_moment(row["alert_after"]),
        _ladder(row["ladder"]),
        row["explanation"],
        bool(row["provisional"]),
        from_text(row["opened_at"]),
        maybe_moment(row["closed_at"]),
        maybe_moment(row["planned_at"] or row["alert_after"]),
    )


def open_deadline(db: Database, org: str, effect: OpenDeadline, now: datetime) -> None:
    """Open a deadline. The same one again changes at most its explanation; a moved one starts its ladder anew."""
    ladder = json.dumps([[rung, to_text(at)] for rung, at in effect.ladder])
    standing = first(db, "SELECT * FROM deadlines WHERE org = ? AND key = ? AND closed = 0", org, effect.key)
    if standing is not None:
        if (standing["due_at"], standing["ladder"]) == (maybe_text(effect.due_at), ladder):
            said = (effect.explanation, int(effect.provisional), standing["id"])
            db.execute("UPDATE deadlines SET explanation = ?, provisional = ? WHERE id = ?", said)
            return
        _close(db, "id = ?", now, standing["id"])
    rung, alert_after = effect.ladder[0] if effect.ladder else ("", None)
    row = {
        "org": org,
        "key": effect.key,
        "item": effect.item,
        "due_at": maybe_text(effect.due_at),
        "ladder": ladder,
        "rung": rung,
        "alert_after": maybe_text(alert_after),
        "planned_at": maybe_text(alert_after),
        "explanation": effect.explanation,
        "provisional": int(effect.provisional),
        "opened_at": to_text(now),
    }
    insert(db, "deadlines", row)


def close_deadlines(db: Database, org: str, item: int, prefix: str, now: datetime) -> None:
    """Close the item's open deadlines whose key starts with `prefix`."""
    _close(db, "org = ? AND item = ? AND substr(key, 1, length(?)) = ?", now, org, item, prefix, prefix)


def mark_nagged(db: Database, org: str, effect: MarkNagged, now: datetime) -> None:
    """This rung was sent: go on to the next one, given or else the ladder's. A closed deadline stays as it is."""
    row = first(db, "SELECT * FROM deadlines WHERE org = ? AND key = ? AND closed = 0", org, effect.deadline)
    if row is None:
        return
    for rung in (*effect.missed, effect.rung):
        nag = {"deadline": row["id"], "rung": rung, "at": to_text(now), "missed": int(rung != effect.rung)}
        insert(db, "nags", nag, on_conflict="ON CONFLICT DO NOTHING")
    following = (effect.next_rung, effect.next_at) if effect.next_at else _after(_ladder(row["ladder"]), effect.rung)
    _point(db, row["id"], *following)


def due_rungs(db: Database, org: str, now: datetime) -> tuple[DeadlineRow, ...]:
    """Every open deadline whose rung is due, the one that has been due longest first."""
    return tuple(deadline_row(row) for row in rows(db, DUE_RUNGS, org, to_text(now)))


def pass_rung(db: Database, org: str, seen: DeadlineRow) -> None:
    """Leave a rung that its handler has heard of and not marked, so that the loop goes on to the next one."""
    row = _still(db, org, seen)
    if row is not None:
        _point(db, row["id"], *_after(seen.ladder, seen.rung))


def put_off(db: Database, org: str, seen: DeadlineRow, until: datetime) -> None:
    """Try a rung again later: its handler failed, and the rest must go on."""
    row = _still(db, org, seen)
    if row is not None:
        _look_again(db, row["id"], until)


def hold_rung(db: Database, org: str, effect: HoldRung) -> None:
    """Look at this rung again at opening time, if the deadline still stands on it."""
    row = first(
        db, "SELECT id FROM deadlines WHERE org = ? AND key = ? AND closed = 0 AND rung = ?",
        org, effect.deadline, effect.rung,
    )  # fmt: skip
    if row is not None:
        _look_again(db, row["id"], effect.until)


def _look_again(db: Database, id: int, until: datetime) -> None:
    """The planned time is kept: what follows is reckoned from that."""
    db.execute(
        "UPDATE deadlines SET planned_at = coalesce(planned_at, alert_after), alert_after = ? WHERE id = ?",
        (to_text(until), id),
    )


def _still(db: Database, org: str, seen: DeadlineRow) -> sqlite3.Row | None:
    return first(
        db,
        "SELECT id FROM deadlines WHERE org = ? AND key = ? AND closed = 0 AND rung = ? AND alert_after = ?",
        org, seen.key, seen.rung, maybe_text(seen.alert_after),
    )


def _point(db: Database, id: int, rung: str, at: datetime | None) -> None:
    when = maybe_text(at)
    db.execute("UPDATE deadlines SET rung = ?, alert_after = ?, planned_at = ? WHERE id = ?", (rung, when, when, id))


def _close(db: Database, where: str, now: datetime, *arguments: object) -> None:
    db.execute(
        f"UPDATE deadlines SET closed = 1, closed_at = ? WHERE closed = 0 AND {where}", (to_text(now), *arguments)
    )


def _ladder(text: str) -> Ladder:
    return tuple((rung, from_text(at)) for rung, at in json.loads(text))


def _after(ladder: Ladder, rung: str) -> tuple[str, datetime | None]:
    """The ladder's rung after `rung`; ("", None) after the last one or one that it does not have."""
    names = [name for name, _ in ladder]
    follows = names.index(rung) + 1 if rung in names else len(ladder)
    return ladder[follows] if follows < len(ladder) else ("", None)
