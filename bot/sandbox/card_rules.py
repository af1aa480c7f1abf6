"""Template cards: which field each of the five kinds may carry, and its limits (path/90236, path/94888)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.fields import BAD_TYPE, Flag, Many, Number, Obj, Rule, Text, Whole, check
from bot.sandbox.violations import Note

JSON = dict[str, Any]
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
CARD_TYPES = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
WITH_BUTTONS = CARD_TYPES[2:]

URL = Text(url=True)
COLOUR = {"desc_color": Whole(allowed=range(4))}
PLAIN_SOURCE: Mapping[str, Rule] = {"icon_url": URL, "desc": Text(advised=20)}
LINK: Mapping[str, Rule] = {"type": Whole(allowed=range(3)), "url": URL, "appid": Text(), "pagepath": Text()}
SOURCE = Obj({**PLAIN_SOURCE, **COLOUR})
ACTION = Obj({"text": Text(required=True), "key": Text(required=True, max_bytes=1024)})
ACTION_MENU = Obj({"desc": Text(), "action_list": Many(ACTION, 3, required=True, least=1)})
QUOTE = Obj({**LINK, "title": Text(), "quote_text": Text()})
EMPHASIS = Obj({"title": Text(advised=14), "desc": Text(advised=22)})
SUB_TITLE = Text(advised=160)
HORIZONTAL = Obj(
    {
        "keyname": Text(required=True, missing=42027, advised=5),
        "value": Text(advised=30),
        "type": Whole(allowed=range(4)),
        "url": URL,
        "media_id": Text(),
        "userid": Text(),
    }
)
VERTICAL = Obj({"title": Text(required=True, missing=42033, advised=38), "desc": Text(advised=160)})
JUMP = Obj({**LINK, "title": Text(required=True, missing=42033, advised=18)})
CARD_ACTION_LINK = Obj({**LINK, "type": Whole(required=True, missing=42045, allowed=range(1, 3), bad=42045)})
CARD_ACTION_FREE = Obj({**LINK, "type": Whole(allowed=range(3), bad=42045)})
IMAGE_TEXT = Obj({**LINK, "title": Text(), "desc": Text(), "image_url": Text(required=True, missing=42044, url=True)})
CARD_IMAGE = Obj({"url": Text(required=True, missing=42044, url=True), "aspect_ratio": Number(1.3, 2.25)})
QUESTION_KEY = Text(required=True, missing=42043, max_bytes=1024, too_long=42043)
OPTION_ID = Text(required=True, missing=42040, max_bytes=128, too_long=42040)
OPTION = Obj({"id": OPTION_ID, "text": Text(required=True, missing=42041, advised=16)})
OPTIONS = Many(OPTION, 10, length=42037, required=True, missing=42037, least=1)
SELECTION: Mapping[str, Rule] = {
    "question_key": QUESTION_KEY,
    "title": Text(),
    "selected_id": Text(),
    "option_list": OPTIONS,
}
BUTTON = Obj(
    {
        "text": Text(required=True, missing=42020, advised=10),
        "type": Whole(allowed=range(2)),
        "key": Text(max_bytes=1024, too_long=42039),
        "url": URL,
        "style": Whole(allowed=range(1, 5)),
    }
)
CHECK_OPTION = Obj(
    {"id": OPTION_ID, "text": Text(required=True, missing=42041, advised=17), "is_checked": Flag(required=True)}
)
CHECKBOX: Mapping[str, Rule] = {
    "question_key": QUESTION_KEY,
    "mode": Whole(allowed=range(2)),
    "option_list": Many(CHECK_OPTION, 20, length=42037, required=True, missing=42037, least=1),
}
SUBMIT: Mapping[str, Rule] = {
    "text": Text(required=True, missing=42049, advised=10),
    "key": Text(required=True, missing=42046, max_bytes=1024, too_long=42046),
}


@dataclass(frozen=True, slots=True)
class Form:
    """Where a card came from: what an update or a passive answer may carry that a new card may not."""

    new: bool  # has a task_id, must have its submit button
    selection_disable: bool = False  # ButtonSelection/Disable exists in passive answers only (path/90241)


SENT = Form(new=True)
UPDATED = Form(new=False)
PASSIVE = Form(new=False, selection_disable=True)


def rules_for(card_type: str, form: Form) -> Obj:
    fields: dict[str, Rule] = {"card_type": Text(required=True)}
    if form.new:
        fields["task_id"] = Text()
    elif card_type in WITH_BUTTONS:
        fields["replace_text"] = Text()
    return Obj(fields | FIELDS[card_type](form))


def _title(advised: int, desc: int, required: bool) -> Obj:
    title = Text(required=required, missing=41016, advised=advised)
    return Obj({"title": title, "desc": Text(advised=desc)}, required=required, missing=41016)


def _text_notice(_: Form) -> dict[str, Rule]:
    return {
        "source": SOURCE,
        "action_menu": ACTION_MENU,
        "main_title": _title(36, 44, required=False),
        "quote_area": QUOTE,
        "emphasis_content": EMPHASIS,
        "sub_title_text": SUB_TITLE,
        "horizontal_content_list": Many(HORIZONTAL, 6, length=42035),
        "jump_list": Many(JUMP, 3, length=42042),
        "card_action": _required(CARD_ACTION_LINK, 42045),
    }


def _news_notice(_: Form) -> dict[str, Rule]:
    return {
        "source": SOURCE,
        "action_menu": ACTION_MENU,
        "main_title": _title(36, 44, required=True),
        "quote_area": QUOTE,
        "horizontal_content_list": Many(HORIZONTAL, 6, length=42035),
        "vertical_content_list": Many(VERTICAL, 4, length=42036),
        "image_text_area": IMAGE_TEXT,
        "card_image": CARD_IMAGE,
        "jump_list": Many(JUMP, 3, length=42042),
        "card_action": _required(CARD_ACTION_LINK, 42045),
    }


def _button_interaction(form: Form) -> dict[str, Rule]:
    disable: dict[str, Rule] = {"disable": Flag()} if form.selection_disable else {}
    return {
        "source": SOURCE,
        "action_menu": ACTION_MENU,
        "main_title": _title(36, 44, required=True),
        "quote_area": QUOTE,
        "sub_title_text": SUB_TITLE,
        "horizontal_content_list": Many(HORIZONTAL, 6, length=42035),
        "card_action": CARD_ACTION_FREE,
        "button_selection": Obj({**SELECTION, **disable}),
        "button_list": Many(BUTTON, 6, length=42038, required=True, missing=42020, least=1),
    }


def _vote_interaction(form: Form) -> dict[str, Rule]:
    return {
        "source": Obj(PLAIN_SOURCE),
        "main_title": _title(16, 160, required=True),
        "checkbox": Obj({**CHECKBOX, **_disable(form)}, required=True, missing=42043),
        "submit_button": Obj(SUBMIT, required=form.new, missing=42046),
    }


def _multiple_interaction(form: Form) -> dict[str, Rule]:
    select = Obj({**SELECTION, **_disable(form)})
    return {
        "source": Obj(PLAIN_SOURCE),
        "main_title": _title(36, 160, required=True),
        "select_list": Many(select, 3, length=42047, required=True, missing=42047, least=1),
        "submit_button": Obj(SUBMIT, required=form.new, missing=42046),
    }


def _disable(form: Form) -> dict[str, Rule]:
    return {} if form.new else {"disable": Flag()}


def _required(rule: Obj, missing: int) -> Obj:
    return Obj(rule.fields, required=True, missing=missing)


FIELDS: Mapping[str, Callable[[Form], dict[str, Rule]]] = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _button_interaction,
    "vote_interaction": _vote_interaction,
    "multiple_interaction": _multiple_interaction,
}


def check_card(card: Any, form: Form, at: str = "template_card") -> list[Note]:
    """Refuse the card, or say what the client would cut."""
    if not isinstance(card, dict):
        raise ApiError(BAD_TYPE, f"{at}: wanted an object")
    if card.get("card_type") not in CARD_TYPES:
        raise ApiError(42031, f"{at}.card_type: {card.get('card_type')!r}")
    notes: list[Note] = []
    check(card, rules_for(card["card_type"], form), at, notes)
    if form.new:
        _check_task_id(card)
    _check_links(card)
    _check_uniqueness(card)
    _check_contents(card)
    return notes + _unlikely(card, at)


def _check_task_id(card: JSON) -> None:
    needed = card["card_type"] in WITH_BUTTONS or "action_menu" in card
    task_id = card.get("task_id", "")
    if (needed or task_id) and not TASK_ID.fullmatch(task_id):
        raise ApiError(42014, f"task_id: {task_id!r} is not 1 to 128 of 0-9 A-Z a-z _ - @")


def _check_links(card: JSON) -> None:
    """A type says which of url, appid, media_id and userid must be there."""
    for name in ("quote_area", "image_text_area", "card_action"):
        if name in card:
            _check_link(card[name], name)
    for jump in card.get("jump_list", []):
        _check_link(jump, "jump_list")
    for row in card.get("horizontal_content_list", []):
        wanted = {1: ("url", 42028), 2: ("media_id", 42029), 3: ("userid", 42050)}.get(row.get("type", 0))
        _check_present(row, wanted, "horizontal_content_list")
    for button in card.get("button_list", []):
        wanted = ("url", 42028) if button.get("type", 0) == 1 else ("key", 42019)
        _check_present(button, wanted, "button_list")


def _check_link(link: JSON, at: str) -> None:
    _check_present(link, {1: ("url", 42028), 2: ("appid", 42030)}.get(link.get("type", 0)), at)


def _check_present(obj: JSON, wanted: tuple[str, int] | None, at: str) -> None:
    if wanted is not None and not obj.get(wanted[0]):
        raise ApiError(wanted[1], f"{at}: {wanted[0]} missing for this type")


def questions_of(card: JSON) -> list[JSON]:
    """Everything on the card that is chosen rather than pressed."""
    single = [card[name] for name in ("button_selection", "checkbox") if name in card]
    return single + list(card.get("select_list", []))


def _check_uniqueness(card: JSON) -> None:
    _unique([action["key"] for action in card.get("action_menu", {}).get("action_list", [])], 42051, "action key")
    _unique([question["question_key"] for question in questions_of(card)], 42043, "question_key")
    for question in questions_of(card):
        _unique([option["id"] for option in question["option_list"]], 42040, "option id")


def _unique(values: list[str], errcode: int, what: str) -> None:
    if len(set(values)) != len(values):
        raise ApiError(errcode, f"{what} used twice")


def _check_contents(card: JSON) -> None:
    if card["card_type"] == "text_notice" and not (
        card.get("main_title", {}).get("title") or card.get("sub_title_text")
    ):
        raise ApiError(41016, "text_notice: main_title.title or sub_title_text must be there")
    if card["card_type"] == "news_notice" and not (card.get("image_text_area") or card.get("card_image")):
        raise ApiError(42044, "news_notice: card_image or image_text_area must be there")


def _unlikely(card: JSON, at: str) -> list[Note]:
    """Accepted by the platform and yet never meant."""
    notes = []
    for question in questions_of(card):
        chosen = question.get("selected_id")
        if chosen and chosen not in [option["id"] for option in question["option_list"]]:
            notes.append(Note("selected_id", f"{at}: {chosen!r} is not an option of {question['question_key']!r}"))
    checkbox = card.get("checkbox", {})
    if checkbox.get("mode", 0) == 0 and sum(option["is_checked"] for option in checkbox.get("option_list", [])) > 1:
        notes.append(Note("checked_twice", f"{at}.checkbox: one choice only, several are checked"))
    for row in card.get("horizontal_content_list", []):
        if row.get("type") == 2 and "." not in row.get("value", ""):
            notes.append(Note("attachment_name", f"{at}: value of an attachment is a file name with its extension"))
    return notes
