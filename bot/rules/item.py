"""事项: everything that moves. A frozen value; a change is a new value."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from bot.rules.regulation import Do, Flow, Kind, Step


class State(StrEnum):
    """PREPARING: the drafter still composes it (it has been shown to nobody). The rest speak for themselves."""

    PREPARING = "preparing"
    RUNNING = "running"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    SUBMITTED = "submitted"
    PASSED = "passed"
    RETURNED = "returned"
    HELD = "held"
    CONFIRMED = "confirmed"  # 未见禁止发布内容, before passing an item with hits
    DONE = "done"  # a record, reply, assignment or publication
    HANDED_BACK = "handed_back"  # a wrong assignment, to the step that assigned it
    TESTED = "tested"  # the mass-send of this version was tried out (群发前测试)
    WITHDRAWN = "withdrawn"
    MOVED = "moved"  # to another flow of its kind


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video of a draft. `sha` is empty until the platform's copy has been fetched."""

    media_id: str
    kind: Literal["image", "video"]
    sha: str = ""
    size: int = 0  # bytes
    format: str = ""  # by content: jpeg, png, mp4 …
    problem: str = ""  # why it may not be used, a sentence; empty when it may

    @property
    def link(self) -> str:
        """The address of a video too large to be sent here; empty for what was received."""
        return self.media_id if self.media_id.startswith(("http://", "https://")) else ""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an item: what a decision binds to."""

    no: int
    title: str
    body: str
    media: tuple[Media, ...] = ()
    channels: tuple[str, ...] = ()
    form: dict[str, str] = field(default_factory=dict)
    by: str = ""
    at: datetime | None = None

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}" if self.body else self.title

    @property
    def fingerprint(self) -> str:
        """SHA-256 over text, media, channels and form; any change of them is another fingerprint."""
        parts = [self.title, self.body, *(m.sha or m.media_id for m in self.media), "|", *self.channels, "|"]
        parts += [f"{key}={value}" for key, value in sorted(self.form.items())]
        return sha256("\x00".join(parts).encode()).hexdigest()

    @property
    def short_print(self) -> str:
        """校验: what people compare by eye, e.g. 7F3A."""
        return self.fingerprint[:4].upper()


@dataclass(frozen=True, slots=True)
class Move:
    """环节办理: who did what to which version. `acting_for` names the absent person when a deputy acted (代)."""

    step: int
    round: int
    version: int
    fingerprint: str
    actor: str
    role: str
    decision: Decision
    at: datetime
    acting_for: str = ""
    reason: str = ""
    form: dict[str, str] = field(default_factory=dict)
    unit: str = ""  # for which of several 承办单位
    lap: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """One platform's result of publishing: its link, or the reason why it was left out."""

    platform: str
    url: str = ""
    omitted: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """`flow` is the running item's own frozen copy of its route; None until the drafter has chosen one.

    `position` indexes flow.steps; `round` grows with every completed draft (a stage runs from one draft to the next).
    """

    id: int
    org: str
    kind: Kind
    unit: str
    author: str
    created_at: datetime
    state: State = State.PREPARING
    flow: Flow | None = None
    policy_version: int = 0
    position: int = 0
    round: int = 0
    current: Version = Version(0, "", "")
    column: str = ""
    scope: str = ""
    scope_reason: str = ""
    channels: tuple[str, ...] = ()
    ticks: dict[str, str] = field(default_factory=dict)  # tick → who set it
    form: dict[str, str] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)  # word hit → the drafter's explanation
    links: tuple[Link, ...] = ()
    platforms: tuple[str, ...] = ()  # what publishing must cover, fixed when the publish step begins
    since: datetime | None = None  # when the current step became current
    approved_at: datetime | None = None
    published_at: datetime | None = None
    filing_no: str = ""
    escalated: tuple[str, ...] = ()  # those above who were told of it, and may look at it since
    seq: int = 0  # grows with every change of state: part of each card's task_id
    units: tuple[str, ...] = ()  # what an assign set, when several: each does the own steps that follow
    lap: int = 0  # grows when it is assigned again, or a step is repeated: what was done before counts no more
    account: int = 0  # of account flows: the entry of the account register; 0 while it is only applied for
    about: int = 0  # the published item that this one corrects or takes down (A45)
    posts_as: dict[str, int] = field(default_factory=dict)  # channel → which of several accounts of its unit it goes to
    plan: int = 0  # the plan (方案) it belongs to
    period: str = ""  # of items the scheduler began: 2025-11, 2025-W12, 2025-03-14 …
    publish_at: datetime | None = None  # 定时发布
    batch: int = 0  # items sent in one mass-send share the number of the first
    files: tuple[Media, ...] = ()  # scans and pictures that fields of the form hold; not part of the wording
    blocks: int = 0  # the item that waits for this one (a platform fault reported while publishing it)
    waits: tuple[int, ...] = ()  # what it waits for
    held: str = ""  # stopped by those who oversee: why; nothing can be decided meanwhile
    held_by: str = ""
    named: dict[str, str] = field(default_factory=dict)  # position → the person those who oversee gave the step to
    registered_at: datetime | None = None  # of comments: when it was first handed on by whoever collected it (A3)
    joined: int = 0  # the comment (issue) with which this one is handled together (saws-R33)
    follows: int = 0  # the earlier comment of the same netizen whose conversation this one continues
    under: int = 0  # of comments: the published post under which it was written
    subject: str = ""  # 主题: what many of them are about
    level: str = ""  # 舆情级别
    reopened_at: datetime | None = None  # what was recorded (不满意) sent it back to be done once more
    asked_longer: dict[str, str] = field(default_factory=dict)  # position:lap → why its holder asks for more time
    extended: dict[str, str] = field(default_factory=dict)  # position:lap → why its deadline was put off, once

    @property
    def number(self) -> str:
        """编号 as people write it: 0123."""
        return f"{self.id:04d}"

    @property
    def step(self) -> Step | None:
        """The current step, or None when the item has no route yet or is over."""
        if self.flow is None or self.state in (State.DONE, State.WITHDRAWN):
            return None
        return self.flow.steps[self.position]

    @property
    def open(self) -> bool:
        return self.state in (State.PREPARING, State.RUNNING)

    @property
    def rides(self) -> bool:
        """Handled with its issue: nobody is asked for it, unless the answer is to be posted in its place."""
        return bool(self.joined) and self.open and str(self.position) not in self.named

    @property
    def title(self) -> str:
        return self.current.title

    @property
    def is_post(self) -> bool:
        """Whether what is written here is put out: a post, or what is published about a comment once it is settled."""
        if self.kind is not Kind.COMMENT:
            return self.kind is Kind.POST
        steps = self.flow.steps if self.flow and self.state is not State.PREPARING else ()
        drafts = [n for n, step in enumerate(steps[: self.position + 1]) if n and step.do is Do.DRAFT]
        return bool(drafts) and any(step.do is Do.PUBLISH for step in steps[drafts[-1] :])

    def applies(self, step: Step) -> bool:
        """Whether a conditional step exists for this item (a tick, or `字段=值`)."""
        if step.when is None:
            return True
        name, eq, value = step.when.partition("=")
        return self.form.get(name) == value if eq else name in self.ticks

    @property
    def awaiting_draft(self) -> bool:
        """Whether it lies with its drafter: not sent yet, or returned."""
        return self.state is State.PREPARING or self.awaiting(Do.DRAFT)

    def awaiting(self, *does: Do) -> bool:
        return self.state is State.RUNNING and self.step is not None and self.step.do in does


ITEM: TypeAdapter[Item] = TypeAdapter(Item)
MOVE: TypeAdapter[Move] = TypeAdapter(Move)
VERSION: TypeAdapter[Version] = TypeAdapter(Version)

__all__ = ["ITEM", "MOVE", "VERSION", "Decision", "Item", "Link", "Media", "Move", "State", "Version", "replace"]
