from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.rules.effects import (
    ChangePolicy,
    Delegate,
    Effect,
    EndDelegation,
    Expect,
    FileItem,
    GrantPublishing,
    Record,
    RevokePublishing,
    SaveItem,
    SetReachable,
)
from bot.rules.item import State
from storage.apply import apply
from storage.db import open_reading, transaction
from storage.read import Expectation, Reader
from storage.roster import replace_seats, replace_words
from tests.storage.samples import ITEM, LI, NOW, ORG, SAVED, SEATS, WANG, ZHANG, ZHAO

BY_LI = Record(LI, "change")


def do(db: Database, *effects: Effect, org: str = ORG, now: datetime = NOW) -> None:
    apply(db, [*effects, BY_LI], org=org, cause="e", now=now)


def test_numbers_count_on_in_each_organisation(db: Database, reader: Reader) -> None:
    """编号: another organisation's items do not use up ours."""
    other = Reader(db, "other")
    assert (reader.next_item_id(), other.next_item_id()) == (1, 1)
    do(db, SaveItem(ITEM), SaveItem(replace(ITEM, id=2)))
    assert (reader.next_item_id(), other.next_item_id()) == (3, 1)
    assert other.item(1) is None


def test_items_are_found_by_state_unit_and_author(db: Database, reader: Reader) -> None:
    items = [
        ITEM,
        replace(ITEM, id=2, unit="人事司", author=ZHAO),
        replace(ITEM, id=3, state=State.PREPARING),
        replace(ITEM, id=4, state=State.WITHDRAWN, created_at=NOW + timedelta(days=1)),
    ]
    do(db, *(SaveItem(item) for item in items))
    assert [item.id for item in reader.open_items()] == [1, 2, 3]
    assert [item.id for item in reader.open_items(unit="办公厅")] == [1, 3]
    assert [item.id for item in reader.open_items(author=ZHAO)] == [2]
    assert [item.id for item in reader.items_of(WANG, limit=2)] == [4, 3]
    assert [item.id for item in reader.items(since=NOW + timedelta(hours=1))] == [4]
    assert [item.id for item in reader.items(state=State.RUNNING, until=NOW + timedelta(hours=1))] == [2, 1]


def test_an_expectation_replaces_the_former_one(db: Database, reader: Reader) -> None:
    assert reader.expectation(WANG) is None
    do(db, Expect(WANG, "title"))
    do(db, Expect(WANG, "reason", 1, {"step": "1"}))
    assert reader.expectation(WANG) == Expectation("reason", 1, {"step": "1"}, NOW)
    do(db, Expect(WANG))
    assert reader.expectation(WANG) is None


def test_filing_numbers_count_on_within_a_year(db: Database, reader: Reader) -> None:
    """备案编号: 2025-001 … 2025-999, 2025-1000; the new year begins at 001."""
    assert reader.next_filing_no(2025) == "2025-001"
    do(db, SaveItem(ITEM), FileItem(1, "2025-044", NOW, ("office",)))
    assert reader.next_filing_no(2025) == "2025-045"
    do(db, SaveItem(replace(ITEM, id=2)), FileItem(2, "2025-1000", NOW, ("office",)))
    assert (reader.next_filing_no(2025), reader.next_filing_no(2026)) == ("2025-1001", "2026-001")
    assert [filing.no for filing in reader.filings(NOW, NOW + timedelta(days=1))] == ["2025-044", "2025-1000"]
    assert reader.filings(NOW + timedelta(seconds=1), NOW + timedelta(days=1)) == ()


def test_each_policy_change_is_a_version(db: Database, reader: Reader) -> None:
    assert reader.policy_version() == 0
    do(db, ChangePolicy("clock.cutoff", "1", "2", LI))
    do(db, ChangePolicy("clock.open", "3", "4", LI))
    assert [(change.version, change.path, change.by) for change in reader.policy_changes()] == [
        (1, "clock.cutoff", LI),
        (2, "clock.open", LI),
    ]


def test_reachable_until_told_otherwise(db: Database, reader: Reader) -> None:
    do(db, SetReachable(ZHAO, False))
    assert not reader.reachable(ZHAO)
    do(db, SetReachable(ZHAO, True))
    assert reader.reachable(ZHAO)


