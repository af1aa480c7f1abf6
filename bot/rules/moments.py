"""发表时间: a moment as pages and people write it: 刚刚, 5分钟前, 昨天 23:50, 周五, 3月14日, 2025-03-14 09:12. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
AHEAD = timedelta(minutes=2)  # clocks differ
LAST_YEAR = timedelta(days=1)  # a month and day further ahead than this was said of the year before
WEEKDAYS = "一二三四五六日"

_CLOCK = (
    r"(?:(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜)\s*)?"
    r"(?:(?P<hour>[01]?\d|2[0-4])\s*:\s*(?P<minute>[0-5]\d)(?:\s*:\s*[0-5]\d(?:\.\d+)?)?"
    r"|(?P<oclock>[01]?\d|2[0-4])\s*[点时](?:\s*(?P<past>[0-5]?\d)\s*分?|(?P<half>半))?)"
)
_DAY = (
    r"(?:(?P<word>今天|今日|昨天|昨日|前天|昨晚|今早|今晚)"
    r"|(?P<week>上)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?:(?P<year>(?:19|20)?\d\d)\s*[-/.年]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]?)"
)
_AGO = r"(?P<now>刚刚|刚才)|(?P<ago>\d{1,3})\s*(?P<unit>秒钟?|分钟?|小时|天)\s*(?:之?前)"
_NAMED = re.compile(rf"{_AGO}|{_DAY}(?:[\sT,]*{_CLOCK})?(?P<zone>Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
TIME = re.sub(r"\(\?P<\w+>", "(?:", rf"(?:{_AGO}|{_DAY}(?:[\sT,]*{_CLOCK})?(?:Z|[+-]\d\d:?\d\d)?|{_CLOCK})")
"""Part of a pattern: what read_moment may be able to read, in plain signs."""
_BARE = re.compile(_CLOCK)
_EVENING = ("下午", "傍晚", "晚上", "夜里", "深夜")


@dataclass(frozen=True, slots=True)
class Moment:
    """`exact`: known to the minute."""

    at: datetime
    exact: bool = True


def plain(text: str) -> str:
    """Full-width digits, letters, colons and blanks as half-width ones, each sign in its place."""
    return "".join(same if len(same := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text)


def read_moment(said: str, now: datetime) -> Moment | None:
    """The moment that this text, and nothing else, names; None when it names none (2月30日, 25:00, 内容)."""
    text = plain(said).strip()
    here = now.astimezone(BEIJING)
    if found := _BARE.fullmatch(text):
        return _on(here.date(), found, exact=True)
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    if found["now"]:
        return Moment(now, exact=False)
    if found["ago"]:
        return _ago(int(found["ago"]), found["unit"], now)
    day = _day(found, here)
    if day is None:
        return None
    if found["zone"] and found["hour"]:
        return _zoned(day, found)
    return _on(day, found, exact=found["hour"] is not None or found["oclock"] is not None)


def _ago(count: int, unit: str, now: datetime) -> Moment:
    names = {"秒": "seconds", "分": "minutes", "小": "hours", "天": "days"}
    return Moment(now - timedelta(**{names[unit[0]]: count}), exact=False)


def _day(found: re.Match[str], here: datetime) -> date | None:
    today = here.date()
    if word := found["word"]:
        return today - timedelta(days={"昨": 1, "前": 2}.get(word[0], 0))
    if found["weekday"]:
        weekday = WEEKDAYS.index(found["weekday"].replace("天", "日"))
        back = (today.weekday() - weekday) % 7
        this_week = weekday <= today.weekday()
        return today - timedelta(days=back + (7 if found["week"] and this_week else 0))
    year = int(found["year"] or today.year)
    try:
        day = date(year + 2000 if year < 100 else year, int(found["month"]), int(found["day"]))
        return day.replace(year=day.year - 1) if not found["year"] and day - today > LAST_YEAR else day
    except ValueError:  # 2月30日
        return None


def _on(day: date, found: re.Match[str], *, exact: bool) -> Moment | None:
    """That day at that time; without a time at noon, of 昨晚 at nine."""
    given = found.groupdict()
    said = given.get("word") or ""
    if not exact:
        hour = 21 if said.endswith("晚") else 8 if said.endswith("早") else 12
        return Moment(datetime.combine(day, time(hour), BEIJING), exact=False)
    hour, minute = int(found["hour"] or found["oclock"]), int(found["minute"] or found["past"] or 0)
    minute = 30 if found["half"] else minute
    late = found["part"] in _EVENING or (not found["part"] and said.endswith("晚"))
    hour += 12 if late and 1 <= hour < 12 else 0
    hour += 12 if found["part"] == "中午" and hour < 3 else 0
    if hour > 24 or (hour == 24 and minute) or minute > 59:
        return None
    at = datetime.combine(day, time(hour % 24, minute), BEIJING)
    return Moment(at + timedelta(days=1) if hour == 24 else at)


def _zoned(day: date, found: re.Match[str]) -> Moment | None:
    try:
        stamp = f"{day.isoformat()}T{int(found['hour']):02d}:{found['minute']}:00{found['zone'].replace('z', 'Z')}"
        return Moment(datetime.fromisoformat(stamp).astimezone(BEIJING))
    except ValueError:
        return None
