"""The key that is the same for a repeat of the same delivery (path/90238), and the values it is made of.

Messages: MsgId. Events have none; FromUserName and CreateTime alone would merge two taps of one second, so the parts
that name the event are added. ResponseCode is left out: whether a repeat keeps it is not stated.
"""

from __future__ import annotations

import hashlib
from urllib.parse import quote
from xml.etree.ElementTree import Element

MAX_KEY_BYTES = 200
READABLE_BYTES = 120  # of a shortened key
SAFE = "@._-/+=,"


def value(root: Element, name: str) -> str:
    """The text of a child, stripped; missing is empty."""
    return (root.findtext(name) or "").strip()


def userid_of(root: Element) -> str:
    """The platform does not distinguish case (path/90196)."""
    return value(root, "FromUserName").lower()


def message_id(root: Element) -> str:
    """MsgId if it is a number, else empty."""
    text = value(root, "MsgId")
    return text if text.isascii() and text.isdigit() else ""


def chosen(root: Element) -> dict[str, tuple[str, ...]]:
    """Question → option ids of a card event. Missing and empty SelectedItems are no choice."""
    choices: dict[str, tuple[str, ...]] = {}
    for item in root.findall("SelectedItems/SelectedItem"):
        if question := value(item, "QuestionKey"):
            options = [(element.text or "").strip() for element in item.findall("OptionIds/OptionId")]
            choices[question] = choices.get(question, ()) + tuple(filter(None, options))
    return choices


def key_of(root: Element, *, whole: bool = False) -> str:
    """`whole`: for events nobody handles, whose telling parts we do not know: a digest of all elements is added."""
    if message := message_id(root):
        return shortened(f"msg:{message}")
    parts = [userid_of(root), *(value(root, name) for name in ("CreateTime", "AgentID", "Event", "EventKey", "TaskId"))]
    parts += [_choices(root), value(root, "ChangeType"), value(root, "JobId") or value(root, "BatchJob/JobId")]
    readable = ":".join(["event", *(quote(part, safe=SAFE) for part in parts)]).rstrip(":")
    return shortened(f"{readable}#{_digest(root)}" if whole else readable)


def shortened(key: str) -> str:
    """At most 200 bytes: the beginning for the eye, a digest for the difference. `key` is ASCII."""
    if len(key) <= MAX_KEY_BYTES:
        return key
    return f"{key[:READABLE_BYTES]}#{hashlib.sha256(key.encode()).hexdigest()}"


def _choices(root: Element) -> str:
    """q1=a+b,q2=c, each part quoted so that no id can imitate another choice."""
    return ",".join(
        f"{quote(question, safe='')}={'+'.join(quote(option, safe='') for option in options)}"
        for question, options in chosen(root).items()
    )


def _digest(root: Element) -> str:
    """Of all elements but the code, in any order. A loop: elements nested very deeply must not end a recursion."""
    waiting = [child for child in root if child.tag != "ResponseCode"]
    parts = []
    while waiting:
        element = waiting.pop()
        parts.append(f"{element.tag}={(element.text or '').strip()}")
        waiting.extend(element)
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]
