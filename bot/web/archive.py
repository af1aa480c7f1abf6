"""存档: what somebody looks for, as a list; and as one file to take away: a sheet an item, its media, a list.

The file is written while it is sent, one item after the other, each with a reader of its own: nothing is held in
memory but the item at hand, and no reading lasts as long as a slow phone takes to load.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.clock import BEIJING
from bot.rules import archive
from bot.rules.archive import Kept, Wanted
from bot.rules.item import Media
from bot.rules.routing import Desk
from bot.rules.textcheck import shown_title
from bot.web import words as w
from bot.web.answer import rendered
from bot.web.case import Case
from bot.web.filings import last_check
from bot.web.given import Pages
from bot.web.sheet import Sheet, sheet
from bot.web.workbook import Column, book
from storage.read import Reader

MOST = 1000  # items of one file; more are taken month by month
LIST = 300  # rows of the page
COLUMNS: tuple[Column, ...] = (
    ("编号", 8), ("时间", 20), ("承办单位", 16), ("标题", 36), ("类别", 22), ("渠道", 22), ("平台与链接", 44),
    ("起草人", 12), ("审定人", 14), ("版本校验", 10), ("文件夹", 30),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    item: int
    number: str
    at: str
    unit: str
    title: str
    flow: str
    author: str


def looked_for(said: str, userid: str, pages: Pages, reader: Reader) -> tuple[Wanted, tuple[Kept, ...]]:
    regulation, roster, now = pages.regulation_of(reader), reader.roster(), pages.clock.now()
    wanted = archive.wanted(said, now.astimezone(BEIJING).date())
    words = [(word, roster.called(word)) for word in wanted.words]
    desk = Desk(regulation, roster, now)
    rows = reader.archived(wanted.since, wanted.until, words, archive.confined(userid, desk))
    return wanted, archive.visible(rows, userid, desk, reader.item, reader.moves)


def shown(rows: Sequence[Kept], reader: Reader) -> tuple[Row, ...]:
    roster = reader.roster()
    return tuple(
        Row(
            row.item, row.number, w.full_moment(row.at), "、".join(row.all_units), _title(row), row.flow,
            roster.name(row.author) if row.author else "",
        )
        for row in rows[:LIST]
    )  # fmt: skip


def months(rows: Sequence[Kept]) -> tuple[tuple[str, int], ...]:
    """How many there are of each month: 2025-03 → 412."""
    counts: dict[str, int] = {}
    for row in rows:
        month = f"{row.at.astimezone(BEIJING):%Y-%m}"
        counts[month] = counts.get(month, 0) + 1
    return tuple(counts.items())


def _title(row: Kept) -> str:
    return w.masked(shown_title(row.title)) or "（无标题）"


# ---- one file -------------------------------------------------------------------------------------------------------


class Sink:
    """What the zip has written since it was last asked; it cannot be gone back to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def packed(rows: Sequence[Kept], label: str, pages: Pages) -> Iterator[bytes]:
    """The zip, piece by piece. Pictures and videos are stored as they are: they do not get smaller."""
    sink, lines = Sink(), list[list[str]]()
    several = len({row.all_units for row in rows}) > 1  # what an office keeps lies by department
    rows = sorted(rows, key=lambda row: row.all_units) if several else rows
    with zipfile.ZipFile(sink, "w") as pack:  # type: ignore[call-overload]
        for row in rows:
            with pages.open_reader() as reader:
                lines += _pack_item(pack, row, pages, reader, below=_plain("、".join(row.all_units)) if several else "")
            yield sink.taken()
        _put(pack, f"存档清单 {_plain(label)}.xlsx", book(f"存档 {label}", COLUMNS, lines), pages)
    yield sink.taken()


def _pack_item(pack: zipfile.ZipFile, row: Kept, pages: Pages, reader: Reader, below: str) -> list[list[str]]:
    item = reader.item(row.item)
    if item is None:
        return []
    case = Case(item, reader.moves(item.id), pages.regulation_of(reader), reader.roster(), pages.clock.now(), reader)
    folder = f"{item.number} {_plain(shown_title(item.title))[:40]}".strip()
    folder = f"{below}/{folder}" if below else folder
    names: dict[str, str] = {}
    for media in _media(case):
        key = media.sha or media.media_id
        content = (reader.media(media.sha) if media.sha else None) or reader.media_by_id(media.media_id)
        if key in names or content is None:
            continue
        names[key] = f"{'图片' if media.kind == 'image' else '视频'}{len(names) + 1}.{content.format or 'bin'}"
        _put(pack, f"{folder}/{names[key]}", content.content, pages, squeeze=False)
    view: Sheet = sheet(case, names)
    _put(pack, f"{folder}/{item.number}.html", rendered("sheet.html", sheet=view).encode(), pages)
    return [_line(case, row, folder)]


def _media(case: Case) -> tuple[Media, ...]:
    """Of every version, and what fields of the form hold; the current wording's first."""
    versions = case.reader.versions(case.item.id)
    return (*case.item.current.media, *(m for v in reversed(versions) for m in v.media), *case.item.files)


def _line(case: Case, row: Kept, folder: str) -> list[str]:
    item, channels = case.item, case.regulation.channel
    links = [f"{x.platform} {x.url}" if x.url else f"{x.platform} 未发：{x.omitted}" for x in item.links]
    return [
        item.number, w.full_moment(row.at), "、".join(row.all_units), _title(row), row.flow,
        "、".join(channels[key].name for key in item.channels if key in channels), "\n".join(links),
        case.name(item.author) if item.author else "",
        "、".join(case.as_(m.actor, m.acting_for) for m in last_check(item, case.moves)), item.current.short_print,
        folder,
    ]  # fmt: skip


def _put(pack: zipfile.ZipFile, name: str, content: bytes, pages: Pages, *, squeeze: bool = True) -> None:
    local = pages.clock.now().astimezone(BEIJING)
    info = zipfile.ZipInfo(name, local.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
    pack.writestr(info, content)


def _plain(name: str) -> str:
    """A file's name on any system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", name).strip(" .")
