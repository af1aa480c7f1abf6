"""A card's life: tapped, updated once per code, for those who got it; recalled within a day (path/94888, 94867)."""

from typing import Any

import httpx
import pytest

from bot.sandbox.testing import Sandbox
from tests.sandbox.app_client import AppClient
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.scene import digest_card, review_card, submission_card, vote_card

JSON = dict[str, Any]
TASK = "item-0123@2"
APPROVE = "approve|0123|2"
DONE = {"replace_name": "已同意 10:32"}
HOUR = 3600


@pytest.fixture
def code(app: AppClient) -> str:
    """The code of a card that 王 and 张 have."""
    return str(app.card("wang|zhang", review_card())["response_code"])


def refused(platform: Sandbox, action: str, status: int, **body: Any) -> str:
    response = platform.client.post(f"/_sandbox/{action}", json=body)
    assert response.status_code == status, response.text
    return str(response.json()["error"])


def test_a_code_works_once(platform: Sandbox, app: AppClient, code: str) -> None:
    assert app.update(code, "wang", button=DONE) == {"errcode": 0, "errmsg": "ok"}
    assert app.update(code, "zhang", button=DONE)["errcode"] == 60140
    assert platform.cards("wang")[0]["replaced"] == "已同意 10:32"
    assert platform.cards("zhang")[0]["replaced"] is None


def test_a_code_dies_after_72_hours(platform: Sandbox, app: AppClient, code: str) -> None:
    platform.advance(72 * HOUR)
    app.renew_token()
    assert app.update(code, "wang", button=DONE)["errcode"] == 60140


def test_a_code_lives_until_then(platform: Sandbox, app: AppClient, code: str) -> None:
    platform.advance(72 * HOUR - 1)
    app.renew_token()
    assert app.update(code, "wang", button=DONE)["errcode"] == 0


def test_only_those_who_got_the_card_are_updated(platform: Sandbox, app: AppClient, code: str) -> None:
    """invaliduser is an array here, in lower case."""
    answer = app.update(code, "Wang", "Li", "Nobody", button=DONE)
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == ["li", "nobody"]
    assert platform.cards("wang")[0]["replaced"] == "已同意 10:32"
    assert platform.cards("li") == []


def test_a_card_dropped_on_its_way_was_not_got(platform: Sandbox, app: AppClient) -> None:
    for number in range(30):
        app.text("wang", f"{number}")
    code = app.card("wang|zhang", review_card())["response_code"]
    assert app.update(code, "wang", button=DONE)["errcode"] == 82102


def test_all_at_once(platform: Sandbox, app: AppClient, code: str) -> None:
    body = {"atall": 1, "agentid": 1000002, "response_code": code, "button": DONE}
    assert app.post("message/update_template_card", body)["errcode"] == 0
    assert [platform.cards(user)[0]["replaced"] for user in ("wang", "zhang")] == ["已同意 10:32"] * 2


def test_by_department(platform: Sandbox, app: AppClient, code: str) -> None:
    body = {"partyids": [2], "agentid": 1000002, "response_code": code, "button": DONE}
    assert app.post("message/update_template_card", body)["errcode"] == 0
    assert platform.cards("zhang")[0]["replaced"] == "已同意 10:32"


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"userids": "wang"}, 40035),
        ({"userids": []}, 82101),
        ({"userids": ["li"]}, 82102),
        ({"userids": ["u"] * 1001}, 40032),
        ({"agentid": 1000003}, 301002),
        ({"agentid": None}, 41011),
        ({"response_code": "made-up"}, 60140),
        ({"response_code": None}, 60140),
        ({"button": {}}, 40058),
        ({"button": {"name": "x"}}, 40035),
        ({"button": None}, 40058),
        ({"template_card": {"card_type": "button_interaction"}}, 40058),
        ({"surprise": 1}, 40035),
    ],
)
def test_a_refused_update_leaves_the_code_alive(
    platform: Sandbox, app: AppClient, code: str, change: JSON, errcode: int
) -> None:
    body = {"userids": ["wang"], "agentid": 1000002, "response_code": code, "button": DONE} | change
    sent = {name: value for name, value in body.items() if value is not None}
    assert app.post("message/update_template_card", sent)["errcode"] == errcode
    assert app.update(code, "wang", button=DONE)["errcode"] == 0


