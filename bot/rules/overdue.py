"""督办: what is late and what soon will be, as those who oversee see it: by unit, with who holds it and for how long.

Pure: items with their deadlines come in, lines of a list go out. The chat, the card and the page are made from these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.comments import unsorted
from bot.rules.deadline import BEIJING
from bot.rules.item import Decision, Item, Move, State
from bot.rules.personal import masked
from bot.rules.progress import done_duties, duties, with_author
from bot.rules.regulation import Do, Kind, Regulation
from bot.rules.routing import Desk, asked_now, drafter_gone, drafters, own_roles, units_of
from bot.rules.textcheck import shown_title
from bot.rules.workdays import Calendar

ONE_DAY = timedelta(days=1)
PRIVATE = "（内容保密）"
TITLE = 24  # characters of a title in a list


@dataclass(frozen=True, slots=True)
class Due:
    """A running item with a deadline: who holds its step now (nobody: it waits), and the units that are to do it."""

    item: Item
    at: datetime
    people: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def act(self) -> str:
        return act_now(self.item)

    @property
    def answer(self) -> bool:
        """Whether a netizen waits for it."""
        return self.item.kind is Kind.COMMENT and self.item.awaiting(Do.REPLY)

    def late(self, now: datetime) -> bool:
        return self.at < now


@dataclass(frozen=True, slots=True)
class OfUnit:
    """What of a unit is overdue: how many, and its worst."""

    unit: str
    count: int
    worst: Due


@dataclass(frozen=True, slots=True)
class Survey:
    """督办 at one moment: overdue (the longest first), due until some time, how many are running at all."""

    overdue: tuple[Due, ...]
    ahead: tuple[Due, ...]
    running: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """What it shows, so that a second look can tell whether anything has changed."""
        return tuple(sorted(one.item.id for one in (*self.overdue, *self.ahead)))

    @property
    def units(self) -> tuple[OfUnit, ...]:
        """The units with something overdue, the most first, of equal ones the longest late."""
        found: dict[str, list[Due]] = {}
        for one in self.overdue:
            for unit in one.units:
                found.setdefault(unit, []).append(one)
        rows = [OfUnit(unit, len(late), late[0]) for unit, late in found.items()]
        return tuple(sorted(rows, key=lambda row: (-row.count, row.worst.at)))


def survey(found: Iterable[Due], running: int, now: datetime) -> Survey:
    ordered = sorted(found, key=lambda one: (one.at, one.item.id))
    return Survey(
        tuple(one for one in ordered if one.late(now)), tuple(one for one in ordered if not one.late(now)), running
    )


def act_now(item: Item) -> str:
    """What is to be done with it now; a draft that came back is mended."""
    if item.step is None:
        return ""
    return "修改" if with_author(item) and not unsorted(item) else item.step.act


def due_now(item: Item, at: datetime, moves: Sequence[Move], desk: Desk) -> Due:
    return Due(item, at, whose(item, moves, desk), units_left(item, moves, desk.regulation) or (item.unit,))


def whose(item: Item, moves: Sequence[Move], desk: Desk) -> tuple[str, ...]:
    """Who is asked now; for a returned item its drafter, unless he drafts no more.

    A comment that nobody has been given yet lies with whoever collected it; when he has left, with who collects too.
    """
    step = item.step
    if unsorted(item):
        return drafters(item, desk) if drafter_gone(item, desk) else (item.author,)
    if item.state is not State.RUNNING or step is None or (step.do is Do.DRAFT and drafter_gone(item, desk)):
        return ()
    return asked_now(item, moves, desk)


def units_left(item: Item, moves: Sequence[Move], regulation: Regulation) -> tuple[str, ...]:
    """The 承办单位 that have not done their part of the current step yet."""
    step, own = item.step, own_roles(regulation)
    if step is None:
        return ()
    done = done_duties(item, step, moves, own)
    return tuple(d.unit for d in duties(item, step, own) if d.unit and d not in done)


def title_of(item: Item) -> str:
    """What may stand in a list that others read too: nothing of a private one, no number that points to a person."""
    if item.flow is None or item.flow.private:
        return PRIVATE
    begun = item.flow.option if item.kind is not Kind.POST else "（无标题）"
    title = masked(shown_title(item.title).replace("《", "〈").replace("》", "〉")) or begun
    return f"《{title if len(title) <= TITLE else title[: TITLE - 1] + '…'}》"


def lateness(due: datetime, now: datetime, calendar: Calendar) -> str:
    """3.5 小时 within a day; after that the working days that have begun since: 2 个工作日."""
    hours = max((now - due).total_seconds(), 0) / 3600
    if hours < 24:
        return "不到 3 分钟" if hours < 0.05 else f"{hours:.1f} 小时"
    days = working_days(_last_day(due), now.astimezone(BEIJING).date(), calendar)
    return f"{days} 个工作日" if days else f"{hours / 24:.0f} 天"


def working_days(after: date, until: date, calendar: Calendar) -> int:
    """How many working days there are after the one and up to the other."""
    return sum(calendar.is_workday(after + n * ONE_DAY).workday for n in range(1, (until - after).days + 1))


def _last_day(due: datetime) -> date:
    """The day a deadline ends; midnight ends the day before."""
    return (due.astimezone(BEIJING) - timedelta(minutes=1)).date()


# ---- the month's notice ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missed:
    """A deadline that was missed: of which step, by whom, when it was settled (None: it is still open), and how."""

    item: Item
    act: str
    units: tuple[str, ...]
    people: tuple[str, ...]
    due: datetime
    settled: datetime | None
    reminded: int
    how: str = ""


HOW = {Decision.WITHDRAWN: "撤回", Decision.RETURNED: "退回", Decision.HANDED_BACK: "交回", Decision.MOVED: "换类别"}


def missed(
    item: Item, key: str, due: datetime, settled: datetime | None, reminded: int, moves: Sequence[Move], desk: Desk
) -> Missed:
    """`key`: of the deadline, `<item>:<round>:<position>`. Who settled it is who acted at that moment."""
    acted = [m for m in moves if m.at == settled] if settled else []
    people = tuple(dict.fromkeys(m.actor for m in acted)) if settled else whose(item, moves, desk)
    units = tuple(dict.fromkeys(m.unit for m in acted if m.unit))
    if not settled:
        units = units_left(item, moves, desk.regulation)
    how = (HOW.get(acted[-1].decision, "办理") if acted else "结束") if settled else ""
    return Missed(item, _act(item, key), units or units_of(item)[:1], people, due, settled, reminded, how)


def _act(item: Item, key: str) -> str:
    position = key.rpartition(":")[2]
    steps = item.flow.steps if item.flow else ()
    return steps[int(position)].act if position.isdigit() and int(position) < len(steps) else ""


def by_unit(found: Iterable[Missed]) -> dict[str, list[Missed]]:
    """The unit with the most first; what several units missed together stands under each of them."""
    units: dict[str, list[Missed]] = {}
    for one in found:
        for unit in one.units:
            units.setdefault(unit, []).append(one)
    return dict(sorted(units.items(), key=lambda entry: -len(entry[1])))
