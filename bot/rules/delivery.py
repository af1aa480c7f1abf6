"""发件: how a message is cut for the platform, what its errors mean, and when to try again. Pure.

The platform's client (`bot/wecom/client.py`) implements `Platform`; the sender (`bot/sender.py`) uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import grapheme

from bot.rules.messages import Attachment, Card, Text

# ---- the platform, as the sender sees it ----------------------------------------------------------------------------


class Verdict(StrEnum):
    """What an error code asks for (the platform's list of error codes, path/90313)."""

    RETRY = "retry"  # try again with growing distance
    WAIT = "wait"  # a frequency was exceeded: after its window
    TOKEN = "token"  # refresh the token and try once more
    REUPLOAD = "reupload"  # the media id is gone: upload again, then send
    DROP = "drop"  # this person cannot be reached: go on with the others, show it
    NEVER = "never"  # the call is wrong: it will never work
    FAULT = "fault"  # an operator must act (secret, address, permission)


class ApiError(Exception):
    """The platform answered with an error. `code` is its errcode; the text never holds a secret."""

    def __init__(self, code: int, message: str, verdict: Verdict) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.verdict = verdict


class OutcomeUnknown(Exception):
    """The request may or may not have been carried out (time-out, broken connection, 5xx)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A successful send or update. `unreached`: people named invalid or unlicensed in the answer (lower-case)."""

    msgid: str = ""
    response_code: str = ""
    unreached: tuple[str, ...] = ()


class Platform(Protocol):
    """The calls the sender makes. Every method may raise ApiError or OutcomeUnknown.

    A message that breaks a limit of the platform raises ValueError naming the field, before any call: like NEVER.
    """

    def send(self, to: str, message: Text | Attachment | Card, *, media_id: str = "", once: int = 0) -> Sent:
        """Send one message to one person. `once`: the outbox id; the same id always makes the same request, and the
        platform's duplicate check then swallows a repeat; two ids never make the same request."""
        ...

    def update_card(self, to: str, card: Card, response_code: str) -> Sent: ...

    def recall(self, msgid: str) -> None: ...

    def upload(self, kind: str, name: str, content: bytes) -> str:
        """A media id that lives three days. kind: image, video, file."""
        ...

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        """Content and file name of received media."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said in the answer to the callback itself; nothing: an empty answer.

    `text` is delivered only for messages and for the events listed in path/90241 (not for a tapped card), `card`
    only for a tapped card and only where the operator switched passive card updates on. The reliable road is the
    outbox.
    """

    text: str | None = None
    card: Card | None = None


# ---- what an error code means ---------------------------------------------------------------------------------------

NO_ANSWER = -100
"""Ours, not the platform's: a call that changes nothing there (token, reads, upload) got no answer."""


def _rows(verdict: Verdict, *codes: int) -> dict[int, Verdict]:
    return dict.fromkeys(codes, verdict)


ERRORS: Mapping[int, Verdict] = {
    **_rows(Verdict.RETRY, -1, 6000, 42012, 45033, 45035, NO_ANSWER),
    **_rows(Verdict.WAIT, 45009),
    **_rows(Verdict.TOKEN, 40014, 42001),
    **_rows(Verdict.REUPLOAD, 40007),
    # One person, department or tag of a call. 60011, 60021: or the visible range.
    **_rows(Verdict.DROP, 40003, 40031, 40066, 40068, 40070, 43004, 46004, 50002, 60011, 60021, 60111, 81013),
    # Configuration at the platform: secret, corp, agent, address, permission, domain, callback, state of the app.
    **_rows(Verdict.FAULT, 40001, 40013, 40054, 40055, 40056, 43009, 43012, 48001, 48002, 48006, 48010, 50001, 50003),
    **_rows(Verdict.FAULT, 60020, 60030, 60031, 80001, 85004, 85005, 301002, 301007),
    # Media, message and parameter shapes.
    **_rows(Verdict.NEVER, 40004, 40005, 40006, 40008, 40009, 40011, 40029, 40032, 40033, 40035, 40058, 40063),
    **_rows(Verdict.NEVER, *range(40016, 40028), 40074, 40093, 40201, 40204, 40206),
    **_rows(Verdict.NEVER, 41001, 41002, 41004, 41006, 41011, 41016, 41017, 41033, 42003, 42022, 42052),
    **_rows(Verdict.NEVER, 44001, 44004, 45001, 45002, 45007, 45008, 45029, 45032, 45034, 46003, 48005, 48009),
    **_rows(Verdict.NEVER, 60140, 81011, 81012, 82001, 82002, 82003, 82004, 82101, 82102, 84014),
    **_rows(Verdict.NEVER, 830001, 830002, 830003),
    **_rows(Verdict.NEVER, *range(42014, 42052)),  # cards
    **_rows(Verdict.NEVER, *range(95000, 95034)),  # 微信客服: an application never meets them
}

# Never retried, but a person has to look: blocked as sensitive or spam, and nobody of a message reachable.
TELL = frozenset({40201, 40204, 81013, 60011, 60021})


def verdict_of(code: int) -> Verdict:
    """The verdict of an errcode. One that nobody documented is NEVER: the help of 45009 asks callers to retry only
    -1 and network failures. `after_failure` then tells an operator, so that a new code does not pass in silence."""
    return ERRORS.get(code, Verdict.NEVER)


# ---- when to try again ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at `at`. `fault`: tell an operator meanwhile (once is enough), nothing moves until they act."""

    at: datetime
    fault: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    why: str
    fault: bool = False  # an operator must be told


BUSY = (10, 60, 600)  # seconds; -1 may be retried at most three times (path/90313)
ONCE_LATER = (60,)
CONCURRENT = (5, 20, 60, 180, 600)
LONG_WEEKEND = (1800,) * 200  # 100 hours: whoever mends it after three days off loses nothing
UNANSWERED = (10, 30, 60, 120, 300, 600, 900, *LONG_WEEKEND)
WINDOW = (60,) + (3600,) * 25  # 60 s, 1 h, and then hourly until a natural day is over (path/90312)
UPLOADED_AGAIN = (0, 60)
BROKEN = (600,) * 6 + LONG_WEEKEND  # slow: an address that is not allowed must not be hammered (60020)

PLANS: Mapping[Verdict, tuple[int, ...]] = {
    Verdict.RETRY: BUSY,
    Verdict.WAIT: WINDOW,
    Verdict.TOKEN: BROKEN,  # the client has refreshed and tried again already
    Verdict.REUPLOAD: UPLOADED_AGAIN,
    Verdict.FAULT: BROKEN,
    Verdict.DROP: (),
    Verdict.NEVER: (),
}
SPECIAL: Mapping[int | None, tuple[int, ...]] = {
    None: UNANSWERED,
    NO_ANSWER: UNANSWERED,
    42012: ONCE_LATER,
    45033: CONCURRENT,
    45035: ONCE_LATER,
}


def after_failure(verdict: Verdict, code: int | None, attempts: int, now: datetime) -> Retry | GiveUp:
    """What to do after attempt number `attempts` (from 1) failed with `code`; None stands for OutcomeUnknown.

    Pass the verdict of the ApiError; for OutcomeUnknown pass Verdict.RETRY and None.
    """
    if attempts < 1:
        raise ValueError(f"attempts counts the failed one too, got {attempts}")
    plan = SPECIAL.get(code, PLANS[verdict]) if verdict is Verdict.RETRY else PLANS[verdict]
    broken = verdict in (Verdict.FAULT, Verdict.TOKEN)
    if attempts <= len(plan):
        return Retry(now + _spread(plan[attempts - 1], attempts), fault=broken)
    return GiveUp(_why(verdict, code), fault=_must_be_told(verdict, code))


def _spread(seconds: int, attempts: int) -> timedelta:
    """Up to a fifth longer, always the same for the same attempt: messages that failed together part again."""
    return timedelta(seconds=seconds + seconds * (attempts * 37 % 20) // 100)


def _why(verdict: Verdict, code: int | None) -> str:
    return f"{verdict.value} {'no answer' if code in (None, NO_ANSWER) else code}"


def _must_be_told(verdict: Verdict, code: int | None) -> bool:
    """A plan that ran out, a code nobody documented, and the codes of TELL."""
    ran_out = bool(PLANS[verdict])
    return ran_out or code in TELL or (code is not None and code not in ERRORS)


# ---- cutting --------------------------------------------------------------------------------------------------------

TEXT_BYTES = 2048  # of one text message, UTF-8 (path/90236)
ELLIPSIS = "…"
LINE_ENDS = "\r\n"


def size(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def cut_chars(text: str, limit: int) -> str:
    """At most `limit` characters, with … when something is gone.

    Counted in code points, the strictest reading of 字; cut between user-perceived characters (an emoji of several
    code points, a letter with its accents) so that none is torn apart.
    """
    return text if len(text) <= limit else text[: _boundary(text, limit - 1)] + ELLIPSIS


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, with … (3 bytes) when something is gone, between user-perceived characters."""
    return text if size(text) <= limit else text[: _fitting(text, limit - size(ELLIPSIS))] + ELLIPSIS


def split_text(content: str, limit: int = TEXT_BYTES) -> list[str]:
    """Parts of at most `limit` bytes: at line ends if possible, never inside a character or, if possible, a link.

    Nothing but the line breaks between parts is lost. Empty parts are left out (the platform refuses them, 44004),
    so a text without anything but line breaks has no parts.
    """
    parts = []
    rest = content
    while rest:
        all_of_it = size(rest[: limit + 1]) <= limit  # limit + 1 characters are never fewer bytes
        end = len(rest) if all_of_it else _end_of_part(rest, limit)
        if part := rest[:end].strip(LINE_ENDS):
            parts.append(part)
        rest = rest[end:].lstrip(LINE_ENDS)
    return parts


def _end_of_part(text: str, limit: int) -> int:
    """Where to end the first part of a text that is too long: always above 0."""
    fitting = _fitting(text, limit)
    line_end = text.rfind("\n", 1, fitting + 1)
    if line_end > 0:
        return line_end
    link = text.rfind("<a ", 1, fitting)
    torn = link > 0 and "</a>" not in text[link:fitting]
    return link if torn else fitting


def _fitting(text: str, limit: int) -> int:
    """How many code points of `text` fit in `limit` bytes, ending between characters; at least 1."""
    head = text[:limit].encode("utf-8", "surrogatepass")[:limit]
    whole = len(head.decode("utf-8", "ignore")) or 1
    return _boundary(text, whole)


def _boundary(text: str, limit: int) -> int:
    """The last boundary of user-perceived characters at or before `limit`, or `limit` inside a monstrous one."""
    return int(grapheme.safe_split_index(text, limit)) or limit
