"""How tests are shared between pytest's workers: whole files, and all of the stack's on one worker."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

STACK_TESTS = "tests/stack/"


class StackApart(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Give a worker whole files, whose fixtures are made once, and never two workers tests of the stack.

    A test of the stack measures how long functions, browsers and queues take; beside a second one it would measure
    how many there are.
    """

    def _split_scope(self, nodeid: str) -> str:
        return STACK_TESTS if nodeid.startswith(STACK_TESTS) else str(super()._split_scope(nodeid))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of the stack, which take one worker longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(STACK_TESTS))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share the tests between the workers of `-n`, in their order."""
    config.option.loadscopereorder = False
    return StackApart(config, log)
