"""What a warm request costs beside a bare handler, and what importing the API does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import Engine

from infra.local.stack.localise import ROOT
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.job_order import JobOrder
from tests.benchmarks.web.request_world import (
    Handler,
    cpu_ms,
    entrance_handler,
    open_house,
    own_handler,
    statement_handler,
    use_case_handler,
    wall_ms,
)
from tests.examples import NIGHT, place_tracking
from tests.unit.web.asking import ADMIN

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

ROUNDS, REQUESTS = 7, 100
MAX_CPU_RATIO = 1.5
MAX_IMPORT_RATIO = 1.3

#: What the guard asks, as one statement.
WHO_ASKS = "SELECT * FROM api_key JOIN account ON account.id = api_key.account_id"
#: Lists and figures: beside the same use case with nothing around it.
LISTS = ("/api/v1/trackings?limit=50", "/api/v1/jobs?limit=50", "/api/v1/clients?limit=50", "/api/v1/monitor")

#: Prints the processor's seconds for importing what stands in the first argument; the images serve without collecting.
TIMED = """
import gc, sys, time
gc.disable() if sys.argv[2] == "served" else None
started = time.process_time()
exec(sys.argv[1])
print(time.process_time() - started)
"""
#: Prints the packages that the API loads, in their order.
LOADED = """
import sys, json
before = set(sys.modules)
import api.handler
names = [name for name in sys.modules if name not in before and name.partition(".")[0] not in {"api", "sunwi"}]
names = [name for name in names if "site-packages" in (getattr(sys.modules[name], "__file__", None) or "")]
print(json.dumps(names))
"""


@pytest.fixture(params=["sqlite_engine", "postgres_engine"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def opened(engine: Engine) -> Iterator[tuple[CommandContainer, str]]:
    """Two hundred trackings and a hundred jobs, and a key."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    house, key = open_house(engine)
    with house.adapters.store.begin() as tx:
        one = place_tracking(101)
        tx.trackings.add([replace(one, keyword=f"강남 맛집 {number}") for number in range(200)], at=NIGHT)
    params = {"keyword": "강남 치과", "url": "https://map.naver.com/p/entry/place/1648862917"}
    house.jobs.submit_bulk.submit(ADMIN.actor, [JobOrder(work="lookup", params=params)] * 100)
    yield house, key
    structlog.reset_defaults()


def compare(what: str, own: Handler, bare: Handler) -> float:
    """Measure both in turn, print the least processor time of each, and return their ratio."""
    for handler in (own, bare):
        assert handler()["statusCode"] == 200
    rounds = [(cpu_ms(own, requests=REQUESTS), cpu_ms(bare, requests=REQUESTS)) for _ in range(ROUNDS)]
    own_ms, bare_ms = (min(each[number] for each in rounds) for number in (0, 1))
    took = wall_ms(own, requests=REQUESTS)
    print(f"\n{what}: CPU {own_ms:.2f} ms against {bare_ms:.2f} ms, ratio {own_ms / bare_ms:.2f}; ", end="")
    print(f"p50 {took[len(took) // 2]:.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms")
    return own_ms / bare_ms


def test_to_be_let_in_costs_little_more_than_a_bare_handler_with_one_statement(
    opened: tuple[CommandContainer, str],
) -> None:
    house, key = opened
    own = own_handler(house, key, "/robots.txt")
    # For whoever wants to know what the store itself costs; nothing is asked of it.
    compare("one who asks, beside the words of one statement", own, statement_handler(house, WHO_ASKS))
    ratio = compare("one who asks, beside its one statement", own, entrance_handler(house, key))
    assert ratio <= MAX_CPU_RATIO


@pytest.mark.parametrize("address", LISTS)
def test_what_surrounds_a_use_case_costs_little_beside_it(opened: tuple[CommandContainer, str], address: str) -> None:
    house, key = opened
    ratio = compare(address, own_handler(house, key, address), use_case_handler(house, address))
    assert ratio <= MAX_CPU_RATIO


def seconds_of(program: str, how: str) -> float:
    command = [sys.executable, "-c", TIMED, program, how]
    environment = {"PYTHONPATH": f"{ROOT / 'functions'}", "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return float(done.stdout)


def test_importing_the_api_costs_little_more_than_importing_its_packages() -> None:
    environment = {"PYTHONPATH": f"{ROOT / 'functions'}", "PATH": ""}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    floor = "\n".join(f"import {name}" for name in json.loads(done.stdout))
    rounds = [(seconds_of("import api.handler", "served"), seconds_of(floor, "bare")) for _ in range(ROUNDS)]
    own, bare = min(one for one, _ in rounds), min(one for _, one in rounds)
    print(f"\nimports of the API: {own:.3f} s against {bare:.3f} s, ratio {own / bare:.2f}")
    assert own / bare <= MAX_IMPORT_RATIO
