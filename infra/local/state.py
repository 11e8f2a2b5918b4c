"""Where a local stack leaves word of itself, and who may use it."""

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.stack import wait_for
from sunwi.errors import ConfigurationError

#: Folder of the local stack: its database, its certificate, its log, and word of its process.
STATE_DIR = Path(".local")

STOP_SECONDS = 60
#: Lines of the log that are shown when something went wrong.
SHOWN_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStack:
    """What a stack that is up says of itself.

    Attributes:
        pid: Of the process that keeps it up.
        outputs: Of its deployment.
        settings: Variables with which `sunwi` works against it.
        sink_page: Address of the page that shows its mails and hooks.
    """

    pid: int
    outputs: dict[str, str]
    settings: dict[str, str]
    sink_page: str = ""


@dataclass(frozen=True, slots=True)
class StackState:
    """Files of one local stack."""

    folder: Path = STATE_DIR

    @property
    def environment_file(self) -> Path:
        """Settings with which `sunwi` works against the stack, one NAME=value a line."""
        return self.folder / "env"

    @property
    def database_file(self) -> Path:
        """The embedded database."""
        return self.folder / "sunwi.db"

    @property
    def log_file(self) -> Path:
        """What the stack's process prints; stays when the stack is gone."""
        return self.folder / "stack.log"

    @property
    def services_log_file(self) -> Path:
        """What MiniStack and the functions print; stays when the stack is gone."""
        return self.folder / "ministack.log"

    @property
    def mails_folder(self) -> Path:
        """Mails that the stack has sent."""
        return self.folder / "mail"

    @property
    def hooks_folder(self) -> Path:
        """What hooks of Slack and of others got of it."""
        return self.folder / "hooks"

    @property
    def process_file(self) -> Path:
        """What the stack says of itself, as JSON; there only while it is up."""
        return self.folder / "stack.json"

    @property
    def lock_file(self) -> Path:
        """Locked by the run that is under way; holds its process id."""
        return self.folder / "run.lock"

    def empty(self) -> None:
        """Remove what an earlier stack left, but for its log and the lock, which are in use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in set(self.folder.iterdir()) - {self.log_file, self.lock_file}:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def write(self, stack: RunningStack) -> None:
        """Record that the stack is up; the process file comes last, and whole."""
        self.environment_file.write_text("".join(f"{name}={value}\n" for name, value in stack.settings.items()))
        draft = self.process_file.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(stack)))
        draft.replace(self.process_file)

    def read(self) -> RunningStack | None:
        """Return the stack that is up; None when there is none."""
        try:
            stack = RunningStack(**json.loads(self.process_file.read_text()))
        except FileNotFoundError:
            return None
        return stack if _is_stack(stack.pid) else None

    def clear(self) -> None:
        """Record that the stack is down."""
        self.process_file.unlink(missing_ok=True)
        self.environment_file.unlink(missing_ok=True)

    def stop(self) -> bool:
        """Stop the stack that is up; False when there was none.

        Raises:
            TimeoutError: It is still there after a minute.
        """
        stack = self.read()
        if stack is None:
            return False
        os.kill(stack.pid, signal.SIGTERM)
        wait_for("end of the local stack", lambda: not _is_stack(stack.pid), timeout_seconds=STOP_SECONDS)
        return True

    def last_lines(self) -> str:
        """Return the end of the log, indented; empty when there is none."""
        try:
            lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"  {line}" for line in lines[-SHOWN_LINES:])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the stack for one run; the system opens the lock again, however that run ends.

        Raises:
            ConfigurationError: Another run has it; names its process.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise ConfigurationError(
                    f"another run is under way in this folder (process {lock.read().strip() or 'unknown'}): "
                    "wait until it ends, or stop it with Ctrl-C where it runs"
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def _is_stack(pid: int) -> bool:
    """Whether that process is a local stack, and not another that got its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"infra.local.serve" in command and state != "Z"
