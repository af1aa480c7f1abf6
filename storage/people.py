"""What is kept about people: authorisations, deputies, their last choices, what they are expected to say."""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import Delegate, Expect, GrantPublishing, Remember, SetReachable
from storage.db import first, insert
from storage.roster import touch_roster
from storage.when import to_text


def grant(db: Database, org: str, effect: GrantPublishing, now: datetime) -> None:
    """授权; one that is in force already stays as it is."""
    row = {
        "org": org,
        "userid": effect.userid,
        "role": effect.role,
        "unit": effect.unit,
        "granted_by": effect.by,
        "granted_at": to_text(now),
    }
    insert(db, "grants", row, on_conflict="ON CONFLICT DO NOTHING")
    touch_roster(db, org)


def revoke(db: Database, org: str, userid: str, by: str, now: datetime) -> None:
    """End all of the person's authorisations."""
    db.execute(
        "UPDATE grants SET revoked_by = ?, revoked_at = ? WHERE org = ? AND userid = ? AND revoked_at IS NULL",
        (by, to_text(now), org, userid),
    )
    touch_roster(db, org)


def delegate(db: Database, org: str, effect: Delegate, now: datetime) -> None:
    """受托; the same deputy's periods for the same person that overlap with this one end."""
    overlapping = "org = ? AND absent = ? AND deputy = ? AND starts < ? AND ends > ?"
    span = (to_text(effect.ends), to_text(effect.starts))
    _cancel(db, overlapping, now, org, effect.absent, effect.deputy, *span)
    row = {
        "org": org,
        "absent": effect.absent,
        "deputy": effect.deputy,
        "starts": to_text(effect.starts),
        "ends": to_text(effect.ends),
    }
    insert(db, "delegations", row)
    touch_roster(db, org)


def end_delegation(db: Database, org: str, absent: str, now: datetime) -> None:
    _cancel(db, "org = ? AND absent = ?", now, org, absent)
    touch_roster(db, org)


def remember(db: Database, org: str, effect: Remember) -> None:
    row = {"org": org, "userid": effect.userid, "what": effect.what, "value": effect.value}
    insert(db, "memory", row, on_conflict="ON CONFLICT DO UPDATE SET value = excluded.value")


def expect(db: Database, org: str, effect: Expect, now: datetime) -> None:
    """What the person's next free message means; one expectation for each person, and `what` "" clears it."""
    if not effect.what:
        db.execute("DELETE FROM expects WHERE org = ? AND userid = ?", (org, effect.userid))
        return
    row = {
        "org": org,
        "userid": effect.userid,
        "what": effect.what,
        "item": effect.item,
        "data": json.dumps(effect.data, ensure_ascii=False),
        "since": to_text(now),
    }
    update = "what = excluded.what, item = excluded.item, data = excluded.data, since = excluded.since"
    insert(db, "expects", row, on_conflict=f"ON CONFLICT DO UPDATE SET {update}")


def set_reachable(db: Database, org: str, effect: SetReachable, now: datetime) -> None:
    row = {"org": org, "userid": effect.userid, "reachable": int(effect.reachable), "at": to_text(now)}
    insert(db, "reach", row, on_conflict="ON CONFLICT DO UPDATE SET reachable = excluded.reachable, at = excluded.at")


def reachable(db: Database, org: str, userid: str) -> bool:
    """Whether messages can reach the person; True until the platform says otherwise."""
    row = first(db, "SELECT reachable FROM reach WHERE org = ? AND userid = ?", org, userid)
    return row is None or bool(row["reachable"])


def _cancel(db: Database, where: str, now: datetime, *arguments: object) -> None:
    db.execute(
        f"UPDATE delegations SET cancelled_at = ? WHERE cancelled_at IS NULL AND {where}", (to_text(now), *arguments)
    )


def rename_unit(db: Database, org: str, old: str, new: str) -> None:
    """Where both names stand side by side already, the row of the new one stays."""
    for table, column in (("seats", "unit"), ("grants", "unit"), ("units", "unit"), ("units", "parent")):
        db.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE org = ? AND {column} = ?", (new, org, old))
    db.execute("DELETE FROM seats WHERE org = ? AND unit = ?", (org, old))
    db.execute("DELETE FROM units WHERE org = ? AND unit = ?", (org, old))
    db.execute("UPDATE accounts SET unit = ? WHERE org = ? AND unit = ?", (new, org, old))
    touch_roster(db, org)
