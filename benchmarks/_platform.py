"""The platform's message API, as little of it as the bot needs: everything is accepted at once, cards are remembered.

python -m benchmarks._platform PORT. GET /cards?since=N: [receiver, task_id, key of the first button] from the Nth on.
"""

from __future__ import annotations

import itertools
import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def make_app() -> Starlette:
    numbers = itertools.count(1)
    cards: list[tuple[str, str, str]] = []

    async def token(_: Request) -> Response:
        return JSONResponse({"errcode": 0, "errmsg": "ok", "access_token": "bench-token", "expires_in": 7200})

    async def accept(request: Request) -> Response:
        body = json.loads(await request.body())
        card = body.get("template_card", {}) if "touser" in body else {}  # an update names `userids` instead
        buttons = card.get("button_list") or [card.get("submit_button")]
        if card.get("task_id") and buttons[0]:
            cards.append((body["touser"], card["task_id"], buttons[0]["key"]))
        number = next(numbers)
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": f"m{number}", "response_code": f"c{number}"})

    async def shown(request: Request) -> Response:
        return JSONResponse(cards[int(request.query_params.get("since", "0")) :])

    return Starlette(
        routes=[
            Route("/cards", shown),
            Route("/cgi-bin/gettoken", token),
            Route("/cgi-bin/{rest:path}", accept, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(make_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
