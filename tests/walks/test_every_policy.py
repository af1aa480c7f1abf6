"""The twelve rules that hold for every policy, on the road: phones, platform, bot."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.clock import BEIJING
from bot.rules.effects import Record, SaveItem
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from storage.apply import Unrecorded, apply
from storage.db import open_writing
from tests.walks.conftest import Opens
from tests.walks.desk import CORP, MONDAY, Desk
from tests.walks.flows import (
    ACCIDENT,
    ANSWER,
    BUSINESS,
    CAST,
    LINKS,
    WALKS,
    books,
    business,
    end_state,
    reported_from_the_scene,
)

TEXT = "冬季用电安全小知识\n取暖设备不要长时间无人看管,离家要断电。"
NEW_TEXT = TEXT.replace("离家要断电", "离家前请断电")


def sent(desk: Desk, flow: str = BUSINESS, author: str = "limin", text: str = TEXT) -> str:
    """A draft of 监管一司, sent for review."""
    answers = {ANSWER: ("安监函〔2025〕12号",)}.get(flow, ())
    return desk.submits(author, text, flow, answers=answers)


def decisions(desk: Desk, number: str) -> list[tuple[str, str, Decision]]:
    with books(desk) as store:
        return [(m.actor, m.role, m.decision) for m in store.moves(int(number))]


def passes(desk: Desk, number: str) -> list[str]:
    return [actor for actor, _, decision in decisions(desk, number) if decision is Decision.PASSED]


def hats(*extra: Seat, without: tuple[str, ...] = ()) -> tuple[Seat, ...]:
    return (*(seat for seat in CAST if seat.userid not in without), *extra)


def tap_again(desk: Desk, user: str, index: int = -1) -> str:
    """A late delivery of a tap: what the platform sent before, a second later (its card may look closed by now)."""
    taps = [c for c in desk.platform.get("callback_log")["callbacks"] if c["user"] == user and "TaskId" in c["inner"]]
    inner = re.sub(r"(<CreateTime>(?:<!\[CDATA\[)?)(\d+)", lambda m: f"{m[1]}{int(m[2]) + 1}", taps[index]["inner"])
    desk.platform.post("event", user=user, xml=inner)
    desk.bot.settle()
    return desk.texts(user)[-1]


# ---- 1 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-1")
@pytest.mark.parametrize("name", WALKS)
def test_everything_is_chinese_and_cites_its_clause(name: str, desk: Desk) -> None:
    """卡片、菜单、报错都是中文, 并写明依据。"""
    WALKS[name](desk)

    clause = next(f.clause for f in desk.regulation.flow if f.id == name)
    for person in dict.fromkeys(seat.userid for seat in desk.seats):
        for text in desk.texts(person):
            words = re.sub(r"https?://\S+", "", text)
            assert not re.findall(r"[A-Za-z]{4,}", words), text
        for card in desk.cards(person):
            assert not re.findall(r"[A-Za-z]{5,}", card["main_title"]["title"])
            rows = {row["keyname"]: row["value"] for row in card.get("horizontal_content_list", ())}
            if "-choose" in card["task_id"]:
                assert "-choose-" in card["task_id"] or clause in card["main_title"]["desc"]
            else:
                assert rows["依据"] == clause


# ---- 2 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-2")
def test_own_draft_goes_to_the_deputy(opens: Opens) -> None:
    """起草人兼审核人: 不能审本人稿件; 有代办人的由代办人代审, 记为代。"""
    desk = opens(seats=hats(Seat("liuyang", "刘洋", "监管一司", "informant")))
    desk.says("liuyang", "我今天不在,由孙副司长代到周三")
    number = sent(desk, author="liuyang")
    desk.taps("heping", "可以公开并确认", number=number)

    refused = desk.says("liuyang", f"同意 {number}")
    assert "起草人不能审核本人稿件" in refused and "孙副司长" in refused
    desk.taps("sunfu", "同意并确认", number=number)
    with books(desk) as store:
        last = store.moves(int(number))[-1]
    assert (last.actor, last.role, last.acting_for) == ("sunfu", "unit_head", "liuyang")


@pytest.mark.rule("every-2")
def test_without_a_deputy_it_goes_to_the_next_above(opens: Opens) -> None:
    """没有代办人的, 交上一级: 单位主要负责人之上是宣教办负责人。"""
    desk = opens(seats=hats(Seat("liuyang", "刘洋", "监管一司", "informant")))
    number = sent(desk, author="liuyang")
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("zhouzhuren", "同意并确认", number=number)

    with books(desk) as store:
        last = store.moves(int(number))[-1]
    assert (last.actor, last.role, last.acting_for) == ("zhouzhuren", "unit_head", "liuyang")


@pytest.mark.rule("every-2")
def test_nobody_checks_twice(opens: Opens) -> None:
    """一人兼保密审查员和主要负责人: 同一阶段不审两次, 第二次交上一级。"""
    desk = opens(seats=hats(Seat("liuyang", "刘洋", "监管一司", "secrecy"), without=("heping",)))
    number = sent(desk)
    desk.taps("liuyang", "可以公开并确认", number=number)

    assert "审核两次" in desk.says("liuyang", f"同意 {number}")
    desk.taps("zhouzhuren", "同意并确认", number=number)
    assert passes(desk, number) == ["liuyang", "zhouzhuren"]


@pytest.mark.rule("every-2")
def test_when_nobody_is_left_it_waits(opens: Opens) -> None:
    """没有人可以审: 事项等着, 告诉上级和归口部门, 绝不跳过。"""
    desk = opens(seats=hats(without=("heping",)))
    number = sent(desk)

    for person in ("liuyang", "zhouzhuren", "yangju", "wangfang", "limin"):
        assert number in desk.texts(person)[-1], person
    assert not any(desk.live(p, number) for p in ("liuyang", "zhouzhuren", "zhangwei", "zhengli"))
    assert "没有" in desk.texts("liuyang")[-1] and "保密审查" in desk.texts("liuyang")[-1]
    desk.later(days=1)
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None and (item.position, item.state) == (1, State.RUNNING)


# ---- 3 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-3", "saws-R14")
def test_a_changed_text_voids_the_checks(desk: Desk) -> None:
    """审定的内容冻结; 一改, 起草之后的审核全部作废, 发布按钮消失, 从第一个审核环节重来。"""
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    assert desk.live("zhangwei", number) == ["已发布", "有问题", "平台故障"]

    desk.says("limin", f"改 {number} {NEW_TEXT}")
    assert desk.live("zhangwei", number) == []
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    desk.taps("limin", "送审", number=number)
    assert desk.live("heping", number) and not desk.live("liuyang", number)
    assert "【增" in desk.texts("heping")[-1]
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")

    with books(desk) as store:
        item, versions = store.item(int(number)), store.versions(int(number))
    assert item is not None and (item.position, item.round, item.approved_at) == (1, 2, None)
    assert [v.text for v in versions] == [TEXT, NEW_TEXT]
    assert item.links == ()


@pytest.mark.rule("every-3")
def test_a_change_of_channels_is_a_change(desk: Desk) -> None:
    """退回后只改渠道也是新版本, 要发的平台按新的渠道确定。"""
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.says("limin", f"改 {number} {NEW_TEXT}")
    desk.says("limin", "只发政务微信")
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("liuyang", f"退回 {number} 时机不合适")
    desk.says("limin", "只发政务微博")
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)

    with books(desk) as store:
        item, versions = store.item(int(number)), store.versions(int(number))
    assert item is not None
    assert item.platforms == ("新华网", "人民网", "腾讯网", "新浪网")
    assert [v.channels for v in versions] == [("weibo", "weixin"), ("weixin",), ("weibo",)]
    assert len({v.fingerprint for v in versions}) == 3


# ---- 4 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-4")
def test_a_return_needs_a_reason_and_is_kept(desk: Desk) -> None:
    """退回须有理由; 退回、版本和理由都留着。"""
    number = sent(desk)
    desk.says("heping", f"不予公开 {number}")
    assert decisions(desk, number)[1:] == []
    assert "理由" in desk.texts("heping")[-1] or "意见" in desk.texts("heping")[-1]
    desk.says("heping", "算了")
    assert desk.live("heping", number)
    desk.says("heping", f"不予公开 {number} 有企业核心参数")
    desk.says("limin", NEW_TEXT)
    desk.taps("limin", "送审", number=number)

    with books(desk) as store:
        moves, versions = store.moves(int(number)), store.versions(int(number))
    assert [(m.decision, m.reason, m.version) for m in moves] == [
        (Decision.SUBMITTED, "", 1), (Decision.RETURNED, "有企业核心参数", 1), (Decision.SUBMITTED, "", 2)
    ]  # fmt: skip
    assert [v.text for v in versions] == [TEXT, NEW_TEXT]
    assert "有企业核心参数" in "".join(desk.texts("limin"))


# ---- 5 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-5")
def test_every_act_is_in_the_record(desk: Desk) -> None:
    """每一步都记下人、角色、时间、版本。"""
    business(desk)

    with books(desk) as store:
        lines = [line for line in store.audit(1) if line.actor != "system"]
    people = {seat.userid for seat in desk.seats}
    assert {line.actor for line in lines} <= people
    assert [line for line in lines if not (line.role and line.version and line.at)] == []
    acts = [line.action for line in lines]
    for action in ("投稿", "送审", "可以公开", "退回", "同意", "发布", "备案确认"):
        assert action in acts
    assert [line.at for line in lines] == sorted(line.at for line in lines)


@pytest.mark.rule("every-5")
@pytest.mark.parametrize("table", ["audit", "moves", "versions"])
def test_the_record_is_only_added_to(table: str, desk: Desk) -> None:
    """留痕只能增加: 改不了, 删不掉; 没有留痕的变更写不进去。"""
    business(desk)
    db = open_writing(desk.config().storage.path)
    try:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET org = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="only added"):
                db.execute(statement)
        with books(desk) as store:
            item = store.item(1)
        assert item is not None
        with pytest.raises(Unrecorded):
            apply(db, [SaveItem(replace(item, seq=99))], org=CORP, cause="x", now=MONDAY)
        apply(db, [Record("limin", "查看", 1)], org=CORP, cause="x", now=MONDAY)
    finally:
        db.close()


# ---- 6 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-6")
def test_nothing_is_approved_by_lapse(desk: Desk) -> None:
    """逾期只告诉人: 等三个星期, 每次多告诉一级, 事项仍在原处。"""
    number = sent(desk)
    told: list[set[str]] = []

    def about(person: str) -> int:
        return len([text for text in desk.texts(person) if number in text])

    for day in range(18, 32):
        before = {p: about(p) for p in ("heping", "liuyang", "zhouzhuren", "yangju", "limin")}
        desk.now(datetime(2025, 3, day, 9, 0, tzinfo=BEIJING))
        told.append({p for p, count in before.items() if about(p) > count})

    assert [t for t in told if t][:4] == [
        {"heping", "liuyang"}, {"heping", "liuyang", "zhouzhuren"}, *[{"heping", "liuyang", "zhouzhuren", "yangju"}] * 2
    ]  # fmt: skip
    assert passes(desk, number) == []
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None and item.position == 1


# ---- 7 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-7")
def test_only_these_see_an_item(desk: Desk) -> None:
    """只有有环节的、备案的、督办的人看得到; 编号、全文、进度、记录、列表都一样。"""
    number = sent(desk)
    sees = {"limin", "heping", "liuyang", "zhangwei", "wangfang", "zhouzhuren"}
    for person in ("limin", "heping", "liuyang", "zhangwei", "wangfang", "zhouzhuren", "yangju", "fangni", "zhengli",
                   "chenjing", "xuantou", "sunlei"):  # fmt: skip
        answers = [desk.says(person, f"{asked}{number}") for asked in ("", "全文 ", "记录 ")]
        answers += [desk.says(person, "在办")]
        assert any("冬季用电" in answer for answer in answers[:2]) is (person in sees), (person, answers)
        if person not in sees:
            missing = [desk.says(person, f"{asked}0999") for asked in ("", "全文 ", "记录 ")]
            assert [answer.replace(number, "0999") for answer in answers[:3]] == missing  # as if there were none
            assert "冬季用电" not in answers[3]


@pytest.mark.rule("every-7")
def test_those_above_see_it_once_it_came_to_them(desk: Desk) -> None:
    """报给上级以后, 上级才看得到。"""
    number = sent(desk)
    assert "冬季用电" not in desk.says("yangju", f"全文 {number}")
    for day in (18, 19, 20):
        desk.now(datetime(2025, 3, day, 9, 0, tzinfo=BEIJING))

    assert "冬季用电" in desk.says("yangju", f"全文 {number}")


@pytest.mark.rule("every-7")
def test_a_draft_that_was_not_sent_is_its_drafter_s(desk: Desk) -> None:
    """没有送审的稿件, 审核人看不到。"""
    desk.says("limin", TEXT)
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道="政务微信", 栏目="信息发布")

    assert "冬季用电" not in desk.says("liuyang", "全文 0001")
    assert "没有" in desk.says("liuyang", "同意 0001")
    assert "冬季用电" in desk.says("limin", "全文 0001")


# ---- 8 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-8")
def test_a_button_pressed_twice(desk: Desk) -> None:
    """按钮点两次只办一次; 再点回答现在的情况和谁办的。"""
    number = sent(desk)
    desk.taps("heping", "可以公开并确认", number=number)

    answer = tap_again(desk, "heping")
    assert number in answer and "何平" in answer and "09:00" in answer and "刘洋" in answer
    assert passes(desk, number) == ["heping"]


@pytest.mark.rule("every-8")
def test_an_old_card_is_set_right(opens: Opens) -> None:
    """旧卡片(改稿前、别人已办)再点: 不起作用, 回答现在的情况, 卡片改正。"""
    desk = opens(seats=hats(Seat("helin", "何琳", "监管一司", "secrecy")))
    number = sent(desk)
    stuck = [{"path": f"message/{call}", "errcode": 40035, "times": 9} for call in ("update_template_card", "recall")]
    desk.platform.post("faults", next=stuck)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.platform.post("faults/clear")

    desk.taps("helin", "可以公开并确认", number=number)  # her card could not be closed: it still looks open
    assert "何平" in desk.texts("helin")[-1] and "刘洋" in desk.texts("helin")[-1]
    assert desk.live("helin", number) == []
    assert passes(desk, number) == ["heping"]


@pytest.mark.rule("every-8")
def test_what_was_asked_before_is_over(opens: Opens) -> None:
    """等他说理由时别人已经办了: 他的下一条消息不再当作理由。"""
    desk = opens(seats=hats(*(Seat("helin", "何琳", "监管一司", role) for role in ("secrecy", "informant"))))
    number = sent(desk)
    desk.taps("helin", "不予公开", number=number, 不予公开原因=other_reason(desk, "helin", number))
    desk.taps("heping", "可以公开并确认", number=number)

    assert "何平" in desk.says("helin", "第二句的数字请再核")
    assert "编号 0002" in desk.says("helin", "安全生产月活动通知\n六月是安全生产月,各单位要组织学习。")


def other_reason(desk: Desk, user: str, number: str) -> str:
    """The last option of the list of reasons: 其他."""
    return str(desk.card(user, number)["button_selection"]["option_list"][-1]["text"])


# ---- 9 --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-9")
def test_deadlines_are_reckoned_once_in_beijing_time(opens: Opens) -> None:
    """期限按北京时间一次算好, 同制度版本一起留在事项上; 制度改了, 在办的不变。"""
    desk = opens(start=datetime(2025, 3, 17, 21, 10, tzinfo=BEIJING))
    number = reported_from_the_scene(desk, "某矿透水事故救援进展\n截至20时,已救出3人。")
    with books(desk) as store:
        (first,) = store.deadlines(int(number))
        item = store.item(int(number))
    assert first.due_at == datetime(2025, 3, 17, 14, 10, tzinfo=UTC)
    assert item is not None and item.policy_version == 0 and item.flow is not None

    desk.says("wangfang", "栏目 增加 应急知识")
    desk.later(minutes=20)
    desk.dies()
    desk.bot.settle()
    assert "22:10" in desk.says("qinzong", number)
    with books(desk) as store:
        assert store.deadlines(int(number)) == (first,)
        kept = store.item(int(number))
        assert kept is not None and kept.policy_version == 0 and store.policy_version() == 1


# ---- 10 -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-10")
def test_a_restart_sends_no_reminder_twice(desk: Desk) -> None:
    """重启不丢事项, 同一个催办不发第二次。"""
    number = sent(desk)
    desk.now(datetime(2025, 3, 18, 9, 0, tzinfo=BEIJING))
    reminded = {p: desk.texts(p) for p in ("heping", "liuyang", "limin")}
    for _ in range(3):
        desk.dies()
        desk.bot.settle()
        desk.later(minutes=5)

    assert {p: desk.texts(p) for p in reminded} == reminded
    assert sum("催办" in text for text in reminded["heping"]) == 1
    desk.taps("heping", "可以公开并确认", number=number)
    assert desk.live("liuyang", number)


# ---- 11 -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-11")
def test_an_item_moves_to_another_flow(desk: Desk) -> None:
    """转类别须写理由, 在新类别从起草之后的环节重新办; 此前的审核作废, 旧卡片关闭。"""
    number = sent(desk, ANSWER, author="fangni", text="关于标准化的答复\n来函收悉,可以分级达标。")
    desk.taps("luobao", "可以公开并确认", number=number)
    assert desk.live("yangju", number)

    desk.says("wangfang", f"转类别 {number} {BUSINESS}")
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None and item.flow is not None and item.flow.id == "answer"
    desk.says("wangfang", f"转类别 {number} {BUSINESS} 不是政策性答复")
    with books(desk) as store:
        item, last = store.item(int(number)), store.moves(int(number))[-1]
    assert item is not None and item.flow is not None
    assert (item.flow.id, item.position, item.approved_at) == ("business", 1, None)
    assert (last.decision, last.actor, last.reason) == (Decision.MOVED, "wangfang", "不是政策性答复")
    assert desk.live("yangju", number) == [] and desk.live("luobao", number)
    assert "不是政策性答复" in desk.texts("fangni")[-1]


@pytest.mark.rule("every-11")
def test_the_earlier_deadline_stays(opens: Opens) -> None:
    """两个类别有相同的环节时, 较早的期限保留, 已发的催办不再发。"""
    desk = opens(seats=hats(Seat("guoliang", "郭亮", "监管一司", "informant")))
    text = "某矿透水事故救援进展\n截至8时,已救出3人。"
    number = reported_from_the_scene(desk, text, 类别="重特大事故现场信息")
    desk.taps("qinzong", "同意并确认", number=number)
    due = MONDAY.replace(hour=10)
    desk.later(minutes=20)
    desk.says("zhouzhuren", f"转类别 {number} {ACCIDENT} 已不是现场信息")

    with books(desk) as store:
        (standing,) = store.open_deadlines()
        item = store.item(int(number))
    assert item is not None and item.step is not None and (item.step.act, item.round) == ("保密审查", 2)
    assert standing.due_at == due.astimezone(UTC)
    desk.now(due)
    assert sum("逾期" in text for text in desk.texts("heping")) == 1


# ---- 12 -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-12", "saws-R3")
def test_lists_are_read_from_the_items(desk: Desk) -> None:
    """在办、待办、我的稿件都从事项读出, 不用另外登记; 宣教办看全部, 各单位看自己的。"""
    first = sent(desk)
    second = sent(desk, ANSWER, author="fangni", text="关于标准化的答复\n来函收悉,可以分级达标。")

    everything = desk.says("wangfang", "在办")
    assert first in everything and second in everything and "监管一司" in everything and "政策法规司" in everything
    assert first in desk.says("limin", "在办") and second not in desk.says("limin", "在办")
    assert first in desk.says("heping", "待办") and "没有" in desk.says("liuyang", "待办")
    desk.taps("heping", "可以公开并确认", number=first)
    assert "没有" in desk.says("heping", "待办") and first in desk.says("liuyang", "待办")
    assert "刘洋" in desk.says("limin", "我的")
    assert end_state(desk)["items"][0][1] is State.RUNNING
