"""Neutral messages → the platform's JSON (path/90236 §3, §4; updates path/94888)."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.delivery import TEXT_BYTES, cut_bytes, cut_chars, size
from bot.rules.messages import Attachment, Button, Card, Text
from bot.wecom.cards import LONG_DESC, Head, Menu, button_card, selects_card, text_card
from bot.wecom.limits import BUTTON_CHARS, Json, filled

VIDEO_TITLE_BYTES = 128
MENU_DESC = "更多"
DONE_KEY = "done"  # of the button that only carries a done text: grey, it never calls back


def message(message: Text | Attachment | Card, *, media_id: str = "") -> Json:
    """`msgtype` and its object. Raises ValueError naming the field that breaks a limit."""
    match message:
        case Text():
            return {"msgtype": "text", "text": {"content": _content(message.content)}}
        case Attachment():
            return {"msgtype": message.media, message.media: _media(message, media_id)}
        case Card():
            return {"msgtype": "template_card", "template_card": card(message)}


def card(card: Card, *, update: bool = False) -> Json:
    """The template_card object. As an update it has no task_id (the card keeps its own), and `done` greys it out."""
    if card.buttons and card.submit:
        raise ValueError("button_list: a card has buttons or a submit button, not both")
    if update and card.done.strip():
        return _done_card(card)
    head = _head(card, update)
    if card.submit:
        return selects_card(replace(head, desc=_folded(card)), selects=card.selects, submit=card.submit)
    if card.buttons:
        return _button_card(card, head)
    if card.selects:
        raise ValueError("select_list: needs a submit button, or buttons")
    return text_card(head, link=card.url, body=_lines(card.body, card.done), rows=card.rows, menu=_menu(card))


def _done_card(card: Card) -> Json:
    """Only button, vote and multiple cards can show replace_text, so a card without buttons gets one that carries the
    done text; its link stays as the card_action. Choices that can no longer be made are greyed, or left out where the
    platform cannot grey them (button_selection)."""
    head = _head(card, update=True)
    if card.submit:
        folded = replace(head, desc=_folded(card))
        return selects_card(folded, selects=card.selects, submit=card.submit, replace_text=card.done, disabled=True)
    stand_in = Button(text=cut_chars(card.done.strip(), BUTTON_CHARS), key=DONE_KEY)
    return _button_card(replace(card, buttons=card.buttons or (stand_in,), selects=()), head, replace_text=card.done)


def _button_card(card: Card, head: Head, replace_text: str = "") -> Json:
    if len(card.selects) > 1:
        raise ValueError(f"button_selection: wanted at most 1, got {len(card.selects)}")
    return button_card(
        head,
        buttons=card.buttons,
        body=card.body,
        rows=card.rows,
        select=card.selects[0] if card.selects else None,
        link=card.url,
        replace_text=replace_text,
        menu=None if replace_text else _menu(card),
    )


def _menu(card: Card) -> Menu | None:
    return Menu(MENU_DESC, card.menu) if card.menu else None


def _head(card: Card, update: bool) -> Head:
    return Head(
        title=card.title,
        task_id=card.task_id,
        update=update,
        source=card.source,
        source_color=card.source_color,
        desc=card.desc,
    )


def _folded(card: Card) -> str:
    """multiple_interaction offers neither body, rows nor link: what they say goes into its long description."""
    rows = [f"{row.name}：{row.value}" for row in card.rows]
    return cut_chars(_lines(card.desc, card.body, *rows), LONG_DESC)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _content(content: str) -> str:
    if not content.strip():
        raise ValueError("text.content: empty (44004)")
    if size(content) > TEXT_BYTES:
        raise ValueError(f"text.content: {size(content)} bytes, at most {TEXT_BYTES}: split it first")
    return content


def _media(attachment: Attachment, media_id: str) -> Json:
    if not media_id:
        raise ValueError(f"{attachment.media}.media_id: missing")
    title = cut_bytes(attachment.name, VIDEO_TITLE_BYTES) if attachment.media == "video" else ""
    return filled(media_id=media_id, title=title)
