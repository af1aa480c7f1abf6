"""对平台的每个调用: 发什么, 怎样读回答, 出了错怎么说。"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st
from responses import matchers
from responses.registries import OrderedRegistry

from bot.rules.delivery import NO_ANSWER, ApiError, OutcomeUnknown, Platform, Sent, Verdict
from bot.rules.messages import Attachment, Button, Card, Text
from bot.wecom import cards
from bot.wecom.client import Member, WeComClient, WeComSettings
from bot.wecom.menu import MenuButton
from bot.wecom.tokens import MemoryTokenStore, Token
from bot.wecom.transport import masked
from tests.wecom.support import NOW, clock

BASE = "https://wecom.example.gov.cn"
API = f"{BASE}/cgi-bin/"
SECRET = "the-app-secret"
SETTINGS = WeComSettings("wwcorp", 1000002, SECRET, api_base_url=f"{BASE}/", timeout_seconds=3)
CARD = Card(task_id="post-17@v3", title="待审", buttons=(Button("通过", "approve"),))
OK = {"errcode": 0, "errmsg": "ok"}


def client(token: str = "tok1", settings: WeComSettings = SETTINGS) -> WeComClient:
    store = MemoryTokenStore()
    if token:
        store.save(Token(token, NOW + timedelta(hours=1)))
    return WeComClient(settings, store, clock())


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=True, registry=OrderedRegistry) as mock:
        yield mock


def answer(mock: responses.RequestsMock, endpoint: str, body: Any, token: str = "tok1", **params: str) -> None:
    """The platform's next answer, if it is called with this token and these parameters."""
    query = {"access_token": token, **params}
    method = "GET" if endpoint in ("user/get", "auth/getuserinfo", "getcallbackip") else "POST"
    mock.add(method, API + endpoint, json=body, match=[matchers.query_param_matcher(query)])


def give_token(mock: responses.RequestsMock, value: str = "tok2", **more: Any) -> None:
    query = {"corpid": "wwcorp", "corpsecret": SECRET}
    body = {**OK, "access_token": value, "expires_in": 7200, **more}
    mock.add("GET", API + "gettoken", json=body, match=[matchers.query_param_matcher(query)])


def sent_body(mock: responses.RequestsMock, n: int = -1) -> Any:
    raw = mock.calls[n].request.body
    assert isinstance(raw, bytes)
    return json.loads(raw)


def test_the_client_is_a_platform() -> None:
    """接口与发件人约定的一致。"""
    platform: Platform = client()
    assert platform


# ---- sending --------------------------------------------------------------------------------------------------------


def test_a_text_is_sent(platform: responses.RequestsMock) -> None:
    """文字: 字段与文档一致, 中文不转义。"""
    answer(platform, "message/send", {**OK, "msgid": "m1"})
    assert client().send("wang", Text("停水通知")) == Sent("m1")
    raw = platform.calls[0].request.body
    assert isinstance(raw, bytes) and "停水通知".encode() in raw and b"\\u" not in raw
    assert json.loads(raw) == {
        "touser": "wang",
        "agentid": 1000002,
        "msgtype": "text",
        "text": {"content": "停水通知"},
    }


def test_a_card_is_sent_and_its_code_kept(platform: responses.RequestsMock) -> None:
    """卡片: 记下 msgid 和 response_code。"""
    answer(platform, "message/send", {**OK, "msgid": "m1", "response_code": "rc"})
    assert client().send("wang", CARD, once=7) == Sent("m1", "rc")
    body = sent_body(platform)
    assert body["template_card"]["task_id"] == "post-17@v3"
    assert "enable_duplicate_check" not in body  # the task_id is unique already


def test_the_other_two_kinds_are_sent_too(platform: responses.RequestsMock) -> None:
    """投票卡、图文卡也能发。"""
    answer(platform, "message/send", {**OK, "msgid": "m1"})
    news = cards.news_card(cards.Head("图文"), link="https://a.b", image="https://a.b/c.png")
    assert client().send_card("wang", news, once=7) == Sent("m1")
    assert sent_body(platform)["duplicate_check_interval"] == 1807


