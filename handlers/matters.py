"""发起: matters and account flows are begun here, and what they need is asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import accounts
from bot.rules import intents as i
from bot.rules.effects import (
    Effect,
    Record,
    Send,
    UpdateCard,
)
from bot.rules.forms import missing_fields
from bot.rules.item import Item, Version, replace
from bot.rules.regulation import Flow, Kind
from handlers import cards
from handlers import wording as w
from handlers.composing import ask_or_submit, composed
from handlers.context import Context
from handlers.missing import own_accounts, required_form
from handlers.router import Router
from handlers.saying import may_not_begin, merge_replies, refuse, same_card, say, settle_tap

router = Router()


@router.on(i.StartAsked)
def start_asked(intent: i.StartAsked, ctx: Context) -> Sequence[Effect]:
    """发起: what this person may begin; with a name it is begun and what it needs is asked, one thing at a time."""
    flows = cards.beginnable(intent.who, ctx)
    said = intent.flow.strip(" 。“”")
    if why := may_not_begin(intent.who, said, ctx):
        return refuse(intent, why, ctx, action="拒绝发起")
    if not flows:
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, _who_begins(intent.who, ctx), ctx)]
    if intent.task_id and said in (cards.UNSET.id, cards.OTHERS.id):
        how = "请先在卡片上选要办的事，再点“开始”" if said == cards.UNSET.id else _numbered(flows)
        return [*same_card(intent, ctx), Record(intent.who, "要发起"), say(intent, f"{how}。", ctx)]
    if said.isdigit() and 1 <= int(said) <= len(flows):
        return _start(intent, flows[int(said) - 1], ctx)
    named = [f for f in flows if said and said in (f.option, f.label, f.id)]
    named = named or [f for f in flows if said and (f.label.startswith(said) or said in f.label)]
    if len(named) == 1:
        return _start(intent, named[0], ctx)
    lead = f"没有“{said}”这件事项。" if said and not named else ""
    if lead and ctx.drafting_seats(intent.who):
        lead += "要投稿，请把标题和正文分行发来。"
    card = cards.start_card(flows, intent.who, ctx)
    return [
        Record(intent.who, "要发起", None, said),
        say(intent, f"{lead}{_numbered(flows)}，或在卡片上选。", ctx),
        Send(to=intent.who, message=card, key=f"card|{card.task_id}", purpose="start"),
    ]


def _numbered(flows: Sequence[Flow]) -> str:
    listed = "\n".join(f"{n}. {f.option}（依据 {w.basis(f)}）" for n, f in enumerate(flows, 1))
    return f"您可以发起：\n{listed}\n请回复“发起 序号”，例如“发起 1”"


def _who_begins(who: str, ctx: Context) -> str:
    """Nothing to begin: who can, in this person's unit or at all."""
    kinds = (Kind.MATTER, Kind.ACCOUNT)
    roles = {r for f in ctx.regulation.flow if f.kind in kinds and not f.every for r in f.steps[0].by}
    units = {s.unit for s in ctx.roster.seats_of(who)}
    near = [s for s in ctx.roster.seats if s.role in roles and s.unit in units]
    people = dict.fromkeys(s.userid for s in near or [s for s in ctx.roster.seats if s.role in roles])
    return "没有您可以发起的事项" + (f"，要办请找{ctx.names(tuple(people)[:5])}" if people else "")


def _start(intent: i.StartAsked, flow: Flow, ctx: Context) -> list[Effect]:
    seats = [s for s in ctx.roster.seats_of(intent.who) if s.role in flow.steps[0].by]
    item = Item(
        id=ctx.store.next_item_id(), org=ctx.org, kind=flow.kind, unit=seats[0].unit, author=intent.who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(), flow=flow,
        current=Version(1, "", "", by=intent.who),
    )  # fmt: skip
    listed = own_accounts(item, ctx)
    if flow.kind is Kind.ACCOUNT and not accounts.opens(flow) and len(listed) == 1:
        about, unit = listed[0], listed[0].unit or item.unit
        item = replace(item, account=about.id, unit=unit, form={accounts.ACCOUNT: about.name})
    many = len(missing_fields(required_form(item, ctx), item.form, ctx.regulation.content.basis))
    steps = f"共 {many} 项，一次问一项。" if many > 2 else ""
    lead = f"编号 {item.number}，{flow.label}（依据 {w.basis(flow)}）。{steps}不办了回复“撤回 {item.number}”。"
    head: list[Effect] = [Record(intent.who, "发起", item.id, flow.label), say(intent, lead, ctx, item.id)]
    asked_next = [e for e in ask_or_submit(intent, composed(item, ctx), ctx, final=False) if not _of_tapped(e, intent)]
    return merge_replies([*settle_tap(intent, f"已开始，编号 {item.number}", ctx), *head, *asked_next])


def _of_tapped(effect: Effect, intent: i.Intent) -> bool:
    """What would be shown on the card by which it was begun: that card only says its number."""
    return bool(intent.task_id) and isinstance(effect, UpdateCard) and effect.task_id == intent.task_id
