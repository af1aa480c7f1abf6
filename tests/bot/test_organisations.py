"""几个单位一个程序: what the configuration and the command line say of further organisations."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import cli, config
from bot.config import Config, ConfigProblems
from bot.policy import Policy, note_file
from bot.regulation import load, source_text
from bot.rules.roster import Seat
from storage.db import open_reading, open_writing, transaction
from storage.read import Reader
from storage.roster import RosterCache, read_roster
from storage.schema import migrate

NOW = datetime(2025, 3, 17, 1, 0, tzinfo=UTC)
KEYS = ("a" * 43, "b" * 43, "c" * 43)
FIRST = {
    "wecom": {"corp_id": "ww1", "agent_id": 1, "secret": "S1", "token": "T1", "encoding_aes_key": KEYS[0]},
    "server": {"public_url": "https://shenfa.example.gov.cn"},
    "storage": {"path": "shenfa.db"},
    "regulation": {"slug": "saws"},
}


def own(agent_id: int = 2, key: str = KEYS[1], *, corp_id: str = "ww1", slug: str = "citics") -> dict[str, Any]:
    wecom = {"corp_id": corp_id, "agent_id": agent_id, "secret": "S2", "token": "T2", "encoding_aes_key": key}
    return {"wecom": wecom, "regulation": {"slug": slug}}


def read(further: object, tmp_path: Path) -> Config:
    return config.from_mapping({**FIRST, "organisation": further}, tmp_path / "config.toml", {})


def problems(further: object, tmp_path: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        read(further, tmp_path)
    assert KEYS[0] not in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


# ---- the configuration -------------------------------------------------------------------------------------------


def test_each_organisation_has_its_own_key_and_path(tmp_path: Path) -> None:
    """The first keeps its key in the database; two applications of one corp are two organisations."""
    loaded = read({"qgb": own(), "zx-2": own(3, KEYS[2]) | {"admin": {"userids": ["Li"]}}}, tmp_path)

    assert [(one.org, one.path) for one in loaded.organisations] == [
        ("ww1", ""),
        ("ww1/qgb", "/o/qgb"),
        ("ww1/zx-2", "/o/zx-2"),
    ]
    assert [one.regulation.slug for one in loaded.organisations] == ["saws", "citics", "citics"]
    assert [one.admin.userids for one in loaded.organisations] == [(), (), ("li",)]


def test_no_further_organisation_is_as_before(tmp_path: Path) -> None:
    [only] = config.from_mapping(FIRST, tmp_path / "config.toml", {}).organisations

    assert (only.org, only.path) == ("ww1", "")


def test_all_problems_of_all_organisations_at_once(tmp_path: Path) -> None:
    """By their dotted keys, together with those of the first."""
    wrong = own()
    wrong["wecom"].pop("secret")
    wrong["wecom"]["agnet_id"] = 3
    further = {"a": wrong, "b": own(9, KEYS[2]) | {"storage": {"path": "x"}, "calender": {}}, "坏 的": own()}

    found = problems(further, tmp_path)

    assert found == [
        "organisation.a.wecom.agnet_id: 没有这个键（是不是 agent_id？）",
        "organisation.a.wecom.secret: 缺少这个键",
        "organisation.b.storage: [storage] 是各单位共用的，只在最外面写一次",
        "organisation.b.calender: 没有这个键（是不是 calendar？）",
        "organisation.坏 的: 代号只有字母、数字和 -，最多 32 个",
    ]


@pytest.mark.parametrize(
    ("further", "sentence"),
    [
        ({"a": own(1)}, "organisation.a.wecom.agent_id: 和最外面的 [wecom]是同一个应用（corp_id 和 agent_id 都一样）"),
        (
            {"a": own(), "b": own(2, KEYS[2])},
            "organisation.b.wecom.agent_id: 和[organisation.a]是同一个应用（corp_id 和 agent_id 都一样）",
        ),
        (
            {"a": own(2, KEYS[0])},
            "organisation.a.wecom.encoding_aes_key: 和最外面的 [wecom]的一样；每个应用要用各自的，回调才不会串",
        ),
        ({"a": own(), "A": own(3, KEYS[2])}, "organisation.A: 这个代号用了两次（a；大小写不算区别）"),
        ({"a": 1}, "organisation.a: 要写成 [organisation.a.wecom] 这样的节"),
        ({"a": own() | {"admin": 1}}, "organisation.a.admin: 要写成一节：[organisation.a.admin]"),
        ([], "organisation: 要写成 [organisation.代号.wecom] 这样的节"),
    ],
)
def test_what_two_organisations_may_not_share(further: object, sentence: str, tmp_path: Path) -> None:
    assert problems(further, tmp_path) == [sentence]


def test_the_same_agent_number_in_another_corp_is_another_application(tmp_path: Path) -> None:
    assert len(read({"a": own(1, corp_id="ww2")}, tmp_path).organisations) == 2


def test_one_file_of_the_domain_has_one_content(tmp_path: Path) -> None:
    """Ownership files lie at the root of the one domain."""
    first, second, third = own(), own(3, KEYS[2]), own(4, "d" * 43)
    for table, content in ((first, "x"), (second, "x"), (third, "y")):
        table["wecom"]["verify_files"] = {"WW_verify_a.txt": content}

    assert len(read({"a": first, "b": second}, tmp_path).further) == 2
    assert problems({"a": first, "b": third}, tmp_path) == [
        "organisation.b.wecom.verify_files: WW_verify_a.txt 和[organisation.a]里的内容不同"
    ]


@pytest.mark.parametrize(
    ("add", "sentence"),
    [
        ("perf-assessment-paper", """要一组代号，如 ["perf-assessment-paper"]，现在是 'perf-assessment-paper'"""),
        (["x", "x"], "x 写了两次"),
        (["X"], "要制度的代号，如 saws（运行 shenfa regulation list 可看全部），现在是 'X'"),
    ],
)
def test_papers_to_add_are_a_list_of_slugs(add: object, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigProblems) as caught:
        config.from_mapping(FIRST | {"regulation": {"slug": "saws", "add": add}}, tmp_path / "config.toml", {})

    assert [str(one) for one in caught.value.problems] == [f"regulation.add: {sentence}"]


def test_adding_a_paper_is_a_new_version_of_the_policy(tmp_path: Path) -> None:
    """What began before the paper was added goes by the regulation as it was."""
    db = open_writing(tmp_path / "shenfa.db")
    migrate(db)
    alone, whole = Policy.of("saws"), Policy.of("saws", ["perf-assessment-paper"])
    for policy in (alone, whole):
        with transaction(db):
            note_file(db, "ww1", policy, NOW)
    reader = Reader(db, "ww1")

    assert (reader.policy_version(), Reader(db, "ww1/qgb").policy_version()) == (1, 0)
    assert whole.current(reader) == load("saws", ["perf-assessment-paper"])
    assert whole.at(0, reader) == load("saws")
    db.close()


# ---- the command line --------------------------------------------------------------------------------------------

TEXT = f"""\
[wecom]
corp_id = "ww1"
agent_id = 1
secret = "S1"
token = "T1"
encoding_aes_key = "{KEYS[0]}"
[server]
public_url = "https://shenfa.example.gov.cn"
[storage]
path = "shenfa.db"
[regulation]
slug = "saws"
add = ["perf-assessment-paper"]
[organisation.qgb.wecom]
corp_id = "ww1"
agent_id = 2
secret = "S2"
token = "T2"
encoding_aes_key = "{KEYS[1]}"
[organisation.qgb.regulation]
slug = "company-qiguanbu"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, arguments, prog_name="shenfa", catch_exceptions=False)


