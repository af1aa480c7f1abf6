"""Uploads checked before they are sent (path/90253), downloads before they are believed (path/90254)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from email.message import Message

import requests

from bot.rules.delivery import ApiError, OutcomeUnknown, Verdict
from bot.wecom.transport import error_of

MEGABYTE = 1024 * 1024
LIMITS = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
LEAST = 6  # bytes: a file must be larger than 5
PART = 16 * MEGABYTE  # of a ranged download: at most 20 MB, a multiple of 16 bytes
LARGEST = 256 * MEGABYTE  # what we are willing to hold
NEEDS_RANGE = 830002
CHUNK = 64 * 1024

Get = Callable[[Mapping[str, str]], requests.Response]  # headers → an answer not read yet


def content_type_of(kind: str, content: bytes) -> str:
    """The MIME type to upload as. Raises ValueError for a size or a format that the platform does not take."""
    if kind not in LIMITS:
        raise ValueError(f"media type: {kind} is not one of {', '.join(LIMITS)}")
    if not LEAST <= len(content) <= LIMITS[kind]:
        raise ValueError(f"media size: {kind} of {len(content)} bytes, wanted {LEAST} to {LIMITS[kind]}")
    found = "application/octet-stream" if kind == "file" else _signature(content, kind)
    if not found:
        raise ValueError(f"media format: not a format of {kind} (JPG, PNG; MP4; AMR)")
    return found


def _signature(content: bytes, kind: str) -> str:
    """By the first bytes: names lie."""
    found = {
        "image": [("image/jpeg", content[:3] == b"\xff\xd8\xff"), ("image/png", content[:8] == b"\x89PNG\r\n\x1a\n")],
        "video": [("video/mp4", content[4:8] == b"ftyp")],
        "voice": [("audio/amr", content[:5] == b"#!AMR")],
    }
    return next((mime for mime, matches in found[kind] if matches), "")


def fetched(get: Get) -> tuple[bytes, str]:
    """Content and file name: in one piece, or in parts where the platform asks for them."""
    try:
        with get({}) as answer:
            return _content(answer, LARGEST), _name(answer)
    except ApiError as error:
        if error.code != NEEDS_RANGE:
            raise
    return _in_parts(get)


def _in_parts(get: Get) -> tuple[bytes, str]:
    content, name, total = bytearray(), "", 1
    while len(content) < total:
        first = len(content)
        with get({"Range": f"bytes={first}-{first + PART - 1}"}) as answer:
            part = _content(answer, PART if answer.status_code == 206 else LARGEST)
            name = name or _name(answer)
            total = _total(answer, len(part))
        content = content + part if answer.status_code == 206 else bytearray(part)
    return bytes(content), name


def _total(answer: requests.Response, length: int) -> int:
    """The size of the whole, from Content-Range: bytes 0-99/1234."""
    if answer.status_code != 206:
        return length
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if not total.isdigit() or not length:
        raise OutcomeUnknown("media/get: a part without its range")
    if int(total) > LARGEST:
        raise _too_large()
    return int(total)


def _content(answer: requests.Response, limit: int) -> bytes:
    """The body, unless it is an error: those come as JSON, with status 200. Pages of a proxy are no media either."""
    if answer.status_code not in (200, 206):
        raise OutcomeUnknown(f"media/get: HTTP {answer.status_code}")
    kind = answer.headers.get("Content-Type", "").lower()
    body = _read(answer, limit)
    if "json" in kind or body.startswith(b'{"errcode"'):
        raise _error_in(body)
    if not body or kind.startswith("text/"):
        raise OutcomeUnknown("media/get: the answer is not media")
    return body


def _read(answer: requests.Response, limit: int) -> bytes:
    body = bytearray()
    try:
        for chunk in answer.iter_content(CHUNK):
            body += chunk
            if len(body) > limit:
                raise _too_large()
    except requests.RequestException as problem:
        raise OutcomeUnknown(f"media/get: {type(problem).__name__}") from None
    return bytes(body)


def _error_in(body: bytes) -> Exception:
    try:
        answer = json.loads(body)
        return error_of(int(answer["errcode"]), str(answer.get("errmsg", "")))
    except (ValueError, TypeError, KeyError):
        return OutcomeUnknown("media/get: JSON that is not an error")


def _too_large() -> ApiError:
    return ApiError(45001, f"media over {LARGEST} bytes", Verdict.NEVER)


def _name(answer: requests.Response) -> str:
    """From Content-Disposition; the platform writes UTF-8 where headers are Latin-1."""
    header = Message()
    raw = answer.headers.get("Content-Disposition", "")
    with contextlib.suppress(ValueError):
        raw = raw.encode("latin-1").decode("utf-8")
    header["Content-Disposition"] = raw
    return (header.get_filename() or "").replace("\\", "/").rpartition("/")[2]

