from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.rules.effects import CloseDeadlines, Effect, MarkNagged, OpenDeadline, Record, SaveItem
from storage.apply import apply
from storage.deadlines import due_rung, pass_rung, put_off
from storage.read import DeadlineRow, Reader
from tests.storage.samples import ITEM, NOW, ORG, SAVED

HOUR = timedelta(hours=1)
DUE = NOW + 4 * HOUR
LADDER = (("ahead:2", NOW + 2 * HOUR), ("ahead:1", NOW + 3 * HOUR), ("over:1", DUE + HOUR))
REVIEW = OpenDeadline("review:1:1", 1, DUE, LADDER, "收到当日 17:30 前")


def do(db: Database, *effects: Effect, now: datetime = NOW) -> None:
    apply(db, [*effects, Record("sys", "time")], org=ORG, cause="e", now=now)


def due(db: Database, after: timedelta) -> tuple[str, str] | None:
    row = due_rung(db, ORG, NOW + after)
    return None if row is None else (row.key, row.rung)


def the(reader: Reader) -> DeadlineRow:
    row = reader.open_deadline(REVIEW.key)
    assert row
    return row


def test_a_deadline_waits_on_its_first_rung(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW)
    assert the(reader) == DeadlineRow(
        REVIEW.key, 1, DUE, "ahead:2", NOW + 2 * HOUR, LADDER, "收到当日 17:30 前", False, NOW, None
    )
    assert due(db, 2 * HOUR - timedelta(seconds=1)) is None
    assert due(db, 2 * HOUR) == (REVIEW.key, "ahead:2")


def test_a_rung_sent_leads_to_the_next(db: Database, reader: Reader) -> None:
    """By the ladder, or where the handler says; after the last one there is silence."""
    do(db, *SAVED, REVIEW, MarkNagged(REVIEW.key, "ahead:2"))
    assert the(reader).rung == "ahead:1"
    do(db, MarkNagged(REVIEW.key, "ahead:1", "idle:1", NOW + 9 * HOUR))
    assert due(db, 8 * HOUR) is None
    assert due(db, 9 * HOUR) == (REVIEW.key, "idle:1")
    do(db, MarkNagged(REVIEW.key, "idle:1"))
    assert due(db, 1000 * HOUR) is None
    assert (reader.nag_count(REVIEW.key), reader.nag_count(REVIEW.key, "ahead:")) == (3, 2)
    last = reader.last_nag(1)
    assert last and last.rung == "idle:1"


def test_a_rung_is_climbed_once(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW, MarkNagged(REVIEW.key, "ahead:2"), MarkNagged(REVIEW.key, "ahead:2"))
    assert reader.nag_count(REVIEW.key) == 1


def test_the_same_deadline_again_changes_nothing(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW, MarkNagged(REVIEW.key, "ahead:2"))
    do(db, REVIEW, now=NOW + HOUR)
    assert (the(reader).rung, the(reader).opened_at) == ("ahead:1", NOW)


def test_a_moved_deadline_starts_its_ladder_anew(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW, MarkNagged(REVIEW.key, "ahead:2"))
    moved = replace(REVIEW, due_at=DUE + HOUR, ladder=tuple((rung, at + HOUR) for rung, at in LADDER))
    do(db, moved)
    assert (the(reader).rung, the(reader).due_at) == ("ahead:2", DUE + HOUR)
    assert reader.nag_count(REVIEW.key) == 0
    assert [row.closed for row in reader.deadlines(1)] == [True, False]


def test_closing_is_by_item_and_prefix(db: Database, reader: Reader) -> None:
    other = replace(REVIEW, key="publish:1", ladder=())
    elsewhere = replace(REVIEW, key="review:2:1", item=2)
    do(db, *SAVED, SaveItem(replace(ITEM, id=2)), REVIEW, other, elsewhere)
    do(db, CloseDeadlines(1, "review:"))
    assert [row.key for row in reader.open_deadlines()] == ["publish:1", "review:2:1"]
    do(db, CloseDeadlines(1))
    assert [row.key for row in reader.open_deadlines()] == ["review:2:1"]
    do(db, MarkNagged(REVIEW.key, "ahead:2"))
    assert reader.nag_count(REVIEW.key) == 0


def test_without_a_due_time_nothing_falls(db: Database) -> None:
    do(db, *SAVED, OpenDeadline("reply:1", 1, None, ()))
    assert due(db, 9999 * HOUR) is None


def test_a_rung_nobody_marked_is_passed_and_one_that_failed_is_put_off(db: Database) -> None:
    do(db, *SAVED, REVIEW)
    seen = due_rung(db, ORG, NOW + 2 * HOUR)
    assert seen
    put_off(db, ORG, seen, NOW + 2 * HOUR + timedelta(minutes=5))
    assert due(db, 2 * HOUR) is None
    pass_rung(db, ORG, seen)  # it has moved meanwhile: nothing
    seen = due_rung(db, ORG, NOW + 3 * HOUR)
    assert seen and seen.rung == "ahead:2"
    pass_rung(db, ORG, seen)
    assert due(db, 3 * HOUR) == (REVIEW.key, "ahead:1")
