"""微信每天群发一次, 群发前测试: by their own examples (company-qiguanbu R12 R13, hotel-dali R12 R13; A8, A19, A20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import bot.regulation
from bot.clock import BEIJING
from bot.config import Config, RegulationConfig
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from tests.walks.company import (
    BOTH,
    COMPANY,
    FRIDAY,
    LINK,
    WEIBO,
    WEIXIN,
    approved,
    drafted,
    item,
    moves,
    passed,
    sent,
    tries,
)
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books, differences, end_state, pressed

SHIPPED = Path(bot.regulation.__file__).parent / "regulations"
FIRM: dict[str, Any] = {"slug": "company-qiguanbu", "seats": COMPANY, "start": FRIDAY}
HOTEL = tuple(
    Seat(s.userid, s.name, {"生产部": "餐饮部", "企管部": "营销部"}.get(s.unit, s.unit), s.role) for s in COMPANY
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)


def two_ready(desk: Desk) -> tuple[str, str]:
    return approved(desk, "车间开放日"), approved(desk, "新品发布会")


# ---- once a day -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R12")
@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_a_second_mass_send_is_refused_and_the_next_day_offered(how: str, opens: Opens) -> None:
    """3月14日10:00已群发一次, 郑洁16:00再发: 被拒“今日已群发1次”, 给出3月15日; 次日可以发。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    tries(desk, first)
    desk.now(at(14, 10))
    sent(desk, first)
    assert item(desk, first).state is State.DONE
    desk.now(at(14, 16))
    tries(desk, second)

    if how == "typed":
        said = sent(desk, second)
    else:
        desk.taps("zhengjie", "已统一发布", number=second)
        said = desk.texts("zhengjie")[-1]
    assert "今日已群发1次" in said and first in said and "3月15日" in said
    assert item(desk, second).links == () and item(desk, second).state is State.RUNNING
    assert "已统一发布" in desk.live("zhengjie", second)

    desk.now(at(15, 9))
    tries(desk, second)
    sent(desk, second)
    assert item(desk, second).state is State.DONE


@pytest.mark.rule("hotel-dali-R12")
def test_the_hotel_sends_once_a_day(opens: Opens) -> None:
    """微信每天群发一次: 09:00群发过, 15:00再发被拒。"""
    desk = opens(slug="hotel-dali", seats=HOTEL, start=FRIDAY)
    first, second = (passed(desk, hotel_draft(desk, title)) for title in ("婚宴套餐", "周末特价"))
    tries(desk, first)
    sent(desk, first)
    desk.now(at(14, 15))
    tries(desk, second)

    assert "今日已群发1次" in sent(desk, second)
    assert item(desk, second).links == ()


def hotel_draft(desk: Desk, title: str) -> str:
    number = desk.says("zhaolei", f"{title}\n欢迎预订，详情请来电。").partition("编号 ")[2][:4]
    desk.taps("zhaolei", "下一步", number=number, 渠道=WEIXIN)
    desk.taps("zhaolei", "送审", number=number, 内容范围="企业形象宣传")
    desk.says("zhaolei", "餐饮部")
    return number


def test_several_articles_of_one_message_are_one_send(opens: Opens) -> None:
    """几件合并成一次群发只算一次 (A19); 第三件不在其中, 仍被拒; 已发的不能再合并。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    third = approved(desk, "节日问候")
    for number in (first, second, third):
        tries(desk, number)

    assert f"{first}、{second}" in desk.says("zhengjie", f"合并群发 {first} {second}")
    sent(desk, first)
    sent(desk, second)
    assert item(desk, second).state is State.DONE
    assert "今日已群发1次" in sent(desk, third)
    assert "不能合并群发" in desk.says("zhengjie", f"合并群发 {first} {third}")
    assert {item(desk, n).batch for n in (first, second)} == {int(first)}


def test_a_new_wording_leaves_the_batch(opens: Opens) -> None:
    """合并以后又改稿的, 不再属于那一次群发: 第二天不能借它再发一次。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    desk.says("zhengjie", f"合并群发 {first} {second}")
    desk.says("zhaolei", f"改 {second} 新品发布会（改期）\n下周六上午开放参观，欢迎报名。")
    desk.taps("zhaolei", "送审", number=second)
    passed(desk, second)
    assert (item(desk, first).batch, item(desk, second).batch) == (int(first), 0)
    tries(desk, first)
    tries(desk, second)
    sent(desk, first)

    assert "今日已群发1次" in sent(desk, second)


