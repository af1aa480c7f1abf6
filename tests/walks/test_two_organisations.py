"""两个单位一个程序: two regulations in force in one process; nothing of one is seen, moved or changed by the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.demo import seats_for
from bot.regulation import load
from bot.rules.item import State
from bot.rules.roster import Seat
from storage.roster import replace_seats
from tests.walks.crashing import Fuse
from tests.walks.desk import CORP
from tests.walks.flows import BUSINESS, CAST, business, differences, end_state, flaws, timeless
from tests.walks.neighbours import Branch, First, opened, phones, rows
from tests.walks.robot import MOST_STEPS, Robot

OURS, THEIRS = "冬季用电安全小知识", "开展安全检查的情况"  # titles of `business` and of the robot
SLUG = "company-qiguanbu"
# The same userids as in the first organisation; other people, of other units and roles.
USERIDS = ("limin", "heping", "liuyang", "zhangwei", "wangfang", "zhengli")
STRANGER = "zhouzhuren"  # has a phone in both corps, and a seat in the first organisation only


def neighbours() -> tuple[Seat, ...]:
    seats = seats_for(load(SLUG))
    return tuple(replace(seat, userid=(*USERIDS, seat.userid)[min(n, len(USERIDS))]) for n, seat in enumerate(seats))


APPLICATIONS: dict[str, dict[str, Any]] = {
    "another corp": {"corp": "wwtestcorp00000002", "agent": 1000002},
    "another application of the corp": {"corp": CORP, "agent": 1000003, "token": "testtoken"},
}
Pair = Callable[..., tuple[First, Branch]]


@pytest.fixture(params=[*APPLICATIONS.values()], ids=[*APPLICATIONS])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """pair(twice=True): both organisations' desks; at the end neither platform had anything to complain of."""
    opened_desks: list[First] = []
    with ExitStack() as stack:

        def open_pair(**settings: Any) -> tuple[First, Branch]:
            folder = tmp_path / str(len(opened_desks))
            folder.mkdir()
            branch = Branch(folder, slug=SLUG, seats=neighbours(), guests=(STRANGER,), **request.param)
            first = stack.enter_context(First(folder, seats=CAST, branches=[branch], **settings))
            opened_desks.append(first)
            return first, branch

        yield open_pair
        for first in opened_desks:
            for desk in (first, *first.branches):
                desk.ended = first.ended or any(branch.ended for branch in first.branches)
                assert flaws(desk) == []


def steps(robot: Robot) -> Iterator[None]:
    """The robot's walk, a step at a time; its first message is the first step."""
    robot.begin()
    yield
    while now := robot.turn():
        robot.act(*now)
        yield


def both(first: First, branch: Branch) -> None:
    """The first walks `business`; after each of its steps the other goes a step too, and then to its end."""
    other = steps(Robot(branch, branch.regulation.flow_of("post")))
    first.between = lambda: next(other, None)
    business(first)
    first.between = None
    for _, _ in zip(other, range(MOST_STEPS), strict=False):
        pass


def under_way(first: First, branch: Branch) -> None:
    """One item in each, both numbered 0001, both waiting for a check."""
    number = first.submits(
        "limin", f"{OURS}\n取暖设备不要长时间无人看管。", BUSINESS, column="生产安全百科", scope="其他",
        answers=("日常安全知识",),
    )  # fmt: skip
    robot = Robot(branch, branch.regulation.flow_of("post"))
    robot.begin()
    assert (number, robot.number) == ("0001", "0001")


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, Any]:
    """How the first organisation ends without a neighbour."""
    folder = tmp_path / "alone"
    folder.mkdir()
    with First(folder, seats=CAST) as desk:
        business(desk)
        return end_state(desk)


def nothing_crossed(first: First, branch: Branch) -> None:
    assert THEIRS not in phones(first)
    assert OURS not in phones(branch)
    assert THEIRS in phones(branch)
    assert OURS in phones(first)


# ---- both walk at the same time --------------------------------------------------------------------------------------


def test_each_ends_as_if_it_were_alone(pair: Pair, alone: dict[str, Any]) -> None:
    """两部制度同时在办, 编号都是0001: 各走各的流程, 结果与单独一家时一样。"""
    first, branch = pair()
    both(first, branch)

    assert differences(end_state(first), alone) == []
    theirs = end_state(branch)["items"]
    assert [(number, state, flow) for number, state, flow, *_ in theirs] == [("0001", State.DONE, "post")]
    nothing_crossed(first, branch)


def test_delivered_twice(pair: Pair, alone: dict[str, Any]) -> None:
    """两边的回调都来两次: 各办一次。"""
    once = pair()
    both(*once)
    first, branch = pair(twice=True)
    both(first, branch)

    assert differences(end_state(first), alone) == []
    assert differences(end_state(branch), end_state(once[1])) == []
    nothing_crossed(first, branch)


