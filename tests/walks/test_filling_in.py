"""发起、一项一项填、改一项: matters and account flows as people fill them in, by card or by typing."""

from __future__ import annotations

import pytest

from bot.demo import seats_for
from bot.regulation import load
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk

PICTURE = b"\x89PNG\r\n\x1a\n" + b"scan" * 200
ANSWERS = ("2", "服务客户", "客户服务", "2", "发布交易提醒", "李总", "张三", "李四", "版权归公司", "按手册使用")


def applies(desk: Desk) -> None:
    """An account is applied for, up to the last card."""
    desk.says("applicant", "发起 1")
    for answer in ANSWERS:
        desk.says("applicant", answer)
    desk.sends("applicant", "image", "form.png", PICTURE)


def test_the_menu_begins_a_matter_without_typing(opens: Opens) -> None:
    """点菜单“发起事项”, 卡片上选一项点“开始”: 不用打字; 没选就点, 什么也不发生; 卡片写明编号。"""
    desk = opens(slug="citics", seats=())
    assert "1. 开立官方微博、微信公众号（依据 第五条、第六条、第八条）" in desk.menu("applicant", "start")
    desk.taps("applicant", "开始")
    assert desk.texts("applicant")[-1] == "请先在卡片上选要办的事，再点“开始”。"
    desk.taps("applicant", "开始", 要办的事="账号名称、功能变化")
    begun = desk.texts("applicant")[-1]
    assert begun.startswith("编号 0001，账号名称、功能变化（依据 第七条）。") and "请回复账号的序号或名称" in begun
    assert desk.card("applicant", "start")["replaced"] == "已开始，编号 0001"


def test_who_may_begin_nothing_is_told_who_can(opens: Opens) -> None:
    """领导不能发起: 说明要找谁, 不是死路。"""
    desk = opens(slug="citics", seats=())
    assert desk.menu("leader", "start") == "没有您可以发起的事项，要办请找王申请、李联络、陈账号、杨运营。"


@pytest.mark.parametrize(
    ("who", "told", "untold"),
    [
        ("applicant", ("发起事项", "账号登记"), ("审核：", "发布：", "投稿：")),
        ("leader", ("审核：", "账号登记"), ("发起事项", "投稿：")),
        ("it_officer", ("审核：", "“办结 0123”"), ("发起事项",)),
        ("operator", ("投稿：", "发起事项", "发布："), ("审核：", "督办")),
    ],
)
def test_help_tells_only_what_this_person_can_do(
    opens: Opens, who: str, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    """帮助只讲本人能办的。"""
    text = opens(slug="citics", seats=()).says(who, "帮助")
    assert all(words in text for words in told), text
    assert not any(words in text for words in untold), text


def test_one_field_is_changed_on_the_card_before_it_is_sent(opens: Opens) -> None:
    """送审前发现一项填错: 卡片上选“要改哪项”, 只重填这一项。"""
    desk = opens(slug="citics", seats=())
    applies(desk)
    desk.taps("applicant", "改这一项", 要改哪项="账号功能")
    assert desk.texts("applicant")[-1] == "0001 请回复账号功能。"
    assert desk.says("applicant", "发布公告") == "已记账号功能：发布公告。"
    assert "账号功能：发布公告\n" in desk.card("applicant", "0001")["sub_title_text"]
    assert desk.live("applicant", "0001") == ["送审", "改这一项"]  # the former card is closed


def test_one_field_is_changed_while_it_is_checked(opens: Opens) -> None:
    """会签时发现填错: “改 0001 项目 新内容”取回, 已同意的作废, 重新送审后审核人看到改了什么。"""
    desk = opens(slug="citics", seats=())
    applies(desk)
    desk.taps("applicant", "送审")
    desk.taps("compliance_officer", "同意")
    assert desk.says("applicant", "改 1").startswith("0001 要改哪一项？请回复“改 0001 项目 新内容”，改了要从头再审。")
    assert desk.says("applicant", "改 1 电话 123").startswith("0001 没有“电话 123”这一项")
    assert "0001 已取回，请再点“送审”。" in desk.says("applicant", "改 1 运营人员 李五")
    assert desk.live("board_officer", "0001") == []
    desk.taps("applicant", "送审")
    assert "运营人员：李【删:四】【增:五】" in desk.texts("compliance_officer")[-1]


def test_what_is_being_carried_out_is_not_changed(opens: Opens) -> None:
    """审批后到了办理环节: 不能再改, 说明现在在哪里、由谁办。"""
    desk = opens(slug="citics", seats=())
    applies(desk)
    desk.taps("applicant", "送审")
    for who in ("compliance_officer", "board_officer", "it_officer", "leader"):
        desk.taps(who, "同意")
    assert desk.says("applicant", "改 1 运营人员 李五").endswith("由周信息办理，不能再改。")


def test_a_returned_application_comes_back_with_its_card(opens: Opens) -> None:
    """退回的申请: 带着卡片回来, 一项一项改, 不要求重发全文; 不是稿件的, 退回原因也不说图片。"""
    desk = opens(slug="citics", seats=())
    applies(desk)
    desk.taps("applicant", "送审")
    desk.taps("board_officer", "退回", 退回原因="材料需补充")
    assert "要改哪一项，回复“改 0001 项目 新内容”" in desk.texts("applicant")[-1]
    assert desk.live("applicant", "0001") == ["送审", "改这一项"]
    assert desk.says("board_officer", "待办") == "现在没有要您办的。"


def test_the_one_who_asked_several_units_sees_who_has_answered(opens: Opens) -> None:
    """资料征集发给三个单位: 进度写明谁办了、谁没办; 交回的当时就告诉; 办完时各单位的结果列在一起。"""
    more = (Seat("qian", "钱二", "业务二部", "informant"), Seat("tian", "田三", "财务部", "informant"))
    desk = opens(slug="company-qiguanbu", seats=(*seats_for(load("company-qiguanbu")), *more))
    desk.says("editor", "发起 资料征集")
    desk.says("editor", "第一季度业务亮点")
    desk.says("editor", "3月20日")
    desk.taps("editor", "送出")
    sent, asked = desk.texts("editor")[-2:]
    assert sent.startswith("0001 已送出，下一步由您“发给有关单位”，见卡片。") and "【待您发给有关单位】" in asked
    desk.says("editor", "交办 0001 全部")
    assert "企管部 刘企管 · 资料征集" in desk.texts("tian")[-1]  # who asks, not another unit
    desk.says("informant", "办结 0001")
    desk.says("informant", "1")
    assert "已办：业务一部\n未办：业务二部（钱二）、财务部（田三）" in desk.says("editor", "0001")
    desk.says("tian", "交回 0001 我部没有业务")
    assert "0001 财务部（田三）交回：我部没有业务。其他单位照常办理。" in desk.texts("editor")
    desk.says("qian", "办结 0001")
    desk.says("qian", "2")
    desk.says("qian", "本季度没有")
    end = desk.texts("editor")[-1]
    assert end.startswith("0001《资料征集：第一季度业务亮点》已办结。")
    assert "业务一部 提供情况 已提供" in end and "业务二部 提供情况 说明原因，说明 本季度没有" in end
