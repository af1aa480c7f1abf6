"""登录: each opening proves anew who opens; an answer that is not ours opens nothing."""

from __future__ import annotations

import pytest

from tests.web.conftest import PUBLIC, Site
from tests.web.samples import WANG

ITEM = "/i/123"
REFUSED = "请从企业微信里重新打开"


def test_a_page_begins_with_the_platforms_login(site: Site) -> None:
    redirect_uri, state = site.asks_login(ITEM)
    assert redirect_uri == f"{PUBLIC}/i/123"
    assert state.isalnum() and len(state) == 32
    assert site.asks_login(ITEM)[1] != state


def test_the_state_is_kept_in_a_short_cookie_of_that_page_alone(site: Site) -> None:
    cookie = site.get(ITEM).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" in cookie
    assert "Path=/i/123;" in cookie and "Max-Age=600" in cookie


def test_the_right_code_and_state_open_the_page(site: Site) -> None:
    answer = site.opens(WANG, ITEM)
    assert answer.status_code == 200 and "冬季用电安全小知识" in answer.text


def test_the_platforms_userid_counts_in_lower_case(site: Site) -> None:
    assert site.opens("WANG", ITEM).status_code == 200


def test_another_state_is_refused_before_the_code_is_used(site: Site) -> None:
    site.codes["good"] = WANG
    redirect_uri, _ = site.asks_login(ITEM)
    answer = site.comes_back(redirect_uri, "good", "0" * 32)
    assert answer.status_code == 403 and REFUSED in answer.text and "冬季用电" not in answer.text
    assert site.exchanged == []


def test_a_code_without_our_cookie_is_refused(site: Site) -> None:
    """Somebody else's link with a code in it does not log anybody in."""
    site.codes["good"] = WANG
    redirect_uri, state = site.asks_login(ITEM)
    site.browser.cookies.clear()
    assert site.comes_back(redirect_uri, "good", state).status_code == 403
    assert site.exchanged == []


@pytest.mark.parametrize(
    "query", ["code=x", "state=x", "code=&state=", "code=x&state=%E4%B8%AD", f"code={'c' * 513}&state=x"]
)
def test_half_an_answer_is_refused(site: Site, query: str) -> None:
    site.asks_login(ITEM)
    answer = site.get(f"{ITEM}?{query}")
    assert answer.status_code == 403 and REFUSED in answer.text


def test_a_code_the_platform_refuses_ends_at_the_sentence(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the page nor the log shows the code or the platform's reason."""
    caplog.set_level("DEBUG", logger="bot")
    redirect_uri, state = site.asks_login(ITEM)
    answer = site.comes_back(redirect_uri, "spent", state)
    assert answer.status_code == 403 and REFUSED in answer.text
    assert "spent" not in answer.text + caplog.text and "40029" not in answer.text + caplog.text


def test_an_empty_userid_is_nobody(site: Site) -> None:
    assert site.opens(" ", ITEM).status_code == 403


def test_going_back_to_a_spent_address_logs_in_again(site: Site) -> None:
    """后退: the code of that address is used up; the page asks for a new one instead of refusing."""
    site.codes["first"] = WANG
    redirect_uri, state = site.asks_login(ITEM)
    assert site.comes_back(redirect_uri, "first", state).status_code == 200
    again = site.comes_back(redirect_uri, "first", state)
    assert again.status_code == 302 and again.headers["location"].startswith("https://login.example/")
    assert site.exchanged == ["first"]


def test_nothing_of_a_session_stays(site: Site) -> None:
    site.opens(WANG, ITEM)
    assert site.get(ITEM).status_code == 302
    assert WANG not in str(site.browser.cookies)


def test_two_pages_do_not_disturb_each_others_login(site: Site) -> None:
    site.codes |= {"a": WANG, "b": WANG}
    item, record = site.asks_login(ITEM), site.asks_login(f"{ITEM}/record")
    assert site.comes_back(record[0], "b", record[1]).status_code == 200
    assert site.comes_back(item[0], "a", item[1]).status_code == 200


def test_the_month_that_was_asked_survives_the_login(site: Site) -> None:
    assert site.asks_login("/filings?month=3&next=https://evil.example")[0] == f"{PUBLIC}/filings?month=3"


def test_below_a_path_cookie_links_and_style_have_it_too(site_below: Site) -> None:
    first = site_below.get(ITEM)
    assert "Path=/shenfa/i/123;" in first.headers["set-cookie"]
    text = site_below.get("/nowhere").text
    assert 'href="/shenfa/pages.css?' in text
