"""The pages of WeCom's built-in browser. They only read: whatever is opened, nothing changes.

    /i/{id}          one item            /filings         备案登记, for those who oversee
    /i/{id}/record   审查记录, to print   /filings.xlsx    the same to download
    /opinions/{id}.xlsx  the opinions collected under an activity
    /archive         存档, as it is typed  /archive.zip    the same to take away
    /late            督办清单             /notice          督办通报 of a month, to print; for those who oversee
    /healthz         "ok", without login

The application joins them:  Starlette(routes=[*routes(pages), …], exception_handlers=error_pages(pages.base))
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import BEIJING
from bot.web import answer
from bot.web.archive import MOST, looked_for, months, packed, shown
from bot.web.case import open_case
from bot.web.filings import Period, filed_in
from bot.web.given import Pages
from bot.web.item_view import item_view, outline
from bot.web.login import used, who_opens
from bot.web.opinions import opinions
from bot.web.overdue import late_list, notice
from bot.web.record_view import record_view
from bot.web.sight import Sight
from bot.web.words import full_moment
from bot.web.workbook import TYPE, disposition, workbook
from storage.read import Reader

__all__ = ["Pages", "error_pages", "routes"]

log = logging.getLogger(__name__)

ID = re.compile(r"[0-9]{1,9}")
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
YEARS = range(2000, 2101)
LONGEST_SAID = 40


class NoSuchPage(Exception):
    """The address, or what it asks for, does not exist; for this person."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Who opened a page, and what it may read with."""

    pages: Pages
    userid: str
    reader: Reader


def routes(pages: Pages) -> list[Route | Mount]:
    def at(path: str, page: ASGIApp) -> Route:
        return Route(path, page)

    return [
        at("/i/{id}", Page(pages, _item_place, _item)),
        at("/i/{id}/record", Page(pages, _record_place, _record)),
        at("/filings", Page(pages, _filings_place, _filings)),
        at("/filings.xlsx", Page(pages, _workbook_place, _workbook)),
        at("/late", Page(pages, lambda _: "/late", _late)),
        at("/notice", Page(pages, _notice_place, _notice)),
        at("/opinions/{id}.xlsx", Page(pages, _opinions_place, _opinions)),
        at("/archive", Page(pages, _archive_place, _archive)),
        at("/archive.zip", Page(pages, _pack_place, _pack)),
        at("/healthz", Open(lambda: answer.plain("ok"))),
        at("/pages.css", Open(answer.style)),
    ]


def error_pages(base: str = "") -> Mapping[int, Callable[[Request, Exception], Awaitable[Response]]]:
    """For the application's own 404, 405 and 500: the same plain sentences, without details."""

    def always(sentence: Callable[[str], Response]) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handler(_: Request, __: Exception) -> Response:
            return sentence(base)

        return handler

    return {404: always(answer.not_found), 405: always(answer.wrong_method), 500: always(answer.broken)}


