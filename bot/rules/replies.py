"""答复: what is wrong with an answer, what may be answered first, and how long the first answer took."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules import comments
from bot.rules.advice import stiff_phrases
from bot.rules.forms import read_moment
from bot.rules.item import Decision, Item, Move
from bot.rules.personal import personal_data
from bot.rules.progress import settable_ticks
from bot.rules.regulation import Channel, Do, Interim, Regulation
from bot.rules.textcheck import LINK, TONE, WordList, count_chars, over_limit

OPINION = "意见"  # of the move by which one of several units gave its own
PREPARED = "答复用语"  # of the move that answered: which prepared wording it was (identical ones are counted later)


@dataclass(frozen=True, slots=True)
class Findings:
    """`wrong` keeps the answer from being given; `doubts` are confirmed by the person, or mended (saws-R35)."""

    counted: str
    wrong: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def channel_of(platform: str, regulation: Regulation) -> Channel | None:
    """The channel whose limit an answer on this platform has; None when nobody can tell."""
    channels = regulation.channel.values()
    exact = [c for c in channels if platform and platform in (c.label, c.account, *c.platforms)]
    near = [c for c in channels if platform and (platform in c.label or c.label in platform)]
    return next(iter((*exact, *near)), None)


CHATTER = frozenset(
    "谢谢 谢谢您 谢谢你 多谢 好 好的 好吧 行 可以 嗯 哦 收到 知道了 明白 明白了 已阅 辛苦了 不客气 "
    "你好 您好 在吗 ok test 测试".split()
)  # said to the bot or a colleague: asked about before it is kept as what a netizen was told


def look_over(text: str, item: Item, regulation: Regulation, words: WordList) -> Findings:
    """An answer is looked at like a post: its length, listed words, personal data, its tone."""
    channel = channel_of(item.form.get(comments.PLATFORM, ""), regulation)
    wrong: list[str] = []
    doubts: list[str] = []
    if channel and (long := over_limit(text, channel.chars, channel.count)):
        wrong.append(f"{channel.label}{long}")
    hits = words.find(text)
    banned = {hit.word: hit.category for hit in hits if isinstance(hit.category, int)}
    wrong += [f"有“{word}”，涉及禁止发布内容第{number}项" for word, number in banned.items()]
    found = personal_data(text)
    wrong += [f"有{hit.name}" for hit in found if hit.holds]
    doubts += [f"有{hit.name}" for hit in found if not hit.holds]
    listed = (hit.word for hit in hits if hit.category == TONE)
    stiff = dict.fromkeys((*listed, *stiff_phrases(text, regulation.content.tone)))
    doubts += [f"语气生硬：{word}" for word in stiff]
    doubts += ["不像给网民的答复"] if text.strip(" 。.!！~～,，?？").lower() in CHATTER else []
    used = count_chars(text, channel.count) if channel else count_chars(text)
    limit = f"{channel.label} {used}/{channel.chars} 字" if channel and channel.chars else f"{used} 字"
    return Findings(limit, tuple(dict.fromkeys(wrong)), tuple(dict.fromkeys(doubts)))


def with_link(text: str) -> tuple[str, str]:
    """The answer, and the link of it on the platform when that stands alone in the last line."""
    said, _, last = text.rstrip().rpartition("\n")
    if said.strip() and LINK.fullmatch(last.strip().removeprefix("链接").strip(" ：:")):
        return said.rstrip(), last.strip().removeprefix("链接").strip(" ：:")
    return text.strip(), ""


def interims(item: Item) -> tuple[Interim, ...]:
    """What may be answered first now, while the result follows: ticks whose steps all lie ahead."""
    step = item.step
    if step is None or not item.awaiting(Do.REPLY):
        return ()
    told = (step.interim,) if step.interim else ()
    named = {one.tick: one for one in told}
    return tuple(named.get(tick) or Interim(tick=tick, act=tick) for tick in settable_ticks(item))


def answered(move: Move) -> bool:
    """Whether this move told the netizen something."""
    return move.decision is Decision.DONE and comments.REPLY in move.form


def first_answer(item: Item, moves: Sequence[Move]) -> timedelta | None:
    """From 发表时间 to the first answer (saws-R27)."""
    first = next((move.at for move in moves if answered(move)), None)
    posted = item.form.get(comments.POSTED)
    return max(first - read_moment(posted), timedelta()) if first and posted else None


def minutes(span: timedelta) -> str:
    """50 分钟; of more than a day also the hours."""
    whole = int(span.total_seconds() // 60)
    return f"{whole} 分钟" if whole < 1440 else f"{whole} 分钟（{whole / 60:.1f} 小时）"


def left(due: datetime, now: datetime) -> str:
    """7 小时 41 分 until then."""
    whole = max(int((due - now).total_seconds() // 60), 0)
    hours, rest = divmod(whole, 60)
    return f"{hours} 小时 {rest} 分" if hours else f"{rest} 分"


def same_text(one: str, other: str) -> bool:
    """照原文: blanks and line ends do not count."""
    return "".join(one.split()) == "".join(other.split())


def approved(item: Item, moves: Sequence[Move]) -> bool:
    """Whether the wording that lies here is the very one that the last check passed, by its fingerprint."""
    passed = [m for m in moves if m.decision is Decision.PASSED and m.round == item.round]
    return bool(passed) and passed[-1].fingerprint == item.current.fingerprint


def too_late_to_hand_back(moves: Collection[Move], due: datetime | None, now: datetime) -> str:
    """不归我们 has its limit: before the deadline, and before anything was answered. The reason, or nothing."""
    if any(answered(move) for move in moves):
        return "已经给网民答复过，不能再交回"
    return "已过期限，不能再交回" if due is not None and due <= now else ""


def opinions(item: Item, moves: Sequence[Move]) -> tuple[tuple[str, str], ...]:
    """What each unit answered the last time it was asked: (unit, text)."""
    given = [m for m in moves if OPINION in m.form and m.lap == item.lap]
    last = max((m.round for m in given), default=0)
    return tuple((m.unit, m.form[OPINION]) for m in given if m.round == last)
