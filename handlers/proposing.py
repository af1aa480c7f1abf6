"""What is proposed for a comment: read from the roster's words, the word list, and what was done with one like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.rules import comments
from bot.rules.item import Decision, Item, State, replace
from bot.rules.messages import Option
from bot.rules.regulation import Flow, Kind
from bot.rules.sorting import Proposal, alike, closes, pairs, propose
from bot.rules.textcheck import MALICIOUS
from handlers import cards
from handlers.context import Context

RECENT = 7  # days in which a comment that says the same is taken for the same matter
MOST_LIKE = 60  # so many with a heading like its own are read


def collectable(who: str, ctx: Context) -> tuple[Flow, ...]:
    """The comment flows this person may begin."""
    roles = ctx.roster.roles_of(who)
    return tuple(f for f in ctx.regulation.flows(Kind.COMMENT) if roles & set(f.steps[0].by))


def may_sort(who: str, item: Item, ctx: Context) -> bool:
    """Its collector, and everybody else who collects for the same unit: what came by interface is nobody's own."""
    if who == item.author:
        return True
    roles = {role for flow in collectable(who, ctx) for role in flow.steps[0].by}
    homes = {item.unit, *(seat.unit for seat in ctx.roster.seats_of(item.author) if seat.role in roles)}
    return any(seat.role in roles and seat.unit in homes for seat in ctx.roster.seats_of(who))


def units_for(item: Item, ctx: Context) -> tuple[Option, ...]:
    """The units it may be given to when it is handed on; empty where the flow has it assigned later, or by nobody.

    Of a private flow never the one it is about (saws-R30).
    """
    options = cards.unit_options(item, ctx) if cards.needs_unit(item, ctx) else ()
    return tuple(o for o in options if o.id not in comments.accused(item, (o.id,)))


def all_units(item: Item, flows: Sequence[Flow], ctx: Context) -> dict[str, Option]:
    """Every unit that one of these flows would be given to."""
    offered: dict[str, Option] = {}
    for flow in flows:
        offered |= {o.id: o for o in units_for(replace(item, flow=flow), ctx)}
    return offered


def proposal(item: Item, who: str, ctx: Context) -> Proposal:
    """For whoever sorts it; he may begin at least one comment flow."""
    text, hits = comments.said(item), ctx.words.find(comments.said(item))
    malicious = [hit.word for hit in hits if hit.category == MALICIOUS]

    back = {m.unit for m in ctx.moves(item) if m.decision is Decision.HANDED_BACK}

    def units(flow: Flow) -> tuple[str, ...]:
        return tuple(o.id for o in units_for(replace(item, flow=flow), ctx) if o.id not in back)

    flows, known = collectable(who, ctx), ctx.store.sorting_words()
    found = propose(text, flows, known, units, malicious=malicious)
    if found.unit or not units(found.flow):
        return found
    like = next((x.unit for x in like_it(item, ctx) if x.registered_at), "")  # asked last: it reads others
    return propose(text, flows, known, units, malicious=malicious, like=like)


def like_it(item: Item, ctx: Context) -> Iterator[Item]:
    """Earlier comments of the last days that say much the same, the newest first; read one by one, as far as wanted."""
    mine, whole = pairs(item.title), pairs(comments.said(item))
    near = [n for n, title in ctx.store.headings_of_comments(item.id) if alike(mine, pairs(title))]
    for number in near[:MOST_LIKE]:
        other = ctx.store.item(number)
        if other is None or (ctx.now - other.created_at).days >= RECENT:
            continue
        if other.state is not State.WITHDRAWN and alike(whole, pairs(comments.said(other))):
            yield other


def alike_among(items: Sequence[Item]) -> list[list[Item]]:
    """Those of these that say much the same, two and more together, the largest group first."""
    groups: list[list[Item]] = []
    for item in items:
        mine = next((group for group in groups if alike_whole(group[0], item)), None)
        if mine is None:
            groups.append([item])
        else:
            mine.append(item)
    return sorted((group for group in groups if len(group) > 1), key=len, reverse=True)


def alike_whole(one: Item, other: Item) -> bool:
    return alike(pairs(comments.said(one)), pairs(comments.said(other)))


def words(proposed: Proposal, *, unit: bool = True) -> str:
    """政策咨询（建议）· 建议交 政策法规司（词：许可证）."""
    to = f" · 建议交 {proposed.unit}" if proposed.unit and unit else ""
    why = f"（{proposed.why}）" if proposed.why else ""
    return f"{proposed.flow.option}（建议）{to}{why}"


def complete(item: Item, proposed: Proposal, ctx: Context) -> bool:
    """Whether it can be handed on as proposed, without asking anything."""
    return not closes(proposed.flow) and bool(
        proposed.unit or not units_for(replace(item, flow=proposed.flow), ctx)
    )


def queue(said: str | None) -> Sequence[int]:
    return [int(n) for n in (said or "").split()]
