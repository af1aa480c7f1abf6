"""接下来: everything that follows when an item moves. One place for all kinds of moves and all regulations.

`moved` compares the item before and after: it saves it, closes what is over (cards, deadlines), opens what begins
(deadline, messages and cards to those who hold the new step), and at the end files and reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.rules import accounts, comments, deadline, difference, extension, replies
from bot.rules import intents as i
from bot.rules.accounts import UNIT
from bot.rules.aftermath import takes_down
from bot.rules.archive import keepers
from bot.rules.effects import (
    CloseDeadlines,
    Effect,
    Expect,
    FileItem,
    OpenDeadline,
    Record,
    Reply,
    SaveItem,
    Send,
    UpdateCard,
)
from bot.rules.forms import read_moment
from bot.rules.intents import Intent
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.late import measured_at_submission
from bot.rules.messages import Attachment, Card, Text
from bot.rules.periods import Period, due_at_end, period_of
from bot.rules.personal import personal_data
from bot.rules.platforms import platform_names
from bot.rules.progress import assign_position, begin_publishing, done_duties, duties, first_draft
from bot.rules.regulation import Do, Kind, Step
from bot.rules.roster import heads, may_appoint, posts_drafted_by, seat_unit
from bot.rules.routing import (
    Holder,
    asked,
    drafter_gone,
    filed_with,
    holders,
    may_see,
    overseers,
    own_roles,
    still_to_confirm,
    superiors,
)
from handlers import cards, comment_cards, reply_words
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.conversation import thread
from handlers.quota import publish_note, publishing_deadlines
from storage.read import CardRow, DeadlineRow

ACKNOWLEDGED_IN = "1wd"
STEP_PURPOSES = ("check", "publish", "record", "draft", "assign", "reply", "later", "sure")
SIDE_PURPOSES = ("test", "hold", "urge", "extend", "told")  # questions beside the step, whoever holds it: end with it
NOBODY, NO_DRAFTER = "无人可办", "起草人离岗"  # lines of the record: those who oversee were told


# ---- saying ---------------------------------------------------------------------------------------------------------


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


# ---- moving ---------------------------------------------------------------------------------------------------------


def moved(
    before: Item, after: Item, moves: Sequence[Move], ctx: Context, *, done: str, tapped: str = "",
    standing: DeadlineRow | None = None,
) -> list[Effect]:  # fmt: skip
    """The consequences of one move. `done` is what the closed cards of others read; `tapped` is already settled.

    `standing`: a deadline that stays if it is the earlier one.
    """
    if (before.state, before.position, before.round, before.lap) == (
        after.state, after.position, after.round, after.lap,
    ):  # fmt: skip
        return [SaveItem(after), *_his_next_part(after, moves, ctx)]
    effects: list[Effect] = [CloseDeadlines(after.id)]
    effects += close_cards(before, ctx, done, except_for=tapped)
    if after.state is State.RUNNING:
        return effects + enter(after, moves, ctx, standing)
    effects += released(after, ctx)
    if after.state is State.DONE:
        return [*effects, *finish(after, moves, ctx), *informed(after, ctx)]
    return [*effects, SaveItem(after)]


def released(item: Item, ctx: Context) -> list[Effect]:
    """What waited for this one (待恢复) waits no more; whoever holds it is told."""
    waiting = ctx.store.item(item.blocks) if item.blocks else None
    if waiting is None or item.id not in waiting.waits:
        return []
    after = replace(waiting, waits=tuple(n for n in waiting.waits if n != item.id), seq=waiting.seq + 1)
    how = "已恢复" if item.state is State.DONE else "已撤回"
    named = item.flow.option if item.flow else ""
    text = f"{named} {item.number} {how}，{after.number}《{w.heading(after)}》请接着办理。"
    step = after.step
    people = asked(holders(after, step, ctx.moves(after), ctx.desk), ctx.desk) if step and after.open else ()
    return [
        SaveItem(after),
        Record("system", how, after.id, f"{named} {item.number}", version=after.current.no),
        *[tell(h.userid, text, ctx, item=after.id, what="released") for h in people],
    ]


def _his_next_part(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """Who has done one unit's part of a step and holds another one is asked for that now."""
    step = item.step
    if step is None or item.state is not State.RUNNING or not moves or moves[-1].step != item.position:
        return []
    people = asked(holders(item, step, moves, ctx.desk), ctx.desk)
    mine = [holder for holder in people if holder.userid == moves[-1].actor and holder.unit]
    due = deadline_now(item, step, ctx)
    return [effect for holder in mine for effect in ask_holder(item, step, holder, moves, ctx, due)]


