"""Celery's no-op, for its own worker, and what times a thousand of them; needs the dependency group `bench`."""

import os
import sys
import time

from celery import Celery, group

URL = os.environ["REDIS_URL"]
app = Celery("no_op", broker=URL, backend=URL)
# As near as it comes to what a job promises: nothing is lost with a worker, and nobody takes more than it runs.
app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1)


@app.task  # type: ignore[untyped-decorator]  # Celery has no types
def no_op() -> None:
    """Do nothing."""


def measure(tasks: int) -> float:
    """Return the seconds from sending so many until the last has answered; the worker is warm."""
    group(no_op.s() for _ in range(100))().get(timeout=60)
    started = time.perf_counter()
    group(no_op.s() for _ in range(tasks))().get(timeout=120)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.stdout.write(f"{measure(int(sys.argv[1]))}\n")
