"""词表和日历文件: all problems at once, each with its line or key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.calendar_file import CalendarProblems, LiveCalendar, load_calendar, load_days
from bot.regulation import load
from bot.rules.textcheck import Entry
from bot.rules.workdays import OFFICIAL_YEARS, Day
from bot.words_file import WordProblems, kinds_of_post, load_words


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file"
    path.write_bytes(text.encode(encoding))
    return path


def test_words_with_head_and_mark(tmp_path: Path) -> None:
    """表头、BOM、空行都可以有; 说明可以没有。"""
    path = written(tmp_path, "词,类别,说明\n内部通报,1,未公开\n\n别问了,语气\n", "utf-8-sig")
    assert load_words(path, 7) == (Entry("内部通报", 1, "未公开"), Entry("别问了", "语气"))


@pytest.mark.rule("gov-weibo-assessment-R17")
def test_a_word_may_propose_a_kind_of_post(tmp_path: Path) -> None:
    """类别也可以写稿件的类别; 制度里没有的类别是错的。"""
    kinds = kinds_of_post(load("gov-weibo-assessment"))
    assert {"敏感信息", "sensitive", "一般内容"} <= set(kinds)
    assert load_words(written(tmp_path, "学区,敏感信息"), 1, kinds) == (Entry("学区", "敏感信息"),)
    with pytest.raises(WordProblems):
        load_words(written(tmp_path, "学区,绝密信息"), 1, kinds)


@pytest.mark.parametrize(
    ("line", "number"), [("内部通报,8", 1), ("内部通报", 1), (",1", 1), ("好,1\n坏,零", 2), ("好,1\n\n坏,0", 3)]
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, number: int) -> None:
    """类别只能是 1 至 7 或 语气。"""
    with pytest.raises(WordProblems) as found:
        load_words(written(tmp_path, line), 7)
    assert len(found.value.problems) == 1
    assert found.value.problems[0].startswith(f"第 {number} 行")


def test_every_wrong_line_is_named_at_once(tmp_path: Path) -> None:
    """一次列全。"""
    with pytest.raises(WordProblems) as found:
        load_words(written(tmp_path, "甲,9\n乙,1\n丙,x"), 7)
    assert [p[:5] for p in found.value.problems] == ["第 1 行", "第 3 行"]


@pytest.mark.parametrize("load", [lambda p: load_words(p, 7), load_calendar])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, load: object) -> None:
    """没有这个文件也是一句话, 不是崩溃。"""
    assert callable(load)
    with pytest.raises((WordProblems, CalendarProblems)) as found:
        load(tmp_path / "nothing")
    assert "读不了" in str(found.value)


def test_a_calendar_of_days_off_and_days_worked(tmp_path: Path) -> None:
    """日期可以带引号也可以不带。"""
    path = written(tmp_path, 'off = [2027-02-08, "2027-02-09"]\nwork = [2027-02-14]\n')
    off, on = date(2027, 2, 8), date(2027, 2, 14)
    assert load_calendar(path) == {off: False, date(2027, 2, 9): False, on: True}


def test_all_problems_of_a_calendar_at_once(tmp_path: Path) -> None:
    """不认识的键、不是日期、同一天又放假又上班, 一次列全。"""
    path = written(tmp_path, 'rest = []\noff = [2027-02-08, "明天"]\nwork = [2027-02-08]\n')
    with pytest.raises(CalendarProblems) as found:
        load_calendar(path)
    text = "\n".join(found.value.problems)
    assert len(found.value.problems) == 3
    assert "rest" in text and "off.1" in text and "又放假又上班" in text


def test_a_year_is_known_by_its_days_or_by_name(tmp_path: Path) -> None:
    """文件里有那一年的日子, 或写明 years, 那一年就有了安排。"""
    assert load_days(written(tmp_path, "off = [2027-01-01]\nyears = [2028]\n")).years == (2027, 2028)
    assert load_days(written(tmp_path, "")).years == ()


@pytest.mark.parametrize("line", ["years = 2027", 'years = ["2027"]', "years = [true]", "years = [27]"])
def test_years_are_years(tmp_path: Path, line: str) -> None:
    with pytest.raises(CalendarProblems) as found:
        load_days(written(tmp_path, line))
    assert found.value.problems == ["years: 要写成年份的列表，例如 [2027]"]


def test_a_live_calendar_sees_its_file_change(tmp_path: Path) -> None:
    """内容变了记号就变; 写坏了仍用原来的; 只碰一下时间不算变。"""
    day = date(2027, 1, 4)
    path = written(tmp_path, "")
    live = LiveCalendar(path)
    first = live.mark()
    assert not live.now().is_workday(day).known
    path.write_text("off = [2027-01-04]\n", encoding="utf-8")
    second = live.mark()
    assert second != first and live.now().is_workday(day) == Day(False, why="放假")
    path.write_text("off = [\n", encoding="utf-8")
    assert live.mark() == second and not live.now().is_workday(day).workday
    path.write_text("off = [2027-01-04]\n", encoding="utf-8")
    assert live.mark() == second
    path.unlink()
    assert live.mark() == second


def test_without_a_file_only_the_official_years_make_the_mark() -> None:
    assert LiveCalendar().mark() == f"{OFFICIAL_YEARS.start}-{OFFICIAL_YEARS.stop - 1}"
