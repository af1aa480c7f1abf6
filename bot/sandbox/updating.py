"""message/update_template_card: one code, one use, and only phones that got the card (path/94888)."""

import copy
from collections.abc import Mapping
from typing import Any

from bot.sandbox.card_rules import UPDATED, WITH_BUTTONS, check_card
from bot.sandbox.codes import Code
from bot.sandbox.errors import ApiError
from bot.sandbox.fields import Many, Obj, Rule, Text, Whole, check
from bot.sandbox.phone import Message
from bot.sandbox.sending import check_agent, check_card_references, shown_card, translated_card
from bot.sandbox.violations import Note
from bot.sandbox.world import Sent, World

JSON = dict[str, Any]
BUTTON = Obj({"replace_name": Text(required=True)})
SHAPE: Mapping[str, Rule] = {
    "userids": Many(Text(), 1000, length=40032),
    "partyids": Many(Whole(), 100, length=82002),
    "tagids": Many(Whole(), 100, length=82003),
    "atall": Whole(allowed=range(2)),
    "agentid": Whole(required=True, missing=41011),
    "response_code": Text(required=True, missing=60140),
    "button": BUTTON,
    "enable_id_trans": Whole(allowed=range(2)),
}


def update_template_card(world: World, body: JSON, raw: bytes) -> JSON:
    notes: list[Note] = []
    check({name: value for name, value in body.items() if name != "template_card"}, Obj(SHAPE), "body", notes)
    if ("button" in body) == ("template_card" in body):
        raise ApiError(40058, "either button or template_card must be given")
    if "template_card" in body:
        notes += check_card(body["template_card"], UPDATED)
        check_card_references(world, body["template_card"])
    check_agent(world, body["agentid"])
    code = _valid_code(world, body["response_code"])
    sent = world.sent[code.subject]
    if "button" in body and sent.card_type not in WITH_BUTTONS:
        raise ApiError(42031, "only button, vote and multiple cards have a button to replace")
    members, invalid = _targets(world, body, sent)
    code.used = True
    world.note(notes)
    for member in members:
        _change(world, member, sent.msgid, body)
    return {"invaliduser": invalid} if invalid else {}


def _valid_code(world: World, value: str) -> Code:
    code = world.response_codes.find(value)
    if code is None or code.used or world.now() >= code.expires_at:
        raise ApiError(60140, "response_code invalid, used or expired")
    return code


def _targets(world: World, body: JSON, sent: Sent) -> tuple[list[str], list[str]]:
    if body.get("atall") == 1:
        return list(sent.members), []
    users, parties, tags = (body.get(name, []) for name in ("userids", "partyids", "tagids"))
    if not (users or parties or tags):
        raise ApiError(82101, "no target given")
    found = {user: world.directory.find(user) for user in users}
    wanted = [person.userid for person in found.values() if person is not None]
    for party in parties:
        wanted += [person.userid for person in world.directory.in_department(party)]
    members = [member for member in dict.fromkeys(wanted) if member in sent.members]
    if not members:
        raise ApiError(82102, "no target received the message")
    outside = [user.lower() for user, person in found.items() if person is None or person.userid not in sent.members]
    return members, outside


def _change(world: World, member: str, msgid: str, body: JSON) -> None:
    message = world.phones[member].by_msgid(msgid)
    if message is None:
        return
    if "button" in body:
        replace_button(world, member, message, body["button"]["replace_name"])
        return
    card = copy.deepcopy(body["template_card"])
    replace_card(world, member, message, translated_card(world, card) if body.get("enable_id_trans") == 1 else card)


def replace_button(world: World, member: str, message: Message, text: str) -> None:
    card = message.body["card"]
    card["replaced"], card["pressed"] = text, None
    world.changed(member)


def replace_card(world: World, member: str, message: Message, card: JSON) -> None:
    """The card keeps the task_id it was sent with."""
    message.body["card"] = shown_card(card) | {"task_id": message.body["card"]["task_id"], "updated": True}
    world.changed(member)
