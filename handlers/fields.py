"""填写: the answer to the one thing asked. A wrong one is refused with the reason and asked again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import accounts
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, Record, Reply, SaveItem
from bot.rules.forms import BadValue, check_value, parse_basis
from bot.rules.item import Item, State, replace
from bot.rules.late import LATE, NO_REASON
from bot.rules.messages import Option
from bot.rules.names import reserved_in
from bot.rules.regulation import Do, FieldSpec, Form, Kind
from bot.rules.routing import may_draft, may_see
from handlers import cards
from handlers import wording as w
from handlers.choosing import with_choices
from handlers.composing import (
    ask_for,
    ask_or_submit,
    composed,
    is_his,
    is_new_wording,
    reword,
    stale_draft,
    without_media,
)
from handlers.context import Context
from handlers.files import is_file, is_kept_file, take_file
from handlers.filling import checked_now, fill_in, taken_back, unchangeable
from handlers.missing import (
    TEXT,
    UNFIT_MEDIA,
    Ask,
    ask_field,
    asked_form,
    choices,
    is_about_one,
    own_accounts,
    required_form,
    text_wanted,
)
from handlers.onward import close_cards
from handlers.router import Router
from handlers.saying import merge_replies, refuse, same_card, say, send_card

router = Router()

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


@router.on(i.FieldAnswered)
def field_answered(intent: i.FieldAnswered, ctx: Context) -> Sequence[Effect]:
    """The answer to the one thing asked; wrong ones are refused with the reason and asked again."""
    item = ctx.store.item(intent.item)
    if item is not None and not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以填写的事项 {item.number}", ctx)
    back: list[Effect] = []
    if item is not None and checked_now(intent.who, item, ctx):
        item, back = taken_back(item, ctx)
    if item is None or not item.awaiting_draft or not may_draft(intent.who, item, ctx.moves(item), ctx.desk):
        return [*stale_draft(intent, item, ctx), Expect(intent.who)]
    posted = item.is_post
    known = asked_form(item, ctx)
    if intent.field not in known and not _is_asked(intent.field, item, ctx):
        return _which_field(intent, item, ctx)
    if not intent.value.strip() and intent.field in known:
        return ask_for(intent, item, ask_field(item, intent.field, known[intent.field], ctx), ctx)
    if intent.field == TEXT:
        return reword(intent, item, intent.value, ctx, new=True)
    if posted and intent.field != LATE and intent.value.strip("。 ") in ("没有", "换类别"):
        if item.state is State.PREPARING and len(cards.startable(item.author, ctx)) > 1:
            return _choose_again(intent, item, ctx)
        if intent.field in required_form(item, ctx):
            return refuse(intent, f"{intent.field}要写明才能送审，请回复{intent.field}", ctx, item, action="填写有误")
    if intent.field == UNFIT_MEDIA and intent.value.strip("。 ") == "去掉":
        return without_media(intent, item, [m for m in item.current.media if m.problem], ctx)
    if posted and is_new_wording(intent.value, item):  # “请改稿重发，或回复说明理由”: the text itself came
        return reword(intent, item, intent.value, ctx)
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
    if name in (*CHOICES, "媒体", UNFIT_MEDIA, LATE):
        return True
    if not item.is_post:
        return name == TEXT and w.is_text(item)
    basis = ctx.regulation.content.basis
    named = name in (TEXT, "范围理由", *(basis.any if basis else ()))
    return named or name.startswith((w.EXPLAIN, w.WHICH_ACCOUNT))


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
    if not item.is_post and spec is not None and "请" not in why:
        why = f"{name}{why}" if why.startswith("应") else why
        return f"{why}。{ask_field(item, name, spec, ctx).sentence}"
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
        return with_choices(item, {CHOICES[name]: _typed_choice(name, value, item, ctx).id}, who, ctx)
    if name.startswith(w.WHICH_ACCOUNT):
        return _posting_as(item, name.removeprefix(w.WHICH_ACCOUNT), value, ctx)
    if name == accounts.ACCOUNT and is_about_one(item):
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


@router.on(i.ReviseAsked)
def revise_asked(intent: i.ReviseAsked, ctx: Context) -> Sequence[Effect]:
    item = ctx.store.item(intent.item)
    if item is None or not is_his(intent.who, item, ctx):
        return refuse(intent, w.not_yours(intent.item), ctx)
    if not item.open or item.links:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不能再改", ctx, item)
    if not w.is_text(item):
        return change_field(intent, item, ctx)
    if not item.current.text.strip():
        return ask_for(intent, item, Ask(f"{item.number} {text_wanted(item)}", field=TEXT), ctx)
    warn = "" if item.awaiting_draft else "改后已有的审核作废，从头再审。"
    return [
        Expect(intent.who, "wording", item.id, {"sure": "yes"}),
        Record(intent.who, "要改稿", item.id),
        *same_card(intent, ctx),
        say(intent, f"请把 {item.number} 改好的全文发来。{warn}不改了回复“算了”。", ctx, item.id),
    ]


def change_field(intent: i.ReviseAsked, item: Item, ctx: Context) -> list[Effect]:
    """改 0123 项目 新内容: one field of what is filled in; without its content it is asked for."""
    if not intent.text and item.awaiting_draft:
        return fill_in(intent, item, ctx)
    if why := unchangeable(intent.who, item, ctx):
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
        say(intent, ask_field(item, name, form[name], ctx).sentence, ctx, item.id),
    ]


def _named_field(said: str, form: Form) -> str:
    """The field whose name begins what was said, the longest first; else the one that begins with it."""
    named = [n for n in sorted(form, key=len, reverse=True) if said.startswith(n)]
    return next(iter(named or [n for n in form if said and n.startswith(said)]), "")
