"""The application's menu (path/90231): at most three buttons, each with up to five below."""

from __future__ import annotations

from dataclasses import dataclass

from bot.wecom.limits import Json, key, number, url

FIRST_BYTES, SECOND_BYTES = 16, 40  # of a name: about 5 and 13 Chinese characters
KEY_BYTES, URL_BYTES = 128, 1024


@dataclass(frozen=True, slots=True)
class MenuButton:
    """Either `key` (click: comes back as an event), or `url` (view), or `below` (opens a second level)."""

    name: str
    key: str = ""
    url: str = ""
    below: tuple[MenuButton, ...] = ()


def menu(buttons: tuple[MenuButton, ...]) -> Json:
    """The body of menu/create, which replaces the whole menu. Raises ValueError naming the button."""
    number("button", buttons, 1, 3)  # 40016
    return {"button": [_button(f"button[{n}]", button, FIRST_BYTES) for n, button in enumerate(buttons)]}


def _button(field: str, button: MenuButton, name_bytes: int) -> Json:
    name = key(f"{field}.name", button.name, name_bytes)  # 40018
    if bool(button.key) + bool(button.url) + bool(button.below) != 1:
        raise ValueError(f"{field}: wanted one of key, url, below")
    if button.below:
        return {"name": name, "sub_button": _below(field, button)}
    if button.url:
        return {"type": "view", "name": name, "url": url(field, key(f"{field}.url", button.url, URL_BYTES))}
    return {"type": "click", "name": name, "key": key(f"{field}.key", button.key, KEY_BYTES)}


def _below(field: str, button: MenuButton) -> list[Json]:
    number(f"{field}.sub_button", button.below, 1, 5)  # 40023
    if any(inner.below for inner in button.below):
        raise ValueError(f"{field}.sub_button: two levels only")  # 40022
    return [_button(f"{field}.sub_button[{n}]", inner, SECOND_BYTES) for n, inner in enumerate(button.below)]
