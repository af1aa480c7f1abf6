"""督办清单 and 督办通报, for those who oversee: what is late now, and what missed a deadline in a month.

A private item is a number, who holds it and times; titles are masked (rule 7 for every policy, saws-R30).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import BEIJING
from bot.rules.arrival import why_not
from bot.rules.daily import month_before, month_bounds, month_label
from bot.rules.item import Item
from bot.rules.overdue import PRIVATE, Due, Missed, by_unit, due_now, lateness, missed, survey, title_of
from bot.rules.roster import Roster, oversees
from bot.rules.routing import Desk
from bot.web import words as w
from bot.web.given import Pages
from storage.read import Reader


@dataclass(frozen=True, slots=True)
class LateRow:
    """`item` leads to its page. `when`: 逾期 2 个工作日, or until when. `reminded`: the last reminder."""

    item: int
    number: str
    title: str
    act: str
    who: str
    unit: str
    when: str
    late: bool
    reminded: str
    lost: str
    private: bool


@dataclass(frozen=True, slots=True)
class LateList:
    day: str
    at: str
    running: int
    overdue: tuple[LateRow, ...]
    ahead: tuple[LateRow, ...]
    units: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    item: int
    number: str
    title: str
    act: str
    who: str
    due: str
    settled: str
    how: str
    late: str
    reminded: int
    private: bool


@dataclass(frozen=True, slots=True)
class Notice:
    label: str
    before: str
    after: str
    count: int
    settled: int
    units: tuple[tuple[str, tuple[NoticeRow, ...]], ...]
    made: str


@dataclass(frozen=True, slots=True)
class _Around:
    pages: Pages
    reader: Reader
    desk: Desk

    @property
    def now(self) -> datetime:
        return self.desk.now

    @property
    def roster(self) -> Roster:
        return self.desk.roster

    def names(self, people: Iterable[str]) -> str:
        return "、".join(self.roster.name(p) for p in people) or "无人可办"

    def late_for(self, due: datetime, until: datetime) -> str:
        return lateness(due, until, self.pages.calendar())


def _around(userid: str, pages: Pages, reader: Reader) -> _Around | None:
    """None for a person who does not oversee."""
    regulation, roster = pages.regulation_of(reader), reader.roster()
    if not oversees(regulation, roster, userid):
        return None
    return _Around(pages, reader, Desk(regulation, roster, pages.clock.now()))


# ---- now ------------------------------------------------------------------------------------------------------------


def late_list(userid: str, pages: Pages, reader: Reader) -> LateList | None:
    """None for a person who does not oversee."""
    around = _around(userid, pages, reader)
    if around is None:
        return None
    local = around.now.astimezone(BEIJING)
    end = local.replace(hour=0, minute=0, second=1, microsecond=0) + timedelta(days=1)  # 24:00 belongs to today
    found = (due_now(item, at, reader.moves(item.id), around.desk) for item, at in reader.running_due(end))
    seen = survey(found, reader.running_count(), around.now)
    return LateList(
        f"{local.month}月{local.day}日", f"{local:%H:%M}", seen.running,
        tuple(_row(one, around) for one in seen.overdue), tuple(_row(one, around) for one in seen.ahead),
        tuple((row.unit, row.count, around.late_for(row.worst.at, around.now)) for row in seen.units),
    )  # fmt: skip


def _row(one: Due, around: _Around) -> LateRow:
    item, late = one.item, one.late(around.now)
    when = f"逾期 {around.late_for(one.at, around.now)}" if late else w.until(one.at, around.now)
    who = f"已由{around.roster.name(item.held_by)}暂停" if item.held else around.names(one.people)
    reminded, lost = _reminded(item, around)
    title = title_of(item)
    return LateRow(
        item.id, item.number, _bare(title), one.act, who, "、".join(one.units), when, late, reminded, lost,
        title == PRIVATE,
    )  # fmt: skip


def _reminded(item: Item, around: _Around) -> tuple[str, str]:
    """When somebody was last reminded of it, and whom that did not reach."""
    told = around.reader.last_reminder(item.id)
    if not told:  # nobody yet, or before receipts were kept
        nag = around.reader.last_nag(item.id)
        return (w.moment(nag.at, around.now) if nag and not nag.missed else ""), ""
    lost = [one for one in told if one.outcome not in ("", "sent")]
    arrived = "" if lost else " 待发出" if any(not one.outcome for one in told) else " 已送达"
    people = [f"{around.roster.name(one.userid)}（{why_not(one.code, one.why)}）" for one in lost]
    return f"{w.moment(told[0].at, around.now)}{arrived}", "、".join(people)


def _bare(title: str) -> str:
    """Without the brackets of running text."""
    return title.strip("《》（）") if title == PRIVATE else title.removeprefix("《").removesuffix("》")


# ---- a month --------------------------------------------------------------------------------------------------------


def notice(month: str, userid: str, pages: Pages, reader: Reader) -> Notice | None:
    """`month`: 2025-03, or "" for the one before this. None for a person who does not oversee."""
    around = _around(userid, pages, reader)
    if around is None:
        return None
    today = around.now.astimezone(BEIJING).date()
    month = month or month_before(today)
    since, until = month_bounds(month)
    found = tuple(_missed(since, until, around))
    units = tuple((unit, _rows(theirs, around)) for unit, theirs in by_unit(found).items())
    after = f"{until:%Y-%m}" if until <= around.now else ""
    return Notice(
        month_label(month), month_before(since.date()), after, len(found),
        sum(one.settled is not None for one in found), units, w.full_moment(around.now),
    )  # fmt: skip


def _missed(since: datetime, until: datetime, around: _Around) -> Iterable[Missed]:
    for row in around.reader.missed(since, until, around.now):
        item = around.reader.item(row.item)
        if item is not None:
            moves = around.reader.moves(item.id)
            yield missed(item, row.key, row.due_at, row.closed_at, row.reminded, moves, around.desk)


def _rows(found: Sequence[Missed], around: _Around) -> tuple[NoticeRow, ...]:
    return tuple(
        NoticeRow(
            one.item.id, one.item.number, _bare(title_of(one.item)), one.act, around.names(one.people),
            _dated(one.due, end=True), _dated(one.settled), one.how,
            around.late_for(one.due, one.settled or around.now), one.reminded, title_of(one.item) == PRIVATE,
        )
        for one in found
    )  # fmt: skip


def _dated(at: datetime | None, *, end: bool = False) -> str:
    """3月17日 10:32; a deadline at midnight is the end of the day before."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    if end and (local.hour, local.minute) == (0, 0):
        local -= timedelta(minutes=1)
        return f"{local.month}月{local.day}日 24:00"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
