"""拟复: an answer that must be approved is written here, and given as it was approved."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, progress, replies
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, KeepMove, KeepVersion, Record, UpdateCard
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Step
from bot.rules.routing import Holder, asked_now, holder_for, may_draft, own_roles
from handlers import reply_words
from handlers import wording as w
from handlers.context import Context
from handlers.onward import close_own, moved, waiting_units
from handlers.saying import refuse, same_card, say, settle_tap


def drafted(intent: i.ReplySaid, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """The answer as it shall be given goes to its check; without a text it is asked for."""
    step = item.step
    assert step is not None
    holder = holder_for(intent.who, item, step, moves, ctx.desk) or Holder(intent.who, step.by[0])
    text = intent.text.strip()
    given = replies.opinions(item, moves)
    if intent.nth and intent.nth <= len(given):
        text = given[intent.nth - 1][1]
    if intent.like and (before := reply_words.like(item, ctx)) is not None:
        text = before.answer
    if not text and intent.sure and not reply_words.unwritten(item):
        text = item.current.body
    if not any(c.isalnum() for c in text):
        return _ask(intent, item, step, ctx)
    found = replies.look_over(text, item, ctx.regulation, ctx.words)
    if found.wrong:
        why = f"{item.number} 不能这样答复：{'；'.join(found.wrong)}。请改好后把全文重发"
        expect = Expect(intent.who, "reply", item.id, {"tick": ""})
        return [expect, *same_card(intent, ctx), *refuse(intent, why, ctx, item, action="答复不合要求")]
    if holder.unit:
        return _part(intent, item, step, holder, text, found, moves, ctx)
    return _sent(intent, item, step, holder, text, found, moves, ctx)


# ---- several units --------------------------------------------------------------------------------------------------


def _part(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, text: str, found: replies.Findings,
    moves: Sequence[Move], ctx: Context,
) -> list[Effect]:  # fmt: skip
    """One unit's opinion (saws-R31): kept beside the others'; with the last one they go on together."""
    own = own_roles(ctx.regulation)
    try:
        complete = progress.complete(item, step, holder.role, moves, holder.unit, own)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        form={replies.OPINION: text}, unit=holder.unit, lap=item.lap,
    )  # fmt: skip
    known = (*moves, move)
    if complete:
        kept: list[Effect] = [KeepMove(item.id, move)]
        whole = together(item, known)
        return [*kept, *_sent(intent, item, step, replace_unit(holder), whole, found, known, ctx)]
    after = replace(item, seq=item.seq + 1)
    counted = w.count_parts(after, known, ctx)
    left = "、".join(waiting_units(after, known, ctx))
    done = f"已提意见 {w.hm(ctx.now)}"
    return [
        KeepMove(item.id, move),
        *settle_tap(intent, done, ctx),
        *close_own(intent.who, item, done, ctx),
        say(intent, f"{item.number} 已记{holder.unit}的意见{counted}，还等{left}。", ctx, item.id),
        *moved(item, after, known, ctx, done=done, tapped=intent.task_id),
        *_show_count(intent.who, after, known, ctx),
        Record(intent.who, step.act, item.id, f"{holder.unit}：{text}", role=holder.role, version=item.current.no),
        Expect(intent.who),
    ]


def replace_unit(holder: Holder) -> Holder:
    return Holder(holder.userid, holder.role, holder.acting_for)


def _show_count(who: str, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """The cards of the units that are still asked say how many have answered: 1/2."""
    counted = reply_words.opinions_given(item, moves, ctx)
    effects: list[Effect] = []
    for row in ctx.store.live_cards(item.id, purpose="reply"):
        rows = tuple(replace(r, value=counted) if r.name == reply_words.GIVEN else r for r in row.card.rows)
        if row.userid != who:
            card = replace(row.card, rows=rows)
            effects.append(UpdateCard(row.task_id, card, f"count|{ctx.cause}|{row.task_id}", close=False))
    return effects


def together(item: Item, moves: Sequence[Move]) -> str:
    """All opinions in one text: with the units' names for whoever settles one answer out of them; else the answer."""
    following = progress.next_position(item)
    settled = item.flow is not None and following is not None and item.flow.steps[following].do is Do.DRAFT
    return "\n".join(f"{unit}：{text}" if settled else text for unit, text in replies.opinions(item, moves))


def without_one(item: Item, left: Item, moves: Sequence[Move], ctx: Context) -> tuple[Item, list[Effect]]:
    """The only unit that had not answered says that it does not concern it: what the others wrote goes on."""
    given = replies.opinions(item, moves)
    if not comments.writes_reply(item) or left.position <= item.position or not given:
        return left, []
    rest = replace(left, position=item.position)
    version = wording(rest, together(rest, moves), moves[-1].actor, ctx)
    return progress.submit(rest, version, ctx.now), [KeepVersion(item.id, version)]


