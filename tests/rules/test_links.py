"""发布结果: a publisher's lines as links and omissions; a remark is neither."""

from __future__ import annotations

import pytest

from bot.rules.links import Results, read_results

PLATFORMS = ("新华网", "人民网", "腾讯网", "新浪网", "腾讯微信公众服务号")


@pytest.mark.rule("saws-R2")
@pytest.mark.parametrize(
    ("line", "links", "omitted"),
    [
        ("新浪网 https://weibo.com/1", {"新浪网": "https://weibo.com/1"}, {}),
        ("https://weibo.com/1", {"新浪网": "https://weibo.com/1"}, {}),
        ("https://mp.weixin.qq.com/s/1", {"腾讯微信公众服务号": "https://mp.weixin.qq.com/s/1"}, {}),
        ("微信：https://example.com/1", {"腾讯微信公众服务号": "https://example.com/1"}, {}),
        ("人民网https://t.people.com.cn/1。", {"人民网": "https://t.people.com.cn/1。"}, {}),
        ("腾讯网 已停用", {}, {"腾讯网": "已停用"}),
        ("腾讯网：平台故障", {}, {"腾讯网": "平台故障"}),
        ("腾讯网没发，平台故障", {}, {"腾讯网": "没发，平台故障"}),
        ("微信没发：今天已群发一次", {}, {"腾讯微信公众服务号": "没发：今天已群发一次"}),
        ("新华 未发", {}, {"新华网": "未发"}),
    ],
)
def test_a_line_says_what_became_of_a_platform(line: str, links: dict[str, str], omitted: dict[str, str]) -> None:
    """一行一个平台: 链接, 或没发的原因。"""
    found = read_results(line, PLATFORMS, PLATFORMS)
    assert ({k: v.rstrip("。") for k, v in found.links.items()}, found.omitted) == (
        {k: v.rstrip("。") for k, v in links.items()},
        omitted,
    )
    assert found.unclear == ()


@pytest.mark.parametrize(
    "line",
    [
        "微信公众号明天上午再发，等我一下",
        "新华网和人民网的编辑都在等",
        "已经发了",
        "腾讯网",
        "https://example.com/unknown",
    ],
)
def test_a_remark_leaves_nothing_out(line: str) -> None:
    """随口一句不算结果, 不会让发布误办结。"""
    assert read_results(line, PLATFORMS, PLATFORMS) == Results(unclear=(line,))


def test_the_only_gap_takes_a_bare_link() -> None:
    """只缺一个平台时, 不认识的网址就是它的。"""
    assert read_results("https://example.com/1", PLATFORMS, ("人民网",)).links == {"人民网": "https://example.com/1"}
