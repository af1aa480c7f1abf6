"""方案: posts are linked to an approved plan, and it says what is done and who owes the next one (saws 三, R4).

Whatever matter holds planned posts is a plan; no flow is known by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import plans
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.item import Item, State, replace
from bot.rules.plans import Planned, Progress, Slot
from bot.rules.regulation import Kind
from bot.rules.routing import may_see
from handlers import wording as w
from handlers.activity import may_export, opinions_of, summary, under_activity
from handlers.context import BEIJING, Context
from handlers.router import Router
from handlers.saying import refuse, say, tell

router = Router()


def posts_of(plan: Item, ctx: Context) -> tuple[Item, ...]:
    return tuple(x for x in ctx.store.linked_to(plan.id) if x.kind is Kind.POST)


def planned_in(item: Item, ctx: Context) -> tuple[Planned, ...]:
    """Its planned posts; none when it is no plan."""
    if item.kind is not Kind.MATTER:
        return ()
    units = (*ctx.roster.units(), *ctx.regulation.unit.values())
    return plans.planned_posts(item.current.body, units, item.created_at.astimezone(BEIJING).date())


@router.on(i.PlanLinked)
def plan_linked(intent: i.PlanLinked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is not None and item.kind is Kind.COMMENT:
        return under_activity(intent, item, ctx)
    if item is None or item.kind is not Kind.POST or (item.author != intent.who and not ctx.oversees(intent.who)):
        return refuse(intent, f"没有您可以关联的稿件 {intent.item:04d}", ctx, action="拒绝关联")
    if not intent.plan:
        return _unlinked(intent, item, ctx)
    if item.state is State.WITHDRAWN:
        return refuse(intent, f"{item.number} 已撤回，不能关联", ctx, item, action="拒绝关联")
    plan = ctx.store.item(intent.plan)
    planned = planned_in(plan, ctx) if plan else ()
    if plan is None or not planned:
        why = f"{intent.plan:04d} 不是发布方案，或方案里没有写明单位和日期的发布计划"
        return refuse(intent, why, ctx, item, action="拒绝关联")
    if plan.state is not State.DONE:
        why = f"方案 {plan.number} {w.place(plan, ctx)}，审定后才能关联"
        return refuse(intent, why, ctx, item, action="拒绝关联")
    after = replace(item, plan=plan.id, seq=item.seq + 1)
    others = [x for x in posts_of(plan, ctx) if x.id != item.id]
    reached = plans.progress(planned, (*others, after))
    text = f"{item.number} 已关联方案 {plan.number}《{w.heading(plan)}》。{_sum(reached)}"
    told = [item.author] if item.author != intent.who else []
    return [
        SaveItem(after),
        Record(intent.who, "关联方案", item.id, plan.number, version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="linked") for p in told],
        say(intent, text, ctx, item.id),
    ]


def _unlinked(intent: i.PlanLinked, item: Item, ctx: Context) -> list[Effect]:
    if not item.plan:
        return refuse(intent, f"{item.number} 没有关联方案", ctx, item, action="拒绝关联")
    return [
        SaveItem(replace(item, plan=0, seq=item.seq + 1)),
        Record(intent.who, "取消关联", item.id, f"{item.plan:04d}", version=item.current.no),
        say(intent, f"{item.number} 已不再关联方案 {item.plan:04d}。", ctx, item.id),
    ]


@router.on(i.PlanAsked)
def plan_asked(intent: i.PlanAsked, ctx: Context) -> Sequence[Effect]:
    """For those who may see it, and for the units that are to write something of it once it is approved."""
    plan = ctx.store.item(intent.plan)
    planned = planned_in(plan, ctx) if plan else ()
    if plan is not None and not planned and opinions_of(plan, ctx) and may_export(intent.who, plan, ctx):
        return [say(intent, summary(plan, ctx), ctx, plan.id), Record(intent.who, "查看", plan.id, "plan")]
    a_matter = plan is not None and plan.kind is Kind.MATTER
    if plan is not None and a_matter and not planned and may_see(intent.who, plan, ctx.moves(plan), ctx.desk):
        how = "一行一篇，写明单位和日期，例如：监管一司 6月5日 启动仪式预告"
        return refuse(intent, f"{plan.number} 里没有写哪个单位发哪一篇（{how}）", ctx, plan)
    if plan is None or not planned or not _shown_to(intent.who, plan, planned, ctx):
        return refuse(intent, f"没有您可以查看的方案 {intent.plan:04d}", ctx)
    reached = plans.progress(planned, posts_of(plan, ctx))
    lines = [f"{plan.number}《{w.heading(plan)}》{_sum(reached)}"]
    lines += [_line(slot) for slot in reached.slots]
    lines += [
        f"另有 {x.number}《{w.heading(x)}》{x.unit}{'，已发布' if x.published_at else ''}" for x in reached.others
    ]
    lines.append(f"把稿件归入方案：“关联 稿件编号 {plan.number}”。")
    return [say(intent, "\n".join(lines), ctx, plan.id), Record(intent.who, "查看", plan.id, "plan")]


def _shown_to(who: str, plan: Item, planned: Sequence[Planned], ctx: Context) -> bool:
    if may_see(who, plan, ctx.moves(plan), ctx.desk):
        return True
    units = {seat.unit for seat in ctx.roster.seats_of(who)}
    return plan.state is State.DONE and any(p.unit in units for p in planned)


def _sum(reached: Progress) -> str:
    """已发布 5/12，下一篇由监管一司写：6月8日 …"""
    owed = reached.owed
    then = f"，下一篇由{owed.unit}写：{owed.text}" if owed else "，全部发布"
    return f"已发布 {reached.done}/{len(reached.slots)}{then}。"


def _line(slot: Slot) -> str:
    if slot.item is None:
        return f"未写 {slot.planned.text}"
    return f"{'已发布' if slot.done else '在办'} {slot.planned.text}（{slot.item.number}《{w.heading(slot.item)}》）"
