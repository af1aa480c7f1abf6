"""What people do on their phones, and what a test may ask of the platform: JSON under /_sandbox/."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox import inbound
from bot.sandbox.asking import NoAnswer
from bot.sandbox.callbacks import Courier
from bot.sandbox.clock import iso, parse_moment, preset
from bot.sandbox.config import Person
from bot.sandbox.errors import ApiError, ControlError
from bot.sandbox.media import check_upload
from bot.sandbox.menu import entries
from bot.sandbox.phone import Message
from bot.sandbox.violations import Note
from bot.sandbox.world import Mode, World

JSON = dict[str, Any]
RUN_ON = timedelta(minutes=15)
SETTINGS = {"callback_url", "bot_public_url", "bot_clock_url"}
CLOCK_ANSWER_SECONDS = 120.0  # the bot runs everything that became due before it answers


@dataclass(frozen=True, slots=True)
class Control:
    """One asked thing, with everything needed to do it."""

    world: World
    courier: Courier
    body: JSON
    request: Request

    def text(self, name: str, default: str | None = None) -> str:
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise ControlError(400, f"{name}: a string is needed")
        return value

    def user(self) -> str:
        """The userid as the directory spells it."""
        return self.world.phone(self.text("user")).user


Action = Callable[[Control], Awaitable[JSON]]


async def say(control: Control) -> JSON:
    user, text = control.user(), control.text("text")
    if not text:
        raise ControlError(400, "text: nothing to say")
    control.world.put(user, "out", "text", {"content": text})
    return await control.courier.deliver(user, inbound.message(control.world, user, "text", {"Content": text}))


async def send_media(control: Control) -> JSON:
    """Multipart: user, type, file. A `file` message to an app is not documented (path/90239): it is sent all the same,
    and the bot must bear it."""
    user, kind, file = control.user(), control.text("type"), control.body.get("file")
    if not isinstance(file, UploadFile):
        raise ControlError(400, "file: an upload is needed")
    content, world = await file.read(), control.world
    try:
        check_upload(kind, content)
    except ApiError as refusal:
        raise ControlError(400, f"{refusal.errmsg} ({refusal.errcode})") from refusal
    content_type = file.content_type or "application/octet-stream"
    media = world.media.add(kind, file.filename or kind, content_type, content, world.now())
    world.put(user, "out", kind, {"media_id": media.media_id, "file_name": media.file_name})
    base_url = str(control.request.base_url).rstrip("/")
    answer = await control.courier.deliver(user, inbound.media_message(world, user, media, base_url))
    return answer | {"media_id": media.media_id}


async def send_location(control: Control) -> JSON:
    user, body = control.user(), control.body
    shown = {
        "label": control.text("label", ""),
        "latitude": str(body.get("latitude", "39.908")),
        "longitude": str(body.get("longitude", "116.397")),
    }
    fields = {
        "Location_X": shown["latitude"],
        "Location_Y": shown["longitude"],
        "Scale": 15,
        "Label": shown["label"],
        "AppType": "wxwork",
    }
    control.world.put(user, "out", "location", shown)
    return await control.courier.deliver(user, inbound.message(control.world, user, "location", fields))


async def send_link(control: Control) -> JSON:
    user, url = control.user(), control.text("url")
    title, description = control.text("title", url), control.text("description", "")
    control.world.put(user, "out", "link", {"title": title, "description": description, "url": url})
    fields = {"Title": title, "Description": description, "Url": url, "PicUrl": control.text("picurl", "")}
    return await control.courier.deliver(user, inbound.message(control.world, user, "link", fields))


def _card(control: Control, user: str) -> tuple[Message, JSON]:
    task_id = control.text("task_id")
    message = control.world.phones[user].card_message(task_id)
    if message is None or message.card is None:
        raise ControlError(404, f"{user} has no card {task_id!r}")
    if message.recalled:
        raise ControlError(409, f"card {task_id!r} was recalled")
    return message, message.card


async def tap(control: Control) -> JSON:
    """A button, or the submit button; it stays clickable until the app updates the card."""
    user, key = control.user(), control.text("key")
    message, card = _card(control, user)
    if card["replaced"] is not None:
        raise ControlError(409, f"the card's button already reads {card['replaced']!r}")
    keys = [button["key"] for button in card.get("button_list", []) if button.get("type", 0) == 0]
    keys += [card["submit_button"]["key"]] if "submit_button" in card else []
    if key not in keys:
        raise ControlError(409, f"the card has no button {key!r}; it has {keys}")
    selections = inbound.resolve_selections(card, _asked_selections(control))
    card["pressed"], card["chosen"] = key, selections
    control.world.changed(user)
    fields = inbound.card_event(control.world, user, card, message.msgid, key, selections)
    return await control.courier.deliver(user, fields, card=message)


def _asked_selections(control: Control) -> dict[str, list[str]] | None:
    asked = control.body.get("selections")
    if asked is None:
        return None
    lists = isinstance(asked, dict) and all(
        isinstance(ids, list) and all(isinstance(one, str) for one in ids) for ids in asked.values()
    )
    if not lists:
        raise ControlError(400, "selections: {question_key: [option_id, …]}")
    return cast(dict[str, list[str]], asked)


async def card_menu(control: Control) -> JSON:
    user, key = control.user(), control.text("key")
    message, card = _card(control, user)
    keys = [action["key"] for action in card.get("action_menu", {}).get("action_list", [])]
    if key not in keys:
        raise ControlError(409, f"the card's menu has no {key!r}; it has {keys}")
    fields = inbound.card_menu_event(control.world, user, card, message.msgid, key)
    return await control.courier.deliver(user, fields, card=message)


async def menu(control: Control) -> JSON:
    """A click entry by its key, a view entry by its url."""
    user, key, url = control.user(), control.body.get("key"), control.body.get("url")
    for entry in entries(control.world.menu or []):
        if key is not None and entry.get("key") == key and entry["type"] == "click":
            return await control.courier.deliver(user, inbound.event(control.world, user, "click", {"EventKey": key}))
        if url is not None and entry.get("url") == url:
            return await control.courier.deliver(user, inbound.event(control.world, user, "view", {"EventKey": url}))
    raise ControlError(409, f"the menu has no entry {key or url!r}")


async def enter(control: Control) -> JSON:
    user = control.user()
    return await control.courier.deliver(user, inbound.event(control.world, user, "enter_agent", {"EventKey": ""}))


async def event(control: Control) -> JSON:
    """{"user", "fields"}: the common fields are filled in, null leaves one out. {"user", "xml"}: as it stands."""
    user = control.text("user")
    if "xml" in control.body:
        return await control.courier.deliver_xml(user, control.text("xml"))
    asked = control.body.get("fields")
    if not isinstance(asked, dict):
        raise ControlError(400, "fields or xml is needed")
    fields = inbound.common(control.world, user, "event") | {"AgentID": control.world.config.agent_id} | asked
    return await control.courier.deliver(user, fields)


async def raw_callback(control: Control) -> JSON:
    query = {str(name): str(value) for name, value in control.body.get("query", {}).items()}
    headers = {str(name): str(value) for name, value in control.body.get("headers", {}).items()}
    return await control.courier.raw(control.text("method", "POST"), query, control.text("body", ""), headers)


async def sealed(control: Control) -> JSON:
    """A properly signed envelope of any inner XML, to be bent out of shape and sent with raw_callback."""
    query, body = control.courier.sealed(control.text("xml"))
    return {"query": query, "body": body}


async def replay(control: Control) -> JSON:
    """The last callback, or the one at `index` of the log: {"verbatim": true} the same bytes, false a retry."""
    log = control.world.callback_log
    if not log:
        raise ControlError(409, "nothing was delivered yet")
    return await control.courier.replay(log[control.body.get("index", -1)], verbatim=bool(control.body.get("verbatim")))


async def verify(control: Control) -> JSON:
    return await control.courier.verify(control.text("message", str(10**18 + control.world.serial())))


async def set_clock(control: Control) -> JSON:
    """{"advance_seconds": n}, {"set": ISO} (also backwards), or {"preset": …} of the demonstration."""
    world, body = control.world, control.body
    if len(body) != 1:
        raise ControlError(400, "one of advance_seconds, set, preset")
    try:
        if "preset" in body:
            if not world.config.demo:
                raise ControlError(403, "the clock's buttons belong to the demonstration")
            return await _run_on(control, preset(control.text("preset"), world.now()))
        elif "set" in body:
            world.clock.set(parse_moment(control.text("set")))
        else:
            world.clock.advance(_forward(body.get("advance_seconds")))
    except ValueError as error:
        raise ControlError(400, str(error)) from error
    told = await _tell_bot(control)
    world.changed()
    return {"now": iso(world.now()), "bot": told}


async def _run_on(control: Control, until: datetime) -> JSON:
    """The demonstration's time passes quickly, but it passes: what is due on the way happens at its own hour."""
    world = control.world
    while True:
        after = world.now() + RUN_ON
        world.clock.set(min(after - timedelta(minutes=after.minute % 15, seconds=after.second), until))
        told = await _tell_bot(control)
        if world.now() >= until or told == 0:
            world.clock.set(max(until, world.now()))
            world.changed()
            return {"now": iso(world.now()), "bot": told}


