"""What every sweep and every callback asks finds its rows by an index: nothing grows with what is finished."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.rules.effects import MarkHandover, NameKeeper, SetAccount
from storage import (
    accounts,
    calendar,
    cards,
    deadlines,
    handovers,
    inbox,
    nag_receipts,
    news,
    outbox,
    roster,
    sending,
    staff,
)
from storage.read import Reader
from storage.schema import migrate
from tests.storage.samples import NOW, ORG, WANG, text

HOUR = timedelta(hours=1)
GROWING = {  # tables that hold what is over, too
    "account_changes", "audit", "begun", "cards", "deadlines", "filings", "inbox", "items", "media", "moves", "nags",
    "nag_receipts", "outbox", "received_media", "versions",
}  # fmt: skip
# All of an organisation's rows are as good as the whole table; a partial index holds only those that are open.
OF_OPEN = "items_open|cards_live|deadlines_due|outbox_failed"
WHOLE = re.compile(rf"^(?:SCAN|SEARCH(?=.*\(org=\?\)$)(?!.* (?:{OF_OPEN}) )) (\w+)", re.MULTILINE)
Call = Callable[[Database], object]


class OverheardCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> OverheardCursor:
        assert isinstance(self.connection, Overheard)
        self.connection.said.append((sql, parameters))
        super().execute(sql, parameters)
        return self


class Overheard(sqlite3.Connection):
    """A connection that keeps the sentences said through it, as they were said (an expanded one plans otherwise)."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.said: list[tuple[str, Any]] = []

    def cursor(self, factory: Any = OverheardCursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self.said.append((sql, parameters))
        return super().execute(sql, parameters)


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Database]:
    connection = sqlite3.connect(str(tmp_path / "shenfa.db"), isolation_level=None, factory=Overheard)
    db = Database(connection, execute_plugins=False)
    migrate(db)
    yield db
    db.close()