def test_a_picture_is_sent_by_its_media_id(platform: responses.RequestsMock) -> None:
    """图片凭素材号发送。"""
    answer(platform, "message/send", {**OK, "msgid": "m1"})
    client().send("wang", Attachment("sha", "a.jpg"), media_id="M")
    assert sent_body(platform)["image"] == {"media_id": "M"}


def test_a_long_text_goes_out_in_parts(platform: responses.RequestsMock) -> None:
    """长文分段发, 一段不少。"""
    for n in (1, 2):
        answer(platform, "message/send", {**OK, "msgid": f"m{n}", "invaliduser": "wang"})
    content = "审" * 600 + "\n" + "发" * 600
    assert client().send("wang", Text(content), once=3) == Sent("m2", unreached=("wang",))
    assert [sent_body(platform, n)["text"]["content"] for n in (0, 1)] == content.split("\n")


@pytest.mark.parametrize(
    ("fields", "unreached"),
    [
        ({}, ()),
        ({"invaliduser": "", "unlicenseduser": ""}, ()),
        ({"invaliduser": "Wang|zhang"}, ("wang", "zhang")),
        ({"unlicenseduser": "li"}, ("li",)),
        ({"invaliduser": "wang", "unlicenseduser": "wang|li"}, ("wang", "li")),
        ({"invaliduser": None}, ()),
    ],
)
def test_success_may_hide_people_not_reached(
    platform: responses.RequestsMock, fields: dict[str, Any], unreached: tuple[str, ...]
) -> None:
    """errcode 0 也要看谁没收到。"""
    answer(platform, "message/send", {**OK, "msgid": "m1", **fields})
    assert client().send("wang", Text("好")).unreached == unreached


@pytest.mark.parametrize("to", ["", "@all", "wang|zhang"])
def test_one_message_is_for_one_person(to: str) -> None:
    """一次只发一人, 绝不误发全员。"""
    with pytest.raises(ValueError, match="touser"):
        client().send(to, Text("好"))
    with pytest.raises(ValueError, match="touser"):
        client().update_card(to, CARD, "rc")


def _request_of(once: int, content: str = "好") -> bytes:
    with responses.RequestsMock() as mock:
        answer(mock, "message/send", {**OK, "msgid": "m"})
        client().send("wang", Text(content), once=once)
        raw = mock.calls[0].request.body
    assert isinstance(raw, bytes)
    return raw


def test_the_same_outbox_id_makes_the_same_request() -> None:
    """同一发件号, 请求逐字节相同; 不同发件号, 文字相同请求也不同。"""
    assert _request_of(41) == _request_of(41)
    assert len({_request_of(once) for once in range(41, 61)}) == 20
    body = json.loads(_request_of(41))
    assert (body["enable_duplicate_check"], body["duplicate_check_interval"]) == (1, 1841)
    assert "enable_duplicate_check" not in json.loads(_request_of(0))


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_the_interval_is_one_the_platform_takes(once: int) -> None:
    """查重间隔总在 1800 到 14400 秒之间。"""
    from bot.wecom.client import _duplicate_check

    here, later = (_duplicate_check({}, n)["duplicate_check_interval"] for n in (once, once + 12600))
    assert 1800 <= here <= 14400
    assert here != later


# ---- updating and recalling -----------------------------------------------------------------------------------------


def test_a_card_is_updated(platform: responses.RequestsMock) -> None:
    """更新卡片: userids 是数组, 回答里的也是。"""
    answer(platform, "message/update_template_card", {**OK, "invaliduser": ["Wang"]})
    done = Card(task_id="post-17@v3", title="待审", done="已通过")
    assert client().update_card("wang", done, "rc") == Sent(unreached=("wang",))
    body = sent_body(platform)
    assert (body["userids"], body["agentid"], body["response_code"]) == (["wang"], 1000002, "rc")
    assert body["template_card"]["replace_text"] == "已通过"
    assert "task_id" not in body["template_card"]


def test_a_message_is_recalled(platform: responses.RequestsMock) -> None:
    """撤回。"""
    answer(platform, "message/recall", OK)
    client().recall("m1")
    assert sent_body(platform) == {"msgid": "m1"}


