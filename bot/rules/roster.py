"""人员名册: who sits where, who is authorised to publish, who stands in for whom. Pure look-ups over frozen rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.rules.regulation import Kind, Regulation


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of the roster: a person in a role for a unit. `role` is empty for a member without a role."""

    userid: str
    name: str
    unit: str
    role: str = ""
    note: str = ""  # 备注: an expert's field, how to reach him


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """What the roster knows of a unit: its parent body, and ticks that all its items have (涉密行业)."""

    unit: str
    parent: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """授权: this person may publish for this unit until revoked (saws 五(一), R16)."""

    userid: str
    role: str
    unit: str
    granted_by: str
    granted_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """受托: `deputy` acts for `absent` from `starts` to `ends` (both aware); recorded as 代."""

    absent: str
    deputy: str
    starts: datetime
    ends: datetime
    cancelled_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        return self.cancelled_at is None and self.starts <= now < self.ends


@dataclass(frozen=True, slots=True)
class Roster:
    seats: tuple[Seat, ...] = ()
    grants: tuple[Grant, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    entries: tuple[UnitEntry, ...] = ()
    _names: dict[str, str] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._names.update({seat.userid: seat.name for seat in self.seats})

    def name(self, userid: str) -> str:
        """The person's name, or the userid when the roster does not know him."""
        return self._names.get(userid, userid)

    def knows(self, userid: str) -> bool:
        return userid in self._names

    def called(self, name: str) -> tuple[str, ...]:
        """Everybody of this name."""
        return tuple(userid for userid, own in self._names.items() if own == name)

    def seats_of(self, userid: str) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.userid == userid)

    def roles_of(self, userid: str) -> frozenset[str]:
        return frozenset(seat.role for seat in self.seats_of(userid) if seat.role)

    def units(self) -> tuple[str, ...]:
        """All units in the order of the roster."""
        return tuple(dict.fromkeys(seat.unit for seat in self.seats))

    def in_seat(self, role: str, unit: str) -> tuple[str, ...]:
        """Userids that fill `role` for `unit`, in the order of the roster; else for the nearest parent body.

        citics-R10: who files for a unit is found by its parent body. A role of one fixed unit is asked for there.
        """
        for place in (unit, *self.parents(unit)):
            found = tuple(seat.userid for seat in self.seats if seat.role == role and seat.unit == place)
            if found:
                return found
        return ()

    def entry(self, unit: str) -> UnitEntry:
        return next((entry for entry in self.entries if entry.unit == unit), UnitEntry(unit))

    def parents(self, unit: str) -> tuple[str, ...]:
        """The bodies above this unit, the nearest first; a circle ends where it would begin again."""
        found: list[str] = []
        parent = self.entry(unit).parent
        while parent and parent != unit and parent not in found:
            found.append(parent)
            parent = self.entry(parent).parent
        return tuple(found)

    def granted(self, userid: str, role: str, unit: str, now: datetime) -> bool:
        """Whether a grant for this role and unit is in force (saws-R16)."""
        return any(
            g.userid == userid
            and g.role == role
            and g.unit == unit
            and g.granted_at <= now
            and (g.revoked_at is None or now < g.revoked_at)
            for g in self.grants
        )

    def deputies(self, userid: str, now: datetime) -> tuple[str, ...]:
        return tuple(d.deputy for d in self.delegations if d.absent == userid and d.in_force(now))


def seat_unit(regulation: Regulation, role: str, own_unit: str) -> str:
    """The unit in which `role` sits for an item of `own_unit`: its own, or the one the regulation names."""
    scope = regulation.role[role].scope
    return own_unit if scope == "own" else regulation.unit[scope]


def oversees(regulation: Regulation, roster: Roster, userid: str) -> bool:
    """Whether this person sees, chases and reassigns every item (宣教办 in saws)."""
    return any(regulation.role[role].oversees for role in roster.roles_of(userid) if role in regulation.role)


def known_marks(regulation: Regulation) -> tuple[str, ...]:
    """What a unit may be marked with: the conditions of steps that can be ticked."""
    steps = (step for flow in regulation.flow for step in flow.steps)
    return tuple(dict.fromkeys(step.when for step in steps if step.when and "=" not in step.when))


