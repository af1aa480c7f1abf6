"""发布时再确认: where the policy wants it (`confirm`), publishing confirms the list of what is banned by itself.

As in a check: one tap (已发布并确认) does both; where words were found, the list is confirmed first, by its own tap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.rules import intents as i
from bot.rules.effects import Effect, KeepMove, Record, UpdateCard
from bot.rules.item import Decision, Item, Move
from bot.rules.regulation import Step
from bot.rules.routing import holder_for
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.saying import refuse, same_card, say


def unconfirmed(who: str, item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> bool:
    """Whether this person still has to confirm the list for this version before he may say that it is published."""
    if not step.confirm or not cards.asks_for_list(item, ctx):
        return False
    return not any(
        (m.actor, m.decision, m.fingerprint, m.step, m.round)
        == (who, Decision.CONFIRMED, item.current.fingerprint, item.position, item.round)
        for m in moves
    )


def confirmation(who: str, item: Item, ctx: Context, *, role: str = "", acting_for: str = "") -> list[Effect]:
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=who, role=role, decision=Decision.CONFIRMED, at=ctx.now, acting_for=acting_for, lap=item.lap,
    )  # fmt: skip
    return [
        KeepMove(item.id, move),
        Record(who, "确认未见禁止发布内容", item.id, w.findings(item, ctx), version=item.current.no),
    ]


def refused(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    how = "请先点“确认未见”" if intent.task_id else f"请回复“已发布并确认 {item.number}”，下面写平台和链接"
    why = f"{item.number} 发布时还要确认未见禁止发布的内容（依据 {w.basis(item.flow)}），{how}"
    return [*same_card(intent, ctx), *refuse(intent, why, ctx, item, action="拒绝发布")]


def confirm_publishing(intent: i.Decided, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """确认未见 on the publish card, or 确认 0123. Nothing when there is nothing for him to confirm."""
    step = item.step
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if step else None
    if step is None or holder is None or not unconfirmed(intent.who, item, step, moves, ctx):
        return []
    kept = confirmation(intent.who, item, ctx, role=holder.role, acting_for=holder.acting_for)
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    if row is None:
        text = f"{item.number} 已记：您确认未见禁止发布内容。发布后请回复“已发布 {item.number}”和链接。"
        return [*kept, say(intent, text, ctx, item.id)]
    left = tuple(replace(b, style=1 if b.key == "published" else b.style) for b in row.card.buttons)
    left = tuple(b for b in left if b.key != "confirm")
    card = replace(row.card, buttons=left, desc=cards.cut(f"已确认未见禁止内容。{row.card.desc}", 44))
    return [*kept, UpdateCard(row.task_id, card, f"tap|{ctx.cause}", code=intent.code, close=False)]
