"""Message for message: what should have been sent, and what was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.simulation.reference import Told


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A message that only one side knows."""

    told: Told
    expected: bool  # else it was really sent

    def __str__(self) -> str:
        said = "，".join(f"{line.item:04d} {line.clock} {line.rung}".strip() for line in self.told.lines)
        missed = f"，missed {self.told.missed}" if self.told.missed else ""
        kind = "missing" if self.expected else "too many"
        return f"{kind}: {self.told.at:%Y-%m-%d %H:%M:%S} {self.told.to}: {said}{missed}"


def differences(expected: Iterable[Told], really: Iterable[Told]) -> list[Difference]:
    """Each message that is missing, too many, or another one; in the order of time."""
    wanted, got = Counter(expected), Counter(really)
    found = [Difference(told, True) for told in (wanted - got).elements()]
    found += [Difference(told, False) for told in (got - wanted).elements()]
    return sorted(found)
