"""A real database in a file, migrated, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.read import Reader
from tests.fresh import fresh_database
from tests.storage.samples import ORG


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = fresh_database(tmp_path / "shenfa.db")
    yield db
    db.close()


@pytest.fixture
def reader(db: Database) -> Reader:
    return Reader(db, ORG)
