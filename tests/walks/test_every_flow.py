"""Every flow of every regulation we ship walks from its beginning to its end: no code knows a regulation by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.regulation import load, shipped
from bot.rules.accounts import opens
from bot.rules.item import Decision, Item, State
from bot.rules.regulation import Do, Flow, Kind
from tests.walks.desk import Desk
from tests.walks.robot import Robot

KINDS = (Kind.POST, Kind.ACCOUNT, Kind.MATTER)  # comments are walked by themselves
PAPER = "perf-assessment-paper"  # no accounts of its own: its flows are added to a regulation that has some
FLOWS = [(slug, flow.id) for slug in shipped() for flow in load(slug).flow if flow.kind in KINDS]
IDS = [f"{slug}-{flow}" for slug, flow in FLOWS]


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


@pytest.mark.parametrize(("slug", "flow_id"), FLOWS, ids=IDS)
def test_a_flow_walks_to_its_end(slug: str, flow_id: str, tmp_path: Path) -> None:
    """先审后发: 到发布之前, 每个无条件的审核环节都由另一个人办过; 有备案的编了号; 账号按流程登记。"""
    with Desk(tmp_path, **settings(slug)) as desk:  # type: ignore[arg-type]
        flow = desk.regulation.flow_of(flow_id)
        with_accounts(desk, flow)
        robot = Robot(desk, flow)
        item = robot.walk()
        assert item.state is State.DONE
        assert bool(item.published_at) == any(s.do is Do.PUBLISH for s in flow.steps)
        assert bool(item.filing_no) == bool(flow.file)
        assert passed(robot, item) >= {n for n, s in enumerate(flow.steps) if s.do is Do.CHECK and s.when is None}
        if flow.kind is Kind.ACCOUNT and opens(flow):
            with robot.reading() as reader:
                account = reader.account(item.account)
            assert account is not None
            assert account.state == "在用"
        assert desk.platform.violations() == []


def passed(robot: Robot, item: Item) -> set[int]:
    """Positions of the checks that somebody other than the drafter passed in the last round."""
    with robot.reading() as reader:
        moves = reader.moves(item.id)
    return {
        m.step for m in moves
        if m.decision is Decision.PASSED and m.round == item.round and m.actor != item.author
    }  # fmt: skip
