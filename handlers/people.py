"""授权, 代办, 栏目, 平台: what those who oversee maintain in chat, with effect at once and a line in the record."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.rules import intents as i
from bot.rules.effects import (
    ChangePolicy,
    Delegate,
    Effect,
    EndDelegation,
    GrantPublishing,
    Record,
    RevokePublishing,
    SetPlatform,
    UpdateCard,
)
from bot.rules.forms import BadValue, read_date
from bot.rules.item import Item, replace
from bot.rules.platforms import find, platform_names
from bot.rules.roster import Delegation, Grant, Seat
from bot.rules.routing import Desk, overseers, superiors
from bot.rules.settings import Amendment
from handlers import cards
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.realign import realign
from handlers.router import Router
from handlers.saying import refuse, say, tell

router = Router()


# ---- grants (saws 五(一), R16) --------------------------------------------------------------------------------------


def granting_roles(who: str, ctx: Context) -> dict[str, str]:
    """Publishing roles this person may grant → their labels."""
    mine = ctx.roster.roles_of(who)
    return {role: rule.label for role, rule in ctx.regulation.role.items() if rule.granted_by in mine}


def named(name: str, ctx: Context, roles: Sequence[str]) -> list[Seat]:
    """Seats in one of these roles of the person with this name or userid; `单位 姓名` tells two of one name apart."""
    *unit, person = name.split()
    able = [s for s in ctx.roster.seats if s.role in roles and person in (s.name, s.userid)]
    return [s for s in able if not unit or s.unit == unit[0]]


@router.on(i.GrantSaid)
def grant_said(intent: i.GrantSaid, ctx: Context) -> Sequence[Effect]:
    roles = granting_roles(intent.who, ctx)
    if not roles:
        return refuse(intent, "发布授权由归口部门办理，您没有这个权限", ctx, action="拒绝授权")
    seats = named(intent.name, ctx, list(roles))
    if not seats:
        return refuse(
            intent, f"人员名册里没有可授权发布的“{intent.name}”，请先由单位指定并登记", ctx, action="拒绝授权"
        )
    if len({s.userid for s in seats}) > 1:  # two people of one name: nobody is guessed
        example = f"{'撤销授权' if intent.revoke else '授权'} {seats[0].unit} {seats[0].name}"
        text = f"有几位{intent.name}：{_listed(tuple(seats))}。请写明单位或账号，例如“{example}”"
        return refuse(intent, text, ctx, action="拒绝授权")
    return _revoke(intent, seats, ctx) if intent.revoke else _grant(intent, seats, ctx)


def _grant(intent: i.GrantSaid, seats: list[Seat], ctx: Context) -> list[Effect]:
    new = [s for s in seats if not ctx.roster.granted(s.userid, s.role, s.unit, ctx.now)]
    if not new:
        return refuse(intent, f"{intent.name}已有有效授权", ctx)
    person = new[0].userid
    where = "、".join(dict.fromkeys(s.unit for s in new))
    effects: list[Effect] = [GrantPublishing(s.userid, s.role, s.unit, intent.who) for s in new]
    effects += [
        Record(intent.who, "授权发布", None, f"{new[0].name}:{where}"),
        tell(
            person,
            f"您已获得{where}的发布授权（{ctx.name(intent.who)}，{w.when(ctx.now, ctx.now)}）。",
            ctx,
            what="grant",
        ),
        say(intent, f"已授权{new[0].name}发布（{where}），即时生效。", ctx),
    ]
    granted = tuple(Grant(s.userid, s.role, s.unit, intent.who, ctx.now) for s in new)
    roster = replace(ctx.roster, grants=(*ctx.roster.grants, *granted))
    return [*effects, *realign(ctx, roster)]


def _revoke(intent: i.GrantSaid, seats: list[Seat], ctx: Context) -> list[Effect]:
    """With effect at once: his cards close, and a unit left without a publisher is told."""
    person, name = seats[0].userid, seats[0].name
    if not any(ctx.roster.granted(s.userid, s.role, s.unit, ctx.now) for s in seats):
        return refuse(intent, f"{name}没有有效授权", ctx)
    left = tuple(g for g in ctx.roster.grants if g.userid != person)
    desk = Desk(ctx.regulation, replace(ctx.roster, grants=left), ctx.now)
    effects: list[Effect] = [
        RevokePublishing(person, intent.who),
        Record(intent.who, "撤销授权", None, name),
        tell(person, f"您的发布授权已由{ctx.name(intent.who)}于 {w.hm(ctx.now)} 撤销。", ctx, what="revoke"),
    ]
    for item in ctx.store.open_items():
        effects += [
            UpdateCard(row.task_id, cards.closed(row.card, "授权已撤销"), f"close|{ctx.cause}|{row.task_id}")
            for row in ctx.store.live_cards(item.id, to=person, purpose="publish")
        ]
    for unit in dict.fromkeys(s.unit for s in seats):
        others = [s for s in ctx.roster.seats if s.unit == unit and s.role in {x.role for x in seats}]
        if not any(desk.roster.granted(s.userid, s.role, s.unit, ctx.now) for s in others):
            effects += _unit_without(unit, desk, ctx)
    return [*effects, say(intent, f"已撤销{name}的发布授权，即时生效。", ctx)]


def _unit_without(unit: str, desk: Desk, ctx: Context) -> list[Effect]:
    probe = Item(id=0, org=ctx.org, kind=ctx.regulation.flow[0].kind, unit=unit, author="", created_at=ctx.now)
    told = dict.fromkeys((*superiors(probe, desk, count=1), *overseers(desk)))
    return [tell(p, f"{unit}现在没有有效的授权发布人员，请指定并授权。", ctx, what=f"without {unit}") for p in told]


def grants_now(ctx: Context) -> str:
    """授权名单: every seat that needs a grant, and whether it has one."""
    lines = []
    for seat in ctx.roster.seats:
        rule = ctx.regulation.role.get(seat.role)
        if rule is None or rule.granted_by is None:
            continue
        grant = next(
            (
                g
                for g in ctx.roster.grants
                if g.userid == seat.userid and g.role == seat.role and g.unit == seat.unit and g.revoked_at is None
            ),
            None,
        )
        state = f"{ctx.name(grant.granted_by)} {w.day(grant.granted_at)} 授权" if grant else "未授权"
        lines.append(f"{seat.unit} {seat.name}（{rule.label}）：{state}")
    return "\n".join(["授权名单：", *lines]) if lines else "制度没有要求发布授权。"


@router.on(i.RegisterAsked)
def register_asked(intent: i.RegisterAsked, ctx: Context) -> Sequence[Effect]:
    shown = {"grants": grants_now, "columns": columns_now, "platforms": platforms_now}[intent.what]
    return [say(intent, shown(ctx), ctx), Record(intent.who, "查看", None, intent.what)]


# ---- absence (A22) --------------------------------------------------------------------------------------------------


@router.on(i.AbsenceSaid)
def absence_said(intent: i.AbsenceSaid, ctx: Context) -> Sequence[Effect]:
    """我今天不在,由…代到周三: recorded, the deputy is told and gets what waits; 取消代办 ends it at once.

    我3月17日到3月19日不在,由…代: the same, from the first of these days on.
    """
    if not intent.deputy:
        return _back(intent, ctx)
    people = _deputies(intent.deputy, intent.who, ctx)
    if len(people) != 1:
        return refuse(intent, _whom(intent.deputy, tuple(people.values()), intent.who, ctx), ctx)
    deputy = next(iter(people))
    try:
        starts, ends = _period(intent, ctx)
    except BadValue:
        return refuse(intent, f"没看懂到“{intent.until or intent.span}”为止，请写如“到周三”“到3月14日”", ctx)
    if ends <= ctx.now:
        return refuse(intent, "代办的结束时间已经过去", ctx)
    if ends <= starts:
        return refuse(intent, "代办的结束时间比开始还早，请重写", ctx)
    return _delegate(intent, deputy, starts, ends, ctx)


def _deputies(said: str, who: str, ctx: Context) -> dict[str, Seat]:
    """Anybody of the roster by name or userid; 副主任某某 is 某某 when nobody is called so."""
    others = [s for s in ctx.roster.seats if s.userid != who]
    exact = {s.userid: s for s in others if said in (s.name, s.userid)}
    return exact or {s.userid: s for s in others if len(s.name) > 1 and said.endswith(s.name)}


def _whom(said: str, found: tuple[Seat, ...], who: str, ctx: Context) -> str:
    """Nobody is guessed from a surname and a title: those who may be meant are named, with how to say it."""
    if found:
        return f"有 {len(found)} 位{said}，请用账号说明，例如“我今天不在，由{found[0].userid}代”：{_listed(found)}"
    units = {s.unit for s in ctx.roster.seats_of(who)}
    near = {s.userid: s for s in ctx.roster.seats if s.name[:1] == said[:1] and s.unit in units and s.userid != who}
    hint = f"您是说{_listed(tuple(near.values()))}吗？" if near else ""
    return f"名册里没有“{said}”。{hint}请回复全名，例如“我今天不在，由王明代到周三”"


def _listed(seats: tuple[Seat, ...]) -> str:
    return "、".join(f"{s.name}（{s.unit}，{s.userid}）" for s in seats)


def _period(intent: i.AbsenceSaid, ctx: Context) -> tuple[datetime, datetime]:
    """From when, and until 24:00 of which day: now and today, unless days are named. Raises BadValue.

    Words before 不在 that name no day (出差, 下午有会) say why, not when.
    """
    first, _, last = intent.span.removeprefix("从").replace("至", "到").partition("到")
    if re.fullmatch(r"\d{1,2}[日号]", last) and "月" in first:  # 3月17日到19日
        last = f"{first.partition('月')[0]}月{last}"
    begins = _day_or_none(first, ctx) or ctx.today
    until = _day(intent.until, ctx) if intent.until else _day_or_none(last, ctx) or begins
    start = ctx.now if begins <= ctx.today else _midnight(begins)
    return start, _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BEIJING)


def _day_or_none(words: str, ctx: Context) -> date | None:
    """None for words that name no day; a number that is no day is not passed over: BadValue."""
    try:
        return _day(words, ctx) if words else None
    except BadValue:
        if re.search(r"\d", words):
            raise
        return None


def _day(words: str, ctx: Context) -> date:
    """周三, 下周三, 3月14日, 明天. Raises BadValue."""
    if words[-1] in w.WEEKDAYS + "天" and ("周" in words or "星期" in words):
        wanted = w.WEEKDAYS.index(words[-1].replace("天", "日"))
        monday = ctx.today - timedelta(days=ctx.today.weekday())
        return monday + timedelta(days=wanted + (7 if words.startswith("下") or wanted < ctx.today.weekday() else 0))
    return read_date(words, ctx.today)[0]


def _delegate(intent: i.AbsenceSaid, deputy: str, starts: datetime, ends: datetime, ctx: Context) -> list[Effect]:
    who, until = ctx.name(intent.who), w.until(ends, ctx.now)
    since = f"从 {w.day(starts)} 起，" if starts > ctx.now else ""
    delegation = Delegation(intent.who, deputy, starts, ends)
    roster = replace(ctx.roster, delegations=(*ctx.roster.delegations, delegation))
    return [
        Delegate(intent.who, deputy, starts, ends),
        Record(intent.who, "委托代办", None, f"{since}{ctx.name(deputy)}代到 {until}"),
        tell(deputy, f"{who}委托您代办审核，{since}到 {until}。要办的会发给您。", ctx, what="delegate"),
        *realign(ctx, roster),
        say(intent, f"已记：{ctx.name(deputy)}代您审核，{since}到 {until}。他已收到通知。撤销发“取消代办”。", ctx),
    ]


def _back(intent: i.AbsenceSaid, ctx: Context) -> list[Effect]:
    """All of them, also those that have not begun."""
    standing = [d for d in ctx.roster.delegations if d.absent == intent.who and stands(d, ctx)]
    if not standing:
        return refuse(intent, "您现在没有委托代办", ctx)
    deputies = tuple(dict.fromkeys(d.deputy for d in standing))
    effects: list[Effect] = [EndDelegation(intent.who), Record(intent.who, "取消代办", None, ctx.names(deputies))]
    effects += [tell(d, f"{ctx.name(intent.who)}已取消代办。", ctx, what="back") for d in deputies]
    kept = tuple(d for d in ctx.roster.delegations if d.absent != intent.who)
    effects += realign(ctx, replace(ctx.roster, delegations=kept))
    return [*effects, say(intent, "已取消代办，事项仍由您办理。", ctx)]


def stands(delegation: Delegation, ctx: Context) -> bool:
    return delegation.cancelled_at is None and delegation.ends > ctx.now


@router.on(i.DelegationsAsked)
def delegations_asked(intent: i.DelegationsAsked, ctx: Context) -> Sequence[Effect]:
    """代办: who stands in for this person and for whom he does, now and later."""
    lines = []
    for d in sorted(ctx.roster.delegations, key=lambda d: d.starts):
        if not stands(d, ctx) or intent.who not in (d.absent, d.deputy):
            continue
        whose = f"{ctx.name(d.deputy)}代您" if d.absent == intent.who else f"您代{ctx.name(d.absent)}"
        since = "现在起" if d.starts <= ctx.now else f"{w.day(d.starts)}起"
        lines.append(f"{whose}：{since}，到 {w.until(d.ends, ctx.now)}")
    none = "现在没有代办。要委托，回复“我3月17日到3月19日不在，由某某代”。"
    text = "\n".join(["代办：", *lines, "撤销自己的委托发“取消代办”。"]) if lines else none
    return [say(intent, text, ctx), Record(intent.who, "查看", None, "代办")]


# ---- columns (saws 四(一), R10) -------------------------------------------------------------------------------------


@router.on(i.ColumnChanged)
def column_changed(intent: i.ColumnChanged, ctx: Context) -> Sequence[Effect]:
    """A new policy version; items that exist keep what they have."""
    if not ctx.oversees(intent.who):
        return refuse(intent, "栏目由归口部门调整", ctx, action="拒绝调整")
    before = ctx.regulation.columns
    problem = _column_problem(intent, before)
    if problem:
        return refuse(intent, problem, ctx)
    after = _columns_after(intent, before)
    changes = _column_changes(intent, before, after, ctx)
    wrong = ctx.settings.problems(changes) if ctx.settings else ()
    if wrong:
        return refuse(intent, "；".join(wrong), ctx)
    return [
        *[ChangePolicy(c.path, _json(c.before), _json(c.after), intent.who) for c in changes],
        Record(intent.who, "调整栏目", None, f"{'、'.join(before)} → {'、'.join(after)}"),
        say(intent, f"栏目现为：{'、'.join(after)}。已有稿件不变。", ctx),
    ]


def _column_problem(intent: i.ColumnChanged, before: tuple[str, ...]) -> str:
    if intent.change == "增加" and intent.name in before:
        return f"已有栏目“{intent.name}”"
    if intent.change in ("停用", "改名") and intent.name not in before:
        return f"没有栏目“{intent.name}”，现有：{'、'.join(before)}"
    if intent.change == "改名" and intent.new_name in before:
        return f"已有栏目“{intent.new_name}”"
    if intent.change == "停用" and len(before) == 1:
        return "至少要留一个栏目"
    return ""


def _columns_after(intent: i.ColumnChanged, before: tuple[str, ...]) -> tuple[str, ...]:
    match intent.change:
        case "停用":
            return tuple(c for c in before if c != intent.name)
        case "改名":
            return tuple(intent.new_name if c == intent.name else c for c in before)
        case _:
            return tuple(dict.fromkeys((*before, intent.name)))


def _column_changes(
    intent: i.ColumnChanged, before: tuple[str, ...], after: tuple[str, ...], ctx: Context
) -> list[Amendment]:
    """The columns, and where a flow names one that is renamed."""
    changes = [Amendment("columns", before, after)]
    for flow in ctx.regulation.flow:
        renamed = tuple(intent.new_name if c == intent.name and intent.new_name else c for c in flow.columns)
        if renamed != flow.columns:
            changes.append(Amendment(f"flow.{flow.id}.columns", flow.columns, renamed))
    return changes


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def columns_now(ctx: Context) -> str:
    return (
        f"栏目：{'、'.join(ctx.regulation.columns) or '未设'}。{_not_updated(ctx)}"
        "归口部门可发“栏目 增加 名称”“栏目 停用 名称”“栏目 改名 甲 为 乙”。"
    )


def _not_updated(ctx: Context) -> str:
    """30天未更新：惠民服务。 where the policy measures how long a column has had no post (column_days_since_post)."""
    watch = ctx.regulation.watch
    measure = watch.get("column_days_since_post") if isinstance(watch, dict) else None
    days = measure.get("upto") if isinstance(measure, dict) else None
    if not isinstance(days, int):
        return ""
    since = ctx.now - timedelta(days=days)
    posts = (x for channel in ctx.regulation.channel for x in ctx.store.published_with(channel, since, ctx.now))
    fresh = {x.column for x in posts}
    stale = [column for column in ctx.regulation.columns if column not in fresh]
    return f"{days}天未更新：{'、'.join(stale)}。" if stale else ""


# ---- platforms (saws 三, R2) ----------------------------------------------------------------------------------------


@router.on(i.PlatformChanged)
def platform_changed(intent: i.PlatformChanged, ctx: Context) -> Sequence[Effect]:
    keepers = {c.keeper for c in ctx.regulation.channel.values() if c.keeper}
    if not (ctx.oversees(intent.who) or ctx.roster.roles_of(intent.who) & keepers):
        return refuse(intent, "平台由归口部门和平台运维人员登记", ctx, action="拒绝登记")
    found = find(intent.name, ctx.regulation)
    if not found:
        return refuse(intent, f"没有平台“{intent.name}”。{platforms_now(ctx)}", ctx)
    if len(found) > 1:
        names = "、".join(platform_names(ctx.regulation)[pair] for pair in found)
        return refuse(intent, f"“{intent.name}”有几个，请写明是哪一个：{names}", ctx)
    return [
        *[SetPlatform(key, p, intent.state, intent.who) for key, p in found],
        Record(intent.who, "平台登记", None, f"{intent.name}:{intent.state}"),
        say(intent, f"{intent.name} 已登记为{intent.state}，从下一次发布起生效。", ctx),
    ]


def platforms_now(ctx: Context) -> str:
    states = ctx.store.platforms()
    parts = [f"{name}（{states.get(pair, '在用')}）" for pair, name in platform_names(ctx.regulation).items()]
    how = "停用或恢复可发“平台 名称 停用”“平台 名称 在用”。"
    return f"平台：{'、'.join(parts)}。{how}" if parts else "没有登记平台。"
