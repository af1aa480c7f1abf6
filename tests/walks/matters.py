"""Matters and account flows on the phones: begun by a name, filled in field by field, sent on with the card."""

from __future__ import annotations

import re
from datetime import datetime

from bot.clock import BEIJING
from bot.rules.accounts import Account
from bot.rules.item import Item
from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.robot import PICTURE

SCAN = "<picture>"  # an answer that is a picture


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def answers(desk: Desk, who: str, *values: str) -> str:
    """What is asked one after the other; the last answer."""
    said = ""
    for value in values:
        said = desk.sends(who, "image", "scan.png", PICTURE) if value == SCAN else desk.says(who, value)
    return said or desk.texts(who)[-1]


def begins(desk: Desk, who: str, flow: str, *values: str) -> str:
    """A flow as far as its last card; its number."""
    reply = desk.says(who, f"发起 {flow}")
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    answers(desk, who, *values)
    return found[1]


def sends_on(desk: Desk, who: str, flow: str, *values: str) -> str:
    """… and sent to whoever is next."""
    number = begins(desk, who, flow, *values)
    label = next(text for text in desk.live(who, number) if text in ("送审", "送出"))
    desk.taps(who, label, number=number)
    return number


def item(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        found = store.item(int(number))
    assert found is not None
    return found


def account(desk: Desk, name: str) -> Account:
    with books(desk) as store:
        return next(a for a in store.accounts() if a.name == name)


def record(desk: Desk, action: str) -> list[str]:
    """The details of these lines of the record."""
    with books(desk) as store:
        return [row.detail for row in store.audit(limit=10_000) if row.action == action]


# ---- 新媒体: three departments and 信息中心, as in the examples ------------------------------------------------------

CENTRE = (
    Seat("chenchen", "陈晨", "信息中心", "central_officer"),
    Seat("gaofeng", "高峰", "信息中心", "central_head"),
)
LOGISTICS = (
    Seat("liming", "李明", "后勤部", "informant"),
    Seat("hanxue", "韩雪", "后勤部", "unit_head"),
    Seat("zhaopei", "赵培", "后勤部", "host"),
    Seat("qianjin", "钱进", "后勤部", "manager"),
)
UNION = (
    Seat("zhoumin", "周敏", "工会", "informant"),
    Seat("guoping", "郭平", "工会", "unit_head"),
    Seat("wuzong", "吴总", "工会", "host"),
    Seat("hejing", "何静", "工会", "manager"),
)
FINANCE = (
    Seat("linyu", "林雨", "财务部", "informant"),
    Seat("majun", "马俊", "财务部", "unit_head"),
    Seat("songhe", "宋河", "财务部", "host"),
    Seat("tangli", "唐丽", "财务部", "manager"),
)
OFFICES = (*CENTRE, *LOGISTICS, *UNION, *FINANCE)
