"""Two organisations in one database with the same numbers, keys and people: none reads or changes what is the other's.

Both tables below must be complete: a new method of the reader or a new function of storage without a case is a failure.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlite_utils import Database

import storage
from bot.regulation import load
from bot.rules import effects as e
from bot.rules.daily import Strike
from bot.rules.delivery import Answer, Sent
from bot.rules.item import Link, State, Version
from bot.rules.messages import Text
from bot.rules.regulation import Kind
from bot.rules.roster import Seat, UnitEntry
from storage import calendar, deadlines, media, news, outbox, roster, sending
from storage.apply import apply
from storage.db import open_writing, transaction
from storage.meta import keep_meta
from storage.read import Reader
from storage.roster import RosterCache, replace_seats, replace_words
from storage.schema import migrate
from tests.storage.samples import FLOW, ITEM, LI, NOW, PASSED, WANG, ZHANG, ask, card, text

HOUR = timedelta(hours=1)
LATER = NOW + 80 * HOUR
SHA = sha256(b"the same").hexdigest()
KEPT = FLOW.model_copy(update={"archive": "officer"})
A, B = "ww1", "ww1/b"  # the corp's first application and another of the same corp
NAMES = {A: "甲", B: "乙"}


# ---- two organisations -----------------------------------------------------------------------------------------------


def settle(db: Database, org: str, *, msgid: str) -> None:
    """Everything that waits is sent, except what goes to LI: that fails."""
    while job := sending.claim(db, org, NOW, HOUR):
        if job.to == LI:
            sending.mark_failed(db, org, job, NOW, code=1, why=msgid)
        else:
            sending.mark_sent(db, org, job, Sent(msgid, f"code-{msgid}"), NOW, sha=SHA)


def seed(db: Database, org: str) -> None:
    """The same numbers and keys in both; other words, and of everything one more in B."""
    mark, more = NAMES[org], org == B
    media.keep_content(db, org, b"the same", mark, NOW)
    media.keep_received(db, org, "m1", SHA, NOW)
    media.keep_upload(db, org, SHA, "image", f"upload-{mark}", NOW)
    replace_seats(db, org, [Seat(WANG, mark, mark, "officer")], NOW, mark)
    replace_words(db, org, [(mark, "1", "")], NOW, mark)
    do(db, org, e.SaveItem(replace(ITEM, id=90 + more, org=org, state=State.DONE, flow=KEPT, author=mark, unit=mark)))
    comment = replace(ITEM, id=80, org=org, kind=Kind.COMMENT, subject=mark, current=Version(1, mark, ""))
    do(db, org, e.SaveItem(comment))
    roster.people_change(db, org, NOW)
    keep_meta(db, org, "note", mark)
    for number in (1, 2) if more else (1,):
        do(db, org, *started(number, org, mark))
    settle(db, org, msgid=mark)
    for number in (1, 2) if more else (1,):
        do(db, org, *going_on(number, mark))
    if more:
        do(db, org, text("再", "more", ZHANG, 1), e.SetReachable(LI, True))
        roster.looked_over(db, org, NOW)
    calendar.calendar_change(db, org, f"mark {mark}", NOW)


def started(number: int, org: str, mark: str) -> list[e.Effect]:
    item = replace(ITEM, id=number, org=org, published_at=NOW, plan=9, about=7, joined=7, author=WANG, unit=mark)
    first = Version(1, mark, f"{mark}文", by=WANG, at=NOW)
    said = replace(item, id=number + 50, kind=Kind.COMMENT, form={"网民": f"网民{mark}"}, published_at=None)
    return [
        e.SaveItem(replace(item, current=first, links=(Link("微博", f"https://weibo.com/1/{mark}", by=WANG),))),
        e.SaveItem(said),
        e.SaveItem(replace(said, id=number + 70, kind=Kind.MATTER, form={"名称": f"事项{mark}"})),
        e.KeepVersion(number, first),
        e.KeepMove(number, replace(PASSED, reason=mark)),
        text(mark, f"to li {number}", LI, number),
        ask(f"t{number}", item=number),
        e.FetchMedia(f"m{number}", WANG, f"fetch {number}"),
    ]


def going_on(number: int, mark: str) -> list[e.Effect]:
    due = f"review:{number}"
    return [
        text(mark, f"k{number}", ZHANG, number),
        ask(f"u{number}", ZHANG, number),
        e.OpenDeadline(due, number, NOW + HOUR, (("a", NOW), ("b", NOW + HOUR)), mark, provisional=True),
        e.MarkNagged(due, "a"),
        e.KeepReceipt(due, "a", ZHANG, f"k{number}"),
        e.Send(ZHANG, card(f"d{number}", mark), f"card:d{number}", purpose="remind"),
        e.Expect(WANG, "reason", number, {"mark": mark}),
        e.Remember(WANG, "column", mark),
        e.FileItem(number, f"2025-00{number}", NOW, (mark,)),
        e.GrantPublishing(WANG, "publisher", f"{mark}{number}", LI),
        e.Delegate(WANG, f"{mark}{number}", NOW, NOW + HOUR),
        e.ChangePolicy("columns", "[]", json.dumps([mark]), mark),
        e.SetPlatform("weibo", f"{mark}{number}", "停用", mark),
        e.SetReachable(LI, reachable=False),
        e.SetUnit(UnitEntry(f"{mark}{number}", mark, (mark,))),
        e.SetAccount(number, "weibo", f"{mark}{number}", mark, "在用", mark, {"用途": mark}, WANG, mark, number),
        e.KeepComment(f"{mark}{number}", number, "chat"),
        e.KeepPair(f"{mark}{number}怎么申请", mark, number),
        e.SetSortingWord(f"{mark}{number}", mark),
        e.SetSortingWord("路灯", mark),
        e.MarkBegun(f"monthly {mark}", "2025-03", f"{mark}{number}", number),
        e.MarkBegun("monthly", "2025-03", f"{mark}{number}", number),
        e.OpenHandover(number, f"channel {number}", WANG, LI, mark, LI),
        e.MarkHandover(number, "asked", NOW),
        e.Send(ZHANG, card(f"h{number}", mark), f"card:h{number}", purpose="handover", position=number),
    ]


def do(db: Database, org: str, *effects: e.Effect) -> None:
    apply(db, [*effects, e.Record(WANG, "work", 1, org)], org=org, cause="cause", now=NOW)


Databases = dict[str, Database]
FILES = {A: (A,), B: (B,), "both": (A, B)}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three databases, to be copied: each organisation alone, and both together."""
    folder = tmp_path_factory.mktemp("organisations")
    for name, orgs in FILES.items():
        db = open_writing(folder / _file(name))
        migrate(db)
        for org in orgs:
            with transaction(db):
                seed(db, org)
        db.close()
    return folder


