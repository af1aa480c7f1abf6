"""催办, gathered: what each rung that is due has to say and to whom, and where its deadline stands afterwards.

Nobody is written to here: `digests` puts what one person is to hear into one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.rules import comments, deadline
from bot.rules.deadline import Climb, Rung
from bot.rules.effects import Effect, HoldRung, MarkNagged, Record
from bot.rules.events import Fallen
from bot.rules.item import Item, State
from bot.rules.overdue import whose
from bot.rules.progress import first_draft
from bot.rules.regulation import Do
from bot.rules.routing import drafter_gone, filed_with, may_direct, overseers, superiors
from handlers import cards
from handlers import wording as w
from handlers.context import Context
from handlers.dues import deadline_key, filing_key
from handlers.onward import how_without_drafter, waiting_roles, waiting_units
from handlers.registering import missed as state_lost
from handlers.rounds import told_above
from storage.read import DeadlineRow

MISSED = "missed"  # the rung at which a step's `missed` takes effect: nobody is written to
MOST_OF_A_TITLE = 20  # in a line among several


class Part(StrEnum):
    """Why somebody hears of an item: the heading it stands under in a message about several."""

    DO = "要您办的"
    URGE = "请您督促的"
    KNOW = "请您知道的"


@dataclass(frozen=True, slots=True)
class Notice:
    """One rung's news for one person: `text` when it is all he hears now, `line` when it is one of several.

    `acts`: he can do something about it, so a card goes with it. `missed`: reminders that could not be sent before.
    """

    to: str
    part: Part
    item: Item
    deadline: str
    rung: str
    text: str
    line: str
    due: datetime | None
    missed: int = 0
    acts: bool = True

    @property
    def ahead(self) -> bool:
        return self.rung.startswith("ahead:")


@dataclass(frozen=True, slots=True)
class Fell:
    """What one rung comes to. `above`: who may look at the item from now on. `until`: held until then."""

    notices: tuple[Notice, ...] = ()
    effects: tuple[Effect, ...] = ()
    above: tuple[str, ...] = ()
    until: datetime | None = None


# ---- where the ladder stands ----------------------------------------------------------------------------------------


def fell(fallen: Fallen, ctx: Context) -> Fell:
    """One rung, looked at again inside the transaction: one that has moved on since has nothing to say."""
    item, row = ctx.store.item(fallen.item), ctx.store.open_deadline(fallen.deadline)
    if item is None or row is None or row.rung != fallen.rung or row.planned is None:
        return Fell()
    if row.key == filing_key(item):
        return held(item, row, ctx) or _filing_waits(item, row, ctx)
    if row.key != deadline_key(item) or not (item.state is State.RUNNING or comments.unsorted(item)):
        over = MarkNagged(row.key, row.rung), Record("system", "期限已过时", item.id, row.rung)
        return Fell(effects=over)
    return _step_waits(item, row, ctx)


def standing(item: Item, row: DeadlineRow, ctx: Context) -> Climb:
    """The rungs whose time has come, and the next one."""
    assert row.planned is not None
    names = [name for name, _ in row.ladder]
    rest = row.ladder[names.index(row.rung) + 1 :] if row.rung in names else ()
    reg, again, urgent = ctx.policy_of(item), chased_again(item, row, ctx), is_urgent(item, row)

    def later(before: Rung) -> Rung | None:
        return deadline.next_over(before, again, reg.nag, reg.clock, ctx.calendar, urgent)

    return deadline.climb(Rung(row.rung, row.planned), (Rung(*rung) for rung in rest), later, ctx.now)


def chased_again(item: Item, row: DeadlineRow, ctx: Context) -> str | None:
    nag, step = ctx.policy_of(item).nag, item.step
    return nag.again if step is None or row.key == filing_key(item) else deadline.chase_again(nag, step)


def is_urgent(item: Item, row: DeadlineRow) -> bool:
    """Whether its reminders go out at any hour; whoever has to confirm a filing is left in peace at night."""
    step, flow = item.step, item.flow
    if step is None or flow is None or row.key != deadline_key(item):
        return False
    return deadline.ignores_quiet_hours(flow, step)


def held_until(item: Item, row: DeadlineRow, planned: datetime, ctx: Context) -> datetime | None:
    """When a reminder that should have gone out before, and may not now, goes out."""
    reg = ctx.policy_of(item)
    hours = deadline.nag_window(reg.nag, reg.clock)
    return deadline.held_until(planned, ctx.now, hours, ctx.calendar, is_urgent(item, row))


def held(item: Item, row: DeadlineRow, ctx: Context) -> Fell | None:
    """Nothing at night: the rung waits until opening, silently."""
    until = held_until(item, row, standing(item, row, ctx).elapsed[-1].at, ctx)
    return Fell(effects=(HoldRung(row.key, row.rung, until),), until=until) if until else None


def _marked(row: DeadlineRow, climb: Climb) -> list[Effect]:
    """The last rung is the one that is sent; what a deadline does by itself (`missed`) was not missed."""
    *earlier, sent = climb.elapsed
    done: list[Effect] = [MarkNagged(row.key, rung.name) for rung in earlier if rung.name == MISSED]
    name, at = climb.following or ("", None)
    passed = tuple(rung.name for rung in earlier if rung.name != MISSED)
    return [*done, MarkNagged(row.key, sent.name, name, at, passed)]


def _lost(row: DeadlineRow, climb: Climb) -> int:
    """Reminders that nobody could send. One whose time was over before the deadline stood there was never wanted."""
    return sum(rung.name != MISSED and rung.at > row.opened_at for rung in climb.elapsed[:-1])


# ---- a step -------------------------------------------------------------------------------------------------------


def _step_waits(item: Item, row: DeadlineRow, ctx: Context) -> Fell:
    climb = standing(item, row, ctx)
    names = [rung.name for rung in climb.elapsed]
    until = held_until(item, row, climb.elapsed[-1].at, ctx)
    if until and MISSED not in names:
        return Fell(effects=(HoldRung(row.key, row.rung, until),), until=until)
    if until:  # the state is lost at once; whoever is to hear of it hears in the morning
        end = names.index(MISSED) + 1
        climb = Climb(climb.elapsed[:end], next(iter((*climb.elapsed[end:], climb.following))))
    effects = _marked(row, climb)
    if MISSED in names:
        assert item.step is not None
        effects += [*state_lost(item, item.step, ctx), Record("system", "期满", item.id, item.step.act)]
    if climb.elapsed[-1].name == MISSED:
        return Fell(effects=tuple(effects))
    return _people_told(item, row, climb, effects, ctx)


def _people_told(item: Item, row: DeadlineRow, climb: Climb, effects: Sequence[Effect], ctx: Context) -> Fell:
    """Holders before the deadline; after it holders and the first n of `up`; each hears what his part in it is."""
    rung, step = climb.elapsed[-1], item.step
    assert step is not None and item.flow is not None
    people, above = audience(item, rung.nth, ctx)
    told = tuple(dict.fromkeys((*people, *above)))
    lost = _lost(row, climb)
    say = _Sayings(item, row, rung, lost, people, ctx)
    notices = [say.to(p, Part.DO if p in people else Part.URGE) for p in told]
    applicant = _applicant(item, rung, told, ctx)
    notices += [say.to(applicant, Part.KNOW)] if applicant else []
    note = f"（停机期间 {lost} 次未发出）" if lost else ""
    line = Record("system", "催办", item.id, f"{rung.name} → {ctx.names(told)}{note}", version=item.current.no)
    counted = _counts_as(item, climb, row, waiting_units(item, ctx.moves(item), ctx))
    return Fell(
        tuple(notices),
        (*effects, line, *told_above(item, rung, ctx), *counted),
        above=() if item.flow.private else above,  # of a private one they hear that it waits, not what it is
    )


def audience(item: Item, nth: int, ctx: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who does it and who stands above, of the nth reminder after the end (0: ahead of it); somebody, always.

    Of a stopped item nobody can do anything: those above hear that its time goes on.
    """
    people, desk = () if item.held else holders_now(item, ctx), ctx.desk_of(item)
    late = waiting_units(item, ctx.moves(item), ctx)
    above = superiors(item, desk, count=nth, units=late) if nth else ()
    if not people and not above and not item.held:
        above = superiors(item, desk, count=1) or overseers(ctx.desk) or ctx.admins
    return people, above


