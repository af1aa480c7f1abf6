"""Pictures inside the page: they need the login as much as the text, so they have no address of their own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.item import Media
from bot.web.words import size
from storage.read import Reader

TOTAL = 12 * 1024 * 1024  # bytes of pictures in one page; the platform's own limit for one is 10 MB
KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`src` is empty for what is only named: a video, a lost picture, one beyond TOTAL."""

    caption: str
    src: str = ""


def shown(media: Sequence[Media], reader: Reader, budget: int = TOTAL) -> tuple[Shown, ...]:
    found: list[Shown] = []
    for no, one in enumerate(media, 1):
        picture = _picture(no, one, reader, budget)
        budget -= len(picture.src) * 3 // 4
        found.append(picture)
    return tuple(found)


def line(no: int, one: Media, why: str = "") -> str:
    """图1 · jpeg · 1.8 MB."""
    name = f"{'图' if one.kind == 'image' else '视频'}{no}"
    parts = (name, one.format, size(one.size) if one.size else "", why or one.problem)
    return " · ".join(part for part in parts if part)


def _picture(no: int, one: Media, reader: Reader, budget: int) -> Shown:
    if one.kind != "image":
        return Shown(line(no, one, one.problem or one.link or "请在对话里看"))
    stored = (reader.media(one.sha) if one.sha else None) or reader.media_by_id(one.media_id)
    if stored is None:
        return Shown(line(no, one, "还没有收到"))
    kind = kind_of(stored.content)
    if not kind:
        return Shown(line(no, one, "这种格式请在对话里看"))
    if stored.size > budget:
        return Shown(line(no, one, "图片太多，这张请在对话里看"))
    return Shown(line(no, one), f"data:{kind};base64,{b64encode(stored.content).decode()}")


def kind_of(content: bytes) -> str:
    """By its first bytes, whatever the message said it was; empty for anything but jpeg, png and gif."""
    return next((kind for start, kind in KINDS.items() if content.startswith(start)), "")
