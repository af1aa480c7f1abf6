"""Callbacks: what a person does reaches the bot as documented, again when the answer is lost, and the reply is read
(path/90238, 90239, 90240, 90241)."""

from typing import Any

import pytest
from starlette.responses import Response

from bot.sandbox.testing import Sandbox
from tests.sandbox.app_client import AppClient
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.scene import MENU, png, review_card

JSON = dict[str, Any]
TASK = "item-0123@2"
LOST = {"path": "callback", "timeout": True}


def kinds(platform: Sandbox) -> list[str]:
    return [entry["kind"] for entry in platform.violations()]


def test_a_text_arrives_in_a_signed_envelope(connected: Sandbox, bot: FakeBot) -> None:
    outcome = connected.say("WANG", "你好 ]]> <b>&amp;")
    assert outcome == {"status": 200, "attempts": 1, "reply": None, "applied": False}
    inner = bot.heard[-1]
    assert [child.tag for child in inner] == [
        "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "AgentID",
    ]  # fmt: skip
    assert (bot.last("FromUserName"), bot.last("Content")) == ("wang", "你好 ]]> <b>&amp;")
    assert bot.last("CreateTime") == "1795398000"
    assert int(bot.last("MsgId")).bit_length() <= 64
    query, body = bot.requests[-1]
    assert set(query) == {"msg_signature", "timestamp", "nonce"}
    assert "<ToUserName><![CDATA[wwtestcorp00000001]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>" in body


def test_every_message_has_its_own_id(connected: Sandbox, bot: FakeBot) -> None:
    connected.say("wang", "一")
    connected.say("wang", "一")
    assert len({event.findtext("MsgId") for event in bot.heard}) == 2


def test_without_cdata(connected: Sandbox, bot: FakeBot) -> None:
    """Decrypted XML may come without CDATA."""
    connected.post("mode", cdata=False)
    connected.say("wang", "a < b & ]]>")
    assert bot.last("Content") == "a < b & ]]>"
    assert "CDATA" not in connected.get("callback_log")["callbacks"][-1]["inner"]


@pytest.mark.parametrize(
    ("kind", "name", "content", "elements"),
    [
        ("image", "a.png", png(), {"PicUrl", "MediaId"}),
        ("voice", "a.amr", b"#!AMR\n\x3c" + bytes(31), {"MediaId", "Format"}),
        ("video", "a.mp4", b"\0\0\0\x18ftypmp42", {"MediaId", "ThumbMediaId"}),
        ("file", "a.docx", b"PK docx", {"MediaId"}),
    ],
)
def test_files_can_be_fetched_by_the_bot(
    connected: Sandbox, bot: FakeBot, app: AppClient, kind: str, name: str, content: bytes, elements: set[str]
) -> None:
    outcome = connected.send_media("wang", kind, name, content)
    common = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "AgentID"}
    assert {child.tag for child in bot.heard[-1]} == common | elements
    assert (bot.last("MsgType"), bot.last("MediaId")) == (kind, outcome["media_id"])
    query = {"access_token": app.token, "media_id": bot.last("MediaId")}
    assert app.http.get("/media/get", params=query).content == content
    shown = connected.messages("wang")[-1]
    assert (shown["direction"], shown["type"], shown["file_name"]) == ("out", kind, name)


def test_a_picture_has_an_address(connected: Sandbox, bot: FakeBot) -> None:
    connected.send_media("wang", "image", "a.png", png())
    response = connected.client.get(bot.last("PicUrl"))
    assert response.content == png() and response.headers["content-disposition"].startswith("inline")


def test_a_place_and_a_link(connected: Sandbox, bot: FakeBot) -> None:
    connected.post("send_location", user="wang", label="机关大院", latitude="39.9", longitude="116.4")
    wanted = {"Location_X": "39.9", "Location_Y": "116.4", "Label": "机关大院", "AppType": "wxwork"}
    assert {name: bot.last(name) for name in wanted} == wanted
    connected.post("send_link", user="wang", url="https://weibo.com/1", title="微博")
    assert (bot.last("MsgType"), bot.last("Url"), bot.last("Title")) == ("link", "https://weibo.com/1", "微博")


