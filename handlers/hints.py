"""What a drafter is told with the first answer: advice on the wording, and the kind of post a word proposes."""

from __future__ import annotations

from bot.rules.advice import advise
from bot.rules.item import Item, State
from handlers import cards
from handlers.context import Context


def hints(item: Item, ctx: Context) -> tuple[str, ...]:
    """Sentences without their full stop; none of them keeps the draft from going out."""
    text, content = item.current.text, ctx.regulation.content
    advice = advise(
        text,
        has_media=bool(item.current.media),
        illustrate=content.illustrate,
        tone=content.tone,
        hits=ctx.words.find(text),
    )
    return (*_proposal(item, ctx), *(_picture(item, ctx) if a == "建议配图" else a for a in advice))


def _proposal(item: Item, ctx: Context) -> tuple[str, ...]:
    found = cards.proposed(item, ctx) if item.state is State.PREPARING else None
    if not found or (item.flow and item.flow.id == found[1].id):
        return ()
    return (f"含“{found[0]}”，建议选“{found[1].option}”",)


def _picture(item: Item, ctx: Context) -> str:
    """建议配图; where somebody makes pictures (a step for 须配图), how to ask for one."""
    flows = (item.flow,) if item.flow else cards.startable(item.author, ctx)
    ticks = (tick for flow in flows for tick in cards.ticks(flow) if "配图" in tick)
    tick = next(ticks, "")
    return f"建议配图，也可以在送审卡片上把“{tick}”选为“是”" if tick else "建议配图"
