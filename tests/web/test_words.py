"""Moments, codes and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.web import words as w
from tests.web.samples import DAY, HOUR, NOW


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW, "今天 09:30"),
        (NOW - DAY, "3月17日 09:30"),
        (datetime(2024, 12, 31, 15, 59, tzinfo=UTC), "2024年12月31日 23:59"),
        (None, ""),
    ],
)
def test_moments_in_beijing_time(at: datetime | None, shown: str) -> None:
    assert w.moment(at, NOW) == shown


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (datetime(2025, 3, 18, 9, 30, tzinfo=UTC), "今天 17:30"),
        (datetime(2025, 3, 18, 16, 0, tzinfo=UTC), "今天 24:00"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "12月31日 24:00"),
    ],
)
def test_midnight_is_the_end_of_a_day(due: datetime, shown: str) -> None:
    assert w.until(due, NOW) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("ahead:2h", "到期前2小时提醒"),
        ("ahead:1wd", "到期前1个工作日提醒"),
        ("over:3", "逾期第 3 次催办"),
        ("idle:1", "久未办理第 1 次催办"),
        ("over:x", "over:x"),
        ("ahead:soon", "ahead:soon"),
        ("other", "other"),
    ],
)
def test_rungs_in_words(code: str, shown: str) -> None:
    assert w.rung(code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [("import_roster", "导入人员名册"), ("failed", "处理失败"), ("送审", "送审"), ("new_code", "new_code")],
)
def test_actions_in_chinese(code: str, shown: str) -> None:
    assert w.action(code) == shown


def test_details_in_chinese() -> None:
    assert w.detail("over:1 → 何平") == "逾期第 1 次催办 → 何平"
    assert w.detail("12 seats") == "12 人次"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://weibo.com/1", "https://weibo.com/1"),
        (" http://a.cn ", "http://a.cn"),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT:x", ""),
        ("data:text/html,x", ""),
        ("//evil.example", ""),
        ("https:", ""),
        ("http://[", ""),
    ],
)
def test_only_web_addresses_can_be_tapped(url: str, safe: str) -> None:
    assert w.safe_url(url) == safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("证件 11010519491231002X", "证件 110105********002X"),
        ("文号 2025123456789012", "文号 2025123456789012"),
        ("下载 0.8", "下载 0.8"),
    ],
)
def test_personal_numbers_are_masked(text: str, shown: str) -> None:
    assert w.masked(text) == shown


def test_spans() -> None:
    assert w.span(NOW, NOW + HOUR / 2) == "0.5 小时"
    assert w.span(NOW, NOW + 3 * DAY) == "3 天"
    assert w.span(NOW, NOW - HOUR) == "0.0 小时"