def _ask(intent: i.ReplySaid, item: Item, step: Step, ctx: Context) -> list[Effect]:
    text = f"请把{item.number}“{step.act}”的全文发来，审定后照原文答复。不写了回复“算了”。"
    return [
        Expect(intent.who, "reply", item.id, {"tick": ""}),
        Record(intent.who, "要拟复", item.id),
        *same_card(intent, ctx),
        say(intent, text, ctx, item.id),
    ]


def wording(item: Item, text: str, who: str, ctx: Context) -> Version:
    """The next wording: the answer under the heading of the comment."""
    return Version(item.current.no + 1, comments.heading(item), text, form=dict(item.form), by=who, at=ctx.now)


def _sent(
    intent: i.ReplySaid, item: Item, step: Step, holder: Holder, text: str, found: replies.Findings,
    moves: Sequence[Move], ctx: Context,
) -> list[Effect]:  # fmt: skip
    version = wording(item, text, intent.who, ctx)
    try:
        after = progress.submit(item, version, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=after.round, version=version.no, fingerprint=version.fingerprint, actor=intent.who,
        role=holder.role, decision=Decision.SUBMITTED, at=ctx.now, acting_for=holder.acting_for, lap=item.lap,
    )  # fmt: skip
    done = f"已送出 {w.hm(ctx.now)}"
    people = asked_now(after, (*moves, move), ctx.desk)
    noted = f"检查：{'；'.join(found.doubts)}。" if found.doubts else "检查：未见问题。"
    where = w.next_up(after, ctx, people, intent.who, (*moves, move))
    return [
        KeepVersion(item.id, version),
        KeepMove(item.id, move),
        *settle_tap(intent, done, ctx),
        *([] if intent.task_id else close_own(intent.who, item, done, ctx)),
        say(intent, f"{item.number} 已记“{step.act}”，{found.counted}。{noted}{where}。", ctx, item.id),
        *moved(item, after, (*moves, move), ctx, done=done, tapped=intent.task_id),
        Record(intent.who, step.act, item.id, text, role=holder.role, version=version.no),
        Expect(intent.who),
    ]


# ---- another text ---------------------------------------------------------------------------------------------------


def anew(intent: i.ReplySaid, item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """改答复 0456 text: what was approved is approved no more; the new text is checked again.

    Whoever drafts it sends it to the check at once; who only gives the answer sends it back with his proposal.
    """
    text, step = intent.text.strip(), item.step
    agreed = comments.agreed(item)
    holder = holder_for(intent.who, item, step, moves, ctx.desk) if step and agreed else None
    back = replace(item, position=progress.draft_position(item)) if item.flow and item.state is State.RUNNING else item
    drafts = comments.writes_reply(back) and may_draft(intent.who, back, moves, ctx.desk)
    if not item.awaiting(Do.REPLY, Do.CHECK) or not (drafts or holder):
        where = w.place(item, ctx, asked_now(item, moves, ctx.desk))
        return refuse(intent, f"{item.number} {where}，不能改答复", ctx, item)
    if not text:
        return refuse(intent, f"请把新的答复写在后面，例如“改答复 {item.number} 您好，……”", ctx, item)
    role = holder.role if holder else ""
    try:
        reopened = progress.reopen(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=role, decision=Decision.RETURNED, at=ctx.now, reason=f"答复要改为：{text}", lap=item.lap,
    )  # fmt: skip
    turned: list[Effect] = [
        KeepMove(item.id, move),
        Record(intent.who, "改答复", item.id, text, version=item.current.no),
    ]
    if not drafts:
        done = "答复要改，已退回重拟"
        return [
            *turned,
            say(intent, f"{item.number} 已退回重拟，改好审定后再答复。", ctx, item.id),
            *moved(item, reopened, (*moves, move), ctx, done=done, tapped=intent.task_id),
            Expect(intent.who),
        ]
    version = wording(reopened, text, intent.who, ctx)
    found = replies.look_over(text, item, ctx.regulation, ctx.words)
    if found.wrong:
        return refuse(intent, f"{item.number} 不能这样答复：{'；'.join(found.wrong)}", ctx, item, action="答复不合要求")
    after = progress.submit(reopened, version, ctx.now)
    sent = Move(
        step=reopened.position, round=after.round, version=version.no, fingerprint=version.fingerprint,
        actor=intent.who, role=_drafting_role(intent.who, back, moves, ctx), decision=Decision.SUBMITTED, at=ctx.now,
        lap=item.lap,
    )  # fmt: skip
    known = (*moves, move, sent)
    where = w.place(after, ctx, asked_now(after, known, ctx.desk), known)
    return [
        *turned,
        KeepVersion(item.id, version),
        KeepMove(item.id, sent),
        say(intent, f"{item.number} 已改，{where}。", ctx, item.id),
        *moved(item, after, known, ctx, done="答复已改，重新审定", tapped=intent.task_id),
        Expect(intent.who),
    ]


def _drafting_role(who: str, item: Item, moves: Sequence[Move], ctx: Context) -> str:
    step = item.step
    holder = holder_for(who, item, step, moves, ctx.desk) if step else None
    return holder.role if holder else ""
