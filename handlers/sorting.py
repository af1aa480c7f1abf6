"""分办: which flow a comment takes and which unit answers it; it is handed on with that, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_intent

from bot.rules import comments, progress, sorting
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, KeepVersion, Record, Remember
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.regulation import Do, Flow
from bot.rules.routing import asked_now, may_see
from handlers import cards, comment_cards
from handlers import wording as w
from handlers.alarm import alarm, alarmed
from handlers.collecting import SORT_ALL, ask_to_sort, collectable
from handlers.context import Context
from handlers.onward import close_cards, moved
from handlers.proposing import all_units, complete, may_sort, proposal, queue, units_for
from handlers.router import Router
from handlers.saying import merge_replies, refuse, same_card, say, send_card, settle_tap

router = Router()

REASON = "理由"
SORT_PURPOSES = ("sort", "sort2")


def unsorted(item: Item) -> bool:
    """Whether it still lies with whoever collected it, or lies there again."""
    if item.joined:
        return False
    return item.state is State.PREPARING or (item.awaiting_draft and first_draft(item))


def _sortable(intent: i.Intent, number: int, ctx: Context) -> Item | list[Effect]:
    """The comment, or what is said instead: that there is none, or who has sorted it."""
    item = ctx.store.item(number)
    if item is None or not comments.is_comment(item):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您要分办的 {number:04d}", ctx)]
    if unsorted(item) and may_sort(intent.who, item, ctx):
        return item
    moves = ctx.moves(item)
    if not may_sort(intent.who, item, ctx) and not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您要分办的 {number:04d}", ctx)]
    why = f"{item.number} {w.place(item, ctx, _holders(item, moves, ctx), moves)}"
    sent = next((m for m in reversed(moves) if m.decision is Decision.SUBMITTED and m.step == 0), None)
    if sent is not None and not unsorted(item):
        why = f"{item.number} 已由{ctx.name(sent.actor)}于 {w.when(sent.at, ctx.now)} 分办，{w.place(item, ctx)}"
    return [*settle_tap(intent, "已失效", ctx), *refuse(intent, why, ctx, item, action="迟到的操作")]


@router.on(i.SortSaid)
def sort_said(intent: i.SortSaid, ctx: Context) -> Sequence[Effect]:
    """分办 0456 政策咨询 政策法规司; what is not said is as proposed."""
    item = _sortable(intent, intent.item, ctx)
    if isinstance(item, list):
        return item
    intent = _meant(intent, ctx)
    flow = _flow(intent, item, ctx)
    if isinstance(flow, list):
        return [*same_card(intent, ctx), *flow]
    tick, reason = _ticked(flow, intent.reason)
    if sorting.closes(flow) and not reason:
        return _ask(intent, item, "reason", flow, _why_closed(item, flow), ctx)
    item = replace(item, flow=flow, level=intent.level or item.level)
    proposed = proposal(item, intent.who, ctx)
    offered = [o.id for o in units_for(item, ctx)]
    unit = intent.unit or (proposed.unit if not intent.task_id and proposed.unit in offered else "")
    if offered and unit not in offered:
        return _ask_unit(intent, item, flow, offered, ctx)
    item = replace(item, unit=unit if offered else item.unit, subject=item.subject or proposed.subject)
    return hand_on(intent, item, reason, tick, ctx)


def _meant(intent: i.SortSaid, ctx: Context) -> i.SortSaid:
    """分办 0456 政策法规司: one word that is no kind is the unit; 其他单位 on the card is not chosen yet."""
    unit = "" if intent.unit == comment_cards.OTHER_UNIT.id else intent.unit
    is_unit = any(intent.flow == seat.unit for seat in ctx.roster.seats)
    if is_unit and not unit and not _named(intent.flow, collectable(intent.who, ctx)):
        return with_intent(intent, flow="", unit=intent.flow)
    return with_intent(intent, unit=unit)


def _named(said: str, flows: Sequence[Flow]) -> list[Flow]:
    return [f for f in flows if said in (f.id, f.option, f.label)] or [f for f in flows if said in f.label]


def _flow(intent: i.SortSaid, item: Item, ctx: Context) -> Flow | list[Effect]:
    """By the level, which chooses the flow (saws-R26); else as said; else as proposed."""
    flows, levels = collectable(intent.who, ctx), ctx.regulation.severity.levels
    if intent.level and intent.level not in levels:
        listed = "、".join(levels) or "还没有设置，由人直接选类别"
        return refuse(intent, f"没有“{intent.level}”这一级。舆情级别：{listed}", ctx, item)
    said = levels.get(intent.level, "") or intent.flow
    if not said:
        return proposal(item, intent.who, ctx).flow
    named = _named(said, flows)
    if len(named) != 1:
        listed = "、".join(f.option for f in flows)
        return refuse(intent, f"没有“{said}”这一类，可选：{listed}", ctx, item)
    return named[0]


def _ticked(flow: Flow, said: str) -> tuple[str, str]:
    """性质恶劣 辱骂工作人员: a tick of the flow before the reason."""
    tick = next((one for one in cards.ticks(flow) if said.startswith(one)), "")
    return tick, said.removeprefix(tick).strip(" ，,：:。")


def _why_closed(item: Item, flow: Flow) -> str:
    ticks = cards.ticks(flow)
    more = f"；要报请处理的，前面写“{ticks[0]}”，例如：{ticks[0]} 辱骂工作人员" if ticks else ""
    return f"{item.number} 按“{flow.option}”登记，不用答复。请回复理由{more}。"


def _ask(intent: i.SortSaid, item: Item, what: str, flow: Flow, text: str, ctx: Context) -> list[Effect]:
    data = {"ask": what, "flow": flow.id, "unit": intent.unit, "level": intent.level, "reason": intent.reason}
    return [
        Expect(intent.who, "sort", item.id, data),
        Record(intent.who, "要分办", item.id, flow.label),
        *same_card(intent, ctx),
        say(intent, f"{text}不分办了回复“算了”。", ctx, item.id),
    ]


def _ask_unit(intent: i.SortSaid, item: Item, flow: Flow, offered: Sequence[str], ctx: Context) -> list[Effect]:
    """A unit that cannot be given it is named; where a card holds too few units, a second card has them all."""
    wrong = f"不能交给“{intent.unit}”。" if intent.unit else ""
    wrong = f"{intent.unit}是被反映的单位，不能由它办理。" if comments.accused(item, (intent.unit,)) else wrong
    text = f"{wrong}{item.number} 交给哪个单位？请回复单位名称。可选：{'、'.join(offered[:20])}。"
    asked = _ask(with_intent(intent, unit=""), item, "unit", flow, text, ctx)
    if len(all_units(item, collectable(intent.who, ctx), ctx)) < cards.MAX_OPTIONS:
        return asked
    card = comment_cards.units_card(item, intent.who, ctx)
    return [*asked, send_card(card, intent.who, item, "sort2", ctx)]


def hand_on(intent: i.Intent, item: Item, reason: str, tick: str, ctx: Context, *, quiet: bool = False) -> list[Effect]:
    """It goes on its flow. `quiet`: one of many, whose collector is told of all of them at once."""
    assert item.flow is not None
    flow = ctx.regulation.flow_of(item.flow.id)
    form = item.form | ({REASON: reason} if reason else {})
    item = replace(
        item, flow=flow, policy_version=ctx.store.policy_version(), registered_at=item.registered_at or ctx.now,
        author=item.author or intent.who, ticks=item.ticks | ({tick: intent.who} if tick else {}), form=form,
    )  # fmt: skip
    version = _version(item, intent.who, ctx)
    try:
        after = progress.submit(item, version, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=0, round=after.round, version=version.no, fingerprint=version.fingerprint, actor=intent.who,
        role=next(r for r in flow.steps[0].by if r in ctx.roster.roles_of(intent.who)),
        decision=Decision.SUBMITTED, at=ctx.now, reason=reason,
    )  # fmt: skip
    moves = (*ctx.moves(item), move)
    after = alarmed(after, ctx)
    done = f"{'已登记' if after.state is State.DONE else '已交办'} {w.hm(ctx.now)}"
    detail = "；".join(one for one in (flow.label, after.unit, after.level, tick, reason) if one)
    return [
        KeepVersion(item.id, version),
        KeepMove(item.id, move),
        *moved(item, after, moves, ctx, done=done, tapped=intent.task_id),
        *close_cards(item, ctx, f"{ctx.name(intent.who)}{done}", except_for=intent.task_id, purposes=SORT_PURPOSES),
        *alarm(after, moves, ctx),
        *settle_tap(intent, done, ctx, desc=cards.cut(f"{flow.option} · {after.unit}", 44)),
        Record(intent.who, flow.steps[0].act, item.id, detail, version=version.no),
        *([] if quiet else [Expect(intent.who), say(intent, _said(intent, after, moves, reason, ctx), ctx, item.id)]),
        *([] if quiet else _next_of_many(intent.who, item, ctx)),
    ]


def _version(item: Item, who: str, ctx: Context) -> Version:
    """The comment as it was; sorted again after a return it is another version of the same words."""
    no = item.current.no + (item.round > 0)
    title, said = comments.heading(item), comments.said(item)
    return replace(item.current, no=no, title=title, body=said, form=dict(item.form), by=who, at=ctx.now)


def _said(intent: i.Intent, after: Item, moves: Sequence[Move], reason: str, ctx: Context) -> str:
    assert after.flow is not None
    if after.state is State.DONE:
        return f"{after.number} 已按“{after.flow.option}”登记：{reason}。不用答复，没有期限，已办结。"
    done = "已送出" if after.awaiting(Do.ASSIGN) else "已交办"  # whoever hands it to a unit is asked next
    return f"{after.number} {done}，{w.next_up(after, ctx, _holders(after, moves, ctx), intent.who, moves)}。"


def _holders(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[str, ...]:
    return asked_now(item, moves, ctx.desk) if item.state is State.RUNNING else ()


# ---- many at once --------------------------------------------------------------------------------------------------


def _next_of_many(who: str, done: Item, ctx: Context) -> list[Effect]:
    """Of those he was asked about at once, the next one that is still to be sorted."""
    left = [n for n in queue(ctx.store.memory(who, SORT_ALL)) if n != done.id]
    if len(left) == len(queue(ctx.store.memory(who, SORT_ALL))):
        return []
    waiting = [x for n in left if (x := ctx.store.item(n)) is not None and unsorted(x)]
    return [Remember(who, SORT_ALL, " ".join(str(x.id) for x in waiting)), *ask_to_sort(waiting[:1], who, ctx)]


@router.on(i.SortAllSaid)
def sort_all_said(intent: i.SortAllSaid, ctx: Context) -> Sequence[Effect]:
    """照建议交办: whatever has a proposal that needs no answer; the others come one by one."""
    numbers = intent.items or tuple(queue(ctx.store.memory(intent.who, SORT_ALL)))
    found = (ctx.store.item(n) for n in numbers)
    waiting = [x for x in found if x is not None and comments.is_comment(x) and unsorted(x)]
    waiting = [x for x in waiting if may_sort(intent.who, x, ctx)]
    if not waiting:
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, "没有等您分办的评论", ctx)]
    if intent.each:
        return [
            *settle_tap(intent, "逐条分办", ctx),
            Remember(intent.who, SORT_ALL, " ".join(str(x.id) for x in waiting)),
            Record(intent.who, "逐条分办", None, f"{len(waiting)} 条"),
            *ask_to_sort(waiting[:1], intent.who, ctx),
            say(intent, f"还有 {len(waiting)} 条，逐条来：办完一条来下一条。", ctx),
        ]
    return _all_as_proposed(intent, waiting, ctx)


def _all_as_proposed(intent: i.SortAllSaid, waiting: Sequence[Item], ctx: Context) -> list[Effect]:
    single = with_intent(intent, task_id="", code="")
    effects, lines, left = list[Effect](), list[str](), list[Item]()
    for item in waiting:
        proposed = proposal(item, intent.who, ctx)
        if not complete(item, proposed, ctx):
            left.append(item)
            continue
        named = replace(item, flow=proposed.flow, subject=item.subject or proposed.subject)
        named = replace(named, unit=proposed.unit if units_for(named, ctx) else item.unit)
        effects += hand_on(single, named, "", "", ctx, quiet=True)
        lines.append(f"{item.number} {proposed.flow.option}{f' {named.unit}' if units_for(named, ctx) else ''}")
    text = "\n".join([f"已照建议交办 {len(lines)} 条：", *lines] if lines else ["没有可以照建议交办的。"])
    text += f"\n还有 {len(left)} 条须逐条分办：{'、'.join(x.number for x in left)}。" if left else ""
    return merge_replies([
        *effects,
        *settle_tap(intent, f"已交办 {len(lines)} 条", ctx),
        Remember(intent.who, SORT_ALL, " ".join(str(x.id) for x in left)),
        Record(intent.who, "照建议分办", None, f"交办 {len(lines)} 条，逐条 {len(left)} 条"),
        Expect(intent.who),
        say(intent, text, ctx),
        *ask_to_sort(left[:1], intent.who, ctx),
    ])