@pytest.mark.parametrize("n", [2, "after commit"])
def test_cut_in_every_event(n: int | str, pair: Pair, alone: dict[str, Any]) -> None:
    """两边的每个事件都断一次电: 重启后各归各的。"""
    once = pair()
    both(*once)
    first, branch = pair(interrupt=Fuse(n))
    both(first, branch)

    assert isinstance(first.interrupt, Fuse)
    assert len(first.interrupt.burned) > 20
    assert differences(end_state(first), alone) == []
    assert differences(timeless(end_state(branch)), timeless(end_state(once[1]))) == []
    nothing_crossed(first, branch)


# ---- looking and asking ----------------------------------------------------------------------------------------------


ASKED = ("待办", "在办", "我的稿件", "0001", "进度 0001", "全文 0001", "记录 0001", "备案登记", "授权名单")


def test_the_same_userid_sees_only_its_own(pair: Pair) -> None:
    """同一个userid在两个单位: 在哪个应用里问, 只答哪个单位的。"""
    first, branch = pair()
    under_way(first, branch)
    for asked in ASKED:
        for user in USERIDS:
            first.says(user, asked)
            branch.says(user, asked)

    nothing_crossed(first, branch)


def test_the_pages_of_one_show_nothing_of_the_other(pair: Pair) -> None:
    """网页: 同一个编号在两个网址下是两件事; 只在一个单位的人打不开另一个单位的。"""
    first, branch = pair()
    under_way(first, branch)

    ours, theirs = opened(first, "limin", "/i/1"), opened(branch, "limin", "/i/1")
    assert (ours[0], OURS in ours[1], THEIRS in ours[1]) == (200, True, False)
    assert (theirs[0], OURS in theirs[1], THEIRS in theirs[1]) == (200, False, True)
    assert "/o/b/pages.css" in theirs[1]
    assert opened(branch, "limin", "/pages.css")[0] == 200

    assert opened(first, STRANGER, "/i/1")[0] == 200
    assert opened(branch, STRANGER, "/i/1")[0] == 404
    assert opened(branch, "limin", "/i/2")[0] == 404
    for place in ("/filings", "/i/1/record"):
        for user in USERIDS:
            assert THEIRS not in opened(first, user, place)[1]
            assert OURS not in opened(branch, user, place)[1]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_tap_replayed_at_the_others_address_is_refused(swapped: bool, pair: Pair) -> None:
    """一个应用的回调送到另一个的地址: 验签或解密不过, 悄悄拒收, 两边什么都不变。"""
    first, branch = pair()
    under_way(first, branch)
    here, there = (branch, first) if swapped else (first, branch)
    own, other = (f"{desk.url}/wecom/callback" for desk in (here, there))
    user, label = ("liuyang", "同意") if swapped else ("heping", "可以公开")
    user = next(u for u in USERIDS if label in " ".join(here.live(u, "0001")))
    card = here.card(user, "0001")
    button = next(b["key"] for b in card["button_list"] if b["text"].startswith(label))
    before = rows(first), rows(branch)

    here.connects(other)
    assert here.platform.tap(user, card["task_id"], button)["status"] == 403
    first.bot.settle()
    assert (rows(first), rows(branch)) == before

    here.connects(own)
    here.ended = True  # the platform may note that it was refused
    assert here.platform.tap(user, card["task_id"], button)["status"] == 200


# ---- time, people, settings ------------------------------------------------------------------------------------------


def test_each_is_reminded_of_its_own(pair: Pair) -> None:
    """催办、到期、换发卡片: 各催各的。"""
    first, branch = pair()
    under_way(first, branch)
    before = {desk.org: phones(desk).count("0001") for desk in (first, branch)}
    for _ in range(8):
        first.later(hours=12)

    assert all(phones(desk).count("0001") > before[desk.org] for desk in (first, branch))
    nothing_crossed(first, branch)


def test_a_sweep_of_one_leaves_the_other_alone(pair: Pair) -> None:
    """只扫一家的期限、只发一家的消息: 另一家的库里一行不动。"""
    first, branch = pair()
    under_way(first, branch)
    first.clock.set(first.clock.now().replace(day=24))
    before = rows(branch)
    assert first.bot.organisations[0].settle() > 0
    first.bot.organisations[0].sweeper.tidy()

    assert rows(branch) == before
    before = rows(first)
    assert first.bot.organisations[1].settle() > 0
    assert rows(first) == before


def test_people_grants_and_settings_belong_to_one(pair: Pair) -> None:
    """名册、授权、代办、栏目: 改一家的, 另一家的库里一行不动。"""
    first, branch = pair()
    under_way(first, branch)
    before = rows(branch)
    left = [seat for seat in CAST if seat.userid != "heping"]
    moment = first.clock.now()

    first.bot.writer.submit(lambda db: replace_seats(db, first.org, left, moment, "sys")).result()
    first.settle()
    first.says("wangfang", "撤销授权 张伟")
    first.says("wangfang", "授权 张伟")
    assert "应急知识" in first.says("wangfang", "栏目 增加 应急知识")
    first.says("zhengli", "已停用 腾讯网")

    assert "应急知识" in str(rows(first)["policy_changes"])
    assert rows(branch) == before
    assert "可以公开" not in " ".join(first.live("heping", "0001"))
