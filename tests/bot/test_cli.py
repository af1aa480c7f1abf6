"""命令行: every command as a person runs it, in a folder of its own."""

from __future__ import annotations

import os
import stat
import sys
import types
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner, Result

import bot
from bot import cli, config, roster_file
from bot.calendar_file import CalendarProblems
from bot.clock import BEIJING, Clock, DemoClock
from bot.regulation import Problem, RegulationProblems, load
from bot.rules.effects import Send
from bot.rules.item import Item, State
from bot.rules.messages import Text
from bot.rules.regulation import Kind
from bot.rules.roster import Seat
from bot.words_file import WordProblems
from storage.db import open_writing, transaction
from storage.items import save_item
from storage.outbox import queue_send
from storage.roster import replace_seats
from storage.schema import migrate
from storage.sending import claim, mark_failed

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CONFIG = f"""\
[wecom]
corp_id = "ww1"
agent_id = 1
secret = "env:SHENFA_TEST_SECRET"
token = "Token"
encoding_aes_key = "{AES_KEY}"
[server]
public_url = "https://shenfa.example.gov.cn"
[storage]
path = "shenfa.db"
[regulation]
slug = "saws"
"""
ROSTER = """\
userid,姓名,单位,角色
wangfang,王芳,,宣教办经办人
limin,李敏,监管一司,信息员
limin,李敏,监管一司,保密审查员
"""

NO_CONFIG = "none.toml: 1 处问题\n  没有这个文件：none.toml（先运行 shenfa init 生成一个）"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a configuration in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHENFA_TEST_SECRET", "the-secret")
    monkeypatch.setenv("TERMINAL_WIDTH", "120")
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli.cli, arguments, input=typed, prog_name="shenfa", catch_exceptions=False)

    return invoke


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


# ---- speaking Chinese --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [(), *commands(cli.cli)], ids=" ".join)
def test_help_is_chinese(path: tuple[str, ...], run: Run) -> None:
    """No heading, hint or explanation in English, for any command."""
    result = run(*path, "--help")

    assert result.exit_code == 0
    assert f"用法: shenfa {' '.join(path)}".rstrip() in result.output
    assert "显示这段说明。" in result.output
    for english in ("Usage", "Options", "Commands", "Arguments", "Show this", "OPTIONS", "ARGS", "default", "required"):
        assert english not in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chek"], "没有 chek 这个命令（是不是 check？）"),
        (["xyz"], "没有 xyz 这个命令"),
        (["--confg", "x"], "没有 --confg 这个选项（是不是 --config？）"),
        (["--config"], "选项 --config 后面要写一个值"),
        (["version", "now"], "多余的参数：now"),
        (["roster", "import"], "缺少 文件"),
        (["roster", "export", "--overwrite=1"], "选项 --overwrite 后面不能写值"),
        (["demo", "--port", "0"], "--port 不对：要 1 到 65535 的整数"),
        (["demo", "--port", "八千"], "--port 不对：要 1 到 65535 的整数"),
    ],
)
def test_wrong_command_lines(arguments: list[str], sentence: str, run: Run) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "错误" in result.stderr
    for english in ("Error", "Try ", "No such", "Missing", "Invalid", "Usage"):
        assert english not in result.output


def test_no_command_shows_the_help(run: Run) -> None:
    assert "用法: shenfa [选项] 命令" in run().output


def test_version(run: Run) -> None:
    assert run("version").output.startswith("shenfa 0.")


# ---- init --------------------------------------------------------------------------------------------------------

ANSWERS = "ww1\n1000002\nthe-secret\n\n\nhttps://x.gov.cn/\n8080\n\n\nwangfang、limin\n"


