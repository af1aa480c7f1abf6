"""Imports point down. The table of who may import what, and the few things that only one place may touch."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("bot", "handlers", "storage")

# part of the tree → what it may import of ours. A part is named by the longest prefix that fits.
ALLOWED: dict[str, tuple[str, ...]] = {
    "bot.rules": ("bot.rules",),
    "storage": ("bot.rules", "storage"),
    "handlers": ("bot.rules", "storage.read", "handlers"),
    "bot.wecom": ("bot.rules", "bot.clock", "bot.wecom"),
    "bot.web": ("bot.rules", "bot.clock", "storage.read", "bot.web"),
    "bot.sandbox": ("bot.sandbox",),
    "bot": OURS,
}

# what only these parts may import, by the first part of its name
ONLY_IN: dict[str, tuple[str, ...]] = {
    "wechatpy": ("bot.wecom", "bot.sandbox"),
    "requests": ("bot.wecom",),
    "sqlite_utils": (
        "storage", "bot.writer", "bot.dispatch", "bot.sender", "bot.sweeper", "bot.striking", "bot.policy", "bot.app",
        "bot.demo", "bot.cli",
    ),
    "starlette": ("bot.web", "bot.wecom.http", "bot.sandbox", "bot.app"),
    "uvicorn": ("bot.app", "bot.demo", "bot.sandbox"),
}

# standard library that has no place in pure rules (a clock, the outside world, other threads)
NOT_PURE = {"asyncio", "http", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess",
            "threading", "time", "urllib"}  # fmt: skip
PURE_PARTS = {"urllib.parse"}


READS_THE_TIME = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"),
}  # fmt: skip

# what is imported under another name than that of the distribution that declares it
SAME_RELEASE = {"pydantic_core": "pydantic"}

# needed, but by what we import and not by us
NEVER_IMPORTED = {
    "python-multipart": "starlette reads forms with it",
    "tzdata": "zoneinfo, where the system has no time zones",
}


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for top in OURS:
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Every dotted name a module imports, wherever in it; `from x import y` is x.y where that is a module of ours."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: 相对导入"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in modules() else str(node.module) for name in names)


def within(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def part_of(module: str) -> str:
    return max((part for part in ALLOWED if within(module, (part,))), key=len)


def wrong_imports(wrong: Callable[[str, str], bool], among: str = "") -> list[str]:
    """`importer → imported` for every import that is wrong."""
    importers = [name for name in sorted(modules()) if not among or within(name, (among,))]
    assert importers
    return [f"{name} → {imported}" for name in importers for imported in imports(name) if wrong(name, imported)]


def test_imports_point_down() -> None:
    """The table in docs/architecture.md, held by this test."""
    assert not wrong_imports(
        lambda name, imported: within(imported, OURS) and not within(imported, ALLOWED[part_of(name)])
    )


def test_what_only_some_parts_may_touch() -> None:
    """The platform's library, the database, the web server: each has its place."""
    assert not wrong_imports(lambda name, imported: not within(name, ONLY_IN.get(imported.split(".")[0], (name,))))


def test_rules_are_pure() -> None:
    """No clock, no input or output, no logging, no chance."""
    assert not wrong_imports(
        lambda _, imported: imported.split(".")[0] in NOT_PURE and imported not in PURE_PARTS, "bot.rules"
    )


def test_topics_do_not_import_each_other() -> None:
    """A handler file with a router is one topic; only handlers.all puts topics together."""
    topics = {
        name
        for name in modules()
        if within(name, ("handlers",)) and name != "handlers.all"
        for node in tree(name).body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "router" for t in node.targets)
    }
    wrong = {
        f"{name} → {imported}"
        for name in modules()
        if name != "handlers.all"
        for imported in imports(name)
        if imported in topics and imported != name
    }

    assert "handlers.drafts" in topics
    assert not wrong


def test_only_the_command_line_imports_the_composition_root() -> None:
    """`shenfa demo` is a composition of its own, around the same parts."""
    importers = {name for name in modules() if "bot.app" in imports(name)}

    assert importers == {"bot.cli", "bot.demo"}


def test_the_time_is_read_in_one_place() -> None:
    """datetime.now and its like occur in the two clocks only: ours and the stand-in's."""
    readers = {
        name
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in READS_THE_TIME
    }

    assert readers == {"bot.clock", "bot.sandbox.clock"}


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_the_contracts_of_import_linter_are_kept() -> None:
    """They follow imports through other modules as well, which the table above does not."""
    script = "from importlinter.cli import lint_imports_command as lint; lint()"
    result = subprocess.run(
        [sys.executable, "-c", script, "--no-logo", "--no-cache"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


def test_what_we_import_is_what_we_declare() -> None:
    """Nothing leans on a dependency's own dependency, and no dependency is carried along unused."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_distribution(line) for line in project["dependencies"]}
    providers = metadata.packages_distributions()
    imported = {name.split(".")[0] for module in modules() for name in imports(module)}
    used = {
        SAME_RELEASE.get(name) or _distribution(providers[name][0])
        for name in imported - set(sys.stdlib_module_names) - set(OURS)
    }

    assert used - declared == set()
    assert declared - used == set(NEVER_IMPORTED)


def _distribution(requirement: str) -> str:
    name = requirement.strip()
    for sign in "<>=!~[; ":
        name = name.split(sign)[0]
    return name.lower().replace("_", "-").replace(".", "-")
