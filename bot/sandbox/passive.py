"""The bot's answer inside the callback's response: opened, verified, read (path/90241)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from bot.sandbox.card_rules import PASSIVE, check_card
from bot.sandbox.crypto import BadEnvelope, Crypto
from bot.sandbox.errors import ApiError
from bot.sandbox.fields import is_url
from bot.sandbox.send_rules import TEXT_BYTES, cut_bytes
from bot.sandbox.violations import Note
from bot.sandbox.xml import BadXml, parse, text_of

JSON = dict[str, Any]
MESSAGES = ("text", "image", "voice", "video", "news")
UPDATES = ("update_button", "update_template_card")
REPLYABLE = {
    "text", "image", "voice", "video", "location", "link",
    "subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg",
    "template_card_menu_event",
}  # fmt: skip
LISTS = {
    "HorizontalContentList", "JumpList", "VerticalContentList", "ButtonList", "ActionList", "OptionList", "SelectList",
}  # fmt: skip
NUMBERS = {"DescColor", "Type", "Style", "Mode"}
FLAGS = {"Disable", "IsChecked"}
APPID_SPELLING = {"JumpList": "AppId", "CardAction": "AppId", "QuoteArea": "Appid", "ImageTextArea": "Appid"}
NAMES = {
    "KeyName": "keyname",
    "UserId": "userid",
    "AppId": "appid",
    "Appid": "appid",
    "PagePath": "pagepath",
    "CheckBox": "checkbox",
    "PicUrl": "picurl",
}


class BadReply(Exception):
    """A body that is neither empty nor a valid encrypted reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot said, in the words of message/send."""

    kind: str
    body: JSON
    notes: tuple[Note, ...] = ()

    def view(self) -> JSON:
        return {"type": self.kind, **self.body}


def read_reply(crypto: Crypto, body: str, *, user: str, corp_id: str) -> Reply:
    try:
        inner = parse(_opened(crypto, body))
    except (BadXml, BadEnvelope) as error:
        raise BadReply(str(error)) from error
    _check_common(inner, user, corp_id)
    kind = text_of(inner, "MsgType")
    if kind == "text":
        return _text(inner)
    if kind in ("image", "voice", "video"):
        return _media(inner, kind)
    if kind == "news":
        return Reply(kind, {"articles": _articles(inner)})
    if kind == "update_button":
        name = inner.findtext("Button/ReplaceName") or ""
        if not name:
            raise BadReply("update_button without ReplaceName")
        return Reply(kind, {"replace_name": name})
    if kind == "update_template_card":
        return _card(inner)
    raise BadReply(f"MsgType {kind!r} is not a passive reply")


def _opened(crypto: Crypto, body: str) -> str:
    envelope = parse(body)
    encrypted, timestamp, nonce = (text_of(envelope, name) for name in ("Encrypt", "TimeStamp", "Nonce"))
    if not timestamp.isdecimal() or not nonce:
        raise BadReply("TimeStamp and Nonce must be there")
    if not crypto.signed(text_of(envelope, "MsgSignature"), timestamp, nonce, encrypted):
        raise BadReply("MsgSignature is wrong")
    return crypto.decrypt(encrypted)


def _check_common(inner: ElementTree.Element, user: str, corp_id: str) -> None:
    if text_of(inner, "ToUserName").lower() != user.lower():
        raise BadReply(f"ToUserName must be {user!r}")
    if text_of(inner, "FromUserName") != corp_id:
        raise BadReply("FromUserName must be the CorpID")
    if not text_of(inner, "CreateTime").isdecimal():
        raise BadReply("CreateTime must be an integer")
    for name in ("AgentID", "MsgId"):
        if inner.find(name) is not None:
            raise BadReply(f"a reply has no {name}")


def _text(inner: ElementTree.Element) -> Reply:
    content = text_of(inner, "Content")
    if not content:
        raise BadReply("text without Content")
    size = len(content.encode())
    notes = (Note("passive_text_cut", f"{size} bytes, cut at {TEXT_BYTES}"),) if size > TEXT_BYTES else ()
    return Reply("text", {"content": cut_bytes(content, TEXT_BYTES)}, notes)


def _media(inner: ElementTree.Element, kind: str) -> Reply:
    element = inner.find(kind.capitalize())
    media_id = text_of(element, "MediaId") if element is not None else ""
    if element is None or not media_id:
        raise BadReply(f"{kind} without MediaId")
    if kind != "video":
        return Reply(kind, {"media_id": media_id})
    title, description = text_of(element, "Title"), text_of(element, "Description")
    body = {"media_id": media_id, "title": cut_bytes(title, 128), "description": cut_bytes(description, 512)}
    return Reply(kind, body, _cut_notes(title, description))


def _cut_notes(title: str, description: str) -> tuple[Note, ...]:
    sizes = (("Title", title, 128), ("Description", description, 512))
    return tuple(
        Note("passive_text_cut", f"{name} over {most} bytes") for name, text, most in sizes if len(text.encode()) > most
    )


def _articles(inner: ElementTree.Element) -> list[JSON]:
    articles = [
        {
            "title": cut_bytes(text_of(item, "Title"), 128),
            "description": cut_bytes(text_of(item, "Description"), 512),
            "url": text_of(item, "Url"),
            "picurl": text_of(item, "PicUrl"),
        }
        for item in inner.findall("Articles/item")
    ]
    if text_of(inner, "ArticleCount") != str(len(articles)) or not 1 <= len(articles) <= 8:
        raise BadReply(f"ArticleCount does not fit {len(articles)} articles")
    if any(not article["title"] or not is_url(article["url"]) for article in articles):
        raise BadReply("an article has a Title and a Url with its scheme")
    return articles


def _card(inner: ElementTree.Element) -> Reply:
    element = inner.find("TemplateCard")
    if element is None:
        raise BadReply("update_template_card without TemplateCard")
    card = card_from_xml(element)
    try:
        notes = check_card(card, PASSIVE, "TemplateCard")
    except ApiError as refusal:
        raise BadReply(str(refusal)) from refusal
    return Reply("update_template_card", {"template_card": card}, tuple(notes))


def card_from_xml(element: ElementTree.Element) -> JSON:
    """The JSON form of a TemplateCard, so that one set of rules serves both."""
    card: JSON = {}
    for child in element:
        name, value = json_name(child.tag), _value(child)
        _check_spelling(element.tag, child.tag)
        if child.tag in LISTS:
            card.setdefault(name, []).append(value)
        elif name in card:
            raise BadReply(f"{child.tag} given twice")
        else:
            card[name] = value
    return card


def _value(child: ElementTree.Element) -> Any:
    text = (child.text or "").strip() if len(child) == 0 else ""
    if len(child):
        return card_from_xml(child)
    if child.tag in NUMBERS:
        if not text.isdecimal():
            raise BadReply(f"{child.tag} must be an integer")
        return int(text)
    if child.tag in FLAGS:
        if text not in ("true", "false"):
            raise BadReply(f"{child.tag} must be true or false")
        return text == "true"
    if child.tag == "AspectRatio":
        try:
            return float(text)
        except ValueError as error:
            raise BadReply("AspectRatio must be a number") from error
    return child.text or ""


def _check_spelling(parent: str, tag: str) -> None:
    """AppId in some places, Appid in others, as printed (path/90241)."""
    if tag.lower() == "appid" and APPID_SPELLING.get(parent) != tag:
        raise BadReply(f"{tag} is spelt otherwise in {parent}")


def json_name(tag: str, names: Mapping[str, str] = NAMES) -> str:
    return names.get(tag) or re.sub(r"(?<!^)([A-Z])", r"_\1", tag).lower()
