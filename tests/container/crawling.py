"""Crawl messages for a crawler in a container, and what runs beside it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from infra.local.containers.images import Image
from infra.local.containers.stamp_event import stamp_event
from infra.local.containers.surroundings import Servers, Surroundings
from tests.container.emulated import NO_FILES, Emulated, emulated

EVENT = (Path(__file__).parents[1] / "events/sqs-redriven.json").read_text(encoding="utf-8")

NOTHING_MORE: Mapping[str, str] = MappingProxyType({})

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


@dataclass(frozen=True)
class Crawler:
    """The crawler's image in a container, with the emulator in front of it."""

    container: Emulated

    def send(self, tracking_id: int, *, message: int | None = None) -> Any:
        """Have one tracking measured, and return the answer; a message of its own unless another's number is named."""
        event = EVENT.replace(r"\"tracking_id\": 1", rf"\"tracking_id\": {tracking_id}")
        event = event.replace("00000003-", f"{message or tracking_id:08}-")
        return self.container.invoke(stamp_event(event, datetime.now(UTC)))

    def look(self, tracking_id: int) -> None:
        """Have one tracking measured, which must succeed."""
        assert self.send(tracking_id) == {"batchItemFailures": []}, self.container.log()

    def processes(self) -> list[Process]:
        """List all that runs in the container."""
        lines = [line.split(" ", 3) for line in self.container.python(_PROCESSES).splitlines()]
        return [Process(pid, state, name) for pid, state, _, name in lines]

    def kill(self, processes: list[Process]) -> None:
        """Kill them all at once, of which there must be some; one that ends by the others' end is fine."""
        assert processes
        self.container.shell(f"kill -9 {' '.join(each.pid for each in processes)} || true")

    def figures(self) -> list[dict[str, float]]:
        """Return what each invocation reported of its environment."""
        lines = [line for line in self.container.log().splitlines() if '"BrowserLaunches"' in line]
        return [
            {name: value[0] for name, value in json.loads(line).items() if isinstance(value, list)} for line in lines
        ]


@contextmanager
def running_crawler(
    image: Image,
    servers: Servers,
    around: Surroundings,
    *,
    files: Mapping[str, Path] = NO_FILES,
    more: Mapping[str, str] = NOTHING_MORE,
) -> Iterator[Crawler]:
    """Run the crawler as Lambda does, in 2,048 MB, without the pause that politeness asks for."""
    environment = {
        **around.environment,
        **more,
        "CRAWL_DELAY_SECONDS": "0",
        "METRICS_NAMESPACE": "Sunwi/test",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
    }
    with emulated(
        image.name, "crawler.handler.handler", network=servers.network.name, environment=environment, files=files
    ) as container:
        yield Crawler(container)
