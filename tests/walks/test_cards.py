"""Cards that last: issued anew, closed, first tap wins; typed and tapped alike."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import BUSINESS, CAST, LINKS, books, pressed

TEXT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
TWO = (*CAST, Seat("helin", "何琳", "监管一司", "secrecy"))


def sent(desk: Desk, title: str = "冬季用电安全小知识") -> str:
    return desk.submits("limin", f"{title}\n取暖设备不要长时间无人看管。", BUSINESS)


def decided(desk: Desk, number: str) -> list[tuple[str, Decision]]:
    with books(desk) as store:
        return [(m.actor, m.decision) for m in store.moves(int(number))][1:]


def test_a_card_is_issued_anew_before_its_code_ends(desk: Desk) -> None:
    """卡片72小时后不能再更新: 到期前换发新卡片, 旧的关闭; 迟到地点旧卡片只回答现在的情况。"""
    number = sent(desk)
    old = desk.card("heping", number)
    desk.later(hours=69)
    assert len([c for c in desk.cards("heping") if c["task_id"].startswith(number)]) == 1
    desk.later(hours=2)

    first, second = (c for c in desk.cards("heping") if c["task_id"].startswith(number))
    assert first["replaced"] and not second["replaced"]
    assert [b["text"] for b in second["button_list"]] == [b["text"] for b in old["button_list"]]
    pressed(desk, old, "heping", "可以公开并确认")
    assert decided(desk, number) == []
    assert number in desk.texts("heping")[-1]
    desk.taps("heping", "可以公开并确认", number=number)
    assert decided(desk, number) == [("heping", Decision.PASSED)]
    desk.later(hours=72)
    assert desk.live("heping", number) == []
    assert "同意并确认" in desk.live("liuyang", number)


def test_a_renewed_card_can_be_tapped_in_the_holidays(opens: Opens) -> None:
    """假期里换发的卡片马上发: 谁在假期里办理，手里总有一张能点的。"""
    desk = opens(start=datetime(2025, 4, 30, 16, 0, tzinfo=BEIJING))
    number = sent(desk)
    desk.now(datetime(2025, 5, 3, 14, 30, tzinfo=BEIJING))
    desk.taps("heping", "可以公开并确认", number=number)
    assert decided(desk, number) == [("heping", Decision.PASSED)]


def test_a_card_of_a_finished_step_is_not_issued_anew(desk: Desk) -> None:
    """已经办过的卡片不再换发。"""
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("limin", f"撤回 {number}")
    before = {p: len(desk.cards(p)) for p in ("limin", "heping", "liuyang")}
    desk.later(hours=71)
    desk.later(hours=71)

    assert {p: len(desk.cards(p)) for p in before} == before


@pytest.mark.rule("every-8")
def test_the_first_of_two_wins(opens: Opens) -> None:
    """一个席位两个人: 先点的算, 另一个人的卡片随即改为谁办的。"""
    desk = opens(seats=TWO)
    number = sent(desk)
    assert desk.live("heping", number) and desk.live("helin", number)
    desk.taps("helin", "可以公开并确认", number=number)

    assert desk.live("heping", number) == []
    assert "何琳" in str(desk.card("heping", number)["replaced"])
    assert decided(desk, number) == [("helin", Decision.PASSED)]


@pytest.mark.rule("every-8")
@pytest.mark.parametrize("second", ["可以公开并确认", "不予公开"])
def test_both_tap_at_the_same_moment(second: str, opens: Opens) -> None:
    """两个人同时点: 只有一个算, 另一个被告知谁办的。"""
    desk = opens(seats=TWO)
    number = sent(desk)
    for person, label in (("heping", "可以公开并确认"), ("helin", second)):
        card = desk.card(person, number)
        key = next(b["key"] for b in card["button_list"] if b["text"] == label)
        reasons = card["button_selection"]
        desk.platform.tap(person, card["task_id"], key, {reasons["question_key"]: [reasons["option_list"][0]["id"]]})
    desk.bot.settle()

    assert decided(desk, number) == [("heping", Decision.PASSED)]
    assert "何平" in desk.texts("helin")[-1]
    assert desk.live("helin", number) == desk.live("heping", number) == []
    assert desk.live("liuyang", number)


def test_a_withdrawn_item_closes_its_cards(opens: Opens) -> None:
    """撤回的稿件, 所有人的卡片关闭, 再点或打字都不起作用。"""
    desk = opens(seats=TWO)
    number = sent(desk)
    old = desk.card("heping", number)
    desk.says("limin", f"撤回 {number}")

    assert [desk.live(p, number) for p in ("limin", "heping", "helin")] == [[], [], []]
    assert "撤回" in str(desk.card("heping", number)["replaced"])
    pressed(desk, old, "heping", "可以公开并确认")
    desk.says("helin", f"可以公开 {number}")
    desk.says("limin", f"送审 {number}")
    assert decided(desk, number) == [("limin", Decision.WITHDRAWN)]
    with books(desk) as store:
        item = store.item(int(number))
        assert item is not None and item.state is State.WITHDRAWN
        assert store.open_deadlines() == ()


def test_typed_and_tapped_mixed(opens: Opens) -> None:
    """打字和点卡片一样: 打字办了的, 卡片也改正; 点过再打字, 打过再点, 都不办第二次。"""
    desk = opens(seats=TWO)
    number = sent(desk)
    heping, helin = desk.card("heping", number), desk.card("helin", number)
    desk.says("heping", f"可以公开 {number}")
    assert desk.live("heping", number) == desk.live("helin", number) == []
    assert "可以公开" in str(desk.card("heping", number)["replaced"])
    pressed(desk, heping, "heping", "不予公开")
    pressed(desk, helin, "helin", "可以公开并确认")
    desk.says("heping", f"可以公开 {number}")
    desk.taps("liuyang", "同意并确认", number=number)
    desk.says("liuyang", f"退回 {number} 再看看")

    assert decided(desk, number) == [("heping", Decision.PASSED), ("liuyang", Decision.PASSED)]


def test_several_in_one_message(desk: Desk) -> None:
    """“同意 0001 0002”: 各办各的, 回答逐件列明; 不能办的说明原因。"""
    one, two, three = sent(desk, "第一条安全提示"), sent(desk, "第二条安全提示"), sent(desk, "第三条安全提示")
    desk.says("heping", f"可以公开 {one} {two}")
    said = desk.says("liuyang", f"同意 {one} {two} {three}")

    assert [number for number in (one, two, three) if number in said] == [one, two, three]
    assert [decided(desk, n)[1:] for n in (one, two, three)] == [[("liuyang", Decision.PASSED)]] * 2 + [[]]
    assert desk.live("liuyang") == []
    assert sorted({c["task_id"][:4] for c in desk.cards("zhangwei")}) == [one, two]


def test_a_question_moves_nothing(desk: Desk) -> None:
    """问一句: 不动事项, 起草人的回答带着编号回到提问的人; 卡片还能点。"""
    number = sent(desk)
    desk.taps("heping", "问一句", number=number)
    desk.says("heping", "取暖设备指哪些?")
    assert number in desk.texts("limin")[-1] and "取暖设备指哪些" in desk.texts("limin")[-1]
    desk.says("limin", "电暖气和电热毯。")

    assert number in desk.texts("heping")[-1] and "电暖气和电热毯" in desk.texts("heping")[-1]
    assert decided(desk, number) == []
    desk.taps("heping", "可以公开并确认", number=number)
    assert decided(desk, number) == [("heping", Decision.PASSED)]
    assert "编号 0002" in desk.says("limin", "另一条安全提示\n离家前请断电。")


def test_the_publisher_says_there_is_a_problem(desk: Desk) -> None:
    """有问题: 什么都没有发, 起草人和主要负责人被告知; 事项仍在发布人那里, 改稿后重新审核。"""
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.taps("zhangwei", "有问题", number=number)
    desk.says("zhangwei", "第二句与附件不一致")

    for person in ("limin", "liuyang"):
        assert "第二句与附件不一致" in desk.texts(person)[-1]
    assert "已发布" in desk.live("zhangwei", number)
    desk.says("limin", f"改 {number} {TEXT}离家前请断电。")
    assert desk.live("zhangwei", number) == []
    desk.taps("limin", "送审", number=number)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    assert decided(desk, number)[-1] == ("zhangwei", Decision.DONE)


def test_two_publishers_and_one_of_them_is_asked_for_links(opens: Opens) -> None:
    """两个发布人: 一个已点“已发布”还没发链接, 另一个先办结; 前一个人的下一条消息不再当作链接。"""
    extra = (Seat("zhanghua", "张华", "监管一司", "publisher"), Seat("zhanghua", "张华", "监管一司", "informant"))
    desk = opens(seats=(*CAST, *extra))
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.taps("zhanghua", "已发布", number=number)
    desk.taps("zhangwei", "已发布", number=number)
    desk.says("zhangwei", LINKS)

    desk.says("zhanghua", "新浪网 https://weibo.com/2/b")
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None
    assert {link.by for link in item.links} == {"zhangwei"}
    assert re.search(r"编号 \d+", desk.says("zhanghua", "另一条安全提示\n离家前请断电。"))
