"""XML in and out: read without DTDs and entities, written so that no text can break out of its element."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped, unused-ignore]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped, unused-ignore]

from bot.wecom.refused import Refused

# Characters that XML 1.0 cannot carry, not even as references.
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(xml: bytes) -> Element:
    """The root element. A declared encoding is not believed (a byte order mark is). Raises Refused."""
    parser = DefusedXMLParser(forbid_dtd=True, encoding="utf-8")
    try:
        parser.feed(xml)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refused("malformed XML, or one with a DTD") from None
    return root


def write(name: str, value: Any) -> str:
    """One element: text in CDATA, numbers bare, true/false, a mapping nested, a list as repeated elements."""
    match value:
        case bool():
            return f"<{name}>{'true' if value else 'false'}</{name}>"
        case int() | float():
            return f"<{name}>{value}</{name}>"
        case str():
            return f"<{name}>{cdata(value)}</{name}>"
        case Mapping():
            return f"<{name}>{''.join(write(key, inner) for key, inner in value.items())}</{name}>"
        case Sequence():
            return "".join(write(name, inner) for inner in value)
    raise TypeError(f"{name}: cannot be written as XML")


def cdata(text: str) -> str:
    """User text that contains `]]>` must not end the section."""
    return f"<![CDATA[{UNPRINTABLE.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
