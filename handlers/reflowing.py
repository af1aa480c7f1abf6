"""转类别: an item goes on in another flow of its kind, from after the first draft (rule 11 for every policy)."""

from __future__ import annotations

from bot.rules import comments, progress
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, Record
from bot.rules.forms import missing_fields
from bot.rules.item import Decision, Item, Move, State, replace
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Flow
from bot.rules.roster import seat_unit
from handlers import cards
from handlers import wording as w
from handlers.alarm import alarm, alarmed
from handlers.context import Context
from handlers.dues import deadline_key
from handlers.missing import required_form
from handlers.onward import moved
from handlers.proposing import units_for
from handlers.saying import refuse, say, settle_tap, tell
from storage.read import DeadlineRow


def change(
    intent: i.Intent, item: Item, flow: Flow, reason: str, ctx: Context, *, level: str = "", unit: str = ""
) -> list[Effect]:
    """A comment is given to a unit where the new flow wants one: named before the reason, else the one that has it.

    A joined comment goes where its issue goes.
    """
    if item.joined:
        why = f"{item.number} 已并入 {item.joined:04d}，随它一起办；要单独办，先回复“拆出 {item.number}”"
        return [*settle_tap(intent, "没有换类别", ctx), *refuse(intent, why, ctx, item)]
    before = progress.marked(item, flow, ctx.roster.entry(item.unit).marks)
    if comments.is_comment(item):
        placed = _placed(intent, before, flow, reason, unit, ctx)
        if isinstance(placed, list):
            return placed
        before, reason = placed
    try:
        after = progress.change_flow(before, flow, reason, ctx.now, ctx.moves(item))
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    wanting = missing_fields(required_form(replace(after, position=0), ctx), after.form, ctx.regulation.content.basis)
    if wanting and not item.awaiting_draft:  # its drafter is asked for them when he sends it again
        return refuse(intent, f"“{flow.option}”还须填{'、'.join(wanting)}，请起草人补齐后再换类别", ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.MOVED, at=ctx.now, reason=reason,
    )  # fmt: skip
    moves = (*ctx.moves(item), move)
    standing = _standing(item, after, ctx)
    if comments.is_comment(item):
        told = () if flow.private else after.escalated  # what has become private is not for those above any more
        after = alarmed(replace(after, level=level or after.level, escalated=told), ctx)
    text = f"{item.number} 已由{ctx.name(intent.who)}转为“{flow.label}”（依据 {w.basis(flow)}）：{reason}。"
    detail = f"{item.flow.id if item.flow else ''}→{flow.id}:{reason}" + (f"（定级{level}）" if level else "")
    effects: list[Effect] = [
        KeepMove(item.id, move),
        *moved(item, after, moves, ctx, done="已换类别，见新卡片", standing=standing, tapped=intent.task_id),
        *settle_tap(intent, f"已转为{flow.option}", ctx),
        *alarm(after, moves, ctx),
        Record(intent.who, "换类别", item.id, detail),
        Expect(intent.who),
        say(intent, text, ctx, item.id),
    ]
    return effects if intent.who == item.author else [*effects, tell(item.author, text, ctx, item=item.id)]


def _placed(
    intent: i.Intent, item: Item, flow: Flow, reason: str, unit: str, ctx: Context
) -> tuple[Item, str] | list[Effect]:
    """With the unit and the ticks it has on the new flow, and the reason without them; or the question for the unit."""
    first, _, rest = reason.partition(" ")
    tick = next((one for one in cards.ticks(flow) if reason.startswith(one)), "")
    reason = reason.removeprefix(tick).strip(" ，,：:。")
    item = replace(item, units=(), ticks=item.ticks | ({tick: intent.who} if tick else {}))
    offered = [o.id for o in units_for(replace(item, flow=flow), ctx)]
    if not offered:
        return replace(item, unit=_home(item, ctx)), reason
    if first in offered and rest.strip():
        return replace(item, unit=first), rest.strip()
    if unit in offered or item.unit in offered:
        return replace(item, unit=unit if unit in offered else item.unit), reason
    how = f"“转类别 {item.number} {flow.option} 单位 理由”"
    listed = "、".join(offered[:20])
    return refuse(intent, f"转为“{flow.option}”要写明交给哪个单位：{how}。可选：{listed}", ctx, item)


def _home(item: Item, ctx: Context) -> str:
    """The unit that collected it: what nobody is given yet lies there, and the unit it lay with has no part in it."""
    flow = item.flow
    roles = flow.steps[0].by if flow else ()
    own = (s.unit for s in ctx.roster.seats_of(item.author) if s.role in roles)
    fixed = (seat_unit(ctx.regulation, role, item.unit) for role in roles if role in ctx.regulation.role)
    return next(own, next(fixed, item.unit))


def _standing(before: Item, after: Item, ctx: Context) -> DeadlineRow | None:
    """The deadline that stays: both flows have the same step (rule 11); of a comment whatever is sooner (A30)."""
    one, other = before.step, after.step
    if one is None or other is None or before.state is State.PREPARING:
        return None
    if not comments.is_comment(before) and (one.do, one.by, one.act) != (other.do, other.by, other.act):
        return None
    return ctx.store.open_deadline(deadline_key(before))
