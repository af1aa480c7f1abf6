"""What lies behind an item: earlier versions, reminders, messages that did not arrive, 留痕."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules.arrival import arrived, why_not
from bot.rules.item import Version
from bot.web import words as w
from bot.web.case import Case
from bot.web.pictures import line as media_line


@dataclass(frozen=True, slots=True)
class Earlier:
    no: int
    when: str
    by: str
    short_print: str
    fingerprint: str
    text: str
    media: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: when, what, and the rest."""

    when: str
    what: str
    note: str = ""
    who: str = ""


def earlier(case: Case) -> tuple[Earlier, ...]:
    """Every kept version but the current one, the newest first."""
    now = case.item.current
    former = [v for v in case.reader.versions(case.item.id) if (v.no, v.fingerprint) != (now.no, now.fingerprint)]
    return tuple(_earlier(case, version) for version in reversed(former))


def _earlier(case: Case, version: Version) -> Earlier:
    return Earlier(
        version.no,
        w.moment(version.at, case.now),
        case.name(version.by) if version.by else "",
        version.short_print,
        version.fingerprint,
        case.shown(version.text),
        tuple(media_line(no, one) for no, one in enumerate(version.media, 1)),
    )


def reminders(case: Case) -> tuple[Line, ...]:
    """Each rung that was sent, and whom it reached; those that a standstill left out."""
    told: dict[tuple[str, str, datetime], list[str]] = {}
    for one in case.reader.receipts(case.item.id):
        words = f"{case.name(one.userid)} {arrived(one.outcome, one.code, one.why)}"
        told.setdefault((one.deadline, one.rung, one.at), []).append(words)
    return tuple(
        Line(
            w.moment(nag.at, case.now), w.rung(nag.rung, missed=nag.missed),
            "；".join(told.get((nag.deadline, nag.rung, nag.at), ())),
        )
        for nag in case.reader.nags(case.item.id)
    )  # fmt: skip


def not_arrived(case: Case) -> tuple[Line, ...]:
    failures = case.reader.failures(case.item.id)
    return tuple(
        Line(w.moment(lost.at, case.now), case.name(lost.userid), why_not(lost.code, lost.why)) for lost in failures
    )


def record(case: Case) -> tuple[Line, ...]:
    """留痕, the oldest first."""
    return tuple(
        Line(w.moment(row.at, case.now), w.action(row.action), case.shown(w.detail(row.detail)), case.name(row.actor))
        for row in case.reader.audit(case.item.id)
    )
