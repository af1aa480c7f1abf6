"""What one person gets for one step: what he must read, then the card on which he acts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, difference, extension, replies
from bot.rules.aftermath import takes_down
from bot.rules.effects import (
    Effect,
    OpenDeadline,
    Send,
)
from bot.rules.item import Decision, Item, Move, Version, replace
from bot.rules.messages import Attachment
from bot.rules.personal import personal_data
from bot.rules.progress import assign_position
from bot.rules.regulation import Do, Step
from bot.rules.routing import (
    Holder,
)
from handlers import cards, comment_cards, reply_words
from handlers import wording as w
from handlers.context import Context
from handlers.conversation import thread
from handlers.dues import (
    answer_due,
    period_of_item,
)
from handlers.quota import publish_note
from handlers.saying import (
    item_url,
    send_card,
    tell,
)

MOST = 20  # joined comments named one by one


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


def _with_it(item: Item, ctx: Context) -> str:
    """归并: which other comments are settled with this one."""
    joined = ctx.store.joined_to(item.id) if comments.is_comment(item) else ()
    return f"归并 {len(joined)} 条，一次办理：{'、'.join(x.number for x in joined[:MOST])}\n" if joined else ""


def _head(item: Item, step: Step, ctx: Context) -> str:
    """Who asks what, on what ground, and the text."""
    assert item.flow is not None
    content = w.content(item).strip()
    body = f"————\n{content}\n————\n" if content and content != item.title else ""
    return (
        f"【待您{step.act}】{item.number} {w.heading(item)}\n{w.origin(item, ctx)} · "
        f"{item.flow.label}（依据 {w.basis(item.flow)}）\n{body}{w.fields(item, shown=item.is_post)}"
        + _with_it(item, ctx)
        + (f"{note}\n" if (note := w.names_note(item, ctx)) else "")
    )


def why_back(item: Item, moves: Sequence[Move], ctx: Context) -> str:
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
    text = f"{_head(item, step, ctx)}{before}{done}{why_back(item, moves, ctx)}{w.till(until)}{how}"
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
    if not until and comments.is_comment(item):  # this step has no date of its own, the answer has
        until = answer_due(item, ctx)
    units = "、".join(o.text for o in cards.assignable(item, ctx)[:30])
    how = (
        f"请在卡片上选单位，或回复“交办 {item.number} 单位”（可写几个，或写“全部”）。可选：{units}。"
        if units
        else f"办好后请点卡片，或回复“办结 {item.number}”。"
    )
    text = f"{_head(item, step, ctx)}{why_back(item, moves, ctx)}{w.till(until)}{how}"
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
    text = _head(item, step, ctx) + why_back(item, moves, ctx) + w.till(until)
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
    text = reply_words.head(item, step, due.due_at, ctx) + why_back(item, moves, ctx)
    agreed = comments.agreed(item)
    how = (
        f"答复已审定，下一条是原文，请照此答复，再点“已按此答复”，或回复“答复 {item.number}”。"
        if agreed
        else f"请点卡片，或回复“答复 {item.number} 答复内容”。"
    )
    how += "" if agreed else "".join(f"一时答不了，点“{one.act}”。" for one in replies.interims(item)[:1])
    how += f"不归本单位的，回复“交回 {item.number} 理由”。" if back else ""
    longer = comments.under_way(item) and not extension.why_not(item, due.due_at, ctx.now)
    how += f"到期办不完的，先回复“延期 {item.number} 理由”。" if longer else ""
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
    text = reply_words.head(item, step, due.due_at, ctx) + why_back(item, moves, ctx)
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
