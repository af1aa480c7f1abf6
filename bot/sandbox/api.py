"""The HTTP face of /cgi-bin: token, faults, body rules, log; the work itself is done elsewhere, by name."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox import directory
from bot.sandbox.clock import iso
from bot.sandbox.connection import Dropped
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.media import RANGE_REQUIRED, check_upload, parse_range
from bot.sandbox.menu import check_menu
from bot.sandbox.oauth import getuserinfo
from bot.sandbox.recalling import recall
from bot.sandbox.sending import check_agent, send
from bot.sandbox.updating import update_template_card
from bot.sandbox.violations import Note
from bot.sandbox.world import World

JSON = dict[str, Any]
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read to its end."""

    method: str
    query: Mapping[str, str]
    raw: bytes
    upload: Upload | None
    range: str
    peer: str


@dataclass(frozen=True, slots=True)
class Api:
    method: str
    run: Callable[[World, Call], JSON | Response]
    counted: bool = True  # in the base frequency; sending is counted by its own limits (path/90312)


def json_body(call: Call) -> JSON:
    if ESCAPED.search(call.raw):
        raise ApiError(40033, r"\uxxxx escapes are not allowed")
    try:
        body = json.loads(call.raw.decode())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ApiError(40058, f"invalid json: {error}") from error
    if not isinstance(body, dict):
        raise ApiError(40058, "invalid json: wanted an object")
    return cast(JSON, body)


def _posted(work: Callable[[World, JSON, bytes], JSON]) -> Callable[[World, Call], JSON]:
    return lambda world, call: work(world, json_body(call), call.raw)


def _looked_up(work: Callable[[directory.Directory, Mapping[str, str]], JSON]) -> Callable[[World, Call], JSON]:
    return lambda world, call: work(world.directory, call.query)


def gettoken(world: World, call: Call) -> JSON:
    """path/91039; repeated calls with a wrong secret get the address banned, so they are noted (path/90313)."""
    corp_id, secret = call.query.get("corpid", ""), call.query.get("corpsecret", "")
    if not corp_id:
        raise ApiError(41002, "corpid missing")
    if not secret:
        raise ApiError(41004, "corpsecret missing")
    if corp_id != world.config.corp_id:
        raise ApiError(40013, "invalid corpid")
    if secret != world.config.secret:
        world.tokens.wrong_secrets += 1
        if world.tokens.wrong_secrets > 1:
            world.note([Note("wrong_secret_repeated", f"{world.tokens.wrong_secrets} times")])
        raise ApiError(40001, "invalid credential")
    world.tokens.wrong_secrets = 0
    token, expires_in = world.tokens.issue(world.now())
    return {"access_token": token, "expires_in": expires_in}


def media_upload(world: World, call: Call) -> JSON:
    kind = call.query.get("type", "")
    if call.upload is None or not call.upload.filename:
        raise ApiError(41006, 'multipart field "media" with a filename missing')
    check_upload(kind, call.upload.content)
    file = call.upload
    media = world.media.add(kind, file.filename, file.content_type, file.content, world.now())
    return {"type": kind, "media_id": media.media_id, "created_at": str(int(media.created_at.timestamp()))}


def media_get(world: World, call: Call) -> JSON | Response:
    if not call.query.get("media_id"):
        raise ApiError(41006, "media_id missing")
    media = world.media.get(call.query["media_id"], world.now())
    headers = {"Content-disposition": f"attachment; filename*=UTF-8''{quote(media.file_name)}"}
    wanted = parse_range(call.range, len(media.content)) if call.range else None
    if wanted is not None:
        headers["Content-Range"] = f"bytes {wanted[0]}-{wanted[1] - 1}/{len(media.content)}"
        part = media.content[wanted[0] : wanted[1]]
        return Response(part, 206, headers=headers, media_type=media.content_type)
    if len(media.content) > RANGE_REQUIRED:
        raise ApiError(830002, "over 20 MB: use Range")
    return Response(media.content, headers=headers, media_type=media.content_type)


def _menu_agent(world: World, call: Call) -> None:
    agentid = call.query.get("agentid", "")
    if not agentid:
        raise ApiError(41011, "agentid missing")
    if not agentid.isdecimal():
        raise ApiError(40056, "invalid agentid")
    check_agent(world, int(agentid))


def menu_create(world: World, call: Call) -> JSON:
    _menu_agent(world, call)
    world.menu = check_menu(json_body(call))
    world.changed()
    return {}


def menu_get(world: World, call: Call) -> JSON:
    _menu_agent(world, call)
    if world.menu is None:
        raise ApiError(46003, "no menu")
    return {"button": world.menu}


