"""message/send: who gets it, what is dropped, and what the caller is told (path/90236)."""

import copy
from datetime import timedelta
from typing import Any

from bot.sandbox.card_rules import WITH_BUTTONS
from bot.sandbox.clock import BEIJING
from bot.sandbox.errors import ApiError
from bot.sandbox.send_rules import as_displayed, check_message
from bot.sandbox.violations import Note
from bot.sandbox.world import Sent, World

JSON = dict[str, Any]
EVERYONE = "@all"
DEFAULT_INTERVAL = 1800
MOST_USERS, MOST_PARTIES, MOST_TAGS = 1000, 100, 100
SAFE_FILES = {
    "txt", "pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "xml", "jpg", "jpeg", "png", "bmp", "gif",
}  # fmt: skip
TRANSLATED_CARD_TEXTS = ("title", "desc", "sub_title_text", "value")


def send(world: World, body: JSON, raw: bytes) -> JSON:
    notes = check_message(body)
    check_agent(world, body["agentid"])
    if _is_duplicate(world, body, raw):
        return {}
    members, invalid = _targets(world, body)
    kind = body["msgtype"]
    _check_media(world, kind, body)
    _check_card(world, body)
    today = world.now().astimezone(BEIJING).date()
    world.frequency.person_time(len(members), today, world.config.account_cap)
    world.note(notes)
    world.accepted[raw] = world.now()
    return _deliver(world, body, members) | invalid


def _deliver(world: World, body: JSON, members: list[str]) -> JSON:
    kind, msgid = body["msgtype"], world.new_msgid()
    shown = _shown(world, kind, body)
    received = [member for member in members if _admitted(world, member)]
    for member in received:
        world.put(member, "in", kind, copy.deepcopy(shown), msgid=msgid)
    card = body.get("template_card", {})
    updatable = kind == "template_card" and (card["card_type"] in WITH_BUTTONS or "action_menu" in card)
    world.sent[msgid] = Sent(msgid, world.now(), tuple(received), card.get("card_type", ""), updatable)
    if card.get("task_id"):
        world.task_ids.add(card["task_id"])
    answer: JSON = {"msgid": msgid}
    if updatable:
        answer["response_code"] = world.response_codes.mint(msgid, world.now())
    return answer


def _admitted(world: World, member: str) -> bool:
    """30 a minute and 1000 an hour for one member; beyond, nothing arrives and nobody is told (path/90312)."""
    full = world.frequency.members[member].admit(world.now())
    if full is not None:
        minutes = int(full.span.total_seconds() // 60)
        world.note([Note("dropped", f"{member}: more than {full.limit} messages in {minutes} min")])
    return full is None


def check_agent(world: World, agentid: int) -> None:
    if agentid <= 0:
        raise ApiError(40056, "invalid agentid")
    if agentid != world.config.agent_id:
        raise ApiError(301002, "access_token is not valid for this agentid")


def _is_duplicate(world: World, body: JSON, raw: bytes) -> bool:
    before = world.accepted.get(raw)
    if body.get("enable_duplicate_check", 0) != 1 or before is None:
        return False
    interval = timedelta(seconds=body.get("duplicate_check_interval", DEFAULT_INTERVAL))
    return world.now() < before + interval


def _targets(world: World, body: JSON) -> tuple[list[str], JSON]:
    """Members in the order they were named, and the part of the answer that lists the others."""
    users, parties, tags = (_split(body.get(name, "")) for name in ("touser", "toparty", "totag"))
    if EVERYONE in users:
        return [person.userid for person in world.directory.people.values()], {}
    if not (users or parties or tags):
        raise ApiError(82001, "no target given")
    for names, most, errcode in ((users, MOST_USERS, 40032), (parties, MOST_PARTIES, 82002), (tags, MOST_TAGS, 82003)):
        if len(names) > most:
            raise ApiError(errcode, f"{len(names)} targets, at most {most}")
    found = {person.userid: None for user in users if (person := world.directory.find(user)) is not None}
    known = [party for party in parties if party.isdecimal() and world.directory.known_department(int(party))]
    for party in known:
        found |= {person.userid: None for person in world.directory.in_department(int(party))}
    if not found:
        raise ApiError(81013, "user & party & tag all invalid")
    invalid = {
        "invaliduser": [user.lower() for user in users if world.directory.find(user) is None],
        "invalidparty": [party for party in parties if party not in known],
        "invalidtag": tags,  # the app has made no tags
    }
    return list(found), {name: "|".join(values) for name, values in invalid.items() if values}


def _split(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _check_media(world: World, kind: str, body: JSON) -> None:
    if kind not in ("image", "voice", "video", "file"):
        return
    media = world.media.get(body[kind]["media_id"], world.now())
    if media.type != kind:
        raise ApiError(40007, f"invalid media_id: it was uploaded as {media.type}")
    extension = media.file_name.rpartition(".")[2].lower()
    if kind == "file" and body.get("safe") == 1 and extension not in SAFE_FILES:
        raise ApiError(40004, f"a .{extension} file can not be safe")


def _check_card(world: World, body: JSON) -> None:
    if body["msgtype"] != "template_card":
        return
    card = body["template_card"]
    if card.get("task_id") in world.task_ids:
        raise ApiError(42014, f"task_id used before: {card['task_id']}")
    if not world.config.callback_url and (card["card_type"] in WITH_BUTTONS or "action_menu" in card):
        raise ApiError(43012, "the app has no callback url")
    check_card_references(world, card)


def check_card_references(world: World, card: JSON) -> None:
    """Members and attachments a card names must exist."""
    for row in card.get("horizontal_content_list", []):
        if row.get("type") == 3 and world.directory.find(row["userid"]) is None:
            raise ApiError(42050, f"horizontal_content_list: no member {row['userid']}")
        if row.get("type") == 2:
            world.media.get(row["media_id"], world.now())


def _shown(world: World, kind: str, body: JSON) -> JSON:
    translate = body.get("enable_id_trans") == 1
    if kind == "template_card":
        card = copy.deepcopy(body["template_card"])
        return {"card": shown_card(translated_card(world, card) if translate else card)}
    content = as_displayed(kind, body[kind])
    if translate and kind == "text":
        content["content"] = world.translated(content["content"])
    if translate and kind in ("textcard", "news"):
        content = _translate_texts(world, content, ("title", "description"))
    if kind in ("image", "voice", "video", "file"):
        content["file_name"] = world.media.get(content["media_id"], world.now()).file_name
    return content


def shown_card(card: JSON) -> JSON:
    """A card and the state it has on one phone."""
    return {"task_id": "", **card, "replaced": card.get("replace_text") or None, "pressed": None, "chosen": {}}


def translated_card(world: World, card: JSON) -> JSON:
    translated: JSON = _translate_texts(world, card, TRANSLATED_CARD_TEXTS)
    return translated


def _translate_texts(world: World, value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {
            name: world.translated(inner)
            if name in names and isinstance(inner, str)
            else _translate_texts(world, inner, names)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_translate_texts(world, item, names) for item in value]
    return value