def test_init_writes_a_configuration_that_loads(run: Run, folder: Path) -> None:
    """Enter makes a token and a key; the file can be read by its owner only."""
    (folder / "config.toml").unlink()
    result = run("init", typed=ANSWERS)
    loaded = config.load(folder / "config.toml", {})

    assert result.exit_code == 0
    assert (loaded.wecom.corp_id, loaded.wecom.agent_id, loaded.wecom.secret) == ("ww1", 1000002, "the-secret")
    assert (len(loaded.wecom.token), len(loaded.wecom.encoding_aes_key)) == (32, 43)
    assert (loaded.server.public_url, loaded.server.port) == ("https://x.gov.cn", 8080)
    assert loaded.storage.path == folder / "shenfa.db"
    assert loaded.regulation.slug == "saws"
    assert loaded.admin.userids == ("wangfang", "limin")
    assert stat.S_IMODE(os.stat("config.toml").st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["config.toml"]
    for secret in ("the-secret", loaded.wecom.token, loaded.wecom.encoding_aes_key):
        assert str(secret) not in result.output


def test_init_asks_again(run: Run, folder: Path) -> None:
    """A wrong answer is explained by the same sentence as in the file, and asked again."""
    (folder / "config.toml").unlink()
    wrong = ANSWERS.replace("ww1", "企业\nww1").replace("8080", "80800\n8080")
    result = run("init", typed=wrong.replace("\n\n\nwang", "\n\nnone\nsaws\nwang"))

    assert result.exit_code == 0
    assert "  企业 ID 只有字母、数字、_ 和 -，现在是 '企业'\n" in result.output
    assert "  要 1 到 65535 的整数，现在是 80800\n" in result.output
    assert "  没有这部制度。自带的有：citics、" in result.output
    assert config.load(folder / "config.toml", {}).server.port == 8080


def test_init_never_overwrites_silently(run: Run, folder: Path) -> None:
    """Only the word 覆盖 does; an answer that breaks off leaves the old file as it was."""
    for typed in ("\n", "是\n", "", "覆盖\nww2\n"):
        assert run("init", typed=typed).exit_code == 1
        assert (folder / "config.toml").read_text(encoding="utf-8") == CONFIG

    assert run("init", typed="覆盖\n" + ANSWERS).exit_code == 0
    assert config.load(folder / "config.toml", {}).wecom.agent_id == 1000002


def test_init_elsewhere(run: Run, folder: Path) -> None:
    assert run("--config", "none/config.toml", "init").stderr == f"没有这个文件夹：{folder / 'none'}\n"


@pytest.mark.parametrize("value", ['a"b', "a\\b", "a'b#", "a\\u0041"])
def test_values_are_written_as_toml(value: str, folder: Path, run: Run) -> None:
    """A secret may hold any half-width character."""
    (folder / "config.toml").unlink()
    run("init", typed=ANSWERS.replace("the-secret", value))

    assert config.load(folder / "config.toml", {}).wecom.secret == value


# ---- check -------------------------------------------------------------------------------------------------------


def fill(folder: Path, *seats: Seat) -> None:
    db = open_writing(folder / "shenfa.db")
    migrate(db)
    with transaction(db):
        replace_seats(db, "ww1", seats, Clock().now(), "test")
    db.close()


def test_check_without_problems(run: Run) -> None:
    result = run("check")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output.splitlines() == [
        "config.toml: 没有问题",
        "制度 saws: 没有问题",
        "名册: 还没有（运行 shenfa roster import 名册.xlsx 导入）",
    ]


def test_check_lists_the_problems_of_all_three(run: Run, folder: Path) -> None:
    """A wrong key does not hide what is wrong with the regulation and the roster."""
    fill(folder, Seat("limin", "李敏", "监管一司", "gone"))
    own = 'schema = 1\nslug = "own"\ntitle = "自己的"\n[role]\nhead = { label = "负责人", scope = "own" }\n'
    (folder / "own.toml").write_text(own, encoding="utf-8")
    text = CONFIG.replace('slug = "saws"', 'file = "own.toml"')
    (folder / "config.toml").write_text(f"{text}\n[server2]\n", encoding="utf-8")
    result = run("check")

    assert result.exit_code == 1
    assert result.output.splitlines()[:5] == [
        "config.toml: 1 处问题",
        "  server2: 没有这个键（是不是 server？）",
        f"制度 {folder / 'own.toml'}: 没有问题",
        "名册: 1 处问题",
        "  第 2 行: 没有“gone”这个角色（可用的有：负责人）",
    ]


def test_check_a_regulation_with_problems(run: Run, folder: Path) -> None:
    (folder / "own.toml").write_text('schema = 1\nslug = "own"\n', encoding="utf-8")
    (folder / "config.toml").write_text(CONFIG.replace('slug = "saws"', 'file = "own.toml"'), encoding="utf-8")
    result = run("check")

    assert result.exit_code == 1
    assert f"制度 {folder / 'own.toml'}: 1 处问题\n" in result.output
    assert "title" in result.output
    assert "名册: 没有检查，先改好上面的问题\n" in result.output


def test_check_reads_the_files_named_in_the_configuration(run: Run, folder: Path) -> None:
    """Words and days off, right and wrong."""
    text = CONFIG + 'words = "words.csv"\n[calendar]\nfile = "days.toml"\n'
    (folder / "config.toml").write_text(text, encoding="utf-8")
    (folder / "words.csv").write_text("词,类别,说明\n绝密,1,\n", encoding="utf-8")
    (folder / "days.toml").write_text("off = [2027-02-06]\n", encoding="utf-8")
    right = run("check")
    (folder / "words.csv").write_text("绝密,99,\n", encoding="utf-8")
    (folder / "days.toml").write_text("rest = []\n", encoding="utf-8")
    wrong = run("check")

    assert right.exit_code == 0
    assert "放假安排 days.toml: 没有问题\n禁用词表 words.csv: 没有问题\n" in right.output
    assert wrong.exit_code == 1
    assert "放假安排 days.toml: 1 处问题\n  rest: " in wrong.output
    assert "禁用词表 words.csv: 1 处问题\n  第 1 行: " in wrong.output


def test_check_notes_what_the_roster_lacks(run: Run, folder: Path) -> None:
    """A note is no problem."""
    fill(folder, Seat("limin", "李敏", "监管一司", "informant"))
    result = run("check")

    assert result.exit_code == 0
    assert "名册: 没有问题\n" in result.output
    assert "  注意：还没有宣教办经办人\n" in result.output


def test_a_missing_configuration(run: Run) -> None:
    result = run("--config", "other.toml", "check")

    assert result.exit_code == 1
    assert "other.toml: 1 处问题\n  没有这个文件：other.toml（先运行 shenfa init 生成一个）\n" in result.output


# ---- regulations -------------------------------------------------------------------------------------------------


def test_regulation_list(run: Run) -> None:
    lines = run("regulation", "list").output.splitlines()

    assert len(lines) == 16
    assert "saws                          国家安全监管总局政务微博微信发布运行管理办法" in lines


def test_regulation_show(run: Run) -> None:
    """The whole regulation, or some flows of it."""
    whole = run("regulation", "show", "saws").output
    part = run("regulation", "show", "saws", "policy").output

    assert "国家安全监管总局政务微博微信发布运行管理办法" in part
    assert "五(一)1" in part
    assert len(part) < len(whole)
    assert run("regulation", "show", "saws", "x").stderr.startswith("没有这个流程：x。有：policy、")


def test_regulation_show_and_check_say_what_is_wrong(run: Run, folder: Path) -> None:
    (folder / "own.toml").write_text("schema = 2\n", encoding="utf-8")
    shown, checked = run("regulation", "show", "own.toml"), run("regulation", "check", "own.toml")

    assert (shown.exit_code, checked.exit_code) == (1, 1)
    assert shown.stderr == checked.stdout
    assert checked.stdout.startswith("制度 own.toml: 3 处问题\n  ")
    assert run("regulation", "show", "sows").stderr.startswith("制度 sows: 1 处问题\n  ")


def test_every_shipped_regulation_passes_the_check(run: Run) -> None:
    for path in sorted((Path(cli.__file__).parent / "regulations").glob("*.toml")):
        assert run("regulation", "check", str(path)).output == f"制度 {path}: 没有问题\n"


def test_hints_come_after_and_change_nothing(run: Run, folder: Path) -> None:
    """提示: printed after the verdict, with line and key; the exit code stays 0."""
    own = 'schema = 1\nslug = "own"\ntitle = "自己的"\n[role]\nhead = { label = "负责人", scope = "own" }\n'
    (folder / "own.toml").write_text(own, encoding="utf-8")
    result = run("regulation", "check", "own.toml")

    assert result.exit_code == 0
    assert result.output == "制度 own.toml: 没有问题\n  提示：第5行 role.head: 负责人没有用在任何地方\n"


def test_regulation_new(run: Run, folder: Path) -> None:
    """Answers from a pipe, one a line; the file passes the check and draws; it is never overwritten by accident."""
    result = run("regulation", "new", "own.toml", typed="江南书院办法\n返回\n\n" + "\n" * 30)
    again = run("regulation", "new", "own.toml", typed="\n" * 30)
    forced = run("regulation", "new", "own.toml", "--overwrite", typed="江南书院办法\n" + "\n" * 30)

    assert (result.exit_code, again.exit_code, forced.exit_code) == (0, 1, 0)
    assert "已写好 own.toml。\n接着：shenfa regulation show own.toml" in result.output
    assert again.stderr == "own.toml 已经有了。要覆盖它，请加 --overwrite。\n"
    assert load(folder / "own.toml").title == "江南书院办法"
    assert run("regulation", "check", "own.toml").output == "制度 own.toml: 没有问题\n"
    assert "江南书院办法" in run("regulation", "show", "own.toml").output


def test_an_unfinished_regulation_is_not_written(run: Run, folder: Path) -> None:
    """The pipe ends before the questions do: nothing is written. Nor into a folder that is not there."""
    result = run("regulation", "new", "own.toml", typed="江南书院办法\n")

    assert result.exit_code == 1
    assert not list(folder.glob("*own.toml*"))
    assert run("regulation", "new", "no/own.toml").stderr.startswith("没有这个文件夹：")


def test_regulation_diff(run: Run, folder: Path) -> None:
    """0: the same; 1: what differs, by part; 2: one of them cannot be read. Slugs and files alike."""
    file = Path(cli.__file__).parent / "regulations" / "saws.toml"
    text = file.read_text(encoding="utf-8").replace("chars = 140", "chars = 280")
    (folder / "own.toml").write_text(text, encoding="utf-8")
    same, other, wrong = (run("regulation", "diff", "saws", one) for one in ("saws", "own.toml", "sows"))

    assert (same.exit_code, same.output) == (0, "没有差别。\n")
    assert (other.exit_code, other.output) == (1, "渠道\n  ＊ 政务微博（weibo）：字数 140字 → 280字\n")
    assert wrong.exit_code == 2
    assert "读不到制度文件 sows" in wrong.stderr


# ---- the roster --------------------------------------------------------------------------------------------------


def seats(folder: Path) -> tuple[Seat, ...]:
    return cli._seats(folder / "shenfa.db", "ww1")


def test_import_then_export_is_the_same(run: Run, folder: Path) -> None:
    """CSV to the database, to XLSX, to the database again, to CSV."""
    (folder / "in.csv").write_text(ROSTER, encoding="gb18030")
    first = run("roster", "import", "in.csv")
    imported = seats(folder)
    run("roster", "export", "out.xlsx")
    second = run("roster", "import", "out.xlsx")
    printed = run("roster", "export").output

    assert first.output.endswith("已导入 3 行，2 人。授权和委托没有变。\n")
    assert "注意：还没有单位主要负责人\n" in first.output
    assert second.exit_code == 0
    assert imported == seats(folder)
    assert imported[0] == Seat("wangfang", "王芳", "人事司(宣教办)", "central_officer")
    assert printed == ROSTER.replace("王芳,,", "王芳,人事司(宣教办),")


def test_an_import_names_the_items_it_leaves_without_their_people(run: Run, folder: Path) -> None:
    """Items under way: whose drafter goes, which step changes hands, which is left empty. Nothing is refused for it."""
    officer = Seat("wangfang", "王芳", "人事司(宣教办)", "central_officer")
    drafts, checks = Seat("old", "旧人", "监管一司", "informant"), Seat("he", "何平", "监管一司", "secrecy")
    fill(folder, officer, drafts, checks)
    at_check = Item(
        id=3, org="ww1", kind=Kind.POST, unit="监管一司", author="old", created_at=Clock().now(),
        state=State.RUNNING, flow=load("saws").flows(Kind.POST)[4], position=1, round=1,
    )  # fmt: skip
    db = open_writing(folder / "shenfa.db")
    with transaction(db):
        save_item(db, "ww1", at_check, Clock().now())
    db.close()
    (folder / "in.csv").write_text(ROSTER, encoding="utf-8")
    changed = run("roster", "import", "in.csv")
    again = run("roster", "import", "in.csv")
    (folder / "in.csv").write_text(ROSTER.replace("limin,李敏,监管一司,保密审查员\n", ""), encoding="utf-8")
    emptied = run("roster", "import", "in.csv")

    assert "注意：0003（监管一司）的起草人旧人不再起草，请归口部门转交或撤回\n" in changed.output
    assert "注意：0003（监管一司）“保密审查”原由何平办理，新名册里由李敏办理\n" in changed.output
    assert "0003" not in again.output
    assert "注意：0003（监管一司）“保密审查”原由李敏办理，新名册里没有人可以办理\n" in emptied.output
    assert (changed.exit_code, emptied.exit_code) == (0, 0)


def test_a_refused_row_refuses_the_file(run: Run, folder: Path) -> None:
    """Nothing is half imported: the former roster stays."""
    fill(folder, Seat("old", "旧", "监管一司", "informant"))
    (folder / "in.csv").write_text(ROSTER + "zhang,张伟,监管一司,信息源\n-x,张,监管一司,\n", encoding="utf-8")
    result = run("roster", "import", "in.csv")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "in.csv: 2 处问题，没有导入",
        "  第 5 行: 没有“信息源”这个角色（是不是“信息员”？）",
        "  第 6 行: userid “-x” 不对：要 1 到 64 个字母、数字或 _-@. ，以字母或数字开头",
    ]
    assert seats(folder) == (Seat("old", "旧", "监管一司", "informant"),)


