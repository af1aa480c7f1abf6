"""账号登记 in chat: the register, one entry with its history, and what may be changed without a flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from dataclasses import replace as changed
from datetime import date, datetime

from bot.rules import accounts
from bot.rules import intents as i
from bot.rules.accounts import Account
from bot.rules.effects import Effect, Record
from bot.rules.forms import BadValue, read_date
from bot.rules.item import Item, State
from bot.rules.names import reserved_in
from bot.rules.regulation import Flow, Kind
from handlers import cards
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.registering import BEFORE, CAUSE, POSTS, posts, put
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()

KEEPER = "保管人"
HIDDEN = (BEFORE, CAUSE, POSTS)  # facts that are kept for the machine


@router.on(i.AccountsAsked)
def accounts_asked(intent: i.AccountsAsked, ctx: Context) -> Sequence[Effect]:
    """账号: each with unit, state, keeper, last post and open items; who does not oversee sees his own units'."""
    shown = _visible(intent.who, ctx)
    looked = Record(intent.who, "查看", None, f"账号 {intent.name}".strip())
    under = tuple(a for a in shown if intent.name and intent.name in (a.unit, *ctx.roster.parents(a.unit)))
    if under:
        return [say(intent, "\n".join([f"{intent.name}的账号 {len(under)} 个：", *_lines(under, ctx)]), ctx), looked]
    if intent.name:
        found = [a for a in shown if a.name == intent.name] or [a for a in shown if a.name.startswith(intent.name)]
        if len(found) != 1:
            names = "、".join(a.name for a in shown) or "（没有）"
            return refuse(intent, f"没有账号“{intent.name}”，登记的有：{names}", ctx)
        return [say(intent, _one(found[0], ctx), ctx), looked]
    if not shown:
        return [say(intent, "没有您可以看的账号。" if ctx.store.accounts() else "还没有登记的账号。", ctx), looked]
    lines = [f"账号 {len(shown)} 个：", *_lines(shown, ctx), "看一个发“账号 名称”，看一个单位的发“账号 单位”。"]
    return [say(intent, "\n".join(lines), ctx), looked]


def _lines(shown: Sequence[Account], ctx: Context) -> list[str]:
    """By company: the topmost body above each account's unit; without one the unit stands for itself."""
    groups: dict[str, list[Account]] = {}
    for account in shown:
        groups.setdefault((account.unit, *ctx.roster.parents(account.unit))[-1], []).append(account)
    if len(groups) == 1:
        return [_line(a, ctx) for a in shown]
    found: list[str] = []
    for company, mine in groups.items():
        found += [f"【{company or '全单位'}】{len(mine)} 个", *(_line(a, ctx) for a in mine)]
    return found


def _visible(who: str, ctx: Context) -> tuple[Account, ...]:
    every = ctx.store.accounts()
    if ctx.oversees(who):
        return every
    units = {s.unit for s in ctx.roster.seats_of(who)}
    return tuple(a for a in every if a.unit in ("", *units))


def _about(account: Account, ctx: Context) -> tuple[Item, ...]:
    """What is open: its own flows, and the posts on their way to it."""
    return tuple(x for x in ctx.store.open_items() if x.account == account.id or _goes_to(x, account, ctx))


def _goes_to(item: Item, account: Account, ctx: Context) -> bool:
    if item.state is not State.RUNNING or account.channel not in item.channels:
        return False
    chosen = item.posts_as.get(account.channel)
    return chosen == account.id if chosen else account.unit in ("", *w.own_and_above(item, ctx))


def _line(account: Account, ctx: Context) -> str:
    rule = ctx.regulation.channel.get(account.channel)
    label = rule.label if rule else account.channel
    kind = next((account.facts[name] for name in accounts.KIND_FIELDS if account.facts.get(name)), "")
    parts = [f"{label} · {account.name}", kind, account.unit, shown_state(account, ctx)]
    manager = next((account.facts[name] for name in accounts.MANAGER_FIELDS if account.facts.get(name)), "")
    keeper = account.keeper and f"保管 {ctx.name(account.keeper)}"
    last = _last_post(account, ctx)
    parts += [manager and f"管理 {manager}", keeper, f"最近发布 {w.day(last)}" if last else "还没有发布"]
    running = _about(account, ctx)
    parts.append(f"在办 {'、'.join(x.number for x in running)}" if running else "")
    return "，".join(part for part in parts if part)


