"""What happened. Frozen, named in the past tense.

Two layers: what the platform delivered (one class per documented message and event type), and what it meant
(`handlers/meaning.py` turns the one into the other, with the person's conversation at hand). The passing of time
is an event like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.rules.comments import Comment

# ---- delivered by the platform -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Anything delivered. `key` is the same for a repeat of one delivery; `userid` is lower-case ("sys": none)."""

    key: str
    userid: str
    sent_at: datetime
    agent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived(Received):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReceived(Received):
    media_id: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReceived(Received):
    media_id: str
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoReceived(Received):
    media_id: str
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReceived(Received):
    latitude: str
    longitude: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReceived(Received):
    title: str
    description: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTapped(Received):
    """A button or submit of a card (template_card_event). `chosen`: question key → option ids."""

    task_id: str
    button: str
    card_kind: str
    response_code: str
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMenuTapped(Received):
    task_id: str
    button: str
    card_kind: str
    response_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuClicked(Received):
    menu_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatEntered(Received):
    """enter_agent: the person opened the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeEntered(Received):
    """subscribe: the person came into the application's visible range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLeft(Received):
    """unsubscribe: the person left the range, the organisation, or was disabled. Stop sending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWarned(Received):
    """inactive_alert, low_active_alert, close_inactive_agent, low_active: an administrator must act."""

    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReceived(Received):
    """A documented event that the bot has no use for, or one that nobody documented: recorded, answered with success.

    `known` tells which; `fields` are its elements, flat, values cut at 200 characters.
    """

    msg_type: str
    event: str
    known: bool
    fields: dict[str, str] = field(default_factory=dict)


# ---- the passing of time, and the sender's news --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Internal:
    key: str


@dataclass(frozen=True, slots=True)
class Fallen:
    """A rung of a deadline's ladder that is due. `rung`: ahead:<n> | over:<n> | idle:<n>."""

    deadline: str
    item: int
    rung: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RungsFell(Internal):
    """All rungs that were due at one sweep, together, so that each person hears of his in one message.

    The handler looks at each deadline again: what has moved on since (another process was faster) is passed over.
    """

    rungs: tuple[Fallen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardExpiring(Internal):
    """A live card's code ends soon while its item still waits."""

    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChanged(Internal):
    """The roster, an authorisation or a delegation changed, or a delegation began or ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Internal):
    """The holidays of a year were published: a newer calendar, or another content of the organisation's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLookedOver(Internal):
    """A working day opens: seats that are wanted and empty are asked about. Once a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(Internal):
    """A working day opens: those who oversee see what is overdue. Once a day. `day`: 2025-03-17."""

    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCloses(Internal):
    """A working day ends soon: those who oversee see what has changed since it opened. Once a day."""

    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDue(Internal):
    """A working day opens: the administrators hear how the bot itself is. Once a day."""

    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnded(Internal):
    """A month is over and a working day has opened: its notice (通报). Once a month. `month`: 2025-02."""

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordAwaited(Internal):
    """The new keeper of an account has not said that he changed its password."""

    handover: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBegan(Internal):
    """The item of a flow's period (`every`) is to begin. `period`: its key, e.g. 2025-11."""

    flow: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsArrived(Internal):
    """A file or a connector brought comments. `key` is made of what they are: the same delivery is one event.

    `actor`: who brought them (文件导入, 接口 …). `by`: who is to sort them; "": whoever collects.
    `quiet`: there is more to come, and who sorts them is told at its end.
    """

    comments: tuple[Comment, ...]
    source: str  # file | interface
    actor: str
    by: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEnded(Internal):
    """All comments of a file have arrived: how many were new, known, refused."""

    actor: str
    new: int
    known: int
    refused: int
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFetched(Internal):
    """The content of a received picture or video has been stored."""

    media_id: str
    userid: str
    sha: str
    size: int
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLost(Internal):
    """A received picture or video could not be fetched, for good."""

    media_id: str
    userid: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(Internal):
    """A message was given up (`final`), or waits for an operator to mend a configuration fault.

    `fault`: an operator must act. `withheld`: a card that was kept back because a message before it was given up;
    that one has an event of its own.
    """

    outbox_id: int
    userids: tuple[str, ...]
    code: int
    why: str
    item: int | None = None
    fault: bool = False
    final: bool = True
    withheld: bool = False


PlatformEvent = (
    TextReceived | PictureReceived | VoiceReceived | VideoReceived | PlaceReceived | LinkReceived | CardTapped
    | CardMenuTapped | MenuClicked | ChatEntered | RangeEntered | RangeLeft | AgentWarned | OtherReceived
)
InternalEvent = (
    RungsFell | CardExpiring | PeopleChanged | CalendarChanged | PeriodBegan | MediaFetched | MediaLost | MessageFailed
    | RosterLookedOver | PasswordAwaited | CommentsArrived | ImportEnded
    | DayOpened | DayCloses | HealthDue | MonthEnded
)  # fmt: skip
Event = PlatformEvent | InternalEvent
