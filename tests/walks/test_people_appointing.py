"""任命, 免去, 缺额: seats in chat, on the phones of several regulations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.app import reading
from bot.rules.roster import Seat
from storage.read import AuditRow, Reader
from tests.walks.desk import CORP, Desk

Opens = Callable[..., Desk]


def lines(desk: Desk, action: str) -> list[AuditRow]:
    with reading(desk.config().storage.path) as db:
        return [row for row in Reader(db, CORP).audit() if row.action == action]


# ---- newmedia-trial: one or two --------------------------------------------------------------------------------------

TRIAL = (
    Seat("zhao", "赵会", "财务部", "informant"),
    Seat("qian", "钱计", "财务部", "informant"),
    Seat("sun", "孙算", "财务部"),
    Seat("head", "周部长", "财务部", "unit_head"),
    Seat("host", "吴主管", "财务部", "host"),
    Seat("li", "李统", "统计局", "unit_head"),
    Seat("officer", "郑办", "信息中心", "central_officer"),
    Seat("chief", "王中心", "信息中心", "central_head"),
    Seat("manager", "冯后台", "信息中心", "manager"),
)


@pytest.fixture(params=["newmedia-trial", "gov-newmedia-trial"])
def trial(request: pytest.FixtureRequest, opens: Opens) -> Desk:
    seats: tuple[Seat, ...] = TRIAL
    if request.param == "gov-newmedia-trial":
        home = "新媒体归口管理部门"
        seats = tuple(Seat(s.userid, s.name, home if s.unit == "信息中心" else s.unit, s.role) for s in TRIAL)
    return opens(slug=request.param, seats=seats)


@pytest.mark.rule("newmedia-trial-R11")
def test_a_third_informant_is_refused(trial: Desk) -> None:
    """各部门1—2名信息员: 第三名不收，说出现在是谁；免去一名后可以任命。"""
    answer = trial.says("officer", "任命 财务部 信息员 孙算")
    assert answer == "财务部的信息员最多2名，现在是赵会、钱计。"
    assert [row.detail for row in lines(trial, "拒绝任免")] == [answer.rstrip("。")]

    assert trial.says("officer", "免去 财务部 信息员 钱计") == "钱计不再担任财务部的信息员，即时生效。"
    assert trial.says("officer", "任命 财务部 信息员 孙算") == "孙算已任财务部的信息员，即时生效。"
    assert "您已任财务部的信息员（郑办办理）" in trial.texts("sun")[-1]
    assert "您不再担任财务部的信息员" in trial.texts("qian")[-1]
    assert "编号 0001" in trial.says("sun", "四月份财务公开的情况\n本月公开了三项内容，欢迎监督。")
    assert "还没有角色" in trial.says("qian", "四月份财务公开的情况\n本月公开了三项内容，欢迎监督。")


@pytest.mark.rule("gov-newmedia-trial-R11")
def test_a_unit_without_informant_is_on_the_list(trial: Desk) -> None:
    """统计局没有信息员: 缺额里有它；登记后没有了。"""
    assert "统计局还没有信息员（应有1至2名）" in trial.says("officer", "信息员缺额")
    assert "统计局还没有信息员" in trial.says("officer", "缺额")
    assert trial.says("zhao", "缺额") == "缺额由归口部门和单位负责人查看。"


def test_who_may_appoint(trial: Desk) -> None:
    """单位负责人(nag.up 里的本单位角色)任免本单位的，归口部门任免所有的，别人不能。"""
    assert trial.says("host", "免去 财务部 信息员 钱计").startswith("钱计不再担任")
    assert "您没有这个权限" in trial.says("host", "任命 统计局 信息员 李统")
    assert "您没有这个权限" in trial.says("zhao", "任命 财务部 信息员 孙算")
    assert "由吴主管、郑办、王中心任免" in trial.says("zhao", "任命 财务部 信息员 孙算")


def test_unknown_words_are_named(trial: Desk) -> None:
    assert "没有“信息圆”这个角色，可用的有：信息员、" in trial.says("officer", "任命 财务部 信息圆 孙算")
    assert "名册里没有“财物部”" in trial.says("officer", "任命 财物部 信息员 孙算")
    assert "“孙不在”不在财务部的人员名册里" in trial.says("officer", "任命 财务部 信息员 孙不在")
    assert trial.says("officer", "任命 财务部 信息员 赵会") == "赵会已经是财务部的信息员。"
    assert "“孙算”不是财务部的信息员，现在是赵会、钱计" in trial.says("officer", "免去 财务部 信息员 孙算")


# ---- dalong-school: exactly one --------------------------------------------------------------------------------------


@pytest.mark.rule("dalong-school-R4")
def test_a_second_informant_replaces_the_first(opens: Opens) -> None:
    """总务处的兼职信息员是林芳: 再任命王五，先问要不要替换；回复替换后林芳的卡片和权限都没有了。"""
    seats = (
        Seat("linfang", "林芳", "总务处", "informant"),
        Seat("wangwu", "王五", "总务处"),
        Seat("zhangvice", "张分管", "总务处", "vice_head"),
        Seat("tang", "唐老师", "校办公室", "operator"),
        Seat("zhu", "朱主任", "校办公室", "office_head"),
        Seat("xiao", "肖校长", "学校领导", "principal"),
    )
    desk = opens(slug="dalong-school", seats=seats)
    answer = desk.says("tang", "任命 总务处 兼职信息员 王五")
    assert answer == "总务处的兼职信息员只能有1名，现在是林芳。要换成王五，回复“替换 总务处 兼职信息员 王五”。"
    assert desk.says("tang", "替换 总务处 兼职信息员 王五") == "王五已任总务处的兼职信息员，林芳不再担任，即时生效。"
    assert "编号" in desk.says("wangwu", "食堂开放日的安排\n3月20日食堂开放，欢迎家长参观。")
    assert "还没有角色" in desk.says("linfang", "食堂开放日的安排\n3月20日食堂开放，欢迎家长参观。")


# ---- gov-weibo-assessment: staff only ------------------------------------------------------------------------------

WEIBO = (
    Seat("fanlei", "范蕾", "政务微博工作小组", "group_lead"),
    Seat("bian", "边小", "政务微博工作小组", "editor"),
    Seat("hua", "华图", "政务微博工作小组", "designer"),
    Seat("ce", "策划", "政务微博工作小组", "planner"),
    Seat("zhuguan", "主管", "本机关领导", "chief"),
    Seat("jiaoling", "焦领", "交管局", "unit_leader"),
    Seat("jiaoyuan", "焦员", "交管局"),
    Seat("hb1", "胡一", "环保局", "unit_leader"),
    Seat("hb2", "胡二", "环保局", "contact"),
    Seat("xiaogu", "小顾", "社会协作力量", "vendor"),
)


@pytest.fixture
def weibo(opens: Opens) -> Desk:
    return opens(slug="gov-weibo-assessment", seats=WEIBO)


@pytest.mark.rule("gov-weibo-assessment-R3")
def test_a_second_contact_is_refused_and_gaps_are_listed(weibo: Desk) -> None:
    """每部门一名领导一名联络员: 交管局没有联络员，在缺额里；环保局再加一名，要先替换。"""
    assert "交管局还没有联络员（应有1名）" in weibo.says("fanlei", "缺额")
    assert "环保局" not in weibo.says("fanlei", "缺额")
    assert "只能有1名，现在是胡二" in weibo.says("fanlei", "任命 环保局 联络员 胡一")
    assert weibo.says("jiaoling", "缺额").startswith("缺额 1 处：\n交管局还没有联络员")
    assert weibo.says("jiaoling", "任命 交管局 联络员 焦员") == "焦员已任交管局的联络员，即时生效。"
    assert "交管局" not in weibo.says("fanlei", "缺额")


@pytest.mark.rule("gov-weibo-assessment-R4")
@pytest.mark.rule("gov-weibo-assessment-R6")
def test_somebody_who_is_no_staff_is_not_appointed(weibo: Desk) -> None:
    """网评员只能是工作人员: 名册外的、社会协作力量的，都不能任命。"""
    assert "“路人”不在环保局的人员名册里" in weibo.says("fanlei", "任命 环保局 网评员 路人")
    assert "“小顾”（在社会协作力量）不在环保局的人员名册里" in weibo.says("fanlei", "任命 环保局 网评员 小顾")
    assert "只能任命在册的本单位人员" in weibo.says("fanlei", "任命 内容编辑 小顾")
    assert weibo.says("fanlei", "任命 环保局 网评员 胡一") == "胡一已任环保局的网评员，即时生效。"


# ---- saws: open items, grants, namesakes ---------------------------------------------------------------------------


def test_open_items_go_to_the_newly_appointed(desk: Desk) -> None:
    """事项等着负责人审定: 换人后新负责人收到卡片，原负责人的卡片收回。"""
    text = "冬季用电安全小知识\n取暖设备不要长时间无人看管。"
    number = desk.submits("limin", text, "业务活动、安全生产知识、应急知识")
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("liuyang", number)
    answer = desk.says("wangfang", "任命 监管一司 单位主要负责人 sunfu")
    assert answer == "孙副司长已任监管一司的单位主要负责人，即时生效。"
    assert "同意并确认" in desk.live("sunfu", number)
    desk.says("wangfang", "免去 监管一司 单位主要负责人 刘洋")
    assert desk.live("liuyang", number) == []
    desk.taps("sunfu", "同意并确认", number=number)
    assert desk.live("zhangwei", number)


def test_an_appointment_is_no_authorisation(desk: Desk) -> None:
    """任命授权发布人员不等于授权；免去后再任命，原来的授权也不再有。"""
    answer = desk.says("wangfang", "任命 监管一司 本单位授权发布人员 孙副司长")
    assert "还要宣教办经办人授权后才能发布" in answer
    assert "孙副司长（本单位授权发布人员）：未授权" in desk.says("wangfang", "授权名单")
    desk.says("wangfang", "免去 监管一司 本单位授权发布人员 张伟")
    desk.says("wangfang", "任命 监管一司 本单位授权发布人员 张伟")
    assert "张伟（本单位授权发布人员）：未授权" in desk.says("wangfang", "授权名单")


def test_namesakes_are_asked_about(opens: Opens) -> None:
    seats = (*TRIAL, Seat("sun2", "孙算", "财务部"))
    desk = opens(slug="newmedia-trial", seats=seats)
    desk.says("officer", "免去 财务部 信息员 钱计")
    assert "请写明账号，例如“任命 财务部 信息员 sun”" in desk.says("officer", "任命 财务部 信息员 孙算")
    assert desk.says("officer", "任命 财务部 信息员 sun2") == "孙算已任财务部的信息员，即时生效。"


def test_every_delivery_twice_and_restarts(opens: Opens) -> None:
    desk = opens(slug="newmedia-trial", seats=TRIAL, twice=True, restarts=True)
    desk.says("officer", "免去 财务部 信息员 钱计")
    desk.says("officer", "任命 财务部 信息员 孙算")
    assert len(lines(desk, "任命")) == 1 and len(lines(desk, "免去")) == 1
    assert len([t for t in desk.texts("sun") if "您已任" in t]) == 1
