"""What a handler may look at while it decides: the moment, the regulation, the data, and nothing that writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.rules.item import Item, Move
from bot.rules.regulation import Regulation
from bot.rules.roster import Roster, Seat, oversees
from bot.rules.routing import Desk
from bot.rules.textcheck import WordList
from bot.rules.workdays import Calendar
from storage.read import Reader

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Context:
    """`cause` is the key of the event being handled: keys of messages and cards are made from it."""

    now: datetime
    cause: str
    org: str
    regulation: Regulation
    store: Reader
    calendar: Calendar
    words: WordList
    public_url: str = ""
    admins: tuple[str, ...] = ()

    @property
    def roster(self) -> Roster:
        return self.store.roster()

    @property
    def desk(self) -> Desk:
        return Desk(self.regulation, self.roster, self.now)

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
        """Whether this person has a role, or stands in for somebody now."""
        if self.roster.roles_of(userid):
            return True
        return any(d.deputy == userid and d.in_force(self.now) for d in self.roster.delegations)

    def role_label(self, role: str) -> str:
        rule = self.regulation.role.get(role)
        return rule.label if rule else role

    def drafting_seats(self, userid: str) -> tuple[Seat, ...]:
        """The person's seats in roles that may start a post (saws 二, R5)."""
        roles = {role for flow in self.regulation.flow if flow.kind == "post" for role in flow.steps[0].by}
        return tuple(seat for seat in self.roster.seats_of(userid) if seat.role in roles)
