from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from storage.tokens import keep_token, token_and_end, token_of
from tests.storage.samples import NOW

END = NOW + timedelta(hours=2)


def test_a_token_is_kept_until_it_ends(db: Database) -> None:
    """A restart asks for no new one: the platform counts."""
    assert (token_of(db, "app", NOW), token_and_end(db, "app")) == ("", None)
    keep_token(db, "app", "old", NOW)
    keep_token(db, "app", "new", END)
    assert (token_of(db, "app", NOW), token_of(db, "app", END)) == ("new", "")
    assert token_and_end(db, "app") == ("new", END)
