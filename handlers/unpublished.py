"""等待发布: what is done when the time to publish comes, and when an approved item has waited for days (A13)."""

from __future__ import annotations

from bot.rules.effects import Effect, MarkNagged, Record, SaveItem
from bot.rules.events import NagFell
from bot.rules.item import Item
from bot.rules.regulation import Do
from bot.rules.routing import asked_now, drafter_gone, overseers, superiors
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.onward import item_url, reported_to, send_card, tell
from handlers.quota import hold_key, timed_key


def publishers(item: Item, ctx: Context) -> tuple[str, ...]:
    return asked_now(item, ctx.moves(item), ctx.desk)


# ---- when the time comes --------------------------------------------------------------------------------------------


def fell(event: NagFell, item: Item, ctx: Context) -> list[Effect] | None:
    """The rung of a time to publish or of the question; None for any other deadline."""
    if event.deadline not in (timed_key(item), hold_key(item)):
        return None
    if not item.awaiting(Do.PUBLISH):
        return [MarkNagged(event.deadline, event.rung), Record("system", "期限已过时", item.id, "定时")]
    return _time_has_come(event, item, ctx) if event.deadline == timed_key(item) else _does_it_hold(event, item, ctx)


def _time_has_come(event: NagFell, item: Item, ctx: Context) -> list[Effect]:
    people = publishers(item, ctx)
    above = () if people else superiors(item, ctx.desk, count=1) or overseers(ctx.desk) or ctx.admins
    how = f"发布后回复“已发布 {item.number}”，下一行起写“平台 链接”。" if people else "暂无人可办，请指定发布人。"
    now = w.held(item, ctx) if item.held else f"现在可以发布。{how}"
    text = f"【定时发布】{item.number}《{w.heading(item)}》定的时间到了，{now}"
    return [
        SaveItem(reported_to(item, above)),
        MarkNagged(event.deadline, event.rung),
        Record("system", "定时提醒", item.id, ctx.names((*people, *above)), version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="timed") for p in (*people, *above)],
    ]


def _does_it_hold(event: NagFell, item: Item, ctx: Context) -> list[Effect]:
    """Asked once; without an answer it stays where it is."""
    done = MarkNagged(event.deadline, event.rung)
    if item.links:  # publishing has begun: the question is answered
        return [done, Record("system", "不再询问", item.id, "已开始发布")]
    people = overseers(ctx.desk) if drafter_gone(item, ctx.desk) else (item.author,)
    text = (
        f"{item.number}《{w.heading(item)}》审定已5个工作日，还没有发布。还要发布吗？"
        f"请点卡片，或回复“仍要发布 {item.number}”“撤回 {item.number}”。不回复的，仍等待发布。"
    )
    effects: list[Effect] = [
        done, Record("system", "询问是否仍要发布", item.id, ctx.names(people), version=item.current.no),
    ]  # fmt: skip
    for person in people:
        card = cards.hold_card(item, person, ctx, item_url(item, ctx))
        effects += [tell(person, text, ctx, item=item.id, what="hold"), send_card(card, person, item, "hold", ctx)]
    return effects
