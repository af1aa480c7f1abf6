"""The bot as a process of its own, for walks that end it with SIGKILL.

python -m tests.walks.remote <port> <folder> <platform> <now>: until its standard input is closed. Its clock stands still;
it is moved, and what is due is done, over /demo/<KEY>/.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

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
    process: subprocess.Popen[bytes]

    def settle(self) -> None:
        self._ask("settle", {})

    def clock(self, now: datetime) -> None:
        self._ask("clock", {"now": now.isoformat()})

    def _ask(self, what: str, body: dict[str, str]) -> None:
        answer = httpx.post(f"{self.url}/demo/{KEY}/{what}", json=body, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text

    def killed(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@dataclass
class RemoteDesk(Desk):
    """A Desk whose bot is another process. It is killed between all steps."""

    kills: int = 0

    def __enter__(self) -> RemoteDesk:
        super().__enter__()
        self._launch()
        return self

    def _start(self) -> None:
        """Only to put the people in; `__enter__` then hands the database to the process."""
        self.bot = build(self.config(), self.clock, words=self.words, threads=False)

    def _launch(self) -> None:
        if isinstance(self.bot, Bot):
            self.bot.stop()
        command = [sys.executable, "-m", "tests.walks.remote", str(self.port), str(self.folder)]
        command += [self.platform.url, self.clock.now().isoformat()]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        self.bot = cast(Bot, RemoteBot(self.url, process))

    def _stop(self, *, now: bool = False) -> None:
        cast(RemoteBot, self.bot).killed()

    def dies(self) -> None:
        self._stop(now=True)
        self.kills += 1
        self._launch()

    def now(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.platform.post("clock", set=moment.isoformat())
        cast(RemoteBot, self.bot).clock(moment)
        self.bot.settle()


def main(port: str, folder: str, platform: str, now: str) -> None:
    desk = Desk(Path(folder))
    desk.port, desk.url = int(port), f"http://127.0.0.1:{port}"
    desk.platform = cast(Sandbox, SimpleNamespace(url=platform))
    clock = DemoClock(datetime.fromisoformat(now), running=False)
    bot = build(desk.config(), clock, words=desk.words, threads=False, demo_key=KEY)
    with ServerThread(bot.web, port=desk.port):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
