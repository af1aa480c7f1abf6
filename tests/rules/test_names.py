"""保留字样: 公司名称、简称、证券代码不得用在昵称、账号名、群名里。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.regulation import load
from bot.rules.names import reserved_in

CITICS = load("citics").reserved_names


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("citics小王", ("CITICS",)),
        ("ＣＩＴＩＣＳ小王", ("CITICS",)),
        ("C I T-I.C_S 小王", ("CITICS",)),
        ("中信小王", ("中信",)),
        ("中·信 小王", ("中信",)),
        ("【中】【信】", ("中信",)),
        ("中\u200b信", ("中信",)),
        ("中信证券VIP交流群", ("中信证券",)),
        ("中信證券", ("中信证券",)),
        ("中信证券股份有限公司", ("中信证券股份有限公司",)),
        ("中信证券股份有限公司北京营业部", ("中信证券股份有限公司",)),
        ("中信证券和中信", ("中信证券", "中信")),
        ("Citics_中信", ("CITICS", "中信")),
        ("中☆信", ("中信",)),
        ("小王", ()),
        ("信中", ()),
        ("", ()),
    ],
)
@pytest.mark.rule("citics-R1", "citics-R2")
def test_reserved_words_are_found_however_written(name: str, found: tuple[str, ...]) -> None:
    """昵称“citics小王”命中 CITICS: 不论大小写、全角、空格、夹杂的标点和繁体; 互相包含的只报最长的。"""
    assert reserved_in(name, CITICS) == found


@pytest.mark.rule("listed-company-ir-R5")
def test_a_stock_code_is_reserved() -> None:
    """保留“600XXX”, 账号“600XXX小编”命中。"""
    assert reserved_in("600xxx小编", ("600XXX", "某某股份")) == ("600XXX",)
    assert reserved_in("小编600", ("600XXX", "某某股份")) == ()


def test_nothing_reserved_finds_nothing() -> None:
    """没有保留字样, 或写成空的, 什么都不命中。"""
    assert reserved_in("中信", ()) == reserved_in("中信", ("", "·")) == ()


@given(st.sampled_from(CITICS), st.lists(st.sampled_from(" ·-_.～【】\u3000\u200b"), min_size=30, max_size=30))
def test_whatever_is_put_between_the_letters(word: str, between: list[str]) -> None:
    """字与字之间插什么标点、空格都藏不住。"""
    name = "".join(char + mark for char, mark in zip(word, between, strict=False)) + "交流群"
    assert reserved_in(name, CITICS) == (word,)
