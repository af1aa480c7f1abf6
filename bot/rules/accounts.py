"""账号登记: the entries of the register, and which of them a post goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.rules.deadline import BEIJING
from bot.rules.item import Item
from bot.rules.regulation import Channel, Flow

IN_USE = "在用"
WHY = "状态说明"  # the fact that says why an account is not in use
NAME_FIELDS = ("名称", "昵称")  # a field that ends so holds the name of the account that is applied for
ACCOUNT, CHANNEL, UNIT = "账号", "渠道", "承办单位"
RENEWED = ("变更后", "变化后")  # a field that begins so renews the fact of the file that is named behind it
KIND_FIELDS = ("账号类型", "账号类别")  # facts that the register shows in its list: 服务号, 工作人员认证
MANAGER_FIELDS = ("持有人", "管理人员姓名", "账号负责人员", "后台管理人员")
WHAT, TO = "更改内容", "更改后"  # of a change of an account's own data; with 更改内容=名称 it is called so from then on


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


def audited(account: Account, starts: date) -> bool:
    """Whether the period that began on `starts` concerns it: in use by then; opened later, the next one does (A46)."""
    opened = account.opened_at.astimezone(BEIJING).date() if account.opened_at else None
    return account.state == IN_USE and (opened is None or opened < starts)


def opens(flow: Flow) -> bool:
    """Whether a flow opens an account: one of its steps puts it in use."""
    return any(step.sets == IN_USE for step in flow.steps)


def renamed(form: Mapping[str, str], name: str) -> str:
    """What an account is called when an item with these fields is done."""
    return form.get(TO, name) if form.get(WHAT, "").endswith(NAME_FIELDS) else name


def name_field(flow: Flow) -> str:
    """The field of an opening flow that holds the account's name: its own, or the built-in 账号."""
    form = [name for name in flow.form if name.endswith(NAME_FIELDS)]
    return form[0] if form else ACCOUNT


def names_in(form: Mapping[str, str]) -> tuple[str, ...]:
    """What the fields for names hold: of an account, a nickname, a group."""
    return tuple(value for label, value in form.items() if label.endswith(NAME_FIELDS) and value)


def renews(form: Mapping[str, str]) -> bool:
    return any(label.startswith(RENEWED) for label in form)


def renewed(account: Account, form: Mapping[str, str]) -> Account:
    """变更后联系方式 renews 联系方式; 变更后昵称 also what the account is called."""
    facts, name = dict(account.facts), account.name
    for label, value in form.items():
        if not label.startswith(RENEWED):
            facts[label] = value
            continue
        fact = label[len(RENEWED[0]) :]
        if fact.endswith(NAME_FIELDS):
            facts = {key: value if key.endswith(NAME_FIELDS) and old == name else old for key, old in facts.items()}
            name = value
        else:
            facts[fact] = value
    hidden = (ACCOUNT, CHANNEL)
    return replace(account, name=name, facts={key: value for key, value in facts.items() if key not in hidden})


def of_channel(accounts: Iterable[Account], channel: str, units: Sequence[str]) -> tuple[Account, ...]:
    """The accounts a post of these units goes to on this channel: its own, and those of the whole organisation."""
    return tuple(a for a in accounts if a.channel == channel and a.unit in ("", *units) and a.state != "注销")


def in_use(item: Item, channel: str, accounts: Iterable[Account], units: Sequence[str]) -> tuple[Account, ...]:
    """The accounts it may go to on this channel: the one that was chosen, else all that are in use."""
    mine = [a for a in of_channel(accounts, channel, units) if a.state == IN_USE]
    chosen = [a for a in mine if a.id == item.posts_as.get(channel)]
    return tuple(chosen or mine)


def why_not(item: Item, channels: dict[str, Channel], accounts: Sequence[Account], units: Sequence[str]) -> str:
    """Why a post may not go to one of its channels, as a sentence; empty when it may."""
    return next((why for key in item.channels if (why := closed_to(item, key, channels, accounts, units))), "")


def closed_to(
    item: Item, key: str, channels: dict[str, Channel], accounts: Sequence[Account], units: Sequence[str]
) -> str:
    """Why a post may not go to this channel now; empty when one of the accounts it could go to is in use.

    A channel of which nobody has registered an account is taken as it stands.
    """
    if key not in channels or not any(a.channel == key for a in accounts):
        return ""
    mine = of_channel(accounts, key, units)
    chosen = [a for a in mine if a.id == item.posts_as.get(key)]
    if any(a.state == IN_USE for a in chosen or mine):
        return ""
    if not mine:
        return f"{item.unit}没有登记在用的{channels[key].label}账号"
    last = (chosen or list(mine))[-1]
    why = last.facts.get(WHY, "")
    return f"{last.name}：{why}" if why else f"{channels[key].label}账号“{last.name}”现在是{last.state}"
