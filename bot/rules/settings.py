"""设置: what of a regulation may be changed in chat: from the words people type to a dotted path and its new value.

Pure: a change is a new raw table (as parsed from TOML); whether the whole still holds is asked of `bot/regulation.py`.
A path goes by keys, a flow by its id: `clock.cutoff`, `channel.weibo.chars`, `flow.post.steps`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.rules.deadline import due_words, parse_clock, parse_duration

Raw = dict[str, Any]

OPEN_TABLES = ("clock", "nag", "content", "severity")  # may be absent from a file: everything in them has a default
DEFAULTS: dict[str, object] = {"clock.open": "08:30", "clock.cutoff": "17:30", "clock.day_end": "24:00"}
NONE = ("无", "不限", "取消", "不设")


class NoSuchSetting(LookupError):
    """The path leads nowhere: its flow, channel or unit is not in this regulation."""


class BadSetting(ValueError):
    """What was typed cannot be a change: a sentence that says what can be typed instead."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One value to change. None: the key is absent (its default holds)."""

    path: str
    before: object
    after: object


# ---- paths ---------------------------------------------------------------------------------------------------------


def value_at(raw: Mapping[str, Any], path: str) -> object:
    """The value at this path, or None."""
    here: Any = raw
    for part in path.split("."):
        here = _flow(here, part) if isinstance(here, list) else here.get(part) if isinstance(here, dict) else None
    return here


def with_value(raw: Mapping[str, Any], path: str, value: object) -> Raw:
    """A copy with another value at this path; None takes the key away. Raises NoSuchSetting."""
    changed: Raw = deepcopy(dict(raw))
    *tables, key = path.split(".")
    here: Any = changed
    for place, part in enumerate(tables):
        if place == 0 and part in OPEN_TABLES:
            here.setdefault(part, {})
        here = _flow(here, part) if isinstance(here, list) else here.get(part)
        if not isinstance(here, dict | list):
            raise NoSuchSetting(path)
    if not isinstance(here, dict):
        raise NoSuchSetting(path)
    if value is None:
        here.pop(key, None)
    else:
        here[key] = deepcopy(value)
    return changed


def _flow(flows: Sequence[Any], flow_id: str) -> Any:
    return next((flow for flow in flows if isinstance(flow, dict) and flow.get("id") == flow_id), None)


def amended(raw: Mapping[str, Any], amendments: Sequence[Amendment]) -> Raw:
    """The raw table after all of them. Raises NoSuchSetting."""
    changed: Raw = dict(raw)
    for amendment in amendments:
        changed = with_value(changed, amendment.path, amendment.after)
    return changed


def _amendment(raw: Raw, path: str, after: object) -> Amendment:
    before = value_at(raw, path)
    return Amendment(path, DEFAULTS.get(path) if before is None else before, after)


# ---- values as people type them ------------------------------------------------------------------------------------


def read_clock(words: str) -> str:
    """20:00, 20：00, 20点, 8点30分 → 20:00, 08:30. Raises BadSetting."""
    found = re.fullmatch(r"(\d{1,2})(?:[:：点时](\d{1,2})?分?)?", words)
    if not found:
        raise BadSetting(f"没看懂时刻“{words}”，请写成 20:00")
    moment = f"{int(found[1]):02d}:{int(found[2] or 0):02d}"
    try:
        parse_clock(moment)
    except ValueError:
        raise BadSetting(f"没有“{words}”这个时刻，请写成 20:00") from None
    return moment


def read_window(words: str) -> str | None:
    """8:30-17:30, 8:30至17:30. Raises BadSetting."""
    if words in NONE:
        return None
    ends = re.split(r"\s*(?:-|—+|–|~|～|至|到)\s*", words)
    if len(ends) != 2:
        raise BadSetting(f"没看懂时段“{words}”，请写成 08:30-17:30")
    return f"{read_clock(ends[0])}-{read_clock(ends[1])}"


