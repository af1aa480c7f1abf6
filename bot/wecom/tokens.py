"""The access token: fetched by one caller at a time, kept, renewed before it ends, never logged (path/91039)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from bot.clock import Clock
from bot.rules.delivery import ApiError

MARGIN = timedelta(minutes=5)
# A wrong secret or corporation: calling again would get our address banned for an hour (help of 45009, path/90313).
STOP = frozenset({40001, 40013})


@dataclass(frozen=True, slots=True)
class Token:
    """`value`: up to 512 bytes."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where the token outlives us; one store per application: a token is never another application's (301002)."""

    def load(self) -> Token | None: ...

    def save(self, token: Token) -> None: ...


class MemoryTokenStore:
    """A store that forgets with the process."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        self._token = token


class Tokens:
    """Hands out the token. `fetch` returns a new value and its lifetime in seconds, or raises ApiError."""

    def __init__(self, store: TokenStore, fetch: Callable[[], tuple[str, int]], clock: Clock) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._known: Token | None = None  # as last seen in the store; one that another process replaced is refused
        self._margin = MARGIN
        self._fault: ApiError | None = None

    def current(self) -> str:
        """A token that is good for a while. Raises ApiError; after a wrong secret without asking again."""
        with self._lock:
            if not self._is_good(self._known):
                self._known = self._store.load()
            if self._known and self._is_good(self._known):
                return self._known.value
            return self._fetched()

    def renewed(self, refused: str) -> str:
        """After 40014 or 42001: a token other than `refused`; if someone was faster, theirs."""
        with self._lock:
            token = self._known = self._store.load()
            if token and token.value != refused and token.expires_at > self._clock.now():
                return token.value
            return self._fetched()

    def _fetched(self) -> str:
        if self._fault:
            raise ApiError(self._fault.code, "not asked again until a restart", self._fault.verdict)
        try:
            value, seconds = self._fetch()
        except ApiError as error:
            self._fault = error if error.code in STOP else None
            raise
        # A lifetime shorter than the margin would have us fetch before every call.
        self._margin = min(MARGIN, timedelta(seconds=seconds) / 2)
        self._known = Token(value, self._clock.now() + timedelta(seconds=seconds))
        self._store.save(self._known)
        return value

    def _is_good(self, token: Token | None) -> bool:
        return token is not None and token.expires_at - self._clock.now() > self._margin
