"""Chinese in a terminal: a line may break between any two characters, but not before 。or after “."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_PIECE = re.compile(r"[“（《「]*(?:[!-~]+|.)[，。；：、）》”」]*\s*")
NARROWEST = 24  # cells: a column is not squeezed further than this


def fold(words: str, width: int) -> Iterator[str]:
    """The lines of `words`, each at most `width` cells wide (a longer word without Chinese stays whole)."""
    line = ""
    for piece in _PIECE.findall(words):
        if line and cell_len((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()


class Folded:
    """A text that takes the width it is given. Rich itself takes a run of Chinese for one long word."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("\n".join(fold(self.words, options.max_width)), overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        wide = cell_len(self.words)
        return Measurement(min(wide, NARROWEST), wide)
