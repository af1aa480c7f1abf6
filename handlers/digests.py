"""一人一条: everything one person is to hear in one sweep is one message, and one card that can act on it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.delivery import TEXT_BYTES, size
from bot.rules.effects import Effect, KeepReceipt
from bot.rules.item import Item
from handlers import reminder_cards
from handlers.context import Context
from handlers.reminding import Notice, Part, by_urgency, said_missed
from handlers.saying import tell

ROOM = TEXT_BYTES - 400  # what is left for lines, beside the first and the last sentences
MORE = {
    Part.DO: "其余 {n} 件，发“待办”查看。",
    Part.URGE: "其余 {n} 件，发“在办”查看。",
    Part.KNOW: "其余 {n} 件，发“我的”查看。",
}


def digests(notices: Sequence[Notice], ctx: Context) -> list[Effect]:
    """The messages of one sweep, a person each, with the proof of who was told what."""
    waiting: dict[str, list[Notice]] = {}
    for notice in notices:
        waiting.setdefault(notice.to, []).append(notice)
    return [effect for to, his in waiting.items() for effect in _one_message(to, by_urgency(his, ctx), ctx)]


def _one_message(to: str, notices: Sequence[Notice], ctx: Context) -> list[Effect]:
    only = notices[0] if len(notices) == 1 else None
    if only:
        message = tell(to, only.text, ctx, item=only.item.id, what=only.rung)
    else:
        message = tell(to, together(notices), ctx, what="digest")
    receipts = [KeepReceipt(n.deadline, n.rung, to, message.key) for n in notices]
    return [message, *receipts, *_card(to, notices, ctx)]


def together(notices: Sequence[Notice]) -> str:
    """A line an item under what it asks of him, as many as one message holds; what to do stands below them."""
    groups = {part: his for part in Part if (his := [n for n in notices if n.part is part])}
    mark = "提醒" if all(n.ahead for n in notices) else "催办"
    heads = [f"{part} {len(his)} 件：" for part, his in groups.items()]
    lines, room = ([f"【{mark}】共 {len(notices)} 件。"] if len(groups) > 1 else []), ROOM
    for head, (part, his) in zip(heads, groups.items(), strict=True):
        lines.append(head if len(groups) > 1 else f"【{mark}】{head}")
        shown = 0
        for notice in his:
            room -= size(notice.line) + 1
            if room < 0:
                break
            lines.append(notice.line)
            shown += 1
        if shown < len(his):
            lines.append(MORE[part].format(n=len(his) - shown))
    if lost := sum(n.missed for n in notices):
        lines.append(said_missed(lost))
    if any(n.acts for n in notices):
        lines.append("办理请点卡片，或回复“去办 编号”。")
    return "\n".join(lines)


def _card(to: str, notices: Sequence[Notice], ctx: Context) -> list[Effect]:
    """Of one item its own card; of several a card to choose from, in place of the one he was sent before."""
    items: dict[int, Item] = {n.item.id: n.item for n in notices if n.acts}
    if len(items) < 2:
        return [effect for item in items.values() for effect in reminder_cards.bring(item, to, ctx)]
    former = ctx.store.loose_cards(to, reminder_cards.CHOICE)
    return [
        *reminder_cards.renewed(former),
        reminder_cards.choice(tuple(items.values()), to, ctx),
    ]
