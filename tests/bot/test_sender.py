from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.delivery import TEXT_BYTES, ApiError, OutcomeUnknown, Sent, Verdict, size
from bot.rules.effects import FetchMedia, Send, SetReachable, UpdateCard
from bot.rules.events import MediaFetched, MediaLost, MessageFailed
from bot.rules.messages import Attachment
from bot.sender import LEASE, Sender, deliver_one
from bot.writer import WriterStopped
from storage.media import keep_content
from storage.sending import OUT_OF_RANGE, WITHHELD, Job, claim, mark_failed, mark_retry, mark_sent
from tests.bot.desk import Call, Desk, ListPlatform, open_desk
from tests.storage.samples import LI, NOW, ORG, SAVED, ZHANG, ask, card, text

BUSY = ApiError(-1, "system busy", Verdict.RETRY)
GONE = ApiError(60111, "userid not found", Verdict.DROP)
WRONG = ApiError(45002, "content size out of limit", Verdict.NEVER)
LOST = OutcomeUnknown("timeout")
HOUR = timedelta(hours=1)
PICTURE = Attachment(sha256(b"picture").hexdigest(), "图.jpg")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "shenfa.db") as desk:
        desk.does(*SAVED)
        yield desk


def states(desk: Desk) -> dict[str, str]:
    return {str(key): str(state) for key, state in desk.rows("SELECT key, state FROM outbox")}


def failed(desk: Desk) -> list[MessageFailed]:
    return [event for event in desk.heard if isinstance(event, MessageFailed)]


# ---- texts ---------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_once(desk: Desk) -> None:
    desk.does(text("一", "n:1"), text("二", "n:2", LI))
    assert desk.delivers() == [("text", ZHANG, "一"), ("text", LI, "二")]
    assert desk.delivers() == []
    assert desk.reads(lambda reader: reader.waiting_to(ZHANG)) == 0


def test_a_long_text_leaves_in_parts(desk: Desk) -> None:
    desk.does(text("\n".join(f"第{number}条" * 20 for number in range(100)), "n:1"))
    calls = desk.delivers()
    assert len(calls) > 1
    assert all(size(call[2]) <= TEXT_BYTES for call in calls)
    assert "第99条" in calls[-1][2]


def test_a_failure_is_tried_again_later(desk: Desk) -> None:
    """With the same id: the platform swallows a repeat of the same request."""
    desk.does(text("一", "n:1"))
    desk.platform.faults = [BUSY]
    assert len(desk.delivers()) == 1
    assert desk.delivers() == []
    desk.waits(hours=1)
    assert len(desk.delivers()) == 1
    assert len(set(desk.platform.once)) == 1
    assert states(desk) == {"n:1": "sent"}


def test_one_that_cannot_be_sent_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.does(text("一", "n:1"), text("二", "n:2", LI))
    desk.platform.faults = [RuntimeError("a bug of ours")]
    assert desk.delivers() == [("text", ZHANG, "一"), ("text", LI, "二")]
    assert states(desk) == {"n:1": "waiting", "n:2": "sent"}
    [news] = failed(desk)
    assert (news.fault, news.userids) == (True, ())


def test_an_operator_hears_once_of_a_fault(desk: Desk) -> None:
    """配置故障: 每个错误码每天告诉一次, 消息留着等。"""
    desk.does(text("一", "n:1"), text("二", "n:2", LI))
    desk.platform.faults = [ApiError(60020, "ip", Verdict.FAULT)] * 4
    desk.delivers()
    desk.waits(hours=1)
    desk.delivers()
    assert [(news.code, news.fault, news.final) for news in failed(desk)] == [(60020, True, False)]
    desk.waits(hours=1)
    desk.delivers()
    assert set(states(desk).values()) == {"sent"}


