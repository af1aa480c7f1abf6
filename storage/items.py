"""事项, their versions and the decisions on them: how they are written. Reading is in read.py."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from bot.rules.comments import bare_address
from bot.rules.item import ITEM, MOVE, VERSION, Item, Move, Version
from storage.db import first, insert
from storage.when import maybe_text, to_text


class AlreadyDecided(Exception):
    """The same person has made this decision in this round and step before: the first one stands."""


def save_item(db: Database, org: str, item: Item, now: datetime) -> None:
    """Write the item and the copies of its fields to search by. Raises ValueError for another organisation's item."""
    if item.org != org:
        raise ValueError(f"item {item.id} belongs to {item.org!r}, not to {org!r}")
    row = {
        "org": org,
        "id": item.id,
        "kind": item.kind.value,
        "flow": item.flow.id if item.flow else "",
        "state": item.state.value,
        "unit": item.unit,
        "author": item.author,
        "position": item.position,
        "step_do": item.step.do.value if item.step else "",
        "title": item.title,
        "since": maybe_text(item.since),
        "published_at": maybe_text(item.published_at),
        "created_at": to_text(item.created_at),
        "updated_at": to_text(now),
        "doc": ITEM.dump_json(item).decode(),
    }
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in ("org", "id"))
    insert(db, "items", row, on_conflict=f"ON CONFLICT (org, id) DO UPDATE SET {changes}")
    for address in addresses(item):
        link = {"org": org, "address": address, "item": item.id}
        insert(db, "post_links", link, on_conflict="ON CONFLICT DO NOTHING")


def addresses(item: Item) -> tuple[str, ...]:
    """Under what a published post is found by the link of a comment on it."""
    found = (bare_address(link.url) for link in item.links if link.url) if item.published_at else ()
    return tuple(dict.fromkeys(address for address in found if "/" in address))


def keep_version(db: Database, org: str, item: int, version: Version, now: datetime) -> None:
    """Add a version. The same wording under the same number is nothing; another one raises sqlite3.IntegrityError."""
    known = first(db, "SELECT fingerprint FROM versions WHERE org = ? AND item = ? AND no = ?", org, item, version.no)
    if known is not None and known["fingerprint"] == version.fingerprint:
        return
    row = {
        "org": org,
        "item": item,
        "no": version.no,
        "fingerprint": version.fingerprint,
        "at": to_text(version.at or now),
        "doc": VERSION.dump_json(version).decode(),
    }
    insert(db, "versions", row)


def keep_move(db: Database, org: str, item: int, move: Move) -> None:
    """Add a decision. Raises AlreadyDecided for the same one by the same person in the same round and step."""
    row = {
        "org": org,
        "item": item,
        "round": move.round,
        "step": move.step,
        "version": move.version,
        "fingerprint": move.fingerprint,
        "actor": move.actor,
        "role": move.role,
        "acting_for": move.acting_for,
        "decision": move.decision.value,
        "unit": move.unit,
        "lap": move.lap,
        "at": to_text(move.at),
        "doc": MOVE.dump_json(move).decode(),
    }
    try:
        insert(db, "moves", row)
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            raise
        what = f"{move.actor} {move.decision} item {item}, round {move.round}, step {move.step}"
        raise AlreadyDecided(what) from error
