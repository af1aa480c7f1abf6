"""备案 book, account register and policy changes: how they are written."""

from __future__ import annotations

import json
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import AcknowledgeFiling, ChangePolicy, FileItem, SetPlatform
from storage.db import insert, rows
from storage.when import to_text


def file_item(db: Database, org: str, effect: FileItem) -> None:
    """备案. Raises sqlite3.IntegrityError when the number is taken or the item has been filed."""
    row = {
        "org": org,
        "no": effect.no,
        "item": effect.item,
        "at": to_text(effect.at),
        "roles": json.dumps(effect.roles, ensure_ascii=False),
    }
    insert(db, "filings", row)


def acknowledge_filing(db: Database, org: str, effect: AcknowledgeFiling, now: datetime) -> None:
    """答复; of each role the first one counts, and the whole is acknowledged once."""
    for row in rows(db, "SELECT receipts FROM filings WHERE org = ? AND item = ?", org, effect.item):
        known = json.loads(row["receipts"])
        given = {receipt["role"] for receipt in known}
        known += [{"role": r, "by": effect.by, "at": to_text(now)} for r in effect.roles if r not in given]
        db.execute(
            "UPDATE filings SET receipts = ? WHERE org = ? AND item = ?",
            (json.dumps(known, ensure_ascii=False), org, effect.item),
        )
    if effect.complete:
        db.execute(
            "UPDATE filings SET acknowledged_by = ?, acknowledged_at = ?"
            " WHERE org = ? AND item = ? AND acknowledged_at IS NULL",
            (effect.by, to_text(now), org, effect.item),
        )


def set_platform(db: Database, org: str, effect: SetPlatform, now: datetime) -> None:
    row = {
        "org": org,
        "channel": effect.channel,
        "platform": effect.platform,
        "state": effect.state,
        "by": effect.by,
        "at": to_text(now),
    }
    update = "state = excluded.state, by = excluded.by, at = excluded.at"
    insert(db, "platforms", row, on_conflict=f"ON CONFLICT DO UPDATE SET {update}")


def change_policy(db: Database, org: str, effect: ChangePolicy, now: datetime, cause: str) -> None:
    """One change, one new policy version; `cause` is the same for what was said in one sentence."""
    [last] = rows(db, "SELECT coalesce(max(version), 0) FROM policy_changes WHERE org = ?", org)
    row = {
        "org": org,
        "version": last[0] + 1,
        "path": effect.path,
        "before": effect.before,
        "after": effect.after,
        "by": effect.by,
        "at": to_text(now),
        "cause": cause,
    }
    insert(db, "policy_changes", row)
