"""The documentation keeps pace: commands, keys, dependencies, events and rules are in it, and links lead somewhere."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import rich_click as click

from bot import cli, config
from docs.tools import rules

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# ---- commands ----------------------------------------------------------------------------------------------------


def commands(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def sections(text: str) -> dict[str, str]:
    """Heading (## …) → what stands under it."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_documented() -> None:
    """A section for each command, naming each of its options; and none for a command that is gone."""
    documented = {name: text for name, text in sections(page("commands.md")).items() if name.startswith("shenfa ")}
    found = dict(commands(cli.cli, "shenfa"))

    assert documented.keys() == found.keys()
    for name, command in found.items():
        for option in (param for param in command.params if isinstance(param, click.Option)):
            assert f"`{option.opts[0]}`" in documented[name]


def test_every_make_target_is_documented() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert targets is not None
    assert set(re.findall(r"`make ([a-z]+)`", page("commands.md"))) == set(targets[1].split()) - {"help"}


# ---- configuration -----------------------------------------------------------------------------------------------


def test_every_key_is_documented() -> None:
    """docs/configuration.md has one row for each key: no key is missing, none is left over, required ones say so."""
    rows = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*?) \|", page("configuration.md"), re.MULTILINE))

    assert rows.keys() == {key.dotted for key in config.KEYS}
    assert {key for key, required in rows.items() if required == "是"} == {k.dotted for k in config.KEYS if k.required}


def test_the_defaults_in_the_documentation_are_the_defaults() -> None:
    rows = re.findall(r"^\| `([a-z_]+)\.([a-z_]+)` \| \S* ?\| `(.*?)` \|", page("configuration.md"), re.MULTILINE)
    fields = [config.SECTIONS[section].__dataclass_fields__[name] for section, name, _ in rows]

    assert len(rows) == 8
    assert [default.lower() for *_, default in rows] == [str(field.default).lower() for field in fields]


def test_the_example_has_every_key() -> None:
    """Switched on or as a comment, under its section; and with the comments taken off it still loads (files apart)."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    lines = [re.sub(r"^# (?=[\[a-z_\"]+.*[=\]])", "", line) for line in text.splitlines()]
    lines = ["" if re.match(r"(ca_bundle|file|words) = ", line) else line for line in lines]
    whole = tomllib.loads("\n".join(lines))
    shown = {f"{section}.{name}" for section, table in whole.items() if section in config.SECTIONS for name in table}
    loaded = config.from_mapping(whole, ROOT / "config.example.toml", {})

    assert shown | {"wecom.ca_bundle", "regulation.file", "regulation.words", "calendar.file"} == {
        key.dotted for key in config.KEYS
    }
    for name in ("ca_bundle", "file", "words"):
        assert re.search(rf"^# {name} = ", text, re.MULTILINE)
    assert loaded.wecom.verify_files == {"WW_verify_AbCdEf1234567890.txt": "AbCdEf1234567890"}
    assert loaded.admin.userids == ("wangfang",)
    assert [(one.id, one.regulation.slug) for one in loaded.further] == [("qiguanbu", "company-qiguanbu")]


# ---- dependencies and packaging ----------------------------------------------------------------------------------


def requirements() -> set[str]:
    groups = project()["dependency-groups"].values()
    listed = [*project()["project"]["dependencies"], *(line for group in groups for line in group)]
    return {re.split(r"[<>=!~\[; ]", line)[0] for line in listed}


def test_every_dependency_has_its_reason() -> None:
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page("dependencies.md"), re.MULTILINE)) == requirements()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_everything(name: str) -> None:
    """Exact versions with hashes, and not one address: where to download from is each site's own affair."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entry = r"^([a-z0-9-]+)==[^ ]+(?: ;.*?)? \\\n(?:    --hash=sha256:[0-9a-f]{64}.*\n)+"
    entries = re.findall(entry, text, re.MULTILINE)

    assert len(entries) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
    assert "://" not in text
    assert not re.search(r"^\s*(--?[a-z-]*(index|links|host))", text, re.MULTILINE)
    runtime = {line for line in requirements() if f"`{line}`" in page("dependencies.md").split("## 测试和检查")[0]}
    assert set(entries) >= (requirements() if "dev" in name else runtime)


