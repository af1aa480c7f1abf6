"""期限 0123: every deadline explains itself: what was told already, and what happens if nobody acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.rules import intents as i
from bot.rules.deadline import Rung, due_words
from bot.rules.effects import Effect, Record
from bot.rules.item import Item
from bot.rules.routing import filed_with, may_see, overseers
from handlers import receipts
from handlers import wording as w
from handlers.context import Context
from handlers.dues import filing_key
from handlers.onward import waiting_roles
from handlers.quota import hold_key, timed_key
from handlers.reminding import MISSED, audience, chased_again, is_urgent
from handlers.router import Router
from handlers.saying import refuse, say
from storage.read import DeadlineRow

router = Router()
ALL = 99  # the nth reminder by which everybody of `up` hears


@router.on(i.DeadlineAsked)
def asked_of_deadline(intent: i.DeadlineAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以查看的事项 {intent.item:04d}", ctx)
    rows = [row for row in ctx.store.deadlines(item.id) if not row.closed]
    lines = [line for row in rows for line in explained(item, row, ctx)]
    head = item.number if lines else f"{item.number} 现在没有期限。"
    text = "\n".join([head, *lines, *receipts.history(item.id, ctx)])
    return [say(intent, text, ctx, item.id), Record(intent.who, "查看", item.id, "期限")]


def explained(item: Item, row: DeadlineRow, ctx: Context) -> Iterator[str]:
    """How it was reckoned, and the rest of its ladder with names."""
    if row.key == timed_key(item) or row.key == hold_key(item):
        yield from _asks_later(item, row, ctx)
        return
    filing = row.key == filing_key(item)
    what = "备案确认" if filing else item.step.act if item.step else ""
    if row.due_at is None:
        yield f"“{what}”没有规定期限。"
    else:
        yield f"“{what}”的期限：{row.explanation or w.until(row.due_at, ctx.now)}。"
    if row.provisional:
        yield "有一年的放假安排还没有公布，公布后会自动改算。"
    left = _left(row)
    if left:
        yield "没人办的话："
    for name, at in left:
        yield f"{w.until(at, ctx.now)} {_what_happens(item, name, ctx, filing=filing)}"
    again = chased_again(item, row, ctx)
    if again and (left or row.due_at):
        up = _told(item, ALL, ctx, filing=filing)
        yield f"以后每{due_words(again)}再催一次，逐级告诉{ctx.names(up) or '管理员'}"
    if left:
        yield "不分昼夜提醒。" if is_urgent(item, row) else "只在工作日的上班时间提醒，几件一起到期的合成一条。"


def _asks_later(item: Item, row: DeadlineRow, ctx: Context) -> Iterator[str]:
    """When a time to publish that somebody named has come; when an approved item has waited for days."""
    for _, at in _left(row):
        if row.key == timed_key(item):
            yield f"{w.until(at, ctx.now)} 是定的发布时间，到时提醒发布人。"
        else:
            yield f"{w.until(at, ctx.now)} 还没有发布的话，问起草人是否还要发布。"


def _left(row: DeadlineRow) -> tuple[tuple[str, datetime], ...]:
    """The rung that is next, at the moment it is looked at, and those of the ladder after it."""
    if row.alert_after is None or not row.rung:
        return ()
    names = [name for name, _ in row.ladder]
    after = row.ladder[names.index(row.rung) + 1 :] if row.rung in names else ()
    rungs = ((row.rung, row.alert_after), *after)
    later = [at for _, at in rungs[1:]]
    return tuple(  # of those that come together only the last is sent
        rung for n, rung in enumerate(rungs) if rung[0] == MISSED or not later[n:] or min(later[n:]) > rung[1]
    )


def _what_happens(item: Item, rung: str, ctx: Context, *, filing: bool) -> str:
    if rung == MISSED:
        state = item.step.missed if item.step else ""
        return f"账号改为{state}" if state else "期满"
    nth = Rung(rung, ctx.now).nth
    return f"{receipts.kind(rung)}，告诉{ctx.names(_told(item, nth, ctx, filing=filing)) or '管理员'}"


def _told(item: Item, nth: int, ctx: Context, *, filing: bool) -> tuple[str, ...]:
    if filing:
        people = filed_with(item, waiting_roles(item, ctx), ctx.desk)
        return tuple(dict.fromkeys((*people, *(overseers(ctx.desk) if nth > 1 else ()))))
    people, above = audience(item, nth, ctx)
    return tuple(dict.fromkeys((*people, *above)))