def _forward(seconds: Any) -> timedelta:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ControlError(400, "advance_seconds: a number, not below 0")
    return timedelta(seconds=seconds)


async def _tell_bot(control: Control) -> int | None:
    """In the demonstration the bot's clock follows; the answer is awaited so that what became due has happened."""
    world = control.world
    if not (world.config.demo and world.config.bot_clock_url):
        return None
    try:
        async with asyncio.timeout(CLOCK_ANSWER_SECONDS):
            body = json.dumps({"now": iso(world.now())}).encode()
            headers = {"Content-Type": "application/json"}
            answer = await control.courier.asker.ask("POST", world.config.bot_clock_url, content=body, headers=headers)
    except (NoAnswer, TimeoutError) as error:
        world.note([Note("bot_clock", str(error) or type(error).__name__)])
        return 0
    return answer.status


async def add_fault(control: Control) -> JSON:
    for fault in control.body.get("next", []):
        control.world.faults.add(fault)
    return {"waiting": [asdict(fault) for fault in control.world.faults.waiting]}


async def clear_faults(control: Control) -> JSON:
    control.world.faults.waiting.clear()
    return {"waiting": []}


async def revoke_token(control: Control) -> JSON:
    control.world.tokens.revoke()
    return {}


async def clear_violations(control: Control) -> JSON:
    control.world.violations.entries.clear()
    return {"violations": []}


