"""What is asked for at the same moment is stored as often as the rules allow, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobState
from sunwi.domain.job_answers import BulkAnswer, Submitted
from sunwi.domain.job_list import FailedJobs, JobFilter, JobQuery
from sunwi.errors import Conflict
from tests.job_desk import AGENCY, COLLEAGUE, JobDesk, desk_on, ids_from, order
from tests.statement_counts import counting

#: Who asks at the same moment, and how often they do.
ASKERS, ROUNDS = 4, 5
PATIENCE = 60

Answer = TypeVar("Answer")


@pytest.fixture
def desk(engine: Engine) -> JobDesk:
    """Jobs that nobody has asked for yet."""
    return desk_on(engine)


@pytest.fixture
def desks(desk: JobDesk, engine: Engine) -> Iterator[list[JobDesk]]:
    """The same database by connections of their own; no two make the same ids."""
    engines = [create_store_engine(engine.url.render_as_string(hide_password=False)) for _ in range(ASKERS)]
    yield [replace(desk, store=SqlStore(own), new_id=ids_from(10**6 * n)) for n, own in enumerate(engines, start=1)]
    for own in engines:
        own.dispose()


def at_once(desks: list[JobDesk], ask: Callable[[JobDesk], Answer]) -> list[Answer | Conflict]:
    """Let everybody ask at the same moment; what is refused is an answer, too."""
    barrier = Barrier(len(desks))

    def one(desk: JobDesk) -> Answer | Conflict:
        with desk.store.read() as tx:
            tx.jobs.get("")  # connects
        barrier.wait(PATIENCE)
        try:
            return ask(desk)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(len(desks)) as pool:
        return list(pool.map(one, desks, timeout=PATIENCE))


def ids_of(desk: JobDesk, **wanted: str) -> list[str]:
    query = JobQuery(wanted=JobFilter(**wanted), actor=AGENCY, limit=1000)  # type: ignore[arg-type]
    return [job.id for job in desk.list_jobs.page(query).jobs]


def test_of_several_at_once_an_owner_has_one_and_the_others_name_it(desk: JobDesk, desks: list[JobDesk]) -> None:
    for _ in range(ROUNDS):
        answers = at_once(desks, lambda one: one.submit_job.submit(AGENCY, order("single")))
        (stored,) = [answer.job for answer in answers if isinstance(answer, Submitted)]
        refused = [answer for answer in answers if isinstance(answer, Conflict)]
        assert {(error.code, error.fields["job_id"]) for error in refused} == {("job_active", stored.id)}
        desk.cancel_job.cancel(AGENCY, stored.id)
    assert len(ids_of(desk, work="single")) == ROUNDS


def test_one_of_each_owner_holds_between_a_row_a_single_job_and_a_retry(desk: JobDesk, desks: list[JobDesk]) -> None:
    failed = desk.end(desk.submit("single", actor=AGENCY).id)
    retry = FailedJobs(wanted=JobFilter(), actor=AGENCY, job_ids=[failed.id])

    def ask(one: JobDesk) -> bool:
        if one is desks[0]:
            return one.retry_jobs.retry(AGENCY, retry)[0].error is None
        if one is desks[1]:
            return one.submit_bulk.submit(AGENCY, [order(), order("single")]).stored == 2
        return not one.submit_job.submit(AGENCY, order("single")).is_repeat

    answers = at_once(desks, ask)
    assert [answer for answer in answers if answer is True] == [True]


def test_the_same_key_at_once_is_one_job(desk: JobDesk, desks: list[JobDesk]) -> None:
    for number in range(ROUNDS):
        key = f"key-{number}"
        answers = at_once(desks, lambda one: one.submit_job.submit(AGENCY, order("single"), idempotency_key=key))  # noqa: B023
        submitted = [answer for answer in answers if isinstance(answer, Submitted)]
        assert len(submitted) == ASKERS
        (job_id,) = {answer.job.id for answer in submitted}
        assert sorted(answer.is_repeat for answer in submitted) == [False, True, True, True]
        desk.cancel_job.cancel(AGENCY, job_id)
    assert len(ids_of(desk)) == ROUNDS


def test_the_same_key_at_once_is_one_batch(desk: JobDesk, desks: list[JobDesk]) -> None:
    desk.most_waiting = ROUNDS * 3
    rows = [order(), order(params={}), order(), order()]
    for number in range(ROUNDS):
        key = f"key-{number}"
        answers = at_once(
            desks,
            lambda one: one.submit_bulk.submit(AGENCY, rows, partial=True, idempotency_key=key),  # noqa: B023
        )
        batches = [answer for answer in answers if isinstance(answer, BulkAnswer)]
        assert len(batches) == ASKERS
        assert {(batch.batch_id, tuple(batch.job_ids)) for batch in batches} == {
            (batches[0].batch_id, tuple(batches[0].job_ids))
        }
        assert sorted(batch.is_repeat for batch in batches) == [False, True, True, True]
    assert len(ids_of(desk)) == ROUNDS * 3


def test_the_same_key_with_other_words_at_once_is_one_job_and_refusals(desks: list[JobDesk]) -> None:
    words = {id(desk): f"{number}" for number, desk in enumerate(desks)}
    answers = at_once(
        desks,
        lambda one: one.submit_job.submit(AGENCY, order(params={"text": words[id(one)]}), idempotency_key="k"),
    )
    codes = [answer.code for answer in answers if isinstance(answer, Conflict)]
    assert codes == ["idempotency_key_reused"] * (ASKERS - 1)


def test_at_once_no_more_than_may_wait_are_stored_for_an_agency(desk: JobDesk, desks: list[JobDesk]) -> None:
    for one in desks:
        one.most_waiting = 2
    actors = {id(one): actor for one, actor in zip(desks, (AGENCY, COLLEAGUE) * 2, strict=True)}
    for _ in range(ROUNDS):
        answers = at_once(desks, lambda one: one.submit_job.submit(actors[id(one)], order()))
        assert [answer.code for answer in answers if isinstance(answer, Conflict)] == ["jobs_waiting_full"] * 2
        for answer in answers:
            if isinstance(answer, Submitted):
                desk.cancel_job.cancel(AGENCY, answer.job.id)


def test_a_retry_at_once_is_one_retry(desk: JobDesk, desks: list[JobDesk]) -> None:
    jobs = [desk.end(desk.submit(actor=AGENCY).id) for _ in range(5)]
    wanted = FailedJobs(wanted=JobFilter(), actor=AGENCY, job_ids=[job.id for job in jobs])
    answers = at_once(desks, lambda one: one.retry_jobs.retry(AGENCY, wanted))
    verdicts = [verdict for answer in answers if not isinstance(answer, Conflict) for verdict in answer]
    assert sorted(verdict.job_id for verdict in verdicts if verdict.error is None) == sorted(job.id for job in jobs)
    assert {verdict.error.code for verdict in verdicts if verdict.error} == {"job_not_failed"}
    assert {(desk.get(job.id).state, desk.get(job.id).version - job.version) for job in jobs} == {(JobState.PENDING, 1)}


def test_a_cancel_and_an_admission_at_once_leave_one_of_both(desk: JobDesk, desks: list[JobDesk]) -> None:
    for _ in range(ROUNDS):
        job = desk.submit(actor=AGENCY)

        def ask(one: JobDesk, job_id: str = job.id) -> object:
            if one is not desks[0]:
                return one.cancel_job.cancel(AGENCY, job_id)
            with one.store.begin() as tx:
                return tx.job_queue.admit([job_id], at=one.clock.now())

        at_once(desks, ask)
        shown = desk.show_job.show(AGENCY, job.id)
        assert shown.job.state is JobState.CANCELLED
        assert all(attempt.finished_at is not None for attempt in shown.attempts)


def test_each_thousand_rows_cost_the_same_few_statements(engine: Engine, desk: JobDesk) -> None:
    costs = []
    for rows in (1, 1000, 2000, 3000):
        with counting(engine) as counts:
            answer = desk.submit_bulk.submit(AGENCY, [order()] * rows, idempotency_key=f"{rows}")
        assert answer.stored == rows
        costs.append(counts.statements.total())
    alone, *more = costs
    assert alone <= 7
    assert all(cost - alone <= 2 * thousands for thousands, cost in enumerate(more, start=1))
