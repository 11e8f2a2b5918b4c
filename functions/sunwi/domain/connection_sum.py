"""How many functions run at a time, each with a connection to the database, and whether there are so many.

Source: docs/adr/0065-sign-in-by-a-code.md; AWS keeps 100 of an account's concurrency for functions that reserve none
("Configuring reserved concurrency", Lambda developer guide).
"""

from dataclasses import dataclass

from sunwi.errors import ConfigurationError

#: Connections that are left to people with a console, a migration and a restore.
SPARE_CONNECTIONS = 10
#: Of an account's concurrency, what AWS lets nobody reserve.
UNRESERVED = 100

#: The tender reserves three; the template says so, too.
TENDERS = 3
#: Dispatcher, canary, watchdog and migrator one each, two notifiers, and a run monitor per lane.
OTHERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSum:
    """Functions that a deployment runs at a time.

    Attributes:
        api: API_CONCURRENCY.
        live: LIVE_CONCURRENCY.
        crawlers: CRAWLER_CONCURRENCY.
        workers: Maximum of the pool of workers.
    """

    api: int
    live: int
    crawlers: int
    workers: int

    @property
    def reserved(self) -> int:
        """What is reserved of the account's concurrency."""
        return self.api + self.live + self.crawlers + TENDERS

    @property
    def connections(self) -> int:
        """Connections to the database when all of them run."""
        return self.reserved + self.workers + OTHERS


def check_connections(functions: ConnectionSum, *, max_connections: int) -> None:
    """Refuse more functions than the database takes connections.

    Args:
        functions: That run at a time.
        max_connections: Of PostgreSQL.

    Raises:
        ConfigurationError: There are more (`connections_too_many`).
    """
    most = max_connections - SPARE_CONNECTIONS
    excess = functions.connections - most
    if excess <= 0:
        return
    raise ConfigurationError(
        f"up to {functions.connections} connections at a time are more than the database's {max_connections} less "
        f"{SPARE_CONNECTIONS}: lower API_CONCURRENCY={functions.api}, LIVE_CONCURRENCY={functions.live} or the maximum "
        f"of {functions.workers} workers by {excess} together, or take a larger database",
        code="connections_too_many",
        connections=functions.connections,
        max_connections=max_connections,
        most=most,
        excess=excess,
        api=functions.api,
        live=functions.live,
        workers=functions.workers,
    )


def check_account_limit(functions: ConnectionSum, *, limit: int) -> None:
    """Refuse to reserve more than the account may.

    Args:
        functions: That run at a time.
        limit: Functions that the account runs at a time.

    Raises:
        ConfigurationError: AWS would refuse it (`concurrency_too_much`).
    """
    if functions.reserved + UNRESERVED <= limit:
        return
    raise ConfigurationError(
        f"reserving {functions.reserved} of the account's {limit} leaves less than the {UNRESERVED} that AWS keeps "
        f"back: ask AWS for a higher limit, or lower API_CONCURRENCY={functions.api} or "
        f"LIVE_CONCURRENCY={functions.live}",
        code="concurrency_too_much",
        reserved=functions.reserved,
        spare=UNRESERVED,
        limit=limit,
        api=functions.api,
        live=functions.live,
    )
