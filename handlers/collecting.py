"""采集: a comment becomes an item, once; whoever collected it is asked where it goes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules.effects import Effect, Remember, Send
from bot.rules.item import Item
from handlers import comment_cards
from handlers.context import Context
from handlers.proposing import alike_among, collectable, complete, like_it, proposal, words
from handlers.saying import send_card, tell

__all__ = ["SORT_ALL", "ask_to_sort", "collectable", "joinable"]


MOST_GROUPS = 3
SORT_ALL = "sort all"  # numbers that this person was asked about at once


def ask_to_sort(items: Sequence[Item], who: str, ctx: Context) -> list[Effect]:
    """One: its card. Several: one list and one card for all of them; none is lost, and nobody gets forty cards."""
    if len(items) <= 1:
        return [effect for item in items for effect in _ask_one(item, who, ctx)]
    lines, ready = [], 0
    for item in items:
        proposed = proposal(item, who, ctx)
        known = complete(item, proposed, ctx)
        ready += known
        alone = "" if known else "，须逐条分办"
        lines.append(f"{item.number}《{comments.heading(item)}》{words(proposed)}{alone}")
    groups = alike_among(items)[:MOST_GROUPS]
    lines += [f"相似 {len(group)} 条：{' '.join(x.number for x in group)}，可归并为一件。" for group in groups]
    how = f"点卡片，或回复“照建议分办 {items[0].number} {items[1].number}”；逐条办回复“分办 编号 类别 单位”。"
    numbers = " ".join(str(x.id) for x in items)
    card = comment_cards.sort_all_card(items, who, ready, ctx)
    return [
        Remember(who, SORT_ALL, numbers),
        tell(who, "\n".join([f"{len(items)} 条评论待您分办：", *lines, how]), ctx, what="sortall"),
        *[_propose_joining(group[-1], len(group) - 1, who, ctx) for group in groups],
        Send(to=who, message=card, key=f"card|{card.task_id}", purpose="sortall"),
    ]


def _propose_joining(item: Item, others: int, who: str, ctx: Context) -> Send:
    """The latest of them: whoever taps it joins all that were before."""
    return send_card(comment_cards.join_card(item, others, who, ctx), who, item, "join", ctx)


def _ask_one(item: Item, who: str, ctx: Context) -> list[Effect]:
    """Its card; where earlier ones say the same, one more that makes them one issue."""
    same = [x for x in like_it(item, ctx) if joinable(item, x)]
    card = comment_cards.sort_card(item, who, ctx)
    effects: list[Effect] = [send_card(card, who, item, "sort", ctx)]
    if not same:
        return effects
    return [_propose_joining(item, len(same), who, ctx), *effects]


def joinable(one: Item, other: Item) -> bool:
    """Whether both may be handled as one: open comments that the same people may see."""
    private = [x.flow is not None and x.flow.private for x in (one, other) if x.round]
    return one.id != other.id and other.open and comments.is_comment(other) and len(set(private)) <= 1
