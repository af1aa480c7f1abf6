"""接下来: everything that follows when an item moves. One place for all kinds of moves and all regulations.

`moved` compares the item before and after: it saves it, closes what is over (cards, deadlines), opens what begins
(deadline, messages and cards to those who hold the new step), and at the end files and reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.rules import accounts, comments
from bot.rules.archive import keepers
from bot.rules.effects import (
    CloseDeadlines,
    Effect,
    FileItem,
    Record,
    SaveItem,
    UpdateCard,
)
from bot.rules.item import Decision, Item, Move, State, Version, replace
from bot.rules.platforms import platform_names
from bot.rules.progress import begin_publishing, done_duties, duties, first_draft
from bot.rules.regulation import Do, Kind, Step
from bot.rules.roster import may_appoint, seat_unit
from bot.rules.routing import (
    asked,
    drafter_gone,
    filed_with,
    holders,
    overseers,
    own_roles,
    still_to_confirm,
    superiors,
)
from handlers import cards, comment_cards, reply_words
from handlers import wording as w
from handlers.asking import (
    ask_holder,
    attachments,
    why_back,
)
from handlers.context import BEIJING, Context
from handlers.dues import (
    acknowledgement,
    deadline_now,
    open_deadline,
    the_earlier,
)
from handlers.quota import publishing_deadlines
from handlers.saying import (
    item_url,
    send_card,
    tell,
)
from storage.read import CardRow, DeadlineRow

STEP_PURPOSES = ("check", "publish", "record", "draft", "assign", "reply", "later", "sure")
SIDE_PURPOSES = ("test", "hold", "urge", "extend", "told")  # questions beside the step, whoever holds it: end with it
NOBODY, NO_DRAFTER = "无人可办", "起草人离岗"  # lines of the record: those who oversee were told


# ---- moving ---------------------------------------------------------------------------------------------------------


def moved(
    before: Item, after: Item, moves: Sequence[Move], ctx: Context, *, done: str, tapped: str = "",
    standing: DeadlineRow | None = None,
) -> list[Effect]:  # fmt: skip
    """The consequences of one move. `done` is what the closed cards of others read; `tapped` is already settled.

    `standing`: a deadline that stays if it is the earlier one.
    """
    if (before.state, before.position, before.round, before.lap) == (
        after.state, after.position, after.round, after.lap,
    ):  # fmt: skip
        return [SaveItem(after), *_his_next_part(after, moves, ctx)]
    effects: list[Effect] = [CloseDeadlines(after.id)]
    effects += close_cards(before, ctx, done, except_for=tapped)
    if after.state is State.RUNNING:
        return effects + enter(after, moves, ctx, standing)
    effects += released(after, ctx)
    if after.state is State.DONE:
        return [*effects, *finish(after, moves, ctx), *informed(after, ctx)]
    return [*effects, SaveItem(after)]


def released(item: Item, ctx: Context) -> list[Effect]:
    """What waited for this one (待恢复) waits no more; whoever holds it is told."""
    waiting = ctx.store.item(item.blocks) if item.blocks else None
    if waiting is None or item.id not in waiting.waits:
        return []
    after = replace(waiting, waits=tuple(n for n in waiting.waits if n != item.id), seq=waiting.seq + 1)
    how = "已恢复" if item.state is State.DONE else "已撤回"
    named = item.flow.option if item.flow else ""
    text = f"{named} {item.number} {how}，{after.number}《{w.heading(after)}》请接着办理。"
    step = after.step
    people = asked(holders(after, step, ctx.moves(after), ctx.desk), ctx.desk) if step and after.open else ()
    return [
        SaveItem(after),
        Record("system", how, after.id, f"{named} {item.number}", version=after.current.no),
        *[tell(h.userid, text, ctx, item=after.id, what="released") for h in people],
    ]


def _his_next_part(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """Who has done one unit's part of a step and holds another one is asked for that now."""
    step = item.step
    if step is None or item.state is not State.RUNNING or not moves or moves[-1].step != item.position:
        return []
    people = asked(holders(item, step, moves, ctx.desk), ctx.desk)
    mine = [holder for holder in people if holder.userid == moves[-1].actor and holder.unit]
    due = deadline_now(item, step, ctx)
    return [effect for holder in mine for effect in ask_holder(item, step, holder, moves, ctx, due)]


