"""网民意见: what was collected in a span of time, by category, with what nobody has answered yet marked (saws-R6).

What a private flow holds is counted and not shown: the same list goes to several people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.rules import comments
from bot.rules.collectors import collecting_roles
from bot.rules.forms import read_moment
from bot.rules.item import Item, State
from bot.rules.personal import masked
from bot.rules.regulation import Do, Flow, Kind
from bot.rules.routing import asked_now, filed_with, overseers
from handlers import wording as w
from handlers.context import Context

MOST = 2000
UNSORTED = "待分办"
OPEN = "【未答复】"


def collected(since: datetime, until: datetime, ctx: Context, unit: str = "") -> tuple[Item, ...]:
    """The comments registered in that time, the oldest first; what was withdrawn is left out."""
    found = ctx.store.items(kind=Kind.COMMENT.value, since=since, until=until, limit=MOST)
    return tuple(x for x in reversed(found) if x.state is not State.WITHDRAWN and unit in ("", x.unit))


def answered(item: Item, ctx: Context) -> datetime | None:
    """When the netizen was first told something; None while he waits."""
    told = (move.at for move in ctx.moves(item) if move.form.get(comments.REPLY))
    return next(told, None)


def waits(item: Item, ctx: Context) -> bool:
    """Whether he still waits for an answer that the flow wants to be given."""
    wants = item.state is State.PREPARING or (item.flow and any(s.do is Do.REPLY for s in item.flow.steps))
    return bool(wants) and item.open and answered(item, ctx) is None


def lines(items: Sequence[Item], ctx: Context) -> list[str]:
    """By category, in the order of the regulation; first how many there are and how many wait."""
    if not items:
        return ["没有收到网民意见。"]
    waiting = sum(waits(item, ctx) for item in items)
    found = [f"共 {len(items)} 条，{_in_short(items, waiting)}："]
    for name, theirs in _by_category(items, ctx):
        found.append(f"【{name}】{len(theirs)} 条")
        found += [f"{n}. {_line(item, ctx)}" for n, item in enumerate(theirs, 1)]
    return found


def _in_short(items: Sequence[Item], waiting: int) -> str:
    """What is open without an answer being owed (handed to another office) is not over."""
    if waiting:
        return f"未答复 {waiting} 条"
    under_way = sum(item.open for item in items)
    return f"没有未答复的，在办 {under_way} 条" if under_way else "都已答复或办结"


def _by_category(items: Iterable[Item], ctx: Context) -> list[tuple[str, list[Item]]]:
    order = [UNSORTED, *(flow.option for flow in ctx.regulation.flows(Kind.COMMENT))]
    groups: dict[str, list[Item]] = {}
    for item in items:
        sorted_yet = item.flow is not None and item.state is not State.PREPARING
        groups.setdefault(item.flow.option if sorted_yet and item.flow else UNSORTED, []).append(item)
    return sorted(groups.items(), key=lambda group: order.index(group[0]) if group[0] in order else len(order))


def _line(item: Item, ctx: Context) -> str:
    mark = OPEN if waits(item, ctx) else ""
    if item.flow and item.flow.private and item.state is not State.PREPARING:
        return f"{mark}{item.number}（内容保密）{_state(item, ctx)}"
    who = " ".join(filter(None, (item.form.get(comments.PLATFORM, ""), _name(item), _posted(item, ctx))))
    return f"{mark}{item.number} {who}「{comments.heading(item)}」{_state(item, ctx)}"


def _name(item: Item) -> str:
    name = item.form.get(comments.NETIZEN, "")
    return f"@{masked(name)}" if name else ""


def _posted(item: Item, ctx: Context) -> str:
    said = item.form.get(comments.POSTED)
    return w.when(read_moment(said), ctx.now) if said else ""


def _state(item: Item, ctx: Context) -> str:
    at = answered(item, ctx)
    if item.state is State.DONE:
        return f" 已答复 {w.when(at, ctx.now)}" if at else " 已办结"
    if item.state is State.PREPARING:
        return f" 待{ctx.name(item.author)}分办"
    holders = ctx.names(asked_now(item, ctx.moves(item), ctx.desk)) or "无人可办"
    first = f" 已首次答复 {w.when(at, ctx.now)}，" if at else " "
    return f"{first}{item.unit} {holders}{'' if item.step is None else f' {item.step.act}'}"


# ---- who gets it ----------------------------------------------------------------------------------------------------


def is_digest(flow: Flow, ctx: Context) -> bool:
    """A matter that is only a text, begun again and again by those who collect comments: they are what it is about."""
    by = flow.steps[0].by
    return bool(flow.every) and flow.typed and set(by) <= set(collecting_roles(ctx.regulation))


def receivers(ctx: Context) -> tuple[str, ...]:
    """Who gets the digest besides whoever sends it: the offices such a matter is filed with, else those who oversee."""
    flows = [flow for flow in ctx.regulation.flows(Kind.MATTER) if is_digest(flow, ctx)]
    model = Item(id=0, org=ctx.org, kind=Kind.MATTER, unit="", author="", created_at=ctx.now)
    filed = (person for flow in flows for person in filed_with(model, flow.file, ctx.desk))
    return tuple(dict.fromkeys(filed)) or overseers(ctx.desk)
