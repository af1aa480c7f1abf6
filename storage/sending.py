"""发件箱, the exit: one due message is leased, tried outside, and its outcome written down.

A lease is not a lock: a sender that died gives the message back when the lease ends, and as nobody knows what became
of that attempt, the next one is `unsure`. Rows of one item and receiver leave in the order they came, and a card never
arrives without the texts and attachments queued with it.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from bot.rules.delivery import Sent
from bot.rules.messages import MESSAGE, Attachment, Card, Text
from storage.cards import card_failed, card_sent, code_in_hand, code_used, msgid_to_recall
from storage.db import first, rows
from storage.digest import merge_notices
from storage.media import upload_of
from storage.nag_receipts import settle_receipts
from storage.pacing import free_at, hold_back
from storage.people import reachable
from storage.when import to_text

Way = Literal["send", "update", "recall", "fetch"]

OUT_OF_RANGE = "不在可见范围"
WITHHELD = "前面的原文没有送达，卡片没有单独发送"

NEXT_SEND = """
SELECT * FROM outbox o WHERE org = ?1 AND state = 'waiting' AND merged_into IS NULL AND kind = 'send'
 AND next_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
 AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org = o.org AND e.receiver = o.receiver AND e.item IS o.item
                 AND e.id < o.id AND e.state = 'waiting' AND e.kind = 'send')
ORDER BY next_at, id LIMIT 1
"""
# An update waits for nothing but earlier rows of its own card. Somebody has just tapped: it goes first.
NEXT_OTHER = """
SELECT * FROM outbox o WHERE org = ?1 AND state = 'waiting' AND kind <> 'send'
 AND next_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
 AND (task_id = '' OR NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org = o.org AND e.task_id = o.task_id
                 AND e.task_id <> '' AND e.id < o.id AND e.state = 'waiting'))
