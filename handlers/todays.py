"""今日意见: the digest of what netizens said, to whoever collects it and to the central office alike (saws-R6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.rules import intents as i
from bot.rules.effects import Effect, Record
from bot.rules.forms import BadValue, check_value
from bot.rules.regulation import FieldSpec
from handlers import wording as w
from handlers.collecting import collectable
from handlers.context import BEIJING, Context
from handlers.opinions import collected, lines, receivers
from handlers.router import Router
from handlers.saying import refuse, say, tell

router = Router()


@router.on(i.OpinionsAsked)
def opinions_asked(intent: i.OpinionsAsked, ctx: Context) -> Sequence[Effect]:
    """Whoever collects sends it to the central office by asking; others who may see it only look."""
    if not collectable(intent.who, ctx) and not ctx.oversees(intent.who) and intent.who not in receivers(ctx):
        return refuse(intent, "网民意见由采集人员和归口部门查看", ctx)
    try:
        day = check_value(FieldSpec(type="past"), intent.day or "今天", ctx.today, ctx.now)
    except BadValue as no:
        return refuse(intent, str(no), ctx)
    since = datetime.combine(datetime.fromisoformat(day).date(), time(), BEIJING)
    until = min(since + timedelta(days=1), ctx.now + timedelta(seconds=1))
    text = "\n".join([f"{w.day(since)}网民意见：", *lines(collected(since, until, ctx), ctx)])
    sends = [p for p in receivers(ctx) if p != intent.who] if collectable(intent.who, ctx) else []
    told = f"\n已同时报送{w.some_names(sends, ctx)}。" if sends else ""
    head = f"{ctx.name(intent.who)}报送的"
    return [
        say(intent, text + told, ctx),
        *[tell(person, head + text, ctx, what="opinions") for person in sends],
        Record(intent.who, "报送网民意见" if sends else "查看", None, f"{day} {ctx.names(tuple(sends))}".strip()),
    ]
