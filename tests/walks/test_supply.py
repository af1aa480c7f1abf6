"""久未供稿: units that have sent nothing for long are listed, their drafters reminded when the week begins."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from bot.clock import BEIJING
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk

COMPANY: dict[str, Any] = {
    "slug": "company-qiguanbu",
    "seats": (
        Seat("zhengjie", "郑洁", "企管部", "editor"),
        Seat("dingli", "丁丽", "销售部", "informant"),
        Seat("hubing", "胡兵", "二分公司", "informant"),
        Seat("xiaozhang", "肖长", "销售部", "unit_head"),
        Seat("luohead", "罗长", "二分公司", "unit_head"),
    ),
}
HOTEL: dict[str, Any] = {
    "slug": "hotel-dali",
    "seats": (
        Seat("duan", "段小雨", "营销部", "editor"),
        Seat("muchun", "木春", "餐饮部", "informant"),
        Seat("canhead", "何总", "餐饮部", "unit_head"),
    ),
}
SCHOOL: dict[str, Any] = {
    "slug": "dalong-school",
    "seats": (
        Seat("tang", "唐老师", "校办公室", "operator"),
        Seat("jiao", "焦老师", "教务处", "informant"),
        Seat("jiang", "蒋明", "教务处", "vice_head"),
    ),
}
CATERING: dict[str, Any] = {
    "slug": "yunnan-catering-association",
    "seats": (
        Seat("yangliu", "杨柳", "信息部", "officer"),
        Seat("guan", "关会", "会员部", "provider"),
        Seat("xinhead", "辛部长", "信息部", "info_head"),
    ),
}


def at(month: int, day: int, hour: int = 8, minute: int = 30) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


def sends_a_draft(desk: Desk, who: str) -> None:
    """One draft as far as 送审, whatever the regulation asks."""
    number = re.findall(r"编号 (\d+)", desk.says(who, "本周工作情况\n完成了设备检修，来源：本单位"))[0]
    for _ in range(8):
        if "已送" in desk.texts(who)[-1]:
            return
        if "请回复" in desk.texts(who)[-1]:
            desk.says(who, "本单位")
            continue
        card = desk.card(who, number)
        choices = {
            s["title"]: next(o["text"] for o in s["option_list"] if o["id"] != "-")
            for s in card.get("select_list", ())
            if not s["question_key"].startswith("tick:")
        }
        desk.taps(who, (card.get("submit_button") or card["button_list"][0])["text"], number=number, **choices)
    raise AssertionError(desk.texts(who)[-1])


def about_supply(desk: Desk, who: str) -> list[str]:
    return [t for t in desk.texts(who) if t.startswith(("【久未供稿】", "【供稿提醒】"))]


@pytest.mark.rule("company-qiguanbu-R1", "hotel-dali-R1", "yunnan-catering-association-R2", "dalong-school-R1")
@pytest.mark.parametrize(
    ("of", "drafter", "overseer", "unit", "last", "days"),
    [
        (COMPANY, "hubing", "zhengjie", "二分公司", at(3, 3, 9), 14),
        (HOTEL, "muchun", "duan", "餐饮部", at(3, 7, 9), 10),
        (SCHOOL, "jiao", "tang", "教务处", at(3, 3, 9), 14),
        (CATERING, "guan", "yangliu", "会员部", at(3, 5, 9), 12),
    ],
    ids=["company", "hotel", "school", "catering"],
)
def test_a_silent_unit_is_reminded_when_the_week_begins(
    of: dict[str, Any], drafter: str, overseer: str, unit: str, last: datetime, days: int, opens: Opens
) -> None:
    """久未供稿: 周一上班时提醒该单位起草的人，归口的人看到“14天未供稿”；一周一次，交了稿就不再列。"""
    desk = opens(**of, start=last)
    sends_a_draft(desk, drafter)
    desk.now(at(3, 10))  # a week begins, and nobody is late yet
    desk.now(at(3, 14, 17))
    assert about_supply(desk, drafter) == []
    desk.now(at(3, 17, 8, 29))
    assert about_supply(desk, drafter) == []
    desk.now(at(3, 17))
    assert len(about_supply(desk, drafter)) == 1
    assert about_supply(desk, drafter)[0].startswith(f"【供稿提醒】{unit}已{days}天没有供稿（最多隔7天）")
    assert f"\n{unit} {days}天未供稿\n" in about_supply(desk, overseer)[0]
    desk.dies()
    desk.now(at(3, 21, 17))
    assert len(about_supply(desk, drafter)) == len(about_supply(desk, overseer)) == 1
    assert f"{unit} {days + 4}天未供稿" in desk.says(overseer, "供稿")
    sends_a_draft(desk, drafter)
    assert unit not in desk.says(overseer, "供稿")


@pytest.mark.rule("company-qiguanbu-R1")
def test_the_editor_chases_by_one_command(opens: Opens) -> None:
    """催供稿: 一句话提醒所有久未供稿的单位，一天一次；别人看不了；从没供过稿的也列出来。"""
    desk = opens(**COMPANY, start=at(3, 3, 9))
    sends_a_draft(desk, "dingli")
    desk.now(at(3, 12, 10))
    assert "供稿情况由归口部门查看" in desk.says("dingli", "催供稿")
    answer = desk.says("zhengjie", "催供稿")
    assert "销售部 9天未供稿" in answer and "二分公司 9天未供稿（还没有供过稿）" in answer
    assert "二分公司已9天没有供稿" in desk.texts("hubing")[-1]
    assert "今天已经催过供稿" in desk.says("zhengjie", "催供稿")
    assert sum("【供稿提醒】" in t for t in desk.texts("hubing")) == len(about_supply(desk, "hubing"))


def test_a_regulation_that_does_not_measure_it_says_so(opens: Opens) -> None:
    """制度没有写多久要供稿的: 不催，问起来说明白。"""
    desk = opens()
    assert "制度没有规定多久要供稿" in desk.says("wangfang", "供稿")
