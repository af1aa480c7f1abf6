"""时间: the rungs of all deadlines that are due, a card whose code ends soon. Nothing is approved by lapse of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.rules.effects import Effect, Record, SaveItem, Send, UpdateCard
from bot.rules.events import CardExpiring, RungsFell
from bot.rules.item import Item
from bot.rules.messages import Card
from bot.rules.routing import filed_with
from handlers import cards, reminding, unpublished
from handlers import wording as w
from handlers.context import Context
from handlers.digests import digests
from handlers.onward import reported_to, waiting_roles
from handlers.reminder_cards import URGE, renew
from handlers.reminding import Fell
from handlers.router import Router
from storage.read import CardRow

router = Router()


@router.on(RungsFell)
def rungs_fell(event: RungsFell, ctx: Context) -> Sequence[Effect]:
    """What is due, gathered item by item and told person by person: each hears once of all that concerns him."""
    items = [rung.item for rung in event.rungs]
    found = [unpublished.fell(rung, ctx) or reminding.fell(rung, ctx) for rung in event.rungs]
    return [
        *_shown_above(zip(items, found, strict=True), ctx),
        *(effect for one in found for effect in one.effects),
        *_held_line(found, ctx),
        *digests([notice for one in found for notice in one.notices], ctx),
    ]


def _shown_above(found: Iterable[tuple[int, Fell]], ctx: Context) -> list[Effect]:
    """Whoever was told of an item from above may look at it from then on."""
    above: dict[int, list[str]] = {}
    for number, one in found:
        above.setdefault(number, []).extend(one.above)
    effects: list[Effect] = []
    for number, people in above.items():
        item = ctx.store.item(number)
        if item is not None and not set(people) <= set(item.escalated):
            effects.append(SaveItem(reported_to(item, people)))
    return effects


def _held_line(found: Sequence[Fell], ctx: Context) -> list[Effect]:
    """One line says that reminders wait for opening time; nobody is told."""
    until = [one.until for one in found if one.until]
    return [Record("system", "催办推迟", None, f"{len(until)} 次，{w.until(min(until), ctx.now)}再发")] if until else []


# ---- cards ----------------------------------------------------------------------------------------------------------


@router.on(CardExpiring)
def card_expiring(event: CardExpiring, ctx: Context) -> Sequence[Effect]:
    """Before a sent code's 72 hours end the card is issued anew and the old one closed, while the item still waits."""
    row = ctx.store.card(event.task_id)
    item = ctx.store.item(row.item) if row and row.item else None
    if row is not None and row.item is None and row.live:  # a question of the settings: asked again, not renewed
        over: Effect = UpdateCard(row.task_id, cards.closed(row.card, "已失效"), f"expire|{row.task_id}")
        return [over, Record("system", "关闭旧卡片", None, row.task_id)]
    if row is None or item is None or not row.live:
        return [Record("system", "卡片已失效", item.id if item else None, event.task_id)]
    if not _still_waits(row, item, ctx):
        over = UpdateCard(row.task_id, cards.closed(row.card, "已失效"), f"expire|{row.task_id}")
        return [over, Record("system", "关闭旧卡片", item.id, row.task_id)]
    renewed = renew(row, item, ctx)
    fresh = next(e.message.task_id for e in renewed if isinstance(e, Send) and isinstance(e.message, Card))
    return [*renewed, Record("system", "换发卡片", item.id, f"{row.task_id} → {fresh}", version=item.current.no)]


def _still_waits(row: CardRow, item: Item, ctx: Context) -> bool:
    if row.purpose == URGE:  # it came with a reminder: the next one brings the next
        return False
    if row.purpose == "filing":
        return row.userid in filed_with(item, waiting_roles(item, ctx), ctx.desk)
    return item.open and (row.position, row.round) == (item.position, item.round)

