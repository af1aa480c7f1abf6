"""A bot of a few lines, to drive the stand-in: it keeps what it heard and answers what it was told to."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.config import SandboxConfig
from bot.sandbox.crypto import Crypto
from bot.sandbox.xml import parse, text_of, to_xml

JSON = dict[str, Any]
Answer = Callable[[ElementTree.Element], Response]


class FakeBot:
    """`answers` are used up one by one; after them it says nothing."""

    def __init__(self, config: SandboxConfig) -> None:
        self.corp_id = config.corp_id
        self.crypto = Crypto(config.token, config.encoding_aes_key, config.corp_id)
        self.heard: list[ElementTree.Element] = []
        self.requests: list[tuple[dict[str, str], str]] = []
        self.clock: list[str] = []
        self.answers: list[Answer] = []
        self.app = Starlette(
            routes=[
                Route("/callback", self._verify, methods=["GET"]),
                Route("/callback", self._callback, methods=["POST"]),
                Route("/clock", self._clock, methods=["POST"]),
            ]
        )

    def forget(self) -> None:
        for memory in (self.heard, self.requests, self.clock, self.answers):
            memory.clear()

    async def _verify(self, request: Request) -> Response:
        return Response(self.crypto.decrypt(request.query_params["echostr"]))

    async def _clock(self, request: Request) -> Response:
        self.clock.append((await request.json())["now"])
        return Response("ok")

    async def _callback(self, request: Request) -> Response:
        body = (await request.body()).decode()
        self.requests.append((dict(request.query_params), body))
        encrypted = text_of(parse(body), "Encrypt")
        query = request.query_params
        if not self.crypto.signed(query["msg_signature"], query["timestamp"], query["nonce"], encrypted):
            return Response("bad signature", 403)
        inner = parse(self.crypto.decrypt(encrypted))
        self.heard.append(inner)
        return self.answers.pop(0)(inner) if self.answers else Response("")

    def replies(self, **fields: Any) -> None:
        """Answer the next callback passively."""
        self.answers.append(lambda inner: self.sealed(inner, fields))

    def says(self, text: str) -> None:
        self.replies(MsgType="text", Content=text)

    def sealed(self, inner: ElementTree.Element, fields: JSON) -> Response:
        head = {"ToUserName": text_of(inner, "FromUserName"), "FromUserName": self.corp_id, "CreateTime": 1700000000}
        encrypted = self.crypto.encrypt(to_xml(head | fields))
        signature = self.crypto.sign("1700000000", "n1", encrypted)
        envelope = {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1700000000, "Nonce": "n1"}
        return Response(to_xml(envelope), media_type="text/xml")

    def last(self, name: str) -> str:
        return text_of(self.heard[-1], name)