def test_an_import_is_written_down(run: Run, folder: Path) -> None:
    """留痕: a change of the roster has its line."""
    (folder / "in.csv").write_text(ROSTER, encoding="utf-8")
    run("roster", "import", "in.csv")
    db = open_writing(folder / "shenfa.db")
    lines = list(db.query("SELECT actor, action, detail FROM audit WHERE org = 'ww1'"))
    db.close()

    assert [(line["actor"], line["action"]) for line in lines] == [("sys", "import_roster")]


def test_export_never_overwrites_silently(run: Run, folder: Path) -> None:
    fill(folder, Seat("limin", "李敏", "监管一司", "informant"))
    (folder / "out.csv").write_text("mine", encoding="utf-8")

    refused = run("roster", "export", "out.csv")
    assert (refused.exit_code, refused.stderr) == (1, "out.csv 已经有了。要覆盖它，请加 --overwrite。\n")
    assert (folder / "out.csv").read_text(encoding="utf-8") == "mine"

    assert run("roster", "export", "out.csv", "--overwrite").output == "已写出 1 行到 out.csv。\n"
    assert "limin,李敏,监管一司,信息员" in (folder / "out.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["roster", "export", "out.doc"], "文件名要以 .csv 或 .xlsx 结尾，现在是 out.doc"),
        (["roster", "export", "none/out.csv"], "写不了 none/out.csv（没有这个文件或文件夹）"),
        (["roster", "import", "none.csv"], "读不到 none.csv（没有这个文件或文件夹）"),
        (["--config", "none.toml", "serve"], NO_CONFIG),
    ],
)
def test_files_that_cannot_be_used(arguments: list[str], sentence: str, run: Run) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stderr) == (1, sentence + "\n")


