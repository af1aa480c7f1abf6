"""Reading a regulation file: all its problems at once, each with its dotted key and its line; or the frozen value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from operator import eq
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.regulation_checks import CHECKS, LIMITS, Raw, entries, table, text
from bot.regulation_hints import HINTS
from bot.regulation_picture import describe, header
from bot.rules.deadline import due_words
from bot.rules.regulation import Flow, Frozen, Regulation
from bot.toml_lines import Path, lines_of

PAPER = "\x1e"  # stands before the text of each paper; no TOML file may hold it
FOLDER = FilePath(__file__).parent / "regulations"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. In `key` a flow goes by its id, a list entry by its number from 1: flow.policy.steps.2.by."""

    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        where = " ".join(part for part in (f"第{self.line}行" if self.line else "", self.key) if part)
        return f"{where}: {self.text}" if where else self.text


class RegulationProblems(Exception):
    """A file that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: list[Problem], source: str = "") -> None:
        self.problems = problems
        self.source = source
        super().__init__("\n  ".join([f"{source or '制度文件'}: {len(problems)} 个问题", *map(str, problems)]))


@cache
def shipped() -> tuple[str, ...]:
    """The slugs of the regulations that come with the program."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def load(slug_or_path: str | FilePath, add: Sequence[str] = ()) -> Regulation:
    """A shipped regulation by its slug, or any file by its path; with papers added. Raises RegulationProblems."""
    return parse(source_text(slug_or_path, add), source=source_name(slug_or_path, add))


def hints(slug_or_path: str | FilePath) -> list[Problem]:
    """What a file without problems probably does not mean (提示). Raises RegulationProblems."""
    text = source_text(slug_or_path).removeprefix("\ufeff")
    raw, lines = read(text), lines_of(text)
    found = [(at, words) for hint in HINTS for at, words in hint(validated(raw, text))]
    told = [Problem(_line(at, lines), _dotted(at, raw), words) for at, words in found]
    return sorted(told, key=lambda problem: problem.line or 0)


def source_name(slug_or_path: str | FilePath, add: Sequence[str] = ()) -> str:
    return " + ".join((_file(slug_or_path).name, *add))


def source_text(slug_or_path: str | FilePath, add: Sequence[str] = ()) -> str:
    """The text of a shipped regulation or of any file, with those of papers. Raises RegulationProblems."""
    return combine(_text(slug_or_path), [_text(slug) for slug in add])


def _text(slug_or_path: str | FilePath) -> str:
    file = _file(slug_or_path)
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        offer = f";随程序提供的有:{'、'.join(shipped())}"
        problem = Problem(None, "", f"读不到制度文件 {slug_or_path}({error.strerror}){offer}")
        raise RegulationProblems([problem], file.name) from error
    except UnicodeDecodeError as error:
        raise RegulationProblems([Problem(None, "", "文件不是 UTF-8 编码")], file.name) from error


def _file(slug_or_path: str | FilePath) -> FilePath:
    known = FOLDER / f"{slug_or_path}.toml"
    return known if str(slug_or_path) in shipped() else FilePath(slug_or_path)


@lru_cache(maxsize=64)
def parse(text: str, source: str = "") -> Regulation:
    """The regulation a TOML text says; the same text is read once. Raises RegulationProblems."""
    parts = text.split(PAPER)
    if len(parts) == 1:
        return validated(read(text, source), text, source)
    for part in parts:  # what is wrong in one of them has a line
        parse(part, source)
    return validated(read(text, source), source=source)


def read(text: str, source: str = "") -> dict[str, Any]:
    """The raw values of a TOML text; of a combined one, of the whole. Raises RegulationProblems."""
    whole, *papers = (_toml(part, source) for part in text.split(PAPER))
    clashes: list[Problem] = []
    for paper in papers:
        whole, found = _added(whole, paper)
        clashes += found
    if clashes:
        raise RegulationProblems(clashes, source)
    return whole


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise RegulationProblems([_syntax(error)], source) from error


