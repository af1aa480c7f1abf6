"""Signature and encryption against the vectors (path/90968)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.crypto import BadEnvelope, Crypto

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "vectors.json").read_text(encoding="utf-8"))["callback"]
GOOD = [vector for vector in VECTORS if vector["expect"] == "ok"]
KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"


def crypto_of(vector: dict[str, Any]) -> Crypto:
    return Crypto(vector["token"], vector["encoding_aes_key"], vector["receive_id"])


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["id"])
def test_vectors_sign_open_and_seal_again(vector: dict[str, Any]) -> None:
    """Each vector's signature, plaintext and ciphertext come out byte for byte."""
    crypto = crypto_of(vector)
    assert crypto.sign(vector["timestamp"], vector["nonce"], vector["encrypt"]) == vector["msg_signature"]
    assert crypto.decrypt(vector["encrypt"]) == vector["plaintext"]
    assert crypto.encrypt(vector["plaintext"], bytes.fromhex(vector["random_hex"])) == vector["encrypt"]


def test_a_wrong_signature_is_seen() -> None:
    vector = next(v for v in VECTORS if v["id"] == "constructed-bad-signature")
    good = GOOD[0]
    args = (vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert not crypto_of(vector).signed(vector["msg_signature"], *args)
    assert crypto_of(good).signed(good["msg_signature"], good["timestamp"], good["nonce"], good["encrypt"])


def test_another_receiver_is_refused() -> None:
    vector = next(v for v in VECTORS if v["id"] == "constructed-wrong-receiveid")
    ours = Crypto(vector["token"], vector["encoding_aes_key"], vector["configured_corp_id"])
    with pytest.raises(BadEnvelope, match="receiveid"):
        ours.decrypt(vector["encrypt"])


@pytest.mark.parametrize("encrypted", ["", "not base64!", "QUJD", "A" * 64, GOOD[0]["encrypt"][4:]])
def test_rubbish_is_refused(encrypted: str) -> None:
    with pytest.raises(BadEnvelope):
        Crypto("testtoken", KEY, "corp").decrypt(encrypted)


@pytest.mark.parametrize("length", range(0, 34))
def test_every_padding_length_opens_again(length: int) -> None:
    crypto = Crypto("testtoken", KEY, "corp")
    assert crypto.decrypt(crypto.encrypt("x" * length)) == "x" * length
