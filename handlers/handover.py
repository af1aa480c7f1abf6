"""转交: the draft of somebody who drafts no more goes to another drafter of the unit. Those who oversee say to whom."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.events import PeopleChanged
from bot.rules.item import Item, replace
from bot.rules.routing import drafter_gone, drafters
from handlers import cards
from handlers import wording as w
from handlers.asking import attachments
from handlers.context import Context
from handlers.onward import close_cards, handed_over
from handlers.realign import align, realign
from handlers.router import Router
from handlers.saying import forget, refuse, say, tell
from handlers.staff_filings import staff_changes

router = Router()


@router.on(PeopleChanged)
def people_changed(event: PeopleChanged, ctx: Context) -> Sequence[Effect]:
    return [*realign(ctx), *staff_changes(ctx)]


@router.on(i.HandOverAsked)
def hand_over_asked(intent: i.HandOverAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not ctx.oversees(intent.who):
        return refuse(intent, f"没有您可以转交的稿件 {intent.item:04d}", ctx, action="拒绝转交")
    if not item.open or item.links:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不能转交", ctx, item, action="拒绝转交")
    if not drafter_gone(item, ctx.desk):
        why = f"{item.number} 的起草人{ctx.name(item.author)}还在岗，不能转交"
        return refuse(intent, why, ctx, item, action="拒绝转交")
    able = drafters(item, ctx.desk)
    named = [p for p in able if intent.name in (p, ctx.name(p))]
    if len(named) != 1:
        return refuse(intent, _whom(intent.name, named or able, item, ctx), ctx, item, action="拒绝转交")
    return _hand_over(intent, item, named[0], ctx)


def _whom(said: str, people: Sequence[str], item: Item, ctx: Context) -> str:
    listed = "、".join(f"{ctx.name(p)}（{p}）" for p in people)
    if len(people) > 1 and all(ctx.name(p) == said for p in people):
        return f"{item.unit}有 {len(people)} 位{said}，请写账号：{listed}"
    if not people:
        return f"{item.unit}没有可以起草的人员，请先在人员名册里登记"
    return f"“{said}”不是{item.unit}的起草人员，可以转交给：{listed}"


def _hand_over(intent: i.HandOverAsked, item: Item, to: str, ctx: Context) -> list[Effect]:
    """The former drafter stays in the record as the first author; the new one gets all that he needs."""
    before, after = item.author, replace(item, author=to, seq=item.seq + 1)
    moved = align(after, ctx)  # somebody who drafts it may no longer check it
    saved = next((e for e in moved if isinstance(e, SaveItem)), SaveItem(after))
    text = f"{item.number}《{w.heading(item)}》已由{ctx.name(intent.who)}转交给{ctx.name(to)}起草"
    return [
        saved,
        *close_cards(item, ctx, "已转他人办理", purposes=cards.DRAFT_PURPOSES),
        *forget(before, item, ctx),
        Record(intent.who, "转交起草", item.id, f"原起草人 {before} → {to}", version=item.current.no),
        tell(to, handed_over(after, before, ctx), ctx, item=item.id, what="handover"),
        *attachments(after, to, ctx),
        *([tell(before, f"{text}。", ctx, item=item.id, what="handover")] if ctx.roster.knows(before) else []),
        *[e for e in moved if not isinstance(e, SaveItem)],
        say(intent, f"{text}，已告诉他。", ctx, item.id),
    ]
