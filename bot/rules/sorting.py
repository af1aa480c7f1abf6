"""分办建议: where a comment probably belongs, and the word that says so. A person decides (A30); nothing here is sent.

Words of the roster (证书 → 通信信息中心) and of the policy's flows propose; numbers of persons beside accusing words,
or 举报 and 信访, propose the private flow; words of the list kind 恶意 the flow that closes without an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.rules.personal import personal_data
from bot.rules.regulation import Flow
from bot.rules.textcheck import LINK, fold

PETITIONS = ("举报", "信访", "上访", "检举", "控告")
ACCUSES = (
    "瞒报", "谎报", "包庇", "贪污", "受贿", "行贿", "违法", "违规", "非法", "偷排", "黑心", "欠薪", "拖欠", "打击报复",
    "乱收费", "不作为", "乱作为", "以权谋私", "无证", "造假", "投诉",
)  # fmt: skip
ALIKE = 0.6  # of the pairs of characters of the shorter text
FEWEST = 4  # pairs of characters: what is shorter is like nothing
_NOISE = re.compile(r"@\S+|#[^#\n]{1,30}#|\W|_")
_FILLERS = re.compile(
    "请问|你们|我们|您好|你好|为什么|是不是|能不能|怎么|什么|一下|一直|总是|老是|到底|究竟|现在|[啊呢吗吧的了呀么]"
)  # say nothing about the matter


@dataclass(frozen=True, slots=True)
class SortingWord:
    """分办词: a comment that holds the word probably goes to this unit, on this flow, about this subject."""

    word: str
    unit: str = ""
    flow: str = ""  # its id
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, and why in a word or two (词：许可证); `why` is empty where it is only the last resort."""

    flow: Flow
    unit: str = ""
    subject: str = ""
    why: str = ""


def closes(flow: Flow) -> bool:
    """Whether an item of this flow is over as soon as it is registered: nothing follows but what must be ticked."""
    return all(step.when for step in flow.steps[1:])


def private_flow(flows: Iterable[Flow]) -> Flow | None:
    return next((flow for flow in flows if flow.private), None)


def closing_flow(flows: Iterable[Flow]) -> Flow | None:
    return next((flow for flow in flows if closes(flow)), None)


def ordinary_flow(flows: Sequence[Flow]) -> Flow:
    """The first that asks for an answer, is not kept private and rings no alarm; else the first there is."""
    plain = (flow for flow in flows if not (closes(flow) or flow.private or flow.urgent))
    return next(plain, flows[0])


def words_in(text: str, words: Iterable[SortingWord]) -> tuple[SortingWord, ...]:
    """Those the text holds, the longest first."""
    folded = fold(text)
    found = [one for one in words if (key := fold(one.word)) and key in folded]
    return tuple(sorted(found, key=lambda one: -len(fold(one.word))))


def accuses(text: str) -> str:
    """The word that makes a petition of it, or nothing."""
    folded = fold(text)
    if word := next((one for one in PETITIONS if one in folded), ""):
        return word
    named = personal_data(text)
    return next((f"{one}＋{named[0].kind}" for one in ACCUSES if named and one in folded), "")


def propose(
    text: str,
    flows: Sequence[Flow],
    words: Iterable[SortingWord],
    units: Callable[[Flow], Collection[str]],
    *,
    malicious: Sequence[str] = (),
    like: str = "",
) -> Proposal:
    """What a careful collector would probably choose among these flows.

    `units`: to which it can be given on a flow; empty where the flow asks for none. `malicious`: words of the list
    found in the text. `like`: the unit that the last comment like this one was given to.
    """
    found = words_in(text, words)
    subject = next((one.subject for one in found if one.subject), "")
    private, closing = private_flow(flows), closing_flow(flows)
    if private and (accusing := accuses(text)):
        return Proposal(private, _unit(found, units(private))[0], subject, f"词：{accusing}")
    said = next((one for one in found if any(flow.id == one.flow for flow in flows)), None)
    if said is None and closing and malicious:
        return Proposal(closing, "", subject, f"词：{malicious[0]}")
    flow = next((flow for flow in flows if said and flow.id == said.flow), None) or ordinary_flow(flows)
    offered = units(flow)
    unit, word = _unit(found, offered)
    why = "、".join(dict.fromkeys(one for one in (word, said.word if said else "") if one))
    if not unit and like in offered:
        return Proposal(flow, like, subject, f"词：{why}" if why else "同类上次交该单位")
    return Proposal(flow, unit, subject, f"词：{why}" if why else "")


def _unit(found: Iterable[SortingWord], offered: Collection[str]) -> tuple[str, str]:
    return next(((one.unit, one.word) for one in found if one.unit and one.unit in offered), ("", ""))


# ---- likeness ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)  # every new comment is compared with the same recent ones
def pairs(text: str) -> frozenset[str]:
    """The pairs of characters by which texts are compared: without links, names, marks and blanks."""
    bare = _FILLERS.sub("", fold(_NOISE.sub("", LINK.sub("", text))))
    return frozenset(bare[n : n + 2] for n in range(len(bare) - 1))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most of the shorter one is in the longer one (it is proposed; a person decides)."""
    shorter = min(len(one), len(other))
    return shorter >= FEWEST and len(one & other) >= ALIKE * shorter
