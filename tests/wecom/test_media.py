"""素材: 上传前查大小和格式, 下载后先看是不是素材。"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
import responses

from bot.rules.delivery import NO_ANSWER, ApiError, Verdict
from bot.wecom import media
from tests.wecom.test_client import API, OK, client

JPG, PNG = b"\xff\xd8\xff\xe0" + b"x" * 60, b"\x89PNG\r\n\x1a\n" + b"x" * 60
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"x" * 60
MB = 1024 * 1024


@pytest.fixture
def platform() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        yield mock


@pytest.mark.parametrize(
    ("kind", "name", "content", "mime"),
    [
        ("image", "现场.jpg", JPG, "image/jpeg"),
        ("image", "a.png", PNG, "image/png"),
        ("video", "a.mp4", MP4, "video/mp4"),
        ("voice", "a.amr", b"#!AMR\n123", "audio/amr"),
        ("file", "审批单.pdf", b"%PDF-1.7", "application/octet-stream"),
    ],
)
def test_an_upload(platform: responses.RequestsMock, kind: str, name: str, content: bytes, mime: str) -> None:
    """上传: 字段名 media, 中文文件名照送。"""
    platform.add("POST", API + "media/upload", json={**OK, "type": kind, "media_id": "M1", "created_at": "1"})
    assert client().upload(kind, name, content) == "M1"
    request = platform.calls[0].request
    assert request.params == {"access_token": "tok1", "type": kind}  # type: ignore[attr-defined]
    assert isinstance(request.body, bytes)
    assert f'name="media"; filename="{name}"\r\nContent-Type: {mime}'.encode() in request.body
    assert content in request.body


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        ("image", b"GIF89a" + b"x" * 60, "format"),
        ("image", b"BM" + b"x" * 60, "format"),
        ("video", b"\x1aE\xdf\xa3" + b"x" * 60, "format"),
        ("voice", b"RIFF" + b"x" * 60, "format"),
        ("file", b"12345", "size"),
        ("file", b"", "size"),
        ("image", JPG + b"x" * 10 * MB, "size"),
        ("video", MP4 + b"x" * 10 * MB, "size"),
        ("file", b"x" * (20 * MB + 1), "size"),
        ("gif", JPG, "type"),
    ],
)
def test_what_the_platform_does_not_take_is_not_sent(kind: str, content: bytes, field: str) -> None:
    """太大、太小、格式不对的不上传。"""
    with pytest.raises(ValueError, match=f"media {field}"):
        client().upload(kind, "a", content)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="photo.jpg"', "photo.jpg"),
        ("attachment; filename=photo.jpg", "photo.jpg"),
        ('attachment; filename="现场.jpg"'.encode().decode("latin-1"), "现场.jpg"),
        ("attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg", "现场.jpg"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("", ""),
    ],
)
def test_a_download(platform: responses.RequestsMock, header: str, name: str) -> None:
    """下载: 内容和文件名; 文件名里的路径去掉。"""
    platform.add(
        "GET", API + "media/get", body=JPG, content_type="image/jpeg", headers={"Content-Disposition": header}
    )
    assert client().fetch("M") == (JPG, name)


@pytest.mark.parametrize("content_type", ["application/json; encoding=utf-8", "text/plain", "image/jpeg"])
def test_an_error_is_not_media(platform: responses.RequestsMock, content_type: str) -> None:
    """失败时给的是 JSON, 不能当图片存; 素材过期就不会再有。"""
    platform.add(
        "GET", API + "media/get", body='{"errcode":40007,"errmsg":"invalid media_id"}', content_type=content_type
    )
    with pytest.raises(ApiError) as error:
        client().fetch("M")
    assert (error.value.code, error.value.verdict) == (40007, Verdict.NEVER)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("<html>", "text/html"), ("", "image/jpeg"), ("{}", "application/json"), ("[1", "application/json")],
)
def test_a_page_is_not_media(platform: responses.RequestsMock, body: str, content_type: str) -> None:
    """代理给的网页、空的内容, 都不是素材。"""
    platform.add("GET", API + "media/get", body=body, content_type=content_type)
    with pytest.raises(ApiError) as error:
        client().fetch("M")
    assert error.value.code == NO_ANSWER


def test_a_token_that_ended_is_renewed_for_a_download_too(platform: responses.RequestsMock) -> None:
    """下载时凭证失效, 同样换一次。"""
    platform.add("GET", API + "media/get", json={"errcode": 42001, "errmsg": "expired"})
    platform.add("GET", API + "gettoken", json={**OK, "access_token": "tok2", "expires_in": 7200})
    platform.add("GET", API + "media/get", body=JPG, content_type="image/jpeg")
    assert client().fetch("M")[0] == JPG


def _serve_in_parts(mock: responses.RequestsMock, whole: bytes) -> None:
    def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes | str]:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
        if not asked:
            return 200, {"Content-Type": "application/json"}, '{"errcode":830002,"errmsg":"use Range"}'
        first, last = int(asked[1]), min(int(asked[2]), len(whole) - 1)
        headers = {"Content-Range": f"bytes {first}-{last}/{len(whole)}", "Content-Type": "video/mp4"}
        return 206, headers | {"Content-Disposition": 'attachment; filename="a.mp4"'}, whole[first : last + 1]

    mock.add_callback("GET", API + "media/get", callback=reply, content_type=None)


@pytest.mark.parametrize("length", [100, 160, 161, 480])
def test_a_large_download_comes_in_parts(
    platform: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """超过 20 MB 的分段下载, 拼起来一字不差。"""
    monkeypatch.setattr(media, "PART", 160)
    whole = bytes(n % 251 for n in range(length))
    _serve_in_parts(platform, whole)
    assert client().fetch("M") == (whole, "a.mp4")


def test_parts_are_what_the_platform_takes() -> None:
    """每段不超过 20 MB, 是 16 字节的倍数。"""
    assert media.PART <= 20 * MB and media.PART % 16 == 0


def test_a_download_has_an_end(platform: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """大得离谱的不收。"""
    monkeypatch.setattr(media, "LARGEST", 200)
    monkeypatch.setattr(media, "PART", 160)
    _serve_in_parts(platform, b"x" * 201)
    with pytest.raises(ApiError) as error:
        client().fetch("M")
    assert error.value.verdict is Verdict.NEVER
