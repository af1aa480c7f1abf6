"""其他事项: 资料征集, 活动授权登录, 更改资料, 罚款, 计划, 关注对象, 账号总览: by their own examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.matters import OFFICES, SCAN, account, answers, at, begins, item, record, sends_on

FIRM = (
    Seat("dingli", "丁丽", "销售部", "informant"),
    Seat("wanghao", "王浩", "销售部", "unit_head"),
    Seat("zhaolei", "赵蕾", "生产部", "informant"),
    Seat("majun", "马军", "生产部", "unit_head"),
    Seat("zhengjie", "郑洁", "企管部", "editor"),
    Seat("wumin", "吴敏", "企管部", "central_checker"),
    Seat("xuqiang", "徐强", "企管部", "central_head"),
    Seat("gaozong", "高总", "公司领导", "leader"),
)
_HOTEL = {
    "销售部": "餐饮部", "生产部": "厨房", "企管部": "营销部",
    "郑洁": "段小雨", "徐强": "木春", "马军": "行政总厨", "丁丽": "杨梅", "王浩": "餐饮经理",
}  # fmt: skip
HOTEL = tuple(Seat(s.userid, _HOTEL.get(s.name, s.name), _HOTEL.get(s.unit, s.unit), s.role) for s in FIRM)
COMPANY: dict[str, Any] = {"slug": "company-qiguanbu", "seats": FIRM, "start": at(2025, 3, 14)}
DALI: dict[str, Any] = {"slug": "hotel-dali", "seats": HOTEL, "start": at(2025, 3, 14)}
SCHOOL = (
    Seat("linfang", "林芳", "总务处", "informant"),
    Seat("hezhu", "何主任", "总务处", "vice_head"),
    Seat("qiuyun", "邱云", "政教处", "informant"),
    Seat("jiangming", "蒋明", "政教处", "vice_head"),
    Seat("tang", "唐老师", "校办公室", "operator"),
    Seat("luo", "罗主任", "校办公室", "office_head"),
    Seat("xiao", "肖校长", "学校领导", "principal"),
)
DALONG: dict[str, Any] = {"slug": "dalong-school", "seats": SCHOOL, "start": at(2025, 3, 14)}


# ---- 资料征集 ---------------------------------------------------------------------------------------------------


def asked_for(desk: Desk, by: str, what: str, until: str, *units: str) -> str:
    """A request for material, given to these units."""
    number = sends_on(desk, by, "资料征集", what, until)
    desk.says(by, f"交办 {number} {' '.join(units)}")
    return number


@pytest.mark.rule("company-qiguanbu-R3")
def test_material_not_delivered_counts_and_the_head_is_told(opens: Opens) -> None:
    """“请提供车间技改照片,3月18日前”: 3月18日24:00没有提供, 3月19日告诉负责人马军, 记未配合。"""
    desk = opens(**COMPANY)
    number = asked_for(desk, "zhengjie", "请提供车间技改照片", "3月18日", "生产部")
    [asked] = [t for t in desk.texts("zhaolei") if "待您提供资料" in t]
    assert "所需资料：请提供车间技改照片" in asked and "期限 3月18日 24:00" in asked
    desk.now(at(2025, 3, 18, 17, 30))
    assert desk.texts("zhaolei")[-1].startswith("【提醒】")
    desk.new("majun")
    desk.now(at(2025, 3, 18, 23, 59))
    assert desk.new("majun") == [] and record(desk, "未配合") == []
    desk.now(at(2025, 3, 19, 8, 30))
    [told] = desk.new("majun")
    assert told.startswith("【逾期 第1次】") and "计为未配合（依据 第五条）" in told
    assert record(desk, "未配合") == ["生产部"]
    assert "逾期 8.5 小时（未配合）" in desk.says("zhengjie", "在办")
    desk.now(at(2025, 3, 20, 8, 30))
    assert record(desk, "未配合") == ["生产部"]  # once

    answers(desk, "zhaolei", f"办结 {number}", "已提供")
    assert item(desk, number).state is State.DONE
    assert "已办结" in desk.texts("zhengjie")[-1]


@pytest.mark.rule("company-qiguanbu-R3")
def test_a_request_is_delivered_or_explained_never_refused(opens: Opens) -> None:
    """不得以任何理由拒绝: 只能“已提供”或“说明原因”; 拒绝、退回、撤回都办不掉; 说明了原因的不算未配合。"""
    desk = opens(**COMPANY)
    number = asked_for(desk, "zhengjie", "请提供车间技改照片", "3月18日", "生产部", "销售部")
    desk.says("zhaolei", f"办结 {number}")
    assert "请从中选一个" in desk.says("zhaolei", "拒绝提供")
    assert "没有您的事项" in desk.says("zhaolei", f"撤回 {number}")
    answers(desk, "zhaolei", f"办结 {number}", "说明原因")
    assert item(desk, number).state is State.RUNNING
    desk.says("zhaolei", "设备检修，3月25日才能拍")
    assert "请回复 0001 交回的理由" in desk.says("dingli", f"退回 {number}")
    desk.says("dingli", "算了")
    shown = desk.says("zhengjie", f"进度 {number}")
    assert "赵蕾 提供资料（第1版）：生产部 提供情况 说明原因，说明 设备检修，3月25日才能拍" in shown, shown
    assert item(desk, number).units == ("生产部", "销售部")
    desk.now(at(2025, 3, 19, 8, 30))
    assert record(desk, "未配合") == ["销售部"]


@pytest.mark.rule("hotel-dali-R3")
def test_the_kitchen_is_late_with_its_pictures(opens: Opens) -> None:
    """“请厨房3月18日前提供新菜品照片”: 逾期, 3月19日告诉行政总厨。"""
    desk = opens(**DALI)
    asked_for(desk, "zhengjie", "新菜品照片", "3月18日", "厨房")
    desk.now(at(2025, 3, 18, 20))
    desk.new("majun")
    desk.now(at(2025, 3, 19, 8, 30))
    [told] = desk.new("majun")
    assert "由赵蕾办理" in told and "计为未配合" in told and record(desk, "未配合") == ["厨房"]


@pytest.mark.rule("dalong-school-R2")
def test_the_vice_head_is_told_of_missing_pictures(opens: Opens) -> None:
    """“请政教处3月20日前提供开学典礼照片”: 没有提供, 3月21日告诉分管领导。"""
    desk = opens(**DALONG)
    asked_for(desk, "tang", "开学典礼照片", "3月20日", "政教处")
    desk.now(at(2025, 3, 20, 20))
    desk.new("jiangming")
    desk.now(at(2025, 3, 21, 8, 30))
    [told] = desk.new("jiangming")
    assert told.startswith("【逾期 第1次】") and "由邱云办理" in told


@pytest.mark.rule("mutual-aid-society-R6")
def test_the_department_and_the_director_are_told(opens: Opens) -> None:
    """3月18日到期没有提供材料: 3月19日告诉部门和主任。"""
    seats = (
        Seat("zhaomin", "赵敏", "业务部", "provider"), Seat("chenban", "陈编", "办公室", "editor"),
        Seat("qian", "钱主任", "办事处领导", "director"),
    )  # fmt: skip
    desk = opens(slug="mutual-aid-society", seats=_placed(seats, "mutual-aid-society"), start=at(2025, 3, 14))
    asked_for(desk, "chenban", "理赔案例", "3月18日", "业务部")
    desk.now(at(2025, 3, 18, 20))
    desk.new("zhaomin")
    desk.new("qian")
    desk.now(at(2025, 3, 19, 8, 30))
    assert desk.new("zhaomin")[0].startswith("【逾期 第1次】")
    [told] = desk.new("qian")  # with what else is late, in one message
    assert "《资料征集：理赔案例》待提供资料，由赵敏办理，已逾期" in told


@pytest.mark.rule("yunnan-catering-association-R6")
def test_the_department_is_reminded_and_the_information_head_told(opens: Opens) -> None:
    """3月20日到期没有提供: 3月21日8:30提醒部门, 告诉信息部负责人。"""
    seats = (
        Seat("bailu", "白露", "会员部", "provider"), Seat("yangliu", "杨柳", "信息部", "officer"),
        Seat("fu", "付主任", "信息部", "info_head"), Seat("hui", "会长", "协会领导", "leader"),
    )  # fmt: skip
    desk = opens(slug="yunnan-catering-association", seats=_placed(seats, "yunnan-catering-association"),
                 start=at(2025, 3, 14))  # fmt: skip
    asked_for(desk, "yangliu", "会员名录", "3月20日", "会员部")
    desk.now(at(2025, 3, 20, 20))
    desk.new("bailu")
    desk.new("fu")
    desk.now(at(2025, 3, 21, 8, 30))
    assert [desk.new(who)[0][:8] for who in ("bailu", "fu")] == ["【逾期 第1次】"] * 2
    assert not any(t.startswith("【逾期") for t in desk.texts("hui"))


def _placed(seats: tuple[Seat, ...], slug: str) -> tuple[Seat, ...]:
    """With the names of the units that the regulation itself has."""
    from bot.regulation import load

    reg = load(slug)
    scopes = {s.userid: reg.role[s.role].scope for s in seats}
    return tuple(
        Seat(s.userid, s.name, s.unit if scopes[s.userid] == "own" else reg.unit[scopes[s.userid]], s.role)
        for s in seats
    )


# ---- 活动授权登录 ------------------------------------------------------------------------------------------------


def activity(desk: Desk, name: str, starts: str, ends: str) -> str:
    number = sends_on(desk, "dingli", "网上互动、实时活动", name, "丁丽", starts, ends)
    assert desk.live("zhengjie", number) == []
    desk.taps("xuqiang", "同意", number=number)
    return number


@pytest.mark.rule("company-qiguanbu-R18")
def test_a_lent_login_ends_with_a_new_password_or_people_are_told(opens: Opens) -> None:
    """“微博问答周”3月17日至21日: 3月22日24:00没有收回就逾期; 24日告诉销售部负责人, 25日再告诉企管部负责人。"""
    desk = opens(**COMPANY)
    number = activity(desk, "微博问答周", "3月17日", "3月21日")
    answers(desk, "zhengjie", f"办结 {number}", "已交给操作人")
    assert "期限 3月22日 24:00" in desk.texts("zhengjie")[-1]
    for who in ("wanghao", "xuqiang", "gaozong"):
        desk.new(who)
    desk.now(at(2025, 3, 23, 12))
    assert desk.new("wanghao") == [] and "逾期 12.0 小时" in desk.says("zhengjie", "待办")
    desk.now(at(2025, 3, 24, 8, 30))
    assert "待收回权限并更换密码，由郑洁办理" in desk.new("wanghao")[0]
    assert not [text for text in desk.new("xuqiang") if number in text]
    desk.now(at(2025, 3, 25, 8, 30))
    assert [bool(desk.new(who)) for who in ("wanghao", "xuqiang", "gaozong")] == [True, True, False]

    answers(desk, "zhengjie", f"办结 {number}", "已收回")
    assert "要“已更换”才能送出" in desk.says("zhengjie", "没有更换")
    assert item(desk, number).state is State.RUNNING
    desk.says("zhengjie", "已更换")
    assert item(desk, number).state is State.DONE
    assert {k: v for k, v in item(desk, number).form.items() if k in ("登录权限", "密码")} == {
        "登录权限": "已收回", "密码": "已更换",
    }  # fmt: skip


@pytest.mark.rule("hotel-dali-R18")
def test_access_is_given_on_the_first_day_and_withdrawn_after_the_last(opens: Opens) -> None:
    """餐饮部“三月街转发抽奖”4月10日至14日: 批准后4月10日交登录权限, 4月15日前收回。"""
    desk = opens(**DALI | {"start": at(2025, 4, 7)})
    number = activity(desk, "三月街转发抽奖", "4月10日", "4月14日")
    assert "期限 4月10日 24:00" in "".join(desk.texts("zhengjie"))
    desk.now(at(2025, 4, 10, 9))
    answers(desk, "zhengjie", f"办结 {number}", "已交给操作人")
    assert "期限 4月15日 24:00" in desk.texts("zhengjie")[-1]
    desk.now(at(2025, 4, 15, 10))
    answers(desk, "zhengjie", f"办结 {number}", "已收回", "已更换")
    assert item(desk, number).state is State.DONE
    shown = desk.says("dingli", f"进度 {number}")
    assert "4月10日 09:00 段小雨 授权登录" in shown and "4月15日 10:00 段小雨 收回权限并更换密码" in shown


# ---- 更改资料 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R22")
def test_a_new_avatar_is_applied_for_and_kept_old_and_new(opens: Opens) -> None:
    """换头像: 徐强允许之后郑洁才能更改; 登记里有更改前、更改后和日期; 丁丽不能自己改。"""
    desk = opens(**COMPANY)
    desk.says("zhengjie", "登记账号 官方微博 华兴机械")
    number = sends_on(desk, "dingli", "更改账号资料", "头像", "换成新厂标")
    assert "现在“允许”环节" in desk.says("zhengjie", f"办结 {number}")
    desk.taps("xuqiang", "同意", number=number)
    assert "不由您办理" in desk.says("dingli", f"办结 {number}")
    answers(desk, "zhengjie", f"办结 {number}", "旧厂标", "新厂标")
    assert item(desk, number).state is State.DONE
    shown = desk.says("xuqiang", "账号 华兴机械")
    assert "更改前：旧厂标" in shown and "更改后：新厂标" in shown
    assert f"3月14日 09:00 郑洁 更改账号资料：更改（{number}）" in shown


@pytest.mark.rule("company-qiguanbu-R22")
def test_a_new_name_is_the_account_s_name_from_then_on(opens: Opens) -> None:
    """改名称: 办完后登记里就是新名称, 变更记录写着旧名称。"""
    desk = opens(**COMPANY)
    desk.says("zhengjie", "登记账号 官方微博 华兴机械")
    number = sends_on(desk, "dingli", "更改账号资料", "名称", "公司改名")
    desk.taps("xuqiang", "同意", number=number)
    answers(desk, "zhengjie", f"办结 {number}", "华兴机械", "华兴智造")
    assert account(desk, "华兴智造").state == "在用"
    assert "名称 华兴机械" in desk.says("zhengjie", "账号 华兴智造")


@pytest.mark.rule("company-qiguanbu-R22", "hotel-dali-R22")
@pytest.mark.parametrize("place", [COMPANY, DALI], ids=["company", "hotel"])
def test_a_change_without_leave_is_reported(place: dict[str, Any], opens: Opens) -> None:
    """没有申请就改了资料: 可以举报, 企管部(营销部)负责人核实处理, 5个工作日, 记下结果才办结。"""
    desk = opens(**place)
    number = sends_on(desk, "majun", "擅自发布、更改资料的举报", "官方微博", "简介被改成广告", "今天")
    assert "期限 3月21日 24:00" in desk.texts("xuqiang")[-1]
    answers(desk, "xuqiang", f"办结 {number}", "已改回，批评教育")
    assert item(desk, number).state is State.DONE
    assert "处理结果 已改回，批评教育" in desk.says("majun", f"进度 {number}")


@pytest.mark.rule("hotel-dali-R22")
def test_a_background_for_the_festival(opens: Opens) -> None:
    """火把节背景图: 木春通过后, 段小雨更改并登记。"""
    desk = opens(**DALI)
    desk.says("zhengjie", "登记账号 官方微博 幸福龙酒店")
    number = sends_on(desk, "dingli", "更改账号资料", "背景图", "火把节用")
    desk.taps("xuqiang", "同意", number=number)
    answers(desk, "zhengjie", f"办结 {number}", "平日背景", "火把节背景")
    shown = desk.says("zhengjie", "账号 幸福龙酒店")
    assert "更改内容：背景图" in shown and "段小雨 更改账号资料：更改" in shown and "火把节背景" in shown


@pytest.mark.rule("dalong-school-R13")
def test_a_new_school_avatar_needs_leave(opens: Opens) -> None:
    """换新头像: 校办公室主任授权后唐老师更改, 登记有前后。"""
    desk = opens(**DALONG)
    desk.says("tang", "登记账号 校微信公众号 大龙中学")
    number = sends_on(desk, "linfang", "更改微信资料", "头像", "换成新校徽")
    assert desk.live("tang", number) == []
    desk.taps("luo", "同意", number=number)
    answers(desk, "tang", f"办结 {number}", "旧校徽", "新校徽")
    shown = desk.says("luo", "账号 大龙中学")
    assert "更改前：旧校徽" in shown and "更改后：新校徽" in shown


@pytest.mark.rule("project-team-R4")
def test_a_background_is_restored_when_its_time_is_over(opens: Opens) -> None:
    """春节背景图片用到2月12日: 那天提醒内容编辑恢复, 过了就是逾期; 起止日期都在登记里。"""
    seats = (
        Seat("qinfeng", "秦风", "项目部", "editor"), Seat("luodan", "罗丹", "项目部", "designer"),
        Seat("shenli", "申丽", "项目部", "reviewer"), Seat("lei", "雷总", "项目部", "lead"),
    )  # fmt: skip
    desk = opens(slug="project-team", seats=seats, start=at(2025, 1, 20))
    desk.says("shenli", "登记账号 项目微信 地铁三号线")
    number = sends_on(
        desk, "qinfeng", "形象、背景图片、广告图片维护", "背景图片", "春节背景", "2025-01-26", "2025-02-12"
    )
    answers(desk, "luodan", f"办结 {number}", SCAN)
    desk.taps("shenli", "同意", number=number)
    desk.says("qinfeng", f"办结 {number}")
    assert "期限 2月12日 24:00" in desk.texts("qinfeng")[-1]
    desk.new("qinfeng")
    desk.now(at(2025, 2, 12, 17, 30))
    assert "待到期恢复或续用" in desk.new("qinfeng")[0]
    desk.now(at(2025, 2, 13, 8, 30))
    assert desk.new("qinfeng")[0].startswith("【逾期 第1次】")
    desk.says("qinfeng", f"办结 {number}")
    shown = desk.says("shenli", "账号 地铁三号线")
    assert "使用起始日期：2025-01-26" in shown and "使用截止日期：2025-02-12" in shown


# ---- 罚款 ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R25")
def test_a_fine_lies_between_200_and_500_and_people_decide(opens: Opens) -> None:
    """罚款600元被拒“金额应在200至500元之间”; 300元送企管部负责人、公司领导决定; 系统不自己处罚。"""
    desk = opens(**COMPANY)
    number = begins(desk, "zhengjie", "罚款", "未经审核发布信息", "赵蕾")
    assert "金额应在200至500元之间" in desk.says("zhengjie", "600元")
    assert "金额应在200至500元之间" in desk.says("zhengjie", "199")
    answers(desk, "zhengjie", "300元", SCAN)
    desk.taps("zhengjie", "送审", number=number)
    assert desk.live("gaozong", number) == []
    desk.taps("xuqiang", "同意", number=number)
    desk.taps("gaozong", "同意", number=number)
    done = item(desk, number)
    assert done.state is State.DONE and done.form["罚款金额"] == "300"
    assert desk.texts("zhaolei") == []  # nobody but the two decides, nothing is deducted or announced


# ---- 计划 ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("dalong-school-R4")
def test_a_plan_reminds_its_informant_on_the_day(opens: Opens) -> None:
    """林芳的计划“3月20日 食堂开放日”: 3月20日提醒她; 办完记完成。"""
    desk = opens(**DALONG)
    number = sends_on(desk, "linfang", "信息计划", "食堂开放日", "3月20日")
    desk.new("linfang")
    desk.now(at(2025, 3, 19, 18))
    assert desk.new("linfang") == []
    desk.now(at(2025, 3, 20, 17, 30))
    [reminder] = desk.new("linfang")
    assert reminder.startswith("【提醒】") and "食堂开放日" in reminder
    desk.says("linfang", f"办结 {number}")
    assert item(desk, number).state is State.DONE


# ---- 关注对象 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("perf-assessment-paper-R8")
def test_the_manager_confirms_each_quarter_whom_the_account_follows(opens: Opens) -> None:
    """季度末没有确认关注列表: 提醒管理员; 有与政务无关的关注, 必须取消并登记才算办结。"""
    seats = (
        *OFFICES, Seat("qianjin", "钱进", "后勤部", "account_manager"), Seat("kaohe", "考核员", "考核单位", "assessor"),
    )  # fmt: skip
    desk = opens(slug="newmedia-trial", add=("perf-assessment-paper",), seats=seats, start=at(2025, 4, 1, 7))
    desk.says("chenchen", "登记账号 微博 后勤微博 后勤部 2024-05-06")
    desk.now(at(2025, 4, 1, 8, 30))
    with books(desk) as store:
        number = next(x.number for x in store.open_items() if x.flow and x.flow.id == "follows")
    assert item(desk, number).period == "2025-Q2"
    desk.new("qianjin")
    desk.now(at(2025, 6, 25, 8))
    assert desk.new("qianjin") == []
    desk.now(at(2025, 6, 25, 17, 30))
    assert any("【提醒】" in t and "期限 6月30日 24:00" in t for t in desk.new("qianjin")), desk.texts("qianjin")[-3:]
    desk.now(at(2025, 7, 1, 8, 30))
    assert any(t.startswith("【逾期 第1次】") for t in desk.new("qianjin"))

    desk.taps("qianjin", "填写", number=number)
    answers(desk, "qianjin", SCAN, "有")
    answers(desk, "qianjin", "某影星")
    desk.taps("qianjin", "送出", number=number)
    assert item(desk, number).state is State.RUNNING
    assert "待您取消关注" in "".join(desk.new("qianjin"))
    answers(desk, "qianjin", f"办结 {number}", "今天")
    assert item(desk, number).state is State.DONE


# ---- 账号总览 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("mutual-aid-society-R1")
def test_the_office_sees_both_accounts_with_last_post_and_open_items(opens: Opens) -> None:
    """2个账号: 办公室发“账号”, 两个都有最近发布和在办的稿件。"""
    seats = (
        Seat("zhaomin", "赵敏", "业务部", "provider"), Seat("chenban", "陈编", "办公室", "editor"),
        Seat("qian", "钱主任", "办事处领导", "director"),
    )  # fmt: skip
    desk = opens(slug="mutual-aid-society", seats=_placed(seats, "mutual-aid-society"), start=at(2025, 3, 14))
    weibo, weixin = (c.label for c in desk.regulation.channel.values())
    desk.says("chenban", f"登记账号 {weibo} 互助微博")
    desk.says("chenban", f"登记账号 {weixin} 互助微信")
    first = _provided(desk, "帮扶活动\n本周走访困难职工。", weibo)
    desk.says("chenban", f"已发布 {first}\n{weibo} https://weibo.com/1")
    second = _provided(desk, "理赔提醒\n出院后尽快申请。", weixin)
    shown = desk.says("chenban", "账号").splitlines()
    assert shown[0] == "账号 2 个："
    assert "互助微博" in shown[1] and "最近发布 3月14日" in shown[1] and "在办" not in shown[1]
    assert "互助微信" in shown[2] and "还没有发布" in shown[2] and f"在办 {second}" in shown[2]


def _provided(desk: Desk, text: str, channel: str) -> str:
    number = desk.says("zhaomin", text).partition("编号 ")[2][:4]
    scope = desk.regulation.content.scope[1].option[:16]
    post = desk.regulation.flow_of("post").option
    desk.taps("zhaomin", "下一步", number=number, 类别=post, 渠道=channel)
    desk.taps("zhaomin", "送审", number=number, 内容范围=scope)
    desk.says("zhaomin", "业务部")
    desk.says("chenban", f"送审 {number}")
    desk.taps("qian", "同意并确认", number=number)
    return number
