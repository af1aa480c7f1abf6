"""What the stand-in is told at its start."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.sandbox.clock import parse_moment


@dataclass(frozen=True, slots=True)
class Person:
    """A member with a phone. `role` is a label under the name and has no other meaning."""

    userid: str
    name: str
    unit: str
    role: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.userid.encode()) <= 64:  # path/90196
            raise ValueError(f"userid must have 1 to 64 bytes: {self.userid!r}")


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """One corp, one app, its people, and where the bot listens."""

    corp_id: str
    agent_id: int
    secret: str
    token: str
    encoding_aes_key: str
    people: tuple[Person, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8100
    callback_url: str = ""
    bot_public_url: str = ""
    bot_clock_url: str = ""
    demo: bool = False
    start_at: datetime | None = None  # the clock stands there
    runs_from: datetime | None = None  # it runs on from there
    callback_timeout: float = 5.0  # path/90238
    verify_timeout: float = 1.0  # path/90238
    account_cap: int = 500
    app_name: str = "审发"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9A-Za-z]{1,32}", self.token):  # path/90930
            raise ValueError("token must be 1 to 32 letters and digits")
        if not re.fullmatch(r"[0-9A-Za-z]{43}", self.encoding_aes_key):
            raise ValueError("encoding_aes_key must be 43 letters and digits")


def from_mapping(data: Mapping[str, Any]) -> SandboxConfig:
    """Every problem with the keys is named at once."""
    known = {field.name: field for field in fields(SandboxConfig)}
    required = {name for name, field in known.items() if field.default is MISSING}
    problems = [f"{key}: not a known key" for key in sorted(data.keys() - known.keys())]
    problems += [f"{key}: missing" for key in sorted(required - data.keys())]
    if problems:
        raise ValueError("; ".join(problems))
    values = dict(data)
    values["people"] = tuple(Person(**person) for person in data.get("people", ()))
    for moment in ("start_at", "runs_from"):
        if isinstance(data.get(moment), str):
            values[moment] = parse_moment(data[moment]) if data[moment] else None
    return SandboxConfig(**values)


def load(path: Path) -> SandboxConfig:
    return from_mapping(json.loads(path.read_text(encoding="utf-8")))
