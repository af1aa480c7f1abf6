"""Write docs/rules.md: every rule of every regulation with the tests that prove it, or 缺.

    python -m docs.tools.rules           writes docs/rules.md
    python -m docs.tools.rules --check   ends with 1 if docs/rules.md is not what would be written

A test proves a rule by its mark: `@pytest.mark.rule("saws-R28", …)` on the function, on its class, on one
`pytest.param(…, marks=…)`, or as the module's `pytestmark`. The tests are read, not run. One that is marked
skip or xfail proves nothing.
"""

from __future__ import annotations

import ast
import csv
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
AREAS = {
    "post": "稿件", "people": "人员", "account": "账号", "matter": "其他事项",
    "comment": "网民评论", "report": "统计考核",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    name: str
    area: str  # what it is about, a key of AREAS; "every" for the twelve
    capabilities: tuple[str, ...]

    @property
    def regulation(self) -> str:
        """The slug; "every" for the twelve rules that hold for every regulation."""
        return self.id.rpartition("-R")[0] or "every"


class Unknown(Exception):
    """A test names a rule that does not exist."""


def rules(root: Path = ROOT) -> tuple[Rule, ...]:
    with (root / "docs" / "rules.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return tuple(Rule(row["id"], row["name"], row["area"], tuple(row["capabilities"].split())) for row in rows)


def proofs(root: Path = ROOT) -> dict[str, list[str]]:
    """Rule id → tests as file::function, in the order of files and lines."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for test, ids in proven_in(path.read_text(encoding="utf-8")):
            for rule in ids:
                found[rule].append(f"{path.relative_to(root).as_posix()}::{test}")
    return dict(found)


def proven_in(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each test function of one file that proves rules, with their ids."""
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    yield from _tests(tree.body, [named["pytestmark"]] if "pytestmark" in named else [], named, "")


def _tests(
    body: list[ast.stmt], around: list[ast.expr], named: dict[str, ast.expr], prefix: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node.body, [*around, *node.decorator_list], named, f"{prefix}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            marks = [*around, *node.decorator_list]
            ids = tuple(dict.fromkeys(rule for mark in marks for rule in _ids(mark, named)))
            if ids and not any(_idle(mark) for mark in marks):
                yield f"{prefix}{node.name}", ids


def _ids(mark: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """Rule ids anywhere in a mark; a name it uses (`parametrize("case", CASES)`) is looked up in the module."""
    for node in ast.walk(mark):
        if isinstance(node, ast.Call) and _last_name(node.func) == "rule":
            yield from (
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        elif isinstance(node, ast.Name) and node.id in named and not _mentions(named[node.id], node.id):
            yield from _ids(named[node.id], {key: value for key, value in named.items() if key != node.id})


def _mentions(value: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


def _idle(mark: ast.expr) -> bool:
    return _last_name(mark.func if isinstance(mark, ast.Call) else mark) in ("skip", "skipif", "xfail")


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def render(root: Path = ROOT) -> str:
    """The page. Raises Unknown."""
    known, tests = rules(root), proofs(root)
    if unknown := sorted(tests.keys() - {rule.id for rule in known}):
        raise Unknown("\n".join(f"没有这条规则：{rule}（见 {', '.join(tests[rule])}）" for rule in unknown))
    listed = [rule for rule in known if rule.regulation != "every"]
    proven = sum(rule.id in tests for rule in listed)
    lines = [
        "# 规则与测试", "",
        "每条规则由哪些测试证明。本页由 `make rules` 生成，不要手改；还没有测试的写 **缺**。", "",
        f"共 {len(listed)} 条，有测试的 {proven} 条，缺 {len(listed) - proven} 条。",
        *_by_area(listed, tests),
    ]  # fmt: skip
    by_regulation: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in known:
        by_regulation[rule.regulation].append(rule)
    for slug, own in by_regulation.items():
        lines += ["", f"## {_title(root, slug)}", "", f"`{slug}`: {sum(rule.id in tests for rule in own)} / {len(own)}"]
        lines += ["", "| 规则 | 名称 | 类 | 测试 |", "|---|---|---|---|"]
        for rule in own:
            proof = "<br>".join(f"`{test}`" for test in tests.get(rule.id, ())) or "**缺**"
            lines.append(f"| {rule.id} | {rule.name} | {AREAS.get(rule.area, '')} | {proof} |")
    return "\n".join(lines) + "\n"


def _by_area(listed: list[Rule], tests: dict[str, list[str]]) -> Iterator[str]:
    """How far each kind of rule is, and which ones lack a test."""
    yield from ("", "## 按类", "", "| 类 | 条数 | 有测试 | 缺 | 缺的规则 |", "|---|---|---|---|---|")
    for area, words in AREAS.items():
        own = [rule for rule in listed if rule.area == area]
        lacking = [rule.id for rule in own if rule.id not in tests]
        yield f"| {words} | {len(own)} | {len(own) - len(lacking)} | {len(lacking)} | {'、'.join(lacking) or '无'} |"


def _title(root: Path, slug: str) -> str:
    if slug == "every":
        return "每部制度都适用"
    text = (root / "bot" / "regulations" / f"{slug}.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["title"])


def main(arguments: list[str], root: Path = ROOT) -> int:
    target = root / "docs" / "rules.md"
    try:
        page = render(root)
    except Unknown as error:
        print(error, file=sys.stderr)
        return 1
    if arguments == ["--check"]:
        if not target.exists() or target.read_text(encoding="utf-8") != page:
            print("docs/rules.md 过时了，请运行 make rules", file=sys.stderr)
            return 1
        return 0
    target.write_text(page, encoding="utf-8")
    print(page.splitlines()[4])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
