"""修改对照: what changed is marked, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.difference import changes, marked

LONG = "各单位要认真落实安全生产责任制,切实加强组织领导,确保各项工作落到实处。"


@pytest.mark.rule("saws-R14")
@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("整改率30%。", "整改率35%。", "整改率【删:30%】【增:35%】。"),
        ("计划3月完成", "计划4月完成", "计划【删:3】【增:4】月完成"),
        ("停水通知", "停电通知", "停【删:水】【增:电】通知"),
        ("甲乙", "甲乙丙", "甲乙【增:丙】"),
        ("甲乙丙", "乙丙", "【删:甲】乙丙"),
        ("", "新稿", "【增:新稿】"),
        ("旧稿", "", "【删:旧稿】"),
        ("第一行\n第二行", "第一行第二行", "第一行【删:↵】第二行"),
        ("救出3人👨‍👩‍👧", "救出3人👨‍👩‍👦", "救出3人【删:👨‍👩‍👧】【增:👨‍👩‍👦】"),
        (f"{LONG}整改率30%。{LONG}", f"{LONG}整改率35%。{LONG}",
         "……各项工作落到实处。整改率【删:30%】【增:35%】。各单位要认真落实安全生……"),
        ("没有改动", "没有改动", ""),
    ],
)
def test_changes_are_marked(old: str, new: str, shown: str) -> None:
    """重新送审时只标改动; 数字整个替换; 没改的长段缩略。"""
    assert marked(old, new) == shown


TEXTS = st.text(st.sampled_from("安全生产30%,。\nab👍"), max_size=60)


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_back(old: str, new: str) -> None:
    """留下加删除的就是旧稿, 留下加增加的就是新稿: 对照不多一字, 不少一字。"""
    found = changes(old, new)
    assert "".join(text for op, text in found if op != 1) == old
    assert "".join(text for op, text in found if op != -1) == new


@given(TEXTS, TEXTS)
def test_only_identical_texts_have_no_marks(old: str, new: str) -> None:
    """两版相同才没有标记。"""
    assert (marked(old, new) == "") == (old == new)


def test_a_rewritten_article_is_shown_as_a_whole() -> None:
    """两篇毫不相干的长文不逐字比, 整段标删、整段标增。"""
    old, new = "甲乙丙丁戊己庚辛" * 600, "天地玄黄宇宙洪荒" * 600
    assert marked(old, new) == f"【删:{old}】【增:{new}】"