@pytest.fixture
def databases(seeded: Path, tmp_path: Path) -> Iterator[Databases]:
    opened = {name: open_writing(copy(seeded / _file(name), tmp_path)) for name in FILES}
    yield opened
    for db in opened.values():
        db.close()


def _file(name: str) -> str:
    return f"{name.replace('/', '_')}.db"


def plain(value: object) -> str:
    """A value without the numbers that rows got in the order they were written."""
    return re.sub(r"\b(outbox_id|id)=\d+|failed:\d+|'people:[^']*'|mark='[^']*'", "#", repr(value))


NUMBERS = {"id", "merged_into", "org", "deadline", "outbox"}  # given in the order in which rows were written


def kept(db: Database, org: str) -> dict[str, list[Any]]:
    """All rows of one organisation, without such numbers."""
    whole: dict[str, list[Any]] = {}
    for table in db.tables:
        if "org" in table.columns_dict:
            order = "2" if "WITHOUT ROWID" in table.schema else "rowid"
            found = table.rows_where("org = ?", [org], order_by=order)
            whole[table.name] = [{key: row[key] for key in row.keys() - NUMBERS} for row in found]
    whole["meta"] = [row for row in whole["meta"] if row["key"] not in ("roster", "roster seen")]
    nags = "SELECT d.key, n.rung, n.at FROM nags n JOIN deadlines d ON d.id = n.deadline WHERE d.org = ? ORDER BY n.id"
    return whole | {"nags": db.execute(nags, [org]).fetchall()}


