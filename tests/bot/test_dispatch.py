from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import DemoClock
from bot.dispatch import SORRY, Dispatcher
from bot.rules.delivery import Answer
from bot.rules.effects import Effect, KeepVersion, Record, Reply, UpdateCard
from bot.rules.events import CardTapped, Event, Fallen, RungsFell
from bot.writer import NotCommitted, Writer, WriterStopped
from storage.read import Reader
from tests.bot.desk import Desk, open_desk, says
from tests.storage.samples import NOW, ORG, SAVED, VERSION, ZHANG, ask, card, said, text

HELLO = said("你好")
TAP = CardTapped(
    key="tap:1", userid=ZHANG, sent_at=NOW, task_id="t1", button="pass", card_kind="b", response_code="r1"
)
NAG = RungsFell(key="nag:1", rungs=(Fallen("review:1", 1, "over:1"),))
SUBMITTED: list[Effect] = [*SAVED, KeepVersion(1, VERSION), ask(), Reply("已送审")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "shenfa.db") as desk:
        yield desk


def test_an_event_is_answered_and_kept(desk: Desk) -> None:
    desk.answers[HELLO.key] = SUBMITTED
    assert desk.hears(HELLO) == Answer("已送审")
    assert desk.reads(lambda reader: reader.item(1)).author == HELLO.userid
    assert desk.rows("SELECT key, kind, at FROM inbox") == [("msg:1", "TextReceived", "2025-03-17T05:00:00Z")]


def test_a_repeat_is_answered_the_same_and_does_nothing(desk: Desk) -> None:
    """企业微信收不到应答会重发: 第二次不再办理。"""
    desk.answers[HELLO.key] = SUBMITTED
    assert desk.hears(HELLO) == desk.hears(HELLO) == Answer("已送审")
    assert len(desk.heard) == 1
    assert len(desk.reads(lambda reader: reader.audit())) == 1


def test_a_tap_is_answered_with_its_card(desk: Desk) -> None:
    """And a text for it goes out as a message: the answer to a tap shows none."""
    desk.does(*SAVED, ask())
    passed = card(title="已通过")
    desk.answers[TAP.key] = [UpdateCard("t1", passed, "u:1", code="r1"), Reply("已通过"), Record(ZHANG, "pass", 1)]
    assert desk.hears(TAP) == desk.hears(TAP) == Answer(None, passed)
    assert desk.rows("SELECT receiver FROM outbox WHERE key = 'tap:1:reply:1'") == [(ZHANG,)]


def test_a_handler_that_fails_leaves_a_line_and_a_free_key(desk: Desk) -> None:
    """出错: 留痕一条, 给本人一句话, 平台重发时重新办理。"""
    desk.answers[HELLO.key] = ZeroDivisionError("secret thoughts")
    assert desk.hears(HELLO) == Answer(SORRY)
    [line] = desk.reads(lambda reader: reader.audit())
    assert (line.actor, line.action, line.cause) == (HELLO.userid, "failed", HELLO.key)
    desk.answers[HELLO.key] = says("好了")
    assert desk.hears(HELLO) == Answer("好了")


def test_what_cannot_be_written_is_undone(desk: Desk) -> None:
    """The third effect is refused: the first two are not kept either."""
    desk.answers[HELLO.key] = [*SAVED, ask(), KeepVersion(9, VERSION)]
    assert desk.hears(HELLO) == Answer(SORRY)
    assert desk.reads(lambda reader: (reader.item(1), reader.card("t1"))) == (None, None)


def test_a_failed_tap_is_told_by_message(desk: Desk) -> None:
    desk.answers[TAP.key] = ZeroDivisionError()
    assert desk.hears(TAP) == Answer(SORRY)
    assert desk.hears(TAP) == Answer(SORRY)
    assert desk.delivers() == [("text", ZHANG, SORRY)]


def test_an_internal_event_that_fails_says_so_to_its_loop(desk: Desk) -> None:
    desk.answers[NAG.key] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        desk.hears(NAG)
    assert [line.actor for line in desk.reads(lambda reader: reader.audit())] == ["sys"]


