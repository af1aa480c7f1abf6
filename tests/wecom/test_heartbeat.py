"""心跳: while writer, sender and sweeper are well an outside address is called; else it misses us."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from bot.clock import DemoClock
from bot.wecom.heartbeat import TIMEOUT_SECONDS, Heartbeat, Sound

URL = "https://hc.example.com/ping/0123-secret?status=up"
NOW = datetime(2025, 3, 17, 1, 0, tzinfo=UTC)


def heart(*parts: Sound) -> Heartbeat:
    return Heartbeat(URL, timedelta(minutes=5), parts, DemoClock(NOW, running=False))


@responses.activate
def test_it_beats_while_all_is_well() -> None:
    responses.get(URL, body="OK")

    assert heart(lambda now: "", lambda now: "").beat()
    assert [one.request.url for one in responses.calls] == [URL]
    assert responses.calls[0].request.req_kwargs["timeout"] == TIMEOUT_SECONDS  # type: ignore[attr-defined]


@responses.activate
def test_one_part_that_is_ill_stops_it(caplog: pytest.LogCaptureFixture) -> None:
    """The parts are asked at this moment."""
    assert not heart(lambda now: "", lambda now: f"the sender does not run at {now:%H:%M}").beat()
    assert len(responses.calls) == 0
    assert "the sender does not run at 01:00" in caplog.text


@pytest.mark.parametrize("answer", [404, 500, 301, requests.ConnectionError("no route"), requests.Timeout("late")])
@responses.activate
def test_a_failing_address_is_logged_and_nothing_more(
    answer: int | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """It never raises, follows nothing, and tells nobody the address."""
    if isinstance(answer, int):
        responses.get(URL, status=answer, headers={"Location": "https://elsewhere.example/"})
    else:
        responses.get(URL, body=answer)

    with caplog.at_level(logging.INFO, "bot"):
        assert not heart().beat()
    assert "hc.example.com" in caplog.text and "secret" not in caplog.text
    assert len(responses.calls) == 1