def plans(db: Database, call: Call) -> list[str]:
    """How the database would find what this call asks for, one text for each sentence."""
    assert isinstance(db.conn, Overheard)
    db.conn.said.clear()
    call(db)
    asked = [(sql, given) for sql, given in db.conn.said if re.match(r"\s*(SELECT|UPDATE|DELETE)\b", sql)]
    asked = [(sql, given) for sql, given in asked if "coalesce(max(id)" not in sql]  # the last entry of an index
    assert asked, "nothing was asked"
    return ["\n".join(row[-1] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", given)) for sql, given in asked]


def read(what: Callable[[Reader], object]) -> Call:
    return lambda db: what(Reader(db, ORG))


SWEPT: dict[str, Call] = {
    "people": lambda db: [roster.people_change(db, ORG, NOW), roster.people_change(db, ORG, NOW + HOUR)],
    "calendar": lambda db: calendar.calendar_change(db, ORG, "mark", NOW),
    "begun": lambda db: accounts.not_begun(db, ORG, [("monthly", "2025-03")], NOW),
    "rung": lambda db: deadlines.due_rungs(db, ORG, NOW),
    "card": lambda db: cards.expiring_card(db, ORG, NOW),
    "roster": lambda db: roster.look_over_due(db, ORG, NOW, NOW),
    "handover": lambda db: handovers.due_handover(db, ORG, NOW),
    "message": lambda db: sending.claim(db, ORG, NOW, HOUR),
    "news": lambda db: news.next_news(db, ORG, NOW),
}
CALLED: dict[str, Call] = {
    "claim": lambda db: [inbox.claim(db, ORG, "key", "Kind", NOW), inbox.answer_of(db, ORG, "key")],
    "queue": lambda db: outbox.queue_send(db, ORG, text("一", "k1"), NOW),
    "item": read(lambda r: (r.item(1), r.next_item_id(), r.versions(1), r.moves(1))),
    "open items": read(lambda r: (r.open_items(), r.open_items(author=WANG), r.open_items(unit="办公厅"))),
    "his items": read(lambda r: r.items_of(WANG)),
    "about": read(lambda r: (r.items_about(1), r.linked_to(1))),
    "published": read(lambda r: (r.published_with("weibo", NOW, NOW), r.last_published("weibo", "办公厅"))),
    "conversation": read(lambda r: (r.expectation(WANG), r.memory(WANG, "flow"), r.reachable(WANG))),
    "cards": read(lambda r: (r.card("t1"), r.live_cards(1), r.live_cards(1, WANG, "check"), r.handover_cards(1))),
    "loose cards": read(lambda r: r.loose_cards(WANG, "remind")),
    "shown": read(lambda r: r.was_shown(1, WANG, 1, 1)),
    "sent": read(lambda r: (r.was_sent("k1"), r.waiting_to(WANG), r.failures(), r.failures(1))),
    "deadlines": read(lambda r: (r.deadlines(1), r.open_deadline("1:1:1"), r.open_deadlines())),
    "nags": read(lambda r: (r.nag_count("1:1:1"), r.nags(1), r.last_nag(1))),
    "receipts": read(lambda r: (r.receipts(1), r.last_receipt(1))),
    "settled": lambda db: nag_receipts.settle_receipts(db, 1, "sent", NOW, code_no=0, why=""),
    "filing": read(lambda r: (r.filing(1), r.filings(NOW, NOW))),
    "register": read(lambda r: (r.accounts(), r.account(1), r.next_account_id(), r.account_changes(1), r.keeper("w"))),
    "was begun": read(lambda r: (r.was_begun("monthly", "2025-03"), r.was_begun("monthly", "2025-03", "unit:办公厅"))),
    "handovers": read(lambda r: (r.handover(1), r.handovers())),
    "set account": lambda db: accounts.set_account(
        db, ORG, SetAccount(1, "weibo", "官微", "", "在用", "", {}, WANG, "登记"), NOW),
    "keeper": lambda db: staff.name_keeper(db, ORG, NameKeeper("weibo", "官微", "", WANG, WANG), NOW),
    "mark handover": lambda db: handovers.mark_handover(db, ORG, MarkHandover(1, "given"), NOW),
    "policy": read(lambda r: (r.policy_version(), r.policy_stamp(1))),
}


@pytest.mark.parametrize("name", [*SWEPT, *CALLED])
def test_no_sweep_and_no_callback_reads_a_whole_table(name: str, heard: Database) -> None:
    """A table that only grows is never read from end to end where people or the clock wait."""
    call = (SWEPT | CALLED)[name]
    for plan in plans(heard, call):
        assert not set(WHOLE.findall(plan)) & GROWING, plan


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("begun", "SEARCH begun USING PRIMARY KEY (org=? AND flow=? AND period=?)"),
        ("handover", "handovers_due (org=? AND remind_at>? AND remind_at<?)"),
        ("roster", "SEARCH meta USING PRIMARY KEY (org=? AND key=?)"),
        ("people", "delegations_standing (org=?)"),
        ("was begun", "SEARCH begun USING PRIMARY KEY (org=? AND flow=? AND period=?)"),
        ("register", "account_changes_of (org=? AND account=?)"),
        ("register", "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (org=?)"),
        ("set account", "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (org=? AND id=?)"),
        ("cards", "cards_live (org=? AND item=?)"),
    ],
)
def test_what_came_with_accounts_and_handovers_is_indexed(name: str, index: str, heard: Database) -> None:
    """周期、账号、交接、巡看名册: found by their own index, and by no sort where one row is wanted."""
    asked = plans(heard, (SWEPT | CALLED)[name])
    assert any(index in plan for plan in asked), asked


@pytest.mark.parametrize("name", ["handover", "rung", "card", "news"])
def test_the_next_one_due_is_not_sorted_for(name: str, heard: Database) -> None:
    """The index gives the earliest first."""
    assert not [plan for plan in plans(heard, SWEPT[name]) if "TEMP B-TREE FOR ORDER BY" in plan]


def test_the_plans_are_those_of_what_was_asked(heard: Database) -> None:
    """The look-over itself would see a whole table read."""
    found = plans(heard, lambda db: db.execute("SELECT * FROM items WHERE title = ?", ["x"]).fetchall())
    assert found == ["SCAN items"]
