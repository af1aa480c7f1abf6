"""The platform as the sender and the pages see it: one method for each call that the bot makes.

Errors: ApiError with its verdict; OutcomeUnknown where a call may have been carried out without our hearing of it
(send, update, recall); ValueError where a field breaks a limit, before anything is sent. A call that changes nothing
(token, reads, upload) and gets no answer is an ApiError(NO_ANSWER, RETRY).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.clock import Clock
from bot.rules.delivery import NO_ANSWER, ApiError, OutcomeUnknown, Sent, Verdict, split_text
from bot.rules.messages import Attachment, Card, Text
from bot.wecom import media, oauth, render
from bot.wecom.limits import Json
from bot.wecom.menu import MenuButton, menu
from bot.wecom.tokens import Tokens, TokenStore
from bot.wecom.transport import Transport, WeComSettings

__all__ = ["Member", "WeComClient", "WeComSettings"]

T = TypeVar("T")
SHORTEST_CHECK, LONGEST_CHECK = 1800, 14400  # seconds; the default and the most (path/90236)


@dataclass(frozen=True, slots=True)
class Member:
    """What an application may read about a member in its visible range (path/90196)."""

    userid: str
    name: str
    departments: tuple[int, ...] = ()
    main_department: int | None = None
    position: str = ""
    active: bool = True  # status 1; otherwise disabled, not activated or left


class WeComClient:
    """Implements `Platform`. May be used by several threads."""

    def __init__(self, settings: WeComSettings, tokens: TokenStore, clock: Clock) -> None:
        self._settings = settings
        self._transport = Transport(settings)
        self._tokens = Tokens(tokens, self._fetch_token, clock)

    # ---- messages ---------------------------------------------------------------------------------------------------

    def send(self, to: str, message: Text | Attachment | Card, *, media_id: str = "", once: int = 0) -> Sent:
        """One message to one person. A long text goes out in several parts; the msgid is the last part's.

        If a later part fails, a repeat with the same `once` sends all parts again, and the platform's duplicate check
        swallows those that had arrived.
        """
        bodies = [render.message(part, media_id=media_id) for part in _parts(message)]
        sent = [self._send(to, body, once) for body in bodies]
        unreached = {userid: None for one in sent for userid in one.unreached}
        return Sent(sent[-1].msgid, sent[-1].response_code, tuple(unreached))

    def send_card(self, to: str, template_card: Json, *, once: int = 0) -> Sent:
        """A card of any of the five kinds, built with `bot.wecom.cards`."""
        return self._send(to, {"msgtype": "template_card", "template_card": template_card}, once)

    def update_card(self, to: str, card: Card, response_code: str) -> Sent:
        """A new face for the card of one person. Each code works once, within 72 hours (path/94888)."""
        return self.update_with(to, render.card(card, update=True), response_code)

    def update_with(self, to: str, template_card: Json, response_code: str) -> Sent:
        """As update_card, with a card of any kind built as an update."""
        body = {
            "userids": [_one_person(to)],
            "agentid": self._settings.agent_id,
            "response_code": response_code,
            "template_card": template_card,
        }
        return _sent(self._post("message/update_template_card", body))

    def recall(self, msgid: str) -> None:
        """Within 24 hours (42052 after that), on the WeCom client only (path/94867)."""
        self._post("message/recall", {"msgid": msgid})

    def _send(self, to: str, content: Json, once: int) -> Sent:
        body = {"touser": _one_person(to), "agentid": self._settings.agent_id, **content}
        return _sent(self._post("message/send", body | _duplicate_check(content, once)))

    # ---- media ------------------------------------------------------------------------------------------------------

    def upload(self, kind: str, name: str, content: bytes) -> str:
        """A media id that lives three days. kind: image, video, voice, file. Checked before the call (path/90253)."""
        content_type = media.content_type_of(kind, content)
        answer = self._repeatable(
            lambda token: self._transport.upload(
                {"access_token": token, "type": kind}, _file_name(name, kind), content, content_type
            )
        )
        return str(answer["media_id"])

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        """Content and file name of received media (path/90254). An id that is gone is NEVER: nobody can upload it."""
        try:
            return self._repeatable(
                lambda token: media.fetched(
                    lambda headers: self._transport.download({"access_token": token, "media_id": media_id}, headers)
                )
            )
        except ApiError as error:
            if error.verdict is not Verdict.REUPLOAD:
                raise
            raise ApiError(error.code, "the media id is gone", Verdict.NEVER) from None

    # ---- reads and settings -----------------------------------------------------------------------------------------

    def user_of_code(self, code: str) -> str:
        """The member behind a login code, lower-case (path/91023). This says who it is, not that they may do anything.

        Raises ApiError: 40029, 42003, 42022 for a bad, late or used code; 0 for somebody who is not a member.
        """
        answer = self._get("auth/getuserinfo", code=code)
        if not answer.get("userid"):
            raise ApiError(0, "not a member of the corporation", Verdict.DROP)
        return str(answer["userid"]).lower()

    def login_url(self, redirect_uri: str, state: str) -> str:
        return oauth.authorize_url(self._settings, redirect_uri, state)

    def member(self, userid: str) -> Member:
        """One member (path/90196). Raises ApiError DROP: 60111 unknown, 60011 outside the visible range."""
        answer = self._get("user/get", userid=userid)
        return Member(
            userid=str(answer.get("userid", userid)).lower(),
            name=str(answer.get("name", "")),
            departments=tuple(answer.get("department") or ()),
            main_department=answer.get("main_department"),
            position=str(answer.get("position", "")),
            active=answer.get("status", 1) == 1,
        )

    def callback_addresses(self) -> tuple[str, ...]:
        """Where callbacks come from; an address may end in a wildcard (path/92521). A filter, not a proof."""
        return tuple(self._get("getcallbackip").get("ip_list") or ())

    def create_menu(self, buttons: tuple[MenuButton, ...]) -> None:
        """Replaces the whole menu (path/90231)."""
        self._post("menu/create", menu(buttons), agentid=str(self._settings.agent_id))

    # ---- calls ------------------------------------------------------------------------------------------------------

    def _get(self, endpoint: str, **params: str) -> Json:
        return self._repeatable(lambda token: self._transport.get(endpoint, {"access_token": token, **params}))

    def _post(self, endpoint: str, body: Json, **params: str) -> Json:
        data = _json(body)
        return self._with_token(lambda token: self._transport.post(endpoint, {"access_token": token, **params}, data))

    def _repeatable(self, call: Callable[[str], T]) -> T:
        """A call that changes nothing, or nothing that matters: no answer is a plain retry."""
        try:
            return self._with_token(call)
        except OutcomeUnknown as problem:
            raise ApiError(NO_ANSWER, str(problem), Verdict.RETRY) from None

    def _with_token(self, call: Callable[[str], T]) -> T:
        """With one renewal of the token and one repeat (40014, 42001; path/91039)."""
        token = self._tokens.current()
        try:
            return call(token)
        except ApiError as error:
            if error.verdict is not Verdict.TOKEN:
                raise
        return call(self._tokens.renewed(token))

    def _fetch_token(self) -> tuple[str, int]:
        params = {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret}
        try:
            answer = self._transport.get("gettoken", params)
            return str(answer["access_token"]), int(answer["expires_in"])
        except (OutcomeUnknown, KeyError, TypeError, ValueError) as problem:
            raise ApiError(NO_ANSWER, f"gettoken: {type(problem).__name__}", Verdict.RETRY) from None


def _json(body: Json) -> bytes:
    """Always the same bytes for the same body, and never \\uXXXX (40033). Half a surrogate pair becomes a ?."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _one_person(to: str) -> str:
    """Never a list, never everyone: what is addressed to one must not reach the corporation by a slip."""
    if not to or "|" in to or to.startswith("@"):
        raise ValueError("touser: wanted one userid")
    return to


