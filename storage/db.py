"""Connections, and the two ways to group writes. Who writes begins with `transaction`, never with a deferred BEGIN."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

from sqlite_utils import Database

BUSY_TIMEOUT_MS = 10_000
MOMENT = 0.05  # seconds


def open_writing(path: str | Path) -> Database:
    """The connection that writes: WAL, foreign keys checked, every commit flushed to disk.

    synchronous=FULL, although WAL with NORMAL never corrupts: NORMAL may lose the last commits when the power fails,
    and the platform has been told that their events were taken. Shared commits (bot/writer.py) make up for the flush.

    Used by one thread at a time; which one may change (a test looks in after the writer stopped).
    """
    db = Database(_connect(path), execute_plugins=False)
    _use_wal(db)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _use_wal(db: Database) -> None:
    """Of two processes that start on a new database one is refused here at once, whatever the time-out: it waits."""
    for _ in range(int(BUSY_TIMEOUT_MS / 1000 / MOMENT)):
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            sleep(MOMENT)
    db.execute("PRAGMA journal_mode = WAL")


def open_reading(path: str | Path) -> Database:
    """A connection that only reads; it sees the last commit and never waits for the writer."""
    db = Database(_connect(path), execute_plugins=False)
    db.execute("PRAGMA query_only = ON")
    return db


def _connect(path: str | Path) -> sqlite3.Connection:
    """isolation_level None: the driver begins no transaction behind our back; ours are written out."""
    connection = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return connection


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """All or nothing. Takes the write lock at the start, so that what is read inside is what gets changed.

    Raises sqlite3.OperationalError when the lock is not free within BUSY_TIMEOUT_MS, or when the commit fails.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextmanager
def savepoint(db: Database) -> Iterator[Database]:
    """A part of a transaction that can fail alone: what raises inside is undone and raised again."""
    db.conn.execute("SAVEPOINT part")
    try:
        yield db
    except BaseException:
        if db.conn.in_transaction:  # a RAISE(ROLLBACK) or a full disk may have ended the transaction already
            db.conn.execute("ROLLBACK TO part")
            db.conn.execute("RELEASE part")
        raise
    db.conn.execute("RELEASE part")


def script(db: Database, sql: str) -> None:
    """Every statement of an SQL text, inside the transaction that is open; a statement ends where its line does.

    The driver's own `executescript` would commit, and that of sqlite-utils looks for an end after every character,
    which took longer than all the rest of opening a new database.
    """
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        db.execute(statement)


def rows(db: Database, sql: str, *arguments: Any) -> list[sqlite3.Row]:
    """All rows of one query, columns by name."""
    cursor = db.conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, arguments).fetchall()


def first(db: Database, sql: str, *arguments: Any) -> sqlite3.Row | None:
    """The query's first row, or None."""
    found = rows(db, sql, *arguments)
    return found[0] if found else None


def insert(db: Database, table: str, row: dict[str, Any], *, on_conflict: str = "") -> int:
    """Insert one row, return its rowid. `on_conflict` is the clause after the values (upsert).

    Plain SQL: `db.table(...).insert()` looks the table's schema up again at every call, a dozen queries per row.
    """
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) {on_conflict}", tuple(row.values()))
    return int(cursor.lastrowid or 0)
