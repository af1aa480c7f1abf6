"""字数(A14、A15、A21): a table of exact examples, both ways."""

from __future__ import annotations

import pytest

from bot.rules.textcheck import count_chars, over_limit

EXAMPLES = [
    # 汉字、全角
    ("安", 1, 1), ("安全生产月", 5, 5), ("〇々〆", 3, 3), ("㎡", 1, 1), ("①②③", 3, 3), ("ⅣⅤ", 2, 2),
    ("，。！？、；：", 7, 7), ("《》〈〉「」『』【】", 10, 10), ("“”‘’", 4, 4), ("……", 2, 2), ("——", 2, 2),
    ("·", 1, 1),
    ("ＡＢｃ１２", 5, 5), ("，\u3000。", 3, 3), ("％＃＠", 3, 3), ("￥100", 3, 4), ("℃", 1, 1), ("×÷±", 3, 3),
    # 半角, 单双数进位
    ("a", 1, 1), ("ab", 1, 2), ("abc", 2, 3), ("abcd", 2, 4), ("安a", 2, 2), ("安ab", 2, 3),
    ("a安b全c", 4, 5),
    ("2025年3月14日", 7, 10), ("12:30", 3, 5), ("100%", 2, 4), ("a b", 2, 3), ("  ", 1, 2),
    ("\t", 1, 1),
    ("(a)", 2, 3), ("3.14", 2, 4), ("A-1", 2, 3), ("$5", 1, 2), ("C++", 2, 3), ("ｱｲ", 1, 2),
    ("©", 1, 1),
    ("\u00a0\u2009", 1, 2), ("café", 2, 4), ("éé", 1, 2), ("e\u0301e\u0301", 1, 2),
    ("zhōng guó", 5, 9), ("ő", 1, 1),
    # emoji
    ("😀", 1, 1), ("😀😀", 2, 2), ("😀a", 2, 2), ("👍🏻👍🏿", 2, 2), ("👨‍👩‍👧‍👦", 1, 1), ("👩🏽‍🚀", 1, 1),
    ("🏳️‍🌈", 1, 1),
    ("🇨🇳🇭🇰", 2, 2), ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1, 1),
    ("#️⃣1️⃣", 2, 2),
    ("1⃣", 1, 1), ("❤", 1, 1), ("❤️‍🔥", 1, 1), ("☺︎", 1, 1), ("™️", 1, 1), ("安😀全", 3, 3),
    ("☎110", 3, 4),
    # 链接
    ("http://t.cn/A6", 10, 14), ("https://www.mem.gov.cn/xw/2025.shtml?a=1&b=2#x", 10, 46),
    ("见http://t.cn/a。", 12, 15),
    ("http://t.cn/a\nhttp://t.cn/b", 20, 26), ("http://t.cn/a,http://t.cn/b", 21, 27),
    ("http://t.cn/ahttp://t.cn/b", 20, 26),
    ("https://a.cn/?u=https://b.cn/1", 10, 30), ("(https://a.cn)", 11, 14), ("http://", 4, 7),
    ("ftp://a.cn", 5, 10),
    ("t.cn/a", 3, 6), ("HTTP://A.CN/中文", 12, 14),
    # 换行、看不见的
    ("甲\n乙", 2, 2), ("甲\r\n乙", 2, 2), ("甲\n\n\n乙", 2, 2), ("\u200b\u200d\ufeff", 0, 0),
    ("安\u200b全", 2, 2),
    ("甲\u2028乙", 2, 2), ("co\u00adop", 2, 4), ("", 0, 0), ("\x00\x07", 0, 0),
    # 话题、@、来源
    ("#安全生产月#", 6, 7), ("@应急管理部", 6, 6), ("@abc ", 3, 5), ("(来源:新华社)", 7, 8), ("#AI#@me", 4, 7),
    # 扩展汉字、组合
    ("𠮷野家", 3, 3), ("𪚥", 1, 1), ("\U00030000", 1, 1), ("葛\U000e0100飾", 2, 2), ("한국", 2, 2),
    ("が", 1, 1), ("か\u3099", 1, 1),
    ("д", 1, 1), ("ก็", 1, 1),
]  # fmt: skip


@pytest.mark.rule("saws-R9", "company-qiguanbu-R9", "hotel-dali-R9")
@pytest.mark.parametrize(("text", "half", "one"), EXAMPLES)
def test_exactly_so_many(text: str, half: int, one: int) -> None:
    """A14、A15: 汉字、全角 1, 半角 ½ 合计进位, 看不见的 0, emoji 1, 链接 10; “每个字符 1”一律 1, 链接按字符。"""
    assert (count_chars(text, "half"), count_chars(text, "one")) == (half, one)


@pytest.mark.rule("saws-R9")
@pytest.mark.parametrize("filler", ["安", "ab", "😀", "，"])
@pytest.mark.parametrize("limit", [140, 680])
def test_the_limit_itself_in_any_writing(filler: str, limit: int) -> None:
    """A21: 微信每条680字; 140、680 本身通过, 再多半个字也算超出1字。"""
    assert over_limit(filler * limit, limit) is None
    assert over_limit(filler * limit + "a", limit) == f"共{limit + 1}字，超出1字"
