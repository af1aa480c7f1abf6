"""期限: when a step is due, and when people are reminded of it. Everything is reckoned in Beijing time.

A duration is `24h` (hours, counting through), `15d` (calendar days), `15wd` (working days), `0d`/`0wd` (当日),
a weekday `周一` (the end of the next one), or negative with a date of the form (`-1d`: so long before it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.rules.regulation import Clock, Flow, Nag, Step
from bot.rules.workdays import WEEKDAYS, Calendar, back, forward, next_workday

BEIJING = ZoneInfo("Asia/Shanghai")
_DURATION = re.compile(r"(-?)(\d{1,4})(h|d|wd)")
_WEEKDAY = re.compile(r"周([一二三四五六日])")
_UNIT_WORDS = {"h": "小时", "d": "天", "wd": "个工作日"}
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


class Duration(NamedTuple):
    """So many of `unit` (h, d, wd); for a weekday the unit is `周` and the number 0 for Monday to 6."""

    number: int
    unit: str


def parse_duration(spec: str) -> Duration:
    """Read `24h`, `15wd`, `-1d`, `周一`. Raises ValueError."""
    if weekday := _WEEKDAY.fullmatch(spec):
        return Duration(WEEKDAYS.index(weekday[1]), "周")
    found = _DURATION.fullmatch(spec)
    if not found or (found[1] and not int(found[2])) or (found[3] == "h" and not int(found[2])):
        raise ValueError(f"时限写法不对：{spec}")
    return Duration(int(found[2]) * (-1 if found[1] else 1), found[3])


def due_words(spec: str) -> str:
    """`15wd` → 15个工作日, `0wd` → 当日(工作日), `-1d` → 提前1天."""
    return _words(parse_duration(spec))


def _words(duration: Duration) -> str:
    number, unit = duration
    if unit == "周":
        return f"下一个周{WEEKDAYS[number]}"
    if number == 0:
        return "当日" if unit == "d" else "当日（遇休息日顺延）"
    words = f"{abs(number)}{_UNIT_WORDS[unit]}"
    return f"提前{words}" if number < 0 else words


def parse_clock(text: str) -> timedelta:
    """`17:30` as the time since midnight; `24:00` is the end of the day. Raises ValueError."""
    if not _CLOCK_TIME.fullmatch(text):
        raise ValueError(f"时刻写法不对：{text}")
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))


def nag_window(nag: Nag, clock: Clock) -> str:
    """The hours in which reminders may go out (A9): `nag.hours`, by default from open to cutoff."""
    return nag.hours or f"{clock.open}-{clock.cutoff}"


# When a step is due


@dataclass(frozen=True, slots=True)
class Due:
    """`at` aware, UTC. `provisional`: a year without published holidays was counted; count again when they are."""

    at: datetime
    provisional: bool
    explanation: str


def due_at(spec: str, start: datetime, clock: Clock, calendar: Calendar, *, reason: str = "收到") -> Due:
    """When something that began at `start` (aware) is due. `reason` is the word before that time: 收到, 发表, 审定."""
    number, unit = parse_duration(spec)
    began = _beijing(start)
    if unit == "h":
        ends = (began.astimezone(UTC) + timedelta(hours=number)).astimezone(BEIJING)
        words = due_words(spec) + ("" if number < 0 else "（连续计算）")
        return Due(ends.astimezone(UTC), False, f"{reason} {_moment(began)} → {words} → 截止 {_moment(ends)}")
    last = _last_day(Duration(number, unit), began, clock, calendar)
    ends = _midnight(last) + parse_clock(clock.day_end)
    span = tuple(_days_between(began.date(), last))
    guessed = sorted({day.year for day in span if unit == "wd" and not calendar.is_workday(day).known})
    notes = _notes(Duration(number, unit), began, span, clock, calendar)
    return Due(ends.astimezone(UTC), bool(guessed), " → ".join((
        f"{reason} {_moment(began) if began.time() != time() else _month_day(began.date())}",
        *notes,
        *(f"{year}年放假安排未公布，暂按周一至周五计" for year in guessed),
        f"截止 {'' if last.year == began.year else f'{last.year}年'}{_month_day(last)} {clock.day_end}",
    )))


def _last_day(duration: Duration, began: datetime, clock: Clock, calendar: Calendar) -> date:
    number, unit = duration
    day, late = began.date(), _is_late(began, clock)
    if unit == "周":
        return _next_weekday(day, number)
    if unit == "d":
        return day + timedelta(days=1 if number == 0 and late else number)  # A7
    if number == 0:  # A1, A2
        return next_workday(calendar, day) if late or not calendar.is_workday(day).workday else day
    return forward(calendar, day, number) if number > 0 else back(calendar, day, -number)


def _is_late(began: datetime, clock: Clock) -> bool:
    return began - _midnight(began.date()) > parse_clock(clock.cutoff)


def _next_weekday(day: date, weekday: int) -> date:
    """The next such weekday after `day`; on that weekday itself it is a week later."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _notes(
    duration: Duration, began: datetime, span: tuple[date, ...], clock: Clock, calendar: Calendar
) -> Iterator[str]:
    """What the count met on its way: lateness, rest days passed over, make-up days that counted."""
    number, unit = duration
    waits_anyway = unit == "wd" and not calendar.is_workday(began.date()).workday
    if unit != "周" and number == 0 and _is_late(began, clock) and not waits_anyway:
        yield f"{clock.cutoff}以后，按下一个{'工作日' if unit == 'wd' else '自然日'}计"
    if unit == "wd":
        yield from _rest_and_makeup(span, calendar, weekends=abs(number) <= _WEEKENDS_NAMED)
    if unit == "周" or number:
        words = _words(duration)
        yield f"计{words}" if unit != "周" and number > 0 else words


