"""提示: what a valid regulation file probably does not mean. Nothing here stops anybody.

Every hint yields (path, sentence) like a check, but from a regulation that is already known to be valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from bot.rules.regulation import Do, Flow, Kind, Regulation
from bot.toml_lines import Path

Hinted = Iterator[tuple[Path, str]]


def _steps(regulation: Regulation, flow_no: int) -> Iterator[tuple[Path, int]]:
    return ((("flow", flow_no, "steps", n), n) for n in range(len(regulation.flow[flow_no].steps)))


def _alone(regulation: Regulation, role: str) -> bool:
    """At most one person fills this role in a unit."""
    seats = regulation.role[role].seats
    return seats is not None and seats[1] <= 1


def _stage(flow: Flow, n: int) -> range:
    """The positions before `n` in the same stage, from its draft on."""
    return range(max((m for m in range(n) if flow.steps[m].do is Do.DRAFT), default=0), n)


def nobody_left_to_check(regulation: Regulation) -> Hinted:
    """Nobody checks his own draft or checks twice in one stage: a role of one person cannot do both."""
    for number, flow in enumerate(regulation.flow):
        for path, n in _steps(regulation, number):
            if flow.steps[n].do is not Do.CHECK:
                continue
            for m in _stage(flow, n):
                both = [role for role in flow.steps[n].by if role in flow.steps[m].by and _alone(regulation, role)]
                if both and flow.steps[m].do in (Do.DRAFT, Do.CHECK):
                    label = regulation.role[both[0]].label
                    why = "起草人不能审自己的稿件" if flow.steps[m].do is Do.DRAFT else "一人不能审两道"
                    yield (*path, "by"), f"{label}只有1名，第{m + 1}步也由其办理；{why}，将转给代理人或上级"


def nobody_is_told(regulation: Regulation) -> Hinted:
    if regulation.flow and not regulation.nag.up:
        yield ("nag",), "up 没有写：逾期只催经办人，不会告知上级"


def nobody_can_act(regulation: Regulation) -> Hinted:
    """A step whose roles have no seats: at the first step nobody can begin."""
    for number, flow in enumerate(regulation.flow):
        for path, n in _steps(regulation, number):
            if all((seats := regulation.role[role].seats) and seats[1] == 0 for role in flow.steps[n].by):
                yield (*path, "by"), f"这些角色的人数都是0，没有人能{'办这个环节' if n else '发起这个流程'}"


def unused_names(regulation: Regulation) -> Hinted:
    """Roles and units that nothing refers to."""
    used = {*regulation.nag.up}
    used.update(channel.keeper or "" for channel in regulation.channel.values())
    used.update(role.granted_by or "" for role in regulation.role.values())
    for flow in regulation.flow:
        named = (*flow.file, *flow.on_change, flow.archive or "", flow.responsible or "")
        used.update(named, *(step.by for step in flow.steps))
    for key, role in regulation.role.items():
        if key not in used and not role.oversees:
            yield ("role", key), f"{role.label}没有用在任何地方"
    seats = {role.scope for role in regulation.role.values()}
    for key, name in regulation.unit.items():
        if key not in seats:
            yield ("unit", key), f"{name}没有任何角色"


def labels_alike(regulation: Regulation) -> Hinted:
    """The roster may name a role by its label: two alike can only be told apart by their ids."""
    counted = Counter(role.label for role in regulation.role.values())
    for key, role in regulation.role.items():
        if counted[role.label] > 1:
            yield ("role", key, "label"), f"有两个角色都叫“{role.label}”，名册里只能写编号 {key} 来区分"


def assigned_to_nobody(regulation: Regulation) -> Hinted:
    """An assign hands the item on: something should follow it."""
    for number, flow in enumerate(regulation.flow):
        last = len(flow.steps) - 1
        if flow.steps[last].do is Do.ASSIGN:
            yield ("flow", number, "steps", last), f"“{flow.steps[last].act}”是最后一个环节：分办之后没有人要办什么"


def nowhere_to_publish(regulation: Regulation) -> Hinted:
    if regulation.flows(Kind.POST) and not regulation.channel:
        yield (), "有稿件流程，却没有 [channel]：稿件没有地方发布"


HINTS: tuple[Callable[[Regulation], Hinted], ...] = (
    nobody_left_to_check, nobody_is_told, nobody_can_act, unused_names, labels_alike, assigned_to_nobody,
    nowhere_to_publish,
)
