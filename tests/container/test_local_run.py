"""`make run DOCKER=1`: the same template, with the images as its functions, on PostgreSQL."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.containers.images import Image, docker
from infra.local.state import StackState

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Call `make run` in a folder of the test's own, and leave nothing up there."""

    def call(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - fixed words
            [sys.executable, "-m", "infra.local.run", *options],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    yield call
    StackState(tmp_path / ".local").stop()


def containers() -> dict[str, str]:
    """Return the image of every container that runs, by its id."""
    lines = docker("ps", "--no-trunc", "--format", "{{.ID}} {{.Image}}").stdout.splitlines()
    return dict(line.split(" ", 1) for line in lines)


def test_the_run_closes_in_balance_with_the_images_as_functions(images: dict[str, Image], run: Run) -> None:
    before = set(containers())
    done = run("--docker", "--json", "--keep")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown["expected"] == sum(shown[name] for name in ("succeeded", "failed", "cancelled", "expired")) > 50
    assert shown["succeeded"] > shown["failed"] > 0
    started = {name: image for name, image in containers().items() if name not in before}
    assert set(started.values()) == {image.name for image in images.values()}

    stopped = run("--stop")
    assert (stopped.returncode, set(containers()) & set(started)) == (0, set()), stopped.stderr
