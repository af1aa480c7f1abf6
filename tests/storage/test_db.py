from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlite_utils import Database

from storage.db import first, insert, open_reading, open_writing, savepoint, transaction
from storage.schema import migrate
from tests.storage.samples import ORG


def meta(db: Database, key: str, value: str = "x") -> None:
    insert(db, "meta", {"org": ORG, "key": key, "value": value})


def has(db: Database, key: str) -> bool:
    return first(db, "SELECT 1 FROM meta WHERE key = ?", key) is not None


def test_every_commit_is_flushed(db: Database) -> None:
    """The platform is answered after the commit, so a commit must outlive a power cut: WAL, synchronous=FULL (2)."""
    pragmas = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert pragmas == ["wal", 2, 1]


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), transaction(db):
        meta(db, "a")
        raise ZeroDivisionError
    assert not has(db, "a")
    assert not db.conn.in_transaction


def test_a_savepoint_fails_alone(db: Database) -> None:
    with transaction(db):
        meta(db, "a")
        with pytest.raises(ZeroDivisionError), savepoint(db):
            meta(db, "b")
            raise ZeroDivisionError
        with savepoint(db), savepoint(db):
            meta(db, "c")
    assert (has(db, "a"), has(db, "b"), has(db, "c")) == (True, False, True)


def test_a_transaction_takes_the_lock_before_it_reads(db: Database, tmp_path: Path) -> None:
    """BEGIN IMMEDIATE: what a second writer reads cannot be out of date when it writes."""
    other = open_writing(tmp_path / "shenfa.db")
    other.execute("PRAGMA busy_timeout = 0")
    with transaction(db), pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
        pytest.fail("two at once")
    other.close()


def test_a_reader_never_writes_and_never_waits(db: Database, tmp_path: Path) -> None:
    reading = open_reading(tmp_path / "shenfa.db")
    with transaction(db):
        meta(db, "a")
        assert not has(reading, "a")
    assert has(reading, "a")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        meta(reading, "b")
    reading.close()


def test_a_new_database_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """另一个进程正在建库: 等它, 不报“数据库被锁”。"""
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if other.in_transaction:
            other.execute("COMMIT")

    monkeypatch.setattr("storage.db.sleep", wait)
    db = open_writing(tmp_path / "new.db")
    assert waited
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()
    other.close()


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    """The second one waits for the first and finds nothing to do."""
    go = Event()

    def start() -> bool:
        db = open_writing(tmp_path / "new.db")
        go.wait()
        migrate(db)
        there = db.table("items").exists()
        db.close()
        return there

    with ThreadPoolExecutor() as pool:
        both = [pool.submit(start) for _ in range(2)]
        go.set()
        assert [one.result() for one in both] == [True, True]
