"""采集人: who sorts the comments that nobody handed in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.regulation import load
from bot.rules.collectors import collector, collectors
from bot.rules.roster import Delegation, Roster, Seat
from tests.rules.test_moments import NOW

ZHOU, WU = Seat("zhouting", "周婷", "宣传教育中心", "collector"), Seat("wuhua", "吴华", "宣传教育中心", "collector")
HAN = Seat("handa", "韩答", "政策法规司", "handler")
AWAY = Delegation("zhouting", "handa", NOW - timedelta(days=1), NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("roster", "named", "wanted"),
    [
        (Roster((HAN, ZHOU, WU)), "", "zhouting"),
        (Roster((HAN, ZHOU, WU), delegations=(AWAY,)), "", "wuhua"),
        (Roster((HAN, ZHOU), delegations=(AWAY,)), "", "zhouting"),
        (Roster((HAN, ZHOU, WU)), "wuhua", "wuhua"),
        (Roster((HAN, ZHOU, WU)), "handa", "handa"),
        (Roster((HAN, ZHOU, WU)), "nobody", "zhouting"),
        (Roster((HAN,)), "", "handa"),
        (Roster(), "", ""),
    ],
)
def test_who_they_go_to(roster: Roster, named: str, wanted: str) -> None:
    """The role that may begin most kinds; there the one named, else the first who is not away."""
    assert collector(load("saws"), roster, NOW, named) == wanted


def test_everybody_who_collects() -> None:
    assert collectors(load("saws"), Roster((HAN, ZHOU, WU))) == ("zhouting", "wuhua")
