"""评论文件: columns by their usual names, Excel's dates, refused rows by line."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from bot.comments_file import comment_of, moment_of, named, parse
from bot.rules.comments import BEIJING, Comment

NOW = datetime(2025, 3, 17, 9, 30, tzinfo=BEIJING)
AT = datetime(2025, 3, 14, 9, 12, tzinfo=BEIJING)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "header", ["平台,网民,内容,发表时间,链接", "来源,昵称,评论内容,评论时间,网址", "Platform,Nickname,TEXT,time,url"]
)
def test_columns_by_their_usual_names(header: str, encoding: str) -> None:
    text = f"{header}\n微博,@网友甲,怎么办证,2025-03-14 09:12,https://weibo.com/1/b\n"

    assert parse(text.encode(encoding), NOW).rows == ((2, Comment("怎么办证", AT, "微博", "网友甲", "https://weibo.com/1/b")),)


def test_refused_rows_by_line_and_the_rest() -> None:
    rows = ("2025/3/14 9:12,一,3", ",二,", "某天,三,", "2025-3-18 09:00,四,", "", "2025-3-14 9:12,,", "昨天 23:50,六,")
    text = "\n".join(("时间,内容,点赞", *rows))
    found = parse(text.encode(), NOW)

    assert [(line, one.text) for line, one in found.rows] == [(2, "一"), (8, "六")]
    assert [line for line, _ in found.refused] == [3, 4, 5, 7]
    assert [why for _, why in found.refused][:2] == ["没有发表时间", "看不懂发表时间“某天”"]
    assert found.unused == ("点赞",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xe5\xb9\xb3\xe5\x8f\xb0,\xe7\xbd\x91\xe6\xb0\x91\n", "表头缺少：内容、发表时间"),
        (b"", "表头缺少：内容、发表时间"),
        (b"PK\x03\x04broken", "这个 XLSX 文件坏了"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_refused_line(content: bytes, why: str) -> None:
    found = parse(content, NOW)

    assert not found.rows
    assert why in found.refused[0][1]


def test_a_workbook_with_dates() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["发表时间", "内容"], [AT.replace(tzinfo=None), "一"], [45730.383333, "二"], ["3月14日 09:12", 12345]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)

    assert [(one.posted_at, one.text) for _, one in parse(out.getvalue(), NOW).rows] == [
        (AT, "一"), (AT, "二"), (AT, "12345"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["1741914720", "1741914720000", "2025-03-14T01:12:00Z", "45730.383333"])
def test_moments_of_computers(said: str) -> None:
    assert moment_of(said, NOW) == AT


def test_rows_of_a_connector() -> None:
    at = "2025-03-14T09:12:00+08:00"
    row = named({"Platform": "微博", "昵称": "甲", "text": "怎么办证", "posted_at": at, "likes": 3})

    assert comment_of(row, NOW) == Comment("怎么办证", AT, "微博", "甲")
    assert comment_of(named({"text": None}), NOW) == "没有内容"
    assert comment_of({"text": "一", "posted_at": "2025-03-14", "link": "javascript:1"}, NOW) == (
        "链接要以 http:// 或 https:// 开头"
    )
