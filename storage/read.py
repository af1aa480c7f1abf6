"""Reading: everything a handler or a page may ask. Each answer is a frozen value; nothing here writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.rules.accounts import Account, AccountChange
from bot.rules.archive import Kept
from bot.rules.comments import above_address, unsorted
from bot.rules.item import ITEM, MOVE, VERSION, Item, Move, State, Version
from bot.rules.pairs import Pair
from bot.rules.roster import Roster
from bot.rules.sorting import SortingWord
from storage.accounts import account_of, change_of
from storage.cards import card_row
from storage.db import rows
from storage.deadlines import deadline_row
from storage.handovers import handover_row
from storage.media import media_row
from storage.nag_receipts import OF_ITEM, nag_receipt
from storage.overdue import HealthRow, MissedRow, due_before, health, missed_in
from storage.people import reachable
from storage.roster import RosterCache, read_roster
from storage.rows import (
    AuditRow,
    CardRow,
    DeadlineRow,
    Expectation,
    FailureRow,
    FilingRow,
    HandoverRow,
    MediaRow,
    NagReceipt,
    NagRow,
    PolicyChangeRow,
    Receipt,
    WordRow,
)
from storage.when import from_text, maybe_moment, maybe_text, to_text

__all__ = [
    "AuditRow",
    "CardRow",
    "DeadlineRow",
    "Expectation",
    "FailureRow",
    "FilingRow",
    "HandoverRow",
    "HealthRow",
    "MediaRow",
    "MissedRow",
    "NagReceipt",
    "NagRow",
    "PolicyChangeRow",
    "Reader",
    "Receipt",
    "WordRow",
]


STEP_CARDS = "SELECT * FROM cards WHERE org = ? AND item = ? AND position = ? AND round = ? ORDER BY rowid"
SHOWN = """
SELECT 1 FROM cards c WHERE c.org = ?1 AND c.item = ?2 AND c.userid = ?3 AND c.round = ?4 AND c.position = ?5
 AND c.state IN ('queued', 'sent') AND c.state <> 'queued'  -- in the words of the index cards_live
 AND NOT EXISTS (SELECT 1 FROM outbox o JOIN outbox e ON e.org = o.org AND e.cause = o.cause
                  AND e.receiver = o.receiver AND e.item = o.item AND e.id < o.id
                 WHERE o.org = c.org AND o.task_id = c.task_id AND o.task_id <> '' AND o.kind = 'send'
                  AND o.cause <> '' AND e.kind = 'send' AND e.task_id = '' AND e.state <> 'sent')
LIMIT 1
"""

ARCHIVED = """
SELECT id, unit, author, title, coalesce(published_at, since) AS at, json_extract(doc, '$.units') AS units,
 flow AS flow_id, json_extract(doc, '$.flow.label') AS flow, json_extract(doc, '$.flow.archive') AS role,
 json_extract(doc, '$.flow.private') AS private
