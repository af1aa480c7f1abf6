"""保留字样: reserved words in nicknames, account names and group names (公司名称、简称、证券代码).

Letter case, full width, blanks, inserted punctuation and traditional characters hide nothing: “中·信 証券” holds 中信.
What a picture shows is judged by people.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bot.rules.textcheck import fold


def reserved_in(name: str, reserved: Iterable[str]) -> tuple[str, ...]:
    """The reserved words in `name`, in its order; of nested ones only the longest (中信证券, not 中信 inside it)."""
    plain, found = _bare(name), list[tuple[int, str]]()
    words = sorted(dict.fromkeys(reserved), key=lambda word: -len(_bare(word)))
    for word in words:
        bare = _bare(word)
        place = plain.find(bare) if bare else -1
        if place >= 0:
            found.append((place, word))
            plain = plain.replace(bare, "\0" * len(bare))
    return tuple(word for _, word in sorted(found))


def _bare(text: str) -> str:
    """Letters, digits and 汉字 as they are compared."""
    return "".join(char for char in fold(text) if unicodedata.category(char)[0] in "LN")
