"""更正、撤下、紧急撤下 of a published post (A45): a new item about it; the original stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules import aftermath
from bot.rules import intents as i
from bot.rules.effects import Effect, Expect, Record
from bot.rules.item import Decision, Item, Move, State, Version
from bot.rules.regulation import Flow, Kind
from bot.rules.routing import authorised, filed_with, may_see, overseers, seated
from bot.rules.textcheck import split_title
from handlers import wording as w
from handlers.context import Context
from handlers.saying import refuse, say, tell


@dataclass(frozen=True, slots=True)
class Begun:
    """The new item at its draft, and what is said and recorded; sending it for review is the drafts' own business."""

    item: Item
    effects: list[Effect]


def correction(intent: i.CorrectionAsked, ctx: Context) -> Begun | list[Effect]:
    """更正 0123 and the new full text: the checks of the original all over again."""
    original = ctx.store.item(intent.item)
    problem, role = _may_begin(intent, original, ctx)
    if original is None or problem:
        return refuse(intent, problem, ctx, original, action="拒绝更正")
    if not intent.text:
        return [
            Expect(intent.who, "correction", original.id),
            Record(intent.who, "要更正", original.id, version=original.current.no),
            say(intent, f"请把 {original.number} 更正后的全文发来。不更正了回复“算了”。", ctx, original.id),
        ]
    split = split_title(intent.text)
    if (split.title, split.body) == (original.title, original.current.body):
        return refuse(intent, f"与 {original.number} 的文字完全相同，没有要更正的", ctx, original)
    item = _about(intent, original, aftermath.correction(original, role), split.title, split.body, ctx)
    text = f"{original.number} 的更正，编号 {item.number}。原稿保留。"
    return Begun(item, [
        Expect(intent.who),
        Record(intent.who, "更正", item.id, f"更正 {original.number}", version=1),
        Record(intent.who, "提出更正", original.id, f"见 {item.number}", version=original.current.no),
        say(intent, text, ctx, item.id),
    ])  # fmt: skip


def taking_down(intent: i.TakeDownAsked, ctx: Context) -> Begun | list[Effect]:
    """撤下 0123 理由; 紧急撤下 is allowed at once and looked at afterwards."""
    original = ctx.store.item(intent.item)
    problem, role = _may_begin(intent, original, ctx)
    if original is None or problem:
        return refuse(intent, problem, ctx, original, action="拒绝撤下")
    if not intent.reason:
        data = {"urgent": "yes"} if intent.urgent else {}
        return [
            Expect(intent.who, "takedown", original.id, data),
            Record(intent.who, "要撤下", original.id, version=original.current.no),
            say(intent, f"请回复撤下 {original.number} 的理由。不撤了回复“算了”。", ctx, original.id),
        ]
    flow = (aftermath.taken_down_at_once if intent.urgent else aftermath.taking_down)(original, role)
    title = f"{'紧急' if intent.urgent else ''}撤下：{original.title}"
    item = _about(intent, original, flow, title, f"理由：{intent.reason}", ctx, reason=intent.reason)
    what = "紧急撤下" if intent.urgent else "申请撤下"
    return Begun(item, [
        Expect(intent.who),
        Record(intent.who, what, item.id, f"{original.number}：{intent.reason}", version=1),
        Record(intent.who, what, original.id, f"见 {item.number}：{intent.reason}", version=original.current.no),
        say(intent, _how(intent, original, item), ctx, item.id),
        *(_tell_at_once(intent, original, item, ctx) if intent.urgent else []),
    ])  # fmt: skip


def _how(intent: i.TakeDownAsked, original: Item, item: Item) -> str:
    if intent.urgent:
        return f"已记：{original.number} 紧急撤下，编号 {item.number}。请在1小时内补报：回复“办结 {item.number}”。"
    return f"{original.number} 申请撤下，编号 {item.number}。原稿保留。"


# ---- who, and whether -----------------------------------------------------------------------------------------------


def _may_begin(
    intent: i.CorrectionAsked | i.TakeDownAsked, original: Item | None, ctx: Context
) -> tuple[str, str]:
    """Why not, as a sentence, or as which role he does it: its drafter, its publisher, or who oversees."""
    if original is None or not may_see(intent.who, original, ctx.moves(original), ctx.desk):
        return f"没有您可以办理的事项 {intent.item:04d}", ""
    urgent = isinstance(intent, i.TakeDownAsked) and intent.urgent
    problem = _not_fit(original, ctx, urgent=urgent)
    if problem:
        return problem, ""
    role = _role(intent.who, original, ctx, urgent=urgent)
    if role:
        return "", role
    if urgent:
        people = ctx.names(_publishers(original, ctx))
        return f"紧急撤下由发布人办理{f'，请联系{people}' if people else ''}", ""
    return f"{original.number} 由起草人{ctx.name(original.author)}、发布人或归口部门更正和撤下", ""


