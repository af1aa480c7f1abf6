"""送达: what became of each reminder, for each person. It outlives the message it travelled in."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import KeepReceipt
from storage.db import first, insert
from storage.rows import NagReceipt
from storage.when import from_text, maybe_moment, to_text

OF_ITEM = """
SELECT d.key, d.item, r.* FROM nag_receipts r JOIN deadlines d ON d.id = r.deadline
 WHERE d.org = ? AND d.item = ? ORDER BY r.id
"""


def keep_receipt(db: Database, org: str, effect: KeepReceipt, now: datetime) -> None:
    """Note who is told of the rung, once; without an open deadline there is nothing to prove."""
    deadline = first(db, "SELECT id FROM deadlines WHERE org = ? AND key = ? AND closed = 0", org, effect.deadline)
    message = first(db, "SELECT id, state FROM outbox WHERE org = ? AND key = ?", org, effect.message)
    if deadline is None:
        return
    row = {
        "org": org,
        "deadline": deadline["id"],
        "rung": effect.rung,
        "userid": effect.userid,
        "at": to_text(now),
        "outbox": message["id"] if message else None,
    }
    insert(db, "nag_receipts", row, on_conflict="ON CONFLICT DO NOTHING")


def settle_receipts(db: Database, outbox: int, state: str, now: datetime, *, code_no: int, why: str) -> None:
    """A message was settled: so is every reminder that travelled in it, or in one that was merged into it."""
    db.execute(
        "UPDATE nag_receipts SET outcome = ?, settled_at = ?, code_no = ?, why = ?"
        " WHERE outbox = ? OR outbox IN (SELECT id FROM outbox WHERE merged_into = ?)",
        (state, to_text(now), code_no, why, outbox, outbox),
    )


def nag_receipt(row: sqlite3.Row) -> NagReceipt:
    return NagReceipt(
        row["key"], row["item"], row["rung"], row["userid"], from_text(row["at"]), row["outcome"], row["code_no"],
        row["why"], maybe_moment(row["settled_at"]),
    )  # fmt: skip
