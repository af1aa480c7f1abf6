"""What differs between two regulations, in Chinese, part by part: 单位, 角色, 渠道 … and every flow with its steps.

Each part becomes things with facts in words (`信息员` → `人数: 1至3名`), so that comparing is the same everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from bot.regulation_picture import (
    DOES,
    KINDS,
    adopt_words,
    due_phrase,
    every_words,
    form_words,
    interim_words,
    level_words,
    limit_words,
    scope_notes,
)
from bot.rules.deadline import due_words
from bot.rules.regulation import Channel, Flow, Regulation, Step

Facts = dict[str, str]
Part = dict[str, Facts]  # what is compared under one heading: name → facts
Label = Callable[[str], str]


class Names:
    """One name for the same thing in both files, so that a renamed role is told of once."""

    def __init__(self, old: Regulation, new: Regulation) -> None:
        self.units = {**old.unit, **new.unit}
        self.roles = {key: role.label for one in (old, new) for key, role in one.role.items()}
        self.channels = {key: channel.label for one in (old, new) for key, channel in one.channel.items()}
        self.flows = {flow.id: flow.label for one in (old, new) for flow in one.flow}

    def role(self, key: str) -> str:
        return self.roles[key]


def difference(old: Regulation, new: Regulation) -> dict[str, list[str]]:
    """Heading → lines (＋ new, － gone, ＊ changed). Empty when nothing differs."""

    names = Names(old, new)
    before, after = _parts(old, names), _parts(new, names)
    headings = dict.fromkeys([*before, *after])
    found = {heading: list(_compare(before.get(heading, {}), after.get(heading, {}))) for heading in headings}
    return {heading: lines for heading, lines in found.items() if lines}


def _compare(old: Part, new: Part) -> Iterator[str]:
    for name in old:
        if name not in new:
            yield f"－ {name}"
    for name, facts in new.items():
        if name not in old:
            details = "；".join(f"{aspect} {words}".strip() for aspect, words in facts.items() if words)
            yield f"＋ {name}" + (f"：{details}" if details else "")
        else:
            yield from _changes(name, old[name], facts)
    common, now = [name for name in old if name in new], [name for name in new if name in old]
    if common != now:
        yield f"＊ 次序：{'、'.join(common)} → {'、'.join(now)}"


def _changes(name: str, old: Facts, new: Facts) -> Iterator[str]:
    for aspect in dict.fromkeys([*old, *new]):
        was, now = old.get(aspect, ""), new.get(aspect, "")
        if was != now:
            yield f"＊ {name}：{aspect}{' ' if aspect else ''}{was or '（无）'} → {now or '（无）'}"


def _parts(regulation: Regulation, names: Names) -> dict[str, Part]:
    content, clock, label = regulation.content, regulation.clock, names.role
    parts: dict[str, Part] = {
        "概况": {
            "名称": {"": regulation.title}, "代号": {"": regulation.slug},
            "原文": {"": "完整" if regulation.source == "full" else "不完整"},
            "保留名称": {"": "、".join(regulation.reserved_names)},
        },
        "单位": {f"{names.units[key]}（{key}）": {"名称": name} for key, name in regulation.unit.items()},
        "角色": {f"{label(key)}（{key}）": _role(regulation, key, names) for key in regulation.role},
        "渠道": {f"{names.channels[key]}（{key}）": _channel(one, label) for key, one in regulation.channel.items()},
        "栏目": {name: {} for name in regulation.columns},
        "内容": {
            **{f"范围“{entry.label}”": {"": "，".join(scope_notes(entry))} for entry in content.scope},
            **{f"禁止“{words}”": {} for words in content.banned},
            "每稿须填": {"": form_words(content.form)},
            "配图": {"": "没有图片时提醒" if content.illustrate else ""},
            "依据": {"": f"第{content.basis.banned}项，{'或'.join(content.basis.any)}" if content.basis else ""},
            **{f"语气“{stiff}”": {"": advice} for stiff, advice in content.tone.items()},
        },
        "时间": {"上班": {"": clock.open}, "当日截止": {"": clock.cutoff}, "一天结束": {"": clock.day_end}},
        "舆情": {"分级": {"": "；".join(level_words(regulation))}, "预案": {"": regulation.severity.plan}},
        "催办": {name: {"": words} for name, words in _nag(regulation, label)},
        "监测": {name: {"": words} for name, words in _watch(regulation)},
        "流程": {f"{names.flows[flow.id]}（{flow.id}）": {} for flow in regulation.flow},
    }  # fmt: skip
    for flow in regulation.flow:
        parts[f"流程 {flow.id}"] = _flow(flow, label)
    return parts


def _role(regulation: Regulation, key: str, names: Names) -> Facts:
    role, label = regulation.role[key], names.role
    return {
        "名称": role.label,
        "在哪里": "承办单位" if role.scope == "own" else names.units[role.scope],
        "人数": "" if role.seats is None else f"{role.seats[0]}至{role.seats[1]}名",
        "授权人": label(role.granted_by) if role.granted_by else "",
        "督办": "可看全部事项" if role.oversees else "",
    }  # fmt: skip


def _channel(channel: Channel, label: Label) -> Facts:
    return {
        "名称": channel.label, "账号": channel.account, "平台": "、".join(channel.platforms),
        "保管人": label(channel.keeper) if channel.keeper else "",
        "字数": f"{channel.chars}字" if channel.chars else "",
        "计字": "每个字符算1字" if channel.count == "one" else "",
        "每天群发": f"{channel.per_day}次" if channel.per_day else "",
        "先测试": "是" if channel.test_first else "",
        "图片": limit_words(channel.image) if channel.image else "",
        "视频": limit_words(channel.video) if channel.video else "",
    }  # fmt: skip


def _nag(regulation: Regulation, label: Label) -> Iterator[tuple[str, str]]:
    nag = regulation.nag
    yield "时段", nag.hours
    yield "提前", "、".join(due_words(spec) for spec in nag.ahead)
    yield "逾期再催", due_words(nag.again) if nag.again else ""
    yield "无期限的环节", due_words(nag.idle) if nag.idle else ""
    yield "下班前再看", due_words(nag.review)
    yield "逐级告知", "、".join(label(role) for role in nag.up)


def _watch(regulation: Regulation) -> Iterator[tuple[str, str]]:
    watch = regulation.watch
    for key, measure in watch.items() if isinstance(watch, dict) else enumerate(watch, 1):
        facts = measure if isinstance(measure, dict) else {}
        words = "，".join(f"{name} {value}" for name, value in facts.items() if name != "label")
        yield f"“{facts.get('label', '')}”" + (f"（{key}）" if isinstance(key, str) else ""), words


def _flow(flow: Flow, label: Label) -> Part:
    return {
        f"“{flow.option}”": {
            "名称": flow.label, "选项": flow.short, "种类": KINDS[flow.kind], "依据": flow.clause,
            "紧急": "是" if flow.urgent else "", "保密": "是" if flow.private else "",
            "只用栏目": "、".join(flow.columns), "须填": form_words(flow.form),
            "不收": "、".join(f"{name}：{words}" for name, words in flow.refuse.items()),
            "自动发起": every_words(flow.every) + flow.begin if flow.every else "",
            "换人时发起": "、".join(map(label, flow.on_change)),
            "告知": "、".join(map(label, flow.inform)), "各自登记": "、".join(flow.did),
            "从哪里发起": DOES[flow.raised_at] if flow.raised_at else "",
            "报送备案": "、".join(map(label, flow.file)), "存档": label(flow.archive) if flow.archive else "",
            "责任人": label(flow.responsible) if flow.responsible else "",
            "暂定": flow.assumed,
        },
        **{name: _step(step, label) for name, step in _named(flow)},
    }  # fmt: skip


def _named(flow: Flow) -> Iterator[tuple[str, Step]]:
    """Steps by their act; the second of one act is 批准(第2个)."""
    seen: Counter[str] = Counter()
    for step in flow.steps:
        seen[step.act] += 1
        more = f"（第{seen[step.act]}个）" if seen[step.act] > 1 else ""
        yield f"环节“{step.act}”{more}", step


def _step(step: Step, label: Label) -> Facts:
    return {
        "做什么": DOES[step.do], "谁": "、".join(map(label, step.by)), "条件": step.when or "",
        "期限": due_phrase(step) if step.due else "", "须填": form_words(step.form),
        "通过叫": step.passes, "退回叫": step.returns, "搁置叫": step.holds, "常用理由": "、".join(step.reasons),
        "记录": step.record, "未办提示": step.missing, "逾期计为": step.late, "无人提示": step.vacant,
        "发布时确认": "是" if step.confirm else "", "成为稿件": adopt_words(step),
        "先要有": "、".join(map(label, step.needs)), "先办标记": step.early,
        "先行答复": interim_words(step), "答复用语": "；".join(step.interim.texts) if step.interim else "",
        "退回再办": step.back,
        "多次办理": "是" if step.repeat else "", "办后账号": step.sets or "", "逾期账号": step.missed or "",
    }  # fmt: skip


def lines(old: Regulation, new: Regulation) -> Iterator[str]:
    """The whole difference as it is printed."""
    names = Names(old, new).flows
    for heading, found in difference(old, new).items():
        _, _, flow_id = heading.partition(" ")
        if flow_id and flow_id not in {flow.id for flow in new.flow}:
            continue  # the whole flow is gone: said once, under 流程
        yield f"流程·{names[flow_id]}" if flow_id else heading
        yield from (f"  {line}" for line in found)
