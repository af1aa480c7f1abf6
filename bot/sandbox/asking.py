"""One request of the platform to the bot: a connection of its own, closed after the answer; no redirects, no proxy.

Walks ask many thousand times, and httpx takes four times as long for what the standard library does as well.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from socket import socket
from typing import cast
from urllib.parse import urlencode, urlsplit

tls = cache(ssl.create_default_context)


class NoAnswer(Exception):
    """The bot could not be reached, broke off, or did not speak HTTP; its text names the fault."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


async def ask(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Raises NoAnswer. The time limit is the caller's: `asyncio.timeout`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoAnswer(f"not an address: {url!r}")
    asked = urlencode(query) if query else parts.query
    request = _request(method, f"{parts.path or '/'}{'?' if asked else ''}{asked}", parts.netloc, content, headers)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        return _read(method, await _exchange(parts.hostname, port, parts.scheme == "https", request))
    except (OSError, HTTPException) as error:
        raise NoAnswer(type(error).__name__) from error


def _request(method: str, target: str, host: str, content: bytes, headers: Mapping[str, str] | None) -> bytes:
    own = {"Host": host, "Accept": "*/*", "Connection": "close", "Content-Length": str(len(content))}
    given = {name.title(): value for name, value in (headers or {}).items()}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (own | given).items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


async def _exchange(host: str, port: int, safe: bool, request: bytes) -> bytes:
    """Everything until the other side closes, as it was asked to."""
    reader, writer = await asyncio.open_connection(host, port, ssl=tls() if safe else None)
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.transport.abort()


class _Whole:
    """As much of a socket as the standard library's reader of answers wants."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def makefile(self, mode: str) -> BytesIO:
        return BytesIO(self._answer)


def _read(method: str, answer: bytes) -> Answer:
    response = HTTPResponse(cast(socket, _Whole(answer)), method=method)
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())
