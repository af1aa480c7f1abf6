"""The policy schema: what a regulation file may say. One small idea: everything that moves is a flow of steps.

These are the frozen values of one file. Reading a file and reporting all its problems is `bot/regulation.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    POST = "post"
    COMMENT = "comment"
    ACCOUNT = "account"
    MATTER = "matter"


class Do(StrEnum):
    DRAFT = "draft"
    CHECK = "check"
    ASSIGN = "assign"
    PUBLISH = "publish"
    REPLY = "reply"
    RECORD = "record"


class FieldSpec(Frozen):
    """A form field. `type`: text, date, past, file, `甲|乙` (choice) or `200..500` (number in range).

    `when` (`字段=值`): asked only if that other field of the form has that value. `clause`: what demands it, where
    that is not the clause of the flow. `must`: the only choice with which it goes on (真实、准确、及时 → 确认).
    `fill`: what of the record stands in it when the scheduler begins the item (posts, filings, or what was begun of
    a flow).
    """

    type: str
    when: str | None = None
    clause: str = ""
    fill: str = ""
    must: str = ""


def _field_spec(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Form = dict[str, Annotated[FieldSpec, BeforeValidator(_field_spec)]]


class ScopeEntry(Frozen):
    """One kind of content (内容范围). `short` fits a card's option; `reason`: choosing it needs a sentence.

    `tick` is set on the item by choosing it (经领导批准的信息 → 须领导批准); `form`: fields asked only then.
    """

    label: str
    short: str = ""
    reason: bool = False
    tick: str = ""
    form: Form = {}

    @property
    def option(self) -> str:
        return self.short or self.label


def _scope_entry(value: object) -> object:
    return {"label": value} if isinstance(value, str) else value


class Role(Frozen):
    label: str
    scope: str  # "own" or a unit id of [unit]
    seats: tuple[int, int] | None = None
    granted_by: str | None = None
    oversees: bool = False


class MediaLimit(Frozen):
    """Formats by content, sizes in MB of 1024×1024 bytes: over >, least ≥, under <, upto ≤."""

    formats: tuple[str, ...] = ()
    over: float | None = None
    least: float | None = None
    under: float | None = None
    upto: float | None = None


class Channel(Frozen):
    label: str
    account: str = ""
    platforms: tuple[str, ...] = ()
    keeper: str | None = None
    chars: int | None = None
    count: Literal["half", "one"] = "half"
    per_day: int | None = None
    test_first: bool = False
    image: MediaLimit | None = None
    video: MediaLimit | None = None

    @property
    def name(self) -> str:
        """How a card names it: 政务微博 · 安全监管总局."""
        return f"{self.label} · {self.account}" if self.account else self.label


class Basis(Frozen):
    """Prohibition number `banned` is met by stating any one of these fields (文号, or 公开征求意见 with its number)."""

    banned: int
    any: tuple[str, ...]


class Content(Frozen):
    scope: tuple[Annotated[ScopeEntry, BeforeValidator(_scope_entry)], ...] = ()
    banned: tuple[str, ...] = ()
    form: Form = {}
    illustrate: bool = False
    basis: Basis | None = None
    tone: dict[str, str] = {}  # stiff phrase → what to write instead; advice only


class Clock(Frozen):
    open: str = "08:30"
    cutoff: str = "17:30"
    day_end: str = "24:00"


class Nag(Frozen):
    hours: str = ""
    ahead: tuple[str, ...] = ()
    again: str | None = None
    idle: str | None = None
    review: str = "1h"  # so long before `clock.cutoff` those who oversee see once more what is late
    up: tuple[str, ...] = ()


class Adoption(Frozen):
    """An entry of a record step that becomes a draft of whoever records it (an adopted contribution).

    `when` (`字段=值`): only then. `title`, `body`, `author`: the fields that hold them.
    """

    when: str
    title: str
    body: str
    author: str


class Interim(Frozen):
    """A first answer where the result takes longer (正在研究办理): it sets `tick`, whose steps then follow.

    `act` stands on the button; `texts` are the prepared wordings, one of which a person picks (A40).
    """

    tick: str
    act: str
    texts: tuple[str, ...] = ()


class Step(Frozen):
    """Who does what, by when. Several roles in `by` of a check are a 会签; elsewhere any one of them suffices."""

    by: tuple[str, ...]
    do: Do
    act: str
    when: str | None = None
    due: str | None = None
    since: str | None = None
    sets: str | None = None
    missed: str | None = None
    repeat: bool = False
    form: Form = {}
    passes: str = ""  # the word for passing this check, default 同意 (e.g. 可以公开)
    returns: str = ""  # the word for returning it, default 退回 (e.g. 不予公开)
    holds: str = ""  # a third conclusion that keeps the item at this step (e.g. 请示); none by default
    reasons: tuple[str, ...] = ()  # preset reasons for returning, at most 16 characters each; general ones by default
    record: str = ""  # title of the printable record of this step (e.g. 信息公开保密审查记录)
    missing: str = ""  # what a person is told who wants to go on before this step is done
    note: str = ""  # a sentence that stands in front of whoever does it (who signs answers for …)
    confirm: bool = False  # of a publish: the list of what is banned is confirmed there once more, by itself
    adopt: Adoption | None = None  # of a record: what becomes a draft
    needs: tuple[str, ...] = ()  # own roles that somebody must sit in before this step can be done
    early: str = ""  # the mark of a date of this step's form that lies before the last check (未批先改)
    late: str = ""  # what being overdue counts as, in the record and wherever it is said (未配合)
    interim: Interim | None = None  # of a reply: the first answer of what takes longer
    back: str = ""  # of a record: with this answer (`字段=值`) it goes back to the work before it (回访结果=不满意)
    vacant: str = ""  # nothing is sent for review while nobody sits in this step's roles: the sentence that says so


class Flow(Frozen):
    id: str
    kind: Kind
    label: str
    short: str = ""
    clause: str = ""
    urgent: bool = False
    private: bool = False
    columns: tuple[str, ...] = ()
    form: Form = {}
    # field → the sentence that refuses a value of it (付印日期 → 公文尚未付印); 承办单位: who may not begin it
    refuse: dict[str, str] = {}
    every: str | None = None
    begin: str = ""  # of `every` day and week: when in it the item begins (17:30, 周五); default: at its first opening
    on_change: tuple[str, ...] = ()  # account flows: begun by itself when somebody else takes one of these own roles
    file: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()  # roles that are told when it is published or done, and write down what they did
    did: tuple[str, ...] = ()  # what they may have done (已转发), a button each
    raised_at: Do | None = None  # matters: whoever does such a step may begin it there; the step's item waits for it
    archive: str | None = None
    responsible: str | None = None  # the role that answers for what is said: 责任人 on every card
    assumed: str = ""
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def option(self) -> str:
        """The label that fits a card's option (16 characters)."""
        return self.short or self.label

    @property
    def typed(self) -> bool:
        """A matter without fields of its own: what is handed in is a text, its title first."""
        return self.kind is Kind.MATTER and not self.form and not self.steps[0].form


class Severity(Frozen):
    """舆情分级: level → the id of the comment flow it takes ("": any other); the lowest first. `plan`: 应对预案."""

    levels: dict[str, str] = {}
    plan: str = ""


class Watch(Frozen):
    model_config = ConfigDict(frozen=True, extra="allow")
    label: str


class Regulation(Frozen):
    schema_: Literal[1] = Field(alias="schema")
    slug: str
    title: str
    source: Literal["full", "cut"] = "full"
    columns: tuple[str, ...] = ()
    reserved_names: tuple[str, ...] = ()
    unit: dict[str, str] = {}
    role: dict[str, Role] = {}
    channel: dict[str, Channel] = {}
    content: Content = Content()
    clock: Clock = Clock()
    nag: Nag = Nag()
    severity: Severity = Severity()
    flow: tuple[Flow, ...] = ()
    watch: dict[str, object] | tuple[dict[str, object], ...] = {}

    def flow_of(self, flow_id: str) -> Flow:
        """The flow with this id. Raises KeyError."""
        for flow in self.flow:
            if flow.id == flow_id:
                return flow
        raise KeyError(flow_id)

    def flows(self, kind: Kind) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flow if flow.kind is kind)
