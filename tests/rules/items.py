"""Flows and items made of thin air, for tests of the step engine."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.rules.item import Item, State, Version
from bot.rules.regulation import Do, Flow, Kind, Step

NOW = datetime(2025, 3, 17, 1, 0, tzinfo=UTC)
ROLES = ("r0", "r1", "r2", "r3", "r4")
TICKS = ("甲", "乙")


def step(do: Do, *by: str, act: str = "", when: str | None = None) -> Step:
    return Step(by=by or ("r0",), do=do, act=act or do.value, when=when)


def flow(*steps: Step, id: str = "f", **more: object) -> Flow:
    return Flow.model_validate({"id": id, "kind": Kind.POST, "label": id, "steps": steps, **more})


def item(of: Flow, *, position: int = 0, round: int = 0, state: State = State.RUNNING, author: str = "author") -> Item:
    return Item(
        id=1, org="org", kind=of.kind, unit="unit", author=author, created_at=NOW, state=state, flow=of,
        position=position, round=round, current=Version(1, "标题", "正文", by=author, at=NOW if round else None),
    )  # fmt: skip


@st.composite
def stages(draw: st.DrawFn) -> list[Step]:
    """A draft and what follows it up to the next one: publishing only behind an unconditional check."""
    found = [step(Do.DRAFT, "r0", act="起草")]
    checked = False
    for _ in range(draw(st.integers(0, 5))):
        do = draw(st.sampled_from([Do.CHECK, Do.CHECK, Do.CHECK, Do.RECORD, Do.ASSIGN, Do.REPLY, Do.PUBLISH]))
        when = draw(st.sampled_from([None, None, *TICKS]))
        by = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=2 if do is Do.CHECK else 1, unique=True))
        if do is Do.PUBLISH and not checked:
            continue
        checked = checked or (do is Do.CHECK and when is None)
        found.append(step(do, *by, when=when))
    return found


@st.composite
def flows(draw: st.DrawFn, id: str = "f") -> Flow:
    """Any post flow that a file may hold (先审后发): one to three drafts, and publishing at the end."""
    found = [s for _ in range(draw(st.integers(1, 3))) for s in draw(stages())]
    return flow(*found, step(Do.CHECK, draw(st.sampled_from(ROLES))), step(Do.PUBLISH, "r4"), id=id)
