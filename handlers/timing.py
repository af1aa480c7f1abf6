"""定时发布: a time to publish; and what was approved long ago is asked about once. Nothing lapses by itself (A13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.rules import intents as i
from bot.rules import quota
from bot.rules.effects import CloseDeadlines, Effect, Record, SaveItem
from bot.rules.forms import BadValue, read_date
from bot.rules.item import Item, State
from bot.rules.regulation import Do, Kind
from bot.rules.routing import holder_for, may_see
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.dues import open_deadline
from handlers.onward import close_cards
from handlers.quota import (
    hold_key,
    limited,
    month_day,
    next_free,
    planned,
    publishing_deadlines,
    sent_today,
    timed_key,
)  # fmt: skip
from handlers.router import Router
from handlers.saying import refuse, say, settle_tap, tell
from handlers.unpublished import publishers

router = Router()


@router.on(i.PublishTimed)
def publish_timed(intent: i.PublishTimed, ctx: Context) -> Sequence[Effect]:
    """定时 / 取消定时, by its publisher, its drafter or who oversees."""
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以办理的事项 {intent.item:04d}", ctx)
    if not _may_time(intent.who, item, ctx):
        return refuse(intent, f"{item.number} 由发布人或起草人{ctx.name(item.author)}定时", ctx, item)
    if item.kind is not Kind.POST or item.state is not State.RUNNING or item.links:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不能定时", ctx, item)
    if not intent.at:
        return _untimed(intent, item, ctx)
    try:
        day, clock = read_date(intent.at, ctx.today)
    except BadValue as bad:
        return refuse(intent, str(bad), ctx, item)
    if clock is None:
        return refuse(intent, f"请写明几点，例如“定时 {item.number} {month_day(day)} 9:00”", ctx, item)
    at = datetime.combine(day, clock, BEIJING)
    problem = _not_then(item, at, ctx)
    if problem:
        return refuse(intent, problem, ctx, item)
    return _retimed(intent, item, replace(item, publish_at=at), f"定时{w.until(at, ctx.now)}发布", ctx)


def _may_time(who: str, item: Item, ctx: Context) -> bool:
    if who == item.author or ctx.oversees(who) or item.flow is None:
        return who == item.author or ctx.oversees(who)
    moves = ctx.moves(item)
    steps = (step for step in item.flow.steps if step.do is Do.PUBLISH)
    return any(holder_for(who, item, step, moves, ctx.desk) for step in steps)


def _not_then(item: Item, at: datetime, ctx: Context) -> str:
    """A time that is over, or a day whose mass-send is taken."""
    if at <= ctx.now:
        return f"{w.when(at, ctx.now)}已经过了，请写以后的时间"
    day = at.date()
    for key in limited(item, ctx):
        channel = ctx.regulation.channel[key]
        sent = sent_today(item, key, ctx) if day == ctx.today else ()
        taken = tuple(dict.fromkeys((*sent, *planned(item, key, day, ctx))))
        if channel.per_day is not None and len(taken) >= channel.per_day:
            numbers = "、".join(map(quota.number_of, taken))
            free = month_day(next_free(item, key, day, ctx))
            return f"{channel.label}{month_day(day)}的群发已有安排（{numbers}），可以改在{free}"
    return ""


def _untimed(intent: i.PublishTimed, item: Item, ctx: Context) -> list[Effect]:
    if item.publish_at is None:
        return refuse(intent, f"{item.number} 没有定时", ctx, item)
    return _retimed(intent, item, replace(item, publish_at=None), "取消定时", ctx)


def _retimed(intent: i.PublishTimed, before: Item, item: Item, what: str, ctx: Context) -> list[Effect]:
    """The new time, its reminder and deadline; those who publish hear of it."""
    step = item.step
    effects: list[Effect] = [SaveItem(item), Record(intent.who, "定时发布", item.id, what, version=item.current.no)]
    told: tuple[str, ...] = ()
    if step is not None and step.do is Do.PUBLISH:
        effects += [CloseDeadlines(item.id, timed_key(item)), CloseDeadlines(item.id, hold_key(item))]
        effects += publishing_deadlines(item, step, open_deadline(item, step, ctx), ctx)
        told = publishers(item, ctx)
    text = f"{before.number}《{w.heading(item)}》{ctx.name(intent.who)}：{what}。"
    effects += [tell(p, text, ctx, item=item.id, what="timed") for p in told if p != intent.who]
    later = "到时提醒发布人。" if item.publish_at else ""
    return [*effects, say(intent, f"{item.number} 已记：{what}。{later}", ctx, item.id)]


@router.on(i.StillWanted)
def still_wanted(intent: i.StillWanted, ctx: Context) -> Sequence[Effect]:
    """仍要发布: it holds, and those who publish are told so."""
    item = ctx.store.item(intent.item)
    if item is None or (intent.who != item.author and not ctx.oversees(intent.who)):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, w.not_yours(intent.item), ctx)]
    if not item.awaiting(Do.PUBLISH):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"{item.number} {w.place(item, ctx)}", ctx, item)]
    people = publishers(item, ctx)
    text = f"{item.number}《{w.heading(item)}》{ctx.name(intent.who)}确认仍要发布，请办理。"
    done = f"仍要发布 {w.hm(ctx.now)}"
    return [
        *settle_tap(intent, done, ctx),
        *close_cards(item, ctx, done, except_for=intent.task_id, purposes=("hold",)),
        Record(intent.who, "仍要发布", item.id, version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="still") for p in people if p != intent.who],
        say(intent, f"{item.number} 已记：仍要发布。", ctx, item.id),
    ]
