"""问和答: what was asked and answered before is found again by words, and offered where a like question comes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ALIKE = 0.4  # from this share of common pairs of characters on, two questions are alike
MOST = 500  # so many of the newest are looked at


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the answer that was given to it; `item` 0 when somebody wrote them down by hand."""

    question: str
    answer: str
    item: int = 0


def _grams(text: str) -> set[str]:
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
    return {bare[n : n + 2] for n in range(len(bare) - 1)}


def likeness(one: str, other: str) -> float:
    """0 to 1: twice the common pairs of characters over all of them."""
    a, b = _grams(one), _grams(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def alike(question: str, known: Iterable[Pair]) -> Pair | None:
    """The pair whose question is most like this one, if any is."""
    scored = [(likeness(question, pair.question), pair) for pair in known]
    best = max(scored, key=lambda found: found[0], default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None


def matching(words: Sequence[str], known: Iterable[Pair]) -> tuple[Pair, ...]:
    """Those in whose question or answer every word occurs."""
    return tuple(p for p in known if words and all(word in f"{p.question}\n{p.answer}" for word in words))
