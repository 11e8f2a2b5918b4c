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
from tests.container.processes import Process, list_processes

EVENT = (Path(__file__).parents[1] / "events/sqs-redriven.json").read_text(encoding="utf-8")

NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


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
        return list_processes(self.container)

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
