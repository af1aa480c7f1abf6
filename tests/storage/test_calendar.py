"""放假安排换了没有; 单位换名; 制度各版的记号."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.rules.effects import ChangePolicy, Effect, GrantPublishing, OpenDeadline, Record, RenameUnit, SaveItem
from bot.rules.item import Item
from bot.rules.regulation import Kind
from bot.rules.roster import Seat
from storage.apply import apply
from storage.calendar import calendar_again, calendar_change, calendar_seen
from storage.read import Reader
from storage.roster import replace_seats
from tests.fresh import fresh_database

ORG, NOW = "ww1", datetime(2026, 12, 30, 2, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = fresh_database(tmp_path / "a.db")
    yield found
    found.close()


def provisional(db: Database) -> None:
    item = Item(1, ORG, Kind.POST, "甲科", "wang", NOW)
    opened = OpenDeadline("1:1:1", 1, NOW + timedelta(days=5), (), "暂按周一至周五计", True)
    apply(db, [SaveItem(item), opened, Record("wang", "送审", 1)], org=ORG, cause="c", now=NOW)


def test_a_change_that_nothing_waits_for_is_only_noted(db: Database) -> None:
    """没有暂定的期限: 只记下, 不必告诉谁。"""
    assert calendar_change(db, ORG, "a", NOW) is None
    provisional(db)
    assert calendar_change(db, ORG, "a", NOW) is None
    assert calendar_change(db, ORG, "b", NOW) is not None


def test_a_change_is_told_until_it_was_heard(db: Database) -> None:
    """没有听成就隔一会再说, 是同一件事; 听过就不再说; 换回去又是新的一次。"""
    provisional(db)
    first = calendar_change(db, ORG, "a", NOW)
    later = calendar_change(db, ORG, "a", NOW + timedelta(minutes=1))
    assert first and later and first.key == later.key
    calendar_again(db, ORG, NOW + timedelta(minutes=5))
    assert calendar_change(db, ORG, "a", NOW + timedelta(minutes=4)) is None
    found = calendar_change(db, ORG, "a", NOW + timedelta(minutes=5))
    assert found
    calendar_seen(db, ORG, found)
    assert calendar_change(db, ORG, "a", NOW + timedelta(hours=1)) is None
    other = calendar_change(db, ORG, "b", NOW + timedelta(hours=1))
    assert other
    calendar_seen(db, ORG, other)
    back = calendar_change(db, ORG, "a", NOW + timedelta(hours=2))
    assert back and back.key != first.key
    assert calendar_change(db, ORG, "", NOW) is None


def test_a_unit_goes_by_another_name(db: Database) -> None:
    """名册和授权一起换名; 新名下已有同一个座位的, 不重复。"""
    seats = [Seat("wang", "王", "旧", "head"), Seat("wang", "王", "新", "head"), Seat("li", "李", "旧", "officer")]
    replace_seats(db, ORG, seats, NOW, "test")
    effects: list[Effect] = [GrantPublishing("li", "officer", "旧", "wang"), RenameUnit("旧", "新")]
    apply(db, [*effects, Record("wang", "换名")], org=ORG, cause="c", now=NOW)
    roster = Reader(db, ORG).roster()
    assert sorted((s.userid, s.unit) for s in roster.seats) == [("li", "新"), ("wang", "新")]
    assert [grant.unit for grant in roster.grants] == ["新"]


def test_versions_of_one_number_are_told_apart(db: Database) -> None:
    """没有写成的一版不会被当成后来同号的一版。"""
    reader = Reader(db, ORG)
    assert reader.policy_stamp(1) == "1"
    apply(db, [ChangePolicy("title", "1", "2", "wang"), Record("wang", "x")], org=ORG, cause="c1", now=NOW)
    one = reader.policy_stamp(1)
    db.execute("DELETE FROM policy_changes")
    apply(db, [ChangePolicy("title", "1", "3", "wang"), Record("wang", "x")], org=ORG, cause="c2", now=NOW)
    assert reader.policy_stamp(1) != one
