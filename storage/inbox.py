"""收件: which events have been taken, and what they were answered. A repeat finds its key here."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from bot.rules.delivery import Answer
from storage.cards import card_text, card_value
from storage.db import first
from storage.when import to_text


def claim(db: Database, org: str, key: str, kind: str, now: datetime) -> bool:
    """Take an event. False when its key was taken before."""
    cursor = db.execute(
        "INSERT INTO inbox (org, key, kind, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (org, key, kind, to_text(now)),
    )
    return cursor.rowcount == 1


def keep_answer(db: Database, org: str, key: str, answer: Answer) -> None:
    """What the event was answered, for its repeats."""
    if answer != Answer():
        card = None if answer.card is None else card_text(answer.card)
        db.execute("UPDATE inbox SET reply = ?, card = ? WHERE org = ? AND key = ?", (answer.text, card, org, key))


def answer_of(db: Database, org: str, key: str) -> Answer:
    """The answer kept for an event that was taken before. Raises KeyError for one that was not."""
    row = first(db, "SELECT reply, card FROM inbox WHERE org = ? AND key = ?", org, key)
    if row is None:
        raise KeyError(key)
    return Answer(row["reply"], None if row["card"] is None else card_value(row["card"]))
