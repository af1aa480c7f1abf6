"""The bot under test: the real one with its real database file; only the wire to the platform is left out.

Deliveries enter at the dispatcher as the typed events that the callback makes of them; messages leave through
`Phones` instead of the platform's client. Nobody sleeps: sweeps and sending happen when the world says so.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from bot.app import Bot, build
from bot.clock import DemoClock
from bot.config import Config, RegulationConfig, Secret, ServerConfig, StorageConfig, WecomConfig
from bot.demo import seed
from bot.regulation import load
from bot.rules.delivery import Sent
from bot.rules.events import CardTapped, Event, TextReceived
from bot.rules.messages import Attachment, Button, Card, Select, Text
from bot.rules.roster import Seat
from bot.sandbox.send_rules import check_message
from bot.sender import Post, Sender
from bot.wecom import render

CORP, KEY = "wwsimulated0000001", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that the platform was given."""

    at: datetime
    to: str
    message: Text | Attachment | Card
    once: int


@dataclass
class Phones:
    """The platform, as far as the sender sees it; it keeps what arrived until somebody takes it."""

    clock: DemoClock
    arrived: list[Arrived] = field(default_factory=list)
    cards: dict[str, dict[str, Card]] = field(default_factory=lambda: defaultdict(dict))  # person → task_id → live card
    complaints: list[str] = field(default_factory=list)
    count: int = 0
    strict: bool = False  # every message is drawn as the platform wants it, and held against its rules
    _lock: Lock = field(default_factory=Lock)  # two processes may send at once
    _onces: set[int] = field(default_factory=set)
    _tasks: set[str] = field(default_factory=set)
    _sent: dict[str, tuple[str, str]] = field(default_factory=dict)  # number of a card's message → whose, which

    def send(self, to: str, message: Text | Attachment | Card, *, media_id: str = "", once: int = 0) -> Sent:
        with self._lock:
            return self._take(to, message, once)

    def _take(self, to: str, message: Text | Attachment | Card, once: int) -> Sent:
        self.count += 1
        if once in self._onces:
            self.complaints.append(f"message {once} to {to} was sent twice")
        self._onces.add(once)
        self._check(message)
        self.arrived.append(Arrived(self.clock.now(), to, message, once))
        if isinstance(message, Card):
            if message.task_id in self._tasks:
                self.complaints.append(f"card {message.task_id} to {to} was sent twice")
            self._tasks.add(message.task_id)
            self.cards[to][message.task_id] = message
            self._sent[f"msg{self.count}"] = (to, message.task_id)
        return Sent(f"msg{self.count}", f"code{self.count}" if isinstance(message, Card) else "")

    def update_card(self, to: str, card: Card, response_code: str) -> Sent:
        with self._lock:
            self.count += 1
            if _buttons(card):
                self.cards[to][card.task_id] = card
            else:
                self.cards[to].pop(card.task_id, None)
            return Sent("", f"code{self.count}")

    def recall(self, msgid: str) -> None:
        with self._lock:
            self.count += 1
            to, task_id = self._sent[msgid]
            self.cards[to].pop(task_id, None)

    def upload(self, kind: str, name: str, content: bytes) -> str:
        raise AssertionError("nobody sends pictures here")

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        raise AssertionError("nobody sends pictures here")

    def _check(self, message: Text | Attachment | Card) -> None:
        """What the platform would refuse, or cut in silence."""
        if self.strict:
            notes = check_message({"touser": "one", "agentid": 1000002, **render.message(message)})
            self.complaints += [f"{note.kind}: {note.detail}" for note in notes]

    def taken(self) -> list[Arrived]:
        """What arrived since the last look."""
        arrived, self.arrived = self.arrived, []
        return arrived


def _buttons(card: Card) -> tuple[Button, ...]:
    return () if card.done else (*card.buttons, *((card.submit,) if card.submit else ()))


class Machine:
    """One process of the bot."""

    def __init__(self, folder: Path, clock: DemoClock, phones: Phones, name: str = "") -> None:
        """`name`: of this process; no two deliveries have one key."""
        self.folder, self.clock, self.phones, self.name = folder, clock, phones, name
        self._turn, self._heard = itertools.count(), itertools.count()
        self.start()

    def config(self) -> Config:
        return Config(
            wecom=WecomConfig(
                corp_id=CORP, agent_id=1000002, secret=Secret("secret"), token=Secret("token"),
                encoding_aes_key=Secret(KEY),
            ),
            server=ServerConfig(public_url="https://bot.example"),
            storage=StorageConfig(path=self.folder / "shenfa.db"),
            regulation=RegulationConfig(slug="saws"),
        )  # fmt: skip

    def start(self) -> None:
        self.bot: Bot = build(self.config(), self.clock, threads=False)
        organisation = self.bot.organisations[0]
        self.sweeper = organisation.sweeper
        dispatch = organisation.dispatcher.dispatch
        post = Post(self.bot.writer, self.phones, dispatch, organisation.org, lambda content: "")
        self.sender = Sender(post, self.clock)

    def seed(self, seats: tuple[Seat, ...]) -> None:
        seed(self.bot, seats, load("saws"), self.clock.now())

    def stop(self, *, now: bool = False) -> None:
        self.bot.stop(now=now)

    # ---- people -----------------------------------------------------------------------------------------------------

    def says(self, user: str, text: str) -> str:
        """The person types; what he is answered."""
        key = f"text{self.name}-{next(self._turn)}"
        return self._hears(TextReceived(key=key, userid=user, sent_at=self.clock.now(), text=text))

    def taps(self, user: str, label: str, number: str, **choices: str) -> str:
        """He taps the button on his newest card of this item that has it; choices by the options' texts."""
        card, button = self._find(user, label, number)
        chosen: dict[str, tuple[str, ...]] = {
            select.key: (_option(select, choices.get(select.title, "")),) for select in card.selects
        }
        return self._hears(
            CardTapped(
                key=f"tap{self.name}-{next(self._turn)}", userid=user, sent_at=self.clock.now(), task_id=card.task_id,
                button=button.key, card_kind="button_interaction", response_code=f"tap{next(self._turn)}",
                chosen=chosen,
            )
        )  # fmt: skip

    def has(self, user: str, label: str, number: str) -> bool:
        return any(b.text == label for card in self._of(user, number) for b in _buttons(card))

    def _of(self, user: str, number: str) -> list[Card]:
        return [card for card in self.phones.cards[user].values() if card.task_id.startswith(f"{number}-")]

    def _find(self, user: str, label: str, number: str) -> tuple[Card, Button]:
        for card in reversed(self._of(user, number)):
            for button in _buttons(card):
                if button.text == label:
                    return card, button
        raise AssertionError(f"{user} has no {label!r} of {number}: {self._of(user, number)}")

    def _hears(self, event: Event) -> str:
        """Every third delivery comes twice, as when our answer was lost."""
        answer = self.bot.dispatcher.dispatch(event).result(60)
        if next(self._heard) % 3 == 0:
            again = self.bot.dispatcher.dispatch(event).result(60)
            if again != answer:
                self.phones.complaints.append(f"{event.key} was answered {answer} and {again}")
        self.deliver()
        return answer.text or ""

    # ---- time -------------------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        self.sweeper.settle()
        self.deliver()

    def deliver(self) -> None:
        self.sender.settle()


def _option(select: Select, wanted: str) -> str:
    """The option that reads so; without a wish what the phone shows first."""
    shown = {option.text.partition(" · ")[0]: option.id for option in select.options}
    return shown[wanted] if wanted else select.selected or select.options[0].id
