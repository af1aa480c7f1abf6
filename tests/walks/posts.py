"""One post of any regulation from its first message to 送审, and through its checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.rules.item import Item, Move
from tests.walks.desk import Desk
from tests.walks.flows import books


def post(desk: Desk, who: str, text: str, *answers: str, channels: str = "", **choices: str) -> str:
    """`answers`: what is asked at 送审 (信息来源 …), one after the other. `choices`: of the last card."""
    number = begun(desk, who, text, channels=channels)
    desk.taps(who, "送审", number=number, **choices)
    for answer in answers:
        desk.says(who, answer)
    return number


def begun(desk: Desk, who: str, text: str, *, channels: str = "", **choices: str) -> str:
    """A draft with its channels chosen."""
    found = re.search(r"编号 (\d+)", desk.says(who, text))
    assert found, desk.texts(who)[-1]
    number = found[1]
    if "下一步" in desk.live(who, number):
        desk.taps(who, "下一步", number=number, **({"渠道": channels} if channels else {}), **choices)
    return number


def passes(desk: Desk, number: str, *people: str) -> str:
    """Each in turn passes it, by whatever the button is called."""
    for person in people:
        label = next(text for text in desk.live(person, number) if text.startswith(("同意", "通过")))
        desk.taps(person, label, number=number)
    return number


def published(desk: Desk, number: str, who: str) -> str:
    """Every platform gets its own link; a mass-send that must be tried first has been."""
    lines = "\n".join(f"{name} https://example.com/{number}/{n}" for n, name in enumerate(item(desk, number).platforms))
    return desk.says(who, f"已发布 {number}\n{lines}")


def item(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        found = store.item(int(number))
    assert found is not None
    return found


def moves(desk: Desk, number: str) -> tuple[Move, ...]:
    with books(desk) as store:
        return store.moves(int(number))


def log(desk: Desk, number: str) -> Sequence[str]:
    """The acts in the record, in order."""
    with books(desk) as store:
        return [line.action for line in store.audit(int(number))]
