"""One item with all that its pages are built from, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules.item import Item, Move
from bot.rules.regulation import Regulation
from bot.rules.roster import Roster
from bot.rules.routing import Desk, asked, holders
from bot.web.given import Pages
from bot.web.sight import Sight, sight
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

    def holders(self) -> tuple[str, ...]:
        """The names of those who are asked now; who stands in for somebody says so."""
        item = self.item
        if item.awaiting_draft:
            return (self.name(item.author),)
        if item.step is None:
            return ()
        found = asked(holders(item, item.step, self.moves, self.desk), self.desk)
        return tuple(self.as_(h.userid, h.acting_for) for h in found)


def open_case(pages: Pages, reader: Reader, userid: str, item_id: int) -> tuple[Case, Sight] | None:
    """None for an item that does not exist and for one this person may not see: nobody can tell which."""
    item = reader.item(item_id)
    if item is None:
        return None
    regulation, roster = pages.regulation_of(reader), reader.roster()
    case = Case(item, reader.moves(item_id), regulation, roster, pages.clock.now(), reader)
    seen = sight(userid, item, case.moves, case.desk)
    return None if seen is Sight.NOTHING else (case, seen)
