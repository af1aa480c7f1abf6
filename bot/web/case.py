"""One item with all that its pages are built from, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules.item import Decision, Item, Move, State
from bot.rules.personal import masked
from bot.rules.progress import done_duties, duties, first_draft
from bot.rules.regulation import Kind, Regulation
from bot.rules.roster import Roster
from bot.rules.routing import Desk, asked, holders, own_roles
from bot.web.given import Pages
from bot.web.sight import Sight, sight
from bot.web.words import moment
from storage.read import Reader


@dataclass(frozen=True, slots=True)
class Case:
    item: Item
    moves: tuple[Move, ...]
    regulation: Regulation
    roster: Roster
    now: datetime
    reader: Reader

    @property
    def desk(self) -> Desk:
        return Desk(self.regulation, self.roster, self.now)

    def name(self, userid: str) -> str:
        return "系统" if userid in ("system", "sys") else self.roster.name(userid)

    def as_(self, userid: str, acting_for: str) -> str:
        """李副司长(代刘洋)."""
        return self.name(userid) + (f"（代{self.name(acting_for)}）" if acting_for else "")

    def role_label(self, role: str) -> str:
        rule = self.regulation.role.get(role)
        return rule.label if rule else role

    def shown(self, text: str) -> str:
        """As pages show it: of a netizen's comment without numbers that point to a person (saws-R30)."""
        return masked(text) if self.item.kind is Kind.COMMENT else text

    def holders(self) -> tuple[str, ...]:
        """The names of those who are asked now; who stands in for somebody says so."""
        item = self.item
        if item.step is None or item.state is State.PREPARING:
            return (self.name(item.author),) if item.awaiting_draft else ()
        if item.awaiting_draft and item.author and first_draft(item):
            return (self.name(item.author),)
        found = asked(holders(item, item.step, self.moves, self.desk), self.desk)
        return tuple(self.as_(h.userid, h.acting_for) for h in found)


    @property
    def came_back(self) -> bool:
        """A draft that was handed in before: returned, or taken back."""
        sent = (Decision.RETURNED, Decision.SUBMITTED)
        if self.item.round and first_draft(self.item):
            return True
        return any(m.decision in sent and m.step >= self.item.position for m in self.moves)

    def units(self) -> tuple[tuple[str, str], ...]:
        """Of several 承办单位: each, and whether it has done its part of the current step."""
        item, own = self.item, own_roles(self.regulation)
        if len(item.units) < 2:
            return ()
        if item.step is None or item.state is not State.RUNNING:
            return tuple((unit, self._last_of(unit)) for unit in item.units)
        done = done_duties(item, item.step, self.moves, own)
        waiting = {d.unit for d in duties(item, item.step, own) if d.unit and d not in done}
        return tuple((unit, "还没有办" if unit in waiting else self._last_of(unit)) for unit in item.units)

    def _last_of(self, unit: str) -> str:
        last = next((m for m in reversed(self.moves) if m.unit == unit), None)
        if last is None:
            return "已办"
        word = "交回" if last.decision is Decision.HANDED_BACK else "已办"
        return f"{word} · {self.name(last.actor)} · {moment(last.at, self.now)}"


def open_case(pages: Pages, reader: Reader, userid: str, item_id: int) -> tuple[Case, Sight] | None:
    """None for an item that does not exist and for one this person may not see: nobody can tell which."""
    item = reader.item(item_id)
    if item is None:
        return None
    regulation, roster = pages.regulation_of(reader), reader.roster()
    case = Case(item, reader.moves(item_id), regulation, roster, pages.clock.now(), reader)
    seen = sight(userid, item, case.moves, case.desk)
    return None if seen is Sight.NOTHING else (case, seen)
