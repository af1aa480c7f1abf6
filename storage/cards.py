"""Cards as the platform's people see them: one row per task_id, from queued to closed."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.rules.effects import Send
from bot.rules.messages import MESSAGE, Card
from storage.db import first, insert
from storage.rows import CardRow
from storage.when import from_text, maybe_moment, maybe_text, to_text

EXPIRING = """
SELECT task_id, remind_at FROM cards WHERE org = ? AND state = 'sent' AND remind_at <= ? ORDER BY remind_at LIMIT 1
"""
CODE_LIVES = timedelta(hours=72)  # the platform's limit for updating a card without a tap
RENEW_AHEAD = timedelta(hours=2)  # so long before its code ends, a live card is told of
RECALL_WITHIN = timedelta(hours=24)  # the platform's limit for recalling a message


def card_row(row: sqlite3.Row) -> CardRow:
    return CardRow(
        row["task_id"],
        row["item"],
        row["userid"],
        row["purpose"],
        row["position"],
        row["round"],
        row["version"],
        row["state"],
        maybe_moment(row["code_expires_at"]),
        maybe_moment(row["sent_at"]),
        row["msgid"],
        card_value(row["doc"]),
    )


def add_card(db: Database, org: str, send: Send, card: Card) -> None:
    """A card about to be sent. Raises sqlite3.IntegrityError when its task_id has been used."""
    row = {
        "org": org,
        "task_id": card.task_id,
        "item": send.item,
        "userid": send.to,
        "purpose": send.purpose,
        "position": send.position,
        "round": send.round,
        "version": send.version,
        "state": "queued",
        "doc": card_text(card),
    }
    insert(db, "cards", row)


def show_card(db: Database, org: str, task_id: str, card: Card, *, close: bool) -> None:
    """What the card shall show from now on; `close`: a tap on it means nothing any more."""
    db.execute(
        "UPDATE cards SET doc = ?, state = CASE WHEN ? THEN 'closed' ELSE state END WHERE org = ? AND task_id = ?",
        (card_text(card), close, org, task_id),
    )


def card_sent(db: Database, org: str, task_id: str, code: str, msgid: str, now: datetime) -> None:
    """The platform has accepted the card. `code` is "" when its answer was lost: then only a tap can update it.

    A card closed meanwhile stays closed; its update waits and needs the code.
    """
    ends = to_text(now + CODE_LIVES) if code else None
    db.execute(
        "UPDATE cards SET code = ?, code_expires_at = ?, remind_at = ?, msgid = ?, sent_at = ?,"
        " state = CASE state WHEN 'queued' THEN 'sent' ELSE state END WHERE org = ? AND task_id = ?",
        (code, ends, to_text(now + CODE_LIVES - RENEW_AHEAD), msgid, to_text(now), org, task_id),
    )


def card_failed(db: Database, org: str, task_id: str) -> None:
    db.execute("UPDATE cards SET state = 'failed' WHERE org = ? AND task_id = ? AND state = 'queued'", (org, task_id))


def code_in_hand(db: Database, org: str, task_id: str, now: datetime) -> str:
    """The code that updates the card without a tap, or "" when there is none or it has ended."""
    row = first(
        db, "SELECT code FROM cards WHERE org = ? AND task_id = ? AND code_expires_at > ?", org, task_id, to_text(now)
    )
    return "" if row is None else str(row["code"])


def code_used(db: Database, org: str, task_id: str, code: str) -> None:
    """A code works once."""
    db.execute(
        "UPDATE cards SET code = '', code_expires_at = NULL WHERE org = ? AND task_id = ? AND code = ?",
        (org, task_id, code),
    )


def msgid_to_recall(db: Database, org: str, task_id: str, now: datetime) -> str:
    """The message that can still be recalled, or ""."""
    row = first(
        db,
        "SELECT msgid FROM cards WHERE org = ? AND task_id = ? AND sent_at > ?",
        org, task_id, to_text(now - RECALL_WITHIN),
    )
    return "" if row is None else str(row["msgid"])


def expiring_card(db: Database, org: str, now: datetime) -> tuple[str, datetime] | None:
    """A live card whose code ends soon and the moment to say so; None when everything has been said."""
    row = first(db, EXPIRING, org, to_text(now))
    return None if row is None else (row["task_id"], from_text(row["remind_at"]))


def remind_again(db: Database, org: str, task_id: str, at: datetime | None) -> None:
    """Speak of the card's end at `at`; None: no more."""
    db.execute("UPDATE cards SET remind_at = ? WHERE org = ? AND task_id = ?", (maybe_text(at), org, task_id))


def card_text(card: Card) -> str:
    """The card as it is stored."""
    return MESSAGE.dump_json(card).decode()


def card_value(text: str) -> Card:
    """The card that `card_text` stored."""
    card = MESSAGE.validate_json(text)
    assert isinstance(card, Card)
    return card
