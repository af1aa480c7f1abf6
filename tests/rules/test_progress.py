"""The step engine: what each kind of step accepts, and that nothing comes to publishing unchecked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import progress
from bot.rules.item import Decision, Item, Link, Move, State, Version
from bot.rules.progress import ALLOWED, IllegalMove
from bot.rules.regulation import Do, Flow
from tests.rules.items import NOW, TICKS, flow, flows, item, step

ACCEPTS = {
    "draft": "submitted returned done handed_back withdrawn moved",
    "check": "passed returned held confirmed handed_back withdrawn moved",
    "assign": "done returned withdrawn moved",
    "record": "done returned handed_back withdrawn moved",
    "reply": "done returned handed_back withdrawn moved",
    "publish": "done returned tested confirmed withdrawn moved",
}
FOUR = flow(step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.CHECK, "r2", "r3"), step(Do.PUBLISH, "r4"))
OTHER = flow(step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.PUBLISH, "r4"), id="g")
LATER = NOW + timedelta(hours=1)


def passed(by: Item, role: str, actor: str = "") -> Move:
    return Move(by.position, by.round, by.current.no, by.current.fingerprint, actor or role, role, Decision.PASSED, NOW)


# ---- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-3", "saws-R14")
@pytest.mark.parametrize(("do", "decision"), list(product(Do, Decision)))
def test_what_a_step_accepts(do: Do, decision: Decision) -> None:
    """每类环节只接受表中的办理; 表中没有的就是拒绝。"""
    here = item(flow(step(Do.DRAFT), step(do)), position=1, round=1)
    allowed = decision.value in ACCEPTS[do.value].split()

    assert (decision in ALLOWED[do]) is allowed
    if allowed:
        assert progress.expect(here, decision, position=1, round=1) is here.step
    else:
        with pytest.raises(IllegalMove):
            progress.expect(here, decision, position=1, round=1)


@pytest.mark.rule("every-8")
@pytest.mark.parametrize(("position", "round"), [(0, 2), (2, 2), (1, 1), (1, 3)])
def test_an_old_round_or_step_is_refused(position: int, round: int) -> None:
    """旧卡片上的环节和轮次对不上, 不予办理。"""
    with pytest.raises(IllegalMove):
        progress.expect(item(FOUR, position=1, round=2), Decision.PASSED, position=position, round=round)


@pytest.mark.parametrize("state", [State.DONE, State.WITHDRAWN])
def test_what_is_over_accepts_nothing(state: State) -> None:
    """办结或撤回后什么都不能办。"""
    over = item(FOUR, position=1, round=1, state=state)
    attempts: list[Any] = [
        lambda: progress.pass_check(over, "r1", (), LATER),
        lambda: progress.send_back(over, "理由", LATER),
        lambda: progress.publish(over, [Link("新浪网", url="https://weibo.com/1")], LATER),
        lambda: progress.reopen(over, LATER),
        lambda: progress.submit(over, over.current, LATER),
        lambda: progress.withdraw(over, LATER),
        lambda: progress.change_flow(over, OTHER, "理由", LATER),
        lambda: progress.record(over, {}, LATER),
    ]
    for attempt in attempts:
        with pytest.raises(IllegalMove):
            attempt()


# ---- moving on ------------------------------------------------------------------------------------------------------


def test_every_role_of_a_joint_check_must_pass() -> None:
    """会签: 每个角色都通过, 这一环节才办完。"""
    here = item(FOUR, position=2, round=1)

    one = progress.pass_check(here, "r2", (), LATER)
    assert (one.position, one.approved_at) == (2, None)
    with pytest.raises(IllegalMove):
        progress.pass_check(one, "r2", (passed(here, "r2"),), LATER)
    both = progress.pass_check(one, "r3", (passed(here, "r2"),), LATER)
    assert (both.position, both.approved_at) == (3, LATER)


def test_passes_of_an_earlier_round_do_not_count() -> None:
    """退回重送后, 上一轮的通过作废。"""
    here = item(FOUR, position=2, round=2)
    old = replace(passed(here, "r3"), round=1)

    assert progress.pass_check(here, "r2", (old,), LATER).position == 2


@pytest.mark.rule("every-3")
def test_every_hand_in_begins_a_new_round() -> None:
    """会签通过了一个角色后改稿: 新稿子两个角色都要重新通过。"""
    walker = Walker(FOUR, OTHER)
    for what in ("go_on", "go_on", "go_on", "send_back", "go_on", "go_on"):
        walker.does(what, "r2", "甲")
    assert (walker.item.round, walker.item.position) == (2, 2)

    walker.does("pass_check", "r3", "甲")
    assert walker.item.position == 2
    walker.does("pass_check", "r2", "甲")
    assert walker.item.position == 3


@pytest.mark.rule("every-4")
@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_return_needs_a_reason(reason: str) -> None:
    """退回须写明理由。"""
    with pytest.raises(IllegalMove, match="理由"):
        progress.send_back(item(FOUR, position=1, round=1), reason, LATER)


@pytest.mark.rule("every-3")
def test_a_return_goes_to_the_nearest_draft() -> None:
    """退回到最近的起草环节; 此前阶段已审定的不作废。"""
    two = flow(step(Do.DRAFT), step(Do.CHECK), step(Do.DRAFT, act="写稿"), step(Do.CHECK), step(Do.PUBLISH))

    assert progress.send_back(item(two, position=3, round=2), "数字不对", LATER).position == 2
    assert progress.reopen(item(two, position=4, round=2), LATER).position == 2
    assert progress.send_back(item(two, position=1, round=1), "数字不对", LATER).position == 0


def test_steps_whose_condition_does_not_hold_are_left_out() -> None:
    """有条件的环节, 条件不成立就没有这一环节。"""
    conditional = flow(
        step(Do.DRAFT), step(Do.CHECK, "r1"), step(Do.RECORD, "r2", when="甲"), step(Do.CHECK, "r3", when="级别=重大"),
        step(Do.PUBLISH, "r4"),
    )  # fmt: skip
    here = item(conditional, position=1, round=1)

    assert progress.applicable(here) == (0, 1, 4)
    assert progress.applicable(replace(here, ticks={"甲": "author"})) == (0, 1, 2, 4)
    assert progress.applicable(replace(here, form={"级别": "重大"})) == (0, 1, 3, 4)
    assert progress.applicable(replace(here, form={"级别": "一般"})) == (0, 1, 4)


# ---- publishing -----------------------------------------------------------------------------------------------------


def at_publishing(*platforms: str) -> Item:
    return replace(item(FOUR, position=3, round=1), platforms=platforms, approved_at=NOW)


@pytest.mark.rule("saws-R2")
def test_published_when_every_platform_has_its_result() -> None:
    """每个平台有链接或未发的原因, 才算发布完成; 全都没发不算。"""
    here = at_publishing("新华网", "新浪网")

    half = progress.publish(here, [Link("新浪网", url="https://weibo.com/1")], LATER)
    assert (half.state, progress.missing_platforms(half)) == (State.RUNNING, ("新华网",))
    done = progress.publish(half, [Link("新华网", omitted="已停用")], LATER)
    assert (done.state, done.published_at) == (State.DONE, LATER)
    with pytest.raises(IllegalMove):
        progress.publish(here, [Link("新华网", omitted="停用"), Link("新浪网", omitted="停用")], LATER)


@pytest.mark.parametrize("attempt", ["reopen", "withdraw", "change_flow"])
def test_what_a_platform_has_cannot_be_taken_back(attempt: str) -> None:
    """已开始发布的不能改、不能撤、不能换类别。"""
    here = progress.publish(at_publishing("新华网", "新浪网"), [Link("新浪网", url="https://weibo.com/1")], LATER)
    more = (OTHER, "理由") if attempt == "change_flow" else ()
    with pytest.raises(IllegalMove):
        getattr(progress, attempt)(here, *more, LATER)


@pytest.mark.rule("saws-R2")
@pytest.mark.parametrize("attempt", ["send_back", "reopen", "change_flow"])
def test_what_publishing_must_cover_is_fixed_anew(attempt: str) -> None:
    """改稿或换类别后重新到发布环节, 要发的平台按那时的渠道重新确定。"""
    here = at_publishing("新华网", "腾讯微信公众服务号")
    more = {"send_back": ("只发微信",), "reopen": (), "change_flow": (OTHER, "理由")}[attempt]

    back = getattr(progress, attempt)(here, *more, LATER)
    assert (back.platforms, back.approved_at) == ((), None)


# ---- 转类别 ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("every-11")
def test_another_flow_begins_after_its_first_draft() -> None:
    """转类别须写理由, 从新类别起草后的第一个环节重新审核。"""
    here = replace(item(FOUR, position=2, round=1), approved_at=None)

    moved = progress.change_flow(here, OTHER, "应按乙类办理", LATER)
    assert (moved.flow, moved.position, moved.round) == (OTHER, 1, 2)
    back = progress.change_flow(item(FOUR, position=0, round=1), OTHER, "应按乙类办理", LATER)
    assert (back.position, back.round) == (0, 1)


def test_another_flow_must_be_another_one_of_its_kind() -> None:
    """只能换成同一种事项的另一个类别, 须写理由。"""
    here = item(FOUR, position=1, round=1)
    comment = flow(step(Do.DRAFT), step(Do.REPLY), id="c", kind="comment")
    for wanted, reason in ((FOUR, "理由"), (comment, "理由"), (OTHER, " ")):
        with pytest.raises(IllegalMove):
            progress.change_flow(here, wanted, reason, LATER)


# ---- 先审后发 -------------------------------------------------------------------------------------------------------


class Walker:
    """Does whatever it is told to an item and keeps the moves, as the handlers do."""

    def __init__(self, first: Flow, other: Flow) -> None:
        self.item = item(first, state=State.PREPARING)
        self.other = other
        self.moves: list[Move] = []
        self.at: datetime = NOW

    def does(self, what: str, role: str, tick: str) -> None:
        before, self.at = self.item, self.at + timedelta(minutes=1)
        try:
            self.item = getattr(self, what)(role, tick)
        except IllegalMove:
            self.item = before

    def submit(self, role: str, tick: str) -> Item:
        version = replace(self.item.current, no=self.item.current.no + 1, body=f"{self.at}")
        return progress.submit(self.item, version, self.at)

    def submit_the_same(self, role: str, tick: str) -> Item:
        return progress.submit(self.item, self.item.current, self.at)

    def tick(self, role: str, tick: str) -> Item:
        if not self.item.awaiting_draft:
            raise IllegalMove
        ticks = {k: v for k, v in self.item.ticks.items() if k != tick} if tick in self.item.ticks else {tick: "x"}
        return replace(self.item, ticks=ticks)

    def pass_check(self, role: str, tick: str) -> Item:
        role = role if self.item.step is None or role in self.item.step.by else self.item.step.by[0]
        after = progress.pass_check(self.item, role, self.moves, self.at)
        self.moves.append(passed(self.item, role))
        return after

    def send_back(self, role: str, tick: str) -> Item:
        return progress.send_back(self.item, "理由", self.at)

    def record(self, role: str, tick: str) -> Item:
        return progress.record(self.item, {}, self.at)

    def reopen(self, role: str, tick: str) -> Item:
        return progress.reopen(self.item, self.at)

    def change_flow(self, role: str, tick: str) -> Item:
        assert self.item.flow is not None
        after = progress.change_flow(self.item, self.other, "理由", self.at)
        self.other = self.item.flow
        return after

    def withdraw(self, role: str, tick: str) -> Item:
        return progress.withdraw(self.item, self.at)

    def publish(self, role: str, tick: str) -> Item:
        return progress.publish(self.item, [Link("新浪网", url="https://weibo.com/1")], self.at)

    def go_on(self, role: str, tick: str) -> Item:
        """What the step waits for; one role of a joint check at a time."""
        step = self.item.step
        if step is None:
            raise IllegalMove
        doing = {Do.DRAFT: self.submit, Do.CHECK: self.pass_check, Do.PUBLISH: self.publish, Do.REPLY: self.reply}
        return doing.get(step.do, self.record)(role, tick)

    def reply(self, role: str, tick: str) -> Item:
        return progress._advance(self.item, self.at)  # 回复 has no function of its own yet


DEEDS = (*["go_on"] * 12, "submit", "submit_the_same", "tick", "pass_check", "send_back", "send_back", "record",
         "reopen", "change_flow", "publish", "withdraw")  # fmt: skip
ROLE = st.sampled_from(["r0", "r1", "r2", "r3"])


def unchecked(walker: Walker) -> list[tuple[int, str]]:
    """Applicable checks between the last draft and the current step that nobody passed for this very wording."""
    here, flow = walker.item, walker.item.flow
    assert flow is not None
    start = progress.draft_position(here)
    wanted = [(i, r) for i in progress.applicable(here) if start < i < here.position and flow.steps[i].do is Do.CHECK
              for r in flow.steps[i].by]  # fmt: skip
    have = {
        (m.step, m.role) for m in walker.moves if m.round == here.round and m.fingerprint == here.current.fingerprint
    }
    return [check for check in wanted if check not in have]


@pytest.mark.rule("saws-R14", "every-3", "every-6")
@settings(deadline=None)
@given(flows(), flows(id="g"), st.lists(st.tuples(st.sampled_from(DEEDS), ROLE, st.sampled_from(TICKS)), max_size=60))
def test_nothing_is_published_unchecked(first: Flow, other: Flow, deeds: list[tuple[str, str, str]]) -> None:
    """先审后发: 任何合法流程、任何办理次序, 未经最后一次起草后的全部审核到不了发布。"""
    walker = Walker(first, other)
    for what, role, tick in deeds:
        walker.does(what, role, tick)
        if walker.item.awaiting(Do.PUBLISH) or walker.item.state is State.DONE:
            flow = walker.item.flow
            assert flow is not None
            assert unchecked(walker) == []
            last = max(i for i, s in enumerate(flow.steps[: walker.item.position]) if s.do is Do.DRAFT)
            assert any(s.do is Do.CHECK and s.when is None for s in flow.steps[last : walker.item.position + 1])


@settings(deadline=None)
@given(flows())
def test_the_straight_way_leads_to_the_end(of: Flow) -> None:
    """一路办下去总能办结: 没有走不通的流程。"""
    walker = Walker(of, of)
    for n in range(4 * len(of.steps)):
        by = walker.item.step.by if walker.item.step else ("r0",)
        walker.does("go_on", by[n % len(by)], "甲")
    assert walker.item.state is State.DONE


def test_a_wording_is_what_a_decision_binds_to() -> None:
    """校验: 文字、图片、渠道、填写项任何一处不同, 校验就不同。"""
    base = Version(1, "标题", "正文", channels=("weibo",), form={"文号": "1号"})
    others = [
        replace(base, title="题"), replace(base, body="文"), replace(base, channels=("weixin",)),
        replace(base, form={"文号": "2号"}), replace(base, form={}),
    ]  # fmt: skip
    assert len({v.fingerprint for v in (base, *others)}) == 6
    assert replace(base, no=9, by="x", at=NOW).fingerprint == base.fingerprint
