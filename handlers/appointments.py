"""任命, 免去, 替换, 缺额: seats filled and emptied in chat, by those who oversee and by a unit's own head."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Appoint, Dismiss, Effect, Record, Remember
from bot.rules.events import RosterLookedOver
from bot.rules.item import replace
from bot.rules.roster import (
    Gap,
    Roster,
    Seat,
    appointed,
    candidates,
    dismissed,
    due_again,
    gaps,
    heads,
    may_appoint,
    unfilled,
)
from bot.rules.routing import overseers
from handlers import subject_digest
from handlers import wording as w
from handlers.context import Context
from handlers.held import held_until_opening
from handlers.realign import realign
from handlers.router import Router
from handlers.saying import once, refuse, say, tell
from handlers.silent_units import weekly

router = Router()

REFUSED = "拒绝任免"
NOBODY = "system"  # whose memory it is when the bot remembers something for itself


@router.on(i.Appointed)
def appointed_said(intent: i.Appointed, ctx: Context) -> Sequence[Effect]:
    """With effect at once: whoever sits there now is asked for what waits, whoever does not sit there is no more."""
    role = role_named(intent.role, ctx)
    if role is None:
        labels = "、".join(dict.fromkeys(rule.label for rule in ctx.regulation.role.values()))
        return refuse(intent, f"没有“{intent.role}”这个角色，可用的有：{labels}", ctx, action=REFUSED)
    unit = unit_for(role, intent.unit, ctx)
    if unit is None:
        return refuse(intent, f"名册里没有“{intent.unit}”的{ctx.role_label(role)}可以任免", ctx, action=REFUSED)
    if not may_appoint(intent.who, role, unit, ctx.regulation, ctx.roster):
        who = ctx.names(once(heads(unit, ctx.regulation, ctx.roster), overseers(ctx.desk))) or "归口部门"
        return refuse(intent, f"{unit}的{ctx.role_label(role)}由{who}任免，您没有这个权限", ctx, action=REFUSED)
    return _dismiss(intent, role, unit, ctx) if intent.act == "免去" else _appoint(intent, role, unit, ctx)


def role_named(said: str, ctx: Context) -> str | None:
    """By its id or its label; None for none, or for a label that several share."""
    found = [role for role, rule in ctx.regulation.role.items() if said in (role, rule.label)]
    return found[0] if len(found) == 1 else None


def unit_for(role: str, said: str, ctx: Context) -> str | None:
    """The unit meant; a role of one fixed unit has that one and no other. None: there is no such unit."""
    scope = ctx.regulation.role[role].scope
    if scope != "own":
        home = ctx.regulation.unit[scope]
        return home if said in ("", home, scope) else None
    known = (*ctx.roster.units(), *(entry.unit for entry in ctx.roster.entries))
    return said if said in known else None


def sitting(role: str, unit: str, roster: Roster) -> list[Seat]:
    """Who sits in exactly this seat; nobody of a parent body."""
    return [seat for seat in roster.seats if seat.role == role and seat.unit == unit]


def _appoint(intent: i.Appointed, role: str, unit: str, ctx: Context) -> list[Effect]:
    rule, now = ctx.regulation.role[role], sitting(role, unit, ctx.roster)
    able = candidates(intent.name, role, unit, ctx.regulation, ctx.roster)
    if len(able) != 1:
        return refuse(intent, _whom(intent, able, unit, ctx), ctx, action=REFUSED)
    seat = replace(able[0], unit=unit, role=role, note="")
    if any(s.userid == seat.userid for s in now):
        return refuse(intent, f"{seat.name}已经是{unit}的{rule.label}", ctx, action=REFUSED)
    leaving = now if intent.act == "替换" else []
    if leaving and len(leaving) != 1:
        why = f"{unit}的{rule.label}现在有{names(now)}，请先免去一位，例如“免去 {unit} {rule.label} {now[0].name}”"
        return refuse(intent, why, ctx, action=REFUSED)
    if rule.seats and not leaving and len(now) >= rule.seats[1]:
        return refuse(intent, _full(seat, now, rule.seats[1], rule.label), ctx, action=REFUSED)
    return _change(intent, leaving, seat, ctx)


def names(seats: Sequence[Seat]) -> str:
    return "、".join(seat.name for seat in seats)


def _full(seat: Seat, now: Sequence[Seat], most: int, label: str) -> str:
    """A37: more than the regulation allows is refused; where there is one only, the bot asks to replace him."""
    if most > 1:
        return f"{seat.unit}的{label}最多{most}名，现在是{names(now)}"
    said = seat.name if all(s.name != seat.name for s in now) else seat.userid
    how = f"要换成{seat.name}，回复“替换 {seat.unit} {label} {said}”。"
    return f"{seat.unit}的{label}只能有1名，现在是{names(now)}。{how}"


def _whom(intent: i.Appointed, able: Sequence[Seat], unit: str, ctx: Context) -> str:
    """Nobody is guessed, and nobody who is not on the roster is appointed."""
    if able:
        listed = "、".join(f"{s.name}（{s.unit}，{s.userid}）" for s in able)
        how = f"{intent.act} {unit} {intent.role} {able[0].userid}"
        return f"有几位{intent.name}：{listed}。请写明账号，例如“{how}”"
    elsewhere = dict.fromkeys(s.unit for s in ctx.roster.seats if intent.name in (s.name, s.userid))
    where = f"（在{'、'.join(elsewhere)}）" if elsewhere else ""
    return f"“{intent.name}”{where}不在{unit}的人员名册里，只能任命在册的本单位人员，请先登记"


def _dismiss(intent: i.Appointed, role: str, unit: str, ctx: Context) -> list[Effect]:
    label, now = ctx.role_label(role), sitting(role, unit, ctx.roster)
    meant = [seat for seat in now if intent.name in (seat.name, seat.userid)]
    if len(meant) > 1:
        how = f"免去 {unit} {label} {meant[0].userid}"
        listed = "、".join(f"{s.name}（{s.userid}）" for s in meant)
        return refuse(intent, f"{unit}有几位{intent.name}：{listed}。请写账号，例如“{how}”", ctx, action=REFUSED)
    if not meant:
        have = f"，现在是{names(now)}" if now else f"，{unit}现在没有{label}"
        return refuse(intent, f"“{intent.name}”不是{unit}的{label}{have}", ctx, action=REFUSED)
    return _change(intent, meant, None, ctx)


def _change(intent: i.Appointed, leaving: Sequence[Seat], coming: Seat | None, ctx: Context) -> list[Effect]:
    roster, effects = ctx.roster, list[Effect]()
    for seat in leaving:
        roster = dismissed(roster, seat)
        effects += [Dismiss(seat, intent.who), Record(intent.who, "免去", None, line(seat, ctx))]
        effects += _told(intent, seat.userid, f"您不再担任{w.post(seat, ctx)}", ctx)
    if coming is not None:
        roster = appointed(roster, coming)
        effects += [Appoint(coming), Record(intent.who, "任命", None, line(coming, ctx))]
        effects += _told(intent, coming.userid, f"您已任{w.post(coming, ctx)}{_grant_due(coming, ctx)}", ctx)
    return [*effects, *realign(ctx, roster), say(intent, _done(leaving, coming, roster, ctx), ctx)]


def _told(intent: i.Appointed, userid: str, what: str, ctx: Context) -> list[Effect]:
    text = f"{what}（{ctx.name(intent.who)}办理），即时生效。"
    return [tell(userid, text, ctx, what=f"appoint {userid}")] if userid != intent.who else []


def line(seat: Seat, ctx: Context) -> str:
    return f"{seat.unit} {ctx.role_label(seat.role)}：{seat.name}（{seat.userid}）"


def _grant_due(seat: Seat, ctx: Context) -> str:
    granter = ctx.regulation.role[seat.role].granted_by
    return f"，还要{ctx.role_label(granter)}授权后才能发布" if granter else ""


def _done(leaving: Sequence[Seat], coming: Seat | None, roster: Roster, ctx: Context) -> str:
    if coming is not None:
        instead = f"，{names(leaving)}不再担任" if leaving else ""
        return f"{coming.name}已任{w.post(coming, ctx)}{instead}{_grant_due(coming, ctx)}，即时生效。"
    seat = leaving[0]
    empty = "" if sitting(seat.role, seat.unit, roster) else f"{seat.unit}现在没有{ctx.role_label(seat.role)}，请指定。"
    return f"{seat.name}不再担任{w.post(seat, ctx)}，即时生效。{empty}"


# ---- seats wanted --------------------------------------------------------------------------------------------------


def wanting(gap: Gap, ctx: Context) -> str:
    """统计局还没有信息员（应有1至2名）."""
    label = ctx.role_label(gap.role)
    number = f"{gap.least}名" if gap.least == gap.most else f"{gap.least}至{gap.most}名"
    should = f"（应有{number}{f'，现有{gap.have}名' if gap.have else ''}）" if gap.most else ""
    return f"{gap.unit}{'的' if gap.have else '还没有'}{label}{'不够' if gap.have else ''}{should}"


@router.on(i.GapsAsked)
def gaps_asked(intent: i.GapsAsked, ctx: Context) -> Sequence[Effect]:
    """For those who oversee: all; for a unit's head: his unit."""
    found, nowhere = gaps(ctx.roster.seats, ctx.regulation), unfilled(ctx.roster.seats, ctx.regulation)
    if not ctx.oversees(intent.who):
        headed = {s.unit for s in ctx.roster.seats_of(intent.who) if intent.who in _heads(s.unit, ctx)}
        if not headed:
            return refuse(intent, "缺额由归口部门和单位负责人查看", ctx)
        found, nowhere = tuple(gap for gap in found if gap.unit in headed), ()
    named = {gap.role for gap in found}
    lines = [wanting(gap, ctx) for gap in found]
    lines += [f"还没有{ctx.role_label(role)}" for role in nowhere if role not in named]
    how = "补上可发“任命 单位 角色 姓名”，人员要先在名册里。"
    text = "\n".join([f"缺额 {len(lines)} 处：", *lines, how]) if lines else "没有缺额。"
    return [say(intent, text, ctx), Record(intent.who, "查看", None, "缺额")]


