"""What a warm request costs beside a bare handler, and what importing the API does."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import Engine

from infra.local.stack.localise import ROOT
from sunwi.adapters.sql.store import SqlStore
from tests.benchmarks.web.request_world import Handler, bare_handler, cpu_ms, event_of, own_handler, wall_ms
from tests.examples import NIGHT, place_tracking

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

ROUNDS, REQUESTS = 7, 200
MAX_CPU_RATIO = 1.5
MAX_IMPORT_RATIO = 1.3

#: Resource → its address, and the one statement of a bare handler that reads the same rows.
RESOURCES = {
    "one page of trackings": (
        "/api/v1/trackings?limit=50",
        "SELECT t.*, s.* FROM tracking t LEFT JOIN tracking_state s ON s.tracking_id = t.id ORDER BY t.id LIMIT 51",
    ),
}

#: Prints the processor's seconds for importing what stands in the first argument.
TIMED = "import sys, time; started = time.process_time(); exec(sys.argv[1]); print(time.process_time() - started)"
#: Prints the packages that the API loads, in their order.
LOADED = """
import sys, json
before = set(sys.modules)
import api.handler
names = [name for name in sys.modules if name not in before and name.partition(".")[0] not in {"api", "sunwi"}]
names = [name for name in names if "site-packages" in (getattr(sys.modules[name], "__file__", None) or "")]
print(json.dumps(names))
"""


@pytest.fixture
def filled(sqlite_engine: Engine) -> Engine:
    """Two hundred trackings."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with SqlStore(sqlite_engine).begin() as tx:
        one = place_tracking(101)
        tx.trackings.add([replace(one, keyword=f"강남 맛집 {number}") for number in range(200)], at=NIGHT)
    return sqlite_engine


def ratio_of(own: Handler, bare: Handler, address: str) -> tuple[float, float]:
    """Return the least processor time of both, measured in turn."""
    own_event, bare_event = event_of(address), event_of("/bare")
    for handler, event in ((own, own_event), (bare, bare_event)):
        assert handler(event)["statusCode"] == 200
    rounds = [
        (cpu_ms(own, own_event, requests=REQUESTS), cpu_ms(bare, bare_event, requests=REQUESTS)) for _ in range(ROUNDS)
    ]
    return min(own_ms for own_ms, _ in rounds), min(bare_ms for _, bare_ms in rounds)


@pytest.mark.parametrize("what", RESOURCES)
def test_a_warm_request_costs_little_more_than_a_bare_handler(filled: Engine, what: str) -> None:
    address, statement = RESOURCES[what]
    own, bare = own_handler(filled), bare_handler(filled, "/bare", statement)
    own_ms, bare_ms = ratio_of(own, bare, address)
    took = wall_ms(own, event_of(address), requests=REQUESTS)
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"\n{what}: CPU {own_ms:.2f} ms against {bare_ms:.2f} ms, ratio {own_ms / bare_ms:.2f}; ", end="")
    print(f"p50 {p50:.2f} ms, p95 {p95:.2f} ms")
    assert own_ms / bare_ms <= MAX_CPU_RATIO


def seconds_of(program: str) -> float:
    command = [sys.executable, "-c", TIMED, program]
    environment = {"PYTHONPATH": f"{ROOT / 'functions'}", "PATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return float(done.stdout)


def test_importing_the_api_costs_little_more_than_importing_its_packages() -> None:
    environment = {"PYTHONPATH": f"{ROOT / 'functions'}", "PATH": ""}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    floor = "\n".join(f"import {name}" for name in json.loads(done.stdout))
    rounds = [(seconds_of("import api.handler"), seconds_of(floor)) for _ in range(ROUNDS)]
    own, bare = min(one for one, _ in rounds), min(one for _, one in rounds)
    print(f"\nimports of the API: {own:.3f} s against {bare:.3f} s, ratio {own / bare:.2f}")
    assert own / bare <= MAX_IMPORT_RATIO
