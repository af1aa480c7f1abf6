"""来件: comments that somebody pastes into the chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect
from handlers.collecting import collect, collectable
from handlers.context import Context
from handlers.onward import merge_replies, refuse, say
from handlers.router import Router

router = Router()


@router.on(i.CommentsSent)
def comments_sent(intent: i.CommentsSent, ctx: Context) -> Sequence[Effect]:
    """Each becomes an item; one that is known is named and left."""
    if not collectable(intent.who, ctx):
        return refuse(intent, "您没有登记评论的权限", ctx, action="拒绝登记")
    effects: list[Effect] = []
    fresh = 0
    for comment in intent.comments:
        known = ctx.store.comment(comment.fingerprint)
        if known is not None:
            effects += [say(intent, f"这条已登记：{known:04d}。", ctx)]
            continue
        item, made = collect(comment, intent.who, ctx, source="chat", nth=fresh)
        fresh += 1
        effects += [*made, say(intent, f"收到，编号 {item.number}。", ctx, item.id)]
    return merge_replies(effects)


