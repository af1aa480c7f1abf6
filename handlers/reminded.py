"""The last reminder of an item, and whether it arrived: what somebody who chases it wants to know first."""

from __future__ import annotations

from bot.rules.item import Item
from handlers import wording as w
from handlers.context import Context


def last_reminder(item: Item, ctx: Context) -> str:
    """催办 3月17日 08:30 已送达; empty when nobody was reminded yet."""
    last = ctx.store.last_nag(item.id)
    if last is None:
        return ""
    failed = ctx.store.failures(item.id, last.at)
    lost = f" 未送达（{ctx.name(failed[-1].userid)}）" if failed else ""
    return f"催办 {w.when(last.at, ctx.now)}{lost}"
