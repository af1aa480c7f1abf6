"""Desks on which things go wrong: the bot ends in the middle of a write, or the platform answers badly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from bot.writer import NotCommitted
from tests.walks.desk import JSON, Desk

COMMITS = ("before commit", "after commit")


class PowerCut(BaseException):
    """The end of the process, as the code under test meets it."""


@dataclass
class Fuse:
    """Burns at the nth point of every event, once: `claimed`, each effect, `applied`, before and after the commit.

    It stays quiet until the event that it cut has been carried out after all.
    """

    n: int
    burned: list[str] = field(default_factory=list)
    _quiet: bool = False
    _points: int = -1  # of the event under way; -1 between events

    def __call__(self, where: str) -> None:
        if where == "claimed":
            self._points = 0
        if self._points < 0:
            return
        self._points += 1
        burns = self._points == self.n and not self._quiet
        ends = where == COMMITS[1]
        if burns or ends:
            self._points = -1
        self._quiet = (burns and not ends) or (self._quiet and not ends)
        if burns:
            self.burned.append(where)
            raise PowerCut(where)


@dataclass
class SenderFuse:
    """Burns at every `every`th commit of the sender and the sweeper, beginning with number `first`."""

    every: int
    first: int
    burned: list[str] = field(default_factory=list)
    _seen: int = 0
    _event: bool = False

    def __call__(self, where: str) -> None:
        self._event = self._event or where == "claimed"
        if where in COMMITS and not self._event:
            self._seen += 1
            if self._seen % self.every == self.first:
                self.burned.append(where)
                raise PowerCut(where)
        if where == COMMITS[1]:
            self._event = False


@dataclass
class CrashDesk(Desk):
    """Started again after each crash. What the platform then repeats, or the person taps again, comes to the new bot.

    `lease`: minutes to wait until messages that were under way are taken up again.
    """

    lease: float = 0
    taps_again: bool = False
    ended: bool = False  # some callbacks met a bot that could not answer

    def _done(self, answer: JSON) -> str:
        while answer["status"] != 200:
            self.ended = True
            self.dies()
            answer = self._once_more()
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

    def _once_more(self) -> JSON:
        last = self.platform.get("callback_log")["callbacks"][-1]
        root = ElementTree.fromstring(last["inner"])
        if self.taps_again and root.findtext("TaskId"):
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
