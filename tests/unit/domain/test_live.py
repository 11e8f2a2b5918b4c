"""What can be watched, and what is told of it."""

import pytest

from sunwi.domain.live import job_topic, nudge_of, owner_topic, read_topic
from sunwi.errors import InvalidInput

JOB = "01990000-0000-7000-8000-000000000001"


def test_a_job_and_all_of_ones_own_jobs_can_be_watched() -> None:
    assert read_topic(f"job:{JOB}").job_id == JOB
    assert read_topic("jobs:mine").job_id is None


@pytest.mark.parametrize("text", [None, 1, {}, "", "job:", "job:1", f"job:{JOB} ", "jobs:account:1", "run:1", "한글"])
def test_nothing_else_can(text: object) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_topic(text)
    assert raised.value.code == "topic_unknown"


def test_a_nudge_says_that_there_is_something_new_and_nobodys_name() -> None:
    assert nudge_of(job_topic(JOB), 7) == {"topic": f"job:{JOB}", "version": 7}
    assert nudge_of(owner_topic("account:1"), 7) == {"topic": "jobs:mine", "version": 7}
