"""Every post flow of every regulation we ship walks from its draft to its end: no code knows a regulation by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.regulation import load, shipped
from bot.rules.item import Decision, Item, State
from bot.rules.regulation import Do, Kind
from storage.db import open_reading
from storage.read import Reader
from tests.walks.desk import Desk
from tests.walks.robot import Robot

# A second draft step (mutual-aid-society's 编辑整理) belongs to matters that are not built yet.
FLOWS = [
    (slug, flow.id)
    for slug in shipped()
    for flow in load(slug).flows(Kind.POST)
    if sum(step.do is Do.DRAFT for step in flow.steps) == 1
]


@pytest.mark.parametrize(("slug", "flow_id"), FLOWS, ids=[f"{slug}-{flow}" for slug, flow in FLOWS])
def test_a_post_flow_walks_to_its_end(slug: str, flow_id: str, tmp_path: Path) -> None:
    """先审后发: 到发布之前, 每个无条件的审核环节都由另一个人办过; 有备案的编了号。"""
    with Desk(tmp_path, slug=slug) as desk:
        flow = desk.regulation.flow_of(flow_id)
        item = Robot(desk, flow).walk()
        assert item.state is State.DONE
        assert item.published_at is not None
        assert bool(item.filing_no) == bool(flow.file)
        assert passed(desk, item) >= {n for n, s in enumerate(flow.steps) if s.do is Do.CHECK and s.when is None}
        assert desk.platform.violations() == []


def passed(desk: Desk, item: Item) -> set[int]:
    """Positions of the checks that somebody other than the drafter passed in the last round."""
    db = open_reading(desk.config().storage.path)
    try:
        moves = Reader(db, desk.bot.org).moves(item.id)
    finally:
        db.close()
    return {
        m.step for m in moves
        if m.decision is Decision.PASSED and m.round == item.round and m.actor != item.author
    }  # fmt: skip
