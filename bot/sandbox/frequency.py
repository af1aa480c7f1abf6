"""How often: 30 a minute and 1000 an hour for one member, dropped in silence; the rest answers 45009 (path/90312)."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.sandbox.errors import ApiError

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(slots=True)
class Window:
    """At most `limit` within `span`; going over it blocks for another `span`."""

    limit: int
    span: timedelta
    times: deque[datetime] = field(default_factory=deque)
    blocked_until: datetime | None = None

    def full(self, now: datetime) -> bool:
        if self.blocked_until is not None and now < self.blocked_until:
            return True
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
        if len(self.times) < self.limit:
            return False
        self.blocked_until = now + self.span
        return True


@dataclass(slots=True)
class Gate:
    """Several windows at once."""

    windows: tuple[Window, ...]

    def admit(self, now: datetime) -> Window | None:
        """The window that is full, or None and the event is counted."""
        for window in self.windows:
            if window.full(now):
                return window
        for window in self.windows:
            window.times.append(now)
        return None


def member_gate() -> Gate:
    return Gate((Window(30, MINUTE), Window(1000, HOUR)))


def api_gate() -> Gate:
    return Gate((Window(10_000, MINUTE), Window(150_000, HOUR)))


@dataclass(slots=True)
class Frequency:
    """All counters of the corp."""

    members: defaultdict[str, Gate] = field(default_factory=lambda: defaultdict(member_gate))
    apis: defaultdict[str, Gate] = field(default_factory=lambda: defaultdict(api_gate))
    person_times: defaultdict[date, int] = field(default_factory=lambda: defaultdict(int))

    def call(self, path: str, now: datetime) -> None:
        if self.apis[path].admit(now) is not None:
            raise ApiError(45009, "api freq out of limit")

    def person_time(self, count: int, day: date, cap: int) -> None:
        """Account cap times 200 person-times a day for one app; the code for going over is 45009 in general."""
        if self.person_times[day] + count > cap * 200:
            raise ApiError(45009, "api freq out of limit: person-times of the day")
        self.person_times[day] += count
