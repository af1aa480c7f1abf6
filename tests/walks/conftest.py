"""A desk for a test, looked over at its end: the platform must have had nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.walks.desk import Desk
from tests.walks.flows import CAST, flaws

Opens = Callable[..., Desk]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """opens(twice=True): one more desk, with people of its own kind; at the end each had no violation."""
    opened: list[Desk] = []
    with ExitStack() as stack:

        def open_one(kind: type[Desk] = Desk, **settings: object) -> Desk:
            folder = tmp_path / str(len(opened))
            folder.mkdir()
            desk = stack.enter_context(kind(folder, **{"seats": CAST} | settings))  # type: ignore[arg-type]
            opened.append(desk)
            return desk

        yield open_one
        for desk in opened:
            assert flaws(desk) == []


@pytest.fixture
def desk(opens: Opens) -> Desk:
    return opens()
