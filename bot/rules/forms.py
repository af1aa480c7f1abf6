"""填表: reading what people type into a form's fields, and saying which fields are still missing."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.rules.regulation import Basis, FieldSpec

BEIJING = ZoneInfo("Asia/Shanghai")
FieldKind = Literal["text", "date", "past", "file", "choice", "range"]
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)([\u4e00-\u9fff%]{0,4})")


class BadValue(ValueError):
    """A value that cannot be taken; its text is a sentence for the person who typed it."""


class FieldType(NamedTuple):
    """What a field holds: `choices` of a choice, `bounds` of a range and what they count (元, 分)."""

    kind: FieldKind
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] = (0, 0)
    counts: str = ""


def parse_type(text: str) -> FieldType:
    """Read `text`, `date`, `past`, `file`, `甲|乙`, `200..500`, `200..500元`. Raises ValueError."""
    match text:
        case "text" | "date" | "past" | "file":
            return FieldType(text)
    if span := _RANGE.fullmatch(text):
        least, upto = float(span[1]), float(span[2])
        if least > upto:
            raise ValueError(f"范围的起点大于终点：{text}")
        return FieldType("range", bounds=(least, upto), counts=span[3])
    choices = tuple(choice.strip() for choice in text.split("|"))
    if len(choices) < 2 or not all(choices) or len(set(choices)) < len(choices):
        raise ValueError(f"字段类型写法不对：{text}")
    return FieldType("choice", choices=choices)


def check_value(spec: FieldSpec, raw: str, today: date, now: datetime | None = None, *, refuse: str = "") -> str:
    """The value as it is kept. Raises BadValue with a sentence.

    Dates become `2025-03-14` or `2025-03-14 14:30`. `now` (aware) makes a `past` time of today exact; `refuse` is the
    regulation's own sentence for a date that lies in the future (saws-R17: 公文尚未付印).
    """
    kind, choices, bounds, counts = parse_type(spec.type)
    value = raw.strip()
    if not value:
        raise BadValue("这一项不能为空")
    match kind:
        case "choice":
            chosen = _choose(choices, value)
            if spec.must and chosen != spec.must:
                raise BadValue(f"要“{spec.must}”才能送出，请核实后再回复“{spec.must}”")
            return chosen
        case "range":
            return _number(value, bounds, counts)
        case "date" | "past":
            return _date(value, today, now, past=kind == "past", refuse=refuse)
        case _:
            return value


def _choose(choices: tuple[str, ...], value: str) -> str:
    """By its text, by the beginning of its text if only one begins so, or by its number from 1."""
    plain = unicodedata.normalize("NFKC", value)
    if value in choices:
        return value
    if plain.isdecimal() and 1 <= int(plain) <= len(choices):
        return choices[int(plain) - 1]
    begun = [choice for choice in choices if choice.startswith(value)]
    if len(begun) == 1:
        return begun[0]
    offer = "、".join(f"{n} {choice}" for n, choice in enumerate(choices, 1))
    raise BadValue(f"请从中选一个，回复文字或序号：{offer}")


def _number(value: str, bounds: tuple[float, float], counts: str) -> str:
    plain = unicodedata.normalize("NFKC", value).replace(",", "")
    plain = plain.removesuffix(counts or "元").removesuffix("分").strip()
    least, upto = bounds
    if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", plain) or not least <= float(plain) <= upto:
        raise BadValue(f"应在{least:g}至{upto:g}{counts}之间")
    return f"{float(plain):.6f}".rstrip("0").rstrip(".")


def _date(value: str, today: date, now: datetime | None, *, past: bool, refuse: str) -> str:
    day, clock = read_date(value, today)
    if past and _in_future(day, clock, today, now):
        raise BadValue(refuse or f"{day.year}年{day.month}月{day.day}日还没有到，请填已经过去的日期")
    return day.isoformat() if clock is None else f"{day.isoformat()} {clock:%H:%M}"


def _in_future(day: date, clock: time | None, today: date, now: datetime | None) -> bool:
    if day != today or clock is None or now is None:
        return day > today
    return datetime.combine(day, clock, BEIJING) > now


def read_moment(value: str) -> datetime:
    """A kept date value as a moment in Beijing time; a date without a time begins at 00:00."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2}
