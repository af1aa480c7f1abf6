"""XML out and in: CDATA written safely, and a reader that knows neither DTDs nor entities of others."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape


class BadXml(Exception):
    """A body that is not the plain XML the documents describe."""


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def to_xml(fields: Mapping[str, Any], *, with_cdata: bool = True, root: str = "xml") -> str:
    """Numbers are written bare; a list repeats its element, a mapping nests, None leaves the element out."""
    return f"<{root}>{_children(fields, with_cdata)}</{root}>"


def _children(fields: Mapping[str, Any], with_cdata: bool) -> str:
    return "".join(_element(name, value, with_cdata) for name, value in fields.items())


def _element(name: str, value: Any, with_cdata: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value, with_cdata)}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, one, with_cdata) for one in value)
    if isinstance(value, int):
        return f"<{name}>{int(value)}</{name}>"
    text = str(value)
    return f"<{name}>{cdata(text) if with_cdata else escape(text)}</{name}>"


def parse(text: str) -> ElementTree.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadXml("a DTD has no place here")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadXml(str(error)) from error


def text_of(parent: ElementTree.Element, name: str) -> str:
    return parent.findtext(name) or ""