def close_cards(
    item: Item, ctx: Context, done: str, *, except_for: str = "", purposes: Sequence[str] = ()
) -> list[Effect]:
    """Every live card of the item's steps (or of `purposes`) shows how it ended."""
    wanted = purposes or (*STEP_PURPOSES, *SIDE_PURPOSES, *cards.DRAFT_PURPOSES)
    rows = [r for r in ctx.store.live_cards(item.id) if r.purpose in wanted and r.task_id != except_for]
    return [close_card(row, done, ctx) for row in rows]


def close_own(who: str, item: Item, done: str, ctx: Context) -> list[Effect]:
    """The cards this person holds for the current step, when he typed instead of tapping."""
    rows = ctx.store.live_cards(item.id, to=who)
    mine = [r for r in rows if (r.position, r.round) == (item.position, item.round) and r.purpose in STEP_PURPOSES]
    return [close_card(row, done, ctx) for row in mine]


def waiting_units(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[str, ...]:
    """The 承办单位 that have not done their part of the current step yet."""
    step = item.step
    if step is None:
        return ()
    own = own_roles(ctx.regulation)
    done = done_duties(item, step, moves, own)
    return tuple(d.unit for d in duties(item, step, own) if d.unit and d not in done)


def close_card(row: CardRow, done: str, ctx: Context) -> Effect:
    return UpdateCard(row.task_id, cards.closed(row.card, cards.cut(done, 36)), f"close|{ctx.cause}|{row.task_id}")


def enter(item: Item, moves: Sequence[Move], ctx: Context, standing: DeadlineRow | None = None) -> list[Effect]:
    """A step begins: its deadline, and whoever holds it is asked. An empty seat waits and those above are told."""
    step = item.step
    assert step is not None
    if item.rides:
        return [SaveItem(item)]
    if step.do is Do.PUBLISH and not item.platforms:
        item = begin_publishing(item, platforms_in_use(item, ctx))
    if comments.is_comment(item) and item.awaiting(Do.DRAFT) and item.is_post and reply_words.unwritten(item):
        item = replace(item, current=Version(item.current.no + 1, "", ""))  # a text of its own, not the comment's
    effects: list[Effect] = [SaveItem(item)]
    due = the_earlier(open_deadline(item, step, ctx), standing)
    due, *others = publishing_deadlines(item, step, due, ctx)
    effects += [due, *others]
    if step.do is Do.DRAFT and first_draft(item) and item.author:
        asked_anew = _sort_again(item, moves, ctx) if comments.is_comment(item) else []
        return effects + (no_drafter(item, ctx) if drafter_gone(item, ctx.desk) else asked_anew)
    people = asked(holders(item, step, moves, ctx.desk), ctx.desk)
    if not people:
        return [*effects, SaveItem(reported_to(item, superiors(item, ctx.desk_of(item)))), *nobody(item, step, ctx)]
    for holder in people:
        effects += ask_holder(item, step, holder, moves, ctx, due)
    return effects


def _sort_again(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """不归我们: whoever sorted the comment is told why it came back, and asked at once where it goes instead."""
    to = item.author
    text = f"【请重新分办】评 {item.number} {w.heading(item)}\n{_why_back(item, moves, ctx)}"
    text += f"请点卡片，或回复“分办 {item.number} 类别 单位”。"
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}"),
        send_card(comment_cards.sort_card(item, to, ctx, item_url(item, ctx)), to, item, "sort", ctx),
    ]


def platforms_in_use(item: Item, ctx: Context) -> tuple[str, ...]:
    """The platforms publishing must cover: those of the chosen channels that are 在用 (saws 三, R2)."""
    states = ctx.store.platforms()
    gone = {p: name for p, name in platform_names(ctx.policy_of(item)).items() if p[0] not in ctx.regulation.channel}
    known = gone | platform_names(ctx.regulation)  # a channel that has left the policy meanwhile is still written to
    names = {pair: name for pair, name in known.items() if states.get(pair, "在用") == "在用"}
    return tuple(name for chosen in item.channels for (key, _), name in names.items() if key == chosen)


def deadline_key(item: Item) -> str:
    return f"{item.id}:{item.round}:{item.position}"


