from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from sqlite_utils import Database

from bot.rules.delivery import TEXT_BYTES, size
from bot.rules.effects import (
    AcknowledgeFiling,
    Appoint,
    ChangePolicy,
    CloseDeadlines,
    Delegate,
    Dismiss,
    Effect,
    EndDelegation,
    Expect,
    FetchMedia,
    FileItem,
    GrantPublishing,
    HoldRung,
    KeepComment,
    KeepMove,
    KeepPair,
    KeepReceipt,
    KeepVersion,
    MarkBegun,
    MarkHandover,
    MarkNagged,
    NameKeeper,
    OpenDeadline,
    OpenHandover,
    Record,
    Remember,
    RenameUnit,
    Reply,
    RevokePublishing,
    SaveItem,
    Send,
    SetAccount,
    SetPlatform,
    SetReachable,
    SetSortingWord,
    SetUnit,
    UpdateCard,
)
from bot.rules.item import Decision
from bot.rules.roster import Seat, UnitEntry
from storage.apply import Applied, Unrecorded, apply
from storage.items import AlreadyDecided
from storage.read import Reader
from tests.storage.samples import (
    ITEM,
    LI,
    NOW,
    ORG,
    PASSED,
    SAVED,
    VERSION,
    WANG,
    ZHANG,
    ZHAO,
    ask,
    card,
    said,
    text,
)

LATER = NOW + timedelta(hours=1)
EVERYTHING: tuple[Effect, ...] = (
    KeepVersion(1, VERSION),
    KeepMove(1, PASSED),
    SaveItem(ITEM),
    Reply("已收到"),
    ask(),
    text("请看", "n:1"),
    UpdateCard("t1", card(title="已通过"), "u:1", close=False),
    FetchMedia("m1", WANG, "fetch:m1"),
    OpenDeadline("review:1", 1, LATER, (("ahead:1", NOW), ("over:1", LATER))),
    MarkNagged("review:1", "ahead:1"),
    HoldRung("review:1", "over:1", LATER),
    KeepReceipt("review:1", "ahead:1", ZHANG, "n:1"),
    CloseDeadlines(1, "publish:"),
    Expect(WANG, "reason", 1, {"step": "1"}),
    Remember(WANG, "flow", "news"),
    FileItem(1, "2025-001", NOW, ("office",)),
    AcknowledgeFiling(1, LI),
    GrantPublishing(ZHAO, "publisher", "办公厅", LI),
    RevokePublishing(ZHAO, LI),
    Delegate(ZHANG, LI, NOW, LATER),
    EndDelegation(ZHANG),
    ChangePolicy("clock.cutoff", '"17:30"', '"18:00"', LI),
    RenameUnit("监管一司", "监管司"),
    SetPlatform("weibo", "新浪", "在用", LI),
    SetAccount(1, "weibo", "安全监管总局", "办公厅", "在用", LI, {"主要用途": "发布"}, LI, "开通", 1),
    KeepComment("f1", 1, "chat"),
    KeepPair("住院几天内申请？", "出院后三十天内。", 1),
    SetSortingWord("证书", "信息中心"),
    MarkBegun("audit", "2025-11", "account:1", 1),
    SetReachable(ZHAO, False),
    Appoint(Seat(ZHAO, "赵", "办公厅", "officer")),
    Dismiss(Seat(ZHAO, "赵", "办公厅", "officer"), LI),
    SetUnit(UnitEntry("办公厅", "总局", ("涉密行业",))),
    OpenHandover(1, "weibo", ZHAO, LI, ZHAO, LI),
    MarkHandover(1, "given"),
    NameKeeper("weibo", "安监总局", "办公厅", LI, ZHAO),
    Record(WANG, "submit", 1, "稿件", "officer", 1),
)


def do(db: Database, *effects: Effect, cause: str = said("x").key, to: str = WANG) -> Applied:
    return apply(db, effects, org=ORG, cause=cause, now=NOW, to=to)


def contents(db: Database) -> dict[str, int]:
    return {name: count for name in db.table_names() if name[0] != "_" and (count := db.table(name).count)}


def test_the_sample_holds_every_effect() -> None:
    """A new effect must be added to EVERYTHING, and so to the tests below."""
    assert {type(effect) for effect in EVERYTHING} == set(get_args(Effect))


