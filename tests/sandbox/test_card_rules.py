"""Template cards: what is refused, with which code, and what is only noted (path/90236, path/94888)."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.card_rules import SENT, UPDATED, check_card
from bot.sandbox.errors import ApiError
from tests.sandbox.scene import digest_card, news_card, review_card, submission_card, vote_card

JSON = dict[str, Any]
Change = Callable[[JSON], object]


def row(**fields: Any) -> Change:
    return lambda card: card.update(horizontal_content_list=[{"keyname": "编号", "value": "0123"} | fields])


def button(**fields: Any) -> Change:
    return lambda card: card.update(button_list=[{"text": "同意", "key": "ok"} | fields])


def drop(*path: Any) -> Change:
    def change(card: JSON) -> None:
        target: Any = card
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change


def put(value: Any, *path: Any) -> Change:
    def change(card: JSON) -> None:
        target: Any = card
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


@pytest.mark.parametrize("make", [submission_card, review_card, digest_card, vote_card, news_card])
def test_the_five_kinds_are_accepted(make: Callable[[], JSON]) -> None:
    assert check_card(make(), SENT) == []


OPTIONS = [{"id": str(number), "text": "项"} for number in range(11)]
REFUSED: list[tuple[Callable[[], JSON], Change, int]] = [
    (review_card, put("poster", "card_type"), 42031),
    (review_card, drop("card_type"), 42031),
    (review_card, put(1, "surprise"), 40035),
    (review_card, put("x", "emphasis_content"), 40035),  # a button card has no emphasis
    (review_card, put({"title": "x"}, "emphasis_content"), 40035),
    (review_card, put(3, "main_title", "title"), 40035),
    (review_card, drop("main_title", "title"), 41016),
    (review_card, put("", "main_title", "title"), 41016),
    (review_card, drop("task_id"), 42014),
    (review_card, put("含中文", "task_id"), 42014),
    (review_card, put("a b", "task_id"), 42014),
    (review_card, put("x" * 129, "task_id"), 42014),
    (review_card, put(4, "source", "desc_color"), 40035),
    (review_card, put("例子.com/a", "source", "icon_url"), 45034),
    (review_card, put([], "action_menu", "action_list"), 40058),
    (review_card, put([{"text": "a", "key": str(n)} for n in range(4)], "action_menu", "action_list"), 40058),
    (review_card, put([{"text": "a", "key": "k"}] * 2, "action_menu", "action_list"), 42051),
    (review_card, put([], "button_list"), 42020),
    (review_card, put([{"text": "a", "key": str(n)} for n in range(7)], "button_list"), 42038),
    (review_card, button(text=""), 42020),
    (review_card, button(key="x" * 1025), 42039),
    (review_card, put([{"text": "同意"}], "button_list"), 42019),
    (review_card, button(type=1), 42028),
    (review_card, button(style=5), 40035),
    (review_card, button(type=True), 40035),
    (review_card, row(keyname=""), 42027),
    (review_card, row(type=1), 42028),
    (review_card, row(type=2), 42029),
    (review_card, row(type=3), 42050),
    (review_card, put([{"keyname": "a"}] * 7, "horizontal_content_list"), 42035),
    (review_card, put({"type": 3}, "card_action"), 42045),
    (review_card, put({"type": 1}, "card_action"), 42028),
    (review_card, put({"type": 2}, "card_action"), 42030),
    (review_card, put({"type": 1}, "quote_area"), 42028),
    (review_card, put(OPTIONS, "button_selection", "option_list"), 42037),
    (review_card, put([{"id": "a", "text": "x"}] * 2, "button_selection", "option_list"), 42040),
    (review_card, put([{"id": "a" * 129, "text": "x"}], "button_selection", "option_list"), 42040),
    (review_card, put([{"id": "a", "text": ""}], "button_selection", "option_list"), 42041),
    (review_card, drop("button_selection", "question_key"), 42043),
    (review_card, put(False, "button_selection", "disable"), 40035),
    (review_card, put("已同意", "replace_text"), 40035),  # an update may, a new card may not
    (digest_card, drop("card_action"), 42045),
    (digest_card, put(0, "card_action", "type"), 42045),
    (digest_card, put([{"title": "a"}] * 4, "jump_list"), 42042),
    (digest_card, put([{"type": 1, "url": "https://e.cn"}], "jump_list"), 42033),
    (digest_card, put([{"type": 1, "title": "a"}], "jump_list"), 42028),
    (digest_card, put([{"type": 2, "title": "a"}], "jump_list"), 42030),
    (digest_card, drop("task_id"), 42014),  # required with an action_menu
    (digest_card, put({}, "main_title"), 41016),  # and there is no sub_title_text
    (vote_card, drop("submit_button"), 42046),
    (vote_card, drop("submit_button", "key"), 42046),
    (vote_card, put("", "submit_button", "text"), 42049),
    (vote_card, put({"desc": "x", "desc_color": 1}, "source"), 40035),
    (vote_card, drop("checkbox", "option_list", 0, "is_checked"), 40058),
    (vote_card, put([{"id": str(n), "text": "x", "is_checked": False} for n in range(21)], "checkbox", "option_list"),
     42037),
    (vote_card, put(2, "checkbox", "mode"), 40035),
    (submission_card, put([], "select_list"), 42047),
    (submission_card, lambda card: card["select_list"].append(card["select_list"][0]), 42047),
    (submission_card, lambda card: card["select_list"].__setitem__(1, card["select_list"][0]), 42043),
    (news_card, drop("image_text_area"), 42044),
    (news_card, drop("image_text_area", "image_url"), 42044),
    (news_card, put({"url": "https://e.cn/a.png", "aspect_ratio": 2.25}, "card_image"), 40058),
    (news_card, put([{"title": "a"}] * 5, "vertical_content_list"), 42036),
    (news_card, put([{"desc": "a"}], "vertical_content_list"), 42033),
]  # fmt: skip


@pytest.mark.parametrize(("make", "change", "errcode"), REFUSED)
def test_what_the_documents_do_not_allow_is_refused(make: Callable[[], JSON], change: Change, errcode: int) -> None:
    card = copy.deepcopy(make())
    change(card)
    with pytest.raises(ApiError) as refusal:
        check_card(card, SENT)
    assert refusal.value.errcode == errcode


NOTED: list[tuple[Callable[[], JSON], Change, str]] = [
    (review_card, put("字" * 37, "main_title", "title"), "advised_length"),
    (review_card, put("字" * 45, "main_title", "desc"), "advised_length"),
    (review_card, put("字" * 161, "sub_title_text"), "advised_length"),
    (review_card, put("字" * 21, "source", "desc"), "advised_length"),
    (review_card, row(keyname="六个字的键名"), "advised_length"),
    (review_card, row(value="字" * 31), "advised_length"),
    (review_card, row(type=2, media_id="m", value="没有扩展名"), "attachment_name"),
    (review_card, button(text="字" * 11), "advised_length"),
    (review_card, put([{"id": "a", "text": "字" * 17}], "button_selection", "option_list"), "advised_length"),
    (review_card, put("nothing", "button_selection", "selected_id"), "selected_id"),
    (digest_card, put("字" * 15, "emphasis_content", "title"), "advised_length"),
    (vote_card, put("字" * 17, "main_title", "title"), "advised_length"),
    (vote_card, put("字" * 11, "submit_button", "text"), "advised_length"),
    (vote_card, lambda card: (put(0, "checkbox", "mode")(card),
                              put(True, "checkbox", "option_list", 1, "is_checked")(card)), "checked_twice"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "change", "kind"), NOTED)
def test_what_the_client_would_cut_is_noted(make: Callable[[], JSON], change: Change, kind: str) -> None:
    card = copy.deepcopy(make())
    change(card)
    assert [note.kind for note in check_card(card, SENT)] == [kind]


def test_advice_is_counted_in_characters_and_kept_exactly() -> None:
    card = review_card() | {"main_title": {"title": "字" * 36, "desc": "字" * 44}, "sub_title_text": "字" * 160}
    assert check_card(card, SENT) == []


def updated(make: Callable[[], JSON], **more: Any) -> JSON:
    return {name: value for name, value in make().items() if name != "task_id"} | more


@pytest.mark.parametrize("make", [review_card, vote_card, submission_card])
def test_an_updated_card_may_carry_replace_text_and_no_task_id(make: Callable[[], JSON]) -> None:
    assert check_card(updated(make, replace_text="已同意 10:32"), UPDATED) == []
    with pytest.raises(ApiError, match="task_id"):
        check_card(make(), UPDATED)


def test_an_updated_card_may_fix_its_selects_and_lose_its_submit_button() -> None:
    card = updated(submission_card)
    del card["submit_button"]
    card["select_list"] = [select | {"disable": True} for select in card["select_list"]]
    assert check_card(card, UPDATED) == []
    with pytest.raises(ApiError, match="replace_text"):
        check_card(updated(digest_card, replace_text="x"), UPDATED)
