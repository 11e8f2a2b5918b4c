import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.state import RunningStack, StackState
from sunwi.errors import ConfigurationError


@pytest.fixture
def state(tmp_path: Path) -> StackState:
    return StackState(tmp_path / ".local")


def test_no_stack_is_up_where_none_was_started(state: StackState) -> None:
    assert state.read() is None
    assert state.stop() is False


def test_a_stack_that_was_killed_is_not_up_though_its_word_is_there(state: StackState) -> None:
    state.empty()
    state.write(RunningStack(pid=os.getpid(), outputs={}, settings={"DATABASE_URL": "sqlite:///a b.db"}))
    assert state.environment_file.read_text() == "DATABASE_URL=sqlite:///a b.db\n"
    assert state.process_file.exists()
    # This process is alive, but it is no stack.
    assert state.read() is None


def test_emptying_keeps_the_log_and_the_lock_which_are_in_use(state: StackState) -> None:
    (state.folder / "standin").mkdir(parents=True)
    for path in (state.folder / "standin/key", state.log_file, state.lock_file, state.database_file):
        path.write_text("x")
    state.empty()
    assert set(state.folder.iterdir()) == {state.log_file, state.lock_file}


def test_the_end_of_the_log_is_shown_indented(state: StackState) -> None:
    assert state.last_lines() == ""
    state.empty()
    state.log_file.write_text("\n".join(f"line {number}" for number in range(100)))
    lines = state.last_lines().splitlines()
    assert lines[-1] == "  line 99"
    assert len(lines) == 15


def test_a_second_run_is_told_which_process_has_the_stack(state: StackState) -> None:
    with state.locked(), pytest.raises(ConfigurationError, match=rf"process {os.getpid()}\)"), state.locked():
        raise AssertionError("the second run got the lock")
    with state.locked():
        assert state.lock_file.read_text() == str(os.getpid())


def test_a_killed_run_leaves_no_lock(state: StackState) -> None:
    program = "import sys; from infra.local.state import *; s = StackState(Path(sys.argv[1])).locked(); s.__enter__(); "
    program += "os._exit(9)"
    command = [sys.executable, "-c", program, str(state.folder)]
    done = subprocess.run(command, check=False)  # noqa: S603 - fixed words
    assert done.returncode == 9
    with state.locked():
        assert state.lock_file.read_text() == str(os.getpid())
