"""发件的规则: 错误码的处置, 何时再试, 怎样切分。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import grapheme
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules.delivery import (
    ERRORS,
    NO_ANSWER,
    GiveUp,
    Retry,
    Verdict,
    after_failure,
    cut_bytes,
    cut_chars,
    size,
    split_text,
    verdict_of,
)

NOON = datetime(2025, 3, 17, 4, 0, tzinfo=UTC)
FAMILY = "👨‍👩‍👧‍👦"
R, W, T, U, D, N, F = (
    Verdict.RETRY, Verdict.WAIT, Verdict.TOKEN, Verdict.REUPLOAD, Verdict.DROP, Verdict.NEVER, Verdict.FAULT,
)  # fmt: skip

# The platform's list of error codes (path/90313), row by row, and those of cards (path/90236).
DOCUMENTED: list[tuple[Verdict, list[int]]] = [
    (R, [-1, 6000, 45033, 45035, 42012]),
    (W, [45009]),
    (T, [40014, 42001]),
    (U, [40007]),
    (D, [40003, 40031, 40066, 40068, 40070, 43004, 46004, 50002, 60011, 60021, 60111, 81013]),
    (F, [40001, 40013, 40054, 40055, 40056, 43009, 43012, 48001, 48002, 48006, 48010, 50001, 50003]),
    (F, [60020, 60030, 60031, 80001, 85004, 85005, 301002, 301007]),
    (N, [40004, 40005, 40006, 40009, 40011, 40008, *range(40016, 40028), 40029, 40032, 40033, 40035, 40058, 40063]),
    (N, [40074, 40093, 40201, 40204, 40206, 41001, 41002, 41004, 41006, 41011, 41016, 41017, 41033, 42003, 42022]),
    (N, [42014, 42015, 42016, 42017, 42018, 42019, 42020, 42027, 42028, 42029, 42030, 42031, 42033, 42035, 42036]),
    (N, [42037, 42042, 42047, 42038, 42039, 42040, 42041, 42043, 42044, 42045, 42046, 42049, 42050, 42051, 42052]),
    (N, [44001, 44004, 45001, 45002, 45007, 45008, 45029, 45032, 45034, 46003, 48005, 48009, 60140, 81011, 81012]),
    (N, [82001, 82002, 82003, 82004, 82101, 82102, 84014, 830001, 830002, 830003, *range(95000, 95034)]),
]


@pytest.mark.parametrize(("verdict", "code"), [(verdict, code) for verdict, codes in DOCUMENTED for code in codes])
def test_every_documented_code_has_its_row(verdict: Verdict, code: int) -> None:
    """文档列出的每个错误码都有一行, 处置与文档一致。"""
    assert code in ERRORS
    assert verdict_of(code) is verdict


def test_a_code_nobody_documented_is_not_retried_but_told() -> None:
    """没有文档的错误码不再重试, 但要告诉管理员。"""
    assert verdict_of(99999) is Verdict.NEVER
    assert after_failure(Verdict.NEVER, 99999, 1, NOON) == GiveUp("never 99999", fault=True)


@pytest.mark.parametrize(
    ("verdict", "code", "told"),
    [
        (Verdict.NEVER, 40058, False),
        (Verdict.NEVER, 42014, False),
        (Verdict.NEVER, 40201, True),  # blocked as sensitive: the author must see it
        (Verdict.DROP, 60111, False),
        (Verdict.DROP, 81013, True),
        (Verdict.DROP, 60011, True),  # maybe the visible range
    ],
)
def test_what_can_never_work_is_given_up_at_once(verdict: Verdict, code: int, told: bool) -> None:
    """改了才能成的调用, 第一次失败就放弃。"""
    assert after_failure(verdict, code, 1, NOON) == GiveUp(f"{verdict.value} {code}", fault=told)


@pytest.mark.parametrize(
    ("verdict", "code", "retries", "at_least", "at_most"),
    [
        (Verdict.RETRY, -1, 3, timedelta(minutes=5), timedelta(minutes=30)),
        (Verdict.RETRY, 45035, 1, timedelta(minutes=1), timedelta(minutes=2)),
        (Verdict.RETRY, None, 207, timedelta(days=4), timedelta(days=5)),
        (Verdict.RETRY, NO_ANSWER, 207, timedelta(days=4), timedelta(days=5)),
        (Verdict.WAIT, 45009, 26, timedelta(hours=24), timedelta(hours=32)),
        (Verdict.REUPLOAD, 40007, 2, timedelta(0), timedelta(minutes=2)),
        (Verdict.FAULT, 60020, 206, timedelta(days=4), timedelta(days=5)),
        (Verdict.FAULT, None, 206, timedelta(days=4), timedelta(days=5)),
        (Verdict.TOKEN, 40014, 206, timedelta(days=4), timedelta(days=5)),
    ],
)
def test_how_often_and_how_long(
    verdict: Verdict, code: int | None, retries: int, at_least: timedelta, at_most: timedelta
) -> None:
    """系统繁忙最多再试三次; 网络不通、配置错了, 过一个长周末再修好也什么都不丢。"""
    now, attempts = NOON, 0
    while True:
        attempts += 1
        outcome = after_failure(verdict, code, attempts, now)
        if isinstance(outcome, GiveUp):
            break
        assert outcome.at >= now
        now = outcome.at
    assert attempts == retries + 1
    assert at_least <= now - NOON <= at_most
    assert outcome.fault


@pytest.mark.parametrize(("verdict", "code"), [(R, None), (R, NO_ANSWER), (F, 60020)])
def test_the_distance_grows_to_half_an_hour(verdict: Verdict, code: int | None) -> None:
    """间隔越来越长, 到半小时为止(错开不超过五分之一): 平台一恢复, 很快就送到。"""
    outcomes = [after_failure(verdict, code, attempts, NOON) for attempts in range(1, 207)]
    gaps = [outcome.at - NOON for outcome in outcomes if isinstance(outcome, Retry)]
    assert len(gaps) == 206
    assert max(gaps) <= timedelta(minutes=36)
    assert min(gaps[10:]) >= timedelta(minutes=30) > max(gaps[:3])


def test_a_frequency_is_waited_for_in_full() -> None:
    """超过频率: 先等一分钟, 再等一小时, 不提前。"""
    first, second = (after_failure(Verdict.WAIT, 45009, n, NOON) for n in (1, 2))
    assert isinstance(first, Retry) and first.at >= NOON + timedelta(seconds=60)
    assert isinstance(second, Retry) and second.at >= NOON + timedelta(hours=1)


def test_a_broken_configuration_is_told_while_it_is_retried() -> None:
    """配置错误: 慢慢重试, 同时告诉管理员。"""
    outcome = after_failure(Verdict.FAULT, 60020, 1, NOON)
    assert isinstance(outcome, Retry)
    assert outcome.fault
    assert outcome.at >= NOON + timedelta(minutes=10)


@settings(deadline=None)
@given(verdict=st.sampled_from(Verdict), attempts=st.integers(1, 80), code=st.sampled_from([None, -1, 45009, 60020]))
def test_the_same_failure_is_always_decided_the_same(verdict: Verdict, attempts: int, code: int | None) -> None:
    """没有随机: 同一次失败的处置总是一样。"""
    assert after_failure(verdict, code, attempts, NOON) == after_failure(verdict, code, attempts, NOON)


def test_attempts_count_from_one() -> None:
    """第一次失败就是第 1 次。"""
    with pytest.raises(ValueError, match="attempts"):
        after_failure(Verdict.RETRY, -1, 0, NOON)


# ---- cutting --------------------------------------------------------------------------------------------------------

PIECES = ["中", "a", "\n", "\r", "e\u0301", "🇨🇳", FAMILY, " ", "<a href='x'>", "</a>"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)


def _without_breaks(text: str) -> str:
    return text.replace("\n", "").replace("\r", "")


@settings(deadline=None)
@given(st.one_of(WORDS, st.text(max_size=400)), st.integers(64, 300))
@example("\n" * 100, 64)
def test_parts_together_are_the_text(content: str, limit: int) -> None:
    """切开的各段接起来就是原文, 只少换行; 每段不超限, 没有空段。"""
    parts = split_text(content, limit)
    assert _without_breaks("".join(parts)) == _without_breaks(content)
    assert all(0 < size(part) <= limit for part in parts)


@settings(deadline=None)
@given(WORDS, st.integers(64, 300))
def test_no_part_begins_inside_a_character(content: str, limit: int) -> None:
    """不在一个字、一个表情中间切开。"""
    whole = list(grapheme.graphemes(_without_breaks(content)))
    parts = [cluster for part in split_text(content, limit) for cluster in grapheme.graphemes(_without_breaks(part))]
    assert len(parts) <= len(whole) + content.count("\n") + content.count("\r")
    assert not any(part.startswith("\u200d") for part in split_text(content, limit))


@pytest.mark.parametrize(
    ("content", "limit", "parts"),
    [
        ("", 10, []),
        ("短", 10, ["短"]),
        ("第一行\n第二行", 12, ["第一行", "第二行"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("一二三四五", 7, ["一二", "三四", "五"]),
        ("a" * 5 + "\r\n" + "b" * 5, 10, ["aaaaa", "bbbbb"]),
        ("看这里<a href='http://x'>链接</a>", 34, ["看这里", "<a href='http://x'>链接</a>"]),
        (FAMILY * 2, 30, [FAMILY, FAMILY]),
    ],
)
def test_where_a_text_is_split(content: str, limit: int, parts: list[str]) -> None:
    """先在行尾切, 不行再在字与字之间切, 链接尽量不断开。"""
    assert split_text(content, limit) == parts


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("停水通知", 4, "停水通知"),
        ("停水通知单", 4, "停水通…"),
        (f"ab{FAMILY}c", 8, "ab…"),  # seven code points do not fit whole, so none of them
        (f"{FAMILY}{FAMILY}", 8, f"{FAMILY}…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("e" + "\u0301" * 50, 10, "e" + "\u0301" * 8 + "…"),  # one monstrous character: nothing else is possible
    ],
)
def test_cut_by_characters(text: str, limit: int, shown: str) -> None:
    """超过字数的, 在完整的字后面加省略号。"""
    assert cut_chars(text, limit) == shown


@settings(deadline=None)
@given(st.one_of(WORDS, st.text(max_size=300)), st.integers(8, 80))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    """切过的一定不超限; 不超限的一定不切。"""
    assert len(cut_chars(text, limit)) <= limit
    assert size(cut_bytes(text, limit)) <= limit
    assert len(text) > limit or cut_chars(text, limit) == text
    assert size(text) > limit or cut_bytes(text, limit) == text
