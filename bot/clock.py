"""The only place that reads the time. Everything else is handed a Clock, or a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class Clock:
    """The real time, aware, UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class DemoClock(Clock):
    """A clock that can be moved (demo and tests only): runs on from where it was set, or stands still."""

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._lock = Lock()
        self._running = running
        real = datetime.now(UTC)
        self._offset = (start or real) - real
        self._frozen = (start or real).astimezone(UTC)

    def now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._offset if self._running else self._frozen

    def set(self, moment: datetime) -> None:
        """Move to `moment` (aware). Raises ValueError for a naive one."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        with self._lock:
            self._offset = moment - datetime.now(UTC)
            self._frozen = moment.astimezone(UTC)

    def advance(self, span: timedelta) -> None:
        self.set(self.now() + span)
