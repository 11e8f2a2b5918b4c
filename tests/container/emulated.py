"""A function in a container of its own, as restricted as on Lambda, invoked through the emulator in its image."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from infra.local.containers.images import docker
from infra.local.stack import wait_for

_PATH = "/2015-03-31/functions/function/invocations"
_SECONDS = 120
NO_FILES: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True)
class Emulated:
    """A container whose emulator waits for events."""

    name: str
    address: str

    def invoke(self, event: str) -> Any:
        """Return what the function returns, or its error as Lambda tells it."""
        request = Request(f"http://{self.address}:8080{_PATH}", data=event.encode())
        with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as answer:
            return json.loads(answer.read())

    def shell(self, script: str) -> str:
        """Run a script beside the function, as the same user, and return what it prints."""
        done = docker("exec", self.name, "sh", "-c", script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, program: str) -> str:
        """The same for Python."""
        done = docker("exec", self.name, "python3", "-c", program)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        done = docker("logs", self.name)
        return done.stdout + done.stderr


@contextmanager
def emulated(
    image: str, handler: str, *, network: str, environment: Mapping[str, str], files: Mapping[str, Path] = NO_FILES
) -> Iterator[Emulated]:
    """Run a handler with a read-only root, 1 GB of /tmp, 2 GB of memory, no privileges and nobody's user id.

    Args:
        files: What the container finds on top of its image, by its path there; to be read only.
    """
    name = f"sunwi-test-{secrets.token_hex(6)}"
    user = str(20_000 + secrets.randbelow(10_000))
    started = docker(
        *("run", "--detach", "--name", name, "--network", network, "--user", f"{user}:{user}"),
        *("--read-only", "--tmpfs", "/tmp:size=1g", "--memory", "2g", "--cap-drop", "ALL"),  # noqa: S108 - Lambda's
        *("--security-opt", "no-new-privileges", "--env", "AWS_LAMBDA_FUNCTION_TIMEOUT=60"),
        *(word for pair in environment.items() for word in ("--env", "=".join(pair))),
        *(word for place, file in files.items() for word in ("--volume", f"{file}:{place}:ro")),
        *(image, handler),
    )
    assert started.returncode == 0, started.stderr
    try:
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        address = docker("inspect", "--format", form, name).stdout.strip()
        container = Emulated(name, address)
        wait_for("emulator", lambda: _listens(container), timeout_seconds=30)
        yield container
    finally:
        docker("rm", "--force", "--volumes", name)


def _listens(container: Emulated) -> bool:
    """Whether port 8080 (hexadecimal 1F90) is listened on inside."""
    return ":1F90 " in docker("exec", container.name, "cat", "/proc/net/tcp", "/proc/net/tcp6").stdout
