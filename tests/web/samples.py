"""A bureau, its people and a few items at different places: what the tests of the pages begin with."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from bot.regulation import load
from bot.rules.effects import (
    AcknowledgeFiling,
    CloseDeadlines,
    Delegate,
    Effect,
    FileItem,
    GrantPublishing,
    KeepMove,
    KeepVersion,
    MarkNagged,
    OpenDeadline,
    Record,
    SaveItem,
    Send,
)
from bot.rules.item import Decision, Item, Link, Media, Move, State, Version
from bot.rules.messages import Text
from bot.rules.regulation import Flow, Kind
from bot.rules.roster import Seat
from storage.apply import apply
from storage.db import transaction
from storage.media import keep_content, keep_received
from storage.roster import replace_seats
from storage.sending import claim, mark_failed

ORG = "saws"
SAWS = load("saws")
NOW = datetime(2025, 3, 18, 1, 30, tzinfo=UTC)  # 9:30 in Beijing, a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WANG, SUN, LI, HE, CHEN = "wang", "sun", "li", "he", "chen"
LIU, ZHOU, QIAN, WU, ZHAO, XU = "liu", "zhou", "qian", "wu", "zhao", "xu"
SEATS = (
    Seat(WANG, "王晓", "监管一司", "informant"),
    Seat(SUN, "孙敏", "监管一司", "secrecy"),
    Seat(LI, "李建国", "监管一司", "unit_head"),
    Seat(HE, "何平", "监管一司"),
    Seat(CHEN, "陈洁", "监管一司", "publisher"),
    Seat(LIU, "刘洋", "人事司(宣教办)", "central_officer"),
    Seat(ZHOU, "周婷", "人事司(宣教办)", "central_head"),
    Seat(QIAN, "钱磊", "宣传教育中心", "collector"),
    Seat(WU, "吴刚", "办公厅", "office_officer"),
    Seat(ZHAO, "赵一", "政策法规司", "informant"),  # has no part in anything here
    Seat(XU, "徐岩", "监管一司", "leader"),  # above both
    Seat(XU, "徐岩", "宣传教育中心", "leader"),
)

BODY = (
    "取暖设备不要长时间无人看管,离开房间前先断电。\n"
    "插线板不超负荷,不在被褥附近用电暖器;发现电线发热、有焦味,立即断电检修。\n"
    "(来源:宣传教育中心)"
)


def png(width: int = 640, height: int = 360) -> bytes:
    """A quiet gradient."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((206 - y // 6, 220 - y // 8, 236 - y // 20)) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def flow(name: str) -> Flow:
    return SAWS.flow_of(name)


def move(step: int, actor: str, role: str, decision: Decision, version: Version, at: datetime, **more: object) -> Move:
    given: dict[str, object] = {"round": 1, **more}
    return Move(
        step=step, version=version.no, fingerprint=version.fingerprint, actor=actor, role=role, decision=decision,
        at=at, **given,  # type: ignore[arg-type]
    )  # fmt: skip


def do(db: Database, *effects: Effect, now: datetime = NOW) -> None:
    """As the dispatcher does: one transaction, with a line of 留痕."""
    needs = not any(isinstance(effect, Record) for effect in effects)
    with transaction(db):
        apply(db, [*effects, *([Record("system", "样例")] if needs else [])], org=ORG, cause="sample", now=now)


def people(db: Database) -> None:
    with transaction(db):
        replace_seats(db, ORG, SEATS, NOW - 30 * DAY, "liu")
    do(db, GrantPublishing(CHEN, "publisher", "监管一司", LIU), now=NOW - 20 * DAY)


# ---- 0123: checked, late, reminded --------------------

FIRST = Version(
    1, "冬季用电安全小知识", BODY.replace("插线板不超负荷,", "插线板负荷不超过80%,"), by=WANG, at=NOW - 1 * DAY,
    channels=("weibo", "weixin"),
)  # fmt: skip
PICTURE = Media("m1", "image", size=0, format="png")
SECOND = Version(
    2, "冬季用电安全小知识", BODY, media=(PICTURE, Media("m2", "video", size=5_400_000, format="mp4")),
    by=WANG, at=NOW - 20 * HOUR, channels=("weibo", "weixin"),
)  # fmt: skip
RUNNING = Item(
    id=123, org=ORG, kind=Kind.POST, unit="监管一司", author=WANG, created_at=NOW - 1 * DAY, state=State.RUNNING,
    flow=flow("business"), position=2, round=2, current=SECOND, since=NOW - 18 * HOUR, channels=("weibo", "weixin"),
    column="生产安全百科", scope="需要发布、回复或转发的其他事项", scope_reason="冬季用电高峰",
    form={"资料出处": "宣传教育中心提供"}, ticks={"报中国政府网发布": WANG}, explained={"内部": "引用公开文件的标题"},
    escalated=(XU,),
)  # fmt: skip


