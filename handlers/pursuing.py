"""去办: from a reminder to the card with which this person can act, whether he tapped or typed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules import intents as i
from bot.rules.effects import Effect, Record
from bot.rules.item import Item
from bot.rules.progress import with_author
from bot.rules.routing import asked, asked_now, filed_with, holders, may_direct, may_see
from handlers import wording as w
from handlers.asking import ask_holder
from handlers.context import Context
from handlers.dues import deadline_now
from handlers.onward import file_with, waiting_roles
from handlers.reminder_cards import bring
from handlers.reminding import holders_now, how_to_act
from handlers.router import Router
from handlers.saying import refuse, same_card, say

router = Router()


@router.on(i.CardAsked)
def card_asked(intent: i.CardAsked, ctx: Context) -> Sequence[Effect]:
    """His own card of the item anew; one to press for it when others hold it; else where it is now."""
    item = ctx.store.item(intent.item)
    again = same_card(intent, ctx)  # the others on the card wait still
    if item is None or not _concerns(intent.who, item, ctx):
        return [*again, *refuse(intent, f"没有您可以办理的事项 {intent.item:04d}", ctx)]
    if item.held and item.open:
        return [*again, *refuse(intent, w.held(item, ctx), ctx, item)]
    cards = bring(item, intent.who, ctx) or _asked_again(intent.who, item, ctx)
    return [
        *again,
        say(intent, _lead(intent.who, item, ctx, card=bool(cards)), ctx, item.id),
        Record(intent.who, "去办", item.id, version=item.current.no),
        *cards,
    ]


def _concerns(who: str, item: Item, ctx: Context) -> bool:
    moves = ctx.moves(item)
    return may_see(who, item, moves, ctx.desk) or may_direct(who, item, moves, ctx.desk_of(item))


def _asked_again(who: str, item: Item, ctx: Context) -> list[Effect]:
    """The card was never delivered, or is too old: he is asked anew, with all he must read."""
    step, moves = item.step, ctx.moves(item)
    if who in filed_with(item, waiting_roles(item, ctx), ctx.desk):
        return file_with(item, who, moves, ctx)
    if step is None or with_author(item) or who not in holders_now(item, ctx):
        return []
    due = deadline_now(item, step, ctx)
    mine = [holder for holder in asked(holders(item, step, moves, ctx.desk), ctx.desk) if holder.userid == who]
    return [effect for holder in mine for effect in ask_holder(item, step, holder, moves, ctx, due)]


def _lead(who: str, item: Item, ctx: Context, *, card: bool) -> str:
    """What the card that follows is about; without one what can be typed."""
    people = holders_now(item, ctx)
    title = "" if item.flow and item.flow.private else f"《{w.heading(item)}》"
    if who in people:
        if with_author(item) and not comments.unsorted(item):
            return f"{item.number}{title}待您修改。{how_to_act(item, ctx)}"
        return f"{item.number}{title}待您{item.step.act if item.step else '办理'}，请在卡片上办理。"
    if card:
        held = w.some_names(people, ctx) or "暂无人可办"
        return f"{item.number}{title}{w.place(item, ctx, people)}。" if title else f"{item.number} 办理人：{held}。"
    return f"{item.number}{title}{w.place(item, ctx, asked_now(item, ctx.moves(item), ctx.desk))}，不用您办。"
