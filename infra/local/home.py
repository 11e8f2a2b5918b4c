"""Where the local stack's functions live: processes of this machine on SQLite, or containers on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infra.local.containers.engine import running_engine
from infra.local.containers.network import container_network
from infra.local.postgres import running_postgres
from infra.local.stack.ministack import HOST, ContainerNetwork
from infra.local.state import StackState

DATABASE = "sunwi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the stack is built on.

    Attributes:
        database_url: Of an empty database.
        address: Of this machine, where the functions reach it.
        network: Where the functions run in containers; None runs them as processes.
    """

    database_url: str
    address: str = HOST
    network: ContainerNetwork | None = None


@contextmanager
def home_of_processes(state: StackState) -> Iterator[Home]:
    """Return a home that needs nothing but a file."""
    yield Home(database_url=f"sqlite:///{state.database_file.resolve()}")


@contextmanager
def home_of_containers() -> Iterator[Home]:
    """Keep an engine, a network and a PostgreSQL server up for the block; the images must be built.

    Raises:
        EngineUnavailable: No engine runs, and none can be started.
        ConfigurationError: PostgreSQL is not installed.
    """
    with running_engine(), container_network() as network, running_postgres(network.address) as postgres:
        url = f"{postgres.create_database(DATABASE)}?sslmode=disable"
        yield Home(database_url=url, address=network.address, network=network)
