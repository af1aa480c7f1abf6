"""谁能看到什么: everything, the outline of a private item, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.rules.item import Decision, Item, Move
from bot.rules.regulation import Do
from bot.rules.routing import Desk, holders, may_see, seated


class Sight(Enum):
    NOTHING = "nothing"
    OUTLINE = "outline"  # number, holder and times
    ALL = "all"


def sight(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> Sight:
    """A private flow is read by those with a step of it; who oversees or is above gets its outline."""
    if not may_see(userid, item, moves, desk):
        return Sight.NOTHING
    if not private(item, desk) or has_part(userid, item, moves, desk):
        return Sight.ALL
    return Sight.OUTLINE


def private(item: Item, desk: Desk) -> bool:
    """An item whose flow is not chosen yet counts as private while it may become so."""
    if item.flow is None:
        return any(flow.private for flow in desk.regulation.flows(item.kind))
    return item.flow.private


def has_part(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """The drafter, who acted on it or was stood in for, and who holds or will hold one of its steps."""
    if userid == item.author:
        return True
    if any(userid in (m.actor, m.acting_for) for m in moves if m.decision is not Decision.MOVED):
        return True
    if item.flow is None:
        return False
    roles = {role for step in item.flow.steps if step.do is not Do.DRAFT for role in step.by}
    if any(userid in seated(role, item, desk) for role in roles):
        return True
    return item.step is not None and any(h.userid == userid for h in holders(item, item.step, moves, desk))
