"""存档: what was published or done under a flow that names who keeps it (`archive`); nothing is copied, nothing moves.

A role of the unit's own keeps each unit's own; a role of one unit keeps everything. Pure: rows come in, rows go out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.item import Item, Move
from bot.rules.regulation import Regulation
from bot.rules.roster import Roster, oversees, seat_unit
from bot.rules.routing import Desk, has_part, may_see

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Kept:
    """One item of the archive, as far as a list needs it. `role`: who keeps it. `at`: when it was published or done."""

    item: int
    at: datetime
    unit: str
    author: str
    title: str
    flow: str
    flow_id: str
    role: str
    units: tuple[str, ...] = ()
    private: bool = False

    @property
    def number(self) -> str:
        return f"{self.item:04d}"

    @property
    def all_units(self) -> tuple[str, ...]:
        return self.units or (self.unit,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """存档 2025-03 丁丽: a span of time (`since` ≤ at < `until`) and words, each in the title or somebody's name."""

    since: datetime
    until: datetime
    words: tuple[str, ...] = ()
    label: str = ""


SPANS = {"今年": 0, "去年": -1}
_YEAR = re.compile(r"(20\d\d)年?")
_MONTH = re.compile(r"(?:(20\d\d)[-./年])?(1[0-2]|0?[1-9])(月)?")
_DAY = re.compile(r"(?:(20\d\d)[-./年])?(1[0-2]|0?[1-9])[-./月](3[01]|[12]\d|0?[1-9])日?")


def wanted(said: str, today: date) -> Wanted:
    """What is asked for; without a time everything, with nothing at all this year."""
    parts = said.split() or ["今年"]
    found = [(part, _span(part, today)) for part in parts]
    spans = [span for _, span in found if span]
    words = tuple(part for part, span in found if not span)
    since = max((s for s, _ in spans), default=date(2000, 1, 1))
    until = min((u for _, u in spans), default=date(2101, 1, 1))
    return Wanted(_start(since), _start(until), words, " ".join(parts))


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _span(part: str, today: date) -> tuple[date, date] | None:
    """A year, a month, a day: where it begins and where the next one does. None for what is no time."""
    if part in SPANS:
        year = today.year + SPANS[part]
        return date(year, 1, 1), date(year + 1, 1, 1)
    if part in ("本月", "上月"):
        first = today.replace(day=1)
        first = first if part == "本月" else (first - timedelta(days=1)).replace(day=1)
        return first, _next_month(first)
    if found := _YEAR.fullmatch(part):
        return date(int(found[1]), 1, 1), date(int(found[1]) + 1, 1, 1)
    if (found := _MONTH.fullmatch(part)) and (found[1] or found[3]):
        first = date(int(found[1] or today.year), int(found[2]), 1)
        return first, _next_month(first)
    if found := _DAY.fullmatch(part):
        try:
            day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        except ValueError:  # 2月30日
            return None
        return day, day + timedelta(days=1)
    return None


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def keepers(role: str, units: Sequence[str], regulation: Regulation, roster: Roster) -> tuple[str, ...]:
    """Who keeps the archive in this role for these units."""
    if role not in regulation.role:
        return ()
    found = (p for unit in units for p in roster.in_seat(role, seat_unit(regulation, role, unit)))
    return tuple(dict.fromkeys(found))


def roles(regulation: Regulation) -> tuple[str, ...]:
    """The roles that keep an archive at all."""
    return tuple(dict.fromkeys(flow.archive for flow in regulation.flow if flow.archive))


def confined(userid: str, desk: Desk) -> tuple[str, ...] | None:
    """The units to which this person's sight of the archive is confined; None when it is not."""
    reg, roster = desk.regulation, desk.roster
    office = {role for role in roles(reg) if role in reg.role and reg.role[role].scope != "own"}
    if oversees(reg, roster, userid) or office & roster.roles_of(userid):
        return None
    own = dict.fromkeys(seat.unit for seat in roster.seats_of(userid))
    below = (entry.unit for entry in roster.entries if own.keys() & set(roster.parents(entry.unit)))
    return tuple(dict.fromkeys((*own, *below)))


def _holds_a_step(userid: str, row: Kept, desk: Desk) -> bool:
    """Whether he certainly has a step on every item of this flow and unit: then the item need not be read for it."""
    flow = next((f for f in desk.regulation.flow if f.id == row.flow_id), None)
    always = {role for step in (flow.steps if flow else ()) if step.when is None for role in step.by}
    return any(seat.role in always and seat.unit in row.all_units for seat in desk.roster.seats_of(userid))


def visible(
    rows: Iterable[Kept], userid: str, desk: Desk,
    item_of: Callable[[int], Item | None], moves_of: Callable[[int], Sequence[Move]],
) -> tuple[Kept, ...]:  # fmt: skip
    """Those this person may look at (rule 7 for every policy): what he keeps, everything for who oversees, and of his
    own units what he may see. A private one is for those alone who have a part in it.
    """
    everything = oversees(desk.regulation, desk.roster, userid)
    units = {seat.unit for seat in desk.roster.seats_of(userid)}

    def looks(row: Kept) -> bool:
        mine = everything or userid in keepers(row.role, row.all_units, desk.regulation, desk.roster)
        if mine and not row.private:
            return True
        if not mine and not units & set(row.all_units):
            return False
        if not row.private and _holds_a_step(userid, row, desk):
            return True
        item = item_of(row.item)
        see = has_part if row.private else may_see
        return item is not None and see(userid, item, moves_of(row.item), desk)

    return tuple(row for row in rows if looks(row))
