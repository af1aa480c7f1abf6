"""填写: what is filled in field by field is changed, also while it is being checked."""

from __future__ import annotations

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import (
    Effect,
    Record,
    SaveItem,
)
from bot.rules.item import Decision, Item, State
from bot.rules.regulation import Do
from bot.rules.routing import may_draft
from handlers import wording as w
from handlers.composing import ask_or_submit, current_holders, stale_draft
from handlers.context import Context
from handlers.missing import asked_form, missing
from handlers.onward import close_cards, moved
from handlers.saying import say


def unchangeable(who: str, item: Item, ctx: Context) -> str:
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
    return filled_in and not unchangeable(who, item, ctx)


def taken_back(item: Item, ctx: Context) -> tuple[Item, list[Effect]]:
    """What is filled in, taken back from those who check it: it is checked from the beginning again."""
    back = progress.reopen(item, ctx.now)
    effects = moved(item, back, ctx.moves(item), ctx, done="起草人正在修改")
    return back, [e for e in effects if not isinstance(e, SaveItem)]


def fill_in(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
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
