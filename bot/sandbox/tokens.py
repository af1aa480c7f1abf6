"""Access tokens (path/91039)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError

LIFETIME = timedelta(seconds=7200)


@dataclass(slots=True)
class Tokens:
    """The token of the one app. A call within its life returns it again; a revoked one is unknown (40014)."""

    current: str = ""
    expires_at: dict[str, datetime] = field(default_factory=dict)
    wrong_secrets: int = 0

    def issue(self, now: datetime) -> tuple[str, int]:
        if self.current not in self.expires_at or self.expires_at[self.current] <= now:
            self.current = secrets.token_urlsafe(48)
            self.expires_at[self.current] = now + LIFETIME
        return self.current, int((self.expires_at[self.current] - now).total_seconds())

    def check(self, token: str, now: datetime) -> None:
        if not token:
            raise ApiError(41001, "access_token missing")
        if token not in self.expires_at:
            raise ApiError(40014, "invalid access_token")
        if self.expires_at[token] <= now:
            raise ApiError(42001, "access_token expired")

    def revoke(self) -> None:
        self.expires_at.clear()
        self.current = ""