def holders_now(item: Item, ctx: Context) -> tuple[str, ...]:
    return whose(item, ctx.moves(item), ctx.desk)


def _applicant(item: Item, rung: Rung, told: Sequence[str], ctx: Context) -> str:
    """Whoever began it hears of a check that is late for his own date, and of which units are late with theirs."""
    step = item.step
    if step is None or not rung.nth or not item.author or item.author in told or drafter_gone(item, ctx.desk):
        return ""
    return item.author if (step.do is Do.CHECK and step.since) or item.units else ""


def _counts_as(item: Item, climb: Climb, row: DeadlineRow, late: Sequence[str]) -> list[Effect]:
    """What being overdue counts as (未配合) is a line of the record, once, with the units that are late."""
    over = any(rung.name == "over:1" for rung in climb.elapsed)
    if item.step is None or not item.step.late or not over or row.due_at is None:
        return []
    return [Record("system", item.step.late, item.id, "、".join(late or (item.unit,)), version=item.current.no)]


# ---- the words ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sayings:
    """What one rung of a step says, to each in his part."""

    item: Item
    row: DeadlineRow
    rung: Rung
    lost: int
    people: tuple[str, ...]
    ctx: Context

    def to(self, person: str, part: Part) -> Notice:
        what = self._what(part)
        return Notice(
            person, part, self.item, self.row.key, self.rung.name,
            text=f"{self._mark()}{what}{self._when()}{self._ground()}。{self._more(person, part)}",
            line=f"{self._what(part, MOST_OF_A_TITLE)}{self._when()}",
            due=self.row.due_at,
            missed=0 if part is Part.KNOW else self.lost,
            acts=self._acts(person, part),
        )  # fmt: skip

    def _acts(self, person: str, part: Part) -> bool:
        item, ctx = self.item, self.ctx
        if part is Part.KNOW or item.held:
            return False
        return part is Part.DO or may_direct(person, item, ctx.moves(item), ctx.desk_of(item))

    def _mark(self) -> str:
        if not self.rung.nth:
            return "【提醒】"
        return f"【{'逾期' if self.row.due_at else '催办'} 第{self.rung.nth}次】"

    def _what(self, part: Part, most: int = 0) -> str:
        """0123《…》待审定，由刘洋办理 (not to himself); of a private one others read number, holder and time."""
        item, step = self.item, self.item.step
        assert step is not None and item.flow is not None
        returned = step.do is Do.DRAFT and first_draft(item) and item.author and not comments.unsorted(item)
        act = "修改" if returned else step.act
        heading = w.heading(item)
        title = f"《{cards.cut(heading, most) if most else heading}》"
        if item.flow.private:
            title, act = ("", act) if part is Part.DO else ("", "办理")
        held, alone = w.some_names(self.people, self.ctx), part is Part.DO and len(self.people) == 1
        who = "" if not self.rung.nth or alone else f"，由{held}办理" if held else "，暂无人可办"
        return f"{item.number}{title}待{act}{who}"

    def _when(self) -> str:
        due, now = self.row.due_at, self.ctx.now
        if due is None:
            return f"，已等 {w.span(self.item.since or now, now)}"
        if not self.rung.nth:
            return f"，期限 {w.until(due, now)}，还剩 {w.span(now, due)}"
        return f"，已逾期 {w.span(due, now)}"

    def _ground(self) -> str:
        """，计为未配合（依据 第五条）: what being late counts as, and by which clause."""
        item, step = self.item, self.item.step
        if not self.rung.nth or self.row.due_at is None or step is None:
            return ""
        counted = f"，计为{step.late}" if step.late else ""
        return f"{counted}（依据 {w.basis(item.flow)}）{w.count_parts(item, self.ctx.moves(item), self.ctx)}"

    def _more(self, person: str, part: Part) -> str:
        """What he can do, below the sentence."""
        item, step = self.item, self.item.step
        assert step is not None
        lines = []
        if item.held:
            lines.append(f"{w.place(item, self.ctx)}。")
        if drafter_gone(item, self.ctx.desk) and step.do is Do.DRAFT:
            lines.append(how_without_drafter(item))
        if part is Part.KNOW and step.missing:
            lines.append(f"{step.missing}。")
        if part is Part.KNOW and item.units:
            lines.append(f"看谁没有办，发“进度 {item.number}”。")
        if part is Part.DO:
            lines.append(how_to_act(item, self.ctx))
        if part is Part.URGE and self.people and self._acts(person, part):
            lines.append(f"要催办请点卡片，或回复“催办 {item.number}”。")
        if self.lost and part is not Part.KNOW:
            lines.append(said_missed(self.lost))
        return "".join(f"\n{line}" for line in lines)


