from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rules.daily import Strike
from bot.rules.effects import Delegate, MarkNagged, OpenDeadline, Record, UpdateCard
from bot.rules.events import CardExpiring, Fallen, PeopleChanged, RungsFell
from bot.sweeper import Sweeper, Watch, _fall_key, sweep_one
from storage.daily import daily_due
from storage.deadlines import due_rungs
from storage.roster import people_change, touch_roster
from tests.bot.desk import Desk, open_desk
from tests.storage.samples import NOW, ORG, SAVED, ask, card

HOUR = timedelta(hours=1)
LADDER = (("ahead:1", NOW + HOUR), ("over:1", NOW + 3 * HOUR))
REVIEW = OpenDeadline("review:1", 1, NOW + 2 * HOUR, LADDER)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "shenfa.db") as desk:
        desk.does(*SAVED, REVIEW)
        yield desk


def watch(desk: Desk) -> Watch:
    return Watch(desk.writer, desk.dispatcher.dispatch, ORG)


def sweeps(desk: Desk) -> list[str]:
    """Keys of the events that sweeping now makes."""
    before = len(desk.heard)
    Sweeper(watch(desk), desk.clock).settle()
    return [event.key for event in desk.heard[before:]]


def marks(rung: str) -> list[MarkNagged | Record]:
    return [MarkNagged("review:1", rung), Record("sys", "nag", 1)]


def test_a_rung_falls_when_it_is_due(desk: Desk) -> None:
    """The event's key holds the moment: the same deadline moved is another event."""
    assert sweeps(desk) == []
    desk.waits(hours=1)
    desk.answers["RungsFell"] = marks("ahead:1")
    assert sweeps(desk) == ["review:1:ahead:1@2025-03-17T06:00:00Z"]
    assert desk.heard == [
        RungsFell(key="review:1:ahead:1@2025-03-17T06:00:00Z", rungs=(Fallen("review:1", 1, "ahead:1"),))
    ]
    assert sweeps(desk) == []


def test_after_a_long_pause_each_rung_falls_once(desk: Desk) -> None:
    """The bot was down over night; whoever hears decides what is still worth saying."""
    desk.waits(hours=12)
    assert [key.partition("@")[0] for key in sweeps(desk)] == ["review:1:ahead:1", "review:1:over:1"]
    assert sweeps(desk) == []


def test_a_handler_that_marks_nothing_is_not_asked_forever(desk: Desk) -> None:
    desk.waits(hours=1)
    assert len(sweeps(desk)) == 1
    assert sweeps(desk) == []


def test_all_that_is_due_falls_in_one_event(desk: Desk) -> None:
    """同一时刻到期的几件是一个事件, 每人因此只收一条; 事件的编号由内容定, 哪个程序扫都一样。"""
    desk.does(*(OpenDeadline(f"more:{n}", 1, NOW + 2 * HOUR, (("ahead:1", NOW + HOUR),)) for n in range(300)))
    desk.waits(hours=1)
    (key,) = sweeps(desk)
    assert key.startswith("rungs:")
    fell = desk.heard[-1]
    assert isinstance(fell, RungsFell)
    assert len(fell.rungs) == 301
    assert sweeps(desk) == []


def test_one_that_fails_is_put_off_and_the_rest_go_on(desk: Desk) -> None:
    """一起办不成就一件一件办, 一件出错不耽误别的。"""
    desk.does(OpenDeadline("review:2", 1, NOW + 2 * HOUR, (("ahead:1", NOW + HOUR),)))
    desk.waits(hours=1)
    due = desk.writer.submit(lambda db: due_rungs(db, ORG, desk.now)).result()
    desk.answers[_fall_key(due)] = ZeroDivisionError()
    desk.answers["review:1:ahead:1@2025-03-17T06:00:00Z"] = ZeroDivisionError()
    assert [key.partition("@")[0] for key in sweeps(desk)[1:]] == ["review:1:ahead:1", "review:2:ahead:1"]
    assert sweeps(desk) == []
    desk.waits(minutes=5)
    assert sweeps(desk) == ["review:1:ahead:1@2025-03-17T06:05:00Z"]


def test_two_sweepers_are_heard_once(desk: Desk) -> None:
    desk.waits(hours=1)
    with open_desk(desk.path) as other:
        other.clock.set(desk.now)
        assert sweep_one(watch(desk), desk.now)
        assert not sweep_one(watch(other), desk.now)
        assert len(desk.heard + other.heard) == 1


def test_a_card_is_told_of_before_its_code_ends(desk: Desk) -> None:
    """72 小时的 code 到期前两小时, 一次。"""
    desk.does(ask())
    desk.delivers()
    desk.waits(hours=69)
    sweeps(desk)
    desk.heard.clear()
    desk.waits(hours=1)
    assert sweeps(desk) == ["expiring:t1@2025-03-20T03:00:00Z"]
    assert isinstance(desk.heard[0], CardExpiring)
    assert sweeps(desk) == []


