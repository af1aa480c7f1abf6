"""回调地址: 真的收下, 假的一律 403 空回, 日志里只有原因。"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import httpx
import pytest
from starlette.applications import Starlette

from bot.rules.delivery import Answer
from bot.rules.events import CardTapped, PlatformEvent, TextReceived
from bot.rules.messages import Button, Card
from bot.wecom import http
from tests.wecom.support import (
    CORP,
    STAMP,
    body,
    clock,
    delivery,
    encrypted,
    envelope,
    event_xml,
    seal_plain,
    signed,
    text_xml,
)

PATH = "/wecom/callback"
PRESSED = "<EventKey>approve</EventKey><TaskId>t-1</TaskId><ResponseCode>RC</ResponseCode>"
TAP = event_xml("template_card_event", PRESSED)
CARD = Card(task_id="t-1", title="已通过", done="已通过")


class Desk:
    """Takes what is delivered and answers as it is told."""

    def __init__(self, answer: Answer | Exception | None = None) -> None:
        self.seen: list[PlatformEvent] = []
        self.answer = answer or Answer()

    async def __call__(self, event: PlatformEvent) -> Answer:
        self.seen.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Platform:
    """Sends requests to the application the way a server would."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, path: str, content: bytes = b"") -> httpx.Response:
        return asyncio.run(self._request(method, path, content))

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def post(self, path: str, *, content: bytes) -> httpx.Response:
        return self.request("POST", path, content)

    async def _request(self, method: str, path: str, content: bytes) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="https://bot.example.com") as http_client:
            return await http_client.request(method, path, content=content)


def client(desk: Desk, *, after: Callable[[], None] | None = None, passive_cards: bool = False) -> Platform:
    app = Starlette(
        routes=http.routes(
            envelope(),
            desk,
            clock(),
            max_body=20_000,
            after=after,
            passive_card_updates=passive_cards,
            ownership={"WW_verify_AbC123.txt": "AbC123content"},
        )
    )
    return Platform(app)


def opened(reply: bytes) -> ElementTree.Element:
    """The inner XML of an answer, opened as the platform would."""
    fields = {child.tag: child.text or "" for child in ElementTree.fromstring(reply)}
    query = {"msg_signature": fields["MsgSignature"], "timestamp": fields["TimeStamp"], "nonce": fields["Nonce"]}
    return ElementTree.fromstring(envelope().open(query, body(fields["Encrypt"]), clock().now()))


# ---- GET ------------------------------------------------------------------------------------------------------------


def test_the_address_is_verified() -> None:
    """验证地址: 原样返回明文, 没有引号、换行。"""
    echo = encrypted(b"1616140317555161061")
    response = client(Desk()).get(f"{PATH}?{urlencode(signed(echo) | {'echostr': echo})}")
    assert (response.status_code, response.content) == (200, b"1616140317555161061")


@pytest.mark.parametrize("plus", ["%2B", "+"])
def test_a_plus_in_echostr_stays_a_plus(plus: str) -> None:
    """echostr 是 base64, 加号不能变成空格。"""
    echo = next(text for n in range(99) if "+" in (text := encrypted(f"echo{n}".encode())))
    query = urlencode(signed(echo)) + "&echostr=" + quote(echo, safe="+").replace("+", plus)
    assert client(Desk()).get(f"{PATH}?{query}").content.startswith(b"echo")


@pytest.mark.parametrize(
    "query", ["", "msg_signature=x", "msg_signature=x&timestamp=1&nonce=2&echostr=AAAA", "%zz=%ff"]
)
def test_a_false_verification_is_refused(query: str) -> None:
    """验证不过, 403 空回。"""
    response = client(Desk()).get(f"{PATH}?{query}")
    assert (response.status_code, response.content) == (403, b"")


# ---- POST -----------------------------------------------------------------------------------------------------------


