"""What a browser can read of the process that launched it, as a user who is not root: root reads everything."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack.localise import ROOT

SECRET = "not-for-the-browser"

#: Becomes nobody where it is root, launches a "browser" that looks at the launcher, and goes on without one.
PROGRAM = """
import ctypes, os, subprocess, sys
from pathlib import Path
from sunwi.adapters.process.process_tree import child_pids, tree_usage
from sunwi.adapters.browser.warm_browser import WarmBrowser
from sunwi.errors import PageUnreachable
from sunwi.sites.naver.site import NAVER

folder, is_alone = Path(sys.argv[1]), sys.argv[2] == "alone"
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    # A process that was started as nobody can be looked into; one that has become nobody cannot.
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)

def look(name):
    return subprocess.run(["cat", f"/proc/{os.getpid()}/{name}"], capture_output=True).stdout

assert b"SECRET=" in look("environ") and look("maps")
browser = folder / "browser"
browser.write_text(
    f"#!/bin/sh\\nexec >>{folder}/seen 2>&1\\n"
    f"for name in environ maps; do tr '\\\\0' ' ' </proc/{os.getpid()}/$name; done; exit 1\\n"
)
browser.chmod(0o755)
warm = WarmBrowser(executable=str(browser), max_pages=1, max_memory_bytes=1 << 40, is_alone=is_alone)
try:
    warm.running(NAVER)
except PageUnreachable:
    pass
print((folder / "seen").read_text())
usage = tree_usage()
print("measured", usage.rss_bytes > 1_000_000, sorted(usage.zombies), child_pids())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can write to, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="sunwi-private-") as made:
        Path(made).chmod(0o777)
        # The browser's own, which a sandbox empties.
        (Path(made) / "tmp").mkdir()
        (Path(made) / "tmp").chmod(0o777)
        yield Path(made)


def seen_by_a_browser(folder: Path, way: str) -> list[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder / "tmp"),
        "SECRET": SECRET,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "functions"), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", PROGRAM, str(folder), way]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc and prctl are Linux's")
def test_a_browser_that_has_a_sandbox_to_itself_reads_neither_environment_nor_memory_of_the_function(
    folder: Path,
) -> None:
    lines = seen_by_a_browser(folder, "alone")
    assert not [line for line in lines if SECRET in line]
    assert len([line for line in lines if "Permission denied" in line]) >= 2
    # What the function itself asks of processes, it still hears.
    assert lines[-1] == "measured True [] set()"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc and prctl are Linux's")
def test_the_process_of_a_person_stays_open_to_debuggers(folder: Path) -> None:
    assert [line for line in seen_by_a_browser(folder, "shared") if SECRET in line]
