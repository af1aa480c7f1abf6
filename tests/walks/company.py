"""企管部 as in the examples: one post from its draft to its last approval, and what the road shows of it."""

from __future__ import annotations

import re
from datetime import datetime

from bot.clock import BEIJING
from bot.rules.item import Item, Move
from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.flows import books

FRIDAY = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)
WEIXIN, WEIBO, BOTH = "官方微信", "官方微博", "官方微博+官方微信"
LINK = "https://mp.weixin.qq.com/s/a"

COMPANY = (
    Seat("zhaolei", "赵蕾", "生产部", "informant"),
    Seat("sunhao", "孙浩", "生产部", "unit_head"),
    Seat("zhengjie", "郑洁", "企管部", "editor"),
    Seat("linxia", "林霞", "企管部", "editor"),
    Seat("wumin", "吴敏", "企管部", "central_checker"),
    Seat("xuqiang", "徐强", "企管部", "central_head"),
    Seat("gaozong", "高总", "公司领导", "leader"),
)


def drafted(desk: Desk, title: str = "车间开放日", channels: str = WEIXIN, by: str = "zhaolei") -> str:
    """A draft sent for review."""
    reply = desk.says(by, f"{title}\n本周六上午开放参观，欢迎报名。")
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    desk.taps(by, "下一步", number=found[1], 渠道=channels)
    desk.taps(by, "送审", number=found[1], 内容范围="公司研发产品宣传")
    desk.says(by, "生产部")
    return found[1]


def passed(desk: Desk, number: str, by: tuple[str, ...] = ("sunhao", "wumin", "xuqiang")) -> str:
    for person in by:
        desk.taps(person, "同意并确认", number=number)
    return number


def approved(desk: Desk, title: str = "车间开放日", channels: str = WEIXIN) -> str:
    return passed(desk, drafted(desk, title, channels))


def tries(desk: Desk, number: str, by: str = "linxia") -> str:
    return desk.says(by, f"测试 {number} 通过")


def sent(desk: Desk, number: str, by: str = "zhengjie", platform: str = WEIXIN) -> str:
    return desk.says(by, f"已发布 {number}\n{platform} {LINK}/{number}")


def item(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        found = store.item(int(number))
    assert found is not None
    return found


def moves(desk: Desk, number: str) -> tuple[Move, ...]:
    with books(desk) as store:
        return store.moves(int(number))
