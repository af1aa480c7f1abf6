"""A regulation as a picture for the terminal: who does what, in which order, by when."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.chinese_wrap import Folded
from bot.rules.deadline import due_words
from bot.rules.forms import parse_type
from bot.rules.regulation import (
    Channel,
    Do,
    FieldSpec,
    Flow,
    Form,
    Kind,
    MediaLimit,
    Regulation,
    Role,
    ScopeEntry,
    Step,
)

KINDS = {Kind.POST: "稿件", Kind.COMMENT: "网民评论", Kind.ACCOUNT: "账号", Kind.MATTER: "其他事项"}
DOES = {
    Do.DRAFT: "起草", Do.CHECK: "审核", Do.ASSIGN: "分办", Do.PUBLISH: "发布", Do.REPLY: "答复", Do.RECORD: "办理登记",
}
COLOURS = {
    Do.DRAFT: "cyan", Do.CHECK: "yellow", Do.ASSIGN: "magenta", Do.PUBLISH: "green", Do.REPLY: "green",
    Do.RECORD: "blue",
}
PERIODS = {"day": "每天", "week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}
LIMIT_WORDS = {"over": "大于", "least": "不小于", "under": "小于", "upto": "不超过"}
FIELDS = {"text": "文字", "date": "日期", "past": "日期，不晚于今天", "file": "附件"}


def every_words(every: str) -> str:
    """`week` → 每周, `year-11` → 每年11月."""
    period, _, month = every.partition("-")
    return f"{PERIODS[period]}{int(month)}月" if month else PERIODS[period]


def field_words(name: str, spec: FieldSpec) -> str:
    """`首发时间（日期，若首发结果=已首发）`."""
    kind, choices, (least, upto), counts = parse_type(spec.type)
    words = FIELDS.get(kind) or " / ".join(choices) or f"{least:g}—{upto:g}{counts}"
    notes = (words, f"若{spec.when}" if spec.when else "", spec.clause, filled_words(spec))
    return f"{name}（{'，'.join(filter(None, notes))}）"


def filled_words(spec: FieldSpec) -> str:
    known = {"posts": "发布的稿件", "filings": "备案", "comments": "网民评论"}
    return f"预填{known.get(spec.fill, spec.fill)}" if spec.fill else ""


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
        yield "渠道", "；".join((channel.name, *_channel_notes(regulation, channel)))
    if regulation.columns:
        yield "栏目", "、".join(regulation.columns)
    content = regulation.content
    for n, entry in enumerate(content.scope, 1):
        yield ("内容范围" if n == 1 else ""), f"{n} {entry.label}{'，'.join(('', *scope_notes(entry)))}"
    for n, words in enumerate(content.banned, 1):
        yield ("禁止发布" if n == 1 else ""), f"{n} {words}"
    if content.form:
        yield "每稿须填", form_words(content.form)
    for n, (stiff, advice) in enumerate(content.tone.items()):
        yield ("语气" if n == 0 else ""), f"“{stiff}”→{advice}"
    if content.basis:
        yield "须有依据", f"禁止发布第{content.basis.banned}项，写明{'或'.join(content.basis.any)}即可"
    if content.illustrate:
        yield "配图", "没有图片时提醒"
    if regulation.reserved_names:
        yield "保留名称", "、".join(regulation.reserved_names)
    for n, words in enumerate(level_words(regulation)):
        yield ("舆情分级" if n == 0 else ""), words
    if regulation.severity.plan:
        yield "舆情预案", regulation.severity.plan
    if regulation.flow:
        yield "作息", _hours(regulation)
        yield "催办", "、".join(_nag_notes(regulation))
    for n, measure in enumerate(measures(regulation)):
        yield ("监测" if n == 0 else ""), _measure_words(measure)


def level_words(regulation: Regulation) -> Iterator[str]:
    labels = {flow.id: flow.label for flow in regulation.flow}
    yield from (f"{name}：{labels.get(flow, '按其他类别')}" for name, flow in regulation.severity.levels.items())


def scope_notes(entry: ScopeEntry) -> Iterator[str]:
    if entry.short:
        yield f"选项写“{entry.short}”"
    if entry.reason:
        yield "须写理由"
    if entry.tick:
        yield f"选它即勾选“{entry.tick}”"
    if entry.form:
        yield f"须填 {form_words(entry.form)}"


def _hours(regulation: Regulation) -> str:
    clock = regulation.clock
    end = "" if clock.day_end == "24:00" else f"，一天到 {clock.day_end} 为止"
    return f"{clock.open} 开始，{clock.cutoff} 以后的当日期限算到下一天{end}"


def measures(regulation: Regulation) -> Iterator[dict[str, object]]:
    listed = regulation.watch.values() if isinstance(regulation.watch, dict) else regulation.watch
    return (measure for measure in listed if isinstance(measure, dict))


def _measure_words(measure: dict[str, object]) -> str:
    limits = (f"{word}{measure[key]}" for key, word in LIMIT_WORDS.items() if key in measure)
    return f"{measure['label']}（应{'、'.join(limits)}）"


def _channel_notes(regulation: Regulation, channel: Channel) -> Iterator[str]:
    if channel.platforms:
        yield "、".join(channel.platforms)
    if channel.chars:
        yield f"{channel.chars}字以内" + ("（每个字符算1字）" if channel.count == "one" else "")
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
    """`jpg/jpeg，大于1MB，小于5MB`."""
    sizes = [f"{word}{getattr(limit, key):g}MB" for key, word in LIMIT_WORDS.items() if getattr(limit, key) is not None]
    return "，".join(["/".join(limit.formats), *sizes] if limit.formats else sizes)


def _nag_notes(regulation: Regulation) -> Iterator[str]:
    nag, clock = regulation.nag, regulation.clock
    yield f"{nag.hours or f'{clock.open}-{clock.cutoff}'}（工作日）"
    yield from (f"到期前{due_words(spec)}提醒" for spec in nag.ahead)
    if nag.again:
        yield f"逾期后每{due_words(nag.again)}再催"
    if nag.idle:
        yield f"无期限的环节{due_words(nag.idle)}不动即提醒"
    if nag.up:
        yield "逐级告知 " + " → ".join(_label(regulation, role) for role in nag.up)
    yield f"截止前{due_words(nag.review)}再给督办的人看一次"


def describe(regulation: Regulation, flow: Flow) -> RenderableType:
    """One flow: a box for each step, arrows between them, and where it turns back."""
    parts: list[RenderableType] = [_facts_table(_flow_facts(regulation, flow))]
    for n in range(len(flow.steps)):
        if n:
            parts.append(Text("      │\n      ▼", style="dim"))
        parts.append(_box(regulation, flow, n))
    parts.append(Text("      │\n      ▼", style="dim"))
    parts.append(Padding(Folded(_ending(regulation, flow)), (0, 0, 0, 4)))
    title = Text.assemble((flow.label, "bold"), (f"  {flow.clause}" if flow.clause else "", "dim"),
                          (f"  {KINDS[flow.kind]} · {flow.id}", "dim"))
    return Group(title, Padding(Group(*parts), (0, 0, 1, 2)))


def _begun(regulation: Regulation, flow: Flow) -> Iterator[str]:
    """How a flow begins by itself: in which rhythm and for whom, or when a role changes hands."""
    if flow.every:
        own = any(regulation.role[role].scope == "own" for role in flow.steps[0].by)
        each = "每个账号一份" if flow.kind is Kind.ACCOUNT else "每个承办单位一份" if own else "一份"
        yield f"{every_words(flow.every)}{flow.begin}，{each}；期末到期"
    if flow.raised_at:
        yield f"从{DOES[flow.raised_at]}环节发起，办完以前那一件待恢复"
    if flow.on_change:
        yield f"{'、'.join(_label(regulation, role) for role in flow.on_change)}换人时"


def _flow_facts(regulation: Regulation, flow: Flow) -> Iterator[tuple[str, str]]:
    if flow.short:
        yield "选项", flow.short
    marks = [word for word, on in (("紧急：昼夜提醒", flow.urgent), ("保密：内容只给经办人看", flow.private)) if on]
    if marks:
        yield "性质", "、".join(marks)
    if begun := "；".join(_begun(regulation, flow)):
        yield "自动发起", begun
    if flow.columns:
        yield "只用栏目", "、".join(flow.columns)
    if flow.form:
        yield "须填", form_words(flow.form)
    for name, sentence in flow.refuse.items():
        yield "不收", f"{'不能发起的人' if name == '承办单位' else f'{name}还没有到'}：“{sentence}”"
    if flow.assumed:
        yield "暂定", flow.assumed


def _box(regulation: Regulation, flow: Flow, n: int) -> RenderableType:
    step = flow.steps[n]
    does = f"  {DOES[step.do]}" if step.act != DOES[step.do] else ""
    head = Text.assemble((f"{n + 1} ", "dim"), (step.act, f"bold {COLOURS[step.do]}"), (does, "dim"))
    lines = [Folded(words) for words in _step_lines(regulation, flow, n)]
    box = Panel(Group(*lines), title=head, title_align="left", border_style=COLOURS[step.do], expand=False)
    if not step.when:
        return box
    return Group(Text(f"    若{step.when}（否则跳过）：", style="italic"), Padding(box, (0, 0, 0, 2)))


def _step_lines(regulation: Regulation, flow: Flow, n: int) -> Iterator[str]:
    step = flow.steps[n]
    yield from _who(regulation, step)
    if step.do is Do.ASSIGN:
        yield "选定承办单位，可以选几个"
    elif _each_unit(regulation, flow, n):
        yield "分给几个单位的，各单位各办一份"
    if step.due:
        yield f"期限 {due_phrase(step)}"
        if n == 0 and step.do is Do.DRAFT and step.since:
            yield "迟了仍可提交，标为迟报，要写原因"
    if step.form:
        yield f"须填 {form_words(step.form)}"
    if step.do is Do.CHECK:
        yield f"{step.passes or '同意'}→继续   {step.returns or '退回'}→{_back_to(flow, n)}"
    if step.holds:
        yield f"{step.holds}→留在本环节"
    if assign := _handed_by(regulation, flow, n):
        yield f"不归本单位→{assign}"
    if step.needs:
        yield f"先要有 {'、'.join(_label(regulation, role) for role in step.needs)}"
    yield from _step_notes(step)


def _who(regulation: Regulation, step: Step) -> Iterator[str]:
    """Any one of several; of a 会签 all of them, side by side."""
    labels = [_label(regulation, role) for role in step.by]
    if step.do is not Do.CHECK or len(labels) == 1:
        yield "或".join(labels)
        return
    yield "会签：同时送下列各方，全部同意才继续"
    yield from (f"{'└' if n == len(labels) else '├'} {label}" for n, label in enumerate(labels, 1))


def _each_unit(regulation: Regulation, flow: Flow, n: int) -> bool:
    """An own step after an assign is done by each of the units assigned."""
    own = all(regulation.role[role].scope == "own" for role in flow.steps[n].by)
    return own and any(step.do is Do.ASSIGN for step in flow.steps[:n])


def due_phrase(step: Step) -> str:
    words = due_words(step.due or "")
    return f"{step.since}{'' if words.startswith('提前') else '起'}{words}" if step.since else words


def _step_notes(step: Step) -> Iterator[str]:
    if step.reasons:
        yield f"常用理由 {'、'.join(step.reasons)}"
    if step.record:
        yield f"存《{step.record}》"
    if step.missing:
        yield f"未办时提示“{step.missing}”"
    if step.late:
        yield f"逾期计为“{step.late}”"
    if step.vacant:
        yield f"没有人时不能送审“{step.vacant}”"
    if step.confirm:
        yield "再确认一次未见禁止发布的内容"
    if step.adopt:
        yield adopt_words(step)
    if step.interim:
        yield interim_words(step)
    if step.back:
        yield f"{step.back} → 退回前面再办"
    if step.early:
        yield f"日期早于批准的标为“{step.early}”"
    if step.repeat:
        yield "↻ 可多次办理，直到办结"
    if step.sets:
        yield f"办后 账号 → {step.sets}"
    if step.missed:
        yield f"逾期 账号 → {step.missed}"


def adopt_words(step: Step) -> str:
    """`采用情况=采用的，成为稿件：来稿题目、来稿内容，署名来稿作者`."""
    a = step.adopt
    return f"{a.when}的，成为稿件：{a.title}、{a.body}，署名{a.author}" if a else ""


def interim_words(step: Step) -> str:
    """正在研究办理 → 需研究办理（答复用语 3 句）."""
    return f"{step.interim.act} → {step.interim.tick}（答复用语 {len(step.interim.texts)} 句）" if step.interim else ""


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
        ends.append(f"报送备案：{'、'.join(_label(regulation, role) for role in flow.file)}")
    if flow.inform:
        did = f"，各自登记{'、'.join(flow.did)}" if flow.did else ""
        ends.append(f"告知：{'、'.join(_label(regulation, role) for role in flow.inform)}{did}")
    if flow.archive:
        ends.append(f"存档：{_label(regulation, flow.archive)}")
    if flow.responsible:
        ends.append(f"责任人：{_label(regulation, flow.responsible)}")
    return " · ".join(ends)


def _label(regulation: Regulation, role: str) -> str:
    return regulation.role[role].label


def _facts_table(facts: Iterator[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, words in facts:
        grid.add_row(name, Folded(words))
    return grid