FROM items WHERE org = ? AND state = 'done' AND json_extract(doc, '$.flow.archive') IS NOT NULL
 AND coalesce(published_at, since) >= ? AND coalesce(published_at, since) < ?"""


class Reader:
    """One organisation's data through one connection.

    Inside the writing transaction it sees what the transaction has written so far; on a connection of its own, the
    last commit. Not for use by two threads at once.
    """

    def __init__(self, connection: Database, org: str, cache: RosterCache | None = None) -> None:
        self._db = connection
        self.org = org
        self._cache = cache or RosterCache()

    # ---- items -------------------------------------------------------------------------------------------------

    def item(self, id: int) -> Item | None:
        row = self._one("SELECT doc FROM items WHERE org = ? AND id = ?", id)
        return None if row is None else ITEM.validate_json(row["doc"])

    def next_item_id(self) -> int:
        """The number the next new item gets. Only meaningful inside the writing transaction."""
        return int(self._value("SELECT coalesce(max(id), 0) + 1 FROM items WHERE org = ?"))

    def items(
        self,
        *,
        state: State | None = None,
        kind: str | None = None,
        unit: str | None = None,
        author: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 200,
    ) -> tuple[Item, ...]:
        """Items, the newest first. `since` ≤ created_at < `until`."""
        wanted = {
            "state = ?": state and state.value,
            "kind = ?": kind,
            "unit = ?": unit,
            "author = ?": author,
            "created_at >= ?": maybe_text(since),
            "created_at < ?": maybe_text(until),
        }
        return self._items("1", wanted, "id DESC", limit)

    def open_items(self, unit: str | None = None, author: str | None = None) -> tuple[Item, ...]:
        """Items being prepared or running, the oldest first."""
        state = "state IN ('preparing', 'running')"
        return self._items(state, {"unit = ?": unit, "author = ?": author}, "id", index="INDEXED BY items_open")

    def items_of(self, author: str, limit: int = 10) -> tuple[Item, ...]:
        """The author's items in every state, the newest first."""
        return self.items(author=author, limit=limit)

    def linked_to(self, plan: int) -> tuple[Item, ...]:
        """The items that belong to a plan, the oldest first."""
        found = self._all(
            "SELECT doc FROM items WHERE org = ? AND json_extract(doc, '$.plan') > 0"
            " AND json_extract(doc, '$.plan') = ? ORDER BY id",
            plan,
        )
        return tuple(ITEM.validate_json(row["doc"]) for row in found)

    def items_about(self, original: int) -> tuple[Item, ...]:
        """Corrections and takings down of a published item, the oldest first."""
        found = self._all(
            "SELECT doc FROM items WHERE org = ? AND json_extract(doc, '$.about') > 0"
            " AND json_extract(doc, '$.about') = ? ORDER BY id",
            original,
        )
        return tuple(ITEM.validate_json(row["doc"]) for row in found)

    def comment(self, fingerprint: str) -> int | None:
        """The item of a comment that is known; None for a new one."""
        row = self._one("SELECT item FROM comments WHERE org = ? AND fingerprint = ?", fingerprint)
        return None if row is None else int(row["item"])

    def headings_of_comments(self, before: int, limit: int = 300) -> tuple[tuple[int, str], ...]:
        """Number and heading of the comments before this one, the newest first."""
        found = self._all(
            "SELECT id, title FROM items INDEXED BY items_comments WHERE org = ? AND kind = 'comment' AND id < ?"
            " ORDER BY id DESC LIMIT ?",
            before, limit,
        )
        return tuple((int(row["id"]), str(row["title"])) for row in found)

    def subjects(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many comments of each subject ("": none) were collected with `since` ≤ created_at < `until`."""
        found = self._all(
            "SELECT json_extract(doc, '$.subject') AS subject, count(*) AS n FROM items INDEXED BY items_comments_at"
            " WHERE org = ? AND kind = 'comment' AND created_at >= ? AND created_at < ? GROUP BY 1",
            to_text(since), to_text(until),
        )
        return {str(row["subject"] or ""): int(row["n"]) for row in found}

    def sorting_words(self) -> tuple[SortingWord, ...]:
        """分办词, in the order they were entered."""
        found = self._all("SELECT word, unit, flow, subject FROM sorting_words WHERE org = ? ORDER BY rowid")
        return tuple(SortingWord(row["word"], row["unit"], row["flow"], row["subject"]) for row in found)

    def comments_by(self, netizen: str, since: datetime) -> tuple[Item, ...]:
        """Comments of this netizen that are open or were registered since then, the oldest first."""
        found = self._all(
            "SELECT doc FROM items INDEXED BY items_netizen WHERE org = ? AND kind = 'comment'"
            " AND json_extract(doc, '$.form.\"网民\"') = ?"
            " AND (state IN ('preparing', 'running') OR updated_at >= ?) ORDER BY id",
            netizen, to_text(since),
        )
        return tuple(ITEM.validate_json(row["doc"]) for row in found)

    def matters_named(self, name: str) -> tuple[Item, ...]:
        """Matters with this title, or with this name in their form, the newest first."""
        found = self._all(
            "SELECT doc FROM items WHERE org = ? AND kind = 'matter' AND state <> 'withdrawn' AND (title = ?"
            " OR EXISTS (SELECT 1 FROM json_each(doc, '$.form') f WHERE f.value = ?)) ORDER BY id DESC",
            name, name,
        )
        return tuple(ITEM.validate_json(row["doc"]) for row in found)

    def post_at(self, url: str) -> Item | None:
        """The published post of ours that this address is, or lies under."""
        for address in above_address(url) if url else ():
            row = self._one(
                "SELECT i.doc FROM post_links l JOIN items i ON i.org = l.org AND i.id = l.item"
                " WHERE l.org = ? AND l.address = ? ORDER BY l.item",
                address,
            )
            if row is not None:
                return ITEM.validate_json(row["doc"])
        return None

    def pairs(self, limit: int) -> tuple[Pair, ...]:
        """Questions and answers, the newest first."""
        found = self._all(
            "SELECT question, answer, item FROM pairs WHERE org = ? ORDER BY at DESC, id DESC LIMIT ?", limit
        )
        return tuple(Pair(row["question"], row["answer"], int(row["item"])) for row in found)

    def joined_to(self, issue: int) -> tuple[Item, ...]:
        """The comments that are handled together with this one, the oldest first."""
        found = self._all(
            "SELECT doc FROM items WHERE org = ? AND json_extract(doc, '$.joined') > 0"
            " AND json_extract(doc, '$.joined') = ? ORDER BY id",
            issue,
        )
        return tuple(ITEM.validate_json(row["doc"]) for row in found)

    def published_with(self, channel: str, since: datetime, until: datetime) -> tuple[Item, ...]:
        """Items published by `channel` with `since` ≤ published_at < `until`, the oldest first."""
        found = self._all(
            "SELECT doc FROM items WHERE org = ? AND published_at >= ? AND published_at < ? ORDER BY published_at, id",
            to_text(since),
            to_text(until),
        )
        items = (ITEM.validate_json(row["doc"]) for row in found)
        return tuple(item for item in items if channel in item.channels)

    def archived(
        self, since: datetime, until: datetime, words: Sequence[tuple[str, Sequence[str]]] = (),
        units: Sequence[str] | None = None, limit: int = -1,
    ) -> tuple[Kept, ...]:  # fmt: skip
        """What is kept (`Flow.archive`) and was published or done with `since` ≤ at < `until`, the newest first.

        `words`: each must be in the title, or one of its people drafted the item or acted on it. `units`: only theirs
        (and what several units did together).
        """
        where, values = "", list[object]()
        if units is not None:
            where += f" AND (unit IN ({', '.join('?' * len(units))}) OR json_extract(doc, '$.units') <> '[]')"
            values += units
        for word, people in words:
            marks = ", ".join("?" * len(people))
            where += f" AND (instr(title, ?) > 0 OR author IN ({marks}) OR EXISTS (SELECT 1 FROM moves m"
            where += f" WHERE m.org = items.org AND m.item = items.id AND m.actor IN ({marks})))"
            values += [word, *people, *people]
        sql = f"{ARCHIVED}{where} ORDER BY at DESC, id DESC LIMIT ?"
        found = self._all(sql, to_text(since), to_text(until), *values, limit)
        return tuple(_kept(row) for row in found)

    def last_drafts(self) -> dict[str, datetime]:
        """Each unit's last post that was sent for review: when it was begun."""
        found = self._all(
            "SELECT unit, max(created_at) AS at FROM items WHERE org = ? AND kind = 'post' AND state <> 'preparing'"
            " GROUP BY unit"
        )
        return {row["unit"]: from_text(row["at"]) for row in found}

    def first_used(self) -> datetime | None:
        """When the first line of the record was written, or None."""
        row = self._one("SELECT at FROM audit WHERE org = ? ORDER BY id LIMIT 1")
        return None if row is None else from_text(row["at"])

    def last_published(self, channel: str, unit: str = "", account: int = 0) -> datetime | None:
        """When something was last published by `channel` (for one unit; as one of its accounts), or None."""
        found = self._all(
            "SELECT published_at AS at, doc FROM items WHERE org = ? AND published_at IS NOT NULL"
            " AND (? = '' OR unit = ?) ORDER BY published_at DESC LIMIT 200",
            unit, unit,
        )
        posts = ((r["at"], ITEM.validate_json(r["doc"])) for r in found)
        mine = (at for at, x in posts if channel in x.channels and account in (0, x.posts_as.get(channel, account)))
        return next((from_text(at) for at in mine), None)

    def versions(self, item_id: int) -> tuple[Version, ...]:
        found = self._all("SELECT doc FROM versions WHERE org = ? AND item = ? ORDER BY no", item_id)
        return tuple(VERSION.validate_json(row["doc"]) for row in found)

    def moves(self, item_id: int) -> tuple[Move, ...]:
        """The item's decisions in the order they were made."""
        found = self._all("SELECT doc FROM moves WHERE org = ? AND item = ? ORDER BY id", item_id)
        return tuple(MOVE.validate_json(row["doc"]) for row in found)

    # ---- people ------------------------------------------------------------------------------------------------

    def roster(self) -> Roster:
        """The roster with its grants and delegations; read again only after it changed."""
        return read_roster(self._db, self.org, self._cache)

    def expectation(self, userid: str) -> Expectation | None:
        """What the person's next free message means, or None."""
        row = self._one("SELECT what, item, data, since FROM expects WHERE org = ? AND userid = ?", userid)
        if row is None:
            return None
        return Expectation(row["what"], row["item"], json.loads(row["data"]), from_text(row["since"]))

    def memory(self, userid: str, what: str) -> str | None:
        """The person's last choice of `what`."""
        row = self._one("SELECT value FROM memory WHERE org = ? AND userid = ? AND what = ?", userid, what)
        return None if row is None else str(row["value"])

    def handovers(self) -> tuple[HandoverRow, ...]:
        """Every 交接, the newest first."""
        return tuple(handover_row(row) for row in self._all("SELECT * FROM handovers WHERE org = ? ORDER BY id DESC"))

    def handover(self, number: int) -> HandoverRow | None:
        row = self._one("SELECT * FROM handovers WHERE org = ? AND id = ?", number)
        return None if row is None else handover_row(row)

    def handover_cards(self, number: int) -> tuple[CardRow, ...]:
        """Cards of this 交接 that can still be tapped."""
        found = self._all(
            "SELECT * FROM cards WHERE org = ? AND item IS NULL AND state IN ('queued', 'sent')"
            " AND purpose = 'handover' AND position = ? ORDER BY id",
            number,
        )
        return tuple(card_row(row) for row in found)

    def own_cards(self, purpose: str) -> tuple[CardRow, ...]:
        """Cards that are about no item and can still be tapped, of this purpose."""
        found = self._all(
            "SELECT * FROM cards WHERE org = ? AND item IS NULL AND state IN ('queued', 'sent') AND purpose = ?"
            " ORDER BY id",
            purpose,
        )
        return tuple(card_row(row) for row in found)

    def keeper(self, channel: str) -> str:
        """Who keeps the access, by the account register; "" when it names nobody."""
        row = self._one("SELECT keeper FROM accounts WHERE org = ? AND channel = ? ORDER BY id", channel)
        return "" if row is None else str(row["keeper"])

    def reachable(self, userid: str) -> bool:
        """Whether messages can reach the person; True until the platform says otherwise."""
        return reachable(self._db, self.org, userid)

    # ---- messages ----------------------------------------------------------------------------------------------

    def card(self, task_id: str) -> CardRow | None:
        row = self._one("SELECT * FROM cards WHERE org = ? AND task_id = ?", task_id)
        return None if row is None else card_row(row)

    def live_cards(self, item_id: int, to: str | None = None, purpose: str | None = None) -> tuple[CardRow, ...]:
        """The item's cards that are queued or sent and not closed, the oldest first."""
        found = self._all(
            "SELECT * FROM cards WHERE org = ? AND item = ? AND state IN ('queued', 'sent')"
            " AND (? IS NULL OR userid = ?) AND (? IS NULL OR purpose = ?) ORDER BY rowid",
            item_id, to, to, purpose, purpose,
        )
        return tuple(card_row(row) for row in found)

    def loose_cards(self, userid: str, purpose: str) -> tuple[CardRow, ...]:
        """The person's cards of this purpose that are about no single item and can still be tapped."""
        found = self._all(
            "SELECT * FROM cards INDEXED BY cards_live WHERE org = ? AND item IS NULL AND state IN ('queued', 'sent')"
            " AND userid = ? AND purpose = ? ORDER BY id",
            userid, purpose,
        )
        return tuple(card_row(row) for row in found)

    def was_shown(self, item_id: int, userid: str, round: int, position: int) -> bool:
        """Whether the person has got the card of this step that can still be tapped, and all he must read before it."""
        return self._one(SHOWN, item_id, userid, round, position) is not None

    def step_cards(self, item_id: int, position: int, round: int) -> tuple[CardRow, ...]:
        """Every card of one step in one round, whatever became of it, the oldest first."""
        found = self._all(STEP_CARDS, item_id, position, round)
        return tuple(card_row(row) for row in found)

    def was_sent(self, key: str) -> bool:
        """Whether a message with this key was ever queued (whatever became of it)."""
        return self._one("SELECT 1 FROM outbox WHERE org = ? AND key = ?", key) is not None

    def waiting_to(self, userid: str) -> int:
        """How many messages to this person have not gone out yet."""
        return int(
            self._value(
                "SELECT count(*) FROM outbox WHERE org = ? AND receiver = ? AND state = 'waiting' AND kind = 'send'",
                userid,
            )
        )

    def failures(self, item_id: int | None = None, since: datetime | None = None) -> tuple[FailureRow, ...]:
        """没收到: messages (of one item, or of all) that will never reach their people, the oldest first."""
        found = self._all(
            "SELECT id, receiver, item, code_no, why, sent_at FROM outbox INDEXED BY outbox_failed"
            " WHERE org = ? AND state = 'failed'"
            " AND kind = 'send' AND (? IS NULL OR item = ?) AND (? IS NULL OR sent_at >= ?) ORDER BY id",
            item_id, item_id, *[maybe_text(since)] * 2,
        )
        return tuple(
            FailureRow(row["id"], row["receiver"], row["item"], row["code_no"], row["why"], from_text(row["sent_at"]))
            for row in found
        )

    # ---- deadlines ---------------------------------------------------------------------------------------------

    def deadlines(self, item_id: int) -> tuple[DeadlineRow, ...]:
        """All of the item's deadlines, closed ones too, in the order they were opened."""
        found = self._all("SELECT * FROM deadlines WHERE org = ? AND item = ? ORDER BY id", item_id)
        return tuple(deadline_row(row) for row in found)

    def open_deadline(self, key: str) -> DeadlineRow | None:
        row = self._one("SELECT * FROM deadlines WHERE org = ? AND key = ? AND closed = 0", key)
        return None if row is None else deadline_row(row)

    def open_deadlines(self) -> tuple[DeadlineRow, ...]:
        """Every open deadline, the next due first, those without a due time last."""
        found = self._all(
            "SELECT * FROM deadlines INDEXED BY deadlines_due WHERE org = ? AND closed = 0"
            " ORDER BY due_at IS NULL, due_at, id"
        )
        return tuple(deadline_row(row) for row in found)

    def nag_count(self, key: str, prefix: str = "") -> int:
        """How many rungs starting with `prefix` were sent for the deadline's present opening (or its last one)."""
        return int(
            self._value(
                "SELECT count(*) FROM nags WHERE deadline ="
                " (SELECT max(id) FROM deadlines WHERE org = ? AND key = ?) AND substr(rung, 1, length(?)) = ?",
                key, prefix, prefix,
            )
        )

    def nags(self, item_id: int) -> tuple[NagRow, ...]:
        """All nags about the item, in order."""
        found = self._all(
            "SELECT d.key, d.item, n.rung, n.at, n.missed FROM nags n JOIN deadlines d ON d.id = n.deadline"
            " WHERE d.org = ? AND d.item = ? ORDER BY n.id",
            item_id,
        )
        return tuple(
            NagRow(row["key"], row["item"], row["rung"], from_text(row["at"]), bool(row["missed"])) for row in found
        )

    def last_nag(self, item_id: int) -> NagRow | None:
        """The latest nag about the item, or None."""
        sent = self.nags(item_id)
        return sent[-1] if sent else None

    def receipts(self, item_id: int) -> tuple[NagReceipt, ...]:
        """Who was reminded of the item, of which rung, and whether it reached him; in order."""
        return tuple(nag_receipt(row) for row in self._all(OF_ITEM, item_id))

    def last_reminder(self, item_id: int) -> tuple[NagReceipt, ...]:
        """All whom the latest reminder of the item was sent to."""
        found = self.receipts(item_id)
        last = found[-1] if found else None
        return tuple(r for r in found if last and (r.deadline, r.rung, r.at) == (last.deadline, last.rung, last.at))

    def last_receipt(self, item_id: int, userid: str | None = None) -> NagReceipt | None:
        """The latest of them (of one person), or None."""
        found = [receipt for receipt in self.receipts(item_id) if userid in (None, receipt.userid)]
        return found[-1] if found else None

    def running_due(self, until: datetime) -> tuple[tuple[Item, datetime], ...]:
        """Items under way with a deadline before `until`, and its time, the earliest first."""
        found = ((self.item(number), at) for number, at in due_before(self._db, self.org, until))
        return tuple((x, at) for x, at in found if x is not None and (x.state is State.RUNNING or unsorted(x)))

    def running_count(self) -> int:
        """How many items are under way: running, or comments that wait to be sorted."""
        sql = "SELECT count(*) FROM items INDEXED BY items_open WHERE org = ? AND state IN ('preparing', 'running')"
        return int(self._value(f"{sql} AND (state = 'running' OR kind = 'comment')"))

    def missed(self, since: datetime, until: datetime, now: datetime) -> tuple[MissedRow, ...]:
        """Deadlines of `since` ≤ due_at < `until` that had ended (by `now`) before they were met, in order."""
        return missed_in(self._db, self.org, since, until, now)

    def health(self, since: datetime, now: datetime) -> HealthRow:
        """How the bot itself is: what it did since then, and what waits."""
        return health(self._db, self.org, since, now)

    # ---- filings, accounts, policy -----------------------------------------------------------------------------

    def filing(self, item_id: int) -> FilingRow | None:
        row = self._one("SELECT * FROM filings WHERE org = ? AND item = ?", item_id)
        return None if row is None else _filing_row(row)

    def filings(self, since: datetime, until: datetime) -> tuple[FilingRow, ...]:
        """Filings with `since` ≤ at < `until`, in order of their numbers."""
        found = self._all(
            "SELECT * FROM filings WHERE org = ? AND at >= ? AND at < ? ORDER BY id", to_text(since), to_text(until)
        )
        return tuple(_filing_row(row) for row in found)

    def next_filing_no(self, year: int) -> str:
        """The next 备案编号 of that year, e.g. 2025-045. Only meaningful inside the writing transaction."""
        last = self._value(
            "SELECT coalesce(max(CAST(substr(no, 6) AS INTEGER)), 0) FROM filings"
            " WHERE org = ? AND substr(no, 1, 5) = ?",
            f"{year:04d}-",
        )
        return f"{year:04d}-{int(last) + 1:03d}"

    def accounts(self) -> tuple[Account, ...]:
        """账号登记, in the order of registration."""
        return tuple(account_of(row) for row in self._all("SELECT * FROM accounts WHERE org = ? ORDER BY id"))

    def account(self, id: int) -> Account | None:
        row = self._one("SELECT * FROM accounts WHERE org = ? AND id = ?", id)
        return None if row is None else account_of(row)

    def next_account_id(self) -> int:
        """The number of the next entry. Only meaningful inside the writing transaction."""
        return int(self._value("SELECT coalesce(max(id), 0) + 1 FROM accounts WHERE org = ?"))

    def account_changes(self, id: int) -> tuple[AccountChange, ...]:
        """What changed in one entry, in order."""
        found = self._all("SELECT * FROM account_changes WHERE org = ? AND account = ? ORDER BY id", id)
        return tuple(change_of(row) for row in found)

    def was_begun(self, flow: str, period: str, subject: str | None = None) -> bool:
        """Whether the scheduler has begun this (for one subject, or at all)."""
        return (
            self._one(
                "SELECT 1 FROM begun WHERE org = ? AND flow = ? AND period = ? AND (? IS NULL OR subject = ?)",
                flow, period, subject, subject,
            )
            is not None
        )

    def platforms(self) -> dict[tuple[str, str], str]:
        """(channel, platform) → its state in the account register."""
        found = self._all("SELECT channel, platform, state FROM platforms WHERE org = ? ORDER BY rowid")
        return {(row["channel"], row["platform"]): row["state"] for row in found}

    def policy_changes(self) -> tuple[PolicyChangeRow, ...]:
        """Every change of the policy, in order."""
        found = self._all("SELECT * FROM policy_changes WHERE org = ? ORDER BY version")
        return tuple(
            PolicyChangeRow(
                row["version"], row["path"], row["before"], row["after"], row["by"], from_text(row["at"]), row["cause"]
            )
            for row in found
        )

    def policy_version(self) -> int:
        """The number of the policy in force: 0 is the regulation file unchanged."""
        return int(self._value("SELECT coalesce(max(version), 0) FROM policy_changes WHERE org = ?"))

    def policy_stamp(self, version: int) -> str:
        """What tells this version from another one that had its number and was never committed."""
        row = self._one("SELECT by, at, path, cause FROM policy_changes WHERE org = ? AND version = ?", version)
        return f"{version} {' '.join(row)}" if row else f"{version}"

    def words(self) -> tuple[WordRow, ...]:
        """The organisation's own word list."""
        found = self._all("SELECT word, category, note FROM words WHERE org = ? ORDER BY rowid")
        return tuple(WordRow(row["word"], row["category"], row["note"]) for row in found)

    # ---- audit, media ------------------------------------------------------------------------------------------

    def audit(
        self, item_id: int | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[AuditRow, ...]:
        """留痕 of one item, or of all, in order; the last `limit` lines."""
        found = self._all(
            "SELECT * FROM audit WHERE org = ? AND (? IS NULL OR item = ?) AND (? IS NULL OR at >= ?)"
            " ORDER BY id DESC LIMIT ?",
            item_id, item_id, *[maybe_text(since)] * 2, limit,
        )
        return tuple(_audit_row(row) for row in reversed(found))

    def first_line(self) -> AuditRow | None:
        """The first line of the record: since then everything takes the road of the regulation."""
        row = self._one("SELECT * FROM audit WHERE org = ? ORDER BY id LIMIT 1")
        return None if row is None else _audit_row(row)

    def media(self, sha: str) -> MediaRow | None:
        """Stored content by its SHA-256."""
        row = self._one("SELECT * FROM media WHERE org = ? AND sha = ?", sha)
        return None if row is None else media_row(row)

    def media_by_id(self, media_id: str) -> MediaRow | None:
        """The content fetched for a received media id, or None while it has not been fetched."""
        row = self._one(
            "SELECT m.* FROM media m JOIN received_media r ON r.sha = m.sha AND r.org = m.org"
            " WHERE m.org = ? AND r.media_id = ?",
            media_id,
        )
        return None if row is None else media_row(row)

    # ---- plumbing ----------------------------------------------------------------------------------------------

    def _all(self, sql: str, *arguments: object) -> Sequence[sqlite3.Row]:
        """Rows of a query whose first parameter is the organisation."""
        return rows(self._db, sql, self.org, *arguments)

    def _one(self, sql: str, *arguments: object) -> sqlite3.Row | None:
        found = self._all(sql, *arguments)
        return found[0] if found else None

    def _value(self, sql: str, *arguments: object) -> Any:
        return self._all(sql, *arguments)[0][0]

    def _items(
        self, always: str, wanted: dict[str, str | None], order: str, limit: int = -1, *, index: str = ""
    ) -> tuple[Item, ...]:
        """Items that meet `always` and every condition of `wanted` whose value is not None.

        `index`: of the open ones, which the planner would leave aside for one that is in order but holds all.
        """
        asked = {condition: value for condition, value in wanted.items() if value is not None}
        where = " AND ".join(["org = ?", always, *asked])
        sql = f"SELECT doc FROM items {index} WHERE {where} ORDER BY {order} LIMIT ?"
        found = self._all(sql, *asked.values(), limit)
        return tuple(ITEM.validate_json(row["doc"]) for row in found)


def _filing_row(row: sqlite3.Row) -> FilingRow:
    return FilingRow(
        row["no"],
        row["item"],
        from_text(row["at"]),
        tuple(json.loads(row["roles"])),
        row["acknowledged_by"],
        maybe_moment(row["acknowledged_at"]),
        tuple(Receipt(r["role"], r["by"], from_text(r["at"])) for r in json.loads(row["receipts"])),
    )


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        row["id"], from_text(row["at"]), row["unit"], row["author"], row["title"], row["flow"], row["flow_id"],
        row["role"], tuple(json.loads(row["units"] or "[]")), bool(row["private"]),
    )  # fmt: skip


def _audit_row(row: sqlite3.Row) -> AuditRow:
    return AuditRow(
        row["id"],
        from_text(row["at"]),
        row["actor"],
        row["role"],
        row["action"],
        row["item"],
        row["version"],
        row["detail"],
        row["cause"],
    )
