"""Two organisations of one bot: each has a platform and phones of its own; the clock and the bot are shared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any

import httpx
from sqlite_utils import Database

from bot.app import reading
from bot.config import Config, OrganisationConfig, RegulationConfig, Secret, WecomConfig
from bot.demo import seats_for, seed
from bot.regulation import load
from bot.sandbox.config import Person, SandboxConfig
from bot.sandbox.testing import Sandbox
from tests.walks.crashing import CrashDesk
from tests.walks.desk import CORP, JSON, Desk

OTHER_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"


@dataclass
class Branch(CrashDesk):
    """The desk of a further organisation. It is opened and closed by the first one's."""

    id: str = "b"
    corp: str = CORP
    agent: int = 1000003
    token: str = "othertoken"
    guests: Sequence[str] = ()  # on a phone, but not in the roster

    def opens(self) -> None:
        """Its platform runs, and does not know yet where the bot is."""
        self.regulation = load(self.slug, self.add)
        self.seats = tuple(self.seats) or seats_for(self.regulation)
        self.url = "http://127.0.0.1:1"
        self.platform = self._stack.enter_context(Sandbox(self._sandbox()))

    def joins(self, first: First) -> None:
        self.first, self.clock, self.url = first, first.clock, f"{first.url}/o/{self.id}"
        self.connects(f"{self.url}/wecom/callback")
        seed(self.bot, tuple(self.seats), self.regulation, self.clock.now())
        if first.twice:
            self.platform.post("mode", double=True)

    def connects(self, callback: str) -> None:
        self.platform.connect(callback, bot_public_url=self.first.url)

    @property
    def org(self) -> str:
        return f"{self.corp}/{self.id}"

    def own(self) -> OrganisationConfig:
        wecom = WecomConfig(
            corp_id=self.corp, agent_id=self.agent, secret=Secret("other-secret"), token=Secret(self.token),
            encoding_aes_key=Secret(OTHER_KEY), api_base_url=self.platform.url, oauth_base_url=self.platform.url,
        )  # fmt: skip
        return OrganisationConfig(self.id, wecom, RegulationConfig(slug=self.slug, add=self.add))

    def _sandbox(self) -> SandboxConfig:
        usual = super()._sandbox()
        people = (*usual.people, *(Person(guest, "客人", "别处") for guest in self.guests))
        return replace(
            usual, corp_id=self.corp, agent_id=self.agent, secret="other-secret", token=self.token,
            encoding_aes_key=OTHER_KEY, people=people,
        )  # fmt: skip

    def config(self) -> Config:
        return self.first.config()

    def dies(self) -> None:
        self.first.dies()

    def now(self, moment: datetime) -> None:
        self.first.now(moment)


@dataclass
class First(CrashDesk):
    """The desk of the first organisation. `between`: called after each thing that somebody has done here."""

    branches: Sequence[Branch] = ()
    between: Callable[[], object] | None = None

    def __enter__(self) -> First:
        for branch in self.branches:
            branch.opens()
        super().__enter__()
        for branch in self.branches:
            branch.joins(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        for branch in self.branches:
            branch._stack.close()

    def connects(self, callback: str) -> None:
        self.platform.connect(callback, bot_public_url=self.url)

    def config(self) -> Config:
        return replace(super().config(), further=tuple(branch.own() for branch in self.branches))

    def _start(self) -> None:
        """Each branch sees the same bot, its own organisation first."""
        super()._start()
        for n, branch in enumerate(self.branches, 1):
            listed = self.bot.organisations
            branch.bot = replace(self.bot, organisations=(listed[n], *listed[:n], *listed[n + 1 :]))

    def _done(self, answer: JSON) -> str:
        said = super()._done(answer)
        if self.between:
            self.between()
        return said

    def now(self, moment: datetime) -> None:
        for branch in self.branches:
            branch.platform.post("clock", set=moment.isoformat())
        super().now(moment)


# ---- looking ---------------------------------------------------------------------------------------------------------


def phones(desk: Desk) -> str:
    """Everything on all phones of one organisation, as text."""
    people = dict.fromkeys(seat.userid for seat in desk.seats)
    return json.dumps([desk.platform.messages(person) for person in people], ensure_ascii=False)


def opened(desk: Desk, user: str, place: str) -> tuple[int, str]:
    """A page as this person's phone opens it: status and text."""
    with httpx.Client(follow_redirects=True, cookies={"sandbox_user": user}, trust_env=False, timeout=30) as browser:
        answer = browser.get(desk.url + place)
    return answer.status_code, answer.text


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Everything the database holds of one organisation, by table."""
    with reading(desk.config().storage.path) as db:
        kept = {name: _own(db, name, desk.org) for name in tables(db)}
        nags = "SELECT n.* FROM nags n JOIN deadlines d ON d.id = n.deadline WHERE d.org = ? ORDER BY n.id"
        return kept | {"nags": [tuple(row) for row in db.execute(nags, [desk.org])]}


def tables(db: Database) -> list[str]:
    """Those that hold an organisation's data."""
    return [table.name for table in db.tables if "org" in table.columns_dict]


def _own(db: Database, table: str, org: str) -> list[Any]:
    return [tuple(row) for row in db.execute(f"SELECT * FROM [{table}] WHERE org = ? ORDER BY 1, 2, 3", [org])]
