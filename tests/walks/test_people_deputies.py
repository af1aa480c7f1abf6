"""代办: named beforehand with dates, several of them, listed and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.robot import Robot

Opens = Callable[..., Desk]
SEATS = (
    Seat("tigong", "田供", "培训科", "provider"),
    Seat("bian", "边编", "办公室", "editor"),
    Seat("zhuren", "朱主任", "办事处领导", "director"),
    Seat("fu", "付某", "办事处领导"),
)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2025, 3, day, hour, 0, tzinfo=BEIJING)


@pytest.fixture
def society(opens: Opens) -> Desk:
    return opens(slug="mutual-aid-society", seats=SEATS, start=at(14))


def forwarded(desk: Desk) -> str:
    """A post that waits for the 主任 (转发): its number."""
    robot = Robot(desk, desk.regulation.flow_of("forward"))
    robot.begin()
    return robot.number


@pytest.mark.rule("mutual-aid-society-R12")
def test_the_deputy_named_beforehand(society: Desk) -> None:
    """主任17日到19日委托副主任: 14日的卡片还归主任，18日的副主任收到，写明受托；20日又归主任。"""
    answer = society.says("zhuren", "我3月17日到3月19日不在，由副主任付某代")
    assert answer == "已记：付某代您审核，从 3月17日 起，到 3月19日 24:00。他已收到通知。撤销发“取消代办”。"
    assert "从 3月17日 起，到 3月19日 24:00" in society.texts("fu")[-1]
    assert "付某代您：3月17日起，到 3月19日 24:00" in society.says("zhuren", "代办")
    society.now(at(18))
    assert "您代朱主任：现在起，到 3月19日 24:00" in society.says("fu", "代办")
    number = forwarded(society)
    assert society.card("fu", number)["main_title"]["desc"].startswith("受托（代朱主任）· 待您审核")
    assert not society.live("zhuren", number)
    society.taps("fu", next(label for label in society.live("fu", number)), number=number)
    assert "付某（代朱主任）" in society.says("bian", number)
    society.now(at(20))
    assert society.live("zhuren", forwarded(society)) and not society.live("fu")


def test_several_periods_and_taking_all_back(society: Desk) -> None:
    """同一人代两段、另一人代一段: 都记着；取消代办一次全取消。"""
    society.says("zhuren", "我3月17日到19日不在，由付某代")
    society.says("zhuren", "我3月24日至25日不在，由付某代")
    society.says("zhuren", "我3月27日不在，由边编代")
    shown = society.says("zhuren", "代办")
    starts = [line.partition("起")[0] for line in shown.splitlines()[1:4]]
    assert starts == ["付某代您：3月17日", "付某代您：3月24日", "边编代您：3月27日"]
    assert "已取消代办" in society.says("zhuren", "取消代办")
    assert "现在没有代办" in society.says("zhuren", "代办")
    assert society.says("zhuren", "取消代办") == "您现在没有委托代办。"


def test_what_is_not_understood(society: Desk) -> None:
    assert "没看懂" in society.says("zhuren", "我3月41日不在，由付某代")
    assert society.says("zhuren", "我3月19日到3月17日不在，由付某代") == "代办的结束时间比开始还早，请重写。"
    assert "已经过去" in society.says("zhuren", "我3月12日到3月13日不在，由付某代")
    assert "到 今天 24:00" in society.says("zhuren", "我出差不在，由付某代")


def test_waiting_items_change_hands_when_it_begins_and_ends(desk: Desk) -> None:
    """saws: 等着负责人审定的事项，委托开始的那天副职也收到，卡片写明受托；结束后收回。"""
    text = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
    number = desk.submits("limin", text, "业务活动、安全生产知识、应急知识")
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("liuyang", "我3月18日到19日不在，由孙副司长代")
    assert desk.live("liuyang", number) and not desk.live("sunfu", number)
    desk.now(at(18, 9))
    assert desk.card("sunfu", number)["main_title"]["desc"].startswith("受托（代刘洋）· 待您审定")
    desk.now(at(20, 9))
    assert desk.live("liuyang", number) and not desk.live("sunfu", number)
