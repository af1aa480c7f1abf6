"""审查记录 to print: one form for each conclusion of a step that keeps such a record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules.item import Decision, Move, Version
from bot.rules.regulation import Step
from bot.web import words as w
from bot.web.case import Case
from bot.web.pictures import line as media_line
from bot.web.steps import steps_of

UNSEEN = "未见禁止发布内容"
CONCLUSIONS = (Decision.PASSED, Decision.RETURNED, Decision.HELD)


@dataclass(frozen=True, slots=True)
class Form:
    """`verdicts`: each possible word, and whether it was the one. `check`: what comparing the fingerprints gave.

    `note`: what whoever passes it answers for.
    """

    title: str
    number: str
    heading: str
    unit: str
    author: str
    version: int
    short_print: str
    fingerprint: str
    check: str
    text: str
    media: tuple[str, ...]
    verdicts: tuple[tuple[str, bool], ...]
    note: str
    unseen: tuple[str, ...]  # the list that was confirmed with it
    reason: str
    reviewer: str
    role: str
    when: str


@dataclass(frozen=True, slots=True)
class RecordView:
    number: str
    title: str
    forms: tuple[Form, ...]
    printed: str


def record_view(case: Case) -> RecordView:
    steps = steps_of(case.item, case.moves, case.regulation)
    versions = {version.no: version for version in (case.item.current, *case.reader.versions(case.item.id))}
    forms = tuple(
        _form(case, move, step, versions.get(move.version))
        for move, step in zip(case.moves, steps, strict=True)
        if step is not None and step.record and move.decision in CONCLUSIONS
    )
    own = [step.record for step in (case.item.flow.steps if case.item.flow else ()) if step.record]
    title = forms[0].title if forms else (own[0] if own else "审查记录")
    return RecordView(case.item.number, title, forms, w.full_moment(case.now))


def _form(case: Case, move: Move, step: Step, version: Version | None) -> Form:
    possible = [d for d in CONCLUSIONS if d is not Decision.HELD or step.holds or move.decision is Decision.HELD]
    return Form(
        title=step.record,
        number=case.item.number,
        heading=version.title if version else w.heading(case.item),
        unit=case.item.unit,
        author=case.name(case.item.author),
        version=move.version,
        short_print=move.fingerprint[:4].upper(),
        fingerprint=move.fingerprint,
        check=_check(move, version),
        text=case.shown(version.text) if version else "（没有留存这一版的内容）",
        media=tuple(media_line(no, one) for no, one in enumerate(version.media, 1)) if version else (),
        verdicts=tuple((w.verdict(d, step), d is move.decision) for d in possible),
        note=step.note if move.decision is Decision.PASSED else "",
        unseen=case.regulation.content.banned if UNSEEN in move.form else (),
        reason=move.reason,
        reviewer=case.as_(move.actor, move.acting_for),
        role=case.role_label(move.role),
        when=w.full_moment(move.at),
    )


def _check(move: Move, version: Version | None) -> str:
    """Whether the text below is the one that was decided on, to the letter."""
    if version is None:
        return ""
    return "校验一致" if version.fingerprint == move.fingerprint else "校验不一致，请核对"