@pytest.mark.parametrize("no", [GONE, Sent("m", unreached=(ZHANG,))])
def test_a_person_who_cannot_be_reached_is_told_of(desk: Desk, no: ApiError | Sent) -> None:
    """没收到: 记下来, 告诉该知道的人。"""
    desk.does(text("一", "n:1", item=1), text("二", "n:2", LI, item=1))
    desk.platform.faults = [no]
    desk.delivers()
    [news] = failed(desk)
    assert (news.userids, news.item, news.fault, news.final) == ((ZHANG,), 1, False, True)
    [failure] = desk.reads(lambda reader: reader.failures(1))
    assert (failure.userid, failure.outbox_id) == (ZHANG, news.outbox_id)
    assert states(desk) == {"n:1": "failed", "n:2": "sent"}


def test_news_is_told_again_until_it_is_heard(desk: Desk) -> None:
    desk.does(text("一", "n:1"), text("二", "n:2", LI))
    desk.platform.faults = [GONE]
    desk.answers["MessageFailed"] = ZeroDivisionError()
    assert len(desk.delivers()) == 2
    desk.waits(minutes=4)
    desk.delivers()
    assert len(failed(desk)) == 1
    desk.answers.clear()
    desk.waits(minutes=2)
    desk.delivers()
    desk.waits(hours=1)
    desk.delivers()
    assert len(failed(desk)) == 2


# ---- order ---------------------------------------------------------------------------------------------------------


def test_what_failed_holds_back_its_own_item_only(desk: Desk) -> None:
    """同一事项、同一接收人: 先来的先到。"""
    desk.does(text("一", "n:1", item=1), text("二", "n:2", item=1), text("三", "n:3", item=2), text("四", "n:4", LI))
    desk.platform.faults = [BUSY]
    assert [call[2] for call in desk.delivers()] == ["一", "三", "四"]
    desk.waits(hours=1)
    assert [call[2] for call in desk.delivers()] == ["一", "二"]


def test_one_given_up_lets_the_next_pass(desk: Desk) -> None:
    """Other texts, and a card that came of another event."""
    desk.does(text("一", "n:1", item=1), text("二", "n:2", item=1))
    desk.does(ask(), cause="another")
    desk.platform.faults = [GONE]
    assert [call[2] for call in desk.delivers()] == ["一", "二", "t1"]


PARTS = "\n".join("长" * 300 for _ in range(3))


@pytest.mark.parametrize("fails", [0, 1, 2, 3])  # two parts of the text, the upload, the picture
def test_a_card_does_not_arrive_without_its_text(desk: Desk, fails: int) -> None:
    """原文(每一段、每个附件)没有送达, 卡片就不单独发; 记下来, 卡片不算在办。"""
    desk.writer.submit(lambda db: keep_content(db, ORG, b"picture", "jpeg", NOW)).result(10)
    desk.does(text(PARTS, "n:1", item=1), Send(ZHANG, PICTURE, "a:1", item=1), ask(), cause="sent")
    desk.platform.faults = [*[None] * fails, WRONG]
    assert "card" not in [call[0] for call in desk.delivers()]
    assert sorted(states(desk).values()) == ["failed", "failed", "sent", "sent"]
    assert states(desk)["card:t1"] == "failed"
    assert desk.reads(lambda reader: reader.card("t1")).state == "failed"
    assert [(news.final, news.withheld) for news in failed(desk)] == [(True, False), (True, True)]
    assert not desk.reads(lambda reader: reader.was_shown(1, ZHANG, 1, 1))


def test_a_card_is_kept_back_for_its_own_text_only(desk: Desk) -> None:
    """别的事项、别的人、别的一次发送, 照常送到。"""
    desk.does(text("一", "n:1", item=1), ask("t1"), ask("t2", to=LI), ask("t3", item=2), cause="first")
    desk.does(ask("t4"), cause="second")
    desk.platform.faults = [WRONG]
    desk.delivers()
    assert {key for key, state in states(desk).items() if state == "failed"} == {"n:1", "card:t1"}
    [_, card] = desk.reads(lambda reader: reader.failures(1))
    assert card.why == WITHHELD