# ---- the reader ------------------------------------------------------------------------------------------------------

READS: dict[str, Callable[[Reader], object]] = {
    "item": lambda r: (r.item(1), r.item(2)),
    "next_item_id": lambda r: r.next_item_id(),
    "items": lambda r: (r.items(), r.items(state=State.RUNNING, author=WANG, since=NOW), r.items(limit=1)),
    "open_items": lambda r: (r.open_items(), r.open_items(author=WANG)),
    "items_of": lambda r: r.items_of(WANG),
    "linked_to": lambda r: r.linked_to(9),
    "pairs": lambda r: r.pairs(9),
    "comment": lambda r: [r.comment(f"{mark}1") for mark in "甲乙"],
    "comments_by": lambda r: [r.comments_by(f"网民{mark}", NOW) for mark in "甲乙"],
    "matters_named": lambda r: [r.matters_named(f"事项{mark}") for mark in "甲乙"],
    "post_at": lambda r: [r.post_at(f"https://weibo.com/1/{mark}?from=x") for mark in "甲乙"],
    "joined_to": lambda r: r.joined_to(7),
    "headings_of_comments": lambda r: r.headings_of_comments(99),
    "sorting_words": lambda r: r.sorting_words(),
    "subjects": lambda r: r.subjects(NOW, LATER),
    "items_about": lambda r: r.items_about(7),
    "archived": lambda r: (r.archived(NOW, LATER), r.archived(NOW, LATER, [("停水", [WANG])], ["甲"], 1)),
    "published_with": lambda r: r.published_with("weibo", NOW, LATER),
    "versions": lambda r: (r.versions(1), r.versions(2)),
    "moves": lambda r: (r.moves(1), r.moves(2)),
    "roster": lambda r: r.roster(),
    "expectation": lambda r: r.expectation(WANG),
    "memory": lambda r: r.memory(WANG, "column"),
    "reachable": lambda r: r.reachable(LI),
    "card": lambda r: (r.card("t1"), r.card("t2")),
    "live_cards": lambda r: (r.live_cards(1), r.live_cards(2), r.live_cards(2, ZHANG, "check")),
    "was_shown": lambda r: (r.was_shown(1, ZHANG, 1, 1), r.was_shown(2, ZHANG, 1, 1)),
    "step_cards": lambda r: (r.step_cards(1, 1, 1), r.step_cards(2, 1, 1)),
    "was_sent": lambda r: (r.was_sent("k1"), r.was_sent("k2")),
    "waiting_to": lambda r: r.waiting_to(ZHANG),
    "failures": lambda r: (r.failures(), r.failures(1), r.failures(2, NOW)),
    "deadlines": lambda r: (r.deadlines(1), r.deadlines(2)),
    "open_deadline": lambda r: (r.open_deadline("review:1"), r.open_deadline("review:2")),
    "open_deadlines": lambda r: r.open_deadlines(),
    "nag_count": lambda r: (r.nag_count("review:1"), r.nag_count("review:2")),
    "nags": lambda r: (r.nags(1), r.nags(2)),
    "receipts": lambda r: (r.receipts(1), r.receipts(2)),
    "last_receipt": lambda r: (r.last_receipt(1), r.last_receipt(2), r.last_receipt(2, ZHANG)),
    "loose_cards": lambda r: r.loose_cards(ZHANG, "remind"),
    "last_nag": lambda r: (r.last_nag(1), r.last_nag(2)),
    "filing": lambda r: (r.filing(1), r.filing(2)),
    "filings": lambda r: r.filings(NOW, LATER),
    "next_filing_no": lambda r: r.next_filing_no(2025),
    "platforms": lambda r: r.platforms(),
    "policy_changes": lambda r: r.policy_changes(),
    "policy_version": lambda r: r.policy_version(),
    "policy_stamp": lambda r: r.policy_stamp(1),
    "words": lambda r: r.words(),
    "audit": lambda r: (r.audit(), r.audit(1), r.audit(since=NOW, limit=1)),
    "media": lambda r: r.media(SHA),
    "media_by_id": lambda r: (r.media_by_id("m1"), r.media_by_id("m2")),
    "handovers": lambda r: r.handovers(),
    "handover": lambda r: (r.handover(1), r.handover(2)),
    "handover_cards": lambda r: (r.handover_cards(1), r.handover_cards(2)),
    "keeper": lambda r: r.keeper("weibo"),
    "accounts": lambda r: r.accounts(),
    "account": lambda r: (r.account(1), r.account(2)),
    "account_changes": lambda r: (r.account_changes(1), r.account_changes(2)),
    "next_account_id": lambda r: r.next_account_id(),
    "last_drafts": lambda r: r.last_drafts(),
    "first_used": lambda r: (r.org, r.first_used()),  # both began at the same moment
    "last_published": lambda r: (r.last_published("weibo"), r.last_published("weibo", "乙")),
    "was_begun": lambda r: [r.was_begun("monthly", "2025-03", subject) for subject in (None, "甲1", "乙1")],
    "first_line": lambda r: r.first_line(),
    "last_reminder": lambda r: (r.last_reminder(1), r.last_reminder(2)),
    "running_due": lambda r: r.running_due(LATER),
    "running_count": lambda r: r.running_count(),
    "missed": lambda r: r.missed(NOW, LATER, LATER),
    "health": lambda r: r.health(NOW - HOUR, LATER),
    "own_cards": lambda r: r.own_cards("handover"),
}