_DATE = re.compile(
    rf"(?P<word>{'|'.join(_DAYS)})"
    r"|(?P<y8>\d{4})(?P<m8>\d\d)(?P<d8>\d\d)(?!\d)"
    r"|(?:(?P<y>\d{4})(?P<sep>[-/.年])\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*(?:[日号]|(?![\d:]))"
)
_TIME = re.compile(
    r"(?P<part>凌晨|早上|早晨|上午|中午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})\s*"
    r"(?:[:点时]\s*(?:(?P<minute>\d{1,2})(?::\d\d)?分?|(?P<half>半)|(?P<quarter>[一三])刻)?|(?=$))整?"
)
_NUMERALS = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "十一": 11, "十二": 12}
_HINT = "没看懂这个日期，请写成 2025-03-14 或 3月14日，带时间写成 3月14日 14:30"


def read_date(value: str, today: date) -> tuple[date, time | None]:
    """A date as people type it, with or without a time; a time alone is today's. Raises BadValue.

    A date without a year is the one nearest to today: 12月30日 typed in January was last year's.
    """
    plain = re.sub(r"(十[一二]|[一二两三四五六七八九十])(?=点)", lambda n: str(_NUMERALS[n[0]]),
                   unicodedata.normalize("NFKC", value).strip())
    found = _DATE.match(plain)
    rest = re.sub(r"^[\sT,]+", "", plain[found.end():]) if found else plain
    try:
        day = _day(found, today) if found else today
        clock = _clock(rest) if rest or not found else None
    except ValueError as error:
        raise BadValue(_HINT) from error
    return day, clock


def _day(found: re.Match[str], today: date) -> date:
    if found["word"]:
        return today + timedelta(days=_DAYS[found["word"]])
    if found["y8"]:
        return date(int(found["y8"]), int(found["m8"]), int(found["d8"]))
    month, day = int(found["m"]), int(found["d"])
    return date(int(found["y"]), month, day) if found["y"] else _nearest(month, day, today)


def _nearest(month: int, day: int, today: date) -> date:
    possible = []
    for year in (today.year - 1, today.year, today.year + 1):
        if (month, day) != (2, 29) or isleap(year):
            possible.append(date(year, month, day))
    if not possible:
        raise ValueError("no 29 February near this year")
    return min(possible, key=lambda found: abs((found - today).days))


def _clock(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found or (found["part"] is None and text.isdecimal()):
        raise ValueError(text)
    hour, part = int(found["hour"]), found["part"] or ""
    if (part in ("下午", "晚上", "晚") and hour < 12) or (part == "中午" and hour < 3):
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    minute = 30 if found["half"] else {"一": 15, "三": 45}.get(found["quarter"] or "", int(found["minute"] or 0))
    return time(hour, minute)


# What is still missing


def applies(spec: FieldSpec, values: Mapping[str, str]) -> bool:
    """Whether a field is asked at all (`when = "首发结果=已首发"`)."""
    if spec.when is None:
        return True
    name, _, wanted = spec.when.partition("=")
    return values.get(name) == wanted


def missing_fields(
    form: Mapping[str, FieldSpec], values: Mapping[str, str], basis: Basis | None = None
) -> tuple[str, ...]:
    """Required fields without a value, in the form's order. Any one field of `basis.any` stands for the others."""
    given = {name for name, value in values.items() if value.strip()}
    if basis is not None and given.intersection(basis.any):  # saws-R13
        given.update(basis.any)
    return tuple(name for name, spec in form.items() if applies(spec, values) and name not in given)


_USUAL_BASIS = Basis(banned=0, any=("文号", "公开征求意见"))


def parse_basis(raw: str, basis: Basis = _USUAL_BASIS) -> tuple[str, str] | None:
    """Which field of `basis.any` an answer fills, and with what; None when it states no basis.

    `公开征求意见 2025年第3号` names its field; a bare number (`安监总办〔2025〕12号`) is meant for the first field.
    Raises BadValue when the field is named but its number is missing.
    """
    value = raw.strip()
    for name in sorted(basis.any, key=len, reverse=True):
        if value.startswith(name):
            number = re.sub(r"^[\s:：,，、]+", "", value.removeprefix(name))
            if not re.search(r"\d|[一二三四五六七八九十]", number):
                raise BadValue(f"请写明{name}的编号，例如：{name} 2025年第3号")
            return name, number
    return (basis.any[0], value) if re.search(r"\d+\s*号", unicodedata.normalize("NFKC", value)) else None
