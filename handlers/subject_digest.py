"""本周主题: the subjects that rise most, put before those who oversee once a week and whenever they ask."""

from __future__ import annotations

from datetime import datetime

from bot.rules.effects import Effect, Record, Remember
from bot.rules.routing import overseers
from bot.rules.subjects import WEEK, rising, weeks
from handlers import wording as w
from handlers.context import Context
from handlers.saying import tell

MOST = 10
NOBODY, THIS_WEEK = "system", "subjects"


def digest(since: datetime, until: datetime, ctx: Context) -> str:
    """停车难 17（+14）: this span against the week before it; empty when nothing was marked."""
    now, before = ctx.store.subjects(since, until), ctx.store.subjects(since - WEEK, since)
    rises = rising(now, before)
    if not rises:
        return ""
    total = sum(now.values())
    head = f"{w.day(since)}起的意见 {total} 条，其中标了主题 {total - now.get('', 0)} 条："
    lines = [f"{n} {one.subject} {one.now} 条（{one.by:+d}）" for n, one in enumerate(rises[:MOST], 1)]
    return "\n".join([head, *lines, "括号里是与前一周相比。"])


def weekly(ctx: Context) -> list[Effect]:
    """Once a week, when its first working day opens: about the week that is over."""
    monday, last = weeks(ctx.midnight)
    if ctx.store.memory(NOBODY, THIS_WEEK) == monday.date().isoformat():
        return []
    seen: Effect = Remember(NOBODY, THIS_WEEK, monday.date().isoformat())
    text = digest(last, monday, ctx)
    people = overseers(ctx.desk) if text else ()
    told: list[Effect] = [tell(p, f"【本周主题】{text}", ctx, what="subjects") for p in people]
    return [seen, *told, *([Record("system", "主题周报", None, ctx.names(people))] if told else [])]
