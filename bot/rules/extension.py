"""延期 (A4): a comment's result may be owed once longer, with a reason, if who stands above agrees in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.rules.deadline import Due, due_at, due_words, parse_duration
from bot.rules.item import Item, State
from bot.rules.regulation import Clock, Kind, Step
from bot.rules.routing import Desk, seated
from bot.rules.workdays import Calendar


def key(item: Item) -> str:
    """The passage of a step that is put off: once each."""
    return f"{item.position}:{item.lap}"


def why_not(item: Item, due: datetime | None, now: datetime) -> str:
    """Why the current deadline cannot be put off, as a sentence; empty when it can."""
    step = item.step
    if item.kind is not Kind.COMMENT or item.state is not State.RUNNING or step is None:
        return f"{item.number} 不能延期，延期只用于正在办理的评论"
    if due is None or not step.due:
        return f"{item.number} 的“{step.act}”没有期限，不用延期"
    if parse_duration(step.due).number <= 0:
        return f"{item.number} 的“{step.act}”须当日办，不能延期。一时答不了的，请先答复“正在研究办理”"
    if key(item) in item.extended:
        return f"{item.number} 已经延期一次，不能再延"
    return f"{item.number} 已过期限，不能延期" if due <= now else ""


def granters(item: Item, asker: str, desk: Desk) -> tuple[str, ...]:
    """The nearest of those above in the unit: nobody grants his own request."""
    for role in desk.regulation.nag.up:
        able = tuple(person for person in seated(role, item, desk) if person != asker)
        if able:
            return able
    return ()


def longer(step: Step, due: Due, reason: str, clock: Clock, calendar: Calendar) -> Due:
    """The same span once more, from where it ended. Midnight belongs to the day it ends (24:00)."""
    assert step.due is not None
    hours = parse_duration(step.due).unit == "h"
    more = due_at(step.due, due.at if hours else due.at - timedelta(minutes=1), clock, calendar, reason="原期限")
    ends = more.explanation.rpartition("截止 ")[2]
    words = f"{due.explanation}；延期一次（{reason}）再加{due_words(step.due)} → 截止 {ends}"
    return Due(more.at, due.provisional or more.provisional, words)


def for_netizen(reason: str, day: str) -> str:
    """What the netizen is told."""
    return f"您好，您反映的问题正在办理。因{reason.rstrip('。')}，办结时间延至{day}，办结后答复您。"