def test_the_menu_and_entering(connected: Sandbox, bot: FakeBot, app: AppClient) -> None:
    app.post("menu/create", MENU, agentid=1000002)
    connected.post("menu", user="wang", key="mine")
    assert (bot.last("Event"), bot.last("EventKey"), bot.last("MsgId")) == ("click", "mine", "")
    connected.post("menu", user="wang", url="http://127.0.0.1:9/desk")
    assert (bot.last("Event"), bot.last("EventKey")) == ("view", "http://127.0.0.1:9/desk")
    connected.post("enter", user="wang")
    assert (bot.last("Event"), bot.last("EventKey")) == ("enter_agent", "")
    assert connected.client.post("/_sandbox/menu", json={"user": "wang", "key": "none"}).status_code == 409


def test_joining_and_leaving(connected: Sandbox, bot: FakeBot, app: AppClient) -> None:
    connected.post("people", userid="sun", name="孙丽", unit="新部门", event=True)
    assert (bot.last("Event"), bot.last("FromUserName")) == ("subscribe", "sun")
    assert app.text("sun", "欢迎")["errcode"] == 0
    assert app.get("user/get", userid="sun")["name"] == "孙丽"
    connected.post("people/remove", userid="sun", event=True)
    assert (bot.last("Event"), bot.last("FromUserName")) == ("unsubscribe", "sun")
    assert app.text("sun", "再见")["errcode"] == 81013


def test_any_event_with_any_fields(connected: Sandbox, bot: FakeBot) -> None:
    fields = {"Event": "batch_job_result", "AgentID": None, "BatchJob": {"JobId": "j1", "ErrCode": 0}}
    connected.post("event", user="sys", fields=fields)
    assert bot.heard[-1].find("AgentID") is None
    assert bot.heard[-1].findtext("BatchJob/JobId") == "j1"
    connected.post("event", user="wang", xml="<xml><MsgType>strange</MsgType></xml>")
    assert bot.last("MsgType") == "strange"


# ---- retry and double delivery


def test_a_lost_answer_is_asked_for_again(connected: Sandbox, bot: FakeBot) -> None:
    connected.post("faults", next=[LOST | {"after_effect": True}])
    outcome = connected.say("wang", "一")
    assert (outcome["status"], outcome["attempts"]) == (200, 2)
    assert len(bot.heard) == 2
    assert bot.heard[0].findtext("MsgId") == bot.heard[1].findtext("MsgId")
    assert bot.requests[0][0]["nonce"] != bot.requests[1][0]["nonce"]


def test_after_three_attempts_it_gives_up(connected: Sandbox, bot: FakeBot) -> None:
    connected.post("faults", next=[LOST | {"times": 3}])
    outcome = connected.say("wang", "一")
    assert (outcome["status"], outcome["attempts"], bot.heard) == (0, 3, [])
    assert connected.say("wang", "二")["status"] == 200


def test_a_bot_that_is_not_there(platform: Sandbox) -> None:
    assert platform.say("wang", "一")["attempts"] == 3
    assert kinds(platform) == ["callback_unanswered"] * 3


@pytest.mark.parametrize(("retry", "attempts"), [(False, 1), (True, 2)])
def test_an_error_status_is_retried_by_one_page_and_not_by_the_other(
    connected: Sandbox, bot: FakeBot, retry: bool, attempts: int
) -> None:
    connected.post("mode", retry_on_status=retry)
    bot.answers.append(lambda inner: Response("oops", 500))
    assert connected.say("wang", "一")["attempts"] == attempts
    assert kinds(connected) == ([] if retry else ["callback_status"])


@pytest.mark.parametrize(("flag", "codes"), [("same", 1), ("new", 2)])
def test_double_delivers_everything_twice(
    connected: Sandbox, bot: FakeBot, app: AppClient, flag: str, codes: int
) -> None:
    app.card("wang", review_card())
    connected.post("mode", double=True, double_response_code=flag)
    outcome = connected.tap("wang", TASK, "approve|0123|2")
    assert outcome["second"]["status"] == 200
    assert len(bot.heard) == 2
    assert len({event.findtext("ResponseCode") for event in bot.heard}) == codes
    assert {event.findtext("EventKey") for event in bot.heard} == {"approve|0123|2"}


def test_double_shows_one_reply(connected: Sandbox, bot: FakeBot) -> None:
    connected.post("mode", double=True)
    bot.says("收到")
    bot.says("收到")
    connected.say("wang", "一")
    assert connected.texts("wang") == ["收到"]


