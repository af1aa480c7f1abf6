"""信息公开保密审查记录: one form for each conclusion, bound to the very words it was about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from bot.rules.effects import KeepMove, KeepVersion, SaveItem
from bot.rules.item import Decision
from tests.web.conftest import Site
from tests.web.samples import FIRST, LIU, NOW, PETITION, RUNNING, SECOND, SUN, do, move
from tests.web.test_item import text_of


def forms(site: Site, place: str, who: str = LIU) -> list[str]:
    return site.opens(who, place).text.split("<article")[1:]


@pytest.mark.rule("saws-R15")
def test_each_conclusion_has_its_form(site: Site) -> None:
    held, returned, passed = forms(site, "/i/123/record")
    for form, chosen in ((held, "请示"), (returned, "不予公开"), (passed, "可以公开")):
        assert "<h1>信息公开保密审查记录</h1>" in form
        assert f'<span class="chosen">☑ {chosen}</span>' in form and form.count("☐") == 2
    assert FIRST.fingerprint in returned and "负荷不超过80%" in returned and "数据没有出处" in returned
    assert SECOND.fingerprint in passed and "不超负荷" in passed


@pytest.mark.rule("saws-R15")
def test_a_form_holds_what_the_law_asks(site: Site) -> None:
    passed = text_of(forms(site, "/i/123/record")[2])
    for shown in (
        "编号 0123", "承办单位 监管一司", "标题 冬季用电安全小知识", "起草人 王晓",
        f"第2版（校验 {SECOND.short_print}）",
        "校验一致", "图1 · png", "理由 —", "审查人 孙敏 保密审查员", "时间 2025年3月17日 15:30",
        "刘洋 2025年3月18日 09:30",
    ):  # fmt: skip
        assert shown in passed, shown


def test_a_text_that_is_not_the_one_decided_on_is_named(site: Site, db: Database) -> None:
    other = replace(FIRST, body="被换过的内容")
    do(
        db, SaveItem(replace(RUNNING, id=70, current=other)), KeepVersion(70, other),
        KeepMove(70, move(1, SUN, "secrecy", Decision.PASSED, FIRST, NOW)),
    )  # fmt: skip
    assert "校验不一致，请核对" in forms(site, "/i/70/record")[0]


def test_without_a_conclusion_the_page_says_so(site: Site, db: Database) -> None:
    do(db, SaveItem(replace(RUNNING, id=71)))
    do(db, SaveItem(replace(PETITION, id=72)))
    assert "还没有审查结论" in forms(site, "/i/71/record")[0]
    assert "还没有审查结论" in forms(site, "/i/72/record")[0]


def test_the_item_leads_to_its_form_where_there_is_one(site: Site) -> None:
    assert 'href="/i/123/record"' in site.opens(LIU, "/i/123").text
    assert "打印审查记录" not in site.opens(LIU, "/i/456").text
