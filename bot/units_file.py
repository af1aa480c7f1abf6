"""单位文件: columns 单位, 上级, 标注 (in any order), one row a unit; a CSV, an XLSX, or the sheet 单位 of a roster's.

标注 are ticks that all items of the unit get at 送审; several are separated by 、. As with the roster, nothing is half
imported, and what is exported can be read back unchanged.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.roster_file import Unreadable, rows_of
from bot.rules.regulation import Regulation
from bot.rules.roster import Roster, UnitEntry, known_marks

COLUMNS = ("单位", "上级", "标注")
SHEET = "单位"


@dataclass(frozen=True, slots=True)
class UnitsFile:
    """Only a file without refused rows may be imported. `found`: whether there was such a table at all."""

    entries: tuple[UnitEntry, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    found: bool = True


def parse(content: bytes, regulation: Regulation, *, sheet: str = "") -> UnitsFile:
    """Read and check a whole file, or its sheet of this name."""
    try:
        rows = list(rows_of(content, sheet))
        if not rows:
            return UnitsFile(found=False)
        line, header = rows[0]
        if missing := [column for column in COLUMNS if column not in header]:
            raise Unreadable(line, f"表头缺少：{'、'.join(missing)}（第一行要有 {','.join(COLUMNS)}，顺序不限）")
    except Unreadable as error:
        return UnitsFile(refused=((error.line, str(error)),))
    places = [header.index(column) for column in COLUMNS]
    read = [(n, [cells[p] if p < len(cells) else "" for p in places]) for n, cells in rows[1:] if any(cells)]
    lines = [(n, UnitEntry(unit, parent, _marks(marks))) for n, (unit, parent, marks) in read]
    refused = [(n, sentence) for n, entry in lines for sentence in _wrong(entry, regulation)]
    refused += _against_others(lines)
    return UnitsFile(tuple(entry for _, entry in lines), tuple(sorted(refused)))


def _marks(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark for mark in re.split(r"[、,，;；\s]+", cell) if mark))


def _wrong(entry: UnitEntry, regulation: Regulation) -> list[str]:
    known = known_marks(regulation)
    found = [] if entry.unit else ["单位不能是空的"]
    strange = [mark for mark in entry.marks if mark not in known]
    return found + [f"没有“{mark}”这个标注，可用的有：{'、'.join(known) or '无'}" for mark in strange]


def _against_others(lines: Sequence[tuple[int, UnitEntry]]) -> list[tuple[int, str]]:
    """A unit stands once, and nobody is above himself."""
    first: dict[str, int] = {}
    refused = []
    roster = Roster(entries=tuple(entry for _, entry in lines))
    for line, entry in lines:
        if first.setdefault(entry.unit, line) != line:
            refused.append((line, f"{entry.unit}在第 {first[entry.unit]} 行已经有了"))
        elif entry.parent and entry.unit in (entry.parent, *roster.parents(entry.parent)):
            refused.append((line, f"{entry.parent}是{entry.unit}自己或它的下级，不能作上级"))
    return refused


def table(entries: Iterable[UnitEntry]) -> list[tuple[str, ...]]:
    return [COLUMNS, *((entry.unit, entry.parent, "、".join(entry.marks)) for entry in entries)]


def export_csv(entries: Iterable[UnitEntry]) -> bytes:
    """UTF-8 with a BOM, so that Excel shows Chinese."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table(entries))
    return out.getvalue().encode("utf-8-sig")
