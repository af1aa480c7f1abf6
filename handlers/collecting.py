"""采集: a comment becomes an item, once; whoever collected it is asked where it goes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules.comments import Comment
from bot.rules.effects import Effect, KeepComment, Record, SaveItem
from bot.rules.item import Item, Version, replace
from bot.rules.regulation import Flow, Kind
from handlers import comment_cards
from handlers.context import Context
from handlers.onward import open_deadline, send_card


def collectable(who: str, ctx: Context) -> tuple[Flow, ...]:
    """The comment flows this person may begin."""
    roles = ctx.roster.roles_of(who)
    return tuple(f for f in ctx.regulation.flows(Kind.COMMENT) if roles & set(f.steps[0].by))


def new_item(comment: Comment, who: str, ctx: Context, *, nth: int = 0) -> Item:
    """An item being prepared by `who`. `nth`: of several comments that came in one message."""
    flows = collectable(who, ctx)
    roles = {role for flow in flows for role in flow.steps[0].by}
    seat = next(s for s in ctx.roster.seats_of(who) if s.role in roles)
    item = Item(
        id=ctx.store.next_item_id() + nth, org=ctx.org, kind=Kind.COMMENT, unit=seat.unit, author=who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(), flow=flows[0],
        form=comment.form,
    )  # fmt: skip
    return replace(item, current=Version(1, comments.heading(item), comment.text, by=who))


def collect(comment: Comment, who: str, ctx: Context, *, source: str, nth: int = 0) -> tuple[Item, list[Effect]]:
    """The item of a new comment, with its clock running and `who` asked to sort it. Known ones are looked up before."""
    item = new_item(comment, who, ctx, nth=nth)
    assert item.flow is not None
    return item, [
        SaveItem(item),
        KeepComment(comment.fingerprint, item.id, source),
        open_deadline(item, item.flow.steps[0], ctx),
        Record(who, "登记评论", item.id, comment.text, version=1),
        *ask_to_sort(item, who, ctx),
    ]


def ask_to_sort(item: Item, who: str, ctx: Context) -> Sequence[Effect]:
    return [send_card(comment_cards.sort_card(item, who, ctx), who, item, "sort", ctx)]
