"""建议: pictures, paragraphs, plainer wording. None of it holds anything up."""

from __future__ import annotations

import pytest

from bot.regulation import load
from bot.rules.advice import advise, stiff_phrases
from bot.rules.textcheck import Entry, WordList

TONE = {"现将有关事项通知如下": "告诉您几件事", "通知如下": "告诉您", "特此通知": "跟大家说一声"}
WORDS = WordList([Entry("别问了", "语气"), Entry("不归我们管", "语气", "我们帮您转给主管部门"), Entry("拟出台", 6)])


def said(text: str, *, has_media: bool = True, illustrate: bool = False) -> tuple[str, ...]:
    return advise(text, has_media=has_media, illustrate=illustrate, tone=TONE, hits=WORDS.find(text))


@pytest.mark.parametrize(("has_media", "illustrate", "advised"), [
    (False, True, True), (True, True, False), (False, False, False), (True, False, False),
])
def test_pictures(has_media: bool, illustrate: bool, advised: bool) -> None:
    """制度要求尽量配图而稿件没有图片的, 建议配图。"""
    assert said("正文。", has_media=has_media, illustrate=illustrate) == (("建议配图",) if advised else ())


@pytest.mark.rule("gov-newmedia-trial-R13")
@pytest.mark.parametrize(("text", "advised"), [
    ("安" * 299, False), ("安" * 300, True), ("安" * 600, True), (f"{'安' * 299}\n{'全' * 299}", False),
    (f"题目\n{'安' * 300}", True), ("a" * 599, True), ("a" * 598, False),
])
def test_paragraphs(text: str, advised: bool) -> None:
    """一段满300字的, 建议精简分段。"""
    assert said(text) == (("建议精简分段",) if advised else ())


@pytest.mark.rule("weibo-opinion-paper-R1", "saws-R35")
@pytest.mark.parametrize(("text", "advice"), [
    ("现将有关事项通知如下:", ("“现将有关事项通知如下”建议改为“告诉您几件事”",)),
    ("現將有關 事項通知如下:", ("“现将有关事项通知如下”建议改为“告诉您几件事”",)),
    ("通知如下。特此通知,特此通知。", ("“通知如下”建议改为“告诉您”", "“特此通知”建议改为“跟大家说一声”")),
    ("这个不归我们管", ("“不归我们管”（语气）建议换个说法：我们帮您转给主管部门",)),
    ("别问了,别问了", ("“别问了”（语气）建议换个说法",)),
    ("拟出台新规", ()),
])
def test_phrases(text: str, advice: tuple[str, ...]) -> None:
    """公文腔给出平实的说法, 一句只提一次; 语气生硬的词提醒换个说法; 禁止内容的词不在建议里。"""
    assert said(text) == advice


@pytest.mark.rule("weibo-opinion-paper-R1")
def test_the_papers_own_phrases() -> None:
    """论文的用语表随文件提供, 每一句都认得出来, 换过的说法不再被提。"""
    tone = load("weibo-opinion-paper").content.tone
    assert tone["现将有关事项通知如下"]
    for phrase, plainer in tone.items():
        assert stiff_phrases(f"各位:{phrase}。", tone) == (phrase,)
        assert stiff_phrases(plainer, tone) == ()
