"""账号从申请到发布 (newmedia-trial, gov-newmedia-trial R1 R3–R6 R9 R10 R12 R14): by their own examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.matters import (
    OFFICES,
    SCAN,
    account,
    answers,
    at,
    begins,
    item,
    record,
    sends_on,
)

CENTRAL = "新媒体归口管理部门"
COUNTY = (
    Seat("xujie", "许杰", "民政局", "informant"),
    Seat("shentao", "沈涛", "民政局", "unit_head"),
    Seat("duju", "杜局长", "民政局", "host"),
    Seat("fangyu", "方瑜", "民政局", "manager"),
    Seat("panlei", "潘磊", "民政局"),
    Seat("chenchen", "陈晨", CENTRAL, "central_officer"),
    Seat("gaofeng", "高峰", CENTRAL, "central_head"),
)
TOWN: dict[str, Any] = {"slug": "newmedia-trial", "seats": (*OFFICES, Seat("sunyue", "孙悦", "后勤部"))}
GOV: dict[str, Any] = {"slug": "gov-newmedia-trial", "seats": COUNTY}
FORM = "《新媒体建设申请表》（签字盖章）"
APPLICATION = ("服务职工", "后勤保障信息", "赵培", "钱进", SCAN)
EXISTS = "2024-05-06"


def kind(desk: Desk, nth: int) -> str:
    """The nth kind of content, as the card calls it."""
    entry = desk.regulation.content.scope[nth - 1]
    return entry.option[:16]


def drafted(desk: Desk, who: str, text: str, *, nth: int = 1, channel: str = "头条号") -> str:
    number = desk.says(who, text).partition("编号 ")[2][:4]
    desk.taps(who, "下一步", number=number, 渠道=channel)
    desk.taps(who, "送审", number=number, 内容范围=kind(desk, nth))
    return number


def lived(desk: Desk, name: str, unit: str, channel: str = "头条号") -> None:
    """An account that was there before the bot."""
    assert "在用" in desk.says("chenchen", f"登记账号 {channel} {name} {unit} {EXISTS}")


# ---- R1 平台范围 -----------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R1")
def test_an_account_has_one_of_four_kinds_and_an_owner(opens: Opens) -> None:
    """后勤部的头条号: 开通要先选四种平台之一, 登记的单位是后勤部; 别的平台不收。"""
    desk = opens(**TOWN)
    reply = desk.says("qianjin", "发起 开通新媒体")
    number = reply.partition("编号 ")[2][:4]
    assert "渠道（1 官方微信公众号 2 头条号 3 微博 4 APP移动客户端）" in reply
    assert "请从中选一个" in desk.says("qianjin", "抖音")
    answers(desk, "qianjin", "头条号", "后勤在线", *APPLICATION)
    desk.taps("qianjin", "送审", number=number)
    desk.taps("hanxue", "同意", number=number)
    desk.taps("gaofeng", "同意", number=number)
    desk.says("qianjin", f"办结 {number}")
    entry = account(desk, "后勤在线")
    assert (entry.channel, entry.unit, entry.state) == ("toutiao", "后勤部", "在用")
    assert "头条号 · 后勤在线，后勤部，在用" in desk.says("chenchen", "账号")


@pytest.mark.rule("newmedia-trial-R1")
def test_an_account_that_was_there_before_is_registered_with_its_date(opens: Opens) -> None:
    """系统启用以前就有的账号由信息中心登记, 要写开通日期; 以后新开的必须走申请; 别人不能登记。"""
    desk = opens(**TOWN)
    refused = desk.says("chenchen", "登记账号 头条号 后勤在线 后勤部")
    assert "开通新媒体" in refused and "2025年3月17日以前就开通的，在最后写上开通日期" in refused
    assert "要办“开通新媒体”" in desk.says("chenchen", "登记账号 头条号 后勤在线 后勤部 2025-03-17")
    assert "请发“发起 开通新媒体”" in desk.says("qianjin", "登记账号 头条号 后勤在线 后勤部 2024-05-06")
    assert "没有单位“门卫室”" in desk.says("chenchen", "登记账号 头条号 后勤在线 门卫室 2024-05-06")
    lived(desk, "后勤在线", "后勤部")
    assert "开通日期：2024-05-06" in desk.says("chenchen", "账号 后勤在线")


# ---- R3 禁止个人开通 ---------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R3")
def test_a_name_used_by_a_person_is_reported_and_closed_by_his_unit(opens: Opens) -> None:
    """举报个人号“某单位后勤之家”: 信息中心核实后交办后勤部关闭, 5个工作日, 办结才算完; 逾期告诉主管领导。"""
    desk = opens(**TOWN)
    number = sends_on(desk, "zhoumin", "冒用名称", "某单位后勤之家", "后勤部 王某")
    assert item(desk, number).state is State.RUNNING
    desk.taps("chenchen", "核实交办", number=number, 承办单位="后勤部")
    assert item(desk, number).unit == "后勤部"
    assert any("待您关闭" in text and "期限 3月24日 24:00" in text for text in desk.texts("hanxue"))
    desk.now(at(2025, 3, 25, 8, 30))
    assert any(t.startswith("【逾期 第1次】") for t in desk.texts("zhaopei"))
    desk.says("hanxue", f"办结 {number}")
    desk.says("hanxue", "今天")
    assert item(desk, number).state is State.DONE
    assert "已办结" in desk.texts("zhoumin")[-1]


@pytest.mark.rule("gov-newmedia-trial-R3")
def test_a_person_without_a_unit_s_role_cannot_apply(opens: Opens) -> None:
    """没有单位身份的申请被拒“个人不得开通”, 告诉找谁; 部门负责人也要由信息员或管理员申请。"""
    desk = opens(**GOV)
    said = desk.says("panlei", "发起 开通新媒体")
    assert said == (
        "个人不得开通，“开通新媒体”由信息员、后台管理人员发起（依据 第四条），请找许杰、方瑜。"
    ), said
    assert "个人不得开通" in desk.says("shentao", "发起 开通新媒体")
    assert [detail[:6] for detail in record(desk, "拒绝发起")] == ["个人不得开通"] * 2
    with books(desk) as store:
        assert store.items() == ()
    number = begins(desk, "fangyu", "开通新媒体", "头条号", "民政之窗", *APPLICATION)
    assert item(desk, number).unit == "民政局"


# ---- R4 申请审批 ------------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R4")
def test_an_application_without_its_scan_stays_where_it_is(opens: Opens) -> None:
    """工会没有附签字盖章的申请表就送审: “缺：《新媒体建设申请表》（签字盖章）”; 补上才能送。"""
    desk = opens(**TOWN)
    number = begins(desk, "hejing", "开通新媒体", "微博", "职工之家", "服务职工", "工会活动", "吴总", "何静")
    said = desk.says("hejing", f"送审 {number}")
    assert said.startswith(f"{number} 还不能送审，缺：{FORM}。") and f"请发{FORM}" in said, said
    assert item(desk, number).state is State.PREPARING
    assert "这不是图片，也不是链接" in desk.says("hejing", "已经盖章了")
    answers(desk, "hejing", SCAN)
    desk.taps("hejing", "送审", number=number)
    assert "同意" in desk.live("guoping", number) and desk.live("gaofeng", number) == []


@pytest.mark.rule("gov-newmedia-trial-R4")
def test_an_account_comes_into_use_after_both_approvals(opens: Opens) -> None:
    """民政局“民政之窗”五项和扫描件齐全: 部门负责人签字、归口部门负责人批准之后才能开通, 登记后在用。"""
    desk = opens(**GOV)
    fields = ("官方微信公众号", "民政之窗", "服务群众", "低保、婚姻登记指南", "杜局长", "方瑜", SCAN)
    number = sends_on(desk, "xujie", "开通新媒体", *fields)
    assert "现在“签字盖章”环节" in desk.says("fangyu", f"办结 {number}")
    desk.taps("shentao", "同意", number=number)
    assert desk.live("fangyu", number) == []
    desk.taps("gaofeng", "同意", number=number)
    with books(desk) as store:
        assert store.accounts() == ()  # approved is not opened
    desk.taps("fangyu", "已办好", number=number)
    assert account(desk, "民政之窗").state == "在用"
    shown = desk.says("chenchen", "账号 民政之窗")
    assert all(part in shown for part in ("宗旨：服务群众", "主管领导：杜局长", "后台管理人员：方瑜", f"{FORM}：附件1"))


# ---- R5 认证 ---------------------------------------------------------------------------------------------------


def certified_by(desk: Desk, who: str, head: str, name: str) -> str:
    number = sends_on(desk, who, "开通新媒体", "头条号", name, *APPLICATION)
    desk.taps(head, "同意", number=number)
    desk.taps("gaofeng", "同意", number=number)
    desk.says(who, f"办结 {number}")
    return number


@pytest.mark.rule("newmedia-trial-R5")
def test_certification_is_chased_after_five_working_days(opens: Opens) -> None:
    """3月10日开通, 3月17日24:00前没有认证: 3月18日告诉主管领导; 记下认证日期才办结。"""
    desk = opens(**TOWN, start=at(2025, 3, 10, 10))
    number = certified_by(desk, "qianjin", "hanxue", "后勤在线")
    assert "期限 3月17日 24:00" in desk.texts("qianjin")[-1]
    desk.now(at(2025, 3, 17, 17))
    assert desk.new("zhaopei") == []
    desk.now(at(2025, 3, 18, 8, 30))
    [told] = desk.new("zhaopei")
    assert told.startswith("【逾期 第1次】") and "待申请认证，由钱进办理" in told
    desk.says("qianjin", f"办结 {number}")
    assert "还没有到" in desk.says("qianjin", "3月19日")
    desk.says("qianjin", "3月18日")
    assert item(desk, number).state is State.DONE
    assert "认证日期：2025-03-18" in desk.says("chenchen", "账号 后勤在线")


@pytest.mark.rule("gov-newmedia-trial-R5")
def test_the_festival_is_not_counted(opens: Opens) -> None:
    """4月1日开通, 4月4日清明休: 认证期限是4月9日。"""
    desk = opens(**GOV, start=at(2025, 4, 1, 9))
    number = certified_by(desk, "fangyu", "shentao", "民政之窗")
    assert "期限 4月9日 24:00" in desk.texts("fangyu")[-1]
    assert "清明" in desk.says("fangyu", f"期限 {number}")


# ---- R6 变更备案 -----------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R6")
def test_a_new_manager_opens_the_filing_by_itself(opens: Opens) -> None:
    """管理员由钱进换成孙悦: 自动发起备案登记表, 写好日期和变更内容, 账号标待备案; 备案后恢复。"""
    desk = opens(**TOWN)
    lived(desk, "后勤在线", "后勤部")
    desk.later(days=1)
    desk.says("chenchen", "任命 后勤部 后台管理人员 孙悦")
    desk.says("chenchen", "免去 后勤部 后台管理人员 钱进")
    with books(desk) as store:
        opened = [x for x in store.open_items() if x.flow and x.flow.id == "change"]
    assert opened, desk.texts("sunyue")
    filing = opened[-1]
    assert filing.form["变更日期"] == "2025-03-18" and "孙悦" in filing.form["变更内容"]
    assert "期限 3月25日 24:00" in "".join(desk.texts("sunyue"))
    assert "在用（待备案）" in desk.says("chenchen", "账号")
    for one in opened:
        desk.taps("sunyue", "填写", number=one.number)
        answers(desk, "sunyue", SCAN)
        desk.taps("sunyue", "送出", number=one.number)
        desk.says("chenchen", f"办结 {one.number}")
    assert "待备案" not in desk.says("chenchen", "账号")


@pytest.mark.rule("gov-newmedia-trial-R6")
def test_a_change_that_is_not_filed_is_overdue(opens: Opens) -> None:
    """分管领导3月14日变更, 3月21日24:00前没有备案: 逾期, 告诉主管领导。"""
    desk = opens(**GOV, start=at(2025, 3, 13))
    lived(desk, "民政之窗", "民政局")
    desk.now(at(2025, 3, 14, 10))
    desk.says("chenchen", "任命 民政局 主管领导 潘磊")
    desk.says("chenchen", "免去 民政局 主管领导 杜局长")
    with books(desk) as store:
        number = next(x.number for x in store.open_items())
    assert "3月21日 24:00" in desk.says("chenchen", f"期限 {number}")
    desk.now(at(2025, 3, 21, 23, 59))
    desk.new("panlei")
    desk.now(at(2025, 3, 24, 8, 30))
    assert any(f"{number}《" in t and "已逾期" in t for t in desk.new("panlei"))
    assert "逾期" in desk.says("chenchen", "在办")


# ---- R9 谁主办谁负责 ---------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R9", "gov-newmedia-trial-R9")
def test_who_hosted_approved_and_published_is_shown_a_year_later(opens: Opens) -> None:
    """2025年1月8日的稿件, 一年后打开: 主办后勤部, 审核韩雪, 发布李明, 都带年月日时刻。"""
    desk = opens(**TOWN, start=at(2025, 1, 8, 10))
    lived(desk, "后勤在线", "后勤部")
    number = drafted(desk, "liming", "食堂开放日\n本周五中午食堂开放，欢迎参观。")
    desk.later(minutes=20)
    desk.taps("hanxue", "同意并确认", number=number)
    desk.later(minutes=20)
    desk.says("liming", f"已发布 {number}\n头条号 https://www.toutiao.com/1")
    desk.now(at(2026, 1, 9, 9))
    shown = desk.says("chenchen", f"进度 {number}")
    assert "主办：后勤部" in shown
    assert "2025年1月8日 10:20 韩雪 审核 同意" in shown and "2025年1月8日 10:40 李明 发布" in shown


# ---- R10 审核机制与专人 ------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R10")
def test_without_a_reviewer_nothing_is_submitted(opens: Opens) -> None:
    """工会没有内容审核人: 送审被拒“未指定内容审核人”; 指定后同一张卡片可以送审。没有管理人员不能申请开通。"""
    seats = tuple(s for s in (*OFFICES, Seat("xiaoli", "肖力", "工会")) if s.userid not in ("guoping", "hejing"))
    desk = opens(slug="newmedia-trial", seats=seats)
    number = drafted(desk, "zhoumin", "职工运动会\n下周一报名。")
    assert "未指定内容审核人" in desk.texts("zhoumin")[-1]
    assert item(desk, number).state is State.PREPARING
    desk.says("chenchen", "任命 工会 部门主要负责人 肖力")
    desk.later(minutes=1)
    desk.taps("zhoumin", "送审", number=number, 内容范围=kind(desk, 1))
    assert "同意并确认" in desk.live("xiaoli", number)
    begins(desk, "zhoumin", "开通新媒体", "微博", "职工之家", "服务职工", "工会活动", "吴总", "肖力", SCAN)
    assert "未指定后台管理人员" in desk.texts("zhoumin")[-1]


@pytest.mark.rule("gov-newmedia-trial-R10")
def test_when_the_reviewer_leaves_the_unit_is_asked_to_name_another(opens: Opens) -> None:
    """审核人沈涛离开名册时还有稿件等他: 告诉本单位领导指定接替, 写明怎么指定; 指定后稿件到新人手上。"""
    desk = opens(**GOV)
    number = drafted(desk, "xujie", "低保办理指南\n带身份证和户口簿。")
    desk.new("duju")
    desk.says("chenchen", "免去 民政局 部门主要负责人 沈涛")
    told = "\n".join(desk.new("duju"))
    assert number in told and "请指定" in told and "任命 民政局 部门主要负责人 姓名" in told, told
    assert item(desk, number).state is State.RUNNING
    desk.says("duju", "任命 民政局 部门主要负责人 潘磊")
    assert "同意并确认" in desk.live("panlei", number)


# ---- R12 发布范围 -----------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R12")
def test_what_leaders_approve_goes_to_them_after_the_unit_head(opens: Opens) -> None:
    """第3类“经领导批准发布的信息”: 部门主要负责人之后, 主管领导批准, 才到发布。"""
    desk = opens(**TOWN)
    number = drafted(desk, "liming", "食堂价格调整\n4月1日起执行新价格。", nth=3)
    assert desk.live("zhaopei", number) == []
    desk.taps("hanxue", "同意并确认", number=number)
    assert "同意并确认" in desk.live("zhaopei", number) and "已发布" not in desk.live("liming", number)
    desk.taps("zhaopei", "同意并确认", number=number)
    assert "已发布" in desk.live("liming", number)


@pytest.mark.rule("gov-newmedia-trial-R12")
def test_plain_information_needs_no_leader(opens: Opens) -> None:
    """“城乡居民医保缴费提醒”选第1类: 部门负责人审核后就到发布, 不用领导批准。"""
    desk = opens(**GOV)
    number = drafted(desk, "xujie", "城乡居民医保缴费提醒\n请在3月底前缴费。", nth=1)
    desk.taps("shentao", "同意并确认", number=number)
    assert "已发布" in desk.live("xujie", number) and desk.live("duju", number) == []


# ---- R14 遵守法律法规 --------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R14")
def test_an_item_with_a_doubt_is_not_passed_before_the_list_is_confirmed(opens: Opens) -> None:
    """有提示词的稿件, 没有确认合法就点“同意”: 被拒, 说先确认; 确认之后才通过。"""
    desk = opens(**TOWN)
    number = desk.says("liming", "内部通报(未公开)\n欢迎参观。").partition("编号 ")[2][:4]
    desk.taps("liming", "下一步", number=number, 渠道="头条号")
    desk.taps("liming", "送审", number=number, 内容范围=kind(desk, 1))
    desk.says("liming", "说明 引用已公开的标题")
    assert "违反国家法律法规的内容" in "".join(desk.texts("hanxue"))
    desk.taps("hanxue", "同意", number=number)
    assert "请先点“确认未见”" in desk.texts("hanxue")[-1]
    assert item(desk, number).position == 1
    desk.later(minutes=1)
    desk.taps("hanxue", "确认未见", number=number)
    desk.taps("hanxue", "同意", number=number)
    assert item(desk, number).position > 1


@pytest.mark.rule("gov-newmedia-trial-R14")
def test_the_record_shows_who_confirmed_and_when(opens: Opens) -> None:
    """沈涛通过的稿件, 打印记录: 有他的确认和时间。"""
    desk = opens(**GOV, start=at(2025, 3, 14, 15))
    number = drafted(desk, "xujie", "低保办理指南\n带身份证和户口簿。")
    desk.later(minutes=20)
    desk.taps("shentao", "同意并确认", number=number)
    shown = desk.says("chenchen", f"记录 {number}")
    assert "【内容审核记录】" in shown and "审查人：沈涛 时间：3月14日 15:20" in shown
    assert "确认未见：违反国家法律法规的内容" in shown, shown