def _not_fit(original: Item, ctx: Context, *, urgent: bool) -> str:
    if original.kind is not Kind.POST or original.published_at is None:
        return f"{original.number} 还没有发布完，不能更正或撤下"
    followers = ctx.store.items_about(original.id)
    down = aftermath.is_down(followers)
    if down:
        return f"{original.number} 已撤下，见 {down.number}"
    under_way = aftermath.unfinished(followers)
    if under_way and not urgent:
        word = "撤下" if aftermath.takes_down(under_way) else "更正"
        return f"{original.number} 的{word} {under_way.number} 还没有办完，请先办完或撤回 {under_way.number}"
    return ""


def _publishers(original: Item, ctx: Context) -> tuple[str, ...]:
    """Who may publish it, and may so take it down."""
    roles = aftermath.publish_step(original).by
    return tuple(
        p for role in roles for p in seated(role, original, ctx.desk) if authorised(p, role, original, ctx.desk)
    )


def _role(who: str, original: Item, ctx: Context, *, urgent: bool) -> str:
    """The role he drafts it as; empty for who may not."""
    assert original.flow is not None
    mine = ctx.roster.roles_of(who)
    published = any(m.actor == who and m.decision is Decision.DONE for m in ctx.moves(original))
    publishes = who in _publishers(original, ctx) or published
    if urgent:
        return next((r for r in aftermath.publish_step(original).by if r in mine), "") if publishes else ""
    wanted: list[str] = list(original.flow.steps[0].by) if who == original.author else []
    wanted += aftermath.publish_step(original).by if publishes else ()
    wanted += [r for r, rule in ctx.regulation.role.items() if rule.oversees]
    if who == original.author:
        wanted += sorted(mine)  # he has another post by now, and drafts it from there
    return next((r for r in wanted if r in mine), "")


def _about(
    intent: i.Intent, original: Item, flow: Flow, title: str, body: str, ctx: Context, *, reason: str = ""
) -> Item:
    """The new item at its draft step, with all that the original had."""
    shown = f"{original.number}《{w.heading(original)}》"
    if original.published_at:
        shown += f"{aftermath.moment(original.published_at)}发布"
    form = {**original.form, aftermath.ORIGINAL: shown}
    if reason:
        form[aftermath.REASON] = reason
    media = () if reason else original.current.media
    return Item(
        id=ctx.store.next_item_id(), org=ctx.org, kind=Kind.POST, unit=original.unit, author=intent.who,
        created_at=ctx.now, since=ctx.now, state=State.RUNNING, flow=flow, policy_version=ctx.store.policy_version(),
        current=Version(1, title, body, media=media, by=intent.who), column=original.column, scope=original.scope,
        scope_reason=original.scope_reason, channels=original.channels, ticks=dict(original.ticks), form=form,
        explained=dict(original.explained), about=original.id,
    )  # fmt: skip


# ---- who hears of it ------------------------------------------------------------------------------------------------


def _tell_at_once(intent: i.TakeDownAsked, original: Item, item: Item, ctx: Context) -> list[Effect]:
    """Those who approved the original, its drafter, who oversees and whom it was filed with."""
    approved = [m.actor for m in ctx.moves(original) if m.decision is Decision.PASSED and m.round == original.round]
    text = (
        f"【紧急撤下】{original.number}《{w.heading(original)}》已由{ctx.name(intent.who)} {w.hm(ctx.now)} 撤下："
        f"{intent.reason}。1小时内补报情况，之后由审定人确认（{item.number}）。"
    )
    flow = original.flow
    filed = filed_with(original, flow.file, ctx.desk) if flow else ()
    people = dict.fromkeys((*approved, original.author, *overseers(ctx.desk), *filed))
    return [
        tell(p, text, ctx, item=item.id, what="takendown") for p in people if p != intent.who and ctx.roster.knows(p)
    ]


def settled(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """A correction is out, or a post is gone: the original's drafter and whom it was filed with are told."""
    original = ctx.store.item(item.about) if item.about and item.state is State.DONE else None
    if original is None or original.flow is None:
        return []
    (line,) = aftermath.shown((item,), lambda _: moves, ctx.name) or ("",)
    filing = f"（备 {original.filing_no}）" if original.filing_no else ""
    text = f"{original.number}《{w.heading(original)}》{filing}{line}。"
    by = next((m.actor for m in reversed(moves) if m.decision is Decision.DONE), "")
    people = dict.fromkeys((original.author, *filed_with(original, original.flow.file, ctx.desk)))
    told = [p for p in people if p not in (by, item.author) and ctx.roster.knows(p)]
    return [
        Record("system", "原稿已处理", original.id, line, version=original.current.no),
        *[tell(p, text, ctx, item=original.id, what="settled") for p in told],
    ]
