"""The main process of an image, with a runtime interface client that does what a test wants."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.stack import wait_for

PROGRAM = Path(__file__).parents[3] / "infra/docker/serve_function.py"
NOBODY = 65534

#: Starts a process that starts another and ends, as a browser's launcher does; then lives as long as it is told.
ORPHANS = """
import os, subprocess, sys, time
def orphan(command):
    subprocess.run(["sh", "-c", f"{command} & echo $!"], check=True)
    sys.stdout.flush()
orphan("true")
orphan("sleep 600")
print(os.getpid(), flush=True)
"""


@contextmanager
def served(folder: Path, client: str) -> Iterator["subprocess.Popen[str]"]:
    folder.chmod(0o755)
    package = folder / "awslambdaric"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(client)
    account = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(  # noqa: S603 - fixed words
        ["/usr/bin/env", "python3", str(PROGRAM), "any.handler.handler"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "SECRET": "hidden", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **account,  # type: ignore[call-overload]  # a mapping of keywords
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="sunwi-served-") as made:
        yield Path(made)


def numbers(process: "subprocess.Popen[str]", count: int) -> list[int]:
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(count)]


def state(pid: int) -> str:
    """Return a process's state as the kernel says it: Z is a zombie; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_what_the_handler_leaves_behind_is_buried_while_it_goes_on(folder: Path) -> None:
    with served(folder, ORPHANS + "time.sleep(600)") as process:
        ended, running, handler = numbers(process, 3)
        wait_for("burial", lambda: not state(ended))
        assert state(running)
        assert state(handler)


def test_when_the_handler_ends_nothing_of_it_stays_and_its_status_is_told(folder: Path) -> None:
    with served(folder, ORPHANS + "sys.exit(7)") as process:
        ended, running, handler = numbers(process, 3)
        assert process.wait(30) == 7
        assert [state(pid) for pid in (ended, running, handler)] == ["", "", ""]


def test_a_handler_killed_from_outside_tells_by_which_signal(folder: Path) -> None:
    with served(folder, ORPHANS + "time.sleep(600)") as process:
        *_, handler = numbers(process, 3)
        os.kill(handler, signal.SIGKILL)
        assert process.wait(30) == 128 + signal.SIGKILL


def test_a_signal_to_end_reaches_the_handler(folder: Path) -> None:
    with served(folder, ORPHANS + "time.sleep(600)") as process:
        *_, handler = numbers(process, 3)
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
        assert not state(handler)


def test_the_handler_does_not_outlive_the_main_process(folder: Path) -> None:
    with served(folder, ORPHANS + "time.sleep(600)") as process:
        _, running, handler = numbers(process, 3)
        process.kill()
        wait_for("end of the handler", lambda: state(handler) in {"", "Z"})
        os.kill(running, signal.SIGKILL)


def test_another_process_of_the_same_user_reads_no_secret_and_no_memory(folder: Path) -> None:
    look = (
        "import pathlib\n"
        "for pid in (os.getpid(), os.getppid()):\n"
        "    for name in ('environ', 'mem', 'maps'):\n"
        "        print(subprocess.run(['cat', f'/proc/{pid}/{name}'], capture_output=True).returncode, flush=True)\n"
        "print(os.environ['SECRET'] == 'hidden', flush=True)\n"
    )
    with served(folder, "import os, subprocess, sys\n" + look) as process:
        assert process.stdout is not None
        assert process.stdout.read().split() == ["1"] * 6 + ["True"]


def test_the_client_is_told_which_handler_to_run(folder: Path) -> None:
    with served(folder, "import sys; print(sys.argv[1])") as process:
        assert process.stdout is not None
        assert process.stdout.read().strip() == "any.handler.handler"
        assert process.wait(30) == 0


#: Tells what the process has imported before its client began.
TELLS = """
import gc, sys
print(int("any.handler" in sys.modules), int(gc.isenabled()), gc.get_freeze_count() // 1000)
"""


def test_the_handler_is_imported_before_its_client_and_garbage_is_collected_from_then_on(folder: Path) -> None:
    (folder / "any").mkdir()
    (folder / "any/handler.py").write_text("import gc; print(int(gc.isenabled()))")
    with served(folder, TELLS) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        was_imported, is_collecting, thousands = process.stdout.readline().split()
    assert (was_imported, is_collecting) == ("1", "1")
    assert int(thousands) > 0


def test_a_handler_that_cannot_be_imported_is_left_to_its_client_to_tell_of(folder: Path) -> None:
    (folder / "any").mkdir()
    (folder / "any/handler.py").write_text("raise ValueError('broken')")
    with served(folder, TELLS) as process:
        assert process.stdout is not None
        assert process.stdout.read().split()[:2] == ["0", "1"]
