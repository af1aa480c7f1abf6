"""大视频: registered by link, size and format; the messenger itself carries no more than 10 MB (A16, A18)."""

from __future__ import annotations

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SaveItem
from bot.rules.item import Item, Media, Version, replace
from bot.rules.mediacheck import describe_size, linked_format, read_size
from handlers.context import Context
from handlers.media import MAX_MEDIA, checked
from handlers.saying import refuse, say

HOW = "请写明链接、大小和格式，例如“视频 https://pan.example.com/1 120MB mp4”"


def linked(intent: i.VideoLinked, item: Item | None, version: Version | None, ctx: Context) -> list[Effect]:
    """视频 https://… 120MB mkv: checked by what the drafter states; the checkers see it and look for themselves.

    `item`: his open draft, `version`: its wording being composed.
    """
    if item is None or version is None:
        return refuse(intent, "请先发稿件正文，再发视频链接", ctx)
    size, format = read_size(intent.size), intent.format.lower() or linked_format(intent.url)
    if not size or not format:
        return refuse(intent, f"还缺{'大小' if not size else '格式'}。{HOW}", ctx, item)
    others = tuple(m for m in item.current.media if m.media_id != intent.url)
    if len(others) >= MAX_MEDIA:
        return refuse(intent, f"{item.number} 已有 {MAX_MEDIA} 个图片或视频，不能再加", ctx, item)
    media = checked(Media(intent.url, "video", size=size, format=format), ctx, item.channels)
    shown = f"{describe_size(size)}，{format}"
    if media.problem:
        return refuse(intent, f"{item.number} 这个视频不能用：{media.problem}（{shown}）", ctx, item, action="拒绝视频")
    after = replace(item, current=replace(version, media=(*others, media)), seq=item.seq + 1)
    return [
        SaveItem(after),
        Record(intent.who, "加视频链接", item.id, f"{intent.url} {shown}", version=after.current.no),
        say(intent, f"{item.number} 已加视频链接 {len(others) + 1}/{MAX_MEDIA}，{shown}。", ctx, item.id),
    ]