def test_who_cannot_publish_cannot_merge(opens: Opens) -> None:
    """合并群发由发布人办; 不能发布的人、还没审定的稿件, 都不行。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    waiting = drafted(desk, "节日问候")

    assert "不由您办理" in desk.says("xuqiang", f"合并群发 {first} {second}")
    assert "不能合并群发" in desk.says("zhengjie", f"合并群发 {first} {waiting}")
    assert "两件以上" in desk.says("zhengjie", f"合并群发 {first}")
    assert item(desk, first).batch == 0


def test_a_failed_send_does_not_count(opens: Opens) -> None:
    """没有发成(有问题)的不占当天的一次 (A19)。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    tries(desk, first)
    desk.says("zhengjie", f"有问题 {first} 平台报错，没有发出去")
    tries(desk, second)

    sent(desk, second)
    assert item(desk, second).state is State.DONE


def test_a_deleted_send_counts(opens: Opens) -> None:
    """群发后又撤下的, 当天那一次已经用掉 (A19)。"""
    desk = opens(**FIRM)
    first, second = two_ready(desk)
    tries(desk, first)
    sent(desk, first)
    desk.says("zhengjie", f"紧急撤下 {first} 时间写错了")
    tries(desk, second)

    assert "今日已群发1次" in sent(desk, second)


def test_weibo_goes_out_while_weixin_waits(opens: Opens) -> None:
    """一件两个渠道: 微博不受限制, 链接先记; 微信要等测试通过。没有这些规矩的渠道照常。"""
    desk = opens(**FIRM)
    only_weibo, both = approved(desk, "招聘启事", WEIBO), approved(desk, "车间开放日", BOTH)
    assert "请人测试" not in desk.live("zhengjie", only_weibo)
    sent(desk, only_weibo, platform=WEIBO)
    assert item(desk, only_weibo).state is State.DONE

    said = desk.says("zhengjie", f"已发布 {both}\n{WEIBO} https://weibo.com/1\n{WEIXIN} {LINK}")
    assert "请先测试" in said
    assert [x.platform for x in item(desk, both).links] == [WEIBO]
    tries(desk, both)
    sent(desk, both)
    assert item(desk, both).state is State.DONE


# ---- tested first ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("company-qiguanbu-R13")
def test_a_change_after_the_test_needs_a_new_one(opens: Opens) -> None:
    """09:40测试通过, 标题改了、09:50重新批准: 群发被拒“内容已变更，请重新测试”; 再测试后可以发。"""
    desk = opens(**FIRM)
    number = approved(desk)
    desk.now(at(14, 9, 40))
    tries(desk, number)
    desk.now(at(14, 9, 50))
    desk.says("zhaolei", f"改 {number} 车间开放日（改期）\n本周六上午开放参观，欢迎报名。")
    desk.taps("zhaolei", "送审", number=number)
    passed(desk, number)

    assert "内容已变更，请重新测试" in sent(desk, number)
    assert item(desk, number).links == ()
    tries(desk, number)
    sent(desk, number)
    assert item(desk, number).state is State.DONE
    kept = [m for m in moves(desk, number) if m.decision is Decision.TESTED]
    assert [(m.actor, m.version, m.form) for m in kept] == [
        ("linxia", 1, {"结果": "通过"}), ("linxia", 2, {"结果": "通过"}),
    ]  # fmt: skip
    assert kept[0].fingerprint != kept[1].fingerprint
    assert "群发前测试 通过" in desk.says("zhengjie", number)