# ---- seats wanted --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A seat that is wanted and empty: `role` for `unit`, of which there are `have` and should be `least` to `most`.

    `most` 0: the regulation gives no number, one is wanted all the same.
    """

    role: str
    unit: str
    have: int
    least: int
    most: int

    @property
    def key(self) -> str:
        return f"{self.role}|{self.unit}"


def units_with_seats(seats: Iterable[Seat], regulation: Regulation) -> tuple[str, ...]:
    """The units that have somebody in an `own` role, in the order of the roster."""
    own = {role for role, spec in regulation.role.items() if spec.scope == "own"}
    return tuple(dict.fromkeys(seat.unit for seat in seats if seat.role in own))


def gaps(seats: Sequence[Seat], regulation: Regulation) -> tuple[Gap, ...]:
    """Seats the regulation numbers and that are not filled, then units where nobody may draft a post (A37)."""
    have: defaultdict[tuple[str, str], int] = defaultdict(int)
    for seat in seats:
        have[seat.role, seat.unit] += 1
    units, found = units_with_seats(seats, regulation), []
    for role, spec in regulation.role.items():
        if spec.seats is None:
            continue
        least, most = spec.seats
        places = units if spec.scope == "own" else (regulation.unit[spec.scope],)
        found += [Gap(role, u, have[role, u], least, most) for u in places if have[role, u] < least]
    drafting = posts_drafted_by(regulation)
    if drafting and not any(regulation.role[role].seats for role in drafting):
        found += [Gap(drafting[0], u, 0, 1, 0) for u in units if not any(have[role, u] for role in drafting)]
    return tuple(found)


def due_again(keys: Iterable[str], told: Mapping[str, str], today: date) -> tuple[tuple[str, ...], dict[str, str]]:
    """Which gaps to tell of today, and when each was told of last: the day it is seen, then weekly.

    What is filled is forgotten: when it is empty again, it is new.
    """
    keys = tuple(keys)
    week_ago = (today - timedelta(days=7)).isoformat()
    due = tuple(key for key in keys if told.get(key, "") <= week_ago)
    return due, {key: today.isoformat() if key in due else told[key] for key in keys}


def posts_drafted_by(regulation: Regulation) -> tuple[str, ...]:
    """The `own` roles that may begin a post: every unit should have one of them (指定专人)."""
    begin = (role for flow in regulation.flows(Kind.POST) for role in flow.steps[0].by)
    return tuple(dict.fromkeys(role for role in begin if regulation.role[role].scope == "own"))


def unfilled(seats: Sequence[Seat], regulation: Regulation) -> tuple[str, ...]:
    """Roles in which nobody sits anywhere."""
    held = {seat.role for seat in seats}
    return tuple(role for role in regulation.role if role not in held)


def heads(unit: str, regulation: Regulation, roster: Roster) -> tuple[str, ...]:
    """Who heads this unit: the first `own` role of `nag.up` in which somebody sits."""
    own = (role for role in regulation.nag.up if regulation.role[role].scope == "own")
    return next((people for role in own if (people := roster.in_seat(role, unit))), ())


# ---- appointing ----------------------------------------------------------------------------------------------------


def may_appoint(userid: str, role: str, unit: str, regulation: Regulation, roster: Roster) -> bool:
    """Those who oversee, everywhere; a unit's head, the `own` roles of his unit."""
    if oversees(regulation, roster, userid):
        return True
    if role not in regulation.role or regulation.role[role].scope != "own":
        return False
    own = [up for up in regulation.nag.up if regulation.role[up].scope == "own"]
    return any(seat.userid == userid and seat.unit == unit and seat.role in own for seat in roster.seats)


def candidates(said: str, role: str, unit: str, regulation: Regulation, roster: Roster) -> tuple[Seat, ...]:
    """People of this name or userid who may take the role: rows of its unit; for a role of a fixed unit also staff.

    Whoever sits only in another fixed unit (社会协作力量, 客服) is no staff of this one: the roster file decides there.
    """
    fixed = set(regulation.unit.values())
    known = [seat for seat in roster.seats if said in (seat.userid, seat.name)]
    here = [seat for seat in known if seat.unit == unit]
    if not here and regulation.role[role].scope != "own":
        here = [seat for seat in known if seat.unit not in fixed]
    return tuple({seat.userid: seat for seat in here}.values())


def appointed(roster: Roster, seat: Seat) -> Roster:
    """With this seat; the row that only said that he belongs to the unit has done its work."""
    plain = (seat.userid, seat.unit, "")
    kept = tuple(s for s in roster.seats if (s.userid, s.unit, s.role) != plain)
    return replace(roster, seats=(*kept, seat))


def dismissed(roster: Roster, seat: Seat) -> Roster:
    """Without this seat and its grant; somebody left without a row in the unit stays a member of it."""
    left = tuple(s for s in roster.seats if (s.userid, s.unit, s.role) != (seat.userid, seat.unit, seat.role))
    grants = tuple(g for g in roster.grants if (g.userid, g.unit, g.role) != (seat.userid, seat.unit, seat.role))
    if not any(s.userid == seat.userid and s.unit == seat.unit for s in left):
        left = (*left, Seat(seat.userid, seat.name, seat.unit))
    return replace(roster, seats=left, grants=grants)
