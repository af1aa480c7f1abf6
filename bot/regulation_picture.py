"""A regulation as a picture for the terminal: who does what, in which order, by when."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.rules.deadline import due_words
from bot.rules.forms import parse_type
from bot.rules.regulation import Channel, Do, FieldSpec, Flow, Form, Kind, MediaLimit, Regulation, Role, Step

KINDS = {Kind.POST: "稿件", Kind.COMMENT: "网民评论", Kind.ACCOUNT: "账号", Kind.MATTER: "其他事项"}
DOES = {
    Do.DRAFT: "起草", Do.CHECK: "审核", Do.ASSIGN: "分办", Do.PUBLISH: "发布", Do.REPLY: "答复", Do.RECORD: "办理登记",
}
COLOURS = {
    Do.DRAFT: "cyan", Do.CHECK: "yellow", Do.ASSIGN: "magenta", Do.PUBLISH: "green", Do.REPLY: "green",
    Do.RECORD: "blue",
}
PERIODS = {"day": "每天", "week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}
FIELDS = {"text": "文字", "date": "日期", "past": "日期(不晚于今天)", "file": "附件"}


def every_words(every: str) -> str:
    """`week` → 每周, `year-11` → 每年11月."""
    period, _, month = every.partition("-")
    return f"{PERIODS[period]}{int(month)}月" if month else PERIODS[period]


def field_words(name: str, spec: FieldSpec) -> str:
    """`首发时间(日期,若首发结果=已首发)`."""
    kind, choices, (least, upto) = parse_type(spec.type)
    words = FIELDS.get(kind) or " / ".join(choices) or f"{least:g}—{upto:g}"
    return f"{name}({words}{f',若{spec.when}' if spec.when else ''})"


def form_words(form: Form) -> str:
    return "、".join(field_words(name, spec) for name, spec in form.items())


def header(regulation: Regulation) -> RenderableType:
    """Title, roles, channels, columns and kinds of content."""
    whole = "原文完整" if regulation.source == "full" else "原文不完整"
    parts: list[RenderableType] = [Text(f"{whole} · {len(regulation.flow)} 个流程", style="dim")]
    if regulation.role:
        parts.append(_roles(regulation))
    parts.append(_facts_table(_facts(regulation)))
    return Panel(Group(*parts), title=Text(f"{regulation.title} [{regulation.slug}]", style="bold"), title_align="left")


def _roles(regulation: Regulation) -> Table:
    grid = Table("角色", "在哪里", "说明", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for key, role in regulation.role.items():
        where = "承办单位" if role.scope == "own" else regulation.unit.get(role.scope, role.scope)
        name = Text.assemble(role.label, (f" {key}", "dim"))
        grid.add_row(name, Text(where), Text("、".join(_role_notes(regulation, role))))
    return grid


def _role_notes(regulation: Regulation, role: Role) -> Iterator[str]:
    if role.seats:
        least, most = role.seats
        yield f"{least}名" if least == most else f"{least}至{most}名"
    if role.granted_by:
        yield f"须经{_label(regulation, role.granted_by)}授权"
    if role.oversees:
        yield "可看全部事项并督办"


def _facts(regulation: Regulation) -> Iterator[tuple[str, str]]:
    for channel in regulation.channel.values():
        yield "渠道", ";".join((channel.name, *_channel_notes(regulation, channel)))
    if regulation.columns:
        yield "栏目", "、".join(regulation.columns)
    content = regulation.content
    for n, entry in enumerate(content.scope, 1):
        short = f"({entry.short})" if entry.short else ""
        yield ("内容范围" if n == 1 else ""), f"{n} {entry.label}{short}{',须写理由' if entry.reason else ''}"
    for n, words in enumerate(content.banned, 1):
        yield ("禁止发布" if n == 1 else ""), f"{n} {words}"
    if content.form:
        yield "每稿须填", form_words(content.form)
    if regulation.flow:
        yield "催办", "、".join(_nag_notes(regulation))


def _channel_notes(regulation: Regulation, channel: Channel) -> Iterator[str]:
    if channel.platforms:
        yield "、".join(channel.platforms)
    if channel.chars:
        yield f"{channel.chars}字以内" + ("(每个字符算1字)" if channel.count == "one" else "")
    if channel.per_day:
        yield f"每天群发{channel.per_day}次"
    if channel.test_first:
        yield "群发前先测试"
    for what, limit in (("图片", channel.image), ("视频", channel.video)):
        if limit:
            yield f"{what}{limit_words(limit)}"
    if channel.keeper:
        yield f"密码由{_label(regulation, channel.keeper)}保管"


def limit_words(limit: MediaLimit) -> str:
    """`jpg/jpeg,大于1MB,小于5MB`."""
    words = {"over": "大于", "least": "不小于", "under": "小于", "upto": "不超过"}
    sizes = [f"{word}{getattr(limit, key):g}MB" for key, word in words.items() if getattr(limit, key) is not None]
    return ",".join(["/".join(limit.formats), *sizes] if limit.formats else sizes)


def _nag_notes(regulation: Regulation) -> Iterator[str]:
    nag, clock = regulation.nag, regulation.clock
    yield f"{nag.hours or f'{clock.open}-{clock.cutoff}'}(工作日)"
    yield from (f"到期前{due_words(spec)}提醒" for spec in nag.ahead)
    if nag.again:
        yield f"逾期后每{due_words(nag.again)}再催"
    if nag.idle:
        yield f"无期限的环节{due_words(nag.idle)}不动即提醒"
    if nag.up:
        yield "逐级告知 " + " → ".join(_label(regulation, role) for role in nag.up)


def describe(regulation: Regulation, flow: Flow) -> RenderableType:
    """One flow: a box for each step, arrows between them, and where it turns back."""
    parts: list[RenderableType] = [_facts_table(_flow_facts(flow))]
    for n in range(len(flow.steps)):
        if n:
            parts.append(Text("      │\n      ▼", style="dim"))
        parts.append(_box(regulation, flow, n))
    parts.append(Text("      │\n      ▼", style="dim"))
    parts.append(Text("    " + _ending(regulation, flow), style="bold"))
    title = Text.assemble((flow.label, "bold"), (f"  {flow.clause}" if flow.clause else "", "dim"),
                          (f"  {KINDS[flow.kind]} · {flow.id}", "dim"))
    return Group(title, Padding(Group(*parts), (0, 0, 1, 2)))


def _flow_facts(flow: Flow) -> Iterator[tuple[str, str]]:
    if flow.short:
        yield "选项", flow.short
    marks = [word for word, on in (("紧急:昼夜提醒", flow.urgent), ("保密:内容只给经办人看", flow.private)) if on]
    if flow.every:
        marks.append(f"{every_words(flow.every)}自动发起")
    if marks:
        yield "性质", "、".join(marks)
    if flow.columns:
        yield "只用栏目", "、".join(flow.columns)
    if flow.form:
        yield "须填", form_words(flow.form)
    for name, sentence in flow.refuse.items():
        yield "不收", f"{name}还没有到:“{sentence}”"
    if flow.assumed:
        yield "暂定", flow.assumed


def _box(regulation: Regulation, flow: Flow, n: int) -> RenderableType:
    step = flow.steps[n]
    does = f"  {DOES[step.do]}" if step.act != DOES[step.do] else ""
    head = Text.assemble((f"{n + 1} ", "dim"), (step.act, f"bold {COLOURS[step.do]}"), (does, "dim"))
    lines = [Text(words) for words in _step_lines(regulation, flow, n)]
    box = Panel(Group(*lines), title=head, title_align="left", border_style=COLOURS[step.do], expand=False)
    if not step.when:
        return box
    return Group(Text(f"    若{step.when}(否则跳过):", style="italic"), Padding(box, (0, 0, 0, 2)))


def _step_lines(regulation: Regulation, flow: Flow, n: int) -> Iterator[str]:
    step = flow.steps[n]
    joint = step.do is Do.CHECK and len(step.by) > 1
    yield ("、" if joint else "或").join(_label(regulation, role) for role in step.by) + ("(会签)" if joint else "")
    if step.due:
        yield f"期限 {_due(step)}"
    if step.form:
        yield f"须填 {form_words(step.form)}"
    if step.do is Do.CHECK:
        yield f"{step.passes or '同意'}→继续   {step.returns or '退回'}→{_back_to(flow, n)}"
    if step.holds:
        yield f"{step.holds}→留在本环节"
    if assign := _handed_by(regulation, flow, n):
        yield f"不归本单位→{assign}"
    yield from _step_notes(step)


def _due(step: Step) -> str:
    words = due_words(step.due or "")
    return f"{step.since}{'' if words.startswith('提前') else '起'}{words}" if step.since else words


def _step_notes(step: Step) -> Iterator[str]:
    if step.record:
        yield f"存《{step.record}》"
    if step.missing:
        yield f"未办时提示“{step.missing}”"
    if step.repeat:
        yield "可多次办理,直到办结"
    if step.sets:
        yield f"办后账号{step.sets}"
    if step.missed:
        yield f"逾期账号{step.missed}"


def _back_to(flow: Flow, n: int) -> str:
    """The draft a return goes to: the nearest earlier one."""
    back = max(m for m in range(n) if flow.steps[m].do is Do.DRAFT)
    return f"第{back + 1}步 {flow.steps[back].act}"


def _handed_by(regulation: Regulation, flow: Flow, n: int) -> str:
    """The assign to which an own step may hand the item back, if there is one."""
    own = any(regulation.role[role].scope == "own" for role in flow.steps[n].by)
    assigns = [m for m in range(n) if flow.steps[m].do is Do.ASSIGN]
    return f"第{assigns[-1] + 1}步 {flow.steps[assigns[-1]].act}" if own and assigns else ""


def _ending(regulation: Regulation, flow: Flow) -> str:
    ends = ["完成"]
    if flow.file:
        ends.append(f"报送备案:{'、'.join(_label(regulation, role) for role in flow.file)}")
    if flow.archive:
        ends.append(f"存档:{_label(regulation, flow.archive)}")
    return " · ".join(ends)


def _label(regulation: Regulation, role: str) -> str:
    return regulation.role[role].label


def _facts_table(facts: Iterator[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, words in facts:
        grid.add_row(name, Text(words))
    return grid
