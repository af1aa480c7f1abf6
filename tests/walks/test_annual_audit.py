"""每年11月年审 (newmedia-trial R7 R8, gov-newmedia-trial R7 R8; A46): by their own examples, on the real road."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from bot.app import build
from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.matters import OFFICES, SCAN, account, answers, at, item, record, sends_on

ACCOUNTS = (
    ("官方微信公众号", "后勤之声", "后勤部"), ("头条号", "后勤在线", "后勤部"), ("微博", "后勤微博", "后勤部"),
    ("APP移动客户端", "后勤通", "后勤部"), ("官方微信公众号", "职工之家", "工会"), ("头条号", "工会头条", "工会"),
    ("微博", "工会微博", "工会"), ("APP移动客户端", "工会通", "工会"), ("官方微信公众号", "财务服务", "财务部"),
    ("头条号", "财务头条", "财务部"), ("微博", "财务微博", "财务部"),
)  # fmt: skip
MANAGERS = {"后勤部": "qianjin", "工会": "hejing", "财务部": "tangli"}
LATE = ("后勤在线", "工会头条", "财务头条")
OCTOBER: dict[str, Any] = {"slug": "newmedia-trial", "seats": OFFICES, "start": at(2025, 10, 20)}
NOT_AUDITED = "该账号未通过年审，不得继续运行（第五条）"


def registered(desk: Desk, *names: str) -> None:
    for channel, name, unit in ACCOUNTS:
        if name in names or not names:
            said = desk.says("chenchen", f"登记账号 {channel} {name} {unit} 2024-05-06")
            assert "在用" in said, said


def audit_of(desk: Desk, name: str) -> str:
    with books(desk) as store:
        return next(x.number for x in store.items() if x.form.get("账号") == name and x.period)


def audits(desk: Desk) -> list[str]:
    with books(desk) as store:
        return [x.form["账号"] for x in sorted(store.items(), key=lambda x: x.id) if x.period == "2025-11"]


def reports(desk: Desk, name: str) -> str:
    """The manager hands in the report."""
    unit = next(u for _, n, u in ACCOUNTS if n == name)
    who, number = MANAGERS[unit], audit_of(desk, name)
    desk.taps(who, "填写", number=number)
    answers(desk, who, SCAN)
    desk.taps(who, "送出", number=number)
    return number


def judged(desk: Desk, number: str, verdict: str) -> str:
    desk.says("chenchen", f"办结 {number}")
    return desk.says("chenchen", verdict)


# ---- R7 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("newmedia-trial-R7")
def test_november_asks_every_account_and_reminds_those_that_are_missing(opens: Opens) -> None:
    """11月3日开始, 11个账号各一份; 11月26日还差3个: 提醒这3个的管理员, 信息中心看到 8/11。"""
    desk = opens(**OCTOBER)
    registered(desk)
    desk.now(at(2025, 10, 31, 17))
    assert audits(desk) == []
    desk.now(at(2025, 11, 3, 8, 30))
    assert audits(desk) == [name for _, name, _ in ACCOUNTS]
    first = desk.texts("qianjin")
    assert any("年审：后勤在线（2025年11月）" in text and "期限 11月30日 24:00" in text for text in first), first
    for _, name, _ in ACCOUNTS:
        if name not in LATE:
            reports(desk, name)
    for who in ("qianjin", "hejing", "tangli", "chenchen", "gaofeng"):
        desk.new(who)

    desk.now(at(2025, 11, 26, 8))
    assert [desk.new(who) for who in MANAGERS.values()] == [[], [], []]
    desk.now(at(2025, 11, 26, 17, 30))
    for who, name in zip(MANAGERS.values(), LATE, strict=True):
        [reminder] = desk.new(who)
        assert reminder.startswith("【提醒】") and name in reminder and "期限 11月30日 24:00" in reminder
        assert f"填写 {audit_of(desk, name)}" in reminder
    for who in ("chenchen", "gaofeng"):
        [told] = [text for text in desk.new(who) if "8/11" in text]
        assert "还差 3 个：后勤在线、工会头条、财务头条" in told

    listed = desk.says("chenchen", "进度 年审")
    assert listed.startswith("年审（2025年11月）：提交年审报告 8/11，办结 0/11。")
    assert f"{audit_of(desk, '后勤在线')} 后勤在线 后勤部 待提交年审报告 钱进 期限 11月30日 24:00" in listed
    assert "财务服务" in listed and "待年度审核 陈晨" in listed
    theirs = desk.says("tangli", "年审")
    assert "2/3" in theirs and "后勤" not in theirs


@pytest.mark.rule("gov-newmedia-trial-R7")
def test_an_account_opened_in_june_is_asked_on_the_third_of_november(opens: Opens) -> None:
    """2025年6月开通的账号, 11月3日8:30 它的管理员收到年审卡片, 期限11月30日。"""
    seats = tuple(Seat(s.userid, s.name, _gov(s.unit), s.role) for s in OFFICES)
    desk = opens(slug="gov-newmedia-trial", seats=seats, start=at(2025, 6, 10))
    opened(desk, "民政之窗")
    assert account(desk, "民政之窗").state == "在用"
    desk.now(at(2025, 11, 3, 8, 29))
    assert audits(desk) == []
    desk.now(at(2025, 11, 3, 8, 30))
    card = desk.card("qianjin", audit_of(desk, "民政之窗"))
    rows = {row["keyname"]: row.get("value") for row in card["horizontal_content_list"]}
    assert rows["期限"] == "11月30日 24:00" and rows["依据"] == "第五条"


def _gov(unit: str) -> str:
    return {"信息中心": "新媒体归口管理部门", "后勤部": "民政局", "工会": "统计局"}.get(unit, unit)


def opened(desk: Desk, name: str) -> str:
    """An account by the regulation's own flow."""
    number = sends_on(
        desk, "qianjin", "开通新媒体", "头条号", name, "服务群众", "政策和办事指南", "赵培", "钱进", SCAN
    )
    desk.taps("hanxue", "同意", number=number)
    desk.taps("gaofeng", "同意", number=number)
    desk.says("qianjin", f"办结 {number}")
    return number


