"""命令行: shenfa init, serve, demo, check, regulation …, roster …, version. Documented in docs/commands.md."""

from __future__ import annotations

import secrets
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from bot import config, roster_file, units_file
from bot.chinese_click import Group
from bot.clock import BEIJING, Clock

if TYPE_CHECKING:
    from sqlite_utils import Database

    from bot.comments_file import CommentsFile
    from bot.comments_import import Brought
    from bot.rules.regulation import Regulation
    from bot.rules.roster import Seat, UnitEntry

LONG_WORK = 200_000  # bytes of a roster file from which on a progress bar is worth showing


def _port(ctx: click.Context, param: click.Parameter, value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise click.BadParameter("要 1 到 65535 的整数", ctx, param)


def fail(message: str) -> NoReturn:
    """Say what is wrong, on stderr, and end with code 1."""
    click.echo(message, err=True)
    sys.exit(1)


@click.group(cls=Group)
@click.option("--config", "config_path", type=Path, metavar="路径", default=Path("config.toml"), show_default=True,
              help="配置文件，写在命令前面。")  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, config_path: Path) -> None:
    """审发：企业微信里的先审后发机器人。"""
    ctx.obj = config_path


def main() -> None:
    cli.main(prog_name="shenfa")


# ---- running -------------------------------------------------------------------------------------------------------


@cli.command()
@click.pass_obj
def serve(path: Path) -> None:
    """启动服务。配置、制度、禁用词表或放假安排有问题就列出来，不启动。"""
    loaded = _config(path)
    from bot import app

    with _spoken("" if loaded.further else loaded.regulation.source):
        app.serve(loaded)


