"""放假安排还没公布的年份: 期限先暂定, 公布后改算; 谁来补上安排, 只说一次(A4, saws-R20 的期限)."""

from __future__ import annotations

from datetime import datetime

from bot.clock import BEIJING
from bot.config import CalendarConfig, Config
from storage.read import DeadlineRow
from tests.walks.conftest import Opens
from tests.walks.desk import Desk, replace
from tests.walks.flows import BUSINESS, books

DECEMBER = datetime(2026, 12, 30, 10, 0, tzinfo=BEIJING)


class DatedDesk(Desk):
    """A desk with a calendar file of its own."""

    def config(self) -> Config:
        file = self.folder / "days.toml"
        if not file.exists():
            file.write_text("", encoding="utf-8")
        return replace(super().config(), calendar=CalendarConfig(file=file))

    def publishes(self, text: str) -> None:
        """The file is written while the bot runs; the next sweep finds it."""
        (self.folder / "days.toml").write_text(text, encoding="utf-8")
        self.bot.settle()


def waiting(opens: Opens) -> tuple[DatedDesk, str]:
    """An item that waits for 审定 with a deadline of three working days over New Year."""
    desk = opens(DatedDesk, start=DECEMBER)
    assert isinstance(desk, DatedDesk)
    desk.says("wangfang", f"期限 {BUSINESS} 审定 3个工作日")
    desk.says("wangfang", "确认修改")
    number = desk.submits("limin", "年终检查情况\n已检查十家单位。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    return desk, number


def row(desk: Desk, number: str) -> DeadlineRow:
    with books(desk) as store:
        [found] = [row for row in store.deadlines(int(number)) if not row.closed]
        return found


def moved(desk: Desk, number: str) -> list[str]:
    with books(desk) as store:
        return [line.detail for line in store.audit(int(number)) if line.action == "期限改算"]


def test_a_year_that_is_not_known_is_told_once(opens: Opens) -> None:
    """暂按周一至周五计, 期限注明; 归口人员只被告知一次, 不是每件都说。"""
    desk, number = waiting(opens)
    assert row(desk, number).provisional
    assert "2027年放假安排未公布" in desk.says("wangfang", f"期限 {number}")
    second = desk.submits("limin", "另一次检查情况\n又检查十家单位。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=second)
    told = [text for text in desk.texts("wangfang") if "2027年的放假安排还没有" in text]
    assert len(told) == 1 and f"{number} 的期限暂按" in told[0]


def test_the_calendar_arrives(opens: Opens) -> None:
    """安排公布后, 暂定的期限从原来的起点、按原来那一版改算; 日期变了告诉办理人, 逐件留痕; 只改一次。"""
    desk, number = waiting(opens)
    desk.says("wangfang", "设置 截止时间 09:00")
    desk.says("wangfang", "确认修改")  # a later version: the item keeps its own
    before = row(desk, number)
    desk.publishes("off = [2027-01-01, 2027-01-04]\nwork = []\n")
    after = row(desk, number)
    assert not after.provisional and before.due_at and after.due_at and after.due_at > before.due_at
    assert "未公布" not in after.explanation
    told = [text for s in desk.seats for text in desk.texts(s.userid) if "按公布的放假安排改为" in text]
    assert len(set(told)) == 1 and told[0].startswith(f"{number} 的期限按公布的放假安排改为 1月")
    assert len(moved(desk, number)) == 1
    desk.dies()
    desk.bot.settle()
    desk.publishes("off = [2027-01-01]\n")
    assert row(desk, number).due_at == after.due_at and len(moved(desk, number)) == 1


def test_a_year_listed_without_a_day(opens: Opens) -> None:
    """文件写明 years = [2027]: 这一年按周一至周五就是准的; 日期没变不打扰人, 只留痕。"""
    desk, number = waiting(opens)
    before = row(desk, number)
    desk.publishes("years = [2027]\n")
    after = row(desk, number)
    assert (after.due_at, after.provisional) == (before.due_at, False) and "未公布" not in after.explanation
    assert not any("改为" in text for s in desk.seats for text in desk.texts(s.userid))
    assert moved(desk, number)[0].endswith("日期不变")


def test_no_reminder_twice(opens: Opens) -> None:
    """已经催过的一级, 改算后不再催一遍; 下一级接着来。"""
    desk, number = waiting(opens)
    desk.now(datetime(2027, 1, 5, 8, 40, tzinfo=BEIJING))
    with books(desk) as store:
        sent = [nag.rung for nag in store.nags(int(number))]
    assert sent and sent[-1] == "over:1"
    desk.publishes("off = [2027-01-01]\nwork = [2027-01-02]\n")
    desk.now(datetime(2027, 1, 12, 8, 40, tzinfo=BEIJING))
    with books(desk) as store:
        rungs = [nag.rung for nag in store.nags(int(number))]
    assert len(rungs) == len(set(rungs)) and "over:2" in rungs


def test_a_bad_file_changes_nothing(opens: Opens) -> None:
    """文件写坏了: 仍用原来的, 改好后再改算。"""
    desk, number = waiting(opens)
    before = row(desk, number)
    desk.publishes("off = [2027-01-01\n")
    assert row(desk, number) == before
    desk.publishes("off = [2027-01-01]\n")
    assert not row(desk, number).provisional


def test_a_restart_finds_the_calendar_too(opens: Opens) -> None:
    """停机时换的安排, 启动后一样改算。"""
    desk, number = waiting(opens)
    (desk.folder / "days.toml").write_text("off = [2027-01-01, 2027-01-04]\n", encoding="utf-8")
    desk.dies()
    desk.bot.settle()
    assert not row(desk, number).provisional and len(moved(desk, number)) == 1


def test_the_filing_is_reckoned_anew_too(opens: Opens) -> None:
    """备案确认的期限也一样。"""
    desk = opens(DatedDesk, start=datetime(2026, 12, 31, 10, 0, tzinfo=BEIJING))
    assert isinstance(desk, DatedDesk)
    number = desk.submits("limin", "年终检查情况\n已检查十家单位。", BUSINESS, channels="政务微信")
    desk.taps("heping", "可以公开并确认", number=number)
    head = next(s.userid for s in desk.seats if s.role == "unit_head" and s.unit == "监管一司")
    desk.taps(head, "同意并确认", number=number)
    publisher = next(s.userid for s in desk.seats if s.role == "publisher" and s.unit == "监管一司")
    desk.says(publisher, f"已发布 {number}\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/a")
    assert row(desk, number).key.endswith(":filing") and row(desk, number).provisional
    desk.publishes("off = [2027-01-01, 2027-01-04]\n")
    assert not row(desk, number).provisional
    assert any(text.startswith(f"{number} 的期限按公布的放假安排改为 1月5日") for text in desk.texts("wangfang"))
