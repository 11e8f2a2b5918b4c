"""Do the work of an evaluation: judge what has changed, count nights, then tell, chunk by chunk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from sunwi.domain.evaluation_checkpoint import EvaluationCheckpoint, EvaluationStep
from sunwi.domain.evaluation_thresholds import ThresholdBook
from sunwi.domain.schedule import business_date
from sunwi.service.evaluation.evaluation import EvaluationParams
from sunwi.service.evaluation.judge_days import JudgeDays
from sunwi.service.evaluation.tell_clients import TellClients
from sunwi.service.evaluation.tell_night import TellNight
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.evaluation import MOST_JUDGED
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.trackings.last_night import last_night

log = structlog.get_logger()

#: How long it is remembered how many digests of a day were sent.
_DIGESTS_KEPT = timedelta(days=90)
#: What a person is told at each step, and how many percent are done when it begins.
_STEPS: Mapping[EvaluationStep, tuple[str, int]] = {
    EvaluationStep.JUDGE: ("바뀐 날을 판정하는 중", 1),
    EvaluationStep.GAPS: ("미측정을 세는 중", 80),
    EvaluationStep.NIGHT: ("지난밤을 살피는 중", 88),
    EvaluationStep.TELL: ("알림을 만드는 중", 90),
}
#: A step's share of one transaction, from one checkpoint to the next.
_Chunk = Callable[[Transaction, EvaluationCheckpoint, datetime], EvaluationCheckpoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvaluation:
    """Does the work of evaluations; two at once share it.

    Attributes:
        post: Puts notices into the outbox.
    """

    store: Store
    post: PostNotices = post_notices

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Judge and tell, from the checkpoint on.

        Returns:
            The last night that was judged, and the numbers of rows, events, withdrawals and digests.

        Raises:
            Retryable: The database cannot be reached.
        """
        point, book = self._begin(running)
        evaluation = _Evaluation(post=self.post, book=book, through=point.through)
        while point.step is not EvaluationStep.DONE:
            message, percent = _STEPS[point.step]
            share = point.judged * 78 // max(point.total, point.judged, 1) if point.step is EvaluationStep.JUDGE else 0
            running.progress(percent + share, step=point.step.value, message=message)
            point = self._go_on(running, evaluation, point)
        counted = {"judged": point.judged, "events": point.events, "withdrawn": point.withdrawn}
        log.info(
            "evaluated", job_id=running.job.id, through=point.through.isoformat(), **counted, digests=point.digests
        )
        told = {"digests": point.digests, "night_failed": point.night_failed}
        return {"through": point.through.isoformat(), **counted, **told}

    def _begin(self, running: RunningJob) -> tuple[EvaluationCheckpoint, ThresholdBook]:
        """Return where to go on, and by what; at the very first, fix up to which night."""
        kept = running.job.checkpoint
        now = running.clock.now()
        with self.store.begin() as tx:
            tx.owners.link()
            book = tx.client_thresholds.book()
            if kept is not None:
                return EvaluationCheckpoint.from_json(kept), book
            through = _through(tx, parse_params(EvaluationParams, running.job.params), now=now)
            total = tx.evaluation.count_unjudged(until=through)
        return EvaluationCheckpoint(through=through, total=total), book

    def _go_on(
        self, running: RunningJob, evaluation: "_Evaluation", point: EvaluationCheckpoint
    ) -> EvaluationCheckpoint:
        """Do one chunk: rows, events, notices and the checkpoint stand or fall together."""
        chunk = evaluation.chunk_of(point.step)

        def write(tx: Transaction) -> Mapping[str, Any]:
            tx.evaluation.wait_for_others()
            return chunk(tx, point, running.clock.now()).as_json()

        return EvaluationCheckpoint.from_json(running.save_rows(write))


def _through(tx: Transaction, params: EvaluationParams, *, now: datetime) -> date:
    night = last_night(tx, now=now)
    return night if params.day is None else max(night, min(params.day, business_date(now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evaluation:
    """The steps, each of which returns the checkpoint behind its chunk."""

    post: PostNotices
    book: ThresholdBook
    through: date

    def chunk_of(self, step: EvaluationStep) -> _Chunk:
        return {
            EvaluationStep.JUDGE: self.judge,
            EvaluationStep.GAPS: self.count_nights,
            EvaluationStep.NIGHT: self.tell_night,
            EvaluationStep.TELL: self.tell,
        }[step]

    def judge(self, tx: Transaction, point: EvaluationCheckpoint, at: datetime) -> EvaluationCheckpoint:
        keys = tx.evaluation.next_unjudged(point.last_key, until=self.through, limit=MOST_JUDGED)
        if not keys:
            return point.at(EvaluationStep.GAPS)
        tx.evaluation.lock({key.tracking_id for key in keys})
        days = tx.evaluation.changed_days(keys, until=self.through)
        settled = self._judging(tx, at).judge(days)
        return replace(
            point,
            day=keys[-1].day,
            tracking_id=keys[-1].tracking_id,
            judged=point.judged + len(days),
            events=point.events + settled.events,
            withdrawn=point.withdrawn + settled.withdrawn,
        )

    def count_nights(self, tx: Transaction, point: EvaluationCheckpoint, at: datetime) -> EvaluationCheckpoint:
        gaps = tx.evaluation.next_open_gaps(point.tracking_id, MOST_JUDGED)
        if not gaps:
            return point.at(EvaluationStep.NIGHT)
        settled = self._judging(tx, at).judge_open(gaps)
        return replace(
            point,
            tracking_id=gaps[-1].tracking.id,
            events=point.events + settled.events,
            withdrawn=point.withdrawn + settled.withdrawn,
        )

    def tell_night(self, tx: Transaction, point: EvaluationCheckpoint, at: datetime) -> EvaluationCheckpoint:
        failed = TellNight(self.post).tell(tx, self.through, at=at)
        return replace(point.at(EvaluationStep.TELL), night_failed=failed)

    def tell(self, tx: Transaction, point: EvaluationCheckpoint, at: datetime) -> EvaluationCheckpoint:
        clients = TellClients(post=self.post, book=self.book, day=self.through, night_failed=point.night_failed)
        told = clients.tell(tx, point.owner, at=at)
        if told.last is None:
            tx.digests.forget(self.through - _DIGESTS_KEPT)
            return point.at(EvaluationStep.DONE)
        return replace(point, owner=told.last, digests=point.digests + told.digests)

    def _judging(self, tx: Transaction, at: datetime) -> JudgeDays:
        return JudgeDays(tx=tx, book=self.book, until=self.through, at=at)
