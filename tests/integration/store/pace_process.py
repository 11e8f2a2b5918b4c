"""A process of its own that reserves page loads as fast as it can, and prints when each may start."""

import sys
from datetime import UTC, datetime, timedelta
from random import Random
from time import sleep

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore, stored_pace
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.pace import PaceRule, Turn
from sunwi.service.pages.keep_pace import KeepPace


def main(url: str, turns: int, delay: float) -> None:
    """Reserve so many turns, each with a load of no time behind it; nobody sleeps."""
    store = SqlStore(create_store_engine(url))
    pace = KeepPace(
        open_sites=lambda: stored_pace(store),
        clock=SystemClock(),
        rule=PaceRule(timedelta(seconds=delay)),
        random=Random(turns),
        sleep=sleep,
    )
    print("ready", flush=True)  # noqa: T201 - read by the test
    sys.stdin.readline()
    for _ in range(turns):
        with store.begin() as tx:
            turn = pace.reserve("naver", within=tx.pace)
        assert isinstance(turn, Turn)
        pace.record_load("naver", turn.starts_at)
        print((turn.starts_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))  # noqa: T201 - the same
    store.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