def test_a_database_that_cannot_be_used(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a database; or one that somebody else keeps locked."""
    monkeypatch.setattr("storage.db.BUSY_TIMEOUT_MS", 10)
    (folder / "in.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "shenfa.db").write_text("这不是数据库" * 100, encoding="utf-8")
    assert f"数据库 {folder / 'shenfa.db'} 打不开或写不了" in run("roster", "import", "in.csv").stderr

    (folder / "shenfa.db").unlink()
    fill(folder)
    db = open_writing(folder / "shenfa.db")
    with transaction(db):
        result = run("roster", "import", "in.csv")
    db.close()
    assert (result.exit_code, result.stderr) == (1, f"数据库 {folder / 'shenfa.db'} 正忙，请稍后再试\n")


def test_long_work_shows_progress(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar on stderr in a terminal, and not a trace of it in the output."""
    rows = "".join(f"u{number},张{number},监管一司,\n" for number in range(20_000))
    (folder / "in.csv").write_text(ROSTER + rows, encoding="utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("roster", "import", "in.csv")

    assert result.exit_code == 0
    assert "读名册" in result.stderr
    assert "读名册" not in result.stdout
    assert len(roster_file.parse((ROSTER + rows).encode(), cli._regulation("saws")).seats) == len(seats(folder))


# ---- running -----------------------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """In place of bot.app and bot.demo, which open ports: what they were asked to start."""
    asked: list[object] = []
    app, demo = types.ModuleType("bot.app"), types.ModuleType("bot.demo")
    vars(app)["serve"] = asked.append
    vars(demo)["run"] = lambda **options: asked.append(options)
    for module in (app, demo):
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(bot, module.__name__.removeprefix("bot."), module, raising=False)
    return asked


def test_serve_starts_with_the_configuration(run: Run, folder: Path, started: list[object]) -> None:
    assert run("serve").exit_code == 0
    assert started == [config.load(folder / "config.toml")]


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (RegulationProblems([Problem(3, "flow.a", "不对")]), "制度 saws: 1 处问题\n  第3行 flow.a: 不对\n"),
        (CalendarProblems(Path("x/days.toml"), ["放假.0: 不对"]), "days.toml: 1 处问题\n  放假.0: 不对\n"),
        (WordProblems(Path("words.csv"), ["第 1 行: 不对"]), "words.csv: 1 处问题\n  第 1 行: 不对\n"),
    ],
)
def test_serve_says_what_it_cannot_use(
    raised: Exception, sentence: str, run: Run, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: config.Config) -> None:
        raise raised

    monkeypatch.setattr("bot.app.serve", refuse)
    result = run("serve")

    assert (result.exit_code, result.stderr) == (1, sentence)


