"""Whatever schemathesis makes up, in all of its phases, is answered as the document says, whoever asks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import schemathesis
import structlog
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account, Scope
from sunwi.domain.actor import Role
from sunwi.web.all_routes import all_routes
from sunwi.web.app import WebApp
from tests.examples import NIGHT, place_tracking
from tests.integration.web.wsgi import WsgiApi
from tests.unit.web.asking import ADMIN, LetIn
from tests.unit.web.house import open_house

pytestmark = pytest.mark.timeout(1200)

#: Examples of each operation in each phase.
EXAMPLES = 5

#: What is not ours to promise: a use case refuses more than a schema can say, and roles are the walk's matter.
LEFT_OUT = (
    "positive_data_acceptance",
    "negative_data_rejection",
    "ignored_auth",
    "object_level_authorization",
    "missing_required_header",
    "use_after_free",
    "ensure_resource_availability",
    "max_response_time",
)

CONFIG = {
    "continue-on-failure": True,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True},
    "checks": {name: {"enabled": False} for name in LEFT_OUT if name != "max_response_time"},
}

AGENCY = replace(ADMIN, role=Role.AGENCY, agency_id=1)
ACCOUNTS: dict[str, tuple[Account, Scope]] = {
    "admin": (ADMIN, Scope.WRITE),
    "agency": (AGENCY, Scope.WRITE),
    "advertiser": (replace(ADMIN, role=Role.ADVERTISER, agency_id=1, client_id=1), Scope.WRITE),
    "read key": (AGENCY, Scope.READ),
}


@pytest.fixture
def house(sqlite_engine: Engine) -> Iterator[CommandContainer]:
    """A house with some trackings, and nothing of AWS but in memory."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with SqlStore(sqlite_engine).begin() as tx:
        trackings = [place_tracking(number) for number in range(101, 106)]
        tx.trackings.add([replace(one, client="강남 치과", agency="하나 대행") for one in trackings], at=NIGHT)
        # Else `/health` says, as it must, that nobody admits the jobs that are submitted here.
        tx.job_queue.record_tick(NIGHT)
    yield open_house(sqlite_engine)
    structlog.reset_defaults()


@pytest.mark.parametrize("who", ACCOUNTS)
def test_no_request_is_answered_otherwise_than_the_document_says(house: CommandContainer, who: str) -> None:
    account, scope = ACCOUNTS[who]
    with house.adapters.store.begin() as tx:
        assert tx.accounts.add(account)
    app = WsgiApi(WebApp(all_routes(), house=lambda: house, guard=LetIn(account, scope)))
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    found, errors, cases = set(), [], 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            cases += len(event.recorder.cases)
            for checks in event.recorder.checks.values():
                found |= {
                    f"{event.recorder.label}: {one.failure_info.failure.title}: {one.failure_info.failure.message}"
                    for one in checks
                    if one.failure_info is not None
                }
        elif isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(str(event))
    assert (errors, sorted(found)) == ([], [])
    assert cases > len(all_routes())