def validated(raw: Raw, text: str = "", source: str = "") -> Regulation:
    """The regulation that raw values say; `text`, where they stand in a file, gives the problems their lines."""
    regulation, shape = _shape(raw)
    found = [*shape, *_meaning(raw, {path for path, _ in shape})]
    if found or regulation is None:
        lines = lines_of(text.removeprefix("\ufeff")) if text else {}
        problems = {Problem(_line(path, lines), _dotted(path, raw), sentence): None for path, sentence in found}
        raise RegulationProblems(sorted(problems, key=lambda problem: problem.line or 0), source)
    return regulation


# ---- papers added to a regulation ----------------------------------------------------------------------------------


def combine(text: str, papers: Sequence[str]) -> str:
    """One text that says the regulation with the papers' units, roles, flows, tone and measures; all else is its own.

    What is said alike is said once; the same id with another meaning is a problem, and the whole must pass the checks
    of a file: `parse` tells both. One text, so that a version of the policy is kept and had again as any file is.
    """
    return PAPER.join((text, *papers))


def _added(whole: Raw, paper: Raw) -> tuple[dict[str, Any], list[Problem]]:
    """The whole with one paper more, and where the two do not agree."""
    slug = text(paper.get("slug"))
    if paper.get("channel"):
        return dict(whole), [Problem(None, "", f"{slug} 有自己的渠道，是一部完整的制度，不能加在别的制度上")]
    unit, units = _joined("unit", table(whole.get("unit")), table(paper.get("unit")), slug)
    role, roles = _joined("role", table(whole.get("role")), table(paper.get("role")), slug)
    flow, flows = _joined("flow", _flows_by_id(whole), _flows_by_id(paper), slug, _same_flow)
    tone, tones = _joined("content.tone", _tone(whole), _tone(paper), slug)
    watch, measures = _watched(whole.get("watch", {}), paper.get("watch", {}), slug)
    changed = {"unit": unit, "role": role, "flow": [*flow.values()], "watch": watch}
    content = {**table(whole.get("content")), "tone": tone}
    return {**whole, **changed, "content": content}, [*units, *roles, *flows, *tones, *measures]


def _joined(
    key: str, old: Raw, new: Raw, slug: str, same: Callable[[object, object], bool] = eq
) -> tuple[dict[str, object], list[Problem]]:
    """One table of both; of what is the same in both, the words of the first."""
    clashing = [name for name in old if name in new and not same(old[name], new[name])]
    return {**old, **new, **old}, [Problem(None, f"{key}.{name}", f"{slug} 里也有，意思不同") for name in clashing]


def _flows_by_id(raw: Raw) -> dict[str, object]:
    return {text(table(flow).get("id")): flow for flow in entries(raw.get("flow"))}


def _same_flow(one: object, other: object) -> bool:
    return Flow.model_validate(one) == Flow.model_validate(other)


def _tone(raw: Raw) -> Raw:
    return table(table(raw.get("content")).get("tone"))


def _watched(old: object, new: object, slug: str) -> tuple[object, list[Problem]]:
    """A measure is what its limits say, whatever it is called. Beside rhythms, measures stand in their list."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _joined("watch", old, new, slug, lambda one, other: _limits(one) == _limits(other))
    listed = _as_list(old)
    return [*listed, *(one for one in _as_list(new) if one not in listed)], []


def _limits(measure: object) -> Raw:
    return {key: value for key, value in table(measure).items() if key in LIMITS}


def _as_list(watch: object) -> list[object]:
    return entries(watch) or [{"measure": name, **table(one)} for name, one in table(watch).items()]


# ---- problems ------------------------------------------------------------------------------------------------------


def _shape(raw: Raw) -> tuple[Regulation | None, list[tuple[Path, str]]]:
    """Only known keys, each with a value of its type."""
    try:
        return Regulation.model_validate(raw), []
    except ValidationError as error:
        return None, [(_place(one["loc"]), _in_chinese(one)) for one in error.errors()]


def _meaning(raw: Raw, told: set[Path]) -> Iterator[tuple[Path, str]]:
    """What CHECKS find; a place that is already wrong in shape is not told of twice."""
    return ((path, sentence) for check in CHECKS for path, sentence in check(raw) if path not in told)


def _place(loc: tuple[int | str, ...]) -> Path:
    """Without the parts that name pydantic's own alternatives (`dict[str,any]`, `function-before[…]`, `[key]`)."""
    return tuple(part for part in loc if isinstance(part, int) or "[" not in part)


