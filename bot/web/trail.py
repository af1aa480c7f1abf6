"""办理经过: what was decided, where it is now, and what still comes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules.item import Decision, Move, State
from bot.rules.progress import applicable, done_duties, duties
from bot.rules.regulation import Step
from bot.rules.routing import own_roles
from bot.web import words as w
from bot.web.case import Case
from bot.web.steps import steps_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `act` is empty where the word says it all (送审, 撤回)."""

    when: str
    who: str
    role: str
    act: str
    word: str
    tone: str
    version: int
    reason: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that is open now (`now`) or still to come, and the people or roles it falls to."""

    act: str
    who: str
    now: bool


def decided(case: Case) -> tuple[Entry, ...]:
    steps = steps_of(case.item, case.moves, case.regulation)
    return tuple(_entry(case, move, step) for move, step in zip(case.moves, steps, strict=True))


def _entry(case: Case, move: Move, step: Step | None) -> Entry:
    word = w.verdict(move.decision, step)
    if move.decision is Decision.SUBMITTED and step is not None and not case.item.is_post:
        word = step.act
    plain = move.decision in (Decision.SUBMITTED, Decision.WITHDRAWN, Decision.MOVED, Decision.CONFIRMED)
    act = "" if step is None or plain or word.endswith(step.act) else step.act
    return Entry(
        when=w.moment(move.at, case.now),
        who=f"{move.unit} {case.as_(move.actor, move.acting_for)}".strip(),
        role=case.role_label(move.role),
        act=act,
        word=word,
        tone=w.tone(move.decision),
        version=move.version,
        reason=case.shown(move.reason),
        fields=tuple((key, case.shown(value)) for key, value in move.form.items() if value),
    )


def ahead(case: Case) -> tuple[Ahead, ...]:
    """From the current step to the last one that exists for this item."""
    item = case.item
    if item.flow is None or item.state not in (State.RUNNING, State.PREPARING):
        return ()
    found = []
    for position in applicable(item):
        step = item.flow.steps[position]
        if position == item.position:
            act = "修改" if item.awaiting_draft and case.came_back else f"{step.act}{_parts_done(case, step)}"
            found.append(Ahead(act, "、".join(case.holders()) or "暂无人可办", now=True))
        elif position > item.position:
            found.append(Ahead(step.act, "、".join(case.role_label(role) for role in step.by), now=False))
    return tuple(found)


def _parts_done(case: Case, step: Step) -> str:
    """Of a 会签, or of what several units do: how many parts are done."""
    own = own_roles(case.regulation)
    wanted = duties(case.item, step, own)
    return f" {len(done_duties(case.item, step, case.moves, own))}/{len(wanted)}" if len(wanted) > 1 else ""
