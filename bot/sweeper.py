"""Time: what is due becomes an event and takes the road of all events."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from sqlite_utils import Database

from bot.clock import Clock
from bot.rules.daily import Strike
from bot.rules.delivery import Answer
from bot.rules.events import (
    CalendarChanged,
    CardExpiring,
    Event,
    Fallen,
    PasswordAwaited,
    PeopleChanged,
    PeriodBegan,
    RosterLookedOver,
    RungsFell,
)
from bot.striking import event_of
from bot.writer import Writer
from storage.accounts import begin_again
from storage.calendar import CalendarChange, calendar_again, calendar_change, calendar_seen
from storage.cards import expiring_card, remind_again
from storage.daily import daily_again, daily_done
from storage.deadlines import due_rungs, pass_rung, put_off
from storage.handovers import due_handover, put_off_handover
from storage.prune import prune
from storage.roster import PeopleChange, look_over_due, looked_over, people_again, people_change, people_seen
from storage.rows import DeadlineRow, HandoverRow
from storage.when import maybe_text, to_text

log = logging.getLogger(__name__)
T = TypeVar("T")

EVERY_SECONDS = 20
AGAIN = timedelta(minutes=5)  # after a handler failed, so that the rest goes on
FRESH = timedelta(minutes=3)  # a sweep that ended well longer ago than that is missed


@dataclass(frozen=True, slots=True)
class Watch:
    """What one step needs."""

    writer: Writer
    dispatch: Callable[[Event], Future[Answer]]
    org: str
    calendar: Callable[[], str] = str  # the mark of the calendar in force; empty: it never changes
    opened: Callable[[Database, datetime], datetime | None] = lambda db, now: None  # when this working day opened
    beginning: Callable[[Database, datetime], PeriodBegan | None] = lambda db, now: None  # what `every` is to begin now
    striking: Callable[[Database, datetime], Strike | None] = lambda db, now: None  # what is due once today or a month

    def write(self, work: Callable[[Database], T]) -> T:
        return self.writer.submit(work).result()


def sweep_one(watch: Watch, now: datetime) -> bool:
    """Turn the first thing of DUE that is due into its event. False when nothing is due.

    All is asked in one job: nearly always nothing is due, and each question by itself would cost a commit.
    Raises NotCommitted when the database cannot be written.
    """
    act = watch.write(lambda db: _first_due(watch, db, now))
    if act is None:
        return False
    act()
    return True


def _first_due(watch: Watch, db: Database, now: datetime) -> Callable[[], None] | None:
    for ask, act in DUE:
        if found := ask(watch, db, now):
            return partial(act, watch, found, now)
    return None


def _begin(watch: Watch, began: PeriodBegan, now: datetime) -> None:
    if not _heard(watch, began):
        watch.write(lambda db: begin_again(db, watch.org, began.flow, began.period, now + AGAIN))


def _strike(watch: Watch, strike: Strike, now: datetime) -> None:
    """After the reminders of the same moment: the survey shows them."""
    if _heard(watch, event_of(strike)):
        watch.write(lambda db: daily_done(db, watch.org, strike, now))
    else:
        watch.write(lambda db: daily_again(db, watch.org, strike, now + AGAIN))


def _look_over_due(watch: Watch, db: Database, now: datetime) -> datetime | None:
    opened = watch.opened(db, now)
    return opened if opened and look_over_due(db, watch.org, opened, now) else None


def _look_over(watch: Watch, opened: datetime, now: datetime) -> None:
    """Its key is the day's, so that it happens once even with restarts and two processes."""
    heard = _heard(watch, RosterLookedOver(key=f"roster@{to_text(opened)}"))
    watch.write(lambda db: looked_over(db, watch.org, now, None if heard else now + AGAIN))


def _ask_for_password(watch: Watch, row: HandoverRow, now: datetime) -> None:
    """The handler says when it asks again; one it leaves as it was is put off."""
    assert row.remind_at is not None
    _heard(watch, PasswordAwaited(key=f"password:{row.id}@{to_text(row.remind_at)}", handover=row.id))
    left = watch.write(lambda db: due_handover(db, watch.org, now))
    if left and (left.id, left.remind_at) == (row.id, row.remind_at):
        watch.write(lambda db: put_off_handover(db, watch.org, row.id, now + AGAIN))


def _nag(watch: Watch, due: Sequence[DeadlineRow], now: datetime) -> None:
    """All that is due, in one event: each person hears of his together. When it fails, one by one.

    A rung the handler marks moves on by that; one it leaves alone is passed; one it fails at is put off.
    """
    rungs = tuple(Fallen(row.key, row.item, row.rung) for row in due)
    if _heard(watch, RungsFell(key=_fall_key(due), rungs=rungs)):
        watch.write(lambda db: _pass_all(db, watch.org, due))
    elif len(due) == 1:
        watch.write(lambda db: put_off(db, watch.org, due[0], now + AGAIN))
    else:
        for row in due:
            _nag(watch, (row,), now)


