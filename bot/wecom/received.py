"""Decrypted XML → what was delivered (path/90239, path/90240, path/90970).

Well-formed XML never fails here: a documented type without its parts, and a type nobody documented, become
OtherReceived(known=False), so that they are recorded and answered and the platform does not repeat them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from xml.etree.ElementTree import Element

from bot.rules.events import (
    AgentWarned,
    CardMenuTapped,
    CardTapped,
    ChatEntered,
    LinkReceived,
    MenuClicked,
    OtherReceived,
    PictureReceived,
    PlaceReceived,
    PlatformEvent,
    RangeEntered,
    RangeLeft,
    TextReceived,
    VideoReceived,
    VoiceReceived,
)
from bot.wecom import received_keys, safe_xml

NOBODY = "sys"  # how the platform itself signs system events
WARNINGS = ("inactive_alert", "low_active_alert", "close_inactive_agent", "low_active")
# Documented events that have no class of their own.
WITHOUT_USE = frozenset({
    "LOCATION", "view", "view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto",
    "pic_photo_or_album", "pic_weixin", "location_select", "batch_job_result", "share_agent_change",
    "share_chain_change", "active_restored", "reopen_inactive_agent", "taskcard_click", "open_approval_change",
})  # fmt: skip
CONTACT_CHANGES = frozenset({
    "create_user", "update_user", "delete_user", "create_party", "update_party", "delete_party", "update_tag",
})  # fmt: skip
FIELD_CHARS = 200
MAX_FIELDS = 100
MAX_DEPTH = 8  # the deepest documented element is at 5


class _Missing(Exception):
    """An element that this type must have is not there."""


class _Common(TypedDict):
    key: str
    userid: str
    sent_at: datetime
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What every type has in common, and a way to the rest."""

    root: Element
    common: _Common

    def needed(self, name: str) -> str:
        """A value that must be there and not be empty."""
        if value := received_keys.value(self.root, name):
            return value
        raise _Missing(name)

    def maybe(self, name: str) -> str:
        return received_keys.value(self.root, name)

    def as_written(self, name: str) -> str:
        """People's own words: not stripped; may be empty, must be there."""
        element = self.root.find(name)
        if element is None:
            raise _Missing(name)
        return element.text or ""


def parse(xml: bytes) -> PlatformEvent:
    """One delivered message or event. Raises Refused for malformed XML, and nothing else."""
    root = safe_xml.read(xml)
    try:
        return _typed(_Delivery(root, _common(root)))
    except _Missing:
        return _other(root, known=False)


def _common(root: Element) -> _Common:
    return {
        "key": received_keys.key_of(root),
        "userid": received_keys.userid_of(root),
        "sent_at": _moment(received_keys.value(root, "CreateTime")),
        "agent_id": _agent(received_keys.value(root, "AgentID")),
    }


def _typed(delivery: _Delivery) -> PlatformEvent:
    msg_type = delivery.needed("MsgType")
    delivery.needed("FromUserName")
    if msg_type == "event":
        return _event(delivery, delivery.needed("Event"))
    if msg_type not in MESSAGES or not received_keys.message_id(delivery.root):
        return _other(delivery.root, known=False)
    return MESSAGES[msg_type](delivery)


def _event(d: _Delivery, event: str) -> PlatformEvent:
    if event in EVENTS:
        return EVENTS[event](d)
    known = event in WITHOUT_USE or (event == "change_contact" and d.maybe("ChangeType") in CONTACT_CHANGES)
    return _other(d.root, known=known)


# ---- the types that the bot knows -----------------------------------------------------------------------------------

MESSAGES: Mapping[str, Callable[[_Delivery], PlatformEvent]] = {
    "text": lambda d: TextReceived(**d.common, text=d.as_written("Content")),
    "image": lambda d: PictureReceived(**d.common, media_id=d.needed("MediaId"), url=d.maybe("PicUrl")),
    "voice": lambda d: VoiceReceived(**d.common, media_id=d.needed("MediaId"), format=d.maybe("Format")),
    "video": lambda d: VideoReceived(
        **d.common, media_id=d.needed("MediaId"), thumb_media_id=d.maybe("ThumbMediaId")
    ),
    "location": lambda d: PlaceReceived(
        **d.common, latitude=d.needed("Location_X"), longitude=d.needed("Location_Y"), label=d.maybe("Label")
    ),
    "link": lambda d: LinkReceived(
        **d.common, title=d.maybe("Title"), description=d.maybe("Description"), url=d.needed("Url")
    ),
}
EVENTS: Mapping[str, Callable[[_Delivery], PlatformEvent]] = {
    "template_card_event": lambda d: CardTapped(
        **d.common,
        task_id=d.needed("TaskId"),
        button=d.needed("EventKey"),
        card_kind=d.maybe("CardType"),
        response_code=d.maybe("ResponseCode"),
        chosen=received_keys.chosen(d.root),
    ),
    "template_card_menu_event": lambda d: CardMenuTapped(
        **d.common,
        task_id=d.needed("TaskId"),
        button=d.needed("EventKey"),
        card_kind=d.maybe("CardType"),
        response_code=d.maybe("ResponseCode"),
    ),
    "click": lambda d: MenuClicked(**d.common, menu_key=d.needed("EventKey")),
    "enter_agent": lambda d: ChatEntered(**d.common),
    "subscribe": lambda d: RangeEntered(**d.common),
    "unsubscribe": lambda d: RangeLeft(**d.common),
    **dict.fromkeys(WARNINGS, lambda d: AgentWarned(**d.common, event=d.needed("Event"))),
}


# ---- everything else ------------------------------------------------------------------------------------------------


def _other(root: Element, *, known: bool) -> OtherReceived:
    try:
        sent_at = _moment(received_keys.value(root, "CreateTime"))
    except _Missing:
        sent_at = datetime.fromtimestamp(0, UTC)
    return OtherReceived(
        key=received_keys.key_of(root, whole=True),
        userid=received_keys.userid_of(root) or NOBODY,
        sent_at=sent_at,
        agent_id=_agent(received_keys.value(root, "AgentID")),
        msg_type=received_keys.value(root, "MsgType")[:FIELD_CHARS],
        event=received_keys.value(root, "Event")[:FIELD_CHARS],
        known=known,
        fields=_flat(root),
    )


def _flat(root: Element) -> dict[str, str]:
    """Elements by their path; repeated ones joined by commas; values cut."""
    fields: dict[str, str] = {}
    waiting = [(child, child.tag, 1) for child in reversed(root)]
    while waiting and len(fields) < MAX_FIELDS:
        element, path, depth = waiting.pop()
        if len(element) and depth < MAX_DEPTH:
            waiting += [(child, f"{path}/{child.tag}", depth + 1) for child in reversed(element)]
            continue
        text = (element.text or "").strip()
        name = path[:FIELD_CHARS]
        fields[name] = (f"{fields[name]},{text}" if name in fields else text)[:FIELD_CHARS]
    return fields


def _moment(create_time: str) -> datetime:
    """Unix seconds, within what a datetime can hold."""
    if not (create_time.isascii() and create_time.isdigit() and len(create_time) <= 11):
        raise _Missing("CreateTime")
    return datetime.fromtimestamp(int(create_time), UTC)


def _agent(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
