"""供稿: which units have sent nothing for longer than the regulation's measure allows (unit_days_since_draft)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.rules.regulation import Kind, Regulation
from bot.rules.roster import Seat

MEASURE = "unit_days_since_draft"


@dataclass(frozen=True, slots=True)
class Silent:
    """`days` since its last draft, or since the bot was first used where it has never sent one (`never`)."""

    unit: str
    days: int
    never: bool = False


def days_allowed(regulation: Regulation) -> int | None:
    """So many days a unit may send nothing; None where the regulation measures it not."""
    found = regulation.watch.get(MEASURE) if isinstance(regulation.watch, dict) else None
    if found is None and not isinstance(regulation.watch, dict):
        found = next((one for one in regulation.watch if one.get("measure") == MEASURE), None)
    upto = found.get("upto") if isinstance(found, dict) else None
    return int(upto) if isinstance(upto, int | float) else None


def suppliers(seats: Sequence[Seat], regulation: Regulation) -> dict[str, tuple[str, ...]]:
    """The units that send drafts, and who drafts in each: the own roles that begin a post flow."""
    roles = {r for flow in regulation.flows(Kind.POST) for r in flow.steps[0].by if regulation.role[r].scope == "own"}
    units = dict.fromkeys(seat.unit for seat in seats if seat.role in roles)
    return {
        unit: tuple(dict.fromkeys(s.userid for s in seats if s.unit == unit and s.role in roles)) for unit in units
    }


def silent(
    units: Sequence[str], last: Mapping[str, date], since: date, today: date, allowed: int
) -> tuple[Silent, ...]:
    """Those that have sent nothing for more than `allowed` days, the longest first."""
    found = [Silent(unit, (today - last.get(unit, since)).days, unit not in last) for unit in units]
    return tuple(sorted((one for one in found if one.days > allowed), key=lambda one: -one.days))
