"""修改对照: what changed between two versions, in marks that survive a messenger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import grapheme
from diff_match_patch import diff_match_patch

Change = tuple[int, str]  # -1 deleted, 0 kept, 1 added

KEPT = 12  # characters of unchanged text shown on each side of a change
GAP = "……"
_MARKS = {-1: "删", 1: "增"}
_SENTENCES = re.compile(r"[^。!?！？;；\n]*[。!?！？;；\n]|[^。!?！？;；\n]+")
_NUMBERS_AND_WORDS = re.compile(r"\d[\d.,]*[%%‰]?|[A-Za-z]+")
_FINE = 1200  # above so many pieces a replaced passage is shown as a whole: the search would take too long


def marked(old: str, new: str) -> str:
    """The new text with 【删:30%】【增:35%】; long unchanged stretches shortened to ……. Identical texts: empty."""
    if old == new:
        return ""
    found = changes(old, new)
    last = len(found) - 1
    return "".join(_kept(text, n > 0, n < last) if op == 0 else _mark(op, text) for n, (op, text) in enumerate(found))


def changes(old: str, new: str) -> tuple[Change, ...]:
    """What was kept, deleted and added, in order. Numbers and Latin words are replaced whole, never digit by digit."""
    coarse = _diff(_SENTENCES.findall(old), _SENTENCES.findall(new))
    fine: list[Change] = []
    for kept, run in groupby(coarse, key=lambda change: change[0] == 0):
        passage = tuple(run)
        if kept:
            fine += passage
            continue
        before, after = ("".join(text for op, text in passage if op == side) for side in (-1, 1))
        pieces = tuple(_pieces(before)), tuple(_pieces(after))
        fine += _diff(*pieces) if sum(map(len, pieces)) <= _FINE else ((-1, before), (1, after))
    return tuple(_tidy(fine))


def _pieces(text: str) -> Iterator[str]:
    """Numbers with their %, Latin words, and otherwise one character as people see it."""
    at = 0
    for found in _NUMBERS_AND_WORDS.finditer(text):
        yield from grapheme.graphemes(text[at:found.start()])
        yield found[0]
        at = found.end()
    yield from grapheme.graphemes(text[at:])


def _diff(old: Iterable[str], new: Iterable[str]) -> list[Change]:
    """Differences of two lists of pieces: each piece becomes one stand-in character, and the library compares those."""
    stand_in: dict[str, str] = {}
    packed = ["".join(stand_in.setdefault(one, chr(0xF0000 + len(stand_in))) for one in side) for side in (old, new)]
    piece = {char: one for one, char in stand_in.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = 0  # no look at the clock: the same texts give the same marks on every machine
    diffs = differ.diff_main(packed[0], packed[1], False)
    differ.diff_cleanupSemantic(diffs)
    return [(op, "".join(piece[char] for char in text)) for op, text in diffs]


def _tidy(found: Iterable[Change]) -> Iterator[Change]:
    """Neighbours of one kind joined; of a replacement the deleted comes first."""
    for kept, run in groupby(found, key=lambda change: change[0] == 0):
        passage = tuple(run)
        for op in (0,) if kept else (-1, 1):
            text = "".join(part for kind, part in passage if kind == op)
            if text:
                yield op, text


def _mark(op: int, text: str) -> str:
    return f"【{_MARKS[op]}:{text.replace(chr(10), '↵')}】"


def _kept(text: str, after_a_change: bool, before_a_change: bool) -> str:
    """An unchanged stretch: its ends next to the changes, the rest shortened."""
    shown = KEPT * (after_a_change + before_a_change)
    characters = list(grapheme.graphemes(text))
    if len(characters) <= shown + len(GAP):
        return text
    head = "".join(characters[:KEPT]) if after_a_change else ""
    tail = "".join(characters[len(characters) - KEPT:]) if before_a_change else ""
    return f"{head}{GAP}{tail}"
