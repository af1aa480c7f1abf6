"""授权发布: what an authorised publisher reports, and what a record step writes down."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import progress
from bot.rules.effects import Effect, Expect, KeepMove, Record, SaveItem
from bot.rules.forms import BadValue, applies, check_value, missing_fields, parse_type, read_moment
from bot.rules.item import Decision, Item, Link, Move, State
from bot.rules.links import read_results
from bot.rules.progress import IllegalMove
from bot.rules.regulation import Do, Step
from bot.rules.roster import heads
from bot.rules.routing import (
    Holder,
    asked_now,
    authorised,
    holder_for,
    may_see,
    overseers,
    own_roles,
    seated,
    superiors,
)
from handlers import cards
from handlers import wording as w
from handlers.adopting import DRAFT, adopted
from handlers.after_send import after_send, not_sent
from handlers.context import BEIJING, Context
from handlers.corrections import settled
from handlers.files import is_file, is_kept_file, take_file
from handlers.onward import close_own, moved, reported_to, waiting_units
from handlers.publish_confirming import confirmation, refused, unconfirmed
from handlers.quota import blocked, too_early
from handlers.registering import account_done
from handlers.router import Router
from handlers.saying import forget, merge_replies, refuse, same_card, say, settle_tap, tell

router = Router()

FEW = 4  # units that are named; more are counted


def mine(
    intent: i.Intent, number: int, do: Do, ctx: Context, *also: Do
) -> tuple[Item, Step, Holder] | list[Effect]:
    """The item, its step and as what this person does it; or the refusal that says why not and who can."""
    item = ctx.store.item(number)
    moves = ctx.moves(item) if item else ()
    if item is None or not may_see(intent.who, item, moves, ctx.desk):
        return [*settle_tap(intent, "不由您办理", ctx), *refuse(intent, f"没有您可以办理的事项 {number:04d}", ctx)]
    step = item.step
    if item.state is not State.RUNNING or step is None or step.do not in (do, *also):
        return not_now(intent, item, do, moves, ctx)
    holder = holder_for(intent.who, item, step, moves, ctx.desk)
    if holder is None:
        return not_authorised(intent, item, step, moves, ctx)
    return item, step, holder


def not_now(intent: i.Intent, item: Item, do: Do, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """先审后发: no publishing before its checks; a step that comes first may have its own sentence (saws-R18)."""
    step = item.step
    people = _people(item, moves, ctx)
    if item.state is State.RUNNING and step is not None and (do is Do.PUBLISH or step.missing):
        why = step.missing or f"未经审核的信息不得发布（依据 {w.basis(item.flow)}）"
        text = f"{why}。{item.number} {w.place(item, ctx, people)}"
    else:
        text = w.stale(item, ctx, moves, people).rstrip("。")
    return [
        *settle_tap(intent, "已失效", ctx),
        *forget(intent.who, item, ctx),
        *refuse(intent, text, ctx, item, action="拒绝发布" if do is Do.PUBLISH else "迟到的操作"),
    ]


def _people(item: Item, moves: Sequence[Move], ctx: Context) -> tuple[str, ...]:
    return asked_now(item, moves, ctx.desk)


def not_authorised(intent: i.Intent, item: Item, step: Step, moves: Sequence[Move], ctx: Context) -> list[Effect]:
    """saws 五(一), R16: without a grant in force nobody publishes; those who can mend it are told."""
    people = _people(item, moves, ctx)
    unauthorised = [
        r for r in step.by if intent.who in seated(r, item, ctx.desk) and not authorised(intent.who, r, item, ctx.desk)
    ]
    if not unauthorised:
        can = f"由{ctx.names(people)}办理" if people else "暂无人可办"
        return [
            *settle_tap(intent, "不由您办理", ctx),
            *forget(intent.who, item, ctx),
            *refuse(intent, f"{item.number} 的“{step.act}”不由您办理，{can}", ctx, item, action="拒绝办理"),
        ]
    effects = forget(intent.who, item, ctx) + refuse(
        intent, f"您没有有效的发布授权，不能{step.act} {item.number}。请联系归口部门授权", ctx, item, action="拒绝发布"
    )
    effects += settle_tap(intent, "授权已失效", ctx)
    if people:
        return effects
    told = reported_to(item, superiors(item, ctx.desk, count=1))
    return [*effects, SaveItem(told), *tell_no_publisher(item, ctx)]


def tell_no_publisher(item: Item, ctx: Context) -> list[Effect]:
    """A unit without an authorised publisher: its head and those who grant are told."""
    text = (
        f"{item.unit}没有有效的授权发布人员，"
        f"{item.number}《{w.heading(item)}》等待发布。请指定并授权（发“授权 姓名”）。"
    )
    people = dict.fromkeys((*superiors(item, ctx.desk, count=1), *overseers(ctx.desk)))
    return [tell(p, text, ctx, item=item.id, what="nopublisher") for p in people]


# ---- 已发布 ---------------------------------------------------------------------------------------------------------


@router.on(i.PublishReported)
def publish_reported(intent: i.PublishReported, ctx: Context) -> Sequence[Effect]:
    """Links and reasons of omission; finished only when every platform in use has one (saws 三, R2)."""
    found = mine(intent, intent.item, Do.PUBLISH, ctx)
    if isinstance(found, list):
        return found
    item, step, holder = found
    early = too_early(item, ctx)
    if early:
        return [*same_card(intent, ctx), *refuse(intent, early, ctx, item, action="拒绝发布")]
    if not unconfirmed(intent.who, item, step, ctx.moves(item), ctx):
        return _reported(intent, item, step, holder, ctx)
    if not intent.confirmed:
        return refused(intent, item, ctx)
    sure = confirmation(intent.who, item, ctx, role=holder.role, acting_for=holder.acting_for)
    return [*sure, *_reported(intent, item, step, holder, ctx)]


def _reported(intent: i.PublishReported, item: Item, step: Step, holder: Holder, ctx: Context) -> list[Effect]:
    """It may be reported: what the lines say, or what is still to be sent."""
    stopped, missing = blocked(item, intent.who, ctx.moves(item), ctx), progress.missing_platforms(item)
    if not intent.lines and missing and set(missing) <= set(stopped):
        return not_sent(intent, item, stopped[missing[0]], ctx)
    if not intent.lines:
        return _ask_links(intent, item, ctx, stopped)
    results = read_results(intent.lines, item.platforms, missing)
    kept, not_yet = _allowed(results.links, stopped)
    if not_yet and not kept and not results.omitted:
        return not_sent(intent, item, not_yet, ctx)
    links = [Link(p, url=url, by=intent.who, at=ctx.now) for p, url in kept.items()]
    links += [Link(p, omitted=why, by=intent.who, at=ctx.now) for p, why in results.omitted.items()]
    try:
        after = progress.publish(item, links, ctx.now)
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    unclear = f"没看懂：{'；'.join(results.unclear)}。" if results.unclear else ""
    unclear += f"{not_yet}，没有记。" if not_yet else ""
    if after.awaiting(Do.PUBLISH) and after.position == item.position:
        return _incomplete(intent, item, after, unclear, ctx)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        lap=item.lap,
    )  # fmt: skip
    done = f"已由{ctx.name(intent.who)} {w.hm(ctx.now)} {step.act}"
    return [
        KeepMove(item.id, move),
        *moved(item, after, (*ctx.moves(item), move), ctx, done=done),
        *after_send(item, after, ctx),
        *settled(after, (*ctx.moves(item), move), ctx),
        Record(intent.who, step.act, item.id, w.links_text(after), role=holder.role, version=item.current.no),
        Expect(intent.who),
        *([say(intent, unclear, ctx, item.id)] if unclear else []),
    ]


def _allowed(links: dict[str, str], stopped: dict[str, str]) -> tuple[dict[str, str], str]:
    """The links that may be recorded, and why the others may not."""
    why = dict.fromkeys(f"{p}：{stopped[p]}" for p in links if p in stopped)
    return {p: url for p, url in links.items() if p not in stopped}, "；".join(why)


def _ask_links(
    intent: i.PublishReported, item: Item, ctx: Context, stopped: dict[str, str]
) -> list[Effect]:
    missing = progress.missing_platforms(item)
    note = "".join(f"\n{p}：{stopped[p]}。" for p in missing if p in stopped)
    return [
        Expect(intent.who, "links", item.id),
        Record(intent.who, "报告已发布", item.id, version=item.current.no),
        *same_card(intent, ctx),
        say(intent, w.links_wanted(item, missing) + note, ctx, item.id),
    ]


def _incomplete(intent: i.PublishReported, before: Item, after: Item, unclear: str, ctx: Context) -> list[Effect]:
    got = len(after.links) - len(before.links)
    counted = f"已记 {got} 个。" if got else ""
    missing = "、".join(progress.missing_platforms(after))
    text = f"{unclear}{counted}{after.number} 发布中，缺：{missing}。请发链接，没发的写原因。"
    return [
        SaveItem(after),
        *after_send(before, after, ctx),
        Record(intent.who, "记录链接", after.id, w.links_text(after), version=after.current.no),
        Expect(intent.who, "links", after.id),
        say(intent, text, ctx, after.id),
    ]


@router.on(i.PublishRefused)
def publish_refused(intent: i.PublishRefused, ctx: Context) -> Sequence[Effect]:
    """有问题: nothing is published; the drafter and those above are told, and the item stays until it is changed."""
    found = mine(intent, intent.item, Do.PUBLISH, ctx)
    if isinstance(found, list):
        return found
    item, step, _ = found
    if not intent.reason:
        return [
            Expect(intent.who, "problem", item.id),
            Record(intent.who, "发布有问题", item.id, version=item.current.no),
            *same_card(intent, ctx),
            say(intent, f"请回复 {item.number} 有什么问题，例如：第二张图打不开。没问题了回复“算了”。", ctx, item.id),
        ]
    text = (
        f"{item.number}《{w.heading(item)}》发布人{ctx.name(intent.who)}说有问题：{intent.reason}。还没有{step.act}。"
    )
    above = superiors(item, ctx.desk, count=1)
    told = dict.fromkeys((item.author, *above))
    return [
        SaveItem(reported_to(item, above)),
        Expect(intent.who),
        Record(intent.who, "发布有问题", item.id, intent.reason, version=item.current.no),
        tell(item.author, f"{text}要改请发“改 {item.number}”（改后重新审核）。", ctx, item=item.id, what="problem"),
        *[tell(p, text, ctx, item=item.id, what="problem") for p in told if p not in (item.author, intent.who)],
        say(
            intent, f"已告诉{ctx.name(item.author)}。{item.number} 仍在您这里，解决后再点“已{step.act}”。", ctx, item.id
        ),
    ]


# ---- record steps ---------------------------------------------------------------------------------------------------


@router.on(i.RecordMade)
def record_made(intent: i.RecordMade, ctx: Context) -> Sequence[Effect]:
    """办结 of a record step: its fields are asked one by one, then the item goes on (saws 五(一)1, R18).

    An assign for which there is no unit to choose (转交办公厅) is done the same way.
    """
    found = mine(intent, intent.item, Do.RECORD, ctx, Do.ASSIGN)
    if isinstance(found, list):
        return found
    item, step, holder = found
    if step.do is Do.ASSIGN and cards.assignable(item, ctx):
        return refuse(intent, f"请回复“交办 {item.number} 单位”", ctx, item)
    if lacking := _vacant(item, step, ctx):
        return [*same_card(intent, ctx), *refuse(intent, lacking, ctx, item, action="缺人员")]
    values: dict[str, str] = {}
    fetch: list[Effect] = []
    for name, raw in (intent.values or _begun(intent, item, ctx)).items():
        if name not in step.form:
            continue
        if is_file(raw):
            item, raw, fetch = take_file(item, raw, intent.who)
        try:
            if step.form[name].type == "file" and not is_kept_file(raw):
                raise BadValue("这不是图片，也不是链接")
            values[name] = check_value(step.form[name], raw, ctx.today, ctx.now)
        except BadValue as bad:
            return _ask_field(intent, item, step, name, values, ctx, f"{w.wrong_value(name, bad)}。")
    wanting = missing_fields(step.form, values)
    if wanting:
        keep: list[Effect] = [SaveItem(item)] if fetch else []
        return [*keep, *fetch, *_ask_field(intent, item, step, wanting[0], values, ctx, "")]
    kept = {name: value for name, value in values.items() if applies(step.form[name], values)}
    return [*fetch, *_recorded(intent, item, step, holder, kept, ctx)]


def _begun(intent: i.RecordMade, item: Item, ctx: Context) -> dict[str, str]:
    """What he has answered of this step already: saying 办结 once more loses nothing."""
    expected = ctx.store.expectation(intent.who)
    if expected is None or expected.what != "record" or expected.item != item.id:
        return {}
    return dict(json.loads(expected.data.get("values", "{}")))


def _vacant(item: Item, step: Step, ctx: Context) -> str:
    """Own roles that somebody must sit in before this step can be done (citics 第十一条), and who can see to it."""
    empty = [role for role in step.needs if not seated(role, item, ctx.desk)]
    if not empty:
        return ""
    label = ctx.role_label(empty[0])
    able = tuple(dict.fromkeys((*heads(item.unit, ctx.regulation, ctx.roster), *overseers(ctx.desk))))
    who = ctx.names(able[:2]) or "归口部门"
    return (
        f"{item.number} 不能办“{step.act}”，缺：{'、'.join(map(ctx.role_label, empty))}（{item.unit}）。"
        f"请{who}先登记：回复“任命 {item.unit} {label} 姓名”"
    )


def _early(item: Item, step: Step, values: dict[str, str]) -> str:
    """未批先改: a date of this step that lies before the approval, as a sentence; empty when all is in order."""
    if not step.early or item.approved_at is None:
        return ""
    for name, value in values.items():
        day = read_moment(value).date() if parse_type(step.form[name].type).kind in ("date", "past") else None
        approved = item.approved_at.astimezone(BEIJING).date()
        if day is not None and day < approved:
            return f"{name} {day.isoformat()}，批准 {approved.isoformat()}"
    return ""


def _tell_early(item: Item, step: Step, early: str, who: str, ctx: Context) -> list[Effect]:
    """Those who oversee and the applicant learn of it; nothing is undone by it."""
    text = f"【{step.early}】{item.number}《{w.heading(item)}》{early}（依据 {w.basis(item.flow)}）。已记入留痕。"
    people = dict.fromkeys((*overseers(ctx.desk), *filter(None, (item.author, who))))
    return [
        Record("system", step.early, item.id, early, version=item.current.no),
        *[tell(person, text, ctx, item=item.id, what="early") for person in people],
    ]


def _ask_field(
    intent: i.RecordMade, item: Item, step: Step, name: str, values: dict[str, str], ctx: Context, note: str
) -> list[Effect]:
    wanted = w.field_wanted(name, step.form[name])
    data = {"field": name, "values": json.dumps(values, ensure_ascii=False), "again": "yes" if intent.again else ""}
    return [
        Expect(intent.who, "record", item.id, data),
        Record(intent.who, "填写", item.id, "、".join(f"{k}:{v}" for k, v in values.items()) or name),
        *same_card(intent, ctx),
        say(intent, f"{note}{item.number} {_lacking(step, values)}。{wanted}。", ctx, item.id),
    ]


def _lacking(step: Step, values: dict[str, str]) -> str:
    """开立认证缺：专用邮箱、开通日期、认证情况."""
    return f"{step.act}缺：{'、'.join(missing_fields(step.form, values))}"


def _recorded(
    intent: i.RecordMade, item: Item, step: Step, holder: Holder, values: dict[str, str], ctx: Context
) -> list[Effect]:
    moves = ctx.moves(item)
    early = _early(item, step, values)
    values = values | ({step.early: early} if early else {})
    draft, adopting = adopted(intent.who, item, step, values, ctx)
    try:
        if intent.again:
            after = progress.record_again(item, values, ctx.now)
        else:
            after = progress.record(
                item, values, ctx.now, role=holder.role, moves=moves, unit=holder.unit, own=own_roles(ctx.regulation)
            )
    except IllegalMove as no:
        return refuse(intent, str(no), ctx, item)
    move = Move(
        step=item.position, round=item.round, version=item.current.no, fingerprint=item.current.fingerprint,
        actor=intent.who, role=holder.role, decision=Decision.DONE, at=ctx.now, acting_for=holder.acting_for,
        form=values | ({DRAFT: draft} if draft else {}), unit=holder.unit, lap=item.lap,
    )  # fmt: skip
    after, register = account_done(item, after, step, intent.who, ctx)
    done = f"已由{ctx.name(intent.who)} {w.hm(ctx.now)} 办好"
    part = after.position == item.position and after.lap == item.lap and after.state is item.state
    effects = moved(item, after, (*moves, move), ctx, done=done, tapped=intent.task_id)
    people = _people(after, (*moves, move), ctx)
    then = w.next_up(after, ctx, people, intent.who, (*moves, move))
    unit = f"（{holder.unit}）" if holder.unit else ""
    others = f"，还有{_units(waiting_units(after, (*moves, move), ctx))}没有办" if part and holder.unit else ""
    recorded = [
        KeepMove(item.id, move),
        *settle_tap(intent, f"已办好 {w.hm(ctx.now)}", ctx),
        *([] if intent.task_id else close_own(intent.who, item, f"已办好 {w.hm(ctx.now)}", ctx)),
        say(intent, f"{item.number} 已记“{step.act}”{others}，{then}。", ctx, item.id),
        *effects,
        *register,
        *(_tell_early(after, step, early, intent.who, ctx) if early else []),
        *settled(after, (*moves, move), ctx),
        Record(
            intent.who,
            step.act,
            item.id,
            unit + "、".join(f"{k}:{v}" for k, v in values.items()),
            role=holder.role,
            version=item.current.no,
        ),
        Expect(intent.who),
    ]
    return merge_replies([*recorded, *adopting]) if adopting else recorded


def _units(names: Sequence[str]) -> str:
    """A few by name, many by their number."""
    return "、".join(names) if len(names) <= FEW else f" {len(names)} 个单位"
