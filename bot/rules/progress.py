"""环节推进: the step engine. Pure functions from one Item to the next; what is not allowed raises IllegalMove.

The whole behaviour is in ALLOWED: which decision a kind of step accepts. A missing entry is the refusal.
先审后发 holds by construction: a publish step can only become current by passing every applicable step before it,
and every new wording begins a new round at the first step after its draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.rules.item import Decision, Item, Link, Move, State, Version
from bot.rules.regulation import Do, Flow, Step


class IllegalMove(Exception):
    """The move does not fit the item's present state. Its text is a sentence for the person."""


ALLOWED: dict[Do, frozenset[Decision]] = {
    Do.DRAFT: frozenset({Decision.SUBMITTED, Decision.WITHDRAWN, Decision.MOVED}),
    Do.CHECK: frozenset(
        {Decision.PASSED, Decision.RETURNED, Decision.HELD, Decision.CONFIRMED, Decision.WITHDRAWN, Decision.MOVED}
    ),
    Do.ASSIGN: frozenset({Decision.DONE, Decision.RETURNED, Decision.WITHDRAWN, Decision.MOVED}),
    Do.RECORD: frozenset({Decision.DONE, Decision.RETURNED, Decision.WITHDRAWN, Decision.MOVED}),
    Do.REPLY: frozenset({Decision.DONE, Decision.WITHDRAWN, Decision.MOVED}),
    Do.PUBLISH: frozenset({Decision.DONE, Decision.RETURNED, Decision.WITHDRAWN, Decision.MOVED}),
}


def expect(item: Item, decision: Decision, *, position: int, round: int) -> Step:
    """The step that `decision` is about. Raises IllegalMove when it is not the current one, or does not take it."""
    step = item.step
    if step is None:
        raise IllegalMove(f"{item.number} 已办结或已撤回")
    if (position, round) != (item.position, item.round):
        raise IllegalMove(f"{item.number} 已不在这一环节")
    if decision not in ALLOWED[step.do]:
        raise IllegalMove(f"{item.number} 现在是“{step.act}”环节，不能这样办理")
    return step


def applicable(item: Item) -> tuple[int, ...]:
    """Positions of the steps that exist for this item (conditional steps by its ticks and fields)."""
    if item.flow is None:
        return ()
    return tuple(i for i, step in enumerate(item.flow.steps) if item.applies(step))


def next_position(item: Item) -> int | None:
    """The first applicable position after the current one; None after the last."""
    return next((i for i in applicable(item) if i > item.position), None)


def draft_position(item: Item) -> int:
    """The nearest draft at or before the current step: where a return goes to."""
    assert item.flow is not None
    return max(i for i in applicable(item) if i <= item.position and item.flow.steps[i].do is Do.DRAFT)


def _advance(item: Item, at: datetime) -> Item:
    position = next_position(item)
    if position is None:
        return replace(item, state=State.DONE, since=at, seq=item.seq + 1)
    return replace(item, position=position, since=at, seq=item.seq + 1)


def submit(item: Item, version: Version, at: datetime) -> Item:
    """The drafter hands in a wording: a new round begins, and every earlier check of this stage is void (第五条)."""
    if item.flow is None:
        raise IllegalMove("还没有选择类别")
    if item.state is State.PREPARING:
        item = replace(item, state=State.RUNNING)
    if not item.awaiting(Do.DRAFT):
        raise IllegalMove(f"{item.number} 已送审")
    return _advance(replace(item, current=version, round=item.round + 1, approved_at=None), at)


def reopen(item: Item, at: datetime) -> Item:
    """The drafter takes the item back to change it: to the nearest earlier draft. Raises IllegalMove once published."""
    if item.state is not State.RUNNING or item.flow is None:
        raise IllegalMove(f"{item.number} 已办结或已撤回，不能再改")
    if item.links:
        raise IllegalMove(f"{item.number} 已开始发布，不能再改")
    return _to_draft(item, at)


