"""The cards of comments: where it goes, and how it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.rules import comments, replies
from bot.rules.item import Item, replace
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.regulation import Interim, Kind, Step
from handlers import cards, reply_words
from handlers import wording as w
from handlers.context import Context


def source_row(item: Item, url: str = "") -> tuple[Row, ...]:
    """Who wrote it, where and when."""
    who = " ".join(filter(None, (item.form.get(comments.PLATFORM, ""), item.form.get(comments.NETIZEN, ""))))
    rows = [Row("编号", item.number, url), Row("发表", item.form.get(comments.POSTED, ""))]
    return (*rows, Row("来自", cards.cut(who, 30))) if who else tuple(rows)


def units_for(item: Item, ctx: Context) -> tuple[Option, ...]:
    """The units it may be given to when it is handed on; empty where the flow has it assigned later, or by nobody."""
    return cards.unit_options(item, ctx) if cards.needs_unit(item, ctx) else ()


def sort_card(item: Item, to: str, ctx: Context, url: str = "") -> Card:
    """类别, 单位: what is proposed is chosen already, so that one tap hands it on."""
    roles = ctx.roster.roles_of(to)
    flows = [f for f in ctx.regulation.flows(Kind.COMMENT) if roles & set(f.steps[0].by)]
    selects = [Select("flow", "类别", tuple(Option(f.id, cards.cut(f.option, 16)) for f in flows)[:10],
                      item.flow.id if item.flow else "")]  # fmt: skip
    offered: dict[str, Option] = {}
    for flow in flows:
        offered |= {o.id: o for o in units_for(replace(item, flow=flow), ctx)}
    if offered:
        selects.append(Select("unit", "单位", (cards.UNSET, *offered.values())[:10], cards.UNSET.id))
    return Card(
        task_id=cards.task_id(item, "sort", to, ctx), title=cards.cut(comments.heading(item), 36),
        source="审发 · 待您分办", desc=cards.cut(w.content(item), 44), selects=tuple(selects),
        submit=Button("交办", key="hand"),
    )  # fmt: skip


def reply_card(
    item: Item, step: Step, to: str, ctx: Context, *, due: datetime | None, url: str, back: bool = False
) -> Card:
    """须今天答复: the comment, and what can be done about it; an answer that was approved is given as it is."""
    later = replies.interims(item)
    if comments.agreed(item):
        buttons = [Button("已按此答复", key="given", style=1)]
    else:
        buttons = [Button("直接答复", key="answer", style=1)]
        buttons += [Button(cards.cut(one.act, 10), key=f"later:{one.tick}", style=2) for one in later[:3]]
    buttons += [Button("不归我们", key="back", style=3)] if back else []
    until = w.until(due, ctx.now) if due else ""
    return Card(
        task_id=cards.task_id(item, "reply", to, ctx), title=cards.cut(reply_words.urgency(item, step, due, ctx), 36),
        source=cards.cut(f"审发 · 待您{step.act}", 20), desc=cards.cut(comments.heading(item), 44),
        body=cards.content(item), buttons=tuple(buttons), url=url,
        rows=(*source_row(item, url), *((Row("期限", cards.cut(until, 30)),) if until else ())),
    )  # fmt: skip


def draft_reply_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str, back: bool) -> Card:
    """拟复: the comment, and a place to begin writing."""
    buttons = [Button("写答复", key="answer", style=1)]
    buttons += [Button("不归我们", key="back", style=3)] if back else []
    return Card(
        task_id=cards.task_id(item, "reply", to, ctx), title=cards.cut(f"待您{step.act} 评 {item.number}", 36),
        source=cards.cut(f"审发 · 待您{step.act}", 20), desc=cards.cut(comments.heading(item), 44),
        body=cards.content(item), buttons=tuple(buttons), url=url,
        rows=(*source_row(item, url), *((Row("期限", cards.cut(due, 30)),) if due else ())),
    )  # fmt: skip


def wordings_card(item: Item, interim: Interim, to: str, ctx: Context) -> Card:
    """The prepared wordings, a tap each: a person picks and thereby gives the answer (A40)."""
    listed = "\n".join(f"{n}. {text}" for n, text in enumerate(interim.texts, 1))
    return Card(
        task_id=cards.task_id(item, "later", to, ctx), title=cards.cut(f"{interim.act} 评 {item.number}", 36),
        source="审发 · 选一句答复", desc="点哪一句，就记为用哪一句答复了网民。", body=cards.cut(listed, 160),
        buttons=tuple(
            Button(f"用第{n}句", key=f"text:{n}:{interim.tick}", style=1 if n == 1 else 2)
            for n in range(1, len(interim.texts) + 1)
        ),
    )  # fmt: skip


def sure_card(item: Item, text: str, doubts: Sequence[str], to: str, ctx: Context) -> Card:
    """An answer that is better said otherwise: given as it is only when the person says so."""
    return Card(
        task_id=cards.task_id(item, "sure", to, ctx), title=cards.cut(f"请再看一眼 评 {item.number}", 36),
        source="审发 · 答复待确认", desc=cards.cut("；".join(doubts), 44), body=cards.cut(text, 160),
        buttons=(Button("照此答复", key="sure", style=2), Button("改一改", key="edit", style=1)),
    )  # fmt: skip
