"""The same few people, one item, one route: what the tests of storage and of the loops begin with."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.rules.effects import Record, SaveItem, Send
from bot.rules.events import TextReceived
from bot.rules.item import Decision, Item, Move, State, Version
from bot.rules.messages import Button, Card, Text
from bot.rules.regulation import Do, Flow, Kind, Step
from bot.rules.roster import Seat

ORG = "saws"
NOW = datetime(2025, 3, 17, 5, 0, tzinfo=UTC)
WANG, ZHANG, LI, ZHAO = "wang", "zhang", "li", "zhao"

FLOW = Flow(
    id="news",
    kind=Kind.POST,
    label="政务信息",
    steps=(
        Step(by=("officer",), do=Do.DRAFT, act="拟稿"),
        Step(by=("head", "office"), do=Do.CHECK, act="审核"),
        Step(by=("publisher",), do=Do.PUBLISH, act="发布"),
    ),
)
SEATS = (
    Seat(WANG, "王信息", "办公厅", "officer"),
    Seat(ZHANG, "张部长", "办公厅", "head"),
    Seat(LI, "李领导", "总局", "leader"),
)
VERSION = Version(1, "停水通知", "明日停水。", by=WANG, at=NOW)
ITEM = Item(
    id=1, org=ORG, kind=Kind.POST, unit="办公厅", author=WANG, created_at=NOW, state=State.RUNNING, flow=FLOW,
    position=1, round=1, current=VERSION, since=NOW, channels=("weibo",),
)
PASSED = Move(
    step=1, round=1, version=1, fingerprint=VERSION.fingerprint, actor=ZHANG, role="head", decision=Decision.PASSED,
    at=NOW,
)
SAVED = (SaveItem(ITEM), Record(WANG, "submit", 1))


def card(task_id: str = "t1", title: str = "请审核") -> Card:
    return Card(task_id, title, buttons=(Button("同意", "pass"),))


def text(content: str, key: str, to: str = ZHANG, item: int | None = None, *, notice: bool = False) -> Send:
    return Send(to, Text(content, notice), key, item=item)


def ask(task_id: str = "t1", to: str = ZHANG, item: int = 1) -> Send:
    """A card that asks for a check."""
    return Send(to, card(task_id), f"card:{task_id}", item=item, purpose="check", position=1, round=1, version=1)


def said(words: str, key: str = "msg:1", by: str = WANG) -> TextReceived:
    return TextReceived(key=key, userid=by, sent_at=NOW, text=words)
