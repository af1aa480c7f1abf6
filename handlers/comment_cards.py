"""The cards of comments: where it goes, and how it is answered."""

from __future__ import annotations

from bot.rules import comments
from bot.rules.item import Item, replace
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.regulation import Kind, Step
from handlers import cards
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


def reply_card(item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str, back: bool = False) -> Card:
    buttons = [Button("直接答复", key="answer", style=1)]
    buttons += [Button("不归我们", key="back", style=3)] if back else []
    return Card(
        task_id=cards.task_id(item, "reply", to, ctx), title=cards.cut(comments.heading(item), 36),
        source=cards.cut(f"审发 · 待您{step.act}", 20), body=cards.content(item),
        rows=(*source_row(item, url), *((Row("期限", cards.cut(due, 30)),) if due else ())),
        buttons=tuple(buttons), url=url,
    )  # fmt: skip
