"""A Docker engine: the one that answers, else one that is started and stopped again."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.stack import wait_for
from sunwi.errors import SunwiError

ROOT = Path(__file__).resolve().parents[3]
SETUP = ROOT / "infra" / "local" / "setup.sh"

#: Word of the engine that was started here, for every folder on this machine that uses it.
FOLDER = Path("/run/sunwi-engine")

#: Processors as Docker names them, and as Lambda and the template do.
ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}

START_SECONDS = 60
STOP_SECONDS = 60
ANSWER_SECONDS = 20
#: Of the engine's log, when it did not start.
SHOWN_LINES = 3

#: Engines that this process has started: one may outlive the block that did it, for others who use it.
_started: list[subprocess.Popen[bytes]] = []


class EngineUnavailable(SunwiError):
    """No container can be run on this machine; says in one line what is missing."""


@contextmanager
def running_engine() -> Iterator[None]:
    """Keep an engine up for the block.

    One that answers already is left as it is. Otherwise root installs what is missing and starts one; the last of
    those who use it stops it.

    Raises:
        EngineUnavailable: There is none, and none can be started.
    """
    if os.geteuid() != 0:
        if not answers():
            raise EngineUnavailable(
                "no Docker engine answers, and only root can start one: start Docker, or call this as root"
            )
        yield
        return
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    with (FOLDER / "users").open("w") as users:
        with _alone():
            if not answers():
                _start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _alone():
                _stop_unless_used(users.fileno())


def answers() -> bool:
    """Whether an engine can be spoken to."""
    return _asked("{{.Server.Version}}") is not None


def engine_architecture() -> str:
    """Return the processor that the running engine builds for, as the template's parameter Architecture names it.

    Raises:
        EngineUnavailable: It does not answer, or Lambda has no such processor.
    """
    named = _asked("{{.Server.Arch}}")
    if named is None:
        raise EngineUnavailable("no Docker engine answers: start Docker")
    if named not in ARCHITECTURES:
        raise EngineUnavailable(
            f"the Docker engine builds for {named!r}, and Lambda's functions run on {' or '.join(ARCHITECTURES)} only: "
            "use another machine"
        )
    return ARCHITECTURES[named]


def _asked(template: str) -> str | None:
    """Ask the engine about itself; None when it gives no answer."""
    command = ["docker", "version", "--format", template]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time start or stop the engine."""
    with (FOLDER / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _start() -> None:
    """Install what is missing and start the engine, which leaves its process id behind."""
    installed = subprocess.run(["bash", str(SETUP), "docker"], capture_output=True, text=True, check=False)
    if installed.returncode:
        raise EngineUnavailable(f"no Docker engine can be installed: {_last_lines(installed.stderr)}")
    if answers():  # a service that its package has started
        return
    log = FOLDER / "log"
    with log.open("wb") as output:
        engine = subprocess.Popen(
            ["dockerd", f"--pidfile={FOLDER / 'pid'}", *_network_options()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(engine)

    def is_up() -> bool:
        if engine.poll() is not None:
            raise EngineUnavailable(f"no Docker engine can be started: {_last_lines(log.read_text(errors='replace'))}")
        return answers()

    try:
        wait_for("answer of the Docker engine", is_up, timeout_seconds=START_SECONDS)
    except TimeoutError as error:
        engine.kill()
        raise EngineUnavailable(str(error)) from error


def _stop_unless_used(users: int) -> None:
    """Stop the engine that was started here, unless somebody else has it in use."""
    try:
        pid = int((FOLDER / "pid").read_text())
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return
    if _is_engine(pid):
        os.kill(pid, signal.SIGTERM)
        wait_for("end of the Docker engine", lambda: not _is_engine(pid), timeout_seconds=STOP_SECONDS)
        for engine in _started:
            engine.poll()


def _is_engine(pid: int) -> bool:
    """Whether that process is an engine that runs, and neither dead nor another that got its number."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return name.endswith("(dockerd") and rest.split()[0] != "Z"


def _network_options() -> list[str]:
    """Give containers the packet size of the machine's own way out, or large answers would never arrive."""
    for line in Path("/proc/net/route").read_text().splitlines()[1:]:
        interface, destination, *_ = line.split()
        if destination == "00000000":
            return [f"--mtu={Path('/sys/class/net', interface, 'mtu').read_text().strip()}"]
    return []


def _last_lines(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-SHOWN_LINES:])
