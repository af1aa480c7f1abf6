"""Every flow of every regulation we ship walks from its beginning to its end: no code knows a regulation by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo import seats_for
from bot.regulation import load, shipped
from bot.rules.accounts import opens
from bot.rules.item import Decision, Item, State
from bot.rules.regulation import Do, Flow, Kind, Regulation
from bot.rules.roster import Seat
from tests.walks.crashing import CrashDesk, Fuse
from tests.walks.desk import Desk
from tests.walks.detours import (
    ENDS,
    ONE,
    OTHER,
    Detour,
    handed_back,
    known_to,
    one_hands_back,
    reassigned,
    returned,
    ticked,
    to_several,
    twins,
    walk,
    wanted_answers,
)
from tests.walks.flows import differences, end_state, flaws
from tests.walks.robot import Robot

KINDS = (Kind.POST, Kind.ACCOUNT, Kind.MATTER, Kind.COMMENT)
PAPER = "perf-assessment-paper"  # no accounts of its own: its flows are added to a regulation that has some
FLOWS = [(slug, flow.id) for slug in shipped() for flow in load(slug).flow if flow.kind in KINDS]
IDS = [f"{slug}-{flow}" for slug, flow in FLOWS]
POINTS: tuple[int | str, ...] = (1, 2, 3, 4, "before commit", 5, 6, "after commit", 8)  # a tap of any walk has so many
MOST_POINTS, FEWEST_POINTS = 40, 6


def _detours() -> Iterator[tuple[int, str, str, Detour]]:
    """Every detour of every flow, numbered."""
    n = 0
    for slug, flow_id in FLOWS:
        for detour in known_to(load(slug).flow_of(flow_id), load(slug)):
            yield n, slug, flow_id, detour
            n += 1


def _name(n: int, slug: str, flow_id: str, detour: Detour) -> str:
    return f"{slug}-{flow_id}-{detour.__name__}"


DETOURS = tuple(_detours())
SAMPLE = DETOURS[::19]


def somebody_for_all(regulation: Regulation) -> tuple[Seat, ...]:
    """One made-up person a role: comments are answered by people whom the examples of posts do not name."""
    return seats_for(regulation.model_copy(update={"slug": ""}))


def settings(slug: str) -> dict[str, object]:
    return {"slug": "newmedia-trial", "add": (PAPER,)} if slug == PAPER else {"slug": slug}


def with_accounts(desk: Desk, flow: Flow) -> None:
    """What an account flow is about: an account of the register, opened by the regulation's own flow if it has one."""
    if flow.kind is not Kind.ACCOUNT or opens(flow):
        return
    opening = next((f for f in desk.regulation.flows(Kind.ACCOUNT) if opens(f)), None)
    if opening is not None:
        robot = Robot(desk, opening)
        assert robot.walk().state is State.DONE
    elif not any(c.account for c in desk.regulation.channel.values()):
        who = next(s.userid for s in desk.seats if s.role and desk.regulation.role[s.role].oversees)
        channel = next(iter(desk.regulation.channel.values())).label.replace("(", "(")
        assert "已登记" in desk.says(who, f"登记账号 {channel} 官方号")


@dataclass(frozen=True)
class Walked:
    """One walk and its end."""

    item: Item
    end: dict[str, Any]
    burned: int = 0
    flow: Flow | None = None


def walked(
    slug: str, flow_id: str, folder: Path, kind: type[Desk] = Desk, *, detour: Detour | None = None, **more: Any
) -> Walked:
    """A flow from its beginning to its end, on a desk of this kind, with a detour or straight on."""
    folder.mkdir()
    chosen = settings(slug) | more
    regulation = load(str(chosen["slug"]), chosen.get("add", ()))  # type: ignore[arg-type]
    if regulation.flow_of(flow_id).kind is Kind.COMMENT:
        chosen["seats"] = somebody_for_all(regulation)
    if detour:
        chosen["seats"] = twins(regulation, chosen.get("seats", ()))  # type: ignore[arg-type]
    with kind(folder, **chosen) as desk:  # type: ignore[arg-type]
        flow = desk.regulation.flow_of(flow_id)
        with_accounts(desk, flow)
        robot = Robot(desk, flow)
        robot.answers = wanted_answers(flow) if detour is ticked else {}
        robot.grave = detour is not None
        item = walk(robot, detour) if detour else robot.walk()
        if detour is None:
            ends_well(robot, item)
        assert flaws(desk) == []
        burned = desk.interrupt.burned if isinstance(desk.interrupt, Fuse) else []
        return Walked(item, end_state(desk), len(burned), flow)


