"""One-use codes with a life: response_code (72 h, path/94888) and the OAuth code (5 minutes, path/91335)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RESPONSE_CODE_LIFE = timedelta(hours=72)
OAUTH_CODE_LIFE = timedelta(minutes=5)


@dataclass(slots=True)
class Code:
    """`subject` is a msgid for a response_code and a userid for an OAuth code."""

    subject: str
    expires_at: datetime
    used: bool = False


@dataclass(slots=True)
class Codes:
    life: timedelta
    known: dict[str, Code] = field(default_factory=dict)

    def mint(self, subject: str, now: datetime) -> str:
        value = secrets.token_urlsafe(32)
        self.known[value] = Code(subject, now + self.life)
        return value

    def find(self, value: str) -> Code | None:
        return self.known.get(value)
