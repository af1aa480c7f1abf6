from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlite_utils import Database

from bot.writer import NotCommitted, Writer, WriterStopped
from storage.db import insert, open_reading, open_writing, rows, transaction


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shenfa.db"


def keep(key: str) -> Callable[[Database], str]:
    def work(db: Database) -> str:
        insert(db, "meta", {"org": "o", "key": key, "value": ""})
        return key

    return work


def kept(path: Path) -> list[str]:
    reading = open_reading(path)
    try:
        return [row["key"] for row in rows(reading, "SELECT key FROM meta ORDER BY key")]
    finally:
        reading.close()


class Held:
    """A job that keeps the writer busy until let go, so that others pile up behind it."""

    def __init__(self, writer: Writer) -> None:
        self.go = Event()
        self.begun = Event()
        self.future = writer.submit(self._work)
        self.begun.wait(10)

    def _work(self, db: Database) -> None:
        self.begun.set()
        self.go.wait(10)


class Crash(BaseException):
    """The process ends here."""


def fail(db: Database) -> None:
    keep("half")(db)
    raise ZeroDivisionError


def test_what_waits_shares_a_commit(path: Path) -> None:
    """Sixty-four callbacks cost one flush to disk."""
    commits: list[str] = []
    writer = Writer(path, interrupt=commits.append)
    held = Held(writer)
    futures = [writer.submit(keep(f"{number:02}")) for number in range(64)]
    held.go.set()
    assert [future.result(10) for future in futures] == kept(path)
    assert commits.count("after commit") == 2
    writer.stop()


def test_a_batch_has_an_end(path: Path) -> None:
    commits: list[str] = []
    writer = Writer(path, batch=10, interrupt=commits.append)
    held = Held(writer)
    futures = [writer.submit(keep(f"{number:02}")) for number in range(25)]
    held.go.set()
    wait_for(futures, 10)
    assert commits.count("after commit") == 4
    writer.stop()


def test_one_that_fails_is_undone_alone(path: Path) -> None:
    writer = Writer(path)
    held = Held(writer)
    before, broken, after = writer.submit(keep("a")), writer.submit(fail), writer.submit(keep("b"))
    held.go.set()
    with pytest.raises(ZeroDivisionError):
        broken.result(10)
    assert (before.result(10), after.result(10)) == ("a", "b")
    assert kept(path) == ["a", "b"]
    writer.stop()


def test_nobody_hears_of_it_before_the_commit(path: Path) -> None:
    """The callback is answered after the commit."""
    seen: list[list[str]] = []
    futures: list[Future[str]] = []

    def look(where: str) -> None:
        if where == "before commit":
            seen.append([str(future.done()) for future in futures])

    writer = Writer(path, interrupt=look)
    held = Held(writer)
    futures.append(writer.submit(keep("a")))
    futures[0].add_done_callback(lambda done: seen.append(kept(path)))
    held.go.set()
    writer.stop()
    assert seen[-2:] == [["False"], ["a"]]


@pytest.mark.parametrize(("where", "found"), [("before commit", []), ("after commit", ["a"])])
def test_a_crash_around_the_commit(path: Path, where: str, found: list[str]) -> None:
    """Whoever waits hears of a failure; the repeat finds what is there."""

    def crash(point: str) -> None:
        if point == where:
            raise Crash

    writer = Writer(path, interrupt=crash)
    with pytest.raises(WriterStopped):
        writer.submit(keep("a")).result(10)
    with pytest.raises(WriterStopped):
        writer.submit(keep("b")).result(10)
    assert kept(path) == found
    assert not writer.alive


def test_a_commit_that_fails_fails_all(path: Path) -> None:
    """And the next batch is tried as if nothing had been."""
    broken = ["before commit"]

    def refuse(where: str) -> None:
        if where in broken:
            broken.clear()
            raise OSError("disk full")

    writer = Writer(path, interrupt=refuse)
    held = Held(writer)
    futures = [writer.submit(keep("a")), writer.submit(keep("b"))]
    broken[:] = []
    held.go.set()
    held.future.result(10)
    wait_for(futures, 10)
    broken[:] = ["before commit"]
    with pytest.raises(NotCommitted, match="disk full"):
        writer.submit(keep("c")).result(10)
    assert writer.submit(keep("d")).result(10) == "d"
    assert kept(path) == ["a", "b", "d"]
    writer.stop()


def test_a_locked_database_fails_the_batch_and_not_the_writer(path: Path) -> None:
    writer = Writer(path)
    writer.submit(lambda db: None).result(10)
    other = open_writing(path)
    writer._db.conn.execute("PRAGMA busy_timeout = 0")
    with transaction(other), pytest.raises(NotCommitted, match="locked"):
        writer.submit(keep("a")).result(10)
    assert writer.submit(keep("b")).result(10) == "b"
    writer.stop()
    other.close()


def test_a_lost_transaction_takes_nobody_along_unnoticed(path: Path) -> None:
    """After a full disk SQLite may roll everything back: the next job must not write outside of a transaction."""
    writer = Writer(path)
    held = Held(writer)
    futures: list[Future[Any]] = [writer.submit(keep("a")), writer.submit(Database.rollback), writer.submit(keep("b"))]
    held.go.set()
    for future in futures:
        with pytest.raises(NotCommitted):
            future.result(10)
    assert kept(path) == []
    assert writer.submit(keep("c")).result(10) == "c"
    writer.stop()


def test_a_clean_stop_finishes_what_waits(path: Path) -> None:
    writer = Writer(path)
    held = Held(writer)
    futures = [writer.submit(keep(f"{number:03}")) for number in range(100)]
    held.go.set()
    writer.stop()
    assert [future.result(0) for future in futures] == kept(path)
    with pytest.raises(WriterStopped):
        writer.submit(keep("late")).result(0)


def test_stopping_at_once_keeps_nothing_uncommitted(path: Path) -> None:
    writer = Writer(path, batch=2)
    held = Held(writer)
    futures = [writer.submit(keep("a")), writer.submit(keep("b"))]
    writer._crash = Crash()  # as stop(now=True) does, without waiting for the job held
    held.go.set()
    writer.stop(now=True)
    for future in futures:
        with pytest.raises(WriterStopped):
            future.result(10)
    assert kept(path) == []


def test_a_callback_may_submit(path: Path) -> None:
    """A failure is recorded that way."""
    writer = Writer(path)
    second: list[Future[str]] = []
    done = Event()

    def go_on(_: Future[str]) -> None:
        second.append(writer.submit(keep("b")))
        done.set()

    writer.submit(keep("a")).add_done_callback(go_on)
    assert done.wait(10)
    assert second[0].result(10) == "b"
    writer.stop()


def test_two_writers_on_one_file_wait_for_each_other(path: Path) -> None:
    """Two processes by mistake: slow, but nothing is lost."""
    writers = [Writer(path), Writer(path)]
    futures = [writers[number % 2].submit(keep(f"{number:03}")) for number in range(60)]
    assert sorted(future.result(10) for future in futures) == kept(path)
    for writer in writers:
        writer.stop()
