"""The limits of a card's fields (path/90236): cut where the meaning allows, refused with the field's name where not.

字 limits are counted in code points, bytes in UTF-8. Most are worded as advice, and the client cuts without a sign:
we cut ourselves, with …
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.rules.delivery import cut_chars, size

Json = dict[str, Any]
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")  # 42014
KEY_BYTES = 1024  # button, menu and question keys
OPTION_ID_BYTES = 128
BUTTON_CHARS = 10


def filled(**fields: Any) -> Json:
    """An object without its empty fields. Zero and False are values."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def cut(text: str, chars: int) -> str:
    return cut_chars(text.strip(), chars)


def needed(field: str, text: str, *, chars: int) -> str:
    """A text that must be there; longer ones are cut."""
    if not (shown := cut(text, chars)):
        raise ValueError(f"{field}: missing")
    return shown


def exact(field: str, text: str, *, chars: int) -> str:
    """A text that people act upon: never cut."""
    if not text.strip() or len(text) > chars:
        raise ValueError(f"{field}: wanted 1 to {chars} characters, got {len(text)}")
    return text


def key(field: str, text: str, limit: int = KEY_BYTES) -> str:
    """A value that comes back in an event: never cut."""
    if not 0 < size(text) <= limit:
        raise ValueError(f"{field}: wanted 1 to {limit} bytes, got {size(text)}")
    return text


def task_id(text: str) -> str:
    if not TASK_ID.fullmatch(text):
        raise ValueError("task_id: wanted 1 to 128 of 0-9 A-Z a-z _ - @")
    return text


def url(field: str, text: str) -> str:
    """An address with its scheme (45034)."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(f"{field}: not an address") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{field}: wanted an address that begins with http:// or https://")
    return text


def number(field: str, entries: Collection[Any], least: int, most: int) -> None:
    if not least <= len(entries) <= most:
        raise ValueError(f"{field}: wanted {least} to {most}, got {len(entries)}")


def one_of(field: str, value: int, allowed: range) -> int:
    if value not in allowed:
        raise ValueError(f"{field}: wanted {allowed.start} to {allowed.stop - 1}, got {value}")
    return value


def unique(field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{field}: used twice: {value}")
        seen.add(value)


def distinguishable(field: str, texts: Sequence[str], chars: int) -> list[str]:
    """Texts of a choice, cut. Two that differ may not become the same: nobody could tell what they choose."""
    shown = [needed(f"{field}[{n}].text", text, chars=chars) for n, text in enumerate(texts)]
    if len(set(shown)) < len({text.strip() for text in texts}):
        raise ValueError(f"{field}: two texts are the same in their first {chars - 1} characters")
    return shown
