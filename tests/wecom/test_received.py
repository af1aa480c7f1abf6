"""收到的每一种消息和事件; 奇怪的也收下, 只有不成 XML 的才拒绝。"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    RangeEntered,
    RangeLeft,
    Received,
    TextReceived,
    VideoReceived,
    VoiceReceived,
)
from bot.wecom.received import parse
from bot.wecom.refused import Refused
from tests.wecom.support import NOW, STAMP, VECTORS, event_xml, text_xml


def message_xml(msg_type: str, rest: str) -> str:
    return (
        f"<xml><ToUserName>c</ToUserName><FromUserName>Wang</FromUserName><CreateTime>{STAMP}</CreateTime>"
        f"<MsgType><![CDATA[{msg_type}]]></MsgType>{rest}<MsgId>77</MsgId><AgentID>1000002</AgentID></xml>"
    )


COMMON: dict[str, Any] = {"key": "msg:77", "userid": "wang", "sent_at": NOW, "agent_id": 1000002}


@pytest.mark.parametrize(
    ("msg_type", "rest", "event"),
    [
        ("text", "<Content>停水 &amp; 停电</Content>", TextReceived(**COMMON, text="停水 & 停电")),
        ("text", "<Content><![CDATA[ 两头 空 \n]]></Content>", TextReceived(**COMMON, text=" 两头 空 \n")),
        ("text", "<Content/>", TextReceived(**COMMON, text="")),
        (
            "image",
            "<PicUrl>http://p</PicUrl><MediaId>M</MediaId>",
            PictureReceived(**COMMON, media_id="M", url="http://p"),
        ),
        ("voice", "<MediaId>M</MediaId><Format>amr</Format>", VoiceReceived(**COMMON, media_id="M", format="amr")),
        (
            "video",
            "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>",
            VideoReceived(**COMMON, media_id="M", thumb_media_id="T"),
        ),
        (
            "location",
            "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Scale>15</Scale><Label>广州</Label>",
            PlaceReceived(**COMMON, latitude="23.1", longitude="113.3", label="广州"),
        ),
        (
            "link",
            "<Title>标题</Title><Description>说明</Description><Url>https://a</Url><PicUrl>p</PicUrl>",
            LinkReceived(**COMMON, title="标题", description="说明", url="https://a"),
        ),
    ],
)
def test_every_documented_message(msg_type: str, rest: str, event: Received) -> None:
    """文档里的六种消息各成其类, 用户名一律小写。"""
    assert parse(message_xml(msg_type, rest).encode()) == event


def test_the_official_sample() -> None:
    """官方样例逐字解析。"""
    assert parse(VECTORS[0]["plaintext"].encode()) == TextReceived(
        key="msg:4561255354251345929",
        userid="mycreate",
        sent_at=datetime(2014, 9, 2, 12, 10, 13, tzinfo=UTC),
        agent_id=218,
        text="hello",
    )


CARD = (
    "<EventKey>approve</EventKey><TaskId>task-1</TaskId><CardType>button_interaction</CardType>"
    "<ResponseCode>RC</ResponseCode>"
)


def _event(event: str, rest: str = "", who: str = "wang") -> Any:
    return parse(event_xml(event, rest, who).encode())


@pytest.mark.parametrize(
    ("event", "rest", "kind", "values"),
    [
        ("subscribe", "<EventKey/>", RangeEntered, {}),
        ("unsubscribe", "", RangeLeft, {}),
        ("enter_agent", "<EventKey><![CDATA[]]></EventKey>", ChatEntered, {}),
        ("click", "<EventKey>menu:new</EventKey>", MenuClicked, {"menu_key": "menu:new"}),
        (
            "template_card_event",
            CARD,
            CardTapped,
            {"task_id": "task-1", "button": "approve", "response_code": "RC", "card_kind": "button_interaction"},
        ),
        ("template_card_menu_event", CARD, CardMenuTapped, {"task_id": "task-1", "button": "approve"}),
        ("inactive_alert", "<EffectTime>1</EffectTime>", AgentWarned, {"event": "inactive_alert"}),
        ("low_active_alert", "", AgentWarned, {"event": "low_active_alert"}),
        ("close_inactive_agent", "", AgentWarned, {"event": "close_inactive_agent"}),
        ("low_active", "", AgentWarned, {"event": "low_active"}),
    ],
)
def test_every_event_with_a_class(event: str, rest: str, kind: type, values: dict[str, Any]) -> None:
    """机器人用得着的事件各成其类。"""
    delivered = _event(event, rest)
    assert type(delivered) is kind
    assert {name: getattr(delivered, name) for name in values} == values


KNOWN = [
    "LOCATION", "view", "view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album",
    "pic_weixin", "location_select", "batch_job_result", "share_agent_change", "share_chain_change", "active_restored",
    "reopen_inactive_agent", "open_approval_change", "taskcard_click",
]  # fmt: skip
CHANGES = ["create_user", "update_user", "delete_user", "create_party", "update_party", "delete_party", "update_tag"]


@pytest.mark.parametrize(
    ("event", "rest", "known"),
    [
        *[(name, "", True) for name in KNOWN],
        *[("change_contact", f"<ChangeType>{change}</ChangeType>", True) for change in CHANGES],
        ("change_contact", "<ChangeType>rename_planet</ChangeType>", False),
        ("change_contact", "", False),
        ("location", "", False),  # names are case-sensitive
        ("invented_tomorrow", "", False),
    ],
)
def test_every_other_event_is_recorded(event: str, rest: str, known: bool) -> None:
    """用不着的和没见过的事件都收下记录, 并分得清。"""
    delivered = _event(event, rest)
    assert isinstance(delivered, OtherReceived)
    assert (delivered.event, delivered.known, delivered.msg_type) == (event, known, "event")


def test_fields_of_an_other_event_are_flat() -> None:
    """嵌套的内容按路径摊平, 重复的并列, 长的截短。"""
    rest = (
        "<EventKey>k</EventKey><SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>"
        f"<item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo><Long>{'x' * 999}</Long>"
    )
    fields = _event("pic_weixin", rest).fields
    assert fields["SendPicsInfo/PicList/item/PicMd5Sum"] == "a,b"
    assert fields["SendPicsInfo/Count"] == "2"
    assert fields["Long"] == "x" * 200


ITEM = "<SelectedItem><QuestionKey>{}</QuestionKey><OptionIds>{}</OptionIds></SelectedItem>"
A, B, C = (f"<OptionId>{name}</OptionId>" for name in "abc")


@pytest.mark.parametrize(
    ("selected", "chosen"),
    [
        ("", {}),
        ("<SelectedItems/>", {}),
        ("<SelectedItems><SelectedItem/></SelectedItems>", {}),
        (f"<SelectedItems>{ITEM.format('q1', '')}</SelectedItems>", {"q1": ()}),
        ("<SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey></SelectedItem></SelectedItems>", {"q1": ()}),
        (f"<SelectedItems>{ITEM.format('q1', A)}</SelectedItems>", {"q1": ("a",)}),
        (f"<SelectedItems>{ITEM.format('q1', A + B)}</SelectedItems>", {"q1": ("a", "b")}),
        (
            f"<SelectedItems>{ITEM.format('q1', A)}{ITEM.format('q2', B + C)}</SelectedItems>",
            {"q1": ("a",), "q2": ("b", "c")},
        ),
    ],
)
def test_chosen_options(selected: str, chosen: dict[str, tuple[str, ...]]) -> None:
    """选了一个、几个、没选, 都读得对。"""
    assert _event("template_card_event", CARD + selected).chosen == chosen


ODD = {
    "no MsgType": "<xml><FromUserName>wang</FromUserName></xml>",
    "nothing": "<xml/>",
    "another root": "<hello>world</hello>",
    "unknown message type": message_xml("file", "<MediaId>M</MediaId>"),
    "message without MsgId": text_xml().replace("<MsgId>7000000000000000001</MsgId>", ""),
    "MsgId not a number": text_xml(msg_id="abc"),
    "no CreateTime": text_xml().replace(f"<CreateTime>{STAMP}</CreateTime>", ""),
    "CreateTime not a number": text_xml().replace(STAMP, "soon"),
    "CreateTime beyond all calendars": text_xml().replace(STAMP, "9" * 30),
    "no sender": text_xml().replace("<FromUserName><![CDATA[WangFang]]></FromUserName>", ""),
    "text without Content": message_xml("text", ""),
    "picture without MediaId": message_xml("image", ""),
    "link without Url": message_xml("link", ""),
    "place without longitude": message_xml("location", "<Location_X>1</Location_X>"),
    "event without Event": event_xml("x").replace("<Event>x</Event>", ""),
    "tap without TaskId": event_xml("template_card_event", "<EventKey>a</EventKey>"),
    "tap without EventKey": event_xml("template_card_event", "<TaskId>a</TaskId>"),
    "click without EventKey": event_xml("click"),
}


@pytest.mark.parametrize("xml", ODD.values(), ids=ODD.keys())
def test_odd_but_well_formed_is_recorded(xml: str) -> None:
    """缺东少西但还是 XML 的: 收下记录, 不报错, 免得平台一再重送。"""
    delivered = parse(xml.encode())
    assert isinstance(delivered, OtherReceived)
    assert not delivered.known
    assert 0 < len(delivered.key.encode()) <= 200


def test_a_tap_without_its_code_still_counts() -> None:
    """没有 ResponseCode 的点击仍是点击, 只是改不了卡片。"""
    rest = "<EventKey>approve</EventKey><TaskId>task-1</TaskId>"
    assert _event("template_card_event", rest).response_code == ""


MALFORMED = ["", "hello", "<xml>", "<xml></xm>", "<!DOCTYPE x><xml/>", "<a/><b/>", "<xml>&e;</xml>"]


@pytest.mark.parametrize("xml", MALFORMED)
def test_malformed_is_refused(xml: str) -> None:
    """不成 XML 的拒绝。"""
    with pytest.raises(Refused):
        parse(xml.encode())


# ---- keys -----------------------------------------------------------------------------------------------------------


def _tap(button: str = "approve", task: str = "task-1", code: str = "RC", options: str = "", **more: str) -> str:
    rest = (
        f"<EventKey>{button}</EventKey><TaskId>{task}</TaskId><ResponseCode>{code}</ResponseCode>"
        f"<SelectedItems>{options}</SelectedItems>"
    )
    return parse(event_xml("template_card_event", rest, **more).encode()).key


def test_the_key_of_a_tap_can_be_read() -> None:
    """点击的去重键看得懂。"""
    assert _tap(options=ITEM.format("q1", A + B)) == (
        f"event:wang:{STAMP}:1000002:template_card_event:approve:task-1:q1=a+b"
    )


def test_a_repeat_with_another_code_has_the_same_key() -> None:
    """重送换了 ResponseCode 也还是同一次点击。"""
    assert _tap(code="RC1") == _tap(code="RC2")


def test_a_repeat_of_an_unheard_event_with_another_code_has_the_same_key() -> None:
    """没见过的事件也一样: ResponseCode 不进键。"""
    first, second = (_event("new_tap", f"<ResponseCode>{code}</ResponseCode>").key for code in ("RC1", "RC2"))
    assert first == second


def test_different_taps_of_one_second_have_different_keys() -> None:
    """同一秒里点不同的卡、不同的按钮、选不同的项, 各算各的。"""
    taps = [
        _tap(),
        _tap(task="task-2"),
        _tap(button="return"),
        _tap(who="zhang"),
        _tap(stamp="1700000000"),
        _tap(options=ITEM.format("q1", A)),
        _tap(options=ITEM.format("q1", B)),
        _tap(options=ITEM.format("q1", A + B)),
        _tap(options=ITEM.format("q1", "<OptionId>a+b</OptionId>")),
        _tap(options=ITEM.format("q1", A) + ITEM.format("q2", B)),
        _tap(button="approve:task-1", task="x"),
        _tap(button="approve", task="task-1:x"),
    ]
    assert len(set(taps)) == len(taps)


def test_long_keys_are_shortened_and_still_differ() -> None:
    """太长的键缩短, 仍各不相同。"""
    long = "批" * 300
    keys = {_tap(button=long + end, task=long + end) for end in ("一", "二")}
    assert len(keys) == 2
    assert all(len(key.encode()) <= 200 for key in keys)


def test_other_events_of_one_second_differ_by_their_contents() -> None:
    """同一秒的两次通讯录变更是两件事; 元素次序不同是同一件。"""
    change = "<ChangeType>update_user</ChangeType>"
    first, second = (_event("change_contact", f"{change}<UserID>{who}</UserID>", "sys").key for who in ("a", "b"))
    turned = _event("change_contact", f"<UserID>a</UserID>{change}", "sys").key
    assert first != second
    assert first == turned


# ---- anything at all ------------------------------------------------------------------------------------------------

NAMES = st.sampled_from([
    "xml", "MsgType", "Event", "FromUserName", "CreateTime", "MsgId", "AgentID", "EventKey", "TaskId", "ResponseCode",
    "SelectedItems", "SelectedItem", "QuestionKey", "OptionIds", "OptionId", "Content", "MediaId", "Location_X",
    "Location_Y", "Url", "ChangeType", "BatchJob", "JobId", "anything",
])  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["event", "text", "image", "location", "link", "template_card_event", "click", STAMP, "77", "sys"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60),
)
LEAVES = st.builds(lambda name, value: f"<{name}>{escape(value)}</{name}>", NAMES, VALUES)
BRANCHES = st.builds(lambda name, inner: f"<{name}>{''.join(inner)}</{name}>", NAMES, st.lists(LEAVES, max_size=3))
TREES = st.one_of(
    LEAVES, st.builds(lambda name, inner: f"<{name}>{''.join(inner)}</{name}>", NAMES, st.lists(BRANCHES, max_size=2))
)


@settings(deadline=None)
@given(st.lists(TREES, max_size=10))
def test_any_well_formed_xml_is_an_event(children: list[str]) -> None:
    """随便什么 XML 都成一个事件, 键不超长。"""
    delivered = parse(f"<xml>{''.join(children)}</xml>".encode())
    assert isinstance(delivered, Received)
    assert 0 < len(delivered.key.encode()) <= 200
    assert delivered.userid == delivered.userid.lower()


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"<xml>{text}</xml>".encode())))
def test_any_bytes_are_an_event_or_refused(xml: bytes) -> None:
    """随便什么字节, 要么成事件, 要么拒绝, 没有第三种。"""
    with contextlib.suppress(Refused):
        assert isinstance(parse(xml), Received)


def test_very_deep_xml_is_no_trouble() -> None:
    """嵌套极深的 XML 也不会出错。"""
    deep = f"<xml>{'<a>' * 20000}{'</a>' * 20000}</xml>"
    assert isinstance(parse(deep.encode()), OtherReceived)
