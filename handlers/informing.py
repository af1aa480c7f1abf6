"""告知: those who are told that something was published write down themselves what they did (已转发, 已点评).

The bot never acts in a person's name: it only keeps what he says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, UpdateCard
from bot.rules.item import State
from bot.rules.routing import filed_with
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, say, settle_tap

router = Router()


@router.on(i.DidSaid)
def did_said(intent: i.DidSaid, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    flow = item.flow if item else None
    told = filed_with(item, flow.inform, ctx.desk) if item and flow and item.state is State.DONE else ()
    if item is None or flow is None or intent.who not in told:
        return refuse(intent, f"没有告知您的事项 {intent.item:04d}", ctx)
    if intent.what not in flow.did:
        offered = "、".join(f"“收到 {item.number} {word}”" for word in flow.did)
        return refuse(intent, f"请回复{offered}", ctx, item)
    mine = [x.detail for x in ctx.store.audit(item.id) if x.action == w.DID and x.actor == intent.who]
    if intent.what in mine:
        return refuse(intent, f"{item.number} 您已登记过“{intent.what}”", ctx, item)
    done = [word for word in flow.did if word in (*mine, intent.what)]
    left = [word for word in flow.did if word not in done]
    return [
        Record(intent.who, w.DID, item.id, intent.what, version=item.current.no),
        *_card(intent, item.id, left, f"已登记：{'、'.join(done)} {w.hm(ctx.now)}", ctx),
        *([] if intent.task_id else [say(intent, f"{item.number} 已登记：{intent.what}。", ctx, item.id)]),
    ]


def _card(intent: i.DidSaid, item: int, left: Sequence[str], done: str, ctx: Context) -> list[Effect]:
    """His card keeps what is left; when nothing is, it is closed."""
    row = next(iter(ctx.store.live_cards(item, to=intent.who, purpose="inform")), None)
    if row is None:
        return settle_tap(intent, done, ctx)
    buttons = tuple(b for b in row.card.buttons if b.key.removeprefix("did:") in left)
    shown = replace(row.card, buttons=buttons, body=done) if buttons else cards.closed(row.card, done)
    code = intent.code if intent.task_id == row.task_id else ""
    return [UpdateCard(row.task_id, shown, f"did|{ctx.cause}", code=code, close=not buttons)]
