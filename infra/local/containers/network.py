"""A network of the Docker engine that leads to this machine and nowhere else."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.containers.engine import EngineUnavailable
from infra.local.containers.images import docker
from infra.local.stack.ministack import ContainerNetwork

#: Label with the process that made a network, so that one whose maker is gone can be told.
OWNER = "sunwi.owner"


@contextmanager
def container_network() -> Iterator[ContainerNetwork]:
    """Make a network for the block, and remove it with every container that is on it.

    Containers reach this machine at the network's address; the engine lets nothing out of it.

    Raises:
        EngineUnavailable: The engine makes none; says why.
    """
    _remove_abandoned()
    name = f"sunwi-{uuid.uuid4().hex[:12]}"
    made = docker("network", "create", "--internal", "--label", f"{OWNER}={os.getpid()}", name)
    if made.returncode:
        raise EngineUnavailable(f"the Docker engine makes no network: {made.stderr.strip()}")
    try:
        address = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name).stdout.strip()
        yield ContainerNetwork(name, address)
    finally:
        _remove(name)


def _remove(network: str) -> None:
    containers = docker("ps", "--all", "--quiet", "--filter", f"network={network}").stdout.split()
    if containers:
        docker("rm", "--force", "--volumes", *containers)
    docker("network", "rm", network)


def _remove_abandoned() -> None:
    """Remove networks whose maker was killed."""
    listed = docker(
        "network", "ls", "--filter", f"label={OWNER}", "--format", f'{{{{.Name}}}} {{{{.Label "{OWNER}"}}}}'
    )
    for line in listed.stdout.splitlines():
        name, owner = line.split()
        if not Path("/proc", owner).exists():
            _remove(name)