ORDER BY next_at, id LIMIT 1
"""
# Cards that wait behind a message (or behind one of a digest): of the same cause, receiver and item.
FOLLOWING_CARDS = """
SELECT DISTINCT c.id, c.task_id FROM outbox t JOIN outbox c ON c.org = t.org AND c.cause = t.cause
  AND c.receiver = t.receiver AND c.item = t.item AND c.id > t.id
 WHERE (t.id = ?1 OR t.merged_into = ?1) AND t.cause <> '' AND c.kind = 'send' AND c.task_id <> ''
  AND c.state = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One message to try now. `attempt` counts from 1 and names this lease. `unsure`: an earlier attempt may have
    been carried out. For an attachment, `media_id` is a valid upload, or ""."""

    id: int
    way: Way
    to: str
    attempt: int
    unsure: bool
    message: Text | Attachment | Card | None = None
    task_id: str = ""
    code: str = ""
    msgid: str = ""
    media_id: str = ""


def claim(db: Database, org: str, now: datetime, lease: timedelta) -> Job | None:
    """Lease the next due message, or None. What must wait for the receiver's pace, or cannot be done, is set aside.

    Whoever left the visible range is not tried: his messages fail with that reason.
    """
    at = to_text(now)
    while row := first(db, NEXT_OTHER, org, at) or first(db, NEXT_SEND, org, at):
        if row["kind"] == "send" and not reachable(db, org, row["receiver"]):
            _give_up(db, org, row, now, why=OUT_OF_RANGE)
            continue
        if row["kind"] == "send" and (free := free_at(db, org, row["receiver"], now)):
            _set_aside(db, row, org, free)
            continue
        if row["notice"] and not row["attempts"] and (leader := merge_notices(db, org, row["receiver"], now)):
            row = _row(db, leader)
        if job := _job(db, org, row, now):
            db.execute(
                "UPDATE outbox SET attempts = ?, lease_until = ?, unsure = ? WHERE id = ?",
                (job.attempt, to_text(now + lease), int(job.unsure), job.id),
            )
            return job
        _settle(db, row["id"], "dropped", now, why="no code, and too late to recall")
    return None


def _set_aside(db: Database, row: sqlite3.Row, org: str, until: datetime) -> None:
    hold_back(db, org, row["receiver"], until)
    db.execute("UPDATE outbox SET next_at = ? WHERE id = ?", (to_text(until), row["id"]))


def _job(db: Database, org: str, row: sqlite3.Row, now: datetime) -> Job | None:
    """What this row asks for now; None when there is no way to do it any more."""
    way: Way = row["kind"]
    code, msgid, media_id = "", "", ""
    message = None if way == "fetch" else MESSAGE.validate_json(row["doc"])
    if way == "fetch":
        media_id = json.loads(row["doc"])["media_id"]
    elif way == "update":
        code = row["code"] or code_in_hand(db, org, row["task_id"], now)
        if not code:
            way, msgid = "recall", msgid_to_recall(db, org, row["task_id"], now) if row["closing"] else ""
            if not msgid:
                return None
    elif isinstance(message, Attachment):
        media_id = upload_of(db, org, message.sha, message.media, now)
    unsure = bool(row["unsure"]) or row["lease_until"] is not None
    return Job(
        row["id"],
        way,
        row["receiver"],
        row["attempts"] + 1,
        unsure,
        message,
        task_id=row["task_id"],
        code=code,
        msgid=msgid,
        media_id=media_id,
    )


def mark_sent(db: Database, org: str, job: Job, sent: Sent, now: datetime, **result: str) -> None:
    """It worked. A late answer counts even if the lease has ended meanwhile: what was sent was sent."""
    _settle(db, job.id, "sent", now, msgid=sent.msgid, result=json.dumps(result))
    if job.way == "send" and job.task_id:
        card_sent(db, org, job.task_id, sent.response_code, sent.msgid, now)
    if job.way == "update":
        code_used(db, org, job.task_id, job.code)
    if job.way == "fetch":
        _news(db, job.id, now)


def mark_failed(
    db: Database, org: str, job: Job, now: datetime, *, code: int, why: str, fault: bool = False, msgid: str = ""
) -> None:
    """It will never work. Handlers hear of messages and downloads, and of whatever an operator must mend."""
    if not _mine(db, job):
        return
    if job.way == "update" and not fault and _another_way(db, org, job, now):
        return
    if job.way == "send":
        _give_up(db, org, _row(db, job.id), now, code_no=code, why=why, fault=int(fault), msgid=msgid)
        return
    _settle(db, job.id, "failed", now, code_no=code, why=why, fault=int(fault), msgid=msgid)
    if fault or job.way == "fetch":
        _news(db, job.id, now)


def mark_retry(
    db: Database, job: Job, now: datetime, at: datetime, *, code: int, why: str, unsure: bool, fault: bool = False
) -> None:
    """Try again at `at`. `fault`: nothing moves before an operator acts, so they hear of it meanwhile, once."""
    if not _mine(db, job):
        return
    told = bool(_row(db, job.id)["fault"])
    db.execute(
        "UPDATE outbox SET lease_until = NULL, next_at = ?, code_no = ?, why = ?, unsure = ?, fault = ? WHERE id = ?",
        (to_text(at), code, why, int(unsure or job.unsure), int(fault or told), job.id),
    )
    if fault and not told:
        _news(db, job.id, now)


def _give_up(
    db: Database, org: str, row: sqlite3.Row, now: datetime, *, why: str, code_no: int = 0, fault: int = 0,
    msgid: str = "",
) -> None:  # fmt: skip
    """The message will never arrive, and no card that was to follow it."""
    _settle(db, row["id"], "failed", now, code_no=code_no, why=why, fault=fault, msgid=msgid)
    _news(db, row["id"], now)
    if row["task_id"]:
        card_failed(db, org, row["task_id"])
        return
    for card in rows(db, FOLLOWING_CARDS, row["id"]):
        _settle(db, card["id"], "failed", now, why=WITHHELD)
        _news(db, card["id"], now)
        card_failed(db, org, card["task_id"])


def _another_way(db: Database, org: str, job: Job, now: datetime) -> bool:
    """After a refused code: put the update back if the card can still be updated or recalled."""
    code_used(db, org, job.task_id, job.code)
    db.execute("UPDATE outbox SET code = '', lease_until = NULL WHERE id = ?", (job.id,))
    row = _row(db, job.id)
    return _job(db, org, row, now) is not None


def _mine(db: Database, job: Job) -> bool:
    """Whether the message still waits for this very attempt's outcome."""
    row = _row(db, job.id)
    return (row["state"], row["attempts"]) == ("waiting", job.attempt)


def _row(db: Database, id: int) -> sqlite3.Row:
    row = first(db, "SELECT * FROM outbox WHERE id = ?", id)
    assert row is not None
    return row


def _settle(
    db: Database,
    id: int,
    state: str,
    now: datetime,
    *,
    msgid: str = "",
    code_no: int = 0,
    why: str = "",
    fault: int = 0,
    result: str = "{}",
) -> None:
    """The message's end, and that of the notices merged into it."""
    db.execute(
        "UPDATE outbox SET state = ?, sent_at = ?, msgid = ?, code_no = ?, why = ?, fault = ?, result = ?,"
        " lease_until = NULL, news_at = NULL WHERE id = ? OR merged_into = ?",
        (state, to_text(now), msgid, code_no, why, fault, result, id, id),
    )
    settle_receipts(db, id, state, now, code_no=code_no, why=why)


def _news(db: Database, id: int, now: datetime) -> None:
    db.execute("UPDATE outbox SET news_at = ? WHERE id = ?", (to_text(now), id))
