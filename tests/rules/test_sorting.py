"""分办建议 and 主题: what a text proposes, which texts are alike, which subjects rise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.regulation import load
from bot.rules.regulation import Flow, Kind
from bot.rules.sorting import SortingWord, accuses, alike, closes, pairs, propose
from bot.rules.subjects import rising

FLOWS = load("saws").flows(Kind.COMMENT)
WORDS = (
    SortingWord("证", "信息中心"), SortingWord("许可证", "政策法规司", "", "办证"),
    SortingWord("建议", "", "suggestion"),
)  # fmt: skip
UNITS = {"inquiry": ("政策法规司", "信息中心"), "suggestion": ("政策法规司", "信息中心")}


def units(flow: Flow) -> tuple[str, ...]:
    return UNITS.get(flow.id, ())


@pytest.mark.parametrize(
    ("text", "flow", "unit", "subject", "why"),
    [
        ("要不要办许可证", "inquiry", "政策法规司", "办证", "词：许可证"),  # the longer word stands
        ("要不要办許可證", "inquiry", "政策法规司", "办证", "词：许可证"),
        ("建议开设许可证专栏", "suggestion", "政策法规司", "办证", "词：许可证、建议"),
        ("什么时候上班", "inquiry", "", "", ""),
        ("举报许可证造假", "petition", "", "办证", "词：举报"),
        ("老板拖欠工资，电话13912345678", "petition", "", "", "词：拖欠＋手机号"),
        ("老板拖欠工资", "inquiry", "", "", ""),
        ("请打13912345678联系我", "inquiry", "", "", ""),
    ],
)
def test_what_a_text_proposes(text: str, flow: str, unit: str, subject: str, why: str) -> None:
    """词表里的词、电话加指控、举报信访，各建议各的；最后才是第一类，不替人猜单位。"""
    found = propose(text, FLOWS, WORDS, units)
    assert (found.flow.id, found.unit, found.subject, found.why) == (flow, unit, subject, why)


def test_malicious_words_only_propose_and_petitions_come_first() -> None:
    """恶意词只是建议；既举报又骂人的，先是举报。"""
    assert propose("一群蠢驴", FLOWS, (), units, malicious=["蠢驴"]).flow.id == "malicious"
    assert propose("举报这群蠢驴", FLOWS, (), units, malicious=["蠢驴"]).flow.id == "petition"
    assert [flow.id for flow in FLOWS if closes(flow)] == ["malicious"]


def test_one_like_it_lends_its_unit() -> None:
    """没有词时, 用同样的问题上次交给的单位; 不能交的单位不建议。"""
    assert propose("上班时间", FLOWS, (), units, like="信息中心").unit == "信息中心"
    assert propose("上班时间", FLOWS, (), units, like="月球司").unit == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("你们网站的证书查询一直打不开", "请问证书查询为什么打不开啊", True),
        ("证书查询打不开 https://weibo.com/1", "@安全监管总局 #证书# 证书查询打不开！！", True),
        ("证书查询打不开", "停车位太少了能不能多建", False),
        ("好", "好", False),
        ("小微企业要不要办许可证", "小微企业能贷款吗", False),
    ],
)
def test_likeness(one: str, other: str, same: bool) -> None:
    assert alike(pairs(one), pairs(other)) is same


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    assert alike(pairs(one), pairs(other)) == alike(pairs(other), pairs(one))
    assert isinstance(accuses(one), str)


def test_what_rises_most_stands_first() -> None:
    """weibo-significance-R2: 17 against 3 is +14."""
    found = rising({"停车难": 17, "公交": 15, "": 8}, {"停车难": 3, "公交": 10, "噪声": 6})
    assert [(one.subject, one.by) for one in found] == [("停车难", 14), ("公交", 5), ("噪声", -6)]
