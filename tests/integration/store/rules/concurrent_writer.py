"""One of several processes that read and then write one SQLite file: `python concurrent_writer.py URL TIMES`."""

import sys

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore


def count_up(url: str, times: int) -> None:
    """Add one to a number that every process reads before it writes."""
    store = SqlStore(create_store_engine(url))
    for _ in range(times):
        with store.begin() as tx:
            tx.trackings.set_session(1, tx.trackings.lock(1).current_session + 1)


if __name__ == "__main__":
    count_up(sys.argv[1], int(sys.argv[2]))