def test_replay_verbatim_and_as_a_retry(connected: Sandbox, bot: FakeBot) -> None:
    connected.say("wang", "一")
    connected.post("replay", verbatim=True)
    assert bot.requests[1] == bot.requests[0]
    connected.post("replay", verbatim=False)
    assert bot.requests[2][0]["nonce"] != bot.requests[0][0]["nonce"]
    assert bot.heard[2].findtext("MsgId") == bot.heard[0].findtext("MsgId")


def test_what_an_attacker_sends(connected: Sandbox, bot: FakeBot) -> None:
    sealed = connected.post("sealed", xml="<xml><MsgType>text</MsgType></xml>")
    assert connected.post("raw_callback", **sealed)["status"] == 200
    forged = sealed["query"] | {"msg_signature": "0" * 40}
    assert connected.post("raw_callback", query=forged, body=sealed["body"])["status"] == 403
    assert len(bot.heard) == 1
    assert kinds(connected) == []


def test_the_url_is_verified_with_exactly_what_was_sent(connected: Sandbox, bot_server: tuple[FakeBot, str]) -> None:
    assert connected.post("verify", message="616140317555161061")["ok"] is True
    connected.connect(f"{bot_server[1]}/nowhere")
    assert connected.post("verify")["ok"] is False


# ---- the reply


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"MsgType": "text", "Content": "收到 ]]> <a>"}, {"type": "text", "content": "收到 ]]> <a>"}),
        (
            {"MsgType": "news", "ArticleCount": 1, "Articles": {"item": {"Title": "一", "Url": "https://a.cn"}}},
            {"type": "news", "articles": [{"title": "一", "description": "", "url": "https://a.cn", "picurl": ""}]},
        ),
    ],
)
def test_a_reply_is_shown(connected: Sandbox, bot: FakeBot, fields: JSON, shown: JSON) -> None:
    bot.replies(**fields)
    outcome = connected.say("wang", "一")
    assert outcome["reply"] == shown and outcome["applied"] is True
    message = connected.received("wang")[-1]
    assert {name: message[name] for name in shown} == shown
    assert kinds(connected) == []


def test_a_picture_as_a_reply(connected: Sandbox, bot: FakeBot, app: AppClient) -> None:
    media_id = app.upload("image", "a.png", png())["media_id"]
    bot.replies(MsgType="image", Image={"MediaId": media_id})
    connected.say("wang", "一")
    assert connected.received("wang")[-1]["file_name"] == "a.png"


def test_a_long_reply_is_cut_and_noted(connected: Sandbox, bot: FakeBot) -> None:
    bot.says("字" * 700)
    connected.say("wang", "一")
    assert connected.texts("wang") == ["字" * 682]
    assert kinds(connected) == ["passive_text_cut"]


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgType": "text"},
        {"MsgType": "markdown", "Content": "a"},
        {"MsgType": "text", "Content": "a", "AgentID": 1000002},
        {"MsgType": "text", "Content": "a", "MsgId": 1},
        {"MsgType": "text", "Content": "a", "ToUserName": "zhang"},
        {"MsgType": "text", "Content": "a", "FromUserName": "other"},
        {"MsgType": "text", "Content": "a", "CreateTime": "now"},
        {"MsgType": "image"},
        {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": {"Title": "一", "Url": "https://a.cn"}}},
        {"MsgType": "update_button", "Button": {}},
        {"MsgType": "update_template_card", "TemplateCard": {"CardType": "poster"}},
    ],
)
def test_a_reply_that_is_not_one_is_noted(connected: Sandbox, bot: FakeBot, fields: JSON) -> None:
    bot.replies(**fields)
    outcome = connected.say("wang", "一")
    assert (outcome["status"], outcome["reply"]) == (200, None)
    assert kinds(connected) == ["callback_body"]
    assert connected.received("wang") == []


@pytest.mark.parametrize("body", ["success", "<xml></xml>", "<!DOCTYPE x><xml><Encrypt>a</Encrypt></xml>", "{}"])
def test_a_body_that_is_no_envelope_is_noted(connected: Sandbox, bot: FakeBot, body: str) -> None:
    bot.answers.append(lambda inner: Response(body))
    connected.say("wang", "一")
    assert kinds(connected) == ["callback_body"]


