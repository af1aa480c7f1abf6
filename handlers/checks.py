"""审核: 同意, 退回, 请示, 确认未见, 问一句. A tap and a typed sentence do exactly the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.rules import comments, difference, progress, suggestion
from bot.rules import intents as i
from bot.rules.aftermath import takes_down
from bot.rules.effects import Effect, Expect, KeepMove, Record, Remember, SaveItem, UpdateCard
from bot.rules.item import Decision, Item, Move, State
from bot.rules.messages import Card
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.regulation import Do, Step
from bot.rules.routing import Holder, asked, asked_now, barred, holder_for, holders, may_see, own_roles, seated
from handlers import cards
from handlers import wording as w
from handlers.asking import ask_holder, needs_confirmation
from handlers.context import Context
from handlers.dues import deadline_now
from handlers.onward import moved
from handlers.publish_confirming import confirm_publishing
from handlers.router import Router
from handlers.saying import forget, merge_replies, refuse, same_card, say, send_card, settle_tap, stopped, tell

router = Router()

VERDICTS = {
    "pass": Decision.PASSED,
    "return": Decision.RETURNED,
    "hold": Decision.HELD,
    "confirm": Decision.CONFIRMED,
}


@router.on(i.Decided)
def decided(intent: i.Decided, ctx: Context) -> Sequence[Effect]:
    """One verdict, or the same one on several items (同意 3 5 8)."""
    if intent.more:
        return _several(intent, ctx)
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以办理的事项 {intent.item:04d}", ctx)]
    return _decide(intent, item, ctx)


def _several(intent: i.Decided, ctx: Context) -> list[Effect]:
    """Each by itself; the answer lists exactly what was decided and what was not."""
    effects: list[Effect] = []
    for number in dict.fromkeys((intent.item, *intent.more)):
        one = i.Decided(who=intent.who, item=number, verdict=intent.verdict, with_list=intent.with_list)
        effects += stopped(one, ctx) or decided(one, ctx)
    return merge_replies(effects)


def _decide(intent: i.Decided, item: Item, ctx: Context) -> list[Effect]:
    moves, step = ctx.moves(item), item.step
    stale_tap = intent.position >= 0 and (intent.position, intent.round) != (item.position, item.round)
    if not stale_tap and intent.verdict == "return" and item.awaiting(Do.DRAFT, Do.RECORD, Do.ASSIGN, Do.PUBLISH):
        return _send_back(intent, item, moves, ctx)
    if not stale_tap and intent.verdict == "confirm" and item.awaiting(Do.PUBLISH):
        return confirm_publishing(intent, item, moves, ctx) or too_late(intent, item, moves, ctx)
    if stale_tap or step is None or step.do is not Do.CHECK or item.state is not State.RUNNING:
        return too_late(intent, item, moves, ctx)
    holder = holder_for(intent.who, item, step, moves, ctx.desk)
    if holder is None:
        return _not_yours(intent, item, step, moves, ctx)
    if intent.verdict == "hold" and not step.holds:
        return refuse(intent, f"“{step.act}”环节没有这个选项", ctx, item)
    if intent.verdict == "confirm" and _list_confirmed(intent, item, moves, ctx):
        return refuse(intent, f"{item.number} 不用再确认，可以直接{w.pass_word(step)}", ctx, item)
    unseen = _unseen(intent, item, step, holder, moves, ctx)
    if unseen:
        return unseen
    if intent.verdict in ("return", "hold") and not intent.reason.strip():
        return _ask_reason(intent, item, step, ctx)
    if intent.verdict == "pass" and not _list_confirmed(intent, item, moves, ctx):
        return refuse(
            intent,
            f"{item.number} 有提示词（{w.findings(item, ctx)}），请先点“确认未见”，"
            f"或回复“确认 {item.number}”，再点“{w.pass_word(step)}”",
            ctx,
            item,
        )
    return _carry_out(intent, item, step, holder, moves, ctx)


def _send_back(intent: i.Decided, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """Whoever holds a step that is no check may send the item back to the nearest earlier draft, with a reason."""
    step = item.step
    assert step is not None
    holder = holder_for(intent.who, item, step, moves, ctx.desk)
    if holder is None or (step.do is Do.DRAFT and first_draft(item)):
        return _not_yours(intent, item, step, moves, ctx)
    if not intent.reason.strip():
        return _ask_reason(intent, item, step, ctx)
    return _carry_out(intent, item, step, holder, moves, ctx)


def _unseen(
    intent: i.Decided, item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context
) -> list[Effect]:
    """Nobody decides on what he was not sent: a typed verdict without a card of this version brings the text first."""
    if intent.task_id or ctx.store.was_shown(item.id, intent.who, item.round, item.position):
        return []
    live = ctx.store.live_cards(item.id, to=intent.who)
    coming = (r for r in live if (r.position, r.round, r.state) == (item.position, item.round, "queued"))
    if any(coming):  # behind what holds it up: the same again would come no sooner
        return [
            Record(intent.who, "原文未到，未办理", item.id, version=item.current.no),
            say(intent, f"{item.number} 的原文还在发送，没有送到您这里，请收到看过后再回复。", ctx, item.id),
        ]
    return [
        *ask_holder(item, step, holder, moves, ctx, deadline_now(item, step, ctx)),
        Record(intent.who, "补发原文", item.id, version=item.current.no),
        say(intent, f"{item.number} 的原文现在发给您，请看过后再回复。", ctx, item.id),
    ]


def _not_yours(intent: i.Intent, item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """Why this person may not, and who can."""
    why = ""
    if any(intent.who in seated(role, item, ctx.desk) for role in step.by):
        why = barred(intent.who, item, step, moves)
    if intent.who in (item.author, item.current.by):
        why = "起草人不能审核本人稿件"
    if not why and any(m.actor == intent.who and m.step == item.position and m.round == item.round for m in moves):
        return too_late(intent, item, moves, ctx)
    people = tuple(h.userid for h in asked(holders(item, step, moves, ctx.desk), ctx.desk))
    can = f"由{ctx.names(people)}办理" if people else "暂无人可办，已告诉上级"
    return [
        *settle_tap(intent, "不由您办理", ctx),
        *forget(intent.who, item, ctx),
        *refuse(intent, f"{why or f'{item.number} 的“{step.act}”不由您办理'}，{can}", ctx, item, action="拒绝办理"),
    ]


def too_late(intent: i.Intent, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """Rule 8 for every policy: nothing more happens; the answer is the present state, and the card is set right."""
    people = asked_now(item, moves, ctx.desk)
    return [
        *settle_tap(intent, "已失效", ctx),
        *forget(intent.who, item, ctx),
        say(intent, w.stale(item, ctx, moves, people), ctx, item.id),
        Record(intent.who, "迟到的操作", item.id, w.place(item, ctx, people), version=item.current.no),
    ]


def _list_confirmed(intent: i.Decided, item: Item, moves: Sequence[Move], ctx: Context) -> bool:
    """saws 四(三), R12: with words found, passing needs the list confirmed by this person for this version."""
    if intent.with_list or not needs_confirmation(item, ctx):
        return True
    return any(
        m.actor == intent.who and m.decision is Decision.CONFIRMED and m.fingerprint == item.current.fingerprint
        and m.step == item.position and m.round == item.round
        for m in moves
    )  # fmt: skip


def _ask_reason(intent: i.Decided, item: Item, step: Step, ctx: Context) -> list[Effect]:
    word = w.return_word(step) if intent.verdict == "return" else step.holds
    data = {
        "verdict": intent.verdict, "position": str(item.position), "round": str(item.round),
        "version": str(item.current.no),
    }  # fmt: skip
    return [
        Expect(intent.who, "reason", item.id, data),
        Record(intent.who, f"{word}待说明", item.id, version=item.current.no),
        *same_card(intent, ctx),
        say(
            intent,
            f"请回复 {item.number} 的{word}{'事由' if intent.verdict == 'hold' else '理由'}"
            f"{_example(intent, step)}。{_may_propose(intent, item)}要取消，回复“算了”。",
            ctx,
            item.id,
        ),
    ]


def _may_propose(intent: i.Decided, item: Item) -> str:
    """A checker who sees at once how it should read says so."""
    if intent.verdict != "return" or not item.author or not first_draft(item) or not w.is_text(item):
        return ""
    return "想直接给出改法，回复“建议稿：改好的全文”，或“建议标题：新标题”。"


def _example(intent: i.Decided, step: Step) -> str:
    """What a reason looks like: a doubt about the wording, or what a secrecy review asks elsewhere."""
    if intent.verdict == "hold":
        return "，例如：第二句的数据能否公开，请保密办确定"
    return "" if step.reasons else "，例如：第二句的数字请再核"


def _carry_out(
    intent: i.Decided, item: Item, step: Step, holder: Holder, moves: Sequence[Move], ctx: Context
) -> list[Effect]:
    decision = VERDICTS[intent.verdict]
    confirms = decision is Decision.PASSED and not takes_down(item)  # nothing is put out by taking something down
    listed = {"未见禁止发布内容": "已确认"} if confirms else {}
    proposal = _proposal(intent, decision, item)
    if proposal is not None:
        listed, intent = {suggestion.TEXT: proposal.text}, replace(intent, reason=proposal.reason)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=decision, at=ctx.now, acting_for=holder.acting_for,
        reason=intent.reason.strip(), form=listed, unit=holder.unit, lap=item.lap,
    )  # fmt: skip
    try:
        after = _after(decision, item, holder, move.reason, moves, ctx)
    except IllegalMove:
        return too_late(intent, item, moves, ctx)
    if decision is Decision.CONFIRMED:
        return _confirmed(intent, item, step, move, ctx)
    word = w.verdict_word(decision, step)
    by = w.person_as(intent.who, holder.acting_for, ctx)
    others = f"已由{by} {w.hm(ctx.now)} {word}"
    detail = f"{step.act}:{word}" + (f":{move.reason}" if move.reason else "")
    if holder.acting_for:
        detail += f"（代{ctx.name(holder.acting_for)}）"
    own = intent.task_id or _own_card(intent.who, item, ctx)
    effects: list[Effect] = [
        KeepMove(item.id, move),
        *_settle_own(intent, own, f"{w.done_word(decision, step)} {w.hm(ctx.now)}", ctx),
        *_consequences(decision, item, after, (*moves, move), ctx, others, own),
        Record(intent.who, word, item.id, detail, role=holder.role, version=item.current.no),
        Expect(intent.who),
    ]
    if not intent.task_id:
        held = f"已{word}，仍由您办理，有结论后请点新卡片"
        said = held if decision is Decision.HELD else w.done_word(decision, step)
        said += w.count_parts(after, (*moves, move), ctx) if after.position == item.position else ""
        effects.append(say(intent, f"{item.number} {said}。", ctx, item.id))
    return effects + _tell_author(decision, item, after, step, move, by, ctx)


def _proposal(intent: i.Decided, decision: Decision, item: Item) -> suggestion.Suggestion | None:
    """建议稿 with a return: only to the one who began it, of a text."""
    if decision is not Decision.RETURNED or not item.author or not first_draft(item) or not w.is_text(item):
        return None
    return suggestion.read_suggestion(intent.reason, item.current)


def _after(decision: Decision, item: Item, holder: Holder, reason: str, moves: Sequence[Move], ctx: Context) -> Item:
    match decision:
        case Decision.PASSED:
            own = own_roles(ctx.regulation)
            return progress.pass_check(item, holder.role, moves, ctx.now, unit=holder.unit, own=own)
        case Decision.RETURNED:
            return progress.send_back(item, reason, ctx.now)
        case _:
            progress.expect(item, decision, position=item.position, round=item.round)
            return item


def _consequences(
    decision: Decision, item: Item, after: Item, moves: Sequence[Move], ctx: Context, others: str, tapped: str
) -> list[Effect]:
    if decision is Decision.HELD:
        step = item.step
        assert step is not None
        return _again(item, step, moves, ctx)
    return moved(item, after, moves, ctx, done=others, tapped=tapped)


def _again(item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """请示: the step stays; its holder gets a fresh card for the conclusion that comes later."""
    effects: list[Effect] = [SaveItem(item)]
    for holder in asked(holders(item, step, moves, ctx.desk), ctx.desk):
        if any(m.actor == holder.userid for m in moves[-1:]):
            effects += ask_holder(item, step, holder, moves, ctx, deadline_now(item, step, ctx))
    return effects


def _own_card(who: str, item: Item, ctx: Context) -> str:
    """The card this person holds for the step, when he types instead of tapping."""
    rows = [r for r in ctx.store.live_cards(item.id, to=who) if r.position == item.position and r.round == item.round]
    return rows[-1].task_id if rows else ""


def _settle_own(intent: i.Decided, own: str, done: str, ctx: Context) -> list[Effect]:
    """The person's own card shows his verdict, with the tap's code, or the one from sending when he typed."""
    if intent.task_id:
        return settle_tap(intent, done, ctx)
    row = ctx.store.card(own) if own else None
    return [UpdateCard(own, cards.closed(row.card, done), f"own|{ctx.cause}|{own}")] if row else []


def _confirmed(intent: i.Decided, item: Item, step: Step, move: Move, ctx: Context) -> list[Effect]:
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    effects: list[Effect] = [
        KeepMove(item.id, move),
        Record(intent.who, "确认未见禁止发布内容", item.id, w.findings(item, ctx), version=item.current.no),
    ]
    if row is not None:
        shown: Card = cards.confirmed(row.card, step)
        effects.append(UpdateCard(row.task_id, shown, f"tap|{ctx.cause}", code=intent.code, close=False))
    else:
        effects.append(
            say(
                intent,
                f"{item.number} 已记：您确认未见禁止发布内容。接着请回复“{w.pass_word(step)} {item.number}”。",
                ctx,
                item.id,
            )
        )
    return effects


def _tell_author(
    decision: Decision, item: Item, after: Item, step: Step, move: Move, by: str, ctx: Context
) -> list[Effect]:
    """The drafter hears of a return, of a question held open, and of the last approval."""
    n, title = item.number, w.heading(item)
    if decision is Decision.RETURNED:
        how = f"改好后把全文直接发来，要撤回复“撤回 {n}”。"
        if comments.is_comment(item) and first_draft(after):  # he is asked where it goes instead
            return []
        if not w.is_text(after):
            how = f"要改哪一项，回复“改 {n} 项目 新内容”；改好回复“{w.send_word(after)} {n}”；要撤回复“撤回 {n}”。"
        text = (
            f"{n}《{title}》{step.act}未通过（{by}，{w.return_word(step)}）："
            f"{move.reason}。\n{_opinions(item, move, ctx)}{how}"
        )
        if not item.author or not first_draft(after):  # a later draft: whoever holds it has been asked
            told = text.removesuffix(how).rstrip()
            return [tell(item.author, told, ctx, item=item.id, what="returned")] if item.author else []
        if w.is_text(after) and move.form.get(suggestion.TEXT):
            return _show_proposal(item, after, step, move, by, ctx)
        expected = ctx.store.expectation(item.author)  # what he is being asked about another item comes first
        asks: list[Effect] = []
        if not w.is_text(after):
            asks = [send_card(cards.final_card(after, item.author, ctx), item.author, after, "choose2", ctx)]
        elif expected is None or expected.item == item.id:
            asks = [Expect(item.author, "wording", item.id)]
        return [tell(item.author, text, ctx, item=item.id, what="returned"), *asks]
    if decision is Decision.HELD:
        text = f"{n}《{title}》{by}正在{step.holds}（{step.act}）：{move.reason}。有结果会告诉您。"
        return [tell(item.author, text, ctx, item=item.id, what="held")]
    approved = decision is Decision.PASSED and after.approved_at and item.approved_at is None
    if approved and after.step is not None and not after.awaiting(Do.CHECK):  # what is over is told by `finish`
        return [
            tell(
                item.author,
                f"{n}《{title}》已审定，{w.place(after, ctx, _holders_of(after, ctx))}。",
                ctx,
                item=item.id,
                what="approved",
                merge=True,
            )
        ]
    return []


def _opinions(item: Item, returned: Move, ctx: Context) -> str:
    """会签: what the others have said so far, and who has said nothing yet (citics-R4)."""
    moves, word = ctx.moves(item), w.pass_word(item.step) if item.step else ""
    lines = []
    for duty, done in w.parts(item, moves, ctx):
        if returned.role in duty.roles and returned.unit in ("", duty.unit):
            continue
        passed = [m for m in moves if (m.decision, m.round) == (Decision.PASSED, item.round) and m.role in duty.roles]
        by = w.person_as(passed[-1].actor, passed[-1].acting_for, ctx) if passed else ""
        lines.append(f"{w.part_name(duty, ctx)} {f'{by} {word}' if done and by else '还没有意见'}")
    return f"其他意见：{'；'.join(lines)}。\n" if lines else ""


def _show_proposal(item: Item, after: Item, step: Step, move: Move, by: str, ctx: Context) -> list[Effect]:
    """A54: who provided the text sees the difference, and takes it over or not."""
    n, proposed = item.number, move.form[suggestion.TEXT]
    text = (
        f"{n}《{w.heading(item)}》{step.act}未通过（{by}，{w.return_word(step)}）：{move.reason}。\n"
        f"{_opinions(item, move, ctx)}建议稿与您的稿比较：{difference.marked(item.current.text, proposed)}\n"
        f"建议稿全文：\n————\n{proposed}\n————\n"
        f"同意就点“采用并送审”，或回复“采用 {n}”；要另改，把全文直接发来；要撤回复“撤回 {n}”。"
    )
    card = cards.proposal_card(after, proposed, ctx)
    return [
        tell(item.author, text, ctx, item=item.id, what="returned"),
        send_card(card, item.author, after, "proposal", ctx),
    ]


def _holders_of(item: Item, ctx: Context) -> tuple[str, ...]:
    return asked_now(item, ctx.moves(item), ctx.desk)


# ---- 问一句 ---------------------------------------------------------------------------------------------------------


@router.on(i.QuestionPut)
def question_put(intent: i.QuestionPut, ctx: Context) -> Sequence[Effect]:
    """A question to the drafter moves nothing; his answer comes back with the number."""
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk) or intent.who == item.author:
        return refuse(intent, f"没有您可以提问的事项 {intent.item:04d}", ctx)
    if not intent.text:
        return [
            Expect(intent.who, "question", item.id),
            Record(intent.who, "要提问", item.id),
            *same_card(intent, ctx),
            say(
                intent, f"请回复要问 {item.number} 起草人{ctx.name(item.author)}的话。不问了回复“算了”。", ctx, item.id
            ),
        ]
    asked_now = {"item": item.id, "asker": intent.who, "at": int(ctx.now.timestamp())}
    pending = [*ctx.questions(item.author), asked_now]
    text = (
        f"{ctx.name(intent.who)}问 {item.number}《{w.heading(item)}》：{intent.text}\n"
        f"直接回复即可；同时有几个问题时回复“答 {item.number} 内容”。"
    )
    return [
        Expect(intent.who),
        Remember(item.author, "questions", json.dumps(pending)),
        Record(intent.who, "提问", item.id, intent.text, version=item.current.no),
        tell(item.author, text, ctx, item=item.id, what="question"),
        say(intent, f"已问{ctx.name(item.author)}。{item.number} 仍在您这里。", ctx, item.id),
    ]


@router.on(i.QuestionAnswered)
def question_answered(intent: i.QuestionAnswered, ctx: Context) -> Sequence[Effect]:
    """To everybody who asked about this item; without a number only when all questions are about one item."""
    pending = ctx.questions(intent.who)
    about = list(dict.fromkeys(q["item"] for q in pending))
    number = intent.item or (about[0] if len(about) == 1 else 0)
    item = ctx.store.item(number) if number else None
    askers = tuple(dict.fromkeys(q["asker"] for q in pending if q["item"] == number))
    if not number and about:
        names = "、".join(f"“答 {n:04d} 内容”" for n in about)
        return refuse(intent, f"有几个问题等您回答，请说明答哪一个：{names}", ctx)
    if item is None or not askers:
        return refuse(intent, f"{number:04d} 没有等您回答的问题", ctx)
    text = f"{ctx.name(intent.who)}答 {item.number}《{w.heading(item)}》：{intent.text}"
    left = [q for q in pending if q["item"] != number]
    return [
        Remember(intent.who, "questions", json.dumps(left)),
        Record(intent.who, "答问", item.id, intent.text, version=item.current.no),
        *[tell(asker, text, ctx, item=item.id, what="answered") for asker in askers],
        say(intent, f"已转给{ctx.names(askers)}。", ctx, item.id),
    ]
