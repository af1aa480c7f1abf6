"""What happens on the way: steps that exist only sometimes, a return, a withdrawal, a hand-back, another person named.

A detour looks at whoever must act now, and either does something instead (True) or leaves it to the robot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.demo import seats_for
from bot.rules.forms import parse_type
from bot.rules.item import Decision, Item, State
from bot.rules.progress import assign_position
from bot.rules.regulation import Do, Flow, Regulation, Step
from bot.rules.roster import Seat, oversees
from bot.rules.routing import Desk as Lookup
from bot.rules.routing import assignable
from tests.walks.robot import Robot

ONE, OTHER = "业务一部", "业务二部"
Detour = Callable[[Robot, str, Step], bool]


def twins(regulation: Regulation, seats: tuple[Seat, ...] = ()) -> tuple[Seat, ...]:
    """Of every seat a second one: a second unit like the first, a second person where there is one unit only."""
    seats = seats or seats_for(regulation)
    own = {key for key, role in regulation.role.items() if role.scope == "own"}
    return (*seats, *(replace(seat, userid=f"{seat.userid}2", name=f"欧阳{seat.name[:2]}", unit=_beside(seat, own))
                      for seat in seats))  # fmt: skip


def _beside(seat: Seat, own: set[str]) -> str:
    return OTHER if seat.role in own else seat.unit


def walk(robot: Robot, detour: Detour) -> Item:
    """From the beginning to the end, with a detour wherever it wants one."""
    robot.begin()
    for _ in range(60):
        now = robot.turn()
        if now is None:
            return robot.item()
        if not detour(robot, *now):
            robot.act(*now)
    raise AssertionError(f"{robot.flow.id} does not end at {robot.item().step}")


def did(robot: Robot, *decisions: Decision) -> bool:
    """Whether the record of moves has one of these already."""
    with robot.reading() as reader:
        return any(move.decision in decisions for move in reader.moves(robot.item().id))


# ---- the detours ----------------------------------------------------------------------------------------------------


def ticked(robot: Robot, who: str, step: Step) -> bool:
    """Every condition that may be ticked is, by whoever has it in hand; fields are answered as the steps want them."""
    for tick in ticks(robot.flow):
        if tick not in robot.item().ticks:
            robot.desk.says(who, f"标注 {robot.number} {tick}")
    now = robot.turn()
    assert now is not None
    robot.act(*now)
    return True


def returned(robot: Robot, who: str, step: Step) -> bool:
    """The first check returns it; it is done again from there."""
    if step.do is not Do.CHECK or did(robot, Decision.RETURNED):
        return False
    robot.desk.says(who, f"{step.returns or '退回'} {robot.number} 请写明起止时间")
    return True


def withdrawn(robot: Robot, who: str, step: Step) -> bool:
    robot.desk.says(robot.item().author, f"撤回 {robot.number}")
    return True


def to_several(robot: Robot, who: str, step: Step) -> bool:
    """It is assigned to two units, and each of them does its own part."""
    if step.do is not Do.ASSIGN or robot.item().lap:
        return False
    robot.desk.says(who, f"交办 {robot.number} {ONE} {OTHER}")
    return True


def handed_back(robot: Robot, who: str, step: Step) -> bool:
    """The unit says that it is not its matter; it is assigned again."""
    if assign_position(robot.item()) is None or did(robot, Decision.HANDED_BACK):
        return False
    robot.desk.says(who, f"交回 {robot.number} 这件事归别的单位")
    return True


def one_hands_back(robot: Robot, who: str, step: Step) -> bool:
    """Of two units one drops out; the other goes on."""
    if step.do is Do.ASSIGN:
        return to_several(robot, who, step)
    return len(robot.item().units) > 1 and handed_back(robot, who, step)


def reassigned(robot: Robot, who: str, step: Step) -> bool:
    """Those who oversee give the first check (or, without one, the first step) to somebody else, who does it."""
    checks = [s for s in robot.flow.steps if s.do is Do.CHECK]
    if robot.item().named or did(robot, Decision.PASSED, Decision.DONE) or (checks and step.do is not Do.CHECK):
        return False
    item, desk = robot.item(), robot.desk
    with robot.reading() as reader:
        lookup = Lookup(desk.regulation, reader.roster(), desk.clock.now())
        able = [p for p in assignable(item, step, reader.moves(item.id), lookup) if p != who]
        above = next(s.userid for s in desk.seats if oversees(desk.regulation, reader.roster(), s.userid))
    if not able:
        return False
    name = next(seat.name for seat in desk.seats if seat.userid == able[0])
    desk.says(above, f"改派 {robot.number} {name} 出差")
    assert able[0] in robot.item().named.values(), desk.texts(above)
    return True


# ---- which of them a flow knows -------------------------------------------------------------------------------------


def ticks(flow: Flow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.when for s in flow.steps if s.when and "=" not in s.when))


def wanted_answers(flow: Flow) -> dict[str, str]:
    """The answers with which the steps of `字段=值` exist."""
    pairs = [s.when.partition("=") for s in flow.steps if s.when and "=" in s.when]
    return {name: value for name, _, value in pairs}


def choices(flow: Flow, name: str) -> tuple[str, ...]:
    """What the field of this name offers, wherever in the flow it is asked."""
    forms = [flow.form, *(step.form for step in flow.steps)]
    return next((parse_type(form[name].type).choices for form in forms if name in form), ())


def known_to(flow: Flow, regulation: Regulation) -> Sequence[Detour]:
    """The detours that this flow can take; what is assigned to one fixed office (转交办公厅) goes nowhere else."""
    own = {key for key, role in regulation.role.items() if role.scope == "own"}
    does = [step.do for step in flow.steps]
    found: list[Detour] = []
    if ticks(flow) or wanted_answers(flow):
        found.append(ticked)
    if Do.CHECK in does:
        found.append(returned)
    if Do.ASSIGN in does and own & {role for s in flow.steps[does.index(Do.ASSIGN) :] for role in s.by}:
        found += [to_several, handed_back, one_hands_back]
    if not flow.every and any(step.when is None for step in flow.steps[1:]):
        found.append(withdrawn)
    return (*found, reassigned)


ENDS: dict[Detour, State] = {withdrawn: State.WITHDRAWN}
