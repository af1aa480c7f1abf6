"""The policy in force and as it was: the regulation file, the files before it, and what was changed in chat.

A version is a row of policy_changes. Version n is the file as it was then with the changes up to n applied in order,
validated as a whole by the same road as a file. A change that does not fit (any more) is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.regulation import RegulationProblems, parse, read, source_name, source_text, validated
from bot.rules.effects import ChangePolicy, Send
from bot.rules.messages import Text
from bot.rules.regulation import Regulation
from bot.rules.routing import Desk, overseers
from bot.rules.settings import Amendment, NoSuchSetting, amended, change_words
from bot.rules.textcheck import Entry, WordList
from storage.audit import record
from storage.books import change_policy
from storage.meta import keep_meta, meta
from storage.outbox import queue_send
from storage.read import PolicyChangeRow, Reader

FILE = "file"  # the path of a change of the file as a whole
BY_FILE = "配置"
_NOTED = "regulation file"  # the text of the file last seen

_PLAIN = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）"})
_TERMS = {
    "publish": "发布", "draft": "起草", "check": "审核",
    "cutoff": "截止时间", "open": "上班时间", "day_end": "一天的结束",
}  # fmt: skip
_TERM = re.compile(rf"\s*(?<![a-z_])({'|'.join(_TERMS)})(?![a-z_])\s*")


@dataclass(frozen=True, slots=True)
class Built:
    """One version: as values, raw, and the versions whose changes do not fit it."""

    regulation: Regulation
    raw: dict[str, Any]
    dropped: tuple[int, ...] = ()


class Policy:
    """Every version that was asked for is built once."""

    def __init__(self, text: str, source: str = "", words: Sequence[Entry] = ()) -> None:
        self.file = parse(text, source)
        self.text = text
        self._source = source
        self._entries = tuple(words)
        self._built: dict[str, Built] = {}
        self._words: dict[str, WordList] = {}

    @classmethod
    def of(cls, slug_or_path: str | Path, add: Sequence[str] = ()) -> Policy:
        """Raises RegulationProblems."""
        return cls(source_text(slug_or_path, add), source_name(slug_or_path, add))

    def current(self, reader: Reader) -> Regulation:
        return self.at(reader.policy_version(), reader)

    def at(self, version: int, reader: Reader) -> Regulation:
        return self.built(version, reader).regulation

    def built(self, version: int, reader: Reader) -> Built:
        stamp = reader.policy_stamp(version)
        if stamp not in self._built:
            self._built[stamp] = build_version(reader.policy_changes(), version, self.text, self._source)
        return self._built[stamp]

    def use_words(self, entries: Sequence[Entry]) -> None:
        """The word list; its numbers are those of the prohibitions in the file."""
        self._entries, self._words = tuple(entries), {}

    def words(self, reader: Reader) -> WordList:
        """The word list with the numbers that the prohibitions have now; words of one that was deleted are left out."""
        version = reader.policy_version()
        stamp = reader.policy_stamp(version)
        if stamp not in self._words:
            banned = self.at(version, reader).content.banned
            self._words[stamp] = WordList(renumbered(self._entries, self.file.content.banned, banned))
        return self._words[stamp]


def renumbered(entries: Sequence[Entry], listed: Sequence[str], now: Sequence[str]) -> tuple[Entry, ...]:
    """Entries by the numbers of `listed`, with those that the same prohibitions have in `now`."""
    found = []
    for entry in entries:
        if not isinstance(entry.category, int):
            found.append(entry)
        elif entry.category > len(listed):
            found += [entry] if entry.category <= len(now) else []
        elif listed[entry.category - 1] in now:
            found.append(replace(entry, category=list(now).index(listed[entry.category - 1]) + 1))
    return tuple(found)


def build_version(changes: Sequence[PolicyChangeRow], version: int, text: str, source: str = "") -> Built:
    """Version `version`, `text` being the file of the latest one."""
    file = _file_at(changes, version, text, source)
    made = [change for change in changes if change.version <= version and change.path != FILE]
    if not made:
        return file
    raw = file.raw
    try:  # nearly always all of them fit
        whole = amended(raw, [_amendment(change) for change in made])
        return Built(validated(whole), whole)
    except (NoSuchSetting, RegulationProblems):
        return _in_turn(raw, made)


def _in_turn(raw: dict[str, Any], made: Sequence[PolicyChangeRow]) -> Built:
    regulation, dropped = validated(raw), []
    for _, together in groupby(made, key=lambda change: change.cause or change.version):
        changes = tuple(together)
        try:
            tried = amended(raw, [_amendment(change) for change in changes])
            regulation, raw = validated(tried), tried
        except (NoSuchSetting, RegulationProblems):
            dropped += [change.version for change in changes]
    return Built(regulation, raw, tuple(dropped))


def _file_at(changes: Sequence[PolicyChangeRow], version: int, text: str, source: str) -> Built:
    """The file as it was at that version; one that this program reads no more is replaced by the present one."""
    files = [change for change in changes if change.path == FILE]
    before = [change for change in files if change.version <= version]
    then = json.loads(before[-1].after if before else files[0].before) if files else text
    try:
        return _as_written(then)
    except RegulationProblems:
        return _as_written(text, source)


@lru_cache(maxsize=64)
def _as_written(text: str, source: str = "") -> Built:
    """A file without changes; the same text is read once (nobody writes into `raw`: `amended` copies)."""
    raw = read(text, source)
    return Built(validated(raw), raw)


def _amendment(change: PolicyChangeRow) -> Amendment:
    return Amendment(change.path, json.loads(change.before), json.loads(change.after))


@dataclass(frozen=True, slots=True)
class Settings:
    """The policy as a handler sees it while it decides: what is set, and whether a change would hold."""

    policy: Policy
    reader: Reader

    def raw(self) -> dict[str, Any]:
        return self.policy.built(self.reader.policy_version(), self.reader).raw

    def problems(self, amendments: Sequence[Amendment]) -> tuple[str, ...]:
        """What is wrong with the whole after these changes, in plain words; nothing when it holds."""
        try:
            validated(amended(self.raw(), amendments))
        except NoSuchSetting as missing:
            return (f"制度里没有这一项：{missing}",)
        except RegulationProblems as found:
            return tuple(dict.fromkeys(plain(problem.text) for problem in found.problems))
        return ()


def plain(sentence: str) -> str:
    """A problem of a file as one would say it in chat."""
    words = _TERM.sub(lambda found: _TERMS[found[1]], sentence)
    return re.sub(r"(?<!\d):|:(?!\d)", "：", words).translate(_PLAIN)


# ---- a changed file ------------------------------------------------------------------------------------------------


def note_file(db: Database, org: str, policy: Policy, now: datetime, admins: Sequence[str] = ()) -> bool:
    """A file other than the one last seen is a new version. In one transaction: of two starts the second sees it noted.

    Changes made in chat stay where they fit the new file; one that does not is dropped, recorded, and told.
    """
    noted = meta(db, org, _NOTED)
    if noted == policy.text:
        return False
    keep_meta(db, org, _NOTED, policy.text)
    if not noted:
        return False
    changes = Reader(db, org).policy_changes()
    last = changes[-1].version if changes else 0
    fitted = set(build_version(changes, last, noted).dropped)
    texts = (json.dumps(noted, ensure_ascii=False), json.dumps(policy.text, ensure_ascii=False))
    change_policy(db, org, ChangePolicy(FILE, *texts, BY_FILE), now, f"policy file {last + 1}")
    detail = f"第{last + 1}版 {change_words(FILE, noted, policy.text, {})}"
    record(db, org, now, actor=BY_FILE, action="更换制度文件", detail=detail, cause=f"policy file {last + 1}")
    reader = Reader(db, org)
    built = build_version(reader.policy_changes(), last + 1, policy.text)
    for change in changes:
        if change.version in built.dropped and change.version not in fitted:
            _tell_dropped(db, org, change, built, reader, now, admins)
    return True


def _tell_dropped(
    db: Database, org: str, change: PolicyChangeRow, built: Built, reader: Reader, now: datetime, admins: Sequence[str]
) -> None:
    words = change_words(change.path, json.loads(change.before), json.loads(change.after), built.raw)
    cause = f"policy dropped {change.version}@{reader.policy_version()}"
    record(db, org, now, actor=BY_FILE, action="设置失效", detail=words, cause=cause)
    text = f"制度文件换了新的，以前的一项设置不再适用，已停用：{words}。需要的话请重新设置。"
    for person in admins or overseers(Desk(built.regulation, reader.roster(), now)):
        queue_send(db, org, Send(person, Text(text), f"{cause}|{person}"), now, cause)
