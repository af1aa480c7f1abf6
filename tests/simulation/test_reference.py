"""The reference by itself, on the regulation's own words: it must not be right only because the bot says the same."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta

import pytest

from tests.simulation.cast import seats
from tests.simulation.reference import Reference, Told
from tests.simulation.world import POLICY
from tests.simulation.year import works

UNIT, HANDLER, HEAD, CENTRAL, LEADER = "监管一司", "s03", "h03", "central", "l1"
LOOK = timedelta(minutes=10)


def on(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute)  # noqa: DTZ001


@pytest.fixture
def reference() -> Reference:
    policy = tomllib.loads(POLICY.read_text(encoding="utf-8"))
    return Reference(policy, [(s.userid, s.unit, s.role) for s in seats()], works)


def looks(reference: Reference, start: datetime, end: datetime) -> list[Told]:
    found, now = [], start
    while now <= end:
        found += reference.look(now)
        now += LOOK
    return found


def heard(told: list[Told]) -> dict[str, list[str]]:
    """moment → who hears, of reminders of one item each."""
    found: dict[str, list[str]] = {}
    for one in told:
        found.setdefault(f"{one.at:%m-%d %H:%M}", []).append(one.to)
    return found


def test_a_question_of_friday(reference: Reference) -> None:
    """五(二)1: 周五10:05发表，当天16:00、17:30提醒承办人；周一08:30起逾期，逐级多告诉一位，每人一次。"""
    reference.began(1, "inquiry", UNIT, "collector", on(9, 11, 10, 20), {"发表时间": on(9, 11, 10, 5)})
    assert heard(looks(reference, on(9, 11), on(9, 17, 23))) == {
        "09-11 16:00": [HANDLER],
        "09-11 17:30": [HANDLER],
        "09-14 08:30": [HANDLER, HEAD],
        "09-15 08:30": [HANDLER, HEAD, CENTRAL],
        "09-16 08:30": [HANDLER, HEAD, CENTRAL, LEADER],
        "09-17 08:30": [HANDLER, HEAD, CENTRAL, LEADER],
    }


def test_a_check_over_the_long_holiday(reference: Reference) -> None:
    """没有期限的环节：9月30日送来，过一个工作日（国庆以后）同一时刻催办；10月10日调休上班也算。"""
    reference.began(1, "business", UNIT, "i03", on(9, 30, 15, 17))
    assert heard(looks(reference, on(9, 30), on(10, 10, 23))) == {
        "10-08 15:20": ["s03", HEAD],
        "10-09 15:20": ["s03", HEAD, CENTRAL],
        "10-10 15:20": ["s03", HEAD, CENTRAL, LEADER],
    }


def test_after_an_outage_the_last_one_with_what_was_missed(reference: Reference) -> None:
    """停机三个工作日，夜里恢复：夜里不发，开门时只发最后一次，写明漏了几次；以后仍按原来的时刻。"""
    reference.began(1, "business", UNIT, "i03", on(9, 14, 10))
    told = looks(reference, on(9, 17, 22), on(9, 18, 12))
    assert {(f"{one.at:%m-%d %H:%M}", one.to, one.lines[0].rung, one.missed) for one in told} == {
        ("09-18 08:30", "s03", "idle:3", 2), ("09-18 08:30", HEAD, "idle:3", 2), ("09-18 08:30", CENTRAL, "idle:3", 2),
        ("09-18 08:30", LEADER, "idle:3", 2), ("09-18 10:00", "s03", "idle:4", 0), ("09-18 10:00", HEAD, "idle:4", 0),
        ("09-18 10:00", CENTRAL, "idle:4", 0), ("09-18 10:00", LEADER, "idle:4", 0),
    }  # fmt: skip


def test_the_rescue_is_chased_through_the_night(reference: Reference) -> None:
    """五(一)4: 现场信息每环节1小时，夜里也催，每小时一次。"""
    reference.began(1, "rescue", UNIT, "scene", on(9, 12, 21, 10))
    told = looks(reference, on(9, 12, 21), on(9, 12, 23, 59))
    assert [(f"{one.at:%H:%M}", one.to) for one in told if one.to == "scenehead"] == [
        ("22:10", "scenehead"), ("23:10", "scenehead"),
    ]  # fmt: skip


def test_who_is_away_is_stood_in_for(reference: Reference) -> None:
    """负责人不在，由代办的人办理、由他听催办；没有委托的，仍是本人。"""
    reference.began(1, "business", UNIT, "i03", on(9, 14, 9))
    reference.done(1, "s03", on(9, 14, 9, 30))
    reference.absent(HEAD, "l0", on(9, 15, 0), on(9, 16, 0))
    thing = reference.things[1]
    assert reference.asked(thing, on(9, 14, 23)) == [HEAD]
    assert reference.asked(thing, on(9, 15, 9)) == ["l0"]
    assert reference.asked(thing, on(9, 16, 0)) == [HEAD]


def test_nobody_checks_twice(reference: Reference) -> None:
    """保密审查过的人不能再代负责人审定。"""
    reference.began(1, "business", UNIT, "i03", on(9, 14, 9))
    reference.done(1, "s03", on(9, 14, 9, 30))
    reference.absent(HEAD, "s03", on(9, 15, 0), on(9, 16, 0))
    assert reference.asked(reference.things[1], on(9, 15, 9)) == [HEAD]
