"""缺额: the roster is looked over when a working day opens; the unit's head and those who oversee are asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.roster import Seat
from tests.walks.desk import Desk

Opens = Callable[..., Desk]
DRAFT = "质量月活动的情况\n本周开展了质量月活动，共查出问题三项。"
FRIDAY = datetime(2025, 3, 14, 16, 0, tzinfo=BEIJING)


def gaps(desk: Desk, user: str) -> list[str]:
    return [text for text in desk.new(user) if "名册缺额" in text]


def company(editor: str, unit: str) -> tuple[Seat, ...]:
    return (
        Seat("liu", "刘检", unit, "informant"),
        Seat("hao", "郝部长", unit, "unit_head"),
        Seat("xin", "新人", unit),
        Seat("zhengjie", "郑洁", editor, "editor"),
        Seat("shen", "沈审", editor, "central_checker"),
        Seat("fu", "傅负责", editor, "central_head"),
        Seat("gong", "龚总", "公司领导", "leader"),
    )


@pytest.mark.rule("company-qiguanbu-R4")
@pytest.mark.rule("hotel-dali-R4")
@pytest.mark.parametrize(
    ("slug", "unit", "centre"), [("company-qiguanbu", "质检部", "企管部"), ("hotel-dali", "前厅部", "营销部")]
)
def test_a_unit_whose_informant_left(opens: Opens, slug: str, unit: str, centre: str) -> None:
    """信息员免去后: 下一个工作日8:30，单位负责人和归口部门被要求指定；期间不能投稿；任命后不再提醒。"""
    desk = opens(slug=slug, seats=company(centre, unit), start=FRIDAY)
    desk.later(minutes=1)  # Friday's look finds nobody missing
    assert f"{unit}现在没有信息员" in desk.says("hao", f"免去 {unit} 信息员 刘检")
    desk.now(datetime(2025, 3, 16, 12, 0, tzinfo=BEIJING))  # Sunday
    assert gaps(desk, "hao") == []
    desk.now(datetime(2025, 3, 17, 8, 29, tzinfo=BEIJING))
    assert gaps(desk, "hao") == []
    desk.now(datetime(2025, 3, 17, 8, 30, tzinfo=BEIJING))
    [asked] = gaps(desk, "hao")
    assert f"{unit}还没有信息员" in asked and f"“任命 {unit} 信息员 姓名”" in asked
    assert len(gaps(desk, "zhengjie")) == 1 and gaps(desk, "xin") == []

    assert f"{unit}还没有信息员，请先指定一人" in desk.says("hao", DRAFT)
    assert desk.says("hao", f"任命 {unit} 信息员 新人") == f"新人已任{unit}的信息员，即时生效。"
    desk.later(days=8)
    assert gaps(desk, "hao") == []
    assert "编号" in desk.says("xin", DRAFT)


@pytest.mark.rule("yunnan-catering-association-R7")
def test_a_unit_without_one_that_wants_to_submit(opens: Opens) -> None:
    """培训部没有信息提供专人: 培训部的人来投稿，被告知要先指定一人。"""
    seats = (
        Seat("pei", "裴训", "培训部"),
        Seat("he", "何会", "会展部", "provider"),
        Seat("xu", "徐专", "信息部", "officer"),
        Seat("tian", "田负责", "信息部", "info_head"),
        Seat("gu", "顾会长", "协会领导", "leader"),
    )
    desk = opens(slug="yunnan-catering-association", seats=seats)
    answer = desk.says("pei", "厨师培训班开班的消息\n第三期厨师培训班今天开班，学员四十人。")
    assert "培训部还没有信息提供专人，请先指定一人：由徐专、田负责回复“任命 培训部 信息提供专人 姓名”" in answer
    desk.says("xu", "任命 培训部 信息提供专人 裴训")
    assert "编号" in desk.says("pei", "厨师培训班开班的消息\n第三期厨师培训班今天开班，学员四十人。")


@pytest.mark.rule("gov-weibo-assessment-R11")
def test_an_empty_post_of_the_group(opens: Opens) -> None:
    """四个专职岗位: 数据评估空缺，组长当天被提醒一次，七天后再提醒；重启也不多发。"""
    seats = (
        Seat("fanlei", "范蕾", "政务微博工作小组", "group_lead"),
        Seat("bian", "边小", "政务微博工作小组", "editor"),
        Seat("hua", "华图", "政务微博工作小组", "designer"),
        Seat("ce", "策划", "政务微博工作小组", "planner"),
        Seat("shu", "舒据", "政务微博工作小组"),
        Seat("zhuguan", "主管", "本机关领导", "chief"),
    )
    desk = opens(slug="gov-weibo-assessment", seats=seats)
    desk.later(minutes=1)
    assert ["政务微博工作小组还没有数据评估（应有1至9名）" in text for text in gaps(desk, "fanlei")] == [True]
    for _ in range(6):
        desk.dies()
        desk.later(days=1)
    assert gaps(desk, "fanlei") == []
    desk.later(days=1)
    assert len(gaps(desk, "fanlei")) == 1
    assert "数据评估" in desk.says("fanlei", "缺额")
    desk.says("fanlei", "任命 数据评估 舒据")
    desk.later(days=14)
    assert gaps(desk, "fanlei") == []
    assert "数据评估" not in desk.says("fanlei", "缺额")
