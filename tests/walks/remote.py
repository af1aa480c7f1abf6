"""The bot as a process of its own, for walks that end it with SIGKILL.

python -m tests.walks.remote <port> <folder> <platform> loads the program once; for each line with a moment that it
reads it forks a bot whose clock stands there, and says its process id. Over /demo/<KEY>/ that clock is moved, and what
is due is done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Self, cast

import httpx

from bot.app import Bot, build
from bot.clock import DemoClock
from bot.sandbox.testing import Sandbox, ServerThread
from tests.walks.desk import Desk

KEY = "remote"
ROOT = Path(__file__).parents[2]


@dataclass
class RemoteBot:
    """What a Desk needs of a bot, asked over HTTP."""

    url: str
    pid: int

    def settle(self) -> None:
        self._ask("settle", {})

    def clock(self, now: datetime) -> None:
        self._ask("clock", {"now": now.isoformat()})

    def _ask(self, what: str, body: dict[str, str]) -> None:
        answer = httpx.post(f"{self.url}/demo/{KEY}/{what}", json=body, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text


@dataclass
class RemoteDesk(Desk):
    """A Desk whose bot is another process, killed between all steps: nothing is finished, nothing is told."""

    restarts: bool = True
    kills: int = 0
    _forks: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        super().__enter__()  # puts the people in
        self.bot.stop()
        command = [sys.executable, "-m", "tests.walks.remote", str(self.port), str(self.folder), self.platform.url]
        pipe = subprocess.PIPE
        self._forks = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        self._launch()
        return self

    def _start(self) -> None:
        self.bot = build(self.config(), self.clock, words=self.words, threads=False)

    def _launch(self) -> None:
        self.bot = cast(Bot, RemoteBot(self.url, int(self._told(self.clock.now().isoformat()))))

    def _told(self, line: str) -> str:
        assert self._forks is not None and self._forks.stdin is not None and self._forks.stdout is not None
        self._forks.stdin.write(f"{line}\n")
        self._forks.stdin.flush()
        return self._forks.stdout.readline()

    def dies(self) -> None:
        os.kill(cast(RemoteBot, self.bot).pid, signal.SIGKILL)
        self.kills += 1
        self._launch()

    def now(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.platform.post("clock", set=moment.isoformat())
        cast(RemoteBot, self.bot).clock(moment)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self.bot, RemoteBot):
            os.kill(self.bot.pid, signal.SIGKILL)
        if self._forks is not None:
            self._forks.communicate()
        self._stack.close()


def serve(desk: Desk, moment: str) -> None:
    """A bot, until it is killed."""
    clock = DemoClock(datetime.fromisoformat(moment), running=False)
    bot = build(desk.config(), clock, words=desk.words, threads=False, demo_key=KEY)
    with ServerThread(bot.web, port=desk.port):
        print(os.getpid(), flush=True)
        threading.Event().wait()


def main(port: str, folder: str, platform: str) -> None:
    desk = Desk(Path(folder))
    desk.port, desk.url = int(port), f"http://127.0.0.1:{port}"
    desk.platform = cast(Sandbox, SimpleNamespace(url=platform))
    child = 0
    for line in sys.stdin:
        if child:
            os.waitpid(child, 0)  # it has been killed: its port is free
        child = os.fork()
        if child == 0:
            serve(desk, line.strip())


if __name__ == "__main__":
    main(*sys.argv[1:])
