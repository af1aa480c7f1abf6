"""中立的消息变成平台的 JSON: 字段齐全, 不超限, 不该改的不改。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.messages import Attachment, Button, Card, Option, Row, Select, Text
from bot.wecom import cards, render
from bot.wecom.cards import Choice, Head, Menu

YES, NO = Button("通过", "approve"), Button("退回", "return", style=2)
WHY = Select("why", "退回原因", (Option("a", "错字"), Option("b", "事实不准")), "b")
REVIEW = Card(
    task_id="post-17@v3",
    title="待审稿件",
    source="发布审批",
    source_color=1,
    desc="第3版",
    body="停水通知全文",
    rows=(Row("作者", "王芳"), Row("正文", "停水通知", "https://example.com/a/17")),
    buttons=(YES, NO, Button("看全文", url="https://example.com/a/17")),
    selects=(WHY,),
    url="https://example.com/a/17",
)
WHY_JSON = {
    "question_key": "why",
    "title": "退回原因",
    "option_list": [{"id": "a", "text": "错字"}, {"id": "b", "text": "事实不准"}],
    "selected_id": "b",
}


@pytest.mark.parametrize(
    ("message", "json"),
    [
        (Text("停水\n通知"), {"msgtype": "text", "text": {"content": "停水\n通知"}}),
        (Attachment("s", "a.jpg"), {"msgtype": "image", "image": {"media_id": "M"}}),
        (Attachment("s", "a.pdf", "file"), {"msgtype": "file", "file": {"media_id": "M"}}),
        (Attachment("s", "a.mp4", "video"), {"msgtype": "video", "video": {"media_id": "M", "title": "a.mp4"}}),
    ],
)
def test_plain_messages(message: Text | Attachment, json: dict[str, Any]) -> None:
    """文字、图片、文件、视频。"""
    assert render.message(message, media_id="M") == json


def test_a_review_card_in_full() -> None:
    """审批卡逐字段与文档一致。"""
    assert render.message(REVIEW) == {
        "msgtype": "template_card",
        "template_card": {
            "card_type": "button_interaction",
            "source": {"desc": "发布审批", "desc_color": 1},
            "task_id": "post-17@v3",
            "main_title": {"title": "待审稿件", "desc": "第3版"},
            "sub_title_text": "停水通知全文",
            "horizontal_content_list": [
                {"keyname": "作者", "value": "王芳"},
                {"keyname": "正文", "value": "停水通知", "type": 1, "url": "https://example.com/a/17"},
            ],
            "card_action": {"type": 1, "url": "https://example.com/a/17"},
            "button_selection": WHY_JSON,
            "button_list": [
                {"text": "通过", "style": 1, "key": "approve"},
                {"text": "退回", "style": 2, "key": "return"},
                {"text": "看全文", "style": 1, "type": 1, "url": "https://example.com/a/17"},
            ],
        },
    }


def test_a_card_to_submit() -> None:
    """下拉提交卡: 平台不给正文、要点和链接, 就写进说明。"""
    card = replace(REVIEW, buttons=(), submit=Button("提交", "go"))
    assert render.card(card) == {
        "card_type": "multiple_interaction",
        "source": {"desc": "发布审批"},
        "task_id": "post-17@v3",
        "main_title": {"title": "待审稿件", "desc": "第3版\n停水通知全文\n作者：王芳\n正文：停水通知"},
        "select_list": [WHY_JSON],
        "submit_button": {"text": "提交", "key": "go"},
    }


def test_a_card_to_read() -> None:
    """没有按钮的卡要有链接。"""
    card = Card(task_id="t", title="已办结", body="正文", url="https://example.com")
    assert render.card(card) == {
        "card_type": "text_notice",
        "task_id": "t",
        "main_title": {"title": "已办结"},
        "sub_title_text": "正文",
        "card_action": {"type": 1, "url": "https://example.com"},
    }
    with pytest.raises(ValueError, match=r"card_action\.url"):
        render.card(replace(card, url=""))


# ---- updates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "kind", "replaced"),
    [
        (replace(REVIEW, done="王芳已通过"), "button_interaction", "王芳已通过"),
        (replace(REVIEW, buttons=(), selects=(), done="已通过"), "button_interaction", "已通过"),
        (replace(REVIEW, buttons=(), submit=YES, done="已提交"), "multiple_interaction", "已提交"),
        (replace(REVIEW), "button_interaction", None),
        (replace(REVIEW, buttons=(), selects=()), "text_notice", None),
        (replace(REVIEW, buttons=(), submit=YES), "multiple_interaction", None),
    ],
)
def test_an_update_keeps_its_task_id_to_itself(card: Card, kind: str, replaced: str | None) -> None:
    """更新卡片: 不带 task_id; 办完的按钮变灰, 写明结果。"""
    shown = render.card(card, update=True)
    assert "task_id" not in shown
    assert (shown["card_type"], shown.get("replace_text")) == (kind, replaced)


def test_a_done_card_without_buttons_gets_one_to_carry_the_text() -> None:
    """办完又没有按钮的卡: 补一个灰按钮, 链接照留。"""
    done = Card(task_id="t", title="待审", done="已由张伟主任于三月十七日通过", url="https://example.com")
    assert render.card(done, update=True) == {
        "card_type": "button_interaction",
        "main_title": {"title": "待审"},
        "card_action": {"type": 1, "url": "https://example.com"},
        "button_list": [{"text": "已由张伟主任于三月…", "style": 1, "key": "done"}],
        "replace_text": "已由张伟主任于三月十七日通过",
    }


def test_a_done_card_cannot_be_chosen_on() -> None:
    """办完的卡不能再选。"""
    done = render.card(replace(REVIEW, buttons=(), submit=YES, done="已提交"), update=True)
    assert [select["disable"] for select in done["select_list"]] == [True]
    assert "button_selection" not in render.card(replace(REVIEW, done="已通过"), update=True)


def test_a_done_text_on_a_card_not_sent_before_is_part_of_the_body() -> None:
    """头一次发就已办完的卡: 结果写进正文。"""
    card = Card(task_id="t", title="待审", body="正文", done="已通过", url="https://example.com")
    assert render.card(card)["sub_title_text"] == "正文\n已通过"


# ---- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "path", "limit"),
    [
        ({"title": "长" * 50}, ("main_title", "title"), 36),
        ({"desc": "长" * 50}, ("main_title", "desc"), 44),
        ({"body": "长" * 200}, ("sub_title_text",), 160),
        ({"source": "长" * 30}, ("source", "desc"), 20),
        ({"rows": (Row("长" * 9, "值"),)}, ("horizontal_content_list", 0, "keyname"), 5),
        ({"rows": (Row("名", "长" * 50),)}, ("horizontal_content_list", 0, "value"), 30),
        (
            {"selects": (Select("q", "题", (Option("a", "长" * 20),)),)},
            ("button_selection", "option_list", 0, "text"),
            16,
        ),
        ({"buttons": (), "submit": YES, "desc": "长" * 300}, ("main_title", "desc"), 160),
    ],
)
def test_what_may_be_cut_is_cut_with_a_sign(change: dict[str, Any], path: tuple[str | int, ...], limit: int) -> None:
    """能截的截到字数之内, 末尾有省略号。"""
    shown: Any = render.card(replace(REVIEW, **change))
    for step in path:
        shown = shown[step]
    assert shown == "长" * (limit - 1) + "…"


LONG_KEY = "k" * 1025
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"task_id": ""}, "task_id"),
    ({"task_id": "稿件1"}, "task_id"),
    ({"task_id": "a b"}, "task_id"),
    ({"task_id": "a\n"}, "task_id"),
    ({"task_id": "a" * 129}, "task_id"),
    ({"title": " "}, "main_title.title"),
    ({"source_color": 4}, "source.desc_color"),
    ({"rows": (Row("名", "值"),) * 7}, "horizontal_content_list"),
    ({"rows": (Row("", "值"),)}, "horizontal_content_list[0].keyname"),
    ({"rows": (Row("名", "值", "example.com"),)}, "horizontal_content_list[0].url"),
    ({"url": "javascript:alert(1)"}, "card_action.url"),
    ({"buttons": (YES,) * 7}, "button_list"),
    ({"buttons": (YES, Button("不同", "approve"))}, "button_list.key"),
    ({"buttons": (Button("通" * 11, "k"),)}, "button_list[0].text"),
    ({"buttons": (Button("", "k"),)}, "button_list[0].text"),
    ({"buttons": (Button("通过"),)}, "button_list[0].key"),
    ({"buttons": (Button("通过", LONG_KEY),)}, "button_list[0].key"),
    ({"buttons": (Button("通过", "k", style=5),)}, "button_list[0].style"),
    ({"buttons": (Button("看", url="//x"),)}, "button_list[0].url"),
    ({"buttons": (YES,), "submit": NO}, "button_list"),
    ({"selects": (WHY, replace(WHY, key="q2"))}, "button_selection"),
    ({"selects": (replace(WHY, key=""),)}, "button_selection.question_key"),
    ({"selects": (replace(WHY, selected="z"),)}, "button_selection.selected_id"),
    ({"selects": (replace(WHY, options=()),)}, "button_selection"),
    ({"selects": (replace(WHY, options=(Option("b", "甲"),) * 2),)}, "button_selection.option_list.id"),
    ({"selects": (Select("q", "", tuple(Option(str(n), str(n)) for n in range(11))),)}, "button_selection.option_list"),
    ({"selects": (Select("q", "", (Option("i" * 129, "甲"),)),)}, "button_selection.option_list[0].id"),
    ({"selects": (Select("q", "", (Option("", "甲"),)),)}, "button_selection.option_list[0].id"),
    ({"selects": (Select("q", "", (Option("a", " "),)),)}, "button_selection.option_list[0].text"),
    (
        {"selects": (Select("q", "", (Option("a", "长" * 20 + "一"), Option("b", "长" * 20 + "二"))),)},
        "button_selection.option_list",
    ),
    ({"buttons": ()}, "select_list"),
    ({"buttons": (), "submit": YES, "selects": ()}, "select_list"),
    ({"buttons": (), "submit": YES, "selects": (WHY,) * 2}, "select_list.question_key"),
    ({"buttons": (), "submit": YES, "selects": tuple(replace(WHY, key=str(n)) for n in range(4))}, "select_list"),
    ({"buttons": (), "submit": Button("提" * 11, "k")}, "submit_button.text"),
    ({"buttons": (), "submit": Button("提交", LONG_KEY)}, "submit_button.key"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_what_may_not_be_cut_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    """不能截的就不发, 说明是哪个字段。"""
    with pytest.raises(ValueError) as refusal:
        render.card(replace(REVIEW, **change))
    assert str(refusal.value).startswith(f"{field}:") or str(refusal.value).startswith(f"{field}.")


@pytest.mark.parametrize(
    ("message", "media_id", "field"),
    [
        (Text(""), "", "text.content"),
        (Text(" \n"), "", "text.content"),
        (Text("审" * 683), "", "text.content"),
        (Attachment("s", "a.jpg"), "", "image.media_id"),
    ],
)
def test_plain_messages_have_limits_too(message: Text | Attachment, media_id: str, field: str) -> None:
    """空的和太长的文字不发, 没有素材号不发。"""
    with pytest.raises(ValueError, match=field):
        render.message(message, media_id=media_id)


NAMED = st.text(min_size=1, max_size=60).filter(str.strip)
CARDS = st.builds(
    Card,
    task_id=st.from_regex(r"[0-9A-Za-z_\-@]{1,128}", fullmatch=True),
    title=NAMED,
    source=st.text(max_size=40),
    source_color=st.integers(0, 3),
    desc=st.text(max_size=200),
    body=st.text(max_size=400),
    rows=st.lists(st.builds(Row, NAMED, st.text(max_size=60)), max_size=6).map(tuple),
    buttons=st.sampled_from([(), (YES,), (YES, NO)]),
    url=st.just("https://example.com"),
    done=st.one_of(st.text(max_size=30), st.just(" ")),
)


@settings(deadline=None)
@given(CARDS, st.booleans())
def test_every_card_that_is_rendered_is_within_the_limits(card: Card, update: bool) -> None:
    """不管写了什么, 发出去的卡都在限度之内。"""
    shown = render.card(card, update=update)
    assert 0 < len(shown["main_title"]["title"]) <= 36
    assert len(shown["main_title"].get("desc", "")) <= 44
    assert len(shown.get("sub_title_text", "")) <= 160
    assert len(shown.get("source", {}).get("desc", "")) <= 20
    assert ("task_id" in shown) is not update
    for row in shown.get("horizontal_content_list", []):
        assert 0 < len(row["keyname"]) <= 5
        assert len(row.get("value", "")) <= 30
    for button in shown.get("button_list", []):
        assert 0 < len(button["text"]) <= 10


# ---- the kinds that Card does not reach -----------------------------------------------------------------------------

HEAD = Head("本周选题投票表决", "vote-1", source="发布审批", source_color=3, desc="请选一项")
CHOICES = (Choice("a", "停水通知", checked=True), Choice("b", "天气预报"))


def test_a_vote_card() -> None:
    """投票卡。"""
    assert cards.vote_card(HEAD, question="q", choices=CHOICES, submit=Button("提交", "go")) == {
        "card_type": "vote_interaction",
        "source": {"desc": "发布审批"},
        "task_id": "vote-1",
        "main_title": {"title": "本周选题投票表决", "desc": "请选一项"},
        "checkbox": {
            "question_key": "q",
            "mode": 0,
            "option_list": [
                {"id": "a", "text": "停水通知", "is_checked": True},
                {"id": "b", "text": "天气预报", "is_checked": False},
            ],
        },
        "submit_button": {"text": "提交", "key": "go"},
    }


def test_a_vote_that_is_over() -> None:
    """投完的票变灰。"""
    over = cards.vote_card(
        replace(HEAD, update=True), question="q", choices=CHOICES, submit=None, replace_text="已投票", disabled=True
    )
    assert over["checkbox"]["disable"] is True
    assert over["replace_text"] == "已投票"
    assert "submit_button" not in over and "task_id" not in over


def test_a_news_card() -> None:
    """图文卡。"""
    menu = Menu("更多", (Button("不再提醒", "mute"),))
    assert cards.news_card(
        HEAD,
        link="https://example.com",
        image="https://example.com/p.png",
        aspect_ratio=2.2,
        rows=(Row("作者", "王"),),
        paragraphs=(("小标题", "段落"),),
        menu=menu,
    ) == {
        "card_type": "news_notice",
        "source": {"desc": "发布审批", "desc_color": 3},
        "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        "task_id": "vote-1",
        "main_title": {"title": "本周选题投票表决", "desc": "请选一项"},
        "card_image": {"url": "https://example.com/p.png", "aspect_ratio": 2.2},
        "vertical_content_list": [{"title": "小标题", "desc": "段落"}],
        "horizontal_content_list": [{"keyname": "作者", "value": "王"}],
        "card_action": {"type": 1, "url": "https://example.com"},
    }


NEWS: dict[str, Any] = {"link": "https://a.b", "image": "https://a.b/c.png"}
VOTE: dict[str, Any] = {"question": "q", "choices": CHOICES, "submit": YES}
MUTE = Button("不提醒", "mute")


@pytest.mark.parametrize(
    ("build", "changes", "field"),
    [
        (cards.news_card, NEWS | {"aspect_ratio": 1.2}, "card_image.aspect_ratio"),
        (cards.news_card, NEWS | {"aspect_ratio": 2.25}, "card_image.aspect_ratio"),
        (cards.news_card, NEWS | {"image": "p.png"}, "card_image.url"),
        (cards.news_card, NEWS | {"paragraphs": (("t", "d"),) * 5}, "vertical_content_list"),
        (cards.news_card, NEWS | {"paragraphs": (("", "d"),)}, "vertical_content_list[0].title"),
        (cards.news_card, NEWS | {"menu": Menu("", (MUTE,) * 2)}, "action_menu.action_list.key"),
        (cards.news_card, NEWS | {"menu": Menu("", ())}, "action_menu.action_list"),
        (cards.vote_card, VOTE | {"choices": ()}, "checkbox.option_list"),
        (cards.vote_card, VOTE | {"choices": tuple(Choice(str(n), str(n)) for n in range(21))}, "checkbox.option_list"),
        (cards.vote_card, VOTE | {"choices": (CHOICES[0], Choice("b", "乙", True))}, "checkbox.option_list.is_checked"),
        (cards.vote_card, VOTE | {"question": ""}, "checkbox.question_key"),
        (cards.vote_card, VOTE | {"submit": None}, "submit_button"),
        (cards.vote_card, VOTE | {"disabled": True}, "disable"),
        (cards.vote_card, VOTE | {"replace_text": "x"}, "replace_text"),
        (cards.button_card, {"buttons": ()}, "button_list"),
    ],
)
def test_limits_of_the_other_kinds(build: Any, changes: dict[str, Any], field: str) -> None:
    """投票卡和图文卡的限度也先查。"""
    with pytest.raises(ValueError) as refusal:
        build(HEAD, **changes)
    assert str(refusal.value).startswith(f"{field}:")


def test_a_notice_with_a_menu_needs_a_task_id() -> None:
    """带右上角菜单的通知卡才必须有 task_id。"""
    head = Head("通知")
    assert "task_id" not in cards.text_card(head, link="https://a.b")
    with pytest.raises(ValueError, match="task_id"):
        cards.text_card(head, link="https://a.b", menu=Menu("更多", (MUTE,)))
    with pytest.raises(ValueError, match=r"main_title\.title"):
        cards.text_card(Head(""), link="https://a.b")


def test_further_actions_stand_at_the_corner() -> None:
    """菜单在卡片右上角, 一至三项; 关掉的卡片没有。"""
    with_menu = replace(REVIEW, menu=(Button("标注：重大事项", "tick:重大事项"),))
    menu = {"desc": "更多", "action_list": [{"text": "标注：重大事项", "key": "tick:重大事项"}]}
    assert render.card(with_menu)["action_menu"] == menu
    assert render.card(with_menu, update=True)["action_menu"] == menu
    assert "action_menu" not in render.card(replace(with_menu, done="已通过"), update=True)
    assert render.card(replace(with_menu, buttons=(), selects=()))["action_menu"] == menu
    with pytest.raises(ValueError, match="action_list"):
        render.card(replace(REVIEW, menu=tuple(Button(f"{n}", f"k{n}") for n in range(4))))
