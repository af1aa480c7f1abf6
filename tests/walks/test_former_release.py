"""升级: a database of the former release, with items under way in it, is opened by this one and goes on working."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.rules.item import State
from storage.db import open_writing
from storage.schema import migrate, migrations
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import BUSINESS, LINKS, books

LATER_ON = "accounts_and_units"  # the first migration that the former release did not have
NEW_IN_ITEM = ("units", "lap", "account", "about", "plan", "period", "publish_at", "batch", "files", "held", "held_by",
               "named")  # fmt: skip
NEW_IN_MOVE = ("unit", "lap")
NEW_IN_FLOW = ("begin", "on_change")
NEW_IN_STEP = ("vacant", "note")
NEW_IN_FIELD = ("clause", "must")


def without(doc: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in doc.items() if key not in names}


def former(doc: dict[str, Any], table: str) -> dict[str, Any]:
    """A stored value as the former release wrote it."""
    if table == "moves":
        return without(doc, NEW_IN_MOVE)
    flow = doc.get("flow")
    return without(doc, NEW_IN_ITEM) | {"flow": flow and former_flow(flow)}


def former_flow(flow: dict[str, Any]) -> dict[str, Any]:
    steps = [without(step, NEW_IN_STEP) | {"form": former_form(step["form"])} for step in flow["steps"]]
    return without(flow, NEW_IN_FLOW) | {"steps": steps, "form": former_form(flow["form"])}


def former_form(form: dict[str, Any]) -> dict[str, Any]:
    return {name: without(spec, NEW_IN_FIELD) for name, spec in form.items()}


def set_back(path: Path) -> None:
    """Replace the database by one of the former release with the same rows, as far as it had tables for them."""
    old = path.with_name("former.db")
    db = open_writing(old)
    migrations.apply(db, stop_before=LATER_ON)
    own = [name for name in db.table_names() if not name.startswith(("_", "sqlite_"))]
    tables = {name: set(db.table(name).columns_dict) for name in own}
    with closing(sqlite3.connect(path)) as present:
        present.row_factory = sqlite3.Row
        for name in sorted(tables, key=lambda name: name not in ("items", "media", "deadlines")):
            for row in present.execute(f"SELECT * FROM {name} ORDER BY 1, 2"):
                kept = {key: value for key, value in zip(row.keys(), row, strict=True) if key in tables[name]}
                if name in ("items", "moves"):
                    kept["doc"] = json.dumps(former(json.loads(kept["doc"]), name), ensure_ascii=False)
                marks = ", ".join("?" * len(kept))
                db.execute(f"INSERT INTO {name} ({', '.join(kept)}) VALUES ({marks})", tuple(kept.values()))
    db.close()
    for rest in path.parent.glob(f"{path.name}*"):
        rest.unlink()
    old.rename(path)


@dataclass
class UpdatedDesk(Desk):
    """A desk whose bot is stopped, put back to the former release's database, and started as this release."""

    def is_updated(self) -> None:
        self._stop()
        set_back(self.config().storage.path)
        self._start()


def drafted(desk: Desk, text: str) -> str:
    return desk.submits("limin", text, BUSINESS, column="生产安全百科", scope="其他", answers=("日常知识",))


def test_a_former_release_had_neither_tables_nor_fields(opens: Opens) -> None:
    """What is set back is really the former form: otherwise the next test would prove nothing."""
    desk = opens(UpdatedDesk)
    drafted(desk, "冬季用电\n离家要断电。")
    desk._stop()
    path = desk.config().storage.path
    set_back(path)
    with closing(sqlite3.connect(path)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        docs = [json.loads(doc) for (doc,) in db.execute("SELECT doc FROM items UNION ALL SELECT doc FROM moves")]
    assert not tables & {"accounts", "account_changes", "begun", "units", "handovers"}
    assert docs
    assert not [key for doc in docs for key in doc if key in {*NEW_IN_ITEM, *NEW_IN_MOVE} - {"unit"}]
    desk._start()


def test_a_card_sent_before_the_update_decides_after_it(opens: Opens) -> None:
    """升级前发出的卡片, 升级后点了照样算数; 期限还在, 催办照常; 一路办到发布和备案。"""
    desk = opens(UpdatedDesk)
    assert isinstance(desk, UpdatedDesk)
    number = drafted(desk, "冬季用电\n离家要断电。")
    desk.taps("heping", "可以公开并确认", number=number)
    other = drafted(desk, "夏季防汛\n雨天不要靠近河道。")
    before = [(d.key, d.due_at, d.rung) for d in _deadlines(desk)]
    assert before

    desk.is_updated()

    assert [(d.key, d.due_at, d.rung) for d in _deadlines(desk)] == before
    desk.taps("liuyang", "同意并确认", number=number)  # a card of the former release
    desk.taps("heping", "可以公开并确认", number=other)
    desk.now(desk.clock.now() + timedelta(days=3))
    assert [text for text in desk.texts("liuyang") if text.startswith(("【催办", "【逾期")) and other in text]
    desk.says("liuyang", f"退回 {other} 请写明雨量")
    desk.says("limin", f"改 {other} 夏季防汛\n暴雨天不要靠近河道。")
    desk.says("limin", f"送审 {other}")
    desk.taps("heping", "可以公开并确认", number=other)
    desk.taps("zhangwei", "已发布", number=number)
    desk.says("zhangwei", LINKS)
    desk.taps("wangfang", "确认收到", number=number)

    with books(desk) as store:
        [one, two] = (store.item(int(number)), store.item(int(other)))
        assert one and two
        assert (one.state, bool(one.published_at), bool(one.filing_no)) == (State.DONE, True, True)
        assert (two.state, two.step and two.step.act, two.round) == (State.RUNNING, "审定", 2)
        assert store.accounts(), "the accounts the regulation names are in the register from the update on"


def test_an_update_is_made_once(opens: Opens, tmp_path: Path) -> None:
    """升级中断了再来一次, 或来两次, 结果一样。"""
    desk = opens(UpdatedDesk)
    drafted(desk, "冬季用电\n离家要断电。")
    desk._stop()
    path = desk.config().storage.path
    set_back(path)
    for _ in range(2):
        db = open_writing(path)
        migrate(db)
        tables = {name: db.table(name).count for name in db.table_names() if name in ("items", "moves", "cards")}
        db.close()
    assert tables["items"] == 1
    assert tables["moves"] == 1
    desk._start()


def _deadlines(desk: Desk) -> tuple[Any, ...]:
    with books(desk) as store:
        return store.open_deadlines()
