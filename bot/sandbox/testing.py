"""The stand-in in a thread of the test's own process, and a hand that moves its phones."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from select import select
from types import TracebackType
from typing import Any, BinaryIO, Self, cast
from urllib.parse import quote

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.sandbox.app import create_app
from bot.sandbox.asking import head_of, written
from bot.sandbox.config import Person, SandboxConfig
from bot.sandbox.world import World

JSON = dict[str, Any]
START_SECONDS = 10.0

PEOPLE = (
    Person("wang", "王敏", "监管一司", "信息员"),
    Person("zhang", "张伟", "监管一司", "部门负责人"),
    Person("li", "李国强", "机关", "主管领导"),
    Person("zhao", "赵磊", "政策法规司", ""),
)


def example_config(**changes: Any) -> SandboxConfig:
    """A corp with four people; secrets that are secret to nobody."""
    config = SandboxConfig(
        corp_id="wwtestcorp00000001",
        agent_id=1000002,
        secret="sandbox-secret",
        token="testtoken",
        encoding_aes_key="AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
        people=PEOPLE,
        port=0,
    )
    return replace(config, **changes)


def _listening(host: str, port: int) -> socket.socket:
    """The protocol is named, because asyncio turns off Nagle's delay (40 ms an answer) only on sockets that name it."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


class ServerThread:
    """Any ASGI application on a free port, for as long as a `with` block."""

    def __init__(self, app: Starlette, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = _listening(host, port)
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            app, loop="asyncio", http="h11", ws="none", log_config=None, log_level="critical",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = _Announced(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.end()
        self._thread.join(START_SECONDS)
        self._socket.close()


class _Announced(uvicorn.Server):
    """Says when it listens, and ends when it is told to: nobody has to poll or to wait for the next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Without waiting for connections: browsers may still listen to the stream."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self.lifespan.shutdown()

    def end(self) -> None:
        """From any thread."""
        self.should_exit = self.force_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()


class Wire(threading.local):
    """JSON to and from one server. Each thread keeps a connection: it is made anew when the server has ended it."""

    def __init__(self, place: tuple[str, int], opened: list[socket.socket]) -> None:
        self._place, self._opened = place, opened
        self._kept: socket.socket | None = None

    def ask(self, method: str, path: str, body: JSON | None = None) -> tuple[int, Any]:
        content = json.dumps(body).encode() if body is not None else b""
        connection = self._connection()
        headers = {"Content-Type": "application/json"}
        connection.sendall(written(method, quote(path, safe="/?&="), "sandbox", content, headers))
        with connection.makefile("rb") as answer:
            head = head_of(b"".join(_lines(answer)))
            read = answer.read(int(head.headers["content-length"]))
        return head.status, json.loads(read) if head.status == 200 else read.decode(errors="replace")

    def _connection(self) -> socket.socket:
        if self._kept is not None and select([self._kept], [], [], 0)[0]:
            self._kept.close()
            self._kept = None
        if self._kept is None:
            self._kept = socket.create_connection(self._place, timeout=30)
            self._kept.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._opened.append(self._kept)
        return self._kept


def _lines(answer: BinaryIO) -> Iterator[bytes]:
    """Up to the empty one."""
    while (line := answer.readline()) != b"\r\n":
        if not line:
            raise ConnectionError("the platform broke off")
        yield line


class Sandbox(ServerThread):
    """with Sandbox(example_config()) as platform: platform.say("wang", "你好")"""

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self.config = config or example_config()
        self._app = create_app(self.config)
        super().__init__(self._app, self.config.host, self.config.port)
        self._opened: list[socket.socket] = []
        self._wire = Wire((self.config.host, self._socket.getsockname()[1]), self._opened)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._opened:
            connection.close()
        if "client" in self.__dict__:
            self.client.close()
        super().__exit__(kind, error, trace)

    @cached_property
    def client(self) -> httpx.Client:
        """For whoever wants more of HTTP than JSON; a phone's hand is quicker without."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=False)  # plain http

    @property
    def world(self) -> World:
        """Belongs to the server's thread: only for what no endpoint offers."""
        return cast(World, self._app.state.world)

    def reset(self) -> None:
        """As new, and much faster than another server."""
        self.post("reset")

    def post(self, action: str, **body: Any) -> JSON:
        """POST /_sandbox/<action>; a refusal is an AssertionError, so that a walk stops where it went wrong."""
        status, answer = self._wire.ask("POST", f"/_sandbox/{action}", body)
        assert status == 200, f"{action}: {status} {answer}"
        return cast(JSON, answer)

    def get(self, view: str) -> JSON:
        status, answer = self._wire.ask("GET", f"/_sandbox/{view}")
        assert status == 200, f"{view}: {status} {answer}"
        return cast(JSON, answer)

    def connect(self, callback_url: str, **settings: str) -> None:
        """Where the bot listens, once that is known."""
        self.post("settings", callback_url=callback_url, **settings)

    def say(self, user: str, text: str) -> JSON:
        return self.post("say", user=user, text=text)

    def send_media(self, user: str, kind: str, file_name: str, content: bytes) -> JSON:
        response = self.client.post(
            "/_sandbox/send_media", data={"user": user, "type": kind}, files={"file": (file_name, content)}
        )
        assert response.status_code == 200, response.text
        return cast(JSON, response.json())

    def tap(self, user: str, task_id: str, key: str, selections: dict[str, list[str]] | None = None) -> JSON:
        return self.post("tap", user=user, task_id=task_id, key=key, selections=selections)

    def messages(self, user: str) -> list[JSON]:
        return cast(list[JSON], self.get(f"phone/{user}")["messages"])

    def received(self, user: str) -> list[JSON]:
        """What came to the phone, without what its owner said."""
        return [message for message in self.messages(user) if message["direction"] == "in"]

    def texts(self, user: str) -> list[str]:
        return [message["content"] for message in self.received(user) if message["type"] == "text"]

    def cards(self, user: str) -> list[JSON]:
        return [message["card"] for message in self.received(user) if message["type"] == "template_card"]

    def violations(self) -> list[JSON]:
        return cast(list[JSON], self.get("violations")["violations"])

    def advance(self, seconds: float) -> JSON:
        return self.post("clock", advance_seconds=seconds)
