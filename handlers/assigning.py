"""交办, 交回: who does it. An assign names the 承办单位; a wrong one comes back with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, progress, replies
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, Record
from bot.rules.item import Decision, Item, Move, State
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do
from bot.rules.routing import Holder, asked_now, holder_for, may_see, overseers, own_roles
from handlers import cards
from handlers import wording as w
from handlers.asking import hand_back_position
from handlers.context import Context
from handlers.dues import deadline_key
from handlers.onward import close_own, moved
from handlers.reply_drafts import without_one
from handlers.router import Router
from handlers.saying import refuse, same_card, say, settle_tap, tell

router = Router()

DROP = "不交回了回复“算了”。"


@router.on(i.AssignSaid)
def assign_said(intent: i.AssignSaid, ctx: Context) -> Sequence[Effect]:
    """交办 0123 甲 乙: each of these units does the own steps that follow."""
    item = ctx.store.item(intent.item)
    moves = ctx.moves(item) if item else ()
    if item is None or not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以交办的事项 {intent.item:04d}", ctx)]
    step = item.step
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if step and item.awaiting(Do.ASSIGN) else None
    if step is None or holder is None:
        return _not_now(intent, item, moves, ctx)
    if not intent.units:
        return [
            Expect(intent.who, "assign", item.id),
            Record(intent.who, "要交办", item.id),
            *same_card(intent, ctx),
            say(intent, f"请回复 {item.number} 交给哪个单位（可写几个，用空格分开）。", ctx, item.id),
        ]
    units, unknown = _units(intent.units, item, ctx)
    if unknown:
        listed = "、".join(o.text for o in cards.assignable(item, ctx)) or "（没有）"
        return refuse(intent, f"没有可以交办的单位“{'、'.join(unknown)}”。可选：{listed}", ctx, item)
    if accused := comments.accused(item, units):
        why = f"{item.number} 反映的是{'、'.join(accused)}，不能由它办理"
        return [*same_card(intent, ctx), *refuse(intent, why, ctx, item)]
    return _assigned(intent, item, holder, units, moves, ctx)


def _units(said: Sequence[str], item: Item, ctx: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units meant, by name or the beginning of it; and what fits none, or several."""
    offered = tuple(o.id for o in cards.assignable(item, ctx))
    if list(said) == ["*"]:
        return offered, ()
    found: list[str] = []
    unknown: list[str] = []
    for word in said:
        near = [unit for unit in offered if unit == word] or [unit for unit in offered if unit.startswith(word)]
        found += near if len(near) == 1 else []
        unknown += [] if len(near) == 1 else [word]
    return tuple(dict.fromkeys(found)), tuple(unknown)


def _assigned(
    intent: i.AssignSaid, item: Item, holder: Holder, units: tuple[str, ...], moves: Sequence[Move], ctx: Context
) -> list[Effect]:
    step = item.step
    assert step is not None
    try:
        after = progress.assign(item, units, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        form={"承办单位": "、".join(units)}, lap=item.lap,
    )  # fmt: skip
    done = f"已交办 {w.hm(ctx.now)}"
    to = f"{len(units)} 个单位" if len(units) > 5 else "、".join(units)
    return [
        KeepMove(item.id, move),
        *settle_tap(intent, done, ctx, desc=f"{step.act}：{to}"),
        *([] if intent.task_id else close_own(intent.who, item, done, ctx)),
        say(intent, f"{item.number} 已交办：{to}。", ctx, item.id),
        *moved(item, after, (*moves, move), ctx, done=f"已由{ctx.name(intent.who)}交办", tapped=intent.task_id),
        Record(intent.who, step.act, item.id, "、".join(units), role=holder.role, version=item.current.no),
        Expect(intent.who),
    ]


def _not_now(intent: i.Intent, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    people = asked_now(item, moves, ctx.desk)
    return [
        *settle_tap(intent, "已失效", ctx),
        *refuse(intent, w.stale(item, ctx, moves, people), ctx, item, action="迟到的操作"),
    ]


@router.on(i.HandedBack)
def handed_back(intent: i.HandedBack, ctx: Context) -> Sequence[Effect]:
    """交回 0123 理由: to whoever assigned it, who is told why; of several units only this one drops out."""
    item = ctx.store.item(intent.item)
    moves = ctx.moves(item) if item else ()
    if item is None or not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以交回的事项 {intent.item:04d}", ctx)]
    step = item.step
    running = step is not None and item.state is State.RUNNING
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if running and step else None
    if step is None or holder is None:
        return _not_now(intent, item, moves, ctx)
    own, place = own_roles(ctx.regulation), hand_back_position(item, step, moves, ctx)
    if place is None or holder.role not in own:
        return refuse(intent, f"{item.number} 不是交办给本单位的，不能交回", ctx, item)
    if late := _too_late(item, moves, ctx):
        return [*same_card(intent, ctx), *refuse(intent, late, ctx, item)]
    if not intent.reason.strip():
        return [
            Expect(intent.who, "back", item.id),
            Record(intent.who, "要交回", item.id),
            *same_card(intent, ctx),
            say(intent, f"请回复 {item.number} 交回的理由，最好写明该归谁，例如：属于二司职责。{DROP}", ctx, item.id),
        ]
    unit = holder.unit
    try:
        after = progress.hand_back(item, unit, intent.reason, ctx.now, moves=moves, own=own, to=place)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    from_unit = unit or item.unit
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.HANDED_BACK, at=ctx.now, acting_for=holder.acting_for,
        reason=intent.reason.strip(), unit=from_unit, lap=item.lap,
    )  # fmt: skip
    after, kept = without_one(item, after, (*moves, move), ctx)
    assigner = next((m.actor for m in reversed(moves) if m.form.get("承办单位")), item.author)
    told = f"{item.number} {from_unit}（{ctx.name(intent.who)}）交回：{intent.reason.strip()}。"
    asked_anew = after.awaiting(Do.ASSIGN) or not after.position
    told += "其他单位照常办理。" if after.state is State.RUNNING else ""
    return [
        *kept,
        KeepMove(item.id, move),
        *settle_tap(intent, f"已交回 {w.hm(ctx.now)}", ctx),
        *([] if intent.task_id else close_own(intent.who, item, f"已交回 {w.hm(ctx.now)}", ctx)),
        *([] if asked_anew else [tell(assigner, told, ctx, item=item.id, what="back")]),
        *moved(item, after, (*moves, move), ctx, done=f"{from_unit}已交回", tapped=intent.task_id),
        Record(intent.who, "交回", item.id, f"{from_unit}：{intent.reason.strip()}", role=holder.role),
        Expect(intent.who),
        say(intent, f"{item.number} 已交回，理由：{intent.reason.strip()}。", ctx, item.id),
    ]


def _too_late(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """A comment is handed back before its deadline and before anything was answered; later those above may move it."""
    if not comments.is_comment(item):
        return ""
    row = ctx.store.open_deadline(deadline_key(item))
    why = replies.too_late_to_hand_back(moves, row.due_at if row else None, ctx.now)
    able = ctx.names(overseers(ctx.desk)[:2]) or "归口部门"
    return f"{item.number} {why}。请先答复，要换人办请找{able}改派" if why else ""
