"""What a reader returns besides items, moves and the roster: one frozen value per kind of row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from bot.rules.messages import Card

CardState = Literal["queued", "sent", "closed", "failed"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a person's next free message means."""

    what: str
    item: int | None
    data: dict[str, str]
    since: datetime


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as it stands: queued (not sent yet), sent, closed (nothing to tap), failed (never reached the person).

    `code_expires_at`: until when it can be updated without a tap (None: no code). `msgid` recalls it for 24 hours.
    """

    task_id: str
    item: int | None
    userid: str
    purpose: str
    position: int
    round: int
    version: int
    state: CardState
    code_expires_at: datetime | None
    sent_at: datetime | None
    msgid: str
    card: Card

    @property
    def live(self) -> bool:
        """Whether a tap on it may still mean something."""
        return self.state in ("queued", "sent")


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """期限 as it stands. `rung`/`alert_after`: the next rung of its ladder (None: no further one).

    `planned`: when that rung was to fall; `alert_after` is later when it was held until opening time, or failed.
    """

    key: str
    item: int
    due_at: datetime | None
    rung: str
    alert_after: datetime | None
    ladder: tuple[tuple[str, datetime], ...]
    explanation: str
    provisional: bool
    opened_at: datetime
    closed_at: datetime | None
    planned: datetime | None = None

    @property
    def closed(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True, slots=True)
class NagRow:
    """催办: once sent, or `missed` while nobody could send it."""

    deadline: str
    item: int
    rung: str
    at: datetime
    missed: bool = False


@dataclass(frozen=True, slots=True)
class NagReceipt:
    """One person's reminder of one rung, and what the platform said of it in the end.

    `outcome`: "" while it waits, sent, failed (`why`), dropped.
    """

    deadline: str
    item: int
    rung: str
    userid: str
    at: datetime
    outcome: str
    code: int
    why: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """确认收到 of one of the roles that something was filed with."""

    role: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FilingRow:
    """备案 and its 当日答复: `acknowledged_by` is empty until every role has given its receipt."""

    no: str
    item: int
    at: datetime
    roles: tuple[str, ...]
    acknowledged_by: str
    acknowledged_at: datetime | None
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """留痕: one line of who did what."""

    id: int
    at: datetime
    actor: str
    role: str
    action: str
    item: int | None
    version: int
    detail: str
    cause: str


@dataclass(frozen=True, slots=True)
class PolicyChangeRow:
    """One change of a setting. `before` and `after` are JSON texts; `version` is the policy version it made.

    `cause` is the same for what was changed together.
    """

    version: int
    path: str
    before: str
    after: str
    by: str
    at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """没收到: one message that will never reach this person."""

    outbox_id: int
    userid: str
    item: int | None
    code: int
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A stored picture, video or file. `format` by content: jpeg, png, mp4 … ("" when unknown)."""

    sha: str
    content: bytes
    size: int
    format: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """交接 from `leaver` to `heir`, confirmed by `giver` and `heir`; `what` is a channel; "": all."""

    id: int
    what: str
    leaver: str
    heir: str
    giver: str
    by: str
    at: datetime
    given_at: datetime | None = None
    taken_at: datetime | None = None
    dropped_at: datetime | None = None
    done_at: datetime | None = None
    password_at: datetime | None = None
    remind_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.done_at is None and self.dropped_at is None


class WordRow(NamedTuple):
    word: str
    category: str
    note: str
