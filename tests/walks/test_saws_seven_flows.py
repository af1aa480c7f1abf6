"""五(一)的七类信息, each from the first message to the filing; repeats and restarts must not show in what is left."""

from __future__ import annotations

from typing import Any

import pytest

from bot.rules.item import Decision, State
from tests.walks.conftest import Opens
from tests.walks.flows import WALKS, differences, end_state
from tests.walks.remote import RemoteDesk

CHECKS = {  # flow → the roles that check, the role that publishes (五(一)1至7)
    "policy": (["secrecy", "central_head"], "central_publisher"),
    "campaign": (["secrecy", "leader", "central_head"], "central_publisher"),
    "answer": (["secrecy", "leader"], "publisher"),
    "rescue": (["scene_head", "secrecy", "leader"], "publisher"),
    "accident": (["secrecy", "unit_head"], "publisher"),
    "business": (["secrecy", "unit_head"], "publisher"),
    "forward": (["secrecy", "central_head"], "central_publisher"),
}
FILED = {"answer", "rescue", "accident", "business"}


def walked(opens: Opens, name: str, **settings: Any) -> dict[str, Any]:
    new_code = settings.pop("new_code", False)
    desk = opens(**settings)
    if new_code:
        desk.platform.post("mode", double_response_code="new")
    WALKS[name](desk)
    return end_state(desk)


def look_right(name: str, end: dict[str, Any]) -> None:
    """The walk really went to its end: published, filed where the flow says so, nothing waiting, no card left over."""
    (item,), ((_, moves),) = end["items"], end["moves"]
    checks, publisher = CHECKS[name]
    last = max(move[1] for move in moves)
    final = [(move[5], move[7]) for move in moves if move[1] == last]
    assert item[1] is State.DONE
    assert [role for role, decision in final if decision is Decision.PASSED] == checks
    assert final[-1] == (publisher, Decision.DONE)
    assert len({move[3] for move in moves if move[1] == last}) == 1  # one wording from the first check to publication
    assert [filing[2:] for filing in end["filings"]] == ([(("central_officer",), "wangfang")] if name in FILED else [])
    assert end["waiting"] == []
    assert not [face for phone in end["phones"].values() for face in phone["cards"] if isinstance(face[2], tuple)]


@pytest.mark.rule("every-8", "every-10")
@pytest.mark.parametrize("name", WALKS)
def test_repeats_and_restarts_do_not_show(name: str, opens: Opens) -> None:
    """五(一): 每类信息从投稿到发布备案; 回调重复两次、响应码换新、每一步之间重启, 结果都一样。"""
    plain = walked(opens, name)

    look_right(name, plain)
    assert differences(walked(opens, name, twice=True), plain) == []
    assert differences(walked(opens, name, twice=True, new_code=True), plain) == []
    assert differences(walked(opens, name, restarts=True), plain) == []


SAMPLE = ("policy", "forward")  # a process for each step costs seconds: the other five are in the campaign
KILLED = [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.campaign) for name in WALKS]


@pytest.mark.rule("every-10")
@pytest.mark.parametrize("name", KILLED)
def test_killed_between_all_steps(name: str, opens: Opens) -> None:
    """机器人是单独的进程, 每一步之间用 SIGKILL 结束: 不丢事项, 不重发消息。"""
    plain = walked(opens, name)
    desk = opens(RemoteDesk)

    WALKS[name](desk)

    assert isinstance(desk, RemoteDesk)
    assert desk.kills >= 8
    assert differences(end_state(desk), plain) == []
