"""Who should have been told what and when, worked out slowly from what people did: a second opinion on the clock.

Nothing of the bot's reckoning is used here. It reads the policy as plain TOML, counts days with a finger on the
calendar (`tests/rules/slow_deadlines.py`) and keeps, for each thing that waits, the list of the moments at which
somebody is to be reminded. Moments are naive Beijing times.

The rules, as the regulations have them: a reminder ahead lies before the deadline and after the step began; the first
overdue one is at the first permitted moment after the deadline, then one every `again`; without a deadline one every
`idle`. At night and on rest days nobody is told, unless the flow is urgent or the limit is in hours. What could not be
told in time is told once, the latest only, and how many were missed. The nth goes to those who hold the step and the
first n of `up`. Whatever one person is to hear at one look at the clock is one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.rules import slow_deadlines as slow
from tests.simulation.year import DAY, HOUR, MINUTE

JSON = dict[str, Any]
FILED_WITHIN = "1wd"  # A42: whoever it was filed with confirms it within a working day
REVIEW = HOUR  # before the cutoff: the second look of those who oversee
LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001
HOLDS_FOR = "5wd"  # A13: approved and unpublished so long, its drafter is asked


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One thing of a reminder: which item, which of its clocks (step, filing, hold), which rung."""

    item: int
    clock: str
    rung: str


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One message: at which look at the clock, to whom, about what, and how many reminders it says were missed."""

    at: datetime
    to: str
    lines: tuple[Line, ...]
    missed: int = 0


@dataclass
class Waiting:
    """One clock that runs: the moments still to come, one after another, and the next one."""

    item: int
    clock: str
    urgent: bool
    moments: Iterator[tuple[str, datetime]]
    following: tuple[str, datetime] | None = None
    held: datetime | None = None  # the look at which it may be told again, after one at night

    def __post_init__(self) -> None:
        self.following = next(self.moments, None)

    def due(self, now: datetime) -> bool:
        return self.following is not None and self.following[1] <= now and (self.held is None or self.held <= now)

    def climbed(self, now: datetime) -> list[str]:
        """The rungs that have passed by now, in order; the next one is after now."""
        passed = []
        while self.following and self.following[1] <= now:
            passed.append(self.following[0])
            self.following = next(self.moments, None)
        self.held = None
        return passed


@dataclass
class Limit:
    """A step that had to be done by `ends`; when it was left (None: it has not been)."""

    item: int
    ends: datetime
    began: datetime
    longer: bool = False  # put off once
    left: datetime | None = None


@dataclass
class Thing:
    """An item: where it stands and what was done to it."""

    key: int
    flow: JSON
    unit: str
    author: str
    form: dict[str, datetime]  # dates of its form
    registered: datetime
    position: int = 0
    round: int = 0
    lap: int = 0
    over: bool = False
    passed: list[tuple[int, str]] = field(default_factory=list)  # (round, who checked)
    ticks: set[str] = field(default_factory=set)
    waits_for_confirmation: bool = False
    given_to: str = ""  # 改派: who has the present step, instead of those who sit there

    @property
    def step(self) -> JSON | None:
        found: JSON | None = None if self.over else self.flow["steps"][self.position]
        return found


@dataclass(frozen=True, slots=True)
class Absence:
    who: str
    deputy: str  # "": nobody stands in for him
    starts: datetime
    ends: datetime


class Reference:
    """Fed with facts in the order in which they happened."""

    def __init__(
        self, policy: JSON, seats: list[tuple[str, str, str]], works: slow.Works, first: datetime = LONG_AGO
    ) -> None:
        """`seats`: (person, unit, role), in the order of the roster. `first`: when the bot was set up."""
        self.policy, self.seats, self.works = policy, seats, works
        self.flows = {flow["id"]: flow for flow in policy["flow"]}
        clock, nag = policy["clock"], policy["nag"]
        self.open, self.cutoff, self.day_end = clock["open"], clock["cutoff"], clock["day_end"]
        self.hours = nag.get("hours") or f"{self.open}-{self.cutoff}"
        self.ahead, self.again, self.idle, self.up = nag["ahead"], nag["again"], nag["idle"], nag["up"]
        self.things: dict[int, Thing] = {}
        self.absences: list[Absence] = []
        self.waiting: dict[tuple[int, str], Waiting] = {}
        self.begun: set[tuple[str, date]] = set()
        self.reasons: dict[tuple[int, str], str] = {}
        self.limits: list[Limit] = []  # all that ever were
        self.running: dict[int, Limit] = {}  # item → that of its present step
        self.daily: set[tuple[str, date]] = set()
        self.first = first
        self.shown: list[int] = []  # the items that those who oversee saw last

    # ---- people -----------------------------------------------------------------------------------------------------

    def sitting(self, role: str, unit: str) -> list[str]:
        scope = self.policy["role"][role]["scope"]
        where = unit if scope == "own" else self.policy["unit"][scope]
        return [person for person, place, seat in self.seats if (place, seat) == (where, role)]

    def overseers(self) -> list[str]:
        roles = {role for role, rule in self.policy["role"].items() if rule.get("oversees")}
        return list(dict.fromkeys(person for person, _, role in self.seats if role in roles))

    def deputy(self, person: str, now: datetime) -> list[str]:
        away = (a for a in self.absences if a.who == person and a.deputy and a.starts <= now < a.ends)
        return [absence.deputy for absence in away]

    def away(self, person: str, now: datetime) -> Absence | None:
        return next((a for a in self.absences if a.who == person and a.starts <= now < a.ends), None)

    def asked(self, thing: Thing, now: datetime) -> list[str]:
        """Those who have to do the present step: who sits there, or who stands in for him."""
        step = thing.step
        assert step is not None
        if step["do"] == "draft" and thing.author and not any(
            s["do"] == "draft" for s in thing.flow["steps"][1 : thing.position + 1]
        ):
            return [thing.author]
        if thing.given_to:
            stand_in = [d for d in self.deputy(thing.given_to, now) if self._may(d, thing, step)]
            return stand_in or [thing.given_to]
        found: list[str] = []
        for role in step["by"]:
            found += self._of_role(role, thing, step, now)
        return list(dict.fromkeys(found))

    def _of_role(self, role: str, thing: Thing, step: JSON, now: datetime) -> list[str]:
        granted = "granted_by" in self.policy["role"][role]
        people = self.sitting(role, thing.unit)
        found: list[str] = []
        for person in people:
            may = self._may(person, thing, step)
            deputies = [d for d in self.deputy(person, now) if self._may(d, thing, step)]
            if granted and step["do"] != "check":  # only who is authorised for this unit himself
                deputies = [d for d in deputies if d in people]
            found += deputies or ([person] if may else [])
        if people and not found and step["do"] == "check":
            for higher in self.up[self.up.index(role) + 1 :] if role in self.up else self.up:
                able = [p for p in self.sitting(higher, thing.unit) if self._may(p, thing, step)]
                if able:
                    return able
        return found

    def _may(self, person: str, thing: Thing, step: JSON) -> bool:
        """Nobody checks his own draft, nor twice in one stage."""
        if step["do"] != "check":
            return True
        return person != thing.author and (thing.round, person) not in thing.passed

    def above(self, thing: Thing, n: int) -> list[str]:
        return [person for role in self.up[:n] for person in self.sitting(role, thing.unit)]

    # ---- facts ------------------------------------------------------------------------------------------------------

    def began(
        self, key: int, flow: str, unit: str, author: str, now: datetime, form: dict[str, datetime] | None = None
    ) -> None:
        """It was sent for the first time, or sorted: its first draft is done."""
        if key in self.things:
            self._forget(self.things[key], now)
        thing = Thing(key, self.flows[flow], unit, author, form or {}, now, round=1)
        self.things[key] = thing
        self._on(thing, now)

    def collected(self, key: int, flow: str, unit: str, who: str, now: datetime, posted: datetime) -> None:
        """A comment lies with whoever collected it, as of the first kind he may sort it to; its time runs."""
        thing = Thing(key, self.flows[flow], unit, who, {"发表时间": posted}, now)
        self.things[key] = thing
        assert thing.step is not None
        ends = self._ends(thing, thing.step, now)
        self._limit(thing, ends, now)
        assert ends is not None
        self._watch(thing, "step", self._with_due(ends, now, self.again, urgent=False), urgent=False)

    def began_by_clock(self, key: int, flow: str, unit: str, now: datetime, ends: datetime) -> None:
        """The scheduler began it; its first draft is due when its period ends."""
        thing = Thing(key, self.flows[flow], unit, "", {}, now)
        self.things[key] = thing
        self._limit(thing, ends, now)
        self._watch(thing, "step", self._with_due(ends, now, self.again, urgent=False), urgent=False)

    def _limit(self, thing: Thing, ends: datetime | None, now: datetime, *, longer: bool = False) -> None:
        if ends is not None:
            self.running[thing.key] = Limit(thing.key, ends, now, longer)
            self.limits.append(self.running[thing.key])

    def done(self, key: int, who: str, now: datetime, tick: str = "") -> None:
        """The present step was done: passed, recorded, answered, published, sent again. `tick`: more is to follow."""
        thing = self.things[key]
        thing.ticks |= {tick} if tick else set()
        step = thing.step
        assert step is not None
        if step["do"] == "check":
            thing.passed.append((thing.round, who))
        if step["do"] == "draft":
            thing.round += 1
        self._on(thing, now)

    def assigned(self, key: int, who: str, unit: str, now: datetime) -> None:
        self.things[key].unit = unit
        self.done(key, who, now)

    def returned(self, key: int, now: datetime) -> None:
        """To the nearest draft before it."""
        thing = self.things[key]
        steps = thing.flow["steps"]
        thing.position = next(n for n in range(thing.position - 1, -1, -1) if steps[n]["do"] == "draft")
        self._enter(thing, now)

    def handed_back(self, key: int, now: datetime) -> None:
        """To the nearest assignment before it, or to whoever chose the unit when he registered it."""
        thing = self.things[key]
        steps = thing.flow["steps"]
        before = [n for n in range(thing.position) if steps[n]["do"] == "assign"]
        thing.position = before[-1] if before else 0
        self._enter(thing, now)

    def withdrawn(self, key: int, now: datetime) -> None:
        thing = self.things[key]
        thing.over = True
        self._forget(thing, now)

    def others(self, thing: Thing, now: datetime) -> list[str]:
        """改派: to whom the present step can be given: of whatever unit, who sits in its role and may do it."""
        step, asked = thing.step, self.asked(thing, now)
        assert step is not None
        if step["do"] not in ("check", "reply") or any("granted_by" in self.policy["role"][r] for r in step["by"]):
            return []
        people = dict.fromkeys(person for person, _, role in self.seats if role in step["by"])
        return [p for p in people if p not in asked and self._may(p, thing, step)]

    def given(self, key: int, person: str) -> None:
        """改派: the step is his until it is left; its time goes on."""
        self.things[key].given_to = person

    def may_be_longer(self, key: int, now: datetime) -> bool:
        """A4: the result of a comment, once, before its time is over; what is due the same day is not put off."""
        thing, limit = self.things[key], self.running.get(key)
        spec = (thing.step or {}).get("due", "0")
        counted = spec.rstrip("hdw").lstrip("-").isdigit() and int(spec.rstrip("hdw")) > 0
        return limit is not None and limit.ends > now and counted and not limit.longer

    def longer(self, key: int, now: datetime) -> None:
        """延期: as long again, from the end; the day that ends at midnight is the starting day."""
        thing, limit = self.things[key], self.running[key]
        spec = (thing.step or {})["due"]
        start = limit.ends if spec.endswith("h") else limit.ends - MINUTE
        ends = slow.due(spec, start, self.cutoff, self.day_end, self.works)
        began, urgent = limit.began, bool(thing.flow.get("urgent")) or spec.endswith("h")
        self._forget(thing, now)
        self._limit(thing, ends, began, longer=True)
        again = spec if spec.endswith("h") else self.again
        self._watch(thing, "step", self._with_due(ends, began, again, urgent=urgent), urgent=urgent)

    def confirmed(self, key: int) -> None:
        """确认收到: the filing waits no more."""
        thing = self.things[key]
        thing.waits_for_confirmation = False
        self.waiting.pop((key, "filing"), None)

    def kept(self, key: int) -> None:
        """仍要发布, or publishing has begun: the question is answered."""
        self.waiting.pop((key, "hold"), None)

    def absent(self, who: str, deputy: str, starts: datetime, ends: datetime) -> None:
        self.absences.append(Absence(who, deputy, starts, ends))

    # ---- what waits -------------------------------------------------------------------------------------------------

    def _on(self, thing: Thing, now: datetime) -> None:
        steps = thing.flow["steps"]
        thing.position += 1
        while thing.position < len(steps) and steps[thing.position].get("when", "") not in ("", *thing.ticks):
            thing.position += 1
        if thing.position < len(steps):
            self._enter(thing, now)
            return
        thing.over = True
        self._forget(thing, now)
        if thing.flow.get("file"):
            thing.waits_for_confirmation = True
            ends = slow.due(FILED_WITHIN, now, self.cutoff, self.day_end, self.works)
            self._watch(thing, "filing", self._with_due(ends, now, self.again, urgent=False), urgent=False)

    def _forget(self, thing: Thing, now: datetime) -> None:
        self.running.pop(thing.key, None)
        if limit := next((x for x in reversed(self.limits) if x.item == thing.key and x.left is None), None):
            limit.left = now
        for clock in ("step", "hold", "filing"):
            self.waiting.pop((thing.key, clock), None)

    def _enter(self, thing: Thing, now: datetime) -> None:
        self._forget(thing, now)
        thing.given_to = ""
        step = thing.step
        assert step is not None
        limit = step.get("due", "")
        urgent = bool(thing.flow.get("urgent")) or limit.endswith("h")
        again = limit if limit.endswith("h") else self.again
        ends = self._ends(thing, step, now)
        self._limit(thing, ends, now)
        moments = self._without_due(now, urgent) if ends is None else self._with_due(ends, now, again, urgent=urgent)
        self._watch(thing, "step", moments, urgent=urgent)
        if step["do"] == "publish":
            asks = self._permitted(slow.shifted(now, HOLDS_FOR, self.works, 1), urgent=False)
            self._watch(thing, "hold", iter([("hold:1", asks)]), urgent=False)

    def _ends(self, thing: Thing, step: JSON, now: datetime) -> datetime | None:
        """Its own limit; of a draft without one, that of the answer it is for."""
        later = thing.flow["steps"][thing.position + 1 :] if step["do"] == "draft" else []
        for one in (step, *(s for s in later if s.get("since") in thing.form)):
            if one.get("due"):
                start = thing.form.get(one["since"], now) if one.get("since") else now
                ends = slow.due(one["due"], start, self.cutoff, self.day_end, self.works)
                late = ends <= thing.registered and thing.flow["kind"] == "comment" and not one["due"].endswith("h")
                # A3: registered after its day, it has the day from then
                return slow.due(one["due"], thing.registered, self.cutoff, self.day_end, self.works) if late else ends
        return None

    def _watch(self, thing: Thing, clock: str, moments: Iterator[tuple[str, datetime]], *, urgent: bool) -> None:
        waiting = Waiting(thing.key, clock, urgent, moments)
        self.waiting[thing.key, clock] = waiting
        what = thing.step["act"] if thing.step else "备案"
        self.reasons[thing.key, clock] = f"{thing.flow['id']} {what} of {thing.unit}, first {waiting.following}"

    def why(self, line: Line) -> str:
        """How this clock was set, in a line."""
        return self.reasons.get((line.item, line.clock), "it never ran")

    def _with_due(
        self, ends: datetime, began: datetime, again: str, *, urgent: bool
    ) -> Iterator[tuple[str, datetime]]:
        first = slow.reminders(ends, began, tuple(self.ahead), None, self.hours, self.works, urgent=urgent)
        at_once: dict[datetime, str] = {}  # two that were moved to one moment are one: the one nearer to the end
        for name, at in first.items():
            at_once[at] = name
        yield from sorted(((name, at) for at, name in at_once.items()), key=lambda pair: pair[1])
        n, moment = 1, first["over:1"]
        while True:
            n, moment = n + 1, slow.again(moment, again, self.hours, self.works, urgent=urgent)
            yield f"over:{n}", moment

    def _without_due(self, began: datetime, urgent: bool) -> Iterator[tuple[str, datetime]]:
        n, moment = 0, began
        while True:
            n, moment = n + 1, slow.again(moment, self.idle, self.hours, self.works, urgent=urgent)
            yield f"idle:{n}", moment

    def _permitted(self, moment: datetime, *, urgent: bool) -> datetime:
        return moment if urgent else slow.first_at_or_after(moment, self.hours, self.works)

    def beginning(self, now: datetime) -> Iterator[tuple[str, datetime]]:
        """What the scheduler begins at this look (每日): once a working day, from its time on; when it is due."""
        for flow in self.policy["flow"]:
            if flow.get("every") != "day" or not self.works(now.date()) or (flow["id"], now.date()) in self.begun:
                continue
            if now >= slow.of_day(now.date(), flow.get("begin") or self.open):
                self.begun.add((flow["id"], now.date()))
                yield flow["id"], slow.of_day(now.date(), self.day_end)

    # ---- those who oversee ------------------------------------------------------------------------------------------

    def surveys(self, now: datetime) -> list[Told]:
        """Once a working day, from its opening on and before its cutoff: what is late; in the last hour once more if
        there is something else to see. Once a month, at the first opening: what was missed in the month before."""
        day, told = now.date(), []
        opens, ends = slow.of_day(day, self.open), slow.of_day(day, self.cutoff)
        if not self.works(day) or not opens <= now < ends:
            return []
        last_month = day.replace(day=1) - DAY
        if ("month", last_month) not in self.daily and self.first < _midnight(day.replace(day=1)):
            told += self._to_overseers(now, "month", self._missed_in(last_month, now))
        self.daily.add(("month", last_month))
        if ("opened", day) not in self.daily:
            told += self._survey(now, "opened", _midnight(day) + DAY + timedelta(seconds=1))
        self.daily.add(("opened", day))
        if now >= ends - REVIEW and ("closes", day) not in self.daily:
            self.daily.add(("closes", day))
            before = self.shown
            following = slow.first_at_or_after(_midnight(day) + DAY, self.hours, self.works)
            found = self._survey(now, "closes", following)
            told += found if self.shown and self.shown != before else []
            self.shown = self.shown or before
        return told

    def _survey(self, now: datetime, what: str, until: datetime) -> list[Told]:
        late = sorted((x for x in self.running.values() if x.ends < now), key=lambda x: (x.ends, x.item))
        ahead = [x for x in self.running.values() if now <= x.ends < until]
        self.shown = sorted(x.item for x in (*late, *ahead))
        count = sum(not thing.over for thing in self.things.values())
        return self._to_overseers(now, what, f"{len(late)}/{len(ahead)}/{count}", late[0].item if late else 0)

    def _missed_in(self, month: date, now: datetime) -> str:
        """How many limits of that month were not kept; how many of these steps are done by now."""
        mine = [x for x in self.limits if (x.ends.year, x.ends.month) == (month.year, month.month) and x.ends < now]
        missed = [x for x in mine if x.left is None or x.left > x.ends]
        return f"{len(missed)}/{sum(x.left is not None for x in missed)}"

    def _to_overseers(self, now: datetime, what: str, figures: str, worst: int = 0) -> list[Told]:
        return [Told(now, person, (Line(worst, what, figures),)) for person in self.overseers()]

    # ---- looking at the clock ---------------------------------------------------------------------------------------

    def look(self, now: datetime) -> list[Told]:
        """The messages of this look at the clock."""
        said: dict[str, list[tuple[Line, int]]] = {}
        alone: list[Told] = []
        for waiting in list(self.waiting.values()):
            if not waiting.due(now):
                continue
            minute = now.replace(second=0, microsecond=0)  # 17:30:20 is still 17:30
            if not waiting.urgent and not slow.may(minute, self.hours, self.works):
                waiting.held = slow.first_at_or_after(minute + MINUTE, self.hours, self.works)
                continue
            *missed, rung = waiting.climbed(now)
            line = Line(waiting.item, waiting.clock, rung)
            if waiting.clock == "hold":  # a question with a card of its own
                alone.append(Told(now, self.things[waiting.item].author, (line,)))
                continue
            for person in self._hear(waiting, rung, now):
                said.setdefault(person, []).append((line, len(missed)))
        return alone + [
            Told(now, person, tuple(sorted(line for line, _ in lines)), sum(missed for _, missed in lines))
            for person, lines in said.items()
        ]

    def _hear(self, waiting: Waiting, rung: str, now: datetime) -> list[str]:
        thing = self.things[waiting.item]
        kind, _, nth = rung.partition(":")
        n = 0 if kind == "ahead" else int(nth)
        if waiting.clock == "filing":
            people = [p for role in thing.flow["file"] for p in self.sitting(role, thing.unit)]
            return list(dict.fromkeys(people + (self.overseers() if n > 1 else [])))
        people = [*self.asked(thing, now), *self.above(thing, n)]
        return list(dict.fromkeys(people or self.above(thing, 1) or self.overseers()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())
