"""起草: what every way of writing shares: the wording, the next card, the question, and sending for review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.rules import accounts, difference, progress
from bot.rules import intents as i
from bot.rules.effects import (
    Effect,
    Expect,
    KeepMove,
    KeepVersion,
    Record,
    Remember,
    SaveItem,
)
from bot.rules.item import Decision, Item, Media, Move, State, Version, replace
from bot.rules.late import LATE
from bot.rules.personal import personal_data
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.regulation import Kind, Step
from bot.rules.routing import asked, holders, may_draft, seated
from bot.rules.textcheck import source_of, split_title
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.dues import period_of_item
from handlers.hints import hints
from handlers.media import checked
from handlers.missing import Ask, asked_form, late_since, missing, missing_choice, required_form
from handlers.onward import close_cards, moved
from handlers.saying import refuse, same_card, say, send_card, settle_tap, tell

LIKE = 0.6  # from this similarity on a text is a new wording of the open draft
LOOSE_MINUTES = 30


def open_draft(who: str, ctx: Context) -> Item | None:
    """The draft this person is working on: the latest one not sent yet, else the latest returned one."""
    mine = [
        item for item in ctx.store.open_items(author=who)
        if item.kind is Kind.POST and item.awaiting_draft and first_draft(item)
    ]  # fmt: skip
    return max(mine, key=lambda item: (item.state is State.PREPARING, item.id), default=None)


def is_his(who: str, item: Item, ctx: Context) -> bool:
    """Whether he began it, or drafts it now (a later draft step, or what the scheduler began)."""
    return item.author == who or may_draft(who, item, ctx.moves(item), ctx.desk)


def is_new_wording(text: str, item: Item) -> bool:
    """The same title over a body, or much the same text."""
    split = split_title(text)
    if split.body and split.title == item.title:
        return True
    return SequenceMatcher(None, text[:2000], item.current.text[:2000], autojunk=False).ratio() >= LIKE


def reword(
    intent: i.Intent, item: Item, text: str, ctx: Context, *, new: bool = False, note: str = ""
) -> list[Effect]:
    """The draft has this text now: count, check, and ask with a card what is to be chosen."""
    if not w.is_text(item):
        return refuse(intent, f"{item.number} 请一项一项填写，发“填写 {item.number}”", ctx, item)
    after = reworded(item, text, intent.who, ctx)
    no = after.current.no
    note = note or ("" if new else f"（第{no}版，原文字已替换）")
    sent = intent.text if isinstance(intent, i.DraftSent) else text
    part = {"item": item.id, "bytes": len(sent.encode()), "at": ctx.now.timestamp()}
    shown = (*cards.DRAFT_PURPOSES, "draft")
    first = new and item.state is State.PREPARING
    closing = [] if first else close_cards(item, ctx, "已有新文本，见下一张卡片", purposes=shown)
    return [
        SaveItem(after),
        *closing,
        *settle_tap(intent, "已收到", ctx),
        Record(intent.who, "投稿" if new else "改稿", item.id, text, version=no),
        Remember(intent.who, "part", json.dumps(part)),
        Expect(intent.who),
        say(intent, w.received(after, ctx, note, hints(after, ctx)), ctx, item.id),
        _next_card(after, intent.who, ctx),
    ]


def reworded(item: Item, text: str, who: str, ctx: Context) -> Item:
    """With this text: a version that was handed in stays, explanations of words that are gone do not."""
    split = split_title(text)
    no = item.current.no + (1 if item.current.at else 0)
    version = replace(item.current, no=no, title=split.title, body=split.body, at=None, by=who)
    found_words = {hit.word for hit in ctx.words.find(text)} | {hit.name for hit in personal_data(text)}
    explained = {word: why for word, why in item.explained.items() if word in found_words}
    form = dict(item.form)
    found = source_of(text)
    if found and "信息来源" in required_form(item, ctx):
        form["信息来源"] = found
    return replace(item, current=version, explained=explained, form=form, seq=item.seq + 1)


def _next_card(item: Item, who: str, ctx: Context) -> Effect:
    """Card 1; for a returned item whose choices all stand, the last card at once."""
    if not item.is_post or (item.state is State.RUNNING and missing_choice(item, ctx) is None):
        return send_card(cards.final_card(item, who, ctx), who, item, "choose2", ctx)
    return send_card(cards.choose_card(item, who, ctx), who, item, "choose", ctx)


def stale_draft(intent: i.Intent, item: Item | None, ctx: Context) -> list[Effect]:
    if item is None:
        return [Record(intent.who, "无效点击")]
    text = f"{item.number} {w.place(item, ctx, current_holders(item, ctx))}。"
    return [
        *settle_tap(intent, "已失效", ctx),
        say(intent, text, ctx, item.id),
        Record(intent.who, "点了旧卡片", item.id),
    ]


def current_holders(item: Item, ctx: Context, moves: Sequence[Move] | None = None) -> tuple[str, ...]:
    if item.step is None or item.state is not State.RUNNING:
        return ()
    known = ctx.moves(item) if moves is None else moves
    return tuple(h.userid for h in asked(holders(item, item.step, known, ctx.desk), ctx.desk))


def ask_or_submit(intent: i.Intent, item: Item, ctx: Context, *, final: bool) -> list[Effect]:
    """Ask for the first missing thing; when nothing is missing and 送审 was said, send it for review."""
    wanted = missing(item, ctx)
    if wanted is None and final:
        return submit(intent, item, ctx)
    if wanted is not None and (final or wanted.card == "choose" or not item.is_post):
        return [SaveItem(item), *ask_for(intent, item, wanted, ctx)]
    return [  # card 1 is answered: card 2 asks the rest
        SaveItem(item),
        *settle_tap(intent, "已选", ctx, desc=w.chosen(item, ctx)),
        send_card(cards.final_card(item, intent.who, ctx), intent.who, item, "choose2", ctx),
    ]


def ask_for(intent: i.Intent, item: Item, wanted: Ask, ctx: Context) -> list[Effect]:
    final = {"final": "yes"} if isinstance(intent, i.FieldAnswered) and intent.final else {}
    data = {"field": wanted.field} | final
    expect = Expect(intent.who, "field", item.id, data) if wanted.field else Expect(intent.who)
    effects: list[Effect] = [
        expect,
        Record(intent.who, "未能送审", item.id, wanted.sentence, version=item.current.no),
        say(intent, wanted.sentence, ctx, item.id),
    ]
    live = [row for row in ctx.store.live_cards(item.id, to=intent.who) if row.task_id != intent.task_id]
    if wanted.card and not intent.task_id and not any(row.purpose == wanted.card for row in live):
        who = intent.who
        card = cards.choose_card(item, who, ctx) if wanted.card == "choose" else cards.final_card(item, who, ctx)
        effects.append(send_card(card, intent.who, item, wanted.card, ctx))
    stays = wanted.card or not wanted.field or not item.is_post  # its card is to be tapped again
    return [*effects, *same_card(intent, ctx)] if stays else effects


def composed(item: Item, ctx: Context) -> Item:
    """The wording of what is filled in field by field: its title from the flow and its first field."""
    flow = item.flow
    if w.is_text(item) or flow is None:
        return item
    unasked = required_form(item, ctx).keys() - asked_form(item, ctx).keys()  # of a choice that was changed again
    item = replace(item, form={name: value for name, value in item.form.items() if name not in unasked})
    fields = {name: item.form[name] for name in required_form(item, ctx) if item.form.get(name)}
    fields = {k: v for k, v in item.form.items() if v and k not in fields and k != LATE} | fields
    fields |= {LATE: item.form[LATE]} if item.form.get(LATE) else {}
    about = item.form.get(accounts.ACCOUNT) or item.form.get(accounts.name_field(flow), "")
    period = period_of_item(item, ctx)  # what comes round is told apart by its period
    about = about or ("" if period else next((v for k, v in fields.items()), ""))
    title = f"{flow.option}：{about}" if about else flow.option
    title = f"{title}（{period.label}）" if period else title
    body = "\n".join(f"{name}：{value}" for name, value in fields.items())
    version = new_wording(item)
    return replace(item, current=replace(version, title=title.replace("\n", " ")[:60], body=body))


def submit(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """起草环节办结: the wording is kept, and the first check begins."""
    assert item.flow is not None
    flow = item.flow
    if item.state is State.PREPARING:
        flow = ctx.regulation.flow_of(flow.id)  # its own frozen copy, as the regulation is at this moment
        item = replace(item, flow=flow, policy_version=ctx.store.policy_version())
    item = progress.marked(item, flow, ctx.roster.entry(item.unit).marks)
    item = item if item.author else replace(item, author=intent.who)
    late = item.form.get(LATE, "") if late_since(item, ctx) else ""
    if not late and not item.round and LATE in item.form:  # the date it counts from was corrected meanwhile
        item = composed(replace(item, form={k: v for k, v in item.form.items() if k != LATE}), ctx)
    version = replace(item.current, channels=item.channels, form=dict(item.form), by=intent.who, at=ctx.now)
    if item.current.at and version.fingerprint != item.current.fingerprint:  # the same text, other channels or fields
        version = replace(version, no=version.no + 1)
    position = item.position
    if item.held:  # what he has just answered is kept
        return [SaveItem(item), *same_card(intent, ctx), *refuse(intent, w.held(item, ctx), ctx, item, action=w.HELD)]
    try:
        after = progress.submit(item, version, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=position, round=after.round, version=version.no, fingerprint=version.fingerprint, actor=intent.who,
        role=_drafts_as(intent.who, flow.steps[position], item, ctx), decision=Decision.SUBMITTED, at=ctx.now,
    )  # fmt: skip
    moves, marked = (*ctx.moves(item), move), f"已标为{LATE}。" if late else ""
    sent = w.submitted(after, ctx, current_holders(after, ctx, moves), intent.who)
    sent += marked + _still_vacant(after, ctx)
    return [
        KeepVersion(item.id, version),
        KeepMove(item.id, move),
        say(intent, sent, ctx, item.id),
        *moved(item, after, moves, ctx, done=f"已{w.send_word(item)} {w.hm(ctx.now)}", tapped=intent.task_id),
        *settle_tap(intent, f"已{w.send_word(item)} {w.hm(ctx.now)}", ctx),
        Record(intent.who, "送审", item.id, f"{flow.label}；校验 {version.short_print}", version=version.no),
        Expect(intent.who),
        *([Record(intent.who, LATE, item.id, late, version=version.no)] if late else []),
        *_show_the_provider(intent, item, version, ctx),
    ]


def _still_vacant(item: Item, ctx: Context) -> str:
    """Seats that a later step wants filled: the sooner somebody is named, the less it waits."""
    assert item.flow is not None
    later = item.flow.steps[item.position :]
    empty = dict.fromkeys(r for s in later for r in s.needs if not seated(r, item, ctx.desk))
    acts = "、".join(s.act for s in later if empty.keys() & set(s.needs))
    labels = "、".join(map(ctx.role_label, empty))
    return f"{item.unit}还缺{labels}，办“{acts}”以前要先登记。" if empty else ""


def _drafts_as(who: str, step: Step, item: Item, ctx: Context) -> str:
    """The role in which he drafts."""
    return next((r for r in step.by if who in seated(r, item, ctx.desk)), step.by[0])


def _show_the_provider(intent: i.Intent, item: Item, version: Version, ctx: Context) -> list[Effect]:
    """A54: who provided the text sees what was changed in it, and may object."""
    if intent.who == item.author or not w.is_text(item) or item.kind is Kind.COMMENT:
        return []
    before = next((v for v in reversed(ctx.store.versions(item.id)) if v.by == item.author), None)
    if before is None or before.text == version.text:
        return []
    text = (
        f"{item.number} 您提供的稿件已由{ctx.name(intent.who)}编辑：\n{difference.marked(before.text, version.text)}\n"
        f"有异议请回复“异议 {item.number} 理由”。"
    )
    return [tell(item.author, text, ctx, item=item.id, what="edited")]


def loose_media(who: str, ctx: Context) -> tuple[Media, ...]:
    """Pictures that came before the text, in the last half hour."""
    kept = json.loads(ctx.store.memory(who, "loose") or "[]")
    fresh = [m for m in kept if ctx.now.timestamp() - m["at"] <= LOOSE_MINUTES * 60]
    return tuple(checked(Media(m["id"], m["kind"]), ctx, ()) for m in fresh)


def without_media(intent: i.Intent, item: Item, dropped: Sequence[Media], ctx: Context) -> list[Effect]:
    version = new_wording(item)
    kept = tuple(m for m in version.media if m not in dropped)
    after = replace(item, current=replace(version, media=kept), seq=item.seq + 1)
    text = f"{item.number} 已去掉 {len(dropped)} 个图片或视频，还有 {len(kept)} 个。"
    return [
        SaveItem(after),
        Expect(intent.who),
        Record(intent.who, "去掉媒体", item.id, f"{len(dropped)} 个", version=after.current.no),
        say(intent, text, ctx, item.id),
    ]


def new_wording(item: Item) -> Version:
    """The wording being composed: a version that was handed in stays as it is, and a next one begins."""
    return replace(item.current, no=item.current.no + 1, at=None) if item.current.at else item.current
