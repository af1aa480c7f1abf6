"""What shall be done. Imperatives, frozen; written in one transaction by `storage/apply.py` and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.item import Item, Move, Version
from bot.rules.messages import Attachment, Card, Text
from bot.rules.roster import Seat, UnitEntry


@dataclass(frozen=True, slots=True)
class SaveItem:
    item: Item


@dataclass(frozen=True, slots=True)
class KeepVersion:
    item: int
    version: Version


@dataclass(frozen=True, slots=True)
class KeepMove:
    """Fails the transaction if the same person already made this decision in this round and step."""

    item: int
    move: Move


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer in the callback's own response (text, ≤2048 bytes; longer goes out as messages as well)."""

    text: str


@dataclass(frozen=True, slots=True)
class Send:
    """Queue one message. `key` makes it idempotent: a second Send of the same key is nothing.

    `item` keeps the order per item and receiver. `urgent` goes out in quiet hours' stead at once (informational).
    `step`/`round` bind a card to what it asks, so that a late tap is recognised.
    """

    to: str
    message: Text | Attachment | Card
    key: str
    item: int | None = None
    purpose: str = ""  # for cards: choose, choose2, check, publish, record, filing, append, notice …
    position: int = -1
    round: int = -1
    version: int = 0


@dataclass(frozen=True, slots=True)
class UpdateCard:
    """Show `card` in place of the one with its task_id. `code`: a tap's own ResponseCode; else the code from sending.

    `close`: nothing can be tapped afterwards, the card row is closed and its unsent message is dropped.
    """

    task_id: str
    card: Card
    key: str
    code: str = ""
    close: bool = True


@dataclass(frozen=True, slots=True)
class FetchMedia:
    """Download a received picture or video; ends in MediaFetched or MediaLost."""

    media_id: str
    userid: str
    key: str


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """One open deadline per key. `ladder`: (rung, when) pairs, computed once, kept with the item."""

    key: str
    item: int
    due_at: datetime | None
    ladder: tuple[tuple[str, datetime], ...]
    explanation: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class CloseDeadlines:
    """Close the item's deadlines whose key starts with `prefix`."""

    item: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class MarkNagged:
    """This rung was sent; `next_rung`/`next_at` follow it while the deadline stays open.

    `missed`: rungs before it whose time passed while nobody could send them: in the record, never sent.
    """

    deadline: str
    rung: str
    next_rung: str = ""
    next_at: datetime | None = None
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldRung:
    """The deadline's present rung is looked at again at `until`; its planned time stays."""

    deadline: str
    rung: str
    until: datetime


@dataclass(frozen=True, slots=True)
class KeepReceipt:
    """Who was told of a rung, in the message with this key (queued before this effect); once for each of them."""

    deadline: str
    rung: str
    userid: str
    message: str


@dataclass(frozen=True, slots=True)
class Expect:
    """What the person's next free message means: `what` "" clears it."""

    userid: str
    what: str = ""
    item: int | None = None
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remember:
    """The person's last choice of something (flow, channels, column, scope:<flow>)."""

    userid: str
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class FileItem:
    """备案: number `no` for this item, addressed to the roles of the flow's `file`."""

    item: int
    no: str
    at: datetime
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcknowledgeFiling:
    """确认收到 as these roles of the filing; `complete`: nobody is waited for any more."""

    item: int
    by: str
    roles: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class GrantPublishing:
    userid: str
    role: str
    unit: str
    by: str


@dataclass(frozen=True, slots=True)
class RevokePublishing:
    userid: str
    by: str


@dataclass(frozen=True, slots=True)
class Delegate:
    absent: str
    deputy: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class EndDelegation:
    absent: str


@dataclass(frozen=True, slots=True)
class Appoint:
    """任命: this person sits in this seat from now on. Without an authorisation: that is another act."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class Dismiss:
    """免去: the seat and its authorisation end; the person stays a member of the unit."""

    seat: Seat
    by: str


@dataclass(frozen=True, slots=True)
class SetUnit:
    """What the roster knows of a unit."""

    entry: UnitEntry


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """交接: `heir` takes over from `leaver` once `giver` and `heir` have confirmed; `what`: a channel; "": all."""

    id: int
    what: str
    leaver: str
    heir: str
    giver: str
    by: str


@dataclass(frozen=True, slots=True)
class MarkHandover:
    """given | taken | dropped | done | password | reminded. `remind_at`: when to ask for the new password next."""

    id: int
    mark: str
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NameKeeper:
    """The account register names who keeps the access to a channel; an account it does not know yet is entered."""

    channel: str
    name: str
    unit: str
    keeper: str
    by: str


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """A setting of the policy changed by those who oversee: path → new JSON value; makes a new policy version."""

    path: str
    before: str
    after: str
    by: str


@dataclass(frozen=True, slots=True)
class RenameUnit:
    """A unit goes by another name from now on: in the roster, in grants, and in what is known of units."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetPlatform:
    """A platform's state in the account register: 未开通 | 在用 | 停用."""

    channel: str
    platform: str
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class SetAccount:
    """An entry of the account register as it is from now on; the change is kept beside it. `id` of a new one is next.

    `what`: the flow or the act that changed it; `item`: its item.
    """

    id: int
    channel: str
    name: str
    unit: str
    state: str  # 未开通 | 在用 | 停用 | 注销
    keeper: str
    facts: dict[str, str]
    by: str
    what: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class MarkBegun:
    """The scheduler began this flow for this period and subject (an account, a unit, or ""), once."""

    flow: str
    period: str
    subject: str
    item: int


@dataclass(frozen=True, slots=True)
class KeepComment:
    """This comment is that item: when it arrives again it is known by its fingerprint. Fails when it is known."""

    fingerprint: str
    item: int
    source: str  # chat | file | interface


@dataclass(frozen=True, slots=True)
class SetSortingWord:
    """分办词: comments with this word probably go there. Without unit, flow and subject it is taken out of the list."""

    word: str
    unit: str = ""
    flow: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class KeepPair:
    """What was asked and what was answered (mutual-aid-society-R7); the same question keeps its newest answer."""

    question: str
    answer: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class SetReachable:
    """Whether the person is in the application's visible range."""

    userid: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Record:
    """留痕: who did what to which item, in one line. Every change travels with at least one."""

    actor: str
    action: str
    item: int | None = None
    detail: str = ""
    role: str = ""
    version: int = 0


Effect = (
    SaveItem | KeepVersion | KeepMove | Reply | Send | UpdateCard | FetchMedia | OpenDeadline | CloseDeadlines
    | MarkNagged | Expect | Remember | FileItem | AcknowledgeFiling | GrantPublishing | RevokePublishing | Delegate
    | EndDelegation | ChangePolicy | RenameUnit | SetPlatform | SetAccount | MarkBegun | KeepComment | SetReachable
    | SetSortingWord | KeepPair
    | Record | Appoint | Dismiss | SetUnit | OpenHandover | MarkHandover | NameKeeper | HoldRung | KeepReceipt
)