_SPANS = (
    (r"(\d{1,4})\s*(?:个)?工作日", "{}wd"),
    (r"(\d{1,4})\s*(?:个)?(?:小时|时|钟头)", "{}h"),
    (r"(\d{1,4})\s*(?:个)?(?:天|日|自然日)", "{}d"),
    (r"(?:当日|当天|今天)()", "0wd"),
    (r"(?:下一?个?)?周([一二三四五六日])", "周{}"),
)


def read_span(words: str) -> str:
    """2wd, 2个工作日, 24小时, 5天, 当日, 提前1天 → 2wd, 2wd, 24h, 5d, 0wd, -1d. Raises BadSetting."""
    sign, bare = ("-", words.removeprefix("提前").strip()) if words.startswith("提前") else ("", words.strip())
    for pattern, form in _SPANS:
        if found := re.fullmatch(pattern, bare):
            bare = form.format(found[1])
            break
    try:
        parse_duration(sign + bare)
    except ValueError:
        raise BadSetting(f"没看懂时限“{words}”，请写成 2个工作日、24小时、5天或当日") from None
    return sign + bare


def read_spans(words: str) -> list[str] | None:
    if words in NONE:
        return None
    return [read_span(part) for part in re.split(r"[、，,\s]+", words) if part]


def read_optional_span(words: str) -> str | None:
    return None if words in NONE else read_span(words)


def read_number(words: str) -> int | None:
    """140, 140字, 1次. Raises BadSetting."""
    if words in NONE:
        return None
    found = re.fullmatch(r"(\d{1,6})\s*[字次条]?", words)
    if not found:
        raise BadSetting(f"没看懂数目“{words}”，请写一个数，例如 140；不限写“不限”")
    return int(found[1])


# ---- what is typed -------------------------------------------------------------------------------------------------

PLAIN: dict[str, tuple[str, Callable[[str], object]]] = {
    "截止时间": ("clock.cutoff", read_clock),
    "上班时间": ("clock.open", read_clock),
    "催办时段": ("nag.hours", read_window),
    "提前提醒": ("nag.ahead", read_spans),
    "再次催办": ("nag.again", read_optional_span),
    "久未办理": ("nag.idle", read_optional_span),
}
OF_CHANNEL = {"字数": "chars", "每天群发": "per_day"}
LISTED = {"禁止内容": "content.banned", "保护字样": "reserved_names"}
HOW = (
    "“设置 截止时间 20:00”“设置 再次催办 1个工作日”“字数 渠道 140”“每天群发 渠道 1”“期限 流程 环节 2个工作日”"
    "“答复用语 流程 1 新的一句”"
    "“单位名称 旧名 新名”“禁止内容 增加 内容”“保护字样 增加 字样”“环节 流程”“舆情分级 增加 级别 类别”“舆情预案 全文”"
)


