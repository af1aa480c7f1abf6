"""shenfa regulation new: questions, and the regulation file that the answers make.

A question reads one line of text into a value or refuses it with a sentence; 返回 goes one question back. What the
answers mean together is `written`, a pure function, so that the file can be tested without anybody answering.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from bot.regulation_checks import OPTION_CHARS, is_chinese
from bot.rules.deadline import parse_clock, parse_duration

BACK = "返回"
OWN = "承办单位"
EXTRAS = ("资料征集", "账号开设", "账号年审")


class Who(NamedTuple):
    """A role as it is typed: 办公室主任@办公室."""

    label: str
    unit: str

    def __str__(self) -> str:
        return f"{self.label}@{self.unit}"


class Channel(NamedTuple):
    label: str
    chars: int | None


T = TypeVar("T")
Value = object
Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Question:
    """`default` may depend on what was answered before; `asked` too."""

    key: str
    ask: str
    why: str
    default: Callable[[Answers], str]
    read: Callable[[str, Answers], Value]
    asked: Callable[[Answers], bool] = lambda answers: True


# Reading one answer. All of them raise ValueError with a sentence.


def listed(text: str) -> list[str]:
    """A list as people type it, with any comma. `无` is an empty one."""
    parts = [part.strip() for part in re.split(r"[,，、;；]", text)]
    return [] if text.strip() in ("", "无") else [part for part in parts if part]


def chinese(text: str) -> str:
    if not is_chinese(text):
        raise ValueError("会显示给用户，请写中文")
    return text


def _title(text: str, answers: Answers) -> str:
    return chinese(text)


def _slug(text: str, answers: Answers) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("只用字母、数字、- 和 _")
    return text


def _unit(text: str, answers: Answers) -> str:
    if text == OWN:
        raise ValueError(f"“{OWN}”专指稿件所属的单位，请写具体名称")
    if found := re.search(r"[@＠+＋,，、;；]", text):
        raise ValueError(f"单位名称里不能有 {found[0]}")
    return chinese(text)


def _units(text: str, answers: Answers) -> list[str]:
    found = _different([_unit(name, answers) for name in listed(text)])
    return [name for name in found if name != answers["central"]]


def _options(text: str, answers: Answers) -> list[str]:
    """Names that will stand on a card as options."""
    for name in listed(text):
        if len(chinese(name)) > OPTION_CHARS:
            raise ValueError(f"“{name}”有 {len(name)} 个字，卡片选项最多 {OPTION_CHARS} 个字")
    return _different(listed(text))


def _phrases(text: str, answers: Answers) -> list[str]:
    return _different([chinese(name) for name in listed(text)])


def _different(names: list[str]) -> list[str]:
    if repeated := [name for n, name in enumerate(names) if name in names[:n]]:
        raise ValueError(f"“{repeated[0]}”写了两次")
    return names


def _tick(text: str, answers: Answers) -> str:
    if text == "无":
        return ""
    if "=" in text or "＝" in text:
        raise ValueError("勾选的名称里不能有等号")
    return chinese(text)


def places(answers: Answers) -> list[str]:
    """Where a role may sit: the item's own unit, the central one, the others."""
    others = answers.get("units", [])
    return [OWN, str(answers["central"]), *(others if isinstance(others, list) else [])]


def who(text: str, answers: Answers, usual: str = "") -> Who:
    label, _, unit = text.replace("＠", "@").partition("@")
    unit = unit.strip() or usual or str(answers["central"])
    unit = OWN if unit in ("各单位", "本单位") else unit
    if unit not in places(answers):
        raise ValueError(f"没有单位“{unit}”，可写：{'、'.join(places(answers))}")
    found = Who(chinese(label.strip()), unit)
    for known in roles(answers):
        if known.label == found.label and known != found:
            raise ValueError(f"“{known.label}”已经在{known.unit}，请换一个名称，如 {unit}{found.label}")
    return found


def _drafter(text: str, answers: Answers) -> Who:
    return who(text, answers, OWN)


def _one(text: str, answers: Answers) -> Who:
    return who(text, answers)


