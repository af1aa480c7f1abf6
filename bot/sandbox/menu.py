"""The application's menu and all its limits (path/90231, 90232, 90233)."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.fields import BAD_TYPE, is_url

JSON = dict[str, Any]
CLICKED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
FIELDS = {kind: {"type", "name", "key"} for kind in CLICKED} | {
    "view": {"type", "name", "url"},
    "view_miniprogram": {"type", "name", "pagepath", "appid"},
}


@dataclass(frozen=True, slots=True)
class Level:
    """The codes and sizes that differ between the first and the second level."""

    bad_type: int
    name_bytes: int
    bad_name: int
    bad_key: int
    bad_url: int


FIRST = Level(40017, 16, 40018, 40019, 40020)
SECOND = Level(40024, 40, 40025, 40026, 40027)


def check_menu(body: JSON) -> list[JSON]:
    """The buttons, or a refusal."""
    buttons = body.get("button")
    if set(body) != {"button"} or not isinstance(buttons, list):
        raise ApiError(BAD_TYPE, 'menu: wanted {"button": [...]} and nothing else')
    if not 1 <= len(buttons) <= 3:
        raise ApiError(40016, f"menu: {len(buttons)} buttons, allowed 1 to 3")
    for button in buttons:
        _check_first(button)
    return buttons


def _check_first(button: Any) -> None:
    if not isinstance(button, dict):
        raise ApiError(BAD_TYPE, "menu: a button is an object")
    if "sub_button" not in button:
        _check_button(button, FIRST)
        return
    _check_name(button, FIRST)
    children = button["sub_button"]
    if set(button) != {"name", "sub_button"} or not isinstance(children, list):
        raise ApiError(BAD_TYPE, "menu: a parent has only a name and its sub_button list")
    if not 1 <= len(children) <= 5:
        raise ApiError(40023, f"menu: {len(children)} sub buttons, allowed 1 to 5")
    for child in children:
        if not isinstance(child, dict):
            raise ApiError(BAD_TYPE, "menu: a button is an object")
        if "sub_button" in child:
            raise ApiError(40022, "menu: two levels only")
        _check_button(child, SECOND)


def _check_button(button: JSON, level: Level) -> None:
    _check_name(button, level)
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise ApiError(level.bad_type, f"menu: type {kind!r}")
    unknown = set(button) - FIELDS[kind]
    if unknown:
        raise ApiError(BAD_TYPE, f"menu: not a documented field: {', '.join(sorted(unknown))}")
    if kind in CLICKED:
        _check_sized(button.get("key"), 128, level.bad_key, "key")
    if kind == "view":
        _check_sized(button.get("url"), 1024, level.bad_url, "url")
        if not is_url(button["url"]):
            raise ApiError(level.bad_url, "menu: url without scheme")
    if kind == "view_miniprogram":
        _check_sized(button.get("pagepath"), 1024, level.bad_url, "pagepath")
        _check_sized(button.get("appid"), 1024, level.bad_url, "appid")


def _check_name(button: JSON, level: Level) -> None:
    _check_sized(button.get("name"), level.name_bytes, level.bad_name, "name")


def _check_sized(value: Any, most: int, errcode: int, what: str) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise ApiError(errcode, f"menu: {what} must have 1 to {most} bytes")


def entries(buttons: list[JSON]) -> list[JSON]:
    """Everything on the menu that can be tapped."""
    return [entry for button in buttons for entry in button.get("sub_button", [button])]
