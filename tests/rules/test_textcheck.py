"""字数、标题、来源、词表: what a text is by looking at it."""

from __future__ import annotations

from itertools import pairwise

import grapheme
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import textcheck
from bot.rules.textcheck import (
    Entry,
    WordList,
    count_chars,
    looks_like_password,
    over_limit,
    shown_title,
    source_of,
    split_title,
)

TITLE_12 = "冬季用电安全小知识十二字"
FAMILY = "👨‍👩‍👧"


@pytest.mark.rule("saws-R9", "company-qiguanbu-R9", "hotel-dali-R9")
@pytest.mark.parametrize(
    ("text", "half", "one"),
    [
        ("", 0, 0),
        ("安全生产", 4, 4),
        ("安全,生产。", 6, 6),
        ("“引号”……—·", 8, 8),
        ("ABC", 2, 3),
        ("ABCD", 2, 4),
        ("a", 1, 1),
        ("a1,", 2, 3),
        ("3 日", 2, 3),
        ("ＡＢＣ１２３", 6, 6),
        ("\u3000缩进", 3, 3),
        ("第一行\n第二行\r\n第三行", 9, 9),
        ("\n\n", 0, 0),
        ("👍", 1, 1),
        ("👍🏽", 1, 1),
        (FAMILY, 1, 1),
        ("🇨🇳", 1, 1),
        ("1️⃣", 1, 1),
        ("❤️❤️", 2, 2),
        ("安\u200b全\ufeff", 2, 2),
        ("http://t.cn/A6x1y2", 10, 18),
        ("HTTPS://www.example.gov.cn/a/b.html?c=1", 10, 39),
        ("详见http://t.cn/abc。", 13, 18),
        ("(http://t.cn/abc)", 11, 17),
        ("http://a.cn/1 http://a.cn/2", 21, 27),
        ("www.example.cn", 7, 14),
        ("#安全生产月#@安全监管总局", 13, 14),
        ("é", 1, 1),
        ("e\u0301", 1, 1),
        ("ｱ", 1, 1),
    ],
)
def test_how_characters_count(text: str, half: int, one: int) -> None:
    """A14、A15: 汉字和全角 1, 半角 ½ 合计进位, 换行 0, emoji 1, 链接 10。"""
    assert (count_chars(text, "half"), count_chars(text, "one")) == (half, one)


@pytest.mark.rule("saws-R9")
def test_title_and_body_count_together() -> None:
    """saws-R9: 标题 12 字加正文 129 字, 微博“共141字，超出1字”, 微信通过。"""
    text = split_title(f"{TITLE_12}\n{'安' * 128}。").text
    assert over_limit(text, 140) == "共141字，超出1字"
    assert over_limit(text, 680) is None


@pytest.mark.rule("hotel-dali-R9", "company-qiguanbu-R9")
@pytest.mark.parametrize(
    ("length", "said"), [(140, None), (141, "共141字，超出1字"), (156, "共156字，超出16字")]
)
def test_the_limit_itself_passes(length: int, said: str | None) -> None:
    """A16: 140字以内含 140。"""
    assert over_limit("字" * length, 140) == said


def test_no_limit_is_never_over() -> None:
    """渠道没有写 chars 的不限字数。"""
    assert over_limit("字" * 5000, None) is None


CHARACTERS = st.text(st.sampled_from("安a1, 。\n👍") | st.characters(codec="utf-8"), max_size=40)


@given(CHARACTERS, CHARACTERS)
def test_counting_is_nearly_additive(first: str, second: str) -> None:
    """A14: 只在总数上进位一次; 换行隔开的两段合计, 与分别计数最多差 1。"""
    apart = count_chars(first) + count_chars(second)
    together = count_chars(f"{first}\n{second}")
    assert apart - 1 <= together <= apart


@given(CHARACTERS)
def test_half_never_counts_more_than_one(text: str) -> None:
    """“每个字符 1”不会比半角折算少。"""
    assert count_chars(text, "half") <= count_chars(text, "one")


@given(CHARACTERS)
def test_the_split_text_is_the_text(text: str) -> None:
    """计数的文本就是发布的文本: 拆成标题和正文再合起来, 一字不差(只去掉首尾空白, 统一换行)。"""
    split = split_title(text)
    assert split.text == text.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert split_title(split.text) == split
    assert "\n" not in split.title


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("冬季用电\n取暖设备不要……", "冬季用电", "取暖设备不要……"),
        ("冬季用电\n\n取暖设备", "冬季用电", "\n取暖设备"),
        ("  停水通知  ", "停水通知", ""),
        ("一句话。" * 20, "一句话。" * 20, ""),
    ],
)
def test_the_first_line_is_the_title(text: str, title: str, body: str) -> None:
    """第一行是标题; 只有一行的, 全文就是标题, 卡片上另行缩短。"""
    assert tuple(split_title(text)) == (title, body)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("停水通知", "停水通知"),
        ("字" * 30, "字" * 30),
        ("字" * 31, "字" * 29 + "…"),
        ("今天停水。" + "字" * 40, "今天停水"),
        (FAMILY * 31, FAMILY * 29 + "…"),
    ],
)
def test_a_long_title_is_cut_for_display_only(title: str, shown: str) -> None:
    """卡片上的标题: 30 字以内照写, 否则取第一句, 再长则截断。"""
    assert shown_title(title) == shown
    assert split_title(title).shown == shown


