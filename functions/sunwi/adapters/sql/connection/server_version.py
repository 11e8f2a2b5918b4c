"""What a database is called, and how old its server is."""

from pathlib import Path

from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import store_errors
from sunwi.adapters.sql.connection.read_only import READ_ONLY

#: 170005 is 17.5. Source: PostgreSQL documentation, `server_version_num`.
_MINORS = 10_000


def server_major(engine: Engine) -> int | None:
    """Return the major version of a server; None of SQLite.

    Raises:
        StoreUnavailable: It cannot be reached.
    """
    if engine.dialect.name != "postgresql":
        return None
    with store_errors(only_reads=True), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // _MINORS


def database_name(engine: Engine) -> str:
    """Return the name of a database; of SQLite that of its file, without folder and suffix."""
    name = engine.url.database or "postgres"
    return Path(name).stem if engine.dialect.name == "sqlite" else name