def _chain(text: str, answers: Answers) -> list[list[Who]]:
    """Checks in order; `甲+乙` is one check by both (会签)."""
    found = [[who(one.strip(), answers) for one in re.split(r"[+＋]", step)] for step in listed(text)]
    if not found:
        raise ValueError("先审后发：至少要有一道审核")
    flat = [one for step in found for one in step]
    if repeated := [one for n, one in enumerate(flat) if one in flat[:n]]:
        raise ValueError(f"“{repeated[0]}”写了两次：一人不能审两道")
    labels = [one.label for one in flat]
    if alike := [label for n, label in enumerate(labels) if label in labels[:n]]:
        raise ValueError(f"有两个角色都叫“{alike[0]}”，请换一个名称")
    return found


def _leader(text: str, answers: Answers) -> Who:
    found = who(text, answers)
    if any(found in step for step in _chain_of(answers)):
        raise ValueError(f"“{found}”已经审了一道：一人不能审两道")
    return found


def _channels(text: str, answers: Answers) -> list[Channel]:
    found = []
    for one in listed(text):
        named = re.fullmatch(r"(.*?)\s*(?:(\d+)\s*字?)?", one)
        assert named is not None
        if named[2] and int(named[2]) == 0:
            raise ValueError("字数上限须大于 0")
        found.append(Channel(chinese(named[1]), int(named[2]) if named[2] else None))
    if not found:
        raise ValueError("至少要有一个渠道，稿件才有地方发布")
    _different([channel.label for channel in found])
    return found


def _known_channels(text: str, answers: Answers) -> list[str]:
    return _among(listed(text), [channel.label for channel in _of(answers, "channels", Channel)], "渠道")


def _extras(text: str, answers: Answers) -> list[str]:
    found = _among(listed(text), list(EXTRAS), "流程")
    if EXTRAS[0] in found and not _own_drafter(answers):
        raise ValueError(f"{EXTRAS[0]}要由{OWN}的人提供，而起草的人不在{OWN}")
    return found


def _own_drafter(answers: Answers) -> bool:
    drafter = answers["drafter"]
    return isinstance(drafter, Who) and drafter.unit == OWN


def _up(text: str, answers: Answers) -> list[str]:
    return _among(listed(text), [role.label for role in roles(answers)], "角色")


def _granter(text: str, answers: Answers) -> str:
    if text == "无":
        return ""
    publisher = answers["publisher"]
    known = [role.label for role in roles(answers) if role != publisher]
    return _among([text], known, "角色（发布的人不能授权给自己）")[0]


def _filed(text: str, answers: Answers) -> list[str]:
    return _up(text, answers)


def _among(names: list[str], known: list[str], what: str) -> list[str]:
    if strange := [name for name in names if name not in known]:
        raise ValueError(f"没有“{strange[0]}”这个{what}，可写：{'、'.join(known)}")
    return _different(names)


def _hours(text: str, answers: Answers) -> tuple[str, str]:
    start, _, end = text.replace("：", ":").replace("—", "-").partition("-")
    try:
        right = parse_clock(start.strip()) < parse_clock(end.strip())
    except ValueError:
        right = False
    if not right:
        raise ValueError("请写成 08:30-17:30")
    return start.strip(), end.strip()


_SPAN = re.compile(r"(\d{1,3})\s*(小时|天|个?工作日)")
_UNITS = {"小时": "h", "天": "d", "工作日": "wd", "个工作日": "wd"}


def _due(text: str, answers: Answers) -> str:
    """`1个工作日`, `24小时`, `当日`, or the file's own 1wd. 无: no limit."""
    if text == "无":
        return ""
    if text == "当日":
        return "0wd"
    span = _SPAN.fullmatch(text)
    spec = f"{span[1]}{_UNITS[span[2]]}" if span else text
    try:
        right = parse_duration(spec).number >= 0
    except ValueError:
        right = False
    if not right:
        raise ValueError("请写成 24小时、2天、1个工作日、当日，或 无")
    return spec


def _span(text: str, answers: Answers) -> str:
    spec = _due(text, answers)
    if spec and (parse_duration(spec).unit == "周" or parse_duration(spec).number == 0):
        raise ValueError("请写成 2小时、1天、1个工作日，或 无")
    return spec


# The questions


def _always(default: str) -> Callable[[Answers], str]:
    return lambda answers: default


def _labels(answers: Answers) -> str:
    return "、".join(one.label for step in _chain_of(answers) for one in step) or "无"


