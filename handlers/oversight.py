"""督办: what those who oversee do to a running item (暂停, 改派, 催办), and the ticks set by those who act on it.

A stopped item refuses every act in one place, `saying.stopped`; `progress.not_held` is the same guard in the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import Effect, Record, SaveItem, UpdateCard
from bot.rules.item import Item, State
from bot.rules.overdue import act_now
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Step
from bot.rules.routing import (
    asked,
    holder_for,
    holders,
    may_be_given,
    may_direct,
    may_resume,
    may_see,
    superiors,
)
from handlers import cards
from handlers import wording as w
from handlers.asking import ask_holder
from handlers.context import BEIJING, Context
from handlers.dues import deadline_now
from handlers.onward import close_cards, moved, nobody, reported_to
from handlers.realign import align
from handlers.reminding import holders_now
from handlers.router import Router
from handlers.saying import forget, once, refuse, same_card, say, settle_tap, tell

router = Router()

DIRECTED = ("催办", "改派")  # what a unit's head may do to items of his own unit, as those who oversee may to all
CHASED = "督办"  # the line of the record; 催办 is what the clock does


def _people(item: Item, ctx: Context) -> tuple[str, ...]:
    """Who is asked now; for a returned item its drafter."""
    return holders_now(item, ctx)


def _overseen(intent: i.Intent, number: int, act: str, ctx: Context) -> Item | list[Effect]:
    """The item, for who oversees; or the refusal that says who can."""
    item = ctx.store.item(number)
    able = item is not None and act in DIRECTED and may_direct(intent.who, item, ctx.moves(item), ctx.desk_of(item))
    if item is None or not (able or may_see(intent.who, item, ctx.moves(item), ctx.desk)):
        return refuse(intent, f"没有您可以{act}的事项 {number:04d}", ctx, action=f"拒绝{act}")
    if not able and not ctx.oversees(intent.who):
        roles = "、".join(r.label for r in ctx.regulation.role.values() if r.oversees)
        return refuse(intent, f"您不能{act} {item.number}，请找{roles or '管理员'}", ctx, item, action=f"拒绝{act}")
    return item


# ---- 暂停, 恢复 -----------------------------------------------------------------------------------------------------


@router.on(i.HoldAsked)
def hold_asked(intent: i.HoldAsked, ctx: Context) -> Sequence[Effect]:
    """Nothing can be decided or published until it is resumed; its cards close, the deadline stays."""
    item = _overseen(intent, intent.item, "暂停", ctx)
    if isinstance(item, list):
        return item
    if item.held:
        return refuse(intent, w.held(item, ctx), ctx, item, action="拒绝暂停")
    try:
        after = progress.hold(item, intent.reason, intent.who)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item, action="拒绝暂停")
    by, people = ctx.name(intent.who), _people(item, ctx)
    text = f"{item.number}《{w.heading(item)}》已由{by}暂停：{after.held}。恢复前不能办理，恢复时会告诉您。"
    told = once(people, (item.author,))
    return [
        SaveItem(after),
        *close_cards(item, ctx, f"已由{by}暂停"),
        *[effect for p in people if p != item.author for effect in forget(p, item, ctx)],
        Record(intent.who, "暂停", item.id, after.held, version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="stopped") for p in told if p and p != intent.who],
        say(intent, f"{item.number} 已暂停：{after.held}。恢复请回复“恢复 {item.number}”。", ctx, item.id),
    ]


@router.on(i.ResumeAsked)
def resume_asked(intent: i.ResumeAsked, ctx: Context) -> Sequence[Effect]:
    """The step goes on where it stood; whoever holds it now gets a new card, under the deadline it had."""
    item = _overseen(intent, intent.item, "恢复", ctx)
    if isinstance(item, list):
        return item
    if item.held and not may_resume(intent.who, item, ctx.desk):
        why = f"{item.number} 由{ctx.name(item.held_by)}暂停，要由{ctx.name(item.held_by)}或其上级恢复"
        return refuse(intent, why, ctx, item, action="拒绝恢复")
    try:
        after = progress.resume(item)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item, action="拒绝恢复")
    text = f"{item.number}《{w.heading(item)}》已由{ctx.name(intent.who)}恢复办理。"
    own = f"{text}改好后把全文发来，不用改就回复“送审 {item.number}”。" if progress.with_author(after) else text
    told = [p for p in once((item.author, item.held_by)) if p and p != intent.who]
    return [
        *_asked_anew(after, ctx),
        Record(intent.who, "恢复", item.id, item.held, version=item.current.no),
        *[tell(p, own if p == item.author else text, ctx, item=item.id, what="resumed") for p in told],
        say(intent, f"{item.number} 已恢复，{w.place(after, ctx, _people(after, ctx))}。", ctx, item.id),
    ]


def _asked_anew(item: Item, ctx: Context) -> list[Effect]:
    step, moves = item.step, ctx.moves(item)
    if step is None or progress.with_author(item) or item.state is State.PREPARING:
        return [SaveItem(item)]
    people = asked(holders(item, step, moves, ctx.desk), ctx.desk)
    if not people:
        return [SaveItem(reported_to(item, superiors(item, ctx.desk_of(item)))), *nobody(item, step, ctx)]
    due = deadline_now(item, step, ctx)
    return [SaveItem(item), *(e for holder in people for e in ask_holder(item, step, holder, moves, ctx, due))]


# ---- 改派 -----------------------------------------------------------------------------------------------------------


@router.on(i.ReassignAsked)
def reassign_asked(intent: i.ReassignAsked, ctx: Context) -> Sequence[Effect]:
    """The current step to one person of its roles, of whatever unit, until it is left (a return ends it too)."""
    item = _overseen(intent, intent.item, "改派", ctx)
    if isinstance(item, list):
        return item
    step = item.step
    if item.state is not State.RUNNING or step is None:
        return _refused(intent, f"{item.number} {w.place(item, ctx)}，不能改派", ctx, item, action="拒绝改派")
    if progress.with_author(item):
        why = f"{item.number} {w.place(item, ctx)}。起草人已离岗的，回复“转交 {item.number} 姓名”"
        return _refused(intent, why, ctx, item, action="拒绝改派")
    able = may_be_given(intent.who, item, ctx.moves(item), ctx.desk, ctx.desk_of(item))
    named = [p for p in able if intent.name in (p, ctx.name(p))]
    if not intent.name:
        why = f"请先选改派给谁，或回复“改派 {item.number} 姓名”"
        return _refused(intent, why, ctx, item, action="拒绝改派")
    if len(named) != 1:
        return _refused(intent, _whom(intent.name, named or able, step, ctx), ctx, item, action="拒绝改派")
    if _people(item, ctx) == (named[0],):
        return _refused(intent, f"{item.number} 已由{ctx.name(named[0])}办理", ctx, item, action="拒绝改派")
    return _give(intent, item, step, named[0], ctx)


def _refused(intent: i.Intent, why: str, ctx: Context, item: Item, action: str) -> list[Effect]:
    """A tapped card goes on to be usable."""
    return [*same_card(intent, ctx), *refuse(intent, why, ctx, item, action=action)]


def _whom(said: str, people: Sequence[str], step: Step, ctx: Context) -> str:
    listed = "、".join(f"{ctx.name(p)}（{p}）" for p in people)
    roles = "、".join(ctx.role_label(r) for r in step.by)
    if len(people) > 1 and all(ctx.name(p) == said for p in people):
        return f"有 {len(people)} 位{said}，请写账号：{listed}"
    if not people:
        return f"没有别的{roles}可以办理“{step.act}”，请先在人员名册里登记"
    return f"“{said}”不能办理“{step.act}”（须是{roles}，不能审核本人稿件或审核两次），可以改派给：{listed}"


def _give(intent: i.ReassignAsked, item: Item, step: Step, to: str, ctx: Context) -> list[Effect]:
    before = _people(item, ctx)
    after = replace(item, named={**item.named, str(item.position): to}, seq=item.seq + 1)
    asking = align(after, ctx)
    why = f"：{intent.reason}" if intent.reason else ""
    text = f"{item.number}《{w.heading(item)}》的“{step.act}”已由{ctx.name(intent.who)}改派给{ctx.name(to)}{why}。"
    left = [p for p in once(before, (item.author,)) if p and p not in (to, intent.who)]
    return [
        next((e for e in asking if isinstance(e, SaveItem)), SaveItem(after)),
        Record(intent.who, "改派", item.id, f"{step.act}：{'、'.join(before)} → {to}{why}", version=item.current.no),
        *settle_tap(intent, f"已改派给{ctx.name(to)}", ctx),
        tell(to, text, ctx, item=item.id, what="given"),
        *[e for e in asking if not isinstance(e, SaveItem)],
        *[tell(p, text, ctx, item=item.id, what="given") for p in left],
        say(intent, f"{item.number} 的“{step.act}”已改派给{ctx.name(to)}。", ctx, item.id),
    ]


# ---- 督办 -----------------------------------------------------------------------------------------------------------


@router.on(i.ChaseAsked)
def chase_asked(intent: i.ChaseAsked, ctx: Context) -> Sequence[Effect]:
    """One message now to whoever holds it: a person decided it, so no hours are waited for. Once a day and item."""
    item = _overseen(intent, intent.item, "催办", ctx)
    if isinstance(item, list):
        return item
    if item.held:
        return _refused(intent, w.held(item, ctx), ctx, item, action=w.HELD)
    people = _people(item, ctx)
    if not people:
        return _refused(intent, f"{item.number} {w.place(item, ctx)}，没有可以催办的人", ctx, item, action="拒绝催办")
    earlier = chased_today(intent.who, item, ctx)
    if earlier:
        return _refused(intent, f"今天已催办过 {item.number}（{earlier}），明天可以再催", ctx, item, action="拒绝催办")
    why = f"：{intent.text}" if intent.text else ""
    text = f"【督办】{ctx.name(intent.who)}催办{why}\n{_waits(item, ctx)}"
    others = [p for p in people if p != intent.who]
    return [
        *_pressed(intent, ctx),
        Record(intent.who, CHASED, item.id, f"{ctx.names(people)}{why}", version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="chased") for p in others],
        say(intent, f"已催办 {item.number}：{ctx.names(people)}。", ctx, item.id),
    ]


def _pressed(intent: i.ChaseAsked, ctx: Context) -> list[Effect]:
    """The card shows that he pressed for it; what else it offers stays; one about many items stays as it is."""
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    if row is not None and row.item is None:
        return same_card(intent, ctx)
    left = tuple(b for b in row.card.buttons if b.key != "chase") if row else ()
    if row is None or not left:
        return settle_tap(intent, "已催办", ctx)
    shown = replace(row.card, buttons=left, desc=f"{w.hm(ctx.now)} 已催办")
    return [UpdateCard(row.task_id, shown, f"tap|{ctx.cause}", code=intent.code, close=False)]


@router.on(i.ChaseAllAsked)
def chase_all_asked(intent: i.ChaseAllAsked, ctx: Context) -> Sequence[Effect]:
    """全部催办: whatever is overdue and was not chased by him today; one message a holder."""
    return [*same_card(intent, ctx), *_chase_all(intent, ctx)]


def _chase_all(intent: i.ChaseAllAsked, ctx: Context) -> list[Effect]:
    if not ctx.oversees(intent.who):
        return refuse(intent, "您不能催办全部事项", ctx, action="拒绝催办")
    late = [item for item, _ in ctx.store.running_due(ctx.now)]
    due = [item for item in late if not item.held and _people(item, ctx) and not chased_today(intent.who, item, ctx)]
    if not due:
        why = "，今天都已催办过或没有人可催" if late else ""
        return refuse(intent, f"没有可以催办的逾期事项{why}", ctx, action="拒绝催办")
    waiting: dict[str, list[Item]] = {}
    for item in due:
        for person in _people(item, ctx):
            waiting.setdefault(person, []).append(item)
    effects: list[Effect] = [
        Record(intent.who, CHASED, item.id, ctx.names(_people(item, ctx)), version=item.current.no) for item in due
    ]
    for person, items in waiting.items():
        if person != intent.who:
            text = "\n".join(
                (f"【督办】{ctx.name(intent.who)}催办 {len(items)} 件：", *(_waits(x, ctx) for x in items))
            )
            effects.append(tell(person, text, ctx, what="chased"))
    told = "、".join(f"{ctx.name(p)} {len(items)} 件" for p, items in waiting.items())
    return [*effects, say(intent, f"已催办 {len(due)} 件：{told}。", ctx)]


def chased_today(who: str, item: Item, ctx: Context) -> str:
    """When this person chased it today, or nothing."""
    lines = [x for x in ctx.store.audit(item.id) if x.action == CHASED and x.actor == who]
    today = [x for x in lines if x.at.astimezone(BEIJING).date() == ctx.today]
    return w.hm(today[-1].at) if today else ""


def _waits(item: Item, ctx: Context) -> str:
    row = next((d for d in ctx.store.deadlines(item.id) if not d.closed and d.due_at), None)
    if row is None or row.due_at is None:
        when = w.waited(item.since or ctx.now, ctx.now)
    elif row.due_at < ctx.now:
        when = f"已逾期 {w.span(row.due_at, ctx.now)}"
    else:
        when = f"期限 {w.until(row.due_at, ctx.now)}"
    return f"{item.number}《{w.heading(item)}》待您{act_now(item)}，{when}。"


# ---- 标注 -----------------------------------------------------------------------------------------------------------


@router.on(i.TickSaid)
def tick_said(intent: i.TickSaid, ctx: Context) -> Sequence[Effect]:
    """By anyone acting before the ticked step; cleared only by who set it, with a reason."""
    item = ctx.store.item(intent.item)
    if item is None or not may_see(intent.who, item, ctx.moves(item), ctx.desk):
        return refuse(intent, f"没有您可以标注的事项 {intent.item:04d}", ctx, action="拒绝标注")
    if intent.clear:
        return _clear(intent, item, ctx)
    if not _acts_before(intent.who, item, intent.tick, ctx):
        why = f"标注由前面环节的办理人作出，{item.number} {w.place(item, ctx, _people(item, ctx))}"
        return [*same_card(intent, ctx), *refuse(intent, why, ctx, item, action="拒绝标注")]
    try:
        after = progress.set_tick(item, intent.tick, intent.who)
    except IllegalMove as no:
        offered = "、".join(progress.settable_ticks(item))
        hint = f"。可以标注：{offered}" if offered and not progress.tick_places(item, intent.tick) else ""
        return [*_without_tick(intent, item, ctx), *refuse(intent, f"{no}{hint}", ctx, item, action="拒绝标注")]
    return [
        SaveItem(after),
        *_without_tick(intent, after, ctx),
        Record(intent.who, "标注", item.id, intent.tick, version=item.current.no),
        *_to_author(intent, item, f"标注“{intent.tick}”，{_added(after, intent.tick, ctx)}", ctx),
        say(intent, f"{item.number} 已标注“{intent.tick}”，{_added(after, intent.tick, ctx)}。", ctx, item.id),
    ]


def _acts_before(who: str, item: Item, tick: str, ctx: Context) -> bool:
    """Who drafted it, did a step before the ticked one, or holds the current one."""
    if who == item.author:
        return True
    moves, step = ctx.moves(item), item.step
    place = min(progress.tick_places(item, tick), default=0)
    if any(m.actor == who and m.step < place for m in moves):
        return True
    return step is not None and holder_for(who, item, step, moves, ctx.desk) is not None


def _added(item: Item, tick: str, ctx: Context) -> str:
    assert item.flow is not None
    steps = [item.flow.steps[n] for n in progress.tick_places(item, tick)]
    names = "、".join(f"“{s.act}”（{'、'.join(ctx.role_label(r) for r in s.by)}）" for s in steps)
    return f"后面增加{names}"


def _without_tick(intent: i.Intent, item: Item, ctx: Context) -> list[Effect]:
    """The tapped card goes on to be usable; its menu has what may still be ticked."""
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    if row is None:
        return []
    shown = replace(row.card, menu=cards.tick_menu(item))
    return [UpdateCard(row.task_id, shown, f"tick|{ctx.cause}", code=intent.code, close=False)]


def _to_author(intent: i.Intent, item: Item, what: str, ctx: Context) -> list[Effect]:
    if intent.who == item.author or not item.author:
        return []
    text = f"{item.number}《{w.heading(item)}》{ctx.name(intent.who)}{what}。"
    return [tell(item.author, text, ctx, item=item.id, what="ticked", merge=True)]


def _clear(intent: i.TickSaid, item: Item, ctx: Context) -> list[Effect]:
    try:
        after = progress.clear_tick(item, intent.tick, intent.who, intent.reason, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item, action="拒绝取消标注")
    people = [p for p in _people(item, ctx) if p != intent.who] if after.position != item.position else []
    text = (
        f"{item.number}《{w.heading(item)}》{ctx.name(intent.who)}取消标注“{intent.tick}”：{intent.reason}，不用再办。"
    )
    return [
        *moved(item, after, ctx.moves(item), ctx, done=f"已取消标注“{intent.tick}”"),
        *[effect for p in people for effect in forget(p, item, ctx)],
        Record(intent.who, "取消标注", item.id, f"{intent.tick}:{intent.reason}", version=item.current.no),
        *[tell(p, text, ctx, item=item.id, what="unticked") for p in people if p != item.author],
        *_to_author(intent, item, f"取消标注“{intent.tick}”：{intent.reason}", ctx),
        say(
            intent,
            f"{item.number} 已取消标注“{intent.tick}”，{w.place(after, ctx, _people(after, ctx))}。",
            ctx,
            item.id,
        ),
    ]
