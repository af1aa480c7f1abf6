"""心跳: an outside address is called while the bot is whole, so that somebody notices when it is not.

It stands here because it goes out over HTTP with `requests`, like the platform's calls; it is no call of the platform.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0

Sound = Callable[[datetime], str]  # what is wrong with a part at this moment; "": nothing


def call(url: str) -> None:
    """One GET; the answer's content is not looked at. Raises requests.RequestException, also when it is sent on."""
    with requests.get(url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
        if answer.status_code >= 300:
            raise requests.HTTPError(f"HTTP {answer.status_code}")


class Heartbeat:
    """Beats every so many minutes of real time. `parts`: each says what is wrong with it; one that is ill stops it."""

    def __init__(self, url: str, every: timedelta, parts: Sequence[Sound], clock: Clock) -> None:
        self._url, self._every, self._parts, self._clock = url, every, parts, clock
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """The first beat comes one interval after the start: what has just begun has not shown anything yet."""
        self._scheduler.add_job(
            self.beat, "interval", seconds=self._every.total_seconds(), max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def beat(self) -> bool:
        """Call, if all is well; whether the call arrived. What goes wrong is logged: the outside misses the beat.

        The address may be a secret: only its host is ever written down.
        """
        now = self._clock.now()
        if ill := [why for why in (part(now) for part in self._parts) if why]:
            log.error("no heartbeat: %s", "; ".join(ill))
            return False
        try:
            call(self._url)
        except requests.RequestException as problem:
            log.warning("the heartbeat did not reach %s: %s", urlsplit(self._url).hostname, type(problem).__name__)
            return False
        return True
