"""第1、2类: 政策文件, 重大行动活动, 报中国政府网首发(国家安全监管总局办法 五(一)1、2), walked from phone to phone.

李敏 drafts for 监管一司, 何平 reviews, 杨局长 is its 分管领导, 张伟 its publisher, who has no part here;
周主任, 王芳 and 郑丽 of 宣教办 arrange, report and publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import reading
from bot.clock import BEIJING
from storage.read import Reader
from tests.walks.desk import CORP, Desk

POLICY = "政策征求意见、印发的重要文件"
CAMPAIGN = "重大行动、活动安排"
FIRST = "报中国政府网发布"
WEIBO = "政务微博"
TITLE = "煤矿安全专项整治通知印发"
NOTICE = f"{TITLE}\n国务院安委会办公室印发通知,部署煤矿安全专项整治。"
DRIVE = "煤矿安全大检查\n总局部署开展煤矿安全大检查。"
NUMBER = "安委办〔2025〕3号"
FOUR_LINKS = """新华网 https://t.home.news.cn/1234/abcd
人民网 https://t.people.com.cn/1234/abcd
腾讯网 https://t.qq.com/1234/abcd
新浪网 https://weibo.com/1234/abcd"""


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, start=at(14)) as desk:
        yield desk
        assert desk.platform.violations() == []


def last(desk: Desk, user: str) -> str:
    return desk.texts(user)[-1]


def policy(desk: Desk, *, first: str = "否") -> str:
    """A policy post sent for review; its number."""
    return desk.submits("limin", NOTICE, POLICY, channels=WEIBO, answers=[NUMBER, "3月14日"], **{FIRST: first})


def campaign(desk: Desk, *, first: str = "否") -> str:
    return desk.submits("limin", DRIVE, CAMPAIGN, channels=WEIBO, answers=["3月13日"], **{FIRST: first})


def arranged(desk: Desk, number: str) -> None:
    """保密审查, 审定 where the flow has one, 统一安排: all passed."""
    for user, button in (("heping", "可以公开并确认"), ("yangju", "同意并确认"), ("zhouzhuren", "同意并确认")):
        if button in desk.live(user, number):
            desk.taps(user, button, number=number)


def reported(desk: Desk, *answers: str) -> None:
    """王芳 fills in 报国办信息公开办并确认首发."""
    desk.taps("wangfang", "填写结果")
    for answer in answers:
        desk.says("wangfang", answer)


def steps_done(desk: Desk, number: str) -> list[str]:
    """Who did what, in order: 何平 可以公开 …"""
    with reading(desk.config().storage.path) as db:
        return [f"{move.actor} {move.decision}" for move in Reader(db, CORP).moves(int(number))]


# ---- R17: 政策文件 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R17")
def test_a_document_not_yet_printed_is_refused(tmp_path: Path) -> None:
    """五(一)1: 付印日期2025-03-14, 3月13日送审被拒“公文尚未付印”; 14日可以, 经保密审查到宣教办, 不到本单位发布人。"""
    with Desk(tmp_path, start=at(13)) as desk:
        number = desk.submits("limin", NOTICE, POLICY, channels=WEIBO, answers=[NUMBER, "2025-03-14"])
        assert last(desk, "limin") == "公文尚未付印，请重新回复付印日期。"
        assert desk.cards("heping") == []
        desk.now(at(14))
        assert "已送保密审查，之后由宣教办负责人统一安排" in desk.says("limin", "2025-03-14")
        assert f"文号：{NUMBER}\n付印日期：2025-03-14\n" in last(desk, "heping")

        desk.taps("heping", "可以公开并确认", number=number)
        assert "同意并确认" in desk.live("zhouzhuren", number)
        desk.taps("zhouzhuren", "同意并确认", number=number)
        assert "已发布" in desk.live("zhengli", number)
        assert desk.cards("zhangwei") == [] and desk.texts("zhangwei") == []
        assert desk.cards("liuyang") == []
        assert desk.platform.violations() == []


@pytest.mark.rule("saws-R17")
@pytest.mark.parametrize("date", ["3月15日", "2025-03-15", "明天", "2026年3月14日"])
def test_tomorrow_is_never_printed(desk: Desk, date: str) -> None:
    """五(一)1: 怎样写法的将来日期都不行。"""
    desk.submits("limin", NOTICE, POLICY, channels=WEIBO, answers=[NUMBER, date])

    assert last(desk, "limin") == "公文尚未付印，请重新回复付印日期。"
    assert desk.cards("heping") == []


@pytest.mark.rule("saws-R17")
@pytest.mark.parametrize("date", ["3月14日", "今天", "20250313", "2024年12月30日"])
def test_today_and_before_are_printed(desk: Desk, date: str) -> None:
    """五(一)1: 当天和以前付印的可以送审。"""
    desk.submits("limin", NOTICE, POLICY, channels=WEIBO, answers=[NUMBER, date])

    assert "已送保密审查" in last(desk, "limin")


