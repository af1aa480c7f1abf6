"""分办: which flow a comment takes and which unit answers it; it is handed on with that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, progress
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, KeepVersion, Record
from bot.rules.item import Decision, Item, Move, State, replace
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.routing import asked_now
from handlers import cards, comment_cards
from handlers import wording as w
from handlers.collecting import collectable
from handlers.context import Context
from handlers.onward import moved, refuse, same_card, say, settle_tap
from handlers.router import Router

router = Router()


@router.on(i.SortSaid)
def sort_said(intent: i.SortSaid, ctx: Context) -> Sequence[Effect]:
    """分办 0456 政策咨询 政策法规司: it goes to that unit on that flow."""
    item = ctx.store.item(intent.item)
    if item is None or item.author != intent.who or not _to_sort(item):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您要分办的 {intent.item:04d}", ctx)]
    flows = collectable(intent.who, ctx)
    named = [f for f in flows if intent.flow in (f.id, f.option, f.label)]
    named = named or [f for f in flows if intent.flow in f.label]
    if intent.flow and len(named) != 1:
        listed = "、".join(f.option for f in flows)
        return [*same_card(intent, ctx), *refuse(intent, f"没有“{intent.flow}”这一类，可选：{listed}", ctx, item)]
    item = replace(item, flow=named[0]) if intent.flow else item
    offered = [o.id for o in comment_cards.units_for(item, ctx)]
    if offered and intent.unit not in offered:
        ask = f"{item.number} 交给哪个单位？请回复“分办 {item.number} 类别 单位”。可选：{'、'.join(offered[:20])}"
        return [*same_card(intent, ctx), *refuse(intent, ask, ctx, item, action="未能分办")]
    return _hand_on(intent, replace(item, unit=intent.unit if offered else item.unit), ctx)


def _to_sort(item: Item) -> bool:
    """Not handed on yet, or handed back by a unit that it does not concern."""
    return comments.is_comment(item) and item.awaiting_draft and first_draft(item)


def _hand_on(intent: i.SortSaid, item: Item, ctx: Context) -> list[Effect]:
    assert item.flow is not None
    flow = ctx.regulation.flow_of(item.flow.id)
    began = item.registered_at or ctx.now  # handed back and sorted anew: it was registered once
    item = replace(item, flow=flow, policy_version=ctx.store.policy_version(), registered_at=began)
    version = replace(item.current, form=dict(item.form), by=intent.who, at=ctx.now)
    try:
        after = progress.submit(item, version, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=0, round=after.round, version=version.no, fingerprint=version.fingerprint, actor=intent.who,
        role=next(r for r in flow.steps[0].by if r in ctx.roster.roles_of(intent.who)),
        decision=Decision.SUBMITTED, at=ctx.now,
    )  # fmt: skip
    moves = (*ctx.moves(item), move)
    done = f"已交办 {w.hm(ctx.now)}"
    return [
        KeepVersion(item.id, version),
        KeepMove(item.id, move),
        *moved(item, after, moves, ctx, done=done, tapped=intent.task_id),
        *settle_tap(intent, done, ctx, desc=cards.cut(f"{flow.option} · {after.unit}", 44)),
        Record(intent.who, flow.steps[0].act, item.id, f"{flow.label}；{after.unit}", version=version.no),
        Expect(intent.who),
        say(intent, f"{item.number} 已交办，{w.place(after, ctx, _holders(after, moves, ctx), moves)}。", ctx, item.id),
    ]


def _holders(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[str, ...]:
    return asked_now(item, moves, ctx.desk) if item.state is State.RUNNING else ()
