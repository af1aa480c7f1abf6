"""舆情分级 (saws-R26): the configured levels choose the flow; the plan's text is at hand; who was alerted says so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.item import Item, State, replace
from bot.rules.routing import asked_now, may_see
from handlers import wording as w
from handlers.alarm import SEEN
from handlers.context import Context
from handlers.reflowing import change
from handlers.router import Router
from handlers.saying import refuse, say, settle_tap

router = Router()


@router.on(i.LevelSaid)
def level_said(intent: i.LevelSaid, ctx: Context) -> Sequence[Effect]:
    """定级 0456 较大: of what is under way; raised or lowered later, the earlier deadline stays (A30)."""
    item = ctx.store.item(intent.item)
    if item is None or not comments.is_comment(item) or not _may_level(intent.who, item, ctx):
        return refuse(intent, f"没有您可以定级的评论 {intent.item:04d}", ctx)
    levels = ctx.regulation.severity.levels
    if intent.level not in levels:
        listed = "、".join(levels) or "还没有设置（由人直接选类别，或由归口管理人员发“舆情分级 增加 级别 类别”）"
        return refuse(intent, f"没有“{intent.level}”这一级。舆情级别：{listed}", ctx, item)
    if not item.open:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不能再定级", ctx, item)
    flow_id = levels[intent.level]
    current = item.flow.id if item.flow else ""
    if flow_id and flow_id != current:
        reason = intent.reason or f"定级{intent.level}"
        return change(intent, item, ctx.regulation.flow_of(flow_id), reason, ctx, level=intent.level)
    if not flow_id and current in levels.values():
        why = f"“{intent.level}”不走“{item.flow.option if item.flow else ''}”，请写明改走哪一类"
        return refuse(intent, f"{why}：“转类别 {item.number} 类别 单位 理由”", ctx, item)
    return [
        SaveItem(replace(item, level=intent.level)),
        Record(intent.who, "定级", item.id, f"{item.level or '未定级'} → {intent.level}", version=item.current.no),
        say(intent, f"{item.number} 已定为{intent.level}。", ctx, item.id),
    ]


def _may_level(who: str, item: Item, ctx: Context) -> bool:
    moves = ctx.moves(item)
    holds = item.state is State.RUNNING and who in asked_now(item, moves, ctx.desk)
    return who == item.author or ctx.oversees(who) or holds


@router.on(i.PlanTextAsked)
def plan_text_asked(intent: i.PlanTextAsked, ctx: Context) -> Sequence[Effect]:
    """舆情预案: the levels with what they lead to, and the text."""
    severity, flows = ctx.regulation.severity, {f.id: f.option for f in ctx.regulation.flow}
    leads = {name: flows.get(flow, flow) or "按一般类别办理" for name, flow in severity.levels.items()}
    levels = [f"{name}：{kind}" for name, kind in leads.items()]
    lines = ["舆情分级：" if levels else "舆情分级：还没有设置，由人判断。", *levels]
    lines += ["应对预案：", severity.plan] if severity.plan else ["应对预案：还没有写进来。"]
    how = "要改可发“舆情分级 增加 级别 类别”“舆情分级 删除 级别”“舆情预案 全文”。" if ctx.oversees(intent.who) else ""
    text = "\n".join([*lines, *([how] if how else [])])
    return [say(intent, text, ctx), Record(intent.who, "查看", None, "舆情预案")]


@router.on(i.AlertSeen)
def alert_seen(intent: i.AlertSeen, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您可以查看的事项 {intent.item:04d}", ctx)]
    people = asked_now(item, ctx.moves(item), ctx.desk) if item.state is State.RUNNING else ()
    return [
        *settle_tap(intent, f"{SEEN} {w.hm(ctx.now)}", ctx),
        Record(intent.who, SEEN, item.id, version=item.current.no),
        say(intent, f"已记 {item.number} {SEEN}。{w.place(item, ctx, people)}。", ctx, item.id),
    ]