@pytest.mark.rule("hotel-dali-R13")
def test_without_a_test_nothing_is_sent(opens: Opens) -> None:
    """没有测试, 点群发: “请先测试”; 卡片还能再点。"""
    desk = opens(slug="hotel-dali", seats=HOTEL, start=FRIDAY)
    number = passed(desk, hotel_draft(desk, "婚宴套餐"))

    assert any("群发前先测试" in text for text in desk.texts("zhengjie"))
    desk.taps("zhengjie", "已统一发布", number=number)
    assert "请先测试" in desk.texts("zhengjie")[-1]
    assert item(desk, number).state is State.RUNNING and "已统一发布" in desk.live("zhengjie", number)


@pytest.mark.rule("company-qiguanbu-R13")
def test_the_test_is_asked_for_and_given_on_cards(opens: Opens) -> None:
    """发布人点“请人测试”, 别人收到正文和卡片; 点“测试不通过”要说理由; 通过后发布人得知, 其他人的卡片关掉。"""
    desk = opens(**FIRM)
    number = approved(desk)
    desk.taps("zhengjie", "请人测试", number=number)
    assert "已请" in desk.texts("zhengjie")[-1]
    assert any("【请您测试】" in text and "欢迎报名" in text for text in desk.texts("linxia"))

    desk.taps("linxia", "测试不通过", number=number)
    assert "理由" in desk.texts("linxia")[-1]
    desk.says("linxia", "第二段排版错位")
    assert "测试不通过" in desk.texts("zhengjie")[-1] and "排版错位" in desk.texts("zhengjie")[-1]
    assert "测试没有通过" in sent(desk, number)

    desk.later(minutes=7)
    desk.taps("zhengjie", "请人测试", number=number)
    desk.taps("xuqiang", "测试通过", number=number)
    assert "测试通过（徐强" in desk.texts("zhengjie")[-1]
    assert "测试通过" not in desk.live("linxia", number)
    desk.taps("zhengjie", "已统一发布", number=number)
    desk.says("zhengjie", f"{WEIXIN} {LINK}")
    assert item(desk, number).state is State.DONE


def test_the_senders_own_test_proves_nothing(opens: Opens) -> None:
    """测试要由群发人以外的人做 (A20): 自己测试的不算, 由另一位编辑发时算; 只有他能发的, 当场拒绝。"""
    desk = opens(**FIRM)
    number = approved(desk)
    desk.says("zhengjie", f"测试 {number} 通过")
    assert "群发人以外的人" in sent(desk, number)
    sent(desk, number, by="linxia")
    assert item(desk, number).state is State.DONE

    alone = opens(**FIRM | {"seats": tuple(s for s in COMPANY if s.userid != "linxia")})
    number = approved(alone)
    assert "群发人以外的人" in alone.says("zhengjie", f"测试 {number} 通过")
    assert moves(alone, number)[-1].decision is Decision.PASSED


def test_a_test_of_yesterday_does_not_count(opens: Opens) -> None:
    """测试和群发在同一天 (A20)。"""
    desk = opens(**FIRM)
    number = approved(desk)
    tries(desk, number)
    desk.now(at(15, 9))

    assert "请先测试" in sent(desk, number)
    tries(desk, number)
    sent(desk, number)
    assert item(desk, number).state is State.DONE


def test_who_has_no_part_in_it_does_not_test(opens: Opens) -> None:
    """别的单位的人看不到, 也不能测试; 起草人可以; 指名请的人要能测试。"""
    desk = opens(**FIRM | {"seats": (*COMPANY, Seat("other", "乔木", "销售部", "informant"))})
    number = approved(desk)

    assert "没有您可以测试的事项" in desk.says("other", f"测试 {number} 通过")
    assert "没有找到" in desk.says("zhengjie", f"测试 {number} 请乔木")
    assert "已请赵蕾" in desk.says("zhengjie", f"测试 {number} 请赵蕾")
    desk.taps("zhaolei", "测试通过", number=number)
    sent(desk, number)
    assert item(desk, number).state is State.DONE


