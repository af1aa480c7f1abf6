"""粘贴来的评论: platform, nickname, time, text and link taken out of what people copy from pages and apps. Pure.

    微博 @网友甲 09:12 内容 https://…      one line
    网友甲 / 内容 / 今天 09:12 来自 …      as a page of comments shows it, with 回复 and 赞 below
    网友甲 昨天 23:50 / 内容               as a list of private messages shows it

Several are separated by blank lines, by numbers, or by their own heads. What cannot be told stays empty; a text is
kept as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.comments import Comment
from bot.rules.links import URL, by_host
from bot.rules.moments import AHEAD, BEIJING, TIME, Moment, plain, read_moment

MOST_TEXT = 5000  # characters; the longest private message of any platform is far shorter
MOST_NAME = 30
WORDS = ("评论", "留言", "私信")
KNOWN = tuple(
    "微博 新浪微博 腾讯微博 微信 公众号 微信公众号 视频号 抖音 快手 头条号 今日头条 小红书 知乎 贴吧 百度贴吧"
    " B站 哔哩哔哩 官网 网站 新浪 新浪网 人民网 新华网 腾讯网".split()
)

_PREFIX = re.compile(rf"(?:{'|'.join(WORDS)})(?=[\s:：@【\[]|$)[\s:：]*")
_NUMBER = re.compile(r"(?:\d{1,3}\s*[、.．)）](?!\d)|[（(]\d{1,3}[)）]|[①-⑳])\s*")
_NOISE = re.compile(
    r"(?:(?:回复|赞|点赞|评论|转发|收藏|举报|收起|展开|展开全文|删除|置顶|更多|查看\S{0,8}|共\d+条回复|楼主|作者|热评)"
    r"[\s\d()（）\[\]·|万+]*)+"
)
_SOURCE = r"\s*(?:来自|发布于|IP属地[:：]?|已编辑|·)\s*.{0,40}?"
_COUNTS = r"(?:\s*(?:回复|赞|转发|评论|举报)[\s\d()（）\[\]]*)*"
_WHEN = re.compile(rf"{TIME}(?P<source>{_SOURCE})?{_COUNTS}", re.IGNORECASE)
_TIME = re.compile(rf"[\[(（【]?(?P<time>{TIME})[\])）】]?(?=[\s,，、|:：]|$)", re.IGNORECASE)
_AT = re.compile(r"[@＠](?P<name>[^\s@:：,，]{1,30})")
_NAME_TIME = re.compile(rf"(?P<name>[^\s@:|][^\n@:|]{{0,28}}?)[\s|]+(?P<time>{TIME})", re.IGNORECASE)
_GAP = " \t\u3000,，、|｜:：-—"
_SENTENCE = re.compile(r"[。！？!?；;，,…]")


@dataclass(frozen=True, slots=True)
class Read:
    """One comment as it was understood. `line`: where it began; `timed`: its time was there."""

    comment: Comment
    line: int
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot be registered, and why (a sentence)."""

    line: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    """`named`: it began with 评论, 留言 or 私信. `sure`: it looks like comments and like nothing else."""

    comments: tuple[Read, ...] = ()
    refused: tuple[Refused, ...] = ()
    named: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    no: int
    text: str


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the text of a line."""

    platform: str = ""
    name: str = ""
    time: str = ""
    rest: str = ""

    @property
    def found(self) -> bool:
        return bool(self.platform or self.name or self.time)


def read(text: str, now: datetime, platforms: Sequence[str] = ()) -> Pasted:
    """Every comment of a message. `platforms`: the names of the organisation's own."""
    named = bool(_PREFIX.match(text.strip()))
    names = tuple(sorted({*platforms, *KNOWN}, key=len, reverse=True))
    found: list[Read] = []
    refused: list[Refused] = []
    sure = False
    for block in _blocks(text, names):
        one, structured = _comment(block, now, names, platforms)
        sure = sure or structured
        (found if isinstance(one, Read) else refused).append(one)  # type: ignore[arg-type]
    return Pasted(tuple(found), tuple(refused), named, sure)


def correct(comment: Comment, field: str, value: str, now: datetime) -> Comment | str:
    """改 0456 时间 昨天 23:50: the comment with one thing put right, or why not."""
    value = value.strip()
    match field:
        case "时间" | "发表时间":
            moment = read_moment(value, now)
            if moment is None:
                return f"看不懂时间“{value}”，请写成 昨天 23:50 或 2025-03-14 09:12"
            why = _in_future(moment, now)
            return why or replace(comment, posted_at=moment.at, exact=moment.exact)
        case "网民" | "昵称":
            return replace(comment, netizen=_as_name(value)) if value else "网民不能是空的"
        case "平台":
            return replace(comment, platform=value) if value else "平台不能是空的"
        case "链接":
            return replace(comment, link=value) if URL.fullmatch(value) else "链接要以 http:// 或 https:// 开头"
        case "内容":
            return replace(comment, text=value) if value else "内容不能是空的"
    return f"没有“{field}”这一项，可以改：平台、网民、时间、内容、链接"


