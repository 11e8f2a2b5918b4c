"""`make run` as a person meets it: its results, and every way to break it off."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from infra.local.stack import wait_for
from infra.local.state import StackState

Process = subprocess.Popen[str]


@dataclass
class Desk:
    """A folder to call `make run` in, and all that is started there."""

    folder: Path
    started: list[Process] = field(default_factory=list)

    @property
    def state(self) -> StackState:
        return StackState(self.folder / ".local")

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    def start(self, *options: str, **variables: str) -> Process:
        process = subprocess.Popen(  # noqa: S603 - fixed words
            [sys.executable, "-m", "infra.local.run", *options],
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.temporary), "CRAWL_RETRY_BASE_SECONDS": "0", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *options: str, **variables: str) -> tuple[int, str, str]:
        process = self.start(*options, **variables)
        out, err = process.communicate(timeout=180)
        return process.returncode, out, err

    def processes(self) -> dict[int, str]:
        """Return what runs with this folder in its surroundings, whoever its parent is by now."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                surroundings = (process / "environ").read_bytes() + bytes((process / "cwd").readlink())
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.folder).encode() in surroundings and command:
                found[int(process.name)] = command
        return found

    def left_over(self) -> tuple[list[str], list[str]]:
        """Return commands that still run, and temporary files."""
        return list(self.processes().values()), [path.name for path in self.temporary.iterdir()]

    def clear(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self.state.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "a desk")
    made.temporary.mkdir(parents=True)
    try:
        yield made
    finally:
        made.clear()


def wait_for_start(desk: Desk, is_reached: Callable[[], object]) -> Process:
    process = desk.start("--keep")

    def reached() -> bool:
        assert process.poll() is None, process.communicate()
        return bool(is_reached())

    wait_for("point to break off at", reached, timeout_seconds=60)
    return process


def test_a_run_gives_one_line_of_json_and_a_kept_stack_gives_the_same_again(desk: Desk) -> None:
    status, out, err = desk.run("--json", "--keep", AWS_PROFILE="of-somebody", DATABASE_URL="postgresql://elsewhere/x")
    assert status == 0, err
    (line,) = out.splitlines()
    result = json.loads(line)
    assert result["expected"] == sum(result[name] for name in ("succeeded", "failed", "cancelled", "expired"))
    assert result["pages"] * 2 < result["expected"]
    assert "make stop" in err
    (page,) = re.findall(r"what it mails and posts to hooks is at (http://127\.0\.0\.1:\d+/)", err)
    with build_opener(ProxyHandler({})).open(page, timeout=10) as answer:
        assert "알림 수신함" in answer.read().decode()

    again, out, err = desk.run("--json")
    assert again == 0, err
    assert json.loads(out) == result
    assert "using the local stack that is up" in err
    assert "is closed already" in err

    stopped, out, err = desk.run("--stop")
    assert (stopped, out, err) == (0, "", "the local stack is down\n")
    wait_for("end of every process", lambda: not desk.processes())
    assert desk.left_over() == ([], [])
    assert desk.state.read() is None
    assert "Lambda worker spawned" in desk.state.services_log_file.read_text(encoding="utf-8", errors="replace")


def wait_for_nothing_left(desk: Desk) -> None:
    wait_for("end of every process", lambda: not desk.processes())
    wait_for("end of every file", lambda: not list(desk.temporary.iterdir()))


def test_ctrl_c_leaves_nothing_behind_and_a_second_run_beside_it_is_refused(desk: Desk) -> None:
    first = wait_for_start(desk, desk.state.read)
    status, _, err = desk.run()
    assert status == 1
    assert f"another run is under way in this folder (process {first.pid})" in err
    assert first.poll() is None
    os.killpg(first.pid, signal.SIGINT)
    _, err = first.communicate(timeout=60)
    assert first.returncode == 130, err
    assert "Traceback" not in err
    assert desk.left_over() == ([], [])


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_run_that_is_told_to_end_while_it_starts_stops_what_it_started(
    desk: Desk, number: signal.Signals, status: int
) -> None:
    process = wait_for_start(desk, lambda: list(desk.temporary.iterdir()))
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert "Traceback" not in err
    wait_for_nothing_left(desk)


def test_a_killed_run_takes_its_stack_with_it(desk: Desk) -> None:
    process = wait_for_start(desk, lambda: list(desk.temporary.iterdir()))
    process.kill()
    process.communicate()
    wait_for_nothing_left(desk)


def test_a_value_that_the_template_refuses_is_said_before_anything_starts(desk: Desk) -> None:
    status, out, err = desk.run(CRAWL_BATCH_TIMEOUT="1200")
    assert (status, out) == (1, "")
    assert err.startswith("make run failed: CRAWL_BATCH_TIMEOUT=1200 is not a value that the template allows")
    assert len(err.splitlines()) == 1


def test_a_stack_that_does_not_start_shows_why_and_keeps_its_log(desk: Desk) -> None:
    # MiniStack is started by its name in this folder, where this one comes first.
    (desk.folder / "ministack.py").write_text("raise SystemExit('no room for MiniStack')")
    status, out, err = desk.run()
    assert (status, out) == (1, "")
    assert "the local stack did not start" in err
    assert "no room for MiniStack" in err
    assert "Traceback" not in err
    assert "no room for MiniStack" in desk.state.log_file.read_text()
    assert desk.left_over() == ([], [])


def test_a_stack_that_ends_while_it_is_used_ends_the_run(desk: Desk) -> None:
    process = wait_for_start(desk, desk.state.read)
    assert desk.run("--stop")[0] == 0
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the local stack ended while it was used" in err
    assert "Traceback" not in err
    assert desk.left_over() == ([], [])
