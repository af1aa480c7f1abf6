"""The word list against a plain search of every word, in one run: how many times as long each takes."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from random import Random
from statistics import median

from bot.rules.textcheck import Entry, WordList, fold

SIGNS = "".join(chr(0x4E00 + n) for n in range(2000))


def made_up(size: int, length: int) -> tuple[tuple[Entry, ...], str]:
    random, words = Random(1), set[str]()
    while len(words) < size:
        words.add("".join(random.choices(SIGNS, k=random.randint(2, 5))))
    return tuple(Entry(word, 1) for word in sorted(words)), "".join(random.choices(SIGNS, k=length))


def seconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    work()  # what is remembered between calls is there
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description="查一篇稿件的词表, 和一个词一个词地找, 各要多久。")
    parser.add_argument("--rounds", type=int, default=9, metavar="次")
    parser.add_argument("--length", type=int, default=1000, metavar="字", help="稿件的字数(默认 1000)")
    options = parser.parse_args()
    for size in (500, 5_000, 50_000):
        entries, text = made_up(size, options.length)
        listed, plain = WordList(entries), fold(text)
        ours = seconds(lambda: listed.find(text), options.rounds)  # noqa: B023
        naive = seconds(lambda: [e for e in entries if e.word in plain], options.rounds)  # noqa: B023
        print(f"{size} 条: 一个词一个词地找是词表的 {naive / ours:.1f} 倍时间")


if __name__ == "__main__":
    main()
