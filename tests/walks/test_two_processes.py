"""不小心开了两个程序: 到期自动开始的事项、每天巡看名册、换制度文件, 都只办一次。"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bot.app import build
from bot.clock import BEIJING
from storage.db import open_writing
from storage.meta import keep_meta, meta
from tests.walks.conftest import Opens
from tests.walks.flows import books
from tests.walks.hospital import FILE, HOSPITAL

NOTED = "regulation file"  # under which the text of the file last seen is kept


def test_what_is_due_happens_once_with_two_processes(opens: Opens) -> None:
    """两个程序同时到点: 每个周期每个科室一份, 周期开始记一行, 名册缺额每天只说一次。"""
    desk = opens(slug=FILE, seats=[seat for seat in HOSPITAL if seat.userid != "guozhu"])  # 外科 has no head
    other = build(desk.config(), desk.clock, threads=False)
    desk.clock.set(datetime(2025, 4, 3, 20, 30, tzinfo=BEIJING))
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(bot.settle) for bot in (desk.bot, other)]:
            done.result(60)
    other.stop()
    desk.now(desk.clock.now())

    with books(desk) as store:
        begun = [(x.flow.id, x.period, x.unit) for x in store.items(limit=1000) if x.flow and x.flow.every]
        gaps = [(line.at.date(), line.detail) for line in store.audit(limit=10_000) if line.action == "名册缺额"]
        texts = [line.detail for line in store.audit(limit=10_000) if line.action == "周期开始"]
    assert begun
    assert len(begun) == len(set(begun))
    assert len(texts) == len(set(texts))
    assert gaps
    assert len(gaps) == len(set(gaps))
    april = [text for text in desk.texts("bairu") if "科室供稿月报" in text and "4月30日" in text]
    assert len(april) == 1


def test_a_changed_policy_file_is_noted_once_by_two_processes(opens: Opens) -> None:
    """换了制度文件, 两个程序先后启动: 一个新版本, 一行记录。"""
    desk = opens(slug=FILE, seats=HOSPITAL)
    db = open_writing(desk.config().storage.path)
    keep_meta(db, desk.org, NOTED, meta(db, desk.org, NOTED) + "\n# 旧的一份\n")
    db.close()
    with ThreadPoolExecutor() as pool:
        two = [pool.submit(build, desk.config(), desk.clock, threads=False) for _ in range(2)]
        for bot in [one.result(60) for one in two]:
            bot.stop()
    with books(desk) as store:
        assert [line.action for line in store.audit(limit=10_000)].count("更换制度文件") == 1
        assert store.policy_version() == 1
