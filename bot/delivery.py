"""送来的评论: one batch through the road of all events, and what became of each row. For files and for connectors.

A batch is one transaction. One that fails is tried row by row, so that one bad row keeps back no other. Repeated after
an interruption it finds what is there already: the same comment is one item.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from bot.rules.comments import Comment
from bot.rules.delivery import Answer
from bot.rules.events import CommentsArrived, Event
from bot.writer import NotCommitted
from storage.read import Reader

log = logging.getLogger(__name__)

BATCH = 100  # comments that share a transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """`number`: of its item, 0 where there is none. `why`: of what was refused."""

    status: Literal["new", "duplicate", "refused"]
    number: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How comments come in, from where (`source`), brought by whom (`actor`), for whom (`by`)."""

    dispatch: Callable[[Event], Future[Answer]]
    open_reader: Callable[[], AbstractContextManager[Reader]]
    source: str
    actor: str
    by: str = ""
    quiet: bool = False

    def deliver(self, comments: Sequence[Comment]) -> list[Outcome]:
        """What became of each, in order. Raises NotCommitted when nothing can be written now."""
        before = self._numbers(comments)
        fresh = [one for one, number in zip(comments, before, strict=True) if not number]
        failed = self._send(fresh) if fresh else set()
        after = self._numbers(comments)
        seen: set[int] = set()
        outcomes = []
        for one, was, now in zip(comments, before, after, strict=True):
            if one in failed or not now:
                outcomes.append(Outcome("refused", why="系统出错，已记录，请再送一次"))
            else:
                outcomes.append(Outcome("duplicate" if was or now in seen else "new", now))
                seen.add(now)
        return outcomes

    def _send(self, comments: Sequence[Comment]) -> set[Comment]:
        """Those that could not be kept."""
        try:
            self.dispatch(self._event(comments)).result()
        except NotCommitted:
            raise
        except Exception as error:
            if len(comments) == 1:
                log.error("a comment was not kept: %s", type(error).__name__)
                return set(comments)
            return {bad for one in comments for bad in self._send([one])}
        return set()

    def _event(self, comments: Sequence[Comment]) -> CommentsArrived:
        digest = sha256("\n".join(one.fingerprint for one in comments).encode()).hexdigest()
        return CommentsArrived(
            key=f"comments:{self.source}:{digest}", comments=tuple(comments), source=self.source, actor=self.actor,
            by=self.by, quiet=self.quiet,
        )  # fmt: skip

    def _numbers(self, comments: Sequence[Comment]) -> list[int]:
        with self.open_reader() as reader:
            return [next((n for key in one.known_by if (n := reader.comment(key))), 0) for one in comments]
