"""The end of all that runs below a process, in a process of its own."""

import subprocess
import sys

PROGRAM = """
import subprocess, psutil
from infra.local.stack import wait_for
from sunwi.adapters.process_tree import adopt_orphans, end_children

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
