"""接口: connectors bring netizens' comments over HTTP. Documented in docs/interface.md; described by openapi.json.

    POST /api/comments       one comment, a list of them, or a CSV or XLSX file
    GET  /api/openapi.json   what this interface is, for programs

Whoever has no token learns nothing: every such request gets the same bare 401, its body is not read, and the record
gets one line a minute at most. No answer holds a trace or a word of ours about what went wrong inside.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.rules.comments import Comment

log = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 1000
COMMENTS, DESCRIPTION = "/api/comments", "/api/openapi.json"
FILE_TYPES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
RECORDED_EVERY = timedelta(minutes=1)


class Outcome(Protocol):
    """What became of one row."""

    @property
    def status(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def why(self) -> str: ...


class Parsed(Protocol):
    """A file as rows with their lines, and what is refused of it."""

    @property
    def rows(self) -> Sequence[tuple[int, Comment]]: ...
    @property
    def refused(self) -> Sequence[tuple[int, str]]: ...


@dataclass(slots=True)
class Interface:
    """`deliver`: keeps comments before it returns; what it raises is answered 503. `refused`: records a wrong token."""

    tokens: Mapping[str, str]
    deliver: Callable[[Sequence[Comment], str], Sequence[Outcome]]
    parse: Callable[[bytes], Parsed]
    comment_of: Callable[[Mapping[str, object]], Comment | str]
    refused: Callable[[str], None]
    clock: Clock
    base: str = ""
    _recorded: datetime | None = field(default=None, init=False)

    def connector(self, header: str) -> str:
        """Whose token this is; every one is compared, in constant time."""
        scheme, _, given = header.partition(" ")
        said = given.strip().encode()
        names = [name for name, token in self.tokens.items() if hmac.compare_digest(token.encode(), said)]
        return names[0] if names and scheme.lower() == "bearer" else ""

    def stranger(self) -> Response:
        """The same for everybody without a token; recorded once a minute at most."""
        now = self.clock.now()
        if self._recorded is None or now - self._recorded >= RECORDED_EVERY:
            self._recorded = now
            self.refused(COMMENTS)
        return Response(status_code=401)


class Wrong(Exception):
    """The request cannot be taken as a whole: status and a sentence for whoever writes the connector."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def routes(interface: Interface) -> list[Route]:
    """Nothing where nobody has a token."""
    if not interface.tokens:
        return []

    async def comments(request: Request) -> Response:
        return await _answered(interface, request, _comments)

    async def description(request: Request) -> Response:
        return await _answered(interface, request, _description)

    return [Route(COMMENTS, comments, methods=["POST"]), Route(DESCRIPTION, description, methods=["GET"])]


Handle = Callable[[Interface, Request, str], Awaitable[Response]]


async def _answered(interface: Interface, request: Request, handle: Handle) -> Response:
    connector = interface.connector(request.headers.get("authorization", ""))
    if not connector:
        return interface.stranger()
    try:
        return await handle(interface, request, connector)
    except Wrong as wrong:
        return JSONResponse({"error": str(wrong)}, status_code=wrong.status)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        log.error("the interface failed: %s", type(error).__name__)
        return JSONResponse({"error": "现在收不了，请稍后原样再送一次"}, status_code=503, headers={"Retry-After": "60"})


async def _description(interface: Interface, request: Request, connector: str) -> Response:
    return JSONResponse(openapi(interface.base))


async def _comments(interface: Interface, request: Request, connector: str) -> Response:
    content, kind = await _content(request)
    rows = await run_in_threadpool(_rows, interface, content, kind)
    if len(rows) > MOST_ROWS:
        raise Wrong(413, f"一次最多 {MOST_ROWS} 条，这次有 {len(rows)} 条，请分几次送")
    results = await run_in_threadpool(_kept, interface, rows, connector)
    counts = {status: sum(r["status"] == status for r in results) for status in ("new", "duplicate", "refused")}
    return JSONResponse({**counts, "results": results})


