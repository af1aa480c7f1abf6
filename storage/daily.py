"""每天一次: what has happened of what happens once a day or a month. One row each, so it stays once for all time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from bot.rules.daily import Strike
from storage.db import first, insert
from storage.when import to_text


def daily_due(db: Database, org: str, strikes: Iterable[Strike], now: datetime) -> Strike | None:
    """The first of these that has not happened and is not put off; or None."""
    return next((one for one in strikes if _waits(db, org, one, now)), None)


def daily_done(db: Database, org: str, strike: Strike, now: datetime) -> None:
    _keep(db, org, strike, done_at=to_text(now))


def daily_again(db: Database, org: str, strike: Strike, at: datetime) -> None:
    """Its handler failed: it is tried again then. What has happened meanwhile stays done."""
    _keep(db, org, strike, again_at=to_text(at))


def _waits(db: Database, org: str, strike: Strike, now: datetime) -> bool:
    row = first(db, "SELECT done_at, again_at FROM daily WHERE org = ? AND what = ? AND day = ?", org, *strike)
    if row is None:
        return True
    return row["done_at"] is None and (row["again_at"] is None or row["again_at"] <= to_text(now))


def _keep(db: Database, org: str, strike: Strike, *, done_at: str | None = None, again_at: str | None = None) -> None:
    row = {"org": org, "what": strike.what, "day": strike.day, "done_at": done_at, "again_at": again_at}
    insert(
        db, "daily", row,
        on_conflict="ON CONFLICT DO UPDATE SET done_at = coalesce(done_at, excluded.done_at),"
        " again_at = excluded.again_at",
    )  # fmt: skip
