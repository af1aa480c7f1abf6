"""填表: what people type, and what is still missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.forms import (
    BEIJING,
    BadValue,
    check_value,
    missing_fields,
    parse_basis,
    parse_type,
    read_date,
    read_moment,
)
from bot.rules.regulation import Basis, FieldSpec

TODAY = date(2025, 3, 14)
NOW = datetime(2025, 3, 14, 15, 0, tzinfo=BEIJING)


def take(type: str, raw: str, refuse: str = "") -> str:
    return check_value(FieldSpec(type=type), raw, TODAY, NOW, refuse=refuse)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("2025-03-14", "2025-03-14"), ("2025年3月14日", "2025-03-14"), ("2025年 3月14日", "2025-03-14"),
        ("2025/3/14", "2025-03-14"), ("2025.3.14", "2025-03-14"), ("20250314", "2025-03-14"),
        ("3月14日", "2025-03-14"), ("3月14号", "2025-03-14"), ("3.14", "2025-03-14"), ("3-14", "2025-03-14"),
        ("3/14", "2025-03-14"), ("３月１４日", "2025-03-14"), (" 今天 ", "2025-03-14"), ("昨天", "2025-03-13"),
        ("前天", "2025-03-12"), ("明天", "2025-03-15"),
        ("12月30日", "2024-12-30"), ("8月1日", "2025-08-01"), ("2月29日", "2024-02-29"),
        ("2025-03-14 09:30", "2025-03-14 09:30"), ("2025-03-14T09:30:00", "2025-03-14 09:30"),
        ("3月14日14:30", "2025-03-14 14:30"), ("昨天下午2点半", "2025-03-13 14:30"), ("14:30", "2025-03-14 14:30"),
        ("下午两点半", "2025-03-14 14:30"), ("上午9点", "2025-03-14 09:00"), ("晚上8点", "2025-03-14 20:00"),
        ("中午12点", "2025-03-14 12:00"), ("中午1点", "2025-03-14 13:00"), ("凌晨12点10分", "2025-03-14 00:10"),
        ("3.14 十点", "2025-03-14 10:00"), ("下午3点一刻", "2025-03-14 15:15"), ("9时30分", "2025-03-14 09:30"),
    ],
)
def test_dates_as_people_type_them(raw: str, kept: str) -> None:
    """日期和时间怎么顺手怎么写都认得; 没写年份的取离今天最近的。"""
    assert take("date", raw) == kept


@pytest.mark.parametrize("raw", ["abc", "25", "13.14", "2月30日", "2025-3-14 25:00", "3.14.15", "3月", "14:60", "明年",
                                 "0000-01-01", "3月14日 大概"])
@pytest.mark.parametrize("type", ["date", "past"])
def test_what_is_no_date_is_asked_again(type: str, raw: str) -> None:
    """看不懂的日期不猜, 告诉人怎么写。"""
    with pytest.raises(BadValue, match="请写成 2025-03-14"):
        take(type, raw, refuse="公文尚未付印")


def test_a_day_that_no_near_year_has() -> None:
    """前后三年都没有 2月29日 的, 请他写明年份。"""
    with pytest.raises(BadValue, match="请写成"):
        read_date("2月29日", date(2026, 6, 1))
    assert read_date("2024年2月29日", date(2026, 6, 1)) == (date(2024, 2, 29), None)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.none() | st.times())
def test_kept_dates_read_back(day: date, clock: object) -> None:
    """保存的写法再读一遍还是它自己。"""
    raw = day.isoformat() if clock is None else f"{day.isoformat()} {clock:%H:%M}"
    kept = check_value(FieldSpec(type="date"), raw, TODAY)
    assert kept == raw
    assert read_moment(kept).date() == day
    assert read_moment(kept).utcoffset() == timedelta(hours=8)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-180, 180))
def test_a_date_without_a_year_is_the_nearest(today: date, away: int) -> None:
    """没写年份的日期, 半年之内的都认对。"""
    day = today + timedelta(days=away)
    assert read_date(f"{day.month}月{day.day}日", today) == (day, None)


@pytest.mark.rule("saws-R17")
def test_a_document_not_yet_printed_is_refused_in_the_regulations_words() -> None:
    """saws-R17: 付印日期 3月14日, 3月13日送审被拒“公文尚未付印”, 14日可以。"""
    spec = FieldSpec(type="past")
    with pytest.raises(BadValue, match=r"^公文尚未付印$"):
        check_value(spec, "2025-03-14", date(2025, 3, 13), refuse="公文尚未付印")
    assert check_value(spec, "2025-03-14", date(2025, 3, 14), refuse="公文尚未付印") == "2025-03-14"


@pytest.mark.parametrize(
    ("raw", "kept"), [("今天", "2025-03-14"), ("15:00", "2025-03-14 15:00"), ("昨天 23:59", "2025-03-13 23:59")]
)
def test_past_reaches_up_to_now(raw: str, kept: str) -> None:
    """past: 不晚于现在, 现在本身可以。"""
    assert take("past", raw) == kept


@pytest.mark.parametrize("raw", ["明天", "15:01", "2025年3月15日", "3月15日 08:00"])
def test_past_is_never_in_the_future(raw: str) -> None:
    """past: 将来的日期和今天稍后的时刻都不收。"""
    with pytest.raises(BadValue, match="还没有到"):
        take("past", raw)


@pytest.mark.parametrize(
    ("type", "raw", "kept"),
    [
        ("已首发|未采用", "已首发", "已首发"), ("已首发|未采用", "2", "未采用"), ("已首发|未采用", "２", "未采用"),
        ("已首发|未采用", " 未采 ", "未采用"),
        ("200..500", "300", "300"), ("200..500", "500元", "500"), ("200..500", "200.5", "200.5"),
        ("0..100", "95分", "95"), ("0..2000", "1,200", "1200"),
        ("text", " 安监总办〔2025〕12号 ", "安监总办〔2025〕12号"), ("file", "附件3", "附件3"),
    ],
)
def test_values_are_taken(type: str, raw: str, kept: str) -> None:
    """选择题按文字或序号答, 数字可带单位, 文字去首尾空白。"""
    assert take(type, raw) == kept


@pytest.mark.rule("company-qiguanbu-R25")
@pytest.mark.parametrize(
    ("type", "raw", "why"),
    [
        ("已首发|未采用", "3", "请从中选一个，回复文字或序号：1 已首发、2 未采用"),
        ("已首发|未采用", "0", "请从中选一个"), ("甲一|甲二", "甲", "请从中选一个"),
        ("200..500元", "199", "应在200至500元之间"), ("200..500", "501", "应在200至500之间"),
        ("200..500", "三百", "200"), ("200..500", "nan", "200"),
        ("text", "  ", "不能为空"), ("file", "", "不能为空"), ("past", " ", "不能为空"),
    ],
)
def test_values_are_refused_with_a_sentence(type: str, raw: str, why: str) -> None:
    """答错了说明怎么答; 罚款金额只在 200 至 500 之间。"""
    with pytest.raises(BadValue, match=why):
        take(type, raw)


@pytest.mark.parametrize("type", ["", "甲", "甲|", "甲|甲", "500..200", "number", "1..", "|"])
def test_malformed_types_are_refused(type: str) -> None:
    """写错的字段类型读不进来。"""
    with pytest.raises(ValueError, match=r"字段类型|范围"):
        parse_type(type)


FIRST = {
    "首发结果": FieldSpec(type="已首发|未采用"),
    "报送日期": FieldSpec(type="past"),
    "首发时间": FieldSpec(type="past", when="首发结果=已首发"),
}
DOCUMENT = {"文号": FieldSpec(type="text"), "付印日期": FieldSpec(type="past")}
BASIS = Basis(banned=6, any=("文号", "公开征求意见"))


@pytest.mark.rule("saws-R18")
@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, ("首发结果", "报送日期")),
        ({"首发结果": "已首发"}, ("报送日期", "首发时间")),
        ({"首发结果": "未采用", "报送日期": "2025-03-14"}, ()),
        ({"首发结果": "已首发", "报送日期": "2025-03-14", "首发时间": " "}, ("首发时间",)),
        ({"首发结果": "已首发", "报送日期": "2025-03-14", "首发时间": "2025-03-14 09:30"}, ()),
    ],
)
def test_fields_are_asked_in_order(values: dict[str, str], missing: tuple[str, ...]) -> None:
    """saws-R18、A41: 已首发才问首发时间; 未采用的不问, 放行本局发布。"""
    assert missing_fields(FIRST, values) == missing


@pytest.mark.rule("saws-R13")
@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, ("文号", "付印日期")),
        ({"付印日期": "2025-03-14"}, ("文号",)),
        ({"公开征求意见": "2025年第3号"}, ("付印日期",)),
        ({"公开征求意见": "2025年第3号", "付印日期": "2025-03-14"}, ()),
        ({"公开征求意见": " ", "付印日期": "2025-03-14"}, ("文号",)),
        ({"文号": "安监总办〔2025〕12号", "付印日期": "2025-03-14"}, ()),
    ],
)
def test_a_basis_is_stated_one_way_or_the_other(values: dict[str, str], missing: tuple[str, ...]) -> None:
    """saws-R13: 没有文号的, 写明公开征求意见及其编号即可; 两样都没有就还缺文号。"""
    assert missing_fields(DOCUMENT, values, BASIS) == missing


@pytest.mark.rule("saws-R13")
@pytest.mark.parametrize(
    ("raw", "basis"),
    [
        ("公开征求意见 2025年第3号", ("公开征求意见", "2025年第3号")),
        ("公开征求意见：2025年第3号", ("公开征求意见", "2025年第3号")),
        ("安监总办〔2025〕12号", ("文号", "安监总办〔2025〕12号")),
        ("文号：安监总办〔2025〕12号", ("文号", "安监总办〔2025〕12号")),
        ("没有", None),
        ("", None),
    ],
)
def test_the_basis_is_read_from_an_answer(raw: str, basis: tuple[str, str] | None) -> None:
    """回答里写了什么依据, 就填哪个字段。"""
    assert parse_basis(raw, BASIS) == basis
    assert parse_basis(raw) == basis


@pytest.mark.rule("saws-R13")
def test_public_consultation_needs_its_number() -> None:
    """saws-R13: 只说公开征求意见, 没有编号的, 请他补上。"""
    with pytest.raises(BadValue, match="公开征求意见的编号"):
        parse_basis("公开征求意见")
