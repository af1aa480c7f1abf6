"""The platform is away, or refuses: nothing is lost, and nobody decides on what he was not sent."""

from __future__ import annotations

from typing import Any

from bot.rules.item import Decision
from tests.walks.desk import Desk
from tests.walks.flows import BUSINESS, books

TEXT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
NOTHING = [{"path": "*", "http_status": 502, "times": 1_000_000}]
REFUSED = {"path": "message/send", "errcode": 45002, "errmsg": "content size out of limit"}


def decided(desk: Desk, number: str) -> list[tuple[str, Decision]]:
    with books(desk) as store:
        return [(move.actor, move.decision) for move in store.moves(int(number))][1:]


def recorded(desk: Desk, number: str) -> list[str]:
    with books(desk) as store:
        return [line.action for line in store.audit(int(number))]


def ready(desk: Desk) -> str:
    """A draft that lacks nothing but 送审; its number."""
    number = desk.says("limin", TEXT).partition("编号 ")[2][:4]
    desk.taps("limin", "下一步", number=number, 类别=BUSINESS, 渠道="政务微博+政务微信", 栏目="信息发布")
    return number


def about(desk: Desk, user: str, number: str) -> list[str]:
    """What came to the phone to check the item, in order."""
    shown: list[str] = []
    for message in desk.platform.received(user):
        card: dict[str, Any] = message.get("card") or {}
        if card.get("task_id", "").startswith(f"{number}-check-"):  # not the card by which a superior may urge
            shown.append("card")
        elif message["type"] == "text" and f"】{number} " in message["content"]:
            shown.append("text")
    return shown


def test_after_a_day_without_the_platform_all_arrive(desk: Desk) -> None:
    """平台停一天(每次调用都是502): 恢复后原文、卡片按次序送到, 各一次, 一条也不丢。"""
    number = ready(desk)
    desk.platform.post("faults", next=NOTHING)
    desk.taps("limin", "送审", number=number, 内容范围="法规文件工作活动")
    for hour in range(24):
        desk.later(hours=1)
        if hour == 12:
            assert "没有送到" in desk.says("heping", f"可以公开 {number}")
    assert about(desk, "heping", number) == []
    assert decided(desk, number) == []

    desk.platform.post("faults/clear")
    desk.later(minutes=36)
    assert about(desk, "heping", number) == ["text", "card"]
    assert not [text for user in ("limin", "heping", "zhouzhuren") for text in desk.texts(user) if "没有送达" in text]
    with books(desk) as store:
        assert store.failures() == ()
        assert store.waiting_to("heping") == store.waiting_to("limin") == 0

    desk.taps("heping", "可以公开并确认", number=number)
    assert decided(desk, number) == [("heping", Decision.PASSED)]
    assert about(desk, "liuyang", number) == ["text", "card"]


def test_a_card_does_not_arrive_without_its_text(desk: Desk) -> None:
    """平台拒收原文: 卡片不单独送到, 管理员知道没有送达; 直接回复同意不算数, 先补发原文和卡片。"""
    number = ready(desk)
    desk.says("limin", f"送审 {number}")
    desk.platform.post("faults", next=[REFUSED])
    desk.says("limin", "2")  # 内容范围, the last that is missing: the checker's text is the next message
    assert about(desk, "heping", number) == []
    with books(desk) as store:
        assert [failure.userid for failure in store.failures(int(number))] == ["heping"] * 2
    told = [text for text in desk.texts("zhouzhuren") if "没有送达" in text]
    assert len(told) == 1
    assert told[0].startswith(f"{number} 发给何平的消息") and told[0].endswith("没有送达，请另行通知。")
    assert recorded(desk, number).count("未送达") == 2

    assert number in desk.says("heping", "待办")
    assert "取暖设备" in desk.says("heping", f"全文 {number}")
    assert "原文现在发给您" in desk.says("heping", f"可以公开 {number}")
    assert decided(desk, number) == []
    assert about(desk, "heping", number) == ["text", "card"]
    desk.says("heping", f"可以公开 {number}")
    assert decided(desk, number) == [("heping", Decision.PASSED)]


def test_a_second_text_refused_brings_no_card_either(desk: Desk) -> None:
    """补发的原文又被拒收: 仍不算看过, 再回复再补发。"""
    number = ready(desk)
    desk.says("limin", f"送审 {number}")
    desk.platform.post("faults", next=[REFUSED])
    desk.says("limin", "2")  # 内容范围, the last that is missing: the checker's text is the next message
    desk.platform.post("faults", next=[REFUSED])
    desk.says("heping", f"可以公开 {number}")
    assert about(desk, "heping", number) == []
    assert "原文现在发给您" in desk.says("heping", f"可以公开 {number}")
    assert about(desk, "heping", number) == ["text", "card"]
    assert decided(desk, number) == []


def test_who_left_the_visible_range_is_told_of_once(desk: Desk) -> None:
    """不在可见范围的人不再试发; 一天只告诉一次; 回来后回复一句, 原文和卡片一起补发。"""
    numbers = [ready(desk)]
    desk.platform.post("event", user="heping", fields={"Event": "unsubscribe"})
    desk.bot.settle()
    desk.taps("limin", "送审", number=numbers[0], 内容范围="法规文件工作活动")
    numbers.append(desk.submits("limin", "夏季用电安全小知识\n不要私拉电线。", BUSINESS))
    assert [about(desk, "heping", number) for number in numbers] == [[], []]
    for user in ("zhouzhuren", "wangfang"):
        told = [text for text in desk.texts(user) if "没有送达" in text]
        assert told == ["何平不在可见范围，发给他的消息没有送达，请另行通知。"]

    desk.platform.post("event", user="heping", fields={"Event": "subscribe"})
    desk.bot.settle()
    assert "原文现在发给您" in desk.says("heping", f"可以公开 {numbers[1]}")
    assert about(desk, "heping", numbers[1]) == ["text", "card"]
