"""政务微博工作小组的日常, 和发布时的平台故障: 每日阅读, 工作日志, 网评员, 主管领导缺位, 待恢复."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.company import item
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import BUSINESS, LINKS, books
from tests.walks.test_text_rules import sends

THURSDAY = datetime(2025, 3, 13, 9, 0, tzinfo=BEIJING)
COMMENTERS = tuple(Seat(f"wang{n}", f"网评{n}", "环保局", "commenter") for n in range(1, 6))
CHIEF = Seat("chief", "郝领导", "本机关领导", "chief")
GROUP = (
    Seat("fanlei", "范蕾", "政务微博工作小组", "group_lead"),
    Seat("bianji", "卞济", "政务微博工作小组", "editor"),
    Seat("huanbao", "宦保", "环保局", "contact"),
    Seat("juzhang", "鞠章", "环保局", "unit_leader"),
    *COMMENTERS,
)


@pytest.fixture
def group(opens: Opens) -> Desk:
    return opens(slug="gov-weibo-assessment", seats=(*GROUP, CHIEF), start=THURSDAY)


def published(desk: Desk, title: str = "本周空气质量", level: str = "一般内容") -> str:
    number = sends(desk, "huanbao", f"{title}\n本周空气质量良好，适合出行。", 类别=level)
    desk.taps("fanlei", "同意并确认", number=number)
    desk.says("bianji", f"已发布 {number}\n新浪 https://weibo.com/1/{number}")
    assert item(desk, number).published_at
    desk.later(minutes=3)
    return number


def begun_comment(desk: Desk) -> str:
    """The first comment there is."""
    with books(desk) as store:
        return min(x.number for x in store.items(kind="comment"))


def begun(desk: Desk, flow: str) -> str:
    """The newest item of a flow that the scheduler began."""
    with books(desk) as store:
        return next(x.number for x in store.items() if x.flow and x.flow.id == flow)


# ---- 主管领导 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R1")
def test_without_a_chief_major_news_are_not_submitted(opens: Opens) -> None:
    """明确政务微博主管领导: 没有主管领导时，重大新闻披露不能送审；一般内容照常；任命以后就能送审。"""
    desk = opens(slug="gov-weibo-assessment", seats=GROUP, start=THURSDAY)
    sends(desk, "huanbao", "空气质量日报\n今天空气质量良好。", 类别="一般内容")
    number = desk.says("huanbao", "重大新闻披露\n今天通报一起环境事件。").partition("编号 ")[2][:4]
    desk.taps("huanbao", "下一步", number=number, 类别="重大新闻披露")
    desk.taps("huanbao", "送审", number=number)
    assert desk.texts("huanbao")[-1].startswith(f"{number} 不能送审：未明确政务微博主管领导")
    assert item(desk, number).state is State.PREPARING
    desk.says("fanlei", "任命 本机关领导 政务微博主管领导 鞠章")
    assert f"{number} 已送审核" in desk.says("huanbao", f"送审 {number}")


# ---- 每日阅读 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R7")
def test_the_chief_reads_the_days_posts(group: Desk) -> None:
    """每日阅读: 17:30主管领导收到当天6篇；13日没有已阅的标出来；写一句意见，小组就有任务；都有记录。"""
    old = published(group, "昨天的博文")
    group.now(THURSDAY.replace(hour=17, minute=30))
    missed = begun(group, "reading")
    assert "没有" not in group.texts("chief")[-1] and old in group.texts("chief")[-1]
    group.now(THURSDAY.replace(day=14))
    numbers = [published(group, f"第{n}条") for n in range(1, 7)]
    group.now(THURSDAY.replace(day=14, hour=17, minute=30))
    reading = begun(group, "reading")
    shown = next(t for t in reversed(group.texts("chief")) if t.startswith("【待您阅读博文、提出意见】"))
    assert f"{numbers[0]}《第1条》环保局 https://weibo.com/1/{numbers[0]}" in shown
    assert "当日博文：发布 6 篇：" in shown and all(number in shown for number in numbers) and old not in shown
    assert f"以前没有办的：3月13日（{missed}）。" in shown
    assert group.live("chief", reading) == ["已阅", "有改进意见"]
    group.taps("chief", "有改进意见", number=reading)
    assert "请回复改进意见" in group.texts("chief")[-1]
    group.says("chief", "配图再清晰些")
    assert item(group, reading).step is not None
    assert item(group, reading).title == "每日阅读本单位博文（3月14日）"
    assert "改进意见：配图再清晰些" in group.texts("bianji")[-1] and "填写结果" in group.live("bianji", reading)
    group.says("bianji", f"办结 {reading}")
    group.says("bianji", "以后配图不小于1200像素")
    assert item(group, reading).state is State.DONE
    group.taps("chief", "已阅", number=missed)
    done = item(group, missed)
    assert done.state is State.DONE and done.form["阅读情况"] == "已阅"


def test_reading_by_typing_alone(group: Desk) -> None:
    """打字也一样: “填写 编号 已阅”，没有意见就办结，小组没有任务。"""
    group.now(THURSDAY.replace(hour=17, minute=30))
    reading = begun(group, "reading")
    assert "当日博文：没有发布" in next(t for t in group.texts("chief") if "待您阅读" in t)
    group.says("chief", f"填写 {reading} 已阅")
    group.says("chief", f"送审 {reading}")
    assert item(group, reading).state is State.DONE and reading not in "".join(group.texts("bianji"))


# ---- 工作日志 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R9")
def test_the_log_is_prepared_from_the_record(group: Desk) -> None:
    """记录日志: 3月14日17:30日志里已有当天发布的6篇、网民评论11条；内容编辑补上舆情动向；预填的也能改。"""
    group.now(THURSDAY.replace(hour=17, minute=30))
    group.now(THURSDAY.replace(day=14))
    numbers = [published(group, f"第{n}条") for n in range(1, 7)]
    group.says("wang1", "评论\n" + "\n".join(f"微博 @网友{n} 08:{n:02d} 路灯第{n}天不亮" for n in range(1, 12)))
    first = begun_comment(group)
    assert "已送出" in group.says("wang1", f"分办 {first} 网民问题督办回复")
    group.now(THURSDAY.replace(day=14, hour=17, minute=30))
    log = begun(group, "log")
    assert item(group, log).form["网民评论"].startswith("共 11 条，未答复 11 条：")
    assert item(group, log).form["网民问题督办"].startswith("共 1 件，已办结 0 件：")
    assert item(group, log).form["发布情况"].startswith("发布 6 篇：\n1. ")
    assert all(f"{number}《" in item(group, log).form["发布情况"] for number in numbers)
    group.taps("bianji", "填写", number=log)
    assert "请回复舆情动向" in group.texts("bianji")[-1]
    group.says("bianji", "平稳，无热议话题")
    group.says("bianji", f"填写 {log} 网民问题督办：当天没有督办")
    group.taps("bianji", "送出", number=log)
    done = item(group, log)
    assert done.state is State.DONE
    assert (done.form["舆情动向"], done.form["网民问题督办"]) == ("平稳，无热议话题", "当天没有督办")
    assert done.flow is not None
    assert done.flow.archive == "editor"


# ---- 网评员 ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R13")
def test_commenters_write_down_what_they_did(group: Desk) -> None:
    """环保局的5名网评员发布后都收到链接，3人各自登记已转发: 点卡片、打字都行，点两次算一次，别的单位的不能登记。"""
    number = published(group)
    for seat in COMMENTERS:
        assert f"新浪 https://weibo.com/1/{number}" in group.texts(seat.userid)[-1]
        assert group.live(seat.userid, number) == ["已转发", "已点评"]
    group.taps("wang1", "已转发", number=number)
    assert group.live("wang1", number) == ["已点评"]
    assert group.says("wang2", f"收到 {number} 已转发") == f"{number} 已登记：已转发。"
    assert group.says("wang3", f"已转发 {number}") == f"{number} 已登记：已转发。"
    assert "您已登记过“已转发”" in group.says("wang3", f"收到 {number} 已转发")
    assert f"请回复“收到 {number} 已转发”、“收到 {number} 已点评”" in group.says("wang4", f"收到 {number} 已点赞")
    assert "没有告知您" in group.says("huanbao", f"收到 {number} 已转发")
    assert "已转发 3 人：网评1、网评2、网评3" in group.says("fanlei", number)
    group.taps("wang1", "已点评", number=number)
    assert group.live("wang1", number) == []
    assert "已点评 1 人：网评1" in group.says("fanlei", number)


# ---- 平台故障 --------------------------------------------------------------------------------------------------------


def approved(desk: Desk) -> str:
    text = "冬季用电安全小知识\n取暖设备不要长时间无人看管，离家要断电。"
    number = desk.submits("limin", text, BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    return number


@pytest.mark.rule("saws-R7")
def test_a_platform_fault_while_publishing(desk: Desk) -> None:
    """发布时人民网报错: 张伟点“平台故障”，孙磊收到稿件、平台和错误；稿件待恢复，排除以后张伟得到通知。"""
    number = approved(desk)
    desk.taps("zhangwei", "平台故障", number=number)
    assert "请回复" in desk.texts("zhangwei")[-1] and "故障情况" in desk.texts("zhangwei")[-1]
    desk.says("zhangwei", "人民网打不开，显示502")
    fault = begun(desk, "fault")
    told = next(t for t in reversed(desk.texts("sunlei")) if t.startswith("【待您排除】"))
    assert "人民网打不开，显示502" in told and f"{number}《冬季用电安全小知识》" in told and "人民网" in told
    assert desk.live("sunlei", fault) == ["已办好"]
    assert f"待恢复（见 {fault}）" in desk.says("limin", number)
    assert "已发布" in desk.live("zhangwei", number)  # what works can be published meanwhile
    desk.taps("sunlei", "已办好", number=fault)
    assert f"平台故障 {fault} 已恢复，{number}《冬季用电安全小知识》请接着办理。" in desk.texts("zhangwei")
    assert "待恢复" not in desk.says("limin", number)
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    assert item(desk, number).published_at


def test_a_fault_by_typing_and_by_the_wrong_person(desk: Desk) -> None:
    """打字也一样；不是发布人、还没到发布的，说明原因；撤回故障，稿件也不再等。"""
    early = desk.submits("limin", "用气安全小知识\n用完燃气要关阀。", BUSINESS)
    number = approved(desk)
    assert "不由您办理，请张伟报平台故障" in desk.says("limin", f"平台故障 {number} 人民网打不开")
    assert "“保密审查”环节" in desk.says("limin", f"平台故障 {early} 人民网打不开")
    answer = desk.says("zhangwei", f"平台故障 {number} 人民网打不开")
    fault = begun(desk, "fault")
    assert answer == f"平台故障 {fault} 已报孙磊；{number} 待恢复，恢复后告诉您。"
    desk.says("zhangwei", f"撤回 {fault}")
    assert item(desk, number).waits == () and f"平台故障 {fault} 已撤回" in "".join(desk.texts("zhangwei"))
