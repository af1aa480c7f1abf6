"""标注: an added step by a tick of somebody who acts before it; and the level of a post."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks.desk import Desk
from tests.walks.flows import pressed
from tests.walks.test_oversight_hold import drafted, lines

TICK = "标注：重大事项"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, slug="meikang-floor") as desk:
        yield desk
        assert desk.platform.violations() == []


@pytest.fixture
def weibo(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, slug="gov-weibo-assessment") as desk:
        yield desk
        assert desk.platform.violations() == []


def passes(desk: Desk, who: str, number: str) -> None:
    label = next(text for text in desk.live(who, number) if text.startswith("同意"))
    desk.taps(who, label, number=number)


# ---- 重大事项 -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("meikang-floor-R10")
def test_the_general_manager_passes_what_the_head_ticked(floor: Desk) -> None:
    """市场部负责人标注重大事项后同意: 总经理有卡片, 批准前文案不能发布; 后来的人不能取消标注。"""
    number = drafted(floor, "post", "writer")
    assert f"“标注 {number} 重大事项”" in floor.texts("market_head")[-1]
    floor.corner("market_head", TICK, number=number)
    assert f"{number} 已标注“重大事项”，后面增加“批准”（总经理）。" in floor.texts("market_head")
    assert "标注“重大事项”" in floor.texts("writer")[-1]
    passes(floor, "market_head", number)  # the same card still works
    assert any(text.startswith("同意") for text in floor.live("gm", number))
    assert floor.live("writer", number) == []
    assert "未经批准的信息不得发布" in floor.says("writer", f"已发布 {number}\n官方网站 https://example.com/1")
    for other in ("gm", "writer"):
        assert "只有标注的人可以取消" in floor.says(other, f"取消标注 {number} 重大事项 不用报")
    passes(floor, "gm", number)
    floor.later(minutes=7)
    assert "已发布" in floor.live("writer", number)


def test_without_the_tick_it_goes_straight_to_publishing(floor: Desk) -> None:
    number = drafted(floor, "post", "writer")
    passes(floor, "market_head", number)
    assert floor.live("gm", number) == [] and "已发布" in floor.live("writer", number)


def test_a_tick_is_set_once_and_not_after_its_place(floor: Desk) -> None:
    number = drafted(floor, "post", "writer")
    assert "没有“大事”这个标注。可以标注：重大事项" in floor.says("market_head", f"标注 {number} 大事")
    assert "已标注“重大事项”" in floor.says("market_head", f"标注 {number} 重大事项")
    assert "已标注“重大事项”" in floor.says("market_head", f"标注 {number} 重大事项")
    assert len([r for r in lines(floor, number) if r.action == "标注"]) == 1
    assert "须写明理由" in floor.says("market_head", f"取消标注 {number} 重大事项")
    assert "已取消标注" in floor.says("market_head", f"取消标注 {number} 重大事项 只是例会")
    passes(floor, "market_head", number)
    assert "已过“重大事项”的环节" in floor.says("market_head", f"标注 {number} 重大事项")
    assert "已发布" in floor.live("writer", number)


def test_a_menu_tapped_twice_ticks_once(floor: Desk) -> None:
    number = drafted(floor, "post", "writer")
    floor.platform.post("mode", double=True)
    floor.corner("market_head", TICK, number=number)
    assert len([t for t in floor.texts("market_head") if "已标注" in t]) == 1
    assert "action_menu" not in floor.card("market_head", number)


def test_somebody_elses_tick_stays_when_the_drafter_sends_again(floor: Desk) -> None:
    """退回重送: 负责人标注的重大事项还在, 起草人的卡片上不能改掉它。"""
    number = drafted(floor, "post", "writer")
    floor.says("market_head", f"标注 {number} 重大事项")
    floor.says("market_head", f"退回 {number} 第二句请再核")
    floor.says("writer", "开展安全检查的情况\n今天对重点单位进行了检查，未发现重大问题。")
    titles = [s["title"] for s in floor.card("writer", number).get("select_list", ())]
    assert "重大事项" not in titles
    floor.says("writer", f"送审 {number}")
    passes(floor, "market_head", number)
    assert any(text.startswith("同意") for text in floor.live("gm", number))


# ---- 须专家意见 -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R14")
def test_the_experts_opinion_comes_first_and_its_tick_can_be_withdrawn(weibo: Desk) -> None:
    """须专家意见: 专家没有答复时组长没有卡片; 编辑说明理由取消标注, 专家的卡片收回, 组长接着审核。"""
    reply = weibo.says("editor", "关于停水的通知\n因管道检修，明天八时至十二时停水。")
    number = reply.split("编号 ")[1][:4]
    weibo.taps("editor", "下一步", number=number, 类别="一般内容")
    weibo.taps("editor", "送审", number=number, 承办单位="业务一部", 须专家意见="是")
    assert weibo.live("expert", number) and weibo.live("group_lead", number) == []
    assert "须写明理由" in weibo.says("editor", f"取消标注 {number} 须专家意见")
    assert "只有标注的人可以取消" in weibo.says("expert", f"取消标注 {number} 须专家意见 没有空")
    card = weibo.card("expert", number)
    said = weibo.says("editor", f"取消标注 {number} 须专家意见 专家已电话答复")
    assert said == f"{number} 已取消标注“须专家意见”，现在“审核”环节，由李小组办理。"
    assert "专家已电话答复" in weibo.texts("expert")[-1] and weibo.live("expert", number) == []
    pressed(weibo, card, "expert", card["button_list"][0]["text"])
    assert any(text.startswith("同意") for text in weibo.live("group_lead", number))
    assert [r.detail for r in lines(weibo, number) if r.action == "取消标注"] == ["须专家意见:专家已电话答复"]


# ---- levels ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R16")
def test_a_major_disclosure_needs_all_three_levels(weibo: Desk) -> None:
    """重大新闻: 组长、部门领导过了, 主管领导没过, 没有发布卡片。"""
    number = drafted(weibo, "major", "contact")
    for who in ("group_lead", "unit_leader"):
        passes(weibo, who, number)
        assert weibo.live("editor", number) == []
    assert "未经审核" in weibo.says("editor", f"已发布 {number}\n新浪 https://weibo.com/1/a")
    passes(weibo, "chief", number)
    weibo.later(minutes=7)
    assert "已发布" in weibo.live("editor", number)


@pytest.mark.rule("gov-weibo-assessment-R17")
def test_a_checker_raises_the_level_and_nobody_lowers_it_after_a_higher_check(weibo: Desk) -> None:
    """“关于停水”由组长升为敏感信息: 增加部门领导, 理由留痕; 部门领导审核后谁也不能再降。"""
    number = drafted(weibo, "general", "contact")
    assert "须写明理由" in weibo.says("group_lead", f"转类别 {number} 敏感信息")
    weibo.says("group_lead", f"转类别 {number} 敏感信息 涉及民生")
    assert any("涉及民生" in r.detail for r in lines(weibo, number) if r.action == "换类别")
    passes(weibo, "group_lead", number)
    assert any(text.startswith("同意") for text in weibo.live("unit_leader", number))
    weibo.says("unit_leader", f"转类别 {number} 重大新闻披露 拟公开处理结果")
    passes(weibo, "group_lead", number)
    passes(weibo, "unit_leader", number)
    for who in ("group_lead", "chief", "contact"):
        assert "不能再降为“一般内容”" in weibo.says(who, f"转类别 {number} 一般内容 不敏感")
    assert any(text.startswith("同意") for text in weibo.live("chief", number))
    weibo.says("chief", f"转类别 {number} 敏感信息 不用审批")  # 审批 has not been made: this one may be left out
    assert any(text.startswith("同意") for text in weibo.live("group_lead", number))
    assert "不能再降为“一般内容”" in weibo.says("group_lead", f"转类别 {number} 一般内容 不敏感")


def test_a_level_may_be_lowered_before_its_higher_check(weibo: Desk) -> None:
    number = drafted(weibo, "sensitive", "contact")
    weibo.says("group_lead", f"转类别 {number} 一般内容 不涉及敏感信息")
    passes(weibo, "group_lead", number)
    assert weibo.live("unit_leader", number) == []
    weibo.later(minutes=7)
    assert "已发布" in weibo.live("editor", number)


def test_the_words_may_be_run_together(floor: Desk) -> None:
    number = drafted(floor, "post", "writer")
    assert "已标注“重大事项”" in floor.says("market_head", f"标注{number}重大事项。")
    assert "已取消标注“重大事项”" in floor.says("market_head", f"取消标注 {number} 重大事项，只是例会")
    assert [r.detail for r in lines(floor, number) if r.action == "取消标注"] == ["重大事项:只是例会"]
