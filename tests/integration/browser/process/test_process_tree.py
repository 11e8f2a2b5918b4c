"""The end of all that runs below a process, in a process of its own."""

import json
import subprocess
import sys
from threading import Event

import pytest

from sunwi.adapters.process.process_tree import killed_after
from sunwi.observability import bind_invocation, configure_logging, message_lines

PROGRAM = """
import subprocess, psutil
from infra.local.stack import wait_for
from sunwi.adapters.process.process_tree import adopt_orphans, end_children

here = psutil.Process()
adopt_orphans()
subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600 & wait"])
wait_for("grandchildren", lambda: len(here.children(recursive=True)) == 3)
end_children()
print(here.children(recursive=True))
"""


def test_what_becomes_ours_when_a_child_is_killed_is_ended_as_well() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


def test_the_line_of_a_browser_that_is_killed_names_the_message_it_was_killed_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    bind_invocation(function="crawler", request_id="request-1")
    is_logged = Event()

    def pids() -> tuple[int, ...]:
        is_logged.set()
        return ()

    with message_lines("m1"), killed_after(0.01, pids):
        assert is_logged.wait(10)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["function"], line["request_id"], line["message_id"]) == (
        "browser_killed",
        "crawler",
        "request-1",
        "m1",
    )
