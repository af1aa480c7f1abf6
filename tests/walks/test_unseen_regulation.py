"""没见过的制度: every flow of a regulation that no code has seen is walked; its odd shapes really happen."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from bot.clock import BEIJING
from bot.regulation import load
from bot.rules.item import Decision, Item, State
from tests.walks.conftest import Opens
from tests.walks.crashing import CrashDesk, Fuse
from tests.walks.desk import Desk
from tests.walks.flows import books, differences, end_state
from tests.walks.hospital import FILE, HOSPITAL, INNER, OUTER
from tests.walks.robot import PICTURE, TEXT, Robot
from tests.walks.test_every_flow import MOST_POINTS, with_accounts

FLOWS = [flow.id for flow in load(FILE).flow]
LINKS = "微信公众平台 https://mp.weixin.qq.com/s/a"


@pytest.fixture
def hospital(opens: Opens) -> Desk:
    return opens(slug=FILE, seats=HOSPITAL)


def walked(flow_id: str, opens: Opens, kind: type[Desk] = Desk, **more: Any) -> dict[str, Any]:
    desk = opens(kind, slug=FILE, seats=HOSPITAL, **more)
    flow = desk.regulation.flow_of(flow_id)
    with_accounts(desk, flow)
    assert Robot(desk, flow).walk().state is State.DONE
    return end_state(desk)


@pytest.mark.parametrize(("n", "flow_id"), list(enumerate(FLOWS)), ids=FLOWS)
def test_every_flow_of_it_walks_whatever_breaks(n: int, flow_id: str, opens: Opens) -> None:
    """没见过的制度的每个流程: 走得到头; 每个回调来两次、断在某一步, 结果一样。"""
    plain = walked(flow_id, opens)
    assert differences(walked(flow_id, opens, twice=True), plain) == []
    fuse = Fuse((2, 4, "before commit", "after commit", 5)[n % 5])
    assert differences(walked(flow_id, opens, CrashDesk, interrupt=fuse), plain) == []
    assert fuse.burned


@pytest.mark.campaign
@pytest.mark.parametrize("flow_id", FLOWS)
def test_every_flow_of_it_is_cut_at_every_point(flow_id: str, opens: Opens) -> None:
    plain = walked(flow_id, opens)
    for n in (*range(1, MOST_POINTS), "before commit", "after commit"):
        assert differences(walked(flow_id, opens, CrashDesk, interrupt=Fuse(n)), plain) == [], n


# ---- its odd shapes -------------------------------------------------------------------------------------------------


def item_of(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None
    return item


def acts(desk: Desk, number: str) -> list[tuple[str, str, str]]:
    """Who did which step for which unit, in order."""
    item = item_of(desk, number)
    assert item.flow is not None
    with books(desk) as store:
        return [(m.actor, item.flow.steps[m.step].act, m.unit) for m in store.moves(item.id)
                if m.decision in (Decision.SUBMITTED, Decision.PASSED, Decision.DONE)]  # fmt: skip


def numbered(reply: str) -> str:
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    return found[1]


def sends_a_feature(desk: Desk, kind: str, scope: str = "新技术和收费") -> str:
    number = numbered(desk.says("qinlan", TEXT))
    desk.taps("qinlan", "下一步", number=number, 类别="专题", 渠道="服务号", 栏目="健康科普")
    desk.taps("qinlan", "送审", number=number, 内容范围=scope)
    for answer in ("内科", "市卫批〔2025〕3号", kind):
        desk.says("qinlan", answer)
    return number


def test_a_post_is_drafted_twice_and_checked_by_two_units(hospital: Desk) -> None:
    """供稿, 科室把关, 编辑改写(第二个起草环节), 两个单位会签, 按字段终审, 按内容范围批准, 按标注搭建直播, 发布。"""
    desk = hospital
    number = sends_a_feature(desk, "新闻")
    assert "须院长批准" in item_of(desk, number).ticks
    desk.says("fangzhu", f"标注 {number} 须直播")
    desk.taps("fangzhu", "属实并确认", number=number)
    desk.says("ruiwen", f"改 {number} {TEXT}由医务科核实。")
    desk.says("ruiwen", f"送审 {number}")
    assert [text for text in desk.texts("qinlan") if "异议" in text], "the provider sees what was changed"

    desk.says("lunli", f"同意 {number}")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "会签", "one of two is not enough"
    desk.taps("yaoyi", "同意并确认", number=number)
    desk.says("tianke", f"同意 {number}")
    desk.says("yuanzhang", f"同意 {number}")
    desk.says("wangluo", f"办结 {number}")
    desk.says("wangluo", "rtmp://live.example.com/1")
    desk.says("qinlan", f"测试 {number} 通过")
    desk.says("pengfa", f"已发布 {number}\n{LINKS}")

    assert [(who, act) for who, act, _ in acts(desk, number)] == [
        ("qinlan", "供稿"), ("fangzhu", "科室把关"), ("ruiwen", "编辑改写"), ("lunli", "会签"), ("yaoyi", "会签"),
        ("tianke", "终审"), ("yuanzhang", "批准"), ("wangluo", "搭建直播"), ("pengfa", "发布"),
    ]  # fmt: skip
    item = item_of(desk, number)
    assert (item.state, item.filing_no != "", item.form["推流地址"]) == (State.DONE, True, "rtmp://live.example.com/1")


def test_steps_that_a_field_or_a_kind_brings_are_left_out_otherwise(hospital: Desk) -> None:
    """不是新闻, 不是新技术, 没有标注直播: 没有终审、批准和搭建。"""
    desk = hospital
    number = numbered(desk.says("qinlan", TEXT))
    desk.taps("qinlan", "下一步", number=number, 类别="专题", 渠道="服务号", 栏目="健康科普")
    desk.taps("qinlan", "送审", number=number, 内容范围="门诊停诊和就医提示")
    for answer in ("内科", "科普"):
        desk.says("qinlan", answer)
    desk.taps("fangzhu", "属实并确认", number=number)
    desk.says("ruiwen", f"送审 {number}")
    desk.says("yaoyi", f"同意 {number}")
    desk.says("lunli", f"同意 {number}")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "发布"


def test_a_return_after_the_second_draft_goes_to_the_second_drafter(hospital: Desk) -> None:
    """会签退回到编辑改写, 不回到供稿; 两个单位都要再签。"""
    desk = hospital
    number = sends_a_feature(desk, "科普")
    desk.taps("fangzhu", "属实并确认", number=number)
    desk.says("ruiwen", f"送审 {number}")
    desk.says("yaoyi", f"同意 {number}")
    desk.says("lunli", f"退回 {number} 请写明适应证")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "编辑改写"
    desk.says("ruiwen", f"改 {number} {TEXT}适应证见附页。")
    desk.says("ruiwen", f"送审 {number}")
    desk.says("lunli", f"同意 {number}")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "会签", "what 医务科 signed was another wording"


def test_each_department_hands_in_its_own_more_than_once(hospital: Desk) -> None:
    """选题征集分给两个科室: 各报各的, 可以再报; 一科办完不等于办完; 内容保密, 催办不露标题。"""
    desk = hospital
    number = numbered(desk.says("ruiwen", "发起 选题征集"))
    desk.says("ruiwen", "冬季呼吸道疾病")
    desk.says("ruiwen", "3月28日")
    desk.taps("ruiwen", "送审", number=number)
    desk.says("tianke", f"交办 {number} {INNER} {OUTER}")
    assert item_of(desk, number).units == (INNER, OUTER)

    _hands_in(desk, "qinlan", number)
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "报送素材", "外科 has not done its part"
    desk.now(datetime(2025, 3, 27, 9, 0, tzinfo=BEIJING))  # 截稿日期 3月28日, 提前2天
    late = [text for text in desk.texts("bairu") if "逾期" in text]
    assert late
    assert "冬季" not in late[0], "private: a reminder does not say what it is about"
    assert not [text for text in desk.texts("qinlan") if "逾期" in text], "内科 has done its part"

    _hands_in(desk, "bairu", number)
    for head in ("fangzhu", "guozhu"):
        desk.says(head, f"同意 {number}")
    desk.says("ruiwen", f"办结 {number}")

    assert item_of(desk, number).state is State.DONE
    assert acts(desk, number)[2:] == [
        ("qinlan", "报送素材", INNER), ("bairu", "报送素材", OUTER),
        ("fangzhu", "科室核实", INNER), ("guozhu", "科室核实", OUTER), ("ruiwen", "汇总", ""),
    ]  # fmt: skip


def _hands_in(desk: Desk, who: str, number: str) -> None:
    desk.says(who, f"办结 {number}")
    desk.sends(who, "image", "photo.png", PICTURE)


def test_a_department_that_is_not_concerned_drops_out(hospital: Desk) -> None:
    """外科交回: 内科办完就往下走, 外科的主任不用核实。"""
    desk = hospital
    number = numbered(desk.says("ruiwen", "发起 选题征集"))
    for answer in ("冬季呼吸道疾病", "3月28日"):
        desk.says("ruiwen", answer)
    desk.taps("ruiwen", "送审", number=number)
    desk.says("tianke", f"交办 {number} {INNER} {OUTER}")
    _hands_in(desk, "qinlan", number)
    desk.says("bairu", f"交回 {number} 外科没有呼吸道病人")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "科室核实"
    desk.says("guozhu", f"同意 {number}")
    assert item_of(desk, number).step == step, "外科 has no part in it any more"
    desk.says("fangzhu", f"同意 {number}")
    step = item_of(desk, number).step
    assert step is not None
    assert step.act == "汇总"


def test_every_month_begins_one_for_each_department(hospital: Desk) -> None:
    """科室供稿月报: 每月每个科室一份, 只有一份; 标题就是这件事, 不是“无标题”。"""
    desk = hospital
    desk.now(datetime(2025, 4, 1, 9, 0, tzinfo=BEIJING))
    desk.later(days=2)
    with books(desk) as store:
        mine = [x for x in store.open_items() if x.flow and x.flow.id == "monthly" and x.period == "2025-04"]
    assert sorted(item.unit for item in mine) == sorted((INNER, OUTER))
    asked = [text for text in desk.texts("bairu") if "科室供稿月报" in text]
    assert asked
    assert not [text for text in asked if "无标题" in text]


def test_the_meeting_begins_on_its_weekday_and_the_round_on_its_hour(hospital: Desk) -> None:
    """选题例会每周四开始; 值班巡查每天 20:00; 有异常才要处置。"""
    desk = hospital
    desk.now(datetime(2025, 3, 17, 19, 59, tzinfo=BEIJING))
    assert not _begun(desk, "duty")
    desk.later(minutes=2)
    [duty] = _begun(desk, "duty")
    desk.taps("ruiwen", "有异常", number=duty.number)
    step = item_of(desk, duty.number).step
    assert step is not None
    assert step.act == "处置"
    desk.says("tianke", f"办结 {duty.number}")
    assert item_of(desk, duty.number).state is State.DONE

    desk.now(datetime(2025, 3, 19, 12, 0, tzinfo=BEIJING))
    assert not _begun(desk, "meeting")
    desk.now(datetime(2025, 3, 20, 9, 0, tzinfo=BEIJING))
    [meeting] = _begun(desk, "meeting")
    assert [text for text in desk.texts("ruiwen") if "选题例会" in text and meeting.number in text]


def _begun(desk: Desk, flow_id: str) -> list[Item]:
    with books(desk) as store:
        return [item for item in store.open_items() if item.flow and item.flow.id == flow_id]


# ---- 迟报 -----------------------------------------------------------------------------------------------------------


def tells_of_a_closure(desk: Desk, day: str) -> tuple[str, str]:
    """A closure notice up to its last field; its number and the answer to it."""
    number = numbered(desk.says("qinlan", "呼吸科停诊\n因设备检修停诊一天，请改日就诊。"))
    desk.taps("qinlan", "下一步", number=number, 类别="停诊通知", 渠道="官方网站", 栏目="就诊须知")
    desk.taps("qinlan", "送审", number=number, 内容范围="门诊停诊和就医提示")
    desk.says("qinlan", "内科")
    return number, desk.says("qinlan", day)


def test_a_first_draft_that_is_late_says_why_and_goes_on(hospital: Desk) -> None:
    """停诊通知要提前1天报送: 迟了标为迟报, 问一次原因, 审核的人看得到, 绝不拦住。"""
    desk = hospital
    number, reply = tells_of_a_closure(desk, "3月17日")
    assert "已过报送期限：停诊日期 3月17日 → 提前1天 → 截止 3月16日 23:00（依据 第九条）" in reply
    assert "请用一句话回复迟报原因" in reply
    assert "请写明迟报原因" in desk.says("qinlan", "没有")
    assert "已标为迟报" in desk.says("qinlan", "设备早上突然故障")

    assert item_of(desk, number).form["迟报"] == "设备早上突然故障"
    assert "迟报：设备早上突然故障" in desk.texts("tianke")[-1]
    with books(desk) as store:
        assert ("迟报", "设备早上突然故障") in [(a.action, a.detail) for a in store.audit(int(number))]
    desk.taps("tianke", "同意并确认", number=number)
    desk.says("pengfa", f"已发布 {number}\n官方网站 https://www.example.com/1")
    assert item_of(desk, number).state is State.DONE


def test_one_in_time_is_not_asked(hospital: Desk) -> None:
    """提前报的不问; 退回后重报不算迟报, 期限是发布的期限。"""
    desk = hospital
    number, reply = tells_of_a_closure(desk, "3月19日")
    assert "已送审核" in reply
    assert "迟报" not in reply
    desk.says("tianke", f"退回 {number} 请写明恢复时间")
    with books(desk) as store:
        [due] = [d.due_at for d in store.open_deadlines() if d.item == int(number)]
    assert due == datetime(2025, 3, 18, 12, 0, tzinfo=BEIJING)  # 发布 停诊日期提前12小时
    desk.now(datetime(2025, 3, 18, 23, 30, tzinfo=BEIJING))
    desk.says("qinlan", f"改 {number} 呼吸科停诊\n因设备检修停诊一天，3月20日恢复。")
    assert "迟报" not in desk.says("qinlan", f"送审 {number}")
    assert "迟报" not in item_of(desk, number).form
    assert item_of(desk, number).round == 2


def test_the_time_is_that_of_the_submission(hospital: Desk) -> None:
    """起草时没迟、送审时已迟: 按送审算。"""
    desk = hospital
    number = numbered(desk.says("qinlan", "呼吸科停诊\n因设备检修停诊一天，请改日就诊。"))
    desk.taps("qinlan", "下一步", number=number, 类别="停诊通知", 渠道="官方网站", 栏目="就诊须知")
    desk.now(datetime(2025, 3, 18, 22, 59, tzinfo=BEIJING))
    desk.taps("qinlan", "送审", number=number, 内容范围="门诊停诊和就医提示")
    desk.says("qinlan", "内科")
    assert desk.clock.now() < datetime(2025, 3, 18, 23, 0, tzinfo=BEIJING)
    desk.later(minutes=2)
    assert "请用一句话回复迟报原因" in desk.says("qinlan", "3月19日")
    desk.says("qinlan", "主任外出，晚间才定")
    assert item_of(desk, number).form["迟报"]


def test_a_message_is_looked_into_answered_and_answered_again(hospital: Desk) -> None:
    """患者留言: 先答“正在核实”, 核实后的答复由科主任审定、照原文答复; 回访不满意的重新拟复、再审定。"""
    hospital.says("ruiwen", "评论 微博 @患者 08:30 挂号机坏了三天没人修")
    hospital.says("ruiwen", f"分办 0001 患者留言 {INNER}")
    hospital.taps("qinlan", "正在核实", number="0001")
    hospital.taps("qinlan", "用第1句", number="0001")
    assert "核实中" in hospital.says("ruiwen", "0001")
    hospital.says("qinlan", "拟复 0001 挂号机今天已修好。")
    assert "答复要先审定" in hospital.says("qinlan", "答复 0001 挂号机今天已修好。")
    hospital.says("fangzhu", "同意 0001")
    hospital.taps("qinlan", "已按此答复", number="0001")
    hospital.later(days=1)
    hospital.says("ruiwen", "办结 0001")
    hospital.says("ruiwen", "不满意")
    assert "待您拟复 评 0001" in hospital.texts("qinlan")[-1]
    assert "回访结果 不满意" in hospital.texts("qinlan")[-1]
