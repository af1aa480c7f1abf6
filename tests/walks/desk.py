"""The whole product in one test: the stand-in platform and the bot, over HTTP with the platform's real encryption.

Nothing reaches into the bot: people say and tap on phones, and phones are looked at. `settle` does all that is due.
"""

from __future__ import annotations

import itertools
import os
import re
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.app import MENU, Bot, build
from bot.clock import BEIJING, DemoClock
from bot.config import AdminConfig, Config, RegulationConfig, Secret, ServerConfig, StorageConfig, WecomConfig
from bot.demo import seats_for, seed
from bot.regulation import load
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from bot.sandbox.config import Person, SandboxConfig
from bot.sandbox.testing import Sandbox, ServerThread
from tests.fresh import fresh_file

JSON = dict[str, Any]
MONDAY = datetime(2025, 3, 17, 9, 0, tzinfo=BEIJING)
CORP, AGENT, KEY = "wwtestcorp00000001", 1000002, "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
WORDS = (Entry("内部通报(未公开)", 1), Entry("拟出台", 6), Entry("征求意见稿", 6), Entry("别问了", "语气"))


_turn = itertools.count()


def own_port() -> int:
    """A free port below the range of outgoing connections: none of them takes it while the bot is down."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for n in _turn:
        port = 20000 + worker % 6 * 2000 + (os.getpid() + n) % 2000
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port")


@dataclass
class Desk:
    """with Desk(tmp_path) as desk: desk.says("limin", "…"); desk.taps("heping", "可以公开")"""

    folder: Path
    slug: str = "saws"
    add: tuple[str, ...] = ()  # papers whose flows and measures are added
    seats: Sequence[Seat] = ()
    words: Sequence[Entry] = WORDS
    start: datetime = MONDAY
    twice: bool = False  # every callback is delivered twice
    restarts: bool = False  # the bot dies and starts again between all steps
    granted: bool = True
    admins: tuple[str, ...] = ()
    threads: bool = False  # sender and sweeper run by themselves, as in earnest
    interrupt: Callable[[str], None] | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _seen: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.regulation = load(self.slug, self.add)
        self.seats = tuple(self.seats) or seats_for(self.regulation)
        self.port = own_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.clock = DemoClock(self.start, running=False)
        self.platform = self._stack.enter_context(Sandbox(self._sandbox()))
        self._start()
        if self.granted:
            seed(self.bot, tuple(self.seats), self.regulation, self.clock.now())
        if self.twice:
            self.platform.post("mode", double=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._stack.close()

    @property
    def org(self) -> str:
        """The organisation's key in the database."""
        return CORP

    def _sandbox(self) -> SandboxConfig:
        people: dict[str, Person] = {}
        for seat in self.seats:
            label = self.regulation.role[seat.role].label if seat.role else ""
            people[seat.userid] = Person(seat.userid, seat.name, seat.unit, label)
        return SandboxConfig(
            corp_id=CORP, agent_id=AGENT, secret="test-secret", token="testtoken", encoding_aes_key=KEY,
            people=tuple(people.values()), port=0, callback_url=f"{self.url}/wecom/callback", start_at=self.start,
            bot_public_url=self.url,
        )  # fmt: skip

    def config(self) -> Config:
        return Config(
            wecom=WecomConfig(
                corp_id=CORP, agent_id=AGENT, secret=Secret("test-secret"), token=Secret("testtoken"),
                encoding_aes_key=Secret(KEY), api_base_url=self.platform.url, oauth_base_url=self.platform.url,
            ),
            server=ServerConfig(public_url=self.url, port=self.port),
            storage=StorageConfig(path=self.folder / "shenfa.db"),
            regulation=RegulationConfig(slug=self.slug, add=self.add),
            admin=AdminConfig(self.admins),
        )  # fmt: skip

    def _start(self) -> None:
        fresh_file(self.config().storage.path)
        self.bot: Bot = build(
            self.config(),
            self.clock,
            words=self.words,
            threads=self.threads,
            interrupt=self.interrupt,
            framed_by=self.platform.url,
        )
        self._server = ServerThread(self.bot.web, port=self.port)
        self._server.__enter__()

    def _stop(self, *, now: bool = False) -> None:
        self._server.__exit__(None, None, None)
        self.bot.stop(now=now)

    def dies(self) -> None:
        """The bot ends as in a crash and starts again on its database."""
        self._stop(now=True)
        self._start()

    # ---- what people do ---------------------------------------------------------------------------------------------

    def _done(self, answer: JSON) -> str:
        if self.restarts:
            self.dies()
        self.bot.settle()
        reply = answer.get("reply") or {}
        return str(reply.get("content") or "")

    def says(self, user: str, text: str) -> str:
        """The person types; the passive answer."""
        return self._done(self.platform.say(user, text))

    def sends(self, user: str, kind: str, name: str, content: bytes) -> str:
        return self._done(self.platform.send_media(user, kind, name, content))

    def menu(self, user: str, key: str) -> str:
        """The person taps an entry of the application's menu; the passive answer."""
        self.bot.client.create_menu(MENU)
        return self._done(self.platform.post("menu", user=user, key=key))

    def taps(self, user: str, label: str, *, number: str = "", task_id: str = "", **choices: str) -> str:
        """Tap the button with this label on the newest card (of `number`) that has it; choices by shown option text."""
        card, button = self._find(user, label, number, task_id)
        selections = {}
        for select in _selects(card):
            options = {o["text"].partition(" · ")[0]: o["id"] for o in select["option_list"]}
            wanted = choices.pop(str(select.get("title", "")), None)
            if wanted is not None:
                selections[select["question_key"]] = [options[wanted]]
            else:
                selections[select["question_key"]] = [select.get("selected_id") or select["option_list"][0]["id"]]
        assert not choices, f"no such choice on the card: {choices}"
        return self._done(self.platform.tap(user, card["task_id"], button, selections or None))

    def corner(self, user: str, label: str, *, number: str = "") -> str:
        """Tap an entry of the menu at the corner of the newest card (of `number`) that has it."""
        for card in reversed(self.cards(user)):
            for action in card.get("action_menu", {}).get("action_list", ()):
                if card["task_id"].startswith(number) and action["text"] == label and not card.get("replaced"):
                    return self._done(
                        self.platform.post("card_menu", user=user, task_id=card["task_id"], key=action["key"])
                    )
        raise AssertionError(f"{user} has no card with {label!r} at its corner")

    def _find(self, user: str, label: str, number: str, task_id: str) -> tuple[JSON, str]:
        for card in reversed(self.cards(user)):
            if task_id and card["task_id"] != task_id:
                continue
            if number and not card["task_id"].startswith(number):
                continue
            for button in _buttons(card):
                if button["text"] == label and not card.get("replaced"):
                    return card, button["key"]
        shown = [(c["task_id"], c.get("replaced"), [b["text"] for b in _buttons(c)]) for c in self.cards(user)]
        raise AssertionError(f"{user} has no button {label!r}: {shown}")

    # ---- what people see --------------------------------------------------------------------------------------------

    def cards(self, user: str) -> list[JSON]:
        return self.platform.cards(user)

    def card(self, user: str, number: str = "") -> JSON:
        """The newest card (of `number`)."""
        return [c for c in self.cards(user) if c["task_id"].startswith(number)][-1]

    def texts(self, user: str) -> list[str]:
        return self.platform.texts(user)

    def new(self, user: str) -> list[str]:
        """Texts that came since the last look."""
        texts = self.texts(user)
        fresh = texts[self._seen.get(user, 0) :]
        self._seen[user] = len(texts)
        return fresh

    def live(self, user: str, number: str = "") -> list[str]:
        """Labels of buttons that can still be tapped."""
        return [
            button["text"]
            for card in self.cards(user)
            if card["task_id"].startswith(number) and not card.get("replaced")
            for button in _buttons(card)
        ]

    # ---- time -------------------------------------------------------------------------------------------------------

    def now(self, moment: datetime) -> None:
        """Both clocks stand at this moment; what became due is done."""
        self.clock.set(moment)
        self.platform.post("clock", set=moment.isoformat())
        self.bot.settle()

    def later(self, **span: float) -> None:
        self.now(self.clock.now() + timedelta(**span))

    # ---- a routine ---------------------------------------------------------------------------------------------------

    def submits(
        self, user: str, text: str, flow: str, *, channels: str = "政务微博+政务微信", column: str = "信息发布",
        scope: str = "法规文件工作活动", answers: Sequence[str] = (), **more: str,
    ) -> str:  # fmt: skip
        """A draft from the first message to 送审; its number."""
        reply = self.says(user, text)
        found = re.search(r"编号 (\d+)", reply)
        assert found, reply
        number = found[1]
        self.taps(user, "下一步", number=number, 类别=flow, 渠道=channels, 栏目=column)
        self.taps(user, "送审", number=number, 内容范围=scope, **more)
        for answer in answers:
            self.says(user, answer)
        return number


def _buttons(card: JSON) -> list[JSON]:
    submit = card.get("submit_button")
    return [*card.get("button_list", ()), *([submit] if submit else ())]


def _selects(card: JSON) -> list[JSON]:
    single = card.get("button_selection")
    return [*card.get("select_list", ()), *([single] if single else ())]


__all__ = ["MONDAY", "Desk", "replace"]