def _heads(unit: str, ctx: Context) -> tuple[str, ...]:
    return heads(unit, ctx.regulation, ctx.roster)


@router.on(RosterLookedOver)
def roster_looked_over(event: RosterLookedOver, ctx: Context) -> Sequence[Effect]:
    """A37: fewer than wanted is nobody's fault today: the unit's head and those who oversee are asked to name somebody.

    Once on the first day a gap is seen, then weekly; work goes on meanwhile.
    """
    found = {gap.key: gap for gap in gaps(ctx.roster.seats, ctx.regulation)} if ctx.roster.seats else {}
    told: dict[str, str] = json.loads(ctx.store.memory(NOBODY, "gaps") or "{}")
    due, after = due_again(found, told, ctx.today)
    effects: list[Effect] = [Remember(NOBODY, "gaps", json.dumps(after, ensure_ascii=False))] if after != told else []
    for person, theirs in _asked_for([found[key] for key in due], ctx).items():
        effects.append(tell(person, _please_name(theirs, ctx), ctx, what="gaps"))
    effects += [Record("system", "名册缺额", None, wanting(found[key], ctx)) for key in due]
    return [*effects, *weekly(ctx), *held_until_opening(ctx), *subject_digest.weekly(ctx)]


def _asked_for(due: Sequence[Gap], ctx: Context) -> dict[str, list[Gap]]:
    """Who is asked about what: the head about his unit, those who oversee about all."""
    theirs: dict[str, list[Gap]] = {}
    for gap in due:
        for person in once(_heads(gap.unit, ctx), overseers(ctx.desk)) or ctx.admins:
            theirs.setdefault(person, []).append(gap)
    return theirs


def _please_name(found: Sequence[Gap], ctx: Context) -> str:
    lines = [f"{wanting(gap, ctx)}。" for gap in found]
    first = found[0]
    how = f"请指定人员，例如回复“任命 {first.unit} {ctx.role_label(first.role)} 姓名”（人员要先在名册里）。"
    return "\n".join(["【名册缺额】", *lines, how])
