"""What people are told, and what becomes of the card they tapped: the answers every handler gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.rules import intents as i
from bot.rules.accounts import UNIT
from bot.rules.effects import (
    Effect,
    Expect,
    Record,
    Reply,
    Send,
    UpdateCard,
)
from bot.rules.intents import Intent
from bot.rules.item import Item, replace
from bot.rules.messages import Card, Text
from bot.rules.regulation import Kind
from bot.rules.roster import heads, posts_drafted_by
from bot.rules.routing import (
    may_see,
    overseers,
)
from handlers import cards
from handlers import wording as w
from handlers.context import Context


def say(intent: Intent, text: str, ctx: Context, item: int | None = None) -> Effect:
    """Answer the person: in the callback's own response when he typed, as a message when he tapped."""
    if intent.task_id:
        return tell(intent.who, text, ctx, item=item, what="answer")
    return Reply(text)


def tell(
    to: str, text: str, ctx: Context, *, item: int | None = None, what: str = "notice", merge: bool = False
) -> Send:
    """One text message; the same cause, receiver and `what` is the same message."""
    return Send(to=to, message=Text(text, notice=merge), key=f"{ctx.cause}|{what}|{item or ''}|{to}", item=item)


def once(*groups: Iterable[str]) -> tuple[str, ...]:
    """Everybody of these groups, each once."""
    return tuple(dict.fromkeys(person for group in groups for person in group))


def merge_replies(effects: Sequence[Effect]) -> list[Effect]:
    """Several answers become one, in order: replies to what was typed, messages after a tap."""
    texts = [e.text for e in effects if isinstance(e, Reply)]
    told = [e for e in effects if isinstance(e, Send) and isinstance(e.message, Text) and "|answer|" in e.key]
    lines = [e.message.content for e in told if isinstance(e.message, Text)]
    found: list[Effect] = []
    for effect in effects:
        if isinstance(effect, Reply) or effect in told[1:]:
            continue
        found.append(replace(effect, message=Text("\n".join(lines))) if told and effect is told[0] else effect)
    return [*found, *([Reply("\n".join(texts))] if texts else [])]


def send_card(card: Card, to: str, item: Item, purpose: str, ctx: Context) -> Send:
    return Send(
        to=to, message=card, key=f"card|{card.task_id}", item=item.id, purpose=purpose, position=item.position,
        round=item.round, version=item.current.no,
    )  # fmt: skip


def refuse(intent: Intent, why: str, ctx: Context, item: Item | None = None, action: str = "拒绝") -> list[Effect]:
    """A refusal is an ordinary answer with its own line in the record."""
    number = item.id if item else None
    return [
        say(intent, why if why.endswith(("。", "?", "!", "？", "！")) else f"{why}。", ctx, number),
        Record(intent.who, action, number, why, version=item.current.no if item else 0),
    ]

MEANWHILE = (  # goes on while an item is stopped: looking, asking, whatever leads away from publishing
    i.ProgressAsked, i.QuestionPut, i.QuestionAnswered, i.StaleTap, i.HoldAsked, i.ResumeAsked, i.WithdrawAsked,
    i.DraftSent, i.ReviseAsked, i.ChoicesMade, i.FieldAnswered, i.SubmitAsked, i.HandOverAsked, i.FilingReceived,
    i.PlanLinked, i.DeadlineAsked, i.CardAsked, i.ChaseAsked,
)  # fmt: skip


def stopped(intent: Intent, ctx: Context) -> list[Effect]:
    """暂停 (listed-company-ir-R6): any act on a stopped item is refused here, before anything is asked; else nothing.

    What is not named in MEANWHILE is an act, so a new kind of intent is covered by itself. Sending for review says
    it in `drafts.submit`, after what the drafter chose has been kept.
    """
    number = getattr(intent, "item", None)
    if isinstance(intent, MEANWHILE) or not isinstance(number, int) or _several(intent):
        return []
    item = ctx.store.item(number)
    if item is None or not item.held or not item.open or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return []
    return [
        *settle_tap(intent, "已暂停", ctx),
        *forget(intent.who, item, ctx),
        *refuse(intent, w.held(item, ctx), ctx, item, action=w.HELD),
    ]


def _several(intent: Intent) -> bool:
    """同意 3 5 8, 测试 3 5 通过: each is looked at by itself when it is decided."""
    return isinstance(intent, i.Decided | i.Tested) and bool(intent.more)


