"""Moments as the database keeps them: UTC, whole seconds, `2025-03-17T05:00:00Z`. Their text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """The stored form of an aware moment; fractions of a second are cut off. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {moment!r}")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The aware moment (UTC) that `to_text` stored. Raises ValueError."""
    return datetime.fromisoformat(text)


def maybe_text(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)


def maybe_moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
