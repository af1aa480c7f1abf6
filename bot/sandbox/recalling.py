"""message/recall: within 24 hours (path/94867)."""

from datetime import timedelta
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.fields import Obj, Text, check
from bot.sandbox.world import World

JSON = dict[str, Any]
LIMIT = timedelta(hours=24)
SHAPE = Obj({"msgid": Text(required=True)})


def recall(world: World, body: JSON, raw: bytes) -> JSON:
    check(body, SHAPE, "body", [])
    sent = world.sent.get(body["msgid"])
    if sent is None:
        raise ApiError(40058, "invalid msgid")
    if world.now() > sent.at + LIMIT:
        raise ApiError(42052, "msgid too old to recall")
    for member in sent.members:
        message = world.phones[member].by_msgid(sent.msgid)
        if message is not None:
            message.recalled = True
            world.changed(member)
    return {}
