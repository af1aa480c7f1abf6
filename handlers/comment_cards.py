"""The cards of comments: where it goes, and how it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.rules import comments, replies
from bot.rules.item import Item
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.personal import masked
from bot.rules.regulation import Interim, Step
from handlers import cards, reply_words
from handlers import wording as w
from handlers.context import Context
from handlers.proposing import all_units, collectable, proposal, words


def source_row(item: Item, url: str = "") -> tuple[Row, ...]:
    """Who wrote it, where and when."""
    who = " ".join(filter(None, (item.form.get(comments.PLATFORM, ""), item.form.get(comments.NETIZEN, ""))))
    rows = [Row("编号", item.number, url), Row("发表", item.form.get(comments.POSTED, ""))]
    return (*rows, Row("来自", cards.cut(masked(who), 30))) if who else tuple(rows)


def plan_row(item: Item, ctx: Context) -> tuple[Row, ...]:
    """舆情预案 in short: answers are given by it (saws-R26); the whole text is told by “舆情预案”."""
    plan = " ".join(ctx.regulation.severity.plan.split())
    level = f"{item.level}：" if item.level else ""
    return (Row("预案", cards.cut(f"{level}{plan}", 30)),) if plan else ()


OTHER_UNIT = Option("*", "其他单位…")


def _title(item: Item) -> str:
    return cards.cut(f"评 {item.number} {comments.heading(item)}", 36)


def _category(item: Item) -> str:
    """Its category, and that it has been answered once: the words themselves stand in the body."""
    kind = item.flow.option if item.flow else ""
    return cards.cut(f"{kind} · 已先答复，待告知结果" if comments.under_way(item) else kind, 44)


def sort_card(item: Item, to: str, ctx: Context, url: str = "") -> Card:
    """类别, 单位: what is proposed is chosen already, so that one tap hands it on."""
    flows, proposed = collectable(to, ctx), proposal(item, to, ctx)
    kinds = tuple(Option(f.id, cards.cut(f.option, 16)) for f in flows)[: cards.MAX_OPTIONS]
    selects = [Select("flow", "类别", kinds, proposed.flow.id)]
    if units := all_units(item, flows, ctx):
        selects.append(_unit_select(units, proposed.unit))
    if levels := tuple(ctx.regulation.severity.levels):
        options = tuple(Option(name, cards.cut(name, 16)) for name in levels)
        offered = (cards.UNSET, *options)[: cards.MAX_OPTIONS]
        selects.append(Select("level", "级别", offered, item.level or cards.UNSET.id))
    return Card(
        task_id=cards.task_id(item, "sort", to, ctx), title=_title(item),
        source="审发 · 待您分办", desc=cards.cut(words(proposed), 44), selects=tuple(selects),
        submit=Button("交办", key="hand"),
    )  # fmt: skip


def _unit_select(units: dict[str, Option], proposed: str) -> Select:
    """The proposed one first; more than a card holds are chosen on a second card, or typed."""
    first = [units[proposed]] if proposed in units else []
    options = [cards.UNSET, *first, *(o for o in units.values() if o not in first)]
    if len(options) > cards.MAX_OPTIONS:
        options = [*options[: cards.MAX_OPTIONS - 1], OTHER_UNIT]
    return Select("unit", "单位", tuple(options), proposed if first else cards.UNSET.id)


def units_card(item: Item, to: str, ctx: Context) -> Card:
    """The second card: all units, in up to three lists."""
    options = tuple(all_units(item, collectable(to, ctx), ctx).values())
    size = cards.MAX_OPTIONS - 1
    lists = [options[n : n + size] for n in range(0, min(len(options), 3 * size), size)]
    selects = tuple(
        Select(f"unit{n}", f"单位（{n}）", (cards.UNSET, *part), cards.UNSET.id) for n, part in enumerate(lists, 1)
    )
    return Card(
        task_id=cards.task_id(item, "sort2", to, ctx), title=_title(item),
        source="审发 · 选单位", desc="在一个列表里选单位，再点“交办”。", selects=selects,
        submit=Button("交办", key="hand"),
    )  # fmt: skip


def sort_all_card(items: Sequence[Item], to: str, ready: int, ctx: Context) -> Card:
    """Many at once: one card. Nothing of an item is on it, for it is not one item's."""
    numbers = "、".join(x.number for x in items[:8]) + ("…" if len(items) > 8 else "")
    buttons = (Button("照建议全部交办", key="all"),) if ready else ()
    return Card(
        task_id=cards.loose_task_id("sortall", to, ctx), title=f"{len(items)} 条评论待您分办", source="审发 · 待您分办",
        desc=f"{ready} 条可以照建议交办", body=numbers, buttons=(*buttons, Button("逐条分办", key="each", style=2)),
    )  # fmt: skip


