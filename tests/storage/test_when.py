from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import BEIJING
from storage.when import from_text, to_text

moments = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(BEIJING))  # noqa: DTZ001


def test_a_moment_is_kept_as_utc() -> None:
    """Beijing's 13:00 is 05:00Z, and so it is stored."""
    assert to_text(datetime(2025, 3, 17, 13, 0, tzinfo=BEIJING)) == "2025-03-17T05:00:00Z"


def test_a_naive_moment_is_refused() -> None:
    """Nobody knows when it is."""
    with pytest.raises(ValueError, match="time zone"):
        to_text(datetime(2025, 3, 17))  # noqa: DTZ001


@given(moments, moments)
def test_texts_sort_as_the_moments_do(one: datetime, other: datetime) -> None:
    """The due index compares texts."""
    one, other = one.astimezone(UTC).replace(microsecond=0), other.astimezone(UTC).replace(microsecond=0)
    assert (to_text(one) < to_text(other)) == (one < other)
    assert from_text(to_text(one)) == one


def test_fractions_are_cut_off() -> None:
    """A moment never becomes later by being stored."""
    moment = datetime(2025, 3, 17, tzinfo=UTC)
    assert from_text(to_text(moment + timedelta(microseconds=999_999))) == moment
