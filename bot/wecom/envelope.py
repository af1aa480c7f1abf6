"""The encrypted envelope of a callback: signature, time window, AES, owner (path/90968, path/90238, path/90930).

wechatpy gives the cipher only. Its PrpCrypto compares signatures in variable time, believes the padding and the
length it finds, decodes the whole message as text, and takes the random prefix from a generator that is not meant for
secrets; those parts are done here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

from wechatpy.crypto.base import WeChatCipher

from bot.wecom import safe_xml
from bot.wecom.refused import Refused

__all__ = ["DEFAULT_WINDOW_SECONDS", "Envelope", "Refused"]

# A repeated delivery may carry the timestamp of the first one, and how long the platform repeats is not stated
# (path/90930): two hours exceed three retries and any honest clock. Within the window the inbox refuses repeats.
DEFAULT_WINDOW_SECONDS = 7200
BLOCK = 32  # PKCS#7 to 32 bytes, not to AES's 16
PREFIX = 16  # random bytes before the length
HEAD = PREFIX + 4


class Envelope:
    """Opens what the platform sends to one application and seals what is answered."""

    def __init__(
        self, token: str, aes_key: str, corp_id: str, window_seconds: int = DEFAULT_WINDOW_SECONDS
    ) -> None:
        """`aes_key`: the 43 characters of EncodingAESKey. Raises ValueError if it is not one."""
        self.corp_id = corp_id
        self._token = token.encode()
        self._cipher = WeChatCipher(_key(aes_key))
        self._window = window_seconds

    def verify_url(self, query: Mapping[str, str], now: datetime) -> bytes:
        """The message that a GET wants back, exactly (path/90930). `query`: URL-decoded exactly once."""
        return self._opened(query, _needed(query, "echostr"), now)

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> bytes:
        """The decrypted inner XML of a POST. Of the outer XML only Encrypt counts: the rest is not signed."""
        encrypted = safe_xml.read(body).findall("Encrypt")
        if len(encrypted) != 1 or not encrypted[0].text:
            raise Refused("no Encrypt, or more than one")
        return self._opened(query, encrypted[0].text, now)

    def seal(self, xml: bytes, now: datetime, nonce: str) -> bytes:
        """The reply envelope around an inner XML (path/90238)."""
        encrypt = self._encrypted(xml, secrets.token_bytes(PREFIX))
        timestamp = str(int(now.timestamp()))
        fields = {
            "Encrypt": encrypt,
            "MsgSignature": self._signature(timestamp, nonce, encrypt),
            "TimeStamp": int(timestamp),
            "Nonce": nonce,
        }
        return safe_xml.write("xml", fields).encode()

    def _opened(self, query: Mapping[str, str], encrypt: str, now: datetime) -> bytes:
        timestamp, nonce = _needed(query, "timestamp"), _needed(query, "nonce")
        wanted = self._signature(timestamp, nonce, encrypt)
        given = _needed(query, "msg_signature")
        if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogatepass")):
            raise Refused("wrong signature")
        if abs(now.timestamp() - _seconds(timestamp)) > self._window:
            raise Refused("timestamp outside the window")
        return self._message(self._decrypted(encrypt))

    def _signature(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Lowercase hex SHA-1 over the four values, sorted as byte strings (path/90968)."""
        values = [text.encode("utf-8", "surrogatepass") for text in (timestamp, nonce, encrypt)]
        return hashlib.sha1(b"".join(sorted([self._token, *values]))).hexdigest()

    def _decrypted(self, encrypt: str) -> bytes:
        """Plaintext without its padding."""
        try:
            data = base64.b64decode(encrypt, validate=True)
        except ValueError:
            raise Refused("Encrypt is not base64") from None
        if not data or len(data) % BLOCK:
            raise Refused("ciphertext is not whole blocks")
        plain: bytes = self._cipher.decrypt(data)
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise Refused("wrong padding: another key?")
        return plain[:-pad]

    def _message(self, plain: bytes) -> bytes:
        """The message between the random prefix and the owner's id. The prefix is not text."""
        length = int.from_bytes(plain[PREFIX:HEAD], "big")
        if len(plain) < HEAD or length > len(plain) - HEAD:
            raise Refused("message length out of bounds")
        owner = plain[HEAD + length :]
        if not hmac.compare_digest(owner, self.corp_id.encode()):
            raise Refused("for another corporation")
        return plain[HEAD : HEAD + length]

    def _encrypted(self, message: bytes, prefix: bytes) -> str:
        plain = prefix + len(message).to_bytes(4, "big") + message + self.corp_id.encode()
        pad = BLOCK - len(plain) % BLOCK
        return base64.b64encode(self._cipher.encrypt(plain + bytes([pad]) * pad)).decode()


def _key(aes_key: str) -> bytes:
    """32 bytes. Not decoded strictly: the last character may carry unused bits, as in the official sample."""
    try:
        key = base64.b64decode(aes_key + "=")
    except ValueError:
        key = b""
    if len(aes_key) != 43 or len(key) != 32:
        raise ValueError("EncodingAESKey is 43 letters and digits (path/90930)")
    return key


def _needed(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise Refused(f"query without {name}")
    return value


def _seconds(timestamp: str) -> int:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused("timestamp is not a number")
    return int(timestamp)
