"""粘贴来的评论: what people really copy, taken apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.comments import BEIJING, Comment
from bot.rules.pasting import MOST_TEXT, Pasted, correct, read
from tests.rules.test_moments import NOW

PLATFORMS = ("新浪网", "人民网", "腾讯微信公众服务号", "政务微博", "政务微信")
B = "https://weibo.com/1/b"
PAGE = """网友甲
小微企业要不要办安全生产许可证？
今天 09:12 来自 iPhone客户端
回复
赞 3
路过的人
：希望多发一些用电知识。
第二段也是他的。

3月14日 17:05 来自 北京
转发 1 评论 2 赞[12]
"""
APP = """路人甲  昨天 23:50
请问培训证书怎么查询
在哪个网站

王先生 周五 14:20
你们电话打不通"""


def shown(pasted: Pasted) -> list[tuple[str, str, str, str, str]]:
    return [
        (c.platform, c.netizen, f"{c.posted_at:%m-%d %H:%M}", c.text, c.link)
        for c in (one.comment for one in pasted.comments)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"微博 @网友甲 09:12 内容在这里 {B}",
         ("微博", "网友甲", "03-17 09:12", "内容在这里", B)),
        ("评论 微博 @网友甲 09:12 内容在这里",
         ("微博", "网友甲", "03-17 09:12", "内容在这里", "")),
        ("私信：微信 王先生 昨天 23:50 在吗",
         ("微信", "王先生", "03-16 23:50", "在吗", "")),
        ("留言\n新浪网 @网友 甲 09:12 内容",
         ("新浪网", "网友", "03-17 09:30", "甲 09:12 内容", "")),
        ("【微博】网友甲：怎么办证 09:12",
         ("微博", "网友甲", "03-17 09:30", "怎么办证 09:12", "")),
        (f"@网友甲 怎么办证？ {B}",
         ("新浪网", "网友甲", "03-17 09:30", "怎么办证？", B)),
        ("09:12 @网友甲：怎么办证",
         ("", "网友甲", "03-17 09:12", "怎么办证", "")),
        ("微博｜网友甲｜2025-03-14 09:12｜怎么办证",
         ("微博", "网友甲", "03-14 09:12", "怎么办证", "")),
        (f"微博\t网友甲\t2025/3/14 9:12\t怎么办证\t{B}",
         ("微博", "网友甲", "03-14 09:12", "怎么办证", B)),
        ("网友甲 昨天 23:50\n怎么办证",
         ("", "网友甲", "03-16 23:50", "怎么办证", "")),
        ("网友甲\n昨天 23:50\n怎么办证",
         ("", "网友甲", "03-16 23:50", "怎么办证", "")),
        ("＠网友甲 ９：１２ 全角的也行",
         ("", "网友甲", "03-17 09:12", "全角的也行", "")),
        (f"微博 @甲 09:12 见 {B} 第三楼",
         ("微博", "甲", "03-17 09:12", f"见 {B} 第三楼", B)),
        ("评论 停水三天了",
         ("", "", "03-17 09:30", "停水三天了", "")),
        ("微博 @甲 09:12 第一段\n\n第二段",
         ("微博", "甲", "03-17 09:12", "第一段\n第二段", "")),
        (f"微博 @甲 09:12\n内容在下一行\n{B}",
         ("微博", "甲", "03-17 09:12", "内容在下一行", B)),
    ],
)  # fmt: skip
def test_one_comment(text: str, wanted: tuple[str, str, str, str, str]) -> None:
    assert shown(read(text, NOW, PLATFORMS)) == [wanted]


def test_a_page_of_comments() -> None:
    """The layout of a page: nickname, text, time with its source, counts."""
    assert shown(read(PAGE, NOW, PLATFORMS)) == [
        ("", "网友甲", "03-17 09:12", "小微企业要不要办安全生产许可证？", ""),
        ("", "路过的人", "03-14 17:05", "希望多发一些用电知识。\n第二段也是他的。", ""),
    ]


def test_a_list_of_private_messages() -> None:
    assert shown(read(APP, NOW, PLATFORMS)) == [
        ("", "路人甲", "03-16 23:50", "请问培训证书怎么查询\n在哪个网站", ""),
        ("", "王先生", "03-14 14:20", "你们电话打不通", ""),
    ]


def test_numbers_and_lines_separate_them() -> None:
    text = "评论\n1. 微博 @甲 09:01 一\n2、微博 @乙 09:02 二\n（3）@丙 09:03 三\n微博 @丁 09:04 四\n4. 没有名字的一条"

    assert [(c[1], c[3]) for c in shown(read(text, NOW, PLATFORMS))] == [
        ("甲", "一"), ("乙", "二"), ("丙", "三"), ("丁", "四"), ("", "没有名字的一条"),
    ]  # fmt: skip


def test_what_cannot_be_registered_is_told_by_its_line_and_the_rest_goes_on() -> None:
    long = "长" * (MOST_TEXT + 1)
    lines = ("甲 09:12 一", "乙 23:50 二", "丙 09:13", f"丁 09:14 {long}", "戊 2月30日 09:00 五")
    text = "\n".join(f"微博 @{line}" for line in lines)
    found = read(text, NOW, PLATFORMS)

    assert [one.comment.netizen for one in found.comments] == ["甲"]
    assert [(r.line, r.why) for r in found.refused] == [
        (2, "发表时间 3月17日 23:50 还没有到，请写上日期，例如 昨天 23:50"),
        (3, "没有内容"),
        (4, f"内容太长（{MOST_TEXT + 1} 字，最多 {MOST_TEXT} 字）"),
        (5, "看不懂时间“2月30日 09:00”"),
    ]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("微博 @网友甲 09:12 内容", True),
        (PAGE, True),
        (APP, True),
        ("冬季用电安全小知识\n取暖设备不要长时间无人看管。（来源：宣传教育中心）", False),
        ("3月14日 监管一司召开会议", False),
        ("微博改版了，请大家提意见。", False),
        ("会议通知\n时间：3月14日 09:00\n地点：三楼", False),
    ],
)
def test_what_looks_like_comments_and_nothing_else(text: str, sure: bool) -> None:
    assert read(text, NOW, PLATFORMS).sure is sure


def test_the_same_comment_is_known_again() -> None:
    """To the minute, whatever the platform is called; by its day where one of the two times is no exact one."""
    one = read("微博 @甲 09:12 怎么办证", NOW).comments[0].comment
    same = read("新浪网 @甲 今天09:12 怎么 办证", NOW).comments[0].comment
    about = read("微博 @甲 20分钟前 怎么办证", NOW).comments[0].comment
    other = read("微博 @甲 09:13 怎么办证", NOW).comments[0].comment

    assert set(same.known_by) & set(one.keys)
    assert set(about.known_by) & set(one.keys)
    assert set(one.known_by) & set(about.keys)
    assert not set(other.known_by) & set(one.keys)


def test_a_short_word_without_a_name_is_not_known_by_its_day() -> None:
    one, other = (Comment("支持", NOW.replace(minute=m), "微博", exact=False) for m in (1, 2))

    assert not set(one.known_by) & set(other.keys)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("网民", "@网友乙", "网友乙"),
        ("时间", "昨天 23:50", "03-16 23:50"),
        ("时间", "23:50", "发表时间 3月17日 23:50 还没有到，请写上日期，例如 昨天 23:50"),
        ("时间", "某天", "看不懂时间“某天”，请写成 昨天 23:50 或 2025-03-14 09:12"),
        ("楼层", "3", "没有“楼层”这一项，可以改：平台、网民、时间、内容、链接"),
        ("链接", "weibo", "链接要以 http:// 或 https:// 开头"),
    ],
)
def test_one_thing_is_put_right(field: str, value: str, wanted: str) -> None:
    after = correct(Comment("内容", NOW, "微博", "网友甲"), field, value, NOW)

    assert after == wanted if isinstance(after, str) else wanted in (after.netizen, f"{after.posted_at:%m-%d %H:%M}")


WORDS = st.text(alphabet="停水了怎么办证书查询安全。？！，", min_size=1, max_size=40).filter(
    lambda text: text[0] not in "，。？！"
)
NAMES = st.text(alphabet="网友甲乙丙丁abc123_", min_size=1, max_size=12)
MINUTES = st.integers(0, 16 * 24 * 60).map(lambda n: datetime(2025, 3, 1, tzinfo=BEIJING) + timedelta(minutes=n))


@given(st.lists(st.tuples(NAMES, MINUTES, WORDS), min_size=1, max_size=40))
def test_as_many_as_were_pasted(said: list[tuple[str, datetime, str]]) -> None:
    lines = [
        f"微博 @{name} {at:%Y-%m-%d %H:%M} {text} https://weibo.com/1/{n}" for n, (name, at, text) in enumerate(said)
    ]
    found = read("\n".join(lines), NOW, PLATFORMS)

    assert not found.refused
    assert [(c.comment.netizen, c.comment.posted_at, c.comment.text) for c in found.comments] == said


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = read(text, NOW, PLATFORMS)

    assert all(one.comment.text for one in found.comments)
