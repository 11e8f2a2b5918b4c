from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from infra.local.stack import LocalStack
from sunwi.service.runs.send_tasks import SEND_CHUNK
from tests.chaos.audit import Row, audit
from tests.chaos.night import Night, night_on, now
from tests.stack.aws_proxy import SEND, START, Fault, Killing, passing, proxied, refusing, throttled

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]
CALLS = SEND_CHUNK // 10


def dying(night: Night) -> Fault:
    return Killing(night.daily, night.daily.outputs.dispatcher_function_name)


@dataclass(frozen=True, slots=True)
class Trouble:
    name: str
    operation: str
    faults: Callable[[Night], list[Fault]]


TROUBLES = (
    Trouble("killed before it sends", SEND, lambda night: [dying(night)]),
    Trouble("killed between batches", SEND, lambda night: [*[passing] * CALLS, dying(night)]),
    Trouble("killed in the middle of a batch", SEND, lambda night: [*[passing] * 3, dying(night)]),
    Trouble("killed before StartExecution", START, lambda night: [dying(night)]),
    Trouble("throttled by SQS", SEND, lambda _: [throttled] * (CALLS + 3)),
    Trouble("with entries refused by SQS", SEND, lambda night: [refusing(night.daily, n) for n in (3, 10, 1, 7)]),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_a_dispatcher_in_trouble_sends_each_tracking_in_the_end(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, trouble: Trouble
) -> None:
    with night_on(chaos_stack, f"dispatch-{TROUBLES.index(trouble)}", tmp_path) as night:
        ids = night.track(night.keywords(1), absent=SEND_CHUNK + 9)
        with proxied(night.daily, night.daily.outputs.dispatcher_function_name) as proxy:
            proxy.meet(trouble.operation, *trouble.faults(night))
            run_id = night.fire()
            row = audit(night, run_id, f"dispatcher {trouble.name}", healed_at=now())
            assert proxy.faults[trouble.operation] == []
    tell(row)
    assert row.happened == f"{len(ids)} succeeded"


def test_an_event_that_is_delivered_three_times_at_once_is_one_run(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "dispatch-thrice", tmp_path) as night:
        ids = night.track(night.keywords(1), absent=SEND_CHUNK + 9)
        at = now()
        [run_id] = {night.daily.fire(at) for _ in range(3)}
        row = audit(night, run_id, "the daily event delivered three times at once")
        Event().wait(1)
        looks = night.daily.rows("SELECT count(*), count(DISTINCT tracking_id) FROM attempt")
    tell(row)
    assert looks == [(len(ids), len(ids))]