def test_a_card_is_kept_back_for_a_notice_in_a_digest(desk: Desk) -> None:
    desk.does(*notices(12), ask("t3", item=3), ask("t20", item=20), cause="first")
    desk.platform.faults = [WRONG]
    desk.delivers()
    assert (states(desk)["card:t3"], states(desk)["card:t20"]) == ("failed", "sent")


def test_after_a_day_without_the_platform_all_arrive(desk: Desk) -> None:
    """平台停一天: 恢复后按次序送到, 各一次, 没有一条放弃。"""
    desk.does(text("原文", "n:1", item=1), ask(), text("另一件", "n:2", LI, item=2), cause="sent")
    for _ in range(48):
        desk.platform.faults = [LOST] * 9
        desk.delivers()
        desk.waits(minutes=30)
    desk.platform.faults, desk.platform.calls[:] = [], []
    assert not desk.reads(lambda reader: reader.was_shown(1, ZHANG, 1, 1))
    desk.waits(minutes=36)
    calls = desk.delivers()
    assert [call[:3] for call in calls if call[1] == ZHANG] == [("text", ZHANG, "原文"), ("card", ZHANG, "t1")]
    assert [call[2] for call in calls if call[1] == LI] == ["另一件"]
    assert failed(desk) == []
    assert desk.reads(lambda reader: reader.was_shown(1, ZHANG, 1, 1))


def test_who_left_the_visible_range_is_not_tried(desk: Desk) -> None:
    """不在可见范围: 不再发, 立即记为没有送达; 回来以后照常。"""
    desk.does(SetReachable(ZHANG, False), text("一", "n:1", item=1), ask(), text("二", "n:2", LI, item=1))
    assert desk.delivers() == [("text", LI, "二")]
    assert states(desk) == {"n:1": "failed", "card:t1": "failed", "n:2": "sent"}
    assert [news.why for news in failed(desk)] == [OUT_OF_RANGE, WITHHELD]
    desk.does(SetReachable(ZHANG, True), text("三", "n:3", item=1))
    assert desk.delivers() == [("text", ZHANG, "三")]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([ZHANG, LI]), st.sampled_from([None, 1, 2])), min_size=1, max_size=8),
    st.lists(st.sampled_from([None, BUSY, LOST, GONE]), max_size=8),
)
def test_nothing_overtakes_within_an_item_and_receiver(
    queue: list[tuple[str, int | None]], faults: list[Exception | None]
) -> None:
    """Whatever fails on the way: what arrives, arrives in order, once, and nothing is forgotten."""
    with TemporaryDirectory() as folder, open_desk(Path(folder) / "shenfa.db") as desk:
        desk.does(*(text(f"{number}", f"n:{number}", to, item) for number, (to, item) in enumerate(queue)))
        desk.platform.faults = list(faults)
        for _ in range(20):
            desk.delivers()
            desk.waits(hours=1)
        arrived = [int(str(key)[2:]) for (key,) in desk.rows(
            "SELECT key FROM outbox WHERE state = 'sent' ORDER BY sent_at, id")]
        lines = [[number for number in arrived if queue[number] == line] for line in set(queue)]
        assert all(line == sorted(line) for line in lines)
        assert desk.rows("SELECT 1 FROM outbox WHERE state = 'waiting'") == []
        calls = [int(call[2]) for call in desk.platform.calls]
        for line in set(queue):
            tried = [number for number in calls if queue[number] == line]
            assert tried == sorted(tried)


# ---- leases and unknown outcomes -----------------------------------------------------------------------------------


def test_a_sender_that_died_gives_its_message_back(desk: Desk) -> None:
    """A lease, not a lock; nobody knows whether the first attempt arrived."""
    desk.does(text("一", "n:1"))
    job = desk.writer.submit(lambda db: claim(db, ORG, desk.now, LEASE)).result(10)
    assert job and not job.unsure
    desk.waits(seconds=LEASE.total_seconds() - 1)
    assert desk.delivers() == []
    desk.waits(seconds=1)
    again = desk.writer.submit(lambda db: claim(db, ORG, desk.now, LEASE)).result(10)
    assert again and (again.id, again.attempt, again.unsure) == (job.id, 2, True)


