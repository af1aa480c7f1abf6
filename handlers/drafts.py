"""投稿: from a message to an item that is sent for review. What is missing is asked for, one thing at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules import comments, progress
from bot.rules import intents as i
from bot.rules.effects import (
    Effect,
    Record,
    Remember,
    SaveItem,
)
from bot.rules.forms import missing_fields
from bot.rules.item import Item, State, replace
from bot.rules.progress import IllegalMove
from bot.rules.routing import may_draft
from handlers import cards
from handlers import wording as w
from handlers.choosing import with_choices
from handlers.composing import (
    ask_or_submit,
    is_his,
    is_new_wording,
    loose_media,
    new_wording,
    open_draft,
    reword,
    stale_draft,
)
from handlers.context import Context
from handlers.media import MAX_MEDIA
from handlers.missing import required_form
from handlers.new_posts import new_post
from handlers.onward import close_cards, moved
from handlers.pasted import no_more_asked
from handlers.router import Router
from handlers.saying import merge_replies, no_drafting, refuse, say, send_card

router = Router()

SENTENCE_ENDS = "。！？；…”’）》.!?;:：\n"


@router.on(i.DraftSent)
def draft_sent(intent: i.DraftSent, ctx: Context) -> Sequence[Effect]:
    """A text: a new draft, a part, a new wording. In doubt the person is asked, nothing is guessed away."""
    if (  # a correction may be anybody's
        not ctx.drafting_seats(intent.who) and not intent.item and open_draft(intent.who, ctx) is None
    ):
        return no_drafting(intent, ctx)
    if intent.only_channel:
        return _only_channel(intent, ctx)
    given = None if intent.item or intent.into else _to_edit(intent, ctx)
    if given is not None:  # the new wording of what he edits, without 改 0123 before it
        return _put(intent, given, "replace", ctx)
    item = ctx.store.item(intent.item) if intent.item else open_draft(intent.who, ctx)
    if intent.item and (item is None or not is_his(intent.who, item, ctx)):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not intent.text.strip():
        return refuse(intent, "这段文字已经处理过，请重发一次", ctx, item)
    into = intent.into or _guess(intent.text, item, ctx)
    done = [Remember(intent.who, "waiting", "")] if intent.into in ("append", "replace", "new") else []
    return [*_put(intent, item, into, ctx), *done, *no_more_asked(intent, "已当作稿件", ctx)]


def _to_edit(intent: i.DraftSent, ctx: Context) -> Item | None:
    """The text of somebody else that he edits now, when this is a new wording of it."""
    mine = (
        item for item in ctx.store.open_items()
        if item.state is State.RUNNING and item.awaiting_draft and item.author != intent.who and w.is_text(item)
        and item.current.text.strip() and may_draft(intent.who, item, ctx.moves(item), ctx.desk)
    )  # fmt: skip
    return next((item for item in mine if is_new_wording(intent.text, item)), None)


def _put(intent: i.DraftSent, item: Item | None, into: str, ctx: Context) -> list[Effect]:
    """The text where it belongs."""
    if item is None or into == "new":
        return _begin(intent, ctx)
    if into == "ask":
        return _ask_which(intent, item, ctx)
    if not item.awaiting_draft:
        return _take_back(intent, item, ctx)
    if into == "append":
        text = item.current.text + _joint(item.current.text, asked=intent.into == "append") + intent.text
        return reword(intent, item, text, ctx, note="（已接在后面）")
    return reword(intent, item, intent.text, ctx)


def _joint(before: str, *, asked: bool) -> str:
    """Between two parts: a new line, or nothing when the messenger cut the first one inside a sentence."""
    return "\n" if asked or before[-1:] in SENTENCE_ENDS else ""


def _guess(text: str, item: Item | None, ctx: Context) -> str:
    """new | append | replace | ask, for a text nobody said anything about."""
    if item is None:
        return "new"
    if not item.current.text:
        return "replace"
    if is_new_wording(text, item):  # asked first: a long text sent again after 字数超出 is no further part
        return "replace"
    return "append" if ctx.cut_off(item.author) == item.id else "ask"


def _begin(intent: i.DraftSent, ctx: Context) -> list[Effect]:
    item = new_post(intent.who, ctx, loose_media(intent.who, ctx))
    return [*reword(intent, item, intent.text, ctx, new=True), Remember(intent.who, "loose", "[]")]


def _take_back(intent: i.DraftSent, item: Item, ctx: Context) -> list[Effect]:
    """A new wording of an item under review: earlier checks are void, it starts again after its draft (rule 3)."""
    try:
        back = progress.reopen(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    effects = [
        e for e in moved(item, back, ctx.moves(item), ctx, done="起草人已改稿，请看新版") if not isinstance(e, SaveItem)
    ]
    media = (*back.current.media, *loose_media(intent.who, ctx))[:MAX_MEDIA]  # pictures sent since 改 0123 are its own
    back = replace(back, current=replace(new_wording(back), media=media))
    return [*effects, *reword(intent, back, intent.text, ctx), Remember(intent.who, "loose", "[]")]


def _ask_which(intent: i.DraftSent, item: Item, ctx: Context) -> list[Effect]:
    """Nothing is guessed: the text waits for the answer; one that comes meanwhile is added to it."""
    waiting = json.loads(ctx.store.memory(intent.who, "waiting") or "{}")
    before = waiting.get("text", "") if waiting.get("item") == item.id else ""
    text = f"{before}\n{intent.text}" if before else intent.text
    kept = json.dumps({"item": item.id, "text": text}, ensure_ascii=False)
    closing = close_cards(item, ctx, "请看下一张卡片", purposes=("which",))
    return [
        Remember(intent.who, "waiting", kept),
        Record(intent.who, "来文待定", item.id, intent.text),
        *closing,
        say(
            intent,
            f"您有还没送审的稿件 {item.number}《{w.heading(item)}》。"
            "这段文字怎么处理，请点卡片，或回复“接在后面”“替换全文”“另起新稿”。",
            ctx,
            item.id,
        ),
        send_card(cards.which_card(item, ctx), intent.who, item, "which", ctx),
    ]


def _only_channel(intent: i.DraftSent, ctx: Context) -> list[Effect]:
    """只发微信: the other channels are dropped from the open draft."""
    item = open_draft(intent.who, ctx)
    wanted = [
        k
        for k, c in ctx.regulation.channel.items()
        if intent.only_channel in c.label or intent.only_channel == c.account
    ]
    if item is None or not wanted:
        return refuse(intent, "没有待送审的稿件，或没有这个渠道", ctx, item)
    after = replace(item, channels=(wanted[0],), seq=item.seq + 1)
    head: list[Effect] = [Record(intent.who, "改渠道", item.id, ctx.regulation.channel[wanted[0]].label)]
    return head + ask_or_submit(intent, after, ctx, final=after.flow is not None and bool(item.channels))


@router.on(i.ChoicesMade)
def choices_made(intent: i.ChoicesMade, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return stale_draft(intent, item, ctx)
    after = with_choices(item, intent.chosen, intent.who, ctx)
    remember = [Remember(intent.who, what, value) for what, value in intent.chosen.items() if value != cards.UNSET.id]
    remember = [
        Remember(r.userid, f"scope:{after.flow.id}" if r.what == "scope" and after.flow else r.what, r.value)
        for r in remember
        if not r.what.startswith("tick:")
    ]
    head: list[Effect] = [Record(intent.who, "选择", item.id, _choice_words(intent.chosen, after, ctx))]
    return head + list(remember) + ask_or_submit(intent, after, ctx, final=intent.final)


def _choice_words(chosen: dict[str, str], after: Item, ctx: Context) -> str:
    """What was chosen, as a person reads it: 类别：一般内容、渠道：官方微博."""
    words = {
        "flow": ("类别", after.flow.option if after.flow else ""), "channels": ("渠道", w.channels(after, ctx)),
        "column": ("栏目", after.column), "unit": ("承办单位", after.unit), "scope": ("内容范围", after.scope),
    }  # fmt: skip
    made = {k: v for k, v in chosen.items() if v != cards.UNSET.id}
    told = [f"{name}：{value}" for name, value in (words[k] for k in made if k in words) if value]
    told += [k.removeprefix("tick:") for k, v in made.items() if k.startswith("tick:") and v != "0"]
    return "、".join(told)


@router.on(i.SubmitAsked)
def submit_asked(intent: i.SubmitAsked, ctx: Context) -> Sequence[Effect]:
    """送审 0123, typed."""
    item = ctx.store.item(intent.item)
    if item is None or not is_his(intent.who, item, ctx):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return stale_draft(intent, item, ctx)
    if comments.unwritten(item):  # else what the netizen wrote would be checked, and given to him as the answer
        word = "拟复" if comments.writes_reply(item) else "改"
        return refuse(intent, f"{item.number} 还没有写，请回复“{word} {item.number} 全文”", ctx, item)
    wanting = missing_fields(required_form(item, ctx), item.form) if not item.is_post else ()
    said = f"{item.number} 还不能{w.send_word(item)}，缺：{'、'.join(wanting)}。"
    lacking = [say(intent, said, ctx, item.id)] if wanting else []
    return merge_replies([*lacking, *ask_or_submit(intent, item, ctx, final=True)])