def close_cards(
    item: Item, ctx: Context, done: str, *, except_for: str = "", purposes: Sequence[str] = ()
) -> list[Effect]:
    """Every live card of the item's steps (or of `purposes`) shows how it ended."""
    wanted = purposes or (*STEP_PURPOSES, *SIDE_PURPOSES, *cards.DRAFT_PURPOSES)
    rows = [r for r in ctx.store.live_cards(item.id) if r.purpose in wanted and r.task_id != except_for]
    return [close_card(row, done, ctx) for row in rows]


def close_own(who: str, item: Item, done: str, ctx: Context) -> list[Effect]:
    """The cards this person holds for the current step, when he typed instead of tapping."""
    rows = ctx.store.live_cards(item.id, to=who)
    mine = [r for r in rows if (r.position, r.round) == (item.position, item.round) and r.purpose in STEP_PURPOSES]
    return [close_card(row, done, ctx) for row in mine]


def waiting_units(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[str, ...]:
    """The 承办单位 that have not done their part of the current step yet."""
    step = item.step
    if step is None:
        return ()
    own = own_roles(ctx.regulation)
    done = done_duties(item, step, moves, own)
    return tuple(d.unit for d in duties(item, step, own) if d.unit and d not in done)


def close_card(row: CardRow, done: str, ctx: Context) -> Effect:
    return UpdateCard(row.task_id, cards.closed(row.card, cards.cut(done, 36)), f"close|{ctx.cause}|{row.task_id}")


def enter(item: Item, moves: Sequence[Move], ctx: Context, standing: DeadlineRow | None = None) -> list[Effect]:
    """A step begins: its deadline, and whoever holds it is asked. An empty seat waits and those above are told."""
    step = item.step
    assert step is not None
    if item.rides:
        return [SaveItem(item)]
    if step.do is Do.PUBLISH and not item.platforms:
        item = begin_publishing(item, platforms_in_use(item, ctx))
    if comments.is_comment(item) and item.awaiting(Do.DRAFT) and item.is_post and reply_words.unwritten(item):
        item = replace(item, current=Version(item.current.no + 1, "", ""))  # a text of its own, not the comment's
    effects: list[Effect] = [SaveItem(item)]
    due = the_earlier(open_deadline(item, step, ctx), standing)
    due, *others = publishing_deadlines(item, step, due, ctx)
    effects += [due, *others]
    if step.do is Do.DRAFT and first_draft(item) and item.author:
        asked_anew = _sort_again(item, moves, ctx) if comments.is_comment(item) else []
        return effects + (no_drafter(item, ctx) if drafter_gone(item, ctx.desk) else asked_anew)
    people = asked(holders(item, step, moves, ctx.desk), ctx.desk)
    if not people:
        return [*effects, SaveItem(reported_to(item, superiors(item, ctx.desk_of(item)))), *nobody(item, step, ctx)]
    for holder in people:
        effects += ask_holder(item, step, holder, moves, ctx, due)
    return effects


def _sort_again(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """不归我们: whoever sorted the comment is told why it came back, and asked at once where it goes instead."""
    to = item.author
    text = f"【请重新分办】评 {item.number} {w.heading(item)}\n{why_back(item, moves, ctx)}"
    text += f"请点卡片，或回复“分办 {item.number} 类别 单位”。"
    return [
        tell(to, text, ctx, item=item.id, what=f"text{item.seq}"),
        send_card(comment_cards.sort_card(item, to, ctx, item_url(item, ctx)), to, item, "sort", ctx),
    ]


def platforms_in_use(item: Item, ctx: Context) -> tuple[str, ...]:
    """The platforms publishing must cover: those of the chosen channels that are 在用 (saws 三, R2)."""
    states = ctx.store.platforms()
    gone = {p: name for p, name in platform_names(ctx.policy_of(item)).items() if p[0] not in ctx.regulation.channel}
    known = gone | platform_names(ctx.regulation)  # a channel that has left the policy meanwhile is still written to
    names = {pair: name for pair, name in known.items() if states.get(pair, "在用") == "在用"}
    return tuple(name for chosen in item.channels for (key, _), name in names.items() if key == chosen)


def reported_to(item: Item, people: Iterable[str]) -> Item:
    """Those above who are told of an item may look at it from then on (rule 7 for every policy)."""
    return replace(item, escalated=tuple(dict.fromkeys((*item.escalated, *people))))


def nobody(item: Item, step: Step, ctx: Context) -> list[Effect]:
    """A22: nobody can do it, so it waits, and those above and those who oversee are told."""
    roles = "、".join(ctx.role_label(r) for r in step.by)
    text = (
        f"{item.number}《{w.heading(item)}》到了“{step.act}”环节，"
        f"但{item.unit}没有可以办理的{roles}，事项在等待。请指定人员或代办人"
    )
    place = seat_unit(ctx.regulation, step.by[0], item.unit) if step.by[0] in ctx.regulation.role else item.unit
    how = f"：回复“任命 {place} {ctx.role_label(step.by[0])} 姓名”"
    people = dict.fromkeys((*superiors(item, ctx.desk_of(item)), *overseers(ctx.desk), *ctx.admins))
    able = {p for p in people if may_appoint(p, step.by[0], place, ctx.regulation, ctx.roster)}
    effects: list[Effect] = [Record("system", NOBODY, item.id, f"{step.act}:{roles}", version=item.current.no)]
    for person in people:
        told = f"{text}{how if person in able else ''}。"
        effects += [tell(person, told, ctx, item=item.id, what="nobody")] if person != item.author else []
    if drafter_gone(item, ctx.desk) or not item.author:
        return effects
    effects.append(
        tell(
            item.author,
            f"{item.number} 已到“{step.act}”环节，但{item.unit}没有可以办理的{roles}，"
            f"已告诉{ctx.names(tuple(p for p in people if p != item.author)) or '管理员'}安排。",
            ctx,
            item=item.id,
            what="nobody",
        )
    )
    return effects


def no_drafter(item: Item, ctx: Context) -> list[Effect]:
    """It lies with somebody who drafts no more: those who oversee are told, once, and decide what becomes of it."""
    lines = ctx.store.audit(item.id)
    if any(x.action == NO_DRAFTER and x.detail == item.author and x.at >= (item.since or x.at) for x in lines):
        return []
    state = "还没有送审" if item.state is State.PREPARING else "已退回修改"
    text = f"{item.number}《{w.heading(item)}》{state}，但起草人{ctx.name(item.author)}已不在起草岗位，没有人接着办。"
    told = overseers(ctx.desk)
    text += how_without_drafter(item) if told else "请在人员名册里登记接手的人员。"
    effects: list[Effect] = [Record("system", NO_DRAFTER, item.id, item.author, version=item.current.no)]
    return effects + [tell(p, text, ctx, item=item.id, what="nodrafter") for p in told or ctx.admins]


def how_without_drafter(item: Item) -> str:
    return f"转交本单位其他起草人，回复“转交 {item.number} 姓名”；不发了回复“撤回 {item.number}”。"


def handed_over(item: Item, before: str, ctx: Context) -> str:
    """What the new drafter must know: where it is, why it came back, the text, what to do."""
    head = f"【转交】{item.number}《{w.heading(item)}》由您接着起草（原起草人{ctx.name(before)}）。"
    if not item.awaiting_draft:
        how = f"正在审核，有问题会问您，结果会告诉您。看进度发“进度 {item.number}”。"
        return f"{head}\n————\n{item.current.text}\n————\n{how}"
    why = next((m.reason for m in reversed(ctx.moves(item)) if m.decision is Decision.RETURNED), "")
    reason = f"退回理由：{why}\n" if why else ""
    how = f"改好后把全文发来；不用改就回复“送审 {item.number}”；不发了回复“撤回 {item.number}”。"
    return f"{head}\n{reason}————\n{item.current.text}\n————\n{how}"

# ---- the end --------------------------------------------------------------------------------------------------------


def finish(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """The item is done: 备案 at the same moment (saws 五(一), R24), and those concerned are told."""
    flow = item.flow
    assert flow is not None
    if not flow.file:
        return [SaveItem(item), *put_away(item, ctx), *_tell_the_end(item, moves, ctx)]
    year = ctx.now.astimezone(BEIJING).year
    item = replace(item, filing_no=ctx.store.next_filing_no(year))
    effects: list[Effect] = [
        SaveItem(item),
        FileItem(item.id, item.filing_no, ctx.now, flow.file),
        acknowledgement(item, ctx),
        Record("system", "备案", item.id, f"备 {item.filing_no}", version=item.current.no),
        *put_away(item, ctx),
    ]
    for person in filed_with(item, flow.file, ctx.desk):
        effects += file_with(item, person, moves, ctx)
    return effects + _tell_the_end(item, moves, ctx)


def informed(item: Item, ctx: Context) -> list[Effect]:
    """Those the policy wants told get the link, and a card on which each says what he did about it."""
    flow = item.flow
    effects: list[Effect] = []
    for person in filed_with(item, flow.inform, ctx.desk) if flow else ():
        how = f"做了以后点卡片登记，或回复“收到 {item.number} {flow.did[0]}”。" if flow and flow.did else ""
        done = "已发布" if item.published_at else "已办结"
        text = f"【{done}】{item.number} {w.heading(item)}\n{item.unit}\n{w.links_text(item)}\n{how}".rstrip()
        effects.append(tell(person, text, ctx, item=item.id, what="informed"))
        if flow and flow.did:
            card = cards.inform_card(item, person, ctx, item_url(item, ctx))
            effects.append(send_card(card, person, item, "inform", ctx))
    return effects


def put_away(item: Item, ctx: Context) -> list[Effect]:
    """company-qiguanbu-R16: with its publication the whole item is in the archive; the record says whose."""
    role = item.flow.archive if item.flow else None
    if not role:
        return []
    people = keepers(role, item.units or (item.unit,), ctx.regulation, ctx.roster)
    detail = f"{ctx.role_label(role)}{ctx.names(people)}保管"
    return [Record("system", "存档", item.id, detail, version=item.current.no)]


def waiting_roles(item: Item, ctx: Context) -> tuple[str, ...]:
    """The roles it was filed with that have not confirmed it yet."""
    filing = ctx.store.filing(item.id)
    if filing is None or filing.acknowledged_by:
        return ()
    return still_to_confirm(item, filing.roles, {receipt.role for receipt in filing.receipts}, ctx.desk)


def file_with(item: Item, person: str, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """What the filing holds: text, media, links, the chain of checks."""
    assert item.flow is not None
    about = w.accounts(item, ctx)
    links = f"{w.links_text(item)}\n" if item.links else ""
    text = (
        f"【备案】备 {item.filing_no} · {item.number} {w.heading(item)}\n{item.unit} · {about and f'{about} · '}"
        f"{item.flow.label}（依据 {w.basis(item.flow)}）\n————\n{w.content(item)}\n————\n{links}"
        f"{w.fields(item, shown=item.is_post)}办理经过：\n{w.chain_text(item, moves, ctx)}\n"
        f"确认收到请回复“收到 {item.number}”，或点卡片。"
    )
    return [
        tell(person, text, ctx, item=item.id, what="filing"),
        *attachments(item, person, ctx),
        send_card(cards.filing_card(item, person, ctx, item_url(item, ctx)), person, item, "filing", ctx),
    ]


def _register_entry(item: Item) -> str:
    """Where the account of an account flow can be looked at."""
    if item.kind is not Kind.ACCOUNT or item.flow is None:
        return ""
    name = item.form.get(accounts.ACCOUNT) or item.form.get(accounts.name_field(item.flow), "")
    return f"看账号登记发“账号 {name}”。" if name else ""


def _tell_the_end(item: Item, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    if not item.published_at:
        text = f"{item.number}《{w.heading(item)}》已办结。{_register_entry(item)}"
        text = "\n".join(filter(None, (text, reply_words.answered_so(item, moves), w.outcome(item, moves, ctx))))
        did_it = bool(moves) and moves[-1].actor == item.author  # he is answered that it is over
        return [tell(item.author, text, ctx, item=item.id, what="end")] if item.author and not did_it else []
    first = next((m.at for m in moves if m.decision is Decision.SUBMITTED), None)
    publishers = [m.actor for m in moves if m.decision is Decision.DONE and m.round == item.round]
    people = dict.fromkeys((*publishers[-1:], item.author))
    return [tell(p, w.filed(item, ctx, first), ctx, item=item.id, what="end") for p in people]
