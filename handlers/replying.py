"""答复: what the netizen is told. It is looked over like a post, confirmed by a person, and kept word for word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.rules import comments, progress, replies
from bot.rules import intents as i
from bot.rules.deadline import due_words
from bot.rules.effects import Effect, Expect, KeepMove, KeepPair, Record, Remember
from bot.rules.item import Decision, Item, Move, State
from bot.rules.personal import masked
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Interim, Step
from bot.rules.routing import Holder, asked_now, holder_for, may_draft, may_see, own_roles
from handlers import comment_cards, reply_drafts
from handlers import reply_words as rw
from handlers import wording as w
from handlers.context import Context
from handlers.dues import due_of
from handlers.following import answered_with
from handlers.onward import close_cards, close_own, moved
from handlers.router import Router
from handlers.saying import refuse, same_card, say, send_card, settle_tap, tell

router = Router()

AS_BEFORE = "这是以前的答复，请核对"
KEPT = "reply"  # what a person had written when he was asked whether it really shall go out


@router.on(i.ReplySaid)
def reply_said(intent: i.ReplySaid, ctx: Context) -> Sequence[Effect]:
    """答复 0456 text: given, when the item waits for it; written down as a draft, when it must be approved first."""
    item = ctx.store.item(intent.item)
    moves = ctx.moves(item) if item else ()
    if item is None or not comments.is_comment(item) or not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以答复的 {intent.item:04d}", ctx)]
    if intent.anew:
        return reply_drafts.anew(intent, item, moves, ctx)
    if comments.writes_reply(item) and may_draft(intent.who, item, moves, ctx.desk):
        return reply_drafts.drafted(intent, item, moves, ctx)
    step = item.step
    running = item.state is State.RUNNING and item.awaiting(Do.REPLY)
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if running and step else None
    if step is None or holder is None:
        return _not_now(intent, item, moves, ctx)
    if item.joined and not intent.text.strip():  # the same words as its issue was answered with
        intent = replace(intent, text=answered_with(item, ctx))
    agreed = comments.agreed(item)
    if agreed:
        return _verbatim(intent, item, step, holder, agreed, moves, ctx)
    interim = next((one for one in replies.interims(item) if one.tick == intent.tick), None) if intent.tick else None
    if intent.tick and interim is None:
        return [*same_card(intent, ctx), *refuse(intent, f"{item.number} 现在没有“{intent.tick}”可选", ctx, item)]
    return _answered(intent, item, step, holder, interim, moves, ctx)


def _not_now(intent: i.ReplySaid, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """What must be done before, by whom: approved (saws-R29), or looked into and recorded (company-qiguanbu-R20)."""
    people = asked_now(item, moves, ctx.desk)
    text = rw.before_the_answer(item, people, ctx) or w.stale(item, ctx, moves, people)
    return [*settle_tap(intent, "已失效", ctx), *refuse(intent, text, ctx, item, action="拒绝答复")]


def _answered(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, interim: Interim | None, moves: Sequence[Move],
    ctx: Context,
) -> list[Effect]:  # fmt: skip
    said, nth = _said(intent, item, interim, ctx)
    text, link = replies.with_link(said)
    if not any(c.isalnum() for c in text):  # nothing, or only marks: nobody can have meant it
        return _ask(intent, item, interim, ctx)
    found = replies.look_over(text, item, ctx.regulation, ctx.words)
    if found.wrong:
        why = f"{item.number} 不能这样答复：{'；'.join(found.wrong)}。请改好后把答复重发"
        return [_expect(intent, item), *same_card(intent, ctx), *refuse(intent, why, ctx, item, action="答复不合要求")]
    if intent.like:
        found = replies.Findings(found.counted, (), (AS_BEFORE, *found.doubts))
    if found.doubts and not intent.sure:
        return _ask_again(intent, item, said, nth, found, ctx)
    form = {comments.REPLY: text}
    form |= {comments.REPLY_LINK: link} if link else {}
    form |= {replies.PREPARED: f"第{nth}句"} if nth else {}
    return _recorded(intent, item, step, holder, form, found.counted, moves, ctx)


def _said(intent: i.ReplySaid, item: Item, interim: Interim | None, ctx: Context) -> tuple[str, int]:
    """The answer meant: typed, a prepared one by its number, or the one that was shown back before."""
    if intent.sure:
        kept = json.loads(ctx.store.memory(intent.who, KEPT) or "{}")
        mine = kept if kept.get("item") == item.id else {}
        return mine.get("text", ""), mine.get("nth", 0)
    if intent.like and (before := rw.like(item, ctx)) is not None:
        return before.answer, 0
    texts = interim.texts if interim else ()
    bare = intent.text.strip(" 。.第句")
    nth = intent.nth or (int(bare) if bare.isdigit() and len(bare) < 3 else 0)
    if texts and 0 < nth <= len(texts):
        return texts[nth - 1], nth
    same = next((n for n, one in enumerate(texts, 1) if replies.same_text(one, intent.text)), 0)
    return intent.text.strip(), same


def _expect(intent: i.ReplySaid, item: Item) -> Expect:
    return Expect(intent.who, "reply", item.id, {"tick": intent.tick})


def _ask(intent: i.ReplySaid, item: Item, interim: Interim | None, ctx: Context) -> list[Effect]:
    """The answer is asked for; where the result takes longer the prepared wordings are shown to pick from (A40)."""
    asked: list[Effect] = [
        _expect(intent, item),
        Record(intent.who, "要答复", item.id, intent.tick),
        *same_card(intent, ctx),
        say(intent, rw.answer_wanted(item, interim), ctx, item.id),
    ]
    if interim is None or not interim.texts:
        return asked
    card = comment_cards.wordings_card(item, interim, intent.who, ctx)
    return [*asked, send_card(card, intent.who, item, "later", ctx)]


def _ask_again(
    intent: i.ReplySaid, item: Item, said: str, nth: int, found: replies.Findings, ctx: Context
) -> list[Effect]:
    """saws 五(二)(R35): a stiff tone, a telephone number: shown back, and given only when the person says so."""
    kept = {"item": item.id, "text": said, "nth": nth, "tick": intent.tick}
    card = comment_cards.sure_card(item, said, found.doubts, intent.who, ctx)
    return [
        Remember(intent.who, KEPT, json.dumps(kept, ensure_ascii=False)),
        _expect(intent, item),
        Record(intent.who, "答复待确认", item.id, f"{'；'.join(found.doubts)}：{said}"),
        *close_cards(item, ctx, "请看下一张卡片", except_for=intent.task_id, purposes=("sure",)),
        *same_card(intent, ctx),
        say(intent, rw.doubtful(item, found), ctx, item.id),
        send_card(card, intent.who, item, "sure", ctx),
    ]


def _verbatim(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, agreed: str, moves: Sequence[Move], ctx: Context
) -> list[Effect]:
    """The approved answer and no other (saws-R29): its fingerprint is the one that was passed."""
    said, link = replies.with_link(intent.text)
    if said and not link and said.startswith(("http://", "https://")):
        said, link = "", said
    if said and not replies.same_text(said, agreed):
        why = f"{item.number} 要照审定的原文答复。要改，请回复“改答复 {item.number} 新的全文”，改后重新审定"
        return [*same_card(intent, ctx), *refuse(intent, why, ctx, item, action="拒绝答复")]
    if not replies.approved(item, moves):
        return refuse(intent, f"{item.number} 的答复和审定的不是同一份，请重新送审", ctx, item, action="拒绝答复")
    form = {comments.REPLY: agreed} | ({comments.REPLY_LINK: link} if link else {})
    return _recorded(intent, item, step, holder, form, f"照审定的原文（校验 {item.current.short_print}）", moves, ctx)


def _recorded(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, form: dict[str, str], counted: str,
    moves: Sequence[Move], ctx: Context,
) -> list[Effect]:  # fmt: skip
    try:
        ticked = progress.set_tick(item, intent.tick, intent.who) if intent.tick else item
        after = progress.record(
            ticked, {}, ctx.now, role=holder.role, moves=moves, unit=holder.unit, own=own_roles(ctx.regulation)
        )
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        form=form, unit=holder.unit, lap=item.lap,
    )  # fmt: skip
    done = f"已答复 {w.hm(ctx.now)}"
    told = _told(intent, item, after, step, (*moves, move), counted, ctx)
    copy = form[comments.REPLY] if replies.PREPARED in form else ""
    return [
        KeepMove(item.id, move),
        *settle_tap(intent, done, ctx),
        *([] if intent.task_id else close_own(intent.who, item, done, ctx)),
        *close_cards(item, ctx, done, except_for=intent.task_id, purposes=("later", "sure")),
        say(intent, told, ctx, item.id),
        *([tell(intent.who, copy, ctx, item=item.id, what="copy")] if copy else []),
        *moved(item, after, (*moves, move), ctx, done=done, tapped=intent.task_id),
        *([] if intent.tick else _kept(item, form[comments.REPLY])),
        Record(intent.who, step.act, item.id, form[comments.REPLY], role=holder.role, version=item.current.no),
        Expect(intent.who),
    ]


def _told(
    intent: i.ReplySaid, item: Item, after: Item, step: Step, moves: Sequence[Move], counted: str, ctx: Context
) -> str:
    """已记当日答复 10:05。办结期限 12月14日 24:00（15个工作日）。"""
    head = f"{item.number} 已记{step.act} {w.hm(ctx.now)}，{counted}。"
    span = replies.first_answer(item, moves)
    if span is not None and sum(replies.answered(m) for m in moves) == 1:
        head += f"从发表到答复 {replies.minutes(span)}。"
    following = after.step
    if intent.tick and following is not None and following.do is Do.REPLY and following.due:
        due = due_of(after, following, ctx)
        until = w.until(due.at, ctx.now) if due else ""
        return f"{head}办结期限 {until}（{due_words(following.due)}），办结后请用“答复 {item.number} 结果”告诉网民。"
    people = asked_now(after, moves, ctx.desk) if after.state is State.RUNNING else ()
    return f"{head}{w.next_up(after, ctx, people, intent.who, moves)}。"


def _kept(item: Item, answer: str) -> list[Effect]:
    """What was asked and answered, without numbers that point to a person; nothing of a private flow."""
    if item.flow is None or item.flow.private or not comments.said(item):
        return []
    return [KeepPair(masked(comments.said(item)), masked(answer), item.id)]
