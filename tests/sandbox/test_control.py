"""The clock, the demonstration's buttons, and the odd things a test asks for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.sandbox.clock import Clock, iso, parse_moment, preset
from bot.sandbox.config import from_mapping, load
from bot.sandbox.testing import Sandbox, example_config
from tests.sandbox.conftest import MONDAY
from tests.sandbox.fake_bot import FakeBot

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "now", "then"),
    [
        ("hour", "2026-11-23T09:40", "2026-11-23T10:40"),
        ("hour", "2026-11-23T23:30", "2026-11-24T00:30"),
        ("17:00", "2026-11-23T09:40", "2026-11-23T17:00"),
        ("17:00", "2026-11-23T17:00", "2026-11-24T17:00"),
        ("tomorrow-8:30", "2026-11-23T00:10", "2026-11-24T08:30"),
        ("tomorrow-8:30", "2026-12-31T18:00", "2027-01-01T08:30"),
    ],
)
def test_presets_lead_forward_in_beijing(name: str, now: str, then: str) -> None:
    assert preset(name, parse_moment(now)) == parse_moment(then)


def test_a_running_clock_runs_on_from_where_it_was_set() -> None:
    clock = Clock()
    clock.set(MONDAY)
    assert 0 <= (clock.now() - MONDAY).total_seconds() < 5
    assert not clock.frozen


def test_the_clock_moves_and_may_be_set_back(platform: Sandbox) -> None:
    assert platform.get("clock") == {"now": "2026-11-23T09:40:00+08:00", "frozen": True}
    assert platform.advance(90)["now"] == "2026-11-23T09:41:30+08:00"
    assert platform.post("clock", set="2026-11-23T08:00")["now"] == "2026-11-23T08:00:00+08:00"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"advance_seconds": -1}, 400),
        ({"advance_seconds": "1"}, 400),
        ({"set": "yesterday"}, 400),
        ({}, 400),
        ({"preset": "hour"}, 403),
    ],
)
def test_the_clock_refuses(platform: Sandbox, body: dict[str, object], status: int) -> None:
    assert platform.client.post("/_sandbox/clock", json=body).status_code == status
    assert platform.get("clock")["now"] == iso(MONDAY)


def test_in_the_demonstration_the_bots_clock_follows(bot: FakeBot, bot_server: tuple[FakeBot, str]) -> None:
    config = example_config(demo=True, start_at=MONDAY, bot_clock_url=f"{bot_server[1]}/clock")
    with Sandbox(config) as platform:
        assert platform.post("clock", preset="17:00") == {"now": "2026-11-23T17:00:00+08:00", "bot": 200}
        assert bot.clock[:2] == ["2026-11-23T09:45:00+08:00", "2026-11-23T10:00:00+08:00"]  # nothing is missed
        assert (bot.clock[-1], len(bot.clock)) == ("2026-11-23T17:00:00+08:00", 30)
        assert platform.client.post("/_sandbox/clock", json={"preset": "noon"}).status_code == 400


def test_unknown_things_are_refused(platform: Sandbox) -> None:
    client = platform.client
    assert client.post("/_sandbox/dance").status_code == 404
    assert client.get("/_sandbox/phone/nobody").status_code == 404
    assert client.get("/_sandbox/media/none").status_code == 404
    assert client.post("/_sandbox/say", json={"user": "nobody", "text": "a"}).status_code == 404
    assert client.post("/_sandbox/say", json={"user": "wang"}).status_code == 400
    assert client.post("/_sandbox/say", content=b"{").status_code == 400
    assert client.post("/_sandbox/mode", json={"triple": True}).status_code == 400
    assert client.post("/_sandbox/settings", json={"secret": "x"}).status_code == 400


def test_a_phone_shows_both_sides(connected: Sandbox, bot: FakeBot) -> None:
    bot.says("收到")
    connected.say("wang", "一")
    shown = [(m["direction"], m["type"], m["content"], m["at"]) for m in connected.messages("wang")]
    assert shown == [("out", "text", "一", iso(MONDAY)), ("in", "text", "收到", iso(MONDAY))]
    phones = connected.get("phones")["phones"]
    assert [phone["user"] for phone in phones] == ["wang", "zhang", "li", "zhao"]


def test_violations_are_cleared_on_request(platform: Sandbox) -> None:
    platform.say("wang", "没人听")
    assert platform.violations() != []
    platform.post("violations/clear")
    assert platform.violations() == []


def test_files_of_others_never_run_in_the_browser(platform: Sandbox) -> None:
    media_id = platform.send_media("wang", "file", "a.html", b"<script>1</script>")["media_id"]
    response = platform.client.get(f"/_sandbox/media/{media_id}")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_config_file_names_all_its_problems() -> None:
    with pytest.raises(ValueError, match=r"agnet_id: not a known key; agent_id: missing; corp_id: missing"):
        from_mapping({"agnet_id": 1, "secret": "s", "token": "t", "encoding_aes_key": "k"})


def test_a_config_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    data = {
        "corp_id": "ww1",
        "agent_id": 1,
        "secret": "s",
        "token": "t",
        "encoding_aes_key": "A" * 43,
        "start_at": "2026-11-23T09:40",
        "people": [{"userid": "wang", "name": "王敏", "unit": "监管一司"}],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    config = load(path)
    assert (config.start_at, config.people[0].name, config.port) == (MONDAY, "王敏", 8100)


def test_the_command_line_says_what_is_wrong_with_a_config(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    path.write_text("{}", encoding="utf-8")
    command = [sys.executable, "-m", "bot.sandbox", "--config", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "corp_id: missing" in done.stderr
