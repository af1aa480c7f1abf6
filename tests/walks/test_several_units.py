"""交办给几个单位: each does its own part, one may hand it back, and only the heads of those who are late are told."""

from __future__ import annotations

import re
from datetime import datetime

from bot.app import reading
from bot.clock import BEIJING
from bot.rules.item import Item, State
from bot.rules.roster import Seat
from storage.read import Reader
from tests.walks.conftest import Opens
from tests.walks.desk import CORP, Desk

PEOPLE = (
    Seat("zhengjie", "郑洁", "企管部", "editor"),
    Seat("fuze", "傅泽", "企管部", "central_head"),
    Seat("dingli", "丁丽", "销售部", "informant"),
    Seat("xiaozhang", "肖长", "销售部", "unit_head"),
    Seat("majun", "马军", "生产部", "unit_head"),
    Seat("wuben", "吴本", "生产部", "informant"),
    Seat("wuben", "吴本", "质检部", "informant"),  # one informant for two units
    Seat("qiaozhi", "乔质", "质检部", "unit_head"),
)
START = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)


def opened(opens: Opens, **settings: object) -> tuple[Desk, str]:
    desk = opens(slug="company-qiguanbu", seats=PEOPLE, start=START, **settings)
    number = re.findall(r"编号 (\d+)", desk.says("zhengjie", "发起 资料征集"))[0]
    desk.says("zhengjie", "车间技改照片")
    desk.says("zhengjie", "3月18日")
    desk.taps("zhengjie", "送出", number=number)
    return desk, number


def item(desk: Desk, number: str) -> Item:
    with reading(desk.config().storage.path) as db:
        found = Reader(db, CORP).item(int(number))
    assert found is not None
    return found


def delivers(desk: Desk, who: str, number: str) -> str:
    desk.says(who, f"办结 {number}")
    return desk.says(who, "已提供")


def test_each_unit_does_its_part(opens: Opens) -> None:
    """发给三个单位: 各办各的，谁没办看得见，都办了才办结；一个人管两个单位的，办完一份再给他另一份。"""
    desk, number = opened(opens)
    assert "已交办：销售部、生产部、质检部" in desk.says("zhengjie", f"交办 {number} 销售部 生产部 质检部")
    assert "还有生产部、质检部没有办" in delivers(desk, "dingli", number)
    assert desk.live("dingli", number) == []
    assert "还有质检部没有办" in delivers(desk, "wuben", number)
    assert item(desk, number).state is State.RUNNING
    assert "已办结" in delivers(desk, "wuben", number)
    assert item(desk, number).state is State.DONE
    assert desk.live("wuben", number) == []


def test_a_wrong_assignment_comes_back_and_the_others_go_on(opens: Opens) -> None:
    """交回: 要写理由，告诉交办的人；别的单位照常办。只交给一个单位的，回到交办环节重新交办。"""
    desk, number = opened(opens)
    desk.says("zhengjie", f"交办 {number} 销售部、生产部")
    assert "请回复" in desk.says("dingli", f"交回 {number}")
    assert "已交回" in desk.says("dingli", "技改不归销售部")
    assert f"{number} 销售部（丁丽）交回：技改不归销售部。其他单位照常办理。" in desk.texts("zhengjie")
    assert desk.live("dingli", number) == []
    assert "已办结" in delivers(desk, "wuben", number)

    desk, number = opened(opens)
    desk.taps("zhengjie", "发给有关单位", number=number, 承办单位="销售部")
    desk.taps("dingli", "不归我们", number=number)
    desk.says("dingli", "技改不归销售部")
    assert desk.live("zhengjie", number) == ["发给有关单位"]
    assert "销售部 丁丽交回：技改不归销售部" in desk.texts("zhengjie")[-1]
    desk.says("zhengjie", f"交办 {number} 生产部")
    assert "已办结" in delivers(desk, "wuben", number)


def test_only_the_late_units_heads_are_told(opens: Opens) -> None:
    """逾期: 只催没有办的单位，只告诉这些单位的负责人；都逐级。"""
    desk, number = opened(opens)
    desk.says("zhengjie", f"交办 {number} 销售部 生产部")
    delivers(desk, "dingli", number)
    desk.now(datetime(2025, 3, 18, 17, 30, tzinfo=BEIJING))
    assert any(text.startswith(f"【提醒】{number}") for text in desk.texts("wuben"))
    desk.now(datetime(2025, 3, 19, 8, 30, tzinfo=BEIJING))
    late = [text for text in desk.texts("majun") if text.startswith("【逾期 第1次】")]
    assert len(late) == 1 and "由吴本办理" in late[0]
    assert not any("逾期" in text for who in ("dingli", "xiaozhang", "fuze") for text in desk.texts(who))
    desk.now(datetime(2025, 3, 20, 8, 30, tzinfo=BEIJING))
    assert any(text.startswith("【逾期 第2次】") for text in desk.texts("fuze"))


def test_who_may_not(opens: Opens) -> None:
    """没有交给的单位、没有的单位、已经交办过的、不是交办的: 都说清楚，什么也不变。"""
    desk, number = opened(opens)
    assert "没有可以交办的单位“财务部”。可选：销售部、生产部、质检部" in desk.says("zhengjie", f"交办 {number} 财务部")
    assert "没有您可以交办的事项" in desk.says("dingli", f"交办 {number} 销售部")
    desk.says("zhengjie", f"交办 {number} 销售部")
    assert "没有您可以办理的事项" in desk.says("wuben", f"办结 {number}")
    assert "现在“提供资料”环节，由丁丽办理" in desk.says("zhengjie", f"交办 {number} 生产部")
    assert "不由您办理" in desk.says("zhengjie", f"办结 {number}")
    assert item(desk, number).unit == "销售部"


def test_doubled_and_restarted(opens: Opens) -> None:
    """每条消息送两次、每一步都重启: 结果一样。"""
    for settings in ({"twice": True}, {"restarts": True}):
        desk, number = opened(opens, **settings)
        desk.says("zhengjie", f"交办 {number} 全部")
        for who in ("dingli", "wuben", "wuben"):
            delivers(desk, who, number)
        assert item(desk, number).state is State.DONE
        with reading(desk.config().storage.path) as db:
            moves = Reader(db, CORP).moves(int(number))
        assert [(m.actor, m.unit) for m in moves if m.unit] == [
            ("dingli", "销售部"), ("wuben", "生产部"), ("wuben", "质检部"),
        ]  # fmt: skip
