"""备案登记: one row for each filing of a year, or of one of its months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.clock import BEIJING
from bot.rules.item import Decision, Item, Move
from bot.rules.roster import oversees
from bot.web import words as w
from bot.web.case import Case
from bot.web.given import Pages
from bot.web.sight import Sight, sight
from storage.read import FilingRow, Reader


class Period(NamedTuple):
    """A year, or a month of it (`month` 0: the whole year). Beijing time."""

    year: int
    month: int = 0

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        since = datetime(self.year, self.month or 1, 1, tzinfo=BEIJING)
        if self.month in (0, 12):
            return since, datetime(self.year + 1, 1, 1, tzinfo=BEIJING)
        return since, since.replace(month=self.month + 1)


@dataclass(frozen=True, slots=True)
class Filed:
    """`item` leads to its page; `title` is empty for a private one that this person may not read."""

    item: int
    no: str
    published: str
    unit: str
    title: str
    flow: str
    clause: str
    channels: str
    links: tuple[str, ...]
    approved_by: str
    short_print: str
    acknowledged_by: str
    acknowledged: str
    month: int


def filed_in(period: Period, userid: str, pages: Pages, reader: Reader) -> tuple[Filed, ...] | None:
    """None for a person who does not oversee."""
    regulation, roster = pages.regulation_of(reader), reader.roster()
    if not oversees(regulation, roster, userid):
        return None
    found = []
    for row in reader.filings(*period.bounds):
        item = reader.item(row.item)
        if item is not None:
            case = Case(item, reader.moves(item.id), regulation, roster, pages.clock.now(), reader)
            found.append(_filed(case, row, sight(userid, item, case.moves, case.desk)))
    return tuple(found)


def _filed(case: Case, row: FilingRow, seen: Sight) -> Filed:
    item, flow = case.item, case.item.flow
    whole = seen is Sight.ALL
    channels = case.regulation.channel
    links = [f"{x.platform} {x.url}" if x.url else f"{x.platform} 未发：{x.omitted}" for x in item.links]
    return Filed(
        item=item.id,
        no=row.no,
        published=w.full_moment(item.published_at or row.at),
        unit=item.unit,
        title=w.masked(w.heading(item)) if whole else "",
        flow=flow.label if flow else "",
        clause=flow.clause if flow else "",
        channels="、".join(channels[key].name for key in item.channels if key in channels),
        links=tuple(links) if whole else (),
        approved_by="、".join(case.as_(move.actor, move.acting_for) for move in last_check(item, case.moves)),
        short_print=item.current.short_print,
        acknowledged_by=_confirmed_by(case, row),
        acknowledged=w.full_moment(row.acknowledged_at),
        month=row.at.astimezone(BEIJING).month,
    )


def _confirmed_by(case: Case, row: FilingRow) -> str:
    """Everybody who confirmed it, once all have."""
    people = dict.fromkeys((*(r.by for r in row.receipts), row.acknowledged_by))
    return "、".join(map(case.name, people)) if row.acknowledged_by else ""


def last_check(item: Item, moves: Sequence[Move]) -> tuple[Move, ...]:
    """审定: those who passed the last check before publishing, in the round that was published."""
    passed = [m for m in moves if m.decision is Decision.PASSED and m.round == item.round]
    last = max((m.step for m in passed), default=-1)
    return tuple(m for m in passed if m.step == last)
