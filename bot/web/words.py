"""What the pages say. Plain and short, as in the conversation."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.clock import BEIJING
from bot.rules.deadline import due_words
from bot.rules.item import Decision, Item, State
from bot.rules.regulation import Channel, Do, Kind, Step
from bot.rules.textcheck import count_chars

# ---- moments --------------------------------------------------------------------------------------------------------


def moment(at: datetime | None, now: datetime) -> str:
    """今天 10:32, 3月17日 10:32, 2024年3月17日 10:32; empty for None."""
    if at is None:
        return ""
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    if local.date() == today:
        return f"今天 {local:%H:%M}"
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def full_moment(at: datetime | None) -> str:
    """2025年3月17日 10:32, for what is printed and kept."""
    if at is None:
        return ""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def until(due: datetime, now: datetime) -> str:
    """A deadline. Midnight is the end of the day before: 3月17日 24:00."""
    local = due.astimezone(BEIJING)
    if local.hour or local.minute:
        return moment(due, now)
    return moment(due - timedelta(minutes=1), now).replace("23:59", "24:00")


def span(start: datetime, end: datetime) -> str:
    """0.8 小时, 3 天."""
    hours = max((end - start).total_seconds(), 0) / 3600
    return f"{hours:.1f} 小时" if hours < 48 else f"{hours / 24:.0f} 天"


# ---- items ----------------------------------------------------------------------------------------------------------


def heading(item: Item) -> str:
    begun = item.flow.option if item.flow and item.kind is not Kind.POST else "（无标题）"
    return item.title or begun


def size(count: int) -> str:
    """1.8 MB, 312 KB."""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(round(count / 1024), 1)} KB"


def chars(channel: Channel, text: str) -> str:
    """118/140 字."""
    used = count_chars(text, channel.count)
    return f"{used}/{channel.chars} 字" if channel.chars else f"{used} 字"


def standing(item: Item) -> str:
    """Where it is, in a few characters."""
    match item.state:
        case State.PREPARING:
            return "未送审"
        case State.WITHDRAWN:
            return "已撤回"
        case State.DONE:
            return "已发布" if item.published_at else "已办结"
    if item.awaiting(Do.DRAFT):
        return "已退回修改" if item.round else "待送审"
    return f"待{item.step.act}" if item.step else ""


def verdict(decision: Decision, step: Step | None) -> str:
    """同意, 可以公开, 退回, 请示 …: the step's own word, where the step is known."""
    match decision:
        case Decision.PASSED:
            return (step.passes if step else "") or "同意"
        case Decision.RETURNED:
            return (step.returns if step else "") or "退回"
        case Decision.HELD:
            return (step.holds if step else "") or "暂缓"
        case Decision.DONE:
            return f"已{step.act}" if step and step.do is Do.PUBLISH else "已办"
        case Decision.CONFIRMED:
            return "确认未见禁止发布内容"
        case Decision.SUBMITTED:
            return "送审"
        case Decision.WITHDRAWN:
            return "撤回"
        case Decision.MOVED:
            return "换类别"
        case Decision.HANDED_BACK:
            return "交回"
        case Decision.TESTED:
            return "群发前测试"


def tone(decision: Decision) -> str:
    """The colour of a decision: good, bad, wait, plain."""
    match decision:
        case Decision.PASSED | Decision.DONE:
            return "good"
        case Decision.RETURNED | Decision.WITHDRAWN:
            return "bad"
        case Decision.HELD:
            return "wait"
        case _:
            return "plain"


# ---- reminders and the record --------------------------------------------------------------------------------------


def rung(name: str, *, missed: bool = False) -> str:
    """`ahead:2h` → 到期前 2小时提醒, `over:1` → 逾期第 1 次催办, `idle:2` → 久未办理第 2 次催办."""
    if missed:
        return f"{rung(name)}（停机，未发出）"
    kind, _, rest = name.partition(":")
    try:
        match kind:
            case "ahead":
                return f"到期前{due_words(rest)}提醒"
            case "over":
                return f"逾期第 {int(rest)} 次催办"
            case "idle":
                return f"久未办理第 {int(rest)} 次催办"
            case "timed":
                return "定时发布的时间到了"
            case "hold":
                return "久未发布，问起草人是否仍要发布"
    except ValueError:
        pass
    return name


ACTIONS = {
    "import_roster": "导入人员名册",
    "import_words": "导入词表",
    "failed": "处理失败",
}
_RUNG = re.compile(r"\b(?:ahead|over|idle|timed|hold):[0-9a-z周一二三四五六日]+")
_SEATS = re.compile(r"(\d+) (seats|words)")


def action(code: str) -> str:
    return ACTIONS.get(code, code)


def detail(text: str) -> str:
    """A line's detail; the codes of reminders and imports in Chinese, the rest as it was written."""
    text = _RUNG.sub(lambda found: rung(found.group()), text)
    return _SEATS.sub(lambda found: f"{found[1]} {'人次' if found[2] == 'seats' else '个词'}", text)


# ---- links and numbers ----------------------------------------------------------------------------------------------


def safe_url(url: str) -> str:
    """The address when a tap may open it, else "": it was typed by a person."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[\dXx])(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """手机号、身份证号 with their middle hidden, for lists and exports."""
    return _PHONE.sub(r"\1****\2", _ID_NUMBER.sub(r"\1********\2", text))
