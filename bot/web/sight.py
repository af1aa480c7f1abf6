"""谁能看到什么: everything, the outline of a private item, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.rules.item import Item, Move
from bot.rules.routing import Desk, has_part, may_see


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
