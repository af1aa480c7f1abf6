"""暂停和恢复: what those who oversee stop cannot be decided, sent, recorded or published, on any road."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import reading
from bot.demo import SAWS_SEATS, seats_for
from bot.regulation import load
from bot.rules.roster import Seat
from storage.read import AuditRow, Reader
from tests.walks.desk import CORP, JSON, Desk
from tests.walks.flows import BUSINESS, LINKS, pressed

DRAFT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
TEXT = "开展安全检查的情况\n今天对重点单位进行了检查，未发现重大隐患。"
WHY = "已由王芳暂停：数据待核，恢复后再办"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, seats=SAWS_SEATS) as desk:
        yield desk
        assert desk.platform.violations() == []


def lines(desk: Desk, number: str) -> list[AuditRow]:
    with reading(desk.config().storage.path) as db:
        return list(Reader(db, CORP).audit(int(number)))


def at_the_head(desk: Desk) -> str:
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    return number


def to_publish(desk: Desk) -> str:
    number = at_the_head(desk)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.later(minutes=7)
    assert "已发布" in desk.live("zhangwei", number)
    return number


def drafted(desk: Desk, flow: str, author: str = "") -> str:
    """A post of this flow, sent for review by its first (or this) drafter: whatever is asked, the first answer."""
    chosen = desk.regulation.flow_of(flow)
    author = author or next(s.userid for s in desk.seats if s.role in chosen.steps[0].by)
    number = re.findall(r"编号 (\d+)", desk.says(author, TEXT))[0]
    for _ in range(8):
        if "已送" in desk.texts(author)[-1]:
            return str(number)
        if "请回复" in desk.texts(author)[-1]:
            desk.says(author, "确认" if "回复“确认”" in desk.texts(author)[-1] else "本单位")
            continue
        card = desk.card(author, number)
        label = (card.get("submit_button") or card["button_list"][0])["text"]
        desk.taps(author, label, number=number, **_first_choices(card, chosen.option))
    raise AssertionError(f"{flow} does not go out: {desk.texts(author)[-1]}")


def _first_choices(card: JSON, flow: str) -> dict[str, str]:
    found = {}
    for select in card.get("select_list", ()):
        options = [o["text"] for o in select["option_list"] if o["id"] != "-"]
        if not str(select["question_key"]).startswith("tick:"):
            found[str(select["title"])] = flow if select["question_key"] == "flow" else options[0]
    return found


@pytest.mark.rule("listed-company-ir-R6")
def test_what_the_board_office_stops_is_not_published(tmp_path: Path) -> None:
    """“三季度订单大增”: 董事会办公室审核后又以未披露信息叫停, 市场部不能发布; 市场部自己不能恢复, 董事会办公室能。"""
    colleague = Seat("market2", "赵市场", "市场部", "market_officer")
    seats = (*seats_for(load("listed-company-ir")), colleague)
    with Desk(tmp_path, slug="listed-company-ir", seats=seats) as desk:
        number = drafted(desk, "post")
        desk.taps("board_officer", "同意", number=number)
        card = desk.card("market_officer", number)
        assert desk.says("board_officer", f"暂停 {number} 未披露信息").startswith(f"{number} 已暂停：未披露信息")
        assert "已由张董事暂停" in desk.card("market_officer", number)["replaced"]
        refused = f"{number} 已由张董事暂停：未披露信息，恢复后再办。"
        assert desk.says("market_officer", f"已发布 {number}\n官方认证微博 https://weibo.com/1/a") == refused
        assert desk.says("market2", f"已发布 {number}\n官方认证微博 https://weibo.com/1/a") == refused
        pressed(desk, card, "market_officer", "已发布")
        assert "已由张董事暂停：未披露信息" in desk.texts("market_officer")[-1]
        for other in ("market_officer", "market2"):
            assert "要由张董事或其上级恢复" in desk.says(other, f"恢复 {number}")
        assert desk.live("market_officer", number) == []

        desk.says("board_officer", f"恢复 {number}")
        platforms = ("官方认证微博", "微信(公众平台)", "工作人员认证微博")
        desk.says("market_officer", f"已发布 {number}\n" + "\n".join(f"{p} https://a.cn/1" for p in platforms))
        assert "已发布" in desk.says("market_officer", number)
        assert desk.platform.violations() == []


def test_every_act_on_a_stopped_item_is_answered_with_who_stopped_it(desk: Desk) -> None:
    """暂停时同意、退回、确认、发布、办结、换类别、改派、催办都答同一句话; 看进度、问一句照常。"""
    number = at_the_head(desk)
    desk.says("wangfang", f"暂停 {number} 数据待核")
    assert desk.live("liuyang", number) == []
    told = f"{number}《冬季用电安全小知识》已由王芳暂停：数据待核。恢复前不能办理，恢复时会告诉您。"
    assert desk.texts("liuyang")[-1] == desk.texts("limin")[-1] == told
    for said in ("同意 {}", "退回 {} 数字不对", "退回 {}", "确认 {}", f"转类别 {{}} {BUSINESS} 更合适", "办结 {}"):
        assert desk.says("liuyang", said.format(number)) == f"{number} {WHY}。"
    for said in ("改派 {} 孙副司长", "催办 {}"):
        assert desk.says("wangfang", said.format(number)) == f"{number} {WHY}。"
    assert desk.says("wangfang", f"暂停 {number} 再停一次") == f"{number} {WHY}。"
    assert WHY in desk.says("liuyang", number)
    assert "已问李敏" in desk.says("liuyang", f"问一句 {number} 数据从哪来？")
    assert WHY in desk.says("liuyang", f"同意 {number} 9999")
    assert "（已暂停）" in desk.says("wangfang", "在办")
    refused = [r for r in lines(desk, number) if r.action == "暂停中，拒绝办理"]
    assert len(refused) == 9 and {r.actor for r in refused} == {"liuyang", "wangfang"}


def test_resumed_the_holder_is_asked_anew_under_the_old_deadline(desk: Desk) -> None:
    number = at_the_head(desk)
    desk.says("wangfang", f"暂停 {number} 数据待核")
    desk.later(hours=1)
    assert "已恢复，现在“审定”环节，由刘洋办理" in desk.says("wangfang", f"恢复 {number}")
    assert desk.texts("limin")[-1] == f"{number}《冬季用电安全小知识》已由王芳恢复办理。"
    assert "没有暂停" in desk.says("wangfang", f"恢复 {number}")
    desk.taps("liuyang", "同意并确认", number=number)
    assert [r.action for r in lines(desk, number) if r.action in ("暂停", "恢复", "同意")] == ["暂停", "恢复", "同意"]


def test_only_those_who_oversee_stop_and_a_reason_is_needed(desk: Desk) -> None:
    number = at_the_head(desk)
    assert "您不能暂停" in desk.says("liuyang", f"暂停 {number} 再想想")
    assert "没有您可以暂停的事项" in desk.says("chenjing", f"暂停 {number} 再想想")
    assert "须写明理由" in desk.says("wangfang", f"暂停 {number}")
    assert desk.live("liuyang", number)


def test_a_stopped_draft_can_be_reworded_but_not_sent(desk: Desk) -> None:
    """退回后暂停: 改稿照收, 送审不行; 恢复后可以送。"""
    number = at_the_head(desk)
    desk.says("liuyang", f"退回 {number} 请写明插线板")
    desk.says("wangfang", f"暂停 {number} 数据待核")
    desk.says("limin", f"{DRAFT}插线板不要串接。")
    assert desk.says("limin", f"送审 {number}") == f"{number} {WHY}。"
    desk.taps("limin", "送审", number=number)
    assert desk.texts("limin")[-1] == f"{number} {WHY}。"
    assert desk.live("heping", number) == []
    desk.says("wangfang", f"恢复 {number}")
    assert f"送审 {number}" in desk.texts("limin")[-1]
    desk.says("limin", f"送审 {number}")
    assert "可以公开并确认" in desk.live("heping", number)


def test_while_stopped_only_those_above_are_reminded(desk: Desk) -> None:
    number = at_the_head(desk)
    desk.says("wangfang", f"暂停 {number} 数据待核")
    before = len(desk.texts("liuyang"))
    for _ in range(6):
        desk.later(days=1)
    holder = desk.texts("liuyang")[before:]
    above = [t for t in desk.texts("zhouzhuren") if number in t]
    assert all(WHY in t for t in holder)  # 刘洋 is the first of those above as well
    assert above and all(WHY in t for t in above)


def test_people_who_change_meanwhile_are_asked_when_it_is_resumed(desk: Desk) -> None:
    """暂停时刘洋请孙副司长代办: 恢复时问孙副司长。"""
    number = at_the_head(desk)
    desk.says("wangfang", f"暂停 {number} 数据待核")
    until = desk.clock.now() + timedelta(days=2)
    desk.says("liuyang", f"我今天不在，由孙副司长代到{until.month}月{until.day}日")
    assert desk.live("sunfu", number) == []
    desk.says("wangfang", f"恢复 {number}")
    assert "同意并确认" in desk.live("sunfu", number)


def test_a_started_publication_stops_too(desk: Desk) -> None:
    number = to_publish(desk)
    desk.says("zhangwei", f"已发布 {number}")
    desk.says("wangfang", f"暂停 {number} 数据待核")
    assert "已记" not in desk.says("zhangwei", LINKS)  # what was asked before the stop is not taken for an answer
    assert desk.says("zhangwei", f"有问题 {number} 打不开") == f"{number} {WHY}。"
    desk.says("wangfang", f"恢复 {number}")
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    assert "已发布" in desk.says("limin", number)


def test_a_stopped_item_may_be_withdrawn(desk: Desk) -> None:
    number = at_the_head(desk)
    desk.says("wangfang", f"暂停 {number} 数据待核")
    assert "已撤回" in desk.says("limin", f"撤回 {number}")
    assert "没有暂停" not in desk.says("wangfang", number)


@pytest.mark.parametrize("mode", ["twice", "restarts"])
def test_stopping_reassigning_and_chasing_survive_repeats_and_restarts(mode: str, tmp_path: Path) -> None:
    """重复投递、每步重启: 每件事只办一次。"""
    with Desk(tmp_path, seats=(*SAWS_SEATS, Seat("qiandong", "钱东", "监管二司", "unit_head")), **{mode: True}) as desk:  # type: ignore[arg-type]
        number = at_the_head(desk)
        desk.says("wangfang", f"暂停 {number} 数据待核")
        desk.says("wangfang", f"恢复 {number}")
        desk.says("wangfang", f"改派 {number} 钱东 刘洋出差")
        desk.says("wangfang", f"催办 {number} 今天要发")
        desk.taps("qiandong", "同意并确认", number=number)
        actions = [r.action for r in lines(desk, number)]
        assert [a for a in actions if a in ("暂停", "恢复", "改派", "督办", "同意")] == [
            "暂停", "恢复", "改派", "督办", "同意",
        ]  # fmt: skip
        assert len([t for t in desk.texts("qiandong") if "【督办】" in t]) == 1
        assert len([t for t in desk.texts("liuyang") if "暂停" in t]) == 1
        assert "已发布" in desk.live("zhangwei", number)
