from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.domain.actor import SYSTEM
from sunwi.domain.job_answers import RowProblem
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.errors import Conflict, Forbidden, InvalidInput
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT
from tests.job_desk import ADMIN, AGENCY, JobDesk, order
from tests.statement_counts import counting

BAD = order(params={})


def orders(count: int, **bad: JobOrder) -> list[JobOrder]:
    """Good rows; `row7=…` puts another one into row 7."""
    rows = [order(params={"text": f"{row}"}) for row in range(1, count + 1)]
    for name, wrong in bad.items():
        rows[int(name.removeprefix("row")) - 1] = wrong
    return rows


def waiting(desk: JobDesk, actor: object = ADMIN) -> int:
    with desk.store.read() as tx:
        return tx.jobs.count_waiting_of([actor])[0]  # type: ignore[list-item]


def test_jobs_are_stored_together_in_the_order_of_their_rows(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(AGENCY, orders(3))
    assert (answer.stored, answer.refused, answer.is_repeat) == (3, [], False)
    jobs = [desk.get(job_id) for job_id in answer.job_ids if job_id]
    assert [(job.params["text"], job.position, job.batch_id) for job in jobs] == [
        ("1", 1, answer.batch_id),
        ("2", 2, answer.batch_id),
        ("3", 3, answer.batch_id),
    ]
    assert {(job.priority, job.owner, job.agency_id, job.ready_since) for job in jobs} == {
        (Priority.LOW, "account-1", 1, NIGHT)
    }
    assert desk.tender.nudges == [False]


def test_a_row_that_names_a_priority_has_it(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(AGENCY, orders(2, row2=order(priority=Priority.HIGH)))
    assert [desk.get(job_id or "").priority for job_id in answer.job_ids] == [Priority.LOW, Priority.HIGH]
    assert desk.tender.nudges == [True]


def test_one_bad_row_keeps_all_from_being_stored_and_is_named(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(ADMIN, orders(9, row7=BAD), idempotency_key="k")
    assert (answer.batch_id, answer.stored, list(answer.job_ids)) == (None, 0, [None] * 9)
    assert [(problem.row, problem.error.code) for problem in answer.refused] == [(7, "param_missing")]
    assert waiting(desk) == 0
    assert desk.tender.nudges == []
    again = desk.submit_bulk.submit(ADMIN, orders(9), idempotency_key="k")
    assert again.stored == 9


def test_the_good_rows_of_a_bad_batch_are_stored_when_they_are_asked_for(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(ADMIN, orders(9, row7=BAD), partial=True)
    assert [row for row, job_id in enumerate(answer.job_ids, start=1) if job_id is None] == [7]
    assert [problem.row for problem in answer.refused] == [7]
    assert [desk.get(job_id).position for job_id in answer.job_ids if job_id] == [1, 2, 3, 4, 5, 6, 8, 9]


def test_every_bad_row_has_its_own_verdict(desk: JobDesk) -> None:
    rows = orders(5, row2=order("wrok"), row4=order(priority=Priority.CRITICAL), row5=order("administrative"))
    answer = desk.submit_bulk.submit(AGENCY, rows)
    assert [(problem.row, problem.error.code, type(problem.error)) for problem in answer.refused] == [
        (2, "work_unknown", InvalidInput),
        (4, "priority_forbidden", Forbidden),
        (5, "work_forbidden", Forbidden),
    ]


def test_nothing_is_stored_of_a_batch_without_a_good_row(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(ADMIN, [BAD, BAD], partial=True)
    assert (answer.batch_id, len(answer.refused), waiting(desk)) == (None, 2, 0)


def test_rows_that_could_not_be_read_keep_their_numbers(desk: JobDesk) -> None:
    unread = [RowProblem(1, InvalidInput("no", code="cell_no_json")), RowProblem(3, InvalidInput("no"))]
    answer = desk.submit_bulk.submit(ADMIN, orders(2), partial=True, problems=unread)
    assert [job_id is None for job_id in answer.job_ids] == [True, False, True, False]
    assert [desk.get(job_id).position for job_id in answer.job_ids if job_id] == [2, 4]
    assert desk.submit_bulk.submit(ADMIN, orders(2), problems=unread).stored == 0


@pytest.mark.parametrize("partial", [False, True])
def test_10001_rows_are_refused_before_anything_is_looked_at(
    desk: JobDesk,
    partial: bool,  # noqa: FBT001 - an example's words
) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.submit_bulk.submit(ADMIN, [BAD] * 10_001, partial=partial)
    assert caught.value.code == "bulk_too_large"
    assert "10001행" in error_words(caught.value)


def test_no_rows_are_refused(desk: JobDesk) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk.submit_bulk.submit(ADMIN, [])
    assert caught.value.code == "bulk_empty"


def test_rows_beyond_what_may_wait_are_refused_and_keep_the_others_out(desk: JobDesk) -> None:
    desk.most_waiting = 3
    desk.submit(actor=AGENCY)
    answer = desk.submit_bulk.submit(AGENCY, orders(4))
    assert [(problem.row, problem.error.code) for problem in answer.refused] == [
        (3, "jobs_waiting_full"),
        (4, "jobs_waiting_full"),
    ]
    assert (answer.stored, waiting(desk, AGENCY)) == (0, 1)


def test_as_many_as_may_wait_are_stored_when_the_good_rows_are_asked_for(desk: JobDesk) -> None:
    desk.most_waiting = 3
    desk.submit(actor=AGENCY)
    answer = desk.submit_bulk.submit(AGENCY, orders(4), partial=True)
    assert [job_id is None for job_id in answer.job_ids] == [False, False, True, True]
    assert waiting(desk, AGENCY) == 3
    assert desk.submit_bulk.submit(SYSTEM, orders(4)).stored == 4


def test_of_a_kind_that_allows_one_the_first_row_is_taken(desk: JobDesk) -> None:
    rows = orders(4, row2=order("single"), row4=order("single"))
    answer = desk.submit_bulk.submit(AGENCY, rows, partial=True)
    (problem,) = answer.refused
    assert (problem.row, problem.error.code) == (4, "job_active")
    assert problem.error.fields["job_id"] == answer.job_ids[1]
    assert [p.row for p in desk.submit_bulk.submit(AGENCY, [order("single")]).refused] == [1]


def test_the_same_key_with_the_same_rows_is_answered_alike(desk: JobDesk) -> None:
    desk.most_waiting = 5
    rows = orders(7, row3=order(priority=Priority.CRITICAL), row4=BAD)
    first = desk.submit_bulk.submit(AGENCY, rows, partial=True, idempotency_key="k")
    second = desk.submit_bulk.submit(AGENCY, rows, partial=True, idempotency_key="k")
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert (second.batch_id, second.job_ids) == (first.batch_id, first.job_ids)
    assert [told(problem) for problem in second.refused] == [told(problem) for problem in first.refused]
    assert waiting(desk, AGENCY) == 5
    assert desk.tender.nudges == [False]


def told(problem: RowProblem) -> tuple[int, type[InvalidInput], str, str]:
    return problem.row, type(problem.error), str(problem.error), error_words(problem.error)


def test_several_problems_of_one_row_are_repeated_too(desk: JobDesk) -> None:
    rows = orders(2, row1=order(params={"txet": 1}, not_before=NIGHT + timedelta(days=900)))
    first = desk.submit_bulk.submit(AGENCY, rows, partial=True, idempotency_key="k")
    second = desk.submit_bulk.submit(AGENCY, rows, partial=True, idempotency_key="k")
    assert second.is_repeat
    assert len(second.refused[0].error.problems) == len(first.refused[0].error.problems) == 3
    assert str(second.refused[0].error) == str(first.refused[0].error)


@pytest.mark.parametrize(
    ("rows", "partial"),
    [(orders(2), True), (orders(3), False), ([*orders(1), order()], False), (orders(2)[::-1], False)],
)
def test_the_same_key_with_other_rows_is_refused(
    desk: JobDesk,
    rows: list[JobOrder],
    partial: bool,  # noqa: FBT001 - an example's words
) -> None:
    desk.submit_bulk.submit(ADMIN, orders(2), idempotency_key="k")
    with pytest.raises(Conflict) as caught:
        desk.submit_bulk.submit(ADMIN, rows, partial=partial, idempotency_key="k")
    assert caught.value.code == "idempotency_key_reused"


def test_a_key_of_a_batch_is_none_of_a_single_job(desk: JobDesk) -> None:
    desk.submit_bulk.submit(ADMIN, orders(1), idempotency_key="k")
    with pytest.raises(Conflict) as caught:
        desk.submit_job.submit(ADMIN, orders(1)[0], idempotency_key="k")
    assert caught.value.code == "idempotency_key_reused"


def test_a_batch_whose_jobs_are_no_longer_kept_is_not_repeated(desk: JobDesk) -> None:
    answer = desk.submit_bulk.submit(ADMIN, orders(2), idempotency_key="k")
    desk.forget(answer.job_ids[0] or "")
    with pytest.raises(Conflict) as caught:
        desk.submit_bulk.submit(ADMIN, orders(2), idempotency_key="k")
    assert caught.value.code == "idempotency_key_spent"


def test_nobody_takes_back_in_a_batch_what_is_not_theirs(desk: JobDesk) -> None:
    job = desk.submit()
    answer = desk.submit_bulk.submit(AGENCY, [replace(order(), undoes=job.id)])
    assert [problem.error.code for problem in answer.refused] == ["job_missing"]


def test_however_many_are_taken_back_in_a_batch_they_are_read_at_once(desk: JobDesk, sqlite_engine: Engine) -> None:
    costs = []
    for number in (1, 40):
        jobs = [desk.submit(actor=AGENCY) for _ in range(number)]
        undoing = [replace(order(), undoes=job.id) for job in jobs]
        with counting(sqlite_engine) as counts:
            answer = desk.submit_bulk.submit(AGENCY, [*undoing, replace(order(), undoes="none")], partial=True)
        assert [problem.row for problem in answer.refused] == [number + 1]
        assert [desk.get(job_id or "").undoes for job_id in answer.job_ids[:-1]] == [job.id for job in jobs]
        costs.append(counts.statements.total())
    assert costs == [4, 4]
