"""The whole behaviour, as a table of contents: who answers what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from bot.rules.effects import Effect, Record, SaveItem, SetReachable
from bot.rules.events import Event, PlatformEvent
from bot.rules.item import Item
from handlers import (
    accounts,
    appointments,
    archive,
    arrivals,
    assigning,
    beginning,
    calendar,
    changing,
    checks,
    clockwork,
    deadlines,
    drafts,
    editing,
    extending,
    fields,
    filing,
    grouping,
    handover,
    health,
    informing,
    intake,
    leaving,
    lists,
    matters,
    notice,
    others,
    oversight,
    pairs,
    people,
    pictures,
    plans,
    policy,
    publishing,
    pursuing,
    raising,
    replying,
    sending_out,
    severity,
    sorting,
    sorting_words,
    subjects,
    supervising,
    supply,
    timing,
    todays,
    units,
)
from handlers.context import Context
from handlers.following import follow
from handlers.meaning import meaning
from handlers.router import Router
from handlers.saying import stopped

router = Router(
    drafts.router,  # 投稿
    fields.router,  # 填写
    matters.router,  # 发起
    editing.router,  # 异议, 采用
    changing.router,  # 撤回, 转类别, 更正, 撤下
    pictures.router,  # 图片、视频, 采用建议稿, 更正, 撤下
    checks.router,  # 审核
    publishing.router,  # 发布, 办理
    sending_out.router,  # 群发前测试, 合并群发
    timing.router,  # 定时发布, 久未发布
    intake.router,  # 评论来件
    arrivals.router,  # 导入、接口来的评论
    todays.router,  # 今日意见
    sorting.router,  # 分办
    severity.router,  # 舆情分级, 预案
    sorting_words.router,  # 分办词
    grouping.router,  # 归并, 拆出
    subjects.router,  # 主题
    replying.router,  # 答复
    extending.router,  # 延期
    pairs.router,  # 查答复
    assigning.router,  # 交办, 交回
    filing.router,  # 备案
    informing.router,  # 告知
    raising.router,  # 从环节发起: 平台故障
    archive.router,  # 存档
    accounts.router,  # 账号登记
    beginning.router,  # 到期自动开始
    lists.router,  # 待办, 在办, 进度
    handover.router,  # 人员变了, 转交
    plans.router,  # 方案
    oversight.router,  # 暂停, 改派, 督办, 标注
    supervising.router,  # 督办的卡片和清单
    notice.router,  # 督办通报
    health.router,  # 机器人状态
    people.router,  # 授权, 代办, 栏目, 平台
    policy.router,  # 制度的设置
    supply.router,  # 供稿, 催供稿
    deadlines.router,  # 期限的说明
    pursuing.router,  # 去办
    appointments.router,  # 任命, 免去, 缺额
    leaving.router,  # 交接
    units.router,  # 单位, 小组, 专家
    clockwork.router,  # 期限
    calendar.router,  # 放假安排
    others.router,  # 其余
)


def _heard_again(event: PlatformEvent, ctx: Context) -> list[Effect]:
    """Somebody marked out of reach spoke: he can be written to again (the event that says so may have been lost)."""
    if ctx.store.reachable(event.userid):
        return []
    return [SetReachable(event.userid, True), Record(event.userid, "又可联系")]


def handle(event: Event, ctx: Context) -> Sequence[Effect]:
    """What one event shall do. Platform events that have no handler of their own are first read for their meaning."""
    if type(event) in router.table:
        return completed(_with_missing_years(_with_members(router(event, ctx), ctx), ctx), ctx)
    if isinstance(event, get_args(PlatformEvent)):
        meant = meaning(event, ctx)
        effects = [*_heard_again(event, ctx), *(stopped(meant, ctx) or router(meant, ctx))]
        return completed(_with_missing_years(_with_members(effects, ctx), ctx), ctx)
    raise KeyError(type(event).__name__)


def _with_members(effects: Sequence[Effect], ctx: Context) -> Sequence[Effect]:
    return [*effects, *follow(effects, ctx)]


def _with_missing_years(effects: Sequence[Effect], ctx: Context) -> Sequence[Effect]:
    return [*effects, *calendar.missing_years(effects, ctx)]


def completed(effects: Sequence[Effect], ctx: Context) -> Sequence[Effect]:
    """Every line of the record with its person's role and the version it is about (rule 5 for every policy)."""
    saved = {effect.item.id: effect.item for effect in effects if isinstance(effect, SaveItem)}
    return [_completed(effect, saved, ctx) if isinstance(effect, Record) else effect for effect in effects]


def _completed(line: Record, saved: dict[int, Item], ctx: Context) -> Record:
    item = None if line.item is None else saved.get(line.item) or ctx.store.item(line.item)
    version = line.version or (item.current.no if item else 0)
    return replace(line, role=line.role or _role(line.actor, item, ctx), version=version)


def _role(who: str, item: Item | None, ctx: Context) -> str:
    """The first of his roles that has to do with the item, else the first of all; empty without one."""
    roles = [seat.role for seat in ctx.roster.seats_of(who) if seat.role]
    flow = item.flow if item else None
    named = (*(r for step in flow.steps for r in step.by), *flow.file, *flow.inform) if flow else ()
    near = [role for role in roles if role in named]
    return next(iter((*near, *roles)), "")
