"""The load generator: sealed callbacks, and clients that do nothing but send them and look at the clock."""

from __future__ import annotations

import asyncio
import gc
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.sandbox.crypto import Crypto
from bot.sandbox.xml import parse, text_of, to_xml

ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`seconds`: from the beginning of the connection to the last byte received."""

    status: int
    body: bytes
    seconds: float


class Sealer:
    """Inner XML as the platform writes it, and the whole HTTP request around it."""

    def __init__(self, token: str, aes_key: str, corp: str, agent: int) -> None:
        self._crypto = Crypto(token, aes_key, corp)
        self._corp, self._agent = corp, agent
        self._last = 7_000_000_000_000_000_000

    def text(self, user: str, content: str) -> dict[str, Any]:
        self._last += 1
        return self._common(user, "text") | {"Content": content, "MsgId": self._last, "AgentID": self._agent}

    def tap(self, user: str, task_id: str, button: str, chosen: Mapping[str, str]) -> dict[str, Any]:
        self._last += 1
        items = [{"QuestionKey": key, "OptionIds": {"OptionId": [option]}} for key, option in chosen.items()]
        return self._common(user, "event") | {
            "Event": "template_card_event",
            "EventKey": button,
            "TaskId": task_id,
            "CardType": "multiple_interaction" if items else "button_interaction",
            "ResponseCode": f"tap{self._last}",
            "AgentID": self._agent,
            "SelectedItems": {"SelectedItem": items} if items else None,
        }

    def _common(self, user: str, kind: str) -> dict[str, Any]:
        created = int(Clock().now().timestamp())
        return {"ToUserName": self._corp, "FromUserName": user, "CreateTime": created, "MsgType": kind}

    def request(self, fields: Mapping[str, Any]) -> bytes:
        """A POST with a timestamp and a nonce of its own: sealed before the clock runs."""
        encrypted = self._crypto.encrypt(to_xml(fields))
        timestamp, nonce = str(int(Clock().now().timestamp())), str(secrets.randbelow(10**10))
        signature = self._crypto.sign(timestamp, nonce, encrypted)
        body = to_xml({"ToUserName": self._corp, "AgentID": str(self._agent), "Encrypt": encrypted}).encode()
        head = (
            f"POST /wecom/callback?msg_signature={signature}&timestamp={timestamp}&nonce={nonce} HTTP/1.1\r\n"
            f"Host: 127.0.0.1\r\nConnection: close\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def answered(self, answer: Answer) -> str:
        """The text of a passive reply; empty when there is none."""
        if not answer.body:
            return ""
        return text_of(parse(self._crypto.decrypt(text_of(parse(answer.body.decode()), "Encrypt"))), "Content")


def send(port: int, requests: Sequence[bytes], clients: int) -> list[Answer]:
    """Send all, by so many clients at once; each sends its next request when it has the answer to its last one.

    The answers come in the order of the requests. Raises RuntimeError for a request that was not answered.
    """
    gc.collect()
    gc.disable()
    try:
        return asyncio.run(_send(port, requests, clients))
    finally:
        gc.enable()


async def _send(port: int, requests: Sequence[bytes], clients: int) -> list[Answer]:
    answers: dict[int, Answer] = {}
    waiting = enumerate(requests)
    try:
        async with asyncio.timeout(ANSWER_SECONDS + len(requests)):
            await asyncio.gather(*(_client(port, waiting, answers) for _ in range(clients)))
    except (OSError, EOFError, TimeoutError) as error:
        raise RuntimeError(f"回调没有得到应答: {type(error).__name__}") from error
    return [answers[place] for place in range(len(requests))]


async def _client(port: int, waiting: Iterator[tuple[int, bytes]], answers: dict[int, Answer]) -> None:
    """A connection for each request: so does nginx before a server unless told otherwise, and so closes Werkzeug."""
    for place, request in waiting:
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        status, body = await _read(reader)
        answers[place] = Answer(status, body, time.perf_counter() - begun)
        writer.close()


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Both servers state a Content-Length; anything else is a fault of the benchmark."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return int(status.split()[1]), body
