"""查答复: questions and answers kept as pairs, never from private flows; a like one is offered as a draft."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import intents as i
from bot.rules import pairs
from bot.rules.effects import Effect, KeepPair, Record
from bot.rules.personal import masked
from handlers.context import Context
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()

SHOWN = 5


@router.on(i.PairsAsked)
def pairs_asked(intent: i.PairsAsked, ctx: Context) -> Sequence[Effect]:
    """查答复 住院: the newest first."""
    found = pairs.matching(intent.words.split(), ctx.store.pairs(pairs.MOST))
    looked = Record(intent.who, "查答复", None, intent.words)
    if not found:
        return [say(intent, f"没有查到“{intent.words}”的答复。", ctx), looked]
    lines = [f"查到 {len(found)} 条，最近的在前："]
    for pair in found[:SHOWN]:
        lines.append(f"问：{pair.question}\n答：{pair.answer}" + (f"（{pair.item:04d}）" if pair.item else ""))
    return [say(intent, "\n".join(lines), ctx), looked]


@router.on(i.PairNoted)
def pair_noted(intent: i.PairNoted, ctx: Context) -> Sequence[Effect]:
    """记问答: what a department knows how to answer, written down beforehand."""
    if not intent.question or not intent.answer:
        return refuse(intent, "请把问和答分两行写，例如：\n记问答 住院几天内申请？\n出院后三十天内申请。", ctx)
    return [
        KeepPair(masked(intent.question), masked(intent.answer)),
        Record(intent.who, "记问答", None, f"{intent.question}：{intent.answer}"),
        say(intent, "已记。以后有相似的问题，会把这条答复提供给承办人。", ctx),
    ]
