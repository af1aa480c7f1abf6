"""选择: what was chosen on a card or typed, put on the item with what follows from it."""

from __future__ import annotations

from bot.rules.item import Item, State, replace
from handlers import cards
from handlers.context import Context
from handlers.media import checked

SCOPE = "scope"  # who set a tick that goes with the kind of content: only another kind clears it


def with_choices(item: Item, chosen: dict[str, str], who: str, ctx: Context) -> Item:
    """The item with these choices; options left at 请选择 change nothing."""
    picked = {k: v for k, v in chosen.items() if v != cards.UNSET.id}
    if "flow" in picked and (item.flow is None or item.flow.id != picked["flow"]) and item.state is State.PREPARING:
        item = replace(item, flow=ctx.regulation.flow_of(picked["flow"]), policy_version=ctx.store.policy_version())
    if "channels" in picked:
        item = replace(item, channels=tuple(picked["channels"].split("+")))
        media = tuple(checked(m, ctx, item.channels) for m in item.current.media)  # each channel has its own limits
        item = replace(item, current=replace(item.current, media=media))
    item = _with_unit(item, ctx)
    if "column" in picked:
        item = replace(item, column=picked["column"])
    item = _with_column(item, ctx)
    if "unit" in picked:
        item = replace(item, unit=picked["unit"])
    if "scope" in picked:
        entry = ctx.regulation.content.scope[int(picked["scope"])]
        item = replace(item, scope=entry.label, scope_reason=item.scope_reason if entry.label == item.scope else "")
    ticks = _ticks_of_scope(item, who, ctx)
    for key, value in picked.items():
        if key.startswith("tick:"):
            tick = key.removeprefix("tick:")
            if value != "0":
                ticks.setdefault(tick, who)
            elif ticks.get(tick) == who:  # only who set it may clear it
                ticks.pop(tick)
    return replace(item, ticks=ticks, seq=item.seq + 1)


def _ticks_of_scope(item: Item, who: str, ctx: Context) -> dict[str, str]:
    """A kind of content may bring a step of its own (须领导批准); another kind takes it away again."""
    ticks = dict(item.ticks)
    for entry in ctx.regulation.content.scope:
        if entry.tick and ticks.get(entry.tick) == SCOPE:
            ticks.pop(entry.tick)
    wanted = next((e.tick for e in ctx.regulation.content.scope if e.label == item.scope), "")
    if wanted and item.flow is not None and wanted in cards.ticks(item.flow):
        ticks.setdefault(wanted, SCOPE)
    return ticks


def _with_column(item: Item, ctx: Context) -> Item:
    """A kind of post that goes to one column only leaves nothing to choose."""
    only = item.flow.columns if item.flow else ()
    return replace(item, column=only[0]) if len(only) == 1 and item.state is State.PREPARING else item


def _with_unit(item: Item, ctx: Context) -> Item:
    """承办单位 is where the drafter sits for this flow, when that is one place."""
    units = cards.own_units(item, ctx)
    return replace(item, unit=units[0]) if len(units) == 1 and item.state is State.PREPARING else item
