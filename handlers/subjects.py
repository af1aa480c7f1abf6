"""主题: what a comment is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.rules import comments
from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.item import replace
from bot.rules.personal import masked
from bot.rules.routing import may_see
from bot.rules.subjects import weeks
from handlers.context import Context
from handlers.proposing import collectable
from handlers.router import Router
from handlers.saying import refuse, say
from handlers.subject_digest import digest

router = Router()


@router.on(i.SubjectSaid)
def subject_said(intent: i.SubjectSaid, ctx: Context) -> Sequence[Effect]:
    """主题 0456 停车难, by whoever collects or oversees; 主题: which rise most this week."""
    allowed = ctx.oversees(intent.who) or bool(collectable(intent.who, ctx))
    if not allowed:
        return refuse(intent, "主题由收集意见和归口管理的人员使用", ctx)
    if not intent.item:
        until = ctx.now + timedelta(seconds=1)  # what came this second belongs to it
        text = digest(weeks(ctx.midnight)[0], until, ctx) or "这两周的意见都还没有标主题。标注回复“主题 0456 名称”。"
        return [say(intent, text, ctx), Record(intent.who, "查看", None, "主题")]
    item = ctx.store.item(intent.item)
    if item is None or not comments.is_comment(item) or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以标主题的评论 {intent.item:04d}", ctx)
    if not intent.subject:
        looked = Record(intent.who, "查看", item.id, "主题")
        return [say(intent, f"{item.number} 的主题：{item.subject or '还没有'}。", ctx), looked]
    subject = masked(intent.subject)  # everybody who collects reads the names of subjects
    return [
        SaveItem(replace(item, subject=subject)),
        Record(intent.who, "主题", item.id, f"{item.subject or '无'} → {subject}", version=item.current.no),
        say(intent, f"{item.number} 的主题：{subject}。", ctx, item.id),
    ]
