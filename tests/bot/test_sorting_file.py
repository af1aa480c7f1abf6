"""分办词文件: what is read, refused and written back; on the command line too."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli, sorting_file
from bot.regulation import load
from bot.rules.sorting import SortingWord
from tests.bot.test_cli import CONFIG

SAWS = load("saws")
WORDS = (SortingWord("证书", "通信信息中心"), SortingWord("建议", "", "suggestion", "改进"))
UNITS = ("通信信息中心", "政策法规司")


def test_what_is_written_is_read_back() -> None:
    found = sorting_file.parse(sorting_file.export_csv(WORDS, SAWS), SAWS, UNITS)
    assert (found.words, found.refused) == (WORDS, ())


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("词,单位,类别\n甲,乙,丙\n", 1, "表头缺少：主题"),
        ("词,单位,类别,主题\n,通信信息中心,,\n", 2, "词不能是空的"),
        ("词,单位,类别,主题\n证书,,,\n", 2, "至少写一项"),
        ("词,单位,类别,主题\n证书,月球司,,\n", 2, "没有“月球司”这个单位"),
        ("词,单位,类别,主题\n证书,,聊天,\n", 2, "没有“聊天”这类评论"),
        ("词,单位,类别,主题\n证书,,,甲\n证书,,,乙\n", 3, "在第 2 行已经有了"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    (refused,) = sorting_file.parse(text.encode(), SAWS, UNITS).refused
    assert refused[0] == line and says in refused[1]


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """有一行不对就全部不导入。"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHENFA_TEST_SECRET", "the-secret")
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    Path("好.csv").write_text("主题,词,单位,类别\n改进,建议,,一般性建设性意见和建议\n", encoding="utf-8")
    run = CliRunner()
    assert "已导入 1 个分办词" in run.invoke(cli.cli, ["roster", "sorting", "好.csv"]).output
    shown = "词,单位,类别,主题\n建议,,一般性建设性意见和建议,改进\n"
    assert run.invoke(cli.cli, ["roster", "sorting"]).output == shown
    Path("坏.csv").write_text("词,单位,类别,主题\n证书,月球司,,\n", encoding="utf-8")
    bad = run.invoke(cli.cli, ["roster", "sorting", "坏.csv"])
    assert bad.exit_code == 1 and "第 2 行: 名册里没有“月球司”这个单位" in bad.output
    assert run.invoke(cli.cli, ["roster", "sorting"]).output == shown
