"""个人信息: numbers in a draft that point to a person: resident ID cards, bank cards, mobile numbers, rooms of guests.

A number is found whole, also with full-width digits, and with blanks or hyphens between its parts. It is shown
masked only (110101********1234). What cannot be told from an ordinary number without doubt (passports) is left to
people; hotlines, landlines and digits of a link are nobody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from bot.rules.textcheck import LINK

ID_CARD, BANK_CARD, MOBILE, ROOM = "身份证号", "银行卡号", "手机号", "房号"
PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
                      "50 51 52 53 54 61 62 63 64 65 71 81 82 83".split())  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ROOM = re.compile(r"(?<![\d.])\d{3,4}\s?(?:号房|房间|房(?![产屋企子贷价型源租地东建改]))|房间?号[:：\s]?\d{3,4}(?!\d)")
_LONGEST = 22  # digits of the longest number, and a prefix


@dataclass(frozen=True, slots=True)
class Personal:
    """A number found at `text[start:end]`. ID and bank numbers hold a draft, the others only warn."""

    kind: str
    start: int
    end: int
    masked: str

    @property
    def holds(self) -> bool:
        return self.kind in (ID_CARD, BANK_CARD)

    @property
    def name(self) -> str:
        """身份证号（110101********1234）."""
        return f"{self.kind}（{self.masked}）"


@lru_cache(maxsize=256)  # one callback asks of the same text for its answer, its card and its checks
def personal_data(text: str) -> tuple[Personal, ...]:
    """All such numbers, in the order of the text; each digit belongs to one at most."""
    found: list[Personal] = []
    for chain in _chains(text):
        taken = 0
        while taken < len(chain):
            hit, used = _longest_at(chain[taken:])
            if hit:
                found.append(hit)
            taken += used
    rooms = (Personal(ROOM, m.start(), m.end(), m[0]) for m in _ROOM.finditer(text))
    return tuple(sorted((*found, *rooms), key=lambda hit: hit.start))


def masked(text: str) -> str:
    """The text with every such number masked."""
    for hit in reversed(personal_data(text)):
        text = text[: hit.start] + hit.masked + text[hit.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand together; an X may end them (the check character of an ID card)."""

    digits: str
    start: int
    end: int


def _chains(text: str) -> Iterator[list[_Group]]:
    """Groups of digits with nothing but one blank, hyphen or invisible character between them."""
    plain = _plain(text)
    groups = [_Group(m[0], m.start(), m.end()) for m in re.finditer(r"[0-9]+(?:X(?![A-Z0-9]))?", plain)]
    number = 0
    chained = []
    for before, group in zip([None, *groups], groups, strict=False):
        number += before is not None and not re.fullmatch(r" ?[ -]? ?", plain[before.end : group.start])
        chained.append((number, group))
    for _, chain in groupby(chained, key=lambda entry: entry[0]):
        yield [group for _, group in chain]


def _plain(text: str) -> str:
    """As long as `text`: digits and X in their plain form, separators as blank or hyphen, links blanked out."""
    hidden = LINK.sub(lambda m: "/" * len(m[0]), text)
    return "".join(map(_plain_char, hidden))


def _plain_char(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) == 1 and plain.isdecimal() and plain.isascii():
        return plain
    if plain in ("x", "X", "×"):
        return "X"
    if plain == " " or unicodedata.category(char) in ("Cf", "Zs"):
        return " "
    if unicodedata.category(char) == "Pd" or char == "−":
        return "-"
    return plain[0].upper() if plain else char


def _longest_at(chain: list[_Group]) -> tuple[Personal | None, int]:
    """The longest number made of the first groups of the chain, and how many groups it takes (1 for none)."""
    joined, candidates = "", []
    for count, group in enumerate(chain, 1):
        joined += group.digits
        if len(joined) > _LONGEST or "X" in joined[:-1]:
            break
        candidates.append((count, joined))
    for count, digits in reversed(candidates):
        for kind, belongs, mask in KINDS:
            if belongs(digits):
                return Personal(kind, chain[0].start, chain[count - 1].end, mask(digits)), count
    return None, 1


def is_id_card(digits: str) -> bool:
    """18 characters with their checksum, or the 15 digits of the first generation; a place and a day that exist."""
    if digits[:2] not in PROVINCES:
        return False
    if len(digits) == 15 and digits.isdecimal():
        return _is_day(f"19{digits[6:12]}")
    if len(digits) != 18 or not digits[:17].isdecimal() or not _is_day(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == digits[17]


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def is_bank_card(digits: str) -> bool:
    """16 to 19 digits with the Luhn check, of a range that cards have (so that `20250314…` is none)."""
    if not 16 <= len(digits) <= 19 or not digits.isdecimal() or digits[0] not in "34569" or len(set(digits)) < 4:
        return False
    doubled = [int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_mobile(digits: str) -> bool:
    """11 digits 13… to 19…, also after 86."""
    return re.fullmatch(r"(?:0086|86)?1[3-9][0-9]{9}", digits) is not None


def _mask(head: int, tail: int) -> Callable[[str], str]:
    return lambda digits: digits[:head] + "*" * (len(digits) - head - tail) + digits[-tail:]


def _mask_mobile(digits: str) -> str:
    return _mask(3, 4)(digits[-11:])


KINDS: tuple[tuple[str, Callable[[str], bool], Callable[[str], str]], ...] = (
    (ID_CARD, is_id_card, _mask(6, 4)),
    (BANK_CARD, is_bank_card, _mask(6, 4)),
    (MOBILE, is_mobile, _mask_mobile),
)
