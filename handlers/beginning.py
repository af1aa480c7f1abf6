"""到期自动开始: what the scheduler begins for each period (`every`), once for each subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.rules import accounts
from bot.rules.accounts import Account
from bot.rules.effects import Effect, MarkBegun, Record
from bot.rules.events import PeriodBegan
from bot.rules.item import Item, State, Version, replace
from bot.rules.periods import Period, period_of
from bot.rules.regulation import Flow, Kind
from bot.rules.roster import seat_unit
from handlers.context import Context
from handlers.onward import enter
from handlers.prefill import prefilled
from handlers.router import Router

router = Router()


@router.on(PeriodBegan)
def period_began(event: PeriodBegan, ctx: Context) -> Sequence[Effect]:
    """One item per account, per unit, or one (`every`); each once, whatever is started twice."""
    flow = next((f for f in ctx.regulation.flow if f.id == event.flow), None)
    period = period_of(flow.every, ctx.today, ctx.calendar) if flow and flow.every else None
    if flow is None or period is None or period.key != event.period:
        return [Record("system", "周期已过", None, f"{event.flow} {event.period}")]
    effects: list[Effect] = [
        MarkBegun(flow.id, period.key, "", 0),
        Record("system", "周期开始", None, f"{flow.label} {period.label}"),
    ]
    number = ctx.store.next_item_id()
    for subject, item in _subjects(flow, period, ctx):
        if ctx.store.was_begun(flow.id, period.key, subject):
            continue
        effects += _begin(prefilled(replace(item, id=number), flow, period, ctx), flow, period, subject, ctx)
        number += 1
    return effects


def _subjects(flow: Flow, period: Period, ctx: Context) -> Iterator[tuple[str, Item]]:
    """What it is begun for: accounts in use when the period began (A46), units, or the organisation."""
    roles = flow.steps[0].by
    own = any(ctx.regulation.role[r].scope == "own" for r in roles)
    if flow.kind is Kind.ACCOUNT:
        for account in ctx.store.accounts():
            if accounts.audited(account, period.starts):
                yield f"account:{account.id}", _item(flow, _home(account, flow, ctx), account, period, ctx)
    elif own:
        units = dict.fromkeys(s.unit for s in ctx.roster.seats if s.role in roles)
        for unit in units:
            yield f"unit:{unit}", _item(flow, unit, None, period, ctx)
    else:
        yield "all", _item(flow, seat_unit(ctx.regulation, roles[0], ""), None, period, ctx)


def _home(account: Account, flow: Flow, ctx: Context) -> str:
    """The unit an account belongs to; of one of the whole organisation, where the first step's role sits."""
    if account.unit:
        return account.unit
    roles = set(flow.steps[0].by)
    return next((s.unit for s in ctx.roster.seats if s.role in roles), "")


def _item(flow: Flow, unit: str, account: Account | None, period: Period, ctx: Context) -> Item:
    form = {accounts.ACCOUNT: account.name} if account else {}
    about = f"：{account.name}" if account else ""
    title = f"{flow.option}{about}（{period.label}）"
    return Item(
        id=0, org=ctx.org, kind=flow.kind, unit=unit, author="", created_at=ctx.now, since=ctx.now,
        state=State.RUNNING, flow=flow, policy_version=ctx.store.policy_version(), period=period.key, form=form,
        account=account.id if account else 0, current=Version(1, "" if flow.typed else title, ""),
    )  # fmt: skip


def _begin(item: Item, flow: Flow, period: Period, subject: str, ctx: Context) -> list[Effect]:
    return [
        *enter(item, (), ctx),
        MarkBegun(flow.id, period.key, subject, item.id),
        Record("system", "自动开始", item.id, f"{flow.label}（{period.label}）"),
    ]
