"""The built images under Docker; where no engine runs and none can be started, these tests say so and are skipped."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local.containers.engine import EngineUnavailable, running_engine
from infra.local.containers.images import Image, build_images
from infra.local.containers.surroundings import Servers, Surroundings, servers

#: The first test waits for the images.
TIMEOUT_SECONDS = 1500


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            if not any(item.get_closest_marker(name) for name in ("benchmark", "soak")):
                item.add_marker(pytest.mark.container)
            item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="session")
def images() -> Iterator[dict[str, Image]]:
    """Every image, built, by its target in the Dockerfile; an engine runs as long."""
    with ExitStack() as stack:
        try:
            stack.enter_context(running_engine())
            built = build_images()
        except EngineUnavailable as error:
            pytest.skip(f"no container can be run: {error}")
        yield {image.target: image for image in built}


@pytest.fixture(scope="session")
def running(images: dict[str, Image], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers that containers reach."""
    assert images
    with ExitStack() as stack:
        try:
            started = stack.enter_context(servers(tmp_path_factory.mktemp("standin")))
        except EngineUnavailable as error:
            pytest.skip(f"no container can be run: {error}")
        yield started


@pytest.fixture
def around(running: Servers) -> Iterator[Surroundings]:
    """A database of the test's own."""
    with running.surroundings() as made:
        yield made
