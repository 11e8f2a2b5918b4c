"""What is asked of database and account before functions run at a time."""

from botocore.config import Config

from sunwi.adapters.aws.doors.account_limit import account_limit
from sunwi.adapters.sql.connection.connection_limit import connection_limit
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.connection_sum import ConnectionSum
from sunwi.domain.worker_pool import MOST_WORKERS
from sunwi.service.ports.health import Capacity
from sunwi.settings import Settings

_ONE_TRY = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=4)


def capacity_of(adapters: Adapters, settings: Settings, *, knows_pool: bool) -> Capacity:
    """Ask how much may run at a time.

    Args:
        adapters: Of the environment.
        settings: That the deployment has, or is to have.
        knows_pool: The database has a pool of workers; else the most that any has is counted.

    Raises:
        ConfigurationError: No database is set, or no region beside one of PostgreSQL.
        StoreUnavailable: The database cannot be reached.
    """
    workers = MOST_WORKERS
    if knows_pool:
        with adapters.store.read() as tx:
            workers = tx.job_queue.pool().most
    functions = ConnectionSum(
        api=settings.api_concurrency,
        live=settings.live_concurrency,
        crawlers=settings.crawler_concurrency,
        workers=workers,
    )
    most = connection_limit(adapters.engine)
    # Beside a file there is no account.
    limit = None if most is None else account_limit(adapters.aws_client("lambda", _ONE_TRY))
    return Capacity(functions=functions, max_connections=most, account_limit=limit)