def test_the_audit_is_read_in_order(db: Database, reader: Reader) -> None:
    do(db, *SAVED)
    do(db, now=NOW + timedelta(days=1))
    assert [line.action for line in reader.audit()] == ["submit", "change", "change"]
    assert [line.action for line in reader.audit(limit=2)] == ["change", "change"]
    assert [line.at for line in reader.audit(since=NOW + timedelta(hours=1))] == [NOW + timedelta(days=1)]
    assert [line.action for line in reader.audit(1)] == ["submit"]


# ---- roster ------------------------------------------------------------------------------------------------------


def test_the_roster_is_read_once_until_it_changes(db: Database, reader: Reader) -> None:
    replace_seats(db, ORG, SEATS, NOW, LI)
    roster = reader.roster()
    assert roster.seats == SEATS
    assert reader.roster() is roster
    do(db, GrantPublishing(ZHAO, "publisher", "办公厅", LI))
    assert reader.roster().granted(ZHAO, "publisher", "办公厅", NOW)


def test_a_reader_elsewhere_notices_a_change(db: Database, tmp_path: Path) -> None:
    reading = open_reading(tmp_path / "shenfa.db")
    elsewhere = Reader(reading, ORG)
    assert elsewhere.roster().seats == ()
    replace_seats(db, ORG, SEATS, NOW, LI)
    assert elsewhere.roster().seats == SEATS
    reading.close()


def test_a_change_rolled_back_leaves_no_trace_in_the_cache(db: Database, reader: Reader) -> None:
    """The next change must not look like the one that never was."""
    with pytest.raises(ZeroDivisionError), transaction(db):
        replace_seats(db, ORG, SEATS[:1], NOW, LI)
        assert len(reader.roster().seats) == 1
        raise ZeroDivisionError
    assert reader.roster().seats == ()
    replace_seats(db, ORG, SEATS, NOW, LI)
    assert reader.roster().seats == SEATS


def test_an_import_takes_the_former_ones_place(db: Database, reader: Reader) -> None:
    """Userids in lower case, a row given twice once, grants kept."""
    do(db, GrantPublishing(ZHAO, "publisher", "办公厅", LI))
    replace_seats(db, ORG, SEATS, NOW, LI)
    upper = replace(SEATS[0], userid="WANG")
    assert replace_seats(db, ORG, [upper, SEATS[0]], NOW, LI) == 1
    assert reader.roster().seats == SEATS[:1]
    assert len(reader.roster().grants) == 1
    assert reader.audit()[-1].action == "import_roster"


def test_a_word_list_takes_the_former_ones_place(db: Database, reader: Reader) -> None:
    replace_words(db, ORG, [("甲", "涉密", "")], NOW, LI)
    assert replace_words(db, ORG, [("乙", "涉密", ""), ("乙", "违法", "第五条")], NOW, LI) == 1
    assert reader.words() == (("乙", "违法", "第五条"),)


def test_a_grant_is_in_force_until_revoked(db: Database, reader: Reader) -> None:
    later = NOW + timedelta(days=1)
    do(db, GrantPublishing(ZHAO, "publisher", "办公厅", LI), GrantPublishing(ZHAO, "publisher", "办公厅", LI))
    do(db, RevokePublishing(ZHAO, LI), now=later)
    do(db, GrantPublishing(ZHAO, "publisher", "办公厅", LI), now=later + timedelta(days=1))
    [first, second] = reader.roster().grants
    assert (first.granted_at, first.revoked_at, second.revoked_at) == (NOW, later, None)


def test_a_deputys_new_period_ends_the_former_one(db: Database, reader: Reader) -> None:
    def period(days: int) -> Delegate:
        return Delegate(ZHANG, LI, NOW, NOW + timedelta(days=days))

    do(db, period(1))
    do(db, period(7), Delegate(ZHANG, WANG, NOW, NOW + timedelta(days=1)))
    assert reader.roster().deputies(ZHANG, NOW + timedelta(hours=1)) == (LI, WANG)
    assert reader.roster().deputies(ZHANG, NOW + timedelta(days=2)) == (LI,)
    do(db, EndDelegation(ZHANG))
    assert reader.roster().deputies(ZHANG, NOW + timedelta(hours=1)) == ()


def test_times_are_read_as_aware(db: Database, reader: Reader) -> None:
    do(db, Expect(WANG, "title"))
    expectation = reader.expectation(WANG)
    assert expectation and expectation.since.tzinfo is UTC
