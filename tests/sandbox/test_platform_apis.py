"""Token, media, menu, directory, OAuth, faults (path/91039, 90253, 90254, 90231, 90196, 91335)."""

from typing import Any

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.frequency import HOUR, MINUTE, Frequency, Gate, Window
from bot.sandbox.media import AMR_HEADER, MB, amr_frames, check_upload, parse_range
from bot.sandbox.menu import check_menu
from bot.sandbox.testing import Sandbox, example_config
from tests.sandbox.app_client import AppClient
from tests.sandbox.conftest import MONDAY
from tests.sandbox.scene import MENU, png

JSON = dict[str, Any]
DAY = 24 * 3600


# ---- token


def test_a_token_lasts_7200_seconds(platform: Sandbox, app: AppClient) -> None:
    query = {"corpid": platform.config.corp_id, "corpsecret": platform.config.secret}
    first = app.http.get("/gettoken", params=query).json()
    assert first == {"errcode": 0, "errmsg": "ok", "access_token": app.token, "expires_in": 7200}
    platform.advance(7199)
    assert app.get("getcallbackip")["ip_list"] == ["127.0.0.1"]
    platform.advance(1)
    assert app.get("getcallbackip")["errcode"] == 42001
    app.renew_token()
    assert app.get("getcallbackip")["errcode"] == 0


def test_a_revoked_token_is_unknown(platform: Sandbox, app: AppClient) -> None:
    platform.post("token/revoke")
    assert app.get("getcallbackip")["errcode"] == 40014
    app.token = ""
    assert app.get("getcallbackip")["errcode"] == 41001


@pytest.mark.parametrize("path", ["message/send", "message/recall", "message/update_template_card", "menu/create"])
def test_every_call_needs_the_token(app: AppClient, path: str) -> None:
    app.token = "made-up"
    assert app.post(path, {})["errcode"] == 40014


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        ({"corpsecret": "sandbox-secret"}, 41002),
        ({"corpid": "wwtestcorp00000001"}, 41004),
        ({"corpid": "other", "corpsecret": "sandbox-secret"}, 40013),
        ({"corpid": "wwtestcorp00000001", "corpsecret": "wrong"}, 40001),
    ],
)
def test_bad_credentials(app: AppClient, query: dict[str, str], errcode: int) -> None:
    assert app.http.get("/gettoken", params=query).json()["errcode"] == errcode


def test_insisting_on_a_wrong_secret_is_noted(platform: Sandbox, app: AppClient) -> None:
    query = {"corpid": platform.config.corp_id, "corpsecret": "wrong"}
    app.http.get("/gettoken", params=query)
    assert platform.violations() == []
    app.http.get("/gettoken", params=query)
    assert [entry["kind"] for entry in platform.violations()] == ["wrong_secret_repeated"]


def test_methods_and_paths(app: AppClient) -> None:
    assert app.get("message/send")["errcode"] == 40058
    assert app.post("user/get", {}, userid="wang")["errcode"] == 40063
    assert app.get("nothing/here")["errcode"] == 48001


# ---- media

AMR = AMR_HEADER + bytes([0x3C]) + bytes(31)  # one frame of 12.2 kbit/s


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("poster", b"123456", 40005),
        ("file", b"", 44001),
        ("file", b"12345", 40006),
        ("file", b"x" * (20 * MB + 1), 45001),
        ("image", png() + b"x" * 10 * MB, 45001),
        ("image", b"GIF89a rest", 40004),
        ("voice", b"ID3 mp3 is not taken", 40004),
        ("voice", AMR_HEADER + (bytes([0x3C]) + bytes(31)) * 3001, 45007),
        ("video", b"not an mp4 file", 40004),
    ],
)
def test_files_the_platform_does_not_take(kind: str, content: bytes, errcode: int) -> None:
    with pytest.raises(ApiError) as refusal:
        check_upload(kind, content)
    assert refusal.value.errcode == errcode


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("file", b"123456"),
        ("image", png()),
        ("image", b"\xff\xd8\xff\xe0 jpeg"),
        ("voice", AMR_HEADER + (bytes([0x3C]) + bytes(31)) * 3000),
        ("video", b"\0\0\0\x18ftypmp42"),
    ],
)
def test_files_the_platform_takes(kind: str, content: bytes) -> None:
    check_upload(kind, content)