def pass_check(item: Item, role: str, moves: Sequence[Move], at: datetime) -> Item:
    """One role agrees. The step is done when every role of a 会签 has agreed in this round.

    `moves` are the earlier ones of the item. `approved_at` is set when no check is left before publishing.
    """
    step = expect(item, Decision.PASSED, position=item.position, round=item.round)
    if role in passed_roles(item, moves):
        raise IllegalMove(f"{item.number} 的“{step.act}”已经办过")
    if not set(step.by) <= passed_roles(item, moves) | {role}:
        return replace(item, seq=item.seq + 1)
    after = _advance(item, at)
    return replace(after, approved_at=at) if not checks_left(after) and item.approved_at is None else after


def passed_roles(item: Item, moves: Sequence[Move]) -> set[str]:
    """Roles that have passed the current step in the current round."""
    return {
        move.role
        for move in moves
        if move.decision is Decision.PASSED and move.round == item.round and move.step == item.position
    }


def checks_left(item: Item) -> bool:
    """Whether an applicable check lies at or after the current step."""
    if item.flow is None or item.step is None:
        return False
    return any(item.flow.steps[i].do is Do.CHECK for i in applicable(item) if i >= item.position)


def send_back(item: Item, reason: str, at: datetime) -> Item:
    """退回 to the nearest earlier draft. Raises IllegalMove without a reason."""
    expect(item, Decision.RETURNED, position=item.position, round=item.round)
    if not reason.strip():
        raise IllegalMove("退回须写明理由")
    return _to_draft(item, at)


def _to_draft(item: Item, at: datetime) -> Item:
    """What publishing must cover is forgotten too: the new wording may have other channels."""
    return replace(item, position=draft_position(item), since=at, seq=item.seq + 1, approved_at=None, platforms=())


def record(item: Item, form: dict[str, str], at: datetime) -> Item:
    """A record or assign step is done; its fields join the item's form."""
    expect(item, Decision.DONE, position=item.position, round=item.round)
    return _advance(replace(item, form={**item.form, **form}), at)


def begin_publishing(item: Item, platforms: tuple[str, ...]) -> Item:
    """Fix what publishing must cover: the platforms in use at this moment (saws 三, R2)."""
    return replace(item, platforms=platforms)


def publish(item: Item, links: Sequence[Link], at: datetime) -> Item:
    """Record links or reasons of omission; the step is done when every platform has one.

    Raises IllegalMove when publishing is not the current step, or nothing at all was published.
    """
    expect(item, Decision.DONE, position=item.position, round=item.round)
    if not item.awaiting(Do.PUBLISH):
        raise IllegalMove(f"{item.number} 未经审定，不能发布")
    known = {link.platform: link for link in item.links} | {link.platform: link for link in links}
    item = replace(item, links=tuple(known.values()))
    if missing_platforms(item):
        return item
    if not any(link.url for link in item.links):
        raise IllegalMove("至少要有一个平台的链接；都没有发布的，请选“有问题”")
    return _advance(replace(item, published_at=at), at)


def missing_platforms(item: Item) -> tuple[str, ...]:
    done = {link.platform for link in item.links}
    return tuple(p for p in item.platforms if p not in done)


def withdraw(item: Item, at: datetime) -> Item:
    """撤回 by the drafter. Raises IllegalMove once a platform has it, or when it is over."""
    if item.published_at:
        raise IllegalMove(f"{item.number} 已发布，不能撤回")
    if not item.open:
        raise IllegalMove(f"{item.number} 已办结或已撤回")
    if item.links:
        raise IllegalMove(f"{item.number} 已开始发布，不能撤回")
    return replace(item, state=State.WITHDRAWN, since=at, seq=item.seq + 1)


def change_flow(item: Item, flow: Flow, reason: str, at: datetime) -> Item:
    """Move the item to another flow of its kind: it begins there after the first draft (rule 11 for every policy)."""
    if not reason.strip():
        raise IllegalMove("换类别须写明理由")
    if item.state is not State.RUNNING or item.flow is None or item.links:
        raise IllegalMove(f"{item.number} 现在不能换类别")
    if flow.kind is not item.kind or flow.id == item.flow.id:
        raise IllegalMove("请换成同一种事项的另一个类别")
    moved = replace(item, flow=flow, position=0, round=item.round + 1, approved_at=None, platforms=())
    if item.awaiting(Do.DRAFT):
        return replace(moved, round=item.round, since=at, seq=item.seq + 1)
    return _advance(moved, at)
