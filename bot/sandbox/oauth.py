"""Silent login of the page opened on a phone (path/91335, path/91023)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.sandbox.errors import ApiError
from bot.sandbox.violations import Note
from bot.sandbox.world import World

JSON = dict[str, Any]
USER_COOKIE = "sandbox_user"
STATE = re.compile(r"[0-9A-Za-z]{0,128}")


async def authorize(request: Request) -> Response:
    """Redirect back with a code for whoever holds the phone; or say plainly why not."""
    world: World = request.app.state.world
    query = request.query_params
    try:
        check_request(world, query)
    except ApiError as refusal:
        world.note([Note("oauth", str(refusal))])
        return PlainTextResponse(f"{refusal.errmsg} ({refusal.errcode})", 400)
    person = world.directory.find(request.cookies.get(USER_COOKIE, ""))
    if person is None:
        return PlainTextResponse("请从手机里打开这个页面。", 403)
    code = world.oauth_codes.mint(person.userid, world.now())
    return RedirectResponse(with_query(query["redirect_uri"], code=code, state=query.get("state", "")), 302)


def check_request(world: World, query: Mapping[str, str]) -> None:
    if query.get("appid") != world.config.corp_id:
        raise ApiError(40013, "invalid appid")
    if query.get("response_type") != "code":
        raise ApiError(40035, "response_type must be code")
    if query.get("scope") not in ("snsapi_base", "snsapi_privateinfo"):
        raise ApiError(40035, "invalid scope")
    if not STATE.fullmatch(query.get("state", "")):
        raise ApiError(40035, "state: a-z A-Z 0-9, at most 128 bytes")
    if query.get("agentid") not in (None, str(world.config.agent_id)):
        raise ApiError(40056, "invalid agentid")
    host = urlsplit(query.get("redirect_uri", "")).netloc
    trusted = urlsplit(world.config.bot_public_url).netloc
    if not host or (trusted and host != trusted):  # full match only (path/90315)
        raise ApiError(50001, "redirect_uri is not below the trusted domain")


def with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True) + list(more.items())
    return urlunsplit(parts._replace(query=urlencode(query)))


def getuserinfo(world: World, query: Mapping[str, str]) -> JSON:
    """auth/getuserinfo: one use, five minutes."""
    code = world.oauth_codes.find(query.get("code", ""))
    if code is None:
        raise ApiError(40029, "invalid oauth code")
    if code.used:
        raise ApiError(42022, "oauth code used")
    if world.now() >= code.expires_at:
        raise ApiError(42003, "oauth code expired")
    code.used = True
    return {"userid": code.subject}
