"""No more functions run at a time than database and account can bear."""

import pytest

from sunwi.domain.connection_sum import ConnectionSum, check_account_limit, check_connections
from sunwi.errors import ConfigurationError

FUNCTIONS = ConnectionSum(api=20, live=5, crawlers=1, workers=10)


def test_every_function_that_may_run_has_a_connection() -> None:
    assert (FUNCTIONS.reserved, FUNCTIONS.connections) == (29, 47)


@pytest.mark.parametrize("max_connections", [57, 58, 500])
def test_a_database_with_ten_connections_to_spare_is_large_enough(max_connections: int) -> None:
    check_connections(FUNCTIONS, max_connections=max_connections)


def test_one_connection_less_is_refused_with_what_to_lower() -> None:
    with pytest.raises(ConfigurationError, match="by 1 together") as raised:
        check_connections(FUNCTIONS, max_connections=56)
    assert raised.value.code == "connections_too_many"
    assert raised.value.fields["excess"] == 1


def test_aws_keeps_a_hundred_back() -> None:
    check_account_limit(FUNCTIONS, limit=129)
    with pytest.raises(ConfigurationError, match="leaves less than the 100") as raised:
        check_account_limit(FUNCTIONS, limit=128)
    assert raised.value.code == "concurrency_too_much"