def test_demo_needs_no_configuration(run: Run, folder: Path, started: list[object]) -> None:
    (folder / "config.toml").unlink()

    assert run("demo").exit_code == 0
    assert run("demo", "--port", "9000", "--regulation", "citics").exit_code == 0
    assert started == [
        {"host": "127.0.0.1", "port": 8000, "slug": "saws"},
        {"host": "127.0.0.1", "port": 9000, "slug": "citics"},
    ]


def test_a_calendar_file_is_looked_at(tmp_path: Path, run: Run) -> None:
    """列出放假和上班的日子; 有错一次说全, 退出码 1。"""
    file = tmp_path / "days.toml"
    file.write_text("off = [2027-02-09, 2027-02-08]\nwork = [2027-02-14]\nyears = [2028]\n", encoding="utf-8")
    good = run("calendar", "check", str(file))
    file.write_text('off = ["春节"]\nrest = []\n', encoding="utf-8")
    bad = run("calendar", "check", str(file))

    assert good.exit_code == 0 and good.output.splitlines()[1:] == [
        "2027年 放假 2 天：2月8日（周一）、2月9日（周二）",
        "2027年 上班 1 天：2月14日（周日）",
        "2028年 没有另外的放假和上班日，按周一至周五上班",
    ]
    assert bad.exit_code == 1 and "rest: 没有这个键" in bad.output and "off.0: 不是日期" in bad.output


