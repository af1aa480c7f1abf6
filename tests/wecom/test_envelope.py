"""信封: 签名、时间、密钥、企业都对才打开。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wecom.envelope import Envelope, Refused
from tests.wecom.support import AES_KEY, CORP, NOW, STAMP, TOKEN, VECTORS, body, encrypted, envelope, seal_plain, signed


def _opened(vector: dict[str, Any]) -> bytes:
    mine = Envelope(vector["token"], vector["encoding_aes_key"], vector.get("configured_corp_id", vector["receive_id"]))
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}
    if vector["kind"] == "url_verify":
        return mine.verify_url(query | {"echostr": vector["encrypt"]}, now)
    return mine.open(query, body(vector["encrypt"]), now)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector_is_opened_or_refused_as_expected(vector: dict[str, Any]) -> None:
    """官方与自造的每个样例: 该开的逐字节打开, 该拒的拒绝。"""
    if vector["expect"] == "ok":
        assert _opened(vector) == vector["plaintext"].encode()
    else:
        with pytest.raises(Refused):
            _opened(vector)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_vector_is_encrypted_again_byte_for_byte(vector: dict[str, Any]) -> None:
    """同样的随机前缀, 加密结果与样例逐字节相同。"""
    mine = Envelope(vector["token"], vector["encoding_aes_key"], vector["receive_id"])
    assert mine._encrypted(vector["plaintext"].encode(), bytes.fromhex(vector["random_hex"])) == vector["encrypt"]
    if "signature" not in vector["expect"]:
        signature = mine._signature(vector["timestamp"], vector["nonce"], vector["encrypt"])
        assert signature == vector["msg_signature"]


GOOD = encrypted(b"<xml/>")
PLAIN = b"0123456789abcdef"
NOT_MINE: dict[str, tuple[dict[str, str], bytes, str]] = {
    "wrong signature": (signed(GOOD) | {"msg_signature": "0" * 40}, body(GOOD), "signature"),
    "signature in capitals": (
        signed(GOOD) | {"msg_signature": signed(GOOD)["msg_signature"].upper()},
        body(GOOD),
        "signature",
    ),
    "signature not ASCII": (signed(GOOD) | {"msg_signature": "签名\ud800"}, body(GOOD), "signature"),
    "signed with another token": (signed(GOOD, token="other"), body(GOOD), "signature"),
    "nonce changed": (signed(GOOD) | {"nonce": "n2"}, body(GOOD), "signature"),
    "timestamp changed": (signed(GOOD) | {"timestamp": str(int(STAMP) + 1)}, body(GOOD), "signature"),
    "no signature": ({"timestamp": STAMP, "nonce": "n1"}, body(GOOD), "msg_signature"),
    "no timestamp": ({"msg_signature": "x", "nonce": "n1"}, body(GOOD), "timestamp"),
    "no nonce": ({"msg_signature": "x", "timestamp": STAMP}, body(GOOD), "nonce"),
    "timestamp not a number": (signed(GOOD, timestamp="１７"), body(GOOD), "not a number"),
    "too old": (signed(GOOD, timestamp=str(int(STAMP) - 7201)), body(GOOD), "window"),
    "from the future": (signed(GOOD, timestamp=str(int(STAMP) + 7201)), body(GOOD), "window"),
    "another key": (
        signed(encrypted(b"<xml/>", key="B" * 43)),
        body(encrypted(b"<xml/>", key="B" * 43)),
        "padding|length|corporation",
    ),
    "another corporation": (
        signed(encrypted(b"<xml/>", corp="wwother")),
        body(encrypted(b"<xml/>", corp="wwother")),
        "corporation",
    ),
    "no corporation": (signed(encrypted(b"<xml/>", corp="")), body(encrypted(b"<xml/>", corp="")), "corporation"),
    "no Encrypt": (signed(GOOD), b"<xml/>", "Encrypt"),
    "two Encrypt": (signed(GOOD), b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "Encrypt"),
    "a DTD": (signed(GOOD), b'<!DOCTYPE x [<!ENTITY e "v">]><xml><Encrypt>&e;</Encrypt></xml>', "XML"),
    "an outside entity": (
        signed(GOOD),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
        "XML",
    ),
    "not XML": (signed(GOOD), b"hello", "XML"),
    "empty body": (signed(GOOD), b"", "XML"),
}
for _name, _plain in {
    "pad 0": PLAIN + b"\0\0\0\0" + b"\0" * 12,
    "pad 33": PLAIN + b"\0\0\0\0" + b"\x21" * 44,
    "pad bytes differ": PLAIN + b"\0\0\0\0" + b"\x01" * 10 + b"\x02\x03",
    "length beyond the end": PLAIN + b"\x7f\xff\xff\xff" + b"\x0c" * 12,
    "shorter than a head": b"\x20" * 32,
}.items():
    _sealed = seal_plain(_plain)
    NOT_MINE[_name] = (signed(_sealed), body(_sealed), "padding|length")
for _name, _text in {"not base64": "a b*", "half a block": "AAAAAAAAAAAAAAAAAAAAAA=="}.items():
    NOT_MINE[_name] = (signed(_text), body(_text), "base64|blocks")


@pytest.mark.parametrize(("query", "sent", "reason"), NOT_MINE.values(), ids=NOT_MINE.keys())
def test_what_is_not_a_genuine_callback_is_refused(query: dict[str, str], sent: bytes, reason: str) -> None:
    """凡不是真的回调, 一律拒绝, 原因只进自己的日志。"""
    with pytest.raises(Refused, match=reason):
        envelope().open(query, sent, NOW)


@pytest.mark.parametrize("seconds", [-7200, -60, 0, 60, 7200])
def test_a_repeat_with_its_first_timestamp_still_opens(seconds: int) -> None:
    """重送可能带着第一次的时间: 两小时之内都收。"""
    query = signed(GOOD, timestamp=str(int(STAMP) + seconds))
    assert envelope().open(query, body(GOOD), NOW) == b"<xml/>"


def test_the_window_is_a_setting() -> None:
    """时间窗口可以配置。"""
    narrow = Envelope(TOKEN, AES_KEY, CORP, window_seconds=60)
    with pytest.raises(Refused, match="window"):
        narrow.open(signed(GOOD), body(GOOD), NOW + timedelta(seconds=61))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_what_is_sealed_opens_again(message: bytes) -> None:
    """自己封的自己能打开, 补位 1 到 32 都行。"""
    sealed = ElementTree.fromstring(envelope().seal(message, NOW, "abc"))
    fields = {child.tag: child.text or "" for child in sealed}
    assert list(fields) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    query = {"msg_signature": fields["MsgSignature"], "timestamp": fields["TimeStamp"], "nonce": fields["Nonce"]}
    assert envelope().open(query, body(fields["Encrypt"]), NOW) == message
    assert fields["TimeStamp"] == STAMP


def test_the_same_answer_is_never_sealed_the_same() -> None:
    """每次封信的随机前缀都不同。"""
    assert envelope().seal(b"<xml/>", NOW, "a") != envelope().seal(b"<xml/>", NOW, "a")


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=40))
def test_rubbish_is_refused_and_nothing_else(sent: bytes, signature: str) -> None:
    """随便什么字节, 只会被拒绝, 不会出错。"""
    with pytest.raises(Refused):
        envelope().open({"msg_signature": signature, "timestamp": STAMP, "nonce": "n"}, sent, NOW)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=160))
def test_a_signed_rubbish_plaintext_is_refused_and_nothing_else(plain: bytes) -> None:
    """即使签名正确, 内容不对也只会被拒绝。"""
    sealed = seal_plain(plain + b"\0" * (-len(plain) % 32))
    with pytest.raises(Refused):
        envelope().open(signed(sealed), body(sealed), NOW)


@pytest.mark.parametrize("key", ["", "short", "A" * 42, "A" * 44, "*" * 43])
def test_a_bad_key_is_told_at_the_start(key: str) -> None:
    """EncodingAESKey 不对, 启动时就说。"""
    with pytest.raises(ValueError, match="EncodingAESKey"):
        Envelope(TOKEN, key, CORP)
