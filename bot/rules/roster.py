"""人员名册: who sits where, who is authorised to publish, who stands in for whom. Pure look-ups over frozen rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.regulation import Regulation


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of the roster: a person in a role for a unit. `role` is empty for a member without a role."""

    userid: str
    name: str
    unit: str
    role: str = ""


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
    _names: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._names.update({seat.userid: seat.name for seat in self.seats})

    def name(self, userid: str) -> str:
        """The person's name, or the userid when the roster does not know him."""
        return self._names.get(userid, userid)

    def knows(self, userid: str) -> bool:
        return userid in self._names

    def seats_of(self, userid: str) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.userid == userid)

    def roles_of(self, userid: str) -> frozenset[str]:
        return frozenset(seat.role for seat in self.seats_of(userid) if seat.role)

    def units(self) -> tuple[str, ...]:
        """All units in the order of the roster."""
        return tuple(dict.fromkeys(seat.unit for seat in self.seats))

    def in_seat(self, role: str, unit: str) -> tuple[str, ...]:
        """Userids that fill `role` for `unit`, in the order of the roster."""
        return tuple(seat.userid for seat in self.seats if seat.role == role and seat.unit == unit)

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
