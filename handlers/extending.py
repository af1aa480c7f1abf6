"""延期: asked for by who holds it, granted once by the unit's head before it is due, told to the netizen (A4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, extension
from bot.rules import intents as i
from bot.rules.deadline import due_words
from bot.rules.effects import CloseDeadlines, Effect, Expect, Record, SaveItem
from bot.rules.item import Item, replace
from bot.rules.routing import asked_now, may_see
from handlers import cards, comment_cards
from handlers import wording as w
from handlers.context import Context
from handlers.dues import deadline_key, open_deadline
from handlers.onward import close_cards, reported_to
from handlers.router import Router
from handlers.saying import refuse, same_card, say, send_card, settle_tap, tell

router = Router()

ASK, TELL = "extend", "told"  # purposes: shall it be put off; has the netizen been told


def _found(intent: i.ExtensionAsked | i.ExtensionAnswered, ctx: Context) -> Item | list[Effect]:
    """The item, if its deadline can be put off now; else the refusal."""
    item = ctx.store.item(intent.item)
    if item is None or not _concerned(intent.who, item, ctx):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您可以延期的 {intent.item:04d}", ctx)]
    row = ctx.store.open_deadline(deadline_key(item))
    if why := extension.why_not(item, row.due_at if row else None, ctx.now):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, why, ctx, item, action="拒绝延期")]
    return item


def _concerned(who: str, item: Item, ctx: Context) -> bool:
    """Whoever may see it, and the head of its unit."""
    above = extension.granters(item, "", ctx.desk_of(item))
    return who in above or may_see(who, item, ctx.moves(item), ctx.desk)


@router.on(i.ExtensionAsked)
def extension_asked(intent: i.ExtensionAsked, ctx: Context) -> Sequence[Effect]:
    """延期 0456 理由: to the head of the unit; who stands above it may put it off at once."""
    item = _found(intent, ctx)
    if isinstance(item, list):
        return item
    holders, reason = asked_now(item, ctx.moves(item), ctx.desk), intent.reason.strip()
    asker = intent.who if intent.who in holders else ""
    above = extension.granters(item, asker, ctx.desk_of(item))
    if not asker and intent.who not in above:
        who = f"由{w.some_names(holders, ctx)}申请、{w.some_names(above, ctx)}同意"
        return refuse(intent, f"{item.number} 的延期{who}，您不能办", ctx, item, action="拒绝延期")
    reason = reason or ("" if asker else item.asked_longer.get(extension.key(item), ""))
    if not reason:
        return [
            Expect(intent.who, "extend", item.id),
            Record(intent.who, "要延期", item.id),
            *same_card(intent, ctx),
            say(intent, f"请回复 {item.number} 为什么要延期，例如：需到现场核实。不延了回复“算了”。", ctx, item.id),
        ]
    if not asker:
        return _granted(intent, item, reason, ctx)
    return _put(intent, item, reason, above, ctx)


def _put(
    intent: i.ExtensionAsked, item: Item, reason: str, above: Sequence[str], ctx: Context
) -> list[Effect]:
    """The request stands on the item until somebody above answers it."""
    step = item.step
    assert step is not None
    assert step.due is not None
    if not above:
        return refuse(intent, f"{item.number} 没有可以同意延期的负责人，请联系归口部门", ctx, item, action="拒绝延期")
    asked = {**item.asked_longer, extension.key(item): reason}
    after = replace(reported_to(item, above), asked_longer=asked, seq=item.seq + 1)
    text = (
        f"【申请延期】{ctx.name(intent.who)}申请 {item.number}《{w.heading(item)}》的“{step.act}”延期"
        f"{due_words(step.due)}，理由：{reason}。\n只能延一次。请点卡片，或回复“同意延期 {item.number}”"
        f"“不同意延期 {item.number} 理由”。"
    )
    effects: list[Effect] = [
        SaveItem(after),
        Record(intent.who, "申请延期", item.id, reason),
        *settle_tap(intent, "已申请延期", ctx),
        *close_cards(item, ctx, cards.RENEWED, purposes=(ASK,)),
        Expect(intent.who),
        say(intent, f"{item.number} 已请{w.some_names(above, ctx)}同意延期。同意以前，原期限不变。", ctx, item.id),
    ]
    for person in above:
        card = comment_cards.extend_card(after, step, reason, person, ctx)
        effects += [tell(person, text, ctx, item=item.id, what="extend"), send_card(card, person, after, ASK, ctx)]
    return effects


@router.on(i.ExtensionAnswered)
def extension_answered(intent: i.ExtensionAnswered, ctx: Context) -> Sequence[Effect]:
    """同意延期 0456 / 不同意延期 0456 理由."""
    item = _found(intent, ctx)
    if isinstance(item, list):
        return item
    reason = item.asked_longer.get(extension.key(item), "")
    holders = asked_now(item, ctx.moves(item), ctx.desk)
    above = extension.granters(item, next(iter(holders), ""), ctx.desk_of(item))
    if intent.who not in above:
        who = w.some_names(above, ctx) or "单位负责人"
        return refuse(intent, f"{item.number} 的延期由{who}同意，您不能办", ctx, item, action="拒绝延期")
    if not reason:
        return refuse(intent, f"{item.number} 没有人申请延期。要延期请写明理由：“延期 {item.number} 理由”", ctx, item)
    return _granted(intent, item, reason, ctx) if intent.granted else _denied(intent, item, holders, ctx)


def _denied(intent: i.ExtensionAnswered, item: Item, holders: Sequence[str], ctx: Context) -> list[Effect]:
    left = {k: v for k, v in item.asked_longer.items() if k != extension.key(item)}
    why = f"：{intent.reason}" if intent.reason else ""
    text = f"{item.number} 的延期{ctx.name(intent.who)}没有同意{why}。原期限不变，请按时办结。"
    return [
        SaveItem(replace(item, asked_longer=left, seq=item.seq + 1)),
        Record(intent.who, "不同意延期", item.id, intent.reason),
        *settle_tap(intent, f"不同意 {w.hm(ctx.now)}", ctx),
        *close_cards(item, ctx, f"{ctx.name(intent.who)}不同意延期", except_for=intent.task_id, purposes=(ASK,)),
        *[tell(p, text, ctx, item=item.id, what="denied") for p in holders],
        say(intent, f"{item.number} 不延期，已告诉{w.some_names(holders, ctx)}。", ctx, item.id),
    ]


def _granted(
    intent: i.ExtensionAsked | i.ExtensionAnswered, item: Item, reason: str, ctx: Context
) -> list[Effect]:
    """The deadline is another one from now on; the netizen is to be told why and until when."""
    step = item.step
    assert step is not None
    by = f"{ctx.name(intent.who)}同意：{reason}"
    after = replace(item, extended={**item.extended, extension.key(item): by}, seq=item.seq + 1)
    due = open_deadline(after, step, ctx)
    assert due.due_at is not None
    until = w.until(due.due_at, ctx.now)
    text = extension.for_netizen(reason, until.removesuffix(" 24:00"))
    holders = asked_now(item, ctx.moves(item), ctx.desk)
    lead = f"{item.number} 已延期到 {until}，只此一次。请把下一条告诉网民，发出后点卡片，或回复“已告知 {item.number}”。"
    effects: list[Effect] = [
        SaveItem(after),
        CloseDeadlines(item.id, deadline_key(item)),
        due,
        Record(intent.who, "同意延期", item.id, f"{reason}；{due.explanation}"),
        *settle_tap(intent, f"已同意延期 {w.hm(ctx.now)}", ctx),
        *close_cards(item, ctx, f"{ctx.name(intent.who)}已同意延期", except_for=intent.task_id, purposes=(ASK,)),
        Expect(intent.who),
        say(intent, f"{item.number} 已延期到 {until}，已请{w.some_names(holders, ctx)}告诉网民。", ctx, item.id),
    ]
    for person in holders:
        effects += [
            tell(person, lead, ctx, item=item.id, what="longer"),
            tell(person, text, ctx, item=item.id, what="copy"),
            send_card(comment_cards.told_card(after, text, person, ctx), person, after, TELL, ctx),
        ]
    return effects


@router.on(i.ExtensionTold)
def extension_told(intent: i.ExtensionTold, ctx: Context) -> Sequence[Effect]:
    """已告知 0456: a person says that the netizen has been told of the delay; the words are kept (A40)."""
    item = ctx.store.item(intent.item)
    moves = ctx.moves(item) if item else ()
    if item is None or not item.extended or intent.who not in asked_now(item, moves, ctx.desk):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"{intent.item:04d} 没有要您告知的延期", ctx)]
    row = ctx.store.open_deadline(deadline_key(item))
    until = w.until(row.due_at, ctx.now).removesuffix(" 24:00") if row and row.due_at else ""
    reason = item.extended.get(extension.key(item), "").partition("同意：")[2]
    text = extension.for_netizen(reason, until)
    form = {**item.form, comments.TOLD_LONGER: f"{w.day(ctx.now)} {w.hm(ctx.now)} {text}"}
    return [
        SaveItem(replace(item, form=form)),
        Record(intent.who, "告知网民延期", item.id, text),
        *settle_tap(intent, f"已告知 {w.hm(ctx.now)}", ctx),
        *close_cards(item, ctx, f"已告知 {w.hm(ctx.now)}", except_for=intent.task_id, purposes=(TELL,)),
        say(intent, f"{item.number} 已记告知网民延期 {w.hm(ctx.now)}。", ctx, item.id),
    ]
