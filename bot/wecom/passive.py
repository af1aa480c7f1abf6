"""Inner XML of a passive reply (path/90241). One reply per callback; `seal` of the envelope encrypts it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.rules.delivery import TEXT_BYTES, cut_bytes
from bot.rules.messages import Card
from bot.wecom import render, safe_xml

# Names as the page prints them; anything else is camel case word by word.
NAMES = {
    "keyname": "KeyName",
    "userid": "UserId",
    "appid": "AppId",
    "pagepath": "PagePath",
    "checkbox": "CheckBox",
}
# The casing trap: whether the platform's reader cares is not stated, so it is copied.
LOWER_APPID = ("quote_area", "image_text_area")
BUTTON_FIELDS = frozenset({"text", "style", "key"})  # all that a ButtonList element may hold


def text_reply(to: str, corp_id: str, now: datetime, text: str) -> bytes:
    """A text of at most 2048 bytes; longer ones are cut at a character with …"""
    return _reply(to, corp_id, now, "text", {"Content": cut_bytes(text, TEXT_BYTES)})


def card_reply(to: str, corp_id: str, now: datetime, card: Card) -> bytes:
    """update_template_card: the same card that an update through the API would show, for the one who tapped.

    Raises ValueError for a card that breaks a limit or has a button that opens a page (not offered here).
    """
    template = render.card(card, update=True)
    if any(button.keys() - BUTTON_FIELDS for button in template.get("button_list", [])):
        raise ValueError("button_list: a passive reply cannot carry a button with a url")
    return _reply(to, corp_id, now, "update_template_card", {"TemplateCard": _elements(template)})


def _reply(to: str, corp_id: str, now: datetime, msg_type: str, content: Mapping[str, Any]) -> bytes:
    head = {"ToUserName": to, "FromUserName": corp_id, "CreateTime": int(now.timestamp()), "MsgType": msg_type}
    return safe_xml.write("xml", {**head, **content}).encode()


def _elements(fields: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
    """The JSON object of the API in the words of the XML: lists repeat their element, without a wrapper."""
    return {_element_name(name, inside): _element_value(value, name) for name, value in fields.items()}


def _element_value(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return _elements(value, name)
    if isinstance(value, list):
        return [_element_value(entry, name) for entry in value]
    return value


def _element_name(name: str, inside: str) -> str:
    if name == "appid" and inside in LOWER_APPID:
        return "Appid"
    return NAMES.get(name) or "".join(word.capitalize() for word in name.split("_"))