def test_a_whole_new_card_of_any_kind_keeps_the_task_id(platform: Sandbox, app: AppClient, code: str) -> None:
    card = {name: value for name, value in vote_card().items() if name != "task_id"}
    assert app.update(code, "wang", template_card=card)["errcode"] == 0
    shown = platform.cards("wang")[0]
    assert (shown["task_id"], shown["card_type"], shown["updated"]) == (TASK, "vote_interaction", True)


def test_replace_text_closes_the_card(connected: Sandbox, app: AppClient, code: str) -> None:
    card = {name: value for name, value in review_card().items() if name != "task_id"} | {"replace_text": "已退回"}
    assert app.update(code, "wang", template_card=card)["errcode"] == 0
    assert "已退回" in refused(connected, "tap", 409, user="wang", task_id=TASK, key=APPROVE)


def test_a_notice_has_no_button_to_replace(app: AppClient) -> None:
    code = app.card("wang", digest_card())["response_code"]
    assert app.update(code, "wang", button=DONE)["errcode"] == 42031


def test_a_tap_brings_the_event_with_a_fresh_code(connected: Sandbox, app: AppClient, bot: FakeBot, code: str) -> None:
    outcome = connected.tap("zhang", TASK, APPROVE, {"reason": ["fact"]})
    assert (outcome["status"], outcome["attempts"], outcome["reply"]) == (200, 1, None)
    wanted = {
        "ToUserName": "wwtestcorp00000001",
        "FromUserName": "zhang",
        "MsgType": "event",
        "AgentID": "1000002",
        "Event": "template_card_event",
        "EventKey": APPROVE,
        "TaskId": TASK,
        "CardType": "button_interaction",
    }
    assert {name: bot.last(name) for name in wanted} == wanted
    item = bot.heard[-1].find("SelectedItems/SelectedItem")
    assert item is not None
    assert item.findtext("QuestionKey") == "reason"
    assert [one.text for one in item.findall("OptionIds/OptionId")] == ["fact"]
    assert bot.last("ResponseCode") not in ("", code)
    assert app.update(bot.last("ResponseCode"), "zhang", button=DONE)["errcode"] == 0


def test_a_tap_sends_what_the_card_shows(connected: Sandbox, app: AppClient, bot: FakeBot) -> None:
    """selected_id where given, the first option otherwise, the checked boxes."""
    app.card("wang", submission_card())
    app.card("wang", vote_card())
    connected.tap("wang", "item-0123@draft", "submit|0123", {"channel": ["wechat"]})
    assert [item.findtext("OptionIds/OptionId") for item in bot.heard[-1].iter("SelectedItem")] == [
        "safety", "wechat", "baike",
    ]  # fmt: skip
    connected.tap("wang", "vote-1", "confirm|0123")
    assert [one.text for one in bot.heard[-1].iter("OptionId")] == ["law"]


@pytest.mark.parametrize(("form", "elements"), [("missing", None), ("empty", 0), ("empty_ids", 1)])
def test_nothing_chosen_comes_in_every_form_a_bot_must_bear(
    connected: Sandbox, app: AppClient, bot: FakeBot, form: str, elements: int | None
) -> None:
    app.card("wang", vote_card())
    connected.post("mode", nothing_selected=form)
    connected.tap("wang", "vote-1", "confirm|0123", {"checks": []})
    items = bot.heard[-1].find("SelectedItems")
    assert (None if items is None else len(items)) == elements


