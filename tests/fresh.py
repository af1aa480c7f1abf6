"""A database as it is after the first start, copied for each test: making all its tables anew takes ten times as long.

The copy is an ordinary file that any start opens, looks over and finds up to date. That a first start makes the same
is shown where databases are made for themselves: tests/storage/test_schema.py, test_db.py, tests/bot/test_cli.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from storage.db import open_writing
from storage.schema import migrate


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.db"
        db = open_writing(path)
        migrate(db)
        db.close()
        return path.read_bytes()


def fresh_file(path: Path) -> Path:
    """This file, unless there is one already."""
    if not path.exists():
        path.write_bytes(_migrated())
    return path


def fresh_database(path: Path) -> Database:
    """A writing connection to a new database with all its tables."""
    return open_writing(fresh_file(path))
