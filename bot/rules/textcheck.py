"""What can be said about a text by looking at it: its length, its title, its source, and the listed words in it.

How characters are counted (`count_chars`; A14, A15):

    way "half" (the Weibo editor's)                         way "one" (every character 1)
    汉字、全角标点、全角字母数字          1                      1
    半角字母(含 é ā)、数字、标点、空格    ½, 合计进位            1
    换行、零宽字符                       0                      0
    emoji,不论由几个字符拼成             1                      1
    http(s) 链接                        10                     按写出的字符计
    #话题#、@某人、来源行                按普通文字              按普通文字
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import ahocorasick
import grapheme
from opencc import OpenCC  # type: ignore[import-untyped]

Way = Literal["half", "one"]

# A link ends where the writing goes on: at a blank, at anything that is not ASCII, before closing punctuation.
# Another address ends it too, unless it is part of it (?url=https://…).
_OTHER = r"(?!(?<![=/?&])https?://)"
LINK = re.compile(rf"https?://(?:{_OTHER}[!-~])*{_OTHER}[A-Za-z0-9/#=&_~%+\-]", re.IGNORECASE)
LINK_CHARS = 10  # A15
TITLE_CHARS = 30


# Text in which every code point is a character of its own: the usual draft. Anything else goes by graphemes.
_PLAIN = re.compile("[\\r\\n -~\u4e00-\u9fff\u3001-\u3029\uff01-\uff5e\u2018\u2019\u201c\u201d\u2014\u2026\u00b7]*")
_NARROW = re.compile("[ -~]")
_BREAKS = re.compile("[\\r\\n]")


@lru_cache(maxsize=256)  # one callback counts the same text for its answer, its card and its limit
def count_chars(text: str, way: Way = "half") -> int:
    """How many 字 a text counts (title and body, punctuation included). See the table above."""
    if way == "one":
        return sum(_halves(cluster) > 0 for cluster in grapheme.graphemes(text))
    halves = 2 * LINK_CHARS * len(LINK.findall(text))
    rest = LINK.sub("\n", text)
    if _PLAIN.fullmatch(rest):
        halves += 2 * (len(rest) - len(_BREAKS.findall(rest))) - len(_NARROW.findall(rest))
    else:
        halves += sum(_halves(cluster) for cluster in grapheme.graphemes(rest))
    return (halves + 1) // 2  # A14: the total is rounded up, not each part


def over_limit(text: str, limit: int | None, way: Way = "half") -> str | None:
    """What is wrong with the length (`共141字,超出1字`), or None. The limit itself still passes (A16)."""
    count = count_chars(text, way)
    return f"共{count}字，超出{count - limit}字" if limit is not None and count > limit else None


def _halves(cluster: str) -> int:
    """The weight of one character as people see it, in halves."""
    seen = [char for char in cluster if not _unseen(char)]
    if not seen:
        return 0
    if "\ufe0f" in cluster or "\u20e3" in cluster:  # emoji style: 1️⃣ ❤️
        return 2
    return max(1 if _half_width(char) else 2 for char in seen)


def _unseen(char: str) -> bool:
    """Line breaks, controls, zero-width characters and marks that sit on another character. A tab is a blank."""
    return char != "\t" and unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Mn", "Me"}


def _half_width(char: str) -> bool:
    """ASCII, half-width forms, Latin letters with their accents (é ā), blanks but the full-width one.

    Ambiguous marks (“” … — ·) are full-width in Chinese text.
    """
    width = unicodedata.east_asian_width(char)
    if width in ("F", "W"):
        return False
    latin = char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")
    return width in ("Na", "H") or latin or char.isspace() or (width == "N" and ord(char) <= 0xFF)


class Split(NamedTuple):
    """A message as title and body. `text` is exactly what is counted and published."""

    title: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}" if self.body else self.title

    @property
    def shown(self) -> str:
        return shown_title(self.title)


def split_title(text: str) -> Split:
    """The first line is the title, the rest the body; one line alone is all title (cards show it by `shown_title`).

    Line ends become \\n and blanks around the whole text go; nothing else is changed, so `Split.text` is the text.
    """
    lines = re.sub(r"\r\n?", "\n", text).strip()
    title, _, body = lines.partition("\n")
    return Split(title, body)


def shown_title(title: str, limit: int = TITLE_CHARS) -> str:
    """A title for lists and cards: whole up to `limit` characters, otherwise its first sentence, cut. Display only."""
    if grapheme.length(title, until=limit + 1) <= limit:
        return title
    first = re.match(r"[^。!?！？;；]+", title)
    sentence = first.group() if first else title
    if grapheme.length(sentence, until=limit + 1) <= limit:
        return sentence
    return f"{grapheme.slice(sentence, 0, limit - 1)}…"


SOURCE = re.compile(r"(?:[(（【\[]\s*(?:信息|稿件)?来源\s*[:：]\s*(?P<in>[^()（）【】\[\]\n]+?)\s*[)）】\]]"
                    r"|(?:^|\n)\s*(?:信息|稿件)?来源\s*[:：]\s*(?P<line>[^\n]+?))\s*[。.]?\s*$")


def source_of(text: str) -> str | None:
    """The source named at the end, `(来源:宣传教育中心)` or a last line `来源:…`; None when there is none."""
    found = SOURCE.search(text)
    return (found["in"] or found["line"]) if found else None


_SECRET = re.compile(
    r"(?:密码|口令|验证码|password|passwd|pwd|passcode)\s*"
    r"(?:(?:已经|已|现在|现)?(?:改|换|设|设置|更改|更换)?(?:成|为|是)|[:：=])?\s*[:：=]?\s*"
    r"[\"'“‘「]?(?P<secret>[!-~]{4,})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)  # https, rtmp, ftp …
_KINDS_OF_CHARACTER = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


def looks_like_password(text: str) -> bool:
    """Whether a message seems to hold a password: `密码是…`, or one mixed string alone. A warning, not a proof."""
    told = _SECRET.search(text)
    if told and not LINK.match(told["secret"]):
        return True
    word = text.strip()
    alone = re.fullmatch(r"[!-~]{8,40}", word) is not None and not _ADDRESS.match(word) and "@" not in word[1:-4]
    return alone and sum(re.search(kind, word) is not None for kind in _KINDS_OF_CHARACTER) >= 3


TONE = "语气"
MALICIOUS = "恶意"  # of netizens' comments: proposes the flow that closes without an answer (saws-R34)
Category = int | str


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the organisation's list.

    `category`: the number of its prohibition; 语气, which only warns (saws-R35); 恶意, of comments; or the 类别 that it
    proposes (敏感信息, gov-weibo-assessment-R17).
    """

    word: str
    category: Category
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word found: `text[start:end]` is `matched`, the word as somebody wrote it."""

    entry: Entry
    start: int
    end: int
    matched: str

    @property
    def word(self) -> str:
        return self.entry.word

    @property
    def category(self) -> Category:
        return self.entry.category

    @property
    def note(self) -> str:
        return self.entry.note

    def context(self, text: str, around: int = 8) -> str:
        """An excerpt for display: `…依据【内部通报】的…`, on one line."""
        before, after = text[max(0, self.start - around):self.start], text[self.end:self.end + around]
        head, tail = "…" if self.start > around else "", "…" if self.end + around < len(text) else ""
        return re.sub(r"\s+", " ", f"{head}{before}【{self.matched}】{after}{tail}")


class WordList:
    """The list, ready for searching. Full-width forms, case, traditional characters and inserted blanks do not hide."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._automaton = ahocorasick.Automaton()
        for entry in self.entries:
            key = fold(entry.word)
            if key and not self._automaton.exists(key):  # the first entry of a word stands
                self._automaton.add_word(key, (len(key), entry))
        self._automaton.make_automaton()

    def find(self, text: str) -> tuple[Hit, ...]:
        """All hits in the order of the text. Where two overlap the longer one stands."""
        if not len(self._automaton):
            return ()
        folded = tuple(_folded(text))
        found = [
            _hit(entry, text, folded[last - length + 1][1], folded[last][1] + 1)
            for last, (length, entry) in self._automaton.iter("".join(char for char, _ in folded))
        ]
        whole = sorted((hit for hit in found if not _inside_a_latin_word(hit, text)), key=_longest_first)
        kept: list[Hit] = []
        for hit in whole:
            if all(hit.end <= other.start or other.end <= hit.start for other in kept):
                kept.append(hit)
        return tuple(sorted(kept, key=lambda hit: hit.start))


def _hit(entry: Entry, text: str, start: int, end: int) -> Hit:
    return Hit(entry, start, end, text[start:end])


def _longest_first(hit: Hit) -> tuple[int, int]:
    return (-sum(1 for _ in _folded(hit.matched)), hit.start)


def _inside_a_latin_word(hit: Hit, text: str) -> bool:
    """`mad` is not meant in `nomad`, nor in `I am a dog` read without its blanks."""
    before, after = text[:hit.start][-1:], text[hit.end:][:1]
    return (_latin(before) and _latin(hit.matched[0])) or (_latin(after) and _latin(hit.matched[-1]))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def fold(text: str) -> str:
    """The text as it is compared: half-width, small letters, simplified, without blanks and invisible characters."""
    return "".join(plain for plain, _ in _folded(text))


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """The characters that are compared, each with its place in `text`; blanks and zero-width ones are left out."""
    for place, char in enumerate(text):
        for plain in _fold(char):
            yield plain, place


@cache
def _fold(char: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKC", char) if not c.isspace() and not _unseen(c))
    return "".join(_simplified(c) for c in plain.lower())


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def _simplified(char: str) -> str:
    """Character by character, so that a hit keeps its place in the text."""
    return char if char.isascii() else str(_to_simplified().convert(char))
