"""What runs in a container."""

from dataclasses import dataclass

from tests.container.emulated import Emulated

#: Prints number, state, resident bytes and name of every process but itself.
_PROCESSES = """
import os, pathlib
for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
    try:
        name, _, rest = stat.read_text().partition('(')[2].rpartition(')')
    except OSError:
        continue
    if stat.parent.name != str(os.getpid()):
        fields = rest.split()
        print(stat.parent.name, fields[0], int(fields[21]) * os.sysconf('SC_PAGE_SIZE'), name)
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process in a container; `state` is Linux's letter, Z for a dead one that nobody buried."""

    pid: str
    state: str
    rss_bytes: int
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
    return [Process(pid, state, int(rss_bytes), name) for pid, state, rss_bytes, name in lines]
