"""活动征集: the opinions that belong to an activity (a matter with a name and a period), by its #话题#. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from bot.rules import comments
from bot.rules.comments import BEIJING
from bot.rules.forms import parse_type, read_moment
from bot.rules.item import Item, State
from bot.rules.personal import masked
from bot.rules.regulation import Kind

TOPIC = re.compile(r"[#＃]([^#＃\n]{2,40})[#＃]")
COLUMNS = (("编号", 8), ("发表时间", 18), ("平台", 12), ("网民", 18), ("内容", 60), ("链接", 36), ("办理", 20))


def topics(text: str) -> tuple[str, ...]:
    """两会议案征集 of #两会议案征集#."""
    return tuple(dict.fromkeys(name.strip() for name in TOPIC.findall(text)))


def period(activity: Item) -> tuple[datetime | None, datetime | None]:
    """From the earliest to the end of the latest date of its form; one date alone is its beginning."""
    specs = (activity.flow.form | activity.flow.steps[0].form) if activity.flow else {}
    dated = [name for name, spec in specs.items() if parse_type(spec.type).kind in ("date", "past")]
    days = sorted(read_moment(activity.form[name]) for name in dated if activity.form.get(name))
    if not days:
        return None, None
    last = datetime.combine(days[-1].astimezone(BEIJING).date(), time(), BEIJING) + timedelta(days=1)
    return days[0], last if len(days) > 1 else None


def takes(activity: Item, posted: datetime) -> bool:
    """Whether an opinion of that time belongs to it."""
    since, until = period(activity)
    right = activity.kind is Kind.MATTER and activity.state is not State.WITHDRAWN
    return right and (since is None or since <= posted) and (until is None or posted < until)


def rows(opinions: Iterable[Item]) -> list[Sequence[str]]:
    """One line an opinion, the earliest first; numbers that point to a person are masked (A43)."""
    ordered = sorted(opinions, key=lambda x: (x.form.get(comments.POSTED, ""), x.id))
    return [
        (
            x.number, x.form.get(comments.POSTED, ""), x.form.get(comments.PLATFORM, ""),
            x.form.get(comments.NETIZEN, ""), masked(comments.said(x)), x.form.get(comments.LINK, ""), _state(x),
        )
        for x in ordered
        if not (x.flow and x.flow.private and x.state is not State.PREPARING)
    ]  # fmt: skip


def _state(item: Item) -> str:
    if item.state is State.RUNNING:
        return item.step.act if item.step else "在办"
    return {State.PREPARING: "待分办", State.DONE: "已办结"}.get(item.state, "")