def test_everything_is_written_and_read_back(db: Database, reader: Reader) -> None:
    applied = do(db, *EVERYTHING)
    assert applied == Applied("已收到", {"t1": card(title="已通过")})
    assert reader.item(1) == ITEM
    assert reader.versions(1) == (VERSION,)
    assert reader.moves(1) == (PASSED,)
    assert [(line.actor, line.action, line.item, line.role) for line in reader.audit(1)] == [
        (WANG, "submit", 1, "officer")
    ]
    assert reader.memory(WANG, "flow") == "news"
    assert (reader.reachable(ZHAO), reader.reachable(LI)) == (False, True)
    assert reader.platforms() == {("weibo", "新浪"): "在用"}
    assert reader.policy_version() == 1
    assert [seat.userid for seat in reader.roster().seats] == [ZHAO] and reader.roster().parents("办公厅") == ("总局",)
    [handover] = reader.handovers()
    assert (handover.waits, handover.given_at, reader.keeper("weibo")) == (True, NOW, LI)
    filing = reader.filing(1)
    assert filing and (filing.no, filing.roles, filing.acknowledged_by) == ("2025-001", ("office",), LI)


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("survived", range(len(EVERYTHING)))
def test_a_crash_after_any_effect_leaves_nothing(db: Database, survived: int) -> None:
    """Everything one event does, or nothing."""
    left = iter(range(survived, -1, -1))

    def crash(_: str) -> None:
        if next(left) == 0:
            raise Crash

    with pytest.raises(Crash):
        apply(db, EVERYTHING, org=ORG, cause="e", now=NOW, after_each=crash)
    assert set(contents(db)) <= {"sqlite_sequence"}


@pytest.mark.parametrize("changes", [SAVED[:1], [SetReachable(ZHAO, False)], [CloseDeadlines(1), Reply("好")]])
def test_a_change_without_a_record_is_refused(db: Database, changes: Sequence[Effect]) -> None:
    """留痕: every change has a line saying who did what."""
    with pytest.raises(Unrecorded, match=type(changes[0]).__name__):
        do(db, *changes)
    assert contents(db) == {}


def test_a_conversation_needs_no_record(db: Database) -> None:
    do(db, Reply("请说标题"), Expect(WANG, "title"), Remember(WANG, "flow", "news"), text("好", "t"))


def test_the_first_decision_stands(db: Database, reader: Reader) -> None:
    """同一人同一轮同一环节的同一决定只记一次。"""
    do(db, *SAVED, KeepMove(1, PASSED))
    again = replace(PASSED, at=LATER)
    with pytest.raises(AlreadyDecided):
        do(db, KeepMove(1, again), Record(ZHANG, "pass", 1))
    assert reader.moves(1) == (PASSED,)
    assert [line.action for line in reader.audit(1)] == ["submit"]


def test_another_round_seat_or_person_decides_anew(db: Database, reader: Reader) -> None:
    """会签: who fills two roles decides for each; 请示 may be said again."""
    held = replace(PASSED, decision=Decision.HELD)
    others = (replace(PASSED, round=2), replace(PASSED, role="office"), replace(PASSED, actor=LI), held, held)
    do(db, *SAVED, KeepMove(1, PASSED), *(KeepMove(1, move) for move in others))
    assert reader.moves(1) == (PASSED, *others)


def test_a_version_is_never_written_over(db: Database, reader: Reader) -> None:
    do(db, *SAVED, KeepVersion(1, VERSION), KeepVersion(1, replace(VERSION, at=LATER)))
    with pytest.raises(sqlite3.IntegrityError):
        do(db, KeepVersion(1, replace(VERSION, body="改过")), Record(WANG, "edit", 1))
    assert reader.versions(1) == (VERSION,)


def test_another_organisations_item_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="belongs to 'other'"):
        do(db, SaveItem(replace(ITEM, org="other")), Record(WANG, "submit", 1))


def test_a_long_reply_goes_on_as_messages(db: Database) -> None:
    """The callback's own answer holds 2048 bytes; nothing of the rest is lost."""
    lines = [f"第{number}条 禁止发布内容" for number in range(200)]
    applied = do(db, Reply("\n".join(lines)))
    sent = [row["doc"] for row in db.query("SELECT doc FROM outbox WHERE receiver = ? ORDER BY id", [WANG])]
    assert applied.reply and size(applied.reply) <= TEXT_BYTES
    said_in_all = applied.reply + "".join(sent)
    assert all(line in said_in_all for line in lines)


def test_no_reply_is_no_text(db: Database) -> None:
    assert do(db, Record(WANG, "looked")).reply is None


def test_saving_again_changes_the_columns_to_search_by(db: Database, reader: Reader) -> None:
    do(db, *SAVED)
    done = replace(ITEM, state=type(ITEM.state).DONE, published_at=LATER)
    do(db, SaveItem(done), Record(LI, "publish", 1))
    assert reader.open_items() == ()
    assert reader.items_of(WANG) == (done,)
    assert reader.published_with("weibo", NOW, LATER + timedelta(seconds=1)) == (done,)


def test_a_second_send_of_a_key_is_nothing(db: Database, reader: Reader) -> None:
    do(db, text("一", "n:1"))
    do(db, text("二", "n:1"), Send(LI, card("t9"), "n:1"))
    assert db.table("outbox").count == 1
    assert reader.was_sent("n:1")
    assert reader.card("t9") is None
