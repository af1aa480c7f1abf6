"""谁来办: who holds a step. Roles to people, without the drafter, without a second check, with deputies.

Order for a role: those who sit in it; for one who is away, his deputy (recorded as 代); for one who may not check
(own draft, second check in the stage) his deputy, then the next role of `nag.up` above his own. An empty seat is
never skipped: the item waits, and those above are told (A22, A23).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.item import Decision, Item, Move, State
from bot.rules.progress import done_duties, duties, first_draft, with_author
from bot.rules.regulation import Do, Kind, Regulation, Step
from bot.rules.roster import Roster, oversees, seat_unit


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who may do a step as `role`; `acting_for` is the absent or barred person he stands in for."""

    userid: str
    role: str
    acting_for: str = ""
    unit: str = ""  # for which of several 承办单位


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing looks things up in, at one moment."""

    regulation: Regulation
    roster: Roster
    now: datetime


def units_of(item: Item) -> tuple[str, ...]:
    """Its 承办单位: one, or those an assign set."""
    return item.units or (item.unit,)


def own_roles(regulation: Regulation) -> frozenset[str]:
    """Roles that sit in the item's own unit."""
    return frozenset(key for key, role in regulation.role.items() if role.scope == "own")


def seated(role: str, item: Item, desk: Desk, unit: str = "") -> tuple[str, ...]:
    """Userids in the seat of `role` for this item (for one of its units, or for all of them)."""
    if role not in desk.regulation.role:
        return ()
    units = (unit,) if unit else units_of(item)
    found = (p for u in units for p in desk.roster.in_seat(role, seat_unit(desk.regulation, role, u)))
    return tuple(dict.fromkeys(found))


def authorised(userid: str, role: str, item: Item, desk: Desk) -> bool:
    """授权发布 (saws 五(一), R16): roles with `granted_by` act only under a grant in force."""
    rule = desk.regulation.role.get(role)
    if rule is None or rule.granted_by is None:
        return True
    units = (seat_unit(desk.regulation, role, unit) for unit in units_of(item))
    return any(desk.roster.granted(userid, role, unit, desk.now) for unit in units)


def may_draft(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """Whether he drafts it now: who began it; at a later draft, or of what the scheduler began, whoever holds it."""
    if item.author and first_draft(item):
        return userid == item.author
    step = item.step
    return item.awaiting(Do.DRAFT) and step is not None and holder_for(userid, item, step, moves, desk) is not None


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
    own = own_roles(desk.regulation)
    if item.rides:
        return ()
    if step.do is Do.DRAFT and first_draft(item) and item.author:
        return (Holder(item.author, step.by[0]),)
    done = done_duties(item, step, moves, own)
    named = _named_holders(item, step, moves, desk)
    found: list[Holder] = []
    for duty in duties(item, step, own):
        if duty in done:
            continue
        if named and named[0].role in duty.roles:  # of a 会签 the other roles stay as they are
            found += [replace(holder, unit=duty.unit) for holder in named]
            continue
        for role in duty.roles:
            found += _role_holders(role, duty.unit, item, step, moves, desk)
    return tuple(dict.fromkeys(found))


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
    own = own_roles(desk.regulation)
    left = set(duties(item, step, own)) - done_duties(item, step, moves, own)
    for seat in desk.roster.seats_of(person):
        if any(seat.role in duty.roles for duty in left) and _granted_anywhere(person, seat.role, desk):
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


def _role_holders(
    role: str, unit: str, item: Item, step: Step, moves: Sequence[Move], desk: Desk
) -> list[Holder]:
    people = [p for p in seated(role, item, desk, unit) if authorised(p, role, item, desk)]
    found: list[Holder] = []
    for person in people:
        if not barred(person, item, step, moves):
            found.append(Holder(person, role, unit=unit))
        found += [
            Holder(deputy, role, acting_for=person, unit=unit)
            for deputy in desk.roster.deputies(person, desk.now)
            if not barred(deputy, item, step, moves) and (step.do is Do.CHECK or authorised(deputy, role, item, desk))
        ]
    if people and not found and step.do is Do.CHECK:
        found += [replace(h, unit=unit) for h in _from_above(role, people[0], item, step, moves, desk)]
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


def asked_now(item: Item, moves: Sequence[Move], desk: Desk) -> tuple[str, ...]:
    """Userids of those who are asked for the current step; nobody where there is none."""
    step = item.step
    return tuple(holder.userid for holder in asked(holders(item, step, moves, desk), desk)) if step else ()


def drafting_roles(item: Item, regulation: Regulation) -> frozenset[str]:
    """The roles that may draft this item."""
    flows = (item.flow,) if item.flow else regulation.flows(item.kind)
    return frozenset(role for flow in flows for role in flow.steps[0].by)


def drafter_gone(item: Item, desk: Desk) -> bool:
    """Whether its drafter drafts no more (he left, or took another post): then those who oversee decide about it."""
    if not item.author:  # the scheduler began it: whoever sits in the role drafts it
        return False
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


def superiors(
    item: Item, desk: Desk, *, count: int | None = None, units: Sequence[str] = ()
) -> tuple[str, ...]:
    """The people of the first `count` roles of `nag.up` for this item (all when None), without repeats.

    `units`: of several 承办单位 only these (those that are late).
    """
    roles = desk.regulation.nag.up[:count]
    found = (p for role in roles for unit in (units or ("",)) for p in seated(role, item, desk, unit))
    return tuple(dict.fromkeys(found))


def overseers(desk: Desk) -> tuple[str, ...]:
    """Everybody who oversees, in the order of the roster."""
    people = dict.fromkeys(seat.userid for seat in desk.roster.seats)
    return tuple(p for p in people if oversees(desk.regulation, desk.roster, p))


def may_direct(who: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """催办, 改派: those who oversee; of their own people's items those above by `nag.up`, but not of a draft of their
    own, nor of what they hold themselves (for that there are deputies)."""
    if oversees(desk.regulation, desk.roster, who):
        return True
    return who in superiors(item, desk) and who != item.author and who not in asked_now(item, moves, desk)


def may_be_given(who: str, item: Item, moves: Sequence[Move], desk: Desk, up: Desk) -> tuple[str, ...]:
    """To whom `who` may give the current step: a unit's head to his own people, the others to anybody able.

    `up`: who is above whom by the policy the item began with.
    """
    step = item.step
    if step is None or item.state is not State.RUNNING or with_author(item) or not may_direct(who, item, moves, up):
        return ()
    able, own = assignable(item, step, moves, desk), own_roles(up.regulation)
    above_here = [role for role in up.regulation.nag.up if who in seated(role, item, up)]
    if oversees(desk.regulation, desk.roster, who) or any(role not in own for role in above_here):
        return able
    return tuple(p for p in able if any(seat.unit in units_of(item) for seat in desk.roster.seats_of(p)))


def filed_with(item: Item, roles: Iterable[str], desk: Desk) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for role in roles for p in seated(role, item, desk)))


