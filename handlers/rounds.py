"""进度 年审: how far what the scheduler began for a period has come."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import accounts
from bot.rules.deadline import Rung
from bot.rules.effects import Effect, Send
from bot.rules.item import Item, State
from bot.rules.messages import Text
from bot.rules.regulation import Flow
from bot.rules.routing import overseers
from handlers.context import Context
from handlers.dues import period_of_item

MOST = 30  # names in one message
KEPT = 1000  # so many items back the last period is looked for


def of_last_period(flow: Flow, ctx: Context) -> tuple[Item, ...]:
    """What was begun for the latest period, in order."""
    found = [x for x in ctx.store.items(kind=flow.kind, limit=KEPT) if x.period and x.flow and x.flow.id == flow.id]
    return tuple(x for x in reversed(found) if x.period == found[0].period)


def handed_in(item: Item) -> bool:
    """Whether its first step is done."""
    return item.state is State.DONE or (item.open and not item.awaiting_draft)


def summary(flow: Flow, items: Sequence[Item], ctx: Context) -> str:
    """年审（2025年11月）：提交年审报告 8/11，办结 0/11."""
    period = period_of_item(items[0], ctx)
    name = f"{flow.option}（{period.label}）" if period else flow.option
    counts = f"{flow.steps[0].act} {sum(map(handed_in, items))}/{len(items)}"
    if len(flow.steps) > 1:
        counts += f"，办结 {sum(x.state is State.DONE for x in items)}/{len(items)}"
    return f"{name}：{counts}"


def subject(item: Item) -> str:
    return item.form.get(accounts.ACCOUNT) or item.unit


def told_above(item: Item, rung: Rung, ctx: Context) -> list[Effect]:
    """Before an account loses its state for want of it, those who oversee are told how many have done it: once."""
    flow, step = item.flow, item.step
    if flow is None or step is None or not item.period or not step.missed or rung.nth:
        return []
    items = of_last_period(flow, ctx)
    waiting = [subject(x) for x in items if not handed_in(x)]
    text = (
        f"【提醒】{summary(flow, items, ctx)}。还差 {len(waiting)} 个：{'、'.join(waiting[:MOST])}。"
        f"名单发“进度 {flow.option}”。"
    )
    key = f"round|{flow.id}|{item.period}|{rung.name}"
    return [Send(to=p, message=Text(text, notice=True), key=f"{key}|{p}") for p in overseers(ctx.desk)]
