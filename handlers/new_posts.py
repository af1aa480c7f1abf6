"""A new post of a person: what can be chosen only one way is chosen."""

from __future__ import annotations

from bot.rules.item import Item, Media, Version, replace
from bot.rules.regulation import Kind
from handlers import cards
from handlers.context import Context


def new_post(who: str, ctx: Context, media: tuple[Media, ...] = ()) -> Item:
    seat = ctx.drafting_seats(who)[0]
    item = Item(
        id=ctx.store.next_item_id(), org=ctx.org, kind=Kind.POST, unit=seat.unit, author=who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(),
        current=Version(1, "", "", media=media, by=who),
    )  # fmt: skip
    flows = cards.startable(who, ctx)
    if len(flows) == 1:
        item = replace(item, flow=flows[0])
    if len(cards.channels_in_use(ctx)) == 1:
        item = replace(item, channels=cards.channels_in_use(ctx))
    if len(ctx.regulation.columns) == 1:
        item = replace(item, column=ctx.regulation.columns[0])
    return item
