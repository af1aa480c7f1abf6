"""What the pages are handed by the composition root: how to read, who logs in, what time it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.rules.regulation import Regulation
from bot.rules.workdays import Calendar, ChineseCalendar
from storage.read import Reader


@dataclass(frozen=True, slots=True)
class Pages:
    """`user_of_code` blocks and raises when the platform refuses. `words_found`: the listed words in a text, to show.

    Each page opens one reader, in the thread that builds it.
    """

    open_reader: Callable[[], AbstractContextManager[Reader]]
    regulation_of: Callable[[Reader], Regulation]
    clock: Clock
    user_of_code: Callable[[str], str]
    login_url: Callable[[str, str], str]  # redirect_uri, state
    public_url: str
    words_found: Callable[[str], tuple[str, ...]]
    calendar: Callable[[], Calendar] = ChineseCalendar

    @property
    def base(self) -> str:
        """The path before all of ours, when the public address has one."""
        return urlsplit(self.public_url).path.rstrip("/")

    def address(self, place: str) -> str:
        return self.public_url.rstrip("/") + place