def open_deadline(item: Item, step: Step, ctx: Context) -> OpenDeadline:
    """期限 of the current step, computed once and kept (rule 9 for every policy); without `due`, the idle ladder."""
    assert item.flow is not None
    urgent, reg = deadline.ignores_quiet_hours(item.flow, step), ctx.policy_of(item)
    began = item.since or ctx.now
    due = due_of(item, step, ctx)
    ladder = deadline.ladder(due.at if due else None, began, reg.nag, reg.clock, ctx.calendar, urgent)
    rungs = tuple((rung.name, rung.at) for rung in ladder)
    if due and step.missed:
        rungs = tuple(sorted((*rungs, ("missed", max(due.at, began))), key=lambda rung: (rung[1], rung[0] != "missed")))
    if due is None:
        return OpenDeadline(deadline_key(item), item.id, None, rungs)
    return OpenDeadline(deadline_key(item), item.id, due.at, rungs, due.explanation, due.provisional)


def due_of(item: Item, step: Step, ctx: Context) -> deadline.Due | None:
    """When the step is due, with what it was put off by (A4)."""
    due, why = _first_due(item, step, ctx), item.extended.get(extension.key(item), "")
    if due is None or not why or step is not item.step or not step.due:
        return due
    return extension.longer(step, due, why, ctx.policy_of(item).clock, ctx.calendar)


def _first_due(item: Item, step: Step, ctx: Context) -> deadline.Due | None:
    """When the step was due in the beginning: counted from when it began, or from a date of the form; a draft whose
    filing date is known already is due with it (what must be filed within five days must be written within them)."""
    assert item.flow is not None
    reg, began = ctx.policy_of(item), item.since or ctx.now
    period = period_of_item(item, ctx) if item.round == 0 and not step.due else None
    if period is not None:
        ends = due_at_end(period, reg.clock)
        return deadline.Due(ends, False, f"{period.label} → 期满 → 截止 {w.until(ends, ctx.now)}")
    own = () if measured_at_submission(item) else (step,)  # 迟报: one that came back is not late because of that
    later = item.flow.steps[item.position + 1 :] if step.do is Do.DRAFT and not (own and step.due) else ()
    for one in (*own, *(s for s in later if s.since and s.since in item.form)):
        if one.due and not one.since:
            return deadline.due_at(one.due, began, reg.clock, ctx.calendar)
        if one.due and one.since and item.form.get(one.since):
            start = read_moment(item.form[one.since])
            start = max(start, item.reopened_at) if item.reopened_at else start
            due = deadline.due_at(one.due, start, reg.clock, ctx.calendar, reason=one.since)
            return _from_registration(item, one.due, due, ctx) or due
    return None


def _from_registration(item: Item, spec: str, due: deadline.Due, ctx: Context) -> deadline.Due | None:
    """A3: a comment that was registered after its day has the day from then; what is due in hours never waits."""
    known = item.registered_at or ctx.now
    if not comments.is_comment(item) or spec.endswith("h") or due.at > known:
        return None
    clock = ctx.policy_of(item).clock
    return deadline.due_at(spec, known, clock, ctx.calendar, reason=f"{comments.DELAYED}，登记")


def period_of_item(item: Item, ctx: Context) -> Period | None:
    """The period for which the scheduler began it."""
    if not item.period or item.flow is None or not item.flow.every:
        return None
    return period_of(item.flow.every, item.created_at.astimezone(BEIJING).date(), ctx.calendar)


def reported_to(item: Item, people: Iterable[str]) -> Item:
    """Those above who are told of an item may look at it from then on (rule 7 for every policy)."""
    return replace(item, escalated=tuple(dict.fromkeys((*item.escalated, *people))))


def the_earlier(fresh: OpenDeadline, standing: DeadlineRow | None) -> OpenDeadline:
    """The standing deadline with what is left of its ladder, if it ends before the fresh one."""
    if standing is None or standing.due_at is None or (fresh.due_at is not None and fresh.due_at <= standing.due_at):
        return fresh
    names = [name for name, _ in standing.ladder]
    left = standing.ladder[names.index(standing.rung) :] if standing.rung in names else ()
    if not left and standing.alert_after:
        left = ((standing.rung, standing.alert_after),)
    return replace(
        fresh, due_at=standing.due_at, ladder=left, explanation=standing.explanation, provisional=standing.provisional
    )


def deadline_now(item: Item, step: Step, ctx: Context) -> OpenDeadline:
    """The current step's deadline as it was reckoned when the step began (rule 9)."""
    row = ctx.store.open_deadline(deadline_key(item))
    if row is None:
        return open_deadline(item, step, ctx)
    return OpenDeadline(row.key, item.id, row.due_at, row.ladder, row.explanation, row.provisional)


