"""What 10,000 trackings by one call of the API cost: `make bench ARGS="-k api_import"`."""

import json
from time import perf_counter

import pytest
from sqlalchemy import Engine, func, select

from sunwi.adapters.sql.tables import AuditRow, RunRow, TaskRow, TrackingRow
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.web.routes.trackings.import_trackings import ROUTES
from tests.statement_counts import counting
from tests.unit.web.asking import Asking, Reply
from tests.unit.web.house import open_house
from tests.unit.web.people import AGENCY, add_people

pytestmark = pytest.mark.benchmark

ROWS = 10_000
#: What a person waits for an answer.
MOST_SECONDS = 3

URL = "https://map.naver.com/p/entry/place/1648862917"


def rows() -> str:
    given = [
        {"kind": "place", "keyword": f"강남역 맛집 {number}", "target_url": URL, "client": f"가게 {number % 100}"}
        for number in range(ROWS)
    ]
    return json.dumps({"rows": given}, ensure_ascii=False)


def send(house: CommandContainer, body: str, *, key: str = "", query: str = "") -> tuple[Reply, float]:
    asking = Asking(ROUTES, house, AGENCY)
    headers = {"content-type": "application/json", **({"idempotency-key": key} if key else {})}
    start = perf_counter()
    reply = asking.ask("POST", f"/api/v1/trackings/import{query}", body, headers)
    return reply, perf_counter() - start


@pytest.mark.parametrize("fixture", ["sqlite_engine", "postgres_engine"])
def test_10000_trackings_by_one_call_and_once_more(fixture: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(fixture)
    with engine.begin() as connection:
        add_people(connection)
    house, body = open_house(engine), rows()
    preview, previewed = send(house, body, query="?preview=true")
    with counting(engine) as counts:
        first, seconds = send(house, body, key="a")
    again, repeated = send(house, body, key="a")
    known, without_key = send(house, body)
    answer = first.document
    size = f"{len(body.encode()) / 1e6:.1f} MB asked, {len(first.body.encode()) / 1e6:.1f} MB answered"
    print(f"\n{engine.dialect.name}: {seconds:.2f} s, preview {previewed:.2f} s, again {repeated:.2f} s, {size}")
    print(f"all known {without_key:.2f} s; run of {answer['run']['expected']}, {answer['waits_for_night']} at night")
    print(counts.show())
    assert preview.document["counts"]["add"] == ROWS
    assert (first.status, len(answer["imported"])) == (200, ROWS)
    assert answer["run"]["expected"] + answer["waits_for_night"] == ROWS
    assert again.document == answer
    assert len(known.document["duplicates"]) == ROWS
    with engine.connect() as connection:
        stored = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (TrackingRow, RunRow, TaskRow, AuditRow)
        ]
    assert stored == [ROWS, 1, answer["run"]["expected"], 1]
    assert max(seconds, previewed, repeated, without_key) <= MOST_SECONDS
    assert counts.statements.total() <= 12 * ROWS / 1000
