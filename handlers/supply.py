"""供稿, 催供稿: which units have sent nothing for long, and one command that chases them (company-qiguanbu 第四条)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect, Record
from bot.rules.supply import days_allowed
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, say
from handlers.silent_units import remind, silent_now, words

router = Router()


@router.on(i.SupplyAsked)
def supply_asked(intent: i.SupplyAsked, ctx: Context) -> Sequence[Effect]:
    """For those who oversee; chased once a day."""
    if not ctx.oversees(intent.who):
        return refuse(intent, "供稿情况由归口部门查看", ctx, action="拒绝查看")
    if days_allowed(ctx.regulation) is None:
        return refuse(intent, "制度没有规定多久要供稿", ctx)
    found = silent_now(ctx)
    if not found:
        return [say(intent, "没有久未供稿的单位。", ctx), Record(intent.who, "查看", None, "供稿")]
    listed = "\n".join(words(one) for one in found)
    if not intent.chase:
        return [say(intent, f"久未供稿：\n{listed}\n催一催发“催供稿”。", ctx), Record(intent.who, "查看", None, "供稿")]
    if any(x.action == "催供稿" and x.actor == intent.who for x in ctx.store.audit(since=ctx.midnight)):
        return refuse(intent, "今天已经催过供稿，明天再催", ctx)
    return [
        *remind(found, ctx),
        Record(intent.who, "催供稿", None, "、".join(words(one) for one in found)),
        say(intent, f"已提醒：\n{listed}", ctx),
    ]