def test_every_method_of_the_reader_has_a_case() -> None:
    found = {name for name, one in vars(Reader).items() if inspect.isfunction(one) and name[0] != "_"}
    assert found == READS.keys()


@pytest.mark.parametrize("name", READS)
def test_a_reader_reads_its_own(name: str, databases: Databases) -> None:
    """With a neighbour it says what it said without; and the two do not say the same."""
    said = {org: plain(READS[name](Reader(databases["both"], org))) for org in (A, B)}

    assert said == {org: plain(READS[name](Reader(databases[org], org))) for org in (A, B)}
    assert said[A] != said[B]


# ---- everything else in storage --------------------------------------------------------------------------------------


def _job(db: Database, org: str) -> sending.Job:
    found = sending.claim(db, org, LATER, HOUR)
    assert found is not None
    return found


def _rung(db: Database, org: str) -> Any:
    return deadlines.due_rungs(db, org, LATER)[0]


CHANGE = roster.PeopleChange("key", "mark", NOW)
CALENDAR = calendar.CalendarChange("key", "mark", NOW)
Call = Callable[[Callable[..., Any], Database, str], object]
FLOWS = [("monthly", "2025-03"), ("monthly 甲", "2025-03"), ("monthly 乙", "2025-03")]
CALLS: dict[str, Call] = {
    "accounts.set_account": lambda f, db, org: f(
        db, org, e.SetAccount(1, "weibo", "新", "丙", "停用", LI, {}, LI, "停用", 1), LATER),
    "accounts.register_named": lambda f, db, org: f(db, org, load("saws"), NOW),
    "sorting.set_sorting_word": lambda f, db, org: f(db, org, e.SetSortingWord("路灯", "丙")),
    "sorting.replace_sorting_words": lambda f, db, org: f(db, org, [], NOW, LI),
    "comments.keep_pair": lambda f, db, org: f(db, org, e.KeepPair("known to both", "甲"), NOW),
    "comments.keep_comment": lambda f, db, org: f(db, org, e.KeepComment("known to both", 1, "file"), NOW),
    "accounts.mark_begun": lambda f, db, org: f(db, org, e.MarkBegun("monthly", "2025-04", "", 1), NOW),
    "accounts.not_begun": lambda f, db, org: f(db, org, FLOWS, NOW),
    "accounts.begin_again": lambda f, db, org: f(db, org, "monthly", "2025-04", LATER),
    "audit.record": lambda f, db, org: f(db, org, NOW, actor=WANG, action="x", cause="c"),
    "books.file_item": lambda f, db, org: (_third(db, org), f(db, org, e.FileItem(3, "2025-009", NOW, ()))),
    "books.acknowledge_filing": lambda f, db, org: f(db, org, e.AcknowledgeFiling(1, LI, ("office",)), NOW),
    "books.set_platform": lambda f, db, org: f(db, org, e.SetPlatform("weibo", "乙1", "在用", LI), NOW),
    "books.change_policy": lambda f, db, org: f(db, org, e.ChangePolicy("p", "1", "2", LI), NOW, "c"),
    "calendar.calendar_change": lambda f, db, org: f(db, org, "other", LATER),
    "calendar.calendar_seen": lambda f, db, org: f(db, org, CALENDAR),
    "calendar.calendar_again": lambda f, db, org: f(db, org, LATER),
    "cards.add_card": lambda f, db, org: f(db, org, ask("t9"), card("t9")),
    "cards.show_card": lambda f, db, org: f(db, org, "t1", card("t1", "新"), close=True),
    "cards.card_sent": lambda f, db, org: f(db, org, "u1", "code", "msgid", NOW),
    "cards.card_failed": lambda f, db, org: f(db, org, "u1"),
    "cards.code_in_hand": lambda f, db, org: f(db, org, "t1", NOW),
    "cards.code_used": lambda f, db, org: f(db, org, "t1", f(db, org, "t1", "x") or _code(db, org)),
    "cards.msgid_to_recall": lambda f, db, org: f(db, org, "t1", NOW),
    "cards.expiring_card": lambda f, db, org: f(db, org, LATER),
    "cards.remind_again": lambda f, db, org: f(db, org, "t1", LATER),
    "daily.daily_due": lambda f, db, org: f(db, org, [Strike("opened", "2025-03-17")], NOW),
    "daily.daily_done": lambda f, db, org: f(db, org, Strike("opened", "2025-03-17"), NOW),
    "daily.daily_again": lambda f, db, org: f(db, org, Strike("opened", "2025-03-17"), LATER),
    "deadlines.open_deadline": lambda f, db, org: f(db, org, e.OpenDeadline("review:1", 1, LATER, ()), NOW),
    "deadlines.close_deadlines": lambda f, db, org: f(db, org, 1, "", NOW),
    "deadlines.mark_nagged": lambda f, db, org: f(db, org, e.MarkNagged("review:1", "b"), NOW),
    "deadlines.due_rungs": lambda f, db, org: f(db, org, LATER),
    "deadlines.pass_rung": lambda f, db, org: f(db, org, _rung(db, org)),
    "deadlines.put_off": lambda f, db, org: f(db, org, _rung(db, org), LATER),
    "deadlines.hold_rung": lambda f, db, org: f(db, org, e.HoldRung("review:1", "b", LATER)),
    "nag_receipts.keep_receipt": lambda f, db, org: f(db, org, e.KeepReceipt("review:1", "b", WANG, "k1"), NOW),
    "digest.merge_notices": lambda f, db, org: (_notices(db, org), f(db, org, "many", LATER) is not None),
    "handovers.open_handover": lambda f, db, org: f(db, org, e.OpenHandover(9, "", WANG, LI, WANG, LI), NOW),
    "handovers.mark_handover": lambda f, db, org: f(db, org, e.MarkHandover(1, "given", LATER), NOW),
    "handovers.due_handover": lambda f, db, org: f(db, org, LATER),
    "handovers.put_off_handover": lambda f, db, org: f(db, org, 1, LATER),
    "inbox.claim": lambda f, db, org: (f(db, org, "key", "Kind", NOW), f(db, org, "key", "Kind", NOW)),
    "inbox.keep_answer": lambda f, db, org: (_heard(db, org), f(db, org, "heard", Answer("答"))),
    "inbox.answer_of": lambda f, db, org: (_heard(db, org), f(db, org, "heard")),
    "items.save_item": lambda f, db, org: f(db, org, replace(ITEM, org=org, state=State.WITHDRAWN), NOW),
    "items.keep_version": lambda f, db, org: f(db, org, 1, Version(2, "x", "y", by=WANG, at=NOW), NOW),
    "items.keep_move": lambda f, db, org: f(db, org, 1, replace(PASSED, actor=LI)),
    "media.keep_content": lambda f, db, org: f(db, org, b"new", "png", NOW),
    "media.keep_received": lambda f, db, org: f(db, org, "m9", SHA, NOW),
    "media.content_of": lambda f, db, org: f(db, org, SHA),
    "media.keep_upload": lambda f, db, org: f(db, org, SHA, "image", "again", NOW),
    "media.upload_of": lambda f, db, org: f(db, org, SHA, "image", NOW),
    "media.forget_upload": lambda f, db, org: f(db, org, SHA, "image"),
    "meta.meta": lambda f, db, org: f(db, org, "note"),
    "meta.keep_meta": lambda f, db, org: f(db, org, "note", "x"),
    "news.next_news": lambda f, db, org: f(db, org, LATER),
    "outbox.queue_send": lambda f, db, org: f(db, org, text("x", "k9"), NOW),
    "outbox.queue_fetch": lambda f, db, org: f(db, org, e.FetchMedia("m9", WANG, "f9"), NOW),
    "outbox.queue_update": lambda f, db, org: f(db, org, e.UpdateCard("t1", card("t1"), "up"), NOW),
    "overdue.due_before": lambda f, db, org: f(db, org, LATER),
    "overdue.missed_in": lambda f, db, org: f(db, org, NOW, LATER, LATER),
    "overdue.health": lambda f, db, org: f(db, org, NOW - HOUR, LATER),
    "pacing.free_at": lambda f, db, org: (_busy(db, org), f(db, org, "busy", NOW)),
    "pacing.hold_back": lambda f, db, org: f(db, org, ZHANG, LATER),
    "people.grant": lambda f, db, org: f(db, org, e.GrantPublishing(LI, "publisher", "x", WANG), NOW),
    "people.revoke": lambda f, db, org: f(db, org, WANG, LI, NOW),
    "people.delegate": lambda f, db, org: f(db, org, e.Delegate(WANG, "甲1", NOW, LATER), NOW),
    "people.end_delegation": lambda f, db, org: f(db, org, WANG, NOW),
    "people.rename_unit": lambda f, db, org: f(db, org, NAMES[org], "丙"),
    "people.remember": lambda f, db, org: f(db, org, e.Remember(WANG, "column", "x")),
    "people.expect": lambda f, db, org: f(db, org, e.Expect(WANG), NOW),
    "people.set_reachable": lambda f, db, org: f(db, org, e.SetReachable(ZHANG, reachable=False), NOW),
    "people.reachable": lambda f, db, org: (f(db, org, LI), f(db, org, ZHANG)),
    "prune.prune": lambda f, db, org: (_heard(db, org), f(db, org, LATER)),
    "roster.read_roster": lambda f, db, org: f(db, org, RosterCache()),
    "roster.people_change": lambda f, db, org: f(db, org, LATER),
    "roster.people_seen": lambda f, db, org: f(db, org, CHANGE) or "seen",
    "roster.people_again": lambda f, db, org: f(db, org, LATER) or "again",
    "roster.touch_roster": lambda f, db, org: f(db, org) or "touched",
    "roster.replace_seats": lambda f, db, org: f(db, org, [], NOW, LI),
    "roster.replace_words": lambda f, db, org: f(db, org, [], NOW, LI),
    "roster.look_over_due": lambda f, db, org: (f(db, org, NOW, LATER), f(db, org, LATER, LATER)),
    "roster.looked_over": lambda f, db, org: (f(db, org, LATER), f(db, org, NOW, LATER)),
    "sending.claim": lambda f, db, org: [f(db, org, LATER, HOUR) for _ in range(3)],
    "sending.mark_sent": lambda f, db, org: f(db, org, _job(db, org), Sent("m", "c"), LATER),
    "sending.mark_failed": lambda f, db, org: f(db, org, _job(db, org), LATER, code=1, why="x"),
    "staff.appoint": lambda f, db, org: f(db, org, Seat(LI, "李", "甲", "leader")),
    "staff.dismiss": lambda f, db, org: f(db, org, Seat(WANG, NAMES[org], NAMES[org], "officer"), LI, NOW),
    "staff.name_keeper": lambda f, db, org: f(db, org, e.NameKeeper("weibo", "新", "丙", LI, WANG), LATER),
    "staff.set_unit": lambda f, db, org: f(db, org, UnitEntry(f"{NAMES[org]}1", "丙", ())),
    "staff.replace_units": lambda f, db, org: f(db, org, [UnitEntry("丙")], NOW, LI),
}
NO_CASE = {"apply.apply"}  # `seed` goes through it


