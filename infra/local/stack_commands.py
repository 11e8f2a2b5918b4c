"""Run `sunwi` against a local stack that is up."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.running_stack import StackEnded
from infra.local.state import RunningStack, StackState

#: Pause between two looks at the stack while a command runs.
LOOK_SECONDS = 0.5

#: Prefixes of variables that would lead `sunwi` away from the local stack.
_FOREIGN = (
    *("CRAWL", "DATABASE_", "EXPRESS_", "STATE_MACHINE_", "EVIDENCE_", "JOB", "TENDER_", "SCHEDULE", "FILES_"),
    *("MAIL_", "HOOKS_", "COGNITO_", "SIGN_IN_", "ADMIN_", "PUBLIC_", "LIVE_", "API_"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackCommands:
    """The command line of one stack.

    Attributes:
        state: Of the stack's folder.
        stack: What it says of itself.
        as_json: Everything that commands print goes to standard error.
    """

    state: StackState
    stack: RunningStack
    as_json: bool

    def show(self, *arguments: str, meanwhile: Callable[[], None] = lambda: None) -> int:
        """Run a command for a person, and return its exit status.

        Args:
            arguments: Of `sunwi`.
            meanwhile: Called every `LOOK_SECONDS` until the command ends.

        Raises:
            StackEnded: The stack has gone meanwhile.
        """
        output = sys.stderr if self.as_json else None
        with subprocess.Popen(_command(*arguments), env=self._environment(), stdout=output) as process:
            try:
                while True:
                    try:
                        return process.wait(LOOK_SECONDS)
                    except subprocess.TimeoutExpired:
                        self.check_stack()
                        meanwhile()
            finally:
                if process.poll() is None:
                    process.kill()

    def answer(self, *arguments: str) -> dict[str, Any]:
        """Run a command for its JSON.

        Raises:
            StackEnded: It failed, or the stack has gone.
        """
        done = self.attempt(*arguments)
        if done.returncode:
            raise StackEnded(f"sunwi {' '.join(arguments)} failed: {done.stdout.decode().strip()}")
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def attempt(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """Run a command for its JSON; on standard output in either case, an error too.

        Raises:
            StackEnded: The stack has gone.
        """
        self.check_stack()
        command = _command(*arguments, "--json")
        return subprocess.run(command, env=self._environment(), capture_output=True, check=False)

    def check_stack(self) -> None:
        """Notice that the stack has gone.

        Raises:
            StackEnded: It has; shows the end of its log.
        """
        if self.state.read() is None:
            raise StackEnded(
                f"the local stack ended while it was used; the end of {self.state.log_file}:\n{self.state.last_lines()}"
            )

    def _environment(self) -> dict[str, str]:
        """Return the stack's settings, and of our own environment what does not contradict them."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        return {**own, **self.stack.settings}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sunwi.cli", *arguments]