_WEEKENDS_NAMED = 5  # in a longer count the plain weekends are left out of the sentence


def _rest_and_makeup(span: tuple[date, ...], calendar: Calendar, *, weekends: bool) -> Iterator[str]:
    for worked, run in groupby(span, key=lambda day: calendar.is_workday(day).workday):
        days = tuple(run)
        if not worked:
            names = [name for name in dict.fromkeys(calendar.is_workday(day).why for day in days) if name != "周末"]
            if names or weekends:
                yield _from_to(days) + (f"{'、'.join(filter(None, names))}休假" if names else "周末")
            continue
        for day in days:
            if day != span[0] and (why := calendar.is_workday(day).why):
                yield f"{_month_day(day)}（周{WEEKDAYS[day.weekday()]}，{why}）计1个工作日"


def _from_to(days: tuple[date, ...]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return _month_day(first)
    return f"{_month_day(first)}至{_month_day(last) if last.month != first.month else f'{last.day}日'}"


def _days_between(one: date, other: date) -> Iterator[date]:
    first, last = sorted((one, other))
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _month_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    return f"{_month_day(moment.date())} {moment:%H:%M}"


def _beijing(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(BEIJING)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


# When people are reminded


class Rung(NamedTuple):
    """One reminder of a step: `ahead:2h`, `over:1` (the nth after the end), `idle:1` (the nth without movement)."""

    name: str
    at: datetime  # aware, UTC

    @property
    def nth(self) -> int:
        """The n of an `over` or `idle` rung: the holder and the first n of `up` are told. 0 for a rung ahead."""
        kind, _, n = self.name.partition(":")
        return 0 if kind == "ahead" else int(n)


def ignores_quiet_hours(flow: Flow, step: Step) -> bool:
    """Urgent flows and deadlines in hours are told at once, day and night (A9, saws-R21, saws-R32)."""
    return flow.urgent or (step.due or "").endswith("h")


def chase_again(nag: Nag, step: Step) -> str | None:
    """How often an overdue step is chased: `nag.again`; one due in hours after as many hours (saws-R21: hourly)."""
    return step.due if step.due and step.due.endswith("h") and not step.due.startswith("-") else nag.again


def permitted(moment: datetime, hours: str, calendar: Calendar, urgent: bool = False) -> datetime:
    """The first moment at or after `moment` at which a reminder may go out: on working days, within `hours`."""
    if urgent:
        return moment.astimezone(UTC)
    here = _beijing(moment)
    opens, closes = _window(hours)
    day = here.date()
    if calendar.is_workday(day).workday and here - _midnight(day) <= closes:
        return max(here, _midnight(day) + opens).astimezone(UTC)
    return (_midnight(next_workday(calendar, day)) + opens).astimezone(UTC)


LATE = timedelta(minutes=10)  # a sweep comes some seconds after a rung that falls at closing time


def held_until(
    planned: datetime, now: datetime, hours: str, calendar: Calendar, urgent: bool = False
) -> datetime | None:
    """When a reminder goes out that nobody could send at its time and that may not go out now; None: at once."""
    opens = permitted(now, hours, calendar, urgent)
    return opens if opens > now and now - planned > LATE else None


def opened_today(clock: Clock, calendar: Calendar, now: datetime) -> datetime | None:
    """When this working day opened; None before that, and on rest days."""
    day = _beijing(now).date()
    opened = _midnight(day) + parse_clock(clock.open)
    return opened if calendar.is_workday(day).workday and opened <= now else None


def last_permitted_before(moment: datetime, hours: str, calendar: Calendar, urgent: bool = False) -> datetime:
    """The last moment at or before `moment` at which a reminder may go out."""
    if urgent:
        return moment.astimezone(UTC)
    here = _beijing(moment)
    opens, closes = _window(hours)
    day = here.date()
    if calendar.is_workday(day).workday and here - _midnight(day) >= opens:
        return min(here, _midnight(day) + closes).astimezone(UTC)
    return (_midnight(back(calendar, day, 1)) + closes).astimezone(UTC)


def ladder(
    due: datetime | None, began: datetime, nag: Nag, clock: Clock, calendar: Calendar, urgent: bool = False
) -> tuple[Rung, ...]:
    """The reminders known when a step begins; each later one follows from `next_over`, `next_idle`.

    With a deadline: those ahead of it and the first after it. Without: the first one for lack of movement (A12).
    """
    if due is None:
        return _first_idle(began, nag, clock, calendar, urgent)
    hours = nag_window(nag, clock)
    ahead: dict[datetime, Rung] = {}
    for spec in sorted(nag.ahead, key=lambda spec: _earlier(due, spec, calendar)):
        at = last_permitted_before(_earlier(due, spec, calendar), hours, calendar, urgent)
        if at > began and not _on_its_first_day(spec, at, began):  # else the card itself has just come
            ahead[at] = Rung(f"ahead:{spec}", at)  # two moved to the same time are one message
    return (*ahead.values(), Rung("over:1", _first_after(max(due, began), hours, calendar, urgent)))


def _on_its_first_day(spec: str, at: datetime, began: datetime) -> bool:
    """A reminder some days ahead that falls on the day on which the step began: it would say nothing new."""
    return parse_duration(spec).unit != "h" and _beijing(at).date() <= _beijing(began).date()


def next_over(
    before: Rung, again: str | None, nag: Nag, clock: Clock, calendar: Calendar, urgent: bool = False
) -> Rung | None:
    """The rung after `before` (over or idle), `again` later; None when nothing is repeated."""
    if again is None:
        return None
    kind = before.name.partition(":")[0]
    at = permitted(_later(before.at, again, calendar), nag_window(nag, clock), calendar, urgent)
    return Rung(f"{kind}:{before.nth + 1}", at)


class Climb(NamedTuple):
    """What a sweep finds of one ladder: the rungs whose time has come, the last of which is sent, and the next one."""

    elapsed: tuple[Rung, ...]
    following: Rung | None


def climb(
    standing: Rung, rest: Iterable[Rung], later: Callable[[Rung], Rung | None], now: datetime
) -> Climb:
    """From the rung the deadline stands on, over those planned after it, to the first that is still to come.

    The grid stays as it was planned: what `later` finds follows from the planned time of the rung before it, not from
    now, so that a pause moves no later reminder. The standing rung is always among those elapsed.
    """
    elapsed, planned = [standing], iter(rest)
    while True:
        following = next(planned, None) or later(elapsed[-1])
        if following is None or following.at > now:
            return Climb(tuple(elapsed), following)
        if following.at < elapsed[-1].at or following.name == elapsed[-1].name:  # no way up: never for ever
            return Climb(tuple(elapsed), None)
        elapsed.append(following)


def without_sent(
    ladder: tuple[tuple[str, datetime], ...], sent: Iterable[str], due: datetime, now: datetime
) -> tuple[tuple[str, datetime], ...]:
    """The ladder of a deadline reckoned anew: no rung twice, and no reminder ahead of what is over."""
    climbed = set(sent)
    overs = max((Rung(name, now).nth for name in climbed if name.startswith("over:")), default=0)
    ahead = [(name, at) for name, at in ladder if name.startswith("ahead:") and name not in climbed and due > now]
    after = [(f"over:{overs + 1}", at) for name, at in ladder if name == "over:1"]
    return (*ahead, *after)


def _first_idle(began: datetime, nag: Nag, clock: Clock, calendar: Calendar, urgent: bool) -> tuple[Rung, ...]:
    if nag.idle is None:
        return ()
    at = permitted(_later(began, nag.idle, calendar), nag_window(nag, clock), calendar, urgent)
    return (Rung("idle:1", at),)


def _first_after(due: datetime, hours: str, calendar: Calendar, urgent: bool) -> datetime:
    """A deadline at the very end of the hours is told of on the next working day, not while it may still be met."""
    at = permitted(due, hours, calendar, urgent)
    minute_later = permitted(due + timedelta(minutes=1), hours, calendar, urgent)
    closes = at == due and minute_later != due.astimezone(UTC) + timedelta(minutes=1)
    return minute_later if closes and not urgent else at


def _later(moment: datetime, spec: str, calendar: Calendar) -> datetime:
    """The same time of day so many (working) days later; hours count through."""
    number, unit = parse_duration(spec)
    here = _beijing(moment)
    if unit == "h":
        return moment.astimezone(UTC) + timedelta(hours=number)
    day = here.date()
    day = forward(calendar, day, number) if unit == "wd" else day + timedelta(days=number)
    return (_midnight(day) + (here - _midnight(here.date()))).astimezone(UTC)


def _earlier(moment: datetime, spec: str, calendar: Calendar) -> datetime:
    """The same time of day so many (working) days before; midnight belongs to the day it ends (24:00)."""
    number, unit = parse_duration(spec)
    if unit == "h":
        return moment.astimezone(UTC) - timedelta(hours=number)
    here = _beijing(moment)
    day = here.date() if here.time() != time() else here.date() - timedelta(days=1)
    since_midnight = here - _midnight(day)
    day = back(calendar, day, number) if unit == "wd" else day - timedelta(days=number)
    return (_midnight(day) + since_midnight).astimezone(UTC)


def _window(hours: str) -> tuple[timedelta, timedelta]:
    """`08:30-17:30`; hours until 24:00 end with the last minute: midnight may be a rest day. Raises ValueError."""
    opens, _, closes = hours.partition("-")
    return parse_clock(opens), min(parse_clock(closes), timedelta(hours=23, minutes=59))
