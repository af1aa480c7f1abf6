"""Processes of the benchmark: started, waited for, weighed, and ended one by one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0


@contextmanager
def process(name: str, folder: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m …` until the block ends; what it prints is in name.log. Raises RuntimeError if it ends early."""
    with (folder / f"{name}.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_for(name, folder, port, running)
        yield running
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait_for(name: str, folder: Path, port: int, running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and running.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    said = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"{name} 没有启动:\n{said}")


def resident_mib(pid: int) -> float:
    """RSS: what the process has in memory now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def flush_ms(folder: Path, times: int = 50) -> float:
    """Median of one 4 KiB write and fdatasync in this folder: below it no kept callback can be."""
    took = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(times):
            begun = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return sorted(took)[times // 2] * 1000
