"""图片、视频: they belong to the open draft, or to the field that asked for a file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import (
    Effect,
    Expect,
    FetchMedia,
    Record,
    Remember,
    Reply,
    SaveItem,
)
from bot.rules.events import MediaFetched, MediaLost
from bot.rules.item import Item, Media, replace
from bot.rules.mediacheck import describe_size
from handlers.asking import attachments
from handlers.collecting import collectable
from handlers.composing import current_holders, new_wording, open_draft, without_media
from handlers.context import Context
from handlers.evidence import kept_as_evidence
from handlers.media import MAX_MEDIA, checked
from handlers.missing import UNFIT_MEDIA
from handlers.router import Router
from handlers.saying import no_drafting, refuse, tell
from handlers.videos import linked

router = Router()


@router.on(i.MediaSent)
def media_sent(intent: i.MediaSent, ctx: Context) -> Sequence[Effect]:
    """A picture belongs to the open draft, or waits for the text that comes next."""
    if not ctx.drafting_seats(intent.who) and collectable(intent.who, ctx):
        return kept_as_evidence(intent, ctx)
    if not ctx.drafting_seats(intent.who):
        return no_drafting(intent, ctx)
    item = open_draft(intent.who, ctx)
    kind: str = intent.kind
    fetch = FetchMedia(intent.media_id, intent.who, f"fetch|{intent.media_id}")
    if item is None:
        loose = json.loads(ctx.store.memory(intent.who, "loose") or "[]")
        loose = [*loose, {"id": intent.media_id, "kind": kind, "at": ctx.now.timestamp()}][-MAX_MEDIA:]
        return [
            Remember(intent.who, "loose", json.dumps(loose)),
            fetch,
            Record(intent.who, "来图" if kind == "image" else "来视频"),
            Reply("图片已收到，请接着发稿件正文。" if kind == "image" else "视频已收到，请接着发稿件正文。"),
        ]
    if len(item.current.media) >= MAX_MEDIA:
        return refuse(intent, f"{item.number} 已有 {MAX_MEDIA} 个图片或视频，不能再加", ctx, item)
    version = new_wording(item)
    media = Media(intent.media_id, "image" if kind == "image" else "video")
    after = replace(item, current=replace(version, media=(*version.media, media)), seq=item.seq + 1)
    return [
        SaveItem(after),
        fetch,
        Record(intent.who, "加图" if kind == "image" else "加视频", item.id, version=after.current.no),
    ]


@router.on(i.VideoLinked)
def video_linked(intent: i.VideoLinked, ctx: Context) -> Sequence[Effect]:
    """A large video is registered by its link (company-qiguanbu-R11)."""
    item = open_draft(intent.who, ctx)
    if item is None and not ctx.drafting_seats(intent.who):
        return no_drafting(intent, ctx)
    return linked(intent, item, new_wording(item) if item else None, ctx)


@router.on(i.MediaDropped)
def media_dropped(intent: i.MediaDropped, ctx: Context) -> Sequence[Effect]:
    """去掉图片 2, 去掉图片: of the open draft (a return may say 图片需更换)."""
    item = open_draft(intent.who, ctx)
    if item is None:
        return refuse(intent, "现在没有可以改的稿件。送审后的稿件要换图，请先发“改 编号”，再重发全文", ctx)
    media = item.current.media
    if not 0 <= intent.place <= len(media) or not media:
        return refuse(intent, f"{item.number} 有 {len(media)} 个图片或视频，没有要去掉的这个", ctx, item)
    return without_media(intent, item, [media[intent.place - 1]] if intent.place else media, ctx)


@router.on(MediaFetched)
def media_fetched(event: MediaFetched, ctx: Context) -> Sequence[Effect]:
    """The content is here: format and size by content, told to the person."""
    held = _item_holding(event.media_id, ctx)
    if held is not None:
        files = tuple(replace(m, sha=event.sha, size=event.size, format=event.format) if m.media_id == event.media_id
                      else m for m in held.files)  # fmt: skip
        held = replace(held, files=files)
        waiting = (who for who in current_holders(held, ctx) if who != event.userid)  # asked before it was here
        return [
            SaveItem(held),
            *[effect for who in waiting for effect in attachments(held, who, ctx, only=event.media_id)],
            Record("system", "收到附件", held.id, f"{event.format} {describe_size(event.size)}"),
        ]
    item = _item_with(event.media_id, event.userid, ctx)
    if item is None:
        return [Record("system", "收到媒体", None, f"{event.format} {describe_size(event.size)}")]
    media = tuple(checked(m, ctx, item.channels) if m.media_id == event.media_id else m for m in item.current.media)
    after = replace(item, current=replace(item.current, media=media))
    mine = next(m for m in media if m.media_id == event.media_id)
    place = f"{[m.media_id for m in media].index(event.media_id) + 1}/{MAX_MEDIA}"
    word = "图片" if mine.kind == "image" else "视频"
    size = f"{describe_size(event.size)}，{(event.format or '未知格式').upper()}"
    text = f"{item.number} 已加{word} {place}，{size}。"
    if mine.problem:
        text = f"{item.number} 这个{word}不能用：{mine.problem}（{size}）。请换一个，回复“去掉”可删除它。"
    expect = [Expect(item.author, "field", item.id, {"field": UNFIT_MEDIA})] if mine.problem else []
    return [
        SaveItem(after),
        *expect,
        Record("system", "收到媒体", item.id, f"{event.format} {describe_size(event.size)} {mine.problem}"),
        tell(item.author, text, ctx, item=item.id, what="media"),
    ]


@router.on(MediaLost)
def media_lost(event: MediaLost, ctx: Context) -> Sequence[Effect]:
    item = _item_with(event.media_id, event.userid, ctx)
    effects: list[Effect] = [Record("system", "媒体接收失败", item.id if item else None, event.why)]
    if item is not None:
        kept = tuple(m for m in item.current.media if m.media_id != event.media_id)
        effects.append(SaveItem(replace(item, current=replace(item.current, media=kept))))
    return [*effects, tell(event.userid, "有一个图片或视频没有接收成功，请重发一次。", ctx, what="media")]


def _item_holding(media_id: str, ctx: Context) -> Item | None:
    """The open item of which a field holds this file."""
    return next((x for x in ctx.store.open_items() if any(m.media_id == media_id for m in x.files)), None)


def _item_with(media_id: str, userid: str, ctx: Context) -> Item | None:
    mine = ctx.store.open_items(author=userid)
    return next((item for item in mine if any(m.media_id == media_id for m in item.current.media)), None)
