"""粘贴: a message that may be comments or a draft, until its sender has said which."""

from __future__ import annotations

import json

from bot.rules.effects import Effect, Record, Remember, Send
from bot.rules.intents import Intent
from bot.rules.messages import Button, Card
from bot.rules.personal import masked
from handlers import cards
from handlers.context import Context
from handlers.saying import say, settle_tap

MOST_SHOWN = 60  # characters, so that it is known which text is meant
PASTED = "pasted"  # what is remembered, and the purpose of the card


def ask_which(intent: Intent, text: str, count: int, ctx: Context) -> list[Effect]:
    """是评论还是稿件? Nothing is guessed: the text waits. Who drafts nothing need not answer if it was no comment."""
    drafts = bool(ctx.drafting_seats(intent.who))
    asked = "这段文字是评论还是稿件？" if drafts else "这段文字是网民的评论吗？"
    how = "请点卡片，或回复“是评论”“是稿件”。" if drafts else "是的话点卡片，或回复“是评论”；不是就不用管，没有登记。"
    buttons = [Button("是评论", key="comment", style=1)]
    buttons += [Button("是稿件", key="draft", style=1)] if drafts else []
    card = Card(
        task_id=cards.loose_task_id(PASTED, intent.who, ctx), title=asked, source="审发 · 来文",
        desc=f"看起来是 {count} 条网民评论。" if drafts else "没有写平台、网民、时间。",
        body=masked(text)[:MOST_SHOWN], buttons=tuple(buttons),
    )  # fmt: skip
    kept = json.dumps({"text": text, "at": ctx.now.timestamp()}, ensure_ascii=False)
    return [
        Remember(intent.who, PASTED, kept),
        Record(intent.who, "来文待定", None, f"评论 {count} 条{'或稿件' if drafts else '，待确认'}"),
        say(intent, asked + how, ctx),
        Send(to=intent.who, message=card, key=f"card|{card.task_id}", purpose=PASTED),
    ]


def no_more_asked(intent: Intent, done: str, ctx: Context) -> list[Effect]:
    """It has been said: the card by which it was said is over, and the text waits no more."""
    row = ctx.store.card(intent.task_id) if intent.task_id else None
    settled = settle_tap(intent, done, ctx) if row is not None and row.purpose == PASTED else []
    waits = ctx.store.memory(intent.who, PASTED)
    return [*settled, *([Remember(intent.who, PASTED, "")] if waits else [])]
