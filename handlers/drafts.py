"""投稿: from a message to an item that is sent for review. What is missing is asked for, one thing at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.rules import accounts, aftermath, difference, progress
from bot.rules import intents as i
from bot.rules.accounts import Account
from bot.rules.deadline import Due
from bot.rules.effects import (
    Effect,
    Expect,
    FetchMedia,
    KeepMove,
    KeepVersion,
    Record,
    Remember,
    Reply,
    SaveItem,
    Send,
    UpdateCard,
)
from bot.rules.events import MediaFetched, MediaLost
from bot.rules.forms import BadValue, applies, check_value, missing_fields, parse_basis
from bot.rules.item import Decision, Item, Media, Move, State, Version, replace
from bot.rules.late import LATE, NO_REASON, overdue
from bot.rules.mediacheck import describe_size
from bot.rules.messages import Option
from bot.rules.names import reserved_in
from bot.rules.personal import personal_data
from bot.rules.progress import IllegalMove, first_draft
from bot.rules.regulation import Do, FieldSpec, Flow, Form, Kind, Step
from bot.rules.routing import asked, drafter_gone, holders, may_draft, may_see, seated
from bot.rules.suggestion import suggested
from bot.rules.textcheck import source_of, split_title
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.corrections import correction, taking_down
from handlers.files import is_file, is_kept_file, take_file
from handlers.hints import hints
from handlers.media import MAX_MEDIA, checked
from handlers.new_posts import new_post
from handlers.onward import (
    attachments,
    close_cards,
    deadline_key,
    forget,
    may_not_begin,
    merge_replies,
    moved,
    no_drafting,
    period_of_item,
    refuse,
    same_card,
    say,
    send_card,
    settle_tap,
    tell,
)
from handlers.router import Router
from handlers.videos import linked
from storage.read import DeadlineRow

router = Router()

SENTENCE_ENDS = "。！？；…”’）》.!?;:：\n"
LIKE = 0.6  # from this similarity on a text is a new wording of the open draft
UNFIT_MEDIA = "不合格媒体"  # 去掉 takes it off; unlike 媒体, which is asked at 送审, it does not go on to submit
LOOSE_MINUTES = 30
WHICH_ACCOUNT = "账号:"  # what is asked when a unit has several accounts on a channel
TEXT = "正文"  # what is asked of a matter without fields of its own
SCOPE = "scope"  # who set a tick that goes with the kind of content: only another kind clears it


def open_draft(who: str, ctx: Context) -> Item | None:
    """The draft this person is working on: the latest one not sent yet, else the latest returned one."""
    mine = [
        item for item in ctx.store.open_items(author=who)
        if item.kind is Kind.POST and item.awaiting_draft and first_draft(item)
    ]  # fmt: skip
    return max(mine, key=lambda item: (item.state is State.PREPARING, item.id), default=None)


# ---- the text -------------------------------------------------------------------------------------------------------


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
    if intent.item and (item is None or not _his(intent.who, item, ctx)):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not intent.text.strip():
        return refuse(intent, "这段文字已经处理过，请重发一次", ctx, item)
    if item is not None and not w.is_text(item):  # 改 0123 项目 新内容
        return revise_asked(i.ReviseAsked(who=intent.who, item=item.id, text=intent.text), ctx)
    into = intent.into or _guess(intent.text, item, ctx)
    done = [Remember(intent.who, "waiting", "")] if intent.into in ("append", "replace", "new") else []
    return [*_put(intent, item, into, ctx), *done]


def _to_edit(intent: i.DraftSent, ctx: Context) -> Item | None:
    """The text of somebody else that he edits now, when this is a new wording of it."""
    mine = (
        item for item in ctx.store.open_items()
        if item.state is State.RUNNING and item.awaiting_draft and item.author != intent.who and w.is_text(item)
        and item.current.text.strip() and may_draft(intent.who, item, ctx.moves(item), ctx.desk)
    )  # fmt: skip
    return next((item for item in mine if _is_new_wording(intent.text, item)), None)


def _his(who: str, item: Item, ctx: Context) -> bool:
    """Whether he began it, or drafts it now (a later draft step, or what the scheduler began)."""
    return item.author == who or may_draft(who, item, ctx.moves(item), ctx.desk)


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
        return _reword(intent, item, text, ctx, note="（已接在后面）")
    return _reword(intent, item, intent.text, ctx)


def _joint(before: str, *, asked: bool) -> str:
    """Between two parts: a new line, or nothing when the messenger cut the first one inside a sentence."""
    return "\n" if asked or before[-1:] in SENTENCE_ENDS else ""


def _guess(text: str, item: Item | None, ctx: Context) -> str:
    """new | append | replace | ask, for a text nobody said anything about."""
    if item is None:
        return "new"
    if not item.current.text:
        return "replace"
    if _is_new_wording(text, item):  # asked first: a long text sent again after 字数超出 is no further part
        return "replace"
    return "append" if ctx.cut_off(item.author) == item.id else "ask"


def _is_new_wording(text: str, item: Item) -> bool:
    """The same title over a body, or much the same text."""
    split = split_title(text)
    if split.body and split.title == item.title:
        return True
    return SequenceMatcher(None, text[:2000], item.current.text[:2000], autojunk=False).ratio() >= LIKE


def _begin(intent: i.DraftSent, ctx: Context) -> list[Effect]:
    item = new_post(intent.who, ctx, _loose(intent.who, ctx))
    return [*_reword(intent, item, intent.text, ctx, new=True), Remember(intent.who, "loose", "[]")]


def _reword(
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
    if item.kind is not Kind.POST or (item.state is State.RUNNING and _missing_choice(item, ctx) is None):
        return send_card(cards.final_card(item, who, ctx), who, item, "choose2", ctx)
    return send_card(cards.choose_card(item, who, ctx), who, item, "choose", ctx)


def _take_back(intent: i.DraftSent, item: Item, ctx: Context) -> list[Effect]:
    """A new wording of an item under review: earlier checks are void, it starts again after its draft (rule 3)."""
    try:
        back = progress.reopen(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    effects = [
        e for e in moved(item, back, ctx.moves(item), ctx, done="起草人已改稿，请看新版") if not isinstance(e, SaveItem)
    ]
    media = (*back.current.media, *_loose(intent.who, ctx))[:MAX_MEDIA]  # pictures sent since 改 0123 are its own
    back = replace(back, current=replace(_new_wording(back), media=media))
    return [*effects, *_reword(intent, back, intent.text, ctx), Remember(intent.who, "loose", "[]")]


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


@router.on(i.ReviseAsked)
def revise_asked(intent: i.ReviseAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not _his(intent.who, item, ctx):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not item.open or item.links:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不能再改", ctx, item)
    if not w.is_text(item):
        return _change_field(intent, item, ctx)
    if not item.current.text.strip():
        return _ask_for(intent, item, Ask(f"{item.number} {_text_wanted(item)}", field=TEXT), ctx)
    warn = "" if item.awaiting_draft else "改后已有的审核作废，从头再审。"
    return [
        Expect(intent.who, "wording", item.id, {"sure": "yes"}),
        Record(intent.who, "要改稿", item.id),
        *same_card(intent, ctx),
        say(intent, f"请把 {item.number} 改好的全文发来。{warn}不改了回复“算了”。", ctx, item.id),
    ]


# ---- the choices ----------------------------------------------------------------------------------------------------


@router.on(i.ChoicesMade)
def choices_made(intent: i.ChoicesMade, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return stale_draft(intent, item, ctx)
    after = _chosen(item, intent.chosen, intent.who, ctx)
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


def _chosen(item: Item, chosen: dict[str, str], who: str, ctx: Context) -> Item:
    """The item with these choices; options left at 请选择 change nothing."""
    picked = {k: v for k, v in chosen.items() if v != cards.UNSET.id}
    if "flow" in picked and (item.flow is None or item.flow.id != picked["flow"]) and item.state is State.PREPARING:
        item = replace(item, flow=ctx.regulation.flow_of(picked["flow"]), policy_version=ctx.store.policy_version())
    if "channels" in picked:
        item = replace(item, channels=tuple(picked["channels"].split("+")))
        media = tuple(checked(m, ctx, item.channels) for m in item.current.media)  # each channel has its own limits
        item = replace(item, current=replace(item.current, media=media))
    item = _with_unit(item, ctx)
    if "column" in picked:
        item = replace(item, column=picked["column"])
    item = _with_column(item, ctx)
    if "unit" in picked:
        item = replace(item, unit=picked["unit"])
    if "scope" in picked:
        entry = ctx.regulation.content.scope[int(picked["scope"])]
        item = replace(item, scope=entry.label, scope_reason=item.scope_reason if entry.label == item.scope else "")
    ticks = _ticks_of_scope(item, who, ctx)
    for key, value in picked.items():
        if key.startswith("tick:"):
            tick = key.removeprefix("tick:")
            if value != "0":
                ticks.setdefault(tick, who)
            elif ticks.get(tick) == who:  # only who set it may clear it
                ticks.pop(tick)
    return replace(item, ticks=ticks, seq=item.seq + 1)


def _ticks_of_scope(item: Item, who: str, ctx: Context) -> dict[str, str]:
    """A kind of content may bring a step of its own (须领导批准); another kind takes it away again."""
    ticks = dict(item.ticks)
    for entry in ctx.regulation.content.scope:
        if entry.tick and ticks.get(entry.tick) == SCOPE:
            ticks.pop(entry.tick)
    wanted = next((e.tick for e in ctx.regulation.content.scope if e.label == item.scope), "")
    if wanted and item.flow is not None and wanted in cards.ticks(item.flow):
        ticks.setdefault(wanted, SCOPE)
    return ticks


def _with_column(item: Item, ctx: Context) -> Item:
    """A kind of post that goes to one column only leaves nothing to choose."""
    only = item.flow.columns if item.flow else ()
    return replace(item, column=only[0]) if len(only) == 1 and item.state is State.PREPARING else item


def _with_unit(item: Item, ctx: Context) -> Item:
    """承办单位 is where the drafter sits for this flow, when that is one place."""
    units = cards.own_units(item, ctx)
    return replace(item, unit=units[0]) if len(units) == 1 and item.state is State.PREPARING else item


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


# ---- what is missing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is missing: `sentence` asks for it; with `field` the next message is the answer.

    `card` names the card that lets the person choose it instead.
    """

    sentence: str
    field: str = ""
    card: str = ""