def test_amr_frames() -> None:
    assert amr_frames(AMR) == 1
    assert amr_frames(AMR + AMR[6:] + bytes([0x04]) + bytes(12)) == 3


def test_a_file_lives_three_days(platform: Sandbox, app: AppClient) -> None:
    answer = app.upload("image", "现场.png", png())
    assert answer["type"] == "image"
    assert answer["created_at"] == str(int(MONDAY.timestamp()))
    response = app.http.get("/media/get", params={"access_token": app.token, "media_id": answer["media_id"]})
    assert response.content == png()
    assert response.headers["content-type"] == "image/png"
    assert "%E7%8E%B0%E5%9C%BA.png" in response.headers["content-disposition"]
    assert app.send("wang", "image", {"media_id": answer["media_id"]})["errcode"] == 0
    platform.advance(3 * DAY)
    app.renew_token()
    assert app.get("media/get", media_id=answer["media_id"])["errcode"] == 40007
    assert app.send("wang", "image", {"media_id": answer["media_id"]})["errcode"] == 40007


def test_a_part_of_a_file(app: AppClient) -> None:
    media_id = app.upload("file", "a.txt", b"0123456789")["media_id"]
    query = {"access_token": app.token, "media_id": media_id}
    response = app.http.get("/media/get", params=query, headers={"Range": "bytes=2-4"})
    assert (response.status_code, response.content) == (206, b"234")
    assert response.headers["content-range"] == "bytes 2-4/10"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("bytes=0-", (0, 10)), ("bytes=-3", (7, 10)), ("bytes=5-99", (5, 10)), ("bytes=10-", None), ("lines=1-2", None),
     ("bytes=a-b", None)],
)  # fmt: skip
def test_ranges(header: str, wanted: tuple[int, int] | None) -> None:
    assert parse_range(header, 10) == wanted


def test_a_file_is_sent_as_what_it_was_uploaded(app: AppClient) -> None:
    media_id = app.upload("file", "a.exe", b"123456")["media_id"]
    assert app.send("wang", "image", {"media_id": media_id})["errcode"] == 40007
    assert app.send("wang", "file", {"media_id": media_id}, safe=1)["errcode"] == 40004
    assert app.send("wang", "file", {"media_id": media_id})["errcode"] == 0


def test_an_upload_without_its_field(app: AppClient) -> None:
    answer = app.http.post("/media/upload", params={"access_token": app.token, "type": "file"}, files={"file": b"1"})
    assert answer.json()["errcode"] == 41006


# ---- menu

CLICK: JSON = {"type": "click", "name": "投稿", "key": "k"}


def first(**fields: Any) -> JSON:
    return {"button": [CLICK | fields]}


def second(**fields: Any) -> JSON:
    return {"button": [{"name": "更多", "sub_button": [CLICK | fields]}]}


@pytest.mark.parametrize(
    ("menu", "errcode"),
    [
        ({}, 40035),
        ({"button": [CLICK], "matchrule": {}}, 40035),
        ({"button": []}, 40016),
        ({"button": [CLICK] * 4}, 40016),
        ({"button": [{"name": "更多", "sub_button": []}]}, 40023),
        ({"button": [{"name": "更多", "sub_button": [CLICK] * 6}]}, 40023),
        ({"button": [{"name": "更多", "sub_button": [{"name": "深", "sub_button": [CLICK]}]}]}, 40022),
        ({"button": [{"name": "更多", "type": "click", "sub_button": [CLICK]}]}, 40035),
        (first(type="press"), 40017),
        (second(type="press"), 40024),
        (first(name="六个字的名字"), 40018),
        (first(name=""), 40018),
        (second(name="字" * 14), 40025),
        (first(key="k" * 129), 40019),
        (first(key=""), 40019),
        (second(key="k" * 129), 40026),
        (first(url="https://example.com"), 40035),
        ({"button": [{"type": "view", "name": "看"}]}, 40020),
        ({"button": [{"type": "view", "name": "看", "url": "example.com"}]}, 40020),
        ({"button": [{"name": "更多", "sub_button": [{"type": "view", "name": "看", "url": "h" * 1025}]}]}, 40027),
    ],
)
def test_menus_the_platform_does_not_take(menu: JSON, errcode: int) -> None:
    with pytest.raises(ApiError) as refusal:
        check_menu(menu)
    assert refusal.value.errcode == errcode


