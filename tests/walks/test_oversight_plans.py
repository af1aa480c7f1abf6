"""方案 (saws-R4): posts are linked to it, and it says what is done and who owes the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rules.effects import Record, SaveItem
from bot.rules.item import Item, State, Version
from bot.rules.regulation import Kind
from storage.apply import apply
from storage.db import open_writing, transaction
from tests.walks.desk import CORP, Desk
from tests.walks.flows import BUSINESS, CAST, LINKS

UNITS = ("监管一司", "应急指挥中心", "监管三司")
LINES = "\n".join(f"{n}. {UNITS[n % 3]} 3月{n + 17}日 第{n}讲" for n in range(1, 13))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, seats=CAST) as desk:
        yield desk
        assert desk.platform.violations() == []


def plan(desk: Desk, state: State = State.DONE) -> str:
    """An approved plan of twelve posts, from another process."""
    now = desk.clock.now()
    item = Item(
        id=900, org=CORP, kind=Kind.MATTER, unit="人事司(宣教办)", author="wangfang", created_at=now, state=state,
        flow=desk.regulation.flow_of("plan"), position=1, round=1, since=now,
        current=Version(1, "安全生产月发布方案", LINES, by="wangfang", at=now),
    )  # fmt: skip
    db = open_writing(desk.config().storage.path)
    with transaction(db):
        apply(db, [SaveItem(item), Record("wangfang", "审定", item.id)], org=CORP, cause="plan", now=now)
    db.close()
    return item.number


def published(desk: Desk, number: str) -> None:
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    desk.later(minutes=7)
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")


def test_a_plan_counts_what_was_published_and_names_who_owes_the_next(desk: Desk) -> None:
    no = plan(desk)
    assert "已发布 0/12，下一篇由应急指挥中心写：1. 应急指挥中心" in desk.says("wangfang", f"方案 {no}")
    post = desk.submits("limin", "安全生产月第3讲\n用电安全。", BUSINESS)
    assert f"{post} 已关联方案 {no}《安全生产月发布方案》" in desk.says("limin", f"关联 {post} {no}")
    assert "在办 3. 监管一司" in desk.says("limin", f"方案 {no}")
    published(desk, post)
    shown = desk.says("caoxin", f"方案 {no}")  # 监管三司 is to write some of it
    assert "已发布 1/12" in shown and f"已发布 3. 监管一司 3月20日 第3讲（{post}" in shown and "未写 4. " in shown
    assert "没有您可以查看" in desk.says("guoliang", f"方案 {no}")


def test_who_oversees_links_too_and_the_drafter_is_told(desk: Desk) -> None:
    no = plan(desk)
    post = desk.submits("limin", "安全生产月第3讲\n用电安全。", BUSINESS)
    desk.says("wangfang", f"关联 {post} {no}")
    assert f"已关联方案 {no}" in desk.texts("limin")[-1]
    assert "没有您可以关联" in desk.says("caoxin", f"关联 {post} {no}")
    assert "不再关联" in desk.says("limin", f"取消关联 {post}")
    assert "没有关联方案" in desk.says("limin", f"取消关联 {post}")


def test_only_an_approved_plan_takes_posts(desk: Desk) -> None:
    no = plan(desk, State.RUNNING)
    post = desk.submits("limin", "安全生产月第3讲\n用电安全。", BUSINESS)
    assert "审定后才能关联" in desk.says("limin", f"关联 {post} {no}")
    assert f"{post} 不是发布方案" in desk.says("limin", f"关联 {post} {post}")
    assert "没有您可以查看的方案" in desk.says("limin", f"方案 {post}")


@pytest.mark.rule("saws-R4")
def test_the_plan_for_the_safety_month_from_its_draft_to_the_fifth_post(desk: Desk) -> None:
    """三: 王芳拟定“安全生产月发布方案”, 周主任审定; 第5篇关联的稿件发布后是 5/12, 下一篇由监管三司写。"""
    units = ["监管一司"] * 5 + ["监管三司"] * 7
    text = "\n".join(f"{n}. {unit} 3月{n + 17}日 第{n}讲" for n, unit in enumerate(units, 1))
    desk.says("wangfang", "发起 重大安全生产活动信息发布方案")
    no = re.findall(r"编号 (\d+)", desk.says("wangfang", f"安全生产月发布方案\n{text}"))[0]
    desk.taps("wangfang", "送审", number=no)
    desk.taps("zhouzhuren", "同意", number=no)
    for n in range(1, 6):
        post = desk.submits("limin", f"安全生产月第{n}讲\n用电安全第{n}讲的内容。", BUSINESS)
        desk.says("limin", f"关联 {post} {no}")
        published(desk, post)
    shown = desk.says("caoxin", f"方案 {no}")
    assert shown.startswith(f"{no}《安全生产月发布方案》已发布 5/12，下一篇由监管三司写：6. 监管三司 3月23日 第6讲。")
    assert shown.count("已发布 ") == 6 and shown.count("未写 ") == 7
