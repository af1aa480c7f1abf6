"""One item to keep: everything about it in a page that needs no server. Moments are whole: 今天 would soon be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.rules.item import Media, Move, Version
from bot.rules.regulation import Step
from bot.web import words as w
from bot.web.case import Case
from bot.web.item_view import Published, facts, published
from bot.web.pictures import line as media_line
from bot.web.steps import steps_of


@dataclass(frozen=True, slots=True)
class Wording:
    """`media`: caption and the file beside the sheet ("": there is none)."""

    no: int
    when: str
    by: str
    short_print: str
    fingerprint: str
    text: str
    media: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    when: str
    who: str
    role: str
    what: str
    version: int
    reason: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    number: str
    title: str
    head: tuple[tuple[str, str], ...]
    wordings: tuple[Wording, ...]
    links: tuple[Published, ...]
    trail: tuple[Passage, ...]
    record: tuple[tuple[str, str, str, str], ...]
    made: str


def sheet(case: Case, names: Mapping[str, str]) -> Sheet:
    """`names`: a medium's hash or id → the file that holds it."""
    item = case.item
    steps = steps_of(item, case.moves, case.regulation)
    head = (
        ("承办单位", "、".join(item.units or (item.unit,))),
        ("起草人", case.name(item.author) if item.author else ""),
        ("发布时间", w.full_moment(item.published_at)),
        ("备案号", item.filing_no),
        *facts(case),
    )
    kept = {v.no: v for v in (*case.reader.versions(item.id), item.current)}
    return Sheet(
        number=item.number,
        title=w.heading(item),
        head=tuple((name, value) for name, value in head if value),
        wordings=tuple(_wording(case, kept[no], names) for no in sorted(kept, reverse=True)),
        links=published(case),
        trail=tuple(_passage(case, move, step) for move, step in zip(case.moves, steps, strict=True)),
        record=tuple(
            (w.full_moment(row.at), case.name(row.actor), w.action(row.action), case.shown(w.detail(row.detail)))
            for row in case.reader.audit(item.id)
        ),
        made=w.full_moment(case.now),
    )


def _wording(case: Case, version: Version, names: Mapping[str, str]) -> Wording:
    return Wording(
        version.no,
        w.full_moment(version.at),
        case.name(version.by) if version.by else "",
        version.short_print,
        version.fingerprint,
        case.shown(version.text),
        tuple(_medium(no, one, names) for no, one in enumerate(version.media, 1)),
    )


def _medium(no: int, one: Media, names: Mapping[str, str]) -> tuple[str, str]:
    return media_line(no, one, one.link), names.get(one.sha or one.media_id, "")


def _passage(case: Case, move: Move, step: Step | None) -> Passage:
    word = w.verdict(move.decision, step)
    act = f"{step.act}：" if step is not None and not word.endswith(step.act) else ""
    return Passage(
        when=w.full_moment(move.at),
        who=case.as_(move.actor, move.acting_for),
        role=case.role_label(move.role),
        what=f"{act}{word}",
        version=move.version,
        reason=case.shown(move.reason),
        fields=tuple((key, case.shown(value)) for key, value in move.form.items() if value),
    )
