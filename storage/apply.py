"""The only place that writes effects. It refuses a change without its line of 留痕."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlite_utils import Database

from bot.rules.delivery import split_text
from bot.rules.effects import (
    AcknowledgeFiling,
    Appoint,
    ChangePolicy,
    CloseDeadlines,
    Delegate,
    Dismiss,
    Effect,
    EndDelegation,
    Expect,
    FetchMedia,
    FileItem,
    GrantPublishing,
    HoldRung,
    KeepComment,
    KeepMove,
    KeepPair,
    KeepReceipt,
    KeepVersion,
    MarkBegun,
    MarkHandover,
    MarkNagged,
    NameKeeper,
    OpenDeadline,
    OpenHandover,
    Record,
    Remember,
    RenameUnit,
    Reply,
    RevokePublishing,
    SaveItem,
    Send,
    SetAccount,
    SetPlatform,
    SetReachable,
    SetSortingWord,
    SetUnit,
    UpdateCard,
)
from bot.rules.messages import Card, Text
from storage.accounts import mark_begun, set_account
from storage.audit import record
from storage.books import acknowledge_filing, change_policy, file_item, set_platform
from storage.comments import keep_comment, keep_pair
from storage.db import savepoint
from storage.deadlines import close_deadlines, hold_rung, mark_nagged, open_deadline
from storage.handovers import mark_handover, open_handover
from storage.items import keep_move, keep_version, save_item
from storage.nag_receipts import keep_receipt
from storage.outbox import queue_fetch, queue_send, queue_update
from storage.people import delegate, end_delegation, expect, grant, remember, rename_unit, revoke, set_reachable
from storage.sorting import set_sorting_word
from storage.staff import appoint, dismiss, name_keeper, set_unit

CONVERSATION = (Reply, Send, UpdateCard, FetchMedia, Expect, Remember, Record)
"""Effects that change nothing anyone must answer for."""


class Unrecorded(Exception):
    """Changes without a Record."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What the callback may be answered with: a text of one message's size, and the cards shown anew, by task_id."""

    reply: str | None = None
    cards: dict[str, Card] = field(default_factory=dict)


def apply(
    db: Database,
    effects: Sequence[Effect],
    *,
    org: str,
    cause: str,
    now: datetime,
    to: str = "",
    after_each: Callable[[str], None] | None = None,
) -> Applied:
    """Write all effects, or none. `cause` is the event's key, `to` who is answered (the rest of a long reply).

    Items are written first, so that what refers to a new one may stand anywhere in the list.
    `after_each` is told the name of each effect once written (tests interrupt there).
    Raises Unrecorded, AlreadyDecided, ValueError and sqlite3.Error.
    """
    _refuse_unrecorded(effects)
    ordered = sorted(effects, key=lambda effect: not isinstance(effect, SaveItem))
    with savepoint(db):
        for effect in ordered:
            _write(db, org, effect, cause, now)
            if after_each:
                after_each(type(effect).__name__)
        reply = _reply(db, org, ordered, cause, now, to)
    return Applied(reply, {effect.task_id: effect.card for effect in ordered if isinstance(effect, UpdateCard)})


def _refuse_unrecorded(effects: Sequence[Effect]) -> None:
    changes = [type(effect).__name__ for effect in effects if not isinstance(effect, CONVERSATION)]
    if changes and not any(isinstance(effect, Record) for effect in effects):
        raise Unrecorded(f"no Record goes with {', '.join(changes)}")


def _reply(db: Database, org: str, effects: Sequence[Effect], cause: str, now: datetime, to: str) -> str | None:
    """The answer's text; what does not fit goes out as messages."""
    parts = split_text("\n\n".join(effect.text for effect in effects if isinstance(effect, Reply)))
    if not parts:
        return None
    if parts[1:] and to:
        queue_send(db, org, Send(to, Text("\n".join(parts[1:])), f"{cause}:reply"), now)
    return parts[0]


def _write(db: Database, org: str, effect: Effect, cause: str, now: datetime) -> None:
    match effect:
        case SaveItem(item):
            save_item(db, org, item, now)
        case KeepVersion(item_id, version):
            keep_version(db, org, item_id, version, now)
        case KeepMove(item_id, move):
            keep_move(db, org, item_id, move)
        case Reply():
            pass
        case Send():
            queue_send(db, org, effect, now, cause)
        case UpdateCard():
            queue_update(db, org, effect, now)
        case FetchMedia():
            queue_fetch(db, org, effect, now)
        case OpenDeadline():
            open_deadline(db, org, effect, now)
        case CloseDeadlines(item_id, prefix):
            close_deadlines(db, org, item_id, prefix, now)
        case MarkNagged():
            mark_nagged(db, org, effect, now)
        case HoldRung():
            hold_rung(db, org, effect)
        case KeepReceipt():
            keep_receipt(db, org, effect, now)
        case Expect():
            expect(db, org, effect, now)
        case Remember():
            remember(db, org, effect)
        case FileItem():
            file_item(db, org, effect)
        case AcknowledgeFiling():
            acknowledge_filing(db, org, effect, now)
        case GrantPublishing():
            grant(db, org, effect, now)
        case RevokePublishing(userid, by):
            revoke(db, org, userid, by, now)
        case Delegate():
            delegate(db, org, effect, now)
        case EndDelegation(absent):
            end_delegation(db, org, absent, now)
        case Appoint(seat):
            appoint(db, org, seat)
        case Dismiss(seat, by):
            dismiss(db, org, seat, by, now)
        case SetUnit(entry):
            set_unit(db, org, entry)
        case OpenHandover():
            open_handover(db, org, effect, now)
        case MarkHandover():
            mark_handover(db, org, effect, now)
        case NameKeeper():
            name_keeper(db, org, effect, now)
        case ChangePolicy():
            change_policy(db, org, effect, now, cause)
        case RenameUnit(old, new):
            rename_unit(db, org, old, new)
        case SetPlatform():
            set_platform(db, org, effect, now)
        case SetAccount():
            set_account(db, org, effect, now)
        case KeepPair():
            keep_pair(db, org, effect, now)
        case KeepComment():
            keep_comment(db, org, effect, now)
        case MarkBegun():
            mark_begun(db, org, effect, now)
        case SetSortingWord():
            set_sorting_word(db, org, effect)
        case SetReachable():
            set_reachable(db, org, effect, now)
        case Record(actor, action, about, detail, role, version_no):
            record(
                db, org, now, actor=actor, action=action, cause=cause,
                item=about, detail=detail, role=role, version=version_no,
            )
        case _:
            assert_never(effect)