def nobody(item: Item, step: Step, ctx: Context) -> list[Effect]:
    """A22: nobody can do it, so it waits, and those above and those who oversee are told."""
    roles = "、".join(ctx.role_label(r) for r in step.by)
    text = (
        f"{item.number}《{w.heading(item)}》到了“{step.act}”环节，"
        f"但{item.unit}没有可以办理的{roles}，事项在等待。请指定人员或代办人"
    )
    place = seat_unit(ctx.regulation, step.by[0], item.unit) if step.by[0] in ctx.regulation.role else item.unit
    how = f"：回复“任命 {place} {ctx.role_label(step.by[0])} 姓名”"
    people = dict.fromkeys((*superiors(item, ctx.desk_of(item)), *overseers(ctx.desk), *ctx.admins))
    able = {p for p in people if may_appoint(p, step.by[0], place, ctx.regulation, ctx.roster)}
    effects: list[Effect] = [Record("system", NOBODY, item.id, f"{step.act}:{roles}", version=item.current.no)]
    for person in people:
        told = f"{text}{how if person in able else ''}。"
        effects += [tell(person, told, ctx, item=item.id, what="nobody")] if person != item.author else []
    if drafter_gone(item, ctx.desk) or not item.author:
        return effects
    effects.append(
        tell(
            item.author,
            f"{item.number} 已到“{step.act}”环节，但{item.unit}没有可以办理的{roles}，"
            f"已告诉{ctx.names(tuple(p for p in people if p != item.author)) or '管理员'}安排。",
            ctx,
            item=item.id,
            what="nobody",
        )
    )
    return effects


def no_drafter(item: Item, ctx: Context) -> list[Effect]:
    """It lies with somebody who drafts no more: those who oversee are told, once, and decide what becomes of it."""
    lines = ctx.store.audit(item.id)
    if any(x.action == NO_DRAFTER and x.detail == item.author and x.at >= (item.since or x.at) for x in lines):
        return []
    state = "还没有送审" if item.state is State.PREPARING else "已退回修改"
    text = f"{item.number}《{w.heading(item)}》{state}，但起草人{ctx.name(item.author)}已不在起草岗位，没有人接着办。"
    told = overseers(ctx.desk)
    text += how_without_drafter(item) if told else "请在人员名册里登记接手的人员。"
    effects: list[Effect] = [Record("system", NO_DRAFTER, item.id, item.author, version=item.current.no)]
    return effects + [tell(p, text, ctx, item=item.id, what="nodrafter") for p in told or ctx.admins]


def how_without_drafter(item: Item) -> str:
    return f"转交本单位其他起草人，回复“转交 {item.number} 姓名”；不发了回复“撤回 {item.number}”。"


def handed_over(item: Item, before: str, ctx: Context) -> str:
    """What the new drafter must know: where it is, why it came back, the text, what to do."""
    head = f"【转交】{item.number}《{w.heading(item)}》由您接着起草（原起草人{ctx.name(before)}）。"
    if not item.awaiting_draft:
        how = f"正在审核，有问题会问您，结果会告诉您。看进度发“进度 {item.number}”。"
        return f"{head}\n————\n{item.current.text}\n————\n{how}"
    why = next((m.reason for m in reversed(ctx.moves(item)) if m.decision is Decision.RETURNED), "")
    reason = f"退回理由：{why}\n" if why else ""
    how = f"改好后把全文发来；不用改就回复“送审 {item.number}”；不发了回复“撤回 {item.number}”。"
    return f"{head}\n{reason}————\n{item.current.text}\n————\n{how}"


# ---- asking ---------------------------------------------------------------------------------------------------------


def ask_holder(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, due: OpenDeadline
) -> list[Effect]:
    """What one person gets for one step: what he must read, then the card."""
    until = w.until(due.due_at, ctx.now) if due.due_at else ""
    original = _show_original(item, holder.userid, ctx)
    if step.do is Do.CHECK:
        return original + _ask_check(item, step, holder, moves, ctx, until)
    if step.do is Do.PUBLISH:
        return original + _ask_publish(item, step, holder, ctx, until)
    if comments.writes_reply(item, step):
        return original + _ask_reply_draft(item, step, holder, moves, ctx, due)
    if step.do is Do.DRAFT:
        return original + _ask_draft(item, step, holder, moves, ctx, until)
    if step.do is Do.REPLY:
        return original + _ask_reply(item, step, holder, moves, ctx, due)
    if step.do is Do.ASSIGN:
        return original + _ask_assign(item, step, holder, moves, ctx, until)
    return original + _ask_record(item, step, holder, moves, ctx, until)