def check(comment: Comment, now: datetime) -> str:
    """Why this comment cannot be registered; "" when it can. For rows of files and of the interface as well."""
    if not comment.text.strip():
        return "没有内容"
    if len(comment.text) > MOST_TEXT:
        return f"内容太长（{len(comment.text)} 字，最多 {MOST_TEXT} 字）"
    return _in_future(Moment(comment.posted_at), now)


def _in_future(moment: Moment, now: datetime) -> str:
    if moment.at <= now + AHEAD:
        return ""
    at = moment.at.astimezone(BEIJING)
    return f"发表时间 {at.month}月{at.day}日 {at:%H:%M} 还没有到，请写上日期，例如 昨天 {at:%H:%M}"


# ---- where one ends and the next begins -----------------------------------------------------------------------------


def _blocks(text: str, names: Sequence[str]) -> list[list[_Line]]:
    """The lines of each comment. A later block without any head of its own is a further paragraph."""
    lines = [_Line(n, line.strip(" \t\u3000\r\ufeff\u200b")) for n, line in enumerate(text.splitlines(), 1)]
    page = any((m := _WHEN.fullmatch(plain(line.text))) and m["source"] for line in lines)
    blocks: list[list[_Line]] = [[]]
    marked: set[int] = set()  # blocks that a number or a word began
    for place, line in enumerate(lines):
        bare = _NUMBER.sub("", line.text, count=1) if _NUMBER.match(line.text) else line.text
        begun = bare != line.text or bool(_PREFIX.match(bare))
        bare = _PREFIX.sub("", bare, count=1) if _PREFIX.match(bare) else bare
        if not bare:
            open_page = page and blocks[-1] and not any(_WHEN.fullmatch(plain(x.text)) for x in blocks[-1])
            if (blocks[-1] and not open_page) or begun:
                blocks.append([])
            if begun:
                marked.add(len(blocks) - 1)
            continue
        if _NOISE.fullmatch(bare) and (page or blocks[-1]) and not begun:
            continue
        if (begun or _begins(bare, names)) and blocks[-1]:
            blocks.append([])
        if begun:
            marked.add(len(blocks) - 1)
        blocks[-1].append(_Line(line.no, bare))
        if _ends(blocks[-1], lines[place + 1 :]):
            blocks.append([])
    return _joined(blocks, marked, names)


def _begins(line: str, names: Sequence[str]) -> bool:
    """Whether a line in the midst is the head of another one: 微博 @网友甲 …, @网友甲 09:12 …, 网友甲 昨天 23:50."""
    head = _head(line, names)
    if head.name and (head.time or head.platform):
        return True
    bare = plain(line)
    return bool(_NAME_TIME.fullmatch(bare)) and not _WHEN.fullmatch(bare)


def _ends(block: Sequence[_Line], after: Sequence[_Line]) -> bool:
    """Whether its last line is the time below a comment."""
    found = _WHEN.fullmatch(plain(block[-1].text))
    if found is None:
        return False
    follows = next((line.text for line in after if line.text), "")
    return bool(found["source"]) or len(block) > 2 or not follows or URL.fullmatch(follows) is not None


def _joined(blocks: Iterable[list[_Line]], marked: set[int], names: Sequence[str]) -> list[list[_Line]]:
    found: list[list[_Line]] = []
    for number, block in enumerate(blocks):
        if not block:
            if number in marked:
                found.append([])
            continue
        loose = number not in marked and not any(_structured(line.text, names) for line in block)
        only_link = len(block) == 1 and URL.fullmatch(block[0].text) is not None
        if found and found[-1] and (loose or only_link):
            found[-1] = [*found[-1], *block]
        else:
            found = [*[b for b in found if b], block]
    return found


def _structured(line: str, names: Sequence[str]) -> bool:
    return _head(line, names).found or bool(_NAME_TIME.fullmatch(plain(line)) or _WHEN.fullmatch(plain(line)))


# ---- one comment ----------------------------------------------------------------------------------------------------


def _head(line: str, names: Sequence[str], *, loose: bool = False) -> _Head:
    """Platform, @name and time at the beginning of a line, in any order. `loose`: a name may lack its @."""
    platform = name = time = ""
    rest = line
    while True:
        rest = rest.lstrip(_GAP)
        if not platform and (named := _platform_at(rest, names)):
            platform, rest = named
        elif not name and (at := _AT.match(rest)):
            name, rest = at["name"], rest[at.end() :]
        elif not time and (when := _TIME.match(plain(rest))) and read_like(when["time"]):
            time, rest = when["time"], rest[when.end() :]
        elif (
            loose and not name and not time and (both := _NAME_TIME.match(plain(rest))) and _ends_word(rest, both.end())
        ):
            name, time, rest = rest[: len(both["name"])], both["time"], rest[both.end() :]
        else:
            return _Head(platform, name, time, rest.lstrip(_GAP))


