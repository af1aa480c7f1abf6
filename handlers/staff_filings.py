"""人员变动报备: the filings that a change of people opens by itself (`on_change`), with the date and what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace as changed

from bot.rules import accounts
from bot.rules.accounts import Account
from bot.rules.effects import Effect, KeepMove, KeepVersion, Record
from bot.rules.forms import missing_fields
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.progress import submit
from bot.rules.regulation import Flow, Kind
from bot.rules.roster import Roster
from handlers.context import Context
from handlers.onward import enter, moved
from handlers.registering import POSTS, posts, put

Sitting = Mapping[str, Mapping[str, str]]  # role → userid → name
DATE_ENDS, WHAT_ENDS = "日期", "内容"


def staff_changes(ctx: Context, roster: Roster | None = None) -> list[Effect]:
    """For each account: who sat in the roles of `on_change` flows, and what to file when somebody else does now."""
    flows = [f for f in ctx.regulation.flows(Kind.ACCOUNT) if f.on_change]
    if not flows:
        return []
    ctx = replace(ctx, roster=roster or ctx.roster)
    effects: list[Effect] = []
    number = ctx.store.next_item_id()
    for account in ctx.store.accounts():
        if account.state != accounts.IN_USE or not account.unit:
            continue
        sitting = posts(account, ctx)
        now = json.loads(sitting[POSTS])
        kept = _kept(account, ctx)
        if {r: list(p) for r, p in now.items()} == {r: list(p) for r, p in kept.items()}:
            continue
        facts = account.facts | sitting
        effects.append(put(changed(account, facts=facts), "岗位登记", "system", None))
        effects.append(Record("system", "账号登记", None, f"{account.name}：岗位人员"))
        for flow in flows if kept else ():
            text = _what_changed(flow, kept, now, ctx)
            if text:
                effects += _file(flow, account, text, number, ctx)
                number += 1
    return effects


def _kept(account: Account, ctx: Context) -> Sitting:
    """Who sat there before; entries of a former release hold no names."""
    kept = json.loads(account.facts.get(POSTS, "{}"))
    return {role: p if isinstance(p, dict) else {u: ctx.name(u) for u in p} for role, p in kept.items()}


def _what_changed(flow: Flow, before: Sitting, now: Sitting, ctx: Context) -> str:
    parts = []
    for role in flow.on_change:
        old, new = before.get(role, {}), now.get(role, {})
        if list(old) != list(new):
            names = ["、".join(people.values()) or "无" for people in (old, new)]
            parts.append(f"{ctx.role_label(role)} {names[0]} → {names[1]}")
    return "；".join(parts)


def _file(flow: Flow, account: Account, text: str, number: int, ctx: Context) -> list[Effect]:
    """The filing is opened with its date and what changed; what is complete goes on at once to whoever files it."""
    form = {accounts.ACCOUNT: account.name}
    for name, spec in flow.form.items():
        if spec.type in ("past", "date") and name.endswith(DATE_ENDS):
            form[name] = ctx.today.isoformat()
        elif spec.type == "text" and name.endswith(WHAT_ENDS):
            form[name] = text
    body = "\n".join(f"{name}：{value}" for name, value in form.items())
    title = f"{flow.option}：{account.name}"
    item = Item(
        id=number, org=ctx.org, kind=Kind.ACCOUNT, unit=account.unit, author="", created_at=ctx.now, since=ctx.now,
        state=State.RUNNING, flow=flow, policy_version=ctx.store.policy_version(), form=form, account=account.id,
        current=Version(1, title[:60], body, form=form),
    )  # fmt: skip
    line = Record("system", "自动开始", number, f"{flow.label}：{text}")
    if missing_fields(flow.form | flow.steps[0].form, form):
        return [*enter(item, (), ctx), line]
    version = replace(item.current, at=ctx.now, by="system")
    after = submit(item, version, ctx.now)
    move = Move(
        step=0, round=after.round, version=1, fingerprint=version.fingerprint, actor="system", role="",
        decision=Decision.SUBMITTED, at=ctx.now,
    )  # fmt: skip
    return [KeepVersion(number, version), KeepMove(number, move), *moved(item, after, (move,), ctx, done=""), line]
