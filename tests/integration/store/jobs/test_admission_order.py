"""The order of admission after any history, held against a model that shares nothing with the code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from sunwi.adapters.sql.jobs import job_ends, job_queue
from sunwi.adapters.sql.jobs.job_rows import is_in
from sunwi.adapters.sql.jobs.jobs import SqlJobs
from sunwi.adapters.sql.tables import JobRow
from sunwi.domain.job import JobState
from tests.jobs.job_line import BACK_OFF, LIMITS, PATIENCE, REFUSED, JobLine, job_line
from tests.jobs.job_model import Model, ModelJob

SECOND = 1_000_000
KINDS = ("lookup", "export", "stores")
LANES = ("a", "b")

Event = tuple[Any, ...]
SUBMIT = st.tuples(
    st.just("submit"),
    st.integers(1, 4),
    st.integers(0, 2),
    st.sampled_from([0, 0, -1, 1, 2]),
    st.sampled_from(LANES),
    st.booleans(),
    st.sampled_from([0, 0, 0, 1, 40 * SECOND]),
)
CLAIM = st.tuples(st.just("claim"), st.integers(0, 9))
END = st.tuples(
    st.just("end"), st.integers(0, 9), st.sampled_from(["done", "fail", "back off", "refuse", "checkpoint"])
)
RETRY = st.tuples(st.just("retry"), st.integers(0, 9))
LATER = st.tuples(st.just("later"), st.sampled_from([1, SECOND, BACK_OFF * SECOND, REFUSED * SECOND]))
LANE = st.tuples(st.just("lane"), st.sampled_from(LANES), st.booleans())
HOLD = st.tuples(st.just("hold"), st.sampled_from([PATIENCE, PATIENCE + 1, 90]))
POOL = st.tuples(st.just("pool"), st.integers(1, 5))
PAUSE = st.tuples(st.just("pause"), st.sampled_from(["", "", "people", "all"]))
ADMIT = st.just(("admit",))
EVENTS = st.lists(
    SUBMIT | SUBMIT | CLAIM | END | END | RETRY | LATER | LANE | HOLD | POOL | PAUSE | ADMIT, min_size=5, max_size=25
)
ON_ONE_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def play(line: JobLine, model: Model, events: list[Event]) -> None:
    """Let the code and the model live through the same history; then empty the line, one by one."""
    for what, *of_event in events:
        if what == "submit":
            _submit(line, model, tuple(of_event))
        elif what in {"claim", "end", "retry"}:
            _handle(line, model, what, *of_event)
        else:
            _change(line, model, what, *of_event)
        if what != "submit":
            assert line.admit() == model.admit(), events
    _empty(line, model)


def _empty(line: JobLine, model: Model) -> None:
    """Let everybody by whatever holds them, and see who goes first, one by one."""
    at_last: list[Event] = [("pause", ""), ("lane", "a", False), ("lane", "b", False), ("later", 1000 * SECOND)]
    for what, *of_event in [*at_last, ("pool", 1)]:
        _change(line, model, what, *of_event)
    while True:
        admitted = line.admit()
        assert admitted == model.admit()
        busy = [card for card in model.cards if card.state == "busy"]
        if not busy:
            break
        _handle(line, model, "end", 0, "done")
    assert {card.state for card in model.cards} <= {"done", "failed"}


def _submit(line: JobLine, model: Model, event: Event) -> None:
    rows, kind, priority, lane, is_of_system, delay = event
    works = [KINDS[(kind + row) % 3] for row in range(rows)]
    ids = line.submit(works, priority=priority, lane=lane, is_of_system=is_of_system, delay=delay)
    for row, (job_id, work) in enumerate(zip(ids, works, strict=True)):
        number = row + 1 if rows > 1 else 0
        card = ModelJob(job_id, work, lane, is_of_system, priority, number, model.now, model.now + delay)
        model.cards.append(card)


def _handle(line: JobLine, model: Model, what: str, number: int, how: str = "") -> None:
    """Do something with one of the jobs that are busy, or that have failed."""
    state = "failed" if what == "retry" else "busy"
    fitting = [card for card in model.cards if card.state == state]
    if not fitting:
        return
    card = fitting[number % len(fitting)]
    if what == "claim":
        line.claim(card.id)
    elif what == "retry":
        line.retry(card.id)
        card.state, card.ready, card.not_before = "waits", model.now, model.now
    else:
        line.end(card.id, how)
        card.state = {"done": "done", "fail": "failed"}.get(how, "waits")
        pauses = {"back off": BACK_OFF * SECOND, "refuse": REFUSED * SECOND}
        card.not_before = model.now + pauses.get(how, 0)


def _change(line: JobLine, model: Model, what: str, *values: Any) -> None:
    """Change the world around the jobs."""
    if what == "later":
        line.clock.advance(microseconds=values[0])
        model.now += values[0]
    elif what == "lane":
        line.set_lane(values[0], is_shut=values[1])
        model.shut = model.shut | {values[0]} if values[1] else model.shut - {values[0]}
    elif what == "hold":
        line.hold_site(values[0])
        model.site_free_at = max(model.site_free_at, model.now + values[0] * SECOND)
    elif what == "pool":
        line.set_pool(workers=values[0])
        model.workers = values[0]
    elif what == "pause":
        line.set_pool(paused=values[0])
        model.paused = values[0]


@settings(ON_ONE_DATABASE, max_examples=40)
@given(events=EVENTS)
def test_whatever_has_happened_the_right_jobs_are_admitted_in_the_right_order(
    engine: Engine, events: list[Event]
) -> None:
    with job_line(engine) as line:
        play(line, Model(LIMITS, PATIENCE * SECOND), events)


def _with_new_place(end: Any, values: Callable[..., Any] = job_ends._values) -> Any:  # noqa: SLF001 - where the fault is planted
    found = values(end)
    return found if end.state.is_ended else {**found, "ready_since": end.at}


def _in_old_place(jobs: SqlJobs, ids: Any, *, retried: Callable[..., Any] = SqlJobs.retry, **named: Any) -> Any:
    before = {job_id: job.ready_since for job_id, job in jobs.lock(ids).items()}
    found = retried(jobs, ids, **named)
    for job_id in found:
        place = update(JobRow).where(JobRow.id == job_id).values(ready_since=before[job_id])
        jobs.connection.execute(place)
    return found


def _only_people(passed_over: Any) -> Any:
    return iter([JobRow.owner == "system"] if passed_over.people else [])


#: Rules that somebody might write → where they are put in place of the real one.
PLANTED: dict[str, tuple[str, Any]] = {
    "a tie is broken by id alone": (
        "sunwi.adapters.sql.jobs.job_queue._ORDER",
        (JobRow.priority.desc(), JobRow.ready_since, JobRow.id),
    ),
    "not_before is ignored": (
        "sunwi.adapters.sql.jobs.job_queue._is_ready",
        lambda _now: (is_in(JobState.PENDING),),
    ),
    "the slot of a queued job is counted as free once more": (
        "sunwi.adapters.sql.jobs.job_queue.BUSY",
        (JobState.RUNNING,),
    ),
    "a back-off loses its place": ("sunwi.adapters.sql.jobs.job_ends._values", _with_new_place),
    "a kind that is passed over blocks others": ("sunwi.adapters.sql.jobs.job_queue._is_not", _only_people),
    "a retry keeps its old place": ("sunwi.adapters.sql.jobs.jobs.SqlJobs.retry", _in_old_place),
}


def _one(kind: str) -> Event:
    return ("submit", 1, KINDS.index(kind), 0, "a", False, 0)


_LATER: Event = ("later", 1)
#: Faults that a search takes long to find, with a history that shows them.
SHOWN_BY: dict[str, list[Event]] = {
    "a back-off loses its place": [
        *(_one("export"), ("admit",), _LATER, _one("export"), _LATER, _one("export")),
        *(("end", 0, "back off"), ("later", BACK_OFF * SECOND), ("end", 0, "done")),
    ],
    "a kind that is passed over blocks others": [
        *(("pool", 2), _one("stores"), _LATER, _one("stores"), _LATER, _one("export"), ("admit",)),
    ],
    "a retry keeps its old place": [
        *(_one("export"), ("admit",), _LATER, _one("export"), _LATER, _one("export")),
        *(("end", 0, "fail"), ("retry", 0), ("end", 0, "done")),
    ],
}


@pytest.mark.parametrize("history", SHOWN_BY.values(), ids=SHOWN_BY)
def test_the_histories_that_show_a_fault_are_right_without_it(engine: Engine, history: list[Event]) -> None:
    with job_line(engine) as line:
        play(line, Model(LIMITS, PATIENCE * SECOND), history)


@contextmanager
def _line_built_anew() -> Iterator[None]:
    """Statements are built once: let none be left of the rules before, nor of those inside the block."""
    built = job_queue._line  # noqa: SLF001 - where the faults are planted
    built.cache_clear()
    yield
    built.cache_clear()


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(sqlite_engine: Engine, fault: str) -> None:
    target, planted = PLANTED[fault]

    phases = [Phase.explicit, Phase.generate]

    @settings(database=None, derandomize=True, phases=phases, max_examples=300, report_multiple_bugs=False)
    @given(events=EVENTS)
    def search(events: list[Event]) -> None:
        with job_line(sqlite_engine) as line:
            play(line, Model(LIMITS, PATIENCE * SECOND), events)

    if fault in SHOWN_BY:
        search = example(events=SHOWN_BY[fault])(search)
    with patch(target, planted), _line_built_anew(), pytest.raises(AssertionError):
        search()
