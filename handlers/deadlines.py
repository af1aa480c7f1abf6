"""期限 0123: every deadline explains itself, and what happens if nobody acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.rules import deadline
from bot.rules import intents as i
from bot.rules.deadline import Rung, due_words
from bot.rules.effects import Effect, Record
from bot.rules.item import Item, State
from bot.rules.routing import asked, filed_with, holders, may_see, overseers, superiors
from handlers import wording as w
from handlers.context import Context
from handlers.onward import filing_key, refuse, say, waiting_roles
from handlers.router import Router
from storage.read import DeadlineRow

router = Router()


@router.on(i.DeadlineAsked)
def asked_of_deadline(intent: i.DeadlineAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以查看的事项 {intent.item:04d}", ctx)
    rows = [row for row in ctx.store.deadlines(item.id) if not row.closed]
    lines = [line for row in rows for line in explained(item, row, ctx)]
    text = "\n".join([item.number, *lines]) if lines else f"{item.number} 现在没有期限。"
    return [say(intent, text, ctx, item.id), Record(intent.who, "查看", item.id, "期限")]


def explained(item: Item, row: DeadlineRow, ctx: Context) -> Iterator[str]:
    """How it was reckoned, and the rest of its ladder with names."""
    filing = row.key == filing_key(item)
    what = "备案确认" if filing else item.step.act if item.step else ""
    if row.due_at is None:
        yield f"“{what}”没有规定期限。"
    else:
        yield f"“{what}”的期限：{row.explanation or w.until(row.due_at, ctx.now)}。"
    if row.provisional:
        yield "有一年的放假安排还没有公布，公布后会自动改算。"
    rungs = _left(row)
    if rungs:
        yield "没人办的话："
    for rung in rungs:
        told = _told(item, rung, ctx, filing=filing)
        yield f"{w.until(rung.at, ctx.now)} {_kind(rung)}，告诉{ctx.names(told) or '管理员'}"
    again = _again(item, ctx, filing=filing)
    if again and (rungs or row.due_at):
        up = _told(item, Rung("over:99", ctx.now), ctx, filing=filing)
        yield f"以后每{due_words(again)}再催一次，逐级告诉{ctx.names(up) or '管理员'}"


def _left(row: DeadlineRow) -> tuple[Rung, ...]:
    """The rung that is next, at its moment, and those of the ladder after it."""
    if row.alert_after is None or not row.rung:
        return ()
    names = [name for name, _ in row.ladder]
    after = row.ladder[names.index(row.rung) + 1 :] if row.rung in names else ()
    return (Rung(row.rung, row.alert_after), *(Rung(name, at) for name, at in after))


def _kind(rung: Rung) -> str:
    if not rung.nth:
        return "提醒"
    return f"{'催办' if rung.name.startswith('idle') else '逾期催办'}第{rung.nth}次"


def _told(item: Item, rung: Rung, ctx: Context, *, filing: bool) -> tuple[str, ...]:
    if filing:
        people = filed_with(item, waiting_roles(item, ctx), ctx.desk)
        return tuple(dict.fromkeys((*people, *(overseers(ctx.desk) if rung.nth > 1 else ()))))
    step = item.step
    held = asked(holders(item, step, ctx.moves(item), ctx.desk), ctx.desk) if step else ()
    above = superiors(item, ctx.desk_of(item), count=rung.nth) if rung.nth else ()
    return tuple(dict.fromkeys((*(holder.userid for holder in held), *above)))


def _again(item: Item, ctx: Context, *, filing: bool) -> str | None:
    nag = ctx.policy_of(item).nag
    if filing or item.step is None or item.state is not State.RUNNING:
        return nag.again
    return deadline.chase_again(nag, item.step)
