"""One handler for each event and each intent; registering twice fails at once, with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.rules.effects import Effect
from handlers.context import Context

T = TypeVar("T")
Handler = Callable[[Any, Context], Sequence[Effect]]


class Router:
    """A table from a type to the function that answers it."""

    def __init__(self, *parts: Router) -> None:
        self.table: dict[type, Handler] = {}
        for part in parts:
            for kind, handler in part.table.items():
                self._add(kind, handler)

    def _add(self, kind: type, handler: Handler) -> None:
        if kind in self.table:
            raise ValueError(f"{kind.__name__} has two handlers: {self.table[kind].__name__} and {handler.__name__}")
        self.table[kind] = handler

    def on(self, kind: type[T]) -> Callable[[Callable[[T, Context], Sequence[Effect]]], Handler]:
        """Decorator: this function answers events of exactly this type."""

        def register(handler: Callable[[T, Context], Sequence[Effect]]) -> Handler:
            self._add(kind, handler)
            return handler

        return register

    def __call__(self, event: object, ctx: Context) -> Sequence[Effect]:
        """What `event` shall do. Raises KeyError for a type without a handler."""
        return self.table[type(event)](event, ctx)