# ---- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(81013, Verdict.DROP), (42014, Verdict.NEVER), (60020, Verdict.FAULT), (45009, Verdict.WAIT), (-1, Verdict.RETRY)],
)
def test_an_error_comes_with_its_verdict(platform: responses.RequestsMock, code: int, verdict: Verdict) -> None:
    """平台的错误码带着处置办法。"""
    answer(platform, "message/send", {"errcode": code, "errmsg": "no, from ip: 1.2.3.4"})
    with pytest.raises(ApiError) as error:
        client().send("wang", CARD)
    assert (error.value.code, error.value.verdict) == (code, verdict)
    assert "1.2.3.4" in str(error.value)


@pytest.mark.parametrize("code", [0, -1, 40058])
def test_json_read_in_part_is_our_error(platform: responses.RequestsMock, code: int) -> None:
    """平台说 JSON 格式有误, 即使 errcode 是 0 也是我们的错。"""
    answer(platform, "message/send", {"errcode": code, "errmsg": "ok. Warning: wrong json format. "})
    with pytest.raises(ApiError) as error:
        client().send("wang", Text("好"))
    assert error.value.verdict is Verdict.NEVER


Trouble = dict[str, Any]
TROUBLES: list[Trouble] = [
    {"body": requests.ConnectTimeout(f"{API}message/send?access_token=tok1")},
    {"body": requests.ReadTimeout(f"{API}message/send?access_token=tok1")},
    {"body": requests.ConnectionError(f"{API}gettoken?corpsecret={SECRET}")},
    {"body": requests.exceptions.ChunkedEncodingError("tok1")},
    {"status": 502, "body": "<html>Bad Gateway</html>"},
    {"status": 500, "json": {"errcode": 0, "errmsg": "ok"}},
    {"status": 404, "body": "not found"},
    {"status": 302, "headers": {"Location": "https://evil.example.com/"}},
    {"status": 200, "body": "<html>log in to the network</html>"},
    {"status": 200, "json": ["errcode", 0]},
    {"status": 200, "json": {"hello": "world"}},
    {"status": 200, "body": '{"errcode": "x"}'},
    {"status": 200, "body": ""},
]


def _text_of(error: BaseException) -> str:
    return f"{error!r} {error} {error.__cause__!r}"


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(
    ("endpoint", "call"),
    [
        ("message/send", lambda c: c.send("wang", Text("好"))),
        ("message/update_template_card", lambda c: c.update_card("wang", CARD, "rc")),
        ("message/recall", lambda c: c.recall("m")),
    ],
)
def test_without_a_clear_answer_the_outcome_is_unknown(
    platform: responses.RequestsMock, trouble: Trouble, endpoint: str, call: Callable[[WeComClient], Any]
) -> None:
    """超时、断线、5xx、不是 JSON: 结果不明, 错误里没有密钥。"""
    platform.add("POST", API + endpoint, **trouble)
    with pytest.raises(OutcomeUnknown) as error:
        call(client())
    assert "tok1" not in _text_of(error.value) and SECRET not in _text_of(error.value)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize(
    ("method", "endpoint", "call"),
    [
        ("GET", "user/get", lambda c: c.member("wang")),
        ("GET", "getcallbackip", lambda c: c.callback_addresses()),
        ("GET", "auth/getuserinfo", lambda c: c.user_of_code("code")),
        ("POST", "media/upload", lambda c: c.upload("image", "a.png", b"\x89PNG\r\n\x1a\n")),
        ("GET", "media/get", lambda c: c.fetch("M")),
    ],
)
def test_a_read_without_an_answer_is_a_plain_retry(
    platform: responses.RequestsMock, trouble: Trouble, method: str, endpoint: str, call: Callable[[WeComClient], Any]
) -> None:
    """只读的调用没有回答: 再试就是。"""
    platform.add(method, API + endpoint, **trouble)
    with pytest.raises(ApiError) as error:
        call(client())
    assert (error.value.code, error.value.verdict) == (NO_ANSWER, Verdict.RETRY)
    assert "tok1" not in _text_of(error.value)


@pytest.mark.parametrize("trouble", [*TROUBLES, {"json": OK}, {"json": {**OK, "access_token": "t", "expires_in": "?"}}])
def test_no_token_means_nothing_was_sent(platform: responses.RequestsMock, trouble: Trouble) -> None:
    """取不到凭证, 消息肯定没发, 再试就是。"""
    platform.add("GET", API + "gettoken", **trouble)
    with pytest.raises(ApiError) as error:
        client(token="").send("wang", Text("好"))
    assert (error.value.code, error.value.verdict) == (NO_ANSWER, Verdict.RETRY)
    assert SECRET not in _text_of(error.value)


