"""账号登记: the entries of the register, and which of them a post goes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.item import Item
from bot.rules.regulation import Channel, Flow

IN_USE = "在用"
WHY = "状态说明"  # the fact that says why an account is not in use
NAME_FIELDS = ("名称", "昵称")  # a field that ends so holds the name of the account that is applied for
ACCOUNT, CHANNEL, UNIT = "账号", "渠道", "承办单位"


@dataclass(frozen=True, slots=True)
class Account:
    """`unit` is empty for an account of the whole organisation; `facts` are the fields of its file (档案)."""

    id: int
    channel: str
    name: str
    unit: str
    state: str
    keeper: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """One change of an entry: what it was, what it is, by whom, by which item."""

    at: datetime
    by: str
    item: int | None
    what: str
    before: dict[str, str]
    after: dict[str, str]


def opens(flow: Flow) -> bool:
    """Whether a flow opens an account: one of its steps puts it in use."""
    return any(step.sets == IN_USE for step in flow.steps)


def name_field(flow: Flow) -> str:
    """The field of an opening flow that holds the account's name: its own, or the built-in 账号."""
    form = [name for name in flow.form if name.endswith(NAME_FIELDS)]
    return form[0] if form else ACCOUNT


def of_channel(accounts: Iterable[Account], channel: str, units: Sequence[str]) -> tuple[Account, ...]:
    """The accounts a post of these units goes to on this channel: its own, and those of the whole organisation."""
    return tuple(a for a in accounts if a.channel == channel and a.unit in ("", *units) and a.state != "注销")


def in_use(item: Item, channel: str, accounts: Iterable[Account], units: Sequence[str]) -> tuple[Account, ...]:
    """The accounts it may go to on this channel: the one that was chosen, else all that are in use."""
    mine = [a for a in of_channel(accounts, channel, units) if a.state == IN_USE]
    chosen = [a for a in mine if a.id == item.posts_as.get(channel)]
    return tuple(chosen or mine)


def why_not(item: Item, channels: dict[str, Channel], accounts: Sequence[Account], units: Sequence[str]) -> str:
    """Why a post may not go to one of its channels, as a sentence; empty when it may.

    A channel of which nobody has registered an account is taken as it stands.
    """
    for key in item.channels:
        if key not in channels or not any(a.channel == key for a in accounts):
            continue
        mine = of_channel(accounts, key, units)
        chosen = [a for a in mine if a.id == item.posts_as.get(key)]
        if any(a.state == IN_USE for a in chosen or mine):
            continue
        if not mine:
            return f"{item.unit}没有登记在用的{channels[key].label}账号"
        last = (chosen or list(mine))[-1]
        why = last.facts.get(WHY, "")
        return f"{last.name}：{why}" if why else f"{channels[key].label}账号“{last.name}”现在是{last.state}"
    return ""