# ---- health ---------------------------------------------------------------------------------------------------------


def test_health(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """与发给管理员的一样; 有没有送达的、今年的放假安排不知道时, 退出码是 1。"""
    now = datetime(2025, 3, 18, 8, 30, tzinfo=BEIJING)
    monkeypatch.setattr(cli, "Clock", lambda: DemoClock(now, running=False))
    assert "还没有数据库" in run("health").stderr
    db = open_writing(folder / "shenfa.db")
    migrate(db)
    with transaction(db):
        queue_send(db, "ww1", Send("limin", Text("您好"), "k1"), now - timedelta(hours=2))
        job = claim(db, "ww1", now - timedelta(hours=2), timedelta(minutes=3))
        assert job
        mark_failed(db, "ww1", job, now - timedelta(hours=2), code=60020, why="not allowed from this address")
        queue_send(db, "ww1", Send("limin", Text("您好"), "k2"), now - timedelta(hours=1))
    db.close()

    told = run("health")
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "机器人状态 3月18日 08:30（3月17日 08:30 以来）",
        "到期的期限 0 个。",
        "催办 0 次，发出消息 0 条，没有送达 1 条。",
        "　1 条发送失败，错误码 60020（not allowed from this address）",
        "待发 1 条，最早的等了 1.0 小时。",
        "放假安排到 2026 年；制度第 0 版。",
    ]
    assert "没有送达 0 条" in run("health", "--hours", "1").output
    assert "配置里没有单位 x" in run("health", "--org", "x").stderr
    assert run("health", "--hours", "0").exit_code == 2
    monkeypatch.setattr(cli, "Clock", lambda: DemoClock(now.replace(year=2040), running=False))
    assert "今年的还没有公布" in run("health").output
