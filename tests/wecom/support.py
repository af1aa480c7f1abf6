"""What the tests here share: one application, and callbacks signed as the platform signs them."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from wechatpy.crypto.base import WeChatCipher

from bot.clock import DemoClock
from bot.wecom.envelope import Envelope

NOW = datetime(2025, 3, 17, 1, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
TOKEN, AES_KEY, CORP = "testtoken", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", "wwtestcorp00000001"
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "vectors.json").read_text("utf-8")
)["callback"]


def clock() -> DemoClock:
    return DemoClock(NOW, running=False)


def envelope() -> Envelope:
    return Envelope(TOKEN, AES_KEY, CORP)


def encrypted(message: bytes, *, corp: str = CORP, key: str = AES_KEY, pad: bytes | None = None) -> str:
    """Written again from the document, not with the code under test (path/90968)."""
    plain = b"0123456789abcdef" + len(message).to_bytes(4, "big") + message + corp.encode()
    count = 32 - len(plain) % 32
    return seal_plain(plain + (pad if pad is not None else bytes([count]) * count), key)


def seal_plain(plain: bytes, key: str = AES_KEY) -> str:
    return base64.b64encode(WeChatCipher(base64.b64decode(key + "=")).encrypt(plain)).decode()


def signed(encrypt: str, *, timestamp: str = STAMP, nonce: str = "n1", token: str = TOKEN) -> dict[str, str]:
    text = "".join(sorted([token, timestamp, nonce, encrypt]))
    return {"msg_signature": hashlib.sha1(text.encode()).hexdigest(), "timestamp": timestamp, "nonce": nonce}


def body(encrypt: str) -> bytes:
    return f"<xml><ToUserName>any</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()


def delivery(inner: str, **changes: str) -> tuple[str, bytes]:
    """Query string and body of a genuine POST."""
    encrypt = encrypted(inner.encode())
    return urlencode(signed(encrypt, **changes)), body(encrypt)


def text_xml(content: str = "停水通知", who: str = "WangFang", msg_id: str = "7000000000000000001") -> str:
    return (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{STAMP}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>"
        f"<MsgId>{msg_id}</MsgId><AgentID>1000002</AgentID></xml>"
    )


def event_xml(event: str, rest: str = "", who: str = "wang", stamp: str = STAMP) -> str:
    return (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>{who}</FromUserName><CreateTime>{stamp}</CreateTime>"
        f"<MsgType>event</MsgType><Event>{event}</Event><AgentID>1000002</AgentID>{rest}</xml>"
    )
