"""What a person meant: a tap and a typed sentence that mean the same become the same value here.

`handlers/meaning.py` makes them out of what the platform delivered; one handler answers each.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """`who` wants it. `tap`: the card and its code when a button said it (empty when typed)."""

    who: str
    task_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSent(Intent):
    """Text that is a draft, a further part of one, or a new wording; `into`: append | replace | new | "" (find out)."""

    text: str
    into: str = ""
    item: int | None = None
    only_channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseAsked(Intent):
    """改 0123: the next text replaces the wording. With `text`: 项目 新内容, one field of what is filled in."""

    item: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSent(Intent):
    media_id: str
    kind: str  # image | video


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDropped(Intent):
    """去掉图片 2: the second picture of the open draft; 0 means all of them."""

    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesMade(Intent):
    """Choices on a card while a draft is prepared: flow, channels, column, scope, unit, tick:<name>. `final`: 送审."""

    item: int
    chosen: dict[str, str] = field(default_factory=dict)
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswered(Intent):
    """`final`: with this answer it goes out, unless something else is missing."""

    item: int
    field: str
    value: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAsked(Intent):
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Intent):
    """同意 / 退回 / 请示 / 确认未见 on one step. `position`, `round` are -1 when typed: the current ones are meant.

    `reason_due`: 退回 without a preset reason, the bot asks for it. `with_list`: 同意并确认.
    """

    item: int
    verdict: str  # pass | return | hold | confirm
    position: int = -1
    round: int = -1
    version: int = 0
    reason: str = ""
    with_list: bool = False
    more: tuple[int, ...] = ()  # further items of 同意 3 5 8


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPut(Intent):
    """问一句: to the drafter, moves nothing. Empty text: the bot asks for it."""

    item: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Intent):
    """答 0123 …, or a free answer (`item` 0: the only item asked about)."""

    item: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAsked(Intent):
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAsked(Intent):
    """转交 0123 姓名: the draft of somebody who drafts no more goes to another drafter."""

    item: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowChanged(Intent):
    """转类别 0123 业务活动 理由…"""

    item: int
    flow: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked(Intent):
    """暂停 0123 理由"""

    item: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAsked(Intent):
    """恢复 0123"""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignAsked(Intent):
    """改派 0123 姓名 [理由]: the current step goes to one person of its roles, of whatever unit."""

    item: int
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseAsked(Intent):
    """催办 0123 [一句话]"""

    item: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAsked(Intent):
    """去办 0123: the card with which this person can act on it"""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseAllAsked(Intent):
    """全部催办: whatever is overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked(Intent):
    """督办: what is overdue and due today, as a card; with `listed` (清单, 逾期) as a list of the items."""

    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAsked(Intent):
    """督办通报 3月: what missed its deadline in a month; without one the month before this one."""

    month: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAsked(Intent):
    """机器人状态: how the bot itself is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TickSaid(Intent):
    """标注 0123 重大事项 / 取消标注 0123 重大事项 理由"""

    item: int
    tick: str
    clear: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLinked(Intent):
    """关联 0123 0100: the post belongs to the plan; plan 0 (取消关联 0123): to none any more."""

    item: int
    plan: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked(Intent):
    """方案 0100: what of it is published."""

    plan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReported(Intent):
    """已发布, with the lines of links and omissions given (none: the bot asks for them). `confirmed`: 已发布并确认."""

    item: int
    lines: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRefused(Intent):
    """有问题: why it was not published; empty: the bot asks."""

    item: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAsked(Intent):
    """测试 0123 [请 姓名]: somebody other than the sender shall try out the mass-send."""

    item: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested(Intent):
    """测试 0123 通过 / 不通过 理由. `version`, `round` as the card showed them, -1 when typed."""

    item: int
    passed: bool
    reason: str = ""
    version: int = -1
    round: int = -1
    more: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendsMerged(Intent):
    """合并群发 0123 0124: several items go out in one mass-send."""

    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishTimed(Intent):
    """定时 0123 3月15日 9:00; without a time: 取消定时."""

    item: int
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillWanted(Intent):
    """仍要发布 0123: the approved item that nobody published shall be published."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked(Intent):
    """更正 0123 with the new full text (none: the bot asks for it)."""

    item: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownAsked(Intent):
    """撤下 0123 理由; `urgent`: its publisher has taken it down already."""

    item: int
    reason: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLinked(Intent):
    """视频 https://… 120MB mkv: a video too large for the messenger."""

    url: str
    size: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMade(Intent):
    """A record step done with its fields; missing ones are asked one by one. `again`: one round of several."""

    item: int
    values: dict[str, str] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsSent(Intent):
    """评论 …: netizens' comments pasted into the chat, one or several."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteAsked(Intent):
    """What looks like comments, from somebody who drafts posts as well: the bot asks which of the two it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCorrected(Intent):
    """改 0456 时间 昨天 23:50: what was understood of a comment, while it is not handed on."""

    item: int
    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsortedAsked(Intent):
    """待分办: the comments that wait to be sorted, and the card of the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionsAsked(Intent):
    """今日意见 / 昨日意见 / 网民意见 3月14日: what was collected on a day, by category."""

    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortSaid(Intent):
    """分办 0456 政策咨询 政策法规司: the flow and the unit of a comment; empty: as proposed.

    `level`: 定级, which names the flow where no `flow` does. `reason`: why it closes unanswered (恶意 0456 理由).
    """

    item: int
    flow: str = ""
    unit: str = ""
    level: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortAllSaid(Intent):
    """照建议分办 [0456 0457]: all he was asked about at once, as proposed; `each`: one after the other."""

    items: tuple[int, ...] = ()
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SortingWordSaid(Intent):
    """分办词 [增加 证书 通信信息中心 | 删除 证书]: where comments with a word go; without `change`: the list."""

    change: str = ""
    word: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSaid(Intent):
    """定级 0456 较大 [理由]: the severity of what is under way already; the level names the flow."""

    item: int
    level: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTextAsked(Intent):
    """舆情预案: the levels and the plan in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen(Intent):
    """已知悉 0456: somebody above who was alerted at once has seen it."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinSaid(Intent):
    """归并 0456 0457 0458: the others are handled with the first. Alone: with those that say the same."""

    items: tuple[int, ...]
    refuse: bool = False  # 不归并


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSaid(Intent):
    """拆出 0457 [理由]: handled by itself again."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersAnswered(Intent):
    """都已回复 0456: what was answered has been posted in every place of the issue."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSaid(Intent):
    """主题 0456 停车难; without an item: which subjects rise most this week."""

    item: int = 0
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySaid(Intent):
    """答复 0456 text: the answer given to the netizen (none: the bot asks). `tick`: the result follows (需研究办理).

    `nth`: the prepared wording picked; `sure`: the answer shown before is given as it is; `anew`: 改答复 0456 text,
    an approved answer shall be another one and is checked again.
    """

    item: int
    text: str = ""
    tick: str = ""
    nth: int = 0
    like: bool = False  # as a like question was answered before
    sure: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsAsked(Intent):
    """查答复 住院: what was answered before to such questions."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNoted(Intent):
    """记问答: a question in the first line, its answer below."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Intent):
    """延期 0456 理由: the result is owed longer. Empty reason: the bot asks for it."""

    item: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAnswered(Intent):
    """同意延期 0456 / 不同意延期 0456 理由."""

    item: int
    granted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionTold(Intent):
    """已告知 0456: the netizen has been told that it takes longer."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAsked(Intent):
    """发起 / 发起 资料征集: a matter or an account flow is begun; without a name those he may begin are listed."""

    flow: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignSaid(Intent):
    """交办 0123 甲 乙: these are its 承办单位. ("*",): all that may be; empty: the bot asks."""

    item: int
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack(Intent):
    """交回 0123 理由: a wrong assignment. Empty reason: the bot asks for it."""

    item: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionMade(Intent):
    """异议 0123 理由: the provider does not agree with how his text was edited (A54)."""

    item: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsAsked(Intent):
    """账号 / 账号 安全贝贝: the account register, or one entry with its history."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSaid(Intent):
    """登记账号 政务微信 安全贝贝 [单位] / 账号 安全贝贝 停用: kept by those who oversee, where no flow does it.

    `opened`: the date of one that was there before the record began; no flow can have opened it.
    """

    name: str
    channel: str = ""
    unit: str = ""
    opened: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyAsked(Intent):
    """供稿 / 催供稿: the units that have sent nothing for long; `chase`: their drafters are reminded now."""

    chase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChecked(Intent):
    """查名 某某: whether a nickname or group name holds a reserved word."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReceived(Intent):
    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DidSaid(Intent):
    """收到 0123 已转发: what somebody who was informed of it has done about it."""

    item: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAsked(Intent):
    """平台故障 0123 人民网打不开: a matter begun from a step that then waits for it. Empty text: the bot asks."""

    item: int
    flow: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked(Intent):
    """`what`: todo 待办 | mine 我的稿件 | open 在办 | help 帮助 | compose 投稿."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingsAsked(Intent):
    """备案登记 [3月]."""

    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionTaken(Intent):
    """采用建议稿: what the checker proposed when he returned it."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAsked(Intent):
    """存档 [2025 | 2025-03 | 姓名 | 标题词]."""

    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAsked(Intent):
    """What those who oversee maintain: grants 授权名单 | columns 栏目 | platforms 平台."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressAsked(Intent):
    item: int
    what: str = "progress"  # progress | text | secrecy record


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAsked(Intent):
    """进度 年审: what the scheduler began for the last period; `flow` is its id."""

    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSaid(Intent):
    """授权 张伟 / 撤销授权 张伟."""

    name: str
    revoke: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSaid(Intent):
    """我今天不在,由…代(到…) / 取消代办 (empty deputy)."""

    deputy: str = ""
    until: str = ""
    span: str = ""  # what was said before 不在: 今天, 3月17日到3月19日


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed(Intent):
    """任命 | 免去 | 替换 单位 角色 姓名."""

    act: str
    unit: str
    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsAsked(Intent):
    """缺额: seats that are wanted and empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAsked(Intent):
    """小组, 专家 免疫规划: who sits in a unit or a role of the regulation; `about`: whose 备注 says so."""

    unit: str = ""
    role: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSaid(Intent):
    """单位 市公安局 标注|取消标注|上级 …; without `change`: what is known of it."""

    unit: str
    change: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationsAsked(Intent):
    """代办: who stands in for me, and for whom I do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAsked(Intent):
    """交接 张三 给 李四: all that is open with him; `channel`: the keeping of an account instead."""

    name: str = ""
    heir: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAnswered(Intent):
    """确认交出 | 确认接收 | 不交接. `number` 0: the only one that waits for this person."""

    answer: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Intent):
    """已改密码 政务微信: that it was done, and when; never the password."""

    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTap(Intent):
    """A tap on a card that was sent to somebody else (forwarded)."""

    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChanged(Intent):
    """栏目 增加|停用|改名 (saws 四(一), R10)."""

    change: str
    name: str
    new_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAsked(Intent):
    """`what`: summary 制度 | history 制度记录 | chart 流程图 | steps 环节 | list 禁止内容. `name`: which one."""

    what: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySaid(Intent):
    """A setting to change: `what` 截止时间, 期限, 环节 …; `rest` as typed. Takes effect only after 确认修改."""

    what: str
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfirmed(Intent):
    """确认修改, or 不改."""

    confirm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineAsked(Intent):
    """期限 0123: how it was reckoned, and who is told what if nobody acts."""

    item: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformChanged(Intent):
    """平台 腾讯网 停用|在用|未开通 (saws 三, R2)."""

    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Intent):
    """算了: what was being asked is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleTap(Intent):
    """A tap on a card that is over, or not this person's."""

    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerSpoke(Intent):
    """Somebody without a role."""

    known: bool
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeted(Intent):
    """Opened the chat for the first time: told what can be done here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear(Intent):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported(Intent):
    """A voice, a place and so on: refused with a sentence, kept in the record."""

    what: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing(Intent):
    """Nothing to say and nothing to do (the chat was opened); recorded when `note` is given."""

    note: str = ""
