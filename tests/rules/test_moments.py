"""发表时间, as people and pages write it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.moments import BEIJING, read_moment

NOW = datetime(2025, 3, 17, 9, 30, tzinfo=BEIJING)  # a Monday


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("09:12", "03-17 09:12"),
        ("９：１２", "03-17 09:12"),
        ("9点12分", "03-17 09:12"),
        ("9点半", "03-17 09:30"),
        ("上午9点", "03-17 09:00"),
        ("今天 09:12", "03-17 09:12"),
        ("今天09:12:33", "03-17 09:12"),
        ("昨天 23:50", "03-16 23:50"),
        ("昨天晚上11:50", "03-16 23:50"),
        ("昨晚11点", "03-16 23:00"),
        ("前天 08:01", "03-15 08:01"),
        ("周五 14:20", "03-14 14:20"),
        ("星期天 14:20", "03-16 14:20"),
        ("周一 08:00", "03-17 08:00"),
        ("上周一 08:00", "03-10 08:00"),
        ("3月14日 17:05", "03-14 17:05"),
        ("3月14号下午5点05分", "03-14 17:05"),
        ("03-14 17:05", "03-14 17:05"),
        ("3/14 17:05", "03-14 17:05"),
        ("12月30日 10:00", "2024-12-30 10:00"),
        ("2025-03-14 09:12", "03-14 09:12"),
        ("2025/3/14 9:12", "03-14 09:12"),
        ("2025年3月14日 24:00", "03-15 00:00"),
        ("25-3-14 09:12", "03-14 09:12"),
        ("２０２５－０３－１４　０９：１２", "03-14 09:12"),
        ("2025-03-14T01:12:00Z", "03-14 09:12"),
        ("2025-03-14T09:12:00+08:00", "03-14 09:12"),
    ],
)
def test_exact_moments(said: str, wanted: str) -> None:
    at = datetime.fromisoformat(wanted if wanted.startswith("20") else f"2025-{wanted}").replace(tzinfo=BEIJING)
    found = read_moment(said, NOW)

    assert found is not None
    assert (found.at, found.exact) == (at, True)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("刚刚", 0), ("5分钟前", 5), ("30秒前", 0.5), ("2小时前", 120), ("2 小时之前", 120)],
)
def test_about_moments(said: str, minutes: float) -> None:
    found = read_moment(said, NOW)

    assert found is not None
    assert (found.at, found.exact) == (NOW - timedelta(minutes=minutes), False)


@pytest.mark.parametrize(
    ("said", "day"), [("昨天", 16), ("周五", 14), ("3月14日", 14), ("2025-03-14", 14), ("昨晚", 16)]
)
def test_days(said: str, day: int) -> None:
    found = read_moment(said, NOW)

    assert found is not None
    assert (found.at.day, found.exact) == (day, False)


@pytest.mark.parametrize(
    "said", ["", "内容", "25:00", "2月30日 09:00", "24:30", "2025-13-01", "14", "3个问题", "09:12 在"]
)
def test_no_moments(said: str) -> None:
    assert read_moment(said, NOW) is None


@given(st.integers(0, 280 * 24 * 60))
def test_what_is_written_is_read(minutes: int) -> None:
    at = datetime(2024, 6, 1, tzinfo=BEIJING) + timedelta(minutes=minutes)
    written = [f"{at:%Y-%m-%d %H:%M}", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"]
    written.append(f"{at:%y}-{at.month}-{at.day} {at:%H:%M}")
    found = [read_moment(said, NOW) for said in written]

    assert [one and one.at for one in found] == [at] * 3
