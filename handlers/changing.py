"""撤回, 转类别, 更正, 撤下: what becomes of an item that was sent already."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import aftermath, progress
from bot.rules import intents as i
from bot.rules.effects import (
    Effect,
    Expect,
    KeepMove,
    Record,
)
from bot.rules.item import Decision, Move
from bot.rules.progress import IllegalMove
from bot.rules.routing import drafter_gone
from handlers import wording as w
from handlers.composing import ask_or_submit, current_holders, submit
from handlers.context import Context
from handlers.corrections import correction, taking_down
from handlers.onward import moved
from handlers.reflowing import change
from handlers.router import Router
from handlers.saying import forget, merge_replies, refuse, say, tell

router = Router()


@router.on(i.WithdrawAsked)
def withdraw_asked(intent: i.WithdrawAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or (item.author != intent.who and not ctx.oversees(intent.who)):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if aftermath.kind_of(item) == aftermath.AT_ONCE:
        return refuse(intent, f"{item.number} 已经紧急撤下，不能撤回，请补报情况", ctx, item)
    mine = item.author == intent.who
    if not mine and item.author and not drafter_gone(item, ctx.desk):
        return refuse(intent, f"{item.number} 由{ctx.name(item.author)}起草，要由起草人撤回", ctx, item)
    by = "起草人" if mine else ctx.name(intent.who)
    try:
        after = progress.withdraw(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.WITHDRAWN, at=ctx.now,
    )  # fmt: skip
    near = dict.fromkeys((*current_holders(item, ctx), item.author))
    told = [h for h in near if h != intent.who and ctx.roster.knows(h)]
    return [
        KeepMove(item.id, move),
        *moved(item, after, ctx.moves(item), ctx, done=f"{by}已撤回"),
        Record(intent.who, "撤回", item.id, version=item.current.no),
        *([Expect(intent.who)] if mine else forget(intent.who, item, ctx)),
        *[tell(h, f"{item.number}《{w.heading(item)}》{by}已撤回，不用再办。", ctx, item=item.id) for h in told],
        say(intent, f"{item.number} 已撤回。", ctx, item.id),
    ]


@router.on(i.FlowChanged)
def flow_changed(intent: i.FlowChanged, ctx: Context) -> Sequence[Effect]:
    """转类别 0123 类别 理由: it begins in the new flow after the first draft (rule 11 for every policy)."""
    item = ctx.store.item(intent.item)
    if item is None or not (
        item.author == intent.who or ctx.oversees(intent.who) or intent.who in current_holders(item, ctx)
    ):
        return refuse(intent, f"没有您可以换类别的事项 {intent.item:04d}", ctx)
    if item.about:
        return refuse(intent, f"{item.number} 是更正或撤下，不能换类别", ctx, item)
    flows = [f for f in ctx.regulation.flows(item.kind) if intent.flow in (f.option, f.label, f.id)]
    if not flows:
        names = "；".join(f.option for f in ctx.regulation.flows(item.kind))  # labels hold 、 themselves
        return refuse(intent, f"没有“{intent.flow}”这个类别，可选：{names}", ctx, item)
    return change(intent, item, flows[0], intent.reason, ctx)


@router.on(i.CorrectionAsked)
def correction_asked(intent: i.CorrectionAsked, ctx: Context) -> Sequence[Effect]:
    begun = correction(intent, ctx)
    if isinstance(begun, list):
        return begun
    return merge_replies([*begun.effects, *ask_or_submit(intent, begun.item, ctx, final=True)])


@router.on(i.TakeDownAsked)
def take_down_asked(intent: i.TakeDownAsked, ctx: Context) -> Sequence[Effect]:
    begun = taking_down(intent, ctx)
    return begun if isinstance(begun, list) else merge_replies([*begun.effects, *submit(intent, begun.item, ctx)])
