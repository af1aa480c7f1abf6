from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.rules.delivery import Sent
from bot.rules.effects import (
    CloseDeadlines,
    Effect,
    HoldRung,
    KeepReceipt,
    MarkNagged,
    OpenDeadline,
    Record,
    SaveItem,
)
from storage import sending
from storage.apply import apply
from storage.deadlines import due_rungs, pass_rung, put_off
from storage.news import told
from storage.prune import prune
from storage.read import DeadlineRow, Reader
from tests.storage.samples import ITEM, LI, NOW, ORG, SAVED, ZHANG, text

HOUR = timedelta(hours=1)
DUE = NOW + 4 * HOUR
LADDER = (("ahead:2", NOW + 2 * HOUR), ("ahead:1", NOW + 3 * HOUR), ("over:1", DUE + HOUR))
REVIEW = OpenDeadline("review:1:1", 1, DUE, LADDER, "收到当日 17:30 前")


def do(db: Database, *effects: Effect, now: datetime = NOW) -> None:
    apply(db, [*effects, Record("sys", "time")], org=ORG, cause="e", now=now)


def due(db: Database, after: timedelta) -> tuple[str, str] | None:
    rows = due_rungs(db, ORG, NOW + after)
    return (rows[0].key, rows[0].rung) if rows else None


def the(reader: Reader) -> DeadlineRow:
    row = reader.open_deadline(REVIEW.key)
    assert row
    return row


def test_a_deadline_waits_on_its_first_rung(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW)
    assert the(reader) == DeadlineRow(
        REVIEW.key, 1, DUE, "ahead:2", NOW + 2 * HOUR, LADDER, "收到当日 17:30 前", False, NOW, None, NOW + 2 * HOUR
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
    (seen,) = due_rungs(db, ORG, NOW + 2 * HOUR)
    put_off(db, ORG, seen, NOW + 2 * HOUR + timedelta(minutes=5))
    assert due(db, 2 * HOUR) is None
    pass_rung(db, ORG, seen)  # it has moved meanwhile: nothing
    (seen,) = due_rungs(db, ORG, NOW + 3 * HOUR)
    assert (seen.rung, seen.planned) == ("ahead:2", NOW + 2 * HOUR)
    pass_rung(db, ORG, seen)
    assert due(db, 3 * HOUR) == (REVIEW.key, "ahead:1")


def test_all_that_is_due_comes_together_the_longest_due_first(db: Database) -> None:
    other = replace(REVIEW, key="publish:1", ladder=(("ahead:1", NOW + HOUR),))
    do(db, *SAVED, REVIEW, other, replace(other, key="later", ladder=(("ahead:1", NOW + 9 * HOUR),)))
    assert [row.key for row in due_rungs(db, ORG, NOW + 2 * HOUR)] == ["publish:1", REVIEW.key]


def test_a_rung_that_is_held_keeps_its_planned_time(db: Database, reader: Reader) -> None:
    """夜里不发: 推到上班再看, 原定时间不变; 已经走过的那一档不受影响。"""
    do(db, *SAVED, REVIEW, HoldRung(REVIEW.key, "ahead:2", NOW + 20 * HOUR))
    assert due(db, 19 * HOUR) is None
    assert (the(reader).alert_after, the(reader).planned) == (NOW + 20 * HOUR, NOW + 2 * HOUR)
    do(db, HoldRung(REVIEW.key, "ahead:2", NOW + 21 * HOUR))
    assert the(reader).planned == NOW + 2 * HOUR
    do(db, MarkNagged(REVIEW.key, "ahead:2"), HoldRung(REVIEW.key, "ahead:2", NOW + 30 * HOUR))
    row = the(reader)
    assert (row.rung, row.alert_after, row.planned) == ("ahead:1", NOW + 3 * HOUR, NOW + 3 * HOUR)


def test_what_was_missed_is_kept_beside_what_was_sent(db: Database, reader: Reader) -> None:
    do(db, *SAVED, REVIEW, MarkNagged(REVIEW.key, "over:1", "over:2", NOW + 9 * HOUR, ("ahead:2", "ahead:1")))
    assert [(nag.rung, nag.missed) for nag in reader.nags(1)] == [
        ("ahead:2", True), ("ahead:1", True), ("over:1", False),
    ]  # fmt: skip
    assert the(reader).rung == "over:2"


def test_a_receipt_ends_with_its_message_and_outlives_it(db: Database, reader: Reader) -> None:
    """送达情况跟着消息走: 等待, 已送达或未送达及原因; 消息清理以后还在。"""
    do(db, *SAVED, REVIEW, text("催", "n:1"), text("催", "n:2", LI), MarkNagged(REVIEW.key, "ahead:2"))
    do(db, KeepReceipt(REVIEW.key, "ahead:2", ZHANG, "n:1"), KeepReceipt(REVIEW.key, "ahead:2", LI, "n:2"))
    do(db, KeepReceipt(REVIEW.key, "ahead:2", ZHANG, "n:2"), now=NOW + HOUR)  # once for ever
    assert [(r.userid, r.outcome) for r in reader.receipts(1)] == [(ZHANG, ""), (LI, "")]
    first, second = (sending.claim(db, ORG, NOW, HOUR) for _ in range(2))
    assert first and second
    sending.mark_sent(db, ORG, first, Sent("msg"), NOW + HOUR)
    sending.mark_failed(db, ORG, second, NOW + HOUR, code=81013, why="out of range")
    for job in (first, second):
        told(db, job.id)
    prune(db, ORG, NOW + 9 * HOUR)
    assert [(r.userid, r.outcome, r.code, r.why) for r in reader.receipts(1)] == [
        (ZHANG, "sent", 0, ""), (LI, "failed", 81013, "out of range"),
    ]  # fmt: skip
    last = reader.last_receipt(1)
    assert last and last.userid == LI
    assert last.settled_at == NOW + HOUR
    assert (reader.last_receipt(1, ZHANG), reader.last_receipt(2)) == (reader.receipts(1)[0], None)
