"""Headers, methods and addresses: every answer is strict, and a wrong one is a plain sentence."""

from __future__ import annotations

import pytest

from tests.web.conftest import Site
from tests.web.samples import LIU

BAD = (
    "/i/", "/i/abc", "/i/-1", "/i/1e3", "/i/1234567890", "/i/１２", "/i/1%00", "/i/123/other", "/i/x/record",
    "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("place", ["/i/123", "/i/123/record", "/filings", "/filings.xlsx", "/i/999"])
def test_every_page_is_strict(site: Site, place: str) -> None:
    for answer in (site.get(place), site.opens(LIU, place)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy


@pytest.mark.parametrize("place", ["/i/123", "/i/123/record", "/filings"])
def test_a_page_needs_nothing_from_elsewhere(site: Site, place: str) -> None:
    """No script, no inline style, one style sheet of our own."""
    page = site.opens(LIU, place).text
    assert "<script" not in page and "style=" not in page and "<style" not in page
    assert page.count('rel="stylesheet"') == 1 and 'href="/pages.css?v=' in page


@pytest.mark.parametrize("place", BAD)
def test_a_bad_address_is_a_plain_page(site: Site, place: str) -> None:
    answer = site.get(place)
    assert answer.status_code == 404 and "没有这一页" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"])
@pytest.mark.parametrize("place", ["/i/123", "/i/123/record", "/filings", "/filings.xlsx"])
def test_another_method_is_refused_in_chinese(site: Site, method: str, place: str) -> None:
    answer = site.browser.request(method, place)
    assert answer.status_code == 405 and answer.headers["allow"] == "GET"
    assert method == "HEAD" or "不能这样打开" in answer.text
    assert site.exchanged == []


def test_a_failure_shows_no_details(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("table items is gone")

    monkeypatch.setattr("bot.web.pages.open_case", broken)
    answer = site.opens(LIU, "/i/123")
    assert answer.status_code == 500 and "请稍后再试" in answer.text and "items" not in answer.text


def test_health_needs_no_login_and_tells_nothing(site: Site) -> None:
    answer = site.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert site.browser.request("HEAD", "/healthz").status_code == 200
    assert site.browser.request("POST", "/healthz").status_code == 405


def test_the_style_may_be_kept(site: Site) -> None:
    answer = site.get("/pages.css")
    assert answer.headers["content-type"].startswith("text/css") and "max-age" in answer.headers["cache-control"]
    assert "url(" not in answer.text and "@import" not in answer.text
