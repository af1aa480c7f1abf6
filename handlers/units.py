"""单位, 小组, 专家: what the roster knows of a unit, and who sits in a unit or a role."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules.effects import Effect, Record, SetUnit
from bot.rules.item import replace
from bot.rules.roster import Seat, UnitEntry, known_marks
from handlers.context import Context
from handlers.realign import realign
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()

REFUSED = "拒绝登记单位"


@router.on(i.UnitSaid)
def unit_said(intent: i.UnitSaid, ctx: Context) -> Sequence[Effect]:
    """标注: ticks that all items of the unit get at 送审. 上级: fills the unit's own roles where it has nobody."""
    if not intent.change:
        return [say(intent, _known(intent.unit, ctx), ctx), Record(intent.who, "查看", None, f"单位 {intent.unit}")]
    if not ctx.oversees(intent.who):
        return refuse(intent, "单位的上级和标注由归口部门登记", ctx, action=REFUSED)
    before = ctx.roster.entry(intent.unit)
    problem = _problem(intent, before, ctx)
    if problem:
        return refuse(intent, problem, ctx, action=REFUSED)
    after = _changed(before, intent)
    others = tuple(entry for entry in ctx.roster.entries if entry.unit != intent.unit)
    roster = replace(ctx.roster, entries=(*others, after))
    return [
        SetUnit(after),
        Record(intent.who, "登记单位", None, f"{intent.unit}：{_words(before)} → {_words(after)}"),
        *realign(ctx, roster),
        say(intent, f"已登记，{intent.unit}：{_words(after)}。已送审的稿件，标注不变。", ctx),
    ]


def _problem(intent: i.UnitSaid, before: UnitEntry, ctx: Context) -> str:
    known = (*ctx.roster.units(), *(entry.unit for entry in ctx.roster.entries))
    if intent.unit not in known:
        return f"名册里没有“{intent.unit}”这个单位，请先登记人员"
    if not intent.value and intent.change != "取消上级":
        return f"请写明{'上级单位' if intent.change == '上级' else '标注的名称'}"
    if intent.change == "标注" and intent.value not in known_marks(ctx.regulation):
        return f"没有“{intent.value}”这个标注，可用的有：{'、'.join(known_marks(ctx.regulation)) or '无'}"
    if intent.change == "取消标注" and intent.value not in before.marks:
        return f"{intent.unit}没有标注“{intent.value}”"
    if intent.change == "上级" and intent.unit in (intent.value, *ctx.roster.parents(intent.value)):
        return f"{intent.value}是{intent.unit}自己或它的下级，不能作上级"
    return ""


def _changed(before: UnitEntry, intent: i.UnitSaid) -> UnitEntry:
    match intent.change:
        case "标注":
            return replace(before, marks=tuple(dict.fromkeys((*before.marks, intent.value))))
        case "取消标注":
            return replace(before, marks=tuple(mark for mark in before.marks if mark != intent.value))
        case _:
            return replace(before, parent=intent.value if intent.change == "上级" else "")


def _words(entry: UnitEntry) -> str:
    return f"上级 {entry.parent or '无'}，标注 {'、'.join(entry.marks) or '无'}"


def _known(unit: str, ctx: Context) -> str:
    seats = [seat for seat in ctx.roster.seats if seat.unit == unit]
    if not seats and unit not in {entry.unit for entry in ctx.roster.entries}:
        return f"名册里没有“{unit}”这个单位。"
    return "\n".join([f"{unit}：{_words(ctx.roster.entry(unit))}", *_people(seats, ctx)])


# ---- who sits there ------------------------------------------------------------------------------------------------

MOST = 40  # lines in chat


@router.on(i.PeopleAsked)
def people_asked(intent: i.PeopleAsked, ctx: Context) -> Sequence[Effect]:
    """小组: a unit with everybody's posts. 网评员: a role by units. 专家 免疫规划: those whose 备注 says so."""
    head = intent.unit or ctx.role_label(intent.role)
    looked = Record(intent.who, "查看", None, f"人员 {head} {intent.about}".strip())
    found = [s for s in ctx.roster.seats if s.role and (s.role == intent.role or s.unit == intent.unit)]
    about = [s for s in found if intent.about in s.note]
    if not found:
        return [say(intent, f"名册里还没有{head}。", ctx), looked]
    if not about:
        return [say(intent, f"没有备注“{intent.about}”的{head}，全部有 {len(found)} 人，发“{head}”查看。", ctx), looked]
    lines = _people(about, ctx) if intent.unit else _by_unit(about)
    number = len({seat.userid for seat in about})
    return [say(intent, "\n".join([f"{head} {number} 人：", *lines[:MOST], *_more(lines)]), ctx), looked]


def _more(lines: Sequence[str]) -> list[str]:
    return [f"……还有 {len(lines) - MOST} 行"] if len(lines) > MOST else []


def _people(seats: Sequence[Seat], ctx: Context) -> list[str]:
    """范蕾 小组组长; in the order of the regulation's roles, so that who leads stands first."""
    order = list(ctx.regulation.role)
    ranked = sorted((s for s in seats if s.role in order), key=lambda seat: order.index(seat.role))
    return [f"{seat.name} {ctx.role_label(seat.role)}{_note(seat)}" for seat in ranked]


def _by_unit(seats: Sequence[Seat]) -> list[str]:
    units = dict.fromkeys(seat.unit for seat in seats)
    return [f"{unit}：{'、'.join(f'{s.name}{_note(s)}' for s in seats if s.unit == unit)}" for unit in units]


def _note(seat: Seat) -> str:
    return f"（{seat.note}）" if seat.note else ""