_ONLY = {"literal_error", "enum"}
_KEYS = sorted({
    field.alias or name for model in Frozen.__subclasses__() for name, field in model.model_fields.items()
})
_SENTENCES = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少这一项",
    "string_type": "须是文字(加引号)",
    "bool_type": "须是 true 或 false",
    "bool_parsing": "须是 true 或 false",
    "int_type": "须是整数",
    "int_parsing": "须是整数",
    "int_from_float": "须是整数",
    "float_type": "须是数字",
    "float_parsing": "须是数字",
    "tuple_type": "须是列表,例如 [\"…\"]",
    "dict_type": "须是一个表",
    "model_type": "须是一个表,例如 { label = \"…\" }",
    "model_attributes_type": "须是一个表,例如 { label = \"…\" }",
    "too_short": "至少写一个",
    "too_long": "写得太多",
}


def _in_chinese(error: ErrorDetails) -> str:
    if error["type"] in _ONLY:
        allowed = re.findall(r"'([^']*)'|(?<![\w'])(\d+)(?![\w'])", str(error.get("ctx", {}).get("expected", "")))
        return f"只能是 {'、'.join(word or number for word, number in allowed)}"
    sentence = _SENTENCES.get(error["type"], f"写法不对({error['msg']})")
    near = get_close_matches(str(error["loc"][-1]), _KEYS, 1) if error["type"] == "extra_forbidden" else []
    return f"{sentence}(是不是 {near[0]}?)" if near else sentence


_SYNTAX = {
    "Expected '=' after a key": "键的后面缺少 =",
    "Invalid value": "值的写法不对(文字要加引号)",
    "Cannot overwrite a value": "同一个键写了两次",
    "Cannot declare": "同一个表写了两次",
    "Unclosed array": "列表缺少 ]",
    "Unclosed inline table": "{ } 没有写完",
    "Unterminated string": "文字缺少后引号",
    "Illegal character": "文字缺少后引号,或有不该出现的字符",
    "Expected newline or end of document": "这一行后面有多余的内容(漏了逗号或引号?)",
    "Expected ']": "表头缺少 ]",
    "Invalid initial character for a key": "键的写法不对(中文键要加引号)",
    "Invalid statement": "这一行读不懂(中文键要加引号)",
    "Duplicate inline table key": "同一个键写了两次",
}


def _syntax(error: tomllib.TOMLDecodeError) -> Problem:
    message = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    sentence = next((words for start, words in _SYNTAX.items() if message.startswith(start)), "TOML 语法不对")
    if not place:
        return Problem(None, "", f"文件没有写完:{sentence}")
    return Problem(int(place[1]), "", f"{sentence}(第{place[2]}列)")


def _line(path: Path, lines: dict[Path, int]) -> int | None:
    """The line of the key, or of the nearest table around it (a missing key has none of its own)."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)


def _dotted(path: Path, raw: Raw) -> str:
    parts = [str(part + 1) if isinstance(part, int) else part for part in path]
    if len(path) > 1 and path[0] == "flow" and isinstance(path[1], int):
        listed = raw.get("flow")
        flow_id = table(listed[path[1]]).get("id") if isinstance(listed, list) else None
        parts[1] = flow_id if isinstance(flow_id, str) and flow_id else parts[1]
    return ".".join(parts)


__all__ = [
    "Problem", "RegulationProblems", "combine", "describe", "due_words", "header", "hints", "load", "parse", "read",
    "shipped", "source_name", "source_text", "validated",
]  # fmt: skip
