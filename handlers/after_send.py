"""群发之后: what a mass-send means for the others, and one that may not be. For those who publish."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import quota
from bot.rules.effects import Effect, Record
from bot.rules.item import Item
from bot.rules.platforms import names_of
from bot.rules.regulation import Do
from handlers.context import Context
from handlers.dues import deadline_key, deadline_now
from handlers.quota import after_quota, gone_out, limited
from handlers.saying import refuse, same_card


def not_sent(intent: i.PublishReported, item: Item, why: str, ctx: Context) -> list[Effect]:
    """A publication that may not be: nothing is recorded, the card stays, the deadline follows the free day."""
    assert item.step is not None
    due = deadline_now(item, item.step, ctx)
    moved = after_quota(item, item.step, due, ctx)
    return [
        *same_card(intent, ctx),
        *([moved] if moved != due else []),
        *refuse(intent, f"{item.number} {why}", ctx, item, action="拒绝群发" if limited(item, ctx) else "拒绝发布"),
    ]


def after_send(before: Item, after: Item, ctx: Context) -> list[Effect]:
    """A8: what should have gone out today by the same account has until the next free day."""
    fresh = {x.platform for x in after.links if x.url} - {x.platform for x in before.links if x.url}
    full = [
        key for key in limited(after, ctx)
        if fresh & set(names_of(ctx.regulation, key)) and not gone_out(before, key, ctx)
    ]  # fmt: skip
    effects: list[Effect] = []
    for other in ctx.store.open_items() if full else ():
        timed = other.publish_at and other.publish_at > ctx.now
        if other.id != after.id and other.awaiting(Do.PUBLISH) and not timed:
            effects += _pushed_back(other, after, full, ctx)
    return effects


def _pushed_back(other: Item, sent: Item, full: Sequence[str], ctx: Context) -> list[Effect]:
    row = ctx.store.open_deadline(deadline_key(other))
    shared = [key for key in full if key in limited(other, ctx)]
    if row is None or row.due_at is None or not shared or quota.batch_of(other) == quota.batch_of(sent):
        return []
    assert other.step is not None
    due = deadline_now(other, other.step, ctx)
    moved = after_quota(other, other.step, due, ctx, sent)
    if moved == due:
        return []
    return [moved, Record("system", "期限顺延", other.id, moved.explanation, version=other.current.no)]
