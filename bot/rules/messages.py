"""What the bot says, before any platform's format: values that an outbox can keep and a client can render."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text. Longer than one message allows: the client splits it at line ends, never inside a character."""

    content: str
    notice: bool = False  # a notice may be merged with other waiting notices to the same person
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored picture, video or file, by the SHA-256 of its content."""

    sha: str
    name: str
    media: Literal["image", "video", "file"] = "image"
    type: Literal["attachment"] = "attachment"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a Select: `text` at most 16 characters on the platform."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Select:
    """A drop-down list: 1 to 10 options, the first one shown unless `selected` names another."""

    key: str
    title: str
    options: tuple[Option, ...]
    selected: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that calls back with `key` (style 1 blue, 2 red text … as the platform numbers them), or opens `url`."""

    text: str
    key: str = ""
    style: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One key–value line of a card: name ≤5 characters, value ≤30."""

    name: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A template card, independent of the platform's five formats.

    buttons → button_interaction (with at most one select) · submit → multiple_interaction (1–3 selects) ·
    otherwise text_notice, which must have `url`.
    `done` is the grey text that replaces the buttons when nothing can be tapped any more.
    `menu`: one to three further actions behind the card's upper right corner (not with `submit`).
    """

    task_id: str
    title: str
    source: str = ""
    source_color: int = 0  # 0 grey, 1 black, 2 red, 3 green
    desc: str = ""
    body: str = ""
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    submit: Button | None = None
    url: str = ""
    done: str = ""
    menu: tuple[Button, ...] = ()
    type: Literal["card"] = "card"


Message = Annotated[Text | Attachment | Card, Field(discriminator="type")]
MESSAGE: TypeAdapter[Text | Attachment | Card] = TypeAdapter(Message)
