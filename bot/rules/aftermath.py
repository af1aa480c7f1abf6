"""更正和撤下: what becomes of a published post (A45). The routes are derived from the one the original itself went.

The original is never touched: what was done about it is read from the items that name it (`Item.about`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.item import Decision, Item, Move, State
from bot.rules.regulation import Do, FieldSpec, Flow, Step

BEIJING = ZoneInfo("Asia/Shanghai")
CORRECT, TAKE_DOWN, AT_ONCE = "correct", "takedown", "urgent"
ORIGINAL, REASON, WHEN = "原稿", "撤下理由", "撤下时间"
REPORTED_IN = "1h"


def kind_of(item: Item) -> str:
    """correct, takedown or urgent; empty for a post of its own."""
    return item.flow.id.partition(":")[0] if item.about and item.flow else ""


def takes_down(item: Item) -> bool:
    return kind_of(item) in (TAKE_DOWN, AT_ONCE)


def checks_of(original: Item) -> tuple[Step, ...]:
    """The checks that applied to the original, as conditions of nothing any more."""
    assert original.flow is not None
    applied = (s for s in original.flow.steps if s.do is Do.CHECK and original.applies(s))
    return tuple(step.model_copy(update={"when": None}) for step in applied)


def publish_step(original: Item) -> Step:
    assert original.flow is not None
    return [s for s in original.flow.steps if s.do is Do.PUBLISH][-1]


def correction(original: Item, role: str) -> Flow:
    """Draft, the checks that applied to the original, publish."""
    assert original.flow is not None
    draft = original.flow.steps[0].model_copy(update={"by": (role,), "act": "更正", "due": None, "since": None})
    put_out = publish_step(original).model_copy(update={"when": None})
    return _derived(original.flow, CORRECT, "更正已发布的信息", (draft, *checks_of(original), put_out))


def taking_down(original: Item, role: str) -> Flow:
    """Draft, who approved the original last, and the publisher who writes down that it is gone."""
    assert original.flow is not None
    gone = Step(by=publish_step(original).by, do=Do.RECORD, act="撤下", form={WHEN: FieldSpec(type="past")})
    draft = Step(by=(role,), do=Do.DRAFT, act="申请撤下")
    return _derived(original.flow, TAKE_DOWN, "撤下已发布的信息", (draft, *checks_of(original)[-1:], gone))


def taken_down_at_once(original: Item, role: str) -> Flow:
    """It is gone already: its publisher reports within the hour, who approved the original confirms afterwards."""
    assert original.flow is not None
    form = {WHEN: FieldSpec(type="past"), "撤下情况": FieldSpec(type="text")}
    report = Step(by=publish_step(original).by, do=Do.RECORD, act="补报撤下情况", due=REPORTED_IN, form=form)
    confirm = checks_of(original)[-1].model_copy(update={"act": "确认撤下", "passes": ""})
    draft = Step(by=(role,), do=Do.DRAFT, act="紧急撤下")
    flow = _derived(original.flow, AT_ONCE, "紧急撤下已发布的信息", (draft, report, confirm))
    return flow.model_copy(update={"urgent": True})


def _derived(flow: Flow, kind: str, label: str, steps: tuple[Step, ...]) -> Flow:
    base = flow.id.rpartition(":")[2]
    return flow.model_copy(update={"id": f"{kind}:{base}", "label": label, "short": "", "assumed": "", "steps": steps})


# ---- what the original shows ----------------------------------------------------------------------------------------


def is_down(followers: Iterable[Item]) -> Item | None:
    """The item by which the original was taken down, if it was."""
    return next(
        (f for f in followers if takes_down(f) and (f.state is State.DONE or kind_of(f) == AT_ONCE)), None
    )


def unfinished(followers: Iterable[Item]) -> Item | None:
    """A correction or a taking down of it that is still under way."""
    return next((f for f in followers if f.open), None)


def shown(
    followers: Sequence[Item], moves: Callable[[int], Sequence[Move]], name: Callable[[str], str]
) -> tuple[str, ...]:
    """One line for each thing that was done about a published post: by which number, when and by whom."""
    return tuple(line for f in followers if (line := _line(f, moves(f.id), name)))


def _line(follower: Item, moves: Sequence[Move], name: Callable[[str], str]) -> str:
    n, kind = follower.number, kind_of(follower)
    if follower.state is State.WITHDRAWN:
        return ""
    if kind == AT_ONCE:
        rest = "已确认" if follower.state is State.DONE else "待确认"
        why = follower.form.get(REASON, "")
        return f"已紧急撤下：{moment(follower.created_at)} {name(follower.author)}（{n}，{rest}）：{why}"
    if follower.open:
        return f"正在{'更正' if kind == CORRECT else '申请撤下'}，见 {n}"
    last = next((name(m.actor) for m in reversed(moves) if m.decision is Decision.DONE), name(follower.author))
    if kind == CORRECT and follower.published_at:
        return f"已更正，见 {n}：{moment(follower.published_at)} 由{last}发布（{name(follower.author)}更正）"
    return f"已撤下（{n}）：{follower.form.get(WHEN, '')} 由{last}撤下：{follower.form.get(REASON, '')}"


def moment(at: datetime) -> str:
    """3月17日 10:32."""
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