def test_a_message_is_handed_on_and_answered_empty() -> None:
    """真的消息交给后面, 没话说就 200 空回。"""
    desk = Desk()
    query, sent = delivery(text_xml("停水通知"))
    response = client(desk).post(f"{PATH}?{query}", content=sent)
    assert (response.status_code, response.content) == (200, b"")
    [event] = desk.seen
    assert isinstance(event, TextReceived)
    assert (event.userid, event.text) == ("wangfang", "停水通知")


def test_a_text_answer_is_sealed() -> None:
    """回话装进信封, 平台能打开。"""
    query, sent = delivery(text_xml())
    response = client(Desk(Answer(text="已收到"))).post(f"{PATH}?{query}", content=sent)
    inner = opened(response.content)
    assert (inner.findtext("ToUserName"), inner.findtext("FromUserName")) == ("wangfang", CORP)
    assert inner.findtext("Content") == "已收到"


@pytest.mark.parametrize(
    ("inner", "takes"),
    [
        (text_xml(), True),
        (event_xml("enter_agent"), True),
        (event_xml("subscribe"), True),
        (event_xml("click", "<EventKey>k</EventKey>"), True),
        (event_xml("LOCATION"), True),
        (TAP, False),
        (event_xml("unsubscribe"), False),
        (event_xml("batch_job_result"), False),
        (event_xml("unheard_of"), False),
    ],
)
def test_only_listed_events_take_a_text(inner: str, takes: bool, caplog: pytest.LogCaptureFixture) -> None:
    """只有文档列出的回调才能带文字回复; 其余记一行, 空回。"""
    query, sent = delivery(inner)
    response = client(Desk(Answer(text="好"))).post(f"{PATH}?{query}", content=sent)
    assert response.status_code == 200
    assert bool(response.content) is takes
    assert ("no passive text" in caplog.text) is not takes


@pytest.mark.parametrize("switched_on", [True, False])
def test_a_card_answer_needs_the_switch(switched_on: bool) -> None:
    """被动更新卡片由开关决定, 默认关。"""
    query, sent = delivery(TAP)
    desk = Desk(Answer(card=CARD))
    response = client(desk, passive_cards=switched_on).post(f"{PATH}?{query}", content=sent)
    assert response.status_code == 200
    assert isinstance(desk.seen[0], CardTapped)
    assert bool(response.content) is switched_on
    if switched_on:
        assert opened(response.content).findtext("TemplateCard/ReplaceText") == "已通过"


def test_a_card_that_cannot_be_said_is_not_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """事已办成, 卡片回不了也不算失败。"""
    bad = Card(task_id="t", title="x", buttons=(Button("网页", url="https://a.b"),))
    query, sent = delivery(TAP)
    response = client(Desk(Answer(card=bad)), passive_cards=True).post(f"{PATH}?{query}", content=sent)
    assert (response.status_code, response.content) == (200, b"")
    assert "button_list" in caplog.text


GOOD = encrypted(text_xml().encode())
FALSE: dict[str, tuple[dict[str, str], bytes]] = {
    "wrong signature": (signed(GOOD) | {"msg_signature": "0" * 40}, body(GOOD)),
    "replayed after the window": (signed(GOOD, timestamp=str(int(STAMP) - 99999)), body(GOOD)),
    "another token": (signed(GOOD, token="other"), body(GOOD)),
    "no query": ({}, body(GOOD)),
    "empty body": (signed(GOOD), b""),
    "not XML": (signed(GOOD), b"\xff\xfe\x00{"),
    "an entity": (signed(GOOD), b'<!DOCTYPE x [<!ENTITY e "v">]><xml><Encrypt>&e;</Encrypt></xml>'),
}
for _name, _encrypt in {
    "another key": encrypted(text_xml().encode(), key="B" * 43),
    "another corporation": encrypted(text_xml().encode(), corp="wwother"),
    "inner XML malformed": encrypted(b"<xml>"),
    "inner XML with a DTD": encrypted(b"<!DOCTYPE xml><xml/>"),
    "wrong padding": seal_plain(b"\xff" * 64),
}.items():
    FALSE[_name] = (signed(_encrypt), body(_encrypt))