QUESTIONS: tuple[Question, ...] = (
    Question("title", "制度叫什么", "全称，用户在卡片和网页上看到。", _always("新媒体信息发布管理办法"), _title),
    Question("slug", "制度的代号", "程序里用的短名，只用字母、数字、- 和 _。", _always("own"), _slug),
    Question("central", "归口管理的单位叫什么", "统一发布、统筹催办的那个部门。", _always("办公室"), _unit),
    Question("units", "还有哪些固定的单位",
             f"审核人所在的部门，用逗号隔开，如 领导班子、法务部。起草的各单位不用写，都叫“{OWN}”。没有就写 无。",
             _always("领导班子"), _units),
    Question("drafter", "谁起草", f"写成 角色@单位。{OWN}：每个单位各有自己的人。", _always(f"信息员@{OWN}"), _drafter),
    Question("checks", "依次由谁审核",
             "按先后用逗号隔开，每个写成 角色@单位，不写单位就是归口单位；几方会签用 + 连起来，如 "
             "法务@法务部+财务@财务部。",
             lambda answers: f"部门负责人@{OWN}，{answers['central']}主任@{answers['central']}", _chain),
    Question("tick", "有没有另须领导批准的情形",
             "写起草人勾选的名称，如 须领导批准：勾了才多一道批准。没有就写 无。", _always("须领导批准"), _tick),
    Question("leader", "由谁批准", "写成 角色@单位。",
             lambda answers: f"分管领导@{places(answers)[-1]}", _leader, lambda answers: bool(answers["tick"])),
    Question("publisher", "谁发布", "写成 角色@单位，不写单位就是归口单位。", _always("发布员"), _one),
    Question("granter", "发布的人要由谁授权", "写上面某个角色的名称：他授权之后才能发布。不用授权就写 无。",
             _always("无"), _granter),
    Question("channels", "有哪些渠道", "用逗号隔开，有字数上限的写在名称后面，如 微博140（标题、正文和标点一起算）。",
             _always("微博140，微信"), _channels),
    Question("daily", "哪些渠道每天只能群发一次", "写上面的渠道名称。没有就写 无。", _always("无"), _known_channels),
    Question("columns", "有哪些栏目", f"起草人选一个，每个最多 {OPTION_CHARS} 个字。不分栏目就写 无。", _always("无"),
             _options),
    Question("scope", "可以发布哪几类内容", f"起草人选一类，每类最多 {OPTION_CHARS} 个字，用逗号隔开。不分就写 无。",
             _always("工作动态，通知公告，业务知识"), _options),
    Question("banned", "禁止发布什么", "送审、每道审核和发布时都要确认没有。用逗号隔开。",
             _always("涉密信息，违反法律法规的信息，来源不明的信息"), _phrases),
    Question("form", "每篇稿件还必须写明什么", "用逗号隔开；没写的不能送审。没有就写 无。", _always("信息来源"),
             _phrases),
    Question("hours", "几点上班，几点以后算第二天", "催办只在这段时间发出。", _always("08:30-17:30"), _hours),
    Question("check_due", "每道审核的时限", "如 1个工作日、24小时、当日；没有时限就写 无。到期只催，不会自动通过。",
             _always("1个工作日"), _due),
    Question("publish_due", "审完以后多久发布", "写法同上。", _always("当日"), _due),
    Question("ahead", "到期前多久提醒", "如 2小时、1个工作日；不提醒就写 无。", _always("2小时"), _span),
    Question("again", "逾期以后每隔多久再催", "每催一次，多告知一位上级。", _always("1个工作日"), _span),
    Question("up", "逾期依次告知谁", "写上面角色的名称，按先后用逗号隔开。没有就写 无。", _labels, _up),
    Question("filed", "发布后报送谁备案", "写上面角色的名称。没有就写 无。", _always("无"), _filed),
    Question("extras", "另外要哪些流程", f"可写：{'、'.join(EXTRAS)}。不要就写 无。",
             lambda answers: EXTRAS[0] if _own_drafter(answers) else "无", _extras),
)  # fmt: skip


class BadAnswer(ValueError):
    """What is wrong with an answer, as a sentence."""


def answer(question: Question, text: str, answers: Answers) -> Value:
    """The value of one answer; an empty one is the default. Raises BadAnswer."""
    plain = "".join(char for char in text if char.isprintable()).strip()
    try:
        return question.read(plain or question.default(answers), answers)
    except ValueError as error:
        raise BadAnswer(str(error)) from error


