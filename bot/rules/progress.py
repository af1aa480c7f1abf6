"""环节推进: the step engine. Pure functions from one Item to the next; what is not allowed raises IllegalMove.

The whole behaviour is in ALLOWED: which decision a kind of step accepts. A missing entry is the refusal.
先审后发 holds by construction: a publish step can only become current by passing every applicable step before it,
and every new wording begins a new round at the first step after its draft.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.item import Decision, Item, Link, Move, State, Version
from bot.rules.regulation import Do, Flow, Step


class IllegalMove(Exception):
    """The move does not fit the item's present state. Its text is a sentence for the person."""


class OnHold(IllegalMove):
    """Those who oversee have stopped the item (listed-company-ir-R6): nothing moves until they resume it."""


ALLOWED: dict[Do, frozenset[Decision]] = {
    Do.DRAFT: frozenset(
        {
            Decision.SUBMITTED, Decision.RETURNED, Decision.DONE, Decision.HANDED_BACK, Decision.WITHDRAWN,
            Decision.MOVED,
        }
    ),
    Do.CHECK: frozenset(
        {
            Decision.PASSED, Decision.RETURNED, Decision.HELD, Decision.CONFIRMED, Decision.HANDED_BACK,
            Decision.WITHDRAWN, Decision.MOVED,
        }
    ),
    Do.ASSIGN: frozenset({Decision.DONE, Decision.RETURNED, Decision.WITHDRAWN, Decision.MOVED}),
    Do.RECORD: frozenset(
        {Decision.DONE, Decision.RETURNED, Decision.HANDED_BACK, Decision.WITHDRAWN, Decision.MOVED}
    ),
    Do.REPLY: frozenset({Decision.DONE, Decision.RETURNED, Decision.HANDED_BACK, Decision.WITHDRAWN, Decision.MOVED}),
    Do.PUBLISH: frozenset(
        {
            Decision.DONE, Decision.RETURNED, Decision.TESTED, Decision.CONFIRMED, Decision.WITHDRAWN, Decision.MOVED,
        }
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """One part of a step: any one of `roles` does it, for `unit` ("": it is not done unit by unit)."""

    roles: tuple[str, ...]
    unit: str = ""


NO_ROLES: frozenset[str] = frozenset()


def duties(item: Item, step: Step, own: Collection[str] = NO_ROLES) -> tuple[Duty, ...]:
    """What a step consists of: a check of every role (会签), an `own` part of each of several 承办单位."""
    units = item.units or ("",)
    if step.do is not Do.CHECK:
        per_unit = any(role in own for role in step.by)
        return tuple(Duty(step.by, unit) for unit in (units if per_unit else ("",)))
    found = (Duty((role,), unit if role in own else "") for role in step.by for unit in units)
    return tuple(dict.fromkeys(found))


def done_duties(item: Item, step: Step, moves: Sequence[Move], own: Collection[str] = NO_ROLES) -> frozenset[Duty]:
    """The parts of the current step that have been done in this round, since it was last assigned."""
    wanted = Decision.PASSED if step.do is Do.CHECK else Decision.DONE
    made = [m for m in moves if (m.decision, m.round, m.lap, m.step) == (wanted, item.round, item.lap, item.position)]
    return frozenset(d for d in duties(item, step, own) for m in made if m.role in d.roles and m.unit in ("", d.unit))


def expect(item: Item, decision: Decision, *, position: int, round: int) -> Step:
    """The step that `decision` is about. Raises IllegalMove when it is not the current one, or does not take it."""
    step = item.step
    if step is None:
        raise IllegalMove(f"{item.number} 已办结或已撤回")
    not_held(item)
    if (position, round) != (item.position, item.round):
        raise IllegalMove(f"{item.number} 已不在这一环节")
    if decision not in ALLOWED[step.do]:
        raise IllegalMove(f"{item.number} 现在是“{step.act}”环节，不能这样办理")
    return step


def not_held(item: Item) -> None:
    """Every act passes here. Raises OnHold; taking an item back or withdrawing it leads away from publishing."""
    if item.held:
        raise OnHold(f"{item.number} 已暂停：{item.held}，恢复后再办")


def applicable(item: Item) -> tuple[int, ...]:
    """Positions of the steps that exist for this item (conditional steps by its ticks and fields)."""
    if item.flow is None:
        return ()
    return tuple(i for i, step in enumerate(item.flow.steps) if item.applies(step))


BY_ROSTER = "roster"  # who set a tick that comes with the unit


def marked(item: Item, flow: Flow, marks: Sequence[str]) -> Item:
    """With the ticks its unit is marked with, as far as the flow has steps for them; set by the roster, for good."""
    wanted = {step.when for step in flow.steps if step.when in marks}
    return replace(item, ticks=item.ticks | {tick: BY_ROSTER for tick in marks if tick in wanted})


def next_position(item: Item) -> int | None:
    """The first applicable position after the current one; None after the last."""
    return next((i for i in applicable(item) if i > item.position), None)


def draft_position(item: Item) -> int:
    """The nearest draft at or before the current step: where a return goes to."""
    return _drafts(item)[-1]


def _drafts(item: Item) -> list[int]:
    assert item.flow is not None
    return [i for i in applicable(item) if i <= item.position and item.flow.steps[i].do is Do.DRAFT]


def first_draft(item: Item) -> bool:
    """Whether it lies with the one who began it, not with a later draft step of other people."""
    return item.flow is None or len(_drafts(item)) <= 1


def with_author(item: Item) -> bool:
    """Whether it lies with the one who began it: what the scheduler began has nobody like that before it is sent."""
    return bool(item.author) and item.awaiting_draft and first_draft(item)


def _advance(item: Item, at: datetime) -> Item:
    position = next_position(item)
    if position is None:
        return replace(item, state=State.DONE, since=at, seq=item.seq + 1)
    return replace(item, position=position, since=at, seq=item.seq + 1)


def submit(item: Item, version: Version, at: datetime) -> Item:
    """The drafter hands in a wording: a new round begins, and every earlier check of this stage is void (第五条)."""
    if item.flow is None:
        raise IllegalMove("还没有选择类别")
    not_held(item)
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


def pass_check(
    item: Item, role: str, moves: Sequence[Move], at: datetime, *, unit: str = "", own: Collection[str] = NO_ROLES
) -> Item:
    """One role agrees (for `unit`, of several). The step is done when every part of a 会签 has been agreed to.

    `moves` are the earlier ones of the item. `approved_at` is set when no check is left before publishing.
    """
    step = expect(item, Decision.PASSED, position=item.position, round=item.round)
    if not complete(item, step, role, moves, unit, own):
        return replace(item, seq=item.seq + 1)
    return _past_check(item, at)


def _past_check(item: Item, at: datetime) -> Item:
    """On from a check: it is approved when none is left."""
    after = _advance(item, at)
    return replace(after, approved_at=at) if not checks_left(after) and item.approved_at is None else after


def complete(
    item: Item, step: Step, role: str, moves: Sequence[Move], unit: str = "", own: Collection[str] = NO_ROLES
) -> bool:
    """Whether this part done now is the last one of the step. Raises IllegalMove when it had been done before."""
    wanted, done = duties(item, step, own), done_duties(item, step, moves, own)
    mine = {d for d in wanted if role in d.roles and unit in ("", d.unit)}
    if mine and mine <= done:
        raise IllegalMove(f"{item.number} 的“{step.act}”已经办过")
    return set(wanted) <= done | mine


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
    return _to_draft(item, at, before=item.awaiting(Do.DRAFT))


def _to_draft(item: Item, at: datetime, *, before: bool = False) -> Item:
    """What publishing must cover is forgotten too: the new wording may have other channels.

    So is to whom single steps were given (改派): that was about this passage, not about the next one.
    `before`: the one who drafts now gives it back to the draft before his own.
    """
    places = _drafts(item)[:-1] if before else _drafts(item)
    if not places:
        raise IllegalMove(f"{item.number} 没有可以退回的起草环节")
    return replace(
        item, position=places[-1], since=at, seq=item.seq + 1, approved_at=None, platforms=(), batch=0, named={},
    )  # fmt: skip




def record(
    item: Item, form: dict[str, str], at: datetime, *, role: str = "", moves: Sequence[Move] = (), unit: str = "",
    own: Collection[str] = NO_ROLES,
) -> Item:  # fmt: skip
    """A record step is done, or this unit's part of it; its fields join the item's form."""
    step = expect(item, Decision.DONE, position=item.position, round=item.round)
    item = replace(item, form={**item.form, **form})
    if not complete(item, step, role or step.by[0], moves, unit, own):
        return replace(item, seq=item.seq + 1)
    return _back_to_work(item, at) if goes_back(step, form) else _advance(item, at)


def goes_back(step: Step, form: Mapping[str, str]) -> bool:
    """Whether what was recorded at this step sends the item back to the work before it (回访结果=不满意)."""
    name, _, value = step.back.partition("=")
    return bool(step.back) and form.get(name) == value


def _back_to_work(item: Item, at: datetime) -> Item:
    """To the nearest earlier record, or else the nearest earlier reply; what was done from there on counts no more."""
    assert item.flow is not None
    before = [i for i in applicable(item) if i < item.position]
    places = [i for do in (Do.RECORD, Do.REPLY) for i in reversed(before) if item.flow.steps[i].do is do]
    if not places:
        return _advance(item, at)
    place = places[0]
    written = [i for i in before if 0 < i < place and item.flow.steps[i].do is Do.DRAFT]
    if item.flow.steps[place].do is Do.REPLY and written:  # an answer that was written and checked is written anew
        place = written[-1]
    asked = {name for step in item.flow.steps[place:] for name in step.form}
    form = {name: value for name, value in item.form.items() if name not in asked}
    return replace(item, position=place, form=form, lap=item.lap + 1, since=at, seq=item.seq + 1, reopened_at=at)


def record_again(item: Item, form: dict[str, str], at: datetime) -> Item:
    """One round of a step that repeats: it stays with its holder, and its deadline counts anew."""
    step = expect(item, Decision.DONE, position=item.position, round=item.round)
    if not step.repeat:
        raise IllegalMove(f"{item.number} 的“{step.act}”办一次就完成")
    return replace(item, form={**item.form, **form}, lap=item.lap + 1, since=at, seq=item.seq + 1)


def assign(item: Item, units: Sequence[str], at: datetime) -> Item:
    """交办: these are the 承办单位 now; each does the own steps that follow."""
    expect(item, Decision.DONE, position=item.position, round=item.round)
    if not item.awaiting(Do.ASSIGN):
        raise IllegalMove(f"{item.number} 现在不能交办")
    if not units:
        raise IllegalMove("请写明交给哪个单位")
    several = tuple(dict.fromkeys(units)) if len(set(units)) > 1 else ()
    return _advance(replace(item, unit=units[0], units=several, lap=item.lap + 1), at)


def assign_position(item: Item) -> int | None:
    """The nearest assign before the current step: where a wrong assignment goes back to."""
    assert item.flow is not None
    found = [i for i in applicable(item) if i < item.position and item.flow.steps[i].do is Do.ASSIGN]
    return found[-1] if found else None


def hand_back(
    item: Item, unit: str, reason: str, at: datetime, *, moves: Sequence[Move] = (), own: Collection[str] = NO_ROLES,
    to: int | None = None,
) -> Item:  # fmt: skip
    """不归我们: to the assign before it; of several units only this one drops out. Raises IllegalMove.

    `to`: where no assign set the unit, the first draft whose author chose it.
    """
    step = expect(item, Decision.HANDED_BACK, position=item.position, round=item.round)
    position = assign_position(item) if to is None else to
    if position is None:
        raise IllegalMove(f"{item.number} 不是交办的，不能交回")
    if not reason.strip():
        raise IllegalMove("交回须写明理由")
    left = tuple(u for u in item.units if u != unit)
    if unit and left:
        item = replace(item, units=left, unit=left[0], seq=item.seq + 1)
        if not set(duties(item, step, own)) <= done_duties(item, step, moves, own):
            return item
        return _past_check(item, at) if step.do is Do.CHECK else _advance(item, at)
    return replace(item, position=position, units=(), named={}, since=at, seq=item.seq + 1)


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


def hold(item: Item, reason: str, by: str) -> Item:
    """暂停 by who oversees. Raises IllegalMove without a reason, and when there is nothing to stop."""
    if item.state is not State.RUNNING:
        raise IllegalMove(f"{item.number} 不在办理中，不用暂停")
    not_held(item)
    if not reason.strip():
        raise IllegalMove(f"暂停须写明理由，例如“暂停 {item.number} 未披露信息”")
    return replace(item, held=reason.strip(), held_by=by, seq=item.seq + 1)


def resume(item: Item) -> Item:
    if not item.held:
        raise IllegalMove(f"{item.number} 没有暂停")
    return replace(item, held="", held_by="", seq=item.seq + 1)


# ---- ticks -----------------------------------------------------------------------------------------------------------


def tick_places(item: Item, tick: str) -> tuple[int, ...]:
    """Positions of the steps that exist only with this tick."""
    steps = item.flow.steps if item.flow else ()
    return tuple(i for i, step in enumerate(steps) if step.when == tick)


def settable_ticks(item: Item) -> tuple[str, ...]:
    """What may be ticked now: conditions of steps that all lie ahead, not set yet."""
    steps = item.flow.steps if item.flow else ()
    names = dict.fromkeys(step.when for step in steps if step.when and "=" not in step.when)
    return tuple(t for t in names if t not in item.ticks and min(tick_places(item, t)) > item.position)


def set_tick(item: Item, tick: str, by: str) -> Item:
    """标注: the steps of this tick exist from now on. Raises IllegalMove when their place has been passed."""
    not_held(item)
    places = tick_places(item, tick)
    if not item.open or not places:
        raise IllegalMove(f"{item.number} 没有“{tick}”这个标注" if item.open else f"{item.number} 已办结或已撤回")
    if tick in item.ticks:
        raise IllegalMove(f"{item.number} 已标注“{tick}”")
    if min(places) <= item.position:
        raise IllegalMove(f"{item.number} 已过“{tick}”的环节，不能再标注")
    after = replace(item, ticks={**item.ticks, tick: by}, seq=item.seq + 1)
    return replace(after, approved_at=None) if checks_left(after) else after


def clear_tick(item: Item, tick: str, by: str, reason: str, at: datetime) -> Item:
    """取消标注 by who set it; at the ticked step itself the item goes on. Raises IllegalMove with the sentence."""
    if not item.open:
        raise IllegalMove(f"{item.number} 已办结或已撤回")
    not_held(item)
    if tick not in item.ticks:
        raise IllegalMove(f"{item.number} 没有标注“{tick}”")
    if item.ticks[tick] != by:
        raise IllegalMove(f"“{tick}”不是您标注的，只有标注的人可以取消")
    if any(place < item.position for place in tick_places(item, tick)):
        raise IllegalMove(f"{item.number} 的“{tick}”环节已经办过，不能取消标注")
    if not reason.strip():
        raise IllegalMove(f"取消标注须写明理由，例如“取消标注 {item.number} {tick} 已当面说明”")
    here = item.position in tick_places(item, tick)
    after = replace(item, ticks={k: v for k, v in item.ticks.items() if k != tick}, seq=item.seq + 1)
    if item.state is not State.RUNNING or not here:
        return after
    after = _advance(after, at)
    return replace(after, approved_at=after.approved_at or at) if not checks_left(after) else after


# ---- levels ----------------------------------------------------------------------------------------------------------


def _checks(flow: Flow) -> set[tuple[tuple[str, ...], str]]:
    return {(step.by, step.act) for step in flow.steps if step.do is Do.CHECK}


def lowered_too_late(item: Item, flow: Flow, moves: Sequence[Move]) -> str:
    """gov-weibo-assessment-R17: none may lower the level after a higher check. The check that was passed, or nothing.

    A flow is lower when its checks are a proper subset of the present one's. Positions of moves before the last
    change of flow belong to another flow; there the role tells which check it was.
    """
    if item.flow is None or not _checks(flow) < _checks(item.flow):
        return ""
    lacking = _checks(item.flow) - _checks(flow)
    since = max((n for n, m in enumerate(moves) if m.decision is Decision.MOVED), default=-1)
    for n, move in enumerate(moves):
        if move.decision is not Decision.PASSED:
            continue
        step = item.flow.steps[move.step] if n > since and move.step < len(item.flow.steps) else None
        for by, act in lacking:
            if (step is None and move.role in by) or (step is not None and (step.by, step.act) == (by, act)):
                return act
    return ""


def change_flow(item: Item, flow: Flow, reason: str, at: datetime, moves: Sequence[Move] = ()) -> Item:
    """Move the item to another flow of its kind: it begins there after the first draft (rule 11 for every policy)."""
    not_held(item)
    if not reason.strip():
        raise IllegalMove("换类别须写明理由")
    if not item.open:
        raise IllegalMove(f"{item.number} {'已撤回' if item.state is State.WITHDRAWN else '已办结'}，不能再换类别")
    if item.state is not State.RUNNING or item.flow is None or item.links:
        raise IllegalMove(f"{item.number} 现在不能换类别")
    if flow.kind is not item.kind or flow.id == item.flow.id:
        raise IllegalMove("请换成同一种事项的另一个类别")
    passed = lowered_too_late(item, flow, moves)
    if passed:
        raise IllegalMove(f"{item.number} 已经“{passed}”，不能再降为“{flow.option}”")
    moved = replace(item, flow=flow, position=0, round=item.round + 1, approved_at=None, platforms=(), named={})
    moved = replace(moved, batch=0)
    if item.awaiting(Do.DRAFT):
        return replace(moved, round=item.round, since=at, seq=item.seq + 1)
    return _advance(moved, at)