# ---- what every page goes through -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Method, address, login, right, page; what fails on the way ends in a sentence.

    `place`: the page's own path with the part of the query it knows. Raises NoSuchPage, as `show` does.
    """

    pages: Pages
    place: Callable[[Request], str]
    show: Callable[[Opened, Request], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except NoSuchPage:
            response = answer.not_found(self.pages.base)
        except Exception:
            log.exception("%s failed", request.scope["path"])
            response = answer.broken(self.pages.base)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "GET":
            return answer.wrong_method(self.pages.base)
        place = self.place(request)
        who = await who_opens(request, self.pages, place)
        if isinstance(who, Response):
            return who
        return used(await run_in_threadpool(self._show, who, request), self.pages, place)

    def _show(self, userid: str, request: Request) -> Response:
        """In one thread, with a reader of its own."""
        with self.pages.open_reader() as reader:
            try:
                return self.show(Opened(self.pages, userid, reader), request)
            except NoSuchPage:
                return answer.not_found(self.pages.base)


@dataclass(frozen=True, slots=True)
class Open:
    """Without login."""

    make: Callable[[], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = scope["method"] in ("GET", "HEAD")
        await (self.make() if allowed else answer.wrong_method())(scope, receive, send)


# ---- one item -------------------------------------------------------------------------------------------------------


def _id(request: Request) -> int:
    text = request.path_params["id"]
    if not ID.fullmatch(text):
        raise NoSuchPage
    return int(text)


def _item_place(request: Request) -> str:
    return f"/i/{_id(request)}"


def _record_place(request: Request) -> str:
    return f"/i/{_id(request)}/record"


def _item(opened: Opened, request: Request) -> Response:
    pages, found = opened.pages, open_case(opened.pages, opened.reader, opened.userid, _id(request))
    if found is None:
        raise NoSuchPage
    case, seen = found
    looked = f"{case.name(opened.userid)} {full_moment(case.now)} 查看"
    if seen is Sight.OUTLINE:
        return answer.page("outline.html", base=pages.base, item=outline(case), looked=looked)
    links = {"record": pages.base + _record_place(request)}
    return answer.page("item.html", base=pages.base, item=item_view(case, pages), links=links, looked=looked)


def _record(opened: Opened, request: Request) -> Response:
    found = open_case(opened.pages, opened.reader, opened.userid, _id(request))
    if found is None or found[1] is not Sight.ALL:
        raise NoSuchPage
    case, _ = found
    view, by = record_view(case), case.name(opened.userid)
    return answer.page("record.html", base=opened.pages.base, record=view, by=by)


# ---- filings --------------------------------------------------------------------------------------------------------


def _number(request: Request, name: str, allowed: range, missing: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return missing
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) not in allowed:
        raise NoSuchPage
    return int(text)


def _period(request: Request, pages: Pages) -> Period:
    this_year = pages.clock.now().astimezone(BEIJING).year
    return Period(_number(request, "year", YEARS, this_year), _number(request, "month", range(1, 13), 0))


def _query(request: Request) -> str:
    """As it was asked, so that the page after the login is the one that was opened."""
    year, month = _number(request, "year", YEARS, 0), _number(request, "month", range(1, 13), 0)
    parts = [f"{name}={value}" for name, value in (("year", year), ("month", month)) if value]
    return f"?{'&'.join(parts)}" if parts else ""


def _filings_place(request: Request) -> str:
    return "/filings" + _query(request)


def _workbook_place(request: Request) -> str:
    return "/filings.xlsx" + _query(request)


def _filings(opened: Opened, request: Request) -> Response:
    pages = opened.pages
    period = _period(request, pages)
    year = filed_in(Period(period.year), opened.userid, pages, opened.reader)
    if year is None:
        raise NoSuchPage
    rows = [row for row in year if period.month in (0, row.month)]
    return answer.page(
        "filings.html", base=pages.base, period=period, rows=rows, months={row.month for row in year},
        waiting=sum(not row.acknowledged_by for row in rows),
    )  # fmt: skip


def _workbook(opened: Opened, request: Request) -> Response:
    period = _period(request, opened.pages)
    rows = filed_in(period, opened.userid, opened.pages, opened.reader)
    if rows is None:
        raise NoSuchPage
    return answer.download(workbook(rows, period), TYPE, disposition(period))


# ---- 督办 -----------------------------------------------------------------------------------------------------------


def _late(opened: Opened, request: Request) -> Response:
    found = late_list(opened.userid, opened.pages, opened.reader)
    if found is None:
        raise NoSuchPage
    return answer.page("late.html", base=opened.pages.base, late=found)


def _month(request: Request) -> str:
    """2025-03; "" for the month before this one."""
    said = request.query_params.get("month", "")
    if said and not (MONTH.fullmatch(said) and int(said[:4]) in YEARS):
        raise NoSuchPage
    return said


def _notice_place(request: Request) -> str:
    month = _month(request)
    return f"/notice?month={month}" if month else "/notice"


def _notice(opened: Opened, request: Request) -> Response:
    found = notice(_month(request), opened.userid, opened.pages, opened.reader)
    if found is None:
        raise NoSuchPage
    return answer.page("notice.html", base=opened.pages.base, notice=found)


# ---- opinions of an activity ----------------------------------------------------------------------------------------


def _opinions_place(request: Request) -> str:
    return f"/opinions/{_id(request)}.xlsx"


def _opinions(opened: Opened, request: Request) -> Response:
    """For those who may see the activity, and those who collect comments."""
    found = opinions(_id(request), opened.userid, opened.pages, opened.reader)
    if found is None:
        raise NoSuchPage
    name, content = found
    disposition = f"attachment; filename=\"opinions.xlsx\"; filename*=UTF-8''{quote(name)}"
    return answer.download(content, TYPE, disposition)


# ---- the archive ----------------------------------------------------------------------------------------------------


def _said(request: Request) -> str:
    """What is looked for, as it is typed in chat."""
    said = request.query_params.get("q", "")
    if len(said) > LONGEST_SAID or "\n" in said:
        raise NoSuchPage
    return said.strip()


def _archive_place(request: Request) -> str:
    return "/archive" + _said_again(request)


def _pack_place(request: Request) -> str:
    return "/archive.zip" + _said_again(request)


def _said_again(request: Request) -> str:
    said = _said(request)
    return f"?q={quote(said)}" if said else ""


def _archive(opened: Opened, request: Request) -> Response:
    """Empty for who may look at none of it: nobody can tell whether there is something."""
    pages = opened.pages
    wanted, rows = looked_for(_said(request), opened.userid, pages, opened.reader)
    return answer.page(
        "archive.html", base=pages.base, label=wanted.label, count=len(rows), rows=shown(rows, opened.reader),
        most=MOST, months=months(rows), words=" ".join(wanted.words),
    )  # fmt: skip


def _pack(opened: Opened, request: Request) -> Response:
    wanted, rows = looked_for(_said(request), opened.userid, opened.pages, opened.reader)
    if not rows:
        raise NoSuchPage
    if len(rows) > MOST:
        return answer.too_much(opened.pages.base, MOST)
    name = f"存档 {wanted.label}.zip"
    disposition = f"attachment; filename=\"archive.zip\"; filename*=UTF-8''{quote(name)}"
    return answer.streamed(packed(rows, wanted.label, opened.pages), "application/zip", disposition)