@pytest.mark.parametrize(("query", "sent"), FALSE.values(), ids=FALSE.keys())
def test_every_false_callback_gets_the_same_bare_refusal(
    query: dict[str, str], sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """各种假回调看不出差别: 403, 空的; 日志一行, 不含内容。"""
    caplog.set_level(logging.INFO)
    desk = Desk()
    response = client(desk).post(f"{PATH}?{urlencode(query)}", content=sent)
    assert (response.status_code, response.content, desk.seen) == (403, b"", [])
    assert set(response.headers) <= {"content-length"}
    [record] = [record for record in caplog.records if record.name == "bot.wecom.http"]
    assert record.levelno == logging.INFO
    assert record.exc_info is None
    for secret in (*query.values(), "停水通知"):
        assert secret not in record.getMessage()


def test_a_body_over_the_limit_is_not_read_on() -> None:
    """超过上限: 413, 不再读下去。"""
    desk = Desk()
    query, _ = delivery(text_xml())
    response = client(desk).post(f"{PATH}?{query}", content=b"x" * 20_001)
    assert (response.status_code, response.content, desk.seen) == (413, b"", [])


def test_a_body_without_length_is_counted_while_it_comes() -> None:
    """没有 Content-Length 的, 边收边数, 超了就停。"""
    taken = 0

    async def long() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 5000, "more_body": taken < 50}

    answers: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        answers.append(message)

    [callback, *_] = http.routes(envelope(), Desk(), clock(), max_body=20_000)
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": []}
    asyncio.run(callback.app(scope, long, send))  # type: ignore[arg-type]
    assert answers[0]["status"] == 413
    assert taken == 5


def test_a_failure_behind_is_500_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """后面出错: 500 空回, 让平台重送; 堆栈只进日志, 只一次。"""
    woken: list[int] = []
    query, sent = delivery(text_xml("机密内容"))
    response = client(Desk(RuntimeError("disk full")), after=lambda: woken.append(1)).post(
        f"{PATH}?{query}", content=sent
    )
    assert (response.status_code, response.content, woken) == (500, b"", [])
    [record] = [record for record in caplog.records if record.exc_info]
    assert "msg:7000000000000000001" in record.getMessage()
    assert "机密内容" not in caplog.text


def test_the_sender_is_woken_after_a_good_callback() -> None:
    """收下之后叫醒发件人; 假的不叫。"""
    woken: list[int] = []
    desk = Desk()
    mine = client(desk, after=lambda: woken.append(len(desk.seen)))
    query, sent = delivery(text_xml())
    mine.post(f"{PATH}?{query}", content=sent)
    mine.post(PATH, content=sent)
    assert woken == [1]


def test_a_failure_of_waking_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """叫不醒也不影响已经给出的回答。"""

    def broken() -> None:
        raise RuntimeError("asleep")

    query, sent = delivery(text_xml())
    assert client(Desk(), after=broken).post(f"{PATH}?{query}", content=sent).status_code == 200
    assert "after a callback" in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_offered(method: str) -> None:
    """只有 GET 和 POST。"""
    assert client(Desk()).request(method, PATH).status_code == 405


def test_the_domain_file_is_served_as_downloaded() -> None:
    """域名归属文件: 在根目录, 内容原样。"""
    mine = client(Desk())
    assert mine.get("/WW_verify_AbC123.txt").content == b"AbC123content"
    assert mine.get("/WW_verify_other.txt").status_code == 404


@pytest.mark.parametrize("name", ["../x", "AbC123", "WW_verify_a/b.txt", "WW_verify_{x}.txt", "x.html"])
def test_a_domain_file_has_a_plain_name(name: str) -> None:
    """文件名要像 WW_verify_X.txt, 启动时就查。"""
    with pytest.raises(ValueError, match="WW_verify"):
        http.routes(envelope(), Desk(), clock(), ownership={name: "y"})