async def _content(request: Request) -> tuple[bytes, str]:
    """The body, or the file of a form, at most MOST_BYTES of it; and what it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise Wrong(413, f"超过 {MOST_BYTES // 1024 // 1024}MB")
    if kind == "multipart/form-data":
        return await _uploaded(request), FILE_TYPES[0]
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Wrong(413, f"超过 {MOST_BYTES // 1024 // 1024}MB")
    return bytes(body), kind


async def _uploaded(request: Request) -> bytes:
    try:
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            if file is None or isinstance(file, str):
                raise Wrong(400, "表单里没有名为 file 的文件")
            content = await file.read(MOST_BYTES + 1)
    except Wrong:
        raise
    except Exception:
        raise Wrong(400, "表单读不出来") from None
    if len(content) > MOST_BYTES:
        raise Wrong(413, f"超过 {MOST_BYTES // 1024 // 1024}MB")
    return content


Row = tuple[int, Comment | str]  # its line, and the comment or why it is refused


def _rows(interface: Interface, content: bytes, kind: str) -> list[Row]:
    if kind in FILE_TYPES:
        parsed = interface.parse(content)
        return sorted([*parsed.rows, *parsed.refused], key=lambda row: row[0])
    if kind not in ("application/json", ""):
        raise Wrong(415, f"要 application/json、{'、'.join(FILE_TYPES)} 或 multipart/form-data")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise Wrong(400, "不是 JSON") from None
    if isinstance(data, dict) and isinstance(data.get("comments"), list):
        data = data["comments"]
    listed: list[Any] = data if isinstance(data, list) else [data]
    return [(n, _one(interface, row)) for n, row in enumerate(listed[: MOST_ROWS + 1], 1)]


def _one(interface: Interface, row: object) -> Comment | str:
    if not isinstance(row, dict):
        return "要一个对象"
    if any(isinstance(value, dict | list) for value in row.values()):
        return "字段的值要是文字"
    return interface.comment_of(row)


def _kept(interface: Interface, rows: Sequence[Row], connector: str) -> list[dict[str, object]]:
    said = [one for _, one in rows if isinstance(one, Comment)]
    outcomes = iter(interface.deliver(said, connector) if said else ())
    results: list[dict[str, object]] = []
    for line, one in rows:
        if isinstance(one, str):
            results.append({"row": line, "status": "refused", "why": one})
            continue
        outcome = next(outcomes)
        found = {"number": f"{outcome.number:04d}"} if outcome.number else {"why": outcome.why}
        results.append({"row": line, "status": outcome.status, **found})
    return results


# ---- what it is, for programs ---------------------------------------------------------------------------------------

FIELDS = {
    "platform": "平台，如 微博；不写则按链接猜",
    "netizen": "网民昵称",
    "text": "内容，原样",
    "posted_at": "发表时间，如 2025-03-14T09:12:00+08:00；没有时区按北京时间",
    "link": "这条评论的链接",
}
REQUIRED = ("text", "posted_at")


def openapi(base: str = "") -> dict[str, Any]:
    """The description; a test compares it with the routes, docs/interface.md and real answers."""
    comment = {
        "type": "object",
        "required": list(REQUIRED),
        "properties": {name: {"type": "string", "description": said} for name, said in FIELDS.items()},
    }
    result = {
        "type": "object",
        "required": ["row", "status"],
        "properties": {
            "row": {"type": "integer", "description": "第几条（文件里是第几行）"},
            "status": {"type": "string", "enum": ["new", "duplicate", "refused"]},
            "number": {"type": "string", "description": "事项编号；重复的是先前那一条的编号"},
            "why": {"type": "string", "description": "没有登记的原因"},
        },
    }
    counts = {name: {"type": "integer"} for name in ("new", "duplicate", "refused")}
    answer = {
        "type": "object",
        "required": [*counts, "results"],
        "properties": {**counts, "results": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}}},
    }
    one = {"$ref": "#/components/schemas/Comment"}
    several = {"type": "array", "items": one, "maxItems": MOST_ROWS}
    file = {"type": "string", "format": "binary"}
    bodies = {
        "application/json": {"schema": {"oneOf": [one, several]}},
        **{kind: {"schema": file} for kind in FILE_TYPES},
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": file}}},
    }
    said = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    wrong = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    others = {"400": "请求读不出来", "413": "太大或太多", "415": "类型不对", "503": "现在收不了，稍后原样再送"}
    post = {
        "summary": "送来网民评论",
        "description": "可以原样重送：同一条评论（平台、网民、内容、时间到分钟都一样）只登记一次。",
        "requestBody": {"required": True, "content": bodies},
        "responses": {
            "200": {"description": "逐条的结果", "content": said},
            "401": {"description": "没有令牌，或令牌不对"},
            **{code: {"description": text, "content": wrong} for code, text in others.items()},
        },
    }
    get = {"summary": "本说明", "responses": {"200": {"description": "OpenAPI"}, "401": {"description": "没有令牌"}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "审发 评论接口", "version": "1"},
        "servers": [{"url": base or "/"}],
        "security": [{"token": []}],
        "paths": {COMMENTS: {"post": post}, DESCRIPTION: {"get": get}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Comment": comment, "Result": result, "Answer": answer,
                "Error": {"type": "object", "properties": {"error": {"type": "string"}}},
            },
        },
    }  # fmt: skip
