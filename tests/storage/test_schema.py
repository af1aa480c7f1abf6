from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.rules.effects import KeepMove, KeepVersion, OpenDeadline
from bot.rules.messages import MESSAGE, Text
from storage.apply import apply
from storage.cards import EXPIRING
from storage.db import insert, open_writing, rows
from storage.deadlines import DUE_RUNGS
from storage.news import UNTOLD
from storage.outbox import UNTRIED_CARD, UNTRIED_UPDATE
from storage.overdue import AHEAD, FAILED, MISSED, SENT, WAITING
from storage.read import ARCHIVED, SHOWN, STEP_CARDS
from storage.schema import migrate, migrations
from storage.sending import FOLLOWING_CARDS, NEXT_OTHER, NEXT_SEND, claim
from storage.when import to_text
from tests.storage.samples import NOW, ORG, PASSED, SAVED, VERSION


def plan(db: Database, sql: str, *arguments: object) -> str:
    return "\n".join(row["detail"] for row in rows(db, f"EXPLAIN QUERY PLAN {sql}", *arguments))


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (DUE_RUNGS, "deadlines_due (org=? AND alert_after<?)"),
        (EXPIRING, "cards_expiring (org=? AND remind_at<?)"),
        (UNTOLD, "outbox_news (org=? AND news_at<?)"),
        (NEXT_SEND, "outbox_due (org=? AND next_at<?)"),
        (NEXT_SEND, "outbox_order (org=? AND receiver=? AND item=? AND id<?)"),
        (NEXT_OTHER, "outbox_first (org=? AND next_at<?)"),
        (NEXT_OTHER, "outbox_card (org=? AND task_id=? AND id<?)"),
        (UNTRIED_CARD, "outbox_task (org=? AND task_id=?)"),
        (UNTRIED_UPDATE, "outbox_card (org=? AND task_id=?)"),
        ("SELECT sent_at FROM outbox WHERE org = ? AND receiver = 'zhang' AND state = 'sent' AND kind = 'send'"
         " AND sent_at > ? ORDER BY sent_at DESC", "outbox_pace (org=? AND receiver=? AND sent_at>?)"),
        ("SELECT * FROM items WHERE org = ? AND state IN ('preparing', 'running') AND unit = ?", "items_open"),
        ("SELECT doc FROM items WHERE org = ? AND json_extract(doc, '$.about') > 0"
         " AND json_extract(doc, '$.about') = ? ORDER BY id", "items_about (org=? AND <expr>"),
        ("'2026'".join(ARCHIVED.rsplit("?", 1)), "items_archived (org=? AND <expr>>? AND <expr><?)"),
        ("SELECT * FROM audit WHERE org = ? AND item = ?", "audit_item (org=? AND item=?)"),
    ],
)
def test_what_is_asked_often_is_indexed(db: Database, sql: str, index: str) -> None:
    """A due row is found without reading the finished ones."""
    assert index in plan(db, sql, ORG, "2025-03-17T05:00:00Z")


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (AHEAD, "deadlines_ahead (org=? AND due_at>? AND due_at<?)"),
        (MISSED, "deadlines_ends (org=? AND due_at>? AND due_at<?)"),
        (MISSED, "deadlines_key (org=? AND key=?"),
        (SENT, "outbox_sent (org=? AND sent_at>? AND sent_at<?)"),
        (FAILED, "outbox_failed (org=?)"),
        (WAITING, "outbox_order (org=?)"),
    ],
)
def test_surveys_and_notices_read_no_whole_table(db: Database, sql: str, index: str) -> None:
    """What is late is found among what is open, a month's among what was due in it."""
    found = plan(db, sql, ORG, *["2025-03-17T05:00:00Z"] * (sql.count("?") - 1))
    assert index in found and "SCAN" not in found


def test_what_belongs_to_a_card_is_indexed(db: Database) -> None:
    shown, following = plan(db, SHOWN, ORG, 1, "zhang", 1, 1), plan(db, FOLLOWING_CARDS, 1)
    assert "cards_item (org=? AND item=? AND position=? AND round=?)" in plan(db, STEP_CARDS, ORG, 1, 1, 1)
    assert "cards_item (org=? AND item=? AND position=? AND round=?)" in shown
    assert "outbox_task (org=? AND task_id=?)" in shown
    assert "outbox_cause (org=? AND cause=? AND receiver=? AND item=? AND id<?)" in shown
    assert "outbox_cause (org=? AND cause=? AND receiver=? AND item=? AND id>?)" in following


@pytest.mark.parametrize("table", ["audit", "versions", "moves"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET org = 'x'", "DELETE FROM {}"])
def test_what_happened_is_never_changed(db: Database, table: str, deed: str) -> None:
    """留痕、版本、环节办理只增不改。"""
    apply(db, [*SAVED, KeepVersion(1, VERSION), KeepMove(1, PASSED)], org=ORG, cause="e", now=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        db.execute(deed.format(table))
    assert db.table(table).count == 1


def test_one_open_deadline_for_each_key(db: Database) -> None:
    apply(db, [*SAVED, OpenDeadline("review:1", 1, NOW, ())], org=ORG, cause="e", now=NOW)
    columns = "org, key, item, ladder, rung, explanation, provisional, opened_at"
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        db.execute(f"INSERT INTO deadlines ({columns}) SELECT {columns} FROM deadlines")


def test_messages_that_waited_during_the_update_still_leave(tmp_path: Path) -> None:
    db = open_writing(tmp_path / "older.db")
    migrations.apply(db, stop_before="messages_that_belong_together")
    at = to_text(NOW)
    insert(db, "outbox", {"org": ORG, "key": "n:1", "kind": "send", "receiver": "zhang", "item": 1,
                          "doc": MESSAGE.dump_json(Text("一")).decode(), "next_at": at, "created_at": at})
    migrate(db)
    job = claim(db, ORG, NOW, timedelta(minutes=3))
    assert job and job.message == Text("一")
    db.close()


def test_what_belongs_to_an_organisation_says_so(db: Database) -> None:
    """Every table but the platform's tokens, and the nags (theirs is their deadline's)."""
    without = {name for name in db.table_names() if "org" not in db.table(name).columns_dict}
    assert without == {"tokens", "nags", "_sqlite_migrations", "sqlite_sequence"}