def test_both_locks_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))

    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= dev.items()


def test_data_files_are_packaged() -> None:
    """Whatever lies beside the code (regulations, templates, styles) is installed with it."""
    patterns = project()["tool"]["setuptools"]["package-data"]["*"]
    files = [
        path
        for top in ("bot", "handlers", "storage")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py"
    ]

    assert any(path.name == "saws.toml" for path in files)
    assert [path for path in files if not any(fnmatch(path.name, pattern) for pattern in patterns)] == []


# ---- events ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["events", "intents", "effects"])
def test_every_event_intent_and_effect_is_described(module: str) -> None:
    """docs/events.md has a row for each class, under its file, and none for a class that is gone."""
    tree = ast.parse((ROOT / "bot" / "rules" / f"{module}.py").read_text(encoding="utf-8"))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    bases = {base.id for node in tree.body if isinstance(node, ast.ClassDef) for base in node.bases
             if isinstance(base, ast.Name)}  # fmt: skip
    [section] = [text for heading, text in sections(page("events.md")).items() if f"bot/rules/{module}.py" in heading]

    assert set(re.findall(r"^\| `([A-Za-z]+)` \| .+ \|$", section, re.MULTILINE)) == classes - bases


# ---- rules -------------------------------------------------------------------------------------------------------


def test_the_list_of_rules() -> None:
    """241 rules of sixteen regulations, numbered without a gap, each with its file; and twelve for every regulation."""
    every = [rule.id for rule in rules.rules() if rule.regulation == "every"]
    known = [rule for rule in rules.rules() if rule.regulation != "every"]
    numbers: dict[str, list[int]] = {}
    for rule in known:
        numbers.setdefault(rule.regulation, []).append(int(rule.id.rpartition("R")[2]))

    assert every == [f"every-{number}" for number in range(1, 13)]
    assert len(known) == 241
    assert numbers.keys() == {path.stem for path in (ROOT / "bot" / "regulations").glob("*.toml")}
    assert all(own == list(range(1, len(own) + 1)) for own in numbers.values())
    assert all(rule.name and rule.capabilities for rule in known)


