"""Composition root: every part is made and joined here, and nowhere else. Imported by the command line only."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import comments_file
from bot.calendar_file import LiveCalendar
from bot.clock import Clock, DemoClock
from bot.config import Config, OrganisationConfig, WecomConfig
from bot.delivery import Delivery, Outcome
from bot.dispatch import Dispatcher
from bot.policy import Policy, Settings, note_file
from bot.rules.collectors import collector
from bot.rules.comments import Comment
from bot.rules.daily import Strike
from bot.rules.deadline import opened_today
from bot.rules.effects import Effect
from bot.rules.events import Event, PeriodBegan
from bot.rules.mediacheck import HEAD_BYTES, sniff
from bot.rules.periods import begun_by
from bot.rules.textcheck import Entry, WordList
from bot.sender import Post, Sender
from bot.striking import next_strike
from bot.sweeper import Sweeper, Watch
from bot.web.interface import Interface
from bot.web.interface import routes as interface_routes
from bot.web.pages import Pages, error_pages
from bot.web.pages import routes as page_routes
from bot.wecom.client import WeComClient
from bot.wecom.envelope import Envelope
from bot.wecom.heartbeat import Heartbeat
from bot.wecom.http import routes as callback_routes
from bot.wecom.menu import MenuButton
from bot.wecom.tokens import Token
from bot.wecom.transport import WeComSettings
from bot.words_file import kinds_of_post, load_words
from bot.writer import NotCommitted, Writer
from handlers.all import handle
from handlers.context import Context
from storage.accounts import not_begun, register_named
from storage.audit import record
from storage.db import open_reading
from storage.read import Reader
from storage.tokens import keep_token, token_and_end

log = logging.getLogger(__name__)

MENU = (
    MenuButton("投稿", below=(MenuButton("我要投稿", key="compose"), MenuButton("我的稿件", key="mine"))),
    MenuButton("待办", key="todo"),
    MenuButton(
        "更多",
        below=(
            MenuButton("发起事项", key="start"),
            MenuButton("在办事项", key="open"),
            MenuButton("备案登记", key="filings"),
            MenuButton("帮助", key="help"),
        ),
    ),
)


class StoredTokens:
    """The token in the database: it survives a restart, and one caller refreshes it."""

    def __init__(self, writer: Writer, path: Path, app: str) -> None:
        self._writer, self._path, self._app = writer, path, app

    def load(self) -> Token | None:
        with reading(self._path) as db:
            kept = token_and_end(db, self._app)
        return Token(*kept) if kept else None

    def save(self, token: Token) -> None:
        self._writer.submit(lambda db: keep_token(db, self._app, token.value, token.expires_at)).result()


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """A reading connection for as long as a block."""
    db = open_reading(path)
    try:
        yield db
    finally:
        db.close()


class FramedBy:
    """Lets one origin show the pages in a frame; without it they refuse every frame."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._origin = app, origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def relaxed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                policy = headers.get("content-security-policy", "")
                if policy:
                    allowed = policy.replace("frame-ancestors 'none'", f"frame-ancestors {self._origin}")
                    headers["content-security-policy"] = allowed
                    del headers["x-frame-options"]
            await send(message)

        await self._app(scope, receive, relaxed)


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation's own parts: its application, its regulation, its people's events and messages."""

    org: str
    dispatcher: Dispatcher
    client: WeComClient
    sender: Sender
    sweeper: Sweeper
    routes: Sequence[BaseRoute]

    def settle(self) -> int:
        """Everything that is due now; how much that was."""
        return self.sweeper.settle() + self.sender.settle()

    def start(self) -> None:
        self.sender.start()
        self.sweeper.start()
        threading.Thread(target=_set_menu, args=(self.client,), name="menu", daemon=True).start()

    def stop(self) -> None:
        self.sweeper.stop()
        self.sender.stop()


@dataclass(frozen=True, slots=True)
class Bot:
    """One process: a database with its one writer, a web application, and the organisations, the first one first."""

    config: Config
    clock: Clock
    writer: Writer
    web: Starlette
    organisations: tuple[Organisation, ...]
    heartbeat: Heartbeat | None = None

    @property
    def org(self) -> str:
        """Of the first organisation, as are the dispatcher and the client."""
        return self.organisations[0].org

    @property
    def dispatcher(self) -> Dispatcher:
        return self.organisations[0].dispatcher

    @property
    def client(self) -> WeComClient:
        return self.organisations[0].client

    def settle(self) -> None:
        """Everything that is due now, done (demo and tests)."""
        while sum(one.settle() for one in self.organisations):
            pass

    def stop(self, *, now: bool = False) -> None:
        """End in order; `now`: as a crash would."""
        if self.heartbeat:
            self.heartbeat.stop()
        for one in self.organisations:
            one.stop()
        self.writer.stop(now=now)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What an organisation goes by, read from its files before anything is started."""

    policy: Policy
    words: WordList
    calendar: LiveCalendar


