"""归并, 拆出, 都已回复: comments that ask the same are one issue, handled once and answered in each place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, progress
from bot.rules import intents as i
from bot.rules.effects import CloseDeadlines, Effect, KeepMove, OpenDeadline, Record, SaveItem
from bot.rules.item import Decision, Item, Move, State, replace
from bot.rules.progress import IllegalMove
from bot.rules.routing import asked_now, may_see, own_roles
from handlers import wording as w
from handlers.collecting import joinable
from handlers.context import Context
from handlers.dues import deadline_key, open_deadline, the_earlier
from handlers.following import aligned, answer_of, parted, to_post
from handlers.onward import close_cards, moved
from handlers.proposing import collectable, like_it
from handlers.router import Router
from handlers.saying import merge_replies, refuse, say, settle_tap, tell
from storage.read import DeadlineRow

router = Router()

PURPOSES = ("sort", "sort2", "join", "alert")


@router.on(i.JoinSaid)
def join_said(intent: i.JoinSaid, ctx: Context) -> Sequence[Effect]:
    """归并 0456 0457 0458: the others go with the first. Of one alone: with those that say the same."""
    found = [ctx.store.item(n) for n in intent.items]
    items = [x for x in found if x is not None and comments.is_comment(x)]
    if len(items) < len(found) or not items or not all(_may_group(intent.who, x, ctx) for x in items):
        numbers = "、".join(f"{n:04d}" for n in intent.items)
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您可以归并的评论 {numbers}", ctx)]
    if intent.refuse:
        return [
            *settle_tap(intent, "不归并", ctx),
            Record(intent.who, "不归并", items[0].id),
            say(intent, f"好的，{items[0].number} 单独办理。", ctx, items[0].id),
        ]
    if len(items) == 1:
        same = [x for x in like_it(items[0], ctx) if joinable(items[0], x) and _may_group(intent.who, x, ctx)]
        items = sorted([items[0], *same], key=lambda x: x.id)
    issue = _issue(items, ctx)
    members = [x for x in items if x.id != issue.id and x.joined != issue.id]
    problem = _problem(issue, members)
    if problem:
        return [*settle_tap(intent, "没有归并", ctx), *refuse(intent, problem, ctx, issue)]
    return _joined(intent, issue, members, ctx)


def _may_group(who: str, item: Item, ctx: Context) -> bool:
    """Who collects them, who oversees, and who gives them to units."""
    if who == item.author or ctx.oversees(who):
        return True
    roles = {role for flow in collectable(who, ctx) for role in flow.steps[0].by}
    if any(s.role in roles and s.unit == item.unit for s in ctx.roster.seats_of(who)):
        return True
    moves = ctx.moves(item)
    return item.state is State.RUNNING and who in asked_now(item, moves, ctx.desk)


def _issue(items: Sequence[Item], ctx: Context) -> Item:
    """The first, or the issue it belongs to already."""
    above = ctx.store.item(items[0].joined) if items[0].joined else None
    return above or items[0]


def _problem(issue: Item, members: Sequence[Item]) -> str:
    if not members:
        return f"没有可以并入 {issue.number} 的评论，请写明编号，例如“归并 {issue.number} 0457 0458”"
    over = [x.number for x in (issue, *members) if not x.open]
    if over:
        return f"{'、'.join(over)} 已办结或已撤回，不能归并"
    apart = [x.number for x in members if not joinable(issue, x)]
    return f"{'、'.join(apart)} 与 {issue.number} 一公开一不公开，不能归并" if apart else ""


def _joined(intent: i.JoinSaid, issue: Item, members: Sequence[Item], ctx: Context) -> list[Effect]:
    effects: list[Effect] = []
    rows = []
    for member in members:
        rows += [d for d in ctx.store.deadlines(member.id) if not d.closed and d.due_at]
        own = replace(member, joined=issue.id)
        unsorted = [SaveItem(replace(own, seq=own.seq + 1))]
        alike = aligned(own, issue, (), ctx) if issue.state is State.RUNNING else unsorted
        done = f"已并入 {issue.number}"
        effects += [
            *alike, CloseDeadlines(member.id), *close_cards(member, ctx, done),
            *close_cards(member, ctx, done, purposes=PURPOSES),
            *[SaveItem(replace(x, joined=issue.id)) for x in ctx.store.joined_to(member.id)],
            Record(intent.who, "归并", member.id, f"并入 {issue.number}", version=member.current.no),
        ]  # fmt: skip
    numbers = "、".join(x.number for x in members)
    return [
        *effects,
        *_earliest(issue, rows, ctx),
        *close_cards(issue, ctx, "已归并", except_for=intent.task_id, purposes=("join",)),
        *settle_tap(intent, f"已归并 {len(members)} 条", ctx),
        Record(intent.who, "归并", issue.id, numbers, version=issue.current.no),
        *_tell_holders(intent, issue, members, ctx),
        say(intent, f"{numbers} 已并入 {issue.number}，一次办理，各处分别回复。拆开回复“拆出 编号”。", ctx, issue.id),
    ]


def _tell_holders(intent: i.Intent, issue: Item, members: Sequence[Item], ctx: Context) -> list[Effect]:
    people = asked_now(issue, ctx.moves(issue), ctx.desk) if issue.state is State.RUNNING else ()
    text = f"{issue.number}《{w.heading(issue)}》又并入 {len(members)} 条相同的评论，一次办理，各处分别回复。"
    return [tell(p, text, ctx, item=issue.id, what="joined") for p in people if p != intent.who]


def _earliest(issue: Item, rows: Sequence[DeadlineRow], ctx: Context) -> list[Effect]:
    """The issue is due when the first of them is: with its answer the day of each is kept."""
    step = issue.step
    dated = sorted((row for row in rows if row.due_at), key=lambda row: row.due_at or ctx.now)
    if step is None or not dated:
        return []
    mine = ctx.store.open_deadline(deadline_key(issue))
    fresh = open_deadline(issue, step, ctx)
    if mine is not None:
        fresh = OpenDeadline(mine.key, issue.id, mine.due_at, mine.ladder, mine.explanation, mine.provisional)
    sooner = the_earlier(fresh, dated[0])
    return [CloseDeadlines(issue.id, fresh.key), sooner] if sooner.due_at != fresh.due_at else []


@router.on(i.SplitSaid)
def split_said(intent: i.SplitSaid, ctx: Context) -> Sequence[Effect]:
    """拆出 0457: it goes its own way again."""
    item = ctx.store.item(intent.item)
    if item is None or not item.joined or not _may_group(intent.who, item, ctx):
        return refuse(intent, f"没有您可以拆出的评论 {intent.item:04d}", ctx)
    if not item.open:
        return refuse(intent, f"{item.number} {w.place(item, ctx)}，不用拆出", ctx, item)
    effects = parted(item, f"从 {item.joined:04d} 拆出", ctx, intent.who)
    after = next(e.item for e in effects if isinstance(e, SaveItem))
    told = ctx.names(asked_now(after, ctx.moves(item), ctx.desk)) if after.state is State.RUNNING else ""
    where = f"现在由{told}办理" if told else f"请分办：回复“分办 {item.number} 类别 单位”"
    return [*effects, say(intent, f"{item.number} 已从 {item.joined:04d} 拆出，{where}。", ctx, item.id)]


@router.on(i.MembersAnswered)
def members_answered(intent: i.MembersAnswered, ctx: Context) -> Sequence[Effect]:
    """都已回复 0456: every place has the answer; each keeps its own record of it."""
    issue = ctx.store.item(intent.item)
    if issue is None or not may_see(intent.who, issue, ctx.moves(issue), ctx.desk):
        return [*settle_tap(intent, "已失效", ctx), *refuse(intent, f"没有您可以登记的 {intent.item:04d}", ctx)]
    waiting, text = to_post(intent.who, issue, ctx), answer_of(issue, ctx)
    if not waiting or not text:
        return [*settle_tap(intent, "已办完", ctx), *refuse(intent, f"{issue.number} 没有等您登记的回复", ctx, issue)]
    effects = [effect for member in waiting for effect in _posted(intent, member, text, ctx)]
    return merge_replies([
        *effects,
        *settle_tap(intent, f"已回复 {len(waiting)} 处 {w.hm(ctx.now)}", ctx),
        Record(intent.who, "各处已回复", issue.id, "、".join(m.number for m in waiting), version=issue.current.no),
        say(intent, f"已登记 {len(waiting)} 处回复：{'、'.join(m.number for m in waiting)}。", ctx, issue.id),
    ])


def _posted(intent: i.Intent, member: Item, text: str, ctx: Context) -> list[Effect]:
    moves, step = ctx.moves(member), member.step
    assert step is not None
    role = next((s.role for s in ctx.roster.seats_of(intent.who) if s.role in step.by), step.by[0])
    try:
        after = progress.record(member, {}, ctx.now, role=role, moves=moves, own=own_roles(ctx.regulation))
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, member)
    move = Move(
        step=member.position, round=member.round, version=member.current.no, fingerprint=member.current.fingerprint,
        actor=intent.who, role=role, decision=Decision.DONE, at=ctx.now, form={comments.REPLY: text}, lap=member.lap,
    )  # fmt: skip
    return [
        KeepMove(member.id, move),
        *moved(member, after, (*moves, move), ctx, done=f"已答复 {w.hm(ctx.now)}"),
        Record(intent.who, step.act, member.id, text, role=role, version=member.current.no),
    ]
