"""message/send over HTTP: refusals, targets, silent cuts and drops, duplicates (path/90236, path/90312)."""

from typing import Any

import pytest

from bot.sandbox.clock import BEIJING
from bot.sandbox.errors import ApiError
from bot.sandbox.send_rules import check_message
from bot.sandbox.testing import Sandbox
from tests.sandbox.app_client import AppClient
from tests.sandbox.scene import review_card, submission_card

JSON = dict[str, Any]
TEXT: JSON = {"touser": "wang", "msgtype": "text", "agentid": 1000002, "text": {"content": "你好"}}
URL = "https://example.com/a"


def message(kind: str, content: Any, **more: Any) -> JSON:
    return {"touser": "wang", "msgtype": kind, "agentid": 1000002, kind: content, **more}


REFUSED: list[tuple[str, JSON, int]] = [
    ("unknown field", TEXT | {"to_user": "wang"}, 40035),
    ("unknown inner field", message("text", {"content": "a", "mentioned": "b"}), 40035),
    ("number for a string", TEXT | {"touser": 1}, 40035),
    ("list for a string", TEXT | {"touser": ["wang"]}, 40035),
    ("string for the agentid", TEXT | {"agentid": "1000002"}, 40035),
    ("true for a number", TEXT | {"enable_duplicate_check": True}, 40035),
    ("switch beyond 1", TEXT | {"enable_id_trans": 2}, 40035),
    ("interval over four hours", TEXT | {"duplicate_check_interval": 14401}, 40035),
    ("no agentid", {k: v for k, v in TEXT.items() if k != "agentid"}, 41011),
    ("no msgtype", {k: v for k, v in TEXT.items() if k != "msgtype"}, 40008),
    ("unknown msgtype", TEXT | {"msgtype": "poem"}, 40008),
    ("body of another kind", TEXT | {"markdown": {"content": "a"}}, 40035),
    ("no body", {k: v for k, v in TEXT.items() if k != "text"}, 44004),
    ("empty text", message("text", {"content": ""}), 44004),
    ("text body as string", message("text", "你好"), 40035),
    ("safe 2", TEXT | {"safe": 2}, 40035),
    ("safe textcard", message("textcard", {"title": "a", "description": "b", "url": URL}, safe=1), 40035),
    ("safe news", message("news", {"articles": [{"title": "a", "url": URL}]}, safe=1), 40074),
    ("textcard without title", message("textcard", {"description": "b", "url": URL}), 41016),
    ("textcard without description", message("textcard", {"title": "a", "url": URL}), 41033),
    ("textcard without url", message("textcard", {"title": "a", "description": "b"}), 40058),
    ("url without scheme", message("textcard", {"title": "a", "description": "b", "url": "example.com"}), 45034),
    ("url too long", message("textcard", {"title": "a", "description": "b", "url": URL + "x" * 2048}), 40058),
    ("no articles", message("news", {"articles": []}), 40058),
    ("nine articles", message("news", {"articles": [{"title": "a", "url": URL}] * 9}), 45008),
    ("article without address", message("news", {"articles": [{"title": "a"}]}), 40058),
    ("article without title", message("news", {"articles": [{"url": URL}]}), 41016),
    ("image without media_id", message("image", {}), 40058),
    ("no card", {k: v for k, v in message("template_card", 1).items() if k != "template_card"}, 40035),
]  # fmt: skip