def test_the_page_of_rules_is_fresh() -> None:
    """Run `make rules` after adding a test that is marked with rules."""
    assert page("rules.md") == rules.render()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('@pytest.mark.rule("a-R1", "a-R2")\ndef test_x(): ...', [("test_x", ("a-R1", "a-R2"))]),
        ('@pytest.mark.rule("a-R1")\nasync def test_x(): ...', [("test_x", ("a-R1",))]),
        ('@rule("a-R1")\n@rule("a-R1")\ndef test_x(): ...', [("test_x", ("a-R1",))]),
        ('@pytest.mark.rule("a-R1")\nclass TestIt:\n    def test_x(self): ...', [("TestIt::test_x", ("a-R1",))]),
        ('pytestmark = pytest.mark.rule("a-R1")\ndef test_x(): ...\ndef help(): ...', [("test_x", ("a-R1",))]),
        ('pytestmark = [mark.slow, mark.rule("a-R1")]\ndef test_x(): ...', [("test_x", ("a-R1",))]),
        ('@mark.parametrize("n", [param(1, marks=mark.rule("a-R1"))])\ndef test_x(n): ...', [("test_x", ("a-R1",))]),
        ('CASES = [param(1, marks=mark.rule("a-R1"))]\n@mark.parametrize("n", CASES)\ndef test_x(n): ...',
         [("test_x", ("a-R1",))]),
        ('CASES = [param(1, marks=mark.rule("a-R1"))]\ndef test_x(): ...', []),
        ('@pytest.mark.skip\n@pytest.mark.rule("a-R1")\ndef test_x(): ...', []),
        ('@pytest.mark.xfail(reason="")\n@pytest.mark.rule("a-R1")\ndef test_x(): ...', []),
        ('@pytest.mark.rule("a-R1")\ndef helper(): ...', []),
        ('@pytest.mark.other("a-R1")\ndef test_x(): ...', []),
    ],
)  # fmt: skip
def test_marks_are_found(source: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert list(rules.proven_in(source)) == found


def small_project(root: Path, test: str) -> Path:
    for folder in ("docs", "tests/deep", "bot/regulations"):
        (root / folder).mkdir(parents=True)
    listed = "id,name,area,capabilities\na-b-R1,甲,post,x y\na-b-R2,乙,report,x\n"
    (root / "docs/rules.csv").write_text(listed, encoding="utf-8")
    (root / "bot/regulations/a-b.toml").write_text('title = "某制度"\n', encoding="utf-8")
    (root / "tests/deep/test_it.py").write_text(test, encoding="utf-8")
    return root


def test_the_page_of_rules(tmp_path: Path) -> None:
    text = rules.render(small_project(tmp_path, '@mark.rule("a-b-R2")\ndef test_x(): ...\n'))

    assert "共 2 条，有测试的 1 条，缺 1 条。\n\n## 按类\n" in text
    assert "| 稿件 | 1 | 0 | 1 | a-b-R1 |\n" in text
    assert "| 统计考核 | 1 | 1 | 0 | 无 |\n\n## 某制度\n\n`a-b`: 1 / 2\n" in text
    assert "| a-b-R1 | 甲 | 稿件 | **缺** |\n" in text
    assert text.endswith("| a-b-R2 | 乙 | 统计考核 | `tests/deep/test_it.py::test_x` |\n")


def test_every_rule_has_its_area() -> None:
    """241 rules, each of one kind; the twelve for every regulation are apart."""
    listed = [rule for rule in rules.rules() if rule.regulation != "every"]

    assert len(listed) == 241
    assert {rule.area for rule in listed} == rules.AREAS.keys()
    assert {rule.area for rule in rules.rules() if rule.regulation == "every"} == {"every"}


def test_a_rule_that_does_not_exist(tmp_path: Path) -> None:
    """A slip of the pen in a mark is found, not counted."""
    root = small_project(tmp_path, '@mark.rule("a-b-R3")\ndef test_x(): ...\n')

    with pytest.raises(rules.Unknown, match=r"没有这条规则：a-b-R3（见 tests/deep/test_it.py::test_x）"):
        rules.render(root)


def test_the_generator_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--check fails while the page is missing or old; writing it mends that; a wrong mark is told."""
    root = small_project(tmp_path, "")
    missing = rules.main(["--check"], root)
    written = rules.main([], root)
    fresh = rules.main(["--check"], root)
    (root / "tests/deep/test_it.py").write_text('@mark.rule("a-b-R1")\ndef test_x(): ...\n', encoding="utf-8")
    stale = rules.main(["--check"], root)
    (root / "tests/deep/test_it.py").write_text('@mark.rule("a-R1")\ndef test_x(): ...\n', encoding="utf-8")
    wrong = rules.main([], root)

    assert (missing, written, fresh, stale, wrong) == (1, 0, 0, 1, 1)
    assert capsys.readouterr().err.splitlines() == [
        "docs/rules.md 过时了，请运行 make rules",
        "docs/rules.md 过时了，请运行 make rules",
        "没有这条规则：a-R1（见 tests/deep/test_it.py::test_x）",
    ]


# ---- the text itself ---------------------------------------------------------------------------------------------


def pages() -> list[Path]:
    return sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_internal_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        linked = (path.parent / name).resolve() if name else path
        if not linked.exists():
            broken.append(target)
        elif fragment:
            headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            if fragment not in {anchor(heading) for heading in headings}:
                broken.append(target)

    assert not broken


def shipped_files() -> list[Path]:
    """What git has or would take, binary files apart."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    binary = {".png", ".ico", ".jpg", ".jpeg", ".mp4", ".xlsx", ".woff2", ".db"}
    return [ROOT / name for name in names if name and Path(name).suffix not in binary and (ROOT / name).is_file()]


def test_nothing_tells_where_it_was_made() -> None:
    """No path of a developer's machine, and no address of a package index."""
    telling = re.compile(r"/(?:work|root|Users|home/[a-z]+)/|://[^\s\"']*/simple\b")
    files = shipped_files()
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files
        if (match := telling.search(path.read_text(encoding="utf-8")))
    ]

    assert ROOT / "pyproject.toml" in files
    assert telling.search("cd /" + "work/x")
    assert found == []
