"""采集人: who sorts the comments that nobody handed in. Pure.

Whoever may begin a comment may sort it; by itself it goes to the role that may begin most kinds, and there to the
person the configuration names, else to the first who is not away.
"""

from __future__ import annotations

from datetime import datetime

from bot.rules.regulation import Kind, Regulation
from bot.rules.roster import Roster


def collecting_roles(regulation: Regulation) -> tuple[str, ...]:
    """Roles that may begin a comment, those first that may begin most kinds."""
    counts: dict[str, int] = {}
    for flow in regulation.flows(Kind.COMMENT):
        for role in flow.steps[0].by:
            counts[role] = counts.get(role, 0) + 1
    return tuple(sorted(counts, key=lambda role: -counts[role]))


def collectors(regulation: Regulation, roster: Roster) -> tuple[str, ...]:
    """Everybody in the first of these roles in which somebody sits."""
    for role in collecting_roles(regulation):
        people = tuple(dict.fromkeys(seat.userid for seat in roster.seats if seat.role == role))
        if people:
            return people
    return ()


def collector(regulation: Regulation, roster: Roster, now: datetime, named: str = "") -> str:
    """The one they go to; "" when nobody may. `named`: whom the configuration, or the command, says."""
    if named and roster.roles_of(named) & set(collecting_roles(regulation)):
        return named
    people = collectors(regulation, roster)
    here = (p for p in people if not any(d.absent == p and d.in_force(now) for d in roster.delegations))
    return next(here, None) or next(iter(people), "")