def test_a_menu_is_replaced_read_and_deleted(app: AppClient) -> None:
    assert app.get("menu/get", agentid=1000002)["errcode"] == 46003
    assert app.post("menu/create", first(), agentid=1000002)["errcode"] == 0
    assert app.post("menu/create", MENU, agentid=1000002)["errcode"] == 0
    assert app.get("menu/get", agentid=1000002)["button"] == MENU["button"]
    assert app.get("menu/delete", agentid=1000002)["errcode"] == 0
    assert app.get("menu/get", agentid=1000002)["errcode"] == 46003
    assert app.get("menu/get")["errcode"] == 41011
    assert app.get("menu/get", agentid="x")["errcode"] == 40056


# ---- directory


def test_members_and_departments(app: AppClient) -> None:
    member = app.get("user/get", userid="WANG")
    assert (member["userid"], member["name"], member["department"], member["status"]) == ("wang", "王敏", [2], 1)
    assert "mobile" not in member and "avatar" not in member
    assert [one["userid"] for one in app.get("user/simplelist", department_id=2)["userlist"]] == ["wang", "zhang"]
    assert app.get("user/list", department_id=1)["userlist"] == []  # one department, not those below
    names = [one["name"] for one in app.get("department/list")["department"]]
    assert names == ["本单位", "监管一司", "机关", "政策法规司"]
    assert app.get("department/simplelist", id=3)["department_id"] == [{"id": 3, "parentid": 1, "order": 3}]


@pytest.mark.parametrize(
    ("path", "query", "errcode"),
    [
        ("user/get", {"userid": "nobody"}, 60111),
        ("user/get", {}, 40063),
        ("user/list", {}, 40063),
        ("user/simplelist", {"department_id": 99}, 40066),
        ("department/list", {"id": "x"}, 40066),
    ],
)
def test_who_does_not_exist(app: AppClient, path: str, query: dict[str, str | int], errcode: int) -> None:
    assert app.get(path, **query)["errcode"] == errcode


# ---- OAuth

ASK = {"appid": "wwtestcorp00000001", "redirect_uri": "https://bot.example.com/in?a=1", "response_type": "code",
       "scope": "snsapi_base", "state": "Ab1"}  # fmt: skip


def authorize(platform: Sandbox, user: str | None = "wang", **change: str) -> Any:
    cookies = {"Cookie": f"sandbox_user={user}"} if user else {}
    return platform.client.get("/connect/oauth2/authorize", params=ASK | change, headers=cookies)


def code_from(platform: Sandbox) -> str:
    return str(authorize(platform).next_request.url.params["code"])


def test_the_page_learns_whose_phone_it_is(platform: Sandbox, app: AppClient) -> None:
    """A code works once."""
    url = authorize(platform).next_request.url
    assert (url.host, url.path, url.params["a"], url.params["state"]) == ("bot.example.com", "/in", "1", "Ab1")
    assert app.get("auth/getuserinfo", code=url.params["code"])["userid"] == "wang"
    assert app.get("auth/getuserinfo", code=url.params["code"])["errcode"] == 42022
    assert app.get("auth/getuserinfo", code="made-up")["errcode"] == 40029


def test_an_oauth_code_lives_five_minutes(platform: Sandbox, app: AppClient) -> None:
    code = code_from(platform)
    platform.advance(300)
    assert app.get("auth/getuserinfo", code=code)["errcode"] == 42003


def test_without_a_phone_nobody_is_logged_in(platform: Sandbox) -> None:
    assert authorize(platform, user=None).status_code == 403
    assert authorize(platform, user="nobody").status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"appid": "other"},
        {"response_type": "token"},
        {"scope": "all"},
        {"state": "with-dash"},
        {"state": "x" * 129},
        {"agentid": "1"},
        {"redirect_uri": "https://elsewhere.example.com/in"},
        {"redirect_uri": "https://sub.bot.example.com/in"},
        {"redirect_uri": "/in"},
    ],
)
def test_bad_requests_for_a_login(platform: Sandbox, change: dict[str, str]) -> None:
    platform.post("settings", bot_public_url="https://bot.example.com")
    assert authorize(platform).status_code == 302
    assert authorize(platform, **change).status_code == 400
    assert [entry["kind"] for entry in platform.violations()] == ["oauth"]