@pytest.mark.rule("saws-R17")
def test_number_and_date_are_asked_one_at_a_time_with_the_clause(desk: Desk) -> None:
    """五(一)1: 缺文号先问文号, 再问付印日期, 都写明依据; 看不懂的日期说明怎么写。"""
    desk.submits("limin", NOTICE, POLICY, channels=WEIBO)
    assert "须填文号（依据 五(一)1）" in last(desk, "limin")
    assert "须填付印日期（依据 五(一)1）" in desk.says("limin", NUMBER)
    assert "没看懂这个日期" in desk.says("limin", "上周付印的")

    assert "已送保密审查" in desk.says("limin", "昨天")
    assert "付印日期：2025-03-13" in last(desk, "heping")


@pytest.mark.rule("saws-R17")
def test_the_central_office_publishes_and_the_own_publisher_cannot(desk: Desk) -> None:
    """五(一)1: 由宣教办统一安排发布; 张伟打字发布也不行, 郑丽发布后办结, 第1类不另备案。"""
    number = policy(desk)
    assert "未经审核的信息不得发布" in desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")
    arranged(desk, number)
    assert "没有您可以办理的事项" in desk.says("zhangwei", f"已发布 {number}\n{FOUR_LINKS}")
    desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")

    assert "已发布完成" in last(desk, "zhengli") and "备案" not in last(desk, "zhengli")
    assert "已发布" in desk.says("limin", f"进度 {number}")
    assert steps_done(desk, number) == ["limin submitted", "heping passed", "zhouzhuren passed", "zhengli done"]


