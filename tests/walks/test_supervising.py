"""督办: the supervisors' card when a day opens and before it closes, the list behind it, and 催办 with a tap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bot.app import build
from bot.clock import BEIJING
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import JSON, Desk
from tests.walks.flows import CAST, books, reported_from_the_scene

FIRE = "某厂爆炸事故救援进展\n现场明火已经扑灭。"
FLOOD = "某矿透水事故救援进展\n截至20时，已救出3人。"
CROWD = (
    *CAST,
    Seat("zhouting", "周婷", "宣传教育中心", "collector"),
    Seat("handa", "韩答", "政策法规司", "handler"),
    Seat("fatou", "法司长", "政策法规司", "unit_head"),
)
QUIET = "督办 3月{}日：没有逾期的。今天到期 {} 件，在办 {} 件。"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)


def surveys(desk: Desk, who: str) -> list[JSON]:
    """His cards of 督办, tappable or not."""
    return [c for c in desk.cards(who) if c["task_id"].startswith("late-")]


def quiet(desk: Desk, who: str) -> list[str]:
    return [text for text in desk.texts(who) if text.startswith("督办 3月")]


def test_a_day_opens_with_what_is_late(opens: Opens) -> None:
    """上班时每位督办的人一张卡片: 逾期、今天到期、在办, 按单位, 最久的由谁办; 点一下就能看清单、催一件、全部催。

    装好的当天不发; 每次点击送达两遍也只办一次; 一天里同一件只催一次, 再点答现状。
    """
    desk = opens(twice=True)
    fire = reported_from_the_scene(desk, FIRE)
    desk.now(at(17, 17))
    assert surveys(desk, "wangfang") == [] and quiet(desk, "wangfang") == []

    desk.now(at(18, 8, 29))
    assert surveys(desk, "wangfang") == []
    desk.now(at(18, 8, 30))
    [card] = surveys(desk, "wangfang")
    assert card["main_title"] == {"title": "督办 3月18日", "desc": "逾期 1 · 今天到期 0 · 在办 1"}
    assert card["sub_title_text"] == "监管一司 1 件（最长 22.5 小时）"
    rows = {row["keyname"]: row["value"] for row in card["horizontal_content_list"]}
    assert rows == {"最久": f"{fire} 审核 22.5 小时", "由谁办": "监管一司 秦总"}
    assert card["button_selection"]["option_list"] == [{"id": "1", "text": f"{fire} 秦总 22.5小时"}]
    assert len(surveys(desk, "zhouzhuren")) == 1
    assert surveys(desk, "liuyang") == surveys(desk, "limin") == []

    desk.taps("wangfang", "看清单")
    line = f"{fire}《某厂爆炸事故救援进展》审核 监管一司 秦总 逾期 22.5 小时 催办 08:"
    said = desk.texts("wangfang")[-1]
    assert line in said and "已送达" in said and "/late" in said

    desk.later(minutes=1)
    desk.taps("wangfang", "催办这件")
    assert desk.texts("wangfang")[-1] == f"已催办 {fire}：秦总。"
    assert len([t for t in desk.texts("qinzong") if t.startswith("【督办】王芳催办")]) == 1
    for label, why in (("催办这件", f"今天已催办过 {fire}（08:31）"), ("全部催办", "今天都已催办过")):
        desk.later(minutes=1)
        desk.taps("wangfang", label)
        assert why in desk.texts("wangfang")[-1]
    desk.later(minutes=1)
    desk.taps("zhouzhuren", "全部催办")
    desk.later(minutes=1)
    desk.taps("zhouzhuren", "全部催办")
    assert "今天都已催办过" in desk.texts("zhouzhuren")[-1]
    assert len([t for t in desk.texts("qinzong") if t.startswith("【督办】周主任催办 1 件")]) == 1
    assert "督办由" in desk.says("limin", "督办") and "发“在办”" in desk.says("limin", "逾期")
    assert "见卡片" in desk.says("zhouzhuren", "督办") and f"{fire}《某厂" in desk.says("zhouzhuren", "清单")


def test_a_day_closes_only_with_something_new(opens: Opens) -> None:
    """下班前一小时: 和上次给他看的一样就不发; 变了发一张, 旧的收回; 第二天没有逾期的, 一句话; 休息日什么也不发。"""
    desk = opens()
    fire = reported_from_the_scene(desk, FIRE)
    desk.now(at(18, 8, 30))
    desk.now(at(18, 16, 30))
    assert len(surveys(desk, "wangfang")) == 1
    flood = reported_from_the_scene(desk, FLOOD)
    desk.now(at(19, 8, 30))
    assert len(surveys(desk, "wangfang")) == 2
    desk.says("guoliang", f"撤回 {fire}")
    desk.now(at(19, 16, 29))
    assert len(surveys(desk, "wangfang")) == 2
    desk.now(at(19, 16, 30))
    first, second, closing = surveys(desk, "wangfang")
    assert first["replaced"] == second["replaced"] == "已有新的督办卡片"
    assert closing["main_title"] == {"title": "督办 3月19日 下班前", "desc": "逾期 1 · 下次上班前到期 0 · 在办 1"}
    assert [o["text"][:4] for o in closing["button_selection"]["option_list"]] == [flood]
    desk.says("guoliang", f"撤回 {flood}")
    desk.now(at(19, 17, 29))
    desk.now(at(20, 8, 30))
    assert quiet(desk, "wangfang") == quiet(desk, "zhouzhuren") == [QUIET.format(20, 0, 0)]
    desk.now(at(20, 17))
    for day in (22, 23):  # Saturday, Sunday
        desk.now(at(day, 10))
        desk.now(at(day, 17))
    assert len(surveys(desk, "wangfang")) == 3 and len(quiet(desk, "wangfang")) == 1


def test_what_was_missed_while_the_bot_was_off(opens: Opens) -> None:
    """上班时停着, 十点重启, 十点补发一次; 停了一整天就不补; 同时开了两个程序也只发一次。"""
    desk = opens()
    reported_from_the_scene(desk, FIRE)
    desk.clock.set(at(18, 10))
    desk.dies()
    desk.now(at(18, 10))
    assert len(surveys(desk, "wangfang")) == 1
    desk.dies()
    desk.now(at(18, 10, 1))
    assert len(surveys(desk, "wangfang")) == 1

    desk.clock.set(at(19, 17, 30))
    desk.dies()
    desk.now(at(19, 17, 30))
    assert len(surveys(desk, "wangfang")) == 1

    other = build(desk.config(), desk.clock, threads=False)
    desk.clock.set(at(20, 8, 30))
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(bot.settle) for bot in (desk.bot, other)]:
            done.result(60)
    other.stop()
    desk.now(at(20, 8, 31))
    desk.now(at(20, 8, 0))  # the clock is set back
    desk.now(at(20, 8, 40))
    assert [c["main_title"]["title"] for c in surveys(desk, "wangfang")] == ["督办 3月18日", "督办 3月20日"]


def test_comments_and_what_is_private(opens: Opens) -> None:
    """须今天答复的评论单列; 举报件给督办的人只有编号、经办人和时间, 别的标题里的手机号也不露; 没送达的写在清单里。"""
    desk = opens(seats=CROWD)
    desk.says("zhouting", "评论 微博 @网友甲 08:12 在哪里办证? 电话13812345678 https://weibo.com/1/a")
    desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
    desk.says("zhouting", "评论 微博 @网友乙 08:20 举报某某煤矿瞒报事故 https://weibo.com/1/b")
    desk.taps("zhouting", "交办", number="0002", 类别="举报、信访事项")
    desk.platform.post("event", user="handa", fields={"Event": "unsubscribe"})
    desk.now(at(17, 16, 30))
    shown = desk.says("zhouzhuren", "督办")
    assert shown == QUIET.format(17, 2, 2)
    desk.now(at(18, 8, 30))

    [card] = surveys(desk, "zhouzhuren")
    assert card["main_title"]["desc"] == "逾期 2 · 今天到期 0 · 在办 2"
    said = desk.says("zhouzhuren", "清单")
    assert "0001《在哪里办证? 电话138****5678" in said and "当日答复 政策法规司 韩答" in said
    assert "0002（内容保密）转交办公厅" in said and "王芳" in said
    assert "煤矿" not in said and "13812345678" not in said and "煤矿" not in str(card)
    assert "韩答 未送达（不在应用可见范围）" in next(line for line in said.splitlines() if line.startswith("0001"))

    desk.says("zhouting", f"评论 微博 @网友丙 08:20 {'安全帽多久换一次' * 3}? https://weibo.com/1/c")
    desk.taps("zhouting", "交办", number="0003", 类别="一般性评论、政策咨询", 单位="政策法规司")
    desk.says("zhouzhuren", "督办")
    rows = {row["keyname"]: row["value"] for row in surveys(desk, "zhouzhuren")[-1]["horizontal_content_list"]}
    assert rows["须答复"] == "1 件：0003"


# ---- the month's notice, and the bot's own health -------------------------------------------------------------------


def april(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 4, day, hour, minute, tzinfo=BEIJING)


def notices(desk: Desk, who: str) -> list[str]:
    return [text for text in desk.texts(who) if text.startswith("督办通报")]


def test_the_notice_of_a_month(opens: Opens) -> None:
    """每月第一个工作日上班: 上月逾期过的按单位列出, 办了的写晚了多久, 没办的写已逾期多久; 重启不再发; 打字随时可看。

    逾期前提醒, 次日催办并告知上级, 再列入通报: 通报是最后一级。举报件只有编号、经办人和时间。
    """
    desk = opens(seats=CROWD)
    desk.says("zhouting", "评论 微博 @网友甲 08:12 许可证在哪里办? https://weibo.com/1/a")
    desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
    desk.says("zhouting", "评论 微博 @网友乙 08:20 举报某某煤矿瞒报事故 https://weibo.com/1/b")
    desk.taps("zhouting", "交办", number="0002", 类别="举报、信访事项")
    assert desk.says("wangfang", "督办通报 本月") == "督办通报 2025年3月：没有逾期的。"
    desk.now(at(19, 9))
    desk.says("handa", "答复 0001 在市政务服务中心办。")
    desk.now(at(31, 17))
    assert notices(desk, "zhouzhuren") == []
    desk.now(april(1, 8, 30))
    desk.dies()
    desk.now(april(2, 8, 30))

    [said] = notices(desk, "zhouzhuren")
    assert said == notices(desk, "wangfang")[-1]
    head, *lines = said.splitlines()
    assert head == "督办通报 2025年3月：逾期 2 件次，已办 1，还没有办 1。"
    assert lines[0] == "【政策法规司】1 件次"
    settled = "0001《许可证在哪里办?》当日答复 韩答 期限 3月17日 24:00，3月19日办理，晚 2 个工作日，催办 "
    assert lines[1].startswith(settled)
    assert lines[3].startswith("0002（内容保密）转交办公厅 王芳 期限 3月17日 24:00，还没有办，已逾期 11 个工作日")
    assert "/notice?month=2025-03" in lines[-1] and "煤矿" not in said
    assert desk.says("zhouzhuren", "督办通报 3月").splitlines()[0] == head
    assert "督办通报 2025年2月：没有逾期的" in desk.says("zhouzhuren", "督办通报 2025-02")
    assert "没有这个月份" in desk.says("zhouzhuren", "督办通报 13月")
    assert "督办通报由" in desk.says("limin", "督办通报 3月")


def test_a_month_without_lateness_and_a_bot_that_was_off(opens: Opens) -> None:
    """没有逾期也说一句; 第一个工作日停着, 第二天上班时补; 还没装机器人的那个月不通报。"""
    desk = opens()
    desk.now(at(18, 8, 30))
    assert notices(desk, "wangfang") == []
    desk.clock.set(april(2, 9, 15))
    desk.dies()
    desk.now(april(2, 9, 15))
    assert notices(desk, "wangfang") == ["督办通报 2025年3月：没有逾期的。"]


def test_the_bot_says_how_it_is(opens: Opens) -> None:
    """每天上班告诉管理员: 到期、催办、发出、没有送达和原因、待发、放假安排到哪年、制度第几版; 打字也可看。"""
    desk = opens(seats=CROWD, admins=("sunlei",))
    desk.says("zhouting", "评论 微博 @网友甲 08:12 许可证在哪里办? https://weibo.com/1/a")
    desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
    desk.platform.post("event", user="handa", fields={"Event": "unsubscribe"})
    desk.now(at(18, 8, 30))

    def reports() -> list[str]:
        return [text for text in desk.texts("sunlei") if text.startswith("机器人状态")]

    head, due, *_, last = reports()[0].splitlines()
    assert head == "机器人状态 3月18日 08:30（3月17日 08:30 以来）"
    assert due == "到期的期限 2 个，其中逾期 1 个。"  # 分办 was in time
    assert last == "放假安排到 2026 年；制度第 0 版。"
    with books(desk) as store:
        lost = len(store.failures())
    desk.now(at(19, 8, 30))
    head, due, sent, why, *_, waiting, _ = reports()[1].splitlines()
    assert "3月18日 08:30 以来" in head and due == "到期的期限 0 个。" and waiting.startswith("待发 ")
    assert lost and sent.endswith(f"没有送达 {lost} 条。") and "条不在应用可见范围" in why
    assert desk.says("sunlei", "机器人状态").startswith("机器人状态 3月19日 08:30（3月19日 08:30 以来）")
    assert "机器人状态由管理员查看" in desk.says("limin", "机器人状态")
