"""期限 of a step: when it is due, reckoned once and kept (rule 9 for every policy)."""

from __future__ import annotations

from bot.rules import comments, deadline, extension
from bot.rules.effects import (
    OpenDeadline,
)
from bot.rules.forms import read_moment
from bot.rules.item import Item, replace
from bot.rules.late import measured_at_submission
from bot.rules.periods import Period, due_at_end, period_of
from bot.rules.regulation import Do, Step
from handlers import wording as w
from handlers.context import BEIJING, Context
from storage.read import DeadlineRow

ACKNOWLEDGED_IN = "1wd"


def deadline_key(item: Item) -> str:
    return f"{item.id}:{item.round}:{item.position}"


def open_deadline(item: Item, step: Step, ctx: Context) -> OpenDeadline:
    """期限 of the current step, computed once and kept (rule 9 for every policy); without `due`, the idle ladder."""
    assert item.flow is not None
    urgent, reg = deadline.ignores_quiet_hours(item.flow, step), ctx.policy_of(item)
    began = item.since or ctx.now
    due = due_of(item, step, ctx)
    ladder = deadline.ladder(due.at if due else None, began, reg.nag, reg.clock, ctx.calendar, urgent)
    rungs = tuple((rung.name, rung.at) for rung in ladder)
    if due and step.missed:
        rungs = tuple(sorted((*rungs, ("missed", max(due.at, began))), key=lambda rung: (rung[1], rung[0] != "missed")))
    if due is None:
        return OpenDeadline(deadline_key(item), item.id, None, rungs)
    return OpenDeadline(deadline_key(item), item.id, due.at, rungs, due.explanation, due.provisional)


def due_of(item: Item, step: Step, ctx: Context) -> deadline.Due | None:
    """When the step is due, with what it was put off by (A4)."""
    due, why = _first_due(item, step, ctx), item.extended.get(extension.key(item), "")
    if due is None or not why or step is not item.step or not step.due:
        return due
    return extension.longer(step, due, why, ctx.policy_of(item).clock, ctx.calendar)


def _first_due(item: Item, step: Step, ctx: Context) -> deadline.Due | None:
    """When the step was due in the beginning: counted from when it began, or from a date of the form; a draft whose
    filing date is known already is due with it (what must be filed within five days must be written within them)."""
    assert item.flow is not None
    reg, began = ctx.policy_of(item), item.since or ctx.now
    period = period_of_item(item, ctx) if item.round == 0 and not step.due else None
    if period is not None:
        ends = due_at_end(period, reg.clock)
        return deadline.Due(ends, False, f"{period.label} → 期满 → 截止 {w.until(ends, ctx.now)}")
    own = () if measured_at_submission(item) else (step,)  # 迟报: one that came back is not late because of that
    later = item.flow.steps[item.position + 1 :] if step.do is Do.DRAFT and not (own and step.due) else ()
    for one in (*own, *(s for s in later if s.since and s.since in item.form)):
        if one.due and not one.since:
            return deadline.due_at(one.due, began, reg.clock, ctx.calendar)
        if one.due and one.since and item.form.get(one.since):
            start = read_moment(item.form[one.since])
            start = max(start, item.reopened_at) if item.reopened_at else start
            due = deadline.due_at(one.due, start, reg.clock, ctx.calendar, reason=one.since)
            return _from_registration(item, one.due, due, ctx) or due
    return None


def _from_registration(item: Item, spec: str, due: deadline.Due, ctx: Context) -> deadline.Due | None:
    """A3: a comment that was registered after its day has the day from then; what is due in hours never waits."""
    known = item.registered_at or ctx.now
    if not comments.is_comment(item) or spec.endswith("h") or due.at > known:
        return None
    clock = ctx.policy_of(item).clock
    return deadline.due_at(spec, known, clock, ctx.calendar, reason=f"{comments.DELAYED}，登记")


def answer_due(item: Item, ctx: Context) -> str:
    """When the answer is due, as its deadline says or will say."""
    if item.flow is None:
        return ""
    row = ctx.store.open_deadline(deadline_key(item))
    if row is not None and row.due_at:
        return w.until(row.due_at, ctx.now)
    for step in item.flow.steps[item.position :]:
        reckoned = open_deadline(item, step, ctx) if step.due and step.since and item.applies(step) else None
        if reckoned is not None and reckoned.due_at:
            return w.until(reckoned.due_at, ctx.now)
    return ""


def period_of_item(item: Item, ctx: Context) -> Period | None:
    """The period for which the scheduler began it."""
    if not item.period or item.flow is None or not item.flow.every:
        return None
    return period_of(item.flow.every, item.created_at.astimezone(BEIJING).date(), ctx.calendar)


def the_earlier(fresh: OpenDeadline, standing: DeadlineRow | None) -> OpenDeadline:
    """The standing deadline with what is left of its ladder, if it ends before the fresh one."""
    if standing is None or standing.due_at is None or (fresh.due_at is not None and fresh.due_at <= standing.due_at):
        return fresh
    names = [name for name, _ in standing.ladder]
    left = standing.ladder[names.index(standing.rung) :] if standing.rung in names else ()
    if not left and standing.alert_after:
        left = ((standing.rung, standing.alert_after),)
    return replace(
        fresh, due_at=standing.due_at, ladder=left, explanation=standing.explanation, provisional=standing.provisional
    )


def deadline_now(item: Item, step: Step, ctx: Context) -> OpenDeadline:
    """The current step's deadline as it was reckoned when the step began (rule 9)."""
    row = ctx.store.open_deadline(deadline_key(item))
    if row is None:
        return open_deadline(item, step, ctx)
    return OpenDeadline(row.key, item.id, row.due_at, row.ladder, row.explanation, row.provisional)


def filing_key(item: Item) -> str:
    return f"{item.id}:filing"


def acknowledgement(item: Item, ctx: Context) -> OpenDeadline:
    """A42: whoever it was filed with acknowledges it within a working day, or is reminded."""
    reg = ctx.policy_of(item)
    due = deadline.due_at(ACKNOWLEDGED_IN, ctx.now, reg.clock, ctx.calendar, reason="备案")
    rungs = tuple((rung.name, rung.at) for rung in deadline.ladder(due.at, ctx.now, reg.nag, reg.clock, ctx.calendar))
    return OpenDeadline(filing_key(item), item.id, due.at, rungs, due.explanation, due.provisional)
