"""Delivery of callbacks: envelope, signature, retry, and the reply (path/90238, path/90930)."""

import asyncio
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from bot.sandbox.asking import Asker, NoAnswer
from bot.sandbox.clock import iso
from bot.sandbox.faults import CALLBACK
from bot.sandbox.passive import REPLYABLE, UPDATES, BadReply, Reply, read_reply
from bot.sandbox.phone import Message
from bot.sandbox.updating import replace_button, replace_card
from bot.sandbox.violations import Note
from bot.sandbox.world import World
from bot.sandbox.xml import BadXml, parse, text_of, to_xml

JSON = dict[str, Any]
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery ended. `status` 0: the bot could not be reached or was too late."""

    status: int
    attempts: int
    reply: Reply | None = None
    applied: bool = False

    def view(self) -> JSON:
        reply = self.reply.view() if self.reply is not None else None
        return {"status": self.status, "attempts": self.attempts, "reply": reply, "applied": self.applied}


class Courier:
    """Carries callbacks to the bot, those of one person in order."""

    def __init__(self, world: World, asker: Asker) -> None:
        self._world = world
        self.asker = asker
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def deliver(self, user: str, fields: JSON, *, card: Message | None = None) -> JSON:
        """One callback (twice in double mode), with whatever the bot answered in it."""
        inner = to_xml(fields, with_cdata=self._world.mode.cdata)
        async with self._turns[user]:
            first = await self._attempted(user, inner)
            first = self._apply(user, fields, first, card)
            view = first.view()
            if self._world.mode.double:
                second = await self._attempted(user, self._again(fields))
                view["second"] = second.view()
        return view

    async def deliver_xml(self, user: str, inner: str) -> JSON:
        """Any inner XML as it stands, for fuzzing; a reply is read but never shown."""
        async with self._turns[user]:
            return (await self._attempted(user, inner)).view()

    def _again(self, fields: JSON) -> str:
        """The retry of a delivery whose answer got lost."""
        if self._world.mode.double_response_code == "new" and "ResponseCode" in fields:
            old = self._world.response_codes.find(fields["ResponseCode"])
            if old is not None:
                fields = fields | {"ResponseCode": self._world.response_codes.mint(old.subject, self._world.now())}
        return to_xml(fields, with_cdata=self._world.mode.cdata)

    async def _attempted(self, user: str, inner: str) -> Outcome:
        """Up to three times; only a lost connection or a timeout calls for another, unless the mode says otherwise."""
        status = 0
        for attempt in range(1, ATTEMPTS + 1):
            status, body = await self._post(user, inner, attempt)
            answered = status == 200 or (status != 0 and not self._world.mode.retry_on_status)
            if answered:
                return self._read(user, inner, status, body, attempt)
        return Outcome(status, ATTEMPTS)

    async def _post(self, user: str, inner: str, attempt: int) -> tuple[int, str]:
        query, body = self.sealed(inner)
        status, answer = 0, ""
        fault = self._world.faults.take(CALLBACK)
        begun = time.monotonic()
        if fault is None or fault.after_effect:
            status, answer = await self._request(query, body)
        if fault is not None and fault.loses_the_answer:
            status, answer = 0, ""
        self._world.callback_log.append(
            {
                "at": iso(self._world.now()),
                "user": user,
                "inner": inner,
                "query": query,
                "body": body,
                "attempt": attempt,
                "status": status,
                "answer": answer,
                "seconds": round(time.monotonic() - begun, 3),
            }
        )
        return status, answer

    async def _request(self, query: dict[str, str], body: str) -> tuple[int, str]:
        config = self._world.config
        if not config.callback_url:
            return 0, ""
        try:
            async with asyncio.timeout(config.callback_timeout):  # the whole exchange, not each read
                answer = await self.asker.ask(
                    "POST", config.callback_url, query=query, content=body.encode(),
                    headers={"Content-Type": "text/xml"},
                )  # fmt: skip
        except (NoAnswer, TimeoutError) as error:
            self._world.note([Note("callback_unanswered", str(error) or type(error).__name__)])
            return 0, ""
        return answer.status, answer.text

    def sealed(self, inner: str) -> tuple[dict[str, str], str]:
        """Query and envelope, with a timestamp and a nonce of their own."""
        crypto, config = self._world.crypto, self._world.config
        timestamp, nonce = str(int(self._world.now().timestamp())), str(secrets.randbelow(10**10))
        encrypted = crypto.encrypt(inner)
        body = to_xml({"ToUserName": config.corp_id, "AgentID": str(config.agent_id), "Encrypt": encrypted})
        signature = crypto.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, body

    def _read(self, user: str, inner: str, status: int, body: str, attempt: int) -> Outcome:
        if status != 200:
            self._world.note([Note("callback_status", f"{status} for {describe(inner)}")])
            return Outcome(status, attempt)
        if not body:
            return Outcome(status, attempt)
        try:
            reply = read_reply(self._world.crypto, body, user=user, corp_id=self._world.config.corp_id)
        except BadReply as error:
            self._world.note([Note("callback_body", f"{error} (for {describe(inner)})")])
            return Outcome(status, attempt)
        self._world.note(reply.notes)
        return Outcome(status, attempt, reply)

    def _apply(self, user: str, fields: JSON, outcome: Outcome, card: Message | None) -> Outcome:
        """Show the reply on the phone, when this kind of callback may be answered with it."""
        reply, kind = outcome.reply, fields.get("Event") or fields.get("MsgType")
        if reply is None:
            return outcome
        if kind == "template_card_event":
            if not self._world.mode.passive_card_update or reply.kind not in UPDATES:
                return outcome
        elif kind not in REPLYABLE:
            self._world.note([Note("passive_not_allowed", f"{kind} can not be answered")])
            return outcome
        return replace(outcome, applied=self._show(user, reply, card))

    def _show(self, user: str, reply: Reply, card: Message | None) -> bool:
        if user not in self._world.phones:
            return False
        if reply.kind in UPDATES:
            return self._update(user, reply, card)
        body = dict(reply.body)
        if "media_id" in body:
            media = self._world.media.shown(body["media_id"])
            if media is None:
                self._world.note([Note("callback_body", f"{reply.kind}: invalid media_id")])
                return False
            body["file_name"] = media.file_name
        self._world.put(user, "in", reply.kind, body)
        return True

    def _update(self, user: str, reply: Reply, card: Message | None) -> bool:
        if card is None:
            self._world.note([Note("callback_body", f"{reply.kind}: there is no card here")])
            return False
        if reply.kind == "update_button":
            replace_button(self._world, user, card, reply.body["replace_name"])
        else:
            replace_card(self._world, user, card, reply.body["template_card"])
        return True

    async def replay(self, entry: JSON, *, verbatim: bool) -> JSON:
        """A delivery again: the very same bytes, or as the platform's retry with its own signature."""
        if not verbatim:
            return await self.deliver_xml(entry["user"], entry["inner"])
        status, body = await self._request(entry["query"], entry["body"])
        return {"status": status, "body": body}

    async def raw(self, method: str, query: dict[str, str], body: str, headers: dict[str, str]) -> JSON:
        """What an attacker sends. Nothing is noted, whatever the bot answers."""
        url = self._world.config.callback_url
        answer = await self.asker.ask(method, url, query=query, content=body.encode(), headers=headers)
        return {"status": answer.status, "body": answer.text, "headers": answer.headers}

    async def verify(self, message: str) -> JSON:
        """GET verification: the bot must give back exactly the message, within a second (path/90930)."""
        config, encrypted = self._world.config, self._world.crypto.encrypt(message)
        timestamp, nonce = str(int(self._world.now().timestamp())), str(secrets.randbelow(10**10))
        signature = self._world.crypto.sign(timestamp, nonce, encrypted)
        query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": encrypted}
        try:
            async with asyncio.timeout(config.verify_timeout):
                answer = await self.asker.ask("GET", config.callback_url, query=query)
        except (NoAnswer, TimeoutError) as error:
            why = str(error) or type(error).__name__
            return {"ok": False, "status": 0, "sent": message, "got": "", "error": why}
        ok = answer.status == 200 and answer.content == message.encode()
        return {"ok": ok, "status": answer.status, "sent": message, "got": answer.text}


def describe(inner: str) -> str:
    try:
        element: ElementTree.Element = parse(inner)
    except BadXml:
        return "unreadable XML"
    return text_of(element, "Event") or text_of(element, "MsgType")