def read_like(time: str) -> bool:
    """A time of day or 刚刚, not a bare number like 3.14 or 10-11 that a text may begin with."""
    return bool(re.search(r"[:点时]|[年月日号天昨今前]|刚|周|星期|礼拜|\d{4}[-/.]\d|\d-\d+-\d", time))


def _ends_word(text: str, place: int) -> bool:
    return place >= len(text) or text[place] in f"{_GAP}\n"


def _platform_at(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """A platform at the beginning, alone or in brackets, with what follows it."""
    bare = text.lstrip("【[")
    for name in names:
        if bare.startswith(name):
            rest = bare[len(name) :]
            after = rest.lstrip("】]")
            if after != rest or not rest or rest[0] in f"{_GAP}@":
                return name, after
    return None


def _comment(
    block: Sequence[_Line], now: datetime, names: Sequence[str], own: Sequence[str]
) -> tuple[Read | Refused, bool]:
    """One block taken apart; and whether it has what only a comment has."""
    if not block:
        return Refused(1, "没有内容"), False
    head = _head(block[0].text, names, loose=True)
    texts = [head.rest, *(line.text for line in block[1:])]
    texts, tail = _without_tail(texts)
    time = head.time or tail
    name = head.name
    texts = [text for n, text in enumerate(texts) if text or n]
    if texts and not head.time and tail and not name:
        name, texts = _name_above(texts)
    elif (
        texts
        and not name
        and (time or head.platform)
        and (found := re.match(r"([^\s:：。，,]{1,20})[:：]\s*(?=\S)", texts[0]))
    ):
        name, texts = found[1], [texts[0][found.end() :], *texts[1:]]
    if not name and not time and len(texts) > 2 and _WHEN.fullmatch(plain(texts[1])):  # 昵称 / 昨天 23:50 / 内容
        name, texts = _name_above(texts)
    if not time and len(texts) > 1 and _WHEN.fullmatch(plain(texts[0])):
        time, texts = texts[0], texts[1:]
    text, link = _without_link("\n".join(texts).strip())
    structured = bool(name and (time or head.platform)) or bool(head.platform and time) or bool(tail and name)
    moment = read_moment(_only_time(time), now) if time else None
    if time and moment is None:
        return Refused(block[0].no, f"看不懂时间“{time.strip()}”", text), structured
    platform = head.platform or (by_host(link, (*own, *KNOWN)) if link else "")
    comment = Comment(
        text=text.removeprefix("：").removeprefix(":").strip(), posted_at=moment.at if moment else now,
        platform=platform, netizen=_as_name(name), link=link, exact=moment.exact if moment else False,
    )  # fmt: skip
    if why := check(comment, now):
        return Refused(block[0].no, why, text), structured
    return Read(comment, block[0].no, timed=moment is not None), structured


def _without_tail(texts: list[str]) -> tuple[list[str], str]:
    """Without the lines below a comment (its time, 回复, 赞); the time. A link below them stays."""
    for place in range(len(texts) - 1, 0, -1):
        if URL.fullmatch(texts[place]) or not texts[place]:
            continue
        if _WHEN.fullmatch(plain(texts[place])) and place > (1 if len(texts) > 2 else 0):
            return [*texts[:place], *texts[place + 1 :]], plain(texts[place])
        break
    return texts, ""


def _name_above(texts: list[str]) -> tuple[str, list[str]]:
    """The nickname over the text, or before its colon."""
    first = texts[0]
    if found := re.match(r"([^\s:：。，,]{1,30})[:：]\s*(?=\S)", first):
        return found[1], [first[found.end() :], *texts[1:]]
    bare = first.rstrip(":：")
    if len(texts) > 1 and len(bare) <= MOST_NAME and not _SENTENCE.search(bare) and not URL.search(bare):
        return bare, texts[1:]
    return "", texts


def _only_time(text: str) -> str:
    """A time without 来自 … and the counts behind it."""
    found = re.match(TIME, plain(text).strip(), re.IGNORECASE)
    return found[0] if found else text


def _without_link(text: str) -> tuple[str, str]:
    """The link behind a text is not part of it; one in its midst is, and is the link where there is no other."""
    links = list(URL.finditer(text))
    if not links:
        return text, ""
    last = links[-1]
    if text[last.end() :].strip(_GAP + "\n") == "":
        return text[: last.start()].rstrip(), last[0]
    return text, links[0][0]


def _as_name(name: str) -> str:
    """As it is kept: without @ and the colon behind it."""
    return name.strip().lstrip("@＠").strip(" ：:")
