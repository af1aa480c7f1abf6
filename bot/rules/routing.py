"""谁来办: who holds a step. Roles to people, without the drafter, without a second check, with deputies.

Order for a role: those who sit in it; for one who is away, his deputy (recorded as 代); for one who may not check
(own draft, second check in the stage) his deputy, then the next role of `nag.up` above his own. An empty seat is
never skipped: the item waits, and those above are told (A22, A23).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rules.item import Decision, Item, Move, State
from bot.rules.progress import passed_roles
from bot.rules.regulation import Do, Regulation, Step
from bot.rules.roster import Roster, oversees, seat_unit


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who may do a step as `role`; `acting_for` is the absent or barred person he stands in for."""

    userid: str
    role: str
    acting_for: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing looks things up in, at one moment."""

    regulation: Regulation
    roster: Roster
    now: datetime


def seated(role: str, item: Item, desk: Desk) -> tuple[str, ...]:
    """Userids in the seat of `role` for this item."""
    if role not in desk.regulation.role:
        return ()
    return desk.roster.in_seat(role, seat_unit(desk.regulation, role, item.unit))


def authorised(userid: str, role: str, item: Item, desk: Desk) -> bool:
    """授权发布 (saws 五(一), R16): roles with `granted_by` act only under a grant in force."""
    rule = desk.regulation.role.get(role)
    if rule is None or rule.granted_by is None:
        return True
    return desk.roster.granted(userid, role, seat_unit(desk.regulation, role, item.unit), desk.now)


def barred(userid: str, item: Item, step: Step, moves: Iterable[Move]) -> str:
    """Why this person may not check here, as a sentence; empty when he may (rule 2 for every policy)."""
    if step.do is not Do.CHECK:
        return ""
    if userid in (item.author, item.current.by):
        return "起草人不能审核本人稿件"
    checked = (Decision.PASSED,)
    if any(m.actor == userid and m.round == item.round and m.decision in checked for m in moves):
        return "同一人不能在同一阶段审核两次"
    return ""


def above(role: str, regulation: Regulation) -> tuple[str, ...]:
    """The roles of `nag.up` above this one: those after it, or all when it is not among them."""
    up = regulation.nag.up
    return up[up.index(role) + 1 :] if role in up else up


def holders(item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> tuple[Holder, ...]:
    """Everybody who may do this step now, principals and deputies, in the order of the roster."""
    if step.do is Do.DRAFT:
        return (Holder(item.author, step.by[0]),)
    done = passed_roles(item, moves) if step.do is Do.CHECK else set()
    named = _named_holders(item, step, moves, desk)
    found: list[Holder] = []
    for role in step.by:
        if named and (role == named[0].role or step.do is not Do.CHECK):  # of a 会签 the other roles stay as they are
            found += named
        elif role not in done:
            found += _role_holders(role, item, step, moves, desk)
    return tuple(h for h in dict.fromkeys(found) if h.role not in done)


def _named_holders(item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> list[Holder]:
    """改派: the one to whom those who oversee gave the current step, and his deputies; nobody when he may not (now)."""
    person = item.named.get(str(item.position)) if step is item.step else None
    role = role_for(person, item, step, moves, desk) if person else ""
    if not person or not role:
        return []
    able = [
        deputy for deputy in desk.roster.deputies(person, desk.now)
        if not barred(deputy, item, step, moves) and (step.do is Do.CHECK or _granted_anywhere(deputy, role, desk))
    ]  # fmt: skip
    return [Holder(person, role), *(Holder(deputy, role, acting_for=person) for deputy in able)]


def role_for(person: str, item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> str:
    """As what this person, of whatever unit, could be given the step: empty when he may not do it."""
    if barred(person, item, step, moves):
        return ""
    done = passed_roles(item, moves) if step.do is Do.CHECK else set()
    for seat in desk.roster.seats_of(person):
        if seat.role in step.by and seat.role not in done and _granted_anywhere(person, seat.role, desk):
            return seat.role
    return ""


def _granted_anywhere(person: str, role: str, desk: Desk) -> bool:
    rule = desk.regulation.role.get(role)
    if rule is None or rule.granted_by is None:
        return True
    return any(desk.roster.granted(person, role, s.unit, desk.now) for s in desk.roster.seats_of(person))


def assignable(item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> tuple[str, ...]:
    """Everybody to whom the step could be given, in the order of the roster."""
    people = dict.fromkeys(s.userid for s in desk.roster.seats if s.role in step.by)
    return tuple(p for p in people if role_for(p, item, step, moves, desk))


def may_resume(who: str, item: Item, desk: Desk) -> bool:
    """恢复: who stopped it, his unit, who stands above him. Else the unit that was stopped could simply go on."""
    reg, roster, by = desk.regulation, desk.roster, item.held_by
    if who == by:
        return True
    if not oversees(reg, roster, who) or who == item.author:
        return False
    if not oversees(reg, roster, by):  # he has another post now
        return True
    higher = {role for own in roster.roles_of(by) for role in above(own, reg) if own in reg.nag.up}
    units = {s.unit for s in roster.seats_of(by)}
    return bool(roster.roles_of(who) & higher) or any(s.unit in units for s in roster.seats_of(who))


def _role_holders(role: str, item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> list[Holder]:
    people = [p for p in seated(role, item, desk) if authorised(p, role, item, desk)]
    found: list[Holder] = []
    for person in people:
        if not barred(person, item, step, moves):
            found.append(Holder(person, role))
        found += [
            Holder(deputy, role, acting_for=person)
            for deputy in desk.roster.deputies(person, desk.now)
            if not barred(deputy, item, step, moves) and (step.do is Do.CHECK or authorised(deputy, role, item, desk))
        ]
    if people and not found and step.do is Do.CHECK:
        found += _from_above(role, people[0], item, step, moves, desk)
    return found


def _from_above(role: str, person: str, item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> list[Holder]:
    for higher in above(role, desk.regulation):
        able = [p for p in seated(higher, item, desk) if not barred(p, item, step, moves)]
        if able:
            return [Holder(p, role, acting_for=person) for p in able]
    return []


def asked(found: Sequence[Holder], desk: Desk) -> tuple[Holder, ...]:
    """Who is sent the card: of those who may, everybody who is not away with a deputy who may; one card a person."""
    acted_for = {h.acting_for for h in found if h.acting_for}
    chosen: dict[str, Holder] = {}
    for holder in found:
        if holder.acting_for or holder.userid not in acted_for:
            chosen.setdefault(holder.userid, holder)
    return tuple(chosen.values())


def drafting_roles(item: Item, regulation: Regulation) -> frozenset[str]:
    """The roles that may draft this item."""
    flows = (item.flow,) if item.flow else regulation.flows(item.kind)
    return frozenset(role for flow in flows for role in flow.steps[0].by)


def drafter_gone(item: Item, desk: Desk) -> bool:
    """Whether its drafter drafts no more (he left, or took another post): then those who oversee decide about it."""
    return not desk.roster.roles_of(item.author) & drafting_roles(item, desk.regulation)


def drafters(item: Item, desk: Desk) -> tuple[str, ...]:
    """Who else may draft this item: those who sit in a drafting role of its unit, or in one that is not of a unit."""
    roles = drafting_roles(item, desk.regulation)
    units = {role: seat_unit(desk.regulation, role, item.unit) for role in roles if role in desk.regulation.role}
    found = (s.userid for s in desk.roster.seats if s.role in units and s.unit in (item.unit, units[s.role]))
    return tuple(dict.fromkeys(found))


def holder_for(userid: str, item: Item, step: Step, moves: Sequence[Move], desk: Desk) -> Holder | None:
    """As what this person may do the step: in his own seat before any he stands in for."""
    mine = [h for h in holders(item, step, moves, desk) if h.userid == userid]
    return min(mine, key=lambda h: bool(h.acting_for), default=None)


def superiors(item: Item, desk: Desk, *, count: int | None = None) -> tuple[str, ...]:
    """The people of the first `count` roles of `nag.up` for this item (all when None), without repeats."""
    roles = desk.regulation.nag.up[:count]
    return tuple(dict.fromkeys(p for role in roles for p in seated(role, item, desk)))


def overseers(desk: Desk) -> tuple[str, ...]:
    """Everybody who oversees, in the order of the roster."""
    people = dict.fromkeys(seat.userid for seat in desk.roster.seats)
    return tuple(p for p in people if oversees(desk.regulation, desk.roster, p))


def filed_with(item: Item, roles: Iterable[str], desk: Desk) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for role in roles for p in seated(role, item, desk)))


def may_see(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """Rule 7 for every policy: those with a step on it, those it was filed or escalated to, those who oversee.

    What has not been sent for review has been shown to nobody yet.
    """
    if userid == item.author or userid in item.escalated or any(userid in (m.actor, m.acting_for) for m in moves):
        return True
    if oversees(desk.regulation, desk.roster, userid):
        return True
    if item.flow is None or item.round == 0:  # never sent, or withdrawn before it was
        return False
    roles = {role for step in item.flow.steps if step.do is not Do.DRAFT and item.applies(step) for role in step.by}
    roles |= set(item.flow.file) if item.state is State.DONE else set()
    if any(userid in seated(role, item, desk) for role in roles):
        return True
    step = item.step
    return step is not None and any(h.userid == userid for h in holders(item, step, moves, desk))


def has_part(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """The drafter, who acted on it or was stood in for, and who holds or will hold one of its steps."""
    if userid == item.author:
        return True
    if any(userid in (m.actor, m.acting_for) for m in moves if m.decision is not Decision.MOVED):
        return True
    if item.flow is None:
        return False
    roles = {role for step in item.flow.steps if step.do is not Do.DRAFT for role in step.by}
    if any(userid in seated(role, item, desk) for role in roles):
        return True
    return item.step is not None and any(h.userid == userid for h in holders(item, item.step, moves, desk))
