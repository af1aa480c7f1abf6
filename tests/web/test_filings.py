"""备案登记: a year in Beijing time, a month of it, and the workbook with the same rows."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.web.conftest import Site
from tests.web.samples import LIU, ZHOU
from tests.web.test_item import text_of

HEAD = tuple("备案号 发布时间 承办单位 标题 类别 依据 渠道 平台与链接 审定人 版本校验 确认人 确认时间".split())


def sheet(content: bytes) -> Worksheet:
    book: Workbook = load_workbook(BytesIO(content))
    assert isinstance(book.active, Worksheet)
    return book.active


def numbers(site: Site, query: str) -> list[str]:
    """The 备案号 of the page, and that the workbook has the same."""
    page = site.opens(ZHOU, f"/filings{query}").text
    found = [part.partition("<")[0] for part in page.split('<td class="no">')[1:]]
    rows = sheet(site.opens(ZHOU, f"/filings.xlsx{query}").content).iter_rows(min_row=2, values_only=True)
    assert [row[0] for row in rows] == found
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["2025-000", "2025-001", "2025-002", "2025-003", "2025-004", "2025-900"]),
        ("?month=3", ["2025-003", "2025-004", "2025-900"]),
        ("?month=1", ["2025-000", "2025-001"]),  # 2024-12-31 16:00 UTC is 2025 in Beijing
        ("?month=12", []),
        ("?year=2024", ["2024-031"]),
        ("?year=2024&month=12", ["2024-031"]),
        ("?year=2025&month=2", ["2025-002"]),
    ],
)
def test_the_register_of_a_period(site: Site, query: str, found: list[str]) -> None:
    assert sorted(numbers(site, query)) == found


@pytest.mark.parametrize("query", ["?month=13", "?month=0", "?month=x", "?year=1999", "?year=99999", "?month=3'"])
def test_a_period_that_does_not_exist_is_not_found(site: Site, query: str) -> None:
    assert site.get(f"/filings{query}").status_code == 404
    assert site.get(f"/filings.xlsx{query}").status_code == 404


def test_the_page_names_what_waits(site: Site) -> None:
    page = site.opens(LIU, "/filings?month=3").text
    assert "3 件" in text_of(page) and "2 件未确认" in text_of(page)
    assert 'href="/i/121"' in page and 'href="/filings.xlsx?year=2025&amp;month=3"' in page


def test_a_row_of_the_workbook(site: Site) -> None:
    first = sheet(site.opens(LIU, "/filings.xlsx?year=2025&month=2").content)
    head, row = list(first.iter_rows(values_only=True))
    assert head == HEAD
    assert row[:7] == (
        "2025-002", "2025年2月17日 10:12", "监管一司", "复工复产安全检查要点", "业务活动、安全生产知识、应急知识",
        "五(一)6", "政务微博 · 安全监管总局、政务微信 · 安全贝贝",
    )  # fmt: skip
    assert str(row[7]).splitlines() == [
        "新浪网 https://weibo.example/1234567/AbCdEf?from=page", "腾讯网 未发：已停用",
        "腾讯微信公众服务号 https://mp.weixin.example/s/9f3kQ2v",
    ]  # fmt: skip
    assert row[8] == "何平（代李建国）" and len(str(row[9])) == 4
    assert row[10:] == ("刘洋", "2025年2月17日 11:12")


def test_a_title_is_never_a_formula(site: Site) -> None:
    rows = sheet(site.opens(LIU, "/filings.xlsx?month=3").content)
    cells = [row[3] for row in rows.iter_rows() if str(row[3].value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_workbook_is_a_download_with_a_chinese_name(site: Site) -> None:
    headers = site.opens(LIU, "/filings.xlsx?month=3").headers
    assert headers["content-type"].endswith("spreadsheetml.sheet")
    name = 'attachment; filename="filings-2025-03.xlsx"; filename*=UTF-8\'\'%E5'
    assert headers["content-disposition"].startswith(name)
    assert headers["cache-control"] == "no-store"
