"""What can be read under /_sandbox/: phones, logs, the clock, files; and a stream that says when to look again."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.sandbox.clock import iso
from bot.sandbox.errors import ControlError
from bot.sandbox.fields import is_url
from bot.sandbox.oauth import USER_COOKIE
from bot.sandbox.world import World

JSON = dict[str, Any]
HEARTBEAT_SECONDS = 15.0


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


async def phone(request: Request) -> Response:
    try:
        return JSONResponse(_world(request).phone(request.path_params["user"]).view())
    except ControlError as refusal:
        return JSONResponse({"error": refusal.message}, refusal.status)


async def phones(request: Request) -> Response:
    world = _world(request)
    return JSONResponse({"phones": [world.phones[p.userid].view() for p in world.directory.people.values()]})


async def people(request: Request) -> Response:
    members = _world(request).directory.people.values()
    shown = [{"userid": p.userid, "name": p.name, "unit": p.unit, "role": p.role} for p in members]
    return JSONResponse({"people": shown})


async def menu(request: Request) -> Response:
    return JSONResponse({"button": _world(request).menu or []})


async def api_log(request: Request) -> Response:
    return JSONResponse({"calls": list(_world(request).api_log)})


async def callback_log(request: Request) -> Response:
    return JSONResponse({"callbacks": list(_world(request).callback_log)})


async def violations(request: Request) -> Response:
    return JSONResponse({"violations": _world(request).violations.entries})


async def clock(request: Request) -> Response:
    world = _world(request)
    return JSONResponse({"now": iso(world.now()), "frozen": world.clock.frozen})


async def media(request: Request) -> Response:
    """A file as the phones show it. Pictures inline, everything else as a download that no browser runs."""
    found = _world(request).media.shown(request.path_params["media_id"])
    if found is None:
        return JSONResponse({"error": "no such file"}, 404)
    inline = found.type == "image"
    kind = ("image/png" if found.content.startswith(b"\x89PNG") else "image/jpeg") if inline else found.content_type
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(found.file_name)}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=kind, headers=headers)


async def open_page(request: Request) -> Response:
    """A link opened on a phone. One browser plays several people, so whoever was logged in before is forgotten."""
    world, url = _world(request), request.query_params.get("url", "")
    person = world.directory.find(request.query_params.get("user", ""))
    if person is None or not is_url(url) or urlsplit(url).scheme not in ("http", "https"):
        return JSONResponse({"error": "a known user and a full http(s) url are needed"}, 400)
    response = RedirectResponse(url, 302)
    for name in request.cookies:
        response.delete_cookie(name)
    response.set_cookie(USER_COOKIE, person.userid, httponly=True, samesite="lax")
    return response


def snapshot(world: World) -> JSON:
    """Which phones changed is seen by comparing versions."""
    shown = [world.phones[person.userid] for person in world.directory.people.values()]
    return {
        "version": world.version,
        "phones": {phone.user: phone.version for phone in shown},
        "received": {phone.user: sum(m.direction == "in" for m in phone.messages) for phone in shown},
        "now": iso(world.now()),
        "frozen": world.clock.frozen,
    }


async def versions(request: Request) -> Response:
    return JSONResponse(snapshot(_world(request)))


async def stream(request: Request) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_changes(request), media_type="text/event-stream", headers=headers)


async def _changes(request: Request) -> AsyncIterator[str]:
    changed = _world(request).watch()
    try:
        while True:
            changed.clear()
            yield f"data: {json.dumps(snapshot(_world(request)))}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        _world(request).unwatch(changed)
