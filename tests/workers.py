"""Which tests `make test` leaves to `make test-stack` and `make test-browser`, and what pytest's workers share.

Workers share whole files between them.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

STACK_TESTS = "tests/stack/"
#: The one test on a deployed stack that `make test` runs; the others have the mark `stack`.
ONE_RUN = "tests/stack/test_daily_run.py::test_a_scheduled_event_ends_in_a_closed_run_and_a_second_one_changes_nothing"
#: They open pages in a real Chromium: `make test-browser` runs them.
BROWSER_TESTS = (
    "tests/integration/browser/",
    "tests/integration/standin/",
    "tests/integration/truth/",
    "tests/integration/cli/test_rank_command.py",
    "tests/chaos/test_crawler_faults.py",
)
#: They share the images, which are built once.
CONTAINER_TESTS = "tests/container/"
#: Tests of the stack that only deploy: how fast that goes is no part of them.
UNTIMED = ("tests/stack/deployments/test_deployment.py", "tests/stack/deployments/test_database_stack.py")


class RunsInTurn(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Assign a worker whole files, whose fixtures are made once, and never two workers runs on a deployed stack.

    Such a test depends on how long functions, browsers and queues take; beside a second one it would depend on how
    many there are.
    """

    def _split_scope(self, nodeid: str) -> str:
        is_timed = nodeid.startswith(STACK_TESTS) and not nodeid.startswith(UNTIMED)
        if nodeid.startswith(CONTAINER_TESTS):
            return CONTAINER_TESTS
        return STACK_TESTS if is_timed else str(super()._split_scope(nodeid))


@pytest.hookimpl(tryfirst=True)  # before pytest deselects by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of the stack and of pages; begin with the stack, then the containers, which take longest."""
    for item in items:
        if item.nodeid.startswith(STACK_TESTS) and item.nodeid != ONE_RUN:
            item.add_marker(pytest.mark.stack)
        if item.nodeid.startswith(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in (STACK_TESTS, CONTAINER_TESTS)])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share the tests between the workers of `-n`, in their order."""
    config.option.loadscopereorder = False
    return RunsInTurn(config, log)