def _show_original(item: Item, to: str, ctx: Context) -> list[Effect]:
    """Whoever decides about a correction or a taking down sees what was published (A45); of a comment, what the same
    netizen said and was told before."""
    if item.follows and (said := thread(item, to, ctx)):
        text = "\n".join((f"{item.number} 接着以前的对话。", *said))
        return [tell(to, text, ctx, item=item.id, what=f"thread{item.seq}")]
    original = ctx.store.item(item.about) if item.about else None
    if original is None:
        return []
    text = f"{item.number} 的原稿 {original.number}：\n————\n{original.current.text}\n————\n{w.links_text(original)}"
    return [tell(to, text, ctx, item=item.id, what=f"original{item.seq}")]


def needs_confirmation(item: Item, ctx: Context) -> bool:
    """Whether words of the list were found: then the list is confirmed by itself before passing (saws-R12)."""
    if not item.is_post:
        return False
    hits = ctx.words.find(item.current.text)  # words of tone warn, they do not block (saws-R35)
    if takes_down(item):
        return False
    listed = any(isinstance(hit.category, int) for hit in hits)
    return bool(ctx.regulation.content.banned) and (listed or any(p.holds for p in personal_data(item.current.text)))


def _ask_check(item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, until: str) -> list[Effect]:
    to, hits = holder.userid, needs_confirmation(item, ctx)
    seen = last_seen(item, to, ctx)
    marked = difference.marked(seen.text, item.current.text) if seen and seen.no != item.current.no else ""
    original = ctx.store.item(item.about) if item.about and not seen and not takes_down(item) else None
    against = "原稿" if original else "上一版"
    marked = difference.marked(original.current.text, item.current.text) if original else marked
    notice = w.check_notice(
        item, step, ctx, marked=marked, acting_for=holder.acting_for, hits=hits, against=against
    )
    card = cards.check_card(
        item, step, to, ctx, due=until, hits=hits, past=_past(item, moves, ctx), url=item_url(item, ctx)
    )
    if holder.acting_for:
        card = replace(card, desc=cards.cut(f"受托（代{ctx.name(holder.acting_for)}）· {card.desc}", 44))
    return [
        tell(to, notice, ctx, item=item.id, what=f"text{item.seq}"),
        *attachments(item, to, ctx),
        send_card(card, to, item, "check", ctx),
    ]


