"""附件: a picture sent as the answer to a field of type file. It belongs to the item, not to its wording."""

from __future__ import annotations

import re

from bot.rules.effects import Effect, FetchMedia
from bot.rules.item import Item, Media, replace

MARK = "media:"  # how a received picture stands in for a typed answer: media:<id>:<kind>


def is_file(value: str) -> bool:
    return value.startswith(MARK)


def is_kept_file(value: str) -> bool:
    """What a file field may hold: an attachment of the item, or a link."""
    return bool(re.fullmatch(r"附件\d+|https?://\S+", value.strip()))


def take_file(item: Item, value: str, who: str) -> tuple[Item, str, list[Effect]]:
    """The item with one more attachment, what the field says of it, and the order to fetch it."""
    media_id, _, kind = value.removeprefix(MARK).rpartition(":")
    files = (*item.files, Media(media_id, "video" if kind == "video" else "image"))
    fetch: list[Effect] = [FetchMedia(media_id, who, f"fetch|{media_id}")]
    return replace(item, files=files), f"附件{len(files)}", fetch
