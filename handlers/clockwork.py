"""时间: a rung of a deadline's ladder, a card whose code ends soon. Nothing is approved by lapse of time (rule 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.rules import deadline
from bot.rules.deadline import Rung
from bot.rules.effects import Effect, MarkNagged, Record, SaveItem, UpdateCard
from bot.rules.events import CardExpiring, NagFell
from bot.rules.item import Item, State
from bot.rules.messages import Card
from bot.rules.progress import first_draft
from bot.rules.regulation import Do
from bot.rules.routing import asked_now, drafter_gone, filed_with, overseers, superiors
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.onward import (
    deadline_key,
    filing_key,
    how_without_drafter,
    reported_to,
    send_card,
    tell,
    waiting_roles,
    waiting_units,
)
from handlers.registering import missed
from handlers.rounds import told_above
from handlers.router import Router
from handlers.unpublished import fell
from storage.read import CardRow, DeadlineRow

Ladder = Sequence[tuple[str, datetime]]

router = Router()

MISSED = "missed"  # the rung at which a step's `missed` takes effect


@router.on(NagFell)
def nag_fell(event: NagFell, ctx: Context) -> Sequence[Effect]:
    """Holders before the deadline; after it holders and the first n of `up`. Once each, in the record."""
    item = ctx.store.item(event.item)
    row = ctx.store.open_deadline(event.deadline)
    if item is not None and row is not None and (timed := fell(event, item, ctx)) is not None:
        return timed
    if item is not None and row is not None and event.deadline == filing_key(item):
        return _filing_waits(event, item, row, ctx)
    if item is None or row is None or item.state is not State.RUNNING or event.deadline != deadline_key(item):
        return [MarkNagged(event.deadline, event.rung), Record("system", "期限已过时", event.item, event.rung)]
    if event.rung == MISSED:
        return _missed(event, item, ctx)
    rung = Rung(event.rung, row.alert_after or ctx.now)
    people = _holders(item, ctx)
    text = _nag_text(item, rung, row.due_at is not None, ctx, people)
    if item.held:  # its holders can do nothing about it; the deadline itself stays
        text, people = f"{text}\n{w.place(item, ctx)}。", ()
    told = dict.fromkeys(people)
    late = waiting_units(item, ctx.moves(item), ctx)
    above = superiors(item, ctx.desk_of(item), count=rung.nth, units=late) if rung.nth else ()
    if not people and not above and not item.held:  # a rung reaches somebody, always
        above = superiors(item, ctx.desk_of(item), count=1) or overseers(ctx.desk) or ctx.admins
    told |= dict.fromkeys(above)
    step, flow = item.step, item.flow
    assert step is not None and flow is not None
    again, urgent = deadline.chase_again(ctx.policy_of(item).nag, step), deadline.ignores_quiet_hours(flow, step)
    following = _next(item, rung, row.ladder, again, urgent, ctx)
    effects: list[Effect] = [
        SaveItem(reported_to(item, above)),
        MarkNagged(event.deadline, event.rung, *(following or ())),
        Record("system", "催办", item.id, f"{event.rung} → {ctx.names(tuple(told))}", version=item.current.no),
    ]
    how = _how(item)
    if drafter_gone(item, ctx.desk) and step.do is Do.DRAFT:
        text += f"\n{how_without_drafter(item)}"
    effects += _tell_applicant(item, rung, text, tuple(told), ctx)
    effects += [tell(p, text + (how if p in people else ""), ctx, item=item.id, what=event.rung) for p in told]
    effects += told_above(item, rung, ctx)
    effects += _counts_as(item, rung, row, late, ctx)
    return effects


def _tell_applicant(item: Item, rung: Rung, text: str, told: Sequence[str], ctx: Context) -> list[Effect]:
    """Whoever began it hears of a check that is late for his own date, and of which units are late with theirs."""
    step = item.step
    if step is None or not rung.nth or not item.author or item.author in told or drafter_gone(item, ctx.desk):
        return []
    for_his_date = step.do is Do.CHECK and step.since
    if not for_his_date and not item.units:
        return []
    text += f"\n{step.missing}。" if step.missing else ""
    text += f"\n看谁没有办，发“进度 {item.number}”。" if item.units else ""
    return [tell(item.author, text, ctx, item=item.id, what=f"{rung.name} author")]


def _counts_as(item: Item, rung: Rung, row: DeadlineRow, late: Sequence[str], ctx: Context) -> list[Effect]:
    """What being overdue counts as (未配合) is a line of the record, once, with the units that are late."""
    if item.step is None or not item.step.late or rung.name != "over:1" or row.due_at is None:
        return []
    return [Record("system", item.step.late, item.id, "、".join(late or (item.unit,)), version=item.current.no)]


def _missed(event: NagFell, item: Item, ctx: Context) -> list[Effect]:
    """The deadline passed at which an account loses its state; people are told by the rungs of the ladder."""
    assert item.step is not None
    done = missed(item, item.step, ctx)
    return [*done, MarkNagged(event.deadline, event.rung), Record("system", "期满", item.id, item.step.act)]


def _next(
    item: Item, rung: Rung, ladder: Ladder, again: str | None, urgent: bool, ctx: Context
) -> tuple[str, datetime] | None:
    """The rung after this one: what the ladder already holds, else one more `again` later (A36)."""
    names = [name for name, _ in ladder]
    at = names.index(rung.name) + 1 if rung.name in names else len(names)
    if at < len(ladder):
        return ladder[at]
    reg, sent = ctx.policy_of(item), Rung(rung.name, max(rung.at, ctx.now) if rung.nth else rung.at)
    later = deadline.next_over(sent, again, reg.nag, reg.clock, ctx.calendar, urgent)
    return (later.name, later.at) if later else None


def _filing_waits(event: NagFell, item: Item, row: DeadlineRow, ctx: Context) -> list[Effect]:
    """A42: the filing is not acknowledged; who it was filed with is reminded, from the second time all who oversee."""
    rung = Rung(event.rung, row.alert_after or ctx.now)
    people = filed_with(item, waiting_roles(item, ctx), ctx.desk)
    told = tuple(dict.fromkeys((*people, *(overseers(ctx.desk) if rung.nth > 1 else ()))))
    text = (
        f"【{'逾期' if rung.nth else '提醒'}】备 {item.filing_no}（{item.number}《{w.heading(item)}》）还没有确认收到，"
        f"期限 {w.until(row.due_at or ctx.now, ctx.now)}。\n确认请回复“收到 {item.number}”。"
    )
    following = _next(item, rung, row.ladder, ctx.policy_of(item).nag.again, False, ctx)
    return [
        MarkNagged(event.deadline, event.rung, *(following or ())),
        Record("system", "催办", item.id, f"备案 {event.rung} → {ctx.names(told)}", version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what=event.rung) for p in told],
    ]


def _holders(item: Item, ctx: Context) -> tuple[str, ...]:
    step = item.step
    if step is None or (step.do is Do.DRAFT and drafter_gone(item, ctx.desk)):
        return ()
    return asked_now(item, ctx.moves(item), ctx.desk)


def _nag_text(item: Item, rung: Rung, has_due: bool, ctx: Context, people: tuple[str, ...]) -> str:
    step = item.step
    assert step is not None and item.flow is not None
    title = "" if item.flow.private else f"《{w.heading(item)}》"
    held = w.some_names(people, ctx) or "暂无人可办"
    act = "修改" if step.do is Do.DRAFT and first_draft(item) and item.author else step.act
    row = ctx.store.open_deadline(deadline_key(item))
    due = row.due_at if row else None
    counted = f"，计为{step.late}" if step.late else ""
    parts = w.count_parts(item, ctx.moves(item), ctx)
    if not rung.nth and due:
        return f"【提醒】{item.number}{title}待{act}，期限 {w.until(due, ctx.now)}，还剩 {w.span(ctx.now, due)}。"
    if has_due and due:
        return (
            f"【逾期 第{rung.nth}次】{item.number}{title}待{act}，由{held}办理，"
            f"已逾期 {w.span(due, ctx.now)}{counted}（依据 {w.basis(item.flow)}）{parts}。"
        )
    since = item.since or ctx.now
    return f"【催办 第{rung.nth}次】{item.number}{title}待{act}，由{held}办理，已等 {w.span(since, ctx.now)}。"


def _how(item: Item) -> str:
    step = item.step
    assert step is not None
    match step.do:
        case Do.CHECK:
            return (
                f"\n回复“{w.pass_word(step)} {item.number}”，"
                f"或“{w.return_word(step)} {item.number} 理由”；原文发“全文 {item.number}”。"
            )
        case Do.PUBLISH:
            return f"\n发布后回复“已发布 {item.number}”，下一行起写“平台 链接”。"
        case Do.DRAFT if not w.is_text(item):
            return f"\n填写请回复“填写 {item.number}”。"
        case Do.ASSIGN:
            return f"\n请回复“交办 {item.number} 单位”。"
        case Do.DRAFT:
            return f"\n改好后把全文发来；不发了回复“撤回 {item.number}”。"
        case _:
            return f"\n办好后回复“办结 {item.number}”。"


# ---- cards ----------------------------------------------------------------------------------------------------------


@router.on(CardExpiring)
def card_expiring(event: CardExpiring, ctx: Context) -> Sequence[Effect]:
    """Before a sent code's 72 hours end the card is issued anew and the old one closed, while the item still waits."""
    row = ctx.store.card(event.task_id)
    item = ctx.store.item(row.item) if row and row.item else None
    if row is not None and row.item is None and row.live:  # a question of the settings: asked again, not renewed
        over: Effect = UpdateCard(row.task_id, cards.closed(row.card, "已失效"), f"expire|{row.task_id}")
        return [over, Record("system", "关闭旧卡片", None, row.task_id)]
    if row is None or item is None or not row.live:
        return [Record("system", "卡片已失效", item.id if item else None, event.task_id)]
    close: Effect = UpdateCard(row.task_id, cards.closed(row.card, "已换新卡片"), f"expire|{row.task_id}")
    if not _still_waits(row, item, ctx):
        return [close, Record("system", "关闭旧卡片", item.id, row.task_id)]
    fresh = _renewed(row.card, item, row, ctx)
    return [
        close,
        send_card(fresh, row.userid, item, row.purpose, ctx),
        Record("system", "换发卡片", item.id, f"{row.task_id} → {fresh.task_id}", version=item.current.no),
    ]


def _still_waits(row: CardRow, item: Item, ctx: Context) -> bool:
    if row.purpose == "filing":
        return row.userid in filed_with(item, waiting_roles(item, ctx), ctx.desk)
    return item.open and (row.position, row.round) == (item.position, item.round)


def _renewed(card: Card, item: Item, row: CardRow, ctx: Context) -> Card:
    return replace(card, task_id=cards.task_id(item, row.purpose, row.userid, ctx))
