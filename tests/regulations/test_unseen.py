"""A regulation that no test and no code has seen before: it loads, it draws, it compares, without a line of Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.chinese_wrap import fold
from bot.regulation import describe, header, hints, load, shipped
from bot.regulation_difference import difference, lines
from bot.rules.regulation import Regulation

FILE = Path(__file__).parent / "unseen.toml"
UNSEEN = load(FILE)


def drawn(regulation: Regulation, width: int = 80) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(header(regulation))
        for flow in regulation.flow:
            console.print(describe(regulation, flow))
    return capture.get()


def test_it_has_neither_problems_nor_hints() -> None:
    """没见过的制度读得进来, 没有问题, 也没有可提示的。"""
    assert hints(FILE) == []
    assert (len(UNSEEN.flow), len(UNSEEN.channel), len(UNSEEN.role)) == (10, 3, 10)


@pytest.mark.parametrize(
    "words",
    [
        "会签：同时送下列各方，全部同意才继续", "├ 医务审核员", "└ 伦理审核员", "若稿件类别=新闻（否则跳过）",
        "期限 停诊日期提前1天", "迟了仍可提交，标为迟报", "期限 停诊日期提前12小时", "办后 账号 → 在用",
        "逾期 账号 → 停用",
        "每年12月，每个账号一份", "账号责任人换人时", "每天20:00，一份", "每周周四，一份", "每月，每个承办单位一份",
        "选定承办单位，可以选几个", "分给几个单位的，各单位各办一份", "↻ 可多次办理，直到办结",
        "不归本单位→第2步 分给各科室",
        "退回→第3步 编辑改写", "待补材料→留在本环节", "存《医学伦理会签单》",
        "没有人时不能送审“本科室还没有主任，不能送审”",
        "常用理由 数据有误、患者未同意", "报送备案：医务审核员 · 存档：科室通讯员 · 责任人：科室主任",
        "保密：内容只给经办人看",
        "首诊日期还没有到：“患者尚未就诊”", "须填 批准文号（文字）", "“包治”→请写明适应证和有效率的出处",
        "期限 下一个周五",
        "每周两条健康科普（应不小于2）", "市第三医院、市三院", "一天到 23:00 为止", "须经宣传科长授权",
    ],
)
def test_the_picture_says(words: str) -> None:
    """画出来看得到: 会签并列、条件、期限、账号的变化、自动发起、分办之后各单位各办。"""
    plain = "".join(line.strip("│ ") for line in drawn(UNSEEN).splitlines())
    assert words.replace(" ", "") in plain.replace(" ", "")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("slug", [*shipped(), str(FILE)])
def test_no_line_is_wider_than_the_terminal(slug: str, width: int) -> None:
    """汉字占两格, 画出的每一行都不超过终端的宽度。"""
    assert max(cell_len(line) for line in drawn(load(slug), width).splitlines()) <= width


@pytest.mark.parametrize("slug", shipped())
def test_it_can_be_compared_with_every_other(slug: str) -> None:
    """与自带的每一部都比得出差别, 两个方向行数的增减相对。"""
    there, back = list(lines(UNSEEN, load(slug))), list(lines(load(slug), UNSEEN))
    assert there and back
    assert difference(UNSEEN, load(slug)).keys() == difference(load(slug), UNSEEN).keys()


@pytest.mark.parametrize(
    ("words", "width", "folded"),
    [
        ("一二三四五", 6, ["一二三", "四五"]),
        ("一二三，四五", 6, ["一二", "三，四", "五"]),
        ("一二“三四”五", 5, ["一二", "“三", "四”五"]),
        ("不小于500MB", 8, ["不小于", "500MB"]),
        ("甲 → 乙", 4, ["甲 →", "乙"]),
        ("", 6, [""]),
    ],
)
def test_chinese_breaks_anywhere_but_before_a_closing_mark(words: str, width: int, folded: list[str]) -> None:
    """汉字之间都能换行; 标点不放在行首, 数字和字母不拆开。"""
    assert list(fold(words, width)) == folded
