"""What was under way when a backup was taken ends once on the machine that the database is restored on."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import AttemptOutcome, JobEnd, JobState
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.notice_rules import HELD_AT_RESTORE
from sunwi.domain.run import RunStatus, TaskState
from sunwi.errors import Conflict
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.jobs.store_end import store_end
from sunwi.testing.clock import ManualClock
from sunwi.wording.notices.job_ended_text import job_ended_text
from sunwi.wording.notices.notice_words import KoreanNoticeWords
from tests.accounts.account_world import AccountWorld
from tests.backup.adoption_world import LATER, WORKERS, adoption_of, busy_world, on_new_machine, run_to_the_end
from tests.examples import new_run, place_tracking
from tests.job_world import ADMIN, JobWorld
from tests.notice_world import NOON, NoticeWorld, new_channel, new_notice

RUN = "scheduled-20260102"


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


def later(world: JobWorld) -> JobWorld:
    world.clock.at += LATER
    return world


def test_five_jobs_that_ran_end_once_each_on_the_new_machine(store: SqlStore) -> None:
    world, ids = busy_world(store)
    later(world)
    adoption = adoption_of(world).adopt()
    assert Counter((job.before, job.after) for job in adoption.jobs) == {
        (JobState.RUNNING, JobState.PENDING): 5,
        (JobState.QUEUED, JobState.PENDING): 1,
    }
    assert adoption.workers == 5
    new = on_new_machine(store, world)
    new.set_pool(workers=WORKERS, least=1, most=WORKERS)
    run_to_the_end(new, ids)
    assert {new.job(job_id).state for job_id in ids} == {JobState.SUCCEEDED}
    assert new.outcomes(ids[0]) == ["crashed", "succeeded"]
    assert new.outcomes(ids[5]) == ["not_started", "succeeded"]
    assert new.outcomes(ids[6]) == ["succeeded"]
    assert [new.job(job_id).attempts for job_id in ids] == [1] * 7, "a restore uses no attempt up"
    assert Counter(new.chunks_done) == {(job_id, chunk): 1 for job_id in ids for chunk in (1, 2)}


def test_doing_it_again_changes_nothing(store: SqlStore, sqlite_engine: Engine) -> None:
    world, ids = busy_world(store)
    add_run(world)
    later(world)
    adoption_of(world).adopt()
    before = [world.job(job_id) for job_id in ids]
    again = adoption_of(world).adopt()
    assert (again.jobs, again.runs, again.workers) == ([], [], 0)
    assert [world.job(job_id) for job_id in ids] == before
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM worker")).scalar_one() == 0


def test_a_dry_run_says_the_same_and_changes_nothing(store: SqlStore) -> None:
    world, ids = busy_world(store)
    add_run(world)
    later(world)
    before = [world.job(job_id) for job_id in ids]
    tried = adoption_of(world).adopt(dry_run=True)
    assert [world.job(job_id) for job_id in ids] == before
    done = adoption_of(world).adopt()
    assert (tried.jobs, tried.runs, tried.workers) == (done.jobs, done.runs, done.workers)


def test_a_cancel_and_an_end_of_time_that_were_on_their_way_come_true(store: SqlStore) -> None:
    world, ids = busy_world(store, running=2, queued=0, waiting=0)
    with store.begin() as tx:
        tx.jobs.request_cancel(ids[0], at=world.clock.now())
    world.clock.advance(days=8)
    adoption_of(world).adopt()
    assert [world.job(job_id).state for job_id in ids] == [JobState.CANCELLED, JobState.EXPIRED]


def test_a_database_that_a_stack_works_on_is_left_alone(store: SqlStore) -> None:
    world, ids = busy_world(store)
    with store.begin() as tx:
        tx.job_queue.record_tick(world.clock.now())
    world.clock.advance(seconds=89)
    with pytest.raises(Conflict) as raised:
        adoption_of(world).adopt()
    assert (raised.value.code, raised.value.fields["wait_seconds"]) == ("database_in_use", 90)
    assert world.job(ids[0]).state is JobState.RUNNING
    assert len(adoption_of(world).adopt(in_use=True).jobs) == 6


def add_run(world: JobWorld, run_id: str = RUN) -> None:
    with world.store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(3)], at=world.clock.now())
        run = tx.runs.add(replace(new_run(at=world.clock.now()), id=run_id), None)
        tx.runs.set_dispatched(run.id, 0)
        tx.tasks.mark_sent(run.id, [1, 2, 3], at=world.clock.now())


def test_an_open_run_is_closed_with_what_is_measured_and_its_balance(store: SqlStore) -> None:
    world = JobWorld(store)
    add_run(world)
    assert adoption_of(later(world)).adopt().runs == [RUN]
    with store.read() as tx:
        run = tx.runs.get(RUN)
        assert run is not None
        assert (run.status, run.closed_at) == (RunStatus.FAILED, world.clock.now())
        assert "restored from a backup" in (tx.runs.failure(RUN) or "")
        assert tx.tasks.count_states(RUN) == {TaskState.EXPIRED: 3}


def test_a_run_that_was_being_cancelled_is_cancelled(store: SqlStore) -> None:
    world = JobWorld(store)
    add_run(world)
    with store.begin() as tx:
        tx.runs.set_cancelled(RUN)
    adoption_of(later(world)).adopt()
    with store.read() as tx:
        run = tx.runs.get(RUN)
    assert run is not None
    assert (run.status, run.closed_at is not None) == (RunStatus.CANCELLED, True)


def test_what_waited_to_be_told_is_put_aside_and_what_the_adoption_itself_tells_is_not(store: SqlStore) -> None:
    world, _ = busy_world(store)
    add_run(world)
    with store.begin() as tx:
        tx.channels.add(new_channel(), at=world.clock.now())
        tx.notices.post([new_notice("told since"), new_notice("not told")], at=world.clock.now())
        tx.notices.queue_due(world.clock.now(), limit=1, of_channel=1)
    later(world)
    assert adoption_of(world).adopt().notices == 2
    with store.read() as tx:
        notices = {
            one.kind: one for one in tx.notices.page(NoticeQuery(wanted=NoticeFilter(), actor=ADMIN, limit=10)).notices
        }
    held = notices[NoticeKind.DIGEST]
    assert (held.state, held.failure) == (NoticeState.DEAD, HELD_AT_RESTORE)
    assert notices[NoticeKind.WATCH].state is NoticeState.WAITING
    assert adoption_of(world).adopt(in_use=True).notices == 1, "a second adoption holds what the first one told"


def test_what_five_jobs_told_on_the_old_machine_since_the_dump_is_not_told_again_on_the_new_one(
    store: SqlStore, sqlite_engine: Engine, tmp_path: Path
) -> None:
    with store.begin() as tx:
        assert tx.channels.add(new_channel(), at=NOON)
    world, ids = busy_world(store, queued=0, waiting=0, notify={"channel": "ops"})
    dump = tmp_path / "dump.db"
    with closing(sqlite3.connect(sqlite_engine.url.database or "")) as source, closing(sqlite3.connect(dump)) as copy:
        source.backup(copy)
    with store.begin() as tx:
        for job_id in ids:
            end = JobEnd(outcome=AttemptOutcome.SUCCEEDED, state=JobState.SUCCEEDED, at=world.clock.now())
            assert store_end(tx, world.job(job_id), end, expected=JobState.RUNNING) is not None
    assert mails(store, world) == sorted(ids)

    engine = create_store_engine(f"sqlite:///{dump}")
    new = on_new_machine(SqlStore(engine), later(world))
    assert adoption_of(new).adopt().notices == 5
    assert adoption_of(new).adopt(in_use=True).notices == 0
    new.set_pool(workers=WORKERS, least=1, most=WORKERS)
    run_to_the_end(new, ids)
    assert {new.job(job_id).state for job_id in ids} == {JobState.SUCCEEDED}
    assert mails(new.store, new) == []
    with new.store.read() as tx:
        held = tx.notices.page(NoticeQuery(wanted=NoticeFilter(), actor=ADMIN, limit=10)).notices
    assert [(one.state, one.failure) for one in held] == [(NoticeState.DEAD, HELD_AT_RESTORE)] * 5
    assert job_ended_text(held[0].content).sections[0].lines == ["백업할 때 진행 중이어서, 복원한 뒤 다시 기다립니다"]
    engine.dispose()


def mails(store: SqlStore, world: JobWorld) -> list[str]:
    """Send whatever is to be told, and return the jobs that it is of."""
    told = NoticeWorld(store, clock=ManualClock(world.clock.now()), words=KoreanNoticeWords())
    told.settle()
    return sorted(str(sent.notice.data["job_id"]) for sent in told.sender.sent)


def test_it_goes_on_where_it_was_interrupted(store: SqlStore) -> None:
    world, ids = busy_world(store, running=3, queued=0, waiting=0)
    later(world)
    adopt = adoption_of(world)
    real = adopt._end  # noqa: SLF001 - the point between two of its transactions
    ended: list[object] = []

    class Killed(BaseException):
        """The command was killed."""

    def die_at_the_second(job: object, now: datetime) -> None:
        if ended:
            raise Killed
        ended.append(job)
        real(job, now)  # type: ignore[arg-type]  # a job

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(adopt), "_end", lambda _self, job, now: die_at_the_second(job, now))
        with pytest.raises(Killed):
            adopt.adopt()
    assert [world.job(job_id).state for job_id in ids].count(JobState.PENDING) == 1
    adopt.adopt()
    assert {world.job(job_id).state for job_id in ids} == {JobState.PENDING}
    assert world.job(ids[0]).not_before - world.clock.now() == timedelta()


def test_browsers_sign_in_anew_since_one_that_was_signed_out_after_the_backup_would_be_let_in(store: SqlStore) -> None:
    world, _ = busy_world(store, running=0, queued=0, waiting=0)
    accounts = AccountWorld(store, later(world).clock)
    account = accounts.invite()
    opened = accounts.sign_in(account)
    key = accounts.keys.make(account.actor, KeyOrder(name="k"))
    tried = adoption_of(world).adopt(dry_run=True)
    assert tried.sessions == 1
    assert accounts.entrance.of_session(opened.session.id_hash, at=world.clock.now()) is not None
    assert [adoption_of(world).adopt().sessions for _ in range(2)] == [1, 0]
    assert accounts.entrance.of_session(opened.session.id_hash, at=world.clock.now()) is None
    assert accounts.entrance.of_key(hash_of(key.secret), at=world.clock.now()) is not None
