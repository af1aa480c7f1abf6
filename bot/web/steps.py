"""Which step a decision was about. After a change of flow, `Move.step` counts in a flow the item no longer has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.rules.item import Decision, Item, Move
from bot.rules.progress import ALLOWED
from bot.rules.regulation import Flow, Regulation, Step


def steps_of(item: Item, moves: Sequence[Move], regulation: Regulation) -> tuple[Step | None, ...]:
    """The step of each move; None where it cannot be said for certain."""
    parts: list[list[Move]] = [[]]
    for move in moves:
        parts[-1].append(move)
        if move.decision is Decision.MOVED:
            parts.append([])
    *former, last = parts
    flows = regulation.flows(item.kind)
    return tuple(chain.from_iterable([*(_guessed(part, flows) for part in former), _own(last, item.flow)]))


def _own(part: Sequence[Move], flow: Flow | None) -> list[Step | None]:
    steps = flow.steps if flow else ()
    return [steps[move.step] if move.step < len(steps) else None for move in part]


def _guessed(part: Sequence[Move], flows: Sequence[Flow]) -> list[Step | None]:
    """Of a flow that fits all of these moves; several that fit must agree on the step."""
    fitting = [flow for flow in flows if all(_fits(move, flow) for move in part)]
    return [_agreed([flow.steps[move.step] for flow in fitting]) for move in part]


def _fits(move: Move, flow: Flow) -> bool:
    if move.step >= len(flow.steps):
        return False
    step = flow.steps[move.step]
    return move.decision in ALLOWED[step.do] and (not move.role or move.role in step.by)


def _agreed(steps: Sequence[Step]) -> Step | None:
    words = {(step.act, step.do, step.passes, step.returns, step.holds, step.record) for step in steps}
    return steps[0] if len(words) == 1 else None
