"""来件: comments that a file or a connector brought. Nobody waits for an answer; whoever collects is asked to sort."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.collectors import collector
from bot.rules.effects import Effect, Record
from bot.rules.events import CommentsArrived, ImportEnded
from handlers.arriving import arrive
from handlers.context import Context
from handlers.held import ASKED_AT_ONCE, show, unsorted
from handlers.router import Router
from handlers.saying import tell

router = Router()


class NobodyCollects(Exception):
    """Nobody in the roster may register a comment: nothing is kept, and whoever brought them tries again."""


def _who(by: str, ctx: Context) -> str:
    found = collector(ctx.regulation, ctx.roster, ctx.now, by or ctx.collector)
    if not found:
        raise NobodyCollects("nobody may register a comment")
    return found


@router.on(CommentsArrived)
def comments_arrived(event: CommentsArrived, ctx: Context) -> Sequence[Effect]:
    who = _who(event.by, ctx)
    arrived = arrive(event.comments, who, ctx, source=event.source, actor=event.actor)
    known = [Record(event.actor, "重复登记", number) for _, number in arrived.known]
    asked = [] if event.quiet else show(arrived.items, who, ctx)
    return [*arrived.effects, *known, *asked]


@router.on(ImportEnded)
def import_ended(event: ImportEnded, ctx: Context) -> Sequence[Effect]:
    """Told once, however large the file was."""
    who = _who(event.by, ctx)
    counts = f"新登记 {event.new} 条，已登记过 {event.known} 条，没有登记 {event.refused} 条"
    record = Record(event.actor, "导入评论", None, counts)
    waiting = unsorted(who, ctx)
    more = f"现在待分办 {len(waiting)} 条，一次 {ASKED_AT_ONCE} 条，接着办发“待分办”。" if waiting else ""
    text = f"从文件导入了评论：{counts}。{more}"
    asked = show(waiting[:ASKED_AT_ONCE], who, ctx) if event.new else []
    return [record, tell(who, text, ctx, what="imported", merge=True), *asked]