def test_opening_a_page_forgets_who_was_logged_in_before(platform: Sandbox) -> None:
    response = platform.client.get(
        "/_sandbox/open", params={"user": "li", "url": "https://bot.example.com/x"}, headers={"Cookie": "session=wang"}
    )
    assert response.headers["location"] == "https://bot.example.com/x"
    cookies = response.headers.get_list("set-cookie")
    assert any(cookie.startswith('session="";') and "Max-Age=0" in cookie for cookie in cookies)
    assert any(cookie.startswith("sandbox_user=li;") for cookie in cookies)


@pytest.mark.parametrize("query", [{"user": "nobody", "url": "https://a.cn"}, {"user": "li", "url": "javascript:1"},
                                   {"user": "li", "url": "ftp://a.cn/b"}, {}])  # fmt: skip
def test_only_pages_are_opened(platform: Sandbox, query: dict[str, str]) -> None:
    assert platform.client.get("/_sandbox/open", params=query).status_code == 400


# ---- faults and frequency


def test_faults_come_in_order_and_are_used_up(platform: Sandbox, app: AppClient) -> None:
    platform.post("faults", next=[{"path": "message/send", "errcode": -1, "times": 2}, {"path": "*", "errcode": 60020}])
    assert [app.text("wang", "a")["errcode"] for _ in range(2)] == [-1, -1]
    refused = app.text("wang", "a")
    assert refused["errcode"] == 60020 and "127.0.0.1" in refused["errmsg"]
    assert app.text("wang", "a")["errcode"] == 0
    assert platform.texts("wang") == ["a"]


def test_a_gateway_in_between(platform: Sandbox, app: AppClient) -> None:
    platform.post("faults", next=[{"path": "gettoken", "http_status": 502}])
    response = app.http.get("/gettoken")
    assert response.status_code == 502 and "json" not in response.headers["content-type"]


def test_an_error_after_the_work_was_done(platform: Sandbox, app: AppClient) -> None:
    platform.post("faults", next=[{"path": "message/send", "errcode": -1, "after_effect": True}])
    assert app.text("wang", "a")["errcode"] == -1
    assert platform.texts("wang") == ["a"]


@pytest.mark.parametrize("fault", [{}, {"path": "a"}, {"path": "a", "errcode": 1, "often": 2}])
def test_a_fault_must_say_what_it_is(platform: Sandbox, fault: JSON) -> None:
    assert platform.client.post("/_sandbox/faults", json={"next": [fault]}).status_code == 400


def test_secrets_stay_out_of_the_log(platform: Sandbox, app: AppClient) -> None:
    app.text("wang", "你好")
    calls = platform.get("api_log")["calls"]
    assert [call["path"] for call in calls] == ["gettoken", "message/send"]
    assert calls[1]["request"]["text"] == {"content": "你好"} and calls[1]["answer"]["errcode"] == 0
    assert app.token not in str(calls) and platform.config.secret not in str(calls)


def test_going_over_a_window_blocks_for_its_length() -> None:
    """A block lasts as long as the unit that was exceeded."""
    gate = Gate((Window(2, MINUTE), Window(3, HOUR)))
    assert [gate.admit(MONDAY) is None for _ in range(3)] == [True, True, False]
    assert gate.admit(MONDAY + MINUTE) is None
    over = gate.admit(MONDAY + 2 * MINUTE)
    assert over is not None and over.span == HOUR
    assert gate.admit(MONDAY + HOUR) is not None  # blocked until an hour after the excess
    assert gate.admit(MONDAY + 2 * MINUTE + HOUR) is None


def test_ten_thousand_calls_a_minute_of_one_api() -> None:
    frequency = Frequency()
    for _ in range(10_000):
        frequency.call("user/get", MONDAY)
    frequency.call("user/list", MONDAY)
    with pytest.raises(ApiError) as refusal:
        frequency.call("user/get", MONDAY)
    assert refusal.value.errcode == 45009


@pytest.mark.parametrize("change", [{"token": "with-dash"}, {"encoding_aes_key": "short"}])
def test_a_config_the_console_would_not_take(change: JSON) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        example_config(**change)