@pytest.mark.parametrize(("body", "errcode"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_request_the_documents_do_not_allow_is_refused(body: JSON, errcode: int) -> None:
    with pytest.raises(ApiError) as refusal:
        check_message(body)
    assert refusal.value.errcode == errcode


NOTED: list[tuple[JSON, str]] = [
    (message("text", {"content": "字" * 683}), "cut"),
    (message("markdown", {"content": "x" * 2049}), "cut"),
    (message("textcard", {"title": "字" * 129, "description": "b", "url": URL}), "cut"),
    (message("textcard", {"title": "a", "description": "b", "url": URL, "btntxt": "五个字的话"}), "advised_length"),
    (message("news", {"articles": [{"title": "字" * 43, "url": URL}]}), "cut"),
    (message("video", {"media_id": "m", "description": "字" * 171}), "cut"),
]


@pytest.mark.parametrize(("body", "kind"), NOTED)
def test_a_silent_cut_is_noted(body: JSON, kind: str) -> None:
    assert [note.kind for note in check_message(body)] == [kind]


def test_at_the_limit_nothing_is_noted() -> None:
    assert check_message(message("text", {"content": "x" * 2048})) == []


@pytest.mark.parametrize(
    ("targets", "errcode"),
    [
        ({}, 82001),
        ({"touser": ""}, 82001),
        ({"touser": "nobody"}, 81013),
        ({"totag": "1"}, 81013),
        ({"toparty": "99"}, 81013),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(str(n) for n in range(101))}, 82002),
        ({"totag": "|".join(str(n) for n in range(101))}, 82003),
    ],
)
def test_bad_targets(app: AppClient, targets: JSON, errcode: int) -> None:
    body = {"msgtype": "text", "agentid": 1000002, "text": {"content": "a"}} | targets
    assert app.post("message/send", body)["errcode"] == errcode


def test_partial_targets_are_a_success_that_names_the_rest(platform: Sandbox, app: AppClient) -> None:
    """userids are case-insensitive; the invalid ones come back in lower case, joined by |."""
    answer = app.text("WANG|Nobody|zhang|Noone", "你好", toparty="1|99", totag="7")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|noone"
    assert (answer["invalidparty"], answer["invalidtag"]) == ("99", "7")
    assert platform.texts("wang") == platform.texts("zhang") == ["你好"]
    assert platform.texts("li") == []


def test_everyone_and_a_department(platform: Sandbox, app: AppClient) -> None:
    app.text("@all", "全体")
    body = {"toparty": "2", "msgtype": "text", "agentid": 1000002, "text": {"content": "司"}}
    assert app.post("message/send", body)["errcode"] == 0
    assert [platform.texts(user) for user in ("wang", "zhang", "li", "zhao")] == [
        ["全体", "司"], ["全体", "司"], ["全体"], ["全体"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "errcode"),
    [
        (rb'{"touser":"wang","msgtype":"text","agentid":1000002,"text":{"content":"\u4f60"}}', 40033),
        (b"{", 40058),
        (b"[]", 40058),
        (b"\xff", 40058),
        (b"", 40058),
    ],
)
def test_bodies_that_are_not_utf8_json(app: AppClient, raw: bytes, errcode: int) -> None:
    assert app.post_raw("message/send", raw)["errcode"] == errcode


def test_an_escaped_backslash_before_u_is_no_escape(platform: Sandbox, app: AppClient) -> None:
    raw = rb'{"touser":"wang","msgtype":"text","agentid":1000002,"text":{"content":"\\u4f60"}}'
    assert app.post_raw("message/send", raw)["errcode"] == 0
    assert platform.texts("wang") == ["\\u4f60"]


def test_agents(app: AppClient) -> None:
    assert app.post("message/send", TEXT | {"agentid": 0})["errcode"] == 40056
    assert app.post("message/send", TEXT | {"agentid": 1000003})["errcode"] == 301002


def test_a_text_too_long_is_cut_on_the_phone_and_noted(platform: Sandbox, app: AppClient) -> None:
    assert app.text("wang", "字" * 700)["errcode"] == 0
    assert platform.texts("wang") == ["字" * 682]
    assert [entry["kind"] for entry in platform.violations()] == ["cut"]


def test_a_refused_request_leaves_no_notes(platform: Sandbox, app: AppClient) -> None:
    assert app.text("nobody", "字" * 700)["errcode"] == 81013
    assert platform.violations() == []


def test_more_than_thirty_a_minute_are_dropped_in_silence(platform: Sandbox, app: AppClient) -> None:
    for number in range(32):
        assert app.text("wang", f"{number}")["errcode"] == 0
    assert len(platform.texts("wang")) == 30
    assert [entry["kind"] for entry in platform.violations()] == ["dropped", "dropped"]
    app.text("zhang", "别人不受影响")
    assert platform.texts("zhang") == ["别人不受影响"]
    platform.advance(60)
    app.text("wang", "又可以了")
    assert platform.texts("wang")[-1] == "又可以了"


