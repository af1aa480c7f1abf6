"""Answers: a page from its template, with the headers that every one of them carries."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

HERE = Path(__file__).parent
STYLE = (HERE / "pages.css").read_bytes()
STYLE_VERSION = sha256(STYLE).hexdigest()[:12]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_templates.globals["style_version"] = STYLE_VERSION


def page(template: str, *, base: str, status: int = 200, **values: object) -> HTMLResponse:
    """`base`: the path before our own paths; everything in `values` is escaped."""
    text = _templates.get_template(template).render(base=base, **values)
    return HTMLResponse(text, status, HEADERS)


def rendered(template: str, **values: object) -> str:
    """A page that is kept as a file: without our headers, without our style."""
    return _templates.get_template(template).render(**values)


def elsewhere(url: str) -> RedirectResponse:
    return RedirectResponse(url, 302, HEADERS)


def download(content: bytes, media_type: str, disposition: str) -> Response:
    return Response(content, media_type=media_type, headers={**HEADERS, "Content-Disposition": disposition})


def streamed(content: Iterator[bytes], media_type: str, disposition: str) -> Response:
    """A download that is made while it is sent."""
    return StreamingResponse(content, media_type=media_type, headers={**HEADERS, "Content-Disposition": disposition})


def plain(text: str) -> Response:
    return Response(text, media_type="text/plain", headers=HEADERS)


def style() -> Response:
    """The one file that may be kept: its address changes with its content."""
    kept = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(STYLE, media_type="text/css", headers=kept)


# ---- sentences instead of a page: none of them says what is, or is not, behind it ----------------------------------


def not_found(base: str = "") -> Response:
    return _sentence(base, 404, "没有这一页", "没有您可以查看的内容。请核对编号，或联系归口部门。")


def too_much(base: str, most: int) -> Response:
    return _sentence(base, 400, "太多了", f"一次最多下载 {most} 件，请按月下载。")


def wrong_method(base: str = "") -> Response:
    answer = _sentence(base, 405, "不能这样打开", "这里只能查看。办理请回到企业微信的对话。")
    answer.headers["Allow"] = "GET"
    return answer


def login_failed(base: str, again: str) -> Response:
    """`again`: the page's own address, where a new login begins."""
    return _sentence(base, 403, "没能确认您的身份", "请从企业微信里重新打开。", again)


def broken(base: str = "") -> Response:
    return _sentence(base, 500, "暂时打不开", "请稍后再试。一直打不开，请告诉管理员。")


def _sentence(base: str, status: int, title: str, text: str, again: str = "") -> Response:
    return page("sentence.html", base=base, status=status, title=title, text=text, again=again)
