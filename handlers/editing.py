"""异议, 采用: what a provider says to a text of his that somebody else edited or proposed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import (
    Effect,
    KeepMove,
    Record,
)
from bot.rules.item import Decision, Move, State
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.regulation import Do
from bot.rules.suggestion import suggested
from handlers import wording as w
from handlers.composing import ask_or_submit, reworded, stale_draft
from handlers.context import Context
from handlers.onward import close_cards, moved
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()


@router.on(i.SuggestionTaken)
def suggestion_taken(intent: i.SuggestionTaken, ctx: Context) -> Sequence[Effect]:
    """采用建议稿: what the checker proposed becomes the drafter's own wording, and goes to the checks again (A54)."""
    item = ctx.store.item(intent.item)
    if item is None or item.author != intent.who:
        return refuse(intent, f"没有您的稿件 {intent.item:04d}", ctx)
    if not item.awaiting_draft:
        return stale_draft(intent, item, ctx)
    text = suggested(item, ctx.moves(item))
    if not text:
        return refuse(intent, f"{item.number} 没有建议稿，请把改好的全文发来", ctx, item)
    after = reworded(item, text, intent.who, ctx)
    return [
        Record(intent.who, "采用建议稿", item.id, text, version=after.current.no),
        *close_cards(item, ctx, "已采用建议稿", except_for=intent.task_id, purposes=("proposal",)),
        *ask_or_submit(intent, after, ctx, final=True),
    ]


@router.on(i.ObjectionMade)
def objection_made(intent: i.ObjectionMade, ctx: Context) -> Sequence[Effect]:
    """异议 0123 理由: it goes back to whoever edited it; no check of his own unit again (A54)."""
    item = ctx.store.item(intent.item)
    if item is None or item.author != intent.who:
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not intent.reason:
        return refuse(intent, f"请写明理由，例如“异议 {item.number} 金额写错了”", ctx, item)
    edited = item.state is State.RUNNING and not item.awaiting(Do.DRAFT) and not first_draft(item)
    try:
        back = progress.reopen(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    if not edited:
        return refuse(intent, f"{item.number} 没有被别人编辑过，要改请发“改 {item.number}”", ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.RETURNED, at=ctx.now, reason=f"提供者有异议：{intent.reason}",
        lap=item.lap,
    )  # fmt: skip
    return [
        KeepMove(item.id, move),
        *moved(item, back, (*ctx.moves(item), move), ctx, done="提供者有异议，已退回编辑"),
        Record(intent.who, "异议", item.id, intent.reason, version=item.current.no),
        say(intent, f"{item.number} 已退回编辑，理由：{intent.reason}。", ctx, item.id),
    ]
