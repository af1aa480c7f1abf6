"""The sixteen files that come with the program: each loads, and says what its regulation says."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from bot.regulation import describe, header, load, shipped
from bot.rules.forms import parse_type
from bot.rules.regulation import Do, Kind

SLUGS = shipped()
FIRST_RELEASE = load("saws")


def picture(slug: str, flow_id: str = "") -> str:
    regulation = load(slug)
    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(describe(regulation, regulation.flow_of(flow_id)) if flow_id else header(regulation))
    return capture.get()


def test_all_sixteen_are_shipped() -> None:
    """十六份制度各有一个文件。"""
    assert len(SLUGS) == 16
    assert {"saws", "citics", "hotel-dali", "weibo-significance"} <= set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_file_loads(slug: str) -> None:
    """每个文件没有问题, slug 与文件名一致。"""
    assert load(slug).slug == slug


@pytest.mark.parametrize("slug", SLUGS)
def test_every_option_fits_a_card(slug: str) -> None:
    """卡片选项最多 16 个字: 流程、内容范围、栏目、选择题都放得下。"""
    regulation = load(slug)
    options = [flow.option for flow in regulation.flow] + [entry.option for entry in regulation.content.scope]
    options += regulation.columns
    forms = [regulation.content.form, *(flow.form for flow in regulation.flow)]
    forms += [step.form for flow in regulation.flow for step in flow.steps]
    options += [choice for form in forms for spec in form.values() for choice in parse_type(spec.type).choices]
    assert [option for option in options if not 0 < len(option) <= 16] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_flow_has_its_picture(slug: str) -> None:
    """shenfa regulation show: 每个流程的每个环节、角色和名称都看得到。"""
    regulation = load(slug)
    assert regulation.title[:20] in picture(slug)
    for flow in regulation.flow:
        shown = picture(slug, flow.id)
        assert flow.label in shown
        assert all(step.act in shown for step in flow.steps)
        assert all(regulation.role[role].label in shown for step in flow.steps for role in step.by)


@pytest.mark.rule("saws-R1", "saws-R2", "saws-R9", "saws-R10")
def test_saws_channels_and_columns() -> None:
    """saws: 微博“安全监管总局”140 字四个平台, 微信“安全贝贝”680 字; 四个栏目。"""
    weibo, weixin = FIRST_RELEASE.channel["weibo"], FIRST_RELEASE.channel["weixin"]
    assert (weibo.name, weibo.chars, weibo.platforms) == (
        "政务微博 · 安全监管总局", 140, ("新华网", "人民网", "腾讯网", "新浪网"))
    assert (weixin.name, weixin.chars) == ("政务微信 · 安全贝贝", 680)
    assert FIRST_RELEASE.columns == ("信息发布", "新闻链接", "生产安全百科", "预警预防信息")


@pytest.mark.rule("saws-R11")
def test_saws_kinds_of_content() -> None:
    """saws-R11: 五类内容范围, 只有“其他”要写理由。"""
    assert [(entry.option, entry.reason) for entry in FIRST_RELEASE.content.scope] == [
        ("新进展新成效", False), ("法规文件工作活动", False), ("事故预警统计救援", False), ("回应澄清", False),
        ("其他", True),
    ]


@pytest.mark.rule("saws-R12", "saws-R13")
def test_saws_prohibitions() -> None:
    """saws-R12: 七项禁止内容; saws-R13: 第 6 项以文号或公开征求意见为依据。"""
    content = FIRST_RELEASE.content
    assert len(content.banned) == 7
    assert content.basis is not None
    assert content.banned[content.basis.banned - 1].startswith("未经确认的信息和未经审定的行政管理事项")
    assert content.basis.any == ("文号", "公开征求意见")


@pytest.mark.rule("saws-R15")
def test_saws_secrecy_review() -> None:
    """saws-R15: 每条对外发布都经保密审查, 结论 可以公开/不予公开/请示, 留信息公开保密审查记录。"""
    publishing = [flow for flow in FIRST_RELEASE.flow if flow.steps[-1].do is Do.PUBLISH]
    assert len(publishing) == 8
    for flow in publishing:
        (step,) = (step for step in flow.steps if step.by == ("secrecy",))
        assert (step.do, step.when, step.passes, step.returns, step.holds, step.record) == (
            Do.CHECK, None, "可以公开", "不予公开", "请示", "信息公开保密审查记录")


@pytest.mark.rule("saws-R17", "saws-R18", "saws-R19", "saws-R20", "saws-R21", "saws-R22", "saws-R23", "saws-R25")
@pytest.mark.parametrize(
    ("flow", "roles", "filed"),
    [
        ("policy", "informant secrecy central_head central_officer central_publisher", ()),
        ("campaign", "informant secrecy leader central_head central_officer central_publisher", ()),
        ("answer", "informant secrecy leader publisher", ("central_officer",)),
        ("rescue", "scene_staff scene_head secrecy leader publisher", ("central_officer",)),
        ("accident", "informant secrecy unit_head publisher", ("central_officer",)),
        ("business", "informant secrecy unit_head publisher", ("central_officer",)),
        ("forward", "informant secrecy central_head central_publisher", ()),
    ],
)
def test_saws_chains(flow: str, roles: str, filed: tuple[str, ...]) -> None:
    """五(一)1至7: 每类稿件依次经过谁, 是否报宣教办备案。"""
    found = FIRST_RELEASE.flow_of(flow)
    assert [step.by for step in found.steps] == [(role,) for role in roles.split()]
    assert (found.kind, found.file) == (Kind.POST, filed)


@pytest.mark.rule("saws-R17", "saws-R18")
def test_saws_first_publication_by_the_government_site() -> None:
    """saws-R17: 未付印的拒收; saws-R18: 勾选报中国政府网发布的, 记录首发或未采用(A41)之后才发布。"""
    policy = FIRST_RELEASE.flow_of("policy")
    assert policy.refuse == {"付印日期": "公文尚未付印"}
    for flow in (policy, FIRST_RELEASE.flow_of("campaign")):
        step = flow.steps[-2]
        assert (step.when, step.missing) == ("报中国政府网发布", "尚未记录中国政府网首发")
        assert {name: (spec.type, spec.when) for name, spec in step.form.items()} == {
            "首发结果": ("已首发|未采用", None), "报送日期": ("past", None), "首发时间": ("past", "首发结果=已首发"),
        }


@pytest.mark.rule("saws-R16")
def test_saws_publishers_need_a_grant() -> None:
    """saws-R16: 凡发布的角色都须宣教办授权。"""
    publishers = {role for flow in FIRST_RELEASE.flow for step in flow.steps if step.do is Do.PUBLISH
                  for role in step.by}
    assert publishers == {"publisher", "central_publisher"}
    assert {FIRST_RELEASE.role[role].granted_by for role in publishers} == {"central_officer"}


@pytest.mark.rule("saws-R15", "saws-R18")
def test_the_picture_shows_the_turns() -> None:
    """画出的流程写明条件、退回到哪里、第三种结论、要填的表、期限。"""
    policy, inquiry = picture("saws", "policy"), picture("saws", "inquiry")
    for words in ("五(一)1", "若报中国政府网发布（否则跳过）", "不予公开→第1步 起草", "请示→留在本环节",
                  "存《信息公开保密审查记录》", "公文尚未付印"):
        assert words in policy
    assert "期限 发表时间起当日（遇休息日顺延）" in inquiry
    assert "期限 15个工作日" in inquiry
    assert "若需研究办理" in inquiry


def test_the_header_names_who_and_where() -> None:
    """制度概览: 角色在哪个单位、谁授权、字数、催办顺序。"""
    shown = picture("saws")
    for words in ("单位主要负责人", "人事司(宣教办)", "须经宣教办经办人授权", "140字以内", "生产安全百科",
                  "逐级告知 单位主要负责人 → 宣教办负责人 → 总局分管领导"):
        assert re.sub(r"\s", "", words) in re.sub(r"[\s│]", "", shown)  # a line may be broken anywhere