def _past(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """The last check passed in this round: 可以公开 何平 09:40; all who agreed to it."""
    assert item.flow is not None
    passed = [m for m in moves if m.decision is Decision.PASSED and m.round == item.round]
    if not passed:
        return ""
    last = passed[-1]
    who = ctx.names(tuple(dict.fromkeys(m.actor for m in passed if m.step == last.step)))
    return f"{w.pass_word(item.flow.steps[last.step])} {who} {w.when(last.at, ctx.now)}"


def last_seen(item: Item, userid: str, ctx: Context) -> Version | None:
    """The latest version of which this person was sent a card to check."""
    earlier = [v for v in ctx.store.versions(item.id) if v.no < item.current.no]
    decided = {m.version for m in ctx.moves(item) if m.actor == userid}
    return max((v for v in earlier if v.no in decided), key=lambda v: v.no, default=None)


def attachments(item: Item, to: str, ctx: Context, *, only: str = "") -> list[Effect]:
    """The pictures and videos, each as a message of its own; `only`: the one that has just been fetched."""
    found: list[Effect] = []
    for n, media in enumerate((m for m in (*item.current.media, *item.files) if m.sha), 1):
        if only and media.media_id != only:
            continue
        name = f"{item.number}-{n}.{media.format or 'jpg'}"
        key = f"{ctx.cause}|media|{item.id}|{item.seq}|{n}|{to}"
        found.append(Send(to=to, message=Attachment(media.sha, name, media.kind), key=key, item=item.id))
    return found


def _ask_publish(item: Item, step: Step, holder: Holder, ctx: Context, until: str) -> list[Effect]:
    to = holder.userid
    hits = needs_confirmation(item, ctx)
    lead = w.publish_notice(item, ctx, publish_note(item, ctx), hits=hits)
    effects: list[Effect] = [tell(to, lead, ctx, item=item.id, what=f"lead{item.seq}")]
    effects.append(tell(to, item.current.text, ctx, item=item.id, what=f"copy{item.seq}"))
    effects += attachments(item, to, ctx)
    card = cards.publish_card(item, step, to, ctx, due=until, hits=hits, url=item_url(item, ctx))
    return [*effects, send_card(card, to, item, "publish", ctx)]


def _head(item: Item, step: Step, ctx: Context) -> str:
    """Who asks what, on what ground, and the text."""
    assert item.flow is not None
    content = w.content(item).strip()
    body = f"————\n{content}\n————\n" if content and content != item.title else ""
    return (
        f"【待您{step.act}】{item.number} {w.heading(item)}\n{w.origin(item, ctx)} · "
        f"{item.flow.label}（依据 {w.basis(item.flow)}）\n{body}{w.fields(item, shown=item.is_post)}"
        + (f"{note}\n" if (note := w.names_note(item, ctx)) else "")
    )


def _why_back(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """Why it is here again: handed back, or returned."""
    last = moves[-1] if moves else None
    if last is not None and item.flow is not None and last.decision is Decision.DONE and last.step > item.position:
        return f"{item.flow.steps[last.step].act}：{w.rounded(last.form)}\n"
    if last is None or last.decision not in (Decision.HANDED_BACK, Decision.RETURNED):
        return ""
    unit = f"{last.unit} " if last.unit else ""
    word = "交回" if last.decision is Decision.HANDED_BACK else "退回"
    return f"{unit}{ctx.name(last.actor)}{word}：{last.reason}\n"


def _ask_draft(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, until: str
) -> list[Effect]:
    """A later draft, or one that the scheduler began: filled in by whoever holds it."""
    to, typed = holder.userid, item.is_post or w.is_text(item)
    tapped = "卡片" if cards.choice_now(item, step) else "“填写”"
    unwritten = f"请点{tapped}后把全文发来，第一行是标题；也可以回复“改 {item.number} 全文”。"
    how = unwritten if comments.is_comment(item) and not item.current.text else (
        f"要改就把改好的全文发来，不改点“不改，{w.send_word(item)}”。"
        if item.current.text.strip() and typed
        else f"{_to_fill_in(item, step)}请点{tapped}，或回复“填写 {item.number}”。"
    )
    card = cards.draft_card(item, step, to, ctx, due=until, url=item_url(item, ctx))
    before = _left_undone(item, ctx)
    done = f"{settled}\n" if comments.is_comment(item) and (settled := w.outcome(item, moves, ctx)) else ""
    text = f"{_head(item, step, ctx)}{before}{done}{_why_back(item, moves, ctx)}{w.till(until)}{how}"
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}"),
        *attachments(item, to, ctx),
        send_card(card, to, item, "draft", ctx),
    ]


def _left_undone(item: Item, ctx: Context) -> str:
    """Earlier periods of what the scheduler begins that nobody has done: 还没有办的：3月13日（0005）."""
    if not item.period or item.author or item.flow is None:
        return ""
    same = (
        x for x in ctx.store.open_items()
        if x.period and x.id < item.id and x.flow and x.flow.id == item.flow.id and x.awaiting_draft
        and (x.unit, x.account) == (item.unit, item.account)
    )  # fmt: skip
    days = [(period.label if (period := period_of_item(x, ctx)) else x.period, x.number) for x in same]
    return f"以前没有办的：{'、'.join(f'{day}（{number}）' for day, number in days)}。\n" if days else ""


def _to_fill_in(item: Item, step: Step) -> str:
    """The fields that wait: 要填：年审报告."""
    form = {**(item.flow.form if item.flow else {}), **step.form}
    names = [name for name, spec in form.items() if spec.when is None and not item.form.get(name)]
    return f"要填：{'、'.join(names)}。" if names else ""


def _ask_assign(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, until: str
) -> list[Effect]:
    to = holder.userid
    units = "、".join(o.text for o in cards.assignable(item, ctx)[:30])
    how = (
        f"请在卡片上选单位，或回复“交办 {item.number} 单位”（可写几个，或写“全部”）。可选：{units}。"
        if units
        else f"请回复“办结 {item.number}”。"
    )
    text = f"{_head(item, step, ctx)}{_why_back(item, moves, ctx)}{w.till(until)}{how}"
    card = cards.assign_card(item, step, to, ctx, due=until, url=item_url(item, ctx))
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}"),
        *attachments(item, to, ctx),
        send_card(card, to, item, "assign", ctx),
    ]


