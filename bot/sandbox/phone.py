"""What one person sees on their phone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.clock import iso

JSON = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One line of the conversation. "in" came to the phone from the app, "out" was sent by its owner."""

    id: str
    direction: Literal["in", "out"]
    at: datetime
    type: str
    body: JSON
    msgid: str = ""
    recalled: bool = False

    def view(self) -> JSON:
        head: JSON = {"id": self.id, "direction": self.direction, "at": iso(self.at), "type": self.type}
        return head | self.body | {"msgid": self.msgid, "recalled": self.recalled}

    @property
    def card(self) -> JSON | None:
        card: JSON | None = self.body.get("card")
        return card


@dataclass(slots=True)
class Phone:
    """A conversation, oldest first, and a number that grows whenever something on it changes."""

    user: str
    messages: list[Message] = field(default_factory=list)
    version: int = 0

    def card_message(self, task_id: str) -> Message | None:
        for message in reversed(self.messages):
            if message.card is not None and message.card.get("task_id") == task_id:
                return message
        return None

    def by_msgid(self, msgid: str) -> Message | None:
        return next((m for m in self.messages if m.msgid == msgid), None)

    def view(self) -> JSON:
        return {"user": self.user, "version": self.version, "messages": [m.view() for m in self.messages]}
