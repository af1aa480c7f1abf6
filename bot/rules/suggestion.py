"""建议稿: a wording that a checker proposes when he returns a text (yunnan-catering-association-R5; A54).

It stays a proposal: the one who drafted it sees the difference, takes it over as his own, or writes something else.
So whoever checks has never written what he checks (rule 2 for every policy).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.item import Decision, Item, Move, Version

TEXT, TITLE = "建议稿", "建议标题"
SEE = "请看建议稿"
_MARK = re.compile(rf"(?P<what>{TEXT}|{TITLE})[\s:：]+(?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was typed as a reason: the reason proper and the proposed text."""

    reason: str
    text: str


def proposes(said: str) -> bool:
    return _MARK.search(said) is not None


def read_suggestion(said: str, current: Version) -> Suggestion | None:
    """价格写错 建议稿：… / 建议标题：…; None when nothing is proposed, or the same text again."""
    found = _MARK.search(said)
    if found is None:
        return None
    proposed = found["text"].strip()
    text = proposed if found["what"] == TEXT else "\n".join(filter(None, (proposed, current.body)))
    reason = said[: found.start()].strip(" \t\n:：,，。.;；")
    return Suggestion(reason or SEE, text) if text != current.text else None


def suggested(item: Item, moves: Sequence[Move]) -> str:
    """The wording proposed with the last return, while the item waits for its drafter; "" without one."""
    last = moves[-1] if moves else None
    if not item.awaiting_draft or last is None or last.decision is not Decision.RETURNED:
        return ""
    return last.form.get(TEXT, "")
