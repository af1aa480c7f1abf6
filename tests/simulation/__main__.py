"""make simulate: the year, with a progress bar; what differs, and a summary. 1 if anything does."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.simulation import plans
from tests.simulation.compare import differences
from tests.simulation.world import World

MOST_SHOWN = 60  # differences and other faults


@click.command(help="模拟一年：机器人发出的每条提醒，都与另一份慢的算法逐条核对。")
@click.option("--begin", type=click.DateTime(["%Y-%m-%d"]), default="2026-01-01", show_default=True, help="第一天")
@click.option("--days", default=365, show_default=True, help="从第一天起的天数，最多到12月31日")
@click.option("--seed", default=1, show_default=True, help="随机数的种子")
@click.option("--posts", default=30, show_default=True, help="每个工作日的稿件")
@click.option("--comments", default=200, show_default=True, help="每个工作日的评论")
def main(begin: datetime, days: int, seed: int, posts: int, comments: int) -> None:
    console = Console(stderr=True)
    found = faults = shown = 0
    with tempfile.TemporaryDirectory(prefix="shenfa-simulation-", dir=_memory()) as folder:
        world = World(Path(folder), plans.year(seed, days, posts, comments, begin.date()))
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TimeRemainingColumn(), console=console,
        )  # fmt: skip
        with bar:
            task = bar.add_task("模拟", total=world.plan.days)
            for day, expected, really in world.run():
                wrong = differences(expected, really)
                found += len(wrong)
                lines = [f"{one}\n{world.explained(one.told)}" for one in wrong] + world.faults[faults:]
                faults = len(world.faults)
                for line in lines[: max(0, MOST_SHOWN - shown)]:  # at once: nobody waits an hour for the first one
                    click.echo(line)
                shown += len(lines)
                what = f"{day:%m-%d} 事项 {world.tally.items} 提醒 {world.tally.reminders} 不符 {found}"
                bar.update(task, advance=1, description=what)
                if not console.is_terminal and day.day == 1:
                    click.echo(what, err=True)
        world.stop()
    click.echo(f"{world.summary(found)}\n处理器时间 {time.process_time():.0f} 秒")
    sys.exit(1 if found or world.faults else 0)


def _memory() -> str | None:
    """A disk in memory, where there is one: a year is half a million small writes."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    main()
