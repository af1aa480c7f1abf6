"""等待发布: what is done when the time to publish comes, and when an approved item has waited for days (A13)."""

from __future__ import annotations

from bot.rules.effects import Effect, MarkNagged, Record
from bot.rules.events import Fallen
from bot.rules.item import Item
from bot.rules.regulation import Do
from bot.rules.routing import asked_now, drafter_gone, overseers, superiors
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.quota import hold_key, timed_key
from handlers.reminding import Fell, Notice, Part, held
from handlers.saying import item_url, send_card, tell
from storage.read import DeadlineRow


def publishers(item: Item, ctx: Context) -> tuple[str, ...]:
    return asked_now(item, ctx.moves(item), ctx.desk)


# ---- when the time comes --------------------------------------------------------------------------------------------


def fell(fallen: Fallen, ctx: Context) -> Fell | None:
    """The rung of a time to publish or of the question; None for any other deadline."""
    item, row = ctx.store.item(fallen.item), ctx.store.open_deadline(fallen.deadline)
    if item is None or row is None or fallen.deadline not in (timed_key(item), hold_key(item)):
        return None
    if row.rung != fallen.rung:
        return Fell()
    if not item.awaiting(Do.PUBLISH):
        return Fell(effects=(MarkNagged(row.key, row.rung), Record("system", "期限已过时", item.id, "定时")))
    if row.key == timed_key(item):  # somebody named this very time: no hours are waited for
        return _time_has_come(item, row, ctx)
    return held(item, row, ctx) or Fell(effects=tuple(_does_it_hold(item, row, ctx)))


def _time_has_come(item: Item, row: DeadlineRow, ctx: Context) -> Fell:
    people = publishers(item, ctx)
    above = () if people else superiors(item, ctx.desk, count=1) or overseers(ctx.desk) or ctx.admins
    how = f"发布后回复“已发布 {item.number}”，下一行起写“平台 链接”。" if people else "暂无人可办，请指定发布人。"
    now = w.held(item, ctx) if item.held else f"现在可以发布。{how}"
    what = f"{item.number}《{w.heading(item)}》定的时间到了"
    notices = tuple(
        Notice(
            p, Part.DO if p in people else Part.URGE, item, row.key, row.rung, f"【定时发布】{what}，{now}",
            f"{what}，{'已暂停' if item.held else '现在可以发布'}", ctx.now, acts=not item.held,
        )
        for p in (*people, *above)
    )  # fmt: skip
    line = Record("system", "定时提醒", item.id, ctx.names((*people, *above)), version=item.current.no)
    return Fell(notices, (MarkNagged(row.key, row.rung), line), above=above)


def _does_it_hold(item: Item, row: DeadlineRow, ctx: Context) -> list[Effect]:
    """Asked once; without an answer it stays where it is. A question with a card of its own, so it goes by itself."""
    done = MarkNagged(row.key, row.rung)
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
