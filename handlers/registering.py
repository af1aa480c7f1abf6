"""账号登记 as items change it: what a step `sets`, what a missed deadline does, what the file (档案) holds then."""

from __future__ import annotations

import json
from dataclasses import replace as changed

from bot.rules import accounts
from bot.rules.accounts import Account
from bot.rules.effects import Effect, Record, SetAccount
from bot.rules.item import Item, State, replace
from bot.rules.progress import checks_left
from bot.rules.regulation import Do, Kind, Step
from handlers.context import Context

MISSED, BEFORE = "期满未办", "原状态"
POSTS = "岗位"  # the fact that remembers who sat in the roles whose change must be filed
CAUSE = "停用事项"  # the item whose missed deadline cost the state: its end, and no other, gives it back


def put(account: Account, what: str, by: str, item: int | None) -> SetAccount:
    return SetAccount(
        account.id, account.channel, account.name, account.unit, account.state, account.keeper, account.facts,
        by=by, what=what, item=item,
    )  # fmt: skip


def posts(account: Account, ctx: Context) -> dict[str, str]:
    """The fact that remembers who sits in the roles whose change must be filed (`on_change`), with their names.

    Who has left is known by nobody else any more.
    """
    roles = dict.fromkeys(r for f in ctx.regulation.flows(Kind.ACCOUNT) for r in f.on_change)
    if not roles or not account.unit:
        return {}
    sitting = {r: {p: ctx.name(p) for p in ctx.roster.in_seat(r, account.unit)} for r in roles}
    return {POSTS: json.dumps(sitting, ensure_ascii=False)}


def account_done(before: Item, after: Item, step: Step, by: str, ctx: Context) -> tuple[Item, list[Effect]]:
    """What the register learns when a step of an account flow is done, and when the whole flow is.

    `after` knows its account when this step opened it.
    """
    if before.kind is not Kind.ACCOUNT or before.flow is None or after == before:
        return after, []
    over = after.state is State.DONE
    on = (after.position, after.state) != (before.position, before.state)
    renews = step.do is Do.RECORD and not checks_left(after) and accounts.renews(after.form)
    if not on or not (step.sets or over or renews):
        return after, []
    known = ctx.store.account(after.account) if after.account else None
    account = known or _applied_for(after, ctx)
    account = accounts.renewed(account, after.form)
    facts = dict(account.facts)
    state = step.sets or account.state
    late = over and facts.get(CAUSE) == after.number
    if late and not step.sets:  # the audit was late: it comes back as it was
        state = facts[BEFORE]
    if step.sets or late:
        facts = {k: v for k, v in facts.items() if k not in (accounts.WHY, BEFORE, CAUSE)}
    if step.sets == accounts.IN_USE:
        facts = facts if POSTS in facts else facts | posts(account, ctx)
    elif step.sets:
        facts[accounts.WHY] = why_closed(before, step)
    account = changed(account, facts=facts, state=state, name=accounts.renamed(after.form, account.name))
    what = f"{before.flow.option}：{step.act}"
    line = Record("system", "账号登记", after.id, f"{account.name}：{what}，{account.state}")
    return replace(after, account=account.id), [put(account, what, by, after.id), line]


def why_closed(item: Item, step: Step, what: str = "") -> str:
    """The sentence of the regulation, with its clause: 该账号未通过年审，不得继续运行（第五条）."""
    assert item.flow is not None
    clause = f"（{item.flow.clause}）" if item.flow.clause else ""
    return f"{step.missing or f'{item.flow.option}：{what or step.act}'}{clause}"


def _applied_for(item: Item, ctx: Context) -> Account:
    """The entry that an opening flow makes."""
    assert item.flow is not None
    labels = {c.label: key for key, c in ctx.regulation.channel.items()}
    channel = labels.get(item.form.get(accounts.CHANNEL, ""), next(iter(labels.values()), ""))
    name = item.form.get(accounts.name_field(item.flow), "") or item.title
    return Account(ctx.store.next_account_id(), channel, name, item.unit, "未开通", item.author)


def missed(item: Item, step: Step, ctx: Context) -> list[Effect]:
    """The deadline of a step passed that costs the account its state (newmedia-trial 第五条)."""
    account = ctx.store.account(item.account) if item.account else None
    if account is None or item.flow is None or not step.missed or account.state == step.missed:
        return []
    before = {BEFORE: account.state, CAUSE: item.number}
    facts = {**account.facts, accounts.WHY: why_closed(item, step, MISSED), **before}
    return [
        put(changed(account, state=step.missed, facts=facts), f"{item.flow.option}：{MISSED}", "system", item.id),
        Record("system", "账号登记", item.id, f"{account.name}：{MISSED}，{step.missed}"),
    ]