async def add_people(control: Control) -> JSON:
    """Join the app's visible range; `event` false keeps the bot from hearing of it."""
    values = {name: control.text(name, "") for name in ("userid", "name", "unit", "role")}
    try:
        person = Person(**values)
    except ValueError as error:
        raise ControlError(400, str(error)) from error
    control.world.add_person(person)
    return await _range_event(control, person.userid, "subscribe")


async def remove_people(control: Control) -> JSON:
    userid = control.world.phone(control.text("userid")).user
    control.world.directory.remove(userid)
    control.world.changed()
    return await _range_event(control, userid, "unsubscribe")


async def _range_event(control: Control, userid: str, name: str) -> JSON:
    if not control.body.get("event", False):
        return {"userid": userid}
    outcome = await control.courier.deliver(userid, inbound.event(control.world, userid, name, {"EventKey": ""}))
    return {"userid": userid} | outcome


async def set_mode(control: Control) -> JSON:
    known = set(Mode.__slots__)
    if not set(control.body) <= known:
        raise ControlError(400, f"a mode is one of {', '.join(sorted(known))}")
    for name, value in control.body.items():
        setattr(control.world.mode, name, value)
    return asdict(control.world.mode)


async def set_settings(control: Control) -> JSON:
    """Addresses of the bot that are known only after it has started."""
    if not set(control.body) <= SETTINGS:
        raise ControlError(400, f"a setting is one of {', '.join(sorted(SETTINGS))}")
    control.world.config = replace(control.world.config, **control.body)
    return {name: getattr(control.world.config, name) for name in sorted(SETTINGS)}


async def reset(control: Control) -> JSON:
    """A new corp from the same config: empty phones, no token, the clock where it began."""
    state = control.request.app.state
    state.world = World(state.first_config)
    state.courier = Courier(state.world, control.courier.asker)
    state.world.take_watchers(control.world)
    return {"now": iso(state.world.now())}


ACTIONS: dict[str, Action] = {
    "say": say,
    "send_media": send_media,
    "send_location": send_location,
    "send_link": send_link,
    "tap": tap,
    "card_menu": card_menu,
    "menu": menu,
    "enter": enter,
    "event": event,
    "raw_callback": raw_callback,
    "sealed": sealed,
    "replay": replay,
    "verify": verify,
    "clock": set_clock,
    "faults": add_fault,
    "faults/clear": clear_faults,
    "token/revoke": revoke_token,
    "violations/clear": clear_violations,
    "people": add_people,
    "people/remove": remove_people,
    "mode": set_mode,
    "reset": reset,
    "settings": set_settings,
}


async def endpoint(request: Request) -> Response:
    """POST /_sandbox/…"""
    action = ACTIONS.get(request.path_params["action"])
    if action is None:
        return JSONResponse({"error": f"one of {', '.join(sorted(ACTIONS))}"}, 404)
    state = request.app.state
    try:
        body = dict(await request.form()) if _is_multipart(request) else await _json_body(request)
        return JSONResponse(await action(Control(state.world, state.courier, body, request)))
    except ControlError as refusal:
        return JSONResponse({"error": refusal.message}, refusal.status)
    except NoAnswer as error:
        return JSONResponse({"error": f"the bot did not answer: {error}"}, 502)
    finally:
        await request.close()  # an uploaded file


def _is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def _json_body(request: Request) -> JSON:
    if not await request.body():
        return {}
    try:
        body = await request.json()
    except ValueError as error:
        raise ControlError(400, "a JSON object is needed") from error
    if not isinstance(body, dict):
        raise ControlError(400, "a JSON object is needed")
    return cast(JSON, body)
