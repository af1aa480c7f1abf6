"""久未供稿: when the week's work begins, the drafters of silent units are reminded and those who oversee see which."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import supply
from bot.rules.effects import Effect, Record, Remember
from bot.rules.routing import overseers
from bot.rules.supply import Silent
from handlers.context import BEIJING, Context
from handlers.saying import tell

NOBODY, WEEK = "system", "supply"


def silent_now(ctx: Context) -> tuple[Silent, ...]:
    """The units that have sent nothing for longer than the regulation allows."""
    allowed, began = supply.days_allowed(ctx.regulation), ctx.store.first_used()
    if allowed is None or began is None:
        return ()
    last = {unit: at.astimezone(BEIJING).date() for unit, at in ctx.store.last_drafts().items()}
    units = tuple(supply.suppliers(ctx.roster.seats, ctx.regulation))
    return supply.silent(units, last, began.astimezone(BEIJING).date(), ctx.today, allowed)


def words(one: Silent) -> str:
    """二分公司 14天未供稿."""
    return f"{one.unit} {one.days}天未供稿" + ("（还没有供过稿）" if one.never else "")


def weekly(ctx: Context) -> list[Effect]:
    """Once a week, when its first working day opens."""
    week = f"{ctx.today.isocalendar().year}-W{ctx.today.isocalendar().week:02d}"
    if supply.days_allowed(ctx.regulation) is None or ctx.store.memory(NOBODY, WEEK) == week:
        return []
    found = silent_now(ctx)
    effects: list[Effect] = [Remember(NOBODY, WEEK, week)]
    if not found:
        return effects
    effects += remind(found, ctx)
    listed = "\n".join(words(one) for one in found)
    text = f"【久未供稿】\n{listed}\n已提醒这些单位起草的人。要再催发“催供稿”，看全部发“供稿”。"
    return effects + [tell(person, text, ctx, what="supply") for person in overseers(ctx.desk)]


def remind(found: Sequence[Silent], ctx: Context) -> list[Effect]:
    """Whoever drafts in these units, one message each, and a line of the record for each unit."""
    drafters = supply.suppliers(ctx.roster.seats, ctx.regulation)
    allowed = supply.days_allowed(ctx.regulation)
    effects: list[Effect] = []
    for one in found:
        text = (
            f"【供稿提醒】{one.unit}已{one.days}天没有供稿（最多隔{allowed}天），请报送本单位的信息。"
            "把稿件直接发来就是投稿，第一行是标题。"
        )
        effects += [tell(person, text, ctx, what=f"supply{one.unit}") for person in drafters.get(one.unit, ())]
        effects.append(Record("system", "供稿提醒", None, words(one)))
    return effects
