"""Temporary files: upload limits, three days of life, ranges (path/90253, path/90254)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError

LIFETIME = timedelta(days=3)
MB = 1024 * 1024
LIMITS = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
RANGE_REQUIRED = 20 * MB
SMALLEST = 5  # files must be larger than this
AMR_HEADER = b"#!AMR\n"
AMR_FRAME = (12, 13, 15, 17, 19, 20, 26, 31, 5)  # bytes after the frame's first, by mode; 20 ms each
AMR_MOST_FRAMES = 60 * 50


@dataclass(frozen=True, slots=True)
class Media:
    media_id: str
    type: str
    file_name: str
    content_type: str
    content: bytes
    created_at: datetime


@dataclass(slots=True)
class MediaStore:
    items: dict[str, Media] = field(default_factory=dict)

    def add(self, kind: str, file_name: str, content_type: str, content: bytes, now: datetime) -> Media:
        media = Media(secrets.token_urlsafe(48), kind, file_name, content_type, content, now)
        self.items[media.media_id] = media
        return media

    def get(self, media_id: str, now: datetime) -> Media:
        media = self.items.get(media_id)
        if media is None or now >= media.created_at + LIFETIME:
            raise ApiError(40007, "invalid media_id")
        return media

    def shown(self, media_id: str) -> Media | None:
        """For the phones, which keep what they once downloaded."""
        return self.items.get(media_id)


def check_upload(kind: str, content: bytes) -> None:
    if kind not in LIMITS:
        raise ApiError(40005, f"invalid type: {kind!r}")
    if not content:
        raise ApiError(44001, "media is empty")
    if len(content) <= SMALLEST:
        raise ApiError(40006, f"media must be larger than {SMALLEST} bytes")
    if len(content) > LIMITS[kind]:
        raise ApiError(45001, f"{kind}: {len(content)} bytes, at most {LIMITS[kind]}")
    if not looks_like(kind, content):
        raise ApiError(40004, f"not a {kind} the platform takes")
    if kind == "voice" and amr_frames(content) > AMR_MOST_FRAMES:
        raise ApiError(45007, "voice over 60 s")


def looks_like(kind: str, content: bytes) -> bool:
    if kind == "image":
        return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
    if kind == "voice":
        return content.startswith(AMR_HEADER)
    if kind == "video":
        return content[4:8] == b"ftyp"
    return True


def amr_frames(content: bytes) -> int:
    position, frames = len(AMR_HEADER), 0
    while position < len(content):
        mode = (content[position] >> 3) & 0x0F
        position += 1 + (AMR_FRAME[mode] if mode < len(AMR_FRAME) else 0)
        frames += 1
    return frames


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """One `bytes=a-b` as (first, past the last), or None when it is not one we can serve."""
    first, dash, last = header.removeprefix("bytes=").partition("-")
    if not header.startswith("bytes=") or not dash or not (first + last).isdecimal():
        return None
    if not first:
        return max(0, size - int(last)), size
    end = min(size, int(last) + 1) if last else size
    return (int(first), end) if int(first) < end else None