def test_one_failure_in_a_crowd_is_alone(desk: Desk) -> None:
    """Sixty-four at once share commits; each has its own savepoint."""
    events = [said("x", key=f"msg:{number}") for number in range(64)]
    for number, event in enumerate(events):
        desk.answers[event.key] = ZeroDivisionError() if number % 8 == 0 else [text("好", f"n:{number}")]
    answers = [future.result(10) for future in [desk.dispatcher.dispatch(event) for event in events]]
    assert [answer == Answer(SORRY) for answer in answers] == [number % 8 == 0 for number in range(64)]
    assert desk.rows("SELECT count(*) FROM inbox") == desk.rows("SELECT count(*) FROM outbox") == [(56,)]


def test_it_can_be_awaited(desk: Desk) -> None:
    desk.answers[HELLO.key] = says("你好")
    assert asyncio.run(desk.dispatcher.answer(HELLO)) == Answer("你好")


def test_listeners_hear_after_the_commit(desk: Desk) -> None:
    seen: list[list[tuple[object, ...]]] = []
    desk.answers[HELLO.key] = [text("好", "n:1")]
    desk.dispatcher.on_commit(lambda: seen.append(desk.rows("SELECT key FROM outbox")))
    desk.hears(HELLO)
    assert seen == [[("n:1",)]]


def test_an_unwritable_database_is_no_answer(desk: Desk) -> None:
    """No 200 to the platform: it will come again."""
    desk.writer.stop()
    with pytest.raises(NotCommitted):
        desk.hears(HELLO)


class Crash(BaseException):
    """The process ends here."""


POINTS = ["claimed", "SaveItem", "Record", "KeepVersion", "UpdateCard", "applied", "before commit", "after commit"]


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_anywhere_is_everything_or_nothing(tmp_path: Path, point: str) -> None:
    """And the platform's repeat finds a whole state: the first time over, or the answer of the first time."""
    path = tmp_path / "shenfa.db"
    armed = [point]

    def crash(where: str) -> None:
        if where in armed:
            raise Crash

    def handle(event: Event, reader: Reader, now: object) -> list[Effect]:
        assert reader.next_item_id() == 1
        return [*SUBMITTED, UpdateCard("t1", card(title="新"), "u:1", close=False)]

    clock = DemoClock(NOW, running=False)
    dying = Dispatcher(Writer(path, interrupt=crash), handle, clock, ORG, interrupt=crash)
    with pytest.raises(WriterStopped):
        dying.dispatch(HELLO).result(10)
    armed.clear()
    writer = Writer(path)
    again = Dispatcher(writer, handle, clock, ORG)
    assert again.dispatch(HELLO).result(10).text == "已送审"
    counts = writer.submit(lambda db: (db.table("items").count, db.table("audit").count)).result(10)
    assert counts == (1, 1)
    writer.stop()


def test_two_dispatchers_on_one_database(tmp_path: Path) -> None:
    """Two processes by mistake: each event is handled once, whoever gets it."""
    with open_desk(tmp_path / "shenfa.db") as one, open_desk(tmp_path / "shenfa.db") as other:
        for desk in (one, other):
            desk.answers["TextReceived"] = says("好")
        events = [replace(HELLO, key=f"msg:{number}") for number in range(30)]
        futures = [desk.dispatcher.dispatch(event) for event in events for desk in (one, other)]
        assert {future.result(10) for future in futures} == {Answer("好")}
        assert sorted(event.key for event in one.heard + other.heard) == sorted(event.key for event in events)


def test_the_handler_sees_whole_seconds(tmp_path: Path) -> None:
    """What it compares is what it would read back."""
    seen: list[int] = []

    def handle(event: Event, reader: Reader, now: object) -> list[Effect]:
        seen.append(getattr(now, "microsecond", -1))
        return []

    writer = Writer(tmp_path / "shenfa.db")
    clock = DemoClock(NOW.replace(microsecond=5), running=False)
    Dispatcher(writer, handle, clock, ORG).dispatch(HELLO).result(10)
    writer.stop()
    assert seen == [0]
