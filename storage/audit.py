"""留痕: lines are added and never changed; triggers in the schema hold that."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.db import insert
from storage.when import to_text


def record(
    db: Database,
    org: str,
    now: datetime,
    *,
    actor: str,
    action: str,
    cause: str,
    item: int | None = None,
    detail: str = "",
    role: str = "",
    version: int = 0,
) -> None:
    """Add one line. `cause` is the key of the event that led to it."""
    insert(
        db,
        "audit",
        {
            "org": org,
            "at": to_text(now),
            "actor": actor,
            "role": role,
            "action": action,
            "item": item,
            "version": version,
            "detail": detail,
            "cause": cause,
        },
    )
