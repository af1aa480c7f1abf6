"""活动征集: opinions collected under an activity (weibo-opinion-paper-R7). Which matters are activities nobody lists:
whatever a comment names by its #话题#, or is linked to by a person, and whose period the comment lies in.
"""

from __future__ import annotations

from bot.rules import activities, comments
from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.forms import read_moment
from bot.rules.item import Item, State, replace
from bot.rules.regulation import Kind
from bot.rules.routing import may_see
from handlers import wording as w
from handlers.collecting import collectable
from handlers.context import Context
from handlers.saying import refuse, say


def activity_of(item: Item, post: Item | None, ctx: Context) -> int:
    """The activity a new comment belongs to: that of the post it stands under, or the one whose topic it names."""
    if post is not None and post.plan:
        return post.plan
    posted = read_moment(item.form[comments.POSTED])
    for name in activities.topics(comments.said(item)):
        named = (x for x in ctx.store.matters_named(name) if activities.takes(x, posted))
        if (found := next(named, None)) is not None:
            return found.id
    return 0


def under_activity(intent: i.PlanLinked, item: Item, ctx: Context) -> list[Effect]:
    """关联 0456 0100: by whoever collects or oversees; 取消关联 0456."""
    if not (collectable(intent.who, ctx) or ctx.oversees(intent.who)) or not _knows(intent.who, item, ctx):
        return refuse(intent, f"没有您可以关联的评论 {intent.item:04d}", ctx, action="拒绝关联")
    if not intent.plan:
        after, text = replace(item, plan=0, seq=item.seq + 1), f"{item.number} 已不再归入活动。"
        return [SaveItem(after), Record(intent.who, "取消关联", item.id), say(intent, text, ctx, item.id)]
    plan = ctx.store.item(intent.plan)
    right = plan is not None and plan.kind is Kind.MATTER and plan.state is not State.WITHDRAWN
    if plan is None or not right or not _knows(intent.who, plan, ctx):
        return refuse(intent, f"没有您可以归入的活动 {intent.plan:04d}", ctx, item, action="拒绝关联")
    if not activities.takes(plan, read_moment(item.form[comments.POSTED])):
        return refuse(intent, f"{item.number} 不在活动 {plan.number} 的时间里", ctx, item, action="拒绝关联")
    count = len(opinions_of(plan, ctx)) + (item.plan != plan.id)
    return [
        SaveItem(replace(item, plan=plan.id, seq=item.seq + 1)),
        Record(intent.who, "关联活动", item.id, plan.number),
        say(intent, f"{item.number} 已归入活动 {plan.number}《{w.heading(plan)}》，共 {count} 条意见。", ctx, item.id),
    ]


def _knows(who: str, item: Item, ctx: Context) -> bool:
    return item.author == who or may_see(who, item, ctx.moves(item), ctx.desk) or bool(collectable(who, ctx))


def opinions_of(plan: Item, ctx: Context) -> tuple[Item, ...]:
    linked = ctx.store.linked_to(plan.id)
    return tuple(x for x in linked if comments.is_comment(x) and x.state is not State.WITHDRAWN)


def may_export(who: str, plan: Item, ctx: Context) -> bool:
    return bool(collectable(who, ctx)) or may_see(who, plan, ctx.moves(plan), ctx.desk)


def summary(plan: Item, ctx: Context) -> str:
    """How many there are, and where they can be taken away."""
    count = len(opinions_of(plan, ctx))
    url = f"{ctx.public_url}/opinions/{plan.id}.xlsx"
    where = f'<a href="{url}">下载全部（时间、网民、内容）</a>' if ctx.public_url else ""
    return f"{plan.number}《{w.heading(plan)}》收到意见 {count} 条。\n{where}".strip()