def running(db: Database) -> None:
    """王 submits, 孙 asks upwards and returns, 王 mends, 孙 passes; 李 is away, 何 stands in, and it is late."""
    do(db, Delegate(LI, HE, NOW - 2 * DAY, NOW + 2 * DAY), now=NOW - 2 * DAY)
    asked = "第二句的“80%”没有出处,请示宣教中心。"
    returned = "数据没有出处,请删去或注明来源。"
    do(
        db, SaveItem(RUNNING), KeepVersion(123, FIRST),
        KeepMove(123, move(0, WANG, "informant", Decision.SUBMITTED, FIRST, NOW - 24 * HOUR)),
        Record(WANG, "送审", 123, f"业务活动;校验 {FIRST.short_print}", version=1), now=NOW - 24 * HOUR,
    )  # fmt: skip
    do(
        db, KeepMove(123, move(1, SUN, "secrecy", Decision.HELD, FIRST, NOW - 23 * HOUR, reason=asked)),
        Record(SUN, "请示", 123, f"保密审查:请示:{asked}", "secrecy", 1), now=NOW - 23 * HOUR,
    )  # fmt: skip
    do(
        db, KeepMove(123, move(1, SUN, "secrecy", Decision.RETURNED, FIRST, NOW - 22 * HOUR, reason=returned)),
        Record(SUN, "不予公开", 123, f"保密审查:不予公开:{returned}", "secrecy", 1), now=NOW - 22 * HOUR,
    )  # fmt: skip
    do(
        db, KeepVersion(123, SECOND),
        KeepMove(123, move(0, WANG, "informant", Decision.SUBMITTED, SECOND, NOW - 20 * HOUR, round=2)),
        Record(WANG, "送审", 123, f"业务活动;校验 {SECOND.short_print}", version=2), now=NOW - 20 * HOUR,
    )  # fmt: skip
    do(
        db, KeepMove(123, move(1, SUN, "secrecy", Decision.PASSED, SECOND, NOW - 18 * HOUR, round=2)),
        Record(SUN, "可以公开", 123, "保密审查:可以公开", "secrecy", 2),
        OpenDeadline(
            "123:2:2", 123, NOW - 3 * HOUR, (("ahead:2h", NOW - 5 * HOUR), ("over:1", NOW - HOUR)),
            "收到 3月17日 15:30 → 15小时(连续计算) → 截止 3月18日 06:30", provisional=True,
        ),
        now=NOW - 18 * HOUR,
    )  # fmt: skip
    do(db, MarkNagged("123:2:2", "ahead:2h"), Record("system", "催办", 123, "ahead:2h → 何平"), now=NOW - 5 * HOUR)
    do(
        db, MarkNagged("123:2:2", "over:1"), Record("system", "催办", 123, "over:1 → 何平、李建国"),
        Record("sys", "failed", 123, "TextReceived: ValueError"), now=NOW - HOUR,
    )  # fmt: skip
    with transaction(db):
        keep_received(db, ORG, "m1", keep_content(db, ORG, png(), "png", NOW), NOW)


def lose_a_message(db: Database) -> None:
    do(db, Send(LI, Text("【待您审定】0123"), "lost:1", item=123), now=NOW - 4 * HOUR)
    with transaction(db):
        job = claim(db, ORG, NOW - 4 * HOUR, HOUR)
        assert job
        mark_failed(db, ORG, job, NOW - 4 * HOUR, code=60111, why="不在应用可见范围")


# ---- 0124 … filed --------------------


def filed(
    db: Database, id: int, no: str, title: str, at: datetime, *, by: str = LI, acting_for: str = "",
    acknowledged: bool = True, form: dict[str, str] | None = None, flow_id: str = "business",
) -> None:  # fmt: skip
    """Published and filed; the whole chain of checks."""
    version = Version(1, title, BODY, by=WANG, at=at - 5 * HOUR, channels=("weibo", "weixin"))
    links = (
        Link("新浪网", "https://weibo.example/1234567/AbCdEf?from=page", by=CHEN, at=at),
        Link("腾讯网", omitted="已停用", by=CHEN, at=at),
        Link("腾讯微信公众服务号", "https://mp.weixin.example/s/9f3kQ2v", by=CHEN, at=at),
    )
    item = Item(
        id=id, org=ORG, kind=Kind.POST, unit="监管一司", author=WANG, created_at=at - 5 * HOUR, state=State.DONE,
        flow=flow(flow_id), position=3, round=1, current=version, since=at, channels=("weibo", "weixin"),
        links=links, platforms=tuple(link.platform for link in links), approved_at=at - HOUR, published_at=at,
        filing_no=no, form=form or {},
    )  # fmt: skip
    do(
        db, SaveItem(item), KeepVersion(id, version),
        KeepMove(id, move(0, WANG, "informant", Decision.SUBMITTED, version, at - 5 * HOUR)),
        KeepMove(id, move(1, SUN, "secrecy", Decision.PASSED, version, at - 4 * HOUR)),
        KeepMove(id, move(2, by, "unit_head", Decision.PASSED, version, at - HOUR, acting_for=acting_for)),
        KeepMove(id, move(3, CHEN, "publisher", Decision.DONE, version, at)),
        FileItem(id, no, at, ("central_officer",)), CloseDeadlines(id), Record("system", "备案", id, f"备 {no}"),
        now=at,
    )  # fmt: skip
    if acknowledged:
        do(db, AcknowledgeFiling(id, LIU), Record(LIU, "备案确认", id, f"备 {no}"), now=at + HOUR)


