"""催办: 每档一次, 一人一条, 夜里和假日不发, 停机补一次, 不再等着的不催; 卡片跟着来, 送达与否有据可查。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.app import build
from bot.rules.events import Fallen, RungsFell
from bot.rules.roster import Seat
from storage.read import NagReceipt
from tests.walks.conftest import Opens
from tests.walks.crashing import CrashDesk, Fuse
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.matters import answers, at, record, sends_on
from tests.walks.test_matters import FIRM
from tests.walks.test_posts_school_project import page

UP = ("majun", "xuqiang", "gaozong")  # 单位负责人, 企管部部长, 公司领导
DOER = "zhaolei"
MARKS = ("【提醒】", "【逾期", "【催办")


def company(opens: Opens, start: datetime, kind: type[Desk] = Desk, *more: Seat) -> Desk:
    return opens(kind, slug="company-qiguanbu", seats=(*FIRM, *more), start=start)


def wanted(desk: Desk, what: str, until: str) -> str:
    """郑洁 asks 生产部 for material by a date of her own choosing; its number."""
    desk.later(minutes=1)  # so that nobody gets more in a minute than the platform allows
    number = sends_on(desk, "zhengjie", "资料征集", what, until)
    desk.says("zhengjie", f"交办 {number} 生产部")
    return number


def seen(desk: Desk) -> dict[str, list[str]]:
    """The reminders that each of them got since the last look."""
    new = {who: [text for text in desk.new(who) if text.startswith(MARKS)] for who in (DOER, *UP)}
    return {who: told for who, told in new.items() if told}


def receipts(desk: Desk, number: str) -> tuple[NagReceipt, ...]:
    with books(desk) as store:
        return store.receipts(int(number))


def rungs(desk: Desk, number: str) -> list[tuple[str, bool]]:
    with books(desk) as store:
        return [(nag.rung, nag.missed) for nag in store.nags(int(number))]


def test_the_ladder_over_the_end_of_the_year(opens: Opens) -> None:
    """12月31日到期: 当天17:30提醒本人, 元旦三天不催, 1月4日补班逾期第一次并告诉负责人, 以后每个工作日多告诉一位。

    提醒时本人的卡片重发一张, 旧的关掉; 办了以后再到时候也不催。
    """
    desk = company(opens, at(2025, 12, 29))
    number = wanted(desk, "年终照片", "12月31日")
    seen(desk)
    before = desk.card(DOER, number)["task_id"]
    desk.now(at(2025, 12, 31, 17, 29))
    assert seen(desk) == {}
    desk.now(at(2025, 12, 31, 17, 30))
    told = seen(desk)
    assert list(told) == [DOER]
    assert told[DOER] == [
        f"【提醒】{number}《资料征集：年终照片》待提供资料，期限 今天 24:00，还剩 6.5 小时。"
        f"\n办好后回复“办结 {number}”。"
    ]
    fresh = desk.card(DOER, number)
    assert fresh["task_id"] != before
    assert "已换新卡片" in str(next(c for c in desk.cards(DOER) if c["task_id"] == before))
    for day in (1, 2, 3):
        desk.now(at(2026, 1, day, 10))
        assert seen(desk) == {}
    desk.now(at(2026, 1, 4, 8, 30))
    told = seen(desk)
    assert set(told) == {DOER, "majun"}
    assert all(text.startswith(f"【逾期 第1次】{number}") for [text] in told.values())
    assert "停机" not in str(told)
    assert desk.live("majun", number) == ["催办"]
    for day, people in ((5, {DOER, "majun", "xuqiang"}), (6, {DOER, "majun", "xuqiang", "gaozong"})):
        desk.now(at(2026, 1, day, 8, 30))
        assert set(seen(desk)) == people
    desk.taps(DOER, "填写结果", number=number)
    answers(desk, DOER, "已提供")
    assert desk.live("majun", number) == []  # nothing to press for any more
    seen(desk)
    desk.now(at(2026, 1, 7, 8, 30))
    assert seen(desk) == {}
    assert [rung for rung, _ in rungs(desk, number)][:4] == ["ahead:2h", "over:1", "over:2", "over:3"]


def test_over_national_day_and_a_make_up_day(opens: Opens) -> None:
    """9月30日到期: 国庆长假不催, 10月9日第一次, 10月11日周六补班照常催。"""
    desk = company(opens, at(2025, 9, 29))
    number = wanted(desk, "国庆照片", "9月30日")
    days = [datetime(2025, 10, 1, 9, tzinfo=desk.start.tzinfo) + timedelta(days=n) for n in range(13)]
    seen(desk)
    told = {}
    desk.now(at(2025, 9, 30, 17, 30))
    for day in days:
        desk.now(day)
        if his := seen(desk).get(DOER):
            told[day.day] = his
    assert list(told) == [1, 9, 10, 11, 13]
    assert told[1][0].startswith("【提醒】")
    assert [his[0][:8] for his in list(told.values())[1:]] == [f"【逾期 第{n}次】" for n in (1, 2, 3, 4)]
    assert len(receipts(desk, number)) == len({(r.rung, r.userid) for r in receipts(desk, number)})


def test_a_restart_at_night_waits_until_opening(opens: Opens) -> None:
    """白天停了, 夜里起来: 夜里一条不发, 早上8:30一条, 里面说停机期间有几次没发出; 留痕里有一行推迟。"""
    desk = company(opens, at(2025, 3, 17))
    number = wanted(desk, "技改照片", "3月18日")
    seen(desk)
    desk.now(at(2025, 3, 18, 22))
    desk.now(at(2025, 3, 19, 3))
    desk.now(at(2025, 3, 19, 8, 29))
    assert seen(desk) == {}
    assert record(desk, "催办推迟") == ["1 次，3月19日 08:30再发"]
    shown = desk.says("zhengjie", f"期限 {number}")
    assert "今天 08:30 逾期催办第1次，告诉赵蕾、马军" in shown and "提醒，告诉" not in shown
    desk.now(at(2025, 3, 19, 8, 30))
    told = seen(desk)
    assert told[DOER][0].startswith("【逾期 第1次】")
    assert told[DOER][0].endswith("停机期间有 1 次提醒未发出。")
    assert [len(his) for his in told.values()] == [1, 1]
    assert rungs(desk, number) == [("ahead:2h", True), ("over:1", False)]


def test_two_weeks_of_outage_are_one_message(opens: Opens) -> None:
    """停了两周: 每人一条, 说停机期间有 10 次未发出; 该告诉的三级领导同时知道; 下一次仍在原来的时间, 未配合只记一次。"""
    desk = company(opens, at(2025, 3, 17))
    number = wanted(desk, "技改照片", "3月18日")
    seen(desk)
    desk.now(at(2025, 4, 1, 10))
    told = seen(desk)
    assert set(told) == {DOER, *UP}
    assert all(len(his) == 1 and his[0].startswith("【逾期 第10次】") for his in told.values())
    assert all("停机期间有 10 次提醒未发出。" in told[who][0] for who in (DOER, *UP))
    assert record(desk, "未配合") == ["生产部"]
    desk.now(at(2025, 4, 2, 8, 29))
    assert seen(desk) == {}
    desk.now(at(2025, 4, 2, 8, 30))
    assert seen(desk)[DOER][0].startswith("【逾期 第11次】")
    shown = desk.says("zhengjie", f"期限 {number}")
    assert "停机未发出 10 次" in shown
    assert "4月1日 10:00 逾期催办第10次：赵蕾已送达、马军已送达、徐强已送达、高总已送达" in shown
    assert "最近提醒：催办 08:30 已送达。" in desk.says("zhengjie", f"进度 {number}")


def test_many_items_due_at_once_are_one_message_and_one_card(opens: Opens) -> None:
    """十一件同时到期: 一条消息一张卡片; 选一件点“去办”来它自己的卡片, 就地办结; 打字“去办”也行。

    负责人一条“请您督促的”, 去办来的是催办、改派的卡片, 点了就催、就派。
    """
    desk = company(opens, at(2025, 3, 17), Desk, Seat("qiansheng", "钱生", "生产部", "informant"))
    numbers = [wanted(desk, f"照片{n}", "3月19日" if n else "3月18日") for n in range(11)]
    desk.now(at(2025, 3, 19, 17, 30))  # the first of them is late by then
    seen(desk)
    assert desk.live(DOER, "remind") == ["去办"]
    desk.now(at(2025, 3, 20, 8, 30))
    told = seen(desk)
    [text] = told[DOER]
    lines = text.splitlines()
    assert lines[0] == "【催办】要您办的 11 件："
    assert lines[1] == f"{numbers[0]}《资料征集：照片0》待提供资料，由赵蕾、钱生办理，已逾期 1 天 8 小时"
    assert [line[:4] for line in lines[1:12]] == numbers
    assert desk.live(DOER, "remind") == ["去办"]  # one, in place of yesterday's
    assert "另有 1 件" in str(desk.card(DOER, "remind"))

    desk.taps(DOER, "去办", 事项=numbers[4])
    assert f"{numbers[4]}《资料征集：照片4》待您提供资料，请在卡片上办理。" in desk.texts(DOER)[-1]
    desk.taps(DOER, "填写结果", number=numbers[4])
    answers(desk, DOER, "已提供")
    assert "现在“提供资料”" not in desk.says("zhengjie", f"进度 {numbers[4]}")
    old = desk.card(DOER, numbers[7])["task_id"]
    assert "请在卡片上办理" in desk.says(DOER, f"去办 {numbers[7]}")
    assert desk.card(DOER, numbers[7])["task_id"] != old
    assert "没有您可以办理的" in desk.says("dingli", f"去办 {numbers[7]}")
    assert "不用您办" in desk.says(DOER, f"去办 {numbers[4]}")
    assert "去办" in desk.live(DOER)  # the card to choose from stays

    [text] = told["majun"]
    assert text.splitlines()[0] == "【催办】请您督促的 11 件："
    desk.taps("majun", "去办", 事项=numbers[2])
    assert sorted(desk.live("majun", numbers[2])) == ["催办", "改派"]
    desk.taps("majun", "催办", number=numbers[2])
    assert desk.texts(DOER)[-1].startswith(f"【督办】马军催办\n{numbers[2]}《资料征集：照片2》")
    assert desk.live("majun", numbers[2]) == ["改派"]
    desk.taps("majun", "改派", number=numbers[2])
    assert "请先选改派给谁" in desk.texts("majun")[-1]
    desk.taps("majun", "改派", number=numbers[2], 改派给="钱生")
    assert desk.live("majun", numbers[2]) == [] == desk.live(DOER, numbers[2])
    assert "填写结果" in desk.live("qiansheng", numbers[2])
    assert "已催办" in desk.says("majun", f"催办 {numbers[3]} 今天要")
    assert "没有您可以催办" in desk.says("wumin", f"催办 {numbers[3]}")
    assert "您不能催办" in desk.says("qiansheng", f"催办 {numbers[3]}")

    desk.now(at(2025, 3, 21, 8, 30))
    [text] = desk.new(DOER)[-1:]
    assert text.startswith("【催办】要您办的 9 件：")
    assert not any(number in text for number in (numbers[2], numbers[4]))
    assert desk.live(DOER, "remind") == ["去办"]  # the earlier one is closed


def test_a_clock_that_is_set_back_or_forward(opens: Opens) -> None:
    """时钟拨回一小时再走一遍, 拨快两天又拨回来: 每档仍只一次。"""
    desk = company(opens, at(2025, 3, 17))
    number = wanted(desk, "技改照片", "3月18日")
    seen(desk)
    desk.now(at(2025, 3, 18, 17, 30))
    assert [his[0][:4] for his in seen(desk).values()] == ["【提醒】"]
    for moment in (at(2025, 3, 18, 16, 30), at(2025, 3, 18, 17, 30), at(2025, 3, 18, 17, 31)):
        desk.now(moment)
        assert seen(desk) == {}
    desk.now(at(2025, 3, 20, 17, 30))
    assert seen(desk)[DOER][0].startswith("【逾期 第2次】")
    for moment in (at(2025, 3, 18, 17, 30), at(2025, 3, 19, 8, 30), at(2025, 3, 20, 8, 30), at(2025, 3, 20, 17, 30)):
        desk.now(moment)
        assert seen(desk) == {}
    desk.now(at(2025, 3, 21, 8, 30))
    assert seen(desk)[DOER][0].startswith("【逾期 第3次】")
    assert rungs(desk, number) == [("ahead:2h", False), ("over:1", True), ("over:2", False), ("over:3", False)]


def test_two_processes_tell_everything_once(opens: Opens) -> None:
    """不小心开了两个程序, 一路同时扫: 每人每次一条, 每档每人一份送达记录。"""
    desk = company(opens, at(2025, 3, 17))
    numbers = [wanted(desk, f"照片{n}", "3月18日") for n in range(3)]
    other = build(desk.config(), desk.clock, threads=False)
    seen(desk)
    for moment in (at(2025, 3, 18, 17, 30), at(2025, 3, 19, 8, 30), at(2025, 3, 21, 3), at(2025, 3, 21, 8, 30)):
        desk.clock.set(moment)
        with ThreadPoolExecutor() as pool:
            for done in [pool.submit(bot.settle) for bot in (desk.bot, other)]:
                done.result(60)
    with books(desk) as store:  # the other one had found two of the three before the first had told of them
        late = [Fallen(store.deadlines(n)[-1].key, n, "over:1") for n in (1, 2)]
    other.dispatcher.dispatch(RungsFell(key="late", rungs=tuple(late))).result(60)
    other.stop()
    desk.now(desk.clock.now())
    told = seen(desk)
    assert [text.splitlines()[0] for text in told[DOER]] == [
        "【提醒】要您办的 3 件：", "【催办】要您办的 3 件：", "【催办】要您办的 3 件：",
    ]  # fmt: skip
    assert [len(told[who]) for who in UP] == [2, 1, 1]
    kept = [(r.deadline, r.rung, r.userid, r.outcome) for number in numbers for r in receipts(desk, number)]
    assert len(kept) == len(set(kept))
    assert {outcome for *_, outcome in kept} == {"sent"}


def ladder(desk: Desk) -> Counter[str]:
    """Two items through ahead, over and an outage: what each person got."""
    numbers = [wanted(desk, f"照片{n}", "3月18日") for n in range(2)]
    seen(desk)
    for moment in (at(2025, 3, 18, 17, 30), at(2025, 3, 19, 8, 30), at(2025, 3, 24, 10)):
        desk.now(moment)
    told = Counter(f"{who} {text}" for who, his in seen(desk).items() for text in his)
    for number in numbers:
        kept = Counter((r.rung, r.userid) for r in receipts(desk, number))
        assert set(kept.values()) == {1}
    return told


@pytest.fixture
def plain(opens: Opens) -> Iterator[Counter[str]]:
    yield ladder(company(opens, at(2025, 3, 17)))


def test_repeats_and_power_cuts_change_nothing(opens: Opens, plain: Counter[str]) -> None:
    """每个事件送两遍; 催办写到一半断电, 提交前后断电: 每人收到的一样多, 一字不差。"""
    assert len(plain) == sum(plain.values()) == 3 + 2 + 1 + 1
    assert ladder(opens(slug="company-qiguanbu", seats=FIRM, start=at(2025, 3, 17), twice=True)) == plain
    for point in ("MarkNagged", "KeepReceipt", "Send", "before commit", "after commit"):
        desk = company(opens, at(2025, 3, 17), CrashDesk)
        assert isinstance(desk, CrashDesk)
        fuse = Fuse(point)
        desk.interrupt = fuse
        desk.dies()
        assert ladder(desk) == plain, point
        assert point in fuse.burned


def test_whoever_could_not_be_reached_is_shown(opens: Opens) -> None:
    """马军已不在可见范围: 催办发不到他, “期限”和“进度”写明未送达和原因, 以后“没收到”说得清。"""
    desk = company(opens, at(2025, 3, 17))
    number = wanted(desk, "技改照片", "3月18日")
    desk.platform.post("people/remove", userid="majun")
    desk.now(at(2025, 3, 19, 8, 30))
    shown = desk.says("zhengjie", f"期限 {number}")
    assert "08:30 逾期催办第1次：赵蕾已送达、马军未送达（不在应用可见范围）" in shown
    assert "最近提醒：催办 08:30 马军 未送达（不在应用可见范围）。" in desk.says("zhengjie", f"进度 {number}")
    assert {r.userid: r.outcome for r in receipts(desk, number)}["majun"] == "failed"
    assert "马军 未送达（不在应用可见范围）" in page(desk, "zhengjie", f"/i/{int(number)}")