def no_drafting(intent: i.Intent, ctx: Context) -> list[Effect]:
    """saws 二(R5): someone without a drafting role cannot start one; the unit's informants are named."""
    return refuse(intent, f"您没有起草权限，{who_drafts(intent.who, ctx)}", ctx, action="拒绝起草")


def who_drafts(userid: str, ctx: Context) -> str:
    """请找本单位信息员李敏: who can draft for this person's unit."""
    roles = {r for f in ctx.regulation.flows(Kind.POST) for r in f.steps[0].by}
    units = {s.unit for s in ctx.roster.seats_of(userid)}
    found = dict.fromkeys(s.userid for s in ctx.roster.seats if s.unit in units and s.role in roles)
    label = "、".join(
        dict.fromkeys(ctx.role_label(r) for f in ctx.regulation.flows(Kind.POST) for r in f.steps[0].by[:1])
    )
    if found:
        return f"请找本单位{label.split('、')[0]}{ctx.names(tuple(found))}"
    return who_names_one(userid, ctx) or "请联系归口部门指定信息员"


def may_not_begin(userid: str, said: str, ctx: Context) -> str:
    """Why this person may not begin the matter or account flow he named, and who can; "" when he may."""
    flows = [f for f in ctx.regulation.flow if f.kind in (Kind.MATTER, Kind.ACCOUNT) and not f.every]
    named = next((f for f in flows if said in (f.option, f.label, f.id)), None)
    if named is None or ctx.roster.roles_of(userid) & set(named.steps[0].by):
        return ""
    roles = named.steps[0].by
    units = {s.unit for s in ctx.roster.seats_of(userid)} | set(ctx.regulation.unit.values())
    able = dict.fromkeys(s.userid for s in ctx.roster.seats if s.role in roles and s.unit in units)
    why = f"{named.refuse[UNIT]}，" if UNIT in named.refuse else ""
    who = f"，请找{ctx.names(tuple(able))}" if able else ""
    return f"{why}“{named.option}”由{'、'.join(map(ctx.role_label, roles))}发起（依据 {w.basis(named)}）{who}"


def who_names_one(userid: str, ctx: Context) -> str:
    """培训部还没有信息提供专人: whom to ask for one, and what to say; "" when this person's unit needs none."""
    drafting = posts_drafted_by(ctx.regulation)
    fixed = set(ctx.regulation.unit.values())
    unit = next((s.unit for s in ctx.roster.seats_of(userid) if s.unit not in fixed), "")
    if not unit or not drafting or any(ctx.roster.in_seat(role, unit) for role in drafting):
        return ""
    able = dict.fromkeys((*heads(unit, ctx.regulation, ctx.roster), *overseers(ctx.desk)))
    who, label = ctx.names(tuple(p for p in able if p != userid)[:2]), ctx.role_label(drafting[0])
    how = f"回复“任命 {unit} {label} 姓名”"
    if userid in able:
        return f"{unit}还没有{label}，请先指定一人：{how}"
    return f"{unit}还没有{label}，请先指定一人：由{who or '归口部门'}{how}"


def settle_tap(intent: Intent, done: str, ctx: Context, *, desc: str = "") -> list[Effect]:
    """The tapped card shows what was done (`desc`: and what was chosen), at once, with the tap's own code."""
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    if row is None:
        return []
    card = cards.closed(replace(row.card, desc=desc or row.card.desc), done)
    return [UpdateCard(row.task_id, card, f"tap|{ctx.cause}", code=intent.code)]


def forget(who: str, item: Item, ctx: Context) -> list[Effect]:
    """What this person was asked about the item is asked no more: his next message is not taken for the answer."""
    expected = ctx.store.expectation(who)
    return [Expect(who)] if expected is not None and expected.item == item.id else []


def same_card(intent: Intent, ctx: Context) -> list[Effect]:
    """A tap that only led to a question: the phone took the card as used, so it is shown again, still to be tapped."""
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    if row is None:
        return []
    return [UpdateCard(row.task_id, row.card, f"again|{ctx.cause}", code=intent.code, close=False)]


def item_url(item: Item, ctx: Context) -> str:
    return f"{ctx.public_url}/i/{item.id}" if ctx.public_url else ""
