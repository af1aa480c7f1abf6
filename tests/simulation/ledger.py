"""What the bot's own books say was sent, held against what the platform really got."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.rules.messages import Attachment, Card, Text
from tests.simulation.machine import Arrived
from tests.simulation.reference import Line, Told
from tests.simulation.year import BEIJING, DAY, HOUR

MOST_LATE = HOUR  # a message may wait for its receiver's pace (25 a minute), not longer
MISSED = re.compile(r"停机期间有 (\d+) 次提醒未发出")
NUMBERS = re.compile(r"\d+")
FURTHER_PART = re.compile(r"#\d+$")
OF_MONTH = re.compile(r"逾期 (\d+) 件次，已办 (\d+)")
CUT = "其余 "  # so many lines more than one message holds
REMINDS = re.compile(r"【(?:提醒|逾期|催办)")
ASKED_BY_ITSELF = "hold"  # the one question that has a message of its own

RECEIPTS = """
SELECT r.id, r.at, r.userid, r.rung, r.outbox, d.key, d.item FROM nag_receipts r JOIN deadlines d ON d.id = r.deadline
 WHERE r.id > ? ORDER BY r.id
"""
UNSETTLED = "SELECT count(*) FROM nag_receipts WHERE outcome <> 'sent' AND at < ?"
SEVERAL_LIVE = """
SELECT item, userid, purpose, count(*) FROM cards WHERE state IN ('queued', 'sent') AND item IS NOT NULL
 GROUP BY item, userid, purpose, position, round HAVING count(*) > 1