def _ask_record(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, until: str
) -> list[Effect]:
    to = holder.userid
    back = hand_back_position(item, step, moves, ctx) is not None
    text = _head(item, step, ctx) + _why_back(item, moves, ctx) + w.till(until)
    text += f"办好后请点卡片，或回复“办结 {item.number}”。"
    if back:
        text += f"不归本单位的，回复“交回 {item.number} 理由”。"
    card = cards.record_card(item, step, to, ctx, due=until, url=item_url(item, ctx), back=back)
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}{holder.unit}"),
        *attachments(item, to, ctx),
        send_card(card, to, item, "record", ctx),
    ]


def _ask_reply(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, due: OpenDeadline
) -> list[Effect]:
    to, back = holder.userid, hand_back_position(item, step, moves, ctx) is not None
    text = reply_words.head(item, step, due.due_at, ctx) + _why_back(item, moves, ctx)
    agreed = comments.agreed(item)
    how = (
        f"答复已审定，下一条是原文，请照此答复，再点“已按此答复”，或回复“答复 {item.number}”。"
        if agreed
        else f"请点卡片，或回复“答复 {item.number} 答复内容”。"
    )
    how += "" if agreed else "".join(f"一时答不了，点“{one.act}”。" for one in replies.interims(item)[:1])
    how += f"不归本单位的，回复“交回 {item.number} 理由”。" if back else ""
    like = None if agreed or comments.proposed(item) else reply_words.like(item, ctx)
    text += reply_words.answered_before(item, like)
    card = comment_cards.reply_card(
        item, step, to, ctx, due=due.due_at, url=item_url(item, ctx), back=back, like=like is not None
    )
    return [
        tell(to, text + how, ctx, item=item.id, what=f"text{item.seq}{holder.unit}"),
        *([tell(to, agreed, ctx, item=item.id, what=f"copy{item.seq}")] if agreed else []),
        *attachments(item, to, ctx),
        send_card(card, to, item, "reply", ctx),
    ]


def _ask_reply_draft(
    item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context, due: OpenDeadline
) -> list[Effect]:
    """拟复: the comment in full, and where the answer is to be sent."""
    to, back = holder.userid, hand_back_position(item, step, moves, ctx) is not None
    text = reply_words.head(item, step, due.due_at, ctx) + _why_back(item, moves, ctx)
    given = tuple(unit for unit, _ in replies.opinions(item, moves)) if not holder.unit else ()
    counted = reply_words.opinions_given(item, moves, ctx) if holder.unit else ""
    like = reply_words.like(item, ctx) if reply_words.unwritten(item) else None
    text += reply_words.answered_before(item, like)
    text += reply_words.how_to_draft(item, step, several=bool(counted), settles=bool(given))
    text += f"不归本单位的，回复“交回 {item.number} 理由”。" if back else ""
    until = w.until(due.due_at, ctx.now) if due.due_at else ""
    card = comment_cards.draft_reply_card(
        item, step, to, ctx, due=until, url=item_url(item, ctx), back=back, given=given, counted=counted,
        like=like is not None,
    )
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}{holder.unit}"),
        send_card(card, to, item, "reply", ctx),
    ]