def test_an_old_test_card_does_not_test_the_new_text(opens: Opens) -> None:
    """改稿以后, 旧测试卡片上的“通过”不算新内容的测试。"""
    desk = opens(**FIRM)
    number = approved(desk)
    desk.taps("zhengjie", "请人测试", number=number)
    old = desk.card("linxia", f"{number}-test")
    desk.says("zhaolei", f"改 {number} 车间开放日（改期）\n下周六上午开放参观，欢迎报名。")
    desk.taps("zhaolei", "送审", number=number)
    passed(desk, number)

    pressed(desk, old, "linxia", "测试通过")
    assert not [m for m in moves(desk, number) if m.decision is Decision.TESTED]
    assert "请先测试" in sent(desk, number)


# ---- delivered twice, restarted -------------------------------------------------------------------------------------


def a_day(desk: Desk) -> None:
    """Two posts, a test that fails and one that passes, a send, a refusal, the next day."""
    first, second = two_ready(desk)
    desk.taps("zhengjie", "请人测试", number=first)
    desk.says("linxia", f"测试 {first} 不通过 图打不开")
    desk.later(minutes=7)
    desk.taps("zhengjie", "请人测试", number=first)
    desk.taps("xuqiang", "测试通过", number=first)
    desk.taps("zhengjie", "已统一发布", number=first)
    desk.says("zhengjie", f"{WEIXIN} {LINK}")
    tries(desk, second)
    sent(desk, second)
    desk.now(at(15, 9))
    tries(desk, second)
    sent(desk, second)
    assert item(desk, second).state is State.DONE


def test_repeats_and_restarts_change_nothing(opens: Opens) -> None:
    """每个回调送两次, 或每一步之间机器人重启: 测试、群发和拒绝都只有一次。"""
    once, twice, restarted = opens(**FIRM), opens(**FIRM, twice=True), opens(**FIRM, restarts=True)
    for desk in (once, twice, restarted):
        a_day(desk)

    assert differences(end_state(once), end_state(twice)) == []
    assert differences(end_state(once), end_state(restarted)) == []


# ---- when it is due -------------------------------------------------------------------------------------------------


def with_own_rules(folder: Path, slug: str, before: str, after: str) -> Path:
    """The shipped file with one line changed."""
    text = SHIPPED.joinpath(f"{slug}.toml").read_text(encoding="utf-8")
    assert before in text
    path = folder / f"{slug}.toml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def waiting(desk: Desk, number: str) -> tuple[datetime, str]:
    """The open deadline of the step: when, and why then."""
    with books(desk) as store:
        row = next(d for d in store.deadlines(int(number)) if not d.closed and d.due_at)
    assert row.due_at is not None
    return row.due_at, row.explanation


class SameDay(Desk):
    """The same firm, publishing on the day of approval."""

    def config(self) -> Config:
        act = 'do = "publish", act = "统一发布"'
        path = with_own_rules(self.folder, self.slug, act, f'{act}, due = "0d"')
        return replace(super().config(), regulation=RegulationConfig(file=path))


def test_the_daily_limit_moves_what_is_due_today(opens: Opens) -> None:
    """当天发布的, 当天已群发过: 期限顺延到下一个可以群发的日子, 并写明原因; 当天不催逾期 (A8)。"""
    desk = opens(kind=SameDay, **FIRM)
    first, second = two_ready(desk)
    assert waiting(desk, second)[0] == at(15, 0)
    tries(desk, first)
    sent(desk, first)

    due, why = waiting(desk, second)
    assert due == at(16, 0) and "官方微信3月14日已群发，顺延至3月15日" in why
    assert why in desk.says("zhengjie", second)
    third = approved(desk, "节日问候")  # approved after the send
    assert waiting(desk, third)[0] == at(16, 0)
    both_on_weibo = approved(desk, "招聘启事", WEIBO)
    assert waiting(desk, both_on_weibo)[0] == at(15, 0)