@dataclass(frozen=True, slots=True)
class Process:
    """What all organisations share. `interrupt` is for tests."""

    config: Config
    clock: Clock
    writer: Writer
    interrupt: Callable[[str], None] | None = None


def build(
    config: Config,
    clock: Clock,
    *,
    words: Sequence[Entry] = (),
    demo_key: str = "",
    framed_by: str = "",
    threads: bool = True,
    interrupt: Callable[[str], None] | None = None,
) -> Bot:
    """Make all parts. Raises RegulationProblems, CalendarProblems, WordProblems: then nothing has been started.

    demo_key: opens /demo/<key>/clock and /demo/<key>/settle (needs a DemoClock). framed_by: an origin that may show the
    pages in a frame (the demonstration's phones; nobody otherwise). threads: start sender and sweeper
    with the web application; without, somebody calls `settle`.
    """
    ruled = [_ruled(own, words) for own in config.organisations]
    process = Process(config, clock, Writer(config.storage.path, interrupt=interrupt), interrupt)
    organisations = tuple(
        _organisation(own, rules, process) for own, rules in zip(config.organisations, ruled, strict=True)
    )
    heartbeat = _heartbeat(config, process, organisations)
    routes = [route for one in organisations for route in one.routes]
    parts: dict[str, Bot] = {}
    if demo_key:
        routes += _demo_routes(demo_key, clock, lambda: parts["bot"])

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for one in organisations if threads else ():
            one.start()
        if threads and heartbeat:
            heartbeat.start()
        yield

    middleware = [Middleware(FramedBy, origin=framed_by)] if framed_by else []
    errors = dict(error_pages(urlsplit(config.server.public_url).path.rstrip("/")))
    web = Starlette(routes=routes, lifespan=lifespan, middleware=middleware, exception_handlers=errors)
    parts["bot"] = Bot(config, clock, process.writer, web, organisations, heartbeat)
    return parts["bot"]


def _ruled(own: OrganisationConfig, words: Sequence[Entry]) -> Ruled:
    """`words`: the list of an organisation that names none."""
    policy = Policy.of(own.regulation.source, own.regulation.add)
    prohibitions, kinds = len(policy.file.content.banned), kinds_of_post(policy.file)
    listed = load_words(own.regulation.words, prohibitions, kinds) if own.regulation.words else tuple(words)
    policy.use_words(listed)
    return Ruled(policy, WordList(listed), LiveCalendar(own.calendar.file))


def _organisation(own: OrganisationConfig, ruled: Ruled, process: Process) -> Organisation:
    """One organisation's parts, joined to the one writer."""
    org, clock, writer, storage = own.org, process.clock, process.writer, process.config.storage
    policy, started = ruled.policy, clock.now().replace(microsecond=0)
    public_url = process.config.server.public_url.rstrip("/") + own.path
    writer.submit(lambda db: note_file(db, org, policy, started, own.admin.userids)).result()
    writer.submit(lambda db: register_named(db, org, policy.current(Reader(db, org)), started)).result()

    def decide(event: Event, reader: Reader, now: datetime) -> Sequence[Effect]:
        ctx = Context(
            now=now, cause=event.key, org=org, regulation=policy.current(reader), store=reader,
            roster=reader.roster(), calendar=ruled.calendar.now(), words=policy.words(reader),
            public_url=public_url, admins=own.admin.userids,
            policies=lambda version: policy.at(version, reader), settings=Settings(policy, reader),
            collector=own.interface.collector,
        )  # fmt: skip
        return handle(event, ctx)

    dispatcher = Dispatcher(writer, decide, clock, org, interrupt=process.interrupt)
    client = WeComClient(_settings(own.wecom), StoredTokens(writer, storage.path, org), clock)
    post = Post(writer, client, dispatcher.dispatch, org, lambda content: sniff(content[:HEAD_BYTES]).format)
    sender = Sender(post, clock)
    def opened(db: Database, now: datetime) -> datetime | None:
        return opened_today(policy.current(Reader(db, org)).clock, ruled.calendar.now(), now)

    beginning = partial(period_to_begin, org=org, ruled=ruled)

    def striking(db: Database, now: datetime) -> Strike | None:
        return next_strike(db, org, now, policy.current(Reader(db, org)), ruled.calendar.now())

    watch = Watch(writer, dispatcher.dispatch, org, ruled.calendar.mark, opened, beginning, striking)
    sweeper = Sweeper(watch, clock, keep_days=storage.keep_days)

    @contextmanager
    def open_reader() -> Iterator[Reader]:
        with reading(storage.path) as db:
            yield Reader(db, org)

    pages = Pages(
        open_reader=open_reader,
        regulation_of=policy.current,
        clock=clock,
        user_of_code=client.user_of_code,
        login_url=client.login_url,
        public_url=public_url,
        words_found=lambda text: tuple(f"“{hit.word}”" for hit in ruled.words.find(text)),
        calendar=ruled.calendar.now,
    )
    shown = [*page_routes(pages), *_interface(own, pages, dispatcher, writer)]
    below = [Mount(own.path, routes=shown)] if own.path else shown
    return Organisation(org, dispatcher, client, sender, sweeper, (*_callback(own, dispatcher, clock, sender), *below))


