"""Signature and encryption of callbacks (path/90968)."""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK_BITS = 256  # PKCS#7 to 32 bytes, not to AES's own 16


class BadEnvelope(Exception):
    """Something that does not decrypt to what the documents describe."""


class Crypto:
    """One callback configuration: its token, its key, and the receiver it is meant for."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._receive_id = receive_id.encode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        parts = sorted(part.encode() for part in (self._token, timestamp, nonce, encrypted))
        return hashlib.sha1(b"".join(parts)).hexdigest()

    def signed(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bool:
        return hmac.compare_digest(self.sign(timestamp, nonce, encrypted).encode(), signature.encode())

    def encrypt(self, message: str, prefix: bytes | None = None) -> str:
        """`prefix` replaces the 16 random bytes, so that vectors can be reproduced."""
        body = message.encode()
        plain = (prefix or os.urandom(16)) + len(body).to_bytes(4, "big") + body + self._receive_id
        padder = PKCS7(BLOCK_BITS).padder()
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> str:
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
            unpadder = PKCS7(BLOCK_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
        except ValueError as error:
            raise BadEnvelope(f"does not decrypt: {error}") from error
        return self._message_of(plain)

    def _message_of(self, plain: bytes) -> str:
        length = int.from_bytes(plain[16:20], "big")
        body, receive_id = plain[20 : 20 + length], plain[20 + length :]
        if len(plain) < 20 or len(body) != length:
            raise BadEnvelope("msg_len is out of bounds")
        if receive_id != self._receive_id:
            raise BadEnvelope("receiveid is not ours")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise BadEnvelope("message is not UTF-8") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
