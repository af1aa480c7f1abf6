"""答复: what the netizen is told, kept word for word."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, progress
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, Record
from bot.rules.item import Decision, Item, Move, State
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Step
from bot.rules.routing import Holder, asked_now, holder_for, may_see, own_roles
from handlers import wording as w
from handlers.context import Context
from handlers.onward import close_own, moved, refuse, same_card, say, settle_tap
from handlers.router import Router

router = Router()


@router.on(i.ReplySaid)
def reply_said(intent: i.ReplySaid, ctx: Context) -> Sequence[Effect]:
    """答复 0456 text: the answer that was given. `tick`: it is a first one (正在研究办理), and the result follows."""
    item = ctx.store.item(intent.item)
    moves = ctx.moves(item) if item else ()
    if item is None or not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以答复的 {intent.item:04d}", ctx)]
    step = item.step
    running = item.state is State.RUNNING and item.awaiting(Do.REPLY)
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if running and step else None
    if step is None or holder is None:
        text = w.stale(item, ctx, moves, asked_now(item, moves, ctx.desk))
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, text, ctx, item, action="迟到的操作")]
    text = intent.text.strip() or comments.agreed(item)
    if not text:
        return [
            Expect(intent.who, "reply", item.id, {"tick": intent.tick}),
            Record(intent.who, "要答复", item.id),
            *same_card(intent, ctx),
            say(intent, f"请把给网民的答复发来（{item.number}）。不答复了回复“算了”。", ctx, item.id),
        ]
    return _replied(intent, item, step, holder, text, moves, ctx)


def _replied(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, text: str, moves: Sequence[Move], ctx: Context
) -> list[Effect]:
    try:
        ticked = progress.set_tick(item, intent.tick, intent.who) if intent.tick else item
        after = progress.record(
            ticked, {}, ctx.now, role=holder.role, moves=moves, unit=holder.unit, own=own_roles(ctx.regulation)
        )
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        form={comments.REPLY: text}, unit=holder.unit, lap=item.lap,
    )  # fmt: skip
    done = f"已答复 {w.hm(ctx.now)}"
    return [
        KeepMove(item.id, move),
        *settle_tap(intent, done, ctx),
        *([] if intent.task_id else close_own(intent.who, item, done, ctx)),
        *moved(item, after, (*moves, move), ctx, done=done, tapped=intent.task_id),
        Record(intent.who, step.act, item.id, text, role=holder.role, version=item.current.no),
        Expect(intent.who),
        say(intent, f"{item.number} 已记{step.act} {w.hm(ctx.now)}。", ctx, item.id),
    ]
