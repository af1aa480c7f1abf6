"""制度的各版: changes on the raw file, the file changed under them, and what no longer fits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.policy import Policy, Settings, build_version, note_file, plain, renumbered
from bot.regulation import source_text
from bot.rules.effects import ChangePolicy, Effect, Record
from bot.rules.settings import Amendment, wanted
from bot.rules.textcheck import Entry
from storage.apply import apply
from storage.db import open_writing, transaction
from storage.read import Reader
from storage.schema import migrate
from tests.fresh import fresh_database

NOW = datetime(2025, 3, 31, 1, tzinfo=UTC)
TEXT = source_text("company-qiguanbu")
ORG = "ww1"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = fresh_database(tmp_path / "a.db")
    yield found
    found.close()


def change(db: Database, policy: Policy, what: str, rest: str) -> None:
    for amendment in wanted(what, rest, Settings(policy, Reader(db, ORG)).raw()):
        before, after = (json.dumps(value, ensure_ascii=False) for value in (amendment.before, amendment.after))
        effects: list[Effect] = [ChangePolicy(amendment.path, before, after, "editor"), Record("editor", "修改制度")]
        apply(db, effects, org=ORG, cause=f"{what} {rest}", now=NOW)


def test_a_version_stays_what_it_was(db: Database) -> None:
    """每一版随时能再取出来; 改的是哪一项就只变哪一项。"""
    policy, reader = Policy(TEXT), Reader(db, ORG)
    change(db, policy, "截止时间", "20:00")
    change(db, policy, "字数", "官方微博 200")
    change(db, policy, "环节", "信息发布 删除 审核把关")

    cutoffs = [policy.at(version, reader).clock.cutoff for version in range(4)]
    chars = [policy.at(version, reader).channel["weibo"].chars for version in range(4)]
    steps = [len(policy.at(version, reader).flow_of("post").steps) for version in range(4)]
    assert (cutoffs, chars) == (["17:30", "20:00", "20:00", "20:00"], [140, 140, 200, 200])
    assert steps == [6, 6, 6, 5]
    assert policy.current(reader) == policy.at(3, reader)
    assert policy.at(1, reader) is policy.at(1, reader)


def test_a_new_file_is_a_new_version(db: Database) -> None:
    """文件换了就是新的一版; 旧版仍按旧文件, 聊天里改过的仍然有效。"""
    old = Policy(TEXT)
    assert not note_file(db, ORG, old, NOW)
    change(db, old, "截止时间", "20:00")
    new = Policy(TEXT.replace('title = "', 'title = "新版'))

    assert note_file(db, ORG, new, NOW) and not note_file(db, ORG, new, NOW)
    reader = Reader(db, ORG)
    row = reader.policy_changes()[-1]
    assert (row.version, row.path, row.by) == (2, "file", "配置")
    assert (json.loads(row.before), json.loads(row.after)) == (TEXT, new.text)
    assert [new.at(v, reader).title[:2] for v in range(3)] == ["公司", "公司", "新版"]
    assert [new.at(v, reader).clock.cutoff for v in range(3)] == ["17:30", "20:00", "20:00"]
    assert [line.action for line in reader.audit() if line.actor == "配置"] == ["更换制度文件"]


def test_a_change_that_fits_the_new_file_no_more(db: Database) -> None:
    """新文件里没有那个渠道了: 这项设置停用, 留痕, 告诉管理员一次; 其余设置照旧。"""
    old = Policy(TEXT)
    note_file(db, ORG, old, NOW)
    change(db, old, "字数", "官方微博 200")
    change(db, old, "截止时间", "20:00")
    new = Policy(TEXT.replace("[channel.weibo]", "[channel.blog]"))
    note_file(db, ORG, new, NOW, ["boss"])
    note_file(db, ORG, Policy(new.text + "\n# 再改一处\n"), NOW, ["boss"])

    reader = Reader(db, ORG)
    assert new.at(3, reader).clock.cutoff == "20:00" and "weibo" not in new.at(3, reader).channel
    assert [line.detail for line in reader.audit() if line.action == "设置失效"] == ["weibo字数：140 → 200"]
    assert reader.waiting_to("boss") == 1


def test_two_starts_note_a_file_once(tmp_path: Path) -> None:
    """两个进程同时启动, 新文件只记一次。"""
    path = tmp_path / "a.db"
    with_file = open_writing(path)
    migrate(with_file)
    note_file(with_file, ORG, Policy(TEXT), NOW)
    with_file.close()
    told: list[bool] = []

    def start() -> None:
        own, policy = open_writing(path), Policy(TEXT + "\n# 新\n")
        with transaction(own):
            told.append(note_file(own, ORG, policy, NOW))
        own.close()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True]


def test_a_file_read_no_more_gives_way_to_the_present_one() -> None:
    """旧文件本程序已读不了: 用现在的, 不因此停机。"""
    db = Database(memory=True)
    migrate(db)
    apply(
        db,
        [ChangePolicy("file", json.dumps("schema = 9"), json.dumps(TEXT), "配置"), Record("配置", "更换制度文件")],
        org=ORG, cause="c", now=NOW,
    )  # fmt: skip
    changes = Reader(db, ORG).policy_changes()
    assert build_version(changes, 0, TEXT).regulation.slug == "company-qiguanbu"


@pytest.mark.parametrize(
    ("what", "rest", "problem"),
    [
        ("截止时间", "06:00", "早于"),
        ("字数", "官方微博 0", "须大于 0"),
        ("环节", "信息发布 删除 统一发布", "无条件的发布结束"),
        ("环节", "信息发布 删除 提出发布申请", "第一个环节须是无条件的起草"),
    ],
)
def test_the_whole_is_validated(db: Database, what: str, rest: str, problem: str) -> None:
    """改动按整部制度校验, 同文件走一条路; 问题用大白话说。"""
    settings = Settings(Policy(TEXT), Reader(db, ORG))
    [found] = settings.problems(wanted(what, rest, settings.raw()))
    assert problem in found


def test_a_path_that_leads_nowhere(db: Database) -> None:
    settings = Settings(Policy(TEXT), Reader(db, ORG))
    assert settings.problems([Amendment("channel.x.chars", None, 1)]) == ("制度里没有这一项：channel.x.chars",)


def test_words_follow_their_prohibitions() -> None:
    """词表的序号跟着禁止内容走: 删掉一项, 它的词不再提示, 后面的改号。"""
    entries = (Entry("甲词", 1), Entry("乙词", 2), Entry("丙词", 3), Entry("语", "语气"))
    assert renumbered(entries, ("甲", "乙", "丙"), ("甲", "丙")) == (
        Entry("甲词", 1), Entry("丙词", 2), Entry("语", "语气"),
    )  # fmt: skip
    assert renumbered(entries, ("甲", "乙", "丙"), ("甲", "乙", "丙", "丁")) == entries


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("先审后发:publish 之前须有无条件的 check", "先审后发：发布之前须有无条件的审核"),
        ("cutoff(06:00)早于 open(08:30)", "截止时间（06:00）早于上班时间（08:30）"),
    ],
)  # fmt: skip
def test_problems_in_plain_words(sentence: str, said: str) -> None:
    assert plain(sentence) == said
