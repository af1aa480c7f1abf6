"""导入评论: the rows of a file through the same road as everything else, beside a bot that may be running.

Both processes write one database: each event takes the lock for itself, and a comment that both bring is one item.
Interrupted and run again, it finds what is there already and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.delivery import BATCH, Delivery, Outcome
from bot.rules.comments import Comment
from bot.rules.events import ImportEnded
from bot.writer import NotCommitted

ACTOR = "文件导入"
TRIES = 5  # of a batch, while another process holds the lock

Row = tuple[int, Comment]


@dataclass(frozen=True, slots=True)
class Brought:
    """`failed`: lines that could not be kept, and why."""

    new: int
    known: int
    failed: tuple[tuple[int, str], ...]


def bring(delivery: Delivery, rows: Sequence[Row], refused: int, advance: Callable[[int], None]) -> Brought:
    """All of them, a batch at a time; then whoever sorts them is told once. Raises NotCommitted."""
    outcomes: list[tuple[int, Outcome]] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        done = _patiently(delivery, [comment for _, comment in batch])
        outcomes += [(line, outcome) for (line, _), outcome in zip(batch, done, strict=True)]
        advance(len(outcomes))
    failed = tuple((line, outcome.why) for line, outcome in outcomes if outcome.status == "refused")
    new = sum(outcome.status == "new" for _, outcome in outcomes)
    known = len(outcomes) - new - len(failed)
    digest = sha256("\n".join(f"{line}{o.status}{o.number}" for line, o in outcomes).encode()).hexdigest()
    ended = ImportEnded(
        key=f"imported:{digest}", actor=delivery.actor, new=new, known=known, refused=refused + len(failed),
        by=delivery.by,
    )  # fmt: skip
    delivery.dispatch(ended).result()
    return Brought(new, known, failed)


def _patiently(delivery: Delivery, comments: Sequence[Comment]) -> list[Outcome]:
    """A lock that is held for long makes us wait, not give up: what was committed is found again."""
    for _ in range(TRIES - 1):
        try:
            return delivery.deliver(comments)
        except NotCommitted:
            continue
    return delivery.deliver(comments)
