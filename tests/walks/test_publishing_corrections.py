"""更正、撤下、紧急撤下已发布的信息 (A45): the original stays, and shows what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.rules.item import Item, State
from tests.walks.company import COMPANY, FRIDAY, WEIBO, approved, item, passed, sent
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import BUSINESS, LINKS, books, differences, end_state

FIRM = {"slug": "company-qiguanbu", "seats": COMPANY, "start": FRIDAY}
NEW = "车间开放日（更正）\n本周日上午开放参观，欢迎报名。"


def published(desk: Desk, channels: str = WEIBO) -> str:
    number = approved(desk, channels=channels)
    sent(desk, number, platform=channels)
    assert item(desk, number).state is State.DONE
    return number


def follower(desk: Desk, number: str) -> Item:
    with books(desk) as store:
        return store.items_about(int(number))[-1]


def test_a_correction_goes_through_the_same_checks(opens: Opens) -> None:
    """更正走原稿走过的每一个审核, 发布后原稿写明由哪一件、何时、由谁更正; 原稿的文字不变。"""
    desk = opens(**FIRM)
    number = published(desk)
    said = desk.says("zhaolei", f"更正 {number}\n{NEW}")
    new = follower(desk, number)
    assert new.number in said and "原稿保留" in said
    assert new.flow is not None and [s.act for s in new.flow.steps] == ["更正", "审核", "审核把关", "批准", "统一发布"]
    assert any("周六" in text and f"原稿 {number}" in text for text in desk.texts("sunhao"))
    assert any("与原稿比较" in text for text in desk.texts("sunhao"))
    assert "正在更正" in desk.says("zhaolei", number)

    passed(desk, new.number)
    desk.says("zhengjie", f"已发布 {new.number}\n{WEIBO} https://weibo.com/2")
    assert item(desk, new.number).state is State.DONE
    shown = desk.says("zhaolei", number)
    assert f"已更正，见 {new.number}" in shown and "3月14日" in shown and "郑洁" in shown
    assert "已更正" in desk.says("zhaolei", f"全文 {number}")
    assert f"原稿：{number}" in desk.says("zhaolei", new.number)
    assert "周六" in item(desk, number).current.text


def test_a_second_correction_waits_for_the_first(opens: Opens) -> None:
    """更正还没有办完, 再更正或撤下被拒, 说出编号; 退回后改好再送, 仍是同一件。"""
    desk = opens(**FIRM)
    number = published(desk)
    desk.says("zhaolei", f"更正 {number}\n{NEW}")
    new = follower(desk, number).number

    assert new in desk.says("zhengjie", f"更正 {number}\n{NEW}又一版") and follower(desk, number).number == new
    assert f"更正 {new} 还没有办完" in desk.says("xuqiang", f"撤下 {number} 不再举办")
    desk.says("sunhao", f"退回 {new} 时间请再核")
    desk.says("zhaolei", f"{NEW}以公告为准。")
    desk.taps("zhaolei", "送审", number=new)
    passed(desk, new)
    desk.says("zhengjie", f"已发布 {new}\n{WEIBO} https://weibo.com/2")
    assert item(desk, new).state is State.DONE and item(desk, new).current.no == 2


@pytest.mark.parametrize("who", ["zhaolei", "zhengjie", "xuqiang"])
def test_who_may_correct(who: str, opens: Opens) -> None:
    """起草人、发布人、归口部门可以更正; 更正的人不审自己的更正。"""
    desk = opens(**FIRM)
    number = published(desk)
    assert "还没有" not in desk.says(who, f"更正 {number}")
    desk.says(who, NEW)
    new = follower(desk, number)

    assert (new.author, new.state, new.round) == (who, State.RUNNING, 1)
    if who == "xuqiang":
        passed(desk, new.number, ("sunhao", "wumin"))
        assert "起草人不能审核本人稿件" in desk.says(who, f"同意 {new.number}")


def test_others_may_not_correct(opens: Opens) -> None:
    """审核人不能更正; 没有发布的、没有改动的, 也不能更正。"""
    desk = opens(**FIRM)
    number = published(desk)
    assert "由起草人赵蕾、发布人或归口部门" in desk.says("sunhao", f"更正 {number}\n{NEW}")
    assert "完全相同" in desk.says("zhaolei", f"更正 {number}\n{item(desk, number).current.text}")
    waiting = approved(desk, "招聘启事", WEIBO)
    assert "还没有发布完" in desk.says("zhaolei", f"更正 {waiting}\n{NEW}")
    with books(desk) as store:
        assert store.items_about(int(number)) == ()


def test_a_post_is_taken_down_by_its_last_approver(opens: Opens) -> None:
    """撤下由原稿的最后审定人同意, 发布人撤下并写明时间; 审定时不要求确认禁止内容; 撤下后不能再撤、再更正。"""
    desk = opens(**FIRM)
    number = published(desk)
    desk.says("zhaolei", f"撤下 {number}")
    desk.says("zhaolei", "活动取消")
    new = follower(desk, number)
    assert new.flow is not None and [s.act for s in new.flow.steps] == ["申请撤下", "批准", "撤下"]
    assert not any("未见上列" in text for text in desk.texts("xuqiang") if f"【待您批准】{new.number}" in text)
    desk.taps("xuqiang", "同意", number=new.number)
    desk.taps("zhengjie", "填写结果", number=new.number)
    desk.says("zhengjie", "今天 08:50")

    assert item(desk, new.number).state is State.DONE
    shown = desk.says("xuqiang", number)
    assert f"已撤下（{new.number}）" in shown and "08:50" in shown and "郑洁" in shown and "活动取消" in shown
    assert f"已撤下，见 {new.number}" in desk.says("zhaolei", f"更正 {number}\n{NEW}")
    assert f"已撤下，见 {new.number}" in desk.says("zhengjie", f"紧急撤下 {number} 再撤一次")


def test_what_is_urgent_is_taken_down_first(opens: Opens) -> None:
    """紧急的由发布人先撤下: 立即生效, 审定人得知; 1小时内补报, 逾期催办; 补报后由原审定人确认。"""
    desk = opens(**FIRM)
    number = published(desk)
    assert "紧急撤下由发布人办理" in desk.says("zhaolei", f"紧急撤下 {number} 泄露客户信息")
    said = desk.says("zhengjie", f"紧急撤下 {number} 泄露客户信息")
    new = follower(desk, number)
    assert "1小时内补报" in said and any("【紧急撤下】" in text for text in desk.texts("xuqiang"))
    assert "已紧急撤下" in desk.says("zhaolei", number) and "待确认" in desk.says("zhaolei", number)
    with books(desk) as store:
        due = next(d.due_at for d in store.deadlines(new.id) if not d.closed and d.due_at)
    assert due == FRIDAY + timedelta(hours=1)
    assert "不能撤回" in desk.says("zhengjie", f"撤回 {new.number}")

    desk.now(FRIDAY + timedelta(hours=1, minutes=1))
    assert any("逾期" in text and new.number in text for text in desk.texts("zhengjie"))
    desk.says("zhengjie", f"办结 {new.number}")
    desk.says("zhengjie", "今天 09:00")
    desk.says("zhengjie", "已删除原文，共被转发3次")
    desk.says("xuqiang", f"同意 {new.number}")
    assert item(desk, new.number).state is State.DONE
    assert "已确认" in desk.says("zhaolei", number)


def test_who_the_original_was_filed_with_is_told(desk: Desk) -> None:
    """原稿备过案的, 更正和撤下也告诉备案单位; 更正本身另有备案号。"""
    number = desk.submits("limin", "冬季用电安全小知识\n取暖设备不要长时间无人看管。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    desk.later(minutes=7)
    desk.says("limin", f"更正 {number}\n冬季用电安全小知识\n取暖设备不要长时间无人看管，离家断电。")
    new = follower(desk, number).number
    desk.taps("heping", "可以公开并确认", number=new)
    desk.taps("liuyang", "同意并确认", number=new)
    desk.says("zhangwei", f"已发布 {new}\n{LINKS}")
    assert item(desk, new).filing_no and item(desk, new).filing_no != item(desk, number).filing_no
    assert any(f"{number}《" in text and f"已更正，见 {new}" in text for text in desk.texts("wangfang"))

    desk.later(minutes=7)
    desk.says("limin", f"撤下 {new} 数据有误")
    down = follower(desk, new).number
    desk.says("liuyang", f"同意 {down}")
    desk.says("zhangwei", f"办结 {down}")
    desk.says("zhangwei", "今天")
    assert any(f"已撤下（{down}）" in text for text in desk.texts("wangfang"))


def a_story(desk: Desk) -> None:
    """Published, corrected, the correction taken down at once."""
    number = published(desk)
    desk.says("zhaolei", f"更正 {number}\n{NEW}")
    new = follower(desk, number).number
    desk.later(minutes=7)
    passed(desk, new)
    desk.says("zhengjie", f"已发布 {new}\n{WEIBO} https://weibo.com/2")
    desk.later(minutes=7)
    desk.says("zhengjie", f"紧急撤下 {new} 又写错了")
    down = follower(desk, new).number
    desk.taps("zhengjie", "填写结果", number=down)
    desk.says("zhengjie", "今天 09:10")
    desk.says("zhengjie", "已删除")
    desk.says("xuqiang", f"同意 {down}")
    assert item(desk, down).state is State.DONE


def test_repeats_and_restarts_change_nothing(opens: Opens) -> None:
    """每个回调送两次, 或每一步之间重启: 只有一件更正、一件撤下。"""
    once, twice, restarted = opens(**FIRM), opens(**FIRM, twice=True), opens(**FIRM, restarts=True)
    for desk in (once, twice, restarted):
        a_story(desk)

    assert differences(end_state(once), end_state(twice)) == []
    assert differences(end_state(once), end_state(restarted)) == []
