"""群发的规矩: what stands against a mass-send now, and when publishing is due because of it. Reads only.

Below `onward`, which opens the deadlines of a publish step, and `publishing`, which is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.rules import accounts, deadline, quota
from bot.rules.aftermath import takes_down
from bot.rules.effects import OpenDeadline
from bot.rules.item import Item, Move
from bot.rules.platforms import names_of
from bot.rules.regulation import Do, Step
from handlers import wording as w
from handlers.context import BEIJING, Context

HOLDS_FOR = "5wd"  # A13: approved and unpublished so long, its drafter is asked whether it still holds


def limited(item: Item, ctx: Context) -> tuple[str, ...]:
    """The item's channels that take so many mass-sends a day."""
    channels = ctx.regulation.channel
    return tuple(c for c in item.channels if c in channels and channels[c].per_day)


def near(channel: str, ctx: Context, just: Item | None = None) -> tuple[Item, ...]:
    """The items that may have gone out by this channel today, or are going to; `just` as this event leaves it."""
    midnight = datetime.combine(ctx.today, time(), BEIJING)
    done = ctx.store.published_with(channel, midnight, midnight + timedelta(days=1))
    found = (*done, *(item for item in ctx.store.open_items() if channel in item.channels))
    return found if just is None else (*(item for item in found if item.id != just.id), just)


def sent_today(item: Item, channel: str, ctx: Context, just: Item | None = None) -> tuple[int, ...]:
    """The batches of others that went out by this channel today."""
    names = names_of(ctx.regulation, channel)
    return tuple(b for b in quota.sent_on(ctx.today, near(channel, ctx, just), names) if b != quota.batch_of(item))


def gone_out(item: Item, channel: str, ctx: Context, just: Item | None = None) -> bool:
    """Whether the message this item is part of went out already: one more article of it is no further send."""
    return quota.batch_of(item) in quota.sent_at(near(channel, ctx, just), names_of(ctx.regulation, channel))


def planned(item: Item, channel: str, day: date, ctx: Context) -> tuple[int, ...]:
    """The batches of others that are timed for this day."""
    return tuple(b for b in quota.planned_on(day, near(channel, ctx), channel) if b != quota.batch_of(item))


def used_up(item: Item, channel: str, ctx: Context, just: Item | None = None) -> bool:
    per_day = ctx.regulation.channel[channel].per_day
    if per_day is None or gone_out(item, channel, ctx, just):
        return False
    return len(sent_today(item, channel, ctx, just)) >= per_day


def next_free(item: Item, channel: str, after: date, ctx: Context) -> date:
    per_day = ctx.regulation.channel[channel].per_day or 1
    return quota.free_day(after, per_day, lambda day: len(planned(item, channel, day, ctx)))


def month_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _quota_refusal(item: Item, channel: str, ctx: Context) -> str:
    if not used_up(item, channel, ctx):
        return ""
    before = sent_today(item, channel, ctx)
    numbers = "、".join(map(quota.number_of, before))
    free = month_day(next_free(item, channel, ctx.today, ctx))
    label = ctx.regulation.channel[channel].label
    return f"{label}今日已群发{len(before)}次（{numbers}），可以改在{free}"


def blocked(item: Item, who: str, moves: Sequence[Move], ctx: Context) -> dict[str, str]:
    """What this person may not publish now: platform → why (the account, the day's quota, no test)."""
    found = {}
    for key in item.channels:
        channel = ctx.regulation.channel.get(key)
        if channel is None:
            continue
        why = closed_account(item, key, ctx) or (_quota_refusal(item, key, ctx) if channel.per_day else "")
        if not why and channel.test_first:
            why = quota.untested(item, moves, who, ctx.today)
        found.update({name: why for name in names_of(ctx.regulation, key) if why})
    return found


def closed_account(item: Item, channel: str, ctx: Context) -> str:
    """The account lost its state after the item was sent for review (newmedia-trial 第五条). Taking down goes on."""
    if takes_down(item):
        return ""
    return accounts.closed_to(item, channel, ctx.regulation.channel, ctx.store.accounts(), w.own_and_above(item, ctx))


