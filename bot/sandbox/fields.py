"""Shapes of JSON, checked strictly: a field that is unknown, missing, of the wrong type or too long is refused.

Limits worded as advice (建议), and those the platform cuts in silence, are noted and not refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import ApiError
from bot.sandbox.violations import Note

BAD_TYPE = 40035
MISSING = 40058


@dataclass(frozen=True, slots=True)
class Text:
    required: bool = False
    missing: int = MISSING
    max_bytes: int | None = None  # refused beyond
    too_long: int = MISSING
    cut_bytes: int | None = None  # cut in silence beyond
    cut_chars: int | None = None
    advised: int | None = None  # 字, advice only
    url: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    required: bool = False
    missing: int = MISSING
    allowed: range | None = None
    bad: int = BAD_TYPE


@dataclass(frozen=True, slots=True)
class Number:
    above: float
    below: float
    required: bool = False
    missing: int = MISSING


@dataclass(frozen=True, slots=True)
class Flag:
    required: bool = False
    missing: int = MISSING


@dataclass(frozen=True, slots=True)
class Obj:
    fields: Mapping[str, "Rule"]
    required: bool = False
    missing: int = MISSING


@dataclass(frozen=True, slots=True)
class Many:
    item: "Rule"
    most: int
    length: int = MISSING
    required: bool = False
    missing: int = MISSING
    least: int = 0


Rule = Text | Whole | Number | Flag | Obj | Many


def check(value: Any, rule: Rule, at: str, notes: list[Note]) -> None:
    """Refuse `value` with an ApiError or add what deserves a note to `notes`."""
    match rule:
        case Text():
            _text(value, rule, at, notes)
        case Whole():
            if isinstance(value, bool) or not isinstance(value, int):
                raise ApiError(BAD_TYPE, f"{at}: wanted an integer")
            if rule.allowed is not None and value not in rule.allowed:
                raise ApiError(rule.bad, f"{at}: {value} is not allowed")
        case Number():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ApiError(BAD_TYPE, f"{at}: wanted a number")
            if not rule.above <= value < rule.below:
                raise ApiError(MISSING, f"{at}: {value} is out of range")
        case Flag():
            if not isinstance(value, bool):
                raise ApiError(BAD_TYPE, f"{at}: wanted true or false")
        case Obj():
            _obj(value, rule, at, notes)
        case Many():
            _many(value, rule, at, notes)


def _text(value: Any, rule: Text, at: str, notes: list[Note]) -> None:
    if not isinstance(value, str):
        raise ApiError(BAD_TYPE, f"{at}: wanted a string")
    size = len(value.encode())
    if rule.max_bytes is not None and size > rule.max_bytes:
        raise ApiError(rule.too_long, f"{at}: {size} bytes, at most {rule.max_bytes}")
    if rule.url and value and not is_url(value):
        raise ApiError(45034, f"{at}: url without scheme")
    if rule.cut_bytes is not None and size > rule.cut_bytes:
        notes.append(Note("cut", f"{at}: {size} bytes, cut at {rule.cut_bytes}"))
    if rule.cut_chars is not None and len(value) > rule.cut_chars:
        notes.append(Note("cut", f"{at}: {len(value)} characters, cut at {rule.cut_chars}"))
    if rule.advised is not None and len(value) > rule.advised:
        notes.append(Note("advised_length", f"{at}: {len(value)} 字, advised {rule.advised}: {value}"))


def is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


def _obj(value: Any, rule: Obj, at: str, notes: list[Note]) -> None:
    if not isinstance(value, dict):
        raise ApiError(BAD_TYPE, f"{at}: wanted an object")
    for name in value:
        if name not in rule.fields:
            raise ApiError(BAD_TYPE, f"{at}.{name}: not a documented field")
    for name, inner in rule.fields.items():
        present = name in value and value[name] is not None
        if inner.required and (not present or value[name] in ("", [], {})):
            raise ApiError(inner.missing, f"{at}.{name}: missing or empty")
        if name in value:
            check(value[name], inner, f"{at}.{name}", notes)


def _many(value: Any, rule: Many, at: str, notes: list[Note]) -> None:
    if not isinstance(value, list):
        raise ApiError(BAD_TYPE, f"{at}: wanted a list")
    if not rule.least <= len(value) <= rule.most:
        raise ApiError(rule.length, f"{at}: {len(value)} entries, allowed {rule.least} to {rule.most}")
    for number, item in enumerate(value):
        check(item, rule.item, f"{at}[{number}]", notes)
