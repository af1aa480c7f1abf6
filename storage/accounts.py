"""账号登记 and what the scheduler has begun: how they are written and read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from bot.rules.accounts import IN_USE, Account, AccountChange
from bot.rules.effects import MarkBegun, SetAccount
from bot.rules.regulation import Regulation
from storage.audit import record
from storage.db import first, insert, rows
from storage.meta import keep_meta, meta
from storage.when import from_text, maybe_moment, to_text

_AGAIN = "begin again"


def account_of(row: sqlite3.Row) -> Account:
    facts = json.loads(row["facts"])
    return Account(
        row["id"], row["channel"], row["name"], row["unit"], row["state"], row["keeper"], facts,
        maybe_moment(row["opened_at"]),
    )  # fmt: skip


def change_of(row: sqlite3.Row) -> AccountChange:
    before, after = json.loads(row["before"]), json.loads(row["after"])
    return AccountChange(from_text(row["at"]), row["by"], row["item"], row["what"], before, after)


def set_account(db: Database, org: str, effect: SetAccount, now: datetime) -> None:
    """Write the entry, and what changed in it beside.

    `opened_at` is when it first came into use; unknown for those that were there before the register.
    """
    old = first(db, "SELECT * FROM accounts WHERE org = ? AND id = ?", org, effect.id)
    opened = old["opened_at"] if old else None
    if opened is None and effect.state == IN_USE and effect.item is not None:
        opened = to_text(now)
    row = {
        "org": org,
        "id": effect.id,
        "channel": effect.channel,
        "name": effect.name,
        "unit": effect.unit,
        "state": effect.state,
        "keeper": effect.keeper,
        "facts": json.dumps(effect.facts, ensure_ascii=False),
        "opened_at": opened,
        "updated_at": to_text(now),
    }
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in ("org", "id"))
    insert(db, "accounts", row, on_conflict=f"ON CONFLICT (org, id) DO UPDATE SET {changes}")
    before = _shown(account_of(old)) if old else {}
    after = _shown(
        Account(effect.id, effect.channel, effect.name, effect.unit, effect.state, effect.keeper, effect.facts, None)
    )
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    change = {
        "org": org,
        "account": effect.id,
        "at": to_text(now),
        "by": effect.by,
        "item": effect.item,
        "what": effect.what,
        "before": json.dumps({k: before[k] for k in before if k in changed}, ensure_ascii=False),
        "after": json.dumps({k: after[k] for k in after if k in changed}, ensure_ascii=False),
    }
    insert(db, "account_changes", change)


def _shown(account: Account) -> dict[str, str]:
    named = {"名称": account.name, "单位": account.unit, "状态": account.state, "保管人": account.keeper}
    return {key: value for key, value in (named | account.facts).items() if value}


def register_named(db: Database, org: str, regulation: Regulation, now: datetime) -> None:
    """The accounts that the regulation itself names stand in the register from the beginning (saws 三, R1)."""
    known = {(row["channel"], row["name"]) for row in rows(db, "SELECT channel, name FROM accounts WHERE org = ?", org)}
    [[last]] = rows(db, "SELECT coalesce(max(id), 0) FROM accounts WHERE org = ?", org)
    for key, channel in regulation.channel.items():
        if not channel.account or any(one == key for one, _ in known):
            continue
        last += 1
        set_account(
            db, org, SetAccount(last, key, channel.account, "", IN_USE, "", {}, "system", "按制度登记"), now
        )
        record(db, org, now, actor="system", action="账号登记", detail=f"{channel.name}:{IN_USE}", cause="register")


def mark_begun(db: Database, org: str, effect: MarkBegun, now: datetime) -> None:
    """Raises sqlite3.IntegrityError when it was begun before."""
    row = {
        "org": org, "flow": effect.flow, "period": effect.period, "subject": effect.subject, "item": effect.item,
        "at": to_text(now),
    }  # fmt: skip
    insert(db, "begun", row)


def not_begun(db: Database, org: str, periods: Iterable[tuple[str, str]], now: datetime) -> tuple[str, str] | None:
    """The first of these (flow, period) for which the scheduler has begun nothing yet, and which may be tried now."""
    for flow, period in periods:
        known = first(db, "SELECT 1 FROM begun WHERE org = ? AND flow = ? AND period = ?", org, flow, period)
        if known is None and meta(db, org, f"{_AGAIN}:{flow}:{period}") <= to_text(now):
            return flow, period
    return None


def begin_again(db: Database, org: str, flow: str, period: str, at: datetime) -> None:
    """The handler failed: try this one again at `at`, and the others meanwhile."""
    keep_meta(db, org, f"{_AGAIN}:{flow}:{period}", to_text(at))