def _third(db: Database, org: str) -> str:
    do(db, org, e.SaveItem(replace(ITEM, id=3, org=org)))
    return "saved"


def _code(db: Database, org: str) -> str:
    return str(db.execute("SELECT code FROM cards WHERE org = ? AND task_id = 't1'", [org]).fetchone()[0])


def _heard(db: Database, org: str) -> str:
    importlib.import_module("storage.inbox").claim(db, org, "heard", "Kind", NOW)
    return "heard"


def _notices(db: Database, org: str) -> str:
    for n in range(12):
        outbox.queue_send(db, org, e.Send("many", Text(f"{n}", notice=True), f"n{n}"), NOW)
    return "queued"


def _busy(db: Database, org: str) -> str:
    """So many messages in a minute that the next one must wait."""
    for n in range(30):
        outbox.queue_send(db, org, text(f"{n}", f"b{n}", "busy"), NOW)
    db.execute("UPDATE outbox SET state = 'sent', sent_at = next_at WHERE org = ? AND receiver = 'busy'", [org])
    return "sent"


def functions() -> dict[str, Callable[..., Any]]:
    """All public functions of storage that take an organisation."""
    found = {}
    for part in pkgutil.iter_modules(storage.__path__):
        module = importlib.import_module(f"storage.{part.name}")
        for name, one in vars(module).items():
            own = inspect.isfunction(one) and one.__module__ == module.__name__ and name[0] != "_"
            if own and "org" in inspect.signature(one).parameters:
                found[f"{part.name}.{name}"] = one
    return found


