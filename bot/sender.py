"""发件: one due message is leased, tried, and its outcome written down; the loop does that again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Thread
from typing import TypeVar, assert_never

from sqlite_utils import Database

from bot.clock import Clock
from bot.rules.delivery import (
    Answer,
    ApiError,
    GiveUp,
    OutcomeUnknown,
    Platform,
    Retry,
    Sent,
    Verdict,
    after_failure,
)
from bot.rules.events import Event
from bot.rules.messages import Attachment, Card, Text
from bot.writer import Writer
from storage.media import content_of, forget_upload, keep_content, keep_received, keep_upload
from storage.news import News, next_news, tell_later, told
from storage.sending import Job, claim, mark_failed, mark_retry, mark_sent

log = logging.getLogger(__name__)
T = TypeVar("T")

LEASE = timedelta(minutes=3)  # longer than all time-outs of one attempt together
TELL_AGAIN = timedelta(minutes=5)  # after the handler of an outcome failed
CARD_KNOWN = 42014  # a card with this task_id has been sent before


@dataclass(frozen=True, slots=True)
class Post:
    """What one attempt needs. `format_of` names a picture's or video's format by its content ("" when unknown)."""

    writer: Writer
    platform: Platform
    dispatch: Callable[[Event], Future[Answer]]
    org: str
    format_of: Callable[[bytes], str]
    lease: timedelta = LEASE

    def write(self, work: Callable[[Database], T]) -> T:
        """Do it in the writing thread and wait for the commit."""
        return self.writer.submit(work).result()


def deliver_one(post: Post, now: datetime) -> bool:
    """Tell one outcome, or else try one due message. False when there is nothing to do.

    Raises NotCommitted when the database cannot be written; the lease then gives the message back.
    """
    match post.write(lambda db: next_news(db, post.org, now) or claim(db, post.org, now, post.lease)):
        case News() as news:
            _tell(post, news, now)
        case Job() as job:
            post.write(_outcome(post, job, now))
        case None:
            return False
    return True


def _tell(post: Post, news: News, now: datetime) -> None:
    """Let a handler hear what became of a message. Told twice it hears once: the event's key is claimed."""
    try:
        post.dispatch(news.event).result()
    except Exception:
        log.exception("the outcome of message %d could not be told", news.outbox_id)
        post.write(lambda db: tell_later(db, news.outbox_id, now + TELL_AGAIN))
    else:
        post.write(lambda db: told(db, news.outbox_id))


def _outcome(post: Post, job: Job, now: datetime) -> Callable[[Database], None]:
    """Try it; what to write down about it."""
    try:
        return _attempt(post, job, now)
    except ApiError as error:
        return _refused(post, job, error, now)
    except OutcomeUnknown as error:
        return _unsuccessful(post, job, Verdict.RETRY, None, str(error), now)
    except ValueError as error:  # the platform could never take it: waiting would not help
        log.exception("message %d cannot be sent", job.id)
        return _unsuccessful(post, job, Verdict.NEVER, 0, str(error), now)
    except Exception as error:  # a fault of ours must not stop the others: an operator is told, and it waits
        log.exception("message %d", job.id)
        return _unsuccessful(post, job, Verdict.FAULT, None, type(error).__name__, now)


def _attempt(post: Post, job: Job, now: datetime) -> Callable[[Database], None]:
    match job.way:
        case "send":
            return _sent(post, job, _send(post, job, now), now)
        case "update":
            assert isinstance(job.message, Card)
            return _sent(post, job, post.platform.update_card(job.to, job.message, job.code), now)
        case "recall":
            post.platform.recall(job.msgid)
            return _sent(post, job, Sent(), now)
        case "fetch":
            content, _ = post.platform.fetch(job.media_id)
            return _fetched(post, job, content, now)
        case _:
            assert_never(job.way)


def _send(post: Post, job: Job, now: datetime) -> Sent:
    match job.message:
        case Attachment() as attachment:
            media_id = job.media_id or _upload(post, attachment, now)
            return post.platform.send(job.to, attachment, media_id=media_id, once=job.id)
        case Text() | Card() as message:
            return post.platform.send(job.to, message, once=job.id)
        case None:
            raise TypeError("a message to send has content")


