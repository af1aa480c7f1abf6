"""建议: what would make a draft better to read. Advice only, it never keeps a draft from going out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.rules.textcheck import Entry, Hit, WordList, count_chars

LONG_PARAGRAPH = 300


def advise(
    text: str, *, has_media: bool, illustrate: bool, tone: Mapping[str, str], hits: Iterable[Hit] = ()
) -> tuple[str, ...]:
    """Sentences without their full stop: 建议配图; 建议精简分段; a plainer wording for stiff phrases; words of tone."""
    return tuple(_advice(text, has_media, illustrate, tone, hits))


def _advice(
    text: str, has_media: bool, illustrate: bool, tone: Mapping[str, str], hits: Iterable[Hit]
) -> Iterator[str]:
    if illustrate and not has_media:
        yield "建议配图"
    if any(count_chars(paragraph) >= LONG_PARAGRAPH for paragraph in text.splitlines()):
        yield "建议精简分段"
    for phrase in stiff_phrases(text, tone):
        yield f"“{phrase}”建议改为“{tone[phrase]}”"
    for hit in {hit.word: hit for hit in hits if hit.category == "语气"}.values():
        yield f"“{hit.word}”（语气）建议换个说法" + (f"：{hit.note}" if hit.note else "")


def stiff_phrases(text: str, tone: Mapping[str, str]) -> tuple[str, ...]:
    """The phrases of `tone` that the text holds, in its order; of overlapping ones the longest."""
    found = WordList(Entry(phrase, "语气") for phrase in tone).find(text) if tone else ()
    return tuple(dict.fromkeys(hit.word for hit in found))
