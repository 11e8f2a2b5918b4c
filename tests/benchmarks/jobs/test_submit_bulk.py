"""What 10,000 jobs in one call cost: `make bench ARGS="-k submit_bulk"`."""

from time import perf_counter

import pytest
from uuid_utils import uuid7

from tests.job_desk import AGENCY, desk_on, order
from tests.statement_counts import counting

pytestmark = pytest.mark.benchmark

ROWS, TRIES = 10_000, 3
#: What a person waits for an answer.
MOST_SECONDS = 3


@pytest.mark.parametrize("fixture", ["sqlite_engine", "postgres_engine"])
def test_10000_jobs_in_one_call(fixture: str, request: pytest.FixtureRequest) -> None:
    engine = request.getfixturevalue(fixture)
    desk = desk_on(engine, most_waiting=ROWS * TRIES, new_id=lambda: str(uuid7()))
    rows = [order(params={"text": f"강남역 맛집 {number}"}) for number in range(ROWS)]
    seconds = []
    for number in range(TRIES):
        with counting(engine) as counts:
            start = perf_counter()
            answer = desk.submit_bulk.submit(AGENCY, rows, idempotency_key=f"{number}")
            seconds.append(perf_counter() - start)
        assert answer.stored == ROWS
    print(f"\n{engine.dialect.name}: {', '.join(f'{one:.2f} s' for one in seconds)}; {counts.show()}")
    print(f"{1000 * counts.statements.total() / ROWS:.1f} statements per 1,000")
    assert min(seconds) <= MOST_SECONDS
    assert counts.statements.total() <= 20
