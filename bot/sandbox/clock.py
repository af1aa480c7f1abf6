"""The stand-in's only source of time: the real clock plus an offset, or a moment that stands still."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class Clock:
    """Now. Moved by tests and by the buttons of the demonstration, never by itself when frozen."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen_at = frozen_at
        self._offset = timedelta()

    def now(self) -> datetime:
        if self._frozen_at is not None:
            return self._frozen_at.astimezone(UTC)
        return datetime.now(UTC) + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    def set(self, moment: datetime) -> None:
        """Also backwards; a frozen clock stays frozen, a running one runs on from there."""
        if self._frozen_at is not None:
            self._frozen_at = moment
        else:
            self._offset = moment - datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self.now() + by)


def parse_moment(text: str) -> datetime:
    """An ISO time; without a zone it is meant in Beijing."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def iso(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def preset(name: str, now: datetime) -> datetime:
    """Where a button of the demonstration leads: always forward."""
    local = now.astimezone(BEIJING)
    if name == "hour":
        return now + timedelta(hours=1)
    if name == "17:00":
        today = datetime.combine(local.date(), time(17, 0), BEIJING)
        return today if today > local else today + timedelta(days=1)
    if name == "tomorrow-8:30":
        return datetime.combine(local.date() + timedelta(days=1), time(8, 30), BEIJING)
    raise ValueError(f"no preset named {name!r}")