def ends_well(robot: Robot, item: Item) -> None:
    """先审后发: 到发布之前, 每个无条件的审核环节都由另一个人办过; 有备案的编了号; 账号按流程登记。"""
    flow = robot.flow
    assert item.state is State.DONE
    assert bool(item.published_at) == any(s.do is Do.PUBLISH for s in flow.steps)
    assert bool(item.filing_no) == bool(flow.file)
    assert passed(robot, item) >= {n for n, s in enumerate(flow.steps) if s.do is Do.CHECK and s.when is None}
    if flow.kind is Kind.ACCOUNT and opens(flow):
        with robot.reading() as reader:
            account = reader.account(item.account)
        assert account is not None
        assert account.state == "在用"


def a_point(n: int) -> int | str:
    """Where the nth flow is cut."""
    return POINTS[n % len(POINTS)]


@pytest.mark.rule("every-8")
@pytest.mark.parametrize(("n", "slug", "flow_id"), [(n, *which) for n, which in enumerate(FLOWS)], ids=IDS)
def test_a_flow_walks_to_its_end(n: int, slug: str, flow_id: str, tmp_path: Path) -> None:
    """每种流程都走得到头; 每个回调来两次、断在某一步, 结果都和没出事一样: 事项、留痕、备案、账号、期限、消息。"""
    plain = walked(slug, flow_id, tmp_path / "plain")
    twice = walked(slug, flow_id, tmp_path / "twice", twice=True)
    assert differences(twice.end, plain.end) == []

    cut = walked(slug, flow_id, tmp_path / "cut", CrashDesk, interrupt=Fuse(a_point(n)))
    assert cut.burned
    assert differences(cut.end, plain.end) == []


@pytest.mark.parametrize(("n", "slug", "flow_id", "detour"), SAMPLE, ids=[_name(*one) for one in SAMPLE])
def test_a_detour_ends_the_same(n: int, slug: str, flow_id: str, detour: Detour, tmp_path: Path) -> None:
    """退回重报、撤回、标注、交给几个单位、交回、改派: 重发和断电也不改变结果。"""
    takes_a_detour(a_point(n), slug, flow_id, detour, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize(("n", "slug", "flow_id", "detour"), DETOURS, ids=[_name(*one) for one in DETOURS])
def test_every_detour_ends_the_same(n: int, slug: str, flow_id: str, detour: Detour, tmp_path: Path) -> None:
    """每种流程的每种岔路。"""
    takes_a_detour(a_point(n), slug, flow_id, detour, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize(("slug", "flow_id"), FLOWS, ids=IDS)
def test_a_flow_is_cut_at_every_point(slug: str, flow_id: str, tmp_path: Path) -> None:
    """每种流程断在每个事件的每一步, 提交之前和之后。"""
    plain = walked(slug, flow_id, tmp_path / "plain")
    for n in (*range(1, MOST_POINTS), "before commit", "after commit"):
        cut = walked(slug, flow_id, tmp_path / f"cut {n}", CrashDesk, interrupt=Fuse(n))
        assert differences(cut.end, plain.end) == [], n
        assert cut.burned or (isinstance(n, int) and n > FEWEST_POINTS), n


def takes_a_detour(at: int | str, slug: str, flow_id: str, detour: Detour, folder: Path) -> None:
    plain = walked(slug, flow_id, folder / "plain", detour=detour)
    assert plain.item.state is ENDS.get(detour, State.DONE)
    twice = walked(slug, flow_id, folder / "twice", detour=detour, twice=True)
    assert differences(twice.end, plain.end) == []
    cut = walked(slug, flow_id, folder / "cut", CrashDesk, detour=detour, interrupt=Fuse(at))
    assert cut.burned
    assert differences(cut.end, plain.end) == []


@pytest.mark.parametrize(
    ("slug", "flow_id", "detour", "seen"),
    [
        ("saws", "campaign", ticked, lambda item: "报中国政府网发布" in item.ticks and item.form["首发结果"]),
        ("gov-newmedia-trial", "audit", ticked, lambda item: item.form["审核结论"] == "不合格"),
        ("citics", "post", returned, lambda item: item.round == 2),
        ("citics", "notice", to_several, lambda item: set(item.units) == {ONE, OTHER}),
        ("citics", "misuse", handed_back, lambda item: item.lap == 2),
        ("dalong-school", "request", one_hands_back, lambda item: item.units == (OTHER,)),
        ("newmedia-trial", "post", reassigned, lambda item: item.named or item.state is State.DONE),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_detour_is_really_taken(
    slug: str, flow_id: str, detour: Detour, seen: Callable[[Item], object], tmp_path: Path
) -> None:
    """岔路真的走过: 环节加上了, 退回了一次, 几个单位各办各的, 交回后另交, 换了人。"""
    assert seen(walked(slug, flow_id, tmp_path / "plain", detour=detour).item)


def passed(robot: Robot, item: Item) -> set[int]:
    """Positions of the checks that somebody other than the drafter passed in the last round."""
    with robot.reading() as reader:
        moves = reader.moves(item.id)
    return {
        m.step for m in moves
        if m.decision is Decision.PASSED and m.round == item.round and m.actor != item.author
    }  # fmt: skip
