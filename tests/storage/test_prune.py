"""清理: old deliveries and settled messages go, what waits and what proves something stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.rules.effects import Record, Send
from bot.rules.messages import Text
from storage import inbox
from storage.apply import apply
from storage.db import open_writing, rows, transaction
from storage.prune import prune
from storage.schema import migrate

ORG, OLD = "org", datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
LATER = OLD + timedelta(days=40)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    found = open_writing(tmp_path / "t.db")
    migrate(found)
    with transaction(found):
        for key, at in (("msg:1", OLD), ("msg:2", LATER)):
            assert inbox.claim(found, ORG, key, "TextReceived", at)
        for key in ("old-sent", "old-waiting", "norole|a|b"):
            apply(found, [Send("a", Text("x"), key), Record("a", "说")], org=ORG, cause=key, now=OLD)
        found.execute("UPDATE outbox SET state = 'sent' WHERE key <> 'old-waiting'")
    return found


def test_old_deliveries_and_settled_messages_go(db: Database) -> None:
    """30 天前的回调和已发消息清掉; 待发的、只发一次的提示、留痕都在。"""
    audit = len(rows(db, "SELECT 1 FROM audit"))
    with transaction(db):
        assert prune(db, ORG, LATER - timedelta(days=30)) == 2
    assert [row["key"] for row in rows(db, "SELECT key FROM inbox")] == ["msg:2"]
    assert [row["key"] for row in rows(db, "SELECT key FROM outbox ORDER BY id")] == ["old-waiting", "norole|a|b"]
    assert len(rows(db, "SELECT 1 FROM audit")) == audit


def test_another_organisation_is_not_touched(db: Database) -> None:
    """只清本单位的。"""
    with transaction(db):
        assert prune(db, "another", LATER) == 0
    assert len(rows(db, "SELECT 1 FROM inbox")) == 2