def too_early(item: Item, ctx: Context) -> str:
    """定时: before its time it is not published (A13)."""
    if item.publish_at is None or item.publish_at <= ctx.now:
        return ""
    at = w.until(item.publish_at, ctx.now)
    return f"{item.number} 定时{at}发布，现在还没有到时间。要提前发布，请先发“取消定时 {item.number}”"


def publish_note(item: Item, ctx: Context) -> str:
    """What the publisher must know before he sends: the test, the day's quota, the time."""
    lines = []
    tests = quota.test_channels(item, ctx.regulation)
    if tests:
        labels = "、".join(ctx.regulation.channel[c].label for c in tests)
        lines.append(
            f"{labels}群发前先测试：请发预览给另一人看，点卡片“请人测试”或回复“测试 {item.number}”，"
            f"由他回复“测试 {item.number} 通过”。"
        )
    lines += [f"{why}。" for c in item.channels if (why := closed_account(item, c, ctx))]
    lines += [f"{why}。" for c in limited(item, ctx) if (why := _quota_refusal(item, c, ctx))]
    if item.publish_at and item.publish_at > ctx.now:
        lines.append(f"定时{w.until(item.publish_at, ctx.now)}发布，到时提醒您。")
    return "".join(f"{line}\n" for line in lines)


# ---- when it is due -------------------------------------------------------------------------------------------------


def timed_key(item: Item) -> str:
    return f"{item.id}:timed"


def hold_key(item: Item) -> str:
    return f"{item.id}:hold"


def publishing_deadlines(item: Item, step: Step, due: OpenDeadline, ctx: Context) -> list[OpenDeadline]:
    """What runs while an approved item waits to be published: the step's own deadline, and the time or the question."""
    if step.do is not Do.PUBLISH:
        return [due]
    if item.publish_at and item.publish_at > ctx.now:
        moved = _from(item.publish_at, item, step, due, f"定时{w.until(item.publish_at, ctx.now)}发布", ctx)
        at = item.publish_at
        return [moved, OpenDeadline(timed_key(item), item.id, None, (("timed:1", at),))]
    began = item.approved_at or item.since or ctx.now
    reg = ctx.policy_of(item)
    asks = deadline.next_over(deadline.Rung("idle:0", began), HOLDS_FOR, reg.nag, reg.clock, ctx.calendar)
    rungs = (("hold:1", asks.at),) if asks else ()
    return [after_quota(item, step, due, ctx), OpenDeadline(hold_key(item), item.id, None, rungs)]


def after_quota(
    item: Item, step: Step, due: OpenDeadline, ctx: Context, just: Item | None = None
) -> OpenDeadline:
    """A8: the daily limit wins; the deadline moves to the next free day, and says why."""
    full = [c for c in limited(item, ctx) if used_up(item, c, ctx, just)]
    if due.due_at is None or not full:
        return due
    label = ctx.regulation.channel[full[0]].label
    free = next_free(item, full[0], ctx.today, ctx)
    why = f"{label}{month_day(ctx.today)}已群发，顺延至{month_day(free)}"
    return _from(datetime.combine(free, time(), BEIJING), item, step, due, why, ctx)


def _from(begins: datetime, item: Item, step: Step, due: OpenDeadline, why: str, ctx: Context) -> OpenDeadline:
    """The step's deadline for a publication that cannot be before `begins`: never an earlier one than it was."""
    reg, flow = ctx.policy_of(item), item.flow
    urgent = flow is not None and deadline.ignores_quiet_hours(flow, step)
    if due.due_at is None:
        ladder = deadline.ladder(None, begins, reg.nag, reg.clock, ctx.calendar, urgent)
        return OpenDeadline(due.key, item.id, None, tuple((r.name, r.at) for r in ladder), why)
    later = deadline.due_at("0d", begins, reg.clock, ctx.calendar)
    if later.at <= due.due_at or why in due.explanation:
        return due
    ladder = deadline.ladder(later.at, ctx.now, reg.nag, reg.clock, ctx.calendar, urgent)
    return OpenDeadline(
        due.key, item.id, later.at, tuple((r.name, r.at) for r in ladder), f"{due.explanation} → {why}",
        later.provisional or due.provisional,
    )  # fmt: skip
