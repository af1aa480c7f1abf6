"""Single changes of the roster: a seat taken or given up, what is known of a unit, who keeps an account."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlite_utils import Database

from bot.rules.accounts import IN_USE, Account
from bot.rules.effects import NameKeeper, SetAccount
from bot.rules.roster import Seat, UnitEntry
from storage.accounts import account_of, set_account
from storage.audit import record
from storage.db import first, insert
from storage.roster import touch_roster
from storage.when import to_text

PLACE = "org = ? AND userid = ? AND unit = ?"


def appoint(db: Database, org: str, seat: Seat) -> None:
    """The row that only said that he belongs to the unit goes."""
    db.execute(f"DELETE FROM seats WHERE {PLACE} AND role = ''", (org, seat.userid, seat.unit))
    insert(db, "seats", {"org": org, **asdict(seat)}, on_conflict="ON CONFLICT DO NOTHING")
    touch_roster(db, org)


def dismiss(db: Database, org: str, seat: Seat, by: str, now: datetime) -> None:
    """The grant that went with the seat ends; he stays a member of the unit."""
    place = (org, seat.userid, seat.unit)
    db.execute(f"DELETE FROM seats WHERE {PLACE} AND role = ?", (*place, seat.role))
    db.execute(
        f"UPDATE grants SET revoked_by = ?, revoked_at = ? WHERE {PLACE} AND role = ? AND revoked_at IS NULL",
        (by, to_text(now), *place, seat.role),
    )
    if first(db, f"SELECT 1 FROM seats WHERE {PLACE}", *place) is None:
        insert(db, "seats", {"org": org, **asdict(Seat(seat.userid, seat.name, seat.unit))})
    touch_roster(db, org)


def set_unit(db: Database, org: str, entry: UnitEntry) -> None:
    marks = json.dumps(entry.marks, ensure_ascii=False)
    row = {"org": org, "unit": entry.unit, "parent": entry.parent, "marks": marks}
    insert(db, "units", row, on_conflict="ON CONFLICT DO UPDATE SET parent = excluded.parent, marks = excluded.marks")
    touch_roster(db, org)


def replace_units(db: Database, org: str, entries: Iterable[UnitEntry], now: datetime, by: str) -> int:
    """Put these units in place of what was known of units. Returns their number."""
    db.execute("DELETE FROM units WHERE org = ?", (org,))
    kept = list(entries)
    for entry in kept:
        set_unit(db, org, entry)
    touch_roster(db, org)
    record(db, org, now, actor=by, action="import_units", detail=f"{len(kept)} units", cause="import")
    return len(kept)


def name_keeper(db: Database, org: str, effect: NameKeeper, now: datetime) -> None:
    """The first account of the channel; its former keeper stays in the list of changes."""
    row = first(db, "SELECT * FROM accounts WHERE org = ? AND channel = ? ORDER BY id", org, effect.channel)
    known = account_of(row) if row else None
    last = first(db, "SELECT coalesce(max(id), 0) AS id FROM accounts WHERE org = ?", org)
    entry = known or Account(int(last["id"]) + 1 if last else 1, effect.channel, effect.name, effect.unit, IN_USE)
    changed = SetAccount(
        entry.id, entry.channel, entry.name, entry.unit, entry.state, effect.keeper, entry.facts, by=effect.by,
        what="保管人交接",
    )  # fmt: skip
    set_account(db, org, changed, now)
