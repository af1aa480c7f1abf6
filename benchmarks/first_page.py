"""From `make demo` on a clean checkout to a page that answers 200: how long, and where the time goes.

Clones the last commit of this repository into a temporary folder; installs by whatever pip is configured here.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
PORT = 8000  # where `make demo` listens
# what the Makefile leaves behind when a part is done, in this order
MARKS = {"建 .venv": ".venv/.made", "装依赖": ".venv/.runtime"}
START = "启动"


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as page:
            return bool(page.status == 200)
    except (URLError, OSError):
        return False


def free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def first_page(checkout: Path, limit: float, progress: Progress) -> dict[str, float]:
    """Seconds of each part. Raises RuntimeError when the demo ended, or took longer than `limit` seconds."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    task = progress.add_task(next(iter(MARKS)), total=None)
    with (checkout.parent / "demo.log").open("wb") as log:
        begun = time.monotonic()
        # a session of its own: ended as a whole, and nothing else with it
        demo = subprocess.Popen(
            ["make", "demo"], cwd=checkout, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        parts: dict[str, float] = {}
        while START not in parts:
            passed = time.monotonic() - begun
            part = next((name for name in MARKS if name not in parts), START)
            progress.update(task, description=part)
            if answers(PORT) if part == START else (checkout / MARKS[part]).exists():
                parts[part] = passed - sum(parts.values())
            elif demo.poll() is not None or passed > limit:
                said = (checkout.parent / "demo.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{part}没有做完:\n{said[-2000:]}")
            else:
                time.sleep(0.05)
        return parts
    finally:
        _end(demo)


def _end(demo: subprocess.Popen[bytes]) -> None:
    """As Ctrl+C would; what is left after that, at once."""
    for how in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(demo.pid, how)
            demo.wait(15)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def main() -> int:
    parser = argparse.ArgumentParser(description="全新的检出里 make demo, 到第一个页面打开要多久。")
    parser.add_argument("--limit", type=float, default=600, metavar="秒", help="最多等多久(默认 600)")
    parser.add_argument("--json", type=Path, metavar="文件", help="结果另写一份 JSON")
    options, console = parser.parse_args(), Console()
    if not free(PORT):
        parser.error(f"端口 {PORT} 有别的程序在用, make demo 启动不了")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with tempfile.TemporaryDirectory(prefix="shenfa-first-page-") as name:
        checkout = Path(name) / "shenfa"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
        try:
            with Progress(*columns, console=console, transient=True) as progress:
                parts = first_page(checkout, options.limit, progress)
        except RuntimeError as problem:
            print(f"没有量成: {problem}", file=sys.stderr)
            return 1
    total = sum(parts.values())
    table = Table("", "秒", "占", title="从 make demo 到第一个页面")
    for part, seconds in parts.items():
        table.add_row(part, f"{seconds:.1f}", f"{seconds / total:.0%}")
    table.add_row("[bold]合计[/]", f"[bold]{total:.1f}[/]", "", end_section=True)
    console.print(table)
    if options.json:
        found = {"seconds": round(total, 2), "parts": {part: round(seconds, 2) for part, seconds in parts.items()}}
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
