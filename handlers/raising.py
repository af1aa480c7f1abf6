"""从环节发起: a matter begun from a step under way (平台故障 while publishing); its item waits for it (待恢复)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import Effect, Expect, KeepMove, KeepVersion, Record, SaveItem
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.progress import missing_platforms
from bot.rules.regulation import Flow
from bot.rules.routing import asked_now, holder_for, may_see
from handlers import wording as w
from handlers.context import Context
from handlers.onward import moved
from handlers.router import Router
from handlers.saying import refuse, same_card, say

router = Router()


@router.on(i.RaiseAsked)
def raise_asked(intent: i.RaiseAsked, ctx: Context) -> Sequence[Effect]:
    """By whoever holds the step; its card stays as it is."""
    item = ctx.store.item(intent.item)
    flow = next((f for f in ctx.regulation.flow if f.id == intent.flow and f.raised_at), None)
    if item is None or flow is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以办理的事项 {intent.item:04d}", ctx)
    step, people = item.step, _people(item, ctx)
    if step is None or item.state is not State.RUNNING or step.do is not flow.raised_at:
        return refuse(intent, f"{item.number} {w.place(item, ctx, people)}，现在不能报{flow.option}", ctx, item)
    if holder_for(intent.who, item, step, ctx.moves(item), ctx.desk) is None:
        who = ctx.names(people) or "有权的人"
        return refuse(intent, f"{item.number} 的“{step.act}”不由您办理，请{who}报{flow.option}", ctx, item)
    if intent.text:
        return _raised(intent, item, flow, ctx)
    return [
        Expect(intent.who, "raise", item.id, {"flow": flow.id}),
        Record(intent.who, f"要报{flow.option}", item.id, version=item.current.no),
        *same_card(intent, ctx),
        say(intent, f"请回复 {item.number} 的{_field(flow)}，例如：人民网打不开。没事了回复“算了”。", ctx, item.id),
    ]


def _people(item: Item, ctx: Context) -> tuple[str, ...]:
    return asked_now(item, ctx.moves(item), ctx.desk)


def _field(flow: Flow) -> str:
    return next(iter(flow.form | flow.steps[0].form), "情况")


def _raised(intent: i.RaiseAsked, item: Item, flow: Flow, ctx: Context) -> list[Effect]:
    """The matter goes out at once, with the post and what is still to be published; the post says that it waits."""
    form = {_field(flow): intent.text, "稿件": f"{item.number}《{w.heading(item)}》"}
    form |= {"待发平台": "、".join(missing_platforms(item))} if missing_platforms(item) else {}
    body = "\n".join(f"{name}：{value}" for name, value in form.items())
    title = f"{flow.option}：{' '.join(intent.text.split())}"[:60]
    version = Version(1, title, body, form=form, by=intent.who, at=ctx.now)
    matter = Item(
        id=ctx.store.next_item_id(), org=ctx.org, kind=flow.kind, unit=item.unit, author=intent.who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(), flow=flow, current=version,
        form=form, blocks=item.id,
    )  # fmt: skip
    after = progress.submit(matter, version, ctx.now)
    move = Move(
        step=0, round=after.round, version=1, fingerprint=version.fingerprint, actor=intent.who,
        role=flow.steps[0].by[0], decision=Decision.SUBMITTED, at=ctx.now,
    )  # fmt: skip
    to = ctx.names(_people(after, ctx)) or "有关人员"
    text = f"{flow.option} {matter.number} 已报{to}；{item.number} 待恢复，恢复后告诉您。"
    return [
        SaveItem(replace(item, waits=(*item.waits, matter.id), seq=item.seq + 1)),
        KeepVersion(matter.id, version),
        KeepMove(matter.id, move),
        *moved(matter, after, (move,), ctx, done=""),
        Record(intent.who, flow.option, item.id, f"{matter.number}：{intent.text}", version=item.current.no),
        Record(intent.who, "发起", matter.id, flow.label),
        Expect(intent.who),
        *same_card(intent, ctx),
        say(intent, text, ctx, item.id),
    ]