def test_a_reply_with_a_wrong_signature_is_noted(connected: Sandbox, bot: FakeBot) -> None:
    def tampered(inner: Any) -> Response:
        sealed = bytes(bot.sealed(inner, {"MsgType": "text", "Content": "a"}).body).decode()
        return Response(sealed.replace("<Nonce><![CDATA[n1", "<Nonce><![CDATA[n2"))

    bot.answers.append(tampered)
    connected.say("wang", "一")
    assert kinds(connected) == ["callback_body"]


def test_not_every_event_can_be_answered(connected: Sandbox, bot: FakeBot) -> None:
    bot.says("再见")
    connected.post("people/remove", userid="zhao", event=True)
    assert kinds(connected) == ["passive_not_allowed"]


XML_CARD: JSON = {
    "CardType": "button_interaction",
    "Source": {"Desc": "审发", "DescColor": 1},
    "MainTitle": {"Title": "0123"},
    "HorizontalContentList": [{"KeyName": "编号", "Value": "0123"}, {"KeyName": "人", "Type": 3, "UserId": "wang"}],
    "ButtonList": [{"Text": "好", "Style": 1, "Key": "k"}],
    "ReplaceText": "已提交",
}


@pytest.mark.parametrize(("applied", "replaced"), [(True, "已处理"), (False, None)])
def test_whether_a_tap_can_be_answered_is_a_mode(
    connected: Sandbox, bot: FakeBot, app: AppClient, applied: bool, replaced: str | None
) -> None:
    """Two pages say the reply works, a hidden note says the server ignores it: ignoring is the default."""
    app.card("wang|zhang", review_card())
    if applied:
        connected.post("mode", passive_card_update=True)
    bot.replies(MsgType="update_button", Button={"ReplaceName": "已处理"})
    outcome = connected.tap("wang", TASK, "approve|0123|2")
    assert outcome["reply"] == {"type": "update_button", "replace_name": "已处理"}
    assert outcome["applied"] is applied
    assert connected.cards("wang")[0]["replaced"] == replaced
    assert connected.cards("zhang")[0]["replaced"] is None
    assert kinds(connected) == []


def test_the_menu_of_a_card_can_be_answered_with_a_card(connected: Sandbox, bot: FakeBot, app: AppClient) -> None:
    app.card("wang", review_card())
    bot.replies(MsgType="update_template_card", TemplateCard=XML_CARD)
    assert connected.post("card_menu", user="wang", task_id=TASK, key="full|0123")["applied"] is True
    card = connected.cards("wang")[0]
    assert (card["task_id"], card["replaced"], card["source"]) == (TASK, "已提交", {"desc": "审发", "desc_color": 1})
    assert card["horizontal_content_list"][1] == {"keyname": "人", "type": 3, "userid": "wang"}
    assert kinds(connected) == []


@pytest.mark.parametrize(
    "change",
    [
        {"TaskId": "x"},
        {"ButtonList": {"item": XML_CARD["ButtonList"]}},
        {"Surprise": "x"},
        {"QuoteArea": {"Type": 2, "AppId": "wx1", "QuoteText": "a"}},  # Appid here
        {"ButtonList": [{"Text": "好", "Style": "first", "Key": "k"}]},
    ],
)
def test_a_reply_card_is_as_strict_as_a_sent_one(
    connected: Sandbox, bot: FakeBot, app: AppClient, change: JSON
) -> None:
    app.card("wang", review_card())
    bot.replies(MsgType="update_template_card", TemplateCard=XML_CARD | change)
    connected.post("card_menu", user="wang", task_id=TASK, key="full|0123")
    assert kinds(connected) == ["callback_body"]
    assert connected.cards("wang")[0]["replaced"] is None


def test_the_bot_may_call_the_api_while_it_answers(connected: Sandbox, bot: FakeBot, app: AppClient) -> None:
    """Delivery does not block the API, which would be a deadlock."""

    def answer(inner: Any) -> Response:
        assert app.text("zhang", "转告")["errcode"] == 0
        return Response("")

    bot.answers.append(answer)
    assert connected.say("wang", "一")["status"] == 200
    assert connected.texts("zhang") == ["转告"]
