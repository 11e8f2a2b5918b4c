import pytest

from run_monitor.handler import handler
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.run import RunStatus
from sunwi.errors import InvalidInput
from tests.examples import NIGHT, new_run, place_tracking

RUN = "scheduled-20260102"


@pytest.fixture
def monitored(container: CommandContainer) -> CommandContainer:
    """A run of one task."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)
    return container


@pytest.mark.usefixtures("monitored")
def test_check_tells_how_far_the_run_is() -> None:
    assert handler({"action": "check", "run_id": RUN}, None) == {
        "run_id": RUN,
        "done": False,
        "wait_seconds": 5,
        "left": 1,
        "unsent": True,
    }


def test_a_run_whose_messages_are_all_sent_has_none_unsent(monitored: CommandContainer) -> None:
    with monitored.adapters.store.begin() as tx:
        tx.tasks.mark_sent(RUN, [1], at=NIGHT)
    assert "unsent" not in handler({"action": "check", "run_id": RUN}, None)


@pytest.mark.usefixtures("monitored")
def test_summarise_closes_the_run() -> None:
    summary = handler({"action": "summarise", "run_id": RUN}, None)
    assert (summary["expected"], summary["expired"]) == (1, 1)
    assert not {"failed_items", "expired_items"} & set(summary), "100,000 of them are more than a state machine takes"
    assert handler({"action": "check", "run_id": RUN}, None)["done"]


def test_fail_closes_the_run_with_the_cause(monitored: CommandContainer) -> None:
    handler({"action": "fail", "run_id": RUN, "error": "States.Timeout"}, None)
    with monitored.adapters.store.read() as tx:
        run = tx.runs.get(RUN)
        assert tx.runs.failure(RUN) == "States.Timeout"
    assert run is not None
    assert run.status is RunStatus.FAILED


@pytest.mark.usefixtures("monitored")
@pytest.mark.parametrize("action", [None, "", "stop"])
def test_another_action_is_refused_with_the_known_ones(action: str | None) -> None:
    with pytest.raises(InvalidInput, match="is not known: use check, summarise or fail"):
        handler({"action": action, "run_id": RUN}, None)


@pytest.mark.usefixtures("monitored")
@pytest.mark.parametrize("action", ["check", "summarise", "fail"])
def test_a_run_nobody_started_is_refused(action: str) -> None:
    with pytest.raises(InvalidInput, match="there is no run ''"):
        handler({"action": action}, None)