def _pass_all(db: Database, org: str, due: Sequence[DeadlineRow]) -> None:
    for row in due:
        pass_rung(db, org, row)


def _fall_key(due: Sequence[DeadlineRow]) -> str:
    """The same rungs at the same moments have the same key, whichever process sweeps."""
    keys = [f"{row.key}:{row.rung}@{maybe_text(row.alert_after)}" for row in due]
    return keys[0] if len(keys) == 1 else f"rungs:{sha256('|'.join(keys).encode()).hexdigest()[:32]}"


def _tell_of(watch: Watch, change: PeopleChange, now: datetime) -> None:
    if _heard(watch, PeopleChanged(key=change.key)):
        watch.write(lambda db: people_seen(db, watch.org, change))
    else:
        watch.write(lambda db: people_again(db, watch.org, now + AGAIN))


def _calendar_change(watch: Watch, db: Database, now: datetime) -> CalendarChange | None:
    mark = watch.calendar()
    return calendar_change(db, watch.org, mark, now) if mark else None


def _tell_of_calendar(watch: Watch, change: CalendarChange, now: datetime) -> None:
    if _heard(watch, CalendarChanged(key=change.key)):
        watch.write(lambda db: calendar_seen(db, watch.org, change))
    else:
        watch.write(lambda db: calendar_again(db, watch.org, now + AGAIN))


def _warn(watch: Watch, expiring: tuple[str, datetime], now: datetime) -> None:
    task_id, at = expiring
    heard = _heard(watch, CardExpiring(key=f"expiring:{task_id}@{to_text(at)}", task_id=task_id))
    watch.write(lambda db: remind_again(db, watch.org, task_id, None if heard else now + AGAIN))


def _heard(watch: Watch, event: Event) -> bool:
    try:
        watch.dispatch(event).result()
    except Exception:
        log.exception("%s failed", event.key)
        return False
    return True


# What may be due, in the order in which it is looked for, and what is done about it. People come first, so that whoever
# holds a step now is the one who is reminded.
DUE: tuple[tuple[Callable[[Watch, Database, datetime], Any], Callable[[Watch, Any, datetime], None]], ...] = (
    (lambda watch, db, now: people_change(db, watch.org, now), _tell_of),
    (_calendar_change, _tell_of_calendar),
    (lambda watch, db, now: watch.beginning(db, now), _begin),
    (lambda watch, db, now: due_rungs(db, watch.org, now), _nag),
    (lambda watch, db, now: watch.striking(db, now), _strike),
    (lambda watch, db, now: expiring_card(db, watch.org, now), _warn),
    (_look_over_due, _look_over),
    (lambda watch, db, now: due_handover(db, watch.org, now), _ask_for_password),
)


class Sweeper:
    """Sweeps every 20 seconds of real time; what is due is the clock's matter."""

    def __init__(self, watch: Watch, clock: Clock, *, keep_days: int = 30) -> None:
        self._watch = watch
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._swept: datetime | None = None  # when the last sweep ended well
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin; a sweep that takes longer than 20 seconds is followed by one, not by several."""
        self._scheduler.add_job(
            self.sweep, "interval", seconds=EVERY_SECONDS, max_instances=1, coalesce=True, misfire_grace_time=None
        )
        self._scheduler.add_job(self.tidy, "interval", hours=1, max_instances=1, coalesce=True, misfire_grace_time=None)
        self._scheduler.start()

    def tidy(self) -> int:
        """Forget deliveries and settled messages older than keep_days; how many. A fault is logged."""
        before = self._clock.now() - self._keep
        try:
            return self._watch.write(lambda db: prune(db, self._watch.org, before))
        except Exception:
            log.exception("old messages were not cleared away")
            return 0

    def stop(self) -> None:
        """End after the sweep under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def sweep(self) -> None:
        """Everything due now. A fault is logged; the next sweep tries again."""
        try:
            self.settle()
            self._swept = self._clock.now()
        except Exception:
            log.exception("the sweep was broken off")

    def ailment(self, now: datetime) -> str:
        """What is wrong with it, for the heartbeat; "" when it sweeps as it should."""
        if not self._scheduler.running:
            return "the sweeper does not run"
        if self._swept is None or now - self._swept > FRESH:
            return f"no sweep has ended well since {self._swept or 'the start'}"
        return ""

    def settle(self, now: datetime | None = None) -> int:
        """Sweep until nothing is due (tests and demo); how many events that made."""
        events = 0
        while sweep_one(self._watch, now or self._clock.now()):
            events += 1
        return events
