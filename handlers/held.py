"""待分办: comments that wait for whoever sorts them; what came by itself outside hours is shown when the day opens."""

from __future__ import annotations

from bot.rules.deadline import nag_window, permitted
from bot.rules.effects import Effect, Record, Remember
from bot.rules.item import Item, State
from bot.rules.regulation import Kind
from handlers.collecting import ask_to_sort
from handlers.context import Context
from handlers.proposing import may_sort, proposal
from handlers.saying import tell

ASKED_AT_ONCE = 20
HELD = "held comments"  # of a person: how many came while nobody is told anything
HELD_BY = "held by"  # of nobody: for whom there are some


def unsorted(who: str, ctx: Context) -> tuple[Item, ...]:
    """The comments that this person may sort, the oldest first; his own before those of who collects beside him."""
    waiting = (x for x in ctx.store.open_items() if x.kind is Kind.COMMENT and x.state is State.PREPARING)
    mine = [x for x in waiting if not x.joined and may_sort(who, x, ctx)]
    return tuple(sorted(mine, key=lambda x: x.author != who))


def show(items: tuple[Item, ...], who: str, ctx: Context) -> list[Effect]:
    """New ones are asked about at once in working hours; what may be urgent always; the rest when the day opens."""
    hours = nag_window(ctx.regulation.nag, ctx.regulation.clock)
    if permitted(ctx.now, hours, ctx.calendar) > ctx.now:
        urgent = tuple(item for item in items if proposal(item, who, ctx).flow.urgent)
        return [*hold(len(items) - len(urgent), who, ctx), *ask_to_sort(urgent[:ASKED_AT_ONCE], who, ctx)]
    more = [tell(who, waiting_note(len(items)), ctx, what="arrived")] if len(items) > ASKED_AT_ONCE else []
    return [*more, *ask_to_sort(items[:ASKED_AT_ONCE], who, ctx)]


def waiting_note(count: int) -> str:
    return f"收到 {count} 条评论，先分办前 {ASKED_AT_ONCE} 条，其余发“待分办”。"


def hold(count: int, who: str, ctx: Context) -> list[Effect]:
    """Remembered until the day opens."""
    if not count:
        return []
    before = int(ctx.store.memory(who, HELD) or 0)
    people = dict.fromkeys((*(ctx.store.memory("", HELD_BY) or "").split(), who))
    return [Remember(who, HELD, str(before + count)), Remember("", HELD_BY, " ".join(people))]


def held_until_opening(ctx: Context) -> list[Effect]:
    """weibo-significance-R4: what came at night or on a rest day is there when the day opens, and none is lost."""
    effects: list[Effect] = []
    for who in (ctx.store.memory("", HELD_BY) or "").split():
        waiting, count = unsorted(who, ctx), ctx.store.memory(who, HELD) or "0"
        if waiting:
            more = f"，先分办前 {ASKED_AT_ONCE} 条，其余发“待分办”" if len(waiting) > ASKED_AT_ONCE else ""
            text = f"下班后和休息日收到评论 {count} 条，现在待分办 {len(waiting)} 条{more}。"
            effects += [tell(who, text, ctx, what="held"), *ask_to_sort(waiting[:ASKED_AT_ONCE], who, ctx)]
        effects += [Remember(who, HELD, ""), Record("system", "评论待分办", None, f"{ctx.name(who)} {len(waiting)} 条")]
    return [*effects, Remember("", HELD_BY, "")] if effects else []