def _upload(post: Post, attachment: Attachment, now: datetime) -> str:
    """A fresh media id, remembered at once: a second attempt needs no second upload."""
    content = post.write(lambda db: content_of(db, post.org, attachment.sha))
    if content is None:
        raise ApiError(0, "the attachment's content is not stored", Verdict.NEVER)
    media_id = post.platform.upload(attachment.media, attachment.name, content)
    post.write(lambda db: keep_upload(db, post.org, attachment.sha, attachment.media, media_id, now))
    return media_id


def _sent(post: Post, job: Job, sent: Sent, now: datetime) -> Callable[[Database], None]:
    """Accepted, unless the answer names the receiver as one who cannot be reached."""
    if job.to in sent.unreached:
        why = "not in the visible range, or without a licence"
        return lambda db: mark_failed(db, post.org, job, now, code=0, why=why, msgid=sent.msgid)
    return lambda db: mark_sent(db, post.org, job, sent, now)


def _fetched(post: Post, job: Job, content: bytes, now: datetime) -> Callable[[Database], None]:
    media_format = post.format_of(content)

    def write(db: Database) -> None:
        sha = keep_content(db, post.org, content, media_format, now)
        keep_received(db, post.org, job.media_id, sha, now)
        mark_sent(db, post.org, job, Sent(), now, sha=sha)

    return write


def _refused(post: Post, job: Job, error: ApiError, now: datetime) -> Callable[[Database], None]:
    if job.unsure and _was_accepted(job, error):
        return lambda db: mark_sent(db, post.org, job, Sent(), now)
    write = _unsuccessful(post, job, error.verdict, error.code, str(error), now)
    if error.verdict is not Verdict.REUPLOAD or not isinstance(job.message, Attachment):
        return write
    attachment = job.message

    def upload_again(db: Database) -> None:
        forget_upload(db, post.org, attachment.sha, attachment.media)
        write(db)

    return upload_again


def _was_accepted(job: Job, error: ApiError) -> bool:
    """Whether the refusal of a repeat says that the first attempt was carried out: a card's task_id and an update's
    code work once."""
    if job.way == "send":
        return isinstance(job.message, Card) and error.code == CARD_KNOWN
    return job.way in ("update", "recall") and error.verdict is Verdict.NEVER


def _unsuccessful(
    post: Post, job: Job, verdict: Verdict, code: int | None, why: str, now: datetime
) -> Callable[[Database], None]:
    """Again later or never, as the rules say. Without an error code the attempt may have been carried out."""
    match after_failure(verdict, code, job.attempt, now):
        case Retry(at, fault):
            return lambda db: mark_retry(
                db, job, now, at, code=code or 0, why=why, unsure=code is None, fault=fault
            )
        case GiveUp(reason, fault):
            return lambda db: mark_failed(
                db, post.org, job, now, code=code or 0, why=f"{reason}: {why}", fault=fault
            )


class Sender:
    """The loop. It sleeps until woken, or for `poll_seconds`, when nothing is due. Two of them, even in two processes,
    send nothing twice: a message is leased to one."""

    def __init__(self, post: Post, clock: Clock, *, poll_seconds: float = 2.0) -> None:
        self._post = post
        self._clock = clock
        self._poll = poll_seconds
        self._woken = Flag()
        self._stopping = False
        self._thread = Thread(target=self._run, name="sender", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ailment(self, now: datetime) -> str:
        """What is wrong with it, for the heartbeat; "" while the loop runs."""
        return "" if self._thread.is_alive() and not self._stopping else "the sender does not run"

    def wake(self) -> None:
        """There may be something to do. Returns at once; any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End after the attempt under way."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def settle(self, now: datetime | None = None) -> int:
        """Deliver until nothing is due (tests and demo); how many steps that took."""
        steps = 0
        while deliver_one(self._post, now or self._clock.now()):
            steps += 1
        return steps

    def _run(self) -> None:
        while not self._stopping:
            if not self._step():
                self._woken.wait(self._poll)
                self._woken.clear()

    def _step(self) -> bool:
        """One message; False when there is none, or when the database could not be written: then the loop rests."""
        try:
            return deliver_one(self._post, self._clock.now())
        except Exception:
            log.exception("the sender rests a moment")
            return False
