"""发件箱, the entrance: what handlers want sent becomes waiting rows. How they leave is in sending.py."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.rules.delivery import split_text
from bot.rules.effects import FetchMedia, Send, UpdateCard
from bot.rules.messages import MESSAGE, Attachment, Card, Text
from storage.cards import add_card, card_text, show_card
from storage.db import first, insert
from storage.when import to_text

# `task_id <> ''` is of the index: without it the whole outbox is read for each card that changes
UNTRIED_CARD = (
    "SELECT id FROM outbox WHERE org = ? AND task_id = ? AND task_id <> '' AND state = 'waiting' AND kind = 'send'"
    " AND attempts = 0"
)
UNTRIED_UPDATE = (
    "SELECT id, code FROM outbox WHERE org = ? AND task_id = ? AND task_id <> '' AND state = 'waiting'"
    " AND kind = 'update' AND attempts = 0 ORDER BY id DESC"
)


def queue_send(db: Database, org: str, send: Send, now: datetime, cause: str = "") -> None:
    """Queue a message; a key that was queued before is nothing. A long text becomes several rows, in order.

    A card is not sent without the texts and attachments that the same `cause` queued before it, for its receiver and
    item.
    """
    if first(db, "SELECT 1 FROM outbox WHERE org = ? AND key = ?", org, send.key):
        return
    common: dict[str, Any] = {"item": send.item, "cause": cause}
    match send.message:
        case Card() as card:
            add_card(db, org, send, card)
            _add(db, org, send.key, "send", send.to, now, task_id=card.task_id, doc=_doc(card), **common)
        case Attachment() as attachment:
            _add(db, org, send.key, "send", send.to, now, doc=_doc(attachment), **common)
        case Text(content, notice):
            for number, part in enumerate(split_text(content), start=1):
                key = send.key if number == 1 else f"{send.key}#{number}"
                doc = _doc(Text(part, notice))
                _add(db, org, key, "send", send.to, now, notice=int(notice), doc=doc, **common)


def queue_fetch(db: Database, org: str, fetch: FetchMedia, now: datetime) -> None:
    """Queue a download; a key that was queued before is nothing."""
    if not first(db, "SELECT 1 FROM outbox WHERE org = ? AND key = ?", org, fetch.key):
        doc = json.dumps({"media_id": fetch.media_id})
        _add(db, org, fetch.key, "fetch", fetch.userid, now, doc=doc)


def queue_update(db: Database, org: str, update: UpdateCard, now: datetime) -> None:
    """Show another card in the place of one: in its waiting message if nobody tried to send that, else by an update.

    What leads to no update is kept as a dropped row, with the reason. A key that was queued before is nothing.
    """
    if first(db, "SELECT 1 FROM outbox WHERE org = ? AND key = ?", org, update.key):
        return
    card = first(db, "SELECT item, userid FROM cards WHERE org = ? AND task_id = ?", org, update.task_id)
    row: dict[str, Any] = {
        "doc": _doc(update.card),
        "task_id": update.task_id,
        "code": update.code,
        "closing": int(update.close),
    }
    if card is None:
        _add(db, org, update.key, "update", "", now, **row, **_dropped("no such card", now))
        return
    show_card(db, org, update.task_id, update.card, close=update.close)
    row["item"] = card["item"]
    if _in_waiting_message(db, org, update, now):
        _add(db, org, update.key, "update", card["userid"], now, **row, **_dropped("not sent yet", now))
        return
    row["code"] = _outdo(db, org, update.task_id, now) if not update.code else update.code
    _add(db, org, update.key, "update", card["userid"], now, **row)


def _in_waiting_message(db: Database, org: str, update: UpdateCard, now: datetime) -> bool:
    """Whether the card had not been tried yet: then its message is dropped, or carries the new card."""
    message = first(db, UNTRIED_CARD, org, update.task_id)
    if message is None:
        return False
    if update.close:
        _drop(db, message, "closed before it was sent", now)
    else:
        db.execute("UPDATE outbox SET doc = ? WHERE id = ?", (card_text(update.card), message["id"]))
    return True


def _outdo(db: Database, org: str, task_id: str, now: datetime) -> str:
    """Drop an update of the same card that nobody tried yet; the new one takes its code (a code works once)."""
    older = first(db, UNTRIED_UPDATE, org, task_id)
    if older is None:
        return ""
    _drop(db, older, "a later update took its place", now)
    return str(older["code"])


def _drop(db: Database, row: sqlite3.Row, why: str, now: datetime) -> None:
    db.execute(
        "UPDATE outbox SET state = 'dropped', why = ?, sent_at = ? WHERE id = ?", (why, to_text(now), row["id"])
    )


def _dropped(why: str, now: datetime) -> dict[str, Any]:
    return {"state": "dropped", "why": why, "sent_at": to_text(now)}


def _doc(message: Text | Attachment | Card) -> str:
    return MESSAGE.dump_json(message).decode()


def _add(db: Database, org: str, key: str, kind: str, receiver: str, now: datetime, **more: Any) -> None:
    at = to_text(now)
    row = {"org": org, "key": key, "kind": kind, "receiver": receiver, "next_at": at, "created_at": at, **more}
    insert(db, "outbox", row)
