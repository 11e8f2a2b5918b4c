"""How many connections a server takes."""

from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import store_errors
from sunwi.adapters.sql.connection.read_only import READ_ONLY


def connection_limit(engine: Engine) -> int | None:
    """Return how many connections a server takes; None of SQLite.

    Raises:
        StoreUnavailable: It cannot be reached.
    """
    if engine.dialect.name != "postgresql":
        return None
    with store_errors(only_reads=True), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return int(connection.exec_driver_sql("SHOW max_connections").scalar_one())