def conversation(hear: Callable[[Question, str], str], refuse: Callable[[str], None]) -> dict[str, Value]:
    """Ask everything. `hear` shows a question with its default and returns a line; 返回 asks the one before again."""
    answers: dict[str, Value] = {}
    asked: list[int] = []
    n = 0
    while n < len(QUESTIONS):
        question = QUESTIONS[n]
        if not question.asked(answers):
            n += 1
            continue
        text = hear(question, question.default(answers))
        if text.strip() == BACK:
            n = asked.pop() if asked else n
            answers.pop(QUESTIONS[n].key, None)
            continue
        try:
            answers[question.key] = answer(question, text, answers)
        except BadAnswer as error:
            refuse(str(error))
            continue
        asked.append(n)
        n += 1
    return answers


# What the answers make


def _of(answers: Answers, key: str, kind: type[T]) -> list[T]:
    found = answers.get(key, [])
    return [one for one in found if isinstance(one, kind)] if isinstance(found, list) else []


def _chain_of(answers: Answers) -> list[list[Who]]:
    return [[one for one in step if isinstance(one, Who)] for step in _of(answers, "checks", list)]


def _named_roles(answers: Answers) -> Iterator[tuple[str, Who]]:
    for key, value in (("drafter", answers.get("drafter")), ("publisher", answers.get("publisher")),
                       ("leader", answers.get("leader") if answers.get("tick") else None)):
        if isinstance(value, Who):
            yield key, value
    for n, step in enumerate(_chain_of(answers), 1):
        for m, one in enumerate(step, 1):
            yield f"checker{n}" + (f"_{m}" if len(step) > 1 else ""), one


def roles(answers: Answers) -> dict[Who, str]:
    """Every role that was named, with its id; one that was named twice is one role."""
    found: dict[Who, str] = {}
    for key, one in _named_roles(answers):
        found.setdefault(one, key)
    return found


