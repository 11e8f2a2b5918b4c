"""What Celery on Redis needs for 1,000 no-ops, to stand beside the hand-overs of jobs; nothing is asked of it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.stack import wait_for
from infra.local.stack.ministack import free_port

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

TASKS, PROCESSES = 1_000, 10
MODULE = "tests.benchmarks.jobs.celery_no_op"
REDIS = shutil.which("redis-server")
IS_THERE = REDIS is not None and importlib.util.find_spec("celery") is not None
MISSING = "install: .venv/bin/uv sync --inexact --group bench && apt-get install redis-server"


@contextmanager
def running(command: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - its own programs
            command, stdout=output, stderr=output, env={**os.environ, **environment}
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


@pytest.mark.skipif(not IS_THERE, reason=MISSING)
def test_celery_s_no_ops_are_timed(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    redis = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    celery = [sys.executable, "-m", "celery", "-A", MODULE, "worker", "--concurrency", str(PROCESSES), "-l", "info"]
    log = tmp_path / "worker.log"
    with running(redis, tmp_path / "redis.log"):
        wait_for("redis", lambda: "Ready to accept" in (tmp_path / "redis.log").read_text(), timeout_seconds=30)
        with running(celery, log, REDIS_URL=url):
            wait_for("worker", lambda: " ready." in log.read_text(), timeout_seconds=60)
            command = [sys.executable, "-m", MODULE, str(TASKS)]
            environment = {**os.environ, "REDIS_URL": url}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=200)  # noqa: S603 - its own program
    assert done.returncode == 0, f"{done.stderr}\n{log.read_text()}"
    seconds = float(done.stdout.split()[-1])
    print(
        f"\nCelery on Redis, {TASKS} no-ops on {PROCESSES} processes: {seconds:.2f} s, "
        f"{1000 * seconds * PROCESSES / TASKS:.1f} ms for each on each process; no rows, no history, no order within "
        "a priority"
    )
    assert seconds > 0
