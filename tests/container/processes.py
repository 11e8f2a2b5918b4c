"""What runs in a container."""

from dataclasses import dataclass

from tests.container.emulated import Emulated

#: Prints number, state, parent and name of every process.
_PROCESSES = """
import pathlib
for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
    try:
        name, _, rest = stat.read_text().partition('(')[2].rpartition(')')
    except OSError:
        continue
    print(stat.parent.name, *rest.split()[:2], name)
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process in a container; `state` is Linux's letter, Z for a dead one that nobody buried."""

    pid: str
    state: str
    name: str

    @property
    def is_browser(self) -> bool:
        return self.name.startswith("chromium")

    @property
    def is_driver(self) -> bool:
        return self.name.startswith("node")


def list_processes(container: Emulated) -> list[Process]:
    """List all that runs in a container."""
    lines = [line.split(" ", 3) for line in container.python(_PROCESSES).splitlines()]
    return [Process(pid, state, name) for pid, state, _, name in lines]
