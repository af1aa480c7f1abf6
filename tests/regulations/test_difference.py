"""shenfa regulation diff: two regulations compared part by part; nothing that differs is left unsaid."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.regulation import load, shipped
from bot.regulation_checks import CHECKS
from bot.regulation_difference import difference, lines
from bot.rules.regulation import Regulation

UNSEEN = Path(__file__).parent / "unseen.toml"


def raw() -> dict[str, Any]:
    return tomllib.loads(UNSEEN.read_text(encoding="utf-8"))


OLD = load(UNSEEN)


def with_other(path: tuple[str | int, ...], to: object) -> dict[str, Any]:
    """The unseen regulation with one value changed (None: taken out)."""
    whole = raw()
    holder: Any = whole
    for part in path[:-1]:
        holder = holder[part]
    if to is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return whole


def changed(*path: str | int, to: object) -> Regulation:
    return Regulation.model_validate(with_other(path, to))


@pytest.mark.parametrize("slug", [*shipped(), str(UNSEEN)])
def test_a_regulation_does_not_differ_from_itself(slug: str) -> None:
    """同一部制度没有差别。"""
    assert difference(load(slug), load(slug)) == {}


@pytest.mark.parametrize(
    ("path", "to", "heading", "line"),
    [
        (("title",), "新规定", "概况", "＊ 名称：市第三医院新媒体信息发布与账号管理规定 → 新规定"),
        (("unit", "ethics"), "伦理委员会", "单位", "＊ 伦理委员会（ethics）：名称 伦理办公室 → 伦理委员会"),
        (("role", "reporter", "seats"), [1, 2], "角色", "＊ 科室通讯员（reporter）：人数 1至3名 → 1至2名"),
        (("role", "sender", "granted_by"), None, "角色", "＊ 发布员（sender）：授权人 宣传科长 → （无）"),
        (("channel", "weibo", "chars"), 280, "渠道", "＊ 微博（weibo）：字数 140字 → 280字"),
        (("columns",), ["健康科普", "就诊须知", "人物故事"], "栏目", "－ 院务公开"),
        (("content", "banned", 1), "夸大宣传", "内容", "＋ 禁止“夸大宣传”"),
        (("content", "tone", "包治"), "请勿使用", "内容", "＊ 语气“包治”：请写明适应证和有效率的出处 → 请勿使用"),
        (("clock", "cutoff"), "18:00", "时间", "＊ 当日截止：17:00 → 18:00"),
        (("nag", "up"), ["press_head"], "催办", "＊ 逐级告知：科室主任、宣传科长、分管院长 → 宣传科长"),
        (("flow", 0, "steps", 1, "due"), "2wd", "流程 feature", "＊ 环节“科室把关”：期限 1个工作日 → 2个工作日"),
        (("flow", 4, "steps", 1, "act"), "收下", "流程 account_handover", "－ 环节“签收”"),
        (("watch", 1, "assumed"), "原文无数字", "监测",
         "＊ “科室三十天内供稿”：count drafts，per unit，in 30，least 1，upto 40 → "
         "count drafts，per unit，in 30，least 1，upto 40，assumed 原文无数字"),
    ],
)
def test_each_change_is_said_in_its_part(path: tuple[str | int, ...], to: object, heading: str, line: str) -> None:
    """改一处, 在那一部分里说出旧的和新的。"""
    found = difference(OLD, changed(*path, to=to))
    assert list(found) == [heading]
    assert line in found[heading]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list) and value:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, key))
    else:
        yield path


def other(value: object) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case _:
            return {"own": "press"}.get(str(value), f"{value}改")


def test_nothing_that_differs_is_left_unsaid() -> None:
    """制度里任何一个值改了(改过之后仍通得过检查的), 都列得出差别。"""
    tried = 0
    for path in leaves(raw()):
        value: Any = raw()
        for part in path:
            value = value[part]
        for to in (other(value), None):
            whole = with_other(path, to)
            if any(list(check(whole)) for check in CHECKS):
                continue
            try:
                new = Regulation.model_validate(whole)
            except ValidationError:
                continue
            tried += 1
            assert new == OLD or difference(OLD, new), path
    assert tried > 200


def test_a_flow_gone_is_said_once_and_a_new_one_whole() -> None:
    """去掉的流程只说一行; 新流程逐个环节列出。"""
    whole = copy.deepcopy(raw())
    del whole["flow"][8]
    less = Regulation.model_validate(whole)
    assert list(lines(OLD, less)) == ["流程", "  － 选题例会（meeting）"]
    assert list(lines(less, OLD)) == [
        "流程", "  ＋ 选题例会（meeting）", "流程·选题例会",
        "  ＋ “选题例会”：名称 选题例会；种类 其他事项；自动发起 每周周四",
        "  ＋ 环节“准备议题”：做什么 起草；谁 新媒体编辑；期限 下一个周五",
    ]


def test_a_renamed_role_is_told_of_once() -> None:
    """角色改名只在角色里说一次, 各流程不再重复。"""
    found = difference(OLD, changed("role", "writer", "label", to="编辑"))
    assert found == {"角色": ["＊ 编辑（writer）：名称 新媒体编辑 → 编辑"]}


def test_another_order_of_steps_is_a_difference() -> None:
    """环节的次序变了也是差别。"""
    whole = raw()
    steps = whole["flow"][0]["steps"]
    steps[4], steps[5] = steps[5], steps[4]
    found = difference(OLD, Regulation.model_validate(whole))
    assert found["流程 feature"][0].startswith("＊ 次序：“专题”、环节“供稿”、环节“科室把关”")
