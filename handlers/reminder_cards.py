"""The cards that go with a reminder: the item's own one again, one to press for it, one to choose among several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.rules import comments, extension
from bot.rules.effects import Effect, Send, UpdateCard
from bot.rules.item import Item, State
from bot.rules.messages import Button, Card, Option, Row, Select
from bot.rules.regulation import Do
from bot.rules.routing import asked_now, filed_with, may_be_given, may_direct
from handlers import cards, comment_cards, reply_words
from handlers import wording as w
from handlers.context import Context
from handlers.dues import deadline_key, filing_key
from handlers.onward import STEP_PURPOSES, waiting_roles
from handlers.reminding import holders_now
from handlers.saying import item_url, send_card
from storage.read import CardRow

CHOICE, URGE = "remind", "urge"  # purposes of the cards: which of several; press for it
SORTING = ("sort", "sort2")


def bring(item: Item, to: str, ctx: Context) -> list[Effect]:
    """The card with which this person can act on the item now; nothing when there is none to send again."""
    if comments.unsorted(item) and to in holders_now(item, ctx):
        return _sort(item, to, ctx)
    row = own_card(item, to, ctx)
    if row is not None:
        return renew(row, item, ctx)
    return urge_card(item, to, ctx) if may_direct(to, item, ctx.moves(item), ctx.desk_of(item)) else []


def _sort(item: Item, to: str, ctx: Context) -> list[Effect]:
    """A comment that nobody has been given: its card, also when it came with many on one card."""
    former = [row for row in ctx.store.live_cards(item.id, to=to) if row.purpose in SORTING]
    fresh = comment_cards.sort_card(item, to, ctx, item_url(item, ctx))
    return [*renewed(former), send_card(fresh, to, item, SORTING[0], ctx)]


def renewed(rows: Sequence[CardRow]) -> list[Effect]:
    """Cards in whose place another one is sent."""
    return [UpdateCard(r.task_id, cards.closed(r.card, cards.RENEWED), f"renew|{r.task_id}") for r in rows]


def own_card(item: Item, to: str, ctx: Context) -> CardRow | None:
    """His latest live card of the step that waits for him, or of the filing he has to confirm."""
    rows = ctx.store.live_cards(item.id, to=to)
    if item.state is State.RUNNING and to in asked_now(item, ctx.moves(item), ctx.desk):
        mine = [
            r for r in rows
            if r.purpose in STEP_PURPOSES and (r.position, r.round) == (item.position, item.round)
        ]  # fmt: skip
        return mine[-1] if mine else None
    if to in filed_with(item, waiting_roles(item, ctx), ctx.desk):
        mine = [r for r in rows if r.purpose == "filing"]
        return mine[-1] if mine else None
    return None


def renew(row: CardRow, item: Item, ctx: Context) -> list[Effect]:
    """The same card under a new number, with its date as it reads today; the old one is closed."""
    fresh = replace(
        row.card, task_id=cards.task_id(item, row.purpose, row.userid, ctx), rows=_dated(row.card, item, ctx)
    )
    if item.step is not None and item.awaiting(Do.REPLY) and row.purpose == "reply":  # its title says what is left
        due = ctx.store.open_deadline(deadline_key(item))
        title = reply_words.urgency(item, item.step, due.due_at if due else None, ctx)
        fresh = replace(fresh, title=cards.cut(title, 36))
    return [*renewed((row,)), send_card(fresh, row.userid, item, row.purpose, ctx)]


def _dated(card: Card, item: Item, ctx: Context) -> tuple[Row, ...]:
    due = ctx.store.open_deadline(filing_key(item) if item.state is State.DONE else deadline_key(item))
    if due is None or due.due_at is None:
        return card.rows
    text = w.until(due.due_at, ctx.now) + (f"，逾期 {w.span(due.due_at, ctx.now)}" if due.due_at < ctx.now else "")
    return tuple(replace(row, value=cards.cut(text, 30)) if row.name == "期限" else row for row in card.rows)


# ---- pressing for it ------------------------------------------------------------------------------------------------


def urge_card(item: Item, to: str, ctx: Context) -> list[Effect]:
    """For whoever stands above: 催办, and 改派 where there is somebody else. Of a private item nothing else is read."""
    buttons = urge_buttons(item, to, ctx)
    if not buttons:
        return []
    private, people = item.flow is not None and item.flow.private, holders_now(item, ctx)
    give = tuple(Option(p, cards.cut(ctx.name(p), 16)) for p in _others(item, to, ctx))
    card = Card(
        task_id=cards.task_id(item, URGE, to, ctx),
        title=f"{item.number}（内容保密）" if private else cards.cut(w.heading(item), 36),
        source="审发 · 请您督促",
        body=cards.cut(f"由{w.some_names(people, ctx)}办理。" if private else f"{w.place(item, ctx, people)}。", 160),
        rows=_urge_rows(item, ctx, private=private),
        selects=(Select("to", "改派给", (cards.UNSET, *give)[: cards.MAX_OPTIONS], cards.UNSET.id),) if give else (),
        buttons=buttons,
        url="" if private else item_url(item, ctx),
    )
    former = ctx.store.live_cards(item.id, to=to, purpose=URGE)
    return [
        *renewed(former),
        send_card(card, to, item, URGE, ctx),
    ]


def urge_buttons(item: Item, to: str, ctx: Context) -> tuple[Button, ...]:
    """What this person may do about an item that waits with others."""
    if item.held or not item.open:
        return ()
    chase = (Button("催办", key="chase", style=1),) if holders_now(item, ctx) else ()
    give = (Button("改派", key="reassign", style=2),) if _others(item, to, ctx) else ()
    row, moves = ctx.store.open_deadline(deadline_key(item)), ctx.moves(item)
    asker = next(iter(asked_now(item, moves, ctx.desk)), "")
    may = to in extension.granters(item, asker, ctx.desk_of(item))
    longer = may and not extension.why_not(item, row.due_at if row else None, ctx.now)
    put_off = (Button("延期", key="extend", style=2),) if longer else ()
    return (*chase, *give, *put_off)


def _others(item: Item, to: str, ctx: Context) -> tuple[str, ...]:
    """To whom he could give it who do not all hold it already."""
    moves = ctx.moves(item)
    now = asked_now(item, moves, ctx.desk)
    return tuple(p for p in may_be_given(to, item, moves, ctx.desk, ctx.desk_of(item)) if now != (p,))


def _urge_rows(item: Item, ctx: Context, *, private: bool) -> tuple[Row, ...]:
    row = ctx.store.open_deadline(deadline_key(item))
    rows = [Row("编号", item.number, "" if private else item_url(item, ctx))]
    if not private:
        rows.append(Row("依据", cards.cut(w.basis(item.flow), 30)))
    if row and row.due_at:
        late = f"，逾期 {w.span(row.due_at, ctx.now)}" if row.due_at < ctx.now else ""
        rows.append(Row("期限", cards.cut(f"{w.until(row.due_at, ctx.now)}{late}", 30)))
    elif item.since:
        rows.append(Row("已等", w.span(item.since, ctx.now)))
    return tuple(rows)


# ---- choosing among several -----------------------------------------------------------------------------------------


def choice(items: Sequence[Item], to: str, ctx: Context) -> Send:
    """Which of them to go to, the most urgent chosen; those beyond the card's options are typed."""
    options = tuple(Option(str(item.id), cards.cut(_named(item), 16)) for item in items[: cards.MAX_OPTIONS])
    more = f"另有 {len(items) - len(options)} 件，回复“去办 编号”。" if len(items) > len(options) else ""
    card = Card(
        task_id=cards.loose_task_id(CHOICE, to, ctx),
        title=f"{len(items)} 件等您处理",
        source="审发 · 催办",
        body=f"选好一件，点“去办”，就发来这件的卡片。{more}",
        selects=(Select("item", "事项", options, options[0].id),),
        buttons=(Button("去办", key="go", style=1),),
    )
    return Send(to=to, message=card, key=f"card|{card.task_id}", purpose=CHOICE)


def _named(item: Item) -> str:
    private = item.flow is not None and item.flow.private
    return f"{item.number} · 内容保密" if private else f"{item.number} · {w.heading(item)}"
