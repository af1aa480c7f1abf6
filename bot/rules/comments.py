"""网民评论: what was said, where, by whom and when; how it is told apart from another one, and what people see of it.

A comment is an item like any other. What was said never changes: it stands in the form (平台 网民 内容 链接 发表时间);
the wordings of the item are what is answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.rules.item import Item, State
from bot.rules.personal import masked
from bot.rules.regulation import Do, Kind, Step
from bot.rules.sorting import PETITIONS

BEIJING = ZoneInfo("Asia/Shanghai")
PLATFORM, NETIZEN, TEXT, LINK, POSTED = "平台", "网民", "内容", "链接", "发表时间"
FIELDS = (PLATFORM, NETIZEN, TEXT, LINK, POSTED)
REPLY, REPLY_LINK = "回复", "回复链接"  # of the move that answered
TOLD_LONGER = "延期告知"  # when the netizen was told that it takes longer, and in what words
DELAYED = "采集延迟"  # registered after the time by which it should have been answered (A3)
HEADING = 20
TELLING = 15  # characters
FAMILIES = ("微博", "微信")


def family(platform: str) -> str:
    """新浪网, 新浪微博 and 微博 are one place, and so are 微信 and 公众号: the same comment is told by it."""
    one = platform.replace("新浪网", "微博").replace("公众号", "微信")
    one = "微博" if one == "新浪" else one
    return next((name for name in FAMILIES if name in one), one)


def bare_address(url: str) -> str:
    """Without scheme, www. and the stroke at its end: what two ways of writing one address have in common."""
    bare = re.sub(r"^https?://(www\.|m\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/#?&")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def above_address(url: str) -> tuple[str, ...]:
    """Every address that this one lies under, itself first: weibo.com/1/b?from=x, weibo.com/1/b, weibo.com/1."""
    bare = bare_address(url)
    ends = [found.start() for found in re.finditer(r"[/?#&]", bare)]
    return tuple(dict.fromkeys(part for end in (len(bare), *reversed(ends)) if "/" in (part := bare[:end])))


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment or private message, as it was collected. `posted_at` is aware; `text` is kept as it was."""

    text: str
    posted_at: datetime
    platform: str = ""
    netizen: str = ""
    link: str = ""
    exact: bool = True  # whether its time is known to the minute; 刚刚 and a bare date are not

    @property
    def fingerprint(self) -> str:
        """SHA-256 by which the same comment is known when it arrives twice: platform, netizen, text, minute."""
        return self._print("%Y-%m-%d %H:%M")

    @property
    def keys(self) -> tuple[str, ...]:
        """All by which it is kept. The first is its own; the others find it when only its day is known."""
        if not self._telling:
            return (self.fingerprint,)
        day = self._print("%Y-%m-%d")
        return (self.fingerprint, f"day:{day}") if self.exact else (self.fingerprint, f"day:{day}", f"about:{day}")

    @property
    def known_by(self) -> tuple[str, ...]:
        """Under what it may be known already: of an inexact time any of the day, of an exact one those inexact."""
        if not self._telling:
            return (self.fingerprint,)
        return (self.fingerprint, f"{'about' if self.exact else 'day'}:{self._print('%Y-%m-%d')}")

    @property
    def _telling(self) -> bool:
        """Whether the same words on the same day are the same comment: 支持 without a name may be many people's."""
        return bool(self.netizen) or len(self.text) >= TELLING

    def _print(self, moment: str) -> str:
        said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", self.text))
        at = self.posted_at.astimezone(BEIJING).strftime(moment)
        return sha256("\x00".join((family(self.platform), self.netizen.lstrip("@"), said, at)).encode()).hexdigest()

    @property
    def form(self) -> dict[str, str]:
        """As the item's form holds it; what is not known is left out."""
        found = {
            PLATFORM: self.platform,
            NETIZEN: self.netizen,
            TEXT: self.text,
            LINK: self.link,
            POSTED: self.posted_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        }
        return {name: value for name, value in found.items() if value}


def is_comment(item: Item) -> bool:
    return item.kind is Kind.COMMENT


def said(item: Item) -> str:
    """What the netizen wrote."""
    return item.form.get(TEXT, "")


def masked_text(item: Item) -> str:
    """What he wrote, for cards and pages: numbers that point to a person are masked (saws-R30)."""
    return masked(said(item))


def heading(item: Item) -> str:
    """The beginning of it, for lists: numbers that point to a person are masked (saws-R30)."""
    line = " ".join(masked(said(item)).split())
    return line if len(line) <= HEADING else line[: HEADING - 1] + "…"


def accused(item: Item, units: Sequence[str]) -> tuple[str, ...]:
    """Of these units those that a petition names: none of them is given it (saws-R30)."""
    if not is_comment(item) or item.flow is None or not item.flow.private:
        return ()
    if not any(word in said(item) for word in PETITIONS):
        return ()
    return tuple(unit for unit in units if unit in said(item))


def unsorted(item: Item) -> bool:
    """Whether it lies with whoever collected it, or lies there again: its time runs, and nobody has been given it."""
    if not is_comment(item) or item.joined or item.flow is None:
        return False
    return item.state is State.PREPARING or (item.awaiting(Do.DRAFT) and item.position == 0)


def writes_reply(item: Item, step: Step | None = None) -> bool:
    """Whether the draft it lies at writes the answer (拟复, 拟定回应口径), to be checked before it is given."""
    step = step or item.step
    if not is_comment(item) or item.flow is None or step is None or step.do is not Do.DRAFT:
        return False
    place = item.flow.steps.index(step)
    ends = (s.do for s in item.flow.steps[place + 1 :] if s.do in (Do.REPLY, Do.PUBLISH))
    return place > 0 and next(ends, None) is Do.REPLY


def proposed(item: Item) -> str:
    """An answer that somebody proposed and nobody has to approve: it may be given as it is, or another one."""
    fresh = item.awaiting(Do.REPLY) and is_comment(item) and not agreed(item)
    return item.current.body if fresh and item.current.body != said(item) else ""


def under_way(item: Item) -> str:
    """研究办理中，: it was answered that it takes longer, and the result is still owed."""
    step = item.step
    if not is_comment(item) or item.flow is None or step is None:
        return ""
    acts = {s.interim.tick: s.interim.act for s in item.flow.steps if s.interim}
    act = acts.get(step.when or "", "")
    return f"{act.removeprefix('正在')}中，" if act.startswith("正在") else ""


def unwritten(item: Item) -> bool:
    """Whether a later draft still holds the netizen's own words: what is to be checked has not been written yet."""
    step = item.step
    if not is_comment(item) or item.flow is None or step is None or step.do is not Do.DRAFT or item.position == 0:
        return False
    return item.current.body.strip() in ("", said(item).strip())


def agreed(item: Item) -> str:
    """The answer that was checked: it is given verbatim (saws-R29). Empty where no check lies before the answer."""
    step = item.step
    if not is_comment(item) or item.flow is None or step is None or step.do is not Do.REPLY:
        return ""
    place = item.flow.steps.index(step)
    drafts = [n for n, s in enumerate(item.flow.steps[:place]) if n and s.do is Do.DRAFT]
    checked = drafts and any(s.do is Do.CHECK and item.applies(s) for s in item.flow.steps[drafts[-1] : place])
    return item.current.body if checked else ""