def test_every_function_of_storage_has_a_case() -> None:
    assert functions().keys() - NO_CASE == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(("org", "other"), [(A, B), (B, A)])
def test_a_call_touches_its_own(name: str, org: str, other: str, databases: Databases) -> None:
    """With a neighbour it answers and leaves what it would without; the neighbour's rows are as they were."""
    function, alone, both = functions()[name], databases[org], databases["both"]
    untouched, before = kept(both, other), kept(alone, org)

    with transaction(both), transaction(alone):
        answered, expected = CALLS[name](function, both, org), CALLS[name](function, alone, org)

    assert plain(answered) == plain(expected)
    assert kept(both, org) == kept(alone, org)
    assert kept(both, other) == untouched
    assert answered or kept(alone, org) != before


def test_a_message_is_told_of_in_its_own_organisation(databases: Databases) -> None:
    """What failed in one is no news in the other, though message numbers run through both."""
    both = databases["both"]
    for org in (A, B):
        found = news.next_news(both, org, LATER)
        assert found is not None
        row = both.execute("SELECT org FROM outbox WHERE id = ?", [found.outbox_id]).fetchone()
        assert row[0] == org
        news.told(both, found.outbox_id)


def test_no_table_holds_data_without_an_owner(databases: Databases) -> None:
    """Every table has `org`, except the children of one that has, and the tokens, which are kept by application."""
    without = {table.name for table in databases["both"].tables if "org" not in table.columns_dict}

    assert {name for name in without if not name.startswith(("sqlite_", "_"))} == {"nags", "tokens"}
