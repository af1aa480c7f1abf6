"""改派和催办 by those who oversee (saws-R3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import SAWS_SEATS
from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.flows import LINKS, reported_from_the_scene
from tests.walks.test_oversight_hold import DRAFT, at_the_head, lines, to_publish

OTHER = Seat("qiandong", "钱东", "监管二司", "unit_head")
PUBLISHER = Seat("renpeng", "任鹏", "监管二司", "publisher")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, seats=(*SAWS_SEATS, OTHER, PUBLISHER)) as desk:
        yield desk
        assert desk.platform.violations() == []


@pytest.mark.rule("saws-R3")
def test_the_step_goes_to_another_head(desk: Desk) -> None:
    """王芳把审定改派给监管二司的钱东: 刘洋的卡片收回, 他不能再办; 钱东有原文和卡片, 办后照常往下走。"""
    number = at_the_head(desk)
    assert desk.says("wangfang", f"改派 {number} 钱东 刘洋出差") == f"{number} 的“审定”已改派给钱东。"
    given = f"{number}《冬季用电安全小知识》的“审定”已由王芳改派给钱东：刘洋出差。"
    assert given in desk.texts("qiandong") and desk.texts("liuyang")[-1] == desk.texts("limin")[-1] == given
    assert any("取暖设备" in t for t in desk.texts("qiandong"))
    assert desk.card("liuyang", number)["replaced"] == "已转他人办理"
    assert "由钱东办理" in desk.says("liuyang", f"同意 {number}")
    assert "已由钱东办理" in desk.says("wangfang", f"改派 {number} 钱东")
    desk.taps("qiandong", "同意并确认", number=number)
    desk.later(minutes=7)
    assert "已发布" in desk.live("zhangwei", number)
    assert any(r.action == "改派" and "liuyang → qiandong：刘洋出差" in r.detail for r in lines(desk, number))


def test_a_reassigned_step_is_back_with_its_own_people_after_a_return(desk: Desk) -> None:
    """改派只管这一次: 退回重送后又由本单位负责人审定。"""
    number = at_the_head(desk)
    desk.says("wangfang", f"改派 {number} 钱东")
    desk.says("qiandong", f"退回 {number} 请写明插线板")
    desk.says("limin", f"{DRAFT}插线板不要串接。")
    desk.says("limin", f"送审 {number}")
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("qiandong", number) == [] and "同意并确认" in desk.live("liuyang", number)


def test_the_named_ones_deputy_stands_in(desk: Desk) -> None:
    number = at_the_head(desk)
    desk.says("wangfang", f"改派 {number} 钱东")
    desk.says("qiandong", "我今天不在，由孙副司长代到周三")
    assert "同意并确认" in desk.live("sunfu", number)
    desk.taps("sunfu", "同意并确认", number=number)
    assert "代钱东" in desk.says("wangfang", number)


def test_nobody_gets_a_step_that_he_may_not_do(desk: Desk) -> None:
    """不是这个岗位的、起草人、审过的都不行; 话里列出可以改派的人。"""
    number = at_the_head(desk)
    for name in ("何平", "李敏", "无名"):
        refused = desk.says("wangfang", f"改派 {number} {name}")
        assert f"“{name}”不能办理“审定”" in refused and "钱东（qiandong）" in refused
    assert "您不能改派" in desk.says("liuyang", f"改派 {number} 钱东")
    desk.says("liuyang", f"退回 {number} 请写明插线板")
    assert "转交" in desk.says("wangfang", f"改派 {number} 钱东")


def test_publishing_goes_only_to_somebody_with_a_grant(desk: Desk) -> None:
    number = to_publish(desk)
    desk.says("wangfang", "撤销授权 任鹏")
    assert "不能办理“发布”" in desk.says("wangfang", f"改派 {number} 任鹏")
    desk.says("wangfang", "授权 任鹏")
    desk.says("wangfang", f"改派 {number} 任鹏")
    assert desk.live("zhangwei", number) == []
    assert "由任鹏办理" in desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    desk.says("renpeng", f"已发布 {number}\n{LINKS}")
    assert "已发布" in desk.says("limin", number)


@pytest.mark.rule("saws-R3")
def test_a_person_chases_once_a_day(desk: Desk) -> None:
    """王芳催办: 刘洋马上收到, 记作督办; 同一天再催被谢绝, 周主任可以催, 第二天又可以催。"""
    number = at_the_head(desk)
    assert desk.says("wangfang", f"催办 {number} 今天要发") == f"已催办 {number}：刘洋。"
    assert desk.texts("liuyang")[-1].startswith(f"【督办】王芳催办：今天要发\n{number}《冬季用电安全小知识》待您审定")
    assert "今天已催办过" in desk.says("wangfang", f"催办 {number}")
    assert "已催办" in desk.says("zhouzhuren", f"催办 {number}")
    desk.later(days=1)
    assert desk.says("wangfang", f"催办 {number}") == f"已催办 {number}：刘洋。"
    chased = [r for r in lines(desk, number) if r.action == "督办"]
    assert [r.actor for r in chased] == ["wangfang", "zhouzhuren", "wangfang"]
    assert len([t for t in desk.texts("liuyang") if "【督办】" in t]) == 3


def test_who_does_not_oversee_chases_nobody(desk: Desk) -> None:
    number = at_the_head(desk)
    assert "您不能催办" in desk.says("limin", f"催办 {number}")
    assert "您不能催办" in desk.says("limin", "全部催办")
    assert "没有您可以催办的事项" in desk.says("chenjing", f"催办 {number}")
    assert not [t for t in desk.texts("liuyang") if "【督办】" in t]


def test_all_that_is_overdue_is_chased_at_once(desk: Desk) -> None:
    """全部催办: 逾期的一起催, 每个人一条; 没逾期的不催; 当天第二次没有可催的, 第二天又有。"""
    at_the_head(desk)  # without a deadline
    first = reported_from_the_scene(desk, "某矿透水事故救援进展\n截至20时，已救出3人。")
    second = reported_from_the_scene(desk, "某厂爆炸事故救援进展\n现场明火已经扑灭。")
    assert desk.says("wangfang", "全部催办") == "没有可以催办的逾期事项。"
    desk.later(hours=2)
    assert "全部催办" in desk.says("wangfang", "在办")
    assert desk.says("wangfang", "全部催办") == "已催办 2 件：秦总 2 件。"
    told = [t for t in desk.texts("qinzong") if t.startswith("【督办】王芳催办 2 件：")]
    assert len(told) == 1 and first in told[0] and second in told[0] and "已逾期 1.0 小时" in told[0]
    assert not [t for t in desk.texts("liuyang") if "【督办】" in t]
    assert "今天都已催办过" in desk.says("wangfang", "全部催办")
    desk.taps("qinzong", "同意并确认", number=first)
    desk.later(days=1)
    assert "秦总 1 件" in desk.says("wangfang", "全部催办")
