"""填写: what is filled in field by field is changed, also while it is being checked."""

from __future__ import annotations

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import (
    Effect,
    Expect,
    Record,
    SaveItem,
)
from bot.rules.item import Decision, Item, State, replace
from bot.rules.regulation import Do, Form
from bot.rules.routing import may_draft
from handlers import wording as w
from handlers.composing import ask_or_submit, current_holders, stale_draft
from handlers.context import Context
from handlers.fields import field_answered
from handlers.missing import ask_field, asked_form, missing, required_form
from handlers.onward import (
    close_cards,
    moved,
    refuse,
    same_card,
    say,
)


def change_field(intent: i.ReviseAsked, item: Item, ctx: Context) -> list[Effect]:
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
        say(intent, ask_field(item, name, form[name], ctx).sentence, ctx, item.id),
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


def checked_now(who: str, item: Item, ctx: Context) -> bool:
    """Whether it is being checked and its drafter may still change what is filled in."""
    filled_in = item.state is State.RUNNING and not w.is_text(item) and not item.awaiting_draft
    return filled_in and not _unchangeable(who, item, ctx)


def taken_back(item: Item, ctx: Context) -> tuple[Item, list[Effect]]:
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
