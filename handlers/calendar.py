"""放假安排公布了: deadlines reckoned without it are reckoned anew; and who must see to it while it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.rules.deadline import without_sent
from bot.rules.effects import Effect, OpenDeadline, Record, Remember
from bot.rules.events import CalendarChanged
from bot.rules.item import Item, State
from bot.rules.routing import asked, filed_with, holders, overseers
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.dues import acknowledgement, deadline_key, filing_key, open_deadline
from handlers.onward import waiting_roles
from handlers.quota import publishing_deadlines
from handlers.router import Router
from handlers.saying import tell
from storage.read import DeadlineRow

router = Router()


@router.on(CalendarChanged)
def calendar_changed(event: CalendarChanged, ctx: Context) -> Sequence[Effect]:
    """Only provisional deadlines: the others were reckoned once and stay (rule 9 for every policy)."""
    rows = [row for row in ctx.store.open_deadlines() if row.provisional]
    return [effect for row in rows for effect in _anew(row, ctx)]


def _anew(row: DeadlineRow, ctx: Context) -> list[Effect]:
    item = ctx.store.item(row.item)
    fresh = _reckoned(item, row, ctx) if item else None
    if item is None or fresh is None or fresh.due_at is None or row.due_at is None:
        return []
    if fresh.provisional and fresh.due_at == row.due_at:
        return []
    sent = [nag.rung for nag in ctx.store.nags(item.id) if nag.deadline == row.key and nag.at >= row.opened_at]
    before, after = w.until(row.due_at, ctx.now), w.until(fresh.due_at, ctx.now)
    fresh = replace(fresh, key=row.key, ladder=without_sent(fresh.ladder, sent, fresh.due_at, ctx.now))
    if before == after:
        return [fresh, Record("system", "期限改算", item.id, f"{after}，日期不变", version=item.current.no)]
    text = f"{item.number} 的期限按公布的放假安排改为 {after}（原为 {before}）。"
    return [
        fresh,
        Record("system", "期限改算", item.id, f"{before} → {after}", version=item.current.no),
        *[tell(person, text, ctx, item=item.id, what="calendar") for person in _concerned(item, row, ctx)],
    ]


def _reckoned(item: Item, row: DeadlineRow, ctx: Context) -> OpenDeadline | None:
    """From the item's own beginning, by the policy it began with."""
    if row.key == filing_key(item):
        filing = ctx.store.filing(item.id)
        return acknowledgement(item, replace(ctx, now=filing.at)) if filing else None
    if item.state is not State.RUNNING or item.step is None or not row.key.startswith(deadline_key(item)):
        return None
    return publishing_deadlines(item, item.step, open_deadline(item, item.step, ctx), ctx)[0]


def _concerned(item: Item, row: DeadlineRow, ctx: Context) -> tuple[str, ...]:
    if row.key == filing_key(item):
        return filed_with(item, waiting_roles(item, ctx), ctx.desk)
    step = item.step
    found = asked(holders(item, step, ctx.moves(item), ctx.desk), ctx.desk) if step else ()
    return tuple(dict.fromkeys(holder.userid for holder in found))


# ---- a year that is not known yet ---------------------------------------------------------------------------


def missing_years(effects: Sequence[Effect], ctx: Context) -> list[Effect]:
    """Whoever can see to the calendar is told once for each year that a deadline had to be reckoned without."""
    opened = [e for e in effects if isinstance(e, OpenDeadline) and e.provisional and e.due_at]
    years = sorted({year: deadline for deadline in reversed(opened) for year in _unknown(deadline, ctx)}.items())
    found: list[Effect] = []
    for year, deadline in years:
        for person in ctx.admins or overseers(ctx.desk):
            if not ctx.store.memory(person, f"calendar {year}"):
                text = (
                    f"{year}年的放假安排还没有，{deadline.item:04d} 的期限暂按周一至周五计。"
                    "公布后请更新程序，或把放假和上班日写进配置 calendar.file 指的文件，暂定的期限会自动改算。"
                )
                found.append(tell(person, text, ctx, what=f"calendar {year}"))
                found.append(Remember(person, f"calendar {year}", "told"))
    return found


def _unknown(deadline: OpenDeadline, ctx: Context) -> list[int]:
    assert deadline.due_at is not None
    ends = (ctx.now.astimezone(BEIJING).year, deadline.due_at.astimezone(BEIJING).year)
    years = range(min(ends), max(ends) + 1)
    return [year for year in years if not ctx.calendar.is_workday(date(year, 6, 1)).known]