def test_a_card_stays_clickable_until_it_is_updated(
    connected: Sandbox, app: AppClient, bot: FakeBot, code: str
) -> None:
    connected.tap("wang", TASK, APPROVE)
    assert connected.cards("wang")[0]["pressed"] == APPROVE
    connected.tap("wang", TASK, APPROVE)
    codes = [event.findtext("ResponseCode") for event in bot.heard]
    assert len(set(codes)) == 2
    app.update(code, "wang", button=DONE)
    refused(connected, "tap", 409, user="wang", task_id=TASK, key=APPROVE)
    connected.tap("zhang", TASK, APPROVE)  # 张's card is still open


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"user": "li", "key": APPROVE}),  # li never got it
        (404, {"user": "nobody", "key": APPROVE}),
        (409, {"user": "wang", "key": "forged"}),
        (400, {"user": "wang", "key": APPROVE, "selections": {"other": ["x"]}}),
        (400, {"user": "wang", "key": APPROVE, "selections": {"reason": ["none"]}}),
        (400, {"user": "wang", "key": APPROVE, "selections": {"reason": ["fact", "other"]}}),
        (400, {"user": "wang", "key": APPROVE, "selections": {"reason": "fact"}}),
        (400, {"user": "wang"}),
    ],
)
def test_a_phone_can_not_tap_what_it_does_not_show(
    connected: Sandbox, bot: FakeBot, code: str, status: int, body: JSON
) -> None:
    refused(connected, "tap", status, task_id=TASK, **body)
    assert bot.heard == []


def test_the_menu_of_a_card(connected: Sandbox, bot: FakeBot, code: str) -> None:
    connected.post("card_menu", user="wang", task_id=TASK, key="full|0123")
    assert (bot.last("Event"), bot.last("EventKey")) == ("template_card_menu_event", "full|0123")
    assert bot.heard[-1].find("SelectedItems") is None
    refused(connected, "card_menu", 409, user="wang", task_id=TASK, key="other")


def test_recall_within_a_day(connected: Sandbox, app: AppClient) -> None:
    sent = app.card("wang|zhang", review_card())
    connected.advance(24 * HOUR)
    app.renew_token()
    assert app.post("message/recall", {"msgid": sent["msgid"]})["errcode"] == 0
    assert [connected.received(user)[0]["recalled"] for user in ("wang", "zhang")] == [True, True]
    refused(connected, "tap", 409, user="wang", task_id=TASK, key=APPROVE)


@pytest.mark.parametrize(("body", "errcode"), [({"msgid": "none"}, 40058), ({}, 40058), ({"msgid": 1}, 40035)])
def test_a_recall_needs_a_message(app: AppClient, body: JSON, errcode: int) -> None:
    assert app.post("message/recall", body)["errcode"] == errcode


def test_recall_after_a_day_is_too_late(platform: Sandbox, app: AppClient) -> None:
    sent = app.text("wang", "一")
    platform.advance(24 * HOUR + 1)
    app.renew_token()
    assert app.post("message/recall", {"msgid": sent["msgid"]})["errcode"] == 42052
    assert platform.received("wang")[0]["recalled"] is False


def test_an_answer_lost_on_its_way(platform: Sandbox, app: AppClient) -> None:
    """The card is there, and sending it again says 42014: that is how the bot can know."""
    platform.post("faults", next=[{"path": "message/send", "drop_connection": True, "after_effect": True}])
    with pytest.raises(httpx.TransportError):
        app.card("wang", review_card())
    assert len(platform.cards("wang")) == 1
    assert app.card("wang", review_card())["errcode"] == 42014


def test_a_request_lost_on_its_way(platform: Sandbox, app: AppClient) -> None:
    platform.post("faults", next=[{"path": "message/send", "drop_connection": True}])
    with pytest.raises(httpx.TransportError):
        app.card("wang", review_card())
    assert platform.cards("wang") == []
    assert app.card("wang", review_card())["errcode"] == 0
