"""更正和撤下 on the page of the original (A45): the text stays, and it says what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from bot.rules import aftermath
from bot.rules.effects import KeepMove, SaveItem
from bot.rules.item import Decision, Media, State
from tests.web.conftest import Site
from tests.web.samples import CHEN, FIRST, HOUR, LIU, NOW, RUNNING, do, filed, flow, move
from tests.web.test_item import text_of

ORIGINAL = replace(RUNNING, flow=flow("business"))
WAYS = {
    "correct": (aftermath.correction(ORIGINAL, "informant"), {"published_at": NOW, "position": 3}, "已更正，见 0802"),
    "takedown": (aftermath.taking_down(ORIGINAL, "informant"), {"position": 2}, "已撤下（0802）"),
    "urgent": (aftermath.taken_down_at_once(ORIGINAL, "publisher"), {"position": 2}, "（0802，已确认）：写错了"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_original_says_what_became_of_it(way: str, site: Site, db: Database) -> None:
    """原稿的网页写明由哪一件、何时、由谁更正或撤下; 原文还在。"""
    route, more, shown = WAYS[way]
    filed(db, 801, "2025-801", "停水通知", NOW - HOUR)
    before = site.opens(LIU, "/i/801").text
    done = replace(
        RUNNING, id=802, flow=route, state=State.DONE, about=801, form={"撤下理由": "写错了"}, current=FIRST,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    do(db, SaveItem(done), KeepMove(802, move(3, CHEN, "publisher", Decision.DONE, FIRST, NOW)))

    page = text_of(site.opens(LIU, "/i/801").text)
    assert shown not in text_of(before) and shown in page
    assert "停水通知" in page


def test_a_linked_video_shows_its_address(site: Site, db: Database) -> None:
    """链接登记的视频: 网页上有链接、大小和格式。"""
    video = Media("https://pan.example.com/s/1", "video", size=120 * 1024 * 1024, format="mp4")
    do(db, SaveItem(replace(RUNNING, id=803, current=replace(FIRST, media=(video,)))))
    assert "mp4 · 120.0 MB · https://pan.example.com/s/1" in text_of(site.opens(LIU, "/i/803").text)
