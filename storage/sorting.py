"""分办词: which words of a comment propose which unit, flow and subject."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from bot.rules.effects import SetSortingWord
from bot.rules.sorting import SortingWord
from storage.audit import record
from storage.db import insert


def set_sorting_word(db: Database, org: str, effect: SetSortingWord) -> None:
    db.execute("DELETE FROM sorting_words WHERE org = ? AND word = ?", (org, effect.word))
    if effect.unit or effect.flow or effect.subject:
        row = {"word": effect.word, "unit": effect.unit, "flow": effect.flow, "subject": effect.subject}
        insert(db, "sorting_words", {"org": org, **row})


def replace_sorting_words(db: Database, org: str, words: Iterable[SortingWord], now: datetime, by: str) -> int:
    """Put this list in place of the one there was. Returns how many words it has."""
    db.execute("DELETE FROM sorting_words WHERE org = ?", (org,))
    kept = list(words)
    for one in kept:
        set_sorting_word(db, org, SetSortingWord(one.word, one.unit, one.flow, one.subject))
    record(db, org, now, actor=by, action="import_sorting", detail=f"{len(kept)} words", cause="import")
    return len(kept)
