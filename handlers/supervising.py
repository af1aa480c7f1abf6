"""督办: when a working day opens, and before it closes, those who oversee see what is late; and whenever they ask.

A day with nothing overdue says so in one line. What closes a day is shown only if it is not what was shown last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, Remember, Send, UpdateCard
from bot.rules.events import DayCloses, DayOpened
from bot.rules.overdue import Survey
from bot.rules.routing import overseers
from handlers import cards
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, same_card, say, tell
from handlers.surveys import (
    PURPOSE,
    figures,
    listed,
    nothing_late,
    set_up_after,
    survey_card,
    survey_today,
    survey_until_opening,
)

router = Router()

SYSTEM, SHOWN = "system", "late shown"
SURVEYED = "督办简报"  # the line of the record


@router.on(DayOpened)
def day_opened(event: DayOpened, ctx: Context) -> Sequence[Effect]:
    """R9: a card with the overdue, or one line that there is nothing. Not on the day on which it was set up."""
    if set_up_after(event.day, ctx):
        return []
    seen, people = survey_today(ctx), _told(ctx)
    if seen.overdue:
        return [*_shown(seen, people, ctx, closing=False), *_cards(seen, people, ctx, closing=False)]
    text = nothing_late(seen, ctx)
    return [*_shown(seen, people, ctx, closing=False), *[tell(p, text, ctx, what="survey") for p in people]]


@router.on(DayCloses)
def day_closes(event: DayCloses, ctx: Context) -> Sequence[Effect]:
    """R9: once more, if something is late or will be before the next opening, and if that is not what was shown."""
    seen, people = survey_until_opening(ctx), _told(ctx)
    before = json.loads(ctx.store.memory(SYSTEM, SHOWN) or "[]")
    if not seen.numbers or list(seen.numbers) == before or set_up_after(event.day, ctx):
        return []
    return [*_shown(seen, people, ctx, closing=True), *_cards(seen, people, ctx, closing=True)]


def _told(ctx: Context) -> tuple[str, ...]:
    return overseers(ctx.desk) or ctx.admins


def _shown(seen: Survey, people: Sequence[str], ctx: Context, *, closing: bool) -> list[Effect]:
    detail = f"{figures(seen, closing)} → {ctx.names(tuple(people))}"
    return [Remember(SYSTEM, SHOWN, json.dumps(seen.numbers)), Record(SYSTEM, SURVEYED, None, detail)]


def _cards(seen: Survey, people: Sequence[str], ctx: Context, *, closing: bool) -> list[Effect]:
    """A card each; the one he had before has nothing left to tap."""
    old = [row for row in ctx.store.own_cards(PURPOSE) if row.userid in people]
    over: list[Effect] = [
        UpdateCard(row.task_id, cards.closed(row.card, "已有新的督办卡片"), f"close|{ctx.cause}|{row.task_id}")
        for row in old
    ]
    return [*over, *[_send(seen, person, ctx, closing=closing) for person in people]]


def _send(seen: Survey, to: str, ctx: Context, *, closing: bool = False) -> Send:
    card = survey_card(seen, to, ctx, closing=closing)
    return Send(to=to, message=card, key=f"card|{card.task_id}", purpose=PURPOSE)


@router.on(i.SurveyAsked)
def survey_asked(intent: i.SurveyAsked, ctx: Context) -> Sequence[Effect]:
    """督办 and 清单, whenever somebody who oversees asks."""
    if not ctx.oversees(intent.who):
        roles = "、".join(r.label for r in ctx.regulation.role.values() if r.oversees)
        why = f"督办由{roles or '管理员'}办理；本单位在办的事项发“在办”，要您办的发“待办”"
        return refuse(intent, why, ctx, action="拒绝督办")
    seen = survey_today(ctx)
    looked = Record(intent.who, "查看", None, "督办清单" if intent.listed else "督办")
    if intent.listed and (seen.overdue or seen.ahead):
        return [*same_card(intent, ctx), say(intent, listed(seen, ctx), ctx), looked]
    if intent.listed or not seen.overdue:
        return [*same_card(intent, ctx), say(intent, nothing_late(seen, ctx), ctx), looked]
    return [say(intent, f"{figures(seen, closing=False)}。见卡片。", ctx), _send(seen, intent.who, ctx), looked]
