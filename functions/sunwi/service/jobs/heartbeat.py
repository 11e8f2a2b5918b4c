"""Renew a worker's row, hear of a cancel, and end what runs for too long, from a thread of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog

from sunwi.domain.job import HEARTBEAT
from sunwi.domain.worker_pool import Worker
from sunwi.errors import StoreUnavailable
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.job_engine import WorkerProcess
from sunwi.service.ports.outside import Store

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Heartbeat:
    """Runs beside an attempt, inside a `with`.

    Attributes:
        worker: Returns the worker's row, as it is now.
        at_limit: Called at the hard limit, when the runner has not ended: stores the end. The process ends then.
        pause: Seconds between two beats.
    """

    store: Store
    process: WorkerProcess
    running: RunningJob
    worker: Callable[[], Worker]
    at_limit: Callable[[], None]
    pause: float = HEARTBEAT.total_seconds()
    _is_over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop beating, and wait for a beat that is under way."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        while not self._is_over.wait(min(self.pause, self.running.left_seconds())):
            if self.running.left_seconds() <= 0:
                self._end_at_limit()
                return
            try:
                self._renew()
            except Exception as error:
                log.exception("heartbeat_failed", job_id=self.running.job.id, error=str(error))

    def _renew(self) -> None:
        running = self.running
        try:
            with self.store.begin() as tx:
                heard = tx.job_attempts.hear(running.key, self.worker())
        except StoreUnavailable as error:
            log.warning("heartbeat_missed", job_id=running.job.id, error=str(error))
            return
        running.take(heard)
        if running.is_lost or running.wants_cancel:
            log.info("attempt_interrupted", job_id=running.job.id, is_lost=running.is_lost)
            self.process.end_children()

    def _end_at_limit(self) -> None:
        """End what hangs: children first, then the attempt's row, then the process."""
        log.error("attempt_over_limit", job_id=self.running.job.id, generation=self.running.job.generation)
        try:
            self.process.end_children()
            self.at_limit()
        except Exception as error:
            log.exception("attempt_end_not_stored", job_id=self.running.job.id, error=str(error))
        finally:
            self.process.exit()