def test_the_whole_app_has_a_daily_cap(app: AppClient, platform: Sandbox) -> None:
    """Account cap times 200 person-times; the next day starts anew."""
    world = platform.world
    world.frequency.person_times[world.now().astimezone(BEIJING).date()] = world.config.account_cap * 200 - 1
    assert app.text("wang|zhang", "两个人次")["errcode"] == 45009
    assert app.text("wang", "最后一个")["errcode"] == 0
    assert app.text("wang", "多一个")["errcode"] == 45009
    platform.advance(24 * 3600)
    app.renew_token()
    assert app.text("wang", "明天")["errcode"] == 0


def test_the_same_request_again_is_not_delivered_again(platform: Sandbox, app: AppClient) -> None:
    def check(text: str) -> JSON:
        return app.text("wang", text, enable_duplicate_check=1)

    assert check("一")["msgid"]
    assert check("一")["errcode"] == 0
    assert platform.texts("wang") == ["一"]
    check("二")
    platform.advance(1799)
    check("一")
    assert platform.texts("wang") == ["一", "二"]
    platform.advance(1)
    check("一")
    assert platform.texts("wang") == ["一", "二", "一"]


def test_without_the_switch_the_same_request_is_delivered_again(platform: Sandbox, app: AppClient) -> None:
    app.text("wang", "一")
    app.text("wang", "一")
    assert platform.texts("wang") == ["一", "一"]


def test_a_refused_request_is_no_duplicate(platform: Sandbox, app: AppClient) -> None:
    platform.post("settings", callback_url="")
    card = review_card()
    assert app.card("wang", card, enable_duplicate_check=1)["errcode"] == 43012
    platform.post("settings", callback_url="http://127.0.0.1:9/callback")
    assert app.card("wang", card, enable_duplicate_check=1)["errcode"] == 0
    assert len(platform.cards("wang")) == 1


def test_a_task_id_is_used_once(platform: Sandbox, app: AppClient) -> None:
    first = app.card("wang|zhang", review_card())
    assert first["msgid"] and first["response_code"]
    assert app.card("li", review_card())["errcode"] == 42014
    assert [card["task_id"] for card in platform.cards("wang")] == ["item-0123@2"]
    assert [card["task_id"] for card in platform.cards("zhang")] == ["item-0123@2"]
    assert platform.cards("li") == []


def test_only_cards_that_can_be_updated_get_a_code(app: AppClient) -> None:
    plain: JSON = {"card_type": "text_notice", "main_title": {"title": "a"}, "card_action": {"type": 1, "url": URL}}
    assert "response_code" not in app.card("wang", plain)
    assert "response_code" not in app.text("wang", "a")
    menu = {"desc": "", "action_list": [{"text": "a", "key": "k"}]}
    assert app.card("wang", plain | {"task_id": "t1", "action_menu": menu})["response_code"]


@pytest.mark.parametrize(
    ("row", "errcode"),
    [
        ({"keyname": "人", "type": 3, "userid": "nobody"}, 42050),
        ({"keyname": "附件", "type": 2, "media_id": "none", "value": "a.doc"}, 40007),
    ],
)
def test_a_card_names_what_exists(app: AppClient, row: JSON, errcode: int) -> None:
    assert app.card("wang", review_card() | {"horizontal_content_list": [row]})["errcode"] == errcode


def test_ids_are_translated_for_display(platform: Sandbox, app: AppClient) -> None:
    app.text("wang", "$userName=zhang$ $departmentName=2$ $userName=nobody$", enable_id_trans=1)
    app.text("wang", "$userName=zhang$")
    app.card("wang", submission_card() | {"source": {"desc": "$userName=li$"}}, enable_id_trans=1)
    assert platform.texts("wang") == ["张伟 监管一司 $userName=nobody$", "$userName=zhang$"]
    assert platform.cards("wang")[0]["source"]["desc"] == "李国强"
