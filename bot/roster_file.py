"""名册文件: CSV or XLSX with the columns userid, 姓名, 单位, 角色 (any order), one row a seat, against a regulation.

Nothing is half imported: a file with one refused row is refused as a whole, with every refused row named by its line.
`export_csv` and `export_xlsx` write what `parse` reads back unchanged.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import openpyxl

from bot.config import USERID
from bot.rules.item import Item, Move
from bot.rules.regulation import Regulation
from bot.rules.roster import Gap, Seat, gaps, unfilled
from bot.rules.routing import Desk, asked, drafter_gone, holders

COLUMNS = ("userid", "姓名", "单位", "角色")
NOTE = "备注"  # may be left out: an expert's field, how to reach him
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 10 * MOST_BYTES  # a small XLSX may hide a huge one
MOST_CHARS = 64  # of a name or a unit
UNSEEN = re.compile(r"^[\s\u200b\u200e\u200f\u2060\ufeff]+|[\s\u200b\u200e\u200f\u2060\ufeff]+$")
FORMULA = ("=", "+", "-", "@")  # Excel would calculate such a cell of an exported CSV

Row = tuple[int, list[str]]  # line of the file, cells
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says. Only a file without refused rows may be imported; notes never hinder it."""

    seats: tuple[Seat, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()  # (line, sentence), by line
    notes: tuple[str, ...] = ()


class Unreadable(Exception):
    """The file, or one line of it, cannot be read. The text is a sentence."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def parse(content: bytes, regulation: Regulation, progress: Progress = lambda line: None) -> RosterFile:
    """Read and check a whole file; CSV or XLSX is told by its content. `progress` hears each line's number."""
    try:
        rows = _rows(content)
        line, header = next(rows, (1, []))
        places, notes = _places(line, header)
        reading = _Reading(regulation)
        for line, cells in rows:
            progress(line)
            if any(cells):
                reading.row(line, *(cells[place] if 0 <= place < len(cells) else "" for place in places))
    except Unreadable as error:
        return RosterFile(refused=((error.line, str(error)),))
    if not reading.seats and not reading.refused:
        return RosterFile(refused=((line, "表头下面没有一行人员"),))
    seats = tuple(seat for _, seat in reading.seats)
    refused = sorted(reading.refused + _too_many(reading.seats, regulation))
    return RosterFile(seats, tuple(refused), (*notes, *shortages(seats, regulation)))


def check(seats: tuple[Seat, ...], regulation: Regulation) -> RosterFile:
    """A roster already imported against the regulation now in force; lines as in its export."""
    return parse(export_csv(seats, regulation), regulation) if seats else RosterFile(notes=("名册是空的",))


# ---- from bytes to cells -------------------------------------------------------------------------------------------


def rows_of(content: bytes, sheet: str = "") -> Iterator[Row]:
    """Lines and cells of a CSV, or of an XLSX's first sheet; of the sheet of this name: nothing when there is none."""
    return _rows(content, sheet)


def _rows(content: bytes, sheet: str = "") -> Iterator[Row]:
    if len(content) > MOST_BYTES:
        raise Unreadable(1, f"文件超过 {MOST_BYTES // 1024 // 1024}MB")
    if content.startswith(b"PK\x03\x04"):
        return _xlsx_rows(content, sheet)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(1, "这是旧的 .xls 文件，或加了密码；请在 Excel 里另存为不加密的 .xlsx 或 CSV")
    return iter(()) if sheet else _csv_rows(_decoded(content))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(1, "文字编码认不出来；请另存为 .xlsx，或 UTF-8 的 CSV")


def _csv_rows(text: str) -> Iterator[Row]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_clean(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error:  # strict: a quote that is never closed would swallow the rest of the file
        raise Unreadable(line, "这一行的引号不成对，从这里起读不下去") from None


def _xlsx_rows(content: bytes, name: str) -> Iterator[Row]:
    """The first sheet, or the one of this name.

    (openpyxl reads its XML through defusedxml, which is one of our dependencies.)
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(1, "文件解开后太大，不读")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if not book.worksheets:
            raise Unreadable(1, "文件里没有工作表")
        if name and name not in book.sheetnames:
            return
        sheet = book[name] if name else book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims about its size may be wrong
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_clean(_cell_text(cell)) for cell in cells]
    except Unreadable:
        raise
    except Exception:  # a broken file makes openpyxl raise nearly anything
        raise Unreadable(1, "这个 XLSX 文件坏了，或不是表格") from None


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():  # Excel keeps 10086 as a number
        return str(int(cell))
    return str(cell)


def _clean(cell: str) -> str:
    """Without the blanks around it that nobody sees (full-width, no-break, zero-width)."""
    return UNSEEN.sub("", cell)


def _places(line: int, header: list[str]) -> tuple[list[int], list[str]]:
    """Where each of COLUMNS stands, and a note on columns nobody needs."""
    names = [_folded(cell) for cell in header]
    problems = []
    if missing := [column for column in COLUMNS if column not in names]:
        problems.append(f"表头缺少：{'、'.join(missing)}（第一行要有 {','.join(COLUMNS)}，顺序不限）")
    if doubled := [column for column in COLUMNS if names.count(column) > 1]:
        problems.append(f"表头重复：{'、'.join(doubled)}")
    if problems:
        raise Unreadable(line, "; ".join(problems))
    others = [cell for cell, name in zip(header, names, strict=True) if cell and name not in (*COLUMNS, NOTE)]
    places = [names.index(column) if column in names else -1 for column in (*COLUMNS, NOTE)]
    return places, [f"没有用到的列：{'、'.join(others)}"] if others else []


# ---- from cells to seats -------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    """For comparing: full-width and half-width forms are the same, so are upper and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(slots=True)
class _Reading:
    """The rows taken and refused so far, and what later rows are compared with."""

    regulation: Regulation
    seats: list[tuple[int, Seat]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    _named: dict[str, tuple[int, str]] = field(default_factory=dict)
    _seen: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def row(self, line: int, userid: str, name: str, unit: str, role: str, note: str = "") -> None:
        sentences = [_wrong_userid(userid), _wrong_text("姓名", name), _wrong_text("单位", unit)]
        sentences += [_wrong_text(NOTE, note)] if note else []
        try:
            role = find_role(role, self.regulation)
            unit = _find_unit(unit, role, self.regulation)
        except ValueError as error:
            sentences.append(str(error))
        else:
            if not unit:
                sentences.append("单位不能是空的")
        sentences = [sentence for sentence in sentences if sentence]
        if not sentences:
            sentences = self._against_others(line, Seat(userid.lower(), name, unit, role, note))
        self.refused += [(line, sentence) for sentence in sentences]

    def _against_others(self, line: int, seat: Seat) -> list[str]:
        first, name = self._named.setdefault(seat.userid, (line, seat.name))
        if name != seat.name:
            return [f"{seat.userid} 在第 {first} 行叫{name}，这里叫{seat.name}"]
        same = self._seen.setdefault((seat.userid, seat.unit, seat.role), line)
        if same != line:
            return [f"与第 {same} 行重复"]
        self.seats.append((line, seat))
        return []


def _wrong_userid(userid: str) -> str:
    if not userid:
        return "userid 不能是空的"
    if not USERID.fullmatch(userid):
        return f"userid “{userid[:70]}” 不对：要 1 到 64 个字母、数字或 _-@. ，以字母或数字开头"
    return ""


def _wrong_text(column: str, text: str) -> str:
    if not text:
        return "姓名不能是空的" if column == "姓名" else ""  # an empty unit is filled in where the role fixes it
    if len(text) > MOST_CHARS:
        return f"{column}超过 {MOST_CHARS} 个字"
    if text.startswith(FORMULA):
        return f"{column}“{text}”不能以 {' '.join(FORMULA)} 开头"
    if any(map(_unprintable, text)):
        return f"{column}里有换行或看不见的字符"
    return ""


def _unprintable(char: str) -> bool:
    """Controls, formats, surrogates, line separators, non-characters; rare characters of private use are names too."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(char) & 0xFFFE == 0xFFFE


def find_role(text: str, regulation: Regulation) -> str:
    """The id of a role given by its id or its label; "" for none. Raises ValueError with a sentence."""
    if not text or text in regulation.role:
        return text
    wanted = _folded(text)
    found = [role for role, spec in regulation.role.items() if wanted in (_folded(role), _folded(spec.label))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"有 {len(found)} 个角色都叫“{text}”，请写编号：{'、'.join(found)}")
    labels = {_folded(spec.label): spec.label for spec in regulation.role.values()}
    near = get_close_matches(wanted, [*labels, *regulation.role], 1, 0.5)
    hint = f"是不是“{labels.get(near[0], near[0])}”？" if near else f"可用的有：{'、'.join(labels.values()) or '无'}"
    raise ValueError(f"没有“{text}”这个角色（{hint}）")


def _find_unit(text: str, role: str, regulation: Regulation) -> str:
    """The unit's name: a unit of the regulation by id or name, any other as it stands.

    A role with a fixed scope sits in that unit and nowhere else; its unit may be left empty.
    """
    names = {_folded(key): name for key, name in regulation.unit.items()}
    names |= {_folded(name): name for name in regulation.unit.values()}
    unit = names.get(_folded(text), text)
    if not role or regulation.role[role].scope == "own":
        return unit
    home = regulation.unit[regulation.role[role].scope]
    if unit not in ("", home):
        raise ValueError(f"{regulation.role[role].label}只能在“{home}”，这里写的是“{text}”")
    return home


def _too_many(seats: Iterable[tuple[int, Seat]], regulation: Regulation) -> list[tuple[int, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    refused = []
    for line, seat in seats:
        spec = regulation.role[seat.role] if seat.role else None
        if spec is None or spec.seats is None:
            continue
        counts[seat.unit, seat.role] += 1
        if counts[seat.unit, seat.role] > spec.seats[1]:
            now = counts[seat.unit, seat.role]
            refused.append((line, f"{seat.unit}的{spec.label}最多 {spec.seats[1]} 人，这是第 {now} 人"))
    return refused


def shortages(seats: Sequence[Seat], regulation: Regulation) -> tuple[str, ...]:
    """Seats that the regulation wants filled and nobody sits in: notes, for a roster grows by and by."""
    nowhere, found = unfilled(seats, regulation), gaps(seats, regulation)
    notes = []
    for role in regulation.role:
        if role in nowhere:
            notes.append(f"还没有{regulation.role[role].label}")
        else:
            notes += [_wanting(gap, regulation) for gap in found if gap.role == role]
    return tuple(notes)


def _wanting(gap: Gap, regulation: Regulation) -> str:
    label = regulation.role[gap.role].label
    if not gap.most:
        return f"{gap.unit}还没有{label}"
    return f"{gap.unit}的{label}要 {gap.least} 到 {gap.most} 人，名册里只有 {gap.have} 人"


# ---- from seats to bytes -------------------------------------------------------------------------------------------


def _cells(seats: Sequence[Seat], regulation: Regulation) -> Iterator[tuple[str, ...]]:
    labels = Counter(spec.label for spec in regulation.role.values())
    noted = any(seat.note for seat in seats)
    yield (*COLUMNS, NOTE) if noted else COLUMNS
    for seat in seats:
        spec = regulation.role.get(seat.role)
        role = spec.label if spec is not None and labels[spec.label] == 1 else seat.role
        yield seat.userid, seat.name, seat.unit, role, *([seat.note] if noted else [])


def export_csv(seats: Sequence[Seat], regulation: Regulation) -> bytes:
    """UTF-8 with a BOM, so that Excel shows Chinese."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_cells(seats, regulation))
    return out.getvalue().encode("utf-8-sig")


def export_xlsx(
    seats: Sequence[Seat], regulation: Regulation, more: Mapping[str, Iterable[Sequence[str]]] | None = None
) -> bytes:
    """Every cell as text: a userid like 007 keeps its zeros. `more`: further sheets by name."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for cells in _cells(seats, regulation):
        sheet.append(cells)
    for name, table in (more or {}).items():
        further = book.create_sheet(name)
        for row in table:
            further.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ---- what a new roster changes ------------------------------------------------------------------------------------


def left_by(item: Item, moves: Sequence[Move], old: Desk, new: Desk) -> Iterator[str]:
    """Sentences on an item under way that loses its drafter, or whose step changes hands or is left empty."""
    where = f"{item.number}（{item.unit}）"
    if drafter_gone(item, new) and not drafter_gone(item, old):
        yield f"{where}的起草人{old.roster.name(item.author)}不再起草，请归口部门转交或撤回"
    if item.awaiting_draft or item.step is None:
        return
    before, after = ([h.userid for h in asked(holders(item, item.step, moves, d), d)] for d in (old, new))
    if set(before) <= set(after):
        return
    names, others = "、".join(map(old.roster.name, before)), "、".join(map(new.roster.name, after))
    now = f"由{others}办理" if after else "没有人可以办理"
    yield f"{where}“{item.step.act}”原由{names}办理，新名册里{now}"
