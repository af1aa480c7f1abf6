"""分办词文件: columns 词, 单位, 类别, 主题 (in any order), one row a word; a CSV or an XLSX.

A comment that holds the word is proposed to that unit, that kind, that subject; at least one of the three is given.
Nothing is half imported, and what is exported can be read back unchanged.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.roster_file import Unreadable, rows_of
from bot.rules.regulation import Kind, Regulation
from bot.rules.sorting import SortingWord

COLUMNS = ("词", "单位", "类别", "主题")


@dataclass(frozen=True, slots=True)
class SortingFile:
    """Only a file without refused rows may be imported."""

    words: tuple[SortingWord, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()


def parse(content: bytes, regulation: Regulation, units: Iterable[str]) -> SortingFile:
    """Read and check a whole file; `units`: those of the roster."""
    try:
        rows = list(rows_of(content, ""))
        if not rows:
            raise Unreadable(1, "是空的")
        line, header = rows[0]
        if missing := [column for column in COLUMNS if column not in header]:
            raise Unreadable(line, f"表头缺少：{'、'.join(missing)}（第一行要有 {','.join(COLUMNS)}，顺序不限）")
    except Unreadable as error:
        return SortingFile(refused=((error.line, str(error)),))
    places = [header.index(column) for column in COLUMNS]
    read = [(n, [cells[p] if p < len(cells) else "" for p in places]) for n, cells in rows[1:] if any(cells)]
    kinds = {name: flow.id for flow in regulation.flows(Kind.COMMENT) for name in (flow.id, flow.option, flow.label)}
    known, first, words, refused = set(units), dict[str, int](), [], []
    for n, (word, unit, kind, subject) in read:
        refused += [(n, why) for why in _wrong((word, unit, kind, subject), known, kinds)]
        if first.setdefault(word, n) != n:
            refused.append((n, f"“{word}”在第 {first[word]} 行已经有了"))
        words.append(SortingWord(word, unit, kinds.get(kind, ""), subject))
    return SortingFile(tuple(words), tuple(refused))


def _wrong(cells: Sequence[str], units: set[str], kinds: dict[str, str]) -> list[str]:
    word, unit, kind, subject = cells
    found = [] if word else ["词不能是空的"]
    found += [] if unit or kind or subject else ["单位、类别、主题至少写一项"]
    found += [f"名册里没有“{unit}”这个单位"] if unit and unit not in units else []
    listed = "、".join(dict.fromkeys(kinds)) or "无"
    return [*found, *([f"没有“{kind}”这类评论，可用的有：{listed}"] if kind and kind not in kinds else [])]


def export_csv(words: Iterable[SortingWord], regulation: Regulation) -> bytes:
    """UTF-8 with a BOM, so that Excel shows Chinese; a flow that has left the policy stands by its id."""
    kinds = {flow.id: flow.option for flow in regulation.flows(Kind.COMMENT)}
    out = io.StringIO(newline="")
    table = [COLUMNS, *((one.word, one.unit, kinds.get(one.flow, one.flow), one.subject) for one in words)]
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")
