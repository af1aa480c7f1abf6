"""期限与催办: when a step is due, when people are reminded."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.deadline import (
    BEIJING,
    Rung,
    chase_again,
    due_at,
    due_words,
    ignores_quiet_hours,
    ladder,
    last_permitted_before,
    nag_window,
    next_over,
    parse_clock,
    parse_duration,
    permitted,
    without_sent,
)
from bot.rules.regulation import Clock, Do, Flow, Kind, Nag, Step
from bot.rules.workdays import Calendar, ChineseCalendar, Day

CLOCK = Clock()
OFFICIAL = ChineseCalendar()
HOURS = "08:30-17:30"
NAG = Nag(ahead=("2h",), again="1wd", idle="1wd", up=("unit_head", "central_head", "leader"))
MINUTE = timedelta(minutes=1)


def at(words: str) -> datetime:
    """`2025-03-14 10:05` in Beijing; 24:00 is the end of that day."""
    day, _, clock = words.partition(" ")
    return datetime.combine(date.fromisoformat(day), time(), BEIJING) + parse_clock(clock or "00:00")


def due(spec: str, start: str, clock: Clock = CLOCK) -> datetime:
    return due_at(spec, at(start), clock, OFFICIAL).at


# When a step is due


@pytest.mark.rule("saws-R28", "company-qiguanbu-R19", "project-team-R6", "mutual-aid-society-R14")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-03-14 10:05", "2025-03-14 24:00"),
        ("2025-03-14 00:00", "2025-03-14 24:00"),
        ("2025-03-14 17:30", "2025-03-14 24:00"),
        ("2025-03-14 17:31", "2025-03-17 24:00"),
        ("2025-03-14 23:50", "2025-03-17 24:00"),
        ("2025-03-15 09:00", "2025-03-17 24:00"),
        ("2025-03-15 23:10", "2025-03-17 24:00"),
        ("2025-10-11 09:00", "2025-10-11 24:00"),
        ("2026-09-30 18:00", "2026-10-08 24:00"),
    ],
)
def test_answered_the_same_working_day(start: str, end: str) -> None:
    """A1、A2: 17:30 前发表的当日 24:00; 之后的、休息日的到下一个工作日 24:00; 补班日是工作日。"""
    assert due("0wd", start) == at(end)


@pytest.mark.rule("meikang-floor-R11", "mutual-aid-society-R13", "mutual-aid-society-R6")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-03-14 11:00", "2025-03-14 24:00"),
        ("2025-03-15 10:00", "2025-03-15 24:00"),
        ("2025-03-14 23:00", "2025-03-15 24:00"),
        ("2025-03-18", "2025-03-18 24:00"),
    ],
)
def test_published_the_same_calendar_day(start: str, end: str) -> None:
    """A7: 当天发布按自然日, 休息日也算; 17:30 后审定的到次日。"""
    assert due("0d", start) == at(end)


@pytest.mark.rule("listed-company-ir-R8", "citics-R9", "gov-newmedia-trial-R5", "newmedia-trial-R8", "saws-R28")
@pytest.mark.parametrize(
    ("spec", "start", "end"),
    [
        ("5wd", "2025-09-29", "2025-10-13 24:00"),
        ("5wd", "2025-03-14", "2025-03-21 24:00"),
        ("5wd", "2025-03-10", "2025-03-17 24:00"),
        ("5wd", "2025-04-01", "2025-04-09 24:00"),
        ("5wd", "2025-12-05", "2025-12-12 24:00"),
        ("15wd", "2026-11-23 10:05", "2026-12-14 24:00"),
        ("1wd", "2025-03-14 23:59", "2025-03-17 24:00"),
        ("1wd", "2025-03-15 10:00", "2025-03-17 24:00"),
        ("4wd", "2026-09-30 16:40", "2026-10-12 24:00"),
        ("15d", "2025-03-14 10:00", "2025-03-29 24:00"),
        ("1d", "2025-03-21", "2025-03-22 24:00"),
    ],
)
def test_days_after_the_first(spec: str, start: str, end: str) -> None:
    """A6: 起算日不计, 补班的周六计入, 到最后一天 24:00。"""
    assert due(spec, start) == at(end)


@pytest.mark.rule("saws-R21", "saws-R32")
@pytest.mark.parametrize(
    ("spec", "start", "end"),
    [
        ("1h", "2025-03-14 21:10", "2025-03-14 22:10"),
        ("24h", "2025-03-15 22:40", "2025-03-16 22:40"),
        ("48h", "2026-10-01 08:00", "2026-10-03 08:00"),
        ("-2h", "2025-03-20 09:00", "2025-03-20 07:00"),
    ],
)
def test_hours_count_through(spec: str, start: str, end: str) -> None:
    """saws-R32: 以小时计的期限昼夜连续, 休息日不停。"""
    assert due(spec, start) == at(end)


@pytest.mark.parametrize(
    ("spec", "start", "end"),
    [
        ("周一", "2025-03-14 10:00", "2025-03-17 24:00"),
        ("周五", "2025-03-14 10:00", "2025-03-21 24:00"),
        ("周日", "2025-03-14 10:00", "2025-03-16 24:00"),
        ("-1d", "2025-03-20 14:00", "2025-03-19 24:00"),
        ("-1wd", "2025-03-17", "2025-03-14 24:00"),
        ("-3wd", "2026-10-09", "2026-09-29 24:00"),
    ],
)
def test_weekdays_and_days_before_a_date(spec: str, start: str, end: str) -> None:
    """“周一”是下一个周一结束时(当天不算); 负数是某日期之前若干天的 24:00。"""
    assert due(spec, start) == at(end)


def test_the_regulation_sets_its_own_day() -> None:
    """saws-R36: cutoff、day_end 由制度文件定。"""
    assert due("0wd", "2025-03-14 19:00", Clock(cutoff="20:00")) == at("2025-03-14 24:00")
    assert due("3wd", "2025-03-14 10:00", Clock(day_end="17:30")) == at("2025-03-19 17:30")


@pytest.mark.parametrize(
    ("spec", "start", "reason", "said"),
    [
        ("4wd", "2026-09-30 16:40", "收到",
         "收到 9月30日 16:40 → 10月1日至7日国庆节休假 → 10月10日（周六，补班）计1个工作日 → 10月11日周末"
         " → 计4个工作日 → 截止 10月12日 24:00"),
        ("0wd", "2025-03-14 10:05", "发表", "发表 3月14日 10:05 → 截止 3月14日 24:00"),
        ("0wd", "2025-03-14 23:50", "发表",
         "发表 3月14日 23:50 → 17:30以后，按下一个工作日计 → 3月15日至16日周末 → 截止 3月17日 24:00"),
        ("0wd", "2025-03-15 23:10", "发表", "发表 3月15日 23:10 → 3月15日至16日周末 → 截止 3月17日 24:00"),
        ("0d", "2025-03-14 23:00", "审定", "审定 3月14日 23:00 → 17:30以后，按下一个自然日计 → 截止 3月15日 24:00"),
        ("24h", "2025-03-15 22:40", "发表", "发表 3月15日 22:40 → 24小时（连续计算） → 截止 3月16日 22:40"),
        ("15wd", "2026-11-23 10:05", "收到", "收到 11月23日 10:05 → 计15个工作日 → 截止 12月14日 24:00"),
        ("5wd", "2026-12-30", "变更",
         "变更 12月30日 → 1月2日至3日周末 → 计5个工作日 → 2027年放假安排未公布，暂按周一至周五计"
         " → 截止 2027年1月6日 24:00"),
        ("周一", "2025-03-14 10:00", "收到", "收到 3月14日 10:00 → 下一个周一 → 截止 3月17日 24:00"),
        ("-1d", "2025-03-20", "活动", "活动 3月20日 → 提前1天 → 截止 3月19日 24:00"),
        ("4wd", "2025-09-29", "变更",
         "变更 9月29日 → 10月1日至8日国庆节、中秋节休假 → 10月11日（周六，补班）计1个工作日"
         " → 计4个工作日 → 截止 10月11日 24:00"),
    ],
)
def test_a_deadline_explains_itself(spec: str, start: str, reason: str, said: str) -> None:
    """每个期限能用一句话说清怎么算出来的, 日期都是真的。"""
    assert due_at(spec, at(start), CLOCK, OFFICIAL, reason=reason).explanation == said


@pytest.mark.parametrize(("spec", "provisional"), [("5wd", True), ("5d", False), ("24h", False), ("1wd", False)])
def test_an_unknown_year_makes_it_provisional(spec: str, provisional: bool) -> None:
    """放假安排未公布的年份, 数到它的工作日期限都是暂定的; 自然日和小时不受影响。"""
    assert due_at(spec, at("2026-12-30 10:00"), CLOCK, OFFICIAL).provisional is provisional


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("15wd", "15个工作日"), ("0wd", "当日（遇休息日顺延）"), ("0d", "当日"), ("24h", "24小时"), ("15d", "15天"),
        ("周一", "下一个周一"), ("-1d", "提前1天"), ("-3wd", "提前3个工作日"),
    ],
)
def test_durations_in_words(spec: str, words: str) -> None:
    """时限用中文显示。"""
    assert due_words(spec) == words


@pytest.mark.parametrize("spec", ["", "5", "wd", "5w", "1.5d", "0h", "-0d", "周八", "周1", "+1d", "5 wd", "-周一"])
def test_malformed_durations_are_refused(spec: str) -> None:
    """写错的时限读不进来。"""
    with pytest.raises(ValueError, match="时限写法不对"):
        parse_duration(spec)


@pytest.mark.parametrize("clock", ["", "8:30", "24:01", "25:00", "12:60", "1230", "-1:00"])
def test_malformed_clock_times_are_refused(clock: str) -> None:
    """写错的时刻读不进来。"""
    with pytest.raises(ValueError, match="时刻写法不对"):
        parse_clock(clock)


def test_a_naive_moment_is_refused() -> None:
    """没有时区的时刻不能算期限。"""
    with pytest.raises(ValueError, match="time zone"):
        due_at("1wd", datetime(2025, 3, 14), CLOCK, OFFICIAL)  # noqa: DTZ001


# When people are reminded


def rungs(due_time: str | None, began: str, nag: Nag = NAG, urgent: bool = False) -> list[tuple[str, datetime]]:
    ends = at(due_time) if due_time else None
    return [(rung.name, rung.at) for rung in ladder(ends, at(began), nag, CLOCK, OFFICIAL, urgent)]


@pytest.mark.rule("saws-R28", "meikang-floor-R11")
def test_an_unanswered_comment_on_friday() -> None:
    """saws-R28: 周五 10:05 发表, 17:30 提醒承办人, 24:00 逾期, 周一 08:30 告知司长, 以后每个工作日再上一级。"""
    first = rungs("2025-03-14 24:00", "2025-03-14 10:05")
    assert first == [("ahead:2h", at("2025-03-14 17:30")), ("over:1", at("2025-03-17 08:30"))]
    second = next_over(Rung(*first[-1]), NAG.again, NAG, CLOCK, OFFICIAL)
    assert second == Rung("over:2", at("2025-03-18 08:30"))
    assert (second.nth, Rung(*first[0]).nth) == (2, 0)


@pytest.mark.rule("saws-R21")
def test_the_night_shift_is_chased_by_the_hour() -> None:
    """saws-R21: 21:10 通过, 1 小时的环节 22:10 催办, 虽是夜里; 以后每小时再催。"""
    flow = Flow(id="rescue", kind=Kind.POST, label="现场", urgent=True, steps=(
        Step(by=("secrecy",), do=Do.CHECK, act="保密审查", due="1h"),))
    step = flow.steps[0]
    urgent = ignores_quiet_hours(flow, step)
    ends = due_at("1h", at("2025-03-14 21:10"), CLOCK, OFFICIAL).at
    (over,) = ladder(ends, at("2025-03-14 21:10"), NAG, CLOCK, OFFICIAL, urgent)
    assert over == Rung("over:1", at("2025-03-14 22:10"))
    assert next_over(over, chase_again(NAG, step), NAG, CLOCK, OFFICIAL, urgent) == \
        Rung("over:2", at("2025-03-14 23:10"))


@pytest.mark.rule("saws-R32")
def test_public_opinion_is_told_on_sunday_night() -> None:
    """saws-R32: 舆情周日 22:40 到期, 20:40 提前提醒, 22:40 逾期即告, 不等工作时间。"""
    assert rungs("2025-03-16 22:40", "2025-03-15 22:40", urgent=True) == [
        ("ahead:2h", at("2025-03-16 20:40")), ("over:1", at("2025-03-16 22:40")),
    ]


@pytest.mark.rule("citics-R9", "listed-company-ir-R8", "company-qiguanbu-R18")
@pytest.mark.parametrize(
    ("ends", "began", "nag", "expected"),
    [
        ("2025-03-21 24:00", "2025-03-14 09:00", Nag(ahead=("1wd",), again="1wd"),
         [("ahead:1wd", at("2025-03-20 17:30")), ("over:1", at("2025-03-24 08:30"))]),
        ("2025-03-22 24:00", "2025-03-20 09:00", Nag(ahead=("2h",)),
         [("ahead:2h", at("2025-03-21 17:30")), ("over:1", at("2025-03-24 08:30"))]),
        ("2025-03-18 24:00", "2025-03-17 09:00", Nag(ahead=("1wd", "2h")),  # the day before is the day it began
         [("ahead:2h", at("2025-03-18 17:30")), ("over:1", at("2025-03-19 08:30"))]),
        ("2025-11-30 24:00", "2025-11-03 08:30", Nag(ahead=("3wd", "1wd")),
         [("ahead:3wd", at("2025-11-26 17:30")), ("ahead:1wd", at("2025-11-28 17:30")),
          ("over:1", at("2025-12-01 08:30"))]),
        ("2025-03-15 24:00", "2025-03-15 10:00", NAG, [("over:1", at("2025-03-17 08:30"))]),
        ("2025-03-14 24:00", "2025-03-14 17:30", NAG, [("over:1", at("2025-03-17 08:30"))]),
        ("2025-03-14 24:00", "2025-03-17 08:40", NAG, [("over:1", at("2025-03-17 08:40"))]),
        ("2025-03-14 24:00", "2025-03-15 08:40", NAG, [("over:1", at("2025-03-17 08:30"))]),
        ("2025-03-14 17:30", "2025-03-14 09:00", NAG,
         [("ahead:2h", at("2025-03-14 15:30")), ("over:1", at("2025-03-17 08:30"))]),
        ("2025-03-14 12:00", "2025-03-14 09:00", NAG,
         [("ahead:2h", at("2025-03-14 10:00")), ("over:1", at("2025-03-14 12:00"))]),
        ("2025-03-16 24:00", "2025-03-10 09:00", Nag(ahead=("2h", "1d")),
         [("ahead:2h", at("2025-03-14 17:30")), ("over:1", at("2025-03-17 08:30"))]),
        ("2025-03-14 24:00", "2025-03-10 09:00", Nag(), [("over:1", at("2025-03-17 08:30"))]),
    ],
)
def test_the_ladder(ends: str, began: str, nag: Nag, expected: list[tuple[str, datetime]]) -> None:
    """催办: 提前提醒移到之前最后的工作时间, 早于环节开始的不发, 撞在一起的并成一条; 登记时已逾期的即告。"""
    assert rungs(ends, began, nag) == expected


@pytest.mark.rule("saws-R14", "gov-weibo-assessment-R7")
@pytest.mark.parametrize(
    ("began", "first", "second"),
    [
        ("2025-03-13 16:00", "2025-03-14 16:00", "2025-03-17 16:00"),
        ("2025-03-14 20:00", "2025-03-18 08:30", "2025-03-19 08:30"),
        ("2025-03-15 10:00", "2025-03-17 10:00", "2025-03-18 10:00"),
    ],
)
def test_a_step_without_deadline_is_asked_after(began: str, first: str, second: str) -> None:
    """A12: 没有期限的环节, 1 个工作日不动即提醒, 以后每个工作日再提醒并上一级。"""
    (idle,) = ladder(None, at(began), NAG, CLOCK, OFFICIAL)
    assert idle == Rung("idle:1", at(first))
    assert next_over(idle, NAG.again, NAG, CLOCK, OFFICIAL) == Rung("idle:2", at(second))


def test_nothing_is_repeated_unless_the_policy_says_so() -> None:
    """没有写 idle、again 的制度: 不催没有期限的环节, 逾期只告一次。"""
    silent = Nag()
    assert ladder(None, at("2025-03-14 10:00"), silent, CLOCK, OFFICIAL) == ()
    assert next_over(Rung("over:1", at("2025-03-17 08:30")), silent.again, silent, CLOCK, OFFICIAL) is None


@pytest.mark.parametrize(
    ("again", "following"),
    [("1wd", "2025-03-17 16:00"), ("1d", "2025-03-17 08:30"), ("2h", "2025-03-17 08:30"), ("1h", "2025-03-14 17:00")],
)
def test_each_next_reminder_is_permitted(again: str, following: str) -> None:
    """再催也只在工作时间: 隔日遇休息日、隔小时过了下班, 都移到下一个允许的时刻。"""
    assert next_over(Rung("over:1", at("2025-03-14 16:00")), again, NAG, CLOCK, OFFICIAL) == \
        Rung("over:2", at(following))


@pytest.mark.parametrize(
    ("urgent", "spec", "quiet", "again"),
    [(False, "0wd", True, "1wd"), (False, "24h", False, "24h"), (True, "5wd", False, "1wd"), (True, None, False, "1wd"),
     (False, None, True, "1wd"), (False, "-2h", False, "1wd")],
)
def test_what_ignores_quiet_hours(urgent: bool, spec: str | None, quiet: bool, again: str) -> None:
    """A9: 紧急流程和以小时计的期限昼夜即告; 以小时计的逾期后隔同样的小时再催。"""
    step = Step(by=("a",), do=Do.CHECK, act="审", due=spec, since="日期" if spec == "-2h" else None)
    flow = Flow(id="x", kind=Kind.POST, label="流程", urgent=urgent, steps=(step,))
    assert ignores_quiet_hours(flow, step) is not quiet
    assert chase_again(NAG, step) == again


def test_the_hours_of_reminders() -> None:
    """nag.hours 不写时, 从 open 到 cutoff。"""
    assert nag_window(Nag(), CLOCK) == HOURS
    assert nag_window(Nag(hours="09:00-18:00"), CLOCK) == "09:00-18:00"


# Against a slow reading of the same rules, on random calendars


class Flipped:
    """The ordinary week, with some days turned over."""

    def __init__(self, flipped: frozenset[int]) -> None:
        self.flipped = flipped

    def is_workday(self, day: date) -> Day:
        return Day((day.weekday() < 5) != (day.toordinal() - date(2025, 1, 1).toordinal() in self.flipped))


CALENDARS = st.frozensets(st.integers(0, 80), max_size=30).map(Flipped)
MOMENTS = st.integers(0, 40 * 24 * 60).map(lambda minutes: at("2025-01-10 00:00") + minutes * MINUTE)


def slow_due(spec: str, start: datetime, calendar: Calendar) -> datetime:
    """Walk minute by minute, as one would with a finger on the calendar."""
    number, unit = int(spec.rstrip("hwd")), spec.lstrip("0123456789")
    now, counted = start, 0
    if unit == "h":
        for _ in range(number * 60):
            now += MINUTE
        return now
    while True:
        worked = unit == "d" or calendar.is_workday(now.date()).workday
        same_day = now.date() == start.date()
        if number == 0 and worked and (not same_day or (start.hour, start.minute) <= (17, 30)):
            break
        before = now.date()
        while now.date() == before:
            now += MINUTE
        counted += unit == "d" or calendar.is_workday(now.date()).workday
        if number and counted == number:
            break
    while (now.hour, now.minute) != (23, 59):
        now += MINUTE
    return now + MINUTE


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["0d", "0wd", "1d", "3d", "1wd", "2wd", "5wd", "1h", "24h", "50h"]), MOMENTS, CALENDARS)
def test_due_agrees_with_the_slow_reading(spec: str, start: datetime, calendar: Flipped) -> None:
    """任何日历、任何时刻, 期限与逐分钟数出来的一致。"""
    found = due_at(spec, start, CLOCK, calendar).at
    assert found == slow_due(spec, start, calendar)
    assert found.tzinfo is UTC


def may_remind(moment: datetime, calendar: Calendar) -> bool:
    return calendar.is_workday(moment.date()).workday and (8, 30) <= (moment.hour, moment.minute) <= (17, 30)


def slow_first(moment: datetime, calendar: Calendar) -> datetime:
    while not may_remind(moment, calendar):
        moment += MINUTE
    return moment


def slow_last(moment: datetime, calendar: Calendar) -> datetime:
    while not may_remind(moment, calendar):
        moment -= MINUTE
    return moment


@settings(max_examples=80, deadline=None)
@given(MOMENTS, CALENDARS)
def test_reminder_hours_agree_with_the_slow_reading(moment: datetime, calendar: Flipped) -> None:
    """A9: 催办只在工作日的工作时间, 与逐分钟试出来的一致。"""
    assert permitted(moment, HOURS, calendar) == slow_first(moment, calendar)
    assert last_permitted_before(moment, HOURS, calendar) == slow_last(moment, calendar)
    assert permitted(moment, HOURS, calendar, urgent=True) == moment
    assert last_permitted_before(moment, HOURS, calendar, urgent=True) == moment


@settings(max_examples=80, deadline=None)
@given(MOMENTS, st.integers(-3 * 24 * 60, 9 * 24 * 60), st.integers(1, 30), CALENDARS)
def test_the_ladder_agrees_with_the_slow_reading(
    began: datetime, length: int, hours: int, calendar: Flipped
) -> None:
    """提前提醒是期限前最后允许的时刻, 晚于环节开始才发; 逾期提醒是期限之后最早允许的时刻, 再催在其后。"""
    ends = began + length * MINUTE
    nag = Nag(ahead=(f"{hours}h",), again="2h")
    found = dict(ladder(ends, began, nag, CLOCK, calendar))
    ahead = slow_last(ends - timedelta(hours=hours), calendar)
    assert found.get(f"ahead:{hours}h") == (ahead if ahead > began else None)
    late = max(ends, began)
    inside = may_remind(late, calendar) and may_remind(late + MINUTE, calendar)
    assert found["over:1"] == (late if inside else slow_first(late + MINUTE, calendar))
    following = next_over(Rung("over:1", found["over:1"]), "2h", nag, CLOCK, calendar)
    assert following == Rung("over:2", slow_first(
        (found["over:1"] + timedelta(hours=2)).astimezone(BEIJING), calendar))


T = "2027-01-05 08:30"


@pytest.mark.parametrize(
    ("sent", "due", "left"),
    [
        ((), "2027-01-06 17:30", ("ahead:2h", "over:1")),
        (("ahead:2h",), "2027-01-06 17:30", ("over:1",)),
        (("ahead:2h", "over:1"), "2027-01-06 17:30", ("over:2",)),
        (("over:1", "over:2", "over:3"), "2027-01-06 17:30", ("ahead:2h", "over:4")),
        ((), "2027-01-04 17:30", ("over:1",)),
    ],
)
def test_a_ladder_reckoned_anew(sent: tuple[str, ...], due: str, left: tuple[str, ...]) -> None:
    """改算以后: 催过的一级不再催, 已经过期的不再提前提醒, 逾期的接着往上数。"""
    rungs = (("ahead:2h", at("2027-01-06 15:30")), ("over:1", at("2027-01-07 08:30")))
    assert tuple(name for name, _ in without_sent(rungs, sent, at(due), at(T))) == left