def required_form(item: Item, ctx: Context) -> Form:
    """Fields of the post: the regulation's, the flow's, the draft step's."""
    form: Form = dict(ctx.regulation.content.form) if item.kind is Kind.POST else {}
    form |= next((e.form for e in ctx.regulation.content.scope if e.label == item.scope), {})
    if item.flow is None:
        return form
    step = item.flow.steps[item.position if item.state is State.RUNNING else 0]
    if item.kind is Kind.ACCOUNT:
        form |= account_fields(item, ctx)
    return form | item.flow.form | step.form


def asked_form(item: Item, ctx: Context) -> Form:
    """Of these the fields that are asked with the answers so far."""
    return {name: spec for name, spec in required_form(item, ctx).items() if applies(spec, item.form)}


def account_fields(item: Item, ctx: Context) -> Form:
    """Built-in fields of account flows: which account; of one that is applied for, its channel and name."""
    assert item.flow is not None
    if item.account:
        return {}
    if not accounts.opens(item.flow):
        return {accounts.ACCOUNT: FieldSpec(type="text")}
    labels = [c.label for c in ctx.regulation.channel.values()]
    form: Form = {accounts.CHANNEL: FieldSpec(type="|".join(labels))} if len(labels) > 1 else {}
    if accounts.name_field(item.flow) == accounts.ACCOUNT:
        form[accounts.ACCOUNT] = FieldSpec(type="text")
    return form


def missing(item: Item, ctx: Context) -> Ask | None:
    """The first thing that keeps the draft from going out, or None."""
    if item.kind is not Kind.POST:
        return _missing_of_matter(item, ctx)
    return (
        _too_long(item, ctx)  # a text that must be rewritten anyway is said first
        or _missing_choice(item, ctx)
        or _account_problem(item, ctx)
        or _vacant(item, ctx)
        or _missing_media(item)
        or _missing_field(item, ctx)
        or _late(item, ctx)
        or _unfit_text(item, ctx)
    )


def _missing_of_matter(item: Item, ctx: Context) -> Ask | None:
    """What a matter or an account flow still wants: its unit, its fields one by one, or its text."""
    if item.flow is None:
        return Ask("请先选要办的事，发“发起”。")
    if item.state is State.PREPARING and not _unit_is_known(item, ctx):
        return _ask_choice("承办单位", item, ctx, "choose2")
    if w.is_text(item) and not item.current.text.strip():
        return Ask(f"{item.number} {_text_wanted(item)}", field=TEXT)
    return _missing_media(item) or _missing_field(item, ctx) or _late(item, ctx) or _vacant(item, ctx)


def _text_wanted(item: Item) -> str:
    act = item.step.act if item.step else item.flow.steps[0].act if item.flow else "办理"
    return f"请把“{act}”的内容发来，第一行是标题。"


def _vacant(item: Item, ctx: Context) -> Ask | None:
    """A seat that the regulation wants filled before anything is sent to it (未指定内容审核人)."""
    assert item.flow is not None
    for step in item.flow.steps:
        if step.vacant and item.applies(step) and not any(seated(r, item, ctx.desk) for r in step.by):
            roles = "、".join(map(ctx.role_label, step.by))
            send = w.send_word(item)
            return Ask(f"{item.number} 不能{send}：{step.vacant}（{item.unit}的{roles}）。指定后再点“{send}”。")
    return None


def _account_problem(item: Item, ctx: Context) -> Ask | None:
    """A post goes only to an account in use (saws 三, R1; an audit missed, newmedia-trial 第五条)."""
    units, registered = w.own_and_above(item, ctx), ctx.store.accounts()
    why = accounts.why_not(item, ctx.regulation.channel, registered, units)
    if why:
        return Ask(f"{item.number} 不能送审：{why}。恢复使用后再点“送审”。")
    for key in item.channels:
        mine = accounts.in_use(item, key, registered, units)
        if len(mine) > 1:
            label = ctx.regulation.channel[key].label
            listed = "\n".join(f"{n}. {a.name}" for n, a in enumerate(mine, 1))
            return Ask(f"{item.number} {label}有几个账号，请回复序号：\n{listed}", field=f"{WHICH_ACCOUNT}{key}")
    return None