def hand_back_position(item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> int | None:
    """交回: where an own step goes back to with its reason: the assign before it; where no assign set the unit, the
    comment's first draft, if whoever sorted it is of another unit. None where it cannot be handed back."""
    if not any(ctx.regulation.role[r].scope == "own" for r in step.by if r in ctx.regulation.role):
        return None
    assigned = assign_position(item)
    if assigned is not None or not comments.is_comment(item) or not item.author or not item.position:
        return assigned
    mine = {seat.unit for seat in ctx.roster.seats_of(item.author)}
    answered = any(replies.answered(move) for move in moves)
    return None if item.unit in mine or answered else 0


# ---- the end --------------------------------------------------------------------------------------------------------


def finish(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """The item is done: 备案 at the same moment (saws 五(一), R24), and those concerned are told."""
    flow = item.flow
    assert flow is not None
    if not flow.file:
        return [SaveItem(item), *put_away(item, ctx), *_tell_the_end(item, moves, ctx)]
    year = ctx.now.astimezone(BEIJING).year
    item = replace(item, filing_no=ctx.store.next_filing_no(year))
    effects: list[Effect] = [
        SaveItem(item),
        FileItem(item.id, item.filing_no, ctx.now, flow.file),
        acknowledgement(item, ctx),
        Record("system", "备案", item.id, f"备 {item.filing_no}", version=item.current.no),
        *put_away(item, ctx),
    ]
    for person in filed_with(item, flow.file, ctx.desk):
        effects += file_with(item, person, moves, ctx)
    return effects + _tell_the_end(item, moves, ctx)


def informed(item: Item, ctx: Context) -> list[Effect]:
    """Those the policy wants told get the link, and a card on which each says what he did about it."""
    flow = item.flow
    effects: list[Effect] = []
    for person in filed_with(item, flow.inform, ctx.desk) if flow else ():
        how = f"做了以后点卡片登记，或回复“收到 {item.number} {flow.did[0]}”。" if flow and flow.did else ""
        done = "已发布" if item.published_at else "已办结"
        text = f"【{done}】{item.number} {w.heading(item)}\n{item.unit}\n{w.links_text(item)}\n{how}".rstrip()
        effects.append(tell(person, text, ctx, item=item.id, what="informed"))
        if flow and flow.did:
            card = cards.inform_card(item, person, ctx, item_url(item, ctx))
            effects.append(send_card(card, person, item, "inform", ctx))
    return effects


def put_away(item: Item, ctx: Context) -> list[Effect]:
    """company-qiguanbu-R16: with its publication the whole item is in the archive; the record says whose."""
    role = item.flow.archive if item.flow else None
    if not role:
        return []
    people = keepers(role, item.units or (item.unit,), ctx.regulation, ctx.roster)
    detail = f"{ctx.role_label(role)}{ctx.names(people)}保管"
    return [Record("system", "存档", item.id, detail, version=item.current.no)]


def filing_key(item: Item) -> str:
    return f"{item.id}:filing"


def waiting_roles(item: Item, ctx: Context) -> tuple[str, ...]:
    """The roles it was filed with that have not confirmed it yet."""
    filing = ctx.store.filing(item.id)
    if filing is None or filing.acknowledged_by:
        return ()
    return still_to_confirm(item, filing.roles, {receipt.role for receipt in filing.receipts}, ctx.desk)


def acknowledgement(item: Item, ctx: Context) -> OpenDeadline:
    """A42: whoever it was filed with acknowledges it within a working day, or is reminded."""
    reg = ctx.policy_of(item)
    due = deadline.due_at(ACKNOWLEDGED_IN, ctx.now, reg.clock, ctx.calendar, reason="备案")
    rungs = tuple((rung.name, rung.at) for rung in deadline.ladder(due.at, ctx.now, reg.nag, reg.clock, ctx.calendar))
    return OpenDeadline(filing_key(item), item.id, due.at, rungs, due.explanation, due.provisional)


def file_with(item: Item, person: str, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """What the filing holds: text, media, links, the chain of checks."""
    assert item.flow is not None
    about = w.accounts(item, ctx)
    links = f"{w.links_text(item)}\n" if item.links else ""
    text = (
        f"【备案】备 {item.filing_no} · {item.number} {w.heading(item)}\n{item.unit} · {about and f'{about} · '}"
        f"{item.flow.label}（依据 {w.basis(item.flow)}）\n————\n{w.content(item)}\n————\n{links}"
        f"{w.fields(item, shown=item.is_post)}办理经过：\n{w.chain_text(item, moves, ctx)}\n"
        f"确认收到请回复“收到 {item.number}”，或点卡片。"
    )
    return [
        tell(person, text, ctx, item=item.id, what="filing"),
        *attachments(item, person, ctx),
        send_card(cards.filing_card(item, person, ctx, item_url(item, ctx)), person, item, "filing", ctx),
    ]


def _register_entry(item: Item) -> str:
    """Where the account of an account flow can be looked at."""
    if item.kind is not Kind.ACCOUNT or item.flow is None:
        return ""
    name = item.form.get(accounts.ACCOUNT) or item.form.get(accounts.name_field(item.flow), "")
    return f"看账号登记发“账号 {name}”。" if name else ""


def _tell_the_end(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    if not item.published_at:
        text = f"{item.number}《{w.heading(item)}》已办结。{_register_entry(item)}"
        text = "\n".join(filter(None, (text, w.outcome(item, moves, ctx))))
        did_it = bool(moves) and moves[-1].actor == item.author  # he is answered that it is over
        return [tell(item.author, text, ctx, item=item.id, what="end")] if item.author and not did_it else []
    first = next((m.at for m in moves if m.decision is Decision.SUBMITTED), None)
    publishers = [m.actor for m in moves if m.decision is Decision.DONE and m.round == item.round]
    people = dict.fromkeys((*publishers[-1:], item.author))
    return [tell(p, w.filed(item, ctx, first), ctx, item=item.id, what="end") for p in people]