def test_a_warning_that_failed_comes_again(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    desk.answers["CardExpiring"] = ZeroDivisionError()
    desk.waits(hours=70)
    assert any(key.startswith("expiring:") for key in sweeps(desk))
    desk.answers.clear()
    desk.waits(minutes=5)
    assert sweeps(desk) == ["expiring:t1@2025-03-20T03:05:00Z"]


def test_a_closed_card_is_not_told_of(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    desk.does(UpdateCard("t1", card(title="已通过"), "u:1"))
    desk.waits(hours=80)
    assert not any(key.startswith("expiring:") for key in sweeps(desk))


# ---- people ---------------------------------------------------------------------------------------------------------


def changes(desk: Desk) -> None:
    desk.writer.submit(lambda db: touch_roster(db, ORG)).result()


def people(desk: Desk) -> list[str]:
    return [key for key in sweeps(desk) if key.startswith("people:")]


def test_a_change_of_people_is_told_once(desk: Desk) -> None:
    """The first look only remembers."""
    assert people(desk) == []
    changes(desk)
    assert len(people(desk)) == 1
    assert isinstance(desk.heard[-1], PeopleChanged)
    assert people(desk) == []


def test_a_restart_between_a_change_and_its_telling_neither_misses_nor_repeats_it(desk: Desk) -> None:
    sweeps(desk)
    changes(desk)
    with open_desk(desk.path) as other:
        other.clock.set(desk.now)
        assert len(people(other)) == 1
    assert people(desk) == []


def test_one_that_was_told_but_not_noted_has_the_same_key(desk: Desk) -> None:
    sweeps(desk)
    changes(desk)
    change = desk.writer.submit(lambda db: people_change(db, ORG, desk.now)).result()
    assert change is not None
    assert people(desk) == [change.key]


def test_the_begin_and_the_end_of_a_delegation_are_changes(desk: Desk) -> None:
    sweeps(desk)
    desk.does(Delegate("liuyang", "sunfu", desk.now + HOUR, desk.now + 2 * HOUR), Record("liuyang", "委托代办"))
    assert len(people(desk)) == 1
    desk.waits(hours=1)
    assert len(people(desk)) == 1
    desk.waits(minutes=30)
    assert people(desk) == []
    desk.waits(minutes=30)
    assert len(people(desk)) == 1
    assert people(desk) == []


def test_a_change_whose_handler_failed_comes_again(desk: Desk) -> None:
    sweeps(desk)
    desk.answers["PeopleChanged"] = ZeroDivisionError()
    changes(desk)
    assert len(people(desk)) == 1
    assert people(desk) == []
    desk.answers.clear()
    desk.waits(minutes=5)
    assert len(people(desk)) == 1
    desk.waits(minutes=5)
    assert people(desk) == []


# ---- once a day ------------------------------------------------------------------------------------------------------

OPENED, MONTH = Strike("opened", "2025-03-17"), Strike("month", "2025-02")


def strikes(desk: Desk, *due: Strike) -> list[str]:
    watched = replace(watch(desk), striking=lambda db, now: daily_due(db, ORG, due, now))
    before = len(desk.heard)
    Sweeper(watched, desk.clock).settle()
    return [event.key for event in desk.heard[before:]]


def test_what_is_due_once_a_day_is_heard_once(desk: Desk) -> None:
    """Another day is another event; a second process, or a clock set back, hears of it no more."""
    assert strikes(desk, OPENED, MONTH) == ["opened@2025-03-17", "month@2025-02"]
    assert strikes(desk, OPENED, MONTH) == []
    with open_desk(desk.path) as other:
        other.clock.set(desk.now - HOUR)
        assert strikes(other, OPENED) == []
        assert strikes(other, Strike("opened", "2025-03-18")) == ["opened@2025-03-18"]


def test_one_that_failed_is_tried_again_and_the_others_go_on(desk: Desk) -> None:
    desk.answers["DayOpened"] = ZeroDivisionError()
    assert strikes(desk, OPENED, MONTH) == ["opened@2025-03-17", "month@2025-02"]
    desk.answers.clear()
    desk.waits(minutes=4)
    assert strikes(desk, OPENED, MONTH) == []
    desk.waits(minutes=1)
    assert strikes(desk, OPENED, MONTH) == ["opened@2025-03-17"]
    assert strikes(desk, OPENED, MONTH) == []


def test_what_is_wrong_with_the_sweeper(desk: Desk) -> None:
    """For the heartbeat: it runs, and its last sweep ended well a moment ago."""
    sweeper = Sweeper(watch(desk), desk.clock)
    assert sweeper.ailment(desk.now) == "the sweeper does not run"
    sweeper.start()
    assert "no sweep has ended well since the start" in sweeper.ailment(desk.now)
    sweeper.sweep()
    assert sweeper.ailment(desk.now + timedelta(minutes=3)) == ""
    assert "no sweep has ended well since 2025" in sweeper.ailment(desk.now + timedelta(minutes=4))
    desk.waits(minutes=4)
    desk.writer.stop()
    sweeper.sweep()
    assert "no sweep has ended well since 2025" in sweeper.ailment(desk.now)
    assert desk.writer.ailment(desk.now) == "the writer has ended"
    sweeper.stop()
    assert sweeper.ailment(desk.now) == "the sweeper does not run"


def test_a_sweep_survives_a_database_that_cannot_be_written(desk: Desk) -> None:
    desk.writer.stop()
    Sweeper(watch(desk), desk.clock).sweep()


def test_it_starts_and_stops(desk: Desk) -> None:
    sweeper = Sweeper(watch(desk), desk.clock)
    sweeper.start()
    sweeper.stop()
    sweeper.stop()
