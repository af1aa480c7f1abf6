"""机器人状态: the bot's own health, to the administrators when a working day opens, and to whoever may ask.

What stands here is what goes wrong on the quiet: deadlines that passed, messages that were lost, a queue that grows,
a calendar that ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, Remember
from bot.rules.events import HealthDue
from handlers.context import Context
from handlers.health_words import health_lines, known_until
from handlers.router import Router
from handlers.saying import refuse, say, tell
from handlers.surveys import set_up_after

router = Router()

SYSTEM, REPORTED = "system", "health"


@router.on(HealthDue)
def health_due(event: HealthDue, ctx: Context) -> Sequence[Effect]:
    """R10: since the last report. Without administrators there is nobody to tell; the command line tells as well."""
    if not ctx.admins or set_up_after(event.day, ctx):
        return []
    text = health_text(ctx)
    return [
        Remember(SYSTEM, REPORTED, ctx.now.isoformat()),
        Record(SYSTEM, "状态报告", None, ctx.names(ctx.admins)),
        *[tell(admin, text, ctx, what="health") for admin in ctx.admins],
    ]


@router.on(i.HealthAsked)
def health_asked(intent: i.HealthAsked, ctx: Context) -> Sequence[Effect]:
    if intent.who not in ctx.admins and not ctx.oversees(intent.who):
        return refuse(intent, "机器人状态由管理员查看", ctx, action="拒绝查看")
    return [say(intent, health_text(ctx), ctx), Record(intent.who, "查看", None, "机器人状态")]


def health_text(ctx: Context) -> str:
    kept = ctx.store.memory(SYSTEM, REPORTED)
    since = datetime.fromisoformat(kept) if kept else ctx.now - timedelta(days=1)
    found, year = ctx.store.health(since, ctx.now), known_until(ctx.calendar, ctx.today)
    return "\n".join(health_lines(found, ctx.now, year, ctx.store.policy_version()))
