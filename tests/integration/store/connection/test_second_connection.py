"""A worker's heartbeat is heard while its work has the connection in use, on both databases."""

import threading

from sunwi.adapters.sql.store import SqlStore


def test_a_second_thread_reads_while_the_first_is_in_a_transaction(store: SqlStore) -> None:
    heard: list[int] = []

    def hear() -> None:
        with store.read() as tx:
            heard.append(tx.job_queue.pool().workers)

    with store.read() as tx:
        assert tx.job_queue.pool().workers == 1
        beat = threading.Thread(target=hear)
        beat.start()
        beat.join(30)
        assert heard == [1]