@pytest.mark.rule("newmedia-trial-R7")
def test_only_what_was_opened_before_november_is_audited(opens: Opens) -> None:
    """A46: 10月31日开通的要年审; 11月3日才开通的明年再审。"""
    desk = opens(**OCTOBER)
    desk.now(at(2025, 10, 31, 16))
    opened(desk, "十月开通")
    desk.now(at(2025, 11, 1, 10))
    opened(desk, "一日开通")
    desk.now(at(2025, 11, 4, 10))
    opened(desk, "四日开通")
    desk.now(at(2025, 11, 10))
    assert audits(desk) == ["十月开通"]
    desk.now(at(2026, 11, 2, 8, 30))
    with books(desk) as store:
        assert sum(x.period == "2026-11" for x in store.items()) == 3


@pytest.mark.rule("newmedia-trial-R7")
@pytest.mark.parametrize("how", ["twice", "restarts", "off", "two"])
def test_each_audit_begins_once(how: str, opens: Opens) -> None:
    """重复投递、重启、机器人11月1日至4日停机、两个进程同时检查: 每个账号都只有一份年审。"""
    desk = opens(**OCTOBER, twice=how == "twice", restarts=how == "restarts")
    registered(desk, "后勤之声", "后勤在线")
    if how == "off":
        desk.now(at(2025, 10, 31, 18))
        desk._stop()
        desk.clock.set(at(2025, 11, 5, 7))
        desk._start()
    if how == "two":
        _both_at_once(desk)
    desk.now(at(2025, 11, 5, 10))
    if how == "restarts":
        desk.dies()
    desk.now(at(2025, 11, 5, 11))
    assert audits(desk) == ["后勤之声", "后勤在线"]
    assert len([c for c in desk.cards("qianjin") if "draft" in c["task_id"]]) == 2