def test_a_writer_that_died_gives_it_back_too(desk: Desk) -> None:
    """The platform said yes, the database could not be told: the same id is sent again."""
    desk.does(text("一", "n:1"))

    class Dying(ListPlatform):
        def _call(self, *call: str) -> Sent:
            desk.writer.stop(now=True)
            return Sent("m1")

    with pytest.raises(WriterStopped):
        deliver_one(replace(desk.post, platform=Dying()), desk.now)
    with open_desk(desk.path) as after:
        after.waits(seconds=LEASE.total_seconds())
        assert after.delivers() == [("text", ZHANG, "一")]


def test_two_senders_send_nothing_twice(desk: Desk) -> None:
    desk.does(*(text(f"{number}", f"n:{number}", f"u{number}") for number in range(40)))
    with ThreadPoolExecutor(4) as pool, open_desk(desk.path) as other:
        other.platform = desk.platform
        posts = [desk.post, replace(other.post, platform=desk.platform)] * 2
        list(pool.map(lambda post: [None for _ in iter(lambda: deliver_one(post, desk.now), False)], posts))
    assert sorted(int(call[2]) for call in desk.platform.calls) == list(range(40))


def test_a_late_failure_counts_no_more_and_a_late_success_does(desk: Desk) -> None:
    """The lease went to another sender meanwhile: its outcome is the one that matters; but what was sent was sent."""
    desk.does(text("一", "n:1"))

    def claims() -> Job:
        job = desk.writer.submit(lambda db: claim(db, ORG, desk.now, LEASE)).result(10)
        assert job
        return job

    first = claims()
    desk.waits(seconds=LEASE.total_seconds())
    second = claims()
    later = desk.now + HOUR
    desk.writer.submit(lambda db: mark_failed(db, ORG, first, desk.now, code=1, why="late")).result(10)
    desk.writer.submit(
        lambda db: mark_retry(db, first, desk.now, later, code=1, why="late", unsure=False)).result(10)
    assert desk.rows("SELECT state, lease_until IS NULL, why FROM outbox") == [("waiting", 0, "")]
    desk.writer.submit(lambda db: mark_sent(db, ORG, first, Sent("m1"), desk.now)).result(10)
    desk.writer.submit(lambda db: mark_failed(db, ORG, second, desk.now, code=1, why="refused")).result(10)
    assert desk.rows("SELECT state, msgid FROM outbox") == [("sent", "m1")]


def test_a_card_refused_as_known_was_accepted(desk: Desk) -> None:
    """超时后重发, 平台答 42014 (task_id 重复): 第一次已送达, 只是没有 code。"""
    desk.does(ask())
    desk.platform.faults = [LOST, ApiError(42014, "task_id", Verdict.NEVER)]
    desk.delivers()
    desk.waits(hours=1)
    desk.delivers()
    row = desk.reads(lambda reader: reader.card("t1"))
    assert (row.state, row.code_expires_at) == ("sent", None)
    assert failed(desk) == []


def test_a_card_refused_at_once_was_not(desk: Desk) -> None:
    desk.does(ask())
    desk.platform.faults = [ApiError(42014, "task_id", Verdict.NEVER)]
    desk.delivers()
    assert desk.reads(lambda reader: reader.card("t1")).state == "failed"
    assert len(failed(desk)) == 1


# ---- cards ---------------------------------------------------------------------------------------------------------


def update(key: str = "u:1", title: str = "已通过", code: str = "", *, close: bool = True) -> UpdateCard:
    return UpdateCard("t1", card(title=title), key, code, close)