def menu_delete(world: World, call: Call) -> JSON:
    _menu_agent(world, call)
    world.menu = None
    world.changed()
    return {}


def getcallbackip(world: World, call: Call) -> JSON:
    return {"ip_list": ["127.0.0.1"]}


APIS: Mapping[str, Api] = {
    "gettoken": Api("GET", gettoken),
    "message/send": Api("POST", _posted(send), counted=False),
    "message/update_template_card": Api("POST", _posted(update_template_card)),
    "message/recall": Api("POST", _posted(recall)),
    "media/upload": Api("POST", media_upload),
    "media/get": Api("GET", media_get),
    "menu/create": Api("POST", menu_create),
    "menu/get": Api("GET", menu_get),
    "menu/delete": Api("GET", menu_delete),
    "user/get": Api("GET", _looked_up(directory.user_get)),
    "user/simplelist": Api("GET", _looked_up(directory.user_simplelist)),
    "user/list": Api("GET", _looked_up(directory.user_list)),
    "department/list": Api("GET", _looked_up(directory.department_list)),
    "department/simplelist": Api("GET", _looked_up(directory.department_simplelist)),
    "getcallbackip": Api("GET", getcallbackip),
    "auth/getuserinfo": Api("GET", lambda world, call: getuserinfo(world, call.query)),
}


async def endpoint(request: Request) -> Response:
    """Any call below /cgi-bin."""
    world: World = request.app.state.world
    path = request.path_params["path"].strip("/")
    call = await _read(request)
    fault = world.faults.take(path)
    before = fault is not None and not fault.after_effect
    answer = {} if before else _answer(world, path, call)
    response = _spoiled(fault, call) if fault is not None else _respond(answer)
    _log(world, path, call, answer, fault)
    return response


async def _read(request: Request) -> Call:
    multipart = request.headers.get("content-type", "").startswith("multipart/form-data")
    upload = await _upload(request) if multipart else None
    raw = b"" if multipart else await request.body()
    peer = request.client.host if request.client else ""
    query, wanted = dict(request.query_params), request.headers.get("range", "")
    return Call(request.method, query, raw, upload, wanted, peer)


async def _upload(request: Request) -> Upload | None:
    async with request.form() as form:
        field = form.get("media")
        if not isinstance(field, UploadFile):
            return None
        return Upload(field.filename or "", field.content_type or "application/octet-stream", await field.read())


def _answer(world: World, path: str, call: Call) -> JSON | Response:
    try:
        api = APIS.get(path)
        if api is None:
            raise ApiError(48001, f"the stand-in does not serve {path}")
        if call.method != api.method:
            raise ApiError(40058 if api.method == "POST" else 40063, f"{path} wants {api.method}")
        if path != "gettoken":
            world.tokens.check(call.query.get("access_token", ""), world.now())
        if api.counted:
            world.frequency.call(path, world.now())
        result = api.run(world, call)
    except ApiError as refusal:
        return {"errcode": refusal.errcode, "errmsg": refusal.errmsg}
    return result if isinstance(result, Response) else {"errcode": 0, "errmsg": "ok", **result}


def _respond(answer: JSON | Response) -> Response:
    return answer if isinstance(answer, Response) else JSONResponse(answer)


def _spoiled(fault: Fault, call: Call) -> Response:
    if fault.loses_the_answer:
        return Dropped()
    if fault.http_status is not None:
        return Response("<html><body>Bad Gateway</body></html>", fault.http_status, media_type="text/html")
    address = f", from ip: {call.peer}" if fault.errcode == 60020 else ""
    return JSONResponse({"errcode": fault.errcode, "errmsg": fault.errmsg + address})


def _log(world: World, path: str, call: Call, answer: JSON | Response, fault: Fault | None) -> None:
    """Secrets and tokens stay out of it."""
    query = {name: value for name, value in call.query.items() if name not in ("access_token", "corpsecret")}
    try:
        request = json.loads(call.raw) if call.raw else None
    except ValueError:
        request = call.raw.decode(errors="replace")
    shown: Any = f"<{len(answer.body)} bytes>" if isinstance(answer, Response) else answer
    if isinstance(shown, dict) and "access_token" in shown:
        shown = {**shown, "access_token": "***"}
    entry = {"at": iso(world.now()), "path": path, "query": query, "request": request, "answer": shown}
    if fault is not None:
        entry["fault"] = "after_effect" if fault.after_effect else "before"
        entry["errcode_told"] = fault.errcode
    world.api_log.append(entry)