# ---- the token ------------------------------------------------------------------------------------------------------


def test_the_token_is_fetched_when_there_is_none(platform: responses.RequestsMock) -> None:
    """没有凭证先取凭证。"""
    give_token(platform)
    answer(platform, "message/send", {**OK, "msgid": "m"}, token="tok2")
    client(token="").send("wang", Text("好"))


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_ended_early_is_renewed_once(platform: responses.RequestsMock, code: int) -> None:
    """凭证提前失效: 换一次, 再发一次。"""
    answer(platform, "message/send", {"errcode": code, "errmsg": "expired"})
    give_token(platform)
    answer(platform, "message/send", {**OK, "msgid": "m"}, token="tok2")
    assert client().send("wang", Text("好")) == Sent("m")


def test_a_fresh_token_refused_is_not_renewed_again(platform: responses.RequestsMock) -> None:
    """新凭证也不认, 就不再换了。"""
    answer(platform, "message/send", {"errcode": 42001, "errmsg": "expired"})
    give_token(platform)
    answer(platform, "message/send", {"errcode": 42001, "errmsg": "expired"}, token="tok2")
    with pytest.raises(ApiError) as error:
        client().send("wang", Text("好"))
    assert error.value.verdict is Verdict.TOKEN


def test_a_wrong_secret_is_not_tried_twice(platform: responses.RequestsMock) -> None:
    """密钥错误: 记住, 不再去问。"""
    give_token(platform, errcode=40001, errmsg="invalid credential")
    mine = client(token="")
    for _ in range(3):
        with pytest.raises(ApiError) as error:
            mine.send("wang", Text("好"))
        assert (error.value.code, error.value.verdict) == (40001, Verdict.FAULT)


