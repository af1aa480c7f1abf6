"""One event, one savepoint: claim its key, ask the handler, write what it says; or nothing of it all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from sqlite_utils import Database

from bot.clock import Clock
from bot.rules.delivery import Answer
from bot.rules.effects import Effect, Reply, Send
from bot.rules.events import CardMenuTapped, CardTapped, Event, Internal
from bot.rules.messages import Text
from bot.writer import NotCommitted, Writer
from storage import inbox
from storage.apply import apply
from storage.audit import record
from storage.outbox import queue_send
from storage.read import Reader
from storage.roster import RosterCache

log = logging.getLogger(__name__)

Handle = Callable[[Event, Reader, datetime], Sequence[Effect]]

SORRY = "系统出错，已记录，请稍后再试或联系管理员。"


class Dispatcher:
    """`handle` is the router. `interrupt` is told how far an event has come: "claimed", then each effect's name, then
    "applied"; a BaseException it raises ends the writer as a crash would (tests)."""

    def __init__(
        self,
        writer: Writer,
        handle: Handle,
        clock: Clock,
        org: str,
        *,
        sorry: str = SORRY,
        interrupt: Callable[[str], None] | None = None,
    ) -> None:
        self._writer = writer
        self._handle = handle
        self._clock = clock
        self._sorry = sorry
        self._interrupt = interrupt or (lambda where: None)
        self._rosters = RosterCache()  # used in the writer's thread only
        self._listeners: list[Callable[[], None]] = []
        self.org = org

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call this after each committed event, in the writer's thread: it must not wait (the sender's `wake`)."""
        self._listeners.append(listener)

    def dispatch(self, event: Event) -> Future[Answer]:
        """Take an event. The future ends after the commit; a repeat gets the answer that the first one got.

        When the handler fails nothing is kept but a line of 留痕, and the key is free for a repeat; a person is
        answered with a sentence, an internal event's future fails with the handler's exception.
        The future fails with NotCommitted (WriterStopped) when the database could not be written: answer the platform
        with an error, it will repeat.
        """
        answer: Future[Answer] = Future()
        taken = self._writer.submit(lambda db: self._take(db, event))
        taken.add_done_callback(lambda done: self._finish(event, done, answer))
        return answer

    async def answer(self, event: Event) -> Answer:
        """`dispatch`, awaited."""
        return await asyncio.wrap_future(self.dispatch(event))

    def _take(self, db: Database, event: Event) -> Answer:
        now = self._now()
        if not inbox.claim(db, self.org, event.key, type(event).__name__, now):
            return inbox.answer_of(db, self.org, event.key)
        self._interrupt("claimed")
        effects = _audible(event, self._handle(event, Reader(db, self.org, self._rosters), now))
        applied = apply(
            db,
            effects,
            org=self.org,
            cause=event.key,
            now=now,
            to="" if isinstance(event, Internal) else event.userid,
            after_each=self._interrupt,
        )
        tapped = event.task_id if isinstance(event, CardTapped | CardMenuTapped) else ""
        answer = Answer(applied.reply, applied.cards.get(tapped))
        inbox.keep_answer(db, self.org, event.key, answer)
        self._interrupt("applied")
        return answer

    def _finish(self, event: Event, taken: Future[Answer], answer: Future[Answer]) -> None:
        """In the writer's thread, after the commit."""
        error = taken.exception()
        if error is None:
            for listener in self._listeners:
                listener()
            answer.set_result(taken.result())
        elif isinstance(error, NotCommitted):
            answer.set_exception(error)
        else:
            log.error("%s %s failed", type(event).__name__, event.key, exc_info=error)
            recorded = self._writer.submit(lambda db: self._record_failure(db, event, error))
            recorded.add_done_callback(lambda done: self._apologise(event, error, done, answer))

    def _record_failure(self, db: Database, event: Event, error: BaseException) -> None:
        """留痕 of the failure. An answer to a tap does not show a text, so there the sentence is a message."""
        now = self._now()
        actor = "sys" if isinstance(event, Internal) else event.userid
        why = f"{type(event).__name__}: {type(error).__name__}: {error}"
        record(db, self.org, now, actor=actor, action="failed", detail=why[:500], cause=event.key)
        if isinstance(event, CardTapped | CardMenuTapped):
            queue_send(db, self.org, Send(event.userid, Text(self._sorry), f"{event.key}:failed"), now)

    def _apologise(
        self, event: Event, error: BaseException, recorded: Future[None], answer: Future[Answer]
    ) -> None:
        lost = recorded.exception()
        if lost is not None:
            answer.set_exception(lost)
        elif isinstance(event, Internal):
            answer.set_exception(error)
        else:
            for listener in self._listeners:
                listener()
            answer.set_result(Answer(self._sorry))

    def _now(self) -> datetime:
        """Whole seconds, as they are stored: what a handler compares is what it would read back."""
        return self._clock.now().replace(microsecond=0)


def _audible(event: Event, effects: Sequence[Effect]) -> Sequence[Effect]:
    """The answer to a tap shows no text: a reply to one is sent as a message."""
    if not isinstance(event, CardTapped | CardMenuTapped):
        return effects
    return [
        Send(event.userid, Text(effect.text), f"{event.key}:reply:{place}") if isinstance(effect, Reply) else effect
        for place, effect in enumerate(effects)
    ]
