"""The stand-in as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.sandbox import api, control, oauth, views
from bot.sandbox.asking import Asker
from bot.sandbox.callbacks import Courier
from bot.sandbox.config import SandboxConfig
from bot.sandbox.connection import CuttableApp
from bot.sandbox.world import World

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(HERE / "templates")


async def page(request: Request) -> Response:
    """The phones."""
    config = request.app.state.world.config
    return TEMPLATES.TemplateResponse(request, "phones.html", {"demo": config.demo, "app_name": config.app_name})


ROUTES = [
    Route("/", page, methods=["GET"]),
    Route("/cgi-bin/{path:path}", api.endpoint, methods=["GET", "POST"]),
    Route("/connect/oauth2/authorize", oauth.authorize, methods=["GET"]),
    Route("/_sandbox/phone/{user}", views.phone),
    Route("/_sandbox/phones", views.phones),
    Route("/_sandbox/people", views.people, methods=["GET"]),
    Route("/_sandbox/menu", views.menu, methods=["GET"]),
    Route("/_sandbox/api_log", views.api_log),
    Route("/_sandbox/callback_log", views.callback_log),
    Route("/_sandbox/violations", views.violations, methods=["GET"]),
    Route("/_sandbox/clock", views.clock, methods=["GET"]),
    Route("/_sandbox/media/{media_id}", views.media),
    Route("/_sandbox/open", views.open_page),
    Route("/_sandbox/versions", views.versions),
    Route("/_sandbox/stream", views.stream),
    Route("/_sandbox/{action:path}", control.endpoint, methods=["POST"]),
    Mount("/_static", StaticFiles(directory=HERE / "static")),
]


def create_app(config: SandboxConfig) -> Starlette:
    world = World(config)
    asker = Asker()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        asker.close()

    app = CuttableApp(routes=ROUTES, lifespan=lifespan)
    app.state.world = world
    app.state.courier = Courier(world, asker)
    app.state.first_config = config
    return app
