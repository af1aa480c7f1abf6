"""A writer, a dispatcher and a platform made of lists, around a real database file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from bot.clock import DemoClock
from bot.dispatch import Dispatcher
from bot.rules.delivery import Answer, Sent
from bot.rules.effects import Effect, Record, Reply
from bot.rules.events import Event
from bot.rules.messages import Attachment, Card, Text
from bot.sender import Post, deliver_one
from bot.writer import Writer
from storage.apply import apply
from storage.db import open_reading
from storage.read import Reader
from tests.fresh import fresh_file
from tests.storage.samples import NOW, ORG

Call = tuple[str, ...]


@dataclass
class ListPlatform:
    """Says yes to everything, and keeps what it was asked. `faults` are raised (or returned) first, one for a call."""

    calls: list[Call] = field(default_factory=list)
    once: list[int] = field(default_factory=list)
    faults: list[Exception | Sent | None] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def _call(self, *call: str) -> Sent:
        with self.lock:
            self.calls.append(call)
            fault = self.faults.pop(0) if self.faults else None
            if isinstance(fault, Exception):
                raise fault
            number = len(self.calls)
        return fault or Sent(f"msg{number}", f"code{number}" if call[0] == "card" else "")

    def send(self, to: str, message: Text | Attachment | Card, *, media_id: str = "", once: int = 0) -> Sent:
        self.once.append(once)
        match message:
            case Text(content):
                return self._call("text", to, content)
            case Attachment(_, name):
                return self._call("attachment", to, name, media_id)
            case Card():
                return self._call("card", to, message.task_id, message.title)

    def update_card(self, to: str, card: Card, response_code: str) -> Sent:
        return self._call("update", to, card.title, response_code)

    def recall(self, msgid: str) -> None:
        self._call("recall", msgid)

    def upload(self, kind: str, name: str, content: bytes) -> str:
        return self._call("upload", kind, name).msgid

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        self._call("fetch", media_id)
        return b"\xff\xd8 picture", "a.jpg"


@dataclass
class Desk:
    """What a test touches. `answers` are the effects the handler says for an event, by its key or its type's name."""

    path: Path
    clock: DemoClock
    writer: Writer
    platform: ListPlatform
    heard: list[Event] = field(default_factory=list)
    answers: dict[str, Sequence[Effect] | Exception] = field(default_factory=dict)
    dispatcher: Dispatcher = field(init=False)
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.writer, self.handle, self.clock, ORG)
        self.post = Post(self.writer, self.platform, self.dispatcher.dispatch, ORG, lambda content: "jpeg")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def handle(self, event: Event, reader: Reader, now: datetime) -> Sequence[Effect]:
        self.heard.append(event)
        answer = self.answers.get(event.key, self.answers.get(type(event).__name__, ()))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hears(self, event: Event) -> Answer:
        return self.dispatcher.dispatch(event).result(timeout=10)

    def does(self, *effects: Effect, cause: str = "test") -> None:
        """Write effects straight away, as an event's handler would."""
        record = Record("sys", "test")
        self.writer.submit(lambda db: apply(db, [*effects, record], org=ORG, cause=cause, now=self.now)).result(10)

    def reads(self, ask: Callable[[Reader], Any]) -> Any:
        return self.writer.submit(lambda db: ask(Reader(db, ORG))).result(10)

    def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        reading = open_reading(self.path)
        try:
            return list(reading.execute(sql, arguments))
        finally:
            reading.close()

    def delivers(self) -> list[Call]:
        """Deliver what is due now; the calls that made."""
        before = len(self.platform.calls)
        while deliver_one(self.post, self.now):
            pass
        return self.platform.calls[before:]

    def waits(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


@contextmanager
def open_desk(path: Path) -> Iterator[Desk]:
    desk = Desk(path, DemoClock(NOW, running=False), Writer(fresh_file(path)), ListPlatform())
    try:
        yield desk
    finally:
        desk.writer.stop()


def says(words: str) -> list[Effect]:
    return [Reply(words)]
