"""Everything the stand-in knows. Touched by the event loop's thread only, so nothing here needs a lock."""

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.clock import Clock
from bot.sandbox.codes import OAUTH_CODE_LIFE, RESPONSE_CODE_LIFE, Codes
from bot.sandbox.config import Person, SandboxConfig
from bot.sandbox.crypto import Crypto
from bot.sandbox.directory import Directory
from bot.sandbox.errors import ControlError
from bot.sandbox.faults import Faults
from bot.sandbox.frequency import Frequency
from bot.sandbox.media import MediaStore
from bot.sandbox.phone import Message, Phone
from bot.sandbox.tokens import Tokens
from bot.sandbox.violations import Note, Violations

JSON = dict[str, Any]
LOG_LENGTH = 5000
TRANSLATED = re.compile(r"\$(userName|userAlias|userAliasOrName|departmentName)=([^$]+)\$")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message the app sent: for recall, and for updating its card on the phones that got it."""

    msgid: str
    at: datetime
    members: tuple[str, ...]
    card_type: str = ""
    updatable: bool = False


@dataclass(slots=True)
class Mode:
    """How the platform behaves where the documents leave it open."""

    double: bool = False  # deliver every callback twice
    double_response_code: Literal["same", "new"] = "same"
    retry_on_status: bool = False  # path/90238 says yes, path/90930 no
    passive_card_update: bool = False  # for template_card_event the server is said to ignore the reply
    cdata: bool = True
    nothing_selected: Literal["missing", "empty", "empty_ids"] = "missing"


class World:
    """The corp, its one app, the phones, and the logs."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.clock = Clock(config.start_at)
        if config.runs_from:
            self.clock.set(config.runs_from)
        self.crypto = Crypto(config.token, config.encoding_aes_key, config.corp_id)
        self.mode = Mode()
        self.directory = Directory(root_name="本单位")
        self.phones: dict[str, Phone] = {}
        self.tokens = Tokens()
        self.media = MediaStore()
        self.faults = Faults()
        self.frequency = Frequency()
        self.response_codes = Codes(RESPONSE_CODE_LIFE)
        self.oauth_codes = Codes(OAUTH_CODE_LIFE)
        self.menu: list[JSON] | None = None
        self.sent: dict[str, Sent] = {}
        self.task_ids: set[str] = set()
        self.accepted: dict[bytes, datetime] = {}  # for enable_duplicate_check
        self.violations = Violations()
        self.api_log: deque[JSON] = deque(maxlen=LOG_LENGTH)
        self.callback_log: deque[JSON] = deque(maxlen=LOG_LENGTH)
        self.version = 0
        self._serial = 0
        self._watchers: set[asyncio.Event] = set()
        for person in config.people:
            self.add_person(person)

    def now(self) -> datetime:
        return self.clock.now()

    def add_person(self, person: Person) -> None:
        self.directory.add(person)
        self.phones.setdefault(person.userid, Phone(person.userid))
        self.changed()

    def phone(self, userid: str) -> Phone:
        person = self.directory.find(userid)
        if person is None:
            raise ControlError(404, f"no person {userid!r}")
        return self.phones[person.userid]

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    def put(self, user: str, direction: Literal["in", "out"], kind: str, body: JSON, *, msgid: str = "") -> Message:
        message = Message(f"m{self.serial()}", direction, self.now(), kind, body, msgid)
        self.phones[user].messages.append(message)
        self.changed(user)
        return message

    def note(self, notes: Iterable[Note]) -> None:
        for note in notes:
            self.violations.record(note, self.now())

    def new_msgid(self) -> str:
        return secrets.token_urlsafe(24)

    def changed(self, user: str | None = None) -> None:
        """Something a phone shows is different now; wake the browsers."""
        self.version += 1
        if user is not None:
            self.phones[user].version = self.version
        for watcher in self._watchers:
            watcher.set()

    def watch(self) -> asyncio.Event:
        event = asyncio.Event()
        self._watchers.add(event)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        self._watchers.discard(event)

    def take_watchers(self, other: "World") -> None:
        """After a reset the same browsers look at this world, and must see that it is a newer one."""
        self._watchers = other._watchers
        self.version += other.version
        for user in self.phones:
            self.changed(user)

    def translated(self, text: str) -> str:
        """enable_id_trans: ids become names on display; an unknown id stays as it was written."""
        return TRANSLATED.sub(self._translation, text)

    def _translation(self, match: re.Match[str]) -> str:
        kind, subject = match.groups()
        if kind == "departmentName":
            names = {str(d["id"]): str(d["name"]) for d in self.directory.departments()}
            return names.get(subject, match.group())
        person = self.directory.find(subject)
        return person.name if person is not None and kind != "userAlias" else match.group()
