"""五万条的词表: what is found is exactly what a plain search of every word would find."""

from __future__ import annotations

from random import Random

import pytest

from bot.rules.textcheck import Entry, WordList, fold

SIZE = 50_000
SIGNS = "".join(sign for sign in map(chr, range(0x4E00, 0x5200)) if fold(sign) == sign)  # each stands for itself


def made_up(size: int, seed: int) -> tuple[tuple[Entry, ...], str]:
    """So many different words of two to five characters, and a text in which some of them stand."""
    random = Random(seed)
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(random.choices(SIGNS, k=random.randint(2, 5)))] = None
    some = random.sample(tuple(words), 40)
    text = "".join(one + "".join(random.choices(SIGNS, k=12)) for one in some)
    return tuple(Entry(word, 1 + n % 7) for n, word in enumerate(words)), text


def plainly(entries: tuple[Entry, ...], text: str) -> list[tuple[int, str]]:
    """Every word looked for by itself; of two that overlap the longer one, then the earlier one."""
    found = [(at, e.word) for e in entries for at in range(len(text)) if text.startswith(e.word, at)]
    kept: list[tuple[int, str]] = []
    for at, word in sorted(found, key=lambda hit: (-len(hit[1]), hit[0])):
        if all(at + len(word) <= other or other + len(one) <= at for other, one in kept):
            kept.append((at, word))
    return sorted(kept)


@pytest.mark.parametrize("seed", range(2))
def test_fifty_thousand_words_are_found_as_by_hand(seed: int) -> None:
    """一条不漏, 一条不多, 类别是这个词的类别。"""
    entries, text = made_up(SIZE, seed)
    present = tuple(e for e in entries if e.word in text)
    hits = WordList(entries).find(text)
    assert [(hit.start, hit.word) for hit in hits] == plainly(present, text)
    assert len(hits) >= 20
    category = {e.word: e.category for e in entries}
    assert all(hit.category == category[hit.word] for hit in hits)
