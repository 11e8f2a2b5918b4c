"""A deployed function that stays warm while its database's password changes and its server restarts."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.adapters.sql.store import SqlStore
from tests.examples import new_run, place_tracking
from tests.integration.store.connection.tls_server import ADDRESS, execute
from tests.stack.deployments.account import Account, running_account

ROLE = "app"
FIRST = "first-password"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """A deployed stack whose functions reach PostgreSQL by its secret and its certificate, as in the cloud."""
    with running_account(tmp_path_factory.mktemp("account")) as account:
        execute(account.server, f"CREATE ROLE {ROLE} LOGIN SUPERUSER PASSWORD '{FIRST}'")
        put_secret(account, FIRST)
        account.stack.deploy(parameters=dict(parameter.split("=", 1) for parameter in account.parameters))
        with SqlStore(account.engine).begin() as tx:
            tx.trackings.add([place_tracking()], at=datetime.now(UTC))
            tx.runs.add(new_run(at=datetime.now(UTC)), None)
        assert check(account)["left"] == 1
        yield account


def put_secret(account: Account, password: str) -> None:
    login = {"host": ADDRESS, "port": account.server.port, "username": ROLE, "dbname": "postgres"}
    account.stack.client("secretsmanager").put_secret_value(
        SecretId="database", SecretString=json.dumps({**login, "password": password})
    )


def check(account: Account) -> dict[str, Any]:
    """Ask the run monitor how far the run is."""
    answer = account.stack.client("lambda").invoke(
        FunctionName=account.stack.outputs.run_monitor_function_name,
        Payload=json.dumps({"action": "check", "run_id": new_run().id}),
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
    answered: dict[str, Any] = json.loads(answer["Payload"].read())
    return answered


def starts(account: Account) -> int:
    """Count how often the run monitor's process was started."""
    name = account.stack.outputs.run_monitor_function_name
    return account.stack.ministack_log().count(f"Lambda worker spawned for {name}")


def test_a_rotated_password_is_fetched_by_the_warm_function(account: Account) -> None:
    execute(
        account.server,
        f"ALTER ROLE {ROLE} PASSWORD 'second-password'",
        f"SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE usename = '{ROLE}'",  # noqa: S608 - our own name
    )
    put_secret(account, "second-password")
    assert check(account)["left"] == 1
    lines = account.stack.function_logs("RunMonitor")
    assert sum('"database_secret_renewed"' in line for line in lines) == 1
    assert not any("second-password" in line or FIRST in line for line in lines)
    assert starts(account) == 1


def test_a_server_that_was_restarted_is_found_again_by_the_warm_function(account: Account) -> None:
    account.server.stop()
    account.server.start()
    assert check(account)["left"] == 1
    assert starts(account) == 1
