"""Start and stop MiniStack, so that nothing of it is left behind."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from infra.local.stack.polling import wait_for
from infra.local.stack.session import REGION, ROOT_KEY

HOST = "127.0.0.1"
#: What Lambda gives a function's container: nothing to write but /tmp.
CONTAINER_FLAGS = "--read-only --tmpfs /tmp:size=1g"
START_SECONDS = 30
STOP_SECONDS = 120
#: Runs it, with what SES has to be changed.
ENTRY = "infra.local.ministack_entry"
SUPERVISOR = Path(__file__).with_name("supervise.py")


@dataclass(frozen=True, slots=True)
class ContainerNetwork:
    """A network of the Docker engine on which functions run in containers.

    Attributes:
        address: Of this machine on it.
    """

    name: str
    address: str


class MiniStack:
    """One MiniStack process with its own port and its own folder, in which everything it writes lies.

    Attributes:
        url: Endpoint of every AWS service.
        folder: Temporary folder of MiniStack and of its functions; there from `start` to `stop`.
    """

    def __init__(
        self,
        *,
        wait_scale: float,
        network: ContainerNetwork | None = None,
        log_file: Path | None = None,
        mail_address: str | None = None,
    ) -> None:
        """Choose a port and a folder, and make neither: whoever has this object can stop what it starts.

        Args:
            wait_scale: Factor on the waits and retry intervals of state machines; 1 is real time.
            network: Where functions of images run; None leaves them without an engine.
            log_file: Where its log stays; None keeps it in the folder.
            mail_address: `host:port` of an SMTP server that gets what SES sends; None sends it nowhere.
        """
        self._mail_address = mail_address
        self._network = network
        self._host = network.address if network else HOST
        self.folder = Path(tempfile.gettempdir()) / f"sunwi-{uuid.uuid4().hex[:12]}"
        self._log_file = log_file or self.folder / "ministack.log"
        self._port = free_port(self._host)
        self.url = f"http://{self._host}:{self._port}"
        self._wait_scale = wait_scale
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def functions_folder(self) -> Path:
        """Temporary folder of the functions alone: they measure what lies there; MiniStack unpacks code beside it."""
        return self.folder / "functions"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: It ended, or did not answer in time; its log is in the message.
        """
        self.folder.mkdir(mode=0o700)
        self.functions_folder.mkdir()
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(SUPERVISOR), str(self.folder), sys.executable, "-m", ENTRY],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )
        try:
            wait_for("answer of MiniStack", self._is_healthy, timeout_seconds=START_SECONDS)
        except (TimeoutError, ChildProcessError) as error:
            text = self.log()
            self.stop()
            raise RuntimeError(f"MiniStack did not start on {self.url}: {error}\n{text}") from error

    def stop(self) -> None:
        """End MiniStack, its functions and what they started, and remove the folder."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(STOP_SECONDS)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """Return what MiniStack has logged so far."""
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    def _is_healthy(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise ChildProcessError(f"it ended with status {self._process.returncode}")
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/_ministack/health", timeout=5) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        """Return MiniStack's environment; functions inherit it, so it holds nothing of the caller's."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", str(self.folder)),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder),
            "AUTH": "true",
            "BIND_HOST": self._host,
            "MINISTACK_HOST": self._host,
            "GATEWAY_PORT": str(self._port),
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            # Listeners that Sunwi does not need, on fixed ports that a second stack would find taken.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "SFN_WAIT_SCALE": str(self._wait_scale),
            **({"SMTP_HOST": self._mail_address} if self._mail_address else {}),
            **self._engine(),
        }

    def _engine(self) -> dict[str, str]:
        if self._network is None:
            # Without an engine it cannot look for containers, and remove those of another MiniStack.
            return {"DOCKER_HOST": f"unix://{self.folder}/no-engine.sock"}
        return {
            "LAMBDA_DOCKER_NETWORK": self._network.name,
            "LAMBDA_DOCKER_FLAGS": CONTAINER_FLAGS,
            **{name: value for name in ("DOCKER_HOST",) if (value := os.environ.get(name))},
        }


def free_port(host: str = HOST) -> int:
    """Return a port that nobody listens on at an address of this machine."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
