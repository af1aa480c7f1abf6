"""来件: comments become items, each once, wherever they come from; and who collects those that came by themselves.

What was said may have been said before: by its platform, netizen, text and minute the same comment is known, and only
its number is told. A later one of the same netizen continues the conversation (`follows`); one under a post of ours
knows the post (`under`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.rules import comments
from bot.rules.comments import Comment
from bot.rules.effects import Effect, KeepComment, Record, SaveItem
from bot.rules.item import Item, Media, State, Version, replace
from bot.rules.regulation import Kind
from bot.rules.roster import Seat
from handlers import wording as w
from handlers.activity import activity_of
from handlers.collecting import collectable
from handlers.context import Context
from handlers.dues import open_deadline
from handlers.saying import tell

CONVERSATION = timedelta(days=7)  # a later comment of the same netizen goes on with what was said in it


@dataclass(frozen=True, slots=True)
class Arrived:
    """`items`: the new ones. `known`: those that were there before, with their numbers."""

    items: tuple[Item, ...]
    known: tuple[tuple[Comment, int], ...]
    effects: tuple[Effect, ...]


def arrive(
    said: Iterable[Comment], who: str, ctx: Context, *, source: str, actor: str = "", files: Sequence[Media] = ()
) -> Arrived:
    """Each becomes an item of `who`, its clock running. `actor`: by whom, when he is not the collector himself."""
    items: list[Item] = []
    known: list[tuple[Comment, int]] = []
    effects: list[Effect] = []
    here: dict[str, int] = {}  # of this delivery
    number = ctx.store.next_item_id()
    for comment in said:
        before = _known(comment, here, ctx)
        if before is not None:
            known.append((comment, before))
            continue
        item = _new(_item(comment, who, number, ctx), items, ctx)
        item = item if items else replace(item, files=tuple(files))  # what was sent before belongs to the first one
        item, kept = _kept(item, comment, source, actor or who, ctx)
        effects += kept
        here |= dict.fromkeys(comment.keys, number)
        number += 1
        items.append(item)
    return Arrived(tuple(items), tuple(known), tuple(effects))


def _known(comment: Comment, here: dict[str, int], ctx: Context) -> int | None:
    found = (here[key] for key in comment.known_by if key in here)
    kept = (number for key in comment.known_by if (number := ctx.store.comment(key)) is not None)
    return next(found, None) or next(kept, None)


def _item(comment: Comment, who: str, number: int, ctx: Context) -> Item:
    """Being prepared by `who`, on the first flow he may begin, until he has sorted it."""
    flow = collectable(who, ctx)[0]
    seat = _seat(who, flow.steps[0].by, ctx)
    item = Item(
        id=number, org=ctx.org, kind=Kind.COMMENT, unit=seat.unit, author=who, created_at=ctx.now, since=ctx.now,
        policy_version=ctx.store.policy_version(), flow=flow, form=comment.form,
    )  # fmt: skip
    return replace(item, current=Version(1, comments.heading(item), comment.text, by=who))


def _seat(who: str, roles: Sequence[str], ctx: Context) -> Seat:
    return next(s for s in ctx.roster.seats_of(who) if s.role in roles)


def _new(item: Item, before: Sequence[Item], ctx: Context) -> Item:
    """With what it goes on from, and the post it stands under."""
    earlier = _earlier(item, before, ctx)
    post = ctx.store.post_at(item.form.get(comments.LINK, ""))
    item = replace(item, follows=earlier.id if earlier else 0, under=post.id if post else 0)
    item = replace(item, plan=activity_of(item, post, ctx))
    return replace(item, unit=post.unit) if post else item


def _earlier(item: Item, before: Sequence[Item], ctx: Context) -> Item | None:
    """The last comment of the same netizen in the same place, open or begun in the last days."""
    netizen = item.form.get(comments.NETIZEN, "")
    if not netizen:
        return None
    kept = ctx.store.comments_by(netizen, ctx.now - CONVERSATION)
    place = comments.family(item.form.get(comments.PLATFORM, ""))
    his = [
        x for x in (*kept, *before)
        if x.form.get(comments.NETIZEN) == netizen and x.state is not State.WITHDRAWN
        and comments.family(x.form.get(comments.PLATFORM, "")) == place
        and x.form.get(comments.POSTED, "") <= item.form.get(comments.POSTED, "")
    ]  # fmt: skip
    return max(his, key=lambda x: (x.form.get(comments.POSTED, ""), x.id), default=None)


def _kept(item: Item, comment: Comment, source: str, actor: str, ctx: Context) -> tuple[Item, list[Effect]]:
    """With its clock running. 采集延迟 (A3): one that was registered when its day was over already is marked."""
    assert item.flow is not None
    due = open_deadline(item, item.flow.steps[0], ctx)
    late = comments.DELAYED in due.explanation
    if late:
        item = replace(item, form={**item.form, comments.DELAYED: f"登记 {w.dated(ctx.now, ctx.now)}"})
    return item, [
        SaveItem(item),
        *[KeepComment(key, item.id, source) for key in comment.keys],
        due,
        Record(actor, "登记评论", item.id, comment.text, version=1),
        *([Record(actor, comments.DELAYED, item.id, f"发表 {item.form[comments.POSTED]}")] if late else []),
        *_told(item, ctx),
    ]


def _told(item: Item, ctx: Context) -> list[Effect]:
    """mutual-aid-society-R14: whoever wrote the post hears at once what is said under it."""
    post = ctx.store.item(item.under) if item.under else None
    if post is None or not post.author or post.author == item.author or not ctx.roster.knows(post.author):
        return []
    said = f"您的稿件 {post.number}《{w.heading(post)}》有网民评论（{item.number}）：{comments.heading(item)}"
    return [
        tell(
            post.author,
            f"{said}\n请留意，如何答复可与{ctx.name(item.author)}联系。",
            ctx,
            item=post.id,
            what=f"under{item.id}",
        )
    ]