def _too_long(item: Item, ctx: Context) -> Ask | None:
    long = w.too_long(item, ctx) if item.channels else ""
    return Ask(long) if long else None


def _missing_choice(item: Item, ctx: Context) -> Ask | None:
    """A choice not made: on the card, or typed by number (the WeChat plugin shows no cards)."""
    if not item.current.text.strip():
        return Ask("请先发稿件正文。")
    for name, chosen, card in (
        ("类别", item.flow is not None, "choose"),
        ("渠道", bool(item.channels), "choose"),
        ("栏目", not columns_of(item, ctx) or item.column in columns_of(item, ctx), "choose"),
        ("承办单位", _unit_is_known(item, ctx), "choose2"),
        ("内容范围", not ctx.regulation.content.scope or bool(item.scope), "choose2"),
    ):
        if not chosen:
            return _ask_choice(name, item, ctx, card)
    scope = {e.label: e for e in ctx.regulation.content.scope}
    if scope and scope[item.scope].reason and not item.scope_reason:
        return Ask(f"{item.number} 选了“{scope[item.scope].option}”，请用一句话说明理由。", field="范围理由")
    return None


def _ask_choice(name: str, item: Item, ctx: Context, card: str) -> Ask:
    listed = "\n".join(f"{n}. {o.text}" for n, o in enumerate(choices(name, item, ctx), 1))
    text = f"{item.number} 还没有选{name}，不能送审。请在卡片上选好再点，或回复序号：\n{listed}"
    return Ask(text, field=name, card=card)


def columns_of(item: Item, ctx: Context) -> tuple[str, ...]:
    """What may be chosen now; an item under way keeps the column it began with (saws 四(二), R10, R36)."""
    listed = (item.flow.columns if item.flow else ()) or ctx.regulation.columns
    kept = (item.column,) if item.state is State.RUNNING and item.column and item.column not in listed else ()
    return (*kept, *listed)


def _unit_is_known(item: Item, ctx: Context) -> bool:
    return not cards.needs_unit(item, ctx) or item.unit in [o.id for o in cards.unit_options(item, ctx)]


def choices(name: str, item: Item, ctx: Context) -> tuple[Option, ...]:
    """What may be chosen under this name, as on the cards."""
    match name:
        case "类别":
            return tuple(Option(f.id, f.option) for f in cards.startable(item.author, ctx))
        case "渠道":
            return cards.channel_options(ctx)
        case "栏目":
            return tuple(Option(c, c) for c in columns_of(item, ctx))
        case "承办单位":
            return cards.unit_options(item, ctx)
        case "内容范围":
            return cards.scope_options(ctx)
    return ()


CHOICES = {"类别": "flow", "渠道": "channels", "栏目": "column", "承办单位": "unit", "内容范围": "scope"}


def _typed_choice(name: str, value: str, item: Item, ctx: Context) -> Option:
    """A choice by its number or its words. Raises BadValue."""
    offered = choices(name, item, ctx)
    said = value.strip(" 。.")
    if said.isdigit() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    named = [o for o in offered if said == o.text] or [o for o in offered if said and o.text.startswith(said)]
    if len(named) != 1:
        listed = "\n".join(f"{n}. {o.text}" for n, o in enumerate(offered, 1))
        raise BadValue(f"没有“{value}”，请回复序号：\n{listed}")
    return named[0]


def _missing_media(item: Item) -> Ask | None:
    for n, media in enumerate(item.current.media, 1):
        if media.problem:
            return Ask(f"{item.number} 第{n}个图片或视频不合要求：{media.problem}。请回复“去掉”后重发。", field="媒体")
        if not media.sha and not media.link:
            return Ask(f"{item.number} 的图片还在接收，请过几秒再点送审。")
    return None


def _missing_field(item: Item, ctx: Context) -> Ask | None:
    form, basis = required_form(item, ctx), ctx.regulation.content.basis
    wanting = missing_fields(form, item.form, basis)
    if not wanting:
        return None
    name, spec = wanting[0], form[wanting[0]]
    if item.kind is not Kind.POST:
        return _ask_field(item, name, spec, ctx)
    if item.flow and name in ctx.regulation.content.form and not (basis and name in basis.any):
        about = f"请注明{name}（{spec.clause or w.basis(item.flow)}）"  # asked of every kind: another would not help
        return Ask(f"{item.number} {about}，请回复{name}{w.field_hint(spec)}。", field=name)
    clause = f"（依据 {w.basis(item.flow)}）" if item.flow and name in item.flow.form else ""
    others = [f for f in basis.any if f != name] if basis and name in basis.any else []
    instead = f"；没有的，回复“{others[0]} 编号”" if others else ""
    if spec.must:
        return Ask(f"{item.number} 送审前请核实：{name}。确实如此请回复“{spec.must}”。", field=name)
    if item.state is State.PREPARING and len(cards.startable(item.author, ctx)) > 1:
        instead += "；都没有就回复“没有”，换一个类别" if others else "；没有就回复“没有”，换一个类别"
    hint = w.field_hint(spec)
    return Ask(f"{item.number} 这类稿件须填{name}{clause}，请回复{name}{hint}{instead}。", field=name)


def _late(item: Item, ctx: Context) -> Ask | None:
    """迟报: its time has passed; it goes on all the same, with a reason that is asked once."""
    due = None if item.form.get(LATE) else _overdue(item, ctx)
    if due is None:
        return None
    about = f"{item.number} 已过报送期限：{due.explanation}（依据 {w.basis(item.flow)}）。"
    return Ask(f"{about}请用一句话回复迟报原因，写明后照常{w.send_word(item)}，标为迟报。", field=LATE)


def _overdue(item: Item, ctx: Context) -> Due | None:
    return overdue(item, ctx.now, ctx.policy_of(item).clock, ctx.calendar)


def _ask_field(item: Item, name: str, spec: FieldSpec, ctx: Context) -> Ask:
    """A field of a matter or an account flow."""
    assert item.flow is not None
    if name == accounts.ACCOUNT and _is_about_one(item):
        listed = "\n".join(f"{n}. {a.name}（{a.state}）" for n, a in enumerate(own_accounts(item, ctx), 1))
        return Ask(f"{item.number} 请回复账号的序号或名称：\n{listed or '（还没有登记的账号）'}", field=name)
    return Ask(f"{item.number} {w.field_wanted(name, spec)}。", field=name)


def _is_about_one(item: Item) -> bool:
    """Whether its 账号 is an entry of the register, chosen from a list; else it is a field like any other."""
    return item.kind is Kind.ACCOUNT and item.flow is not None and not accounts.opens(item.flow)


def own_accounts(item: Item, ctx: Context) -> tuple[Account, ...]:
    """The accounts an account flow may be about: those of the person's unit; all, for who oversees."""
    every = [a for a in ctx.store.accounts() if a.state != "注销"]
    if ctx.oversees(item.author):
        return tuple(every)
    units = {s.unit for s in ctx.roster.seats_of(item.author)} | {item.unit}
    return tuple(a for a in every if a.unit in ("", *units))