@cli.command("demo")
@click.option("--host", metavar="地址", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option("--port", callback=_port, metavar="端口", default="8000", show_default=True, help="监听的端口。")
@click.option("--regulation", "slug", metavar="代号", default="saws", show_default=True,
              help="演示哪一部制度；也可以写制度文件的路径。")  # fmt: skip
def demo_(host: str, port: int, slug: str) -> None:
    """不连企业微信，在浏览器里试用：启动机器人和一台仿真平台，打印一个网址。"""
    from bot import demo

    with _spoken(slug):
        demo.run(host=host, port=port, slug=slug)


@cli.command()
@click.pass_obj
def check(path: Path) -> None:
    """检查配置、制度、名册和它们提到的文件，不启动服务。问题一次列全；有问题时退出码是 1。"""
    right: dict[str, Any] = {}
    problems = _check_config(path, right)
    further = dict.fromkeys(name.split(".")[1] for name in right if name.startswith(f"{config.FURTHER}."))
    for org_id in ("", *further):
        problems += _check_organisation(org_id, right)
    if problems:
        sys.exit(1)


@cli.command()
@click.option("--org", "org_id", metavar="代号", default="",
              help="哪个单位：配置里 organisation 后面的代号；不写是第一个。")  # fmt: skip
@click.option("--hours", type=click.IntRange(1, 744), metavar="小时", default=24, show_default=True,
              help="看多少小时以来的。")  # fmt: skip
@click.pass_obj
def health(path: Path, org_id: str, hours: int) -> None:
    """机器人的状态：到期、催办、发出、没有送达、待发。有消息没有送达或发不出去、今年的放假安排不知道时，退出码是 1。"""
    from bot.calendar_file import LiveCalendar
    from handlers.health_words import health_lines, ill, known_until
    from storage.read import Reader

    loaded = _config(path)
    own = _organisation(loaded, org_id)
    if not loaded.storage.path.exists():
        fail(f"还没有数据库 {loaded.storage.path}（先运行 shenfa serve）")
    now = Clock().now().replace(microsecond=0)
    with _spoken(""):
        known = known_until(LiveCalendar(own.calendar.file).now(), now.astimezone(BEIJING).date())
    with _database(loaded.storage.path) as db:
        reader = Reader(db, own.org)
        found, version = reader.health(now - timedelta(hours=hours), now), reader.policy_version()
    click.echo("\n".join(health_lines(found, now, known, version)))
    if ill(found, now, known):
        sys.exit(1)


def _check_organisation(org_id: str, right: dict[str, Any]) -> int:
    """What one organisation has for itself, as far as its sections are right."""
    if org_id:
        click.echo(f"单位 {org_id}:")
    before = f"{config.FURTHER}.{org_id}." if org_id else ""
    own: dict[str, Any] = {section: right.get(f"{before}{section}") for section in config.OWN}
    problems = 0
    regulation: list[Regulation] = []
    if own["regulation"]:
        problems += _check_regulation(own["regulation"].source, regulation, own["regulation"].add)
    if own["calendar"] and own["calendar"].file:
        problems += _check_calendar(own["calendar"].file)
    if regulation and own["regulation"].words:
        problems += _check_words(own["regulation"].words, regulation[0])
    if regulation and "storage" in right and own["wecom"]:
        key = config.OrganisationConfig(org_id, own["wecom"], own["regulation"]).org
        return problems + _check_roster(right["storage"].path, key, regulation[0])
    click.echo("名册: 没有检查，先改好上面的问题")
    return problems


def _check_config(path: Path, right: dict[str, Any]) -> int:
    """Number of problems; `right` is filled with the sections that have none."""
    try:
        loaded = config.load(path)
    except config.ConfigProblems as problems:
        right.update(problems.right)
        return _report(path.name, map(str, problems.problems))
    right.update({section: getattr(loaded, section) for section in config.SECTIONS})
    for one in loaded.further:
        right.update({f"{config.FURTHER}.{one.id}.{section}": getattr(one, section) for section in config.OWN})
    return _report(path.name, ())


def _check_regulation(source: str | Path, loaded: list[Regulation], add: Sequence[str] = ()) -> int:
    from bot.regulation import RegulationProblems, load

    name = f"制度 {' + '.join(map(str, (source, *add)))}"
    try:
        loaded.append(load(source, add))
    except RegulationProblems as problems:
        return _report(name, map(str, problems.problems))
    return _report(name, ())


def _check_calendar(path: Path) -> int:
    from bot.calendar_file import CalendarProblems, load_calendar

    try:
        load_calendar(path)
    except CalendarProblems as problems:
        return _report(f"放假安排 {path.name}", problems.problems)
    return _report(f"放假安排 {path.name}", ())


def _check_words(path: Path, regulation: Regulation) -> int:
    from bot.words_file import WordProblems, kinds_of_post, load_words

    try:
        load_words(path, len(regulation.content.banned), kinds_of_post(regulation))
    except WordProblems as problems:
        return _report(f"禁用词表 {path.name}", problems.problems)
    return _report(f"禁用词表 {path.name}", ())


def _check_roster(database: Path, org: str, regulation: Regulation) -> int:
    if not database.exists():
        click.echo("名册: 还没有（运行 shenfa roster import 名册.xlsx 导入）")
        return 0
    seats = _seats(database, org)
    checked = roster_file.check(seats, regulation)
    problems = _report("名册", (f"第 {line} 行: {sentence}" for line, sentence in checked.refused))
    for note in checked.notes:
        click.echo(f"  注意：{note}")
    return problems


def _report(what: str, problems: Iterable[str], *, err: bool = False) -> int:
    lines = list(problems)
    click.echo("\n  ".join([f"{what}: {len(lines)} 处问题" if lines else f"{what}: 没有问题", *lines]), err=err)
    return len(lines)


def _config(path: Path) -> config.Config:
    try:
        return config.load(path)
    except config.ConfigProblems as problems:
        fail(str(problems))


# ---- a new configuration -------------------------------------------------------------------------------------------


@cli.command()
@click.pass_obj
def init(path: Path) -> None:
    """逐项询问，写出一个配置文件。已有同名文件时先问，不会悄悄覆盖。"""
    if path.exists():
        answer = click.prompt(f"{path} 已经有了。要覆盖它，请输入“覆盖”", default="", show_default=False)
        if answer != "覆盖":
            fail("没有改动。")
    if not path.absolute().parent.is_dir():
        fail(f"没有这个文件夹：{path.absolute().parent}")
    click.echo("逐项填写，方括号里的是默认值，直接回车就用它。企业 ID、AgentId、Secret 在管理后台的应用页面。")
    around = config.Around(path.absolute().parent, {})
    answers = {
        "wecom.corp_id": _ask("企业 ID", "wecom.corp_id", around),
        "wecom.agent_id": _ask("应用的 AgentId", "wecom.agent_id", around, read=_number),
        "wecom.secret": _ask("应用的 Secret（输入时不显示）", "wecom.secret", around, hide=True),
        "wecom.token": _ask("回调的 Token（直接回车则生成）", "wecom.token", around, made=secrets.token_hex(16)),
        "wecom.encoding_aes_key": _ask(
            "回调的 EncodingAESKey（直接回车则生成）", "wecom.encoding_aes_key", around, made=config.new_aes_key()
        ),
        "server.public_url": _ask("外面访问本服务的网址，如 https://example.gov.cn", "server.public_url", around),
        "server.port": _ask("本机监听的端口", "server.port", around, default="8000", read=_number),
        "storage.path": _ask("数据库文件", "storage.path", around, default="shenfa.db"),
        "regulation.slug": _ask("用哪一部制度（代号）", "regulation.slug", around, default="saws", also=_known_slug),
        "admin.userids": _ask("出故障时通知谁（userid，几个人用逗号隔开）", "admin.userids", around, read=_names),
    }
    _write_private(path, _toml(answers))
    config.load(path)
    click.echo(f"已写好 {path}（含机密，只有本用户能读）。")
    click.echo("接着：把文件里的 Token 和 EncodingAESKey 填进管理后台，导入名册，运行 shenfa check 和 shenfa serve。")


def _ask(
    question: str,
    dotted: str,
    around: config.Around,
    *,
    default: str | None = None,
    made: str = "",
    hide: bool = False,
    read: Callable[[str], object] = str,
    also: Callable[[str], str] = lambda answer: "",
) -> object:
    """Ask until the key's own parser is content. Returns what is to be written, not what was parsed."""
    while True:
        shown = "" if made else default
        answer = click.prompt(question, default=shown, show_default=bool(shown), hide_input=hide).strip() or made
        value = read(answer)
        try:
            config.key(dotted).parse(value, around)
        except ValueError as error:
            click.echo(f"  {error}")
            continue
        if wrong := also(answer):
            click.echo(f"  {wrong}")
            continue
        return value


def _number(answer: str) -> object:
    return int(answer) if answer.isascii() and answer.isdigit() else answer


def _names(answer: str) -> list[str]:
    return [name for name in answer.replace("，", " ").replace(",", " ").replace("、", " ").split() if name]


def _known_slug(slug: str) -> str:
    from bot.regulation import shipped

    known = shipped()
    return "" if slug in known else f"没有这部制度。自带的有：{'、'.join(known)}"


def _toml(answers: dict[str, object]) -> str:
    lines = ["# 由 shenfa init 生成。其余的键和说明：config.example.toml", ""]
    for section in dict.fromkeys(dotted.split(".")[0] for dotted in answers):
        lines.append(f"[{section}]")
        for dotted, value in answers.items():
            if dotted.startswith(f"{section}."):
                lines.append(f"{dotted.split('.')[1]} = {_toml_value(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml_value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(f"\\{char}" if char in '"\\' else char for char in str(value))
    return f'"{escaped}"'


def _write_private(path: Path, text: str) -> None:
    """In one step, and for this user's eyes only: a half-written file is never seen."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


# ---- regulations ---------------------------------------------------------------------------------------------------


@cli.group()
def regulation() -> None:
    """制度：看自带的，或检查自己写的。"""


@regulation.command("list")
def regulation_list() -> None:
    """列出自带的制度。"""
    from bot.regulation import load, shipped

    for slug in shipped():
        click.echo(f"{slug:<30}{load(slug).title}")


@regulation.command("show")
@click.argument("source", metavar="代号")
@click.argument("flow_ids", metavar="[流程]…", nargs=-1)
@click.option("--add", metavar="代号", multiple=True, help="加上这篇文章的流程和指标；可以写几次。")
def regulation_show(source: str, flow_ids: tuple[str, ...], add: tuple[str, ...]) -> None:
    """用中文画出一部制度：角色、限制，和每个流程谁在何时之前做什么。代号处也可以写制度文件的路径。"""
    from bot.regulation import describe, header

    shown = _regulation(source, add)
    known = [flow.id for flow in shown.flow]
    if unknown := [flow_id for flow_id in flow_ids if flow_id not in known]:
        fail(f"没有这个流程：{'、'.join(unknown)}。有：{'、'.join(known) or '无'}")
    console = Console()
    console.print(header(shown))
    for flow in shown.flow:
        if not flow_ids or flow.id in flow_ids:
            console.print(describe(shown, flow))


@regulation.command("new")
@click.argument("file", metavar="文件", type=Path)
@click.option("--overwrite", is_flag=True, help="文件已经有了也写。")
def regulation_new(file: Path, overwrite: bool) -> None:
    """逐项询问，写出一个带说明的制度文件。每一问都有默认值；打“返回”回到上一问。"""
    from bot.regulation import hints, load
    from bot.regulation_new import BACK, Question, conversation, written

    if file.exists() and not overwrite:
        fail(f"{file} 已经有了。要覆盖它，请加 --overwrite。")
    if not file.absolute().parent.is_dir():
        fail(f"没有这个文件夹：{file.absolute().parent}")

    def hear(question: Question, default: str) -> str:
        click.echo(f"\n{question.why}")
        return str(click.prompt(question.ask, default=default))

    click.echo(f"逐项回答，方括号里的是默认值，直接回车就用它；打“{BACK}”回到上一问。")
    text = written(conversation(hear, lambda why: click.echo(f"  {why}")))
    draft = file.with_name(f".{file.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        with _spoken(file):
            load(draft)
        draft.replace(file)
    except OSError as error:
        fail(f"写不了 {file}（{config.why(error)}）")
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"\n已写好 {file}。")
    for hint in hints(file):
        click.echo(f"  提示：{hint}")
    click.echo(f"接着：shenfa regulation show {file} 看流程图，shenfa demo --regulation {file} 试用。")


@regulation.command("check")
@click.argument("file", metavar="文件", type=Path)
def regulation_check(file: Path) -> None:
    """检查一个制度文件，问题一次列全；有问题时退出码是 1。没有问题时再列出值得想一想的地方（提示）。"""
    if _check_regulation(file, []):
        sys.exit(1)
    from bot.regulation import hints

    for hint in hints(file):
        click.echo(f"  提示：{hint}")


@regulation.command("diff")
@click.argument("old", metavar="旧")
@click.argument("new", metavar="新")
def regulation_diff(old: str, new: str) -> None:
    """逐项列出两部制度的差别（代号或文件都可以）。退出码：0 一样，1 有差别，2 有一部读不了。"""
    from bot.regulation import RegulationProblems, load
    from bot.regulation_difference import lines

    try:
        found = list(lines(load(old), load(new)))
    except RegulationProblems as problems:
        click.echo(str(problems), err=True)
        sys.exit(2)
    click.echo("\n".join(found) or "没有差别。")
    sys.exit(1 if found else 0)


def _regulation(source: str | Path, add: Sequence[str] = ()) -> Regulation:
    from bot.regulation import load

    with _spoken(" + ".join((str(source), *add))):
        return load(source, add)


@contextmanager
def _spoken(source: str | Path) -> Iterator[None]:
    """A regulation, or a file that belongs to it, that cannot be used ends the command with all its problems.

    `source`: how to name it; "" when the problems know it themselves.
    """
    from bot.calendar_file import CalendarProblems
    from bot.regulation import RegulationProblems
    from bot.words_file import WordProblems

    try:
        yield
    except RegulationProblems as problems:
        _report(f"制度 {source or problems.source}", map(str, problems.problems), err=True)
        sys.exit(1)
    except (CalendarProblems, WordProblems) as problems:
        fail(str(problems))


# ---- the roster ----------------------------------------------------------------------------------------------------


ORG = click.option("--org", "org_id", metavar="代号", default="",
                   help="哪个单位：配置里 organisation 后面的代号；不写是第一个。")  # fmt: skip


@cli.group()
def roster() -> None:
    """人员名册：导入和导出。列：userid,姓名,单位,角色。"""


@roster.command("import")
@click.argument("file", metavar="文件", type=Path)
@ORG
@click.pass_obj
def roster_import(path: Path, file: Path, org_id: str) -> None:
    """用一个 CSV 或 XLSX 文件替换整个名册。有一行不对就全部不导入，并按行列出原因。"""
    loaded = _config(path)
    own = _organisation(loaded, org_id)
    content = _content(file)
    chosen = _regulation(own.regulation.source, own.regulation.add)
    with _bar("读名册", len(content)) as advance:
        read = roster_file.parse(content, chosen, advance)
    for note in read.notes:
        click.echo(f"注意：{note}")
    units = units_file.parse(content, chosen, sheet=units_file.SHEET)
    _refuse_rows(file, read.refused + (units.refused if not read.refused else ()))

    from storage.db import transaction
    from storage.roster import replace_seats
    from storage.staff import replace_units

    now = Clock().now()
    with _database(loaded.storage.path) as db, transaction(db):
        left = _left_by(db, own.org, read.seats, chosen, now)
        replace_seats(db, own.org, read.seats, now, by="sys")
        if units.found:
            replace_units(db, own.org, units.entries, now, by="sys")
    for sentence in left:
        click.echo(f"注意：{sentence}")
    people = len({seat.userid for seat in read.seats})
    click.echo(f"已导入 {len(read.seats)} 行，{people} 人。授权和委托没有变。")


@roster.command("export")
@click.argument("file", metavar="[文件]", type=Path, required=False)
@click.option("--overwrite", is_flag=True, help="文件已经有了也写。")
@ORG
@click.pass_obj
def roster_export(path: Path, file: Path | None, overwrite: bool, org_id: str) -> None:
    """把名册写成 CSV 或 XLSX（看文件名），可以原样再导入。不写文件名则把 CSV 打印出来。"""
    loaded = _config(path)
    own = _organisation(loaded, org_id)
    chosen = _regulation(own.regulation.source, own.regulation.add)
    if file is not None and file.suffix.lower() not in (".csv", ".xlsx"):
        fail(f"文件名要以 .csv 或 .xlsx 结尾，现在是 {file.name}")
    if file is not None and file.exists() and not overwrite:
        fail(f"{file} 已经有了。要覆盖它，请加 --overwrite。")
    seats = _seats(loaded.storage.path, own.org)
    entries = _entries(loaded.storage.path, own.org)
    if file is None:
        click.echo(roster_file.export_csv(seats, chosen).decode("utf-8-sig").replace("\r\n", "\n"), nl=False)
        return
    if file.suffix.lower() == ".xlsx":
        more = {units_file.SHEET: units_file.table(entries)} if entries else None
        written = roster_file.export_xlsx(seats, chosen, more)
    else:
        written = roster_file.export_csv(seats, chosen)
    try:
        file.write_bytes(written)
    except OSError as error:
        fail(f"写不了 {file}（{config.why(error)}）")
    click.echo(f"已写出 {len(seats)} 行到 {file}。")


@roster.command("units")
@click.argument("file", metavar="[文件]", type=Path, required=False)
@ORG
@click.pass_obj
def roster_units(path: Path, file: Path | None, org_id: str) -> None:
    """用一个 CSV 或 XLSX 文件替换单位的上级和标注。不写文件名则把现有的 CSV 打印出来。"""
    loaded = _config(path)
    own = _organisation(loaded, org_id)
    if file is None:
        entries = _entries(loaded.storage.path, own.org)
        click.echo(units_file.export_csv(entries).decode("utf-8-sig").replace("\r\n", "\n"), nl=False)
        return
    content = _content(file)
    read = units_file.parse(content, _regulation(own.regulation.source, own.regulation.add))
    _refuse_rows(file, read.refused)

    from storage.db import transaction
    from storage.staff import replace_units

    with _database(loaded.storage.path) as db, transaction(db):
        count = replace_units(db, own.org, read.entries, Clock().now(), by="sys")
    click.echo(f"已导入 {count} 个单位的上级和标注。人员没有变。")


@roster.command("sorting")
@click.argument("file", metavar="[文件]", type=Path, required=False)
@ORG
@click.pass_obj
def roster_sorting(path: Path, file: Path | None, org_id: str) -> None:
    """用一个 CSV 或 XLSX 文件替换网民评论的分办词。不写文件名则把现有的 CSV 打印出来。"""
    from bot import sorting_file
    from storage.db import transaction
    from storage.read import Reader
    from storage.sorting import replace_sorting_words

    loaded = _config(path)
    own = _organisation(loaded, org_id)
    chosen = _regulation(own.regulation.source, own.regulation.add)
    if file is None:
        with _database(loaded.storage.path) as db:
            words = Reader(db, own.org).sorting_words()
        click.echo(sorting_file.export_csv(words, chosen).decode("utf-8-sig").replace("\r\n", "\n"), nl=False)
        return
    content = _content(file)
    read = sorting_file.parse(content, chosen, [seat.unit for seat in _seats(loaded.storage.path, own.org)])
    _refuse_rows(file, read.refused)
    with _database(loaded.storage.path) as db, transaction(db):
        count = replace_sorting_words(db, own.org, read.words, Clock().now(), by="sys")
    click.echo(f"已导入 {count} 个分办词。")


def _content(file: Path) -> bytes:
    """What is in a file the person named."""
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"读不到 {file}（{config.why(error)}）")


def _refuse_rows(file: Path, refused: tuple[tuple[int, str], ...]) -> None:
    if refused:
        lines = [f"第 {line} 行: {sentence}" for line, sentence in refused]
        fail("\n  ".join([f"{file.name}: {len(lines)} 处问题，没有导入", *lines]))


def _entries(database: Path, org: str) -> tuple[UnitEntry, ...]:
    from storage.roster import RosterCache, read_roster

    with _database(database) as db:
        return read_roster(db, org, RosterCache()).entries


def _organisation(loaded: config.Config, org_id: str) -> config.OrganisationConfig:
    for one in loaded.organisations:
        if one.id == org_id:
            return one
    known = "、".join(one.id for one in loaded.further)
    hint = f"有：{known}；不写 --org 是第一个单位。" if known else "只有一个单位，不用写 --org。"
    fail(f"配置里没有单位 {org_id}。{hint}")


def _left_by(db: Database, org: str, seats: Iterable[Seat], regulation: Regulation, now: datetime) -> list[str]:
    """What this roster does to items under way: whose drafter goes, which step changes hands or is left empty."""
    from bot.rules.routing import Desk
    from storage.read import Reader

    reader = Reader(db, org)
    before = reader.roster()
    lower = tuple(replace(seat, userid=seat.userid.lower()) for seat in seats)
    after = replace(before, seats=lower)
    old, new = Desk(regulation, before, now), Desk(regulation, after, now)
    return [line for item in reader.open_items() for line in roster_file.left_by(item, reader.moves(item.id), old, new)]


def _seats(database: Path, org: str) -> tuple[Seat, ...]:
    from storage.roster import RosterCache, read_roster

    with _database(database) as db:
        return read_roster(db, org, RosterCache()).seats


@contextmanager
def _database(path: Path) -> Iterator[Database]:
    """The database, up to date. What goes wrong with it is said in a sentence."""
    from storage.db import open_writing
    from storage.schema import migrate

    try:
        db = open_writing(path)
        try:
            migrate(db)
            yield db
        finally:
            db.close()
    except sqlite3.DatabaseError as error:
        busy = "正忙，请稍后再试" if "locked" in str(error) else f"打不开或写不了（{error}）"
        fail(f"数据库 {path} {busy}")


@contextmanager
def _bar(what: str, size: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr for long work in a terminal; otherwise nothing."""
    console = Console(stderr=True)
    if size < LONG_WORK or not console.is_terminal:
        yield lambda line: None
        return
    with Progress(*Progress.get_default_columns(), console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda line: progress.update(task, description=f"{what}: 第 {line} 行")


# ---- comments -------------------------------------------------------------------------------------------------------


@cli.group()
def comments() -> None:
    """网民评论：从文件导入。"""


@comments.command("import")
@click.argument("file", metavar="文件", type=Path)
@click.option("--by", metavar="userid", default="", help="由谁分办；不写则按配置，或第一个没有离岗的采集人员。")
@click.option("--dry-run", is_flag=True, help="只检查，不登记。")
@ORG
@click.pass_obj
def comments_import(path: Path, file: Path, by: str, dry_run: bool, org_id: str) -> None:
    """登记一个 CSV 或 XLSX 文件里的评论，一行一条。已登记过的不再登记；有问题的行列出原因，其余照登。"""
    from bot import comments_file

    loaded = _config(path)
    own = _organisation(loaded, org_id)
    content = _content(file)
    chosen = _regulation(own.regulation.source, own.regulation.add)
    platforms = tuple(p for c in chosen.channel.values() for p in (*c.platforms, c.label))
    read = comments_file.parse(content, Clock().now(), platforms)
    if read.unused:
        click.echo(f"注意：没有用到的列：{'、'.join(read.unused)}")
    done, failed = f"检查过 {len(read.rows)} 条，没有登记", tuple[tuple[int, str], ...]()
    if read.rows and not dry_run:
        brought = _bring(loaded, own, read, by.lower(), chosen)
        done, failed = f"新登记 {brought.new} 条，已登记过 {brought.known} 条", brought.failed
    refused = sorted((*read.refused, *failed))
    for line in comments_file.lines(refused):
        click.echo(line, err=True)
    click.echo(f"{done}；有问题 {len(refused)} 行。")
    sys.exit(1 if refused else 0)


def _bring(
    loaded: config.Config, own: config.OrganisationConfig, read: CommentsFile, by: str, chosen: Regulation
) -> Brought:
    """Through a bot of our own without sender and sweeper; one that is running beside it sends what is to be sent."""
    from bot import app, comments_import
    from bot.delivery import Delivery
    from bot.rules.collectors import collector
    from bot.writer import NotCommitted
    from storage.read import Reader

    @contextmanager
    def opened() -> Iterator[Reader]:
        with app.reading(loaded.storage.path) as db:
            yield Reader(db, own.org)

    with _spoken("" if loaded.further else own.regulation.source), _database(loaded.storage.path) as db:
        found = collector(chosen, Reader(db, own.org).roster(), Clock().now(), by or own.interface.collector)
    if not found or (by and found != by):
        fail(f"{by} 没有登记评论的角色。" if by else "名册里没有人可以登记评论，请先导入名册。")
    with _spoken("" if loaded.further else own.regulation.source):
        bot = app.build(loaded, Clock(), threads=False)
    try:
        dispatch = next(one.dispatcher.dispatch for one in bot.organisations if one.org == own.org)
        delivery = Delivery(dispatch, opened, "file", comments_import.ACTOR, by, quiet=True)
        with _counted("登记评论", len(read.rows)) as advance:
            return comments_import.bring(delivery, read.rows, len(read.refused), advance)
    except NotCommitted as error:
        fail(f"数据库 {loaded.storage.path} 写不了（{error}）。已登记的都在，请再运行一次")
    finally:
        bot.stop()


@contextmanager
def _counted(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr in a terminal; otherwise nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: None
        return
    with Progress(*Progress.get_default_columns(), console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


# ---- the calendar ---------------------------------------------------------------------------------------------------


@cli.group()
def calendar() -> None:
    """放假安排：看一个放假文件对不对。"""


@calendar.command("check")
@click.argument("file", metavar="文件", type=Path)
def calendar_check(file: Path) -> None:
    """检查一个放假文件：列出放假和上班的日子，问题一次列全；有问题时退出码是 1。"""
    from bot.calendar_file import CalendarProblems, load_days, summary

    try:
        own = load_days(file)
    except CalendarProblems as problems:
        _report(f"放假安排 {file.name}", problems.problems)
        sys.exit(1)
    _report(f"放假安排 {file.name}", ())
    for line in summary(own):
        click.echo(line)


# ---- version -------------------------------------------------------------------------------------------------------


@cli.command()
def version() -> None:
    """打印版本号。"""
    click.echo(f"shenfa {_version()}")


def _version() -> str:
    """Of the checkout we run from, or of the installed package."""
    project = Path(__file__).parent.parent / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("shenfa")
