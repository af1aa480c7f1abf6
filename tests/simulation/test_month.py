"""A month of work against the independent reference; the whole year is `make simulate`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.simulation import plans
from tests.simulation.compare import differences
from tests.simulation.reference import Line
from tests.simulation.world import World

SHOWN = 5


def test_a_month_with_the_long_holiday(tmp_path: Path) -> None:
    """中秋、国庆和两个调休上班日在内的30天，停机两次、重启六次、一度两个程序、时钟拨回一次：

    平台收到的每条提醒（何时、给谁、哪几件、第几次、漏了几次）与另一份慢的算法逐条相同，一条不多，一条不少。
    """
    world = World(tmp_path, plans.month())
    world.phones.strict = True
    rungs: Counter[str] = Counter()
    try:
        for _, expected, really in world.run():
            found = differences(expected, really)
            said = [f"{one}\n{world.explained(one.told)}" for one in found[:SHOWN]] + world.faults[:SHOWN]
            assert not said, "\n".join(said)
            rungs.update(_kind(line) for told in really for line in told.lines)
    finally:
        world.stop()
    kinds = {"step ahead", "step over", "step idle", "filing over", "begun", "opened", "closes", "month"}
    assert kinds <= set(rungs), rungs
    assert world.tally.missed > 20
    assert world.tally.reminders > 500
    assert world.tally.acts["given"] > 0  # 改派


def _kind(line: Line) -> str:
    """step over, filing ahead; of those who oversee opened, closes, month."""
    return f"{line.clock} {line.rung.partition(':')[0]}" if ":" in line.rung else line.clock
