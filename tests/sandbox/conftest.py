"""A stand-in, a bot that keeps what it heard, and the app's own client."""

from collections.abc import Iterator

import pytest

from bot.sandbox.clock import parse_moment
from bot.sandbox.config import SandboxConfig
from bot.sandbox.testing import Sandbox, ServerThread, example_config
from tests.sandbox.app_client import AppClient
from tests.sandbox.fake_bot import FakeBot

MONDAY = parse_moment("2026-11-23T09:40")


@pytest.fixture(scope="session")
def config() -> SandboxConfig:
    """Nobody listens at this address; sending cards needs only that there is one."""
    return example_config(start_at=MONDAY, callback_url="http://127.0.0.1:9/callback")


@pytest.fixture(scope="session")
def server(config: SandboxConfig) -> Iterator[Sandbox]:
    with Sandbox(config) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def bot_server(config: SandboxConfig) -> Iterator[tuple[FakeBot, str]]:
    bot = FakeBot(config)
    with ServerThread(bot.app) as running:
        yield bot, running.url


@pytest.fixture
def platform(server: Sandbox) -> Sandbox:
    server.reset()
    return server


@pytest.fixture
def bot(bot_server: tuple[FakeBot, str]) -> FakeBot:
    bot_server[0].forget()
    return bot_server[0]


@pytest.fixture
def connected(platform: Sandbox, bot: FakeBot, bot_server: tuple[FakeBot, str]) -> Sandbox:
    """The stand-in with a bot behind it."""
    platform.connect(f"{bot_server[1]}/callback", bot_public_url=bot_server[1])
    return platform


@pytest.fixture
def app(platform: Sandbox) -> Iterator[AppClient]:
    client = AppClient(platform.url, platform.config)
    yield client
    client.close()
