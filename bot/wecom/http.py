"""The callback's HTTP edge (path/90930, path/90238): open the envelope, hand the event on, seal the answer.

Everything that is not a genuine callback gets the same bare 403: the reason goes to our log only, and neither body
nor query ever does.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from urllib.parse import unquote

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.rules.delivery import Answer
from bot.rules.events import CardMenuTapped, CardTapped, OtherReceived, PlatformEvent, RangeLeft
from bot.wecom import passive, received
from bot.wecom.envelope import Envelope, Refused

log = logging.getLogger(__name__)

Handle = Callable[[PlatformEvent], Awaitable[Answer]]
MAX_BODY = 256 * 1024  # bytes; a text of 2048 bytes is about 4 KB here, lists of people are the longest
# Events of OtherReceived whose callback takes a passive reply (path/90241, the list at the end).
REPLYABLE = frozenset({"LOCATION", "view", "view_miniprogram", "scancode_waitmsg"})
OWNERSHIP_FILE = re.compile(r"[A-Za-z]{2}_verify_[0-9A-Za-z]+\.txt")


class TooLarge(Exception):
    """The body exceeds the limit; what is left of it is not read."""


def routes(
    envelope: Envelope,
    handle: Handle,
    clock: Clock,
    *,
    path: str = "/wecom/callback",
    max_body: int = MAX_BODY,
    after: Callable[[], None] | None = None,
    passive_card_updates: bool = False,
    ownership: Mapping[str, str] | None = None,
) -> list[Route]:
    """The callback, and the files that prove whose domain this is.

    handle: commits before it returns; what it raises is answered 500, so that the platform may repeat.
    max_body: bytes. after: called once the answer is on its way (wakes the sender).
    ownership: name → content of files like WW_verify_X.txt, served at the root (path/90315).
    """

    async def callback(request: Request) -> Response:
        try:
            if request.method != "POST":
                return PlainTextResponse(envelope.verify_url(_query(request), clock.now()))
            event, now = await _event(request, envelope, clock, max_body)
        except Refused as refusal:
            log.info("callback refused: %s", refusal)
            return Response(status_code=403)
        except TooLarge:
            log.info("callback refused: body over %d bytes", max_body)
            return Response(status_code=413)
        except ClientDisconnect:
            log.info("callback refused: connection closed before the end of the body")
            return Response(status_code=403)
        try:
            answer = await handle(event)
            inner = _inner(event, answer, envelope.corp_id, now, passive_card_updates)
            sealed = envelope.seal(inner, now, secrets.token_hex(8)) if inner else b""
        except Exception:
            log.exception("callback %s failed", event.key)
            return Response(status_code=500)
        return Response(sealed, media_type="application/xml", background=_quietly(after))

    proofs = [_ownership(name, content) for name, content in (ownership or {}).items()]
    return [Route(path, callback, methods=["GET", "POST"]), *proofs]


async def _event(
    request: Request, envelope: Envelope, clock: Clock, max_body: int
) -> tuple[PlatformEvent, datetime]:
    body = await _body(request, max_body)
    now = clock.now()
    return received.parse(envelope.open(_query(request), body, now)), now


def _query(request: Request) -> dict[str, str]:
    """Decoded exactly once, and `+` stays `+`: echostr is base64 (path/90930). Of a repeated name the first counts."""
    pairs = (pair.partition("=") for pair in request.scope["query_string"].decode("latin-1").split("&"))
    query: dict[str, str] = {}
    for name, _, value in pairs:
        query.setdefault(name, unquote(value))
    return query


async def _body(request: Request, limit: int) -> bytes:
    """At most `limit` bytes, whatever Content-Length promises."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def _inner(event: PlatformEvent, answer: Answer, corp_id: str, now: datetime, passive_card_updates: bool) -> bytes:
    """The passive reply, or nothing. What cannot be said here is logged, and the callback still counts as received."""
    if answer.card and passive_card_updates and isinstance(event, CardTapped | CardMenuTapped):
        try:
            return passive.card_reply(event.userid, corp_id, now, answer.card)
        except ValueError as problem:
            log.warning("callback %s: no passive card: %s", event.key, problem)
            return b""
    if answer.text and _takes_text(event):
        return passive.text_reply(event.userid, corp_id, now, answer.text)
    if answer.text:
        log.warning("callback %s: this event takes no passive text", event.key)
    return b""


def _takes_text(event: PlatformEvent) -> bool:
    """Whether the platform reads a passive reply to this event (path/90241)."""
    match event:
        case CardTapped() | RangeLeft():
            return False
        case OtherReceived():
            return event.event in REPLYABLE
    return True


def _quietly(after: Callable[[], None] | None) -> BackgroundTask | None:
    """The answer is already out: a failure here is ours alone."""
    if after is None:
        return None

    def run() -> None:
        try:
            after()
        except Exception:
            log.exception("after a callback")

    return BackgroundTask(run)


def _ownership(name: str, content: str) -> Route:
    """At the root of the domain, 200, as downloaded (path/90315)."""
    if not OWNERSHIP_FILE.fullmatch(name):
        raise ValueError(f"{name}: wanted a name like WW_verify_X.txt")

    async def proof(_: Request) -> Response:
        return PlainTextResponse(content)

    return Route(f"/{name}", proof, methods=["GET"])
