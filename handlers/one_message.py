"""A list that stays one message: as many lines as it holds, and how much is left for the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.rules.delivery import TEXT_BYTES, size

Entry = tuple[str, int]  # a line, and for how many entries it stands (0: a heading)


def one_message(head: str, lines: Sequence[Entry], tail: Sequence[str], more: Callable[[int], str]) -> str:
    """All lines when they fit, else the first ones and `more` with the number of entries left out."""
    whole = "\n".join((head, *(text for text, _ in lines), *tail))
    if size(whole) <= TEXT_BYTES:
        return whole
    count = sum(n for _, n in lines)
    room = TEXT_BYTES - size("\n".join((head, more(count), *tail)))
    kept = _kept(lines, room)
    left = count - sum(n for _, n in kept)
    return "\n".join((head, *(text for text, _ in kept), more(left), *tail))


def _kept(lines: Sequence[Entry], room: int) -> list[Entry]:
    """From the start, as many as fit; a heading is not left alone at the end."""
    kept: list[Entry] = []
    for entry in lines:
        room -= size(entry[0]) + 1
        if room < 0:
            break
        kept.append(entry)
    while kept and not kept[-1][1]:
        kept.pop()
    return kept
