"""The platform's requests to the bot: no redirects, no proxy; a connection is kept for the next one.

Walks ask many thousand times, and httpx takes ten times as long for this little of HTTP.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode, urlsplit

tls = cache(ssl.create_default_context)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
END = b"\r\n\r\n"


class NoAnswer(Exception):
    """The bot could not be reached, broke off, or did not speak HTTP; its text names the fault."""


@dataclass(frozen=True, slots=True)
class Head:
    """The lines before the content; names of headers in small letters."""

    version: str
    status: int
    headers: dict[str, str]

    @property
    def stays(self) -> bool:
        """Whether the connection can be used again."""
        return self.version == "HTTP/1.1" and self.headers.get("connection", "").lower() != "close"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens."""

    host: str
    port: int
    safe: bool = False


class Asker:
    """Belongs to one event loop. `close` when it ends."""

    def __init__(self) -> None:
        self._idle: defaultdict[Place, list[Connection]] = defaultdict(list)

    async def ask(
        self,
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
        target = f"{parts.path or '/'}{'?' if asked else ''}{asked}"
        safe = parts.scheme == "https"
        place = Place(parts.hostname, parts.port or (443 if safe else 80), safe)
        try:
            return await self._exchange(place, method, written(method, target, parts.netloc, content, headers))
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise NoAnswer(type(error).__name__) from error

    def close(self) -> None:
        for kept in self._idle.values():
            for _, writer in kept:
                writer.transport.abort()
        self._idle.clear()

    async def _exchange(self, place: Place, method: str, request: bytes) -> Answer:
        reader, writer = self._kept(place) or await asyncio.open_connection(
            place.host, place.port, ssl=tls() if place.safe else None
        )
        stays = False
        try:
            writer.write(request)
            head = head_of(await reader.readuntil(END))
            content = b"" if method == "HEAD" or head.status in (204, 304) else await _content(reader, head)
            stays = head.stays and ("content-length" in head.headers or "transfer-encoding" in head.headers)
            return Answer(head.status, head.headers, content)
        finally:
            if stays:
                self._idle[place].append((reader, writer))
            else:
                writer.transport.abort()

    def _kept(self, place: Place) -> Connection | None:
        """One that the bot has not ended meanwhile."""
        while self._idle[place]:
            reader, writer = self._idle[place].pop()
            if not (reader.at_eof() or reader.exception() or writer.is_closing()):
                return reader, writer
            writer.transport.abort()
        return None


def written(method: str, target: str, host: str, content: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """A request as it goes over the wire."""
    own = {"Host": host, "Accept": "*/*", "Content-Length": str(len(content))}
    given = {name.title(): value for name, value in (headers or {}).items()}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (own | given).items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


def head_of(raw: bytes) -> Head:
    """Raises ValueError when it is not HTTP."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ", 2)
    if not version.startswith("HTTP/"):
        raise ValueError(f"not an answer: {first[:50]!r}")
    pairs = (line.partition(":") for line in lines if line)
    return Head(version, int(status), {name.strip().lower(): value.strip() for name, _, value in pairs})


async def _content(reader: asyncio.StreamReader, head: Head) -> bytes:
    if "chunked" in head.headers.get("transfer-encoding", ""):
        return await _chunks(reader)
    if "content-length" in head.headers:
        return await reader.readexactly(int(head.headers["content-length"]))
    return await reader.read()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        content += (await reader.readexactly(size + 2))[:-2]
    while (await reader.readline()).strip():
        pass  # trailers
    return content
