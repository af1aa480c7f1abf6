"""Trouble ordered in advance: an error code, a lost answer, a gateway's page, a bot that seems not to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.sandbox.errors import ControlError

CALLBACK = "callback"


@dataclass(slots=True)
class Fault:
    """`after_effect` does the work first and then spoils the answer. `path` "*" means any API call."""

    path: str
    times: int = 1
    errcode: int | None = None
    errmsg: str = "injected"
    http_status: int | None = None
    drop_connection: bool = False
    timeout: bool = False  # callbacks only: the answer is treated as too late
    after_effect: bool = False

    @property
    def loses_the_answer(self) -> bool:
        return self.drop_connection or self.timeout


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, data: Mapping[str, Any]) -> None:
        known = {field.name for field in fields(Fault)}
        if "path" not in data or not set(data) <= known:
            raise ControlError(400, f"a fault has a path and some of {', '.join(sorted(known))}")
        fault = Fault(**data)
        if fault.errcode is None and fault.http_status is None and not fault.loses_the_answer:
            raise ControlError(400, "a fault needs errcode, http_status, drop_connection or timeout")
        fault.path = fault.path.removeprefix("/cgi-bin/").strip("/")
        self.waiting.append(fault)

    def take(self, path: str) -> Fault | None:
        """The next fault for this path, used up by one."""
        for fault in self.waiting:
            if fault.path == path or (fault.path == "*" and path != CALLBACK):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
