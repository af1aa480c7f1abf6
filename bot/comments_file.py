"""评论文件: a CSV or XLSX with one comment a row, or the rows of a connector, into comments; what is refused, by line.

Columns are known by several names, in any order. Unlike the roster a refused row stops no other: comments come from
outside, and one bad row must not keep four hundred people waiting.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.roster_file import Unreadable, rows_of
from bot.rules import pasting
from bot.rules.comments import BEIJING, Comment
from bot.rules.links import by_host
from bot.rules.moments import read_moment

NAMES: dict[str, tuple[str, ...]] = {
    "platform": ("平台", "来源平台", "来源", "渠道", "媒体", "网站", "platform", "source"),
    "netizen": ("网民", "网民昵称", "昵称", "用户", "用户名", "用户昵称", "网友", "评论者", "评论人", "发言人",
                "netizen", "nickname", "user", "username"),
    "text": ("内容", "评论内容", "评论", "留言内容", "留言", "私信内容", "私信", "正文", "text", "content", "comment"),
    "posted_at": ("发表时间", "评论时间", "留言时间", "发布时间", "时间", "日期", "posted_at", "time", "created_at"),
    "link": ("链接", "评论链接", "网址", "地址", "原文链接", "link", "url"),
}  # fmt: skip
HEADER = "平台,网民,内容,发表时间,链接"
REQUIRED = ("text", "posted_at")
EXCEL_BEGAN = datetime(1899, 12, 30, tzinfo=BEIJING)
EXCEL_DAYS = range(20_000, 80_000)  # a date that Excel shows as a number: 1954 to 2119


@dataclass(frozen=True, slots=True)
class CommentsFile:
    """Rows in their order with their lines; `unused`: columns nobody needs."""

    rows: tuple[tuple[int, Comment], ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    unused: tuple[str, ...] = ()


def parse(content: bytes, now: datetime, platforms: Sequence[str] = ()) -> CommentsFile:
    """A whole file. Raises nothing: a file that cannot be read is one refused line."""
    try:
        rows = rows_of(content)
        line, header = next(iter(rows), (1, []))
        places = _places(line, header)
        found: list[tuple[int, Comment]] = []
        refused: list[tuple[int, str]] = []
        for number, cells in rows:
            values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
            if any(cells):
                one = comment_of(values, now, platforms)
                (refused if isinstance(one, str) else found).append((number, one))  # type: ignore[arg-type]
    except Unreadable as error:
        return CommentsFile(refused=((error.line, str(error)),))
    unused = tuple(cell for place, cell in enumerate(header) if cell and place not in places.values())
    return CommentsFile(tuple(found), tuple(refused), unused)


def _places(line: int, header: Sequence[str]) -> dict[str, int]:
    """Where each column stands: of several names that fit the one that comes first in NAMES."""
    folded = [_folded(cell) for cell in header]
    places = {
        field: folded.index(name) for field, names in NAMES.items() for name in reversed(names) if name in folded
    }
    if missing := [NAMES[field][0] for field in REQUIRED if field not in places]:
        raise Unreadable(line, f"表头缺少：{'、'.join(missing)}（第一行写列名：{HEADER}，顺序不限）")
    return places


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def named(row: Mapping[str, object]) -> dict[str, str]:
    """A row of a connector by the same names."""
    folded = {_folded(str(key)): value for key, value in row.items()}
    found = {f: folded[name] for f, names in NAMES.items() for name in reversed(names) if name in folded}
    return {field: "" if value is None else str(value) for field, value in found.items()}


def comment_of(values: Mapping[str, str], now: datetime, platforms: Sequence[str] = ()) -> Comment | str:
    """The comment of one row, or why there is none."""
    said, when = values.get("text", "").strip(), values.get("posted_at", "").strip()
    link, platform = values.get("link", "").strip(), values.get("platform", "").strip()
    if not said:
        return "没有内容"
    if not when:
        return "没有发表时间"
    at = moment_of(when, now)
    if at is None:
        return f"看不懂发表时间“{when[:30]}”"
    if too_long := next((v for v in (values.get("netizen", ""), platform) if len(v) > 100), ""):
        return f"“{too_long[:10]}…”太长"
    if link and (not link.startswith(("http://", "https://")) or len(link) > 2000):
        return "链接要以 http:// 或 https:// 开头"
    platform = platform or (by_host(link, (*platforms, *pasting.KNOWN)) if link else "")
    name = values.get("netizen", "").strip().lstrip("@＠")
    one = Comment(text=said, posted_at=at, platform=platform, netizen=name, link=link)
    return pasting.check(one, now) or one


def moment_of(text: str, now: datetime) -> datetime | None:
    """As people write it, or as Excel and computers count it."""
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        number = float(text)
        if int(number) in EXCEL_DAYS:
            return (EXCEL_BEGAN + timedelta(days=number) + timedelta(seconds=30)).replace(second=0, microsecond=0)
        if 1e9 <= number < 1e10:
            return datetime.fromtimestamp(number, BEIJING)
        if 1e12 <= number < 1e13:
            return datetime.fromtimestamp(number / 1000, BEIJING)
    found = read_moment(text, now)
    return found.at if found is not None else None


def lines(refused: Iterable[tuple[int, str]]) -> list[str]:
    return [f"第 {line} 行：{why}" for line, why in refused]
