"""docs/regulation.md: every key has its row, and the worked example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.regulation import hints, parse
from bot.rules import regulation as schema
from bot.rules.regulation import Kind

PAGE = (Path(__file__).parents[2] / "docs" / "regulation.md").read_text(encoding="utf-8")
SECTIONS: dict[str, type[BaseModel]] = {
    "文件开头": schema.Regulation, "角色": schema.Role, "渠道": schema.Channel, "图片和视频": schema.MediaLimit,
    "稿件的内容": schema.Content, "内容范围": schema.ScopeEntry, "依据": schema.Basis, "字段": schema.FieldSpec,
    "作息": schema.Clock, "催办": schema.Nag, "流程": schema.Flow, "环节": schema.Step, "考核指标": schema.Watch,
    "来稿成为稿件": schema.Adoption, "先行答复": schema.Interim, "舆情": schema.Severity,
}  # fmt: skip


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def example() -> str:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_has_its_row(heading: str) -> None:
    """每个键有一行: 没有缺的, 没有多的, 必写的都写明必写。"""
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| .*? \| (.*?) \|", section(heading), re.MULTILINE))
    fields = SECTIONS[heading].model_fields
    assert rows.keys() == {field.alias or name for name, field in fields.items()}
    needed = {field.alias or name for name, field in fields.items() if field.is_required()}
    assert {key for key, default in rows.items() if default == "必写"} == needed


def test_every_model_is_documented() -> None:
    """格式里新加的表也要写进文档。"""
    models = {one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, BaseModel)}
    assert models - {schema.Frozen, BaseModel} == set(SECTIONS.values())


def test_the_example_has_neither_problems_nor_hints(tmp_path: Path) -> None:
    """文档里的例子通得过检查, 没有提示。"""
    file = tmp_path / "example.toml"
    file.write_text(example(), encoding="utf-8")
    assert [flow.kind for flow in parse(example()).flow] == [Kind.POST, Kind.ACCOUNT, Kind.MATTER]
    assert hints(file) == []
