"""The pages over a real database, and a browser that logs in the way WeCom's does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copy
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from sqlite_utils import Database
from starlette.applications import Starlette

from bot.clock import DemoClock
from bot.web.pages import Pages, error_pages, routes
from storage.db import open_reading, open_writing
from storage.read import Reader
from storage.schema import migrate
from tests.web.samples import NOW, ORG, SAWS, everything

PUBLIC = "https://bot.example"


class CodeRefused(Exception):
    """As the platform's client raises for a bad code."""


class Browser:
    """Keeps cookies, follows nothing by itself."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.cookies = httpx.Cookies()

    def request(self, method: str, address: str) -> httpx.Response:
        return asyncio.run(self._request(method, address))

    async def _request(self, method: str, address: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url=PUBLIC, cookies=self.cookies) as client:
            answer = await client.request(method, address)
            self.cookies = client.cookies
        return answer


@dataclass
class Site:
    """The site, and the platform's side of the login: a code is good once."""

    pages: Pages
    browser: Browser
    codes: dict[str, str] = field(default_factory=dict)
    exchanged: list[str] = field(default_factory=list)

    def get(self, place: str) -> httpx.Response:
        return self.browser.request("GET", place)

    def asks_login(self, place: str) -> tuple[str, str]:
        """redirect_uri and state of the redirect to the platform."""
        answer = self.get(place)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return query["redirect_uri"][0], query["state"][0]

    def comes_back(self, redirect_uri: str, code: str, state: str) -> httpx.Response:
        joint = "&" if "?" in redirect_uri else "?"
        return self.get(f"{redirect_uri}{joint}code={code}&state={state}")

    def opens(self, who: str, place: str) -> httpx.Response:
        """A page opened by a person, login included."""
        code = f"code{len(self.exchanged)}for{who}"
        self.codes[code] = who
        redirect_uri, state = self.asks_login(place)
        return self.comes_back(redirect_uri, code, state)

    def user_of_code(self, code: str) -> str:
        self.exchanged.append(code)
        if code not in self.codes:
            raise CodeRefused(f"40029 invalid code {code}")
        return self.codes.pop(code)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data, written once; every test has a copy."""
    path = tmp_path_factory.mktemp("web") / "shenfa.db"
    db = open_writing(path)
    migrate(db)
    everything(db)
    db.close()
    return path


@pytest.fixture
def db(filled: Path, tmp_path: Path) -> Iterator[Database]:
    db = open_writing(copy(filled, tmp_path / "shenfa.db"))
    yield db
    db.close()


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Site:
    return make_site(tmp_path / "shenfa.db", PUBLIC)


@pytest.fixture
def site_below(db: Database, tmp_path: Path) -> Site:
    """Published below a path of somebody else's domain (the proxy takes the path off)."""
    return make_site(tmp_path / "shenfa.db", f"{PUBLIC}/shenfa")


def make_site(path: Path, public_url: str) -> Site:
    @contextmanager
    def open_reader() -> Iterator[Reader]:
        db = open_reading(path)
        try:
            yield Reader(db, ORG)
        finally:
            db.close()

    exchange: list[Callable[[str], str]] = []
    pages = Pages(
        open_reader=open_reader,
        regulation_of=lambda _: SAWS,
        clock=DemoClock(NOW, running=False),
        user_of_code=lambda code: exchange[0](code),
        login_url=lambda to, state: f"https://login.example/a?{urlencode({'redirect_uri': to, 'state': state})}",
        public_url=public_url,
        words_found=lambda text: tuple(f"“{word}”涉及禁止发布内容第1项" for word in re.findall("内部|焦味", text)),
    )
    app = Starlette(routes=routes(pages), exception_handlers={**error_pages(pages.base)})
    site = Site(pages, Browser(app))
    exchange.append(site.user_of_code)
    return site
