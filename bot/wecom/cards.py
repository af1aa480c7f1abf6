"""The five template cards (path/90236; updates path/94888), each built with its limits checked.

An update has no task_id (the card keeps its own); `replace_text` and `disabled` exist on updates only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.messages import Button, Option, Row, Select
from bot.wecom.limits import (
    BUTTON_CHARS,
    KEY_BYTES,
    OPTION_ID_BYTES,
    Json,
    cut,
    distinguishable,
    exact,
    filled,
    key,
    needed,
    number,
    one_of,
    unique,
    url,
)
from bot.wecom.limits import task_id as checked_task_id

TITLE, VOTE_TITLE, DESC, LONG_DESC, BODY = 36, 16, 44, 160, 160


@dataclass(frozen=True, slots=True)
class Head:
    """What all five kinds begin with."""

    title: str
    task_id: str = ""  # unique within the application, for ever
    update: bool = False  # a new face for a card that was sent already
    source: str = ""
    source_color: int = 0  # 0 grey, 1 black, 2 red, 3 green; not offered for vote and multiple
    desc: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu at the upper right of a text, news or button card: 1 to 3 actions, their `text` and `key`."""

    desc: str
    actions: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a vote: `text` at most 17 characters."""

    id: str
    text: str
    checked: bool = False


def text_card(head: Head, *, link: str, body: str = "", rows: Sequence[Row] = (), menu: Menu | None = None) -> Json:
    """text_notice: needs a link, and a title or a body."""
    if not head.title.strip() and not body.strip():
        raise ValueError("main_title.title: missing, and sub_title_text too")
    return filled(
        card_type="text_notice",
        source=_source(head),
        action_menu=_menu(menu),
        task_id=_task_id(head, needed=menu is not None),
        main_title=filled(title=cut(head.title, TITLE), desc=cut(head.desc, DESC)),
        sub_title_text=cut(body, BODY),
        horizontal_content_list=_rows(rows),
        card_action=_link(link),
    )


def news_card(
    head: Head,
    *,
    link: str,
    image: str,
    aspect_ratio: float = 1.3,
    rows: Sequence[Row] = (),
    paragraphs: Sequence[tuple[str, str]] = (),
    menu: Menu | None = None,
) -> Json:
    """news_notice: a picture by its address, 1.3 to 2.25 times as wide as high, and up to four titled paragraphs."""
    if not 1.3 <= aspect_ratio < 2.25:
        raise ValueError(f"card_image.aspect_ratio: wanted 1.3 to below 2.25, got {aspect_ratio}")
    number("vertical_content_list", paragraphs, 0, 4)
    return filled(
        card_type="news_notice",
        source=_source(head),
        action_menu=_menu(menu),
        task_id=_task_id(head, needed=menu is not None),
        main_title=_title(head, TITLE, DESC),
        card_image={"url": url("card_image.url", image), "aspect_ratio": aspect_ratio},
        vertical_content_list=[_paragraph(n, *paragraph) for n, paragraph in enumerate(paragraphs)],
        horizontal_content_list=_rows(rows),
        card_action=_link(link),
    )


def button_card(
    head: Head,
    *,
    buttons: Sequence[Button],
    body: str = "",
    rows: Sequence[Row] = (),
    select: Select | None = None,
    link: str = "",
    menu: Menu | None = None,
    replace_text: str = "",
) -> Json:
    """button_interaction: 1 to 6 buttons, at most one drop-down list."""
    number("button_list", buttons, 1, 6)
    unique("button_list.key", (button.key for button in buttons if not button.url))
    return filled(
        card_type="button_interaction",
        source=_source(head),
        action_menu=_menu(menu),
        task_id=_task_id(head),
        main_title=_title(head, TITLE, DESC),
        sub_title_text=cut(body, BODY),
        horizontal_content_list=_rows(rows),
        card_action=_link(link) if link else None,
        button_selection=_select("button_selection", select) if select else None,
        button_list=[_button(n, button) for n, button in enumerate(buttons)],
        replace_text=_replace_text(head, replace_text),
    )


def vote_card(
    head: Head,
    *,
    question: str,
    choices: Sequence[Choice],
    submit: Button | None,
    several: bool = False,
    replace_text: str = "",
    disabled: bool = False,
) -> Json:
    """vote_interaction: up to 20 choices, one or several of them. `submit` may be None on an update only."""
    return filled(
        card_type="vote_interaction",
        source=_plain_source(head),
        task_id=_task_id(head),
        main_title=_title(head, VOTE_TITLE, LONG_DESC),
        checkbox=_checkbox(question, choices, several) | _disable(head, disabled),
        submit_button=_submit(submit, head),
        replace_text=_replace_text(head, replace_text),
    )


def selects_card(
    head: Head,
    *,
    selects: Sequence[Select],
    submit: Button | None,
    replace_text: str = "",
    disabled: bool = False,
) -> Json:
    """multiple_interaction: 1 to 3 drop-down lists. `submit` may be None on an update only."""
    number("select_list", selects, 1, 3)
    unique("select_list.question_key", (select.key for select in selects))
    disable = _disable(head, disabled)
    return filled(
        card_type="multiple_interaction",
        source=_plain_source(head),
        task_id=_task_id(head),
        main_title=_title(head, TITLE, LONG_DESC),
        select_list=[_select(f"select_list[{n}]", select) | disable for n, select in enumerate(selects)],
        submit_button=_submit(submit, head),
        replace_text=_replace_text(head, replace_text),
    )


# ---- parts ----------------------------------------------------------------------------------------------------------


def _source(head: Head) -> Json:
    colour = one_of("source.desc_color", head.source_color, range(4))
    return _plain_source(head) | {"desc_color": colour} if head.source.strip() else {}


def _plain_source(head: Head) -> Json:
    return filled(desc=cut(head.source, 20))


def _task_id(head: Head, *, needed: bool = True) -> str | None:
    if head.update or not (head.task_id or needed):
        return None
    return checked_task_id(head.task_id)


def _title(head: Head, title: int, desc: int) -> Json:
    return filled(title=needed("main_title.title", head.title, chars=title), desc=cut(head.desc, desc))


def _link(link: str) -> Json:
    return {"type": 1, "url": url("card_action.url", link)}


def _menu(menu: Menu | None) -> Json | None:
    if menu is None:
        return None
    number("action_menu.action_list", menu.actions, 1, 3)
    unique("action_menu.action_list.key", (action.key for action in menu.actions))
    actions = [
        {"text": key("action_list.text", action.text), "key": key("action_list.key", action.key)}  # 42051
        for action in menu.actions
    ]
    return filled(desc=menu.desc, action_list=actions)


def _rows(rows: Sequence[Row]) -> list[Json]:
    number("horizontal_content_list", rows, 0, 6)
    return [_row(f"horizontal_content_list[{n}]", row) for n, row in enumerate(rows)]


def _row(field: str, row: Row) -> Json:
    shown = filled(keyname=needed(f"{field}.keyname", row.name, chars=5), value=cut(row.value, 30))
    return shown | {"type": 1, "url": url(f"{field}.url", row.url)} if row.url else shown


def _paragraph(n: int, title: str, desc: str) -> Json:
    return filled(title=needed(f"vertical_content_list[{n}].title", title, chars=38), desc=cut(desc, 160))


def _button(n: int, button: Button) -> Json:
    field = f"button_list[{n}]"
    shown: Json = {
        "text": exact(f"{field}.text", button.text, chars=BUTTON_CHARS),
        "style": one_of(f"{field}.style", button.style, range(1, 5)),
    }
    if button.url:
        return shown | {"type": 1, "url": url(f"{field}.url", button.url)}
    return shown | {"key": key(f"{field}.key", button.key)}


def _submit(submit: Button | None, head: Head) -> Json | None:
    if submit is None:
        if head.update:
            return None
        raise ValueError("submit_button: missing")
    return {
        "text": exact("submit_button.text", submit.text, chars=BUTTON_CHARS),
        "key": key("submit_button.key", submit.key),
    }


def _select(field: str, select: Select) -> Json:
    _check_selected(field, select)
    return filled(
        question_key=key(f"{field}.question_key", select.key),
        title=select.title.strip(),
        option_list=_options(f"{field}.option_list", select.options, most=10, chars=16),
        selected_id=select.selected,
    )


def _check_selected(field: str, select: Select) -> None:
    if select.selected and select.selected not in {option.id for option in select.options}:
        raise ValueError(f"{field}.selected_id: not one of the options")


def _options(field: str, options: Sequence[Option | Choice], *, most: int, chars: int) -> list[Json]:
    number(field, options, 1, most)
    unique(f"{field}.id", (option.id for option in options))
    texts = distinguishable(field, [option.text for option in options], chars)
    return [
        {"id": key(f"{field}[{n}].id", option.id, OPTION_ID_BYTES), "text": text}
        for n, (option, text) in enumerate(zip(options, texts, strict=True))
    ]


def _checkbox(question: str, choices: Sequence[Choice], several: bool) -> Json:
    if not several and sum(choice.checked for choice in choices) > 1:
        raise ValueError("checkbox.option_list.is_checked: only one may be, the vote is single")
    options = _options("checkbox.option_list", choices, most=20, chars=17)
    return {
        "question_key": key("checkbox.question_key", question, KEY_BYTES),
        "mode": int(several),
        "option_list": [
            option | {"is_checked": choice.checked} for option, choice in zip(options, choices, strict=True)
        ],
    }


def _replace_text(head: Head, text: str) -> str:
    """No limit is documented; a button holds 10 characters when it is sent, so a longer text is left to the client."""
    if text and not head.update:
        raise ValueError("replace_text: on an update only")
    return text.strip()


def _disable(head: Head, disabled: bool) -> Json:
    if disabled and not head.update:
        raise ValueError("disable: on an update only")
    return {"disable": True} if disabled else {}
