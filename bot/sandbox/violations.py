"""What the platform would have let pass in silence, kept so that a test can insist on there being none."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.clock import iso


@dataclass(frozen=True, slots=True)
class Note:
    """One silent cut, drop or exceeded advice, before it is known when it happened."""

    kind: str
    detail: str


@dataclass(slots=True)
class Violations:
    entries: list[dict[str, Any]] = field(default_factory=list)

    def record(self, note: Note, now: datetime) -> None:
        self.entries.append({"at": iso(now), "kind": note.kind, "detail": note.detail})
