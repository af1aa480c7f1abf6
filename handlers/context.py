"""What a handler may look at while it decides: the moment, the regulation, the data, and nothing that writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.rules.item import Item, Move
from bot.rules.regulation import Channel, Regulation
from bot.rules.roster import Roster, Seat, oversees
from bot.rules.routing import Desk
from bot.rules.settings import Amendment
from bot.rules.textcheck import WordList
from bot.rules.workdays import Calendar
from storage.read import Reader

BEIJING = ZoneInfo("Asia/Shanghai")
QUESTION_SECONDS = 86400
PART_BYTES = 1900  # a message this long was probably cut by the messenger: the next one goes on
PART_SECONDS = 600


class Settings(Protocol):
    """The policy in force as raw values, and what would be wrong with it after some changes."""

    def raw(self) -> dict[str, Any]: ...

    def problems(self, amendments: Sequence[Amendment]) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """`cause` is the key of the event being handled: keys of messages and cards are made from it."""

    now: datetime
    cause: str
    org: str
    regulation: Regulation
    store: Reader
    roster: Roster  # read once an event; `handlers.realign` looks with the one that will be when the event is over
    calendar: Calendar
    words: WordList
    public_url: str = ""
    policies: Callable[[int], Regulation] | None = None  # version → the policy as it was then
    settings: Settings | None = None
    admins: tuple[str, ...] = ()
    collector: str = ""  # who sorts comments that nobody handed in, if the configuration names somebody

    @property
    def desk(self) -> Desk:
        return Desk(self.regulation, self.roster, self.now)

    def policy_of(self, item: Item) -> Regulation:
        """The policy the item began with: its clock and reminders go by it (rule 9 for every policy)."""
        return self.policies(item.policy_version) if self.policies else self.regulation

    def desk_of(self, item: Item) -> Desk:
        """Who is above whom, by the policy the item began with."""
        then = self.policy_of(item)
        units = {**then.unit, **self.regulation.unit}  # by their names of today, as the roster has them
        return Desk(then.model_copy(update={"unit": units}), self.roster, self.now)

    def channels_of(self, item: Item) -> dict[str, Channel]:
        """All channels, and those that there were when the item began."""
        return {**self.policy_of(item).channel, **self.regulation.channel}

    @property
    def midnight(self) -> datetime:
        """When today began, Beijing time."""
        return datetime.combine(self.today, time(), tzinfo=BEIJING)

    @property
    def today(self) -> date:
        return self.now.astimezone(BEIJING).date()

    def moves(self, item: Item) -> tuple[Move, ...]:
        return self.store.moves(item.id)

    def name(self, userid: str) -> str:
        return self.roster.name(userid)

    def names(self, userids: tuple[str, ...]) -> str:
        return "、".join(self.name(u) for u in userids)

    def oversees(self, userid: str) -> bool:
        return oversees(self.regulation, self.roster, userid)

    def acts(self, userid: str) -> bool:
        """Whether this person has a role, stands in for somebody now, or is to answer in a 交接."""
        if self.roster.roles_of(userid):
            return True
        if any(d.deputy == userid and d.in_force(self.now) for d in self.roster.delegations):
            return True
        return self.roster.knows(userid) and any(
            (row.waits and userid in (row.giver, row.heir)) or (row.remind_at and userid == row.heir)
            for row in self.store.handovers()
        )

    def questions(self, userid: str) -> list[dict[str, Any]]:
        """问一句 put to this person in the last day and not answered yet: item, asker, at (seconds)."""
        kept = json.loads(self.store.memory(userid, "questions") or "[]")
        return [q for q in kept if self.now.timestamp() - q["at"] <= QUESTION_SECONDS]

    def cut_off(self, userid: str) -> int | None:
        """The item whose last part was as long as a message can be and has just come: the next text goes on."""
        last = json.loads(self.store.memory(userid, "part") or "{}")
        fresh = last and self.now.timestamp() - last["at"] <= PART_SECONDS
        return int(last["item"]) if fresh and last["bytes"] >= PART_BYTES else None

    @property
    def platform_names(self) -> tuple[str, ...]:
        return tuple(p for c in self.regulation.channel.values() for p in (*c.platforms, c.label))

    def role_label(self, role: str) -> str:
        rule = self.regulation.role.get(role)
        return rule.label if rule else role

    def drafting_seats(self, userid: str) -> tuple[Seat, ...]:
        """The person's seats in roles that may start a post (saws 二, R5)."""
        roles = {role for flow in self.regulation.flow if flow.kind == "post" for role in flow.steps[0].by}
        return tuple(seat for seat in self.roster.seats_of(userid) if seat.role in roles)
