"""What 10,000 jobs by one call of the API cost: `make bench ARGS="-k api_submit"`."""

import json
from time import perf_counter

import pytest
from sqlalchemy import Engine, func, select

from sunwi.adapters.sql.tables import AuditRow, JobRow
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.web.routes.jobs.submit_jobs import ROUTES
from tests.statement_counts import counting
from tests.unit.web.asking import Asking, Reply
from tests.unit.web.house import open_house
from tests.unit.web.people import AGENCY, add_people

pytestmark = pytest.mark.benchmark

ROWS = 10_000
#: What a person waits for an answer.
MOST_SECONDS = 3

#: Places, each of which has many keywords.
PLACES = 500


def rows() -> str:
    places = [f"https://m.place.naver.com/restaurant/{1234567000 + number}" for number in range(PLACES)]
    jobs = [
        {"work": "lookup", "params": {"keyword": f"강남역 맛집 {number}", "url": places[number % PLACES]}}
        for number in range(ROWS)
    ]
    return json.dumps({"jobs": jobs}, ensure_ascii=False)


def submit(house: CommandContainer, body: str, key: str) -> tuple[Reply, float]:
    asking = Asking(ROUTES, house, AGENCY)
    headers = {"content-type": "application/json", "idempotency-key": key}
    start = perf_counter()
    reply = asking.ask("POST", "/api/v1/jobs/bulk", body, headers)
    return reply, perf_counter() - start


@pytest.mark.parametrize("fixture", ["sqlite_engine", "postgres_engine"])
def test_10000_jobs_by_one_call_and_once_more_with_the_same_key(fixture: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(fixture)
    with engine.begin() as connection:
        add_people(connection)
    house, body = open_house(engine), rows()
    with counting(engine) as counts:
        first, seconds = submit(house, body, "a")
    again, repeated = submit(house, body, "a")
    other, refused = submit(house, body.replace('맛집 7"', '맛집 칠"'), "a")
    size = f"{len(body.encode()) / 1e6:.1f} MB asked, {len(first.body.encode()) / 1e6:.1f} MB answered"
    print(f"\n{engine.dialect.name}: {seconds:.2f} s, again {repeated:.2f} s, other body {refused:.2f} s; {size}")
    print(counts.show())
    assert (first.status, first.document["stored"], len(first.document["jobs"])) == (202, ROWS, ROWS)
    assert (again.status, again.document) == (202, first.document)
    assert other.status == 409
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(JobRow)).scalar_one() == ROWS
        assert connection.execute(select(func.count()).select_from(AuditRow)).scalar_one() == 1
    assert counts.statements.total() <= 30
    assert max(seconds, repeated) <= MOST_SECONDS
