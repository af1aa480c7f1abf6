"""对话: what one netizen said and was told, turn by turn, with the minutes between (weibo-opinion-paper-R3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.rules import comments
from bot.rules.forms import read_moment
from bot.rules.item import Item
from bot.rules.personal import masked
from bot.rules.routing import has_part, may_see
from handlers import wording as w
from handlers.context import BEIJING, Context

MOST = 20  # turns shown


class Turn(NamedTuple):
    at: datetime
    who: str
    text: str
    number: str = ""


def thread(item: Item, who: str, ctx: Context) -> list[str]:
    """The lines of the conversation this comment belongs to; nothing of one that stands alone."""
    chain = [one for one in _chain(item, ctx) if one.id == item.id or _sees(who, one, ctx)]
    if len(chain) < 2:
        return []
    turns = sorted((turn for one in chain for turn in _turns(one, ctx)), key=lambda turn: turn.at)[-MOST:]
    name, place = item.form.get(comments.NETIZEN, ""), item.form.get(comments.PLATFORM, "")
    lines = [f"与 {place} @{name} 的对话：".replace("  ", " ")]
    for before, turn in zip([None, *turns], turns, strict=False):
        told = [turn.number] if turn.number else []
        told += [f"{_between(before.at, turn.at)}后"] if before else []
        lines.append(f"{w.when(turn.at, ctx.now)} {turn.who}：{turn.text}（{'，'.join(told)}）".replace("（）", ""))
    return lines


def _sees(who: str, item: Item, ctx: Context) -> bool:
    moves = ctx.moves(item)
    private = item.flow is not None and item.flow.private
    return has_part(who, item, moves, ctx.desk) if private else may_see(who, item, moves, ctx.desk) or not item.round


def _chain(item: Item, ctx: Context) -> list[Item]:
    """Back to its beginning, and on to its end."""
    found = {item.id: item}
    first: Item | None = item
    while first is not None and first.follows and first.follows not in found:
        first = ctx.store.item(first.follows)
        found |= {first.id: first} if first is not None else {}
    netizen = item.form.get(comments.NETIZEN, "")
    for later in ctx.store.comments_by(netizen, min(x.created_at for x in found.values())) if netizen else ():
        found |= {later.id: later} if later.follows in found else {}
    return list(found.values())


def _turns(item: Item, ctx: Context) -> Iterator[Turn]:
    said = item.form.get(comments.POSTED)
    yield Turn(read_moment(said) if said else item.created_at, "网民", masked(comments.said(item)), item.number)
    for move in ctx.moves(item):
        if answer := move.form.get(comments.REPLY):
            yield Turn(move.at.astimezone(BEIJING), "答复", masked(answer))


def _between(one: datetime, other: datetime) -> str:
    minutes = round((other - one).total_seconds() / 60)
    return f"{minutes} 分钟" if minutes < 120 else w.span(one, other)