LINK_CODE = re.compile(r"<\s*/?\s*a\b", re.IGNORECASE)


def _unfit_text(item: Item, ctx: Context) -> Ask | None:
    if LINK_CODE.search(item.current.text):  # the messenger would show a link where the checker must see the text
        return Ask(f"{item.number} 正文里有网页代码“<a”，手机上会变成链接，看不到原文。请删掉后把全文重发。")
    basis = ctx.regulation.content.basis
    for hit in ctx.words.find(item.current.text):
        if not isinstance(hit.category, int):
            continue
        about = f"{w.hit_about(hit.category, ctx)}：{ctx.regulation.content.banned[hit.category - 1]}"
        if basis and hit.category == basis.banned:
            if not any(item.form.get(name) for name in basis.any):
                names = "或“".join(f"{n} 编号”" for n in basis.any)
                return Ask(
                    f"{item.number} 有“{hit.word}”，{about}。未审定的事项不能发布：请回复“{names}，或改稿重发。",
                    field=basis.any[0],
                )
        elif hit.word not in item.explained:
            where = hit.context(item.current.text)
            return Ask(
                f"{item.number} 有“{hit.word}”（{where}），{about}。请改稿重发，或回复“说明 理由”。",
                field=f"{w.EXPLAIN}{hit.word}",
            )
    return _personal(item)


def _personal(item: Item) -> Ask | None:
    """A number of an ID or bank card is never published by oversight: it goes, or is explained to the checkers."""
    for hit in personal_data(item.current.text):
        if hit.holds and hit.name not in item.explained:
            return Ask(
                f"{item.number} 有{hit.name}，公开会泄露个人信息。请删掉后重发全文，或回复“说明 理由”。",
                field=f"{w.EXPLAIN}{hit.name}",
            )
    return None


def ask_or_submit(intent: i.Intent, item: Item, ctx: Context, *, final: bool) -> list[Effect]:
    """Ask for the first missing thing; when nothing is missing and 送审 was said, send it for review."""
    wanted = missing(item, ctx)
    if wanted is None and final:
        return submit(intent, item, ctx)
    if wanted is not None and (final or wanted.card == "choose" or item.kind is not Kind.POST):
        return [SaveItem(item), *_ask_for(intent, item, wanted, ctx)]
    return [  # card 1 is answered: card 2 asks the rest
        SaveItem(item),
        *settle_tap(intent, "已选", ctx, desc=w.chosen(item, ctx)),
        send_card(cards.final_card(item, intent.who, ctx), intent.who, item, "choose2", ctx),
    ]


def _ask_for(intent: i.Intent, item: Item, wanted: Ask, ctx: Context) -> list[Effect]:
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
    stays = wanted.card or not wanted.field or item.kind is not Kind.POST  # its card is to be tapped again
    return [*effects, *same_card(intent, ctx)] if stays else effects


@router.on(i.FieldAnswered)
def field_answered(intent: i.FieldAnswered, ctx: Context) -> Sequence[Effect]:
    """The answer to the one thing asked; wrong ones are refused with the reason and asked again."""
    item = ctx.store.item(intent.item)
    if item is not None and not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以填写的事项 {item.number}", ctx)
    back: list[Effect] = []
    if item is not None and _checked_now(intent.who, item, ctx):
        item, back = _taken_back(item, ctx)
    if item is None or not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return [*stale_draft(intent, item, ctx), Expect(intent.who)]
    posted = item.kind is Kind.POST
    known = asked_form(item, ctx)
    if intent.field not in known and not _is_asked(intent.field, item, ctx):
        return _which_field(intent, item, ctx)
    if not intent.value.strip() and intent.field in known:
        return _ask_for(intent, item, _ask_field(item, intent.field, known[intent.field], ctx), ctx)
    if intent.field == TEXT:
        return _reword(intent, item, intent.value, ctx, new=True)
    if posted and intent.field != LATE and intent.value.strip("。 ") in ("没有", "换类别"):
        if item.state is State.PREPARING and len(cards.startable(item.author, ctx)) > 1:
            return _choose_again(intent, item, ctx)
        if intent.field in required_form(item, ctx):
            return refuse(intent, f"{intent.field}要写明才能送审，请回复{intent.field}", ctx, item, action="填写有误")
    if intent.field == UNFIT_MEDIA and intent.value.strip("。 ") == "去掉":
        return _without(intent, item, [m for m in item.current.media if m.problem], ctx)
    if posted and _is_new_wording(intent.value, item):  # “请改稿重发，或回复说明理由”: the text itself came
        return _reword(intent, item, intent.value, ctx)
    fetch: list[Effect] = []
    value = intent.value
    if is_file(value):
        item, value, fetch = take_file(item, value, intent.who)
    try:
        after = _with_answer(item, intent.field, value, intent.who, ctx)
        after = after if posted else composed(after, ctx)
    except BadValue as bad:
        return refuse(intent, _wrong_answer(item, intent.field, str(bad), ctx), ctx, item, action="填写有误")
    again = f"{item.number} 已取回，请再点“{w.send_word(after)}”。" if back else ""
    told = f"已记{w.field_name(intent.field)}：{w.noted(after, intent.field, value, ctx)}。"
    told += _name_hint(intent.field, after, ctx) + again
    head: list[Effect] = [
        *back,
        *fetch,
        *([] if posted else close_cards(item, ctx, "请看新卡片", purposes=("choose2",))),
        Record(intent.who, "填写", item.id, f"{intent.field}:{value}"),
        Expect(intent.who),
        *([] if intent.task_id else [Reply(told)]),  # a tapped card shows it
    ]
    return merge_replies(head + ask_or_submit(intent, after, ctx, final=posted or intent.final))


def _is_asked(name: str, item: Item, ctx: Context) -> bool:
    """What may be asked besides the fields of the form: choices, media, explanations, a basis."""
    if name in (*CHOICES, "媒体", UNFIT_MEDIA):
        return True
    if item.kind is not Kind.POST:
        return name == TEXT and w.is_text(item)
    basis = ctx.regulation.content.basis
    named = name in (TEXT, "范围理由", *(basis.any if basis else ()))
    return named or name.startswith((w.EXPLAIN, WHICH_ACCOUNT))


def _which_field(intent: i.FieldAnswered, item: Item, ctx: Context) -> list[Effect]:
    listed = "、".join(asked_form(item, ctx))
    why = f"{item.number} 没有“{intent.field}”这一项" + (f"，可以填的有：{listed}" if listed else "")
    return refuse(intent, why, ctx, item, action="填写有误")


def _name_hint(answered: str, item: Item, ctx: Context) -> str:
    """What the name just given was found to hold."""
    return w.names_note(item, ctx) if answered.endswith(accounts.NAME_FIELDS) else ""


def _wrong_answer(item: Item, name: str, why: str, ctx: Context) -> str:
    """What was wrong, and what is asked for again."""
    spec = required_form(item, ctx).get(name)
    if item.kind is not Kind.POST and spec is not None and "请" not in why:
        why = f"{name}{why}" if why.startswith("应") else why
        return f"{why}。{_ask_field(item, name, spec, ctx).sentence}"
    return w.wrong_value(name, BadValue(why))


