"""定时发布, 久未发布, 当天发布 (A13; mutual-aid-society-R13, meikang-floor-R11)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from bot.clock import BEIJING
from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.company import COMPANY, FRIDAY, LINK, WEIBO, WEIXIN, approved, drafted, item, passed, sent, tries
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books

FIRM: dict[str, Any] = {"slug": "company-qiguanbu", "seats": COMPANY, "start": FRIDAY}
SOCIETY = (
    Seat("chenhui", "陈慧", "会员部", "provider"),
    Seat("banhe", "何洁", "办公室", "editor"),
    Seat("banli", "李想", "办公室", "editor"),
    Seat("zhuren", "马主任", "办事处领导", "director"),
)
FLOOR = (
    Seat("heqian", "何倩", "市场部", "writer"),
    Seat("zhoubin", "周斌", "市场部", "market_head"),
    Seat("zongjingli", "钱总", "公司领导", "gm"),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)


# ---- 定时 -----------------------------------------------------------------------------------------------------------


def test_a_post_waits_for_its_time(opens: Opens) -> None:
    """定时3月17日9:00: 之前报已发布被拒, 到时提醒发布人, 之后可以发; 等待期间不催。"""
    desk = opens(**FIRM)
    number = approved(desk, channels=WEIBO)
    assert "定时3月17日 09:00发布" in desk.says("zhaolei", f"定时 {number} 3月17日 9:00")
    assert "定时3月17日 09:00发布" in desk.texts("zhengjie")[-1]
    early = sent(desk, number, platform=WEIBO)
    assert "还没有到时间" in early and f"取消定时 {number}" in early
    desk.taps("zhengjie", "已统一发布", number=number)
    assert "还没有到时间" in desk.texts("zhengjie")[-1]
    assert item(desk, number).links == ()

    before = len(desk.texts("zhengjie"))
    desk.now(at(17, 8, 59))
    assert [t for t in desk.texts("zhengjie")[before:] if not t.startswith("督办")] == []
    desk.now(at(17, 9))
    assert "【定时发布】" in desk.texts("zhengjie")[-1] and number in desk.texts("zhengjie")[-1]
    sent(desk, number, platform=WEIBO)
    assert item(desk, number).state is State.DONE


def test_a_time_set_before_the_approval_holds(opens: Opens) -> None:
    """审定前就定的时间, 审定后照样算; 取消后可以立即发。"""
    desk = opens(**FIRM)
    number = drafted(desk, channels=WEIBO)
    desk.says("zhaolei", f"定时 {number} 明天 9:00")
    passed(desk, number)
    assert "还没有到时间" in sent(desk, number, platform=WEIBO)

    assert "取消定时" in desk.says("zhengjie", f"取消定时 {number}")
    assert "没有定时" in desk.says("zhengjie", f"取消定时 {number}")
    sent(desk, number, platform=WEIBO)
    assert item(desk, number).state is State.DONE


@pytest.mark.parametrize(
    ("who", "words", "why"),
    [
        ("sunhao", "3月17日 9:00", "由发布人或起草人赵蕾定时"),
        ("zhaolei", "3月13日 9:00", "已经过了"),
        ("zhaolei", "3月17日", "请写明几点"),
        ("zhaolei", "改天再说吧", "没看懂这个日期"),
    ],
)
def test_a_time_that_cannot_be(who: str, words: str, why: str, opens: Opens) -> None:
    """过去的、没有钟点的、看不懂的时间, 和不相干的人, 都被拒并说明。"""
    desk = opens(**FIRM)
    number = approved(desk, channels=WEIBO)
    assert why in desk.says(who, f"定时 {number} {words}")
    assert item(desk, number).publish_at is None


def test_a_day_has_one_mass_send_also_when_timed(opens: Opens) -> None:
    """同一天定时两次群发: 第二次被拒, 给出下一个空的日子。"""
    desk = opens(**FIRM)
    first, second = approved(desk, "车间开放日"), approved(desk, "新品发布会")
    desk.says("zhengjie", f"定时 {first} 3月15日 9:00")
    said = desk.says("zhengjie", f"定时 {second} 3月15日 15:00")
    assert first in said and "可以改在3月16日" in said
    tries(desk, second)
    sent(desk, second)  # today is free
    third = approved(desk, "节日问候")
    tries(desk, third)
    assert "可以改在3月16日" in sent(desk, third)  # the 15th is promised to the first


def test_restarted_and_delivered_twice_it_is_reminded_once(opens: Opens) -> None:
    """定时的提醒只有一次, 重启、重复送达也一样。"""
    for settings in ({"twice": True}, {"restarts": True}):
        desk = opens(**FIRM, **settings)
        number = approved(desk, channels=WEIBO)
        desk.says("zhengjie", f"定时 {number} 3月14日 15:00")
        desk.now(at(14, 15))
        desk.dies()
        desk.now(at(14, 15, 30))
        assert sum("【定时发布】" in text for text in desk.texts("zhengjie")) == 1


# ---- 久未发布 -------------------------------------------------------------------------------------------------------


def test_after_five_working_days_its_drafter_is_asked_once(opens: Opens) -> None:
    """审定后5个工作日没有发布: 问起草人一次; 不回答的一直等着, 绝不自动失效。"""
    desk = opens(**FIRM)
    number = approved(desk, channels=WEIBO)
    desk.now(at(20, 17))
    assert not any("还要发布吗" in text for text in desk.texts("zhaolei"))
    desk.now(at(21, 9, 30))
    assert sum("还要发布吗" in text for text in desk.texts("zhaolei")) == 1
    for day in (24, 25, 26, 27, 28, 31):
        desk.now(at(day, 10))
    assert sum("还要发布吗" in text for text in desk.texts("zhaolei")) == 1
    assert item(desk, number).state is State.RUNNING

    desk.taps("zhaolei", "仍要发布", number=number)
    assert "确认仍要发布" in desk.texts("zhengjie")[-1]
    sent(desk, number, platform=WEIBO)
    assert item(desk, number).state is State.DONE


@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_what_holds_no_more_is_withdrawn(how: str, opens: Opens) -> None:
    """不再发布的撤回, 点和打字一样; 别人不能替起草人回答。"""
    desk = opens(**FIRM)
    number = approved(desk, channels=WEIBO)
    desk.now(at(21, 9, 30))
    assert "没有您的事项" in desk.says("sunhao", f"仍要发布 {number}")
    if how == "typed":
        desk.says("zhaolei", f"撤回 {number}")
    else:
        desk.taps("zhaolei", "撤回", number=f"{number}-hold")
    assert item(desk, number).state is State.WITHDRAWN
    assert "仍要发布" not in desk.live("zhaolei", number)


# ---- 当天 -----------------------------------------------------------------------------------------------------------


def society_post(desk: Desk) -> str:
    reply = desk.says("chenhui", "总会慰问困难职工\n总会今日慰问了十户困难职工。")
    number = re.findall(r"编号 (\d+)", reply)[0]
    desk.taps("chenhui", "下一步", number=number, 类别="转发总会或兄弟办事处信息", 渠道="官方微博")
    desk.taps("chenhui", "送审", number=number, 内容范围="健康保养以及疾病预防知识宣传")
    for answer in ("总会", "https://example.com/1", "总会"):
        desk.says("chenhui", answer)
    desk.taps("zhuren", "同意并确认", number=number)
    return str(number)


def due(desk: Desk, number: str) -> datetime | None:
    with books(desk) as store:
        return next((d.due_at for d in store.deadlines(int(number)) if not d.closed and d.due_at), None)


@pytest.mark.rule("mutual-aid-society-R13")
def test_passed_on_a_saturday_it_is_due_that_saturday(opens: Opens) -> None:
    """3月15日(周六)10:00通过: 当天24:00到期, 周日0:00起逾期; 上班后告诉办公室和主任。"""
    desk = opens(slug="mutual-aid-society", seats=SOCIETY, start=at(15, 10))
    number = society_post(desk)
    assert due(desk, number) == at(16, 0)
    desk.now(at(16, 0, 1))
    assert "逾期" in desk.says("banhe", "在办")

    desk.now(at(17, 8, 31))
    assert any("逾期" in text and number in text for text in desk.texts("banhe"))
    assert any("逾期" in text and number in text for text in desk.texts("zhuren"))


@pytest.mark.rule("mutual-aid-society-R13")
def test_passed_after_the_cutoff_it_is_due_the_next_day(opens: Opens) -> None:
    """周五18:00通过的按第二天计; 当天之内先提醒。"""
    desk = opens(slug="mutual-aid-society", seats=SOCIETY, start=at(14, 18))
    assert due(desk, society_post(desk)) == at(16, 0)

    other = opens(slug="mutual-aid-society", seats=SOCIETY, start=at(17, 10))
    number = society_post(other)
    assert due(other, number) == at(18, 0)
    other.now(at(17, 17, 31))
    assert any("【提醒】" in text and number in text for text in other.texts("banhe"))
    assert not any("逾期" in text for text in other.texts("zhuren"))


def floor_post(desk: Desk, channels: str = "官方网站+官方微信", column: str | None = "地板知识") -> str:
    number = str(re.findall(r"编号 (\d+)", desk.says("heqian", "实木地板保养五步法\n每年打一次蜡，避免暴晒。"))[0])
    chosen = {"渠道": channels} | ({"栏目": column} if column else {})
    desk.taps("heqian", "下一步", number=number, **chosen)
    return number


@pytest.mark.rule("meikang-floor-R11")
def test_the_writer_is_reminded_before_the_day_ends(opens: Opens) -> None:
    """3月14日11:00定稿, 17:30还没发布: 提醒何倩; 24:00以后逾期, 告诉周斌。"""
    desk = opens(slug="meikang-floor", seats=FLOOR, start=at(14, 11))
    number = floor_post(desk)
    desk.taps("heqian", "送审", number=number, 内容范围="公司新闻、行业新闻、地板知识")
    desk.says("heqian", "市场部")
    desk.says("heqian", "确认")  # 信息真实、准确、及时
    desk.taps("zhoubin", "同意并确认", number=number)
    assert due(desk, number) == at(15, 0)

    desk.now(at(14, 17, 30))
    assert any("【提醒】" in text and number in text for text in desk.texts("heqian"))
    assert not any("逾期" in text for text in desk.texts("zhoubin"))
    desk.now(at(17, 8, 31))
    assert any("逾期" in text and number in text for text in desk.texts("heqian"))
    assert any("逾期" in text and number in text for text in desk.texts("zhoubin"))


@pytest.mark.rule("meikang-floor-R1")
def test_one_approval_covers_three_channels_each_with_its_link(opens: Opens) -> None:
    """官方网站和微信的一稿: 没选栏目不能送审; 选地板知识后一次审核管两个渠道, 每个渠道各要一个链接。"""
    desk = opens(slug="meikang-floor", seats=FLOOR, start=at(14, 11))
    number = floor_post(desk, column=None)
    assert "还没有选栏目，不能送审" in desk.texts("heqian")[-1]
    assert item(desk, number).state is State.PREPARING
    desk.taps("heqian", "下一步", number=number, 渠道="官方网站+官方微信", 栏目="地板知识")
    desk.taps("heqian", "送审", number=number, 内容范围="公司新闻、行业新闻、地板知识")
    desk.says("heqian", "市场部")
    desk.says("heqian", "确认")  # 信息真实、准确、及时
    desk.taps("zhoubin", "同意并确认", number=number)
    said = desk.says("heqian", f"已发布 {number}\n官方网站 https://example.com/news/1")
    assert "缺：官方微信" in said and item(desk, number).state is State.RUNNING

    desk.says("heqian", f"官方微信 {LINK}")
    found = item(desk, number)
    assert found.state is State.DONE and [x.platform for x in found.links] == ["官方网站", WEIXIN]
    assert number in desk.says("zhoubin", number)
