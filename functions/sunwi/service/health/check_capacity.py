"""Refuse more functions at a time than database and account can bear."""

from sunwi.domain.connection_sum import check_account_limit, check_connections
from sunwi.service.ports.health import Capacity


def check_capacity(capacity: Capacity) -> None:
    """Compare what runs at a time with what is known of database and account; what is not known refuses nothing.

    Raises:
        ConfigurationError: More would run.
    """
    if capacity.max_connections is not None:
        check_connections(capacity.functions, max_connections=capacity.max_connections)
    if capacity.account_limit is not None:
        check_account_limit(capacity.functions, limit=capacity.account_limit)
