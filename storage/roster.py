"""人员名册 and word lists: imported as a whole, read as a whole, read again only after a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime

from sqlite_utils import Database

from bot.rules.roster import Delegation, Grant, Roster, Seat
from storage.audit import record
from storage.db import first, insert, rows
from storage.when import from_text, maybe_moment

_MARK = "roster"


class RosterCache:
    """The last roster read, with the mark it had. One per thread."""

    def __init__(self) -> None:
        self.mark = ""
        self.roster = Roster()


def read_roster(db: Database, org: str, cache: RosterCache) -> Roster:
    """The roster in force, from `cache` unless it changed since."""
    mark = _mark(db, org)
    if not cache.mark or mark != cache.mark:
        cache.roster, cache.mark = _load(db, org), mark
    return cache.roster


def touch_roster(db: Database, org: str) -> None:
    """Make every reader read the roster again.

    The mark is random, not a counter: a rolled-back change must not share its mark with the next one.
    """
    db.execute(
        "INSERT INTO meta (org, key, value) VALUES (?, ?, lower(hex(randomblob(8))))"
        " ON CONFLICT DO UPDATE SET value = excluded.value",
        (org, _MARK),
    )


def replace_seats(db: Database, org: str, seats: Iterable[Seat], now: datetime, by: str) -> int:
    """Put this roster in place of the former one; grants and delegations stay. Returns the number of rows.

    Userids are kept in lower case, as the platform's callbacks are compared.
    """
    db.execute("DELETE FROM seats WHERE org = ?", (org,))
    unique = list(dict.fromkeys(replace(seat, userid=seat.userid.lower()) for seat in seats))
    for seat in unique:
        insert(db, "seats", {"org": org, **asdict(seat)})
    touch_roster(db, org)
    record(db, org, now, actor=by, action="import_roster", detail=f"{len(unique)} seats", cause="import")
    return len(unique)


def replace_words(db: Database, org: str, words: Iterable[tuple[str, str, str]], now: datetime, by: str) -> int:
    """Put these (word, category, note) in place of the organisation's word list. Returns their number."""
    db.execute("DELETE FROM words WHERE org = ?", (org,))
    kept = {word: (category, note) for word, category, note in words}
    for word, (category, note) in kept.items():
        insert(db, "words", {"org": org, "word": word, "category": category, "note": note})
    record(db, org, now, actor=by, action="import_words", detail=f"{len(kept)} words", cause="import")
    return len(kept)


def _mark(db: Database, org: str) -> str:
    row = first(db, "SELECT value FROM meta WHERE org = ? AND key = ?", org, _MARK)
    return "empty" if row is None else str(row["value"])


def _load(db: Database, org: str) -> Roster:
    seats = rows(db, "SELECT userid, name, unit, role FROM seats WHERE org = ? ORDER BY id", org)
    grants = rows(db, "SELECT * FROM grants WHERE org = ? ORDER BY id", org)
    delegations = rows(db, "SELECT * FROM delegations WHERE org = ? ORDER BY id", org)
    return Roster(
        tuple(Seat(*row) for row in seats),
        tuple(
            Grant(
                row["userid"],
                row["role"],
                row["unit"],
                row["granted_by"],
                from_text(row["granted_at"]),
                maybe_moment(row["revoked_at"]),
            )
            for row in grants
        ),
        tuple(
            Delegation(
                row["absent"],
                row["deputy"],
                from_text(row["starts"]),
                from_text(row["ends"]),
                maybe_moment(row["cancelled_at"]),
            )
            for row in delegations
        ),
    )
