"""A list never becomes several messages: what does not fit is counted."""

from __future__ import annotations

import pytest

from bot.rules.delivery import TEXT_BYTES, size
from handlers.one_message import Entry, one_message


@pytest.mark.parametrize("count", [0, 1, 20, 27, 28, 29, 200, 5000])
def test_it_is_one_message_with_everything_counted(count: int) -> None:
    lines: list[Entry] = [(f"{n:04d}《停水通知》审定 监管一司 刘洋 逾期 2 个工作日", 1) for n in range(count)]
    lines[3:3] = [("【监管一司】", 0)] if count > 3 else []
    said = one_message(f"逾期 {count} 件：", lines, ("看网页",), lambda n: f"还有 {n} 件，见网页。")

    shown = sum(line.endswith("个工作日") for line in said.splitlines())
    left = next((int(line.split()[1]) for line in said.splitlines() if line.startswith("还有")), 0)
    assert size(said) <= TEXT_BYTES and said.endswith("看网页")
    assert shown + left == count
    whole = size("\n".join((f"逾期 {count} 件：", *(text for text, _ in lines), "看网页")))
    assert (left == 0) == (whole <= TEXT_BYTES)


def test_a_heading_is_not_left_alone() -> None:
    lines: list[Entry] = [("长" * 600, 1), ("【监管二司】", 0), ("长" * 600, 1)]
    assert one_message("头", lines, (), lambda n: f"还有 {n} 件").splitlines()[-1] == "还有 1 件"
    assert "监管二司" not in one_message("头", lines, (), lambda n: f"还有 {n} 件")
