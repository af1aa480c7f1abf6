"""督办清单 and 督办通报 as pages: for those who oversee, without what is private, safe whatever a title holds."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from bot.rules.delivery import Sent
from bot.rules.effects import CloseDeadlines, KeepMove, KeepReceipt, OpenDeadline, Record, Send
from bot.rules.item import Decision
from bot.rules.messages import Text
from storage.db import transaction
from storage.sending import claim, mark_failed, mark_sent
from tests.web.conftest import Site
from tests.web.samples import HE, HOUR, LIU, NOW, ORG, QIAN, SCRIPT, SECOND, WANG, XU, ZHAO, ZHOU, do, move
from tests.web.test_item import text_of


@pytest.mark.parametrize("place", ["/late", "/notice", "/notice?month=2025-03"])
def test_only_those_who_oversee(site: Site, place: str) -> None:
    for who, status in ((LIU, 200), (ZHOU, 200), (WANG, 404), (XU, 404), (ZHAO, 404)):
        assert site.opens(who, place).status_code == status


@pytest.mark.rule("saws-R30")
def test_the_list_of_what_is_late(site: Site, db: Database) -> None:
    """逾期在前, 谁办、晚多久、最近催办; 举报件只有编号、经办人和时间; 标题里的代码不执行。"""
    do(db, OpenDeadline("456:1:2", 456, NOW - 26 * HOUR, ()), now=NOW - 26 * HOUR)
    page = site.opens(ZHOU, "/late").text
    shown = text_of(page)

    assert "逾期 2 · 今天到期 1 · 在办 3" in shown
    assert "0123" in shown and "待审定" in shown and "逾期 3.0 小时" in shown and "最近催办 今天 08:30" in shown
    assert "0456" in shown and "内容保密" in shown and "逾期 1 个工作日" in shown
    for secret in ("瞒报", "13812345678"):
        assert secret not in page
    assert SCRIPT not in page and 'href="/i/123"' in page


def test_nothing_late_is_said(site: Site, db: Database) -> None:
    do(db, CloseDeadlines(123), CloseDeadlines(7), Record(LIU, "x"))
    shown = text_of(site.opens(LIU, "/late").text)
    assert "没有逾期的" in shown and "按单位" not in shown


def test_the_notice_of_a_month(site: Site, db: Database) -> None:
    """一件晚办了, 一件还没有办; 月份可以前后翻, 不到的月份没有下一月。"""
    do(db, OpenDeadline("456:1:1", 456, NOW - 50 * HOUR, ()), Record(QIAN, "x"), now=NOW - 60 * HOUR)
    page = site.opens(ZHOU, "/notice?month=2025-03").text
    shown = text_of(page)
    assert "督办通报" in shown and "2025年3月" in shown and "还没有办 2" in shown
    assert "内容保密" in shown and "瞒报" not in page and SCRIPT not in page
    assert "month=2025-02" in page and "month=2025-04" not in page

    do(
        db, KeepMove(123, move(2, HE, "unit_head", Decision.PASSED, SECOND, NOW, round=2)), CloseDeadlines(123),
        Record(HE, "同意", 123),
    )  # fmt: skip
    shown = text_of(site.opens(ZHOU, "/notice?month=2025-03").text)
    assert "已办 1" in shown and "还没有办 1" in shown and "3月18日 09:30" in shown
    assert "没有逾期的事项" in text_of(site.opens(ZHOU, "/notice").text)  # the month before


@pytest.mark.parametrize("query", ["?month=2025-13", "?month=2025-3", "?month=x", "?month=1999-01"])
def test_a_month_that_does_not_exist(site: Site, query: str) -> None:
    assert site.get(f"/notice{query}").status_code == 404


def test_whom_the_last_reminder_reached(site: Site, db: Database) -> None:
    """清单和留痕页都写明最近一次催办谁收到了、谁没有收到和为什么。"""
    for who in (HE, XU):
        do(db, Send(who, Text("【逾期】0123"), f"nag|{who}", item=123), Record("system", "催办", 123), now=NOW - HOUR)
        do(db, KeepReceipt("123:2:2", "over:1", who, f"nag|{who}"), Record("system", "催办", 123), now=NOW - HOUR)
    with transaction(db):
        for _ in range(2):
            job = claim(db, ORG, NOW - HOUR, HOUR)
            assert job
            if job.to == XU:
                mark_failed(db, ORG, job, NOW, code=81013, why="user not found")
            else:
                mark_sent(db, ORG, job, Sent("m"), NOW)
    listed, item = (text_of(site.opens(LIU, place).text) for place in ("/late", "/i/123"))

    assert "未送达：徐岩（不在应用可见范围）" in listed
    assert "逾期第 1 次催办" in item and "何平 已送达；徐岩 未送达（不在应用可见范围）" in item
