"""较大以上舆情 (saws-R32): whoever stands above an urgent comment flow is told at once, day and night."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules.effects import Effect, Record
from bot.rules.item import Item, Move, State
from bot.rules.messages import Button, Card
from bot.rules.routing import asked_now, superiors
from handlers import cards, comment_cards
from handlers import wording as w
from handlers.context import Context
from handlers.dues import answer_due
from handlers.onward import reported_to
from handlers.saying import item_url, send_card, tell

SEEN = "已知悉"


def rings(item: Item) -> bool:
    return comments.is_comment(item) and item.flow is not None and item.flow.urgent and item.state is State.RUNNING


def alarmed(item: Item, ctx: Context) -> Item:
    """Who is alerted may look at it from now on."""
    return reported_to(item, superiors(item, ctx.desk_of(item))) if rings(item) else item


def alarm(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """One message and one card each; whoever holds the step has got its card already."""
    step, flow = item.step, item.flow
    if not rings(item) or step is None or flow is None:
        return []
    asked = asked_now(item, moves, ctx.desk)
    people = [p for p in superiors(item, ctx.desk_of(item)) if p not in asked]
    # what the item is due by is due at its last step; the present one may have no date of its own
    due = answer_due(item, ctx)
    until = f"，回复期限 {due}" if due else ""
    level = f"（{item.level}）" if item.level else ""
    text = (
        f"【{flow.option}】{item.number}{level} {w.place(item, ctx, asked, moves)}{until}（依据 {w.basis(flow)}）。\n"
        f"{comments.masked_text(item)}\n看过请点“{SEEN}”，或回复“{SEEN} {item.number}”。"
    )
    effects: list[Effect] = [Record("system", "即时报告", item.id, ctx.names(tuple(people)))] if people else []
    for person in people:
        effects.append(tell(person, text, ctx, item=item.id, what="alarm"))
        effects.append(send_card(_card(item, person, due, ctx), person, item, "alert", ctx))
    return effects


def _card(item: Item, to: str, due: str, ctx: Context) -> Card:
    assert item.flow is not None
    said = comments.masked_text(item)
    rows = comment_cards.source_row(item, item_url(item, ctx))
    return Card(
        task_id=cards.task_id(item, "alert", to, ctx), title=cards.cut(comments.heading(item), 36),
        source=cards.cut(f"审发 · {item.flow.option}", 20), source_color=2, desc=cards.cut(due and f"期限 {due}", 44),
        body="" if said == comments.heading(item) else cards.cut(said, 160), rows=rows,
        buttons=(Button(SEEN, key="seen"),),
    )  # fmt: skip