def _parts(message: Text | Attachment | Card) -> list[Text | Attachment | Card]:
    if not isinstance(message, Text):
        return [message]
    parts = [part for part in split_text(message.content) if part.strip()]
    return [Text(part) for part in parts or [message.content]]


def _duplicate_check(content: Json, once: int) -> Json:
    """The platform compares whole requests. The interval is taken from the outbox id, so that two messages with the
    same words differ (ids that are a multiple of 12601 apart excepted) and a repeat does not. A card that has a
    task_id needs none: that is unique already, and a repeat answers 42014."""
    if not once or "task_id" in content.get("template_card", {}):
        return {}
    interval = SHORTEST_CHECK + once % (LONGEST_CHECK - SHORTEST_CHECK + 1)
    return {"enable_duplicate_check": 1, "duplicate_check_interval": interval}


def _sent(answer: Json) -> Sent:
    """Errcode 0 may hide people that were not reached: always looked at."""
    unreached = [*_userids(answer.get("invaliduser")), *_userids(answer.get("unlicenseduser"))]
    return Sent(
        msgid=str(answer.get("msgid") or ""),
        response_code=str(answer.get("response_code") or ""),
        unreached=tuple(dict.fromkeys(unreached)),
    )


def _userids(value: Any) -> list[str]:
    """A string joined by | after a send, an array after an update."""
    names = value.split("|") if isinstance(value, str) else value or []
    return [str(name).strip().lower() for name in names if str(name).strip()]


def _file_name(name: str, kind: str) -> str:
    """What members see. Line ends would break the multipart header."""
    return " ".join(name.split()) or kind