def _choose_again(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """没有: what the flow asks for does not exist, so it is another flow's."""
    after = replace(item, flow=None, seq=item.seq + 1)
    return [
        SaveItem(after),
        Record(intent.who, "重选类别", item.id),
        Expect(intent.who),
        *close_cards(item, ctx, "请看下一张卡片", purposes=cards.DRAFT_PURPOSES),
        say(intent, f"{item.number} 请在卡片上重选类别。", ctx, item.id),
        send_card(cards.choose_card(after, item.author, ctx), item.author, after, "choose", ctx),
    ]


def _with_answer(item: Item, name: str, value: str, who: str, ctx: Context) -> Item:
    """Raises BadValue with the sentence for the person."""
    if name == "范围理由":
        return replace(item, scope_reason=value)
    if name in CHOICES and not (item.kind is Kind.ACCOUNT and name in required_form(item, ctx)):
        return _chosen(item, {CHOICES[name]: _typed_choice(name, value, item, ctx).id}, who, ctx)
    if name.startswith(WHICH_ACCOUNT):
        return _posting_as(item, name.removeprefix(WHICH_ACCOUNT), value, ctx)
    if name == accounts.ACCOUNT and _is_about_one(item):
        return _with_account(item, value, ctx)
    if name in ("媒体", UNFIT_MEDIA):
        if value.strip("。 ") != "去掉":
            raise BadValue("请回复“去掉”，或再发一个合格的图片或视频")
        kept = tuple(m for m in item.current.media if not m.problem)
        return replace(item, current=replace(item.current, media=kept))
    if name.startswith(w.EXPLAIN):
        why = value.removeprefix("说明").strip(" :，。" + w.EXPLAIN)
        if not why:
            raise BadValue("请写明理由，例如“说明 引用已公开文件的原题”")
        return replace(item, explained={**item.explained, name.removeprefix(w.EXPLAIN): why})
    if name == LATE and value.strip("。 ") in NO_REASON:
        raise BadValue("请写明迟报原因，例如“设备临时故障，当天才决定停诊”")
    return _with_field(item, name, value, ctx)


def _posting_as(item: Item, channel: str, value: str, ctx: Context) -> Item:
    """Which of its unit's accounts on this channel the post goes to. Raises BadValue."""
    offered = accounts.in_use(item, channel, ctx.store.accounts(), w.own_and_above(item, ctx))
    said = value.strip(" 。.")
    named = [a for a in offered if a.name == said]
    if said.isdigit() and 1 <= int(said) <= len(offered):
        named = [offered[int(said) - 1]]
    if not named:
        raise BadValue(f"没有“{said}”，请回复列表里的序号")
    return replace(item, posts_as={**item.posts_as, channel: named[0].id})


def _with_account(item: Item, value: str, ctx: Context) -> Item:
    """Which account of the register it is about, by its number in the list or its name. Raises BadValue."""
    offered, said = own_accounts(item, ctx), value.strip(" 。.")
    named = [a for a in offered if a.name == said] or [a for a in offered if said and a.name.startswith(said)]
    if said.isdigit() and 1 <= int(said) <= len(offered):
        named = [offered[int(said) - 1]]
    if len(named) != 1:
        raise BadValue(f"没有账号“{said}”，请回复列表里的序号")
    unit = named[0].unit or item.unit
    return replace(item, account=named[0].id, unit=unit, form={**item.form, accounts.ACCOUNT: named[0].name})


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
    version = _new_wording(item)
    return replace(item, current=replace(version, title=title.replace("\n", " ")[:60], body=body))


def _with_field(item: Item, name: str, value: str, ctx: Context) -> Item:
    basis = ctx.regulation.content.basis
    if basis and name in basis.any:
        stated = parse_basis(value, basis)
        if stated is None:
            names = "或".join(f"“{n} 编号”" for n in basis.any)
            raise BadValue(f"请写明编号，例如“安监总办〔2025〕12号”。可以回复{names}")
        name, value = stated
    spec = required_form(item, ctx).get(name, FieldSpec(type="text"))
    if item.kind is Kind.ACCOUNT and name.endswith(accounts.NAME_FIELDS):
        _unapproved_name(item, value, ctx)
    if spec.type == "file" and not is_kept_file(value):
        raise BadValue("这不是图片，也不是链接")
    refuse_with = item.flow.refuse.get(name, "") if item.flow else ""
    return replace(item, form={**item.form, name: check_value(spec, value, ctx.today, ctx.now, refuse=refuse_with)})


def _unapproved_name(item: Item, name: str, ctx: Context) -> None:
    """A reserved word in a name needs an approval: a flow without one cannot give it (A38). Raises BadValue."""
    words = reserved_in(name, ctx.regulation.reserved_names)
    if words and item.flow is not None and not any(s.do is Do.CHECK for s in item.flow.steps):
        raise BadValue(
            f"“{name}”用了保护字样：{'、'.join(words)}，未经批准不能使用（依据 {w.basis(item.flow)}）。请换一个名称"
        )


# ---- sending for review ---------------------------------------------------------------------------------------------


@router.on(i.SubmitAsked)
def submit_asked(intent: i.SubmitAsked, ctx: Context) -> Sequence[Effect]:
    """送审 0123, typed."""
    item = ctx.store.item(intent.item)
    if item is None or not _his(intent.who, item, ctx):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return stale_draft(intent, item, ctx)
    wanting = missing_fields(required_form(item, ctx), item.form) if item.kind is not Kind.POST else ()
    said = f"{item.number} 还不能{w.send_word(item)}，缺：{'、'.join(wanting)}。"
    lacking = [say(intent, said, ctx, item.id)] if wanting else []
    return merge_replies([*lacking, *ask_or_submit(intent, item, ctx, final=True)])


@router.on(i.SuggestionTaken)
def suggestion_taken(intent: i.SuggestionTaken, ctx: Context) -> Sequence[Effect]:
    """采用建议稿: what the checker proposed becomes the drafter's own wording, and goes to the checks again (A54)."""
    item = ctx.store.item(intent.item)
    if item is None or item.author != intent.who:
        return refuse(intent, f"没有您的稿件 {intent.item:04d}", ctx)
    if not item.awaiting_draft:
        return stale_draft(intent, item, ctx)
    text = suggested(item, ctx.moves(item))
    if not text:
        return refuse(intent, f"{item.number} 没有建议稿，请把改好的全文发来", ctx, item)
    after = reworded(item, text, intent.who, ctx)
    return [
        Record(intent.who, "采用建议稿", item.id, text, version=after.current.no),
        *close_cards(item, ctx, "已采用建议稿", except_for=intent.task_id, purposes=("proposal",)),
        *ask_or_submit(intent, after, ctx, final=True),
    ]


def submit(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """起草环节办结: the wording is kept, and the first check begins."""
    assert item.flow is not None
    flow = item.flow
    if item.state is State.PREPARING:
        flow = ctx.regulation.flow_of(flow.id)  # its own frozen copy, as the regulation is at this moment
        item = replace(item, flow=flow, policy_version=ctx.store.policy_version())
    item = progress.marked(item, flow, ctx.roster.entry(item.unit).marks)
    item = item if item.author else replace(item, author=intent.who)
    late = item.form.get(LATE, "") if _overdue(item, ctx) else ""
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
    if intent.who == item.author or not w.is_text(item):
        return []
    before = next((v for v in reversed(ctx.store.versions(item.id)) if v.by == item.author), None)
    if before is None or before.text == version.text:
        return []
    text = (
        f"{item.number} 您提供的稿件已由{ctx.name(intent.who)}编辑：\n{difference.marked(before.text, version.text)}\n"
        f"有异议请回复“异议 {item.number} 理由”。"
    )
    return [tell(item.author, text, ctx, item=item.id, what="edited")]


@router.on(i.ObjectionMade)
def objection_made(intent: i.ObjectionMade, ctx: Context) -> Sequence[Effect]:
    """异议 0123 理由: it goes back to whoever edited it; no check of his own unit again (A54)."""
    item = ctx.store.item(intent.item)
    if item is None or item.author != intent.who:
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not intent.reason:
        return refuse(intent, f"请写明理由，例如“异议 {item.number} 金额写错了”", ctx, item)
    edited = item.state is State.RUNNING and not item.awaiting(Do.DRAFT) and not first_draft(item)
    try:
        back = progress.reopen(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    if not edited:
        return refuse(intent, f"{item.number} 没有被别人编辑过，要改请发“改 {item.number}”", ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.RETURNED, at=ctx.now, reason=f"提供者有异议：{intent.reason}",
        lap=item.lap,
    )  # fmt: skip
    return [
        KeepMove(item.id, move),
        *moved(item, back, (*ctx.moves(item), move), ctx, done="提供者有异议，已退回编辑"),
        Record(intent.who, "异议", item.id, intent.reason, version=item.current.no),
        say(intent, f"{item.number} 已退回编辑，理由：{intent.reason}。", ctx, item.id),
    ]


# ---- matters and accounts -------------------------------------------------------------------------------------------


@router.on(i.StartAsked)
def start_asked(intent: i.StartAsked, ctx: Context) -> Sequence[Effect]:
    """发起: what this person may begin; with a name it is begun and what it needs is asked, one thing at a time."""
    flows = cards.beginnable(intent.who, ctx)
    said = intent.flow.strip(" 。“”")
    if why := may_not_begin(intent.who, said, ctx):
        return refuse(intent, why, ctx, action="拒绝发起")
    if not flows:
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, _who_begins(intent.who, ctx), ctx)]
    if intent.task_id and said in (cards.UNSET.id, cards.OTHERS.id):
        how = "请先在卡片上选要办的事，再点“开始”" if said == cards.UNSET.id else _numbered(flows)
        return [*same_card(intent, ctx), Record(intent.who, "要发起"), say(intent, f"{how}。", ctx)]
    if said.isdigit() and 1 <= int(said) <= len(flows):
        return _start(intent, flows[int(said) - 1], ctx)
    named = [f for f in flows if said and said in (f.option, f.label, f.id)]
    named = named or [f for f in flows if said and (f.label.startswith(said) or said in f.label)]
    if len(named) == 1:
        return _start(intent, named[0], ctx)
    lead = f"没有“{said}”这件事项。" if said and not named else ""
    if lead and ctx.drafting_seats(intent.who):
        lead += "要投稿，请把标题和正文分行发来。"
    card = cards.start_card(flows, intent.who, ctx)
    return [
        Record(intent.who, "要发起", None, said),
        say(intent, f"{lead}{_numbered(flows)}，或在卡片上选。", ctx),
        Send(to=intent.who, message=card, key=f"card|{card.task_id}", purpose="start"),
    ]


def _numbered(flows: Sequence[Flow]) -> str:
    listed = "\n".join(f"{n}. {f.option}（依据 {w.basis(f)}）" for n, f in enumerate(flows, 1))
    return f"您可以发起：\n{listed}\n请回复“发起 序号”，例如“发起 1”"


def _who_begins(who: str, ctx: Context) -> str:
    """Nothing to begin: who can, in this person's unit or at all."""
    kinds = (Kind.MATTER, Kind.ACCOUNT)
    roles = {r for f in ctx.regulation.flow if f.kind in kinds and not f.every for r in f.steps[0].by}
    units = {s.unit for s in ctx.roster.seats_of(who)}
    near = [s for s in ctx.roster.seats if s.role in roles and s.unit in units]
    people = dict.fromkeys(s.userid for s in near or [s for s in ctx.roster.seats if s.role in roles])
    return "没有您可以发起的事项" + (f"，要办请找{ctx.names(tuple(people)[:5])}" if people else "")


def _start(intent: i.StartAsked, flow: Flow, ctx: Context) -> list[Effect]:
    seats = [s for s in ctx.roster.seats_of(intent.who) if s.role in flow.steps[0].by]
    item = Item(
        id=ctx.store.next_item_id(), org=ctx.org, kind=flow.kind, unit=seats[0].unit, author=intent.who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(), flow=flow,
        current=Version(1, "", "", by=intent.who),
    )  # fmt: skip
    listed = own_accounts(item, ctx)
    if flow.kind is Kind.ACCOUNT and not accounts.opens(flow) and len(listed) == 1:
        about, unit = listed[0], listed[0].unit or item.unit
        item = replace(item, account=about.id, unit=unit, form={accounts.ACCOUNT: about.name})
    many = len(missing_fields(required_form(item, ctx), item.form, ctx.regulation.content.basis))
    steps = f"共 {many} 项，一次问一项。" if many > 2 else ""
    lead = f"编号 {item.number}，{flow.label}（依据 {w.basis(flow)}）。{steps}不办了回复“撤回 {item.number}”。"
    head: list[Effect] = [Record(intent.who, "发起", item.id, flow.label), say(intent, lead, ctx, item.id)]
    asked_next = [e for e in ask_or_submit(intent, composed(item, ctx), ctx, final=False) if not _of_tapped(e, intent)]
    return merge_replies([*settle_tap(intent, f"已开始，编号 {item.number}", ctx), *head, *asked_next])


def _of_tapped(effect: Effect, intent: i.Intent) -> bool:
    """What would be shown on the card by which it was begun: that card only says its number."""
    return bool(intent.task_id) and isinstance(effect, UpdateCard) and effect.task_id == intent.task_id


def _change_field(intent: i.ReviseAsked, item: Item, ctx: Context) -> list[Effect]:
    """改 0123 项目 新内容: one field of what is filled in; without its content it is asked for."""
    if not intent.text and item.awaiting_draft:
        return _fill_in(intent, item, ctx)
    if why := _unchangeable(intent.who, item, ctx):
        return refuse(intent, why, ctx, item)
    form = required_form(item if item.awaiting_draft else replace(item, state=State.PREPARING), ctx)
    said = intent.text.strip().removesuffix("…")
    name = _named_field(said, form)
    if not name:
        listed = "、".join(n for n in form if n in item.form) or "、".join(form)
        lead = f"没有“{said}”这一项，" if said else "要改哪一项？"
        again = "" if item.awaiting_draft else "，改了要从头再审"
        text = f"{item.number} {lead}请回复“改 {item.number} 项目 新内容”{again}。可以改：{listed}。"
        return [*same_card(intent, ctx), Record(intent.who, "要改", item.id), say(intent, text, ctx, item.id)]
    value = said.removeprefix(name).strip(" :：,，")
    if value and form[name].type != "file":
        return list(field_answered(i.FieldAnswered(who=intent.who, item=item.id, field=name, value=value), ctx))
    return [
        *same_card(intent, ctx),
        Expect(intent.who, "field", item.id, {"field": name}),
        Record(intent.who, "要改", item.id, name),
        say(intent, _ask_field(item, name, form[name], ctx).sentence, ctx, item.id),
    ]


def _named_field(said: str, form: Form) -> str:
    """The field whose name begins what was said, the longest first; else the one that begins with it."""
    named = [n for n in sorted(form, key=len, reverse=True) if said.startswith(n)]
    return next(iter(named or [n for n in form if said and n.startswith(said)]), "")


def _unchangeable(who: str, item: Item, ctx: Context) -> str:
    """Why what is filled in cannot be changed any more; "" while it is drafted or being checked."""
    if item.awaiting_draft:
        return "" if may_draft(who, item, ctx.moves(item), ctx.desk) else f"{item.number} 现在不由您填写"
    done = any(m.decision is Decision.DONE and m.round == item.round for m in ctx.moves(item))
    if item.author != who or done or not item.awaiting(Do.CHECK):
        return f"{item.number} {w.place(item, ctx, current_holders(item, ctx))}，不能再改"
    return ""


def _checked_now(who: str, item: Item, ctx: Context) -> bool:
    """Whether it is being checked and its drafter may still change what is filled in."""
    filled_in = item.state is State.RUNNING and not w.is_text(item) and not item.awaiting_draft
    return filled_in and not _unchangeable(who, item, ctx)


def _taken_back(item: Item, ctx: Context) -> tuple[Item, list[Effect]]:
    """What is filled in, taken back from those who check it: it is checked from the beginning again."""
    back = progress.reopen(item, ctx.now)
    effects = moved(item, back, ctx.moves(item), ctx, done="起草人正在修改")
    return back, [e for e in effects if not isinstance(e, SaveItem)]


def _fill_in(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """填写 0123: ask the first thing that is missing; when nothing is, the card that sends it on."""
    if not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return stale_draft(intent, item, ctx)
    return [
        Record(intent.who, "填写", item.id),
        *close_cards(item, ctx, "请看下一条消息", purposes=("choose2",)),
        *_how_to_change(intent, item, ctx),
        *ask_or_submit(intent, item, ctx, final=False),
    ]


def _how_to_change(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """All is filled in: how a single field is written anew."""
    if missing(item, ctx) is not None:
        return []
    listed = "、".join(asked_form(item, ctx))
    text = f"{item.number} 都填好了。要改哪一项，回复“改 {item.number} 项目 新内容”，项目有：{listed}。"
    return [say(intent, text, ctx, item.id)]


@router.on(i.WithdrawAsked)
def withdraw_asked(intent: i.WithdrawAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or (item.author != intent.who and not ctx.oversees(intent.who)):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if aftermath.kind_of(item) == aftermath.AT_ONCE:
        return refuse(intent, f"{item.number} 已经紧急撤下，不能撤回，请补报情况", ctx, item)
    mine = item.author == intent.who
    if not mine and item.author and not drafter_gone(item, ctx.desk):
        return refuse(intent, f"{item.number} 由{ctx.name(item.author)}起草，要由起草人撤回", ctx, item)
    by = "起草人" if mine else ctx.name(intent.who)
    try:
        after = progress.withdraw(item, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.WITHDRAWN, at=ctx.now,
    )  # fmt: skip
    near = dict.fromkeys((*current_holders(item, ctx), item.author))
    told = [h for h in near if h != intent.who and ctx.roster.knows(h)]
    return [
        KeepMove(item.id, move),
        *moved(item, after, ctx.moves(item), ctx, done=f"{by}已撤回"),
        Record(intent.who, "撤回", item.id, version=item.current.no),
        *([Expect(intent.who)] if mine else forget(intent.who, item, ctx)),
        *[tell(h, f"{item.number}《{w.heading(item)}》{by}已撤回，不用再办。", ctx, item=item.id) for h in told],
        say(intent, f"{item.number} 已撤回。", ctx, item.id),
    ]


@router.on(i.FlowChanged)
def flow_changed(intent: i.FlowChanged, ctx: Context) -> Sequence[Effect]:
    """转类别 0123 类别 理由: it begins in the new flow after the first draft (rule 11 for every policy)."""
    item = ctx.store.item(intent.item)
    if item is None or not (
        item.author == intent.who or ctx.oversees(intent.who) or intent.who in current_holders(item, ctx)
    ):
        return refuse(intent, f"没有您可以换类别的事项 {intent.item:04d}", ctx)
    if item.about:
        return refuse(intent, f"{item.number} 是更正或撤下，不能换类别", ctx, item)
    flows = [f for f in ctx.regulation.flows(item.kind) if intent.flow in (f.option, f.label, f.id)]
    if not flows:
        names = "；".join(f.option for f in ctx.regulation.flows(item.kind))  # labels hold 、 themselves
        return refuse(intent, f"没有“{intent.flow}”这个类别，可选：{names}", ctx, item)
    before = progress.marked(item, flows[0], ctx.roster.entry(item.unit).marks)
    try:
        after = progress.change_flow(before, flows[0], intent.reason, ctx.now, ctx.moves(item))
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    wanting = missing_fields(required_form(replace(after, position=0), ctx), after.form, ctx.regulation.content.basis)
    if wanting and not item.awaiting_draft:  # its drafter is asked for them when he sends it again
        return refuse(intent, f"“{flows[0].option}”还须填{'、'.join(wanting)}，请起草人补齐后再换类别", ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role="", decision=Decision.MOVED, at=ctx.now, reason=intent.reason,
    )  # fmt: skip
    standing = _standing(item, after, ctx)
    text = (
        f"{item.number} 已由{ctx.name(intent.who)}转为“{flows[0].label}”（依据 {w.basis(flows[0])}）：{intent.reason}。"
    )
    effects: list[Effect] = [
        KeepMove(item.id, move),
        *moved(item, after, (*ctx.moves(item), move), ctx, done="已换类别，见新卡片", standing=standing),
        Record(intent.who, "换类别", item.id, f"{item.flow.id if item.flow else ''}→{flows[0].id}:{intent.reason}"),
        say(intent, text, ctx, item.id),
    ]
    return effects if intent.who == item.author else [*effects, tell(item.author, text, ctx, item=item.id)]


def _standing(before: Item, after: Item, ctx: Context) -> DeadlineRow | None:
    """The deadline that stays because both flows have the same step (rule 11)."""
    one, other = before.step, after.step
    if one is None or other is None or (one.do, one.by, one.act) != (other.do, other.by, other.act):
        return None
    return ctx.store.open_deadline(deadline_key(before))


# ---- about what is published (A45) ---------------------------------------------------------------------------------


@router.on(i.CorrectionAsked)
def correction_asked(intent: i.CorrectionAsked, ctx: Context) -> Sequence[Effect]:
    begun = correction(intent, ctx)
    if isinstance(begun, list):
        return begun
    return merge_replies([*begun.effects, *ask_or_submit(intent, begun.item, ctx, final=True)])


@router.on(i.TakeDownAsked)
def take_down_asked(intent: i.TakeDownAsked, ctx: Context) -> Sequence[Effect]:
    begun = taking_down(intent, ctx)
    return begun if isinstance(begun, list) else merge_replies([*begun.effects, *submit(intent, begun.item, ctx)])


# ---- pictures and videos --------------------------------------------------------------------------------------------


def _loose(who: str, ctx: Context) -> tuple[Media, ...]:
    """Pictures that came before the text, in the last half hour."""
    kept = json.loads(ctx.store.memory(who, "loose") or "[]")
    fresh = [m for m in kept if ctx.now.timestamp() - m["at"] <= LOOSE_MINUTES * 60]
    return tuple(checked(Media(m["id"], m["kind"]), ctx, ()) for m in fresh)


@router.on(i.MediaSent)
def media_sent(intent: i.MediaSent, ctx: Context) -> Sequence[Effect]:
    """A picture belongs to the open draft, or waits for the text that comes next."""
    if not ctx.drafting_seats(intent.who):
        return no_drafting(intent, ctx)
    item = open_draft(intent.who, ctx)
    kind: str = intent.kind
    fetch = FetchMedia(intent.media_id, intent.who, f"fetch|{intent.media_id}")
    if item is None:
        loose = json.loads(ctx.store.memory(intent.who, "loose") or "[]")
        loose = [*loose, {"id": intent.media_id, "kind": kind, "at": ctx.now.timestamp()}][-MAX_MEDIA:]
        return [
            Remember(intent.who, "loose", json.dumps(loose)),
            fetch,
            Record(intent.who, "来图" if kind == "image" else "来视频"),
            Reply("图片已收到，请接着发稿件正文。" if kind == "image" else "视频已收到，请接着发稿件正文。"),
        ]
    if len(item.current.media) >= MAX_MEDIA:
        return refuse(intent, f"{item.number} 已有 {MAX_MEDIA} 个图片或视频，不能再加", ctx, item)
    version = _new_wording(item)
    media = Media(intent.media_id, "image" if kind == "image" else "video")
    after = replace(item, current=replace(version, media=(*version.media, media)), seq=item.seq + 1)
    return [
        SaveItem(after),
        fetch,
        Record(intent.who, "加图" if kind == "image" else "加视频", item.id, version=after.current.no),
    ]


@router.on(i.VideoLinked)
def video_linked(intent: i.VideoLinked, ctx: Context) -> Sequence[Effect]:
    """A large video is registered by its link (company-qiguanbu-R11)."""
    item = open_draft(intent.who, ctx)
    if item is None and not ctx.drafting_seats(intent.who):
        return no_drafting(intent, ctx)
    return linked(intent, item, _new_wording(item) if item else None, ctx)


@router.on(i.MediaDropped)
def media_dropped(intent: i.MediaDropped, ctx: Context) -> Sequence[Effect]:
    """去掉图片 2, 去掉图片: of the open draft (a return may say 图片需更换)."""
    item = open_draft(intent.who, ctx)
    if item is None:
        return refuse(intent, "现在没有可以改的稿件。送审后的稿件要换图，请先发“改 编号”，再重发全文", ctx)
    media = item.current.media
    if not 0 <= intent.place <= len(media) or not media:
        return refuse(intent, f"{item.number} 有 {len(media)} 个图片或视频，没有要去掉的这个", ctx, item)
    return _without(intent, item, [media[intent.place - 1]] if intent.place else media, ctx)


def _without(intent: i.Intent, item: Item, dropped: Sequence[Media], ctx: Context) -> list[Effect]:
    version = _new_wording(item)
    kept = tuple(m for m in version.media if m not in dropped)
    after = replace(item, current=replace(version, media=kept), seq=item.seq + 1)
    text = f"{item.number} 已去掉 {len(dropped)} 个图片或视频，还有 {len(kept)} 个。"
    return [
        SaveItem(after),
        Expect(intent.who),
        Record(intent.who, "去掉媒体", item.id, f"{len(dropped)} 个", version=after.current.no),
        say(intent, text, ctx, item.id),
    ]


def _new_wording(item: Item) -> Version:
    """The wording being composed: a version that was handed in stays as it is, and a next one begins."""
    return replace(item.current, no=item.current.no + 1, at=None) if item.current.at else item.current


@router.on(MediaFetched)
def media_fetched(event: MediaFetched, ctx: Context) -> Sequence[Effect]:
    """The content is here: format and size by content, told to the person."""
    held = _item_holding(event.media_id, ctx)
    if held is not None:
        files = tuple(replace(m, sha=event.sha, size=event.size, format=event.format) if m.media_id == event.media_id
                      else m for m in held.files)  # fmt: skip
        held = replace(held, files=files)
        waiting = (who for who in current_holders(held, ctx) if who != event.userid)  # asked before it was here
        return [
            SaveItem(held),
            *[effect for who in waiting for effect in attachments(held, who, ctx, only=event.media_id)],
            Record("system", "收到附件", held.id, f"{event.format} {describe_size(event.size)}"),
        ]
    item = _item_with(event.media_id, event.userid, ctx)
    if item is None:
        return [Record("system", "收到媒体", None, f"{event.format} {describe_size(event.size)}")]
    media = tuple(checked(m, ctx, item.channels) if m.media_id == event.media_id else m for m in item.current.media)
    after = replace(item, current=replace(item.current, media=media))
    mine = next(m for m in media if m.media_id == event.media_id)
    place = f"{[m.media_id for m in media].index(event.media_id) + 1}/{MAX_MEDIA}"
    word = "图片" if mine.kind == "image" else "视频"
    size = f"{describe_size(event.size)}，{(event.format or '未知格式').upper()}"
    text = f"{item.number} 已加{word} {place}，{size}。"
    if mine.problem:
        text = f"{item.number} 这个{word}不能用：{mine.problem}（{size}）。请换一个，回复“去掉”可删除它。"
    expect = [Expect(item.author, "field", item.id, {"field": UNFIT_MEDIA})] if mine.problem else []
    return [
        SaveItem(after),
        *expect,
        Record("system", "收到媒体", item.id, f"{event.format} {describe_size(event.size)} {mine.problem}"),
        tell(item.author, text, ctx, item=item.id, what="media"),
    ]


@router.on(MediaLost)
def media_lost(event: MediaLost, ctx: Context) -> Sequence[Effect]:
    item = _item_with(event.media_id, event.userid, ctx)
    effects: list[Effect] = [Record("system", "媒体接收失败", item.id if item else None, event.why)]
    if item is not None:
        kept = tuple(m for m in item.current.media if m.media_id != event.media_id)
        effects.append(SaveItem(replace(item, current=replace(item.current, media=kept))))
    return [*effects, tell(event.userid, "有一个图片或视频没有接收成功，请重发一次。", ctx, what="media")]


def _item_holding(media_id: str, ctx: Context) -> Item | None:
    """The open item of which a field holds this file."""
    return next((x for x in ctx.store.open_items() if any(m.media_id == media_id for m in x.files)), None)


def _item_with(media_id: str, userid: str, ctx: Context) -> Item | None:
    mine = ctx.store.open_items(author=userid)
    return next((item for item in mine if any(m.media_id == media_id for m in item.current.media)), None)
