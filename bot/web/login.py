"""Login inside WeCom, anew for each opening: a random state in a cookie of the page's own path, a code, a userid.

There is no session. After a code was tried the cookie says so (USED), so that going back to an address whose code is
spent logs in again instead of ending at a refusal. The mark shows that cookies are kept here; it names nobody.
"""

from __future__ import annotations

import logging
import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.web.answer import elsewhere, login_failed
from bot.web.given import Pages

log = logging.getLogger(__name__)

STATE_LIVES = 10 * 60  # seconds; the code itself lives five minutes
USED = "used"
USED_LIVES = 24 * 60 * 60
MAX_CODE = 512  # bytes (path/91335)


async def who_opens(request: Request, pages: Pages, place: str) -> str | Response:
    """The userid, in lower case; or the answer to give instead. `place`: the page's path with its own query."""
    code, state = request.query_params.get("code"), request.query_params.get("state")
    if code is None and state is None:
        return _to_login(pages, place)
    kept = request.cookies.get(cookie_name(pages, place), "")
    if kept == USED:
        return _to_login(pages, place)
    if not code or not state or len(code.encode()) > MAX_CODE or not _same(kept, state):
        return login_failed(pages.base, pages.address(place))
    userid = await run_in_threadpool(_user_of, pages, code)
    return userid or used(login_failed(pages.base, pages.address(place)), pages, place)


def _user_of(pages: Pages, code: str) -> str:
    """Empty when the platform knows nobody for it. Neither the code nor its reason is logged: they may hold secrets."""
    try:
        return pages.user_of_code(code).strip().lower()
    except Exception as error:
        log.info("login failed: %s", type(error).__name__)
        return ""


def used(answer: Response, pages: Pages, place: str) -> Response:
    """Mark the state as spent."""
    _set(answer, pages, place, USED, USED_LIVES)
    return answer


def cookie_name(pages: Pages, place: str) -> str:
    """One for each page: a login of /i/1 and one of /i/1/record, or of another organisation's, do not meet."""
    return f"shenfa_{sha256(_whole_path(pages, place).encode()).hexdigest()[:8]}"


def _to_login(pages: Pages, place: str) -> Response:
    state = secrets.token_hex(16)  # letters and digits only (path/91335)
    answer = elsewhere(pages.login_url(pages.address(place), state))
    _set(answer, pages, place, state, STATE_LIVES)
    return answer


def _set(answer: Response, pages: Pages, place: str, value: str, lives: int) -> None:
    answer.set_cookie(
        cookie_name(pages, place), value, max_age=lives, path=_whole_path(pages, place), httponly=True, samesite="lax",
        secure=urlsplit(pages.public_url).scheme == "https",
    )  # fmt: skip


def _whole_path(pages: Pages, place: str) -> str:
    return pages.base + place.partition("?")[0]


def _same(kept: str, given: str) -> bool:
    return bool(kept) and secrets.compare_digest(kept.encode(), given.encode())