def wanted(what: str, rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """The changes that a typed sentence asks for. Raises BadSetting with what is wrong with it."""
    if what in PLAIN:
        path, reads = PLAIN[what]
        if not rest:
            raise BadSetting(f"请写明新的{what}，例如“设置 {what} {_example(what)}”")
        found: tuple[Amendment, ...] = (_amendment(raw, path, reads(rest)),)
    elif what in OF_CHANNEL:
        found = _of_channel(what, rest, raw)
    elif what in LISTED:
        found = _listed(what, rest, raw)
    else:
        makes = {
            "期限": _due, "单位名称": _unit, "环节": _steps, "逐级告知": _up, "舆情分级": _levels, "舆情预案": _plan,
            "答复用语": _wordings,
        }  # fmt: skip
        if what not in makes:
            raise BadSetting(f"没有“{what}”这项设置。可以发：{HOW}")
        found = makes[what](rest, raw)
    if all(amendment.before == amendment.after for amendment in found):
        raise BadSetting("现在就是这样，不用改")
    return found


def _example(what: str) -> str:
    return {"截止时间": "20:00", "上班时间": "08:30", "催办时段": "08:30-17:30"}.get(what, "1个工作日")


def _of_channel(what: str, rest: str, raw: Raw) -> tuple[Amendment, ...]:
    name, _, number = rest.rpartition(" ")
    channels = {key: one["label"] for key, one in raw.get("channel", {}).items()}
    if not name.strip():
        raise BadSetting(f"请写明渠道和数目，例如“{what} {next(iter(channels.values()), '渠道')} 140”")
    key = _one_of(name.strip(), {key: (key, label) for key, label in channels.items()}, "渠道")
    return (_amendment(raw, f"channel.{key}.{OF_CHANNEL[what]}", read_number(number)),)


def _one_of(name: str, known: Mapping[str, tuple[str, ...]], what: str) -> str:
    """The key that goes by this name; by a part of its label where only one has it. Raises BadSetting."""
    exact = [key for key, labels in known.items() if name in labels]
    near = exact or [key for key, labels in known.items() if any(name in label for label in labels)]
    if len(near) == 1:
        return near[0]
    listed = "、".join(labels[-1] for labels in known.values()) or "没有"
    if near:
        raise BadSetting(f"有 {len(near)} 个{what}叫“{name}”，请写全名：{'、'.join(known[key][-1] for key in near)}")
    raise BadSetting(f"没有{what}“{name}”，有：{listed}")


def _listed(what: str, rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """增加 …, 删除 5 or 删除 …: the list as a whole is the value."""
    path, (change, _, words) = LISTED[what], rest.partition(" ")
    before, words = list(value_at(raw, path) or ()), words.strip(" 。")  # type: ignore[call-overload]
    if change not in ("增加", "删除") or not words:
        raise BadSetting(f"请写“{what} 增加 内容”或“{what} 删除 序号”")
    if change == "增加":
        if words in before:
            raise BadSetting(f"已有“{words}”")
        return (_amendment(raw, path, [*before, words]),)
    number = int(words) if words.isdigit() else before.index(words) + 1 if words in before else 0
    if not 1 <= number <= len(before):
        raise BadSetting(f"{what}没有“{words}”，现有 {len(before)} 项")
    after = [entry for n, entry in enumerate(before, 1) if n != number]
    basis = value_at(raw, "content.basis.banned") if what == "禁止内容" else None
    if basis == number:
        raise BadSetting(f"第{number}项在制度里另有依据要求，不能删除")
    moved: tuple[Amendment, ...] = ()
    if isinstance(basis, int) and basis > number:  # first, so that each step by itself is valid
        moved = (_amendment(raw, "content.basis.banned", basis - 1),)
    return (*moved, _amendment(raw, path, after or None))


def _unit(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """A unit's name, and wherever the old one stands in labels and in the title."""
    name, _, new = rest.partition(" ")
    new = new.strip().removeprefix("改为").removeprefix("为").strip()
    units = {key: (key, label) for key, label in raw.get("unit", {}).items()}
    if not name or not new:
        raise BadSetting(f"请写“单位名称 旧名 新名”，单位有：{'、'.join(label for _, label in units.values())}")
    key = _one_of(name, units, "单位")
    old = units[key][1]
    if any(label == new for other, (_, label) in units.items() if other != key):
        raise BadSetting(f"已有单位“{new}”")
    found = [_amendment(raw, f"unit.{key}", new)]
    for path, words in _shown(raw):
        renamed = _renamed(words, old, new)
        if renamed != words:
            found.append(_amendment(raw, path, renamed))
    return tuple(found)


def _shown(raw: Raw) -> Iterator[tuple[str, object]]:
    """Where a unit's name may be cited."""
    yield "title", raw.get("title")
    for key, role in raw.get("role", {}).items():
        yield f"role.{key}.label", role.get("label")
    for flow in raw.get("flow", ()):
        for key in ("label", "short", "clause", "assumed", "refuse", "steps"):
            if key in flow:
                yield f"flow.{flow['id']}.{key}", flow[key]


def _renamed(value: object, old: str, new: str) -> object:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {key: _renamed(one, old, new) for key, one in value.items()}
    return value


def _up(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """Whom lateness is told, one more each time."""
    if not rest:
        raise BadSetting("请写明角色，例如“设置 逐级告知 部门负责人、主管领导”")
    roles = None if rest in NONE else [_role(one, raw) for one in re.split(r"[、，,→\s]+", rest) if one]
    return (_amendment(raw, "nag.up", roles),)


def _role(name: str, raw: Raw) -> str:
    return _one_of(name, {key: (key, role["label"]) for key, role in raw.get("role", {}).items()}, "角色")


def _levels(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """增加 较大 较大以上舆情: the level, and the kind of comment it takes (none: any); the last is the highest."""
    change, *words = rest.split()
    before = dict(value_at(raw, "severity.levels") or {})  # type: ignore[call-overload]
    if change not in ("增加", "删除") or not words:
        raise BadSetting("请写“舆情分级 增加 级别 类别”（从低到高，一般的级别可以不写类别）或“舆情分级 删除 级别”")
    level, kind = words[0], "".join(words[1:])
    if change == "删除":
        if level not in before:
            raise BadSetting(f"没有“{level}”这一级，有：{'、'.join(before) or '无'}")
        left = {name: flow for name, flow in before.items() if name != level}
        return (_amendment(raw, "severity.levels", left or None),)
    return (_amendment(raw, "severity.levels", before | {level: _comment_flow(kind, raw) if kind else ""}),)


def _comment_flow(name: str, raw: Raw) -> str:
    flows = [flow for flow in raw.get("flow", ()) if flow.get("kind") == "comment"]
    return _one_of(name, {f["id"]: (f["id"], f.get("short") or f["label"], f["label"]) for f in flows}, "评论类别")


def _plan(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    return (_amendment(raw, "severity.plan", None if rest in NONE else rest),)


# ---- steps ---------------------------------------------------------------------------------------------------------


def flow_named(name: str, raw: Raw) -> Raw:
    """The flow with this id, label or short. Raises BadSetting."""
    flows = {flow["id"]: flow for flow in raw.get("flow", ())}
    names = {key: (key, flow.get("short") or flow["label"], flow["label"]) for key, flow in flows.items()}
    return dict(flows[_one_of(name, names, "流程")])


def _place(name: str, steps: Sequence[Raw]) -> int:
    """Where the step of this name (or number) stands. Raises BadSetting."""
    if name.isdigit() and 1 <= int(name) <= len(steps):
        return int(name) - 1
    found = [n for n, step in enumerate(steps) if step["act"] == name]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = "、".join(str(n + 1) for n in found)
        raise BadSetting(f"有 {len(found)} 个环节叫“{name}”（第{numbers}个），请用序号说明")
    raise BadSetting(f"没有环节“{name}”，有：{'、'.join(step['act'] for step in steps)}")


def _due(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    parts = rest.split()
    if len(parts) < 3:
        raise BadSetting("请写“期限 流程 环节 时限”，例如“期限 信息发布 审核 2个工作日”；看一件的期限发“期限 0123”")
    flow = flow_named(parts[0], raw)
    place, words = _place(parts[1], flow["steps"]), "".join(parts[2:])
    span = read_optional_span(words)
    step = {key: value for key, value in flow["steps"][place].items() if key != "due"}
    if span is None:
        step.pop("since", None)
    return _with_steps(raw, flow, [
        ({**step, "due": span} if span else step) if n == place else kept for n, kept in enumerate(flow["steps"])
    ])  # fmt: skip


def _wordings(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    """答复用语 流程 2 新的一句 / 删除 2 / 增加 一句: what is prepared for a first answer."""
    how = "请写“答复用语 流程 1 新的一句”，或“答复用语 流程 增加 一句”“答复用语 流程 删除 1”"
    name, _, change = rest.partition(" ")
    word, _, said = change.strip().partition(" ")
    if not name or not word:
        raise BadSetting(how)
    flow = flow_named(name, raw)
    place = next((n for n, step in enumerate(flow["steps"]) if "interim" in step), None)
    if place is None:
        raise BadSetting(f"“{flow['label']}”没有先行答复的环节")
    texts = list(flow["steps"][place]["interim"].get("texts", ()))
    said = said.strip()
    said = said if not said or said.isdigit() or said[-1] in "。！？.!?" else f"{said}。"  # it was trimmed
    number = int(said if word == "删除" else word) if (said if word == "删除" else word).isdigit() else 0
    if word == "增加" and said:
        texts.append(said)
    elif not 1 <= number <= len(texts) or (word != "删除" and not said):
        raise BadSetting(f"{how}。现有：{'；'.join(f'{n} {one}' for n, one in enumerate(texts, 1)) or '没有'}")
    elif word == "删除":
        del texts[number - 1]
    else:
        texts[number - 1] = said
    step = flow["steps"][place]
    changed = {**step, "interim": {**step["interim"], "texts": texts}}
    return _with_steps(raw, flow, [changed if n == place else kept for n, kept in enumerate(flow["steps"])])


_ADD = re.compile(
    r"(?P<act>\S{1,16})\s+由\s*(?P<by>\S+?)(?:\s+(?P<do>登记|办理|审核))?\s+在\s*(?P<at>\S+?)\s*之?(?P<side>后|前)"
)


def _steps(rest: str, raw: Raw) -> tuple[Amendment, ...]:
    name, _, change = rest.partition(" ")
    flow = flow_named(name, raw)
    word, _, rest = change.strip().partition(" ")
    steps = list(flow["steps"])
    if word == "删除" and rest:
        del steps[_place(rest.strip(), steps)]
        return _with_steps(raw, flow, steps)
    added = _ADD.fullmatch(rest.strip()) if word == "增加" else None
    if added is None:
        raise BadSetting(f"请写“环节 {name} 删除 环节名”或“环节 {name} 增加 终审 由 角色 在 环节名 之后”")
    by = [_role(one, raw) for one in re.split(r"[、,，]", added["by"]) if one]
    place = _place(added["at"].strip(), steps) + (added["side"] == "后")
    do = "record" if added["do"] in ("登记", "办理") else "check"
    steps.insert(place, {"by": by, "do": do, "act": added["act"]})
    return _with_steps(raw, flow, steps)


def _with_steps(raw: Raw, flow: Raw, steps: list[Raw]) -> tuple[Amendment, ...]:
    return (_amendment(raw, f"flow.{flow['id']}.steps", steps),)


# ---- in words ------------------------------------------------------------------------------------------------------

_NAMES = {path: name for name, (path, _) in PLAIN.items()} | {path: name for name, path in LISTED.items()} | {
    "title": "制度名称", "columns": "栏目", "clock.day_end": "一天的结束", "nag.up": "逐级告知",
    "content.basis.banned": "依据要求所指的禁止内容", "file": "制度文件",
    "severity.levels": "舆情分级", "severity.plan": "舆情预案",
}  # fmt: skip
_KEYS = {"label": "名称", "short": "简称", "clause": "依据", "assumed": "暂定说明", "refuse": "拒绝用语"}


def path_words(path: str, raw: Mapping[str, Any]) -> str:
    """clock.cutoff → 截止时间, channel.weibo.chars → 政务微博字数, flow.post.steps → “信息发布”的环节."""
    if path in _NAMES:
        return _NAMES[path]
    group, _, rest = path.partition(".")
    key, _, what = rest.partition(".")
    owner = value_at(raw, f"{group}.{key}")
    label = str(owner.get("label", key)) if isinstance(owner, dict) else key
    if group == "channel":
        return label + {"chars": "字数", "per_day": "每天群发次数"}.get(what, what)
    if group == "unit":
        return "单位名称"
    if group == "role":
        return "角色名称"
    return f"“{label}”的{'环节' if what == 'steps' else _KEYS.get(what, what)}" if group == "flow" else path


def change_words(path: str, before: object, after: object, raw: Mapping[str, Any]) -> str:
    """截止时间：17:30 → 20:00; of a list only what differs."""
    name = path_words(path, raw)
    if path == "file":
        return f"{name}：{_file_words(str(before), str(after))}"
    if path.endswith(".steps") and isinstance(before, list) and isinstance(after, list):
        return f"{name}：{_step_changes(before, after, raw)}"
    if path in LISTED.values():
        return f"{name}：{_list_changes(before, after)}"
    if path == "severity.levels":
        before, after = (_level_words(value, raw) for value in (before, after))
    if path == "nag.up":
        before, after = (_labels(value, raw) for value in (before, after))
    return f"{name}：{_value_words(path, before)} → {_value_words(path, after)}"


def _value_words(path: str, value: object) -> str:
    if value is None or value in ([], ()):
        return "不限" if path.endswith((".chars", ".per_day")) else "无"
    if path in ("nag.again", "nag.idle"):
        return due_words(str(value))
    if path == "nag.ahead" and isinstance(value, list):
        return "、".join(due_words(str(one)) for one in value)
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return str(value)


def _level_words(value: object, raw: Raw | Mapping[str, Any]) -> list[str]:
    """一般、较大（较大以上舆情）."""
    labels = {flow["id"]: flow.get("short") or flow["label"] for flow in raw.get("flow", ())}
    levels = value if isinstance(value, dict) else {}
    return [f"{name}（{labels.get(flow, flow)}）" if flow else name for name, flow in levels.items()]


def _labels(value: object, raw: Mapping[str, Any]) -> list[str]:
    roles = raw.get("role", {})
    keys = value if isinstance(value, list | tuple) else ()
    return [roles[key]["label"] if key in roles else str(key) for key in keys]


def _list_changes(before: object, after: object) -> str:
    old, new = (list(value) if isinstance(value, list | tuple) else [] for value in (before, after))
    gone = [f"删除第{n}项“{one}”" for n, one in enumerate(old, 1) if one not in new]
    come = [f"增加第{n}项“{one}”" for n, one in enumerate(new, 1) if one not in old]
    return f"{'、'.join((*gone, *come)) or '次序改变'}（{len(old)} 项 → {len(new)} 项）"


def _step_changes(before: list[Any], after: list[Any], raw: Mapping[str, Any]) -> str:
    """The chain before and after; where only a deadline or a prepared wording differs, that."""
    if [_without_texts(step) for step in before] == [_without_texts(step) for step in after]:
        pairs = zip(before, after, strict=True)
        return "、".join(
            f"“{old['act']}”答复用语 {_list_changes(_texts(old), _texts(new))}" for old, new in pairs if old != new
        )
    if [_without_due(step) for step in before] == [_without_due(step) for step in after]:
        pairs = zip(before, after, strict=True)
        return "、".join(
            f"“{old['act']}”期限 {_due_words(old)} → {_due_words(new)}" for old, new in pairs if old != new
        )
    return f"{chain(before, raw)}，改为 {chain(after, raw)}"


def _without_due(step: Raw) -> Raw:
    return {key: value for key, value in step.items() if key not in ("due", "since")}


def _without_texts(step: Raw) -> Raw:
    return {**step, "interim": {k: v for k, v in step.get("interim", {}).items() if k != "texts"}}


def _texts(step: Raw) -> list[str]:
    return list(step.get("interim", {}).get("texts", ()))


def _due_words(step: Raw) -> str:
    return due_words(step["due"]) if step.get("due") else "无"


def chain(steps: Sequence[Any], raw: Mapping[str, Any], *, who: bool = False) -> str:
    """提供信息 → 核稿审批 →（须协会领导批准：批准）→ 发布."""
    roles = raw.get("role", {})
    shown = []
    for step in steps:
        people = "、".join(roles[role]["label"] if role in roles else role for role in step["by"])
        act = f"{step['act']}〔{people}〕" if who else step["act"]
        shown.append(f"（{step['when']}：{act}）" if step.get("when") else f" {act} ")
    return re.sub(r" +", " ", "→".join(shown)).strip()


def _file_words(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    gone, come = sum(line not in new for line in old), sum(line not in old for line in new)
    return f"换了新的文件（去掉 {gone} 行，新增 {come} 行）"
