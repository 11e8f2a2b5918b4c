"""The images on a PostgreSQL server that takes nothing but TLS, as on RDS: login in a secret, authorities in a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.deploy.database import BUNDLE_IN_IMAGE
from infra.local.containers.images import Image
from infra.local.containers.stamp_event import stamp_event
from infra.local.containers.surroundings import Servers, Surroundings
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.settings import Settings
from tests.container.crawling import EVENT, running_crawler
from tests.container.emulated import emulated
from tests.integration.store.connection.authority import Authority
from tests.integration.store.connection.tls_server import running_tls_postgres

CHECK = (Path(__file__).parents[1] / "events/run-check.json").read_text(encoding="utf-8")
TLS_ONLY = "hostssl all all samenet scram-sha-256\n"


@dataclass(frozen=True)
class Guarded:
    """What surrounds a function, and two files of authorities: the database's, and one that knows nothing of it."""

    around: Surroundings
    bundle: Path
    other_bundle: Path
    password: str


@pytest.fixture(scope="module")
def guarded(running: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder, address = tmp_path_factory.mktemp("authorities"), running.network.address
    authority = Authority("Authority of the database")
    bundle, other_bundle = folder / "bundle.pem", folder / "other.pem"
    bundle.write_bytes(authority.certificate())
    other_bundle.write_bytes(Authority("another").certificate())
    with running_tls_postgres(authority, TLS_ONLY, address=address) as server:
        login = {"host": address, "port": server.port, "username": "sunwi", "password": server.password}
        secret = running.stack.client("secretsmanager").create_secret(
            Name="tls-database", SecretString=json.dumps({**login, "dbname": "postgres"})
        )
        container = CommandContainer(Adapters(Settings(database_url=server.url(), database_ca_bundle=str(bundle))))
        upgrade_schema(container.adapters.engine)
        database = {"DATABASE_SECRET_ARN": secret["ARN"], "DATABASE_CA_BUNDLE": BUNDLE_IN_IMAGE}
        around = running.around(container, database)
        around.prepare(EVENT)
        yield Guarded(around, bundle, other_bundle, server.password)
        container.adapters.engine.dispose()


def check(
    image: Image, running: Servers, guarded: Guarded, *, bundle: Path, variables: Mapping[str, str] | None = None
) -> Any:
    """Have the run monitor look at today's run, with that file of authorities, and return its answer."""
    environment = {**guarded.around.environment, **(variables or {})}
    files = {BUNDLE_IN_IMAGE: bundle}
    with emulated(
        image.name, "run_monitor.handler.handler", network=running.network.name, environment=environment, files=files
    ) as container:
        answer = container.invoke(stamp_event(CHECK, datetime.now(UTC)))
        assert guarded.password not in container.log() + json.dumps(answer)
    return answer


def test_the_core_reaches_a_database_that_its_file_of_authorities_vouches_for(
    images: dict[str, Image], running: Servers, guarded: Guarded
) -> None:
    answer = check(images["core"], running, guarded, bundle=guarded.bundle)
    assert answer.get("done") is True, answer


def test_the_crawler_reaches_it_as_well_and_writes_the_ledger(
    images: dict[str, Image], running: Servers, guarded: Guarded
) -> None:
    around = guarded.around
    with running_crawler(images["crawler"], running, around, files={BUNDLE_IN_IMAGE: guarded.bundle}) as crawler:
        crawler.look(1)
    with around.container.adapters.engine.connect() as connection:
        ranks = connection.execute(text("SELECT tracking_id, rank FROM rank_history")).all()
    assert [tuple(row) for row in ranks] == [(1, around.tracked.rank)]


def test_a_server_of_another_authority_is_refused_and_the_setting_named(
    images: dict[str, Image], running: Servers, guarded: Guarded
) -> None:
    answer = check(images["core"], running, guarded, bundle=guarded.other_bundle)
    assert answer["errorType"] == "ConfigurationError"
    assert f"the certificate of the database {running.network.address}:" in answer["errorMessage"]
    assert "does not verify" in answer["errorMessage"]
    assert "set DATABASE_CA_BUNDLE to the file of its certificate authority" in answer["errorMessage"]


def test_the_server_takes_nothing_in_the_clear(images: dict[str, Image], running: Servers, guarded: Guarded) -> None:
    answer = check(images["core"], running, guarded, bundle=guarded.bundle, variables={"DATABASE_TLS": "off"})
    assert answer["errorType"] == "ConfigurationError"
    assert "takes nothing but TLS: set DATABASE_TLS=on" in answer["errorMessage"]