def _last_post(account: Account, ctx: Context) -> datetime | None:
    """Of its unit; a channel for which one department publishes everything has one series of posts."""
    mine = ctx.store.last_published(account.channel, account.unit, account.id)
    if mine is not None or not account.unit:
        return mine
    central = (u for u in ctx.regulation.unit.values() if u in w.publishing_units(ctx))
    found = (ctx.store.last_published(account.channel, unit, account.id) for unit in central)
    return max((at for at in found if at), default=None)


def shown_state(account: Account, ctx: Context) -> str:
    """在用, 停用 …; 待备案 while the filing of a change of people runs."""
    waiting = any(x.flow is not None and x.flow.on_change for x in _about(account, ctx))
    return f"{account.state}（待备案）" if waiting else account.state


def _one(account: Account, ctx: Context) -> str:
    lines = [_line(account, ctx)]
    lines += [f"{key}：{value}" for key, value in account.facts.items() if key not in HIDDEN]
    lines += w.who_answers(account, ctx)
    lines.append("变更记录：")
    for change in ctx.store.account_changes(account.id):
        before, after = _shown(change.before, ctx), _shown(_first(change.after), ctx)
        by = "系统" if change.by == "system" else ctx.name(change.by)
        number = f"（{change.item:04d}）" if change.item else ""
        step = f"{before} → {after or '无'}" if before else after
        lines.append(f"{w.day(change.at)} {w.hm(change.at)} {by} {change.what}{number}{step and f'：{step}'}")
    return "\n".join(lines)


def _first(after: Mapping[str, str]) -> dict[str, str]:
    """What the first line of the history says: the rest stands above it."""
    kept = ("名称", "单位", "状态", KEEPER) if "名称" in after else tuple(after)
    return {name: value for name, value in after.items() if name in kept}


def _shown(values: Mapping[str, str], ctx: Context) -> str:
    told = {k: ctx.name(v) if k == KEEPER and v else v for k, v in values.items() if k not in (*HIDDEN, accounts.WHY)}
    return "、".join(f"{name} {value or '无'}" for name, value in told.items())


@router.on(i.AccountSaid)
def account_said(intent: i.AccountSaid, ctx: Context) -> Sequence[Effect]:
    """登记账号, 账号 … 停用: only where no flow of the regulation does it (citics-R3)."""
    state = intent.state or accounts.IN_USE
    flow = _flow_that_sets(state, ctx)
    if flow and intent.opened and ctx.oversees(intent.who):
        return _there_before(intent, flow, ctx)
    if flow:
        can = flow in cards.beginnable(intent.who, ctx)
        how = f"请发“发起 {flow.option}”" if can else f"由{'、'.join(map(ctx.role_label, flow.steps[0].by))}发起"
        old = f"；{_begun(ctx)}以前就开通的，在最后写上开通日期" if intent.channel and ctx.oversees(intent.who) else ""
        why = f"没有办完“{flow.label}”不能登记为{state}（依据 {w.basis(flow)}）。{how}{old}"
        return refuse(intent, why, ctx, action="拒绝登记")
    if not ctx.oversees(intent.who):
        return refuse(intent, "账号由归口部门登记", ctx, action="拒绝登记")
    return _new(intent, ctx) if intent.channel else _state(intent, state, ctx)


def _recorded_since(ctx: Context) -> date:
    first = ctx.store.first_line()
    return (first.at if first else ctx.now).astimezone(BEIJING).date()


def _begun(ctx: Context) -> str:
    began = _recorded_since(ctx)
    return f"{began.year}年{began.month}月{began.day}日"


