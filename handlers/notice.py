"""督办通报: which items missed a deadline in a month, by unit. The last rung of the ladder: told of before it ends, the
day after with the leader in charge, and then in the month's notice that everybody who oversees gets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.daily import month_before, month_bounds, month_label
from bot.rules.effects import Effect, Record
from bot.rules.events import MonthEnded
from bot.rules.overdue import Missed, by_unit, lateness, missed, title_of
from bot.rules.routing import overseers
from handlers import wording as w
from handlers.context import Context
from handlers.one_message import Entry, one_message
from handlers.router import Router
from handlers.saying import refuse, say, tell

router = Router()


@router.on(MonthEnded)
def month_ended(event: MonthEnded, ctx: Context) -> Sequence[Effect]:
    """R10. Nothing about a month in which the bot was not there yet."""
    began, (_, ended) = ctx.store.first_used(), month_bounds(event.month)
    if began is None or began >= ended:
        return []
    people = overseers(ctx.desk) or ctx.admins
    found = missed_in(event.month, ctx)
    text = notice_text(event.month, found, ctx)
    return [
        Record("system", "督办通报", None, f"{month_label(event.month)}：{_figures(found)} → {ctx.names(people)}"),
        *[tell(person, text, ctx, what="notice") for person in people],
    ]


@router.on(i.NoticeAsked)
def notice_asked(intent: i.NoticeAsked, ctx: Context) -> Sequence[Effect]:
    if not ctx.oversees(intent.who):
        roles = "、".join(r.label for r in ctx.regulation.role.values() if r.oversees)
        return refuse(intent, f"督办通报由{roles or '管理员'}查看", ctx, action="拒绝查看")
    month = month_of(intent.month, ctx)
    if month is None:
        return refuse(intent, "没有这个月份。请写“督办通报 3月”或“督办通报 2025-03”", ctx, action="拒绝查看")
    text = notice_text(month, missed_in(month, ctx), ctx)
    return [say(intent, text, ctx), Record(intent.who, "查看", None, f"督办通报 {month_label(month)}")]


def month_of(said: str, ctx: Context) -> str | None:
    """2025-03 for 3月, 2025年3月 or 2025-03; a month without a year is the last one of its name that has begun."""
    if not said or said == "上月":
        return month_before(ctx.today)
    if said == "本月":
        return f"{ctx.today:%Y-%m}"
    found = re.fullmatch(r"(?:(20\d\d)\D)?(\d{1,2})月?", said)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    month = int(found[2])
    year = int(found[1]) if found[1] else ctx.today.year - (month > ctx.today.month)
    return f"{year}-{month:02d}"


def missed_in(month: str, ctx: Context) -> tuple[Missed, ...]:
    found = []
    for row in ctx.store.missed(*month_bounds(month), ctx.now):
        item = ctx.store.item(row.item)
        if item is not None:
            moves = ctx.moves(item)
            found.append(missed(item, row.key, row.due_at, row.closed_at, row.reminded, moves, ctx.desk))
    return tuple(found)


def _figures(found: Sequence[Missed]) -> str:
    """逾期 5 件次，已办 3，还没有办 2."""
    if not found:
        return "没有逾期的"
    left = sum(one.settled is None for one in found)
    return f"逾期 {len(found)} 件次，已办 {len(found) - left}，还没有办 {left}"


def notice_text(month: str, found: Sequence[Missed], ctx: Context) -> str:
    """One message; what does not fit is on the page."""
    head = f"督办通报 {month_label(month)}：{_figures(found)}。"
    link = f'<a href="{ctx.public_url}/notice?month={month}">查看和打印通报</a>'
    lines: list[Entry] = []
    for unit, theirs in by_unit(found).items():
        lines += [(f"【{unit}】{len(theirs)} 件次", 0), *((_line(one, ctx), 1) for one in theirs)]
    tail = (link,) if ctx.public_url and found else ()
    return one_message(head, lines, tail, lambda n: f"还有 {n} 件次，见网页。")


def _line(one: Missed, ctx: Context) -> str:
    who = w.some_names(one.people, ctx) if one.people else "无人可办"
    late = lateness(one.due, one.settled or ctx.now, ctx.calendar)
    how = f"{w.day(one.settled)}{one.how}，晚 {late}" if one.settled else f"还没有办，已逾期 {late}"
    reminded = f"，催办 {one.reminded} 次" if one.reminded else ""
    return f"{one.item.number}{title_of(one.item)}{one.act} {who} 期限 {w.until(one.due, ctx.now)}，{how}{reminded}"
