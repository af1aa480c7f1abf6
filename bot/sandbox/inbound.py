"""What a person does on the phone, as the inner XML of a callback (path/90239, path/90240)."""

from typing import Any

from bot.sandbox.card_rules import questions_of
from bot.sandbox.errors import ControlError
from bot.sandbox.media import Media
from bot.sandbox.world import World

JSON = dict[str, Any]
Selections = dict[str, list[str]]


def common(world: World, user: str, kind: str) -> JSON:
    created = int(world.now().timestamp())
    return {"ToUserName": world.config.corp_id, "FromUserName": user, "CreateTime": created, "MsgType": kind}


def message(world: World, user: str, kind: str, body: JSON) -> JSON:
    """The six documented kinds have a MsgId of 64 bits."""
    tail = {"MsgId": 7_000_000_000_000_000_000 + world.serial(), "AgentID": world.config.agent_id}
    return common(world, user, kind) | body | tail


def event(world: World, user: str, name: str, body: JSON) -> JSON:
    """Events have no MsgId."""
    return common(world, user, "event") | {"Event": name} | body | {"AgentID": world.config.agent_id}


def media_message(world: World, user: str, media: Media, base_url: str) -> JSON:
    body: JSON = {"MediaId": media.media_id}
    if media.type == "image":
        body = {"PicUrl": f"{base_url}/_sandbox/media/{media.media_id}"} | body
    elif media.type == "voice":
        body["Format"] = "amr"
    elif media.type == "video":
        body["ThumbMediaId"] = media.media_id
    return message(world, user, media.type, body)


def card_event(world: World, user: str, card: JSON, msgid: str, key: str, selections: Selections) -> JSON:
    """template_card_event; SelectedItems only when the card has something to choose."""
    body = _card_body(world, card, msgid, key)
    selected = _selected_items(world, selections)
    if questions_of(card) and selected is not None:
        return event(world, user, "template_card_event", body) | {"SelectedItems": selected}
    return event(world, user, "template_card_event", body)


def card_menu_event(world: World, user: str, card: JSON, msgid: str, key: str) -> JSON:
    return event(world, user, "template_card_menu_event", _card_body(world, card, msgid, key))


def _card_body(world: World, card: JSON, msgid: str, key: str) -> JSON:
    code = world.response_codes.mint(msgid, world.now())
    return {"EventKey": key, "TaskId": card["task_id"], "CardType": card["card_type"], "ResponseCode": code}


def _selected_items(world: World, selections: Selections) -> JSON | None:
    if any(selections.values()):
        return {"SelectedItem": [_item(key, chosen) for key, chosen in selections.items()]}
    if world.mode.nothing_selected == "missing":
        return None
    if world.mode.nothing_selected == "empty":
        return {}
    return {"SelectedItem": [_item(key, []) for key in selections]}


def _item(question_key: str, chosen: list[str]) -> JSON:
    return {"QuestionKey": question_key, "OptionIds": {"OptionId": chosen}}


def resolve_selections(card: JSON, asked: Selections | None) -> Selections:
    """What the card sends: what was asked for, and for the rest what it shows."""
    questions = {question["question_key"]: question for question in questions_of(card)}
    for key in asked or {}:
        if key not in questions:
            raise ControlError(400, f"the card has no question {key!r}")
    return {key: _chosen(question, (asked or {}).get(key)) for key, question in questions.items()}


def _chosen(question: JSON, asked: list[str] | None) -> list[str]:
    shown = shown_choice(question)
    if asked is None:
        return shown
    known = [option["id"] for option in question["option_list"]]
    if any(one not in known for one in asked):
        raise ControlError(400, f"{asked} are not all options of {question['question_key']!r}")
    if question.get("mode", 0) == 0 and len(asked) > 1:
        raise ControlError(400, f"{question['question_key']!r} takes one choice only")
    if question.get("disable") and asked != shown:
        raise ControlError(409, f"{question['question_key']!r} can not be changed")
    return list(asked)


def shown_choice(question: JSON) -> list[str]:
    """A select shows its selected_id or its first option; a checkbox what is checked."""
    options = question["option_list"]
    if "is_checked" in options[0]:
        return [option["id"] for option in options if option["is_checked"]]
    ids: list[str] = [option["id"] for option in options]
    chosen: str = question.get("selected_id", "")
    return [chosen if chosen in ids else ids[0]]
