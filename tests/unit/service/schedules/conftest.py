import pytest

from tests.jobs.schedule_desk import ScheduleDesk


@pytest.fixture
def desk() -> ScheduleDesk:
    return ScheduleDesk()
