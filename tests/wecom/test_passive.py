"""被动回复的内层 XML。"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.messages import Button, Card, Option, Row, Select
from bot.wecom import passive, render, safe_xml
from tests.wecom.support import CORP, NOW, STAMP

CARD = Card(
    task_id="post-17@v3",
    title="待审稿件",
    source="发布审批",
    source_color=2,
    desc="第3版",
    body="请审阅 ]]> 正文",
    rows=(Row("作者", "王"), Row("稿件", "停水通知", "https://example.com/a/17")),
    buttons=(Button("通过", "approve"), Button("退回", "return", style=2)),
    selects=(Select("why", "原因", (Option("a", "错字"), Option("b", "事实")), "b"),),
)


def test_a_text_reply() -> None:
    """收件人与企业对调, 没有 AgentID 和 MsgId。"""
    root = ElementTree.fromstring(passive.text_reply("wang", CORP, NOW, "已收到"))
    assert [(child.tag, child.text) for child in root] == [
        ("ToUserName", "wang"),
        ("FromUserName", CORP),
        ("CreateTime", STAMP),
        ("MsgType", "text"),
        ("Content", "已收到"),
    ]


PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


@settings(deadline=None)
@given(st.text(alphabet=PRINTABLE, max_size=900))
def test_no_text_breaks_out(text: str) -> None:
    """任何文字都原样送到, 不会改变 XML; 至多 2048 字节。"""
    content = ElementTree.fromstring(passive.text_reply("wang", CORP, NOW, text)).findtext("Content") or ""
    assert len(content.encode()) <= 2048
    assert content == text or (content.endswith("…") and text.startswith(content[:-1]))


@pytest.mark.parametrize("text", ["]]>", "]]]]>>", "<![CDATA[x]]>", "a]]><evil/>", "\x00坏\x08字\ufffe"])
def test_texts_meant_to_break_xml(text: str) -> None:
    """存心破坏 XML 的文字也只是文字; XML 不能带的字符去掉。"""
    root = ElementTree.fromstring(passive.text_reply("wang", CORP, NOW, text))
    assert root.findtext("Content") == safe_xml.UNPRINTABLE.sub("", text)
    assert len(root) == 5


def test_a_long_text_is_cut_at_a_character() -> None:
    """超过 2048 字节的, 在完整的字后截断, 加省略号。"""
    content = ElementTree.fromstring(passive.text_reply("w", CORP, NOW, "审" * 700)).findtext("Content")
    assert content == "审" * 681 + "…"


def _json(element: ElementTree.Element) -> Any:
    """The XML read back as JSON would be, to compare the two forms of one card."""
    if not len(element):
        return element.text or ""
    values: dict[str, Any] = {}
    for child in element:
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in child.tag).lstrip("_")
        name = {"key_name": "keyname", "user_id": "userid", "app_id": "appid", "check_box": "checkbox"}.get(name, name)
        value = _json(child)
        if name in ("horizontal_content_list", "button_list", "select_list", "option_list"):
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return values


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        Card(task_id="t", title="已办结", rows=(Row("作者", "王"),), done="已通过", url="https://example.com"),
        Card(task_id="t", title="只读", url="https://example.com", body="正文"),
        Card(task_id="t", title="选择", selects=CARD.selects, submit=Button("提交", "go"), done="已提交"),
    ],
)
def test_a_passive_card_is_the_same_card(card: Card) -> None:
    """被动更新和接口更新给出同一张卡。"""
    root = ElementTree.fromstring(passive.card_reply("wang", CORP, NOW, card))
    template = root.find("TemplateCard")
    assert root.findtext("MsgType") == "update_template_card"
    assert template is not None and template.find("TaskId") is None
    assert _json(template) == _as_text(render.card(card, update=True))


def test_names_are_as_the_page_prints_them() -> None:
    """元素名与文档逐字一致。"""
    xml = passive.card_reply("wang", CORP, NOW, CARD).decode()
    assert "<HorizontalContentList><KeyName><![CDATA[作者]]></KeyName><Value><![CDATA[王]]></Value>" in xml
    assert "<ButtonList><Text><![CDATA[通过]]></Text><Style>1</Style><Key><![CDATA[approve]]></Key></ButtonList>" in xml
    assert "<Source><Desc><![CDATA[发布审批]]></Desc><DescColor>2</DescColor></Source>" in xml
    assert "<OptionList><Id><![CDATA[a]]></Id><Text><![CDATA[错字]]></Text></OptionList>" in xml


def test_the_casing_trap_is_copied() -> None:
    """appid 的大小写随所在元素而变, 照抄文档。"""
    written = passive._elements({
        "card_action": {"type": 2, "appid": "a"},
        "jump_list": [{"appid": "b"}],
        "quote_area": {"appid": "c"},
        "image_text_area": {"appid": "d"},
    })
    assert written == {
        "CardAction": {"Type": 2, "AppId": "a"},
        "JumpList": [{"AppId": "b"}],
        "QuoteArea": {"Appid": "c"},
        "ImageTextArea": {"Appid": "d"},
    }


def test_a_button_that_opens_a_page_has_no_passive_form() -> None:
    """被动回复不能带打开网页的按钮。"""
    with pytest.raises(ValueError, match="button_list"):
        passive.card_reply("w", CORP, NOW, Card(task_id="t", title="x", buttons=(Button("看", url="https://a.b"),)))
