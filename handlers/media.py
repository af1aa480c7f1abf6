"""图片和视频: what a stored one is, and whether the channels' limits allow it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.item import Media, replace
from bot.rules.mediacheck import check_image, check_linked, check_video
from handlers.context import Context

MAX_MEDIA = 9  # of one draft


def checked(media: Media, ctx: Context, channels: Sequence[str]) -> Media:
    """The medium with size, format and problem as its content says; unchanged while it has not been fetched.

    `channels`: those of the draft; none chosen yet means all of the regulation.
    """
    if media.link:
        limits = [ctx.regulation.channel[c].video for c in (channels or ctx.regulation.channel)]
        wrong = [why for limit in limits if (why := check_linked(media.size, media.format, limit))]
        return replace(media, problem=wrong[0] if wrong else "")
    row = ctx.store.media_by_id(media.media_id)
    if row is None:
        return media
    check = check_image if media.kind == "image" else check_video
    rules = [ctx.regulation.channel[c] for c in (channels or ctx.regulation.channel)]
    limits = [rule.image if media.kind == "image" else rule.video for rule in rules] or [None]
    problems = [problem for limit in limits if (problem := check(row.content, row.size, limit))]
    return replace(media, sha=row.sha, size=row.size, format=row.format, problem=problems[0] if problems else "")
