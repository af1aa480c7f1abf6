"""Desks on which things go wrong: the bot ends in the middle of a write, or the platform answers badly."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from xml.etree import ElementTree

from bot.writer import NotCommitted
from tests.walks.desk import JSON, Desk

COMMITS = ("before commit", "after commit")


class PowerCut(BaseException):
    """The end of the process, as the code under test meets it."""


@dataclass
class Fuse:
    """Burns at the nth point of every event, once: `claimed`, each effect, `applied`, before and after the commit.

    Or at every point of this name. It stays quiet until the event that it cut has been carried out after all.
    """

    n: int | str
    burned: list[str] = field(default_factory=list)
    _quiet: bool = False
    _points: int = -1  # of the event under way; -1 between events

    def __call__(self, where: str) -> None:
        if where == "claimed":
            self._points = 0
        if self._points < 0:
            return
        self._points += 1
        burns = self.n in (self._points, where) and not self._quiet
        ends = where == COMMITS[1]
        if burns or ends:
            self._points = -1
        self._quiet = (burns and not ends) or (self._quiet and not ends)
        if burns:
            self.burned.append(where)
            raise PowerCut(where)


@dataclass
class SenderFuse:
    """Burns once for every `every`th message, at one moment of its sending.

    `moment`: "leased" (taken, not sent yet), "sent" (sent, not written down yet), "settled" (written down).
    """

    moment: str
    every: int
    burned: list[int] = field(default_factory=list)
    path: Path | None = None  # the database, to see which message is under way
    _seen: set[int] = field(default_factory=set)
    _under_way: int = 0

    def __call__(self, where: str) -> None:
        if where not in COMMITS:
            return
        before, self._under_way = self._under_way, self._leased()
        if where == COMMITS[0]:
            now, message = "sent", self._under_way
        else:
            now, message = ("leased", self._under_way) if self._under_way else ("settled", before)
        if now != self.moment or not message or message in self._seen:
            return
        self._seen.add(message)
        if len(self._seen) % self.every == 0:
            self.burned.append(message)
            self._under_way = 0
            raise PowerCut(f"{self.moment} {message}")

    def _leased(self) -> int:
        assert self.path is not None
        with closing(sqlite3.connect(self.path)) as db:
            row = db.execute("SELECT id FROM outbox WHERE lease_until IS NOT NULL").fetchone()
        return int(row[0]) if row else 0


@dataclass
class CrashDesk(Desk):
    """Started again after each crash. What the platform then repeats, or the person taps again, comes to the new bot.

    `lease`: minutes to wait until messages that were under way are taken up again.
    """

    lease: float = 0
    taps_again: bool = False
    ended: bool = False  # some callbacks met a bot that could not answer

    def __enter__(self) -> Self:
        if isinstance(self.interrupt, SenderFuse):
            fuse, self.interrupt = self.interrupt, None
            super().__enter__()
            fuse.path, self.interrupt = self.config().storage.path, fuse
            self.dies()
            return self
        return super().__enter__()

    def _done(self, answer: JSON) -> str:
        again = self.taps_again
        while answer["status"] != 200:
            self.ended = True
            self.dies()
            answer = self._once_more(tapped=again)
            again = False
        self.settle()
        return str((answer.get("reply") or {}).get("content") or "")

    def settle(self) -> None:
        """Until everything due is done, whatever breaks on the way."""
        done = False
        while not done:
            try:
                self.bot.settle()
                done = True
            except NotCommitted:
                self.dies()
                if self.lease:
                    self.later(minutes=self.lease)

    def now(self, moment: Any) -> None:
        self.clock.set(moment)
        self.platform.post("clock", set=moment.isoformat())
        self.settle()

    def _once_more(self, *, tapped: bool) -> JSON:
        last = self.platform.get("callback_log")["callbacks"][-1]
        root = ElementTree.fromstring(last["inner"])
        if tapped and root.findtext("TaskId"):
            return self._second_tap(last["user"], root)
        answer = self.platform.post("replay")
        if answer["reply"]:  # of a repeat the stand-in only tells; on a real phone it is shown
            self.platform.world.put(last["user"], "in", "text", {"content": answer["reply"]["content"]})
        return answer

    def _second_tap(self, user: str, root: ElementTree.Element) -> JSON:
        """The same button a moment later."""
        at = root.find("CreateTime")
        assert at is not None and at.text is not None
        at.text = str(int(at.text) + 1)
        return self.platform.post("event", user=user, xml=ElementTree.tostring(root, encoding="unicode"))


@dataclass
class FaultyDesk(Desk):
    """Whenever somebody has done something, the platform answers the next calls of `path` badly; then time passes."""

    fault: JSON = field(default_factory=dict)
    revoke: bool = False
    minutes: float = 9

    def _done(self, answer: JSON) -> str:
        if self.fault:
            self.platform.post("faults", next=[self.fault])
        if self.revoke:
            self.platform.post("token/revoke")
        said = super()._done(answer)
        for _ in range(3):
            self.later(minutes=self.minutes / 3)
        self.platform.post("faults/clear")
        return said