def _both_at_once(desk: Desk) -> None:
    """A second process on the same database looks at the same moment."""
    second = build(desk.config(), desk.clock, words=desk.words, threads=False)
    desk.clock.set(at(2025, 11, 3, 8, 30))
    both = [Thread(target=bot.settle) for bot in (second, desk.bot)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    second.stop()


# ---- R8 --------------------------------------------------------------------------------------------------------


def post_ready(desk: Desk) -> str:
    """A post that waits for its publisher on 后勤在线."""
    number = desk.says("liming", "食堂开放日\n本周五中午食堂开放，欢迎参观。").partition("编号 ")[2][:4]
    desk.taps("liming", "下一步", number=number, 渠道="头条号")
    kind = "政务、宣教和服务信息" if desk.slug.startswith("gov") else "动态、宣教和服务信息"
    desk.taps("liming", "送审", number=number, 内容范围=kind)
    desk.taps("hanxue", "同意并确认", number=number)
    return number


@pytest.mark.rule("newmedia-trial-R8")
def test_without_a_report_the_account_stops_and_nothing_is_published(opens: Opens) -> None:
    """11月30日24:00没有年审报告: 停用; 12月1日李明点“已发布”被拒, 送审也被拒, 说明第五条; 补交办结后恢复。"""
    desk = opens(**OCTOBER)
    registered(desk, "后勤在线")
    desk.now(at(2025, 11, 28, 10))
    number = post_ready(desk)
    desk.now(at(2025, 11, 30, 23, 59))
    assert account(desk, "后勤在线").state == "在用"
    desk.now(at(2025, 12, 1, 0, 0))
    assert account(desk, "后勤在线").state == "停用"

    desk.now(at(2025, 12, 1, 9))
    desk.taps("liming", "已发布", number=number)
    assert NOT_AUDITED in desk.texts("liming")[-1]
    assert NOT_AUDITED in desk.says("liming", f"已发布 {number}\n头条号 https://www.toutiao.com/1")
    assert item(desk, number).links == () and len(record(desk, "拒绝发布")) == 2
    fresh = desk.says("liming", "冬季供暖\n今天开始供暖。").partition("编号 ")[2][:4]
    desk.taps("liming", "下一步", number=fresh, 渠道="头条号")
    desk.taps("liming", "送审", number=fresh, 内容范围="动态、宣教和服务信息")
    assert NOT_AUDITED in desk.texts("liming")[-1]
    assert item(desk, fresh).state is State.PREPARING

    audit = reports(desk, "后勤在线")
    assert account(desk, "后勤在线").state == "停用"  # not before it was judged
    judged(desk, audit, "合格")
    assert account(desk, "后勤在线").state == "在用"
    desk.later(minutes=5)
    desk.says("liming", f"已发布 {number}\n头条号 https://www.toutiao.com/1")
    assert item(desk, number).state is State.DONE
    desk.taps("liming", "送审", number=fresh, 内容范围="动态、宣教和服务信息")
    assert item(desk, fresh).state is State.RUNNING


@pytest.mark.rule("newmedia-trial-R8")
def test_another_flow_of_the_account_does_not_bring_it_back(opens: Opens) -> None:
    """停用期间办结变更备案, 账号仍是停用: 只有补交的年审能恢复。"""
    desk = opens(**OCTOBER)
    registered(desk, "后勤在线")
    desk.now(at(2025, 11, 3, 9))
    desk.now(at(2025, 12, 2, 9))
    filing = sends_on(desk, "qianjin", "分管领导或管理员变更", "分管领导改为吴总", "12月1日", SCAN)
    desk.says("chenchen", f"办结 {filing}")
    assert item(desk, filing).state is State.DONE
    assert account(desk, "后勤在线").state == "停用"
    assert NOT_AUDITED in desk.says("chenchen", "账号 后勤在线")


@pytest.mark.rule("gov-newmedia-trial-R8")
def test_a_failed_audit_stops_the_account_and_closes_it_within_five_working_days(opens: Opens) -> None:
    """不合格: 12月5日记停止运行, 账号停用, 注销期限12月12日; 登记关闭后注销, 不能再投。"""
    seats = tuple(Seat(s.userid, s.name, _gov(s.unit), s.role) for s in OFFICES)
    desk = opens(slug="gov-newmedia-trial", seats=seats, start=at(2025, 10, 20))
    assert "在用" in desk.says("chenchen", "登记账号 头条号 后勤在线 民政局 2024-05-06")
    desk.now(at(2025, 11, 28, 10))
    number = post_ready(desk)
    audit = reports(desk, "后勤在线")
    desk.now(at(2025, 12, 4, 10))
    judged(desk, audit, "不合格")
    desk.now(at(2025, 12, 5, 10))
    desk.says("chenchen", f"办结 {audit}")
    assert account(desk, "后勤在线").state == "停用"
    assert "期限 12月12日 24:00" in desk.texts("qianjin")[-1]
    assert "该账号年审不合格，不得继续运行（第五条）" in desk.says("liming", f"已发布 {number}\n头条号 https://t.cn/1")

    desk.now(at(2025, 12, 15, 9))
    assert any("待注销或关闭账号，由钱进办理，已逾期" in t for t in desk.texts("zhaopei"))
    desk.says("qianjin", f"办结 {audit}")
    assert account(desk, "后勤在线").state == "注销" and item(desk, audit).state is State.DONE
    assert item(desk, number).links == ()
    assert "没有登记在用的头条号账号" in desk.says("liming", f"已发布 {number}\n头条号 https://t.cn/1")


def test_help_names_what_this_regulation_has(opens: Opens) -> None:
    """帮助里有发起、账号、定期事项; 不归口的人看不到登记账号。"""
    desk = opens(**OCTOBER)
    told = desk.says("chenchen", "帮助")
    assert "“进度 年审”" in told and "登记账号" in told and "“发起”" in told
    other = desk.says("qianjin", "帮助")
    assert "“发起”" in other and "登记账号" not in other and "年审" not in other
