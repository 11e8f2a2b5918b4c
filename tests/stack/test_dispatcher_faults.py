"""The dispatcher in the real local stack, with its calls going wrong and itself being killed."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from infra.local.stack import LocalStack, wait_for
from sunwi.bootstrap.adapters import SEND_READ_SECONDS
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.service.runs.send_tasks import CHUNK_TIME, SEND_CHUNK
from tests.stack.aws_proxy import SEND, START, AwsProxy, Fault, Killing, passing, proxied, refusing, slow, throttled
from tests.stack.daily_run import DailyRun, check_balance, deployed

pytestmark = pytest.mark.timeout(240)

#: A chunk and a bit; all of one page, so that it is read once a run.
TRACKINGS = SEND_CHUNK + 10
CALLS = SEND_CHUNK // 10


@dataclass
class Place:
    daily: DailyRun
    proxy: AwsProxy
    stop: threading.Event
    dates: Iterator[int]

    @property
    def function_name(self) -> str:
        return self.daily.outputs.dispatcher_function_name

    def event_time(self) -> datetime:
        """Return the time of an event of a KST date that no other test has."""
        return datetime.now(UTC) - timedelta(days=next(self.dates))

    def dying(self) -> Fault:
        return Killing(self.daily, self.function_name)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("dispatcher")
    stop = threading.Event()
    with LocalStack(wait_scale=0.02) as stack, deployed(stack, "dispatched", folder) as daily:
        daily.add(*(blog(number) for number in range(TRACKINGS)))
        with proxied(daily, daily.outputs.dispatcher_function_name) as proxy:
            yield Place(daily, proxy, stop, count(1))
        stop.set()


def blog(number: int) -> NewTracking:
    target = Target(Kind.BLOG, f"blog:nobody/{number + 100_000_000}")
    url = f"https://blog.naver.com/nobody/{number + 100_000_000}"
    return NewTracking(target=target, target_url=url, keyword="성수동 김밥")


def measured(place: Place, run_id: str, *, doubled: int = 0) -> None:
    """Require that each tracking was sent, looked up once and measured, with so few messages doubled at most."""
    summary = place.daily.wait_until_closed(run_id)
    check_balance(summary)
    assert (summary["expected"], summary["succeeded"], summary["page_loads"]) == (TRACKINGS, TRACKINGS, 1)
    sent = place.proxy.sent[run_id]
    assert len(sent) == TRACKINGS
    assert sent.total() - TRACKINGS <= doubled
    looks = place.daily.rows(f"SELECT count(*), count(DISTINCT tracking_id) FROM attempt WHERE run_id = '{run_id}'")  # noqa: S608 - our own name
    assert looks == [(TRACKINGS, TRACKINGS)]


@pytest.mark.parametrize(
    ("operation", "faults", "doubled"),
    [
        pytest.param(SEND, lambda p: [p.dying()], 0, id="between insert and send"),
        pytest.param(SEND, lambda p: [*[passing] * CALLS, p.dying()], 0, id="between batches"),
        pytest.param(SEND, lambda p: [*[passing] * 3, p.dying()], SEND_CHUNK, id="in the middle of a chunk"),
        pytest.param(START, lambda p: [p.dying()], 0, id="before StartExecution"),
    ],
)
def test_a_dispatcher_that_is_killed_is_made_up_for_by_lambda(
    place: Place, operation: str, faults: Callable[[Place], list[Fault]], doubled: int
) -> None:
    place.proxy.meet(operation, *faults(place))
    run_id = place.daily.fire(place.event_time())
    measured(place, run_id, doubled=doubled)
    assert place.proxy.faults[operation] == [], "it was killed"


def test_a_throttled_queue_is_waited_for_and_an_answer_that_is_too_late_doubles_its_ten_messages_at_most(
    place: Place,
) -> None:
    place.proxy.meet(SEND, *[throttled] * (CALLS + 3), slow(SEND_READ_SECONDS + 2, stop=place.stop))
    measured(place, place.daily.fire(place.event_time()), doubled=10)
    assert place.proxy.faults[SEND] == []


def test_refused_entries_are_sent_again_and_no_others(place: Place) -> None:
    place.proxy.meet(SEND, *[refusing(place.daily, entries) for entries in (3, 10, 1, 7, 10, 10, 2)])
    measured(place, place.daily.fire(place.event_time()))
    assert place.proxy.faults[SEND] == []


def test_an_event_that_is_delivered_three_times_at_once_is_one_run_and_one_set_of_messages(place: Place) -> None:
    at = place.event_time()
    run_id, *others = {place.daily.fire(at) for _ in range(3)}
    assert others == []
    measured(place, run_id)
    wait_for("all three", lambda: len(place.daily.events("batch_dispatched")) >= 3)
    assert place.daily.rows(f"SELECT count(*) FROM task WHERE run_id = '{run_id}'") == [(TRACKINGS,)]  # noqa: S608 - our own name


def test_a_dispatcher_that_runs_out_of_time_is_called_again_by_the_state_machine(place: Place) -> None:
    functions = place.daily.stack.client("lambda")
    before = len(place.daily.events("batch_partly_dispatched"))
    functions.update_function_configuration(
        FunctionName=place.function_name, Timeout=int(CHUNK_TIME.total_seconds()) + 1
    )
    place.proxy.meet(SEND, *[slow(1.5, stop=place.stop)] * CALLS)
    run_id = place.daily.fire(place.event_time())
    measured(place, run_id)
    functions.update_function_configuration(FunctionName=place.function_name, Timeout=300)
    assert len(place.daily.events("batch_partly_dispatched")) > before
