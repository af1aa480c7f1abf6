"""图片、视频: what a file really is, by its content, and whether a channel takes it (company-qiguanbu-R10, R11)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import filetype

from bot.rules.regulation import MediaLimit

MB = 1024 * 1024  # A16
HEAD_BYTES = 8192  # so much of the beginning is enough to know a file by

# What the platform takes when the regulation says nothing: JPG, PNG and MP4, each up to 10 MB. (A GIF could not be
# passed on to the checkers as a picture.)
DEFAULT_IMAGE = MediaLimit(formats=("jpg", "png"), upto=10)
DEFAULT_VIDEO = MediaLimit(formats=("mp4",), upto=10)

# One format under several names; .rm and .rmvb cannot be told apart by their beginning.
_ALIASES = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif", "m4v": "mp4", "rmvb": "rm"}
_NAMES = {"jpg": "JPEG", "tif": "TIFF", "rm": "RM/RMVB"}
_REAL_MEDIA = b".RMF"
# wma and wmv share a container; what it announces in its header tells them apart (A18: wmv only when it is listed).
_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_ASF_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")


class Sniffed(NamedTuple):
    """What the content is. `format` is its usual ending (jpg, mp4 …), empty when nothing known was recognised."""

    kind: Literal["image", "video", "other"]
    format: str


def sniff(head: bytes) -> Sniffed:
    """Kind and format by the magic bytes at the beginning of the content; a file's name says nothing."""
    if head.startswith(_REAL_MEDIA):
        return Sniffed("video", "rm")
    found = filetype.guess(head[:HEAD_BYTES])
    if found is None:
        return Sniffed("other", "")
    ending = _ALIASES.get(found.extension, found.extension)
    if ending == "wmv" and _ASF_AUDIO in head and _ASF_VIDEO not in head:
        return Sniffed("other", "wma")
    if found.mime.startswith("image/"):
        return Sniffed("image", ending)
    return Sniffed("video" if found.mime.startswith("video/") else "other", ending)


def check_image(content_head: bytes, size: int, limit: MediaLimit | None = None) -> str | None:
    """Why a picture may not be used (`图片0.84MB,应大于1MB`; `图片是PNG,非JPEG`), or None."""
    return _check("image", "图片", content_head, size, limit or DEFAULT_IMAGE)


def check_video(content_head: bytes, size: int, limit: MediaLimit | None = None) -> str | None:
    """Why a video may not be used, or None."""
    return _check("video", "视频", content_head, size, limit or DEFAULT_VIDEO)


def _check(kind: str, word: str, head: bytes, size: int, limit: MediaLimit) -> str | None:
    found = sniff(head)
    wanted = tuple(dict.fromkeys(_ALIASES.get(one.lower(), one.lower()) for one in limit.formats))
    problems = []
    if found.kind != kind and not (found.format and found.format in wanted):
        problems.append(f"这不是{word}" + (f"（内容是{name_of(found.format)}）" if found.format else ""))
    elif wanted and found.format not in wanted:
        problems.append(f"{word}是{name_of(found.format)}，非{'、'.join(map(name_of, wanted))}")
    if wrong := _wrong_size(size, limit):
        problems.append(f"{word}{_exact_mb(size, limit)}MB，{wrong}")
    return "；".join(problems) or None


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG])B?", re.IGNORECASE)
_UNITS = {"K": 1024, "M": MB, "G": 1024 * MB}


def read_size(text: str) -> int:
    """`120MB`, `0.5 G` in bytes; 0 for anything else."""
    found = _SIZE.fullmatch(text.strip())
    return round(float(found[1]) * _UNITS[found[2].upper()]) if found else 0


def linked_format(url: str) -> str:
    """The ending of an address, when it looks like a file's."""
    name = urlsplit(url).path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return ending if re.fullmatch(r"[a-z0-9]{2,5}", ending) else ""


def check_linked(size: int, format: str, limit: MediaLimit | None) -> str | None:
    """Why a video known only by what was stated of it may not be used, or None. Without a limit anything may."""
    if limit is None:
        return None
    wanted = tuple(one.lower() for one in limit.formats)
    problems = []
    if wanted and format.lower() not in wanted:
        problems.append(f"格式{format}不在允许范围（{'、'.join(wanted)}）")
    if wrong := _wrong_size(size, limit):
        problems.append(f"视频{_exact_mb(size, limit)}MB，{wrong}")
    return "；".join(problems) or None


def _wrong_size(size: int, limit: MediaLimit) -> str:
    """A16: over and under leave the bound itself out, least and upto keep it."""
    mb = size / MB
    if limit.over is not None and not mb > limit.over:
        return f"应大于{limit.over:g}MB"
    if limit.least is not None and not mb >= limit.least:
        return f"应不小于{limit.least:g}MB"
    if limit.under is not None and not mb < limit.under:
        return f"应小于{limit.under:g}MB"
    if limit.upto is not None and not mb <= limit.upto:
        return f"应不超过{limit.upto:g}MB"
    return ""


def _exact_mb(size: int, limit: MediaLimit) -> str:
    """Two digits, or as many as it takes not to read like the bound (500.00002, not 500.00)."""
    bounds = {float(bound) for bound in (limit.over, limit.least, limit.under, limit.upto) if bound is not None}
    exact = size / MB
    shown = (f"{exact:.{digits}f}" for digits in range(2, 8))
    return next(words for words in shown if float(words) not in bounds or exact in bounds)


def name_of(format: str) -> str:
    """The name people know: jpg → JPEG."""
    return _NAMES.get(format, format.upper())


def describe_size(size: int) -> str:
    """`1.8 MB`, `640 KB`, `12 B`."""
    if size >= MB:
        return f"{size / MB:.1f} MB"
    return f"{size / 1024:.0f} KB" if size >= 1024 else f"{size} B"
