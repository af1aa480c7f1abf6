"""没收到: what can be said about whom a reminder reached. One sentence each, for lists, 期限 and 进度."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.rules.arrival import arrived
from handlers import wording as w
from handlers.context import Context
from handlers.reminding import MISSED
from storage.read import NagReceipt

MOST = 6  # rungs shown, the latest


def outcome(receipt: NagReceipt) -> str:
    """已送达 / 未送达（不在应用可见范围） / 待发出."""
    return arrived(receipt.outcome, receipt.code, receipt.why)


def last_words(item: int, ctx: Context, userid: str | None = None) -> str:
    """催办 15:30 已送达; empty when nobody was reminded. Of the latest rung, whoever was not reached comes first."""
    last = ctx.store.last_receipt(item, userid)
    if last is None:
        return ""
    shown = min(ctx.store.last_reminder(item), key=lambda r: r.outcome in ("", "sent")) if userid is None else last
    who = f"{ctx.name(shown.userid)} " if shown.outcome not in ("", "sent") else ""
    word = "催办" if "催办" in kind(shown.rung) else "提醒"
    return f"{word} {w.when(shown.at, ctx.now)} {who}{outcome(shown)}"


def kind(rung: str) -> str:
    """提醒 / 逾期催办第2次 / 催办第1次."""
    name, _, nth = rung.partition(":")
    match name:
        case "over":
            return f"逾期催办第{nth}次"
        case "idle":
            return f"催办第{nth}次"
        case "timed":
            return "定时发布提醒"
        case "hold":
            return "询问是否仍要发布"
        case _:
            return "提醒"


def history(item: int, ctx: Context) -> list[str]:
    """Who was told when and whether it reached him, the latest rungs last; and what nobody could send."""
    lines = [_told(tuple(told), ctx) for told in _by_rung(ctx.store.receipts(item))][-MOST:]
    missed = [nag for nag in ctx.store.nags(item) if nag.missed and nag.rung != MISSED]
    found = ["已经提醒："] if lines else []
    found += lines
    if missed:
        found.append(f"停机未发出 {len(missed)} 次：{'、'.join(kind(nag.rung) for nag in missed[-MOST:])}。")
    return found


def _by_rung(receipts: Sequence[NagReceipt]) -> list[list[NagReceipt]]:
    return [list(told) for _, told in groupby(receipts, key=lambda r: (r.deadline, r.rung, r.at))]


def _told(receipts: Sequence[NagReceipt], ctx: Context) -> str:
    first = receipts[0]
    people = "、".join(f"{ctx.name(r.userid)}{outcome(r)}" for r in receipts)
    return f"{w.when(first.at, ctx.now)} {kind(first.rung)}：{people}"
