"""How long a callback takes, next to a bare wechatpy + Flask echo in the same run; and the bot's memory.

Read benchmarks/README.md first. Nothing is asserted about times: only that what was timed was real work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks._load import Answer, Sealer, send
from benchmarks._processes import ROOT, flush_ms, process, resident_mib
from bot.clock import Clock
from bot.config import load, new_aes_key
from bot.demo import free_port
from bot.regulation import load as load_regulation
from bot.roster_file import export_csv
from bot.rules.roster import Seat
from storage.db import first, open_reading
from storage.when import to_text

CORP, AGENT, TOKEN = "wwbenchmark0000001", 1000002, "benchtoken"
WORK = {"draft": "发来稿件", "tap": "点了同意"}
CLIENTS = (1, 16)
QUIET_SECONDS = 120.0
DRAFT = (
    "国务院安委会办公室近日部署冬季安全生产检查，要求各地突出矿山、危险化学品、道路交通、消防等重点行业领域，"
    "深入排查整治隐患，严防冬季事故。{0}号检查组已赴现场。"
)


class Wrong(Exception):
    """Something answered otherwise than the benchmark expects: its figures would mean nothing."""


@dataclass
class Cell:
    """One kind of work by so many clients: seconds of each request, round by round."""

    work: str
    clients: int
    bot: list[list[float]] = field(default_factory=list)
    echo: list[list[float]] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        bot, echo = _figures(self.bot), _figures(self.echo)
        by_round = [median(b) / median(e) for b, e in zip(self.bot, self.echo, strict=True)]
        middle = quantiles(by_round, n=4) if len(by_round) > 1 else by_round * 3
        return {
            "work": self.work, "clients": self.clients, "requests": sum(map(len, self.bot)), "rounds": len(self.bot),
            "bot": bot, "echo": echo,
            "ratio": {name: round(bot[name] / echo[name], 2) for name in bot},
            "median_ratio_by_round": {"q1": round(middle[0], 2), "q3": round(middle[2], 2)},
        }  # fmt: skip


def _figures(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    all_of_them = [seconds for one in rounds for seconds in one]
    return {
        "median_ms": round(median(all_of_them) * 1000, 3),
        "p99_ms": round(quantiles(all_of_them, n=100, method="inclusive")[98] * 1000, 3),
    }


class Bench:
    """The three servers as the load generator sees them, and the road of an item."""

    def __init__(self, bot: int, echo: int, platform_port: int, database: Path, sealer: Sealer) -> None:
        self._ports = {"bot": bot, "echo": echo}
        self._platform = f"http://127.0.0.1:{platform_port}/cards"
        self._db = open_reading(database)
        self._sealer = sealer
        self._seen = 0
        self._drafts = 0

    def close(self) -> None:
        self._db.close()

    def quiet(self) -> None:
        """Until everything that is due has been sent: no cell works off what another one left."""
        end = time.monotonic() + QUIET_SECONDS
        due = "SELECT 1 FROM outbox WHERE state = 'waiting' AND next_at <= ? LIMIT 1"
        while first(self._db, due, to_text(Clock().now())):
            if time.monotonic() > end:
                raise Wrong("机器人的消息一直没有发完")
            time.sleep(0.01)

    def cards(self, wanted: int) -> list[tuple[str, str, str]]:
        """(receiver, task_id, button) of the cards that came since the last look."""
        with urllib.request.urlopen(f"{self._platform}?since={self._seen}", timeout=10) as answer:
            new = [(str(to), str(task), str(key)) for to, task, key in json.load(answer)]
        self._seen += len(new)
        if len(new) != wanted:
            raise Wrong(f"应当收到 {wanted} 张卡片，收到 {len(new)} 张")
        return new

    def round(self, units: Sequence[int], clients: int, cells: dict[str, Cell], bot_first: bool) -> None:
        """So many drafts, timed; on to the check, not timed; so many approving taps, timed."""
        texts = []
        for unit in units:
            self._drafts += 1
            texts.append(self._sealer.text(f"informant{unit}", DRAFT.format(self._drafts)))
        answers = self._timed(texts, clients, cells["draft"], bot_first)
        if not all(re.search(r"编号 \d+", self._sealer.answered(answer)) for answer in answers):
            raise Wrong(f"稿件没有被收下: {self._sealer.answered(answers[0])}")
        self.quiet()
        self._tap_all(self.cards(len(units)), {"flow": "business", "channels": "weibo+weixin", "column": "信息发布"})
        self._tap_all(self.cards(len(units)), {"scope": "1"})
        taps = [self._sealer.tap(*card, {}) for card in self.cards(len(units))]
        self._timed(taps, clients, cells["tap"], bot_first)
        self.quiet()
        if not all(to.startswith("head") for to, _, _ in self.cards(len(units))):
            raise Wrong("点了同意，事项却没有到单位主要负责人")

    def _tap_all(self, cards: list[tuple[str, str, str]], chosen: dict[str, str]) -> None:
        requests = [self._sealer.request(self._sealer.tap(*card, chosen)) for card in cards]
        _checked(send(self._ports["bot"], requests, 4))
        self.quiet()

    def _timed(self, work: list[dict[str, Any]], clients: int, cell: Cell, bot_first: bool) -> list[Answer]:
        """The same envelopes to both, one after the other."""
        requests = [self._sealer.request(fields) for fields in work]
        found: dict[str, list[Answer]] = {}
        for name in ("bot", "echo") if bot_first else ("echo", "bot"):
            found[name] = _checked(send(self._ports[name], requests, clients))
            self.quiet()
        cell.bot.append([answer.seconds for answer in found["bot"]])
        cell.echo.append([answer.seconds for answer in found["echo"]])
        return found["bot"]


def _checked(answers: list[Answer]) -> list[Answer]:
    if wrong := [answer.status for answer in answers if answer.status != 200]:
        raise Wrong(f"{len(wrong)} 个回调没有答 200，如 {wrong[0]}")
    return answers


def roster(units: int) -> list[Seat]:
    """So many departments, each with the three people that the road of a 业务活动 item passes, and one publisher."""
    roles = {"informant": "信息员", "secrecy": "保密员", "unit_head": "负责人", "publisher": "发布员"}
    short = {"unit_head": "head"}
    return [
        Seat(f"{short.get(role, role)}{n}", f"{name}{n}", f"业务{n}部", role)
        for n in range(units)
        for role, name in roles.items()
    ]


def prepare(folder: Path, bot_port: int, platform_port: int, units: int) -> str:
    """Configuration and roster, by the same commands that an operator uses; the AES key."""
    key = new_aes_key()
    (folder / "config.toml").write_text(
        f'[wecom]\ncorp_id = "{CORP}"\nagent_id = {AGENT}\nsecret = "benchsecret"\ntoken = "{TOKEN}"\n'
        f'encoding_aes_key = "{key}"\napi_base_url = "http://127.0.0.1:{platform_port}"\n'
        f'[server]\npublic_url = "http://127.0.0.1:{bot_port}"\nport = {bot_port}\n'
        '[storage]\npath = "bench.db"\n[regulation]\nslug = "saws"\n',
        encoding="utf-8",
    )
    load(folder / "config.toml")
    (folder / "roster.csv").write_bytes(export_csv(roster(units), load_regulation("saws")))
    return key


def measure(options: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    bot_port, echo_port, platform_port = (free_port("127.0.0.1") for _ in range(3))
    key = prepare(folder, bot_port, platform_port, options.units)
    shenfa = ("bot", "--config", str(folder / "config.toml"))
    _run_to_end(*shenfa, "roster", "import", str(folder / "roster.csv"))
    found: dict[str, Any] = {
        "python": platform.python_version(), "cpus": os.cpu_count(), "load_before": os.getloadavg()[0],
        "people": options.units * 4, "flush_ms": round(flush_ms(folder), 3),
    }  # fmt: skip
    with (
        process("platform", folder, platform_port, "benchmarks._platform", str(platform_port)),
        process("echo", folder, echo_port, "benchmarks._echo", str(echo_port), TOKEN, key, CORP) as echo,
        process("bot", folder, bot_port, *shenfa, "serve") as bot,
    ):
        time.sleep(options.idle)
        memory = {"bot_idle_mib": resident_mib(bot.pid), "echo_idle_mib": resident_mib(echo.pid)}
        bench = Bench(bot_port, echo_port, platform_port, folder / "bench.db", Sealer(TOKEN, key, CORP, AGENT))
        begun = time.monotonic()
        try:
            found["cells"] = _rounds(bench, options, console)
        finally:
            bench.close()
        found["seconds"] = round(time.monotonic() - begun, 1)
        memory |= {"bot_after_mib": resident_mib(bot.pid), "echo_after_mib": resident_mib(echo.pid)}
    found["memory"] = {name: round(value, 1) for name, value in memory.items()}
    found["load_after"] = os.getloadavg()[0]
    return found


def _run_to_end(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{' '.join(arguments[-3:])}:\n{done.stdout}{done.stderr}")


def _rounds(bench: Bench, options: argparse.Namespace, console: Console) -> list[dict[str, Any]]:
    """Both numbers of clients in each round, after one round that does not count."""
    cells = {clients: {work: Cell(work, clients) for work in WORK} for clients in CLIENTS}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    size = options.requests // options.rounds
    turn = 0
    with Progress(*columns, console=console) as progress:
        for number in progress.track(range(-1, options.rounds), description="回调往返"):
            for clients in CLIENTS:
                into = cells[clients] if number >= 0 else {work: Cell(work, clients) for work in WORK}
                units = [(turn * size + place) % options.units for place in range(size)]
                bench.round(units, clients, into, bot_first=number % 2 == 0)
                turn += 1
    return [cell.summary() for by_work in cells.values() for cell in by_work.values()]


def show(found: dict[str, Any], console: Console) -> None:
    table = Table(title="一次回调要多久(毫秒), 与“wechatpy + Flask 只回一句话”相比")
    for name in ("做什么", "同时\n几个", "中位数\n审发", "\n对照", "\n倍数", "各轮倍数\n中间一半",
                 "99%\n审发", "\n对照", "\n倍数"):  # fmt: skip
        table.add_column(name, justify="left" if name == "做什么" else "right", no_wrap=True)
    for cell in found["cells"]:
        bot, echo, ratio, spread = cell["bot"], cell["echo"], cell["ratio"], cell["median_ratio_by_round"]
        table.add_row(
            WORK[cell["work"]], str(cell["clients"]),
            f"{bot['median_ms']:.1f}", f"{echo['median_ms']:.1f}", f"[bold]{ratio['median_ms']:.1f}[/]",
            f"{spread['q1']:.1f}–{spread['q3']:.1f}",
            f"{bot['p99_ms']:.1f}", f"{echo['p99_ms']:.1f}", f"[bold]{ratio['p99_ms']:.1f}[/]",
        )  # fmt: skip
    console.print(table)
    memory = found["memory"]
    console.print(
        f"每格 {found['cells'][0]['requests']} 次, 分 {found['cells'][0]['rounds']} 轮交替。\n"
        f"内存(RSS): 审发刚启动 {memory['bot_idle_mib']:.0f} MiB, 跑完 {memory['bot_after_mib']:.0f} MiB; "
        f"对照 {memory['echo_idle_mib']:.0f} → {memory['echo_after_mib']:.0f} MiB。\n"
        f"名册 {found['people']} 人; 这块盘落盘一次 {found['flush_ms']:.2f} 毫秒(中位数); {found['cpus']} 个核, "
        f"负载 {found['load_before']:.1f} → {found['load_after']:.1f}; 用时 {found['seconds']:.0f} 秒。"
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="回调有多快: 与 wechatpy + Flask 的最短写法在同一次运行里相比。")
    parser.add_argument("--requests", type=int, default=300, metavar="次数", help="每一格多少次(默认 300)")
    parser.add_argument("--rounds", type=int, default=10, metavar="轮数", help="分几轮交替(默认 10)")
    parser.add_argument("--units", type=int, default=120, metavar="部门数", help="名册有几个部门, 每个 4 人(默认 120)")
    parser.add_argument("--idle", type=float, default=3.0, metavar="秒", help="启动后歇多久再量内存(默认 3)")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", metavar="文件夹", help="数据库放在哪块盘上")
    parser.add_argument("--json", type=Path, metavar="文件", help="结果另写一份 JSON")
    options = parser.parse_args()
    if not 1 <= options.rounds <= options.requests or not options.requests // options.rounds <= options.units:
        parser.error("要: 1 ≤ 轮数 ≤ 次数, 且 次数÷轮数 ≤ 部门数(一轮里一个信息员只投一稿)")
    if find_spec("flask") is None:
        parser.error("对照要用 flask: pip install flask")
    return options


def main() -> int:
    options, console = arguments(), Console()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as name:
        try:
            found = measure(options, Path(name), console)
        except (Wrong, RuntimeError) as problem:
            print(f"没有量成: {problem}", file=sys.stderr)
            return 1
    show(found, console)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