def said_missed(count: int) -> str:
    return f"停机期间有 {count} 次提醒未发出。"


def how_to_act(item: Item, ctx: Context) -> str:
    """What whoever holds the step can type."""
    step = item.step
    assert step is not None
    match step.do:
        case Do.CHECK:
            return (
                f"回复“{w.pass_word(step)} {item.number}”，"
                f"或“{w.return_word(step)} {item.number} 理由”；原文发“全文 {item.number}”。"
            )
        case Do.PUBLISH:
            return f"发布后回复“已发布 {item.number}”，下一行起写“平台 链接”。"
        case Do.REPLY if comments.agreed(item):
            return f"照审定的原文答复后，回复“答复 {item.number}”。"
        case Do.REPLY:
            return f"请点卡片，或回复“答复 {item.number} 答复内容”。"
        case Do.DRAFT if comments.unsorted(item):
            return f"请点卡片，或回复“分办 {item.number} 类别 单位”。"
        case Do.DRAFT if comments.writes_reply(item):
            return f"请回复“拟复 {item.number} 全文”。"
        case Do.DRAFT if not w.is_text(item):
            return f"填写请回复“填写 {item.number}”。"
        case Do.ASSIGN if not cards.assignable(item, ctx):
            return f"办好后请点卡片，或回复“办结 {item.number}”。"
        case Do.ASSIGN:
            return f"请回复“交办 {item.number} 单位”。"
        case Do.DRAFT:
            return f"改好后把全文发来；不发了回复“撤回 {item.number}”。"
        case _:
            return f"办好后回复“办结 {item.number}”。"


