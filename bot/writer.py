"""One thread owns the writing connection. What waits is written together: each job its savepoint, one commit for all.

A job that fails is undone alone. Nobody hears of a success before the commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from sqlite_utils import Database

from storage.db import open_writing, savepoint, transaction
from storage.schema import migrate

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 64  # jobs that share a commit at most


class NotCommitted(Exception):
    """Nothing of this batch was kept: the database was locked, the disk full, or the commit failed. Try again."""


class WriterStopped(NotCommitted):
    """The writer has ended; what it had not committed is gone."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Database], Any]
    future: Future[Any]

    def run(self, db: Database) -> tuple[Any, Exception | None]:
        """The job's result or its failure, inside a savepoint."""
        try:
            with savepoint(db):
                return self.work(db), None
        except Exception as error:
            return None, error


class Writer:
    """Opens and migrates the database at once, so that a fault shows at the start.

    `interrupt` is called with "before commit" and "after commit"; a BaseException it raises ends the writer as a
    crash would. Tests use it; so does a job that raises one.
    """

    def __init__(
        self, path: str | Path, *, batch: int = BATCH, interrupt: Callable[[str], None] | None = None
    ) -> None:
        self._db = open_writing(path)
        migrate(self._db)
        self._batch = batch
        self._interrupt = interrupt or (lambda where: None)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()  # None: stop here
        self._door = Lock()  # nothing enters behind the None
        self._closed = False
        self._crash: BaseException | None = None
        self._thread = Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether jobs are still being done."""
        return self._thread.is_alive() and not self._closed

    def ailment(self, now: datetime) -> str:
        """What is wrong with it, for the heartbeat; "" while it writes."""
        return "" if self.alive else "the writer has ended"

    def submit(self, work: Callable[[Database], T]) -> Future[T]:
        """Have `work` done in the writing transaction. The future ends after the commit.

        It fails with what `work` raised, with NotCommitted, or with WriterStopped. May be called from any thread, also
        from a callback of such a future; wait for it in any thread but the writer's own.
        """
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                future.set_exception(WriterStopped("the writer has been stopped"))
            else:
                self._jobs.put(_Job(work, future))
        return future

    def stop(self, *, now: bool = False) -> None:
        """Finish what waits and end. `now`: end as a crash would, keeping nothing that is not committed yet."""
        if now:
            self._crash = self._crash or WriterStopped("the writer was stopped at once")
        self._close()
        self._thread.join()

    def _close(self) -> None:
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)

    def _work(self) -> None:
        while batch := self._next():
            self._commit(batch)
            if self._crash:
                break
        self._close()
        self._db.close()
        self._fail(self._left())

    def _next(self) -> list[_Job]:
        """Wait for a job and take what else waits. Empty: stop."""
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                batch.append(job)
            if len(batch) >= self._batch:
                return batch
            try:
                job = self._jobs.get(block=not batch)
            except Empty:
                return batch
        self._jobs.put(None)  # seen again when the batch is done
        return batch

    def _commit(self, batch: list[_Job]) -> None:
        try:
            with transaction(self._db):
                outcomes = [self._run(job) for job in batch]
                self._interrupt("before commit")
            self._interrupt("after commit")
        except Exception as error:
            log.error("%d jobs were not committed: %s", len(batch), error)
            for job in batch:
                job.future.set_exception(self._not_committed(error))
        except BaseException as crash:
            log.critical("the writer ends: %r", crash)
            self._crash = crash
            self._fail(batch)
        else:
            for job, (result, failure) in zip(batch, outcomes, strict=True):
                if failure is None:
                    job.future.set_result(result)
                else:
                    job.future.set_exception(failure)

    def _run(self, job: _Job) -> tuple[Any, Exception | None]:
        if self._crash:
            raise self._crash
        outcome = job.run(self._db)
        if not self._db.conn.in_transaction:  # the next job would write outside of it
            raise NotCommitted("the transaction was lost") from outcome[1]
        return outcome

    def _not_committed(self, error: Exception) -> Exception:
        if isinstance(error, NotCommitted):
            return error
        wrapped = NotCommitted(str(error))
        wrapped.__cause__ = error
        return wrapped

    def _left(self) -> list[_Job]:
        """Jobs that will never be done."""
        left: list[_Job] = []
        while True:
            try:
                job = self._jobs.get(block=False)
            except Empty:
                return left
            if job is not None and job.future.set_running_or_notify_cancel():
                left.append(job)

    def _fail(self, jobs: list[_Job]) -> None:
        for job in jobs:
            stopped = WriterStopped("the writer ended before the commit")
            stopped.__cause__ = self._crash
            job.future.set_exception(stopped)
