"""归并: what happens to an issue happens to every comment that is handled with it (saws-R33, weibo-significance-R5).

Nobody is asked for a joined comment: it stands where its issue stands. When the issue is answered, whoever answered it
is asked to post the same in every place; when its result is published, they are over with it. Looked at once, after
a handler has said what shall be done: no handler has to think of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments, deadline
from bot.rules.effects import (
    CloseDeadlines,
    Effect,
    KeepMove,
    KeepVersion,
    OpenDeadline,
    Record,
    SaveItem,
)
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.messages import Button, Card
from bot.rules.regulation import Do
from handlers import cards
from handlers import wording as w
from handlers.collecting import ask_to_sort
from handlers.context import Context
from handlers.dues import deadline_key, open_deadline
from handlers.onward import close_cards, enter
from handlers.saying import send_card, tell

MOST = 40  # places listed in one message
WITH = "随办"


def follow(effects: Sequence[Effect], ctx: Context) -> list[Effect]:
    """What these effects mean for the comments that are joined to what they change."""
    saved = {effect.item.id: effect.item for effect in effects if isinstance(effect, SaveItem)}
    found: list[Effect] = []
    for issue in saved.values():
        if not comments.is_comment(issue) or issue.joined:
            continue
        members = [m for m in ctx.store.joined_to(issue.id) if m.id not in saved and m.open]
        before = ctx.store.item(issue.id) if members else None
        if before is not None and members:
            made = [e.move for e in effects if isinstance(e, KeepMove) and e.item == issue.id]
            found += _followed(before, issue, members, made, ctx)
    return found


def _followed(
    before: Item, issue: Item, members: Sequence[Item], made: Sequence[Move], ctx: Context
) -> list[Effect]:
    if issue.state is State.WITHDRAWN:
        return [effect for m in members for effect in parted(m, f"{issue.number} 已撤回", ctx)]
    answer = next((m for m in reversed(made) if m.decision is Decision.DONE and comments.REPLY in m.form), None)
    if answer is not None and before.awaiting(Do.REPLY) and _past(before, issue):
        return _to_be_posted(before, issue, members, answer, ctx)
    if issue.state is State.DONE:
        return _over(issue, members, ctx)
    if _same_place(before, issue):
        return []
    return [effect for m in members for effect in aligned(m, issue, made, ctx)]


def _past(before: Item, issue: Item) -> bool:
    return issue.state is State.DONE or issue.position > before.position


def _same_place(one: Item, other: Item) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in ("flow", "position", "unit", "units", "state"))


def aligned(member: Item, issue: Item, made: Sequence[Move], ctx: Context) -> list[Effect]:
    """It stands where the issue stands; handed on with it if it had not been."""
    effects: list[Effect] = []
    if member.round == 0 and issue.state is State.RUNNING:
        member, effects = _handed_on(member, issue, made, ctx)
    after = replace(
        member, flow=issue.flow, policy_version=issue.policy_version, unit=issue.unit, units=issue.units,
        position=issue.position, ticks=dict(issue.ticks), named={}, lap=member.lap + 1, level=issue.level,
        escalated=issue.escalated, since=ctx.now, seq=member.seq + 1,
    )  # fmt: skip
    return [SaveItem(after), *effects, CloseDeadlines(member.id), Record("system", WITH, member.id, _where(issue, ctx))]


def _where(issue: Item, ctx: Context) -> str:
    flow = issue.flow.option if issue.flow else ""
    return f"随 {issue.number}：{flow} {issue.step.act if issue.step else ''}".rstrip()


def _handed_on(member: Item, issue: Item, made: Sequence[Move], ctx: Context) -> tuple[Item, list[Effect]]:
    """Its own record says when and by whom it was handed on."""
    sent = next((m for m in reversed(made) if m.decision is Decision.SUBMITTED), None)
    by = sent.actor if sent else member.author
    version = replace(member.current, form=dict(member.form), by=by, at=ctx.now)
    move = Move(
        step=0, round=1, version=version.no, fingerprint=version.fingerprint, actor=by, role=sent.role if sent else "",
        decision=Decision.SUBMITTED, at=ctx.now, reason=f"归并到 {issue.number}",
    )  # fmt: skip
    member = replace(
        member, state=State.RUNNING, round=1, current=version, registered_at=member.registered_at or ctx.now
    )
    return member, [KeepVersion(member.id, version), KeepMove(member.id, move)]


# ---- the answer, in every place ------------------------------------------------------------------------------------


def _to_be_posted(
    before: Item, issue: Item, members: Sequence[Item], answer: Move, ctx: Context
) -> list[Effect]:
    """The same words in each place: each is with whoever answered, who is told once of all of them."""
    effects: list[Effect] = []
    waiting = []
    for member in members:
        after = replace(
            member, flow=issue.flow, position=before.position, ticks=dict(issue.ticks), unit=issue.unit,
            units=issue.units, named={str(before.position): answer.actor}, lap=member.lap + 1, since=ctx.now,
            seq=member.seq + 1,
        )  # fmt: skip
        kept: list[Effect] = []
        if comments.agreed(before):  # what was checked is given verbatim there too
            version = Version(
                member.current.no + 1, member.current.title, answer.form[comments.REPLY], by=answer.actor, at=ctx.now
            )
            after, kept = replace(after, current=version), [KeepVersion(member.id, version)]
        waiting.append(after)
        effects += [
            SaveItem(after), *kept, CloseDeadlines(member.id), _idle(after, ctx),
            Record("system", WITH, member.id, f"{issue.number} 已答复，待在原处回复", version=after.current.no),
        ]  # fmt: skip
    return [*effects, *_ask_to_post(issue, waiting, answer, ctx)]


def _idle(item: Item, ctx: Context) -> OpenDeadline:
    """Its day was kept by the answer of the issue; a place that is forgotten is reminded of like a step that rests."""
    reg = ctx.policy_of(item)
    rungs = deadline.ladder(None, ctx.now, reg.nag, reg.clock, ctx.calendar, False)
    return OpenDeadline(deadline_key(item), item.id, None, tuple((rung.name, rung.at) for rung in rungs))


def _ask_to_post(issue: Item, waiting: Sequence[Item], answer: Move, ctx: Context) -> list[Effect]:
    to, count = answer.actor, len(waiting)
    lines = [_place(x) for x in waiting[:MOST]]
    lines += [f"还有 {count - MOST} 处未列，发“待办”看。"] if count > MOST else []
    how = f"都回复了请点卡片，或回复“都已回复 {issue.number}”；逐条登记回复“答复 {waiting[0].number}”。"
    text = "\n".join([f"{issue.number} 已答复，同样的话还要在 {count} 处回复：", *lines, how])
    return [
        tell(to, text, ctx, item=issue.id, what=f"spread{issue.seq}"),
        send_card(spread_card(issue, waiting, to, ctx), to, issue, "spread", ctx),
    ]


def _place(item: Item) -> str:
    where = " ".join(item.form[key] for key in (comments.PLATFORM, comments.NETIZEN) if item.form.get(key))
    return " ".join(part for part in (item.number, where or "（没有平台）", item.form.get(comments.LINK, "")) if part)


def spread_card(issue: Item, waiting: Sequence[Item], to: str, ctx: Context) -> Card:
    return Card(
        task_id=cards.task_id(issue, "spread", to, ctx), title=cards.cut(f"评 {issue.number} {w.heading(issue)}", 36),
        source="审发 · 各处回复", desc=f"还有 {len(waiting)} 处要回复",
        body=cards.cut("\n".join(_place(x).partition(" http")[0] for x in waiting), 160),
        buttons=(Button("都已回复", key="all"),),
    )  # fmt: skip


def answer_of(issue: Item, ctx: Context) -> str:
    """What the issue was last answered with."""
    given = (m.form[comments.REPLY] for m in reversed(ctx.moves(issue)) if comments.REPLY in m.form)
    return next(given, "")


def answered_with(member: Item, ctx: Context) -> str:
    """What its issue was answered with."""
    issue = ctx.store.item(member.joined)
    return answer_of(issue, ctx) if issue is not None else ""


def to_post(who: str, issue: Item, ctx: Context) -> list[Item]:
    """The places where this person has still to post the answer."""
    members = (m for m in ctx.store.joined_to(issue.id) if m.awaiting(Do.REPLY))
    return [m for m in members if m.named.get(str(m.position)) == who]


# ---- the end -------------------------------------------------------------------------------------------------------


def _over(issue: Item, members: Sequence[Item], ctx: Context) -> list[Effect]:
    """Nothing was to be answered (the result was published, or it was closed): they are over with their issue."""
    result = w.links_text(issue)
    how = f"处理结果：{result}" if result else f"与 {issue.number} 一起办结"
    effects: list[Effect] = []
    for member in members:
        after = replace(member, state=State.DONE, flow=issue.flow, since=ctx.now, seq=member.seq + 1)
        effects += [
            SaveItem(after), CloseDeadlines(member.id), *close_cards(member, ctx, f"随 {issue.number} 办结"),
            Record("system", "随办结", member.id, how, version=member.current.no),
        ]  # fmt: skip
    authors = dict.fromkeys(m.author for m in members if m.author)
    for author in authors if result else ():
        places = "\n".join(_place(m) for m in members[:MOST] if m.author == author)
        text = f"{issue.number} 的处理结果已经发布：\n{result}\n可以在这些地方回复链接：\n{places}"
        effects.append(tell(author, text, ctx, item=issue.id, what="result"))
    return effects


def parted(member: Item, why: str, ctx: Context, who: str = "system") -> list[Effect]:
    """Handled by itself again, from the beginning of what follows the sorting, with the deadline it would have had."""
    moves = ctx.moves(member)
    free = replace(member, joined=0, named={}, lap=member.lap + 1, since=ctx.now, seq=member.seq + 1)
    line = Record(who, "拆出", member.id, why, version=member.current.no)
    if free.flow is None or not free.open:
        return [SaveItem(free), line]
    if free.state is State.PREPARING:
        due = open_deadline(free, free.flow.steps[0], ctx)
        return [SaveItem(free), due, line, *ask_to_sort([free], free.author, ctx)]
    answered = [m.step for m in moves if comments.REPLY in m.form]
    past = max(answered, default=0)
    ahead = [n for n, step in enumerate(free.flow.steps) if n > past and free.applies(step)]
    return [*enter(replace(free, position=ahead[0]), moves, ctx), line] if ahead else [SaveItem(free), line]
