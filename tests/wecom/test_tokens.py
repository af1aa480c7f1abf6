"""访问凭证: 一人去取, 大家共用, 快到期先换, 密钥错了就停。"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.clock import DemoClock
from bot.rules.delivery import ApiError, Verdict
from bot.wecom.tokens import MemoryTokenStore, Token, Tokens
from tests.wecom.support import NOW, clock


class Source:
    """Hands out t1, t2, … and counts."""

    def __init__(self, lifetime: int = 7200) -> None:
        self.calls = 0
        self.lifetime = lifetime
        self.error: ApiError | None = None

    def __call__(self) -> tuple[str, int]:
        self.calls += 1
        if self.error:
            raise self.error
        return f"t{self.calls}", self.lifetime


def setup(lifetime: int = 7200) -> tuple[Tokens, Source, DemoClock]:
    source, now = Source(lifetime), clock()
    return Tokens(MemoryTokenStore(), source, now), source, now


def test_a_token_is_fetched_once_and_kept() -> None:
    """取一次用到快到期。"""
    tokens, source, now = setup()
    assert [tokens.current(), tokens.current()] == ["t1", "t1"]
    now.advance(timedelta(minutes=114))
    assert tokens.current() == "t1"
    now.advance(timedelta(minutes=1))
    assert (tokens.current(), source.calls) == ("t2", 2)


def test_a_token_outlives_the_process() -> None:
    """重启后接着用存下的凭证。"""
    store, source = MemoryTokenStore(), Source()
    store.save(Token("kept", NOW + timedelta(hours=1)))
    assert (Tokens(store, source, clock()).current(), source.calls) == ("kept", 0)


def test_a_short_lifetime_is_not_fetched_before_every_call() -> None:
    """有效期短的也不会每次都去取。"""
    tokens, source, now = setup(lifetime=60)
    tokens.current()
    now.advance(timedelta(seconds=20))
    assert (tokens.current(), source.calls) == ("t1", 1)
    now.advance(timedelta(seconds=20))
    assert tokens.current() == "t2"


def test_many_callers_cause_one_fetch() -> None:
    """许多人同时要, 只取一次。"""
    tokens, source, _ = setup()
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: tokens.current(), range(64))) == {"t1"}
        assert set(pool.map(lambda _: tokens.renewed("t1"), range(64))) == {"t2"}
    assert source.calls == 2


def test_a_wrong_secret_is_asked_once() -> None:
    """密钥错了只问一次: 再问会封地址一小时。"""
    tokens, source, _ = setup()
    source.error = ApiError(40001, "invalid credential", Verdict.FAULT)
    for _ in range(5):
        with pytest.raises(ApiError) as refusal:
            tokens.current()
        assert (refusal.value.code, refusal.value.verdict) == (40001, Verdict.FAULT)
    with pytest.raises(ApiError):
        tokens.renewed("t0")
    assert source.calls == 1


def test_another_failure_is_asked_again() -> None:
    """系统繁忙以后还会再取。"""
    tokens, source, _ = setup()
    source.error = ApiError(-1, "system busy", Verdict.RETRY)
    with pytest.raises(ApiError):
        tokens.current()
    source.error = None
    assert tokens.current() == "t2"


def test_a_token_does_not_show_itself() -> None:
    """凭证不会被打印出来。"""
    assert "secret-token" not in repr(Token("secret-token", NOW))