# ---- 0456: private --------------------

SECRET = Version(1, "举报某化工厂瞒报事故", "联系电话 13812345678", by=QIAN, at=NOW - 5 * HOUR)
PETITION = Item(
    id=456, org=ORG, kind=Kind.COMMENT, unit="宣传教育中心", author=QIAN, created_at=NOW - 5 * HOUR,
    state=State.RUNNING, flow=flow("petition"), position=2, round=1, current=SECRET, since=NOW - 2 * HOUR,
    escalated=(XU,),
)  # fmt: skip


def petition(db: Database) -> None:
    """钱 registers, 刘 hands it on, 吴 works on it; 周 oversees without a step."""
    do(
        db, SaveItem(PETITION), KeepVersion(456, SECRET),
        KeepMove(456, move(0, QIAN, "collector", Decision.SUBMITTED, SECRET, NOW - 5 * HOUR)),
        KeepMove(456, move(1, LIU, "central_officer", Decision.DONE, SECRET, NOW - 2 * HOUR)),
        OpenDeadline(
            "456:1:2", 456, datetime(2025, 4, 2, 16, 0, tzinfo=UTC), (),
            "收到 3月18日 07:30 → 计15天 → 截止 4月2日 24:00",
        ),
    )  # fmt: skip


# ---- 0007: somebody tries --------------------

SCRIPT = "<script>alert(1)</script>"
HOSTILE_VERSION = Version(1, f'停水通知 {SCRIPT} " onload="x', f"正文 {SCRIPT} &amp; <b>", by=WANG, at=NOW)
HOSTILE = replace(
    RUNNING, id=7, unit=f"司{SCRIPT}", position=2, round=1, current=HOSTILE_VERSION, column=SCRIPT, scope=SCRIPT,
    scope_reason=SCRIPT, form={SCRIPT: SCRIPT}, ticks={SCRIPT: WANG}, explained={SCRIPT: SCRIPT},
    links=(Link(SCRIPT, "javascript:alert(1)"), Link("二", f"https://x.example/{SCRIPT}"), Link("三", omitted=SCRIPT)),
)  # fmt: skip


def hostile(db: Database) -> None:
    older = replace(HOSTILE_VERSION, no=0, body=f"旧 {SCRIPT}")
    do(
        db, SaveItem(HOSTILE), KeepVersion(7, HOSTILE_VERSION), KeepVersion(7, older),
        KeepMove(7, move(1, SUN, "secrecy", Decision.PASSED, HOSTILE_VERSION, NOW, reason=SCRIPT, form={"x": SCRIPT})),
        Record(WANG, SCRIPT, 7, SCRIPT), FileItem(7, "2025-900", NOW, ()),
        OpenDeadline("7:1:2", 7, NOW, (), SCRIPT),
    )  # fmt: skip


def everything(db: Database) -> None:
    people(db)
    running(db)
    lose_a_message(db)
    filed(db, 110, "2025-001", "春节期间烟花爆竹安全提示", datetime(2025, 1, 24, 6, 0, tzinfo=UTC))
    filed(db, 118, "2025-002", "复工复产安全检查要点", datetime(2025, 2, 17, 2, 12, tzinfo=UTC), by=HE, acting_for=LI)
    filed(db, 121, "2025-003", "一季度危险化学品事故统计分析", datetime(2025, 3, 10, 8, 5, tzinfo=UTC))
    filed(db, 122, "2025-004", "=HYPERLINK(\"http://x\")", datetime(2025, 3, 17, 9, 40, tzinfo=UTC), acknowledged=False)
    filed(db, 90, "2024-031", "去年的一件", datetime(2024, 12, 31, 15, 59, tzinfo=UTC))
    filed(db, 91, "2025-000", "跨年的一件", datetime(2024, 12, 31, 16, 0, tzinfo=UTC))
    petition(db)
    hostile(db)
