"""单位文件: what is read, refused and written back; on the command line too."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli, roster_file, units_file
from bot.regulation import load
from bot.rules.roster import Seat, UnitEntry, known_marks
from tests.bot.test_cli import CONFIG

WEIBO = load("gov-weibo-assessment")
ENTRIES = (UnitEntry("市公安局", "", ("涉密行业", "须配图")), UnitEntry("交警支队", "市公安局"))


def test_what_is_written_is_read_back() -> None:
    assert units_file.parse(units_file.export_csv(ENTRIES), WEIBO).entries == ENTRIES
    seats = (
        Seat("fanlei", "范蕾", "政务微博工作小组", "group_lead"),
        Seat("miao", "苗专", "社会协作力量", "expert", "免疫规划"),
    )
    book = roster_file.export_xlsx(seats, WEIBO, {"单位": units_file.table(ENTRIES)})
    assert units_file.parse(book, WEIBO, sheet="单位").entries == ENTRIES
    assert roster_file.parse(book, WEIBO).seats == seats
    assert roster_file.parse(roster_file.export_csv(seats, WEIBO), WEIBO).seats == seats
    assert not units_file.parse(roster_file.export_xlsx(seats, WEIBO), WEIBO, sheet="单位").found
    assert not units_file.parse(roster_file.export_csv(seats, WEIBO), WEIBO, sheet="单位").found


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("单位,上级\n甲,乙\n", (1, "表头缺少：标注（第一行要有 单位,上级,标注，顺序不限）")),
        ("单位,上级,标注\n,乙,\n", (2, "单位不能是空的")),
        ("单位,上级,标注\n甲,,保密\n", (2, f"没有“保密”这个标注，可用的有：{'、'.join(known_marks(WEIBO))}")),
        ("单位,上级,标注\n甲,,\n甲,乙,\n", (3, "甲在第 2 行已经有了")),
        ("单位,上级,标注\n甲,甲,\n", (2, "甲是甲自己或它的下级，不能作上级")),
        ("单位,上级,标注\n甲,乙,\n乙,甲,\n", (2, "乙是甲自己或它的下级，不能作上级")),
    ],
)
def test_what_is_refused(text: str, refused: tuple[int, str]) -> None:
    assert refused in units_file.parse(text.encode(), WEIBO).refused


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHENFA_TEST_SECRET", "the-secret")
    Path("config.toml").write_text(CONFIG.replace('"saws"', '"gov-weibo-assessment"'), encoding="utf-8")
    Path("单位.csv").write_text("标注,单位,上级\n涉密行业，须配图,市公安局,\n,交警支队,市公安局\n", encoding="utf-8")
    run = CliRunner()
    assert "已导入 2 个单位" in run.invoke(cli.cli, ["roster", "units", "单位.csv"]).output
    shown = run.invoke(cli.cli, ["roster", "units"]).output
    assert shown == "单位,上级,标注\n市公安局,,涉密行业、须配图\n交警支队,市公安局,\n"
    Path("坏.csv").write_text("单位,上级,标注\n甲,,保密\n", encoding="utf-8")
    bad = run.invoke(cli.cli, ["roster", "units", "坏.csv"])
    assert bad.exit_code == 1 and "第 2 行: 没有“保密”这个标注" in bad.output
    assert "市公安局" in run.invoke(cli.cli, ["roster", "units"]).output