"""


@dataclass
class Books:
    """A reading connection to the bot's database, and what has not come to the phones yet."""

    path: Path
    seen: int = 0
    arrived: dict[int, Arrived] = field(default_factory=dict)  # by the number of the message
    waiting: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))  # the receipts of a message

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)

    def close(self) -> None:
        self.db.close()

    def state(self, number: int) -> str:
        row = self.db.execute("SELECT state FROM items WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else "unknown"

    def seq(self, number: int) -> int:
        row = self.db.execute("SELECT json_extract(doc, '$.seq') FROM items WHERE id = ?", (number,)).fetchone()
        return int(row[0]) if row else -1

    def why(self, line: Line) -> str:
        """What the books say of this item's clocks."""
        rows = self.db.execute(
            "SELECT key, due_at, rung, alert_after, closed_at, explanation FROM deadlines WHERE item = ? ORDER BY id",
            (line.item,),
        ).fetchall()
        mine = [row for row in rows if _clock(row[0]) == line.clock]
        return f"{mine[-1]}" if mine else "there is no such deadline"

    def told(self, arrived: Sequence[Arrived], now: datetime) -> tuple[list[Told], list[str]]:
        """The reminders that have come since the last look, and whatever does not fit together."""
        for row in self.db.execute(RECEIPTS, (self.seen,)).fetchall():
            self.seen = row[0]
            self.waiting[row[4]].append(row)
        told, faults = self._by_themselves(one for one in arrived if one.once not in self.waiting)
        self.arrived |= {one.once: one for one in arrived if isinstance(one.message, Text)}
        for outbox, receipts in list(self.waiting.items()):
            at = _moment(receipts[0][1])
            if outbox in self.arrived:
                told.append(self._message(self.arrived.pop(outbox), receipts, faults))
                del self.waiting[outbox]
            elif now - at > DAY:
                faults.append(f"message {outbox} of {at} to {receipts[0][2]} never came")
                del self.waiting[outbox]
        faults += [f"a reminder without a receipt: {words(one)}" for one in self.arrived.values() if _reminds(one)]
        self.arrived.clear()
        return told, faults + list(self._cards()) + self._unsettled(now)

    def _message(self, one: Arrived, receipts: Sequence[Any], faults: list[str]) -> Told:
        """One message with all that its receipts say it holds."""
        assert isinstance(one.message, Text)
        at, people = _moment(receipts[0][1]), {row[2] for row in receipts}
        lines = tuple(sorted(Line(item, _clock(key), rung) for _, _, _, rung, _, key, item in receipts))
        text = one.message.content
        if people != {one.to}:
            faults.append(f"a message to {one.to} has receipts of {people}")
        if not timedelta() <= _local(one.at) - at <= MOST_LATE:
            faults.append(f"a reminder of {at} came at {_local(one.at)}: {words(one)}")
        if absent := [line.item for line in lines if f"{line.item:04d}" not in text and CUT not in text]:
            faults.append(f"{absent} are not in the message: {words(one)}")
        found = MISSED.findall(text)
        if len(found) > 1:
            faults.append(f"what was missed is said twice: {words(one)}")
        return Told(at, one.to, lines, int(found[0]) if found else 0)

    def _by_themselves(self, arrived: Iterable[Arrived]) -> tuple[list[Told], list[str]]:
        """Messages of the clock that are no reminders: what the scheduler begins, and the question of A13."""
        told = []
        for one in arrived:
            row = self.db.execute("SELECT key, item, created_at FROM outbox WHERE id = ?", (one.once,)).fetchone()
            if row and (line := _own_line(row[0], row[1], one.message)):
                told.append(Told(_moment(row[2]), one.to, (line,)))
        return told, []

    def _cards(self) -> Iterable[str]:
        """Nobody has two cards of one step that can both be tapped."""
        for item, who, purpose, count in self.db.execute(SEVERAL_LIVE).fetchall():
            yield f"{who} has {count} live cards ({purpose}) of {item:04d}"

    def _unsettled(self, now: datetime) -> list[str]:
        """Each receipt ends with the platform's answer; here it always takes what it is given."""
        before = (now - DAY).replace(tzinfo=BEIJING).astimezone().isoformat()
        count = self.db.execute(UNSETTLED, (before,)).fetchone()[0]
        return [f"{count} receipts have no answer of the platform"] if count else []


def _own_line(key: str, item: int | None, message: Text | Card | Attachment) -> Line | None:
    if isinstance(message, Card):
        return _survey(message) if message.task_id.startswith("late-") else None
    cause, _, what = key.partition("|")
    if FURTHER_PART.search(key):  # of a text too long for one message
        return None
    text = message.content if isinstance(message, Text) else ""
    if cause.startswith("begin:") and what.startswith("text"):
        return Line(item or 0, "begun", "")
    if what.startswith(f"{ASKED_BY_ITSELF}|"):
        return Line(item or 0, ASKED_BY_ITSELF, "hold:1")
    if what.startswith("survey|"):
        return Line(0, "opened", "/".join(("0", *NUMBERS.findall(text.partition("：")[2]))))
    if what.startswith("notice|"):
        found = OF_MONTH.search(text)
        return Line(0, "month", "/".join(found.groups()) if found else "0/0")
    return None


def _survey(card: Card) -> Line:
    """The figures of a card to those who oversee, and the item that has been late longest."""
    worst = next((row.value for row in card.rows if row.name == "最久"), "0")
    number = NUMBERS.search(worst)
    return Line(
        int(number[0]) if number else 0,
        "closes" if card.title.endswith("下班前") else "opened",
        "/".join(NUMBERS.findall(card.desc)),
    )


def _reminds(one: Arrived) -> bool:
    return isinstance(one.message, Text) and REMINDS.match(one.message.content) is not None


def _clock(key: str) -> str:
    """0123:1:2 → the step; 0123:filing, 0123:hold → that."""
    last = key.rsplit(":", 1)[-1]
    return "step" if last.isdigit() else last


def _moment(text: str) -> datetime:
    return _local(datetime.fromisoformat(text))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING).replace(tzinfo=None)


def words(one: Arrived) -> str:
    assert isinstance(one.message, Text)
    return f"{_local(one.at):%Y-%m-%d %H:%M:%S} {one.to}: {one.message.content[:80]!r}"