def still_to_confirm(item: Item, roles: Iterable[str], given: Collection[str], desk: Desk) -> tuple[str, ...]:
    """确认收到 is wanted of each role it was filed with; of one in which nobody sits nothing can be wanted."""
    return tuple(role for role in roles if role not in given and seated(role, item, desk))


def responsible(item: Item, desk: Desk) -> tuple[str, ...]:
    """责任人: the drafter when he sits in that role, else everybody in it."""
    people = seated(item.flow.responsible, item, desk) if item.flow and item.flow.responsible else ()
    return (item.author,) if item.author in people else people


def may_see(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """Rule 7 for every policy: those with a step on it, those it was filed or escalated to, those who oversee.

    What has not been sent for review has been shown to nobody yet.
    """
    counting = _counting(item, moves)
    if _is_author(userid, item, moves, desk) or userid in item.escalated:
        return True
    if any(userid in (m.actor, m.acting_for) for m in counting):
        return True
    if oversees(desk.regulation, desk.roster, userid):
        return True
    if item.flow is not None and item.kind is Kind.COMMENT and item.state is State.PREPARING:
        return any(userid in seated(role, item, desk) for role in item.flow.steps[0].by)  # who else may sort it
    if item.flow is None or (item.round == 0 and item.state is not State.RUNNING):
        return False  # never sent, or withdrawn before it was
    later = (step for n, step in enumerate(item.flow.steps) if (n or not item.author) and item.applies(step))
    roles = {role for step in later for role in step.by}
    roles |= {*item.flow.file, *item.flow.inform, item.flow.archive or ""} if item.state is State.DONE else set()
    if any(userid in seated(role, item, desk) for role in roles):
        return True
    step = item.step
    return step is not None and any(h.userid == userid for h in holders(item, step, moves, desk))


def _counting(item: Item, moves: Sequence[Move]) -> Sequence[Move]:
    """What was done gives sight of it; of a comment that went to a private flow only what was done since then."""
    if item.kind is not Kind.COMMENT or item.flow is None or not item.flow.private:
        return moves
    last = max((n for n, m in enumerate(moves) if m.decision is Decision.MOVED), default=-1)
    return moves[last + 1 :]


def _is_author(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """Whoever registered it; when it went to a private flow, only if he registers for that flow (saws-R30)."""
    if userid != item.author:
        return False
    if len(_counting(item, moves)) == len(moves) or item.flow is None:
        return True
    return bool(desk.roster.roles_of(userid) & set(item.flow.steps[0].by))


def has_part(userid: str, item: Item, moves: Sequence[Move], desk: Desk) -> bool:
    """The drafter, who acted on it or was stood in for, and who holds or will hold one of its steps."""
    if _is_author(userid, item, moves, desk):
        return True
    counting = _counting(item, moves)
    if any(userid in (m.actor, m.acting_for) for m in counting if m.decision is not Decision.MOVED):
        return True
    if item.flow is None:
        return False
    roles = {role for n, step in enumerate(item.flow.steps) if n or not item.author for role in step.by}
    if any(userid in seated(role, item, desk) for role in roles):
        return True
    return item.step is not None and any(h.userid == userid for h in holders(item, item.step, moves, desk))