def _interface(own: OrganisationConfig, pages: Pages, dispatcher: Dispatcher, writer: Writer) -> list[Route]:
    """What connectors may call; nothing where none has a token."""
    clock, org = pages.clock, own.org

    def platforms() -> tuple[str, ...]:
        with pages.open_reader() as reader:
            return tuple(p for c in pages.regulation_of(reader).channel.values() for p in (*c.platforms, c.label))

    def deliver(comments: Sequence[Comment], connector: str) -> list[Outcome]:
        with pages.open_reader() as reader:
            if not collector(pages.regulation_of(reader), reader.roster(), clock.now(), own.interface.collector):
                raise NotCommitted("nobody may register a comment")
        return Delivery(dispatcher.dispatch, pages.open_reader, "interface", f"接口 {connector}").deliver(comments)

    def parse(content: bytes) -> comments_file.CommentsFile:
        return comments_file.parse(content, clock.now(), platforms())

    def comment_of(row: Mapping[str, object]) -> Comment | str:
        return comments_file.comment_of(comments_file.named(row), clock.now(), platforms())

    def refused(path: str) -> None:
        now = clock.now().replace(microsecond=0)
        writer.submit(lambda db: record(db, org, now, actor="sys", action="接口拒绝", detail=path, cause="interface"))

    return interface_routes(Interface(own.interface.tokens, deliver, parse, comment_of, refused, clock, own.path))


def _heartbeat(config: Config, process: Process, organisations: Sequence[Organisation]) -> Heartbeat | None:
    """Of the whole process: one part that stands still is enough to stop it."""
    url, every = config.heartbeat.url, timedelta(minutes=config.heartbeat.every)
    if url is None:
        return None
    parts = [ailment for one in organisations for ailment in (one.sender.ailment, one.sweeper.ailment)]
    return Heartbeat(url, every, [process.writer.ailment, *parts], process.clock)


def period_to_begin(db: Database, now: datetime, *, org: str, ruled: Ruled) -> PeriodBegan | None:
    """The first flow of the policy whose period has come and for which nothing has been begun yet."""
    regulation = ruled.policy.current(Reader(db, org))
    current = (
        (flow.id, period.key)
        for flow in regulation.flow
        if flow.every and (period := begun_by(flow.every, flow.begin, now, regulation.clock, ruled.calendar.now()))
    )
    found = not_begun(db, org, current, now)
    return PeriodBegan(key=f"begin:{found[0]}:{found[1]}", flow=found[0], period=found[1]) if found else None


def _settings(wecom: WecomConfig) -> WeComSettings:
    return WeComSettings(
        corp_id=wecom.corp_id,
        agent_id=wecom.agent_id,
        secret=str(wecom.secret),
        api_base_url=wecom.api_base_url,
        oauth_base_url=wecom.oauth_base_url,
        ca_bundle=str(wecom.ca_bundle or ""),
    )


def _callback(own: OrganisationConfig, dispatcher: Dispatcher, clock: Clock, sender: Sender) -> list[Route]:
    wecom = own.wecom
    envelope = Envelope(
        str(wecom.token), str(wecom.encoding_aes_key), wecom.corp_id, wecom.timestamp_window_minutes * 60
    )
    return callback_routes(
        envelope,
        dispatcher.answer,
        clock,
        path=f"{own.path}/wecom/callback",
        after=sender.wake,
        passive_card_updates=wecom.passive_card_updates,
        ownership=wecom.verify_files,
    )


def _set_menu(client: WeComClient) -> None:
    """The menu is a convenience: when it cannot be set, everything can still be typed."""
    try:
        client.create_menu(MENU)
    except Exception as error:
        log.warning("the menu was not set: %s", error)


def _demo_routes(key: str, clock: Clock, bot: Callable[[], Bot]) -> list[Route]:
    """Moving time, and waiting until everything due is done. Only mounted for the demo and tests."""
    assert isinstance(clock, DemoClock)

    def move(request_body: dict[str, str]) -> None:
        clock.set(datetime.fromisoformat(request_body["now"]))
        bot().settle()

    async def set_clock(request: Request) -> Response:
        await run_in_threadpool(move, await request.json())
        return JSONResponse({"now": clock.now().isoformat()})

    async def settle(_: Request) -> Response:
        await run_in_threadpool(bot().settle)
        return JSONResponse({"now": clock.now().isoformat()})

    return [
        Route(f"/demo/{key}/clock", set_clock, methods=["POST"]),
        Route(f"/demo/{key}/settle", settle, methods=["POST"]),
    ]


def serve(config: Config) -> None:
    """Run until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    bot = build(config, Clock())
    try:
        uvicorn.run(
            bot.web, host=config.server.host, port=config.server.port, access_log=False, server_header=False,
            log_config=None,
        )  # fmt: skip
    finally:
        bot.stop()