def _quoted(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return json.dumps(value, ensure_ascii=False)


def written(answers: Answers) -> str:
    """The file, with comments."""
    ids = roles(answers)
    by_label = {role.label: key for role, key in ids.items()}
    units = {"central": str(answers["central"])}
    units |= {f"unit{n}": name for n, name in enumerate(_of(answers, "units", str), 1)}
    open_, cutoff = answers["hours"] if isinstance(answers["hours"], tuple) else ("08:30", "17:30")
    lines = [
        "# 由 shenfa regulation new 生成。每个键的意思见 docs/regulation.md；改完运行 shenfa regulation check 本文件。",
        "schema = 1",
        f"slug = {_quoted(answers['slug'])}",
        f"title = {_quoted(answers['title'])}",
        *([f"columns = {_quoted(answers['columns'])}"] if answers["columns"] else []),
        "", "# 制度点名的单位。起草的各单位不写在这里，它们来自人员名册。", "[unit]",
        *(f"{key} = {_quoted(name)}" for key, name in units.items()),
        "", "# 角色。scope = \"own\" 是承办单位自己的人，否则写单位的编号。谁担任由名册决定。", "[role]",
        *_role_lines(answers, ids, units),
        *_channel_lines(answers, ids),
        *_content_lines(answers),
        "", "# 作息：过了 cutoff，当日的期限算到下一天。", "[clock]",
        f"open = {_quoted(open_)}", f"cutoff = {_quoted(cutoff)}",
        "", "# 催办：到期前、逾期后、逐级告知谁。", "[nag]",
        *([f"ahead = [{_quoted(answers['ahead'])}]"] if answers["ahead"] else []),
        *([f"again = {_quoted(answers['again'])}"] if answers["again"] else []),
        'idle = "2wd"  # 没有时限的环节，这么久不动就提醒',
        f"up = {_quoted([by_label[label] for label in _of(answers, 'up', str)])}",
        *_post_lines(answers, ids, by_label),
        *(line for name in _of(answers, "extras", str) for line in _extra_lines(name, answers, ids)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _role_lines(answers: Answers, ids: Mapping[Who, str], units: Mapping[str, str]) -> Iterator[str]:
    by_label = {role.label: key for role, key in ids.items()}
    where = {name: key for key, name in units.items()} | {OWN: "own"}
    for role, key in ids.items():
        more = ", oversees = true" if role.unit == answers["central"] and key.startswith("checker") else ""
        if role == answers["publisher"] and answers["granter"]:
            more += f", granted_by = {_quoted(by_label[str(answers['granter'])])}"
        yield f"{key} = {{ label = {_quoted(role.label)}, scope = {_quoted(where[role.unit])}{more} }}"


def _channel_lines(answers: Answers, ids: Mapping[Who, str]) -> Iterator[str]:
    yield from ("", "# 渠道。chars：标题和正文一共多少字；keeper：保管密码的角色。")
    for n, channel in enumerate(_of(answers, "channels", Channel), 1):
        yield f"[channel.channel{n}]"
        yield f"label = {_quoted(channel.label)}"
        yield f"keeper = {_quoted(ids[_publisher(answers)])}"
        if channel.chars:
            yield f"chars = {channel.chars}"
        if channel.label in _of(answers, "daily", str):
            yield "per_day = 1"
        yield ""


def _content_lines(answers: Answers) -> Iterator[str]:
    yield from ("# 稿件的内容：可以发什么、禁止什么、还要写明什么。", "[content]")
    for key in ("scope", "banned"):
        if found := _of(answers, key, str):
            yield from (f"{key} = [", *(f"  {_quoted(one)}," for one in found), "]")
    if form := _of(answers, "form", str):
        fields = (f"{_quoted(name)} = {_quoted('text')}" for name in form)
        yield f"form = {{ {', '.join(fields)} }}"
    yield "illustrate = true  # 没有图片时提醒"


def _publisher(answers: Answers) -> Who:
    found = answers["publisher"]
    assert isinstance(found, Who)
    return found


def _step(by: Sequence[str], do: str, act: str, *, when: str = "", **more: str) -> str:
    keys = {"when": when, "by": list(by), "do": do, "act": act, **more}
    keys = {key: value for key, value in keys.items() if value}
    return f"  {{ {', '.join(f'{key} = {_quoted(value)}' for key, value in keys.items())} }},"


def _post_lines(answers: Answers, ids: Mapping[Who, str], by_label: Mapping[str, str]) -> Iterator[str]:
    chain, due = _chain_of(answers), str(answers["check_due"])
    yield from ("", "# 稿件：先审后发。steps 按先后写；几个角色写在一个 check 里就是会签。", "[[flow]]", 'id = "post"',
                'kind = "post"', 'label = "信息发布"')
    if filed := _of(answers, "filed", str):
        yield f"file = {_quoted([by_label[label] for label in filed])}  # 发布时报送备案"
    yield "steps = ["
    yield _step(["drafter"], "draft", "起草")
    for n, step in enumerate(chain):
        act = "会签" if len(step) > 1 else "审核" if n == 0 else "审定" if n == len(chain) - 1 else "复核"
        yield _step([ids[one] for one in step], "check", act, due=due)
    if answers["tick"] and isinstance(answers.get("leader"), Who):
        yield _step(["leader"], "check", "批准", when=str(answers["tick"]), due=due)
    yield _step([ids[_publisher(answers)]], "publish", "发布", due=str(answers["publish_due"]))
    yield "]"


def _extra_lines(name: str, answers: Answers, ids: Mapping[Who, str]) -> Iterator[str]:
    publisher, last = ids[_publisher(answers)], [ids[one] for one in _chain_of(answers)[-1]]
    match name:
        case "资料征集":
            yield from ("", "# 向各单位要资料：可以一次发给几个单位，各办各的。", "[[flow]]", 'id = "request"',
                        'kind = "matter"', 'label = "资料征集"',
                        'form = { "所需资料" = "text", "提供日期" = "date" }', "steps = [",
                        _step([publisher], "draft", "提出需求"), _step([publisher], "assign", "发给有关单位"),
                        _step(["drafter"], "record", "提供资料", due="0d", since="提供日期"), "]")
        case "账号开设":
            yield from ("", "# 办完这个流程，账号才是在用。", "[[flow]]", 'id = "account_open"', 'kind = "account"',
                        'label = "账号开设"', 'form = { "开设理由" = "text" }', "steps = [",
                        _step(["drafter"], "draft", "申请"), _step(last, "check", "批准"),
                        _step([publisher], "record", "开通登记", sets="在用"), "]")
        case _:
            yield from ("", "# 每年11月自动发起，每个在用的账号一份；到期没有提交的，账号停用。", "[[flow]]",
                        'id = "account_review"', 'kind = "account"', 'label = "账号年审"', 'every = "year-11"',
                        "steps = [", _step([publisher], "draft", "提交年审", missed="停用"),
                        _step(last, "check", "审验"), _step([publisher], "record", "登记结论", sets="在用"), "]")


__all__ = ["BACK", "QUESTIONS", "BadAnswer", "Question", "answer", "conversation", "written"]
