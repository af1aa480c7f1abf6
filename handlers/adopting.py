"""采用来稿: an entry of a record step that becomes a draft of whoever records it, naming its author (`adopt`)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.rules.effects import Effect, Record, Reply, SaveItem
from bot.rules.item import Item, replace
from bot.rules.regulation import Step
from bot.rules.textcheck import split_title
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.hints import hints
from handlers.new_posts import new_post
from handlers.saying import send_card

SOURCE = "信息来源"
DRAFT = "稿件"  # under this name the entry keeps the number of its draft


def adopts(step: Step, values: Mapping[str, str]) -> bool:
    if step.adopt is None:
        return False
    name, _, wanted = step.adopt.when.partition("=")
    return values.get(name) == wanted


def adopted(who: str, item: Item, step: Step, values: Mapping[str, str], ctx: Context) -> tuple[str, list[Effect]]:
    """The number of the new draft, and what begins it; nothing when it was not adopted or he may not draft."""
    if step.adopt is None or not adopts(step, values) or not ctx.drafting_seats(who):
        return "", []
    title, body, author = (values.get(name, "") for name in (step.adopt.title, step.adopt.body, step.adopt.author))
    source = f"{author}来稿（{item.flow.option if item.flow else ''} {item.number}）"
    split = split_title(f"{title}\n{body}\n（作者：{author}）")
    post = new_post(who, ctx)
    post = replace(
        post, current=replace(post.current, title=split.title, body=split.body), seq=post.seq + 1,
        form={SOURCE: source} if SOURCE in ctx.regulation.content.form else {},
    )  # fmt: skip
    said = f"《{title}》已采用，成为您的稿件 {post.number}，请选好送审。{w.received(post, ctx, '', hints(post, ctx))}"
    return post.number, [
        SaveItem(post),
        Record(who, "投稿", post.id, post.current.text, version=1),
        Record(who, "采用来稿", item.id, f"{title}（{author}）→ {post.number}"),
        Reply(said),
        send_card(cards.choose_card(post, who, ctx), who, post, "choose", ctx),
    ]
