"""备案登记, or another list, as a workbook to keep or hand on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.web.filings import Filed, Period

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Column = tuple[str, int]  # its head and its width
COLUMNS: tuple[Column, ...] = (
    ("备案号", 12), ("发布时间", 20), ("承办单位", 16), ("标题", 36), ("类别", 26), ("依据", 12), ("渠道", 22),
    ("平台与链接", 44), ("审定人", 14), ("版本校验", 10), ("确认人", 12), ("确认时间", 20),
)  # fmt: skip
_NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")
_LONGEST = 32_767  # characters a cell may hold
_THIN = Side(style="thin", color="BFBFBF")


def workbook(rows: Sequence[Filed], period: Period) -> bytes:
    return book(f"备案登记 {period.label}", COLUMNS, [_values(filed) for filed in rows])


def book(title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet of texts."""
    whole = Workbook()
    sheet = whole.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _NOT_IN_A_TITLE.sub("_", title)[:31]
    for row, values in enumerate([[name for name, _ in columns], *rows], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            assert isinstance(cell, Cell)
            _write(cell, value, head=row == 1)
    _lay_out(sheet, columns)
    out = BytesIO()
    whole.save(out)
    return out.getvalue()


def disposition(period: Period) -> str:
    name = f"备案登记{period.label}.xlsx"
    plain = f"filings-{period.year}" + (f"-{period.month:02d}" if period.month else "")
    return f"attachment; filename=\"{plain}.xlsx\"; filename*=UTF-8''{quote(name)}"


def _values(filed: Filed) -> list[str]:
    return [
        filed.no, filed.published, filed.unit, filed.title or "（不公开事项）", filed.flow, filed.clause,
        filed.channels, "\n".join(filed.links), filed.approved_by, filed.short_print, filed.acknowledged_by,
        filed.acknowledged,
    ]  # fmt: skip


def _write(cell: Cell, value: str, *, head: bool) -> None:
    """As text, whatever it begins with: a title `=1+1` is no formula, a check `12E4` no number."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = Border(_THIN, _THIN, _THIN, _THIN)
    if head:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EEF2F7")


def _lay_out(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Wide enough to read; on paper A4 across, one page wide, the head on each."""
    for number, (_, width) in enumerate(columns):
        sheet.column_dimensions["ABCDEFGHIJKL"[number]].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
