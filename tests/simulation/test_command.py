"""make simulate as it is typed: it ends with 1 when anything differs, and says what at once."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from click.testing import CliRunner

from tests.simulation import __main__ as command
from tests.simulation import plans
from tests.simulation.compare import Difference
from tests.simulation.reference import Line, Told

QUIET = ["--begin", "2026-12-31", "--posts", "0", "--comments", "0"]
WRONG = Difference(Told(datetime(2026, 12, 31, 9), "liu", (Line(1, "step", "over:1"),)), expected=True)  # noqa: DTZ001


@pytest.mark.parametrize(("found", "code"), [([], 0), ([WRONG], 1)])
def test_a_difference_is_printed_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, found: list[Difference], code: int
) -> None:
    """有一条不符就列出来，连同两边的理由，退出码 1；没有的退出码 0。"""
    monkeypatch.setattr(command, "differences", lambda expected, really: found)
    result = CliRunner().invoke(command.main, QUIET)
    assert result.exit_code == code, result.output
    assert ("missing: 2026-12-31 09:00:00 liu: 0001 step over:1" in result.stdout) == bool(found)
    assert "1 天，种子 1：" in result.stdout
    assert f"不符 {len(found)}，" in result.stdout


def test_a_span_keeps_only_what_happens_in_it() -> None:
    """从半中间开始的一段：之前的停机不算，跨进来的从第一天零点算起。"""
    span = plans.year(begin=date(2026, 8, 10), days=2)
    assert span.outages == ((datetime(2026, 8, 10), datetime(2026, 8, 12)),)  # noqa: DTZ001
    assert (span.second, span.set_back) == ((), ())
    assert plans.year(begin=date(2026, 12, 30)).days == 2
