"""采集: a comment becomes an item, once; whoever collected it is asked where it goes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules.comments import Comment
from bot.rules.effects import Effect, KeepComment, Record, Remember, SaveItem, Send
from bot.rules.item import Item, Version, replace
from bot.rules.regulation import Kind
from handlers import comment_cards
from handlers.context import Context
from handlers.onward import open_deadline, send_card, tell
from handlers.proposing import collectable, complete, like_it, proposal, words

__all__ = ["SORT_ALL", "ask_to_sort", "collect", "collectable", "joinable", "new_item"]


def new_item(comment: Comment, who: str, ctx: Context, *, nth: int = 0) -> Item:
    """An item being prepared by `who`. `nth`: of several comments that came in one message."""
    flows = collectable(who, ctx)
    roles = {role for flow in flows for role in flow.steps[0].by}
    seat = next(s for s in ctx.roster.seats_of(who) if s.role in roles)
    item = Item(
        id=ctx.store.next_item_id() + nth, org=ctx.org, kind=Kind.COMMENT, unit=seat.unit, author=who,
        created_at=ctx.now, since=ctx.now, policy_version=ctx.store.policy_version(), flow=flows[0],
        form=comment.form,
    )  # fmt: skip
    return replace(item, current=Version(1, comments.heading(item), comment.text, by=who))


def collect(comment: Comment, who: str, ctx: Context, *, source: str, nth: int = 0) -> tuple[Item, list[Effect]]:
    """The item of a new comment, with its clock running and `who` asked to sort it. Known ones are looked up before."""
    item = new_item(comment, who, ctx, nth=nth)
    assert item.flow is not None
    return item, [
        SaveItem(item),
        KeepComment(comment.fingerprint, item.id, source),
        open_deadline(item, item.flow.steps[0], ctx),
        Record(who, "登记评论", item.id, comment.text, version=1),
        *ask_to_sort([item], who, ctx),
    ]


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
    how = f"点卡片，或回复“照建议分办 {items[0].number} {items[1].number}”；逐条办回复“分办 编号 类别 单位”。"
    numbers = " ".join(str(x.id) for x in items)
    card = comment_cards.sort_all_card(items, who, ready, ctx)
    return [
        Remember(who, SORT_ALL, numbers),
        tell(who, "\n".join([f"{len(items)} 条评论待您分办：", *lines, how]), ctx, what="sortall"),
        Send(to=who, message=card, key=f"card|{card.task_id}", purpose="sortall"),
    ]


def _ask_one(item: Item, who: str, ctx: Context) -> list[Effect]:
    """Its card; where earlier ones say the same, one more that makes them one issue."""
    same = [x for x in like_it(item, ctx) if joinable(item, x)]
    card = comment_cards.sort_card(item, who, ctx)
    effects: list[Effect] = [send_card(card, who, item, "sort", ctx)]
    if not same:
        return effects
    join = comment_cards.join_card(item, len(same), who, ctx)
    return [send_card(join, who, item, "join", ctx), *effects]


def joinable(one: Item, other: Item) -> bool:
    """Whether both may be handled as one: open comments that the same people may see."""
    private = [x.flow is not None and x.flow.private for x in (one, other) if x.round]
    return one.id != other.id and other.open and comments.is_comment(other) and len(set(private)) <= 1
