"""人员变了: every open item is looked at again, so that whoever can do it has been asked, and nobody else still is.

Goes by what is there (live cards, the record), not by what changed: a second look at the same people does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.item import Item, Move, State, replace
from bot.rules.progress import with_author
from bot.rules.regulation import Step
from bot.rules.roster import Roster
from bot.rules.routing import Holder, asked, drafter_gone, holders, superiors
from handlers.asking import ask_holder
from handlers.context import Context
from handlers.dues import deadline_now
from handlers.onward import NOBODY, STEP_PURPOSES, close_card, no_drafter, nobody, reported_to
from handlers.saying import forget
from storage.read import CardRow

ELSEWHERE = "已转他人办理"
ASKED = "人员变动"


def realign(ctx: Context, roster: Roster | None = None) -> list[Effect]:
    """What a change of people means for every open item. `roster`: as it will be, when this event changes it."""
    ctx = replace(ctx, roster=roster or ctx.roster)
    return [effect for item in ctx.store.open_items() for effect in align(item, ctx)]


def align(item: Item, ctx: Context) -> list[Effect]:
    """Cards of those who hold the step no longer are closed; those who hold it and have none are asked."""
    step = item.step
    if with_author(item) or step is None or item.state is State.PREPARING:
        return no_drafter(item, ctx) if drafter_gone(item, ctx.desk) else []
    if item.held:  # nobody is asked before it is resumed, and then as things are at that moment
        return []
    moves = ctx.moves(item)
    able = holders(item, step, moves, ctx.desk)
    rows = ctx.store.step_cards(item.id, item.position, item.round)
    effects: list[Effect] = []
    over = [r for r in rows if r.live and r.purpose in STEP_PURPOSES and r.userid not in {h.userid for h in able}]
    for row in over:
        effects += [close_card(row, ELSEWHERE, ctx), *forget(row.userid, item, ctx)]
    people = asked(able, ctx.desk)
    new = [holder for holder in people if not _has_been_asked(holder, rows)]
    if over or new:
        effects.append(_line(item, step, over, new, ctx))
    if not people and not _told_of(item, ctx):
        effects += [SaveItem(reported_to(item, superiors(item, ctx.desk))), *nobody(item, step, ctx)]
    return effects + _ask(new, item, step, moves, ctx)


def _ask(new: Sequence[Holder], item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    if not new:
        return []
    due = deadline_now(item, step, ctx)
    return [effect for holder in new for effect in ask_holder(item, step, holder, moves, ctx, due)]


def _has_been_asked(holder: Holder, rows: Sequence[CardRow]) -> bool:
    """He can tap his card, or it could not be delivered: that is told by itself, and trying again does not help."""
    last = next((r for r in reversed(rows) if r.userid == holder.userid and r.purpose in STEP_PURPOSES), None)
    return last is not None and last.state != "closed"


def _told_of(item: Item, ctx: Context) -> bool:
    """Whether those above know that nobody can do this step, and nobody was asked since."""
    lines = [
        row for row in ctx.store.audit(item.id)
        if row.action in (NOBODY, ASKED) and (item.since is None or row.at >= item.since)
    ]  # fmt: skip
    return bool(lines) and lines[-1].action == NOBODY


def _line(item: Item, step: Step, over: Sequence[CardRow], new: Sequence[Holder], ctx: Context) -> Record:
    parts = []
    if over:
        parts.append(f"收回{ctx.names(tuple(dict.fromkeys(r.userid for r in over)))}")
    if new:
        parts.append(f"改由{ctx.names(tuple(h.userid for h in new))}办理")
    action = ASKED if new else "收回待办"
    return Record("system", action, item.id, f"{step.act}：{'，'.join(parts)}", version=item.current.no)