@pytest.mark.rule("meikang-floor-R8", "project-team-R9")
@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("取暖设备……(来源:宣传教育中心)", "宣传教育中心"),
        ("取暖设备……(来源: 新华社)。", "新华社"),
        ("正文\n来源:中国气象局", "中国气象局"),
        ("正文\n信息来源:总会", "总会"),
        ("(来源:甲)后面还有正文", None),
        ("来源不明的信息不发", None),
        ("正文", None),
    ],
)
def test_the_source_at_the_end(text: str, source: str | None) -> None:
    """注明信息来源: 认得写在末尾的(来源:…)。"""
    assert source_of(text) == source


WORDS = WordList([
    Entry("内部通报", 1, "一般"),
    Entry("内部通报(未公开)", 1),
    Entry("别问了", "语气", "别这样说"),
    Entry("mad", 4),
    Entry("核心参数", 1),
    Entry("CITICS", 2),
])


@pytest.mark.rule("saws-R12")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依据内部通报(未公开)的要求", [("内部通报(未公开)", "内部通报(未公开)")]),
        ("内部通报", [("内部通报", "内部通报")]),
        ("内 部 通\u200b报", [("内部通报", "内 部 通\u200b报")]),
        ("内部\n通报", [("内部通报", "内部\n通报")]),
        ("內部通報", [("内部通报", "內部通報")]),
        ("内部通报（未公开）", [("内部通报(未公开)", "内部通报（未公开）")]),
        ("ＣＩＴＩＣＳ 和 citics", [("CITICS", "ＣＩＴＩＣＳ"), ("CITICS", "citics")]),
        ("CITICS01", [("CITICS", "CITICS")]),
        ("nomad", []),
        ("I am a dog", []),
        ("核心参数和内部通报", [("核心参数", "核心参数"), ("内部通报", "内部通报")]),
        ("内部有通报", []),
        ("", []),
    ],
)
def test_listed_words_are_found_however_written(text: str, found: list[tuple[str, str]]) -> None:
    """saws-R12: 插空格、零宽字符、全角、大小写、繁体都认得; 长词优先, 不重叠; 英文词不从别的词里认。"""
    hits = WORDS.find(text)
    assert [(hit.word, hit.matched) for hit in hits] == found
    assert all(text[hit.start:hit.end] == hit.matched for hit in hits)


@pytest.mark.rule("saws-R12", "saws-R35")
def test_a_hit_names_its_item_and_quotes_its_place() -> None:
    """saws-R12: 命中词标出所在句子和第几项; saws-R35: 语气词另归一类。"""
    text = "根据上级依据内部通报(未公开)的要求,请各单位于三月底前完成整改,别问了"
    first, second = WORDS.find(text)
    assert (first.category, second.category) == (1, "语气")
    assert (first.note, second.note) == ("", "别这样说")
    assert first.context(text) == "根据上级依据【内部通报(未公开)】的要求,请各单位…"
    assert second.context(text, around=2) == "…改,【别问了】"


def test_an_empty_list_finds_nothing() -> None:
    """词表为空或只有空白词时不报任何词。"""
    assert WordList([]).find("内部通报") == ()
    assert WordList([Entry("  ", 1)]).find("内部 通报") == ()


NOISE = st.sampled_from(["", " ", "\u200b", "\u3000", "\n", "\ufeff"])


@given(st.data(), st.text(st.sampled_from("甲乙丙。"), max_size=10), st.text(st.sampled_from("甲乙丙。"), max_size=10))
def test_inserted_blanks_never_hide_a_word(data: st.DataObject, before: str, after: str) -> None:
    """在词中间插入任何空白或零宽字符, 仍在原处命中一次。"""
    written = "".join(char + data.draw(NOISE) for char in "核心参") + "数"
    hits = WORDS.find(f"{before}{written}{after}")
    assert [(hit.word, hit.start, hit.matched) for hit in hits] == [("核心参数", len(before), written)]


@given(st.lists(st.text(st.sampled_from("甲乙丙"), min_size=1, max_size=3), max_size=6),
       st.text(st.sampled_from("甲乙丙"), max_size=20))
def test_hits_do_not_overlap_and_leave_nothing_out(words: list[str], text: str) -> None:
    """命中互不重叠; 每个出现的词都被某个命中覆盖或与一个不更短的命中相交。"""
    hits = WordList([Entry(word, 1) for word in words]).find(text)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    for word in words:
        for at in range(len(text) - len(word) + 1):
            if text.startswith(word, at):
                assert any(hit.start < at + len(word) and at < hit.end and len(hit.matched) >= len(word)
                           for hit in hits)


@pytest.mark.rule("company-qiguanbu-R23", "dalong-school-R14")
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("微博密码是Abc@1234", True),
        ("密码:admin123", True),
        ("后台口令已改为 x1y2z3", True),
        ("password: hunter2", True),
        ("Aq7#kd92", True),
        ("密码是什么?", False),
        ("请妥善保管密码,定期更换", False),
        ("修改密码请看 https://mp.weixin.qq.com/help", False),
        ("https://Weibo.com/A1b2C3", False),
        ("2025-045", False),
        ("停水通知", False),
        ("zhang.San1@example.com", False),
    ],
)
def test_passwords_are_recognised(text: str, secret: bool) -> None:
    """密码不经机器人传递: 像密码的消息认得出来, 谈论密码的话不误认。"""
    assert looks_like_password(text) is secret


@given(st.text(st.sampled_from("安全 aZ9~!\n\r，。“”‘’—…·（）《》々〇！～\u00e9\u200b\U0001f600"), max_size=60))
def test_the_short_way_counts_as_the_long_one(text: str) -> None:
    """A14、A15: 平常文字的快算法与逐字算法结果相同。"""
    slow = sum(textcheck._halves(cluster) for cluster in grapheme.graphemes(text))
    assert count_chars(text) == (slow + 1) // 2
