"""备案: the central office acknowledges what was filed at the moment of publication (saws 五(一), R24)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.rules import intents as i
from bot.rules.effects import AcknowledgeFiling, CloseDeadlines, Effect, Record, UpdateCard
from bot.rules.item import Item
from bot.rules.routing import filed_with, still_to_confirm
from handlers import cards
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.dues import filing_key
from handlers.router import Router
from handlers.saying import refuse, say, settle_tap
from storage.read import FilingRow

router = Router()


@router.on(i.FilingReceived)
def filing_received(intent: i.FilingReceived, ctx: Context) -> Sequence[Effect]:
    """确认收到 for the roles in which this person sits; it is complete when every role has given its own."""
    item = ctx.store.item(intent.item)
    filing = ctx.store.filing(intent.item) if item else None
    mine = tuple(r for r in filing.roles if intent.who in filed_with(item, (r,), ctx.desk)) if item and filing else ()
    if item is None or filing is None or not mine:
        return refuse(intent, f"没有送您的备案 {intent.item:04d}", ctx)
    given = {receipt.role for receipt in filing.receipts}
    if filing.acknowledged_at or set(mine) <= given:
        return _again(intent, item, filing, mine, ctx)
    new = tuple(role for role in mine if role not in given)
    left = still_to_confirm(item, filing.roles, {*given, *new}, ctx.desk)
    count = f"（{len(given) + len(new)}/{len(given) + len(new) + len(left)}）" if given or left else ""
    return [
        AcknowledgeFiling(item.id, intent.who, new, not left),
        *([] if left else [CloseDeadlines(item.id, filing_key(item))]),
        *settle_tap(intent, f"已收到 {w.hm(ctx.now)}{count}", ctx),
        *_close_the_others(intent, item, filing, {*given, *new}, not left, ctx),
        Record(intent.who, "备案确认", item.id, f"备 {filing.no}{count}", version=item.current.no),
        *([] if intent.task_id else [say(intent, f"备 {filing.no} 已确认收到{count}。", ctx, item.id)]),
    ]


def _again(
    intent: i.FilingReceived, item: Item, filing: FilingRow, mine: tuple[str, ...], ctx: Context
) -> list[Effect]:
    """Who confirmed it, and when: for his own role, else for the whole."""
    own = next((r for r in filing.receipts if r.role in mine), None)
    by, at = (own.by, own.at) if own else (filing.acknowledged_by, filing.acknowledged_at or ctx.now)
    return [
        *settle_tap(intent, "已确认收到", ctx),
        say(intent, f"备 {filing.no} {ctx.name(by)}已于 {w.when(at, ctx.now)} 确认收到。", ctx, item.id),
        Record(intent.who, "重复确认备案", item.id, filing.no),
    ]


def _close_the_others(
    intent: i.FilingReceived, item: Item, filing: FilingRow, given: Collection[str], complete: bool, ctx: Context
) -> list[Effect]:
    """The cards of those of whom nothing is wanted any more."""
    done = f"{ctx.name(intent.who)}已收到 {w.hm(ctx.now)}"
    wanted = filed_with(item, [r for r in filing.roles if r not in given], ctx.desk)
    rows = [row for row in ctx.store.live_cards(item.id, purpose="filing") if row.task_id != intent.task_id]
    return [
        UpdateCard(row.task_id, cards.closed(row.card, done), f"close|{ctx.cause}|{row.task_id}")
        for row in rows
        if complete or row.userid not in wanted
    ]


@router.on(i.FilingsAsked)
def filings_asked(intent: i.FilingsAsked, ctx: Context) -> Sequence[Effect]:
    """备案登记 [3月]: one line a filing in order of publication, unacknowledged ones marked."""
    if not ctx.oversees(intent.who):
        return refuse(intent, "备案登记由归口部门查看", ctx)
    since, until, label = _period(intent.period, ctx)
    rows = ctx.store.filings(since, until)
    waiting = [row for row in rows if not row.acknowledged_by]
    lines = [f"备案登记 {label}：{len(rows)} 件，未确认 {len(waiting)} 件。"]
    for row in rows:
        item = ctx.store.item(row.item)
        title = w.heading(item) if item else ""
        unit = item.unit if item else ""
        lines.append(
            f"{row.no} {w.day(row.at)} {w.hm(row.at)} {unit}《{title}》"
            + ("" if row.acknowledged_by else f" 未确认{_missing(row, ctx)}")
        )
    if ctx.public_url and rows:
        lines.append(f'<a href="{ctx.public_url}/filings">下载登记表</a>')
    return [say(intent, "\n".join(lines), ctx), Record(intent.who, "看备案登记", None, label)]


def _missing(row: FilingRow, ctx: Context) -> str:
    """Of several offices, those that have not confirmed it."""
    item = ctx.store.item(row.item)
    if item is None or len(row.roles) == 1:
        return ""
    left = still_to_confirm(item, row.roles, {r.role for r in row.receipts}, ctx.desk)
    return f"（{'、'.join(map(ctx.role_label, left))}）"


def _period(words: str, ctx: Context) -> tuple[datetime, datetime, str]:
    """今年, a month (3月, 2025-03), or this month."""
    today = ctx.today
    found = re.search(r"(?:(\d{4})\D{0,2})?(\d{1,2})月?", words) if words else None
    if "年" in words and not found:
        year, month, whole = today.year, 1, True
    else:
        year = min(max(int(found[1]), 2000), 2100) if found and found[1] else today.year
        month, whole = (min(max(int(found[2]), 1), 12), False) if found else (today.month, False)
    start = datetime(year, month, 1, tzinfo=BEIJING)
    last = start.replace(year=year + 1) if whole or month == 12 else start.replace(month=month + 1)
    end = datetime(year + 1, 1, 1, tzinfo=BEIJING) if whole or month == 12 else last
    return start, end, f"{year}年" if whole else f"{year}年{month}月"