def _there_before(intent: i.AccountSaid, flow: Flow, ctx: Context) -> list[Effect]:
    """An account that was opened before the record began can have no flow: who oversees states since when (A46)."""
    try:
        opened, _ = read_date(intent.opened, ctx.today)
    except BadValue as bad:
        return refuse(intent, str(bad), ctx, action="拒绝登记")
    if opened >= _recorded_since(ctx):
        why = f"{_begun(ctx)}起新开通的账号要办“{flow.label}”（依据 {w.basis(flow)}）。请发“发起 {flow.option}”"
        return refuse(intent, why, ctx, action="拒绝登记")
    return _new(replace(intent, opened=opened.isoformat()), ctx)


def _flow_that_sets(state: str, ctx: Context) -> Flow | None:
    flows = ctx.regulation.flows(Kind.ACCOUNT)
    return next((f for f in flows if any(s.sets == state for s in f.steps)), None)


def _new(intent: i.AccountSaid, ctx: Context) -> list[Effect]:
    channels = {key: c for key, c in ctx.regulation.channel.items() if intent.channel in (key, c.label)}
    if len(channels) != 1:
        listed = "、".join(c.label for c in ctx.regulation.channel.values())
        return refuse(intent, f"没有渠道“{intent.channel}”，可用的有：{listed}", ctx)
    key = next(iter(channels))
    if any(a.channel == key and a.name == intent.name for a in ctx.store.accounts()):
        return refuse(intent, f"已经登记了“{intent.name}”", ctx)
    if intent.unit and intent.unit not in ctx.roster.units():
        return refuse(intent, f"名册里没有单位“{intent.unit}”", ctx)
    if words := reserved_in(intent.name, ctx.regulation.reserved_names):
        why = f"“{intent.name}”用了保护字样：{'、'.join(words)}，未经批准不能登记"
        return refuse(intent, why, ctx, action="拒绝登记")
    entry = Account(ctx.store.next_account_id(), key, intent.name, intent.unit, accounts.IN_USE)
    since = {"开通日期": intent.opened} if intent.opened else {}
    entry = changed(entry, facts=since | posts(entry, ctx))
    return [
        put(entry, "登记", intent.who, None),
        Record(intent.who, "账号登记", None, f"{channels[key].label} {intent.name}：{accounts.IN_USE}"),
        say(intent, f"已登记{channels[key].label}账号“{intent.name}”，{accounts.IN_USE}。", ctx),
    ]


def _state(intent: i.AccountSaid, state: str, ctx: Context) -> list[Effect]:
    found = [a for a in ctx.store.accounts() if a.name == intent.name]
    if not found:
        return refuse(intent, f"没有账号“{intent.name}”", ctx)
    facts = {k: v for k, v in found[0].facts.items() if k != accounts.WHY}
    return [
        put(changed(found[0], state=state, facts=facts), f"登记为{state}", intent.who, None),
        Record(intent.who, "账号登记", None, f"{intent.name}：{state}"),
        say(intent, f"账号“{intent.name}”已登记为{state}。", ctx),
    ]


@router.on(i.NameChecked)
def name_checked(intent: i.NameChecked, ctx: Context) -> Sequence[Effect]:
    """查名: whether a nickname or group name holds a reserved word; avatars are judged by people (A38)."""
    found = reserved_in(intent.name, ctx.regulation.reserved_names)
    if not found:
        text = f"“{intent.name}”没有用到保护字样。头像请人工核对。"
        return [say(intent, text, ctx), Record(intent.who, "查名", None, f"{intent.name}：未见")]
    words = "、".join(found)
    flow = next((f for f in ctx.regulation.flows(Kind.MATTER) if any(n.endswith("名称") for n in f.form)), None)
    how = f"要登记整改，发“发起 {flow.option}”。" if flow else ""
    text = f"“{intent.name}”用了保护字样：{words}。未经批准不能使用。{how}"
    return [say(intent, text, ctx), Record(intent.who, "查名", None, f"{intent.name}：{words}")]
