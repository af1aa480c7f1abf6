"""The words people type, as a table; half-width and full-width marks mean the same."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.regulation import load
from bot.rules import intents as i
from handlers.commands import command
from handlers.context import Context

W = "wang"
EMPTY = SimpleNamespace(item=lambda number: None, expectation=lambda who: None)  # no items, nothing asked
CTX = cast(
    Context,
    SimpleNamespace(
        regulation=load("saws"), now=datetime(2025, 3, 17, tzinfo=UTC), store=EMPTY, questions=lambda who: []
    ),
)


def decided(item: int, verdict: str, **more: Any) -> i.Decided:
    return i.Decided(who=W, item=item, verdict=verdict, **more)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("同意 0123", decided(123, "pass")),
        ("同意0123", decided(123, "pass")),
        ("同意：123", decided(123, "pass")),
        ("同意 3 5，8", decided(3, "pass", more=(5, 8))),
        ("同意并确认 3", decided(3, "pass", with_list=True)),
        ("可以公开 0001", decided(1, "pass")),
        ("退回 0123 第二句的数字请再核", decided(123, "return", reason="第二句的数字请再核")),
        ("退回0123：数字不对。", decided(123, "return", reason="数字不对")),
        ("退回 123", decided(123, "return")),
        ("不同意 7 时机不合适", decided(7, "return", reason="时机不合适")),
        ("不予公开 1 企业核心参数", decided(1, "return", reason="企业核心参数")),
        ("请示 1 涉及在办案件", decided(1, "hold", reason="涉及在办案件")),
        ("确认 0123", decided(123, "confirm")),
        ("0123", i.ProgressAsked(who=W, item=123)),
        ("进度 0123", i.ProgressAsked(who=W, item=123)),
        ("全文0123", i.ProgressAsked(who=W, item=123, what="text")),
        ("记录 12", i.ProgressAsked(who=W, item=12, what="record")),
        ("撤回 0123", i.WithdrawAsked(who=W, item=123)),
        ("改 0123", i.ReviseAsked(who=W, item=123)),
        ("改 0123\n新标题\n新正文", i.DraftSent(who=W, text="新标题\n新正文", into="replace", item=123)),
        ("送审 9", i.SubmitAsked(who=W, item=9)),
        ("问 9 出处在哪", i.QuestionPut(who=W, item=9, text="出处在哪")),
        ("已发布 9", i.PublishReported(who=W, item=9)),
        ("已发布 9\n新浪网 https://weibo.com/1", i.PublishReported(who=W, item=9, lines="新浪网 https://weibo.com/1")),
        ("有问题 9 图打不开", i.PublishRefused(who=W, item=9, reason="图打不开")),
        ("发起", i.StartAsked(who=W)),
        ("发起 资料征集", i.StartAsked(who=W, flow="资料征集")),
        ("发起3", i.StartAsked(who=W, flow="3")),
        ("账号", i.AccountsAsked(who=W)),
        ("账号 安全贝贝", i.AccountsAsked(who=W, name="安全贝贝")),
        ("账号 安全贝贝 停用", i.AccountSaid(who=W, name="安全贝贝", state="停用")),
        ("登记账号 官方微博 大龙", i.AccountSaid(who=W, channel="官方微博", name="大龙")),
        ("查名 citics小王", i.NameChecked(who=W, name="citics小王")),
        ("交办 9 政策法规司 监管三司", i.AssignSaid(who=W, item=9, units=("政策法规司", "监管三司"))),
        ("交办 9 全部", i.AssignSaid(who=W, item=9, units=("*",))),
        ("交回 9 不归我们", i.HandedBack(who=W, item=9, reason="不归我们")),
        ("异议 9 金额写错了", i.ObjectionMade(who=W, item=9, reason="金额写错了")),
        ("还要再办 9", i.RecordMade(who=W, item=9, again=True)),
        ("测试 9", i.TestAsked(who=W, item=9)),
        ("测试0009 请张三", i.TestAsked(who=W, item=9, name="张三")),
        ("测试 9 通过", i.Tested(who=W, item=9, passed=True)),
        ("测试 9 10 通过", i.Tested(who=W, item=9, more=(10,), passed=True)),
        ("测试 9 不通过 图打不开", i.Tested(who=W, item=9, passed=False, reason="图打不开")),
        ("合并群发 9、10", i.SendsMerged(who=W, items=(9, 10))),
        ("定时 9 3月15日 9:00", i.PublishTimed(who=W, item=9, at="3月15日 9:00")),
        ("取消定时 9", i.PublishTimed(who=W, item=9)),
        ("仍要发布 9", i.StillWanted(who=W, item=9)),
        ("更正 9\n标题\n正文", i.CorrectionAsked(who=W, item=9, text="标题\n正文")),
        ("更正 9", i.CorrectionAsked(who=W, item=9)),
        ("撤下 9 数据有误", i.TakeDownAsked(who=W, item=9, reason="数据有误")),
        ("紧急撤下9：泄密", i.TakeDownAsked(who=W, item=9, reason="泄密", urgent=True)),
        ("视频 https://a.cn/1 120MB mkv", i.VideoLinked(who=W, url="https://a.cn/1", size="120MB", format="mkv")),
        ("视频 https://a.cn/1，3gp，0.5 GB", i.VideoLinked(who=W, url="https://a.cn/1", size="0.5 GB", format="3gp")),
        ("收到 9", i.FilingReceived(who=W, item=9)),
        ("办结 9", i.RecordMade(who=W, item=9)),
        ("转类别 9 业务活动 归错类了", i.FlowChanged(who=W, item=9, flow="业务活动", reason="归错类了")),
        ("待办", i.ListAsked(who=W, what="todo")),
        ("我的稿件", i.ListAsked(who=W, what="mine")),
        ("在办", i.ListAsked(who=W, what="open")),
        ("？", i.ListAsked(who=W, what="help")),
        ("投稿", i.ListAsked(who=W, what="compose")),
        ("备案登记", i.FilingsAsked(who=W)),
        ("备案登记 3月", i.FilingsAsked(who=W, period="3月")),
        ("采用 9", i.SuggestionTaken(who=W, item=9)),
        ("采用建议稿0009", i.SuggestionTaken(who=W, item=9)),
        ("退回 9 建议标题：新标题", i.Decided(who=W, item=9, verdict="return", reason="建议标题：新标题")),
        ("存档", i.ArchiveAsked(who=W)),
        ("存档 2025-03 丁丽", i.ArchiveAsked(who=W, said="2025-03 丁丽")),
        ("授权名单", i.RegisterAsked(who=W, what="grants")),
        ("授权 张伟", i.GrantSaid(who=W, name="张伟")),
        ("撤销授权张伟", i.GrantSaid(who=W, name="张伟", revoke=True)),
        ("我今天不在，由孙副司长代到周三", i.AbsenceSaid(who=W, deputy="孙副司长", until="周三", span="今天")),
        ("我今天不在,请王明代", i.AbsenceSaid(who=W, deputy="王明", span="今天")),
        ("我3月17日到19日不在，由王明代", i.AbsenceSaid(who=W, deputy="王明", span="3月17日到19日")),
        ("取消代办", i.AbsenceSaid(who=W)),
        ("代办", i.DelegationsAsked(who=W)),
        ("任命 财务部 信息员 张三", i.Appointed(who=W, act="任命", unit="财务部", role="信息员", name="张三")),
        ("免去 组长 张三", i.Appointed(who=W, act="免去", unit="", role="组长", name="张三")),
        ("信息员缺额", i.GapsAsked(who=W)),
        ("单位 市公安局 标注 涉密行业", i.UnitSaid(who=W, unit="市公安局", change="标注", value="涉密行业")),
        ("交接 张三 给 李四", i.HandoverAsked(who=W, name="张三", heir="李四")),
        ("交接给李四", i.HandoverAsked(who=W, heir="李四")),
        ("交接账号 政务微信 任老师", i.HandoverAsked(who=W, channel="政务微信", heir="任老师")),
        ("确认接收 3", i.HandoverAnswered(who=W, answer="确认接收", number=3)),
        ("已改密码", i.PasswordChanged(who=W)),
        ("栏目 增加 典型事故案例", i.ColumnChanged(who=W, change="增加", name="典型事故案例")),
        ("栏目 改名 新闻链接 为 新闻", i.ColumnChanged(who=W, change="改名", name="新闻链接", new_name="新闻")),
        ("平台 腾讯网 停用", i.PlatformChanged(who=W, name="腾讯网", state="停用")),
        ("制度", i.PolicyAsked(who=W, what="summary")),
        ("制度记录", i.PolicyAsked(who=W, what="history")),
        ("流程图", i.PolicyAsked(who=W, what="chart")),
        ("流程图 信息发布", i.PolicyAsked(who=W, what="chart", name="信息发布")),
        ("环节 信息发布", i.PolicyAsked(who=W, what="steps", name="信息发布")),
        ("禁止内容", i.PolicyAsked(who=W, what="list", name="禁止内容")),
        ("设置 截止时间 20:00", i.PolicySaid(who=W, what="截止时间", rest="20:00")),
        ("设置 截止时间：20:00", i.PolicySaid(who=W, what="截止时间", rest="20:00")),
        ("设置 字数 政务微博 140", i.PolicySaid(who=W, what="字数", rest="政务微博 140")),
        ("字数 政务微博  140", i.PolicySaid(who=W, what="字数", rest="政务微博 140")),
        ("期限 信息发布 审核 2wd", i.PolicySaid(who=W, what="期限", rest="信息发布 审核 2wd")),
        ("期限 0123", i.DeadlineAsked(who=W, item=123)),
        ("环节 信息发布 删除 审核把关", i.PolicySaid(who=W, what="环节", rest="信息发布 删除 审核把关")),
        ("设置 颜色 红", i.PolicySaid(who=W, what="颜色", rest="红")),
        ("设置", i.PolicySaid(who=W, what="")),
        ("确认修改", i.PolicyConfirmed(who=W)),
        ("不改", i.PolicyConfirmed(who=W, confirm=False)),
        ("算了", i.Cancelled(who=W)),
    ],
)
def test_a_command_means(text: str, intent: i.Intent) -> None:
    """打出来的话与点按钮是同一个意思。"""
    assert command(text, W, CTX) == intent


@pytest.mark.parametrize(
    "text",
    [
        "同意",  # which one?
        "同意这个意见，请尽快发布。",
        "收到，马上办。",
        "改革开放四十年纪念活动\n正文",
        "授权发布：关于春节放假的通知\n正文第一段，很长很长。",
        "发布会将于3月20日举行。",
        "确认一下第二段。",
        "进度表已经更新",
        "撤回来的稿件怎么办？",
        "问题整改情况通报\n一、总体情况。",
        "2025年3月14日，全国安全生产电视电话会议召开。",
        "账号安全须知，请大家不要外传。",
        "登记账号要注意三点。",
        "办理安全生产许可证须知\n请带齐材料。",
        "发起成立志愿服务队的倡议\n欢迎各单位报名。",
        "查名师，访名校。",
        "交办事项要件件有着落。",
        "异议的提出和处理。",
        "单位内部要做到三个不准。",
        "制度建设取得新进展。",
        "环节干部作风建设。",
        "方案已经印发。",
        "存档的材料要齐全。",
        "任命大会召开。",
        "设置安全警示标志的通知。",
        "代办事项一次办好。",
        "小组学习会召开。",
    ],
)
def test_a_sentence_is_no_command(text: str) -> None:
    """稿件正文不会被当成命令吞掉。"""
    assert command(text, W, CTX) is None
