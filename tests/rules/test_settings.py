"""设置: typed sentences to paths and values, and changes in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.settings import (
    Amendment,
    BadSetting,
    NoSuchSetting,
    amended,
    chain,
    change_words,
    read_clock,
    read_span,
    read_window,
    value_at,
    wanted,
    with_value,
)

RAW: dict[str, Any] = {
    "title": "某制度", "columns": ["甲", "乙"], "reserved_names": ["某单位"],
    "unit": {"central": "宣传办", "it": "信息中心"},
    "role": {
        "officer": {"label": "宣传办经办人", "scope": "central"}, "head": {"label": "部门负责人", "scope": "own"},
        "boss": {"label": "部门分管领导", "scope": "own"},
    },
    "channel": {"weibo": {"label": "政务微博", "chars": 140}, "weixin": {"label": "政务微信"}},
    "content": {"banned": ["一", "二", "三"], "basis": {"banned": 2, "any": ["文号"]}},
    "clock": {"cutoff": "17:30"},
    "flow": [
        {"id": "post", "label": "信息发布", "steps": [
            {"by": ["officer"], "do": "draft", "act": "起草"},
            {"by": ["head"], "do": "check", "act": "审核", "due": "1wd"},
            {"when": "须批准", "by": ["boss"], "do": "check", "act": "批准"},
            {"by": ["boss"], "do": "check", "act": "批准"},
            {"by": ["officer"], "do": "publish", "act": "发布"},
        ]},
        {"id": "urgent", "label": "紧急信息发布", "short": "紧急信息", "steps": []},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("20:00", "20:00"), ("20：00", "20:00"), ("8:30", "08:30"), ("20点", "20:00"), ("8点30分", "08:30"),
        ("24:00", "24:00"),
    ],
)  # fmt: skip
def test_a_clock_time(words: str, value: str) -> None:
    assert read_clock(words) == value


@pytest.mark.parametrize("words", ["25:00", "8:70", "晚上", "", "20:00:00"])
def test_no_clock_time(words: str) -> None:
    with pytest.raises(BadSetting):
        read_clock(words)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2wd", "2wd"), ("2个工作日", "2wd"), ("2 个工作日", "2wd"), ("3工作日", "3wd"), ("当日", "0wd"),
        ("当天", "0wd"),
        ("24小时", "24h"), ("1个小时", "1h"), ("5天", "5d"), ("5日", "5d"), ("提前1天", "-1d"), ("周一", "周一"),
        ("下一个周五", "周五"), ("-1d", "-1d"),
    ],
)  # fmt: skip
def test_a_span(words: str, value: str) -> None:
    assert read_span(words) == value


@pytest.mark.parametrize("words", ["很快", "", "两天", "0小时", "1.5天", "周八"])
def test_no_span(words: str) -> None:
    with pytest.raises(BadSetting):
        read_span(words)


@pytest.mark.parametrize("words", ["8:30-17:30", "08:30至17:30", "8:30—17:30", "8点30到17点30分", "8:30 ~ 17:30"])
def test_a_window(words: str) -> None:
    assert read_window(words) == "08:30-17:30"


@pytest.mark.parametrize(
    ("what", "rest", "changes"),
    [
        ("截止时间", "20:00", [("clock.cutoff", "17:30", "20:00")]),
        ("上班时间", "9:00", [("clock.open", "08:30", "09:00")]),
        ("提前提醒", "2小时、1个工作日", [("nag.ahead", None, ["2h", "1wd"])]),
        ("再次催办", "无", None),
        ("字数", "政务微博 200", [("channel.weibo.chars", 140, 200)]),
        ("字数", "微博 不限", [("channel.weibo.chars", 140, None)]),
        ("每天群发", "政务微信 1次", [("channel.weixin.per_day", None, 1)]),
        ("保护字样", "增加 某单位官方", [("reserved_names", ["某单位"], ["某单位", "某单位官方"])]),
        ("禁止内容", "删除 三", [("content.banned", ["一", "二", "三"], ["一", "二"])]),
        ("禁止内容", "删除 1", [("content.basis.banned", 2, 1), ("content.banned", ["一", "二", "三"], ["二", "三"])]),
        ("单位名称", "信息中心 数据局", [("unit.it", "信息中心", "数据局")]),
        ("单位名称", "宣传办 改为 宣传部", [
            ("unit.central", "宣传办", "宣传部"), ("role.officer.label", "宣传办经办人", "宣传部经办人"),
        ]),
        ("逐级告知", "部门负责人、分管领导", [("nag.up", None, ["head", "boss"])]),
    ],
)  # fmt: skip
def test_what_is_typed(what: str, rest: str, changes: list[tuple[str, object, object]] | None) -> None:
    """一句话改哪里、改前改后。None: 现在就是这样。"""
    if changes is None:
        with pytest.raises(BadSetting, match="现在就是这样"):
            wanted(what, rest, RAW)
    else:
        assert [(c.path, c.before, c.after) for c in wanted(what, rest, RAW)] == changes


@pytest.mark.parametrize(
    ("what", "rest", "said"),
    [
        ("截止时间", "", "例如“设置 截止时间 20:00”"), ("字数", "政务微博", "请写明渠道和数目"),
        ("字数", "政务 200", "有 2 个渠道叫“政务”"), ("字数", "政务微博 很多", "没看懂数目"),
        ("禁止内容", "删除 2", "另有依据要求"), ("禁止内容", "删除 4", "现有 3 项"), ("禁止内容", "增加 一", "已有"),
        ("禁止内容", "改成 一", "请写“禁止内容 增加 内容”"), ("单位名称", "宣传办", "请写“单位名称 旧名 新名”"),
        ("单位名称", "宣传办 信息中心", "已有单位"), ("环节", "信息发布 移动 审核", "请写“环节 信息发布 删除"),
        ("环节", "信息发布 删除 批准", "有 2 个环节叫“批准”（第3、4个）"),
        ("环节", "没有的 删除 批准", "没有流程“没有的”"), ("期限", "信息发布 审核", "请写“期限 流程"),
        ("环节", "信息发布 增加 终审 由 局长 在 审核 之后", "没有角色“局长”"),
        ("颜色", "红", "没有“颜色”这项设置"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(what: str, rest: str, said: str) -> None:
    """说不通的改动: 回答说明该怎么说。"""
    with pytest.raises(BadSetting) as wrong:
        wanted(what, rest, RAW)
    assert said in str(wrong.value)


def acts(what: str, rest: str) -> list[str]:
    [change] = wanted(what, rest, RAW)
    assert isinstance(change.after, list) and change.path == "flow.post.steps"
    return [f"{step['act']}{step.get('due', '')}" for step in change.after]


@pytest.mark.parametrize(
    ("what", "rest", "after"),
    [
        ("环节", "信息发布 删除 审核", ["起草", "批准", "批准", "发布"]),
        ("环节", "信息发布 删除 3", ["起草", "审核1wd", "批准", "发布"]),
        ("环节", "post 增加 终审 由 部门分管领导 在 审核 之后", ["起草", "审核1wd", "终审", "批准", "批准", "发布"]),
        ("环节", "信息发布 增加 登记 由 officer 办理 在发布前", ["起草", "审核1wd", "批准", "批准", "登记", "发布"]),
        ("环节", "信息发布 增加 会签 由 head、boss 在4后", ["起草", "审核1wd", "批准", "批准", "会签", "发布"]),
        ("期限", "信息发布 审核 2个工作日", ["起草", "审核2wd", "批准", "批准", "发布"]),
        ("期限", "信息发布 审核 无", ["起草", "审核", "批准", "批准", "发布"]),
        ("期限", "信息发布 4 当日", ["起草", "审核1wd", "批准", "批准0wd", "发布"]),
    ],
)  # fmt: skip
def test_steps(what: str, rest: str, after: list[str]) -> None:
    assert acts(what, rest) == after


def test_a_step_put_in_says_who_and_what() -> None:
    """不写登记、办理就是审核。"""
    [check] = wanted("环节", "信息发布 增加 会签 由 head、boss 在 审核 之后", RAW)
    [record] = wanted("环节", "信息发布 增加 归档 由 宣传办经办人 登记 在 审核 之后", RAW)
    assert check.after[2] == {"by": ["head", "boss"], "do": "check", "act": "会签"}  # type: ignore[index]
    assert record.after[2] == {"by": ["officer"], "do": "record", "act": "归档"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        ("clock.cutoff", "17:30", "20:00", "截止时间：17:30 → 20:00"),
        ("nag.again", "1wd", None, "再次催办：1个工作日 → 无"),
        ("nag.ahead", ["2h"], ["2h", "1wd"], "提前提醒：2小时 → 2小时、1个工作日"),
        ("nag.up", ["head"], ["head", "boss"], "逐级告知：部门负责人 → 部门负责人、部门分管领导"),
        ("channel.weibo.chars", 140, None, "政务微博字数：140 → 不限"),
        ("channel.weixin.per_day", None, 1, "政务微信每天群发次数：不限 → 1"),
        ("channel.gone.chars", 140, 200, "gone字数：140 → 200"),
        ("unit.central", "宣传办", "宣传部", "单位名称：宣传办 → 宣传部"),
        ("columns", ["甲"], ["甲", "乙"], "栏目：甲 → 甲、乙"),
        ("content.banned", ["一", "二"], ["二", "三"], "禁止内容：删除第1项“一”、增加第2项“三”（2 项 → 2 项）"),
        ("title", "某制度", "新制度", "制度名称：某制度 → 新制度"),
        ("flow.post.short", None, "信息", "“信息发布”的简称：无 → 信息"),
        ("file", "甲\n乙", "甲\n丙\n丁", "制度文件：换了新的文件（去掉 1 行，新增 2 行）"),
    ],
)
def test_a_change_in_words(path: str, before: object, after: object, words: str) -> None:
    """改前 → 改后, 用中文。"""
    assert change_words(path, before, after, RAW) == words


def test_changed_steps_in_words() -> None:
    """只改期限就只说期限; 改了环节就说整条。"""
    [due] = wanted("期限", "信息发布 审核 2wd", RAW)
    [gone] = wanted("环节", "信息发布 删除 审核", RAW)
    assert change_words(due.path, due.before, due.after, RAW) == "“信息发布”的环节：“审核”期限 1个工作日 → 2个工作日"
    assert change_words(gone.path, gone.before, gone.after, RAW) == (
        "“信息发布”的环节：起草 → 审核 →（须批准：批准）→ 批准 → 发布，改为 起草 →（须批准：批准）→ 批准 → 发布"
    )


def test_a_chain_with_people() -> None:
    steps = RAW["flow"][0]["steps"][:2]
    assert chain(steps, RAW, who=True) == "起草〔宣传办经办人〕 → 审核〔部门负责人〕"


NOWHERE = ["channel.no.chars", "flow.none.steps", "flow.post.steps.1.due", "title.x", "unit.x.y"]


@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_that_leads_nowhere(path: str) -> None:
    with pytest.raises(NoSuchSetting):
        with_value(RAW, path, 1)


KNOWN = ["clock.cutoff", "nag.up", "channel.weibo.chars", "flow.post.steps", "columns", "unit.it"]
VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.text(max_size=2), max_size=3))


@given(path=st.sampled_from(KNOWN), value=VALUES)
def test_what_is_set_is_read_back(path: str, value: object) -> None:
    """写进去的就是读出来的; 原来的不动; 写回原值就是原来的。"""
    kept = deepcopy(RAW)
    changed = with_value(RAW, path, value)
    assert value_at(changed, path) == value and kept == RAW
    back = amended(changed, [Amendment(path, value, value_at(RAW, path))])
    assert {key: part for key, part in back.items() if part} == RAW


def test_levels_and_the_plan() -> None:
    """舆情分级按顺序加，级别带评论类别；预案是一段文字。"""
    opinion = {"id": "opinion", "kind": "comment", "label": "较大以上舆情", "steps": []}
    raw = RAW | {"flow": [*RAW["flow"], opinion]}
    (first,) = wanted("舆情分级", "增加 一般", raw)
    assert (first.path, first.before, first.after) == ("severity.levels", None, {"一般": ""})
    raw = amended(raw, [first])
    (second,) = wanted("舆情分级", "增加 较大 较大以上", raw)
    assert second.after == {"一般": "", "较大": "opinion"}
    raw = amended(raw, [second])
    said = change_words("severity.levels", second.before, second.after, raw)
    assert said == "舆情分级：一般 → 一般、较大（较大以上舆情）"
    assert wanted("舆情分级", "删除 一般", raw)[0].after == {"较大": "opinion"}
    for wrong, why in (("删除 特大", "没有“特大”这一级"), ("增加 重大 没有的", "没有评论类别"), ("较大", "请写")):
        with pytest.raises(BadSetting, match=why):
            wanted("舆情分级", wrong, raw)
    assert wanted("舆情预案", "先核实再答复", raw)[0].after == "先核实再答复"