# ---- a filing -------------------------------------------------------------------------------------------------------


def _filing_waits(item: Item, row: DeadlineRow, ctx: Context) -> Fell:
    """A42: the filing is not acknowledged; who it was filed with is reminded, from the second time all who oversee."""
    climb = standing(item, row, ctx)
    rung, lost = climb.elapsed[-1], _lost(row, climb)
    people = filed_with(item, waiting_roles(item, ctx), ctx.desk)
    others = tuple(p for p in overseers(ctx.desk) if p not in people) if rung.nth > 1 else ()
    due = f"，期限 {w.until(row.due_at or ctx.now, ctx.now)}"
    what = f"备 {item.filing_no}（{item.number}《{w.heading(item)}》）还没有确认收到{due}"
    text = f"【{'逾期' if rung.nth else '提醒'}】{what}。"
    again = f"\n{said_missed(lost)}" if lost else ""

    def notice(to: str, part: Part) -> Notice:
        how = f"\n确认请回复“收到 {item.number}”。" if part is Part.DO else ""
        return Notice(
            to, part, item, row.key, rung.name, f"{text}{how}{again}", what, row.due_at, lost, part is Part.DO
        )

    told = (*people, *others)
    line = Record("system", "催办", item.id, f"备案 {rung.name} → {ctx.names(told)}", version=item.current.no)
    return Fell(
        (*(notice(p, Part.DO) for p in people), *(notice(p, Part.URGE) for p in others)),
        (*_marked(row, climb), line),
    )


def by_urgency(notices: Iterable[Notice], ctx: Context) -> list[Notice]:
    """What is due first first, and what has no date after it; his own before what he only presses for."""
    parts = list(Part)
    far = datetime.max.replace(tzinfo=ctx.now.tzinfo)
    return sorted(
        notices, key=lambda n: (parts.index(n.part), n.due or far, n.item.since or ctx.now, n.item.id)
    )

