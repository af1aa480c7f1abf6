"""截图: pictures that whoever collects sends before or after a comment are kept with it, as evidence."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.rules import intents as i
from bot.rules.effects import Effect, FetchMedia, Record, Remember, SaveItem
from bot.rules.item import Media, replace
from handlers.context import Context
from handlers.held import unsorted
from handlers.media import MAX_MEDIA
from handlers.saying import refuse, say

LOOSE = "loose evidence"  # pictures that wait for the comment they belong to
SOON = timedelta(minutes=10)


def kept_as_evidence(intent: i.MediaSent, ctx: Context) -> list[Effect]:
    """With the comment that was registered just before, until it is sorted; else with the one that comes next."""
    picture = Media(intent.media_id, "video" if intent.kind == "video" else "image")
    fetch = FetchMedia(intent.media_id, intent.who, f"fetch|{intent.media_id}")
    recent = [x for x in unsorted(intent.who, ctx) if ctx.now - x.created_at <= SOON]
    if not recent:
        waiting = [*_loose(intent.who, ctx), picture][-MAX_MEDIA:]
        return [
            _remember(intent.who, waiting, ctx), fetch, Record(intent.who, "来图"),
            say(intent, "截图已收到，请接着发评论；发来的第一条评论会附上它。", ctx),
        ]  # fmt: skip
    item = recent[-1]
    if len(item.files) >= MAX_MEDIA:
        return refuse(intent, f"{item.number} 已有 {MAX_MEDIA} 个附件，不能再加", ctx, item)
    after = replace(item, files=(*item.files, picture), seq=item.seq + 1)
    return [
        SaveItem(after), fetch, Record(intent.who, "附截图", item.id, version=item.current.no),
        say(intent, f"截图已附在评论 {item.number}（共 {len(after.files)} 个）。", ctx, item.id),
    ]  # fmt: skip


def taken(who: str, ctx: Context) -> tuple[tuple[Media, ...], list[Effect]]:
    """What waited for this comment, and that it waits no more."""
    waiting = _loose(who, ctx)
    return tuple(_fetched(one, ctx) for one in waiting), [Remember(who, LOOSE, "")] if waiting else []


def _fetched(media: Media, ctx: Context) -> Media:
    """With what is known of its content, if that has come already."""
    row = ctx.store.media_by_id(media.media_id)
    return media if row is None else replace(media, sha=row.sha, size=row.size, format=row.format)


def _loose(who: str, ctx: Context) -> list[Media]:
    kept = json.loads(ctx.store.memory(who, LOOSE) or "{}")
    if not kept or ctx.now.timestamp() - kept["at"] > SOON.total_seconds():
        return []
    return [Media(media_id, "video" if kind == "video" else "image") for media_id, kind in kept["files"]]


def _remember(who: str, files: list[Media], ctx: Context) -> Remember:
    kept = {"at": ctx.now.timestamp(), "files": [(m.media_id, m.kind) for m in files]}
    return Remember(who, LOOSE, json.dumps(kept))
