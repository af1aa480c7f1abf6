"""禁用词表: a CSV of `词,类别,说明`. 类别 is the number of the prohibition it concerns, 语气, 恶意, or a kind of post.

A word with a kind of post (敏感信息) proposes that kind to the drafter.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from bot.rules.regulation import Kind, Regulation
from bot.rules.textcheck import MALICIOUS, TONE, Category, Entry


class WordProblems(Exception):
    """The file cannot be used; all problems at once, each with its line."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n  ".join([f"{path.name}: {len(problems)} 处问题", *problems]))


def kinds_of_post(regulation: Regulation) -> tuple[str, ...]:
    """What a word may propose: every name of a post flow."""
    return tuple(name for f in regulation.flows(Kind.POST) for name in dict.fromkeys((f.option, f.label, f.id)))


def load_words(path: Path, banned: int, kinds: Collection[str] = ()) -> tuple[Entry, ...]:
    """The entries; `banned` is how many prohibitions the regulation lists, `kinds` its kinds of post.

    Raises WordProblems.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise WordProblems(path, [f"读不了: {error}"]) from error
    problems: list[str] = []
    entries: list[Entry] = []
    for line, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (line == 1 and cells[0] == "词"):
            continue
        category = _category(cells[1] if len(cells) > 1 else "", banned, kinds)
        if not cells[0] or category is None:
            problems.append(f"第 {line} 行: 要写成“词,类别,说明”,类别是 1 至 {banned}、语气、恶意或稿件的类别")
        else:
            entries.append(Entry(cells[0], category, cells[2] if len(cells) > 2 else ""))
    if problems:
        raise WordProblems(path, problems)
    return tuple(entries)


def _category(text: str, banned: int, kinds: Collection[str]) -> Category | None:
    if text in (TONE, MALICIOUS) or text in kinds:
        return text
    return int(text) if text.isdigit() and 1 <= int(text) <= banned else None