def seats(folder: Path, org: str) -> tuple[Seat, ...]:
    db = open_reading(folder / "shenfa.db")
    try:
        return read_roster(db, org, RosterCache()).seats
    finally:
        db.close()


def test_check_goes_through_all(folder: Path) -> None:
    """Each with its regulation and its roster; what is wrong in one hides nothing of the other."""
    none = "名册: 还没有（运行 shenfa roster import 名册.xlsx 导入）"
    assert run("check").output.splitlines() == [
        "config.toml: 没有问题",
        "制度 saws + perf-assessment-paper: 没有问题",
        none,
        "单位 qgb:",
        "制度 company-qiguanbu: 没有问题",
        none,
    ]

    (folder / "config.toml").write_text(TEXT.replace('"company-qiguanbu"', '"gone"') + "x = 1\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert result.output.splitlines()[:3] == [
        "config.toml: 1 处问题",
        "  organisation.qgb.regulation.x: 没有这个键",
        "制度 saws + perf-assessment-paper: 没有问题",
    ]


def test_serve_says_whose_regulation_cannot_be_used(folder: Path) -> None:
    (folder / "config.toml").write_text(TEXT.replace('"company-qiguanbu"', '"gone"'), encoding="utf-8")
    result = run("serve")

    assert result.exit_code == 1
    assert "gone" in result.stderr
    assert not (folder / "shenfa.db").exists()


def test_a_roster_belongs_to_one_organisation(folder: Path) -> None:
    """名册各导各的: the other's is as it was, and a paper's roles can be given."""
    head = "userid,姓名,单位,角色\n"
    (folder / "a.csv").write_text(f"{head}limin,李敏,监管一司,信息员\nkao,考核,,考核人员\n", encoding="utf-8")
    (folder / "b.csv").write_text(f"{head}limin,李敏,经营部,\n", encoding="utf-8")

    assert run("roster", "import", "a.csv").exit_code == 0
    before = seats(folder, "ww1")
    assert run("roster", "import", "b.csv", "--org", "qgb").exit_code == 0

    assert seats(folder, "ww1") == before
    assert [(one.userid, one.unit) for one in seats(folder, "ww1/qgb")] == [("limin", "经营部")]
    assert run("roster", "export", "--org", "qgb").output.splitlines()[1:] == ["limin,李敏,经营部,"]
    assert "考核单位" in run("roster", "export").output


def test_an_unknown_organisation_is_told(folder: Path) -> None:
    for command in (("import", "a.csv"), ("export",)):
        result = run("roster", *command, "--org", "qg")
        assert (result.exit_code, result.stderr) == (1, "配置里没有单位 qg。有：qgb；不写 --org 是第一个单位。\n")


def test_show_with_a_paper(folder: Path) -> None:
    alone, more = run("regulation", "show", "saws"), run("regulation", "show", "saws", "--add", "perf-assessment-paper")

    assert "绩效考核" not in alone.output
    assert "绩效考核" in more.output
    own = folder / "own.toml"
    text = source_text("newmedia-trial").replace("\nmanager =", "\naccount_manager =")
    own.write_text(text.replace('"manager"', '"account_manager"'), encoding="utf-8")
    wrong = run("regulation", "show", str(own), "--add", "perf-assessment-paper")
    assert wrong.exit_code == 1
    assert wrong.stderr.splitlines() == [
        f"制度 {own} + perf-assessment-paper: 1 处问题",
        "  role.account_manager: perf-assessment-paper 里也有，意思不同",
    ]
