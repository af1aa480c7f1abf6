"""当日答复的一天, 在浏览器里点: 登记评论, 下班前提醒, 第二天督办, 答复, 从清单上消失。"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import BEIJING
from bot.demo import COMMENT_SEATS, SAWS_SEATS
from tests.browser.phones import Phones, browser
from tests.walks.desk import Desk

COMMENT = "微博 @网友甲 08:12 小微企业要不要办安全生产许可证? https://weibo.com/1/b"
ANSWER = "从事矿山、危险化学品等生产的企业才需要办理，一般小微企业不用办。"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the documentation's own folder when SHENFA_PICTURES names it."""
    return Path(os.environ.get("SHENFA_PICTURES") or tmp_path)


def passes(desk: Desk, day: int, hour: int, minute: int = 0) -> None:
    """Time runs on quickly, as with the demonstration's buttons: what is due on the way happens at its hour."""
    until = datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)
    while desk.clock.now() < until:
        desk.now(min(until, desk.clock.now() + timedelta(minutes=30)))


@pytest.mark.browser
def test_a_comment_is_answered_late_and_leaves_the_list(tmp_path: Path, pictures: Path) -> None:
    """登记 → 17:00 提醒承办人 → 第二天督办卡片 → 答复 → 清单上没有了。"""
    with Desk(tmp_path, seats=(*SAWS_SEATS, *COMMENT_SEATS), threads=True) as desk, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
        phones = Phones(page, desk.platform.url, "zhouting", "luqing", "wangfang")

        phones.says("zhouting", COMMENT)
        phones.sees("zhouting", "编号 0001")
        phones.picks("zhouting", "unit", "政策法规司")
        phones.picture(pictures / "comment-registered.png")
        phones.taps("zhouting", "交办")
        phones.sees("luqing", "须今天答复")

        passes(desk, 17, 17)
        phones.sees("luqing", "待当日答复，期限 今天 24:00")
        phones.picture(pictures / "comment-reminded.png")

        passes(desk, 18, 8, 30)
        phones.sees("luqing", "已逾期，待您当日答复")
        phones.sees("wangfang", "逾期 2")  # and the day's collection of opinions, which nobody handed in
        phones.picture(pictures / "comment-overdue.png")
        phones.taps("wangfang", "看清单")
        phones.sees("wangfang", "陆青")

        phones.taps("luqing", "直接答复")
        phones.sees("luqing", "请把给网民的答复发来")
        phones.says("luqing", ANSWER)
        phones.sees("luqing", "已记当日答复 08:30")

        phones.says("wangfang", "督办")
        phones.sees("wangfang", "逾期 1")
        shown = desk.card("wangfang")["button_selection"]["option_list"]
        assert ["周婷" in option["text"] for option in shown] == [True]
        phones.picture(pictures / "comment-answered.png")
        assert desk.platform.violations() == []