def join_card(item: Item, others: int, to: str, ctx: Context) -> Card:
    """归并: several that ask the same become one issue with a tap."""
    return Card(
        task_id=cards.task_id(item, "join", to, ctx), title=_title(item),
        source="审发 · 归并", body=f"还有 {others} 条相似，归并为一件办理？归并后一次办理，各处分别回复。",
        buttons=(Button("归并", key="join"), Button("不归并", key="apart", style=2)),
    )  # fmt: skip


def reply_card(
    item: Item, step: Step, to: str, ctx: Context, *, due: datetime | None, url: str, back: bool = False,
    like: bool = False,
) -> Card:  # fmt: skip
    """须今天答复: the comment, and what can be done about it; an answer that was approved is given as it is."""
    later = replies.interims(item)
    if comments.agreed(item):
        buttons = [Button("已按此答复", key="given", style=1)]
    else:
        ready = [Button("按此答复", key="proposed", style=1)] if comments.proposed(item) else []
        buttons = [*ready, Button("另写答复" if ready else "直接答复", key="answer", style=2 if ready else 1)]
        buttons += [Button("用以前的答复", key="like", style=2)] if like else []
        buttons += [Button(cards.cut(one.act, 10), key=f"later:{one.tick}", style=2) for one in later[:3]]
    buttons += [Button("不归我们", key="back", style=3)] if back else []
    until = w.until(due, ctx.now) if due else ""
    return Card(
        task_id=cards.task_id(item, "reply", to, ctx), title=cards.cut(reply_words.urgency(item, step, due, ctx), 36),
        source=cards.cut(f"审发 · 待您{step.act}", 20), desc=_category(item),
        body=cards.content(item), buttons=tuple(buttons), url=url,
        rows=(*source_row(item, url), *((Row("期限", cards.cut(until, 30)),) if until else ()), *plan_row(item, ctx)),
    )  # fmt: skip


def draft_reply_card(
    item: Item, step: Step, to: str, ctx: Context, *, due: str, url: str, back: bool, given: Sequence[str] = (),
    counted: str = "", like: bool = False,
) -> Card:  # fmt: skip
    """拟复: the comment, and a place to begin writing. `given`: units whose opinions can be taken over as they are."""
    picks = [Button(cards.cut(f"用{unit}的", 10), key=f"op:{n}", style=2) for n, unit in enumerate(given, 1)]
    written = not reply_words.unwritten(item) and not given
    buttons = [Button("不改，送审", key="same", style=1)] if written else []
    write = "另写答复" if written or picks else "写答复"
    buttons += [Button(write, key="answer", style=2 if written else 1), *picks[:3]]
    buttons += [Button("用以前的答复", key="like", style=2)] if like else []
    buttons += [Button("不归我们", key="back", style=3)] if back else []
    return Card(
        task_id=cards.task_id(item, "reply", to, ctx), title=cards.cut(f"待您{step.act} 评 {item.number}", 36),
        source=cards.cut(f"审发 · 待您{step.act}", 20), desc=_category(item),
        body=cards.content(item), buttons=tuple(buttons), url=url,
        rows=(
            *source_row(item, url),
            *((Row("期限", cards.cut(due, 30)),) if due else ()),
            *((Row(reply_words.GIVEN, counted),) if counted else ()),
            *plan_row(item, ctx),
        ),
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


def extend_card(item: Item, step: Step, reason: str, to: str, ctx: Context) -> Card:
    """Shall the result be owed longer, once?"""
    return Card(
        task_id=cards.task_id(item, "extend", to, ctx), title=cards.cut(f"申请延期 评 {item.number}", 36),
        source="审发 · 待您同意延期", desc=cards.cut(f"{step.act} · {comments.heading(item)}", 44),
        body=cards.cut(f"理由：{reason}", 160),
        buttons=(Button("同意延期", key="grant", style=1), Button("不同意", key="refuse", style=3)),
    )  # fmt: skip


def told_card(item: Item, text: str, to: str, ctx: Context) -> Card:
    """The netizen is told by a person, who says that he has done it."""
    return Card(
        task_id=cards.task_id(item, "told", to, ctx), title=cards.cut(f"请告诉网民延期 评 {item.number}", 36),
        source="审发 · 延期告知", body=cards.cut(text, 160), buttons=(Button("已告知网民", key="told", style=1),),
    )  # fmt: skip
