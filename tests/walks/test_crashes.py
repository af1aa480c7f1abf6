"""断电和平台故障: whatever breaks in the middle, nothing is lost and nothing is done or shown twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.walks.conftest import Opens
from tests.walks.crashing import CrashDesk, FaultyDesk, Fuse, SenderFuse
from tests.walks.flows import business, differences, end_state, timeless

POINTS = 30  # more than any event of the walk has
SAMPLE = (1, 2, 6, 11, "before commit", "after commit")
FATE = ("items", "versions", "moves", "filings", "waiting")


def shown(end: dict[str, Any]) -> dict[str, Any]:
    """What the phones got, whatever the order and the hour: each text and each card so many times."""
    return {
        person: (Counter(timeless(phone["texts"])), Counter(title for title, _, _ in phone["cards"]))
        for person, phone in end["phones"].items()
    }


def left_over(end: dict[str, Any]) -> list[Any]:
    """Cards that can still be tapped."""
    return [face for phone in end["phones"].values() for face in phone["cards"] if isinstance(face[2], tuple)]


def fate(end: dict[str, Any]) -> dict[str, Any]:
    """What became of the items; not how often something was asked on the way (`seq`, the last of an item's values)."""
    return {part: end[part] for part in FATE} | {"items": [item[:-1] for item in end["items"]]}


@pytest.fixture
def plain(opens: Opens) -> dict[str, Any]:
    desk = opens()
    business(desk)
    return end_state(desk)


def cut(n: int | str, plain: dict[str, Any], opens: Opens) -> list[str]:
    fuse = Fuse(n)
    desk = opens(CrashDesk, interrupt=fuse)
    business(desk)
    assert differences(end_state(desk), plain) == []
    return fuse.burned


@pytest.mark.parametrize("n", SAMPLE)
def test_cut_in_every_event(n: int | str, plain: dict[str, Any], opens: Opens) -> None:
    """断在每个事件的第 n 步: 平台重发后与没断过一样。"""
    assert cut(n, plain, opens)


@pytest.mark.campaign
@pytest.mark.parametrize("n", range(1, POINTS))
def test_cut_at_every_point_of_every_event(n: int, plain: dict[str, Any], opens: Opens) -> None:
    """断在每个事件的每一步, 提交之前和之后。"""
    assert cut(n, plain, opens) or n > 12


@pytest.mark.rule("every-8")
@pytest.mark.parametrize("n", [3, "before commit", "after commit"])
def test_the_person_taps_again(n: int | str, plain: dict[str, Any], opens: Opens) -> None:
    """断电后平台没有重发, 本人再点一次: 办一次, 不办两次。"""
    fuse = Fuse(n)
    desk = opens(CrashDesk, interrupt=fuse, taps_again=True)
    business(desk)

    end = end_state(desk)
    assert fuse.burned
    assert differences(timeless(fate(end)), timeless(fate(plain))) == []
    assert left_over(end) == []


def cut_sender(moment: str, every: int, plain: dict[str, Any], opens: Opens) -> None:
    fuse = SenderFuse(moment, every)
    desk = opens(CrashDesk, interrupt=fuse, lease=4)
    business(desk)

    end = end_state(desk)
    assert fuse.burned
    assert differences(timeless(fate(end)), timeless(fate(plain))) == []
    assert shown(end) == shown(plain)


@pytest.mark.rule("every-10")
@pytest.mark.parametrize("moment", ["leased", "sent", "settled"])
def test_cut_while_sending(moment: str, plain: dict[str, Any], opens: Opens) -> None:
    """断在发件的中间: 每条消息到手机上正好一次。"""
    cut_sender(moment, 4, plain, opens)


@pytest.mark.campaign
@pytest.mark.parametrize("moment", ["leased", "sent", "settled"])
def test_cut_while_sending_every_message(moment: str, plain: dict[str, Any], opens: Opens) -> None:
    """每条消息都断一次。"""
    cut_sender(moment, 1, plain, opens)


FAULTS: dict[str, dict[str, Any]] = {
    "连接断开,没有送到": {"fault": {"path": "message/send", "drop_connection": True}},
    "连接断开,已经送到": {"fault": {"path": "message/send", "drop_connection": True, "after_effect": True}},
    "系统繁忙": {"fault": {"path": "message/send", "errcode": -1, "times": 2}},
    "频率超限": {"fault": {"path": "message/send", "errcode": 45009}},
    "凭证失效": {"fault": {"path": "message/send", "errcode": 40014}},
    "凭证撤销": {"revoke": True},
    "更新时断开": {"fault": {"path": "message/update_template_card", "drop_connection": True, "after_effect": True}},
    "卡片码失效": {"fault": {"path": "message/update_template_card", "errcode": 60140}},
}


@pytest.mark.parametrize("trouble", FAULTS)
def test_trouble_at_the_platform(trouble: str, plain: dict[str, Any], opens: Opens) -> None:
    """平台出错: 不丢, 不重; 办完后手机上没有还能点的旧卡片。"""
    desk = opens(FaultyDesk, **FAULTS[trouble])
    business(desk)

    end = end_state(desk)
    assert differences(timeless(fate(end)), timeless(fate(plain))) == []
    assert shown(end) == shown(plain)
    if trouble != "连接断开,已经送到":  # its code was lost with the answer: that card can only answer a tap
        assert left_over(end) == []
