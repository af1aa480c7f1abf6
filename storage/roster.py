"""人员名册 and word lists: imported as a whole, read as a whole, read again only after a change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlite_utils import Database

from bot.rules.roster import Delegation, Grant, Roster, Seat, UnitEntry
from storage.audit import record
from storage.db import first, insert, rows
from storage.when import from_text, maybe_moment, to_text

SEAT = tuple(column.name for column in fields(Seat))
_MARK = "roster"
_SEEN = "roster seen"  # the mark that handlers have been told of, and when: "<mark> <moment>"
_AGAIN = "roster again"  # a handler failed: not before this moment
_LOOKED = "roster looked over"  # the last day on which it was, or the moment before which it is not tried again

# the last moment at which a delegation began or ended
TURNED = """
SELECT max(at) AS at FROM (
 SELECT starts AS at FROM delegations WHERE org = ?1 AND cancelled_at IS NULL
 UNION ALL SELECT ends FROM delegations WHERE org = ?1 AND cancelled_at IS NULL
) WHERE at > ?2 AND at <= ?3
"""


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


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """What handlers have not been told of yet, as of `seen`. The same change has the same key after a restart."""

    key: str
    mark: str
    seen: datetime


def people_change(db: Database, org: str, now: datetime) -> PeopleChange | None:
    """Whether the roster changed, or a delegation began or ended, since the last look. The first look only remembers.

    To be called in the writing transaction.
    """
    mark, kept = _mark(db, org), _meta(db, org, _SEEN)
    if not kept:
        people_seen(db, org, PeopleChange("", mark, now))
        return None
    if _meta(db, org, _AGAIN) > to_text(now):
        return None
    known, _, since = kept.partition(" ")
    row = first(db, TURNED, org, since, to_text(now))
    turned = row["at"] if row else None
    if mark == known and turned is None:
        return None
    return PeopleChange(f"people:{mark}@{turned or since}", mark, now)


def people_seen(db: Database, org: str, change: PeopleChange) -> None:
    """Handlers have been told."""
    _keep_meta(db, org, _SEEN, f"{change.mark} {to_text(change.seen)}")
    _keep_meta(db, org, _AGAIN, "")


def people_again(db: Database, org: str, at: datetime) -> None:
    """The handler failed: tell it again at `at`."""
    _keep_meta(db, org, _AGAIN, to_text(at))


def look_over_due(db: Database, org: str, opened: datetime, now: datetime) -> bool:
    """Whether the roster has not been looked over since this day opened."""
    return _meta(db, org, _LOOKED) < to_text(opened) and _meta(db, org, f"{_LOOKED} again") <= to_text(now)


def looked_over(db: Database, org: str, now: datetime, again: datetime | None = None) -> None:
    """Done for today; or the handler failed, and it is tried again at `again`."""
    if again is None:
        _keep_meta(db, org, _LOOKED, to_text(now))
    else:
        _keep_meta(db, org, f"{_LOOKED} again", to_text(again))


def replace_seats(db: Database, org: str, seats: Iterable[Seat], now: datetime, by: str) -> int:
    """Put this roster in place of the former one; grants and delegations stay. Returns the number of rows.

    Userids are kept in lower case, as the platform's callbacks are compared.
    """
    db.execute("DELETE FROM seats WHERE org = ?", (org,))
    unique = list(dict.fromkeys(replace(seat, userid=seat.userid.lower()) for seat in seats))
    for seat in unique:
        insert(db, "seats", {"org": org} | {name: getattr(seat, name) for name in SEAT})
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
    return _meta(db, org, _MARK) or "empty"


def _meta(db: Database, org: str, key: str) -> str:
    row = first(db, "SELECT value FROM meta WHERE org = ? AND key = ?", org, key)
    return "" if row is None else str(row["value"])


def _keep_meta(db: Database, org: str, key: str, value: str) -> None:
    row = {"org": org, "key": key, "value": value}
    insert(db, "meta", row, on_conflict="ON CONFLICT DO UPDATE SET value = excluded.value")


def _load(db: Database, org: str) -> Roster:
    seats = rows(db, "SELECT userid, name, unit, role, note FROM seats WHERE org = ? ORDER BY id", org)
    grants = rows(db, "SELECT * FROM grants WHERE org = ? ORDER BY id", org)
    delegations = rows(db, "SELECT * FROM delegations WHERE org = ? ORDER BY id", org)
    units = rows(db, "SELECT unit, parent, marks FROM units WHERE org = ? ORDER BY rowid", org)
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
        tuple(UnitEntry(row["unit"], row["parent"], tuple(json.loads(row["marks"]))) for row in units),
    )