def test_a_card_is_updated_with_the_code_from_sending(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    row = desk.reads(lambda reader: reader.card("t1"))
    assert (row.state, row.code_expires_at, row.msgid) == ("sent", NOW + 72 * HOUR, "msg1")
    desk.does(update())
    assert desk.delivers() == [("update", ZHANG, "已通过", "code1")]
    assert desk.reads(lambda reader: reader.live_cards(1)) == ()


def test_a_tap_brings_its_own_code(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    desk.does(update(code="tapped"))
    assert desk.delivers() == [("update", ZHANG, "已通过", "tapped")]


def test_a_code_works_once_then_the_message_is_recalled(desk: Desk) -> None:
    """72 小时内 code 只能用一次; 再要关闭, 24 小时内撤回。"""
    desk.does(ask())
    desk.delivers()
    desk.does(update("u:1", "审核中", close=False))
    desk.delivers()
    desk.does(update("u:2", "已撤稿"))
    assert desk.delivers() == [("recall", "msg1")]


@pytest.mark.parametrize(("hours", "call"), [(71, [("update", ZHANG, "已通过", "code1")]), (73, [])])
def test_after_72_hours_nothing_can_be_done(desk: Desk, hours: int, call: list[Call]) -> None:
    """And that is kept, with the reason."""
    desk.does(ask())
    desk.delivers()
    desk.waits(hours=hours)
    desk.does(update())
    assert desk.delivers() == call
    assert states(desk)["u:1"] == ("sent" if call else "dropped")


def test_closing_an_unsent_card_drops_it(desk: Desk) -> None:
    """还没送出就已办结: 不再打扰。"""
    desk.does(ask(), update())
    assert desk.delivers() == []
    assert states(desk) == {"card:t1": "dropped", "u:1": "dropped"}
    assert desk.reads(lambda reader: reader.card("t1")).state == "closed"


def test_changing_an_unsent_card_changes_what_is_sent(desk: Desk) -> None:
    desk.does(ask(), update(title="新的", close=False))
    assert desk.delivers() == [("card", ZHANG, "t1", "新的")]


def test_a_card_tried_before_is_updated_after_it_arrived(desk: Desk) -> None:
    """Its outcome was unknown: the update waits for the code."""
    desk.does(ask())
    desk.platform.faults = [LOST]
    desk.delivers()
    desk.does(update())
    assert desk.delivers() == []
    desk.waits(hours=1)
    assert [call[0] for call in desk.delivers()] == ["card", "update"]
    assert desk.reads(lambda reader: reader.card("t1")).state == "closed"


def test_the_latest_of_waiting_updates_is_shown(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    desk.does(update("u:1", "审核中", close=False), update("u:2", "已通过"))
    assert desk.delivers() == [("update", ZHANG, "已通过", "code1")]
    assert states(desk)["u:1"] == "dropped"


def test_a_refused_code_is_not_the_end(desk: Desk) -> None:
    """The tap's code, then the code from sending, then recalling."""
    no = ApiError(42016, "code", Verdict.NEVER)
    desk.does(ask())
    desk.delivers()
    desk.does(update(code="tapped"))
    desk.platform.faults = [no, no]
    assert [call[0] for call in desk.delivers()] == ["update", "update", "recall"]
    assert failed(desk) == []


def test_a_refused_repeat_of_an_update_was_accepted(desk: Desk) -> None:
    desk.does(ask())
    desk.delivers()
    desk.does(update(code="tapped"))
    desk.platform.faults = [LOST, ApiError(42016, "code", Verdict.NEVER)]
    desk.delivers()
    desk.waits(hours=1)
    desk.delivers()
    assert states(desk)["u:1"] == "sent"


def test_an_update_goes_before_texts_that_wait(desk: Desk) -> None:
    """有人刚点了卡片, 先换卡片。"""
    desk.does(ask())
    desk.delivers()
    desk.does(*(text(f"{number}", f"n:{number}") for number in range(30)), update(code="tapped"))
    assert desk.delivers()[0] == ("update", ZHANG, "已通过", "tapped")


def test_an_update_of_nothing_is_kept_and_dropped(desk: Desk) -> None:
    desk.does(update())
    assert desk.delivers() == []
    assert states(desk) == {"u:1": "dropped"}


# ---- pace and digests ----------------------------------------------------------------------------------------------


def test_twenty_five_a_minute(desk: Desk) -> None:
    """平台限每人每分钟 30 条; 其余等到窗口过去, 次序不变。"""
    desk.does(*(text(f"{number}", f"n:{number}") for number in range(60)), text("别人", "o:1", LI))
    first = desk.delivers()
    assert [call[2] for call in first] == [*map(str, range(25)), "别人"]
    desk.waits(seconds=59)
    assert desk.delivers() == []
    desk.waits(seconds=1)
    assert [call[2] for call in desk.delivers()] == [*map(str, range(25, 50))]
    desk.waits(minutes=1)
    assert [call[2] for call in desk.delivers()] == [*map(str, range(50, 60))]


def test_nine_hundred_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with the hour, in small."""
    monkeypatch.setattr("storage.pacing.LIMITS", ((timedelta(minutes=1), 3), (HOUR, 5)))
    desk.does(*(text(f"{number}", f"n:{number}") for number in range(8)))
    counts = []
    for _ in range(5):
        counts.append(len(desk.delivers()))
        desk.waits(minutes=1)
    desk.waits(minutes=56)
    assert (counts, len(desk.delivers())) == ([3, 2, 0, 0, 0], 3)


def test_what_is_under_way_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two senders do not exceed the pace together."""
    monkeypatch.setattr("storage.pacing.LIMITS", ((timedelta(minutes=1), 2),))
    desk.does(*(text(f"{number}", f"n:{number}", item=number) for number in range(3)))
    assert deliver_one(desk.post, desk.now)
    claims = [desk.writer.submit(lambda db: claim(db, ORG, desk.now, LEASE)).result(10) for _ in range(2)]
    assert [job is None for job in claims] == [False, True]


def notices(count: int, words: str = "第{}条通知") -> list[Send]:
    return [text(words.format(number), f"n:{number}", item=number, notice=True) for number in range(count)]


def test_a_few_notices_leave_one_by_one(desk: Desk) -> None:
    desk.does(*notices(8))
    assert len(desk.delivers()) == 8


def test_many_notices_become_one_message(desk: Desk) -> None:
    """超过 8 条的普通通知合成一条, 各自的 key 都算已送。"""
    desk.does(*notices(12), text("要紧", "x:1"))
    calls = desk.delivers()
    assert [call[2] for call in calls] == ["\n\n".join(f"第{number}条通知" for number in range(12)), "要紧"]
    assert set(states(desk).values()) == {"sent"}
    assert len(desk.rows("SELECT DISTINCT msgid FROM outbox WHERE key LIKE 'n:%'")) == 1


def test_a_digest_fits_one_message_and_is_repeated_as_it_was(desk: Desk) -> None:
    """More notices come in while its outcome is unknown: the repeat must be the same request."""
    desk.does(*notices(30, "通知{}" + "长" * 60))
    desk.platform.faults = [LOST]
    assert deliver_one(desk.post, desk.now)
    desk.does(text("又一条", "late", item=99, notice=True))
    desk.delivers()
    desk.waits(hours=1)
    desk.delivers()
    assert all(size(call[2]) <= TEXT_BYTES for call in desk.platform.calls)
    first = desk.platform.calls[0]
    assert desk.platform.calls.count(first) == 2
    assert set(states(desk).values()) == {"sent"}


def test_a_digest_leaves_out_what_must_wait_for_another_message(desk: Desk) -> None:
    desk.does(text("卡片之前", "x:1", item=5))
    desk.platform.faults = [BUSY]
    desk.delivers()
    desk.does(*notices(12))
    [digest] = desk.delivers()
    assert "第5条" not in digest[2] and "第11条" in digest[2]


def test_a_digest_does_not_overtake_what_was_held_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as slow:
        slow.setattr("storage.pacing.LIMITS", ((timedelta(minutes=1), 1),))
        desk.does(text("先", "x:0"), text("第5条之前", "x:1", item=5))
        desk.delivers()
    desk.waits(seconds=30)
    desk.does(*notices(12))
    desk.waits(seconds=40)
    assert ["第5条" in call[2] for call in desk.delivers()] == [False, True, True]


# ---- media ---------------------------------------------------------------------------------------------------------


def attach(desk: Desk, key: str = "a:1") -> None:
    desk.writer.submit(lambda db: keep_content(db, ORG, b"picture", "jpeg", NOW)).result(10)
    desk.does(Send(ZHANG, PICTURE, key, item=1))


def test_an_attachment_is_uploaded_once_in_three_days(desk: Desk) -> None:
    attach(desk)
    assert desk.delivers() == [("upload", "image", "图.jpg"), ("attachment", ZHANG, "图.jpg", "msg1")]
    attach(desk, "a:2")
    assert desk.delivers() == [("attachment", ZHANG, "图.jpg", "msg1")]
    desk.waits(days=3)
    attach(desk, "a:3")
    assert [call[0] for call in desk.delivers()] == ["upload", "attachment"]


def test_a_media_id_the_platform_forgot_is_uploaded_again(desk: Desk) -> None:
    attach(desk)
    desk.platform.faults = [None, ApiError(40007, "media_id", Verdict.REUPLOAD)]
    desk.delivers()
    desk.waits(hours=1)
    assert [call[0] for call in desk.platform.calls + desk.delivers()] == ["upload", "attachment"] * 2
    assert states(desk) == {"a:1": "sent"}


def test_an_attachment_that_is_not_stored_fails(desk: Desk) -> None:
    desk.does(Send(ZHANG, PICTURE, "a:1", item=1))
    desk.delivers()
    assert len(failed(desk)) == 1


def test_a_picture_is_fetched_stored_and_told(desk: Desk) -> None:
    desk.does(FetchMedia("m1", LI, "fetch:m1"), FetchMedia("m1", LI, "fetch:m1"))
    assert desk.delivers() == [("fetch", "m1")]
    sha = sha256(b"\xff\xd8 picture").hexdigest()
    [event] = desk.heard
    assert event == MediaFetched(key="fetched:m1", media_id="m1", userid=LI, sha=sha, size=10, format="jpeg")
    media = desk.reads(lambda reader: reader.media_by_id("m1"))
    assert media == desk.reads(lambda reader: reader.media(sha))
    assert media.content == b"\xff\xd8 picture"


def test_a_picture_that_is_gone_is_told(desk: Desk) -> None:
    desk.does(FetchMedia("m1", LI, "fetch:m1"))
    desk.platform.faults = [ApiError(40004, "media", Verdict.NEVER)]
    desk.delivers()
    [event] = desk.heard
    assert isinstance(event, MediaLost) and (event.media_id, event.userid) == ("m1", LI)
    assert desk.reads(lambda reader: reader.media_by_id("m1")) is None


# ---- the loop ------------------------------------------------------------------------------------------------------


def test_the_loop_sends_when_woken(desk: Desk) -> None:
    """And does not spin while there is nothing: it would wait an hour here."""
    done = Event()
    sender = Sender(replace(desk.post, platform=Signalling(done)), desk.clock, poll_seconds=3600)
    sender.start()
    desk.does(text("一", "n:1"))
    sender.wake()
    assert done.wait(10)
    sender.stop()
    assert states(desk) == {"n:1": "sent"}


class Signalling(ListPlatform):
    def __init__(self, done: Event) -> None:
        super().__init__()
        self.done = done

    def _call(self, *call: str) -> Sent:
        self.done.set()
        return super()._call(*call)


def test_a_database_that_cannot_be_written_does_not_end_the_loop(desk: Desk) -> None:
    writer = desk.writer
    writer.stop()
    sender = Sender(desk.post, desk.clock, poll_seconds=3600)
    assert not sender._step()
    sender.stop()


def test_settling_delivers_all_that_is_due(desk: Desk) -> None:
    desk.does(text("一", "n:1"), text("二", "n:2"))
    assert Sender(desk.post, desk.clock).settle() == 2
