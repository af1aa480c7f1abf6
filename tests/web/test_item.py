"""事项: one page says what it is, where it is, who did what; and only says it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlite_utils import Database

from bot.rules.effects import KeepMove, SaveItem
from bot.rules.item import Decision, State
from bot.web.pictures import kind_of
from storage.db import rows
from tests.web.conftest import Site
from tests.web.samples import DAY, FIRST, LIU, NOW, RUNNING, SCRIPT, SECOND, SUN, WANG, do, flow, move


def text_of(page: str) -> str:
    """What a person reads: without tags, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def page(site: Site) -> str:
    return site.opens(LIU, "/i/123").text


@pytest.mark.parametrize(
    "shown",
    [
        "事项 0123", "冬季用电安全小知识", "监管一司 · 王晓 · 第2版",
        "待审定", "何平（代李建国）", "今天 06:30，已逾期 3.0 小时", "截止 3月18日 06:30（放假安排未公布，暂定）",
        "政务微博 77/140 字", "政务微信 77/680 字", "“焦味”涉及禁止发布内容第1项",
        "起草人对“内部”的说明：引用公开文件的标题",
        "业务活动、安全生产知识、应急知识", "五(一)6", "政务微博 · 安全监管总局、政务微信 · 安全贝贝", "生产安全百科",
        "需要发布、回复或转发的其他事项（冬季用电高峰）", "宣传教育中心提供", "是（王晓）",
        "视频2 · mp4 · 5.1 MB · 请在对话里看", f"校验 {SECOND.short_print}", FIRST.fingerprint,
        "到期前2小时提醒", "逾期第 1 次催办 → 何平、李建国", "处理失败", "李建国 不在应用可见范围",
    ],
)  # fmt: skip
def test_the_page_tells(page: str, shown: str) -> None:
    assert shown in text_of(page)


def test_the_text_is_there_to_the_letter(page: str) -> None:
    assert f'<div class="text">{SECOND.text}</div>' in page


def test_the_chain_of_checks_in_order(page: str) -> None:
    """办理经过: the step's own words, reasons, versions; then where it is, and what comes."""
    trail = text_of(page.partition('<ol class="trail">')[2].partition("</ol>")[0])
    order = [
        "送审", "保密审查 请示", "请示宣教中心", "保密审查 不予公开", "数据没有出处", "第2版", "保密审查 可以公开",
        "孙敏 · 保密审查员", "3月17日 15:30", "审定", "何平（代李建国）", "现在", "发布", "本单位授权发布人员",
    ]  # fmt: skip
    place = 0
    for words in order:
        assert words in trail[place:], words
        place = trail.index(words, place)


def test_a_picture_is_part_of_the_page(page: str) -> None:
    assert page.count('<img src="data:image/png;base64,iVBOR') == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a..", "image/gif"), (b"<svg onload=x>", ""), (b"", "")],
)
def test_only_pictures_that_are_pictures_are_shown(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


def test_pictures_beyond_the_budget_are_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.pictures.shown.__defaults__", (100,))
    page = site.opens(LIU, "/i/123").text
    assert "<img" not in page and "图片太多，这张请在对话里看" in page


def test_links_and_filing_of_a_published_item(site: Site) -> None:
    page = site.opens(WANG, "/i/121").text
    assert '<a href="https://mp.weixin.example/s/9f3kQ2v" rel="noopener noreferrer">' in page
    for shown in ("已发布", "未发：已停用", "备 2025-003", "刘洋 · 3月10日 17:05"):
        assert shown in text_of(page)


def test_nothing_that_was_typed_becomes_markup(site: Site) -> None:
    """<script> in every field of every kind; a javascript: link stays words."""
    page = site.opens(LIU, "/i/7").text
    assert page.count("&lt;script&gt;") >= 15
    assert SCRIPT not in page and "<script" not in page and 'href="javascript' not in page
    assert 'onload="x' not in page and "&amp;amp; &lt;b&gt;" in page
    assert "<script" not in site.opens(SUN, "/i/7/record").text + site.opens(LIU, "/filings").text


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"state": State.PREPARING, "flow": None, "position": 0, "round": 0}, "未送审"),
        ({"state": State.WITHDRAWN}, "已撤回"),
        ({"position": 0}, "已退回修改"),
        ({"position": 3}, "待发布"),
        ({"unit": "没有人的司"}, "暂无人可办"),
        ({"channels": ("gone",), "current": replace(SECOND, title="", media=())}, "（无标题）"),
    ],
)
def test_an_item_at_any_place_has_its_page(site: Site, db: Database, changes: dict[str, object], shown: str) -> None:
    do(db, SaveItem(replace(RUNNING, id=50, **changes)))  # type: ignore[arg-type]
    answer = site.opens(LIU, "/i/50")
    assert answer.status_code == 200 and shown in text_of(answer.text)


def test_a_check_before_a_change_of_flow_keeps_its_own_words(site: Site, db: Database) -> None:
    """统一安排 belongs to the former flow: where it cannot be told for certain only the person and 同意 are shown."""
    moved = replace(RUNNING, id=60, flow=flow("business"), position=1, round=2)
    do(
        db, SaveItem(moved),
        KeepMove(60, move(0, WANG, "informant", Decision.SUBMITTED, FIRST, NOW - DAY)),
        KeepMove(60, move(1, SUN, "secrecy", Decision.PASSED, FIRST, NOW - DAY)),
        KeepMove(60, move(2, "zhou", "central_head", Decision.PASSED, FIRST, NOW - DAY)),
        KeepMove(60, move(3, LIU, "", Decision.MOVED, FIRST, NOW - DAY, reason="属业务活动")),
    )  # fmt: skip
    trail = text_of(site.opens(LIU, "/i/60").text.partition('<ol class="trail">')[2].partition("</ol>")[0])
    assert "保密审查 可以公开" in trail and "同意 周婷 · 宣教办负责人" in trail
    assert "审定 同意" not in trail and "已发布" not in trail
    assert "可以公开" in text_of(site.opens(LIU, "/i/60/record").text)


def test_opening_pages_changes_nothing(site: Site, db: Database) -> None:
    def state() -> list[tuple[str, int]]:
        names = [row["name"] for row in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(name, rows(db, f"SELECT count(*) AS n FROM \"{name}\"")[0]["n"]) for name in names]

    before, version = state(), rows(db, "PRAGMA data_version")[0][0]
    for place in ("/i/123", "/i/123/record", "/filings", "/filings.xlsx", "/i/999"):
        site.opens(LIU, place)
    assert state() == before and rows(db, "PRAGMA data_version")[0][0] == version
