"""How a transaction says that it only reads."""

from sqlalchemy import Connection

#: Execution option of a transaction that only reads: a write in it is refused, and SQLite takes no write lock for it.
READ_ONLY = "sunwi_read_only"


def only_reads(connection: Connection) -> bool:
    """Return whether a connection's transaction may only read."""
    return bool(connection.get_execution_options().get(READ_ONLY, False))