@pytest.mark.rule("saws-R17")
def test_the_central_office_may_return_it(desk: Desk) -> None:
    """五(一)1: 宣教办统一安排时可以退回, 写明理由; 改后从保密审查重来。"""
    number = policy(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("zhouzhuren", f"退回 {number} 等新闻发布会后再发")
    assert "统一安排未通过（周主任，退回）：等新闻发布会后再发" in last(desk, "limin")
    desk.later(minutes=1)
    desk.says("limin", f"{NOTICE}自即日起施行。")
    desk.taps("limin", "送审", number=number)

    assert "可以公开并确认" in desk.live("heping", number)
    assert desk.live("zhouzhuren", number) == []


# ---- R18: 报中国政府网首发 -------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R18")
def test_before_the_first_publication_is_recorded_nothing_is_published(desk: Desk) -> None:
    """五(一)1: 注明“报中国政府网发布”的, 首发记录以前郑丽不能发布“尚未记录中国政府网首发”; 记下首发09:30后可以。"""
    number = policy(desk, first="是")
    assert f"✓{FIRST}" in last(desk, "heping")
    arranged(desk, number)
    assert desk.cards("zhengli") == []
    assert "尚未记录中国政府网首发" in desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")

    desk.now(at(14, 9, 45))
    reported(desk, "已首发", "3月14日", "09:30")
    assert f"{number} 已记" in last(desk, "wangfang")
    assert "已发布" in desk.live("zhengli", number)
    desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")
    assert "已发布完成" in last(desk, "zhengli")
    with reading(desk.config().storage.path) as db:
        move = Reader(db, CORP).moves(int(number))[-2]
    assert (move.actor, move.form) == (
        "wangfang", {"首发结果": "已首发", "报送日期": "2025-03-14", "首发时间": "2025-03-14 09:30"},
    )  # fmt: skip


@pytest.mark.rule("saws-R18")
def test_not_adopted_releases_the_own_publication(desk: Desk) -> None:
    """五(一)1、A41: 中国政府网未采用的, 记录未采用, 不问首发时间, 自己的账号可以发布。"""
    number = policy(desk, first="是")
    arranged(desk, number)
    reported(desk, "未采用", "3月14日")

    assert "已记" in last(desk, "wangfang")
    assert "已发布" in desk.live("zhengli", number)


@pytest.mark.rule("saws-R18")
def test_the_result_is_asked_item_by_item_and_wrong_answers_again(desk: Desk) -> None:
    """五(一)1: 逐项问结果、报送日期、首发时间; 序号也可以答; 将来的时间不收; 没答完就没有记。"""
    number = policy(desk, first="是")
    arranged(desk, number)
    desk.taps("wangfang", "填写结果")
    assert "请回复首发结果（1 已首发 2 未采用）" in last(desk, "wangfang")
    assert "请从中选一个" in desk.says("wangfang", "还没有消息")
    assert "请回复报送日期" in desk.says("wangfang", "1")
    assert "还没有到" in desk.says("wangfang", "3月15日")
    assert "请回复首发时间" in desk.says("wangfang", "3月14日")
    assert "还没有到" in desk.says("wangfang", "10:30")
    assert "尚未记录中国政府网首发" in desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")

    assert "已记" in desk.says("wangfang", "08:30")
    assert "已发布" in desk.live("zhengli", number)


@pytest.mark.rule("saws-R18")
def test_only_the_central_officer_records_it(desk: Desk) -> None:
    """五(一)1: 首发由宣教办经办人报出和记录, 别人不能代填; 打字“首发 0001”和点卡片一样。"""
    number = policy(desk, first="是")
    arranged(desk, number)
    for user in ("limin", "zhengli", "zhouzhuren"):
        assert "由王芳办理" in desk.says(user, f"首发 {number}")

    assert "请回复首发结果" in desk.says("wangfang", f"首发 {number}")


@pytest.mark.rule("saws-R18")
def test_without_the_tick_nothing_is_reported(desk: Desk) -> None:
    """五(一)1: 没注明“报中国政府网发布”的, 没有这一环节, 王芳没有卡片。"""
    number = policy(desk)
    arranged(desk, number)

    assert desk.cards("wangfang") == []
    assert "已发布" in desk.live("zhengli", number)


@pytest.mark.rule("saws-R18")
def test_the_tick_is_offered_on_flows_one_and_two_only(desk: Desk) -> None:
    """五(一)1、2: 只有第1、2类可以注明; 默认不注明。"""
    offered = {}
    for flow in (POLICY, CAMPAIGN, "业务活动、安全生产知识、应急知识", "政策性答复文件"):
        desk.says("limin", f"{flow[:4]}稿件\n{flow}的正文。")
        number = desk.says("limin", "我的稿件").splitlines()[1][:4]
        desk.taps("limin", "下一步", number=number, 类别=flow, 渠道=WEIBO, 栏目="信息发布")
        selects = {s["title"]: s for s in desk.card("limin", number)["select_list"]}
        offered[flow] = FIRST in selects
        if FIRST in selects:
            assert [o["text"] for o in selects[FIRST]["option_list"]] == ["否", "是"]
        desk.says("limin", f"撤回 {number}")

    assert offered == {POLICY: True, CAMPAIGN: True, "业务活动、安全生产知识、应急知识": False, "政策性答复文件": False}


@pytest.mark.rule("saws-R18")
def test_a_change_of_text_needs_the_checks_again_but_keeps_the_tick(desk: Desk) -> None:
    """五(一)1: 报送中改稿, 从保密审查重来, “报中国政府网发布”仍在, 首发仍须记录。"""
    number = policy(desk, first="是")
    arranged(desk, number)
    desk.says("limin", f"改 {number}")
    desk.says("limin", f"{NOTICE}自即日起施行。")
    desk.says("limin", f"送审 {number}")
    assert desk.live("wangfang", number) == []

    desk.later(minutes=1)
    arranged(desk, number)
    assert "填写结果" in desk.live("wangfang", number)
    assert "尚未记录中国政府网首发" in desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")


@pytest.mark.rule("saws-R18")
def test_on_flow_two_the_first_publication_comes_after_the_arrangement(desk: Desk) -> None:
    """五(一)2: 第2类同样可以报中国政府网首发, 在统一安排之后、自己发布之前。"""
    number = campaign(desk, first="是")
    arranged(desk, number)
    assert "尚未记录中国政府网首发" in desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")
    reported(desk, "2", "3月14日")
    desk.says("zhengli", f"已发布 {number}\n{FOUR_LINKS}")

    assert steps_done(desk, number) == [
        "limin submitted", "heping passed", "yangju passed", "zhouzhuren passed", "wangfang done", "zhengli done",
    ]  # fmt: skip


# ---- R19: 重大行动、活动 ---------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R19")
def test_a_campaign_passes_the_leader_then_the_central_office(desk: Desk) -> None:
    """五(一)2: 工作部署确定后起草, 保密审查、分管领导审定、宣教办统一安排并发布; 本单位发布人始终没有发布卡片。"""
    number = campaign(desk)
    assert "工作部署确定日期：2025-03-13" in last(desk, "heping")
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("zhouzhuren") == []
    desk.taps("yangju", "同意并确认", number=number)
    assert "同意并确认" in desk.live("zhouzhuren", number)
    assert desk.live("zhengli") == []
    desk.taps("zhouzhuren", "同意并确认", number=number)

    assert "已发布" in desk.live("zhengli", number)
    assert desk.cards("zhangwei") == [] and desk.cards("liuyang") == []
    assert "没有您可以办理的事项" in desk.says("zhangwei", f"已发布 {number}\n{FOUR_LINKS}")


@pytest.mark.rule("saws-R19")
def test_before_the_deployment_is_fixed_nothing_is_submitted(desk: Desk) -> None:
    """五(一)2: 工作部署确定日期还没有到, 不能送审。"""
    desk.submits("limin", DRIVE, CAMPAIGN, channels=WEIBO, answers=["3月20日"])

    assert "2025年3月20日还没有到" in last(desk, "limin")
    assert desk.cards("heping") == []
