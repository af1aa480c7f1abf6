"""The one refusal of everything that comes in."""

from __future__ import annotations


class Refused(Exception):
    """What arrived is not a genuine callback. The text is a fixed reason for our own log: it never holds a part of
    what arrived, and it is never part of the answer."""