def test_no_secret_in_any_log(platform: responses.RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    """日志开到最细, 也没有密钥和凭证。"""
    caplog.set_level(logging.DEBUG)
    give_token(platform, "tok-very-secret")
    answer(platform, "message/send", {**OK, "msgid": "m"}, token="tok-very-secret")
    client(token="").send("wang", Text("好"))
    logging.getLogger("urllib3.connectionpool").debug('%s "%s %s"', BASE, "GET", f"/x?corpsecret={SECRET}&a=1")
    assert SECRET not in caplog.text and "tok-very-secret" not in caplog.text
    assert "corpsecret=***&a=1" in caplog.text
    assert SECRET not in repr(SETTINGS)


def test_masking() -> None:
    """地址里的密钥一律打星。"""
    url = "https://a/b?access_token=AAA&type=image&corpsecret=BBB&code=CCC HTTP/1.1"
    assert masked(url) == "https://a/b?access_token=***&type=image&corpsecret=***&code=*** HTTP/1.1"


def test_every_call_has_a_time_limit_and_its_own_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """每个调用都有时限, 不跟随跳转, 用自己的证书。"""
    seen: list[dict[str, Any]] = []

    def request(_: requests.Session, **kwargs: Any) -> requests.Response:
        seen.append(kwargs)
        raise requests.ConnectTimeout

    def get(_: requests.Session, url: str, **kwargs: Any) -> requests.Response:
        return request(_, url=url, **kwargs)

    monkeypatch.setattr(requests.Session, "request", request)
    monkeypatch.setattr(requests.Session, "get", get)
    private = WeComSettings("c", 1, "s", api_base_url=BASE, ca_bundle="/etc/ca.pem", timeout_seconds=3)
    calls: list[Callable[[WeComClient], Any]] = [
        lambda c: c.send("wang", CARD), lambda c: c.member("wang"), lambda c: c.fetch("M"),
        lambda c: c.upload("file", "a.txt", b"1234567"),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises((ApiError, OutcomeUnknown)):
            call(client(settings=private))
    with pytest.raises(ApiError):
        client("", private).member("wang")
    assert len(seen) == 5
    for kwargs in seen:
        assert (kwargs["timeout"], kwargs["verify"], kwargs["allow_redirects"]) == (3, "/etc/ca.pem", False)


# ---- reads and settings ---------------------------------------------------------------------------------------------


def test_who_logged_in(platform: responses.RequestsMock) -> None:
    """登录码换用户名, 小写。"""
    answer(platform, "auth/getuserinfo", {**OK, "userid": "WangFang"}, code="c-1")
    assert client().user_of_code("c-1") == "wangfang"


@pytest.mark.parametrize(
    ("body", "code"), [({**OK, "openid": "o"}, 0), ({"errcode": 42022, "errmsg": "used"}, 42022)]
)
def test_a_stranger_does_not_log_in(platform: responses.RequestsMock, body: dict[str, Any], code: int) -> None:
    """不是本单位成员, 或登录码用过: 不让进。"""
    answer(platform, "auth/getuserinfo", body, code="c-1")
    with pytest.raises(ApiError) as error:
        client().user_of_code("c-1")
    assert error.value.code == code


def test_where_to_log_in() -> None:
    """登录地址与文档一致。"""
    url = client().login_url("https://bot.example.com/login?next=/a", "abc123")
    assert url == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wwcorp"
        "&redirect_uri=https%3A%2F%2Fbot.example.com%2Flogin%3Fnext%3D%2Fa&response_type=code"
        "&scope=snsapi_base&state=abc123&agentid=1000002#wechat_redirect"
    )
    for state in ("", "a b", "a" * 129, "状态"):
        with pytest.raises(ValueError, match="state"):
            client().login_url("https://a.b", state)


def test_a_member_is_read(platform: responses.RequestsMock) -> None:
    """读成员。"""
    body = {**OK, "userid": "Wang", "name": "王芳", "department": [2, 3], "main_department": 2, "status": 2}
    answer(platform, "user/get", body, userid="wang")
    assert client().member("wang") == Member("wang", "王芳", (2, 3), 2, active=False)


def test_callback_addresses(platform: responses.RequestsMock) -> None:
    """读回调来源地址。"""
    answer(platform, "getcallbackip", {**OK, "ip_list": ["1.2.3.*", "4.5.6.7"]})
    assert client().callback_addresses() == ("1.2.3.*", "4.5.6.7")


MENU = (
    MenuButton("报稿", key="menu:new"),
    MenuButton("我的", below=(MenuButton("待我审批的稿件", key="menu:mine"), MenuButton("网页", url="https://a.b"))),
)


def test_the_menu_is_set(platform: responses.RequestsMock) -> None:
    """菜单整体替换。"""
    answer(platform, "menu/create", OK, agentid="1000002")
    client().create_menu(MENU)
    assert sent_body(platform) == {
        "button": [
            {"type": "click", "name": "报稿", "key": "menu:new"},
            {
                "name": "我的",
                "sub_button": [
                    {"type": "click", "name": "待我审批的稿件", "key": "menu:mine"},
                    {"type": "view", "name": "网页", "url": "https://a.b"},
                ],
            },
        ]
    }


ONE = MenuButton("一", key="k")


@pytest.mark.parametrize(
    ("buttons", "field"),
    [
        ((), "button"),
        ((ONE,) * 4, "button"),
        ((MenuButton("一二三四五六", key="k"),), "button[0].name"),
        ((MenuButton("", key="k"),), "button[0].name"),
        ((MenuButton("一"),), "button[0]"),
        ((MenuButton("一", key="k", url="https://a.b"),), "button[0]"),
        ((MenuButton("一", key="k" * 129),), "button[0].key"),
        ((MenuButton("一", url="https://a.b/" + "x" * 1024),), "button[0].url"),
        ((MenuButton("一", url="a.b"),), "button[0]"),
        ((MenuButton("一", below=(ONE,) * 6),), "button[0].sub_button"),
        ((MenuButton("一", below=(MenuButton("二", below=(ONE,)),)),), "button[0].sub_button"),
        ((MenuButton("一", below=(MenuButton("长" * 14, key="k"),)),), "button[0].sub_button[0].name"),
    ],
)
def test_menu_limits(buttons: tuple[MenuButton, ...], field: str) -> None:
    """菜单的个数、层级、字数先查。"""
    with pytest.raises(ValueError, match=f"^{re.escape(field)}:"):
        client().create_menu(buttons)
