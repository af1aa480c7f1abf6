"""群发: what counts, which day is free, what proves a test; what corrections and takings down go through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.clock import BEIJING
from bot.rules import aftermath, quota
from bot.rules.item import Decision, Item, Link, Move, State, Version
from bot.rules.platforms import find, platform_names
from bot.rules.regulation import Channel, Do, Flow, Kind, Regulation, Step

DAY = date(2025, 3, 14)
TEN = datetime(2025, 3, 14, 10, tzinfo=BEIJING)
WX = ("微信",)


def post(id: int, *sent: datetime, batch: int = 0, text: str = "标题", **more: object) -> Item:
    links = tuple(Link("微信", url="https://a.cn/1", by="z", at=at) for at in sent)
    item = Item(
        id=id, org="o", kind=Kind.POST, unit="u", author="a", created_at=TEN, links=links, batch=batch,
        current=Version(1, text, ""), channels=("weixin",),
    )  # fmt: skip
    return replace(item, **more)  # type: ignore[arg-type]


def tried(item: Item, by: str = "t", at: datetime = TEN, result: str = quota.PASSED) -> Move:
    return Move(
        step=3, round=1, version=1, fingerprint=item.current.fingerprint, actor=by, role="r",
        decision=Decision.TESTED, at=at, form={quota.RESULT: result},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("items", "count"),
    [
        ([], 0),
        ([post(1)], 0),
        ([post(1, TEN)], 1),
        ([post(1, TEN), post(2, TEN)], 2),
        ([post(1, TEN, batch=1), post(2, TEN, batch=1)], 1),
        ([post(1, TEN), post(2, TEN, batch=1)], 2),  # taken out of the batch that has its number
        ([post(1, TEN - timedelta(hours=10))], 1),  # 00:00 is today
        ([post(1, TEN - timedelta(hours=10, seconds=1))], 0),
        ([post(1, TEN + timedelta(hours=14))], 0),
        ([replace(post(1), links=(Link("微信", omitted="平台报错", by="z", at=TEN),))], 0),
        ([replace(post(1), links=(Link("微博", url="https://a.cn", by="z", at=TEN),))], 0),
    ],
)
def test_what_uses_up_the_day(items: list[Item], count: int) -> None:
    """A19: 一条消息几篇算一次, 没发成的不算。"""
    assert len(quota.sent_on(DAY, items, WX)) == count


def test_the_free_day_passes_over_what_is_planned() -> None:
    planned = [post(n, state=State.RUNNING, publish_at=TEN + timedelta(days=n)) for n in (1, 2, 4)]
    assert quota.free_day(DAY, 1, lambda day: len(quota.planned_on(day, planned, "weixin"))) == date(2025, 3, 17)
    assert quota.free_day(DAY, 2, lambda day: len(quota.planned_on(day, planned, "weixin"))) == date(2025, 3, 15)


ONE, OTHER = post(1), post(1, text="新标题")


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ((), "请先测试"),
        ((tried(ONE),), ""),
        ((tried(ONE, by="sender"),), "请先测试：测试要由群发人以外的人做"),
        ((tried(OTHER),), "内容已变更，请重新测试"),
        ((tried(OTHER), tried(ONE)), ""),
        ((tried(ONE, at=TEN - timedelta(days=1)),), "请先测试：上次测试不是今天的"),
        ((tried(ONE, result=quota.FAILED),), "测试没有通过，请改好后重新测试"),
        ((tried(ONE, result=quota.FAILED), tried(ONE)), ""),
        ((tried(ONE), tried(ONE, by="u", result=quota.FAILED)), "测试没有通过，请改好后重新测试"),
    ],
)
def test_what_proves_a_test(moves: tuple[Move, ...], why: str) -> None:
    """A20: 同一内容、同一天、群发人以外的人, 以最后一次为准。"""
    assert quota.untested(ONE, moves, "sender", DAY) == why


FLOW = Flow(
    id="post", kind=Kind.POST, label="发布", clause="第一条", file=("officer",),
    steps=(
        Step(by=("w",), do=Do.DRAFT, act="起草"), Step(by=("h",), do=Do.CHECK, act="审核"),
        Step(by=("l",), do=Do.CHECK, act="批准", when="重大"), Step(by=("p",), do=Do.PUBLISH, act="发布", due="0d"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("ticks", "checks"), [({}, ["审核"]), ({"重大": "a"}, ["审核", "批准"])])
def test_a_correction_repeats_the_checks_that_applied(ticks: dict[str, str], checks: list[str]) -> None:
    """A45: 更正走原稿走过的审核; 撤下只到最后审定人; 紧急撤下1小时内补报, 事后确认。"""
    original = post(1, flow=FLOW, ticks=ticks)
    assert [s.act for s in aftermath.correction(original, "w").steps] == ["更正", *checks, "发布"]
    assert [s.act for s in aftermath.taking_down(original, "w").steps] == ["申请撤下", checks[-1], "撤下"]
    urgent = aftermath.taken_down_at_once(original, "p")
    assert [(s.act, s.due) for s in urgent.steps] == [("紧急撤下", None), ("补报撤下情况", "1h"), ("确认撤下", None)]
    assert urgent.urgent and urgent.file == ("officer",) and urgent.clause == "第一条"
    again = post(2, flow=aftermath.correction(original, "w"), about=1)
    assert aftermath.correction(again, "w").id == "correct:post" and aftermath.kind_of(again) == "correct"
    assert all(s.when is None for s in urgent.steps)


def test_platforms_of_one_house_are_told_apart() -> None:
    """腾讯的微博和微信: 各用渠道的名字; 只有一个的用平台自己的名字。"""
    channels = {
        "weibo": Channel(label="官方微博", platforms=("腾讯", "新浪")),
        "weixin": Channel(label="官方微信", platforms=("腾讯",)),
        "site": Channel(label="官方网站"),
    }
    reg = Regulation(schema=1, slug="x", title="x", channel=channels)
    assert list(platform_names(reg).values()) == ["官方微博腾讯", "新浪", "官方微信", "官方网站"]
    assert find("腾讯微博", reg) == (("weibo", "腾讯"),)
    assert len(find("腾讯", reg)) == 2 and find("人民网", reg) == ()
