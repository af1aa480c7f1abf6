"""谁来办: principals, deputies, the next above; never the drafter, never twice in a stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.rules import progress, routing
from bot.rules.item import Decision, Item, Move, State
from bot.rules.regulation import Do, Flow, Regulation, Step
from bot.rules.roster import Delegation, Grant, Roster, Seat
from bot.rules.routing import Desk, Holder
from tests.rules.items import NOW, ROLES, TICKS, flow, flows, item, step

UNIT = "unit"
POST = flow(
    step(Do.DRAFT, "informant"), step(Do.CHECK, "secrecy"), step(Do.CHECK, "head"), step(Do.PUBLISH, "publisher"),
    file=("officer",),
)  # fmt: skip


def regulation(*up: str, roles: tuple[str, ...] = ()) -> Regulation:
    own = {role: {"label": role, "scope": "own"} for role in ("informant", "secrecy", "head", "leader", *roles)}
    central = {
        "publisher": {"label": "publisher", "scope": "own", "granted_by": "officer"},
        "officer": {"label": "officer", "scope": "central", "oversees": True},
        "chief": {"label": "chief", "scope": "central"},
    }
    return Regulation.model_validate(
        {"schema": 1, "slug": "x", "title": "制度", "unit": {"central": "宣教办"}, "role": own | central,
         "flow": (POST,), "nag": {"up": up}}
    )  # fmt: skip


def seats(**people: str) -> tuple[Seat, ...]:
    """wang="informant secrecy": one person, two hats."""
    central = ("officer", "chief")
    return tuple(
        Seat(name, name, "宣教办" if role in central else UNIT, role)
        for name, roles in people.items()
        for role in roles.split()
    )


def desk(
    people: tuple[Seat, ...], *away: tuple[str, str], granted: tuple[str, ...] = (), up: str = "head chief leader"
) -> Desk:
    grants = tuple(Grant(who, "publisher", UNIT, "officer", NOW - timedelta(days=1)) for who in granted)
    absent = tuple(Delegation(who, deputy, NOW - timedelta(hours=1), NOW + timedelta(hours=8)) for who, deputy in away)
    return Desk(regulation(*up.split()), Roster(people, grants, absent), NOW)


def at(position: int, author: str = "li") -> Item:
    return replace(item(POST, position=position, round=1, author=author), unit=UNIT)


def did(actor: str, position: int, decision: Decision = Decision.PASSED, round: int = 1) -> Move:
    return Move(position, round, 1, "x", actor, "role", decision, NOW)


EVERYBODY = seats(
    li="informant", he="secrecy", liu="head", yang="leader", zhang="publisher", wang="officer", zhou="chief"
)


def holding(here: Item, where: Desk, *moves: Move) -> list[tuple[str, str, str]]:
    assert here.step is not None
    return [(h.userid, h.role, h.acting_for) for h in routing.holders(here, here.step, moves, where)]


CASES: dict[str, tuple[Item, Desk, tuple[Move, ...], list[tuple[str, str, str]]]] = {
    "在位的人": (at(1), desk(EVERYBODY), (), [("he", "secrecy", "")]),
    "起草环节是起草人": (at(0), desk(EVERYBODY), (), [("li", "informant", "")]),
    "不在的由代办人代,本人仍可办": (
        at(2),
        desk(EVERYBODY, ("liu", "sun")),
        (),
        [("liu", "head", ""), ("sun", "head", "liu")],
    ),
    "本人稿件由代办人代审": (at(2, "liu"), desk(EVERYBODY, ("liu", "sun")), (), [("sun", "head", "liu")]),
    "本人稿件没有代办人,到上一级": (at(2, "liu"), desk(EVERYBODY), (), [("zhou", "head", "liu")]),
    "不在上级名单里的角色,从最低一级起": (at(1, "he"), desk(EVERYBODY), (), [("liu", "secrecy", "he")]),
    "审过一次,第二次到上一级": (at(2), desk(EVERYBODY), (did("liu", 1),), [("zhou", "head", "liu")]),
    "上一级也审过,再上一级": (at(2), desk(EVERYBODY), (did("liu", 1), did("zhou", 1)), [("yang", "head", "liu")]),
    "上一轮审过不算": (at(2), desk(EVERYBODY), (did("liu", 1, round=0),), [("liu", "head", "")]),
    "请示和确认未见不是审过": (
        at(1),
        desk(EVERYBODY),
        (did("he", 1, Decision.HELD), did("he", 1, Decision.CONFIRMED)),
        [("he", "secrecy", "")],
    ),
    "代办人审过,不能再代": (at(2), desk(EVERYBODY, ("liu", "sun")), (did("sun", 1),), [("liu", "head", "")]),
    "起草人不能当代办人": (at(2), desk(EVERYBODY, ("liu", "li")), (), [("liu", "head", "")]),
    "没有人的席位不跳级": (at(2), desk(seats(li="informant", zhou="chief")), (), []),
    "上面也没有能审的人": (at(2, "liu"), desk(seats(liu="informant head")), (), []),
    "没有授权的不能发布": (at(3), desk(EVERYBODY), (), []),
    "授权的发布": (at(3), desk(EVERYBODY, granted=("zhang",)), (), [("zhang", "publisher", "")]),
    "起草人可以发布": (at(3, "zhang"), desk(EVERYBODY, granted=("zhang",)), (), [("zhang", "publisher", "")]),
    "发布的代办人也要有授权": (
        at(3),
        desk(EVERYBODY, ("zhang", "sun"), granted=("zhang",)),
        (),
        [("zhang", "publisher", "")],
    ),
}


@pytest.mark.rule("every-2", "saws-R14", "saws-R16")
@pytest.mark.parametrize("case", CASES)
def test_who_holds_a_step(case: str) -> None:
    """谁来办: 在位的人、代办人、上一级; 不审本人稿件, 同一阶段不审两次, 席位空着就等。"""
    here, where, moves, wanted = CASES[case]
    assert holding(here, where, *moves) == wanted


def test_the_absent_person_is_not_asked_but_may_act() -> None:
    """不在的人不发卡片, 发给代办人; 本人回来随时可办。"""
    here, where = at(2), desk(EVERYBODY, ("liu", "sun"))
    assert here.step is not None
    found = routing.holders(here, here.step, (), where)

    assert [h.userid for h in routing.asked(found, where)] == ["sun"]
    assert routing.holder_for("liu", here, here.step, (), where) == Holder("liu", "head")
    assert routing.holder_for("zhao", here, here.step, (), where) is None


def test_in_his_own_seat_before_another_s() -> None:
    """自己有席位的, 先按自己的席位办, 不算代。"""
    two = desk((*EVERYBODY, Seat("sun", "sun", UNIT, "head")), ("liu", "sun"))
    here = at(2)
    assert here.step is not None

    assert routing.holder_for("sun", here, here.step, (), two) == Holder("sun", "head")


@pytest.mark.parametrize("hours", [-2, 9])
def test_outside_its_time_a_delegation_is_nothing(hours: int) -> None:
    """委托没开始或已过期, 代办人不能办。"""
    where = replace(desk(EVERYBODY, ("liu", "sun")), now=NOW + timedelta(hours=hours))
    assert holding(at(2), where) == [("liu", "head", "")]


@pytest.mark.rule("every-7")
@pytest.mark.parametrize(
    ("who", "sees"),
    [("li", True), ("he", True), ("liu", True), ("zhang", True), ("wang", True), ("zhou", False), ("yang", False),
     ("zhao", False), ("he2", False)],
)  # fmt: skip
def test_who_sees_an_item(who: str, sees: bool) -> None:
    """只有有环节的、备案的、督办的人看得到; 上级要到报给他时才看得到。"""
    others = (*EVERYBODY, Seat("he2", "he2", "另一单位", "secrecy"))
    assert routing.may_see(who, at(1), (), desk(others)) is sees


@pytest.mark.rule("every-7")
def test_those_it_came_to_see_it() -> None:
    """办过的、代过的、被报告的人看得到。"""
    assert routing.may_see("sun", at(2), (did("sun", 1),), desk(EVERYBODY))
    assert routing.may_see("yang", replace(at(2), escalated=("yang",)), (), desk(EVERYBODY))
    assert routing.may_see("sun", at(2), (), desk(EVERYBODY, ("liu", "sun")))
    assert routing.may_see("zhou", at(2, "liu"), (), desk(EVERYBODY))  # he stands in for the head now


@pytest.mark.rule("every-7")
def test_a_draft_nobody_was_shown() -> None:
    """还没有送审的稿件只有起草人和归口部门看得到。"""
    draft = replace(at(0), state=State.PREPARING, round=0)
    seen = [
        who for who in ("li", "he", "liu", "zhang", "wang", "yang") if routing.may_see(who, draft, (), desk(EVERYBODY))
    ]
    assert seen == ["li", "wang"]


# ---- whatever the roster --------------------------------------------------------------------------------------------

PEOPLE = ("a", "b", "c", "d")


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """Few people with many hats, deputies for some, any order of those above."""
    reg = regulation(*draw(st.permutations(ROLES)), roles=ROLES)
    hats = draw(st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ROLES))))
    away = draw(st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))))
    absent = tuple(Delegation(x, y, NOW - timedelta(1), NOW + timedelta(1)) for x, y in sorted(away) if x != y)
    return Desk(reg, Roster(tuple(Seat(who, who, UNIT, role) for who, role in sorted(hats)), (), absent), NOW)


def decide(here: Item, current: Step, holder: Holder, moves: list[Move], passes: bool) -> Item:
    decision = Decision.PASSED if passes else Decision.RETURNED
    move = Move(here.position, here.round, here.current.no, here.current.fingerprint, holder.userid, holder.role,
                decision, NOW, acting_for=holder.acting_for)  # fmt: skip
    after = progress.pass_check(here, holder.role, moves, NOW) if passes else progress.send_back(here, "理由", NOW)
    moves.append(move)
    return after


@pytest.mark.rule("every-2")
@settings(deadline=None)
@given(flows(), desks(), st.sampled_from(PEOPLE), st.sets(st.sampled_from(TICKS)), st.data())
def test_nobody_checks_twice_or_his_own(
    of: Flow, where: Desk, author: str, ticks: set[str], data: st.DataObject
) -> None:
    """任何流程、任何名册: 没有人审本人稿件, 没有人在同一阶段审两次; 受托的写明代谁。"""
    here = replace(item(of, state=State.PREPARING, author=author), unit=UNIT, ticks=dict.fromkeys(ticks, author))
    moves: list[Move] = []
    for _ in range(25):
        current = here.step
        if current is None:
            break
        if here.awaiting_draft:
            here = progress.submit(here, replace(here.current, no=here.current.no + 1), NOW)
        elif current.do is Do.CHECK:
            found = routing.holders(here, current, moves, where)
            before = {m.actor for m in moves if m.round == here.round and m.decision is Decision.PASSED}
            assert not {h.userid for h in found} & ({author} | before)
            assert {h.role for h in found} <= {r for d in progress.duties(here, current) for r in d.roles} - {
                r for d in progress.done_duties(here, current, moves) for r in d.roles
            }
            assert {h.userid for h in routing.asked(found, where)} <= {h.userid for h in found}
            if not found:
                break  # it waits; nothing is skipped
            here = decide(here, current, data.draw(st.sampled_from(found)), moves, data.draw(st.integers(0, 9)) > 0)
        elif current.do in (Do.RECORD, Do.ASSIGN):
            here = progress.record(here, {}, NOW)
        else:
            break
    passes = [(m.round, m.actor) for m in moves if m.decision is Decision.PASSED]
    assert len(passes) == len(set(passes))
    assert author not in {actor for _, actor in passes}


@settings(deadline=None)
@given(flows(), desks(), st.sampled_from(PEOPLE))
def test_an_empty_seat_is_never_skipped(of: Flow, where: Desk, author: str) -> None:
    """席位上没有人: 没有人能办, 也没有人能替。"""
    here = replace(item(of, position=1, round=1, author=author), unit=UNIT)
    current = here.step
    assert current is not None
    assume(current.do is Do.CHECK)
    nobody = Desk(where.regulation, Roster((), (), where.roster.delegations), NOW)

    assert routing.holders(here, current, (), nobody) == ()
