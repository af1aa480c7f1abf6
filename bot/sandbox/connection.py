"""Cutting a connection without an answer, as a broken network does."""

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TRANSPORT = "sandbox.transport"


class CuttableApp(Starlette):
    """Remembers the server's own transport before middleware wraps it away."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)  # uvicorn's request cycle
        scope[TRANSPORT] = getattr(cycle, "transport", None)
        await super().__call__(scope, receive, send)


class Dropped(Response):
    """No bytes at all: the caller cannot know whether the work was done."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = scope.get(TRANSPORT)
        if transport is None:
            raise RuntimeError("connections can be dropped under uvicorn only")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
