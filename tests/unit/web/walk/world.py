"""A database with what belongs to agency 1 and to agency 2, and the use cases over it."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, func, select, update

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import AuditRow, JobRow, NoticeRow
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.job import AttemptOutcome, JobEnd, JobFailure, JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.notice import Audience, AudienceKind, NewNotice, NoticeKind
from sunwi.domain.run import RunKind
from sunwi.domain.worker_pool import Worker
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine, ManualClock
from tests.examples import EXPOSED_DAY, EXPOSED_LOOK, NIGHT, new_reading, place_tracking, recognised
from tests.unit.web.house import open_house
from tests.unit.web.people import AGENCY, MARK, add_people

SLACK = "https://hooks.slack.com/services/T000/B000/abcdefgh1234"


@dataclass
class World:
    """What the walk goes through; each caller has a fresh one.

    Attributes:
        account: Of whoever asks; None of nobody.
        audited: Audit rows before anybody asked.
    """

    engine: Engine
    house: CommandContainer
    account: Account | None = None
    audited: int = 0

    @property
    def store(self) -> SqlStore:
        return self.house.adapters.store

    @property
    def clock(self) -> ManualClock:
        """The clock, which a test moves."""
        clock: object = self.house.adapters.clock
        assert isinstance(clock, ManualClock)
        return clock

    @property
    def queue(self) -> InMemoryCrawlQueue:
        """What was sent to the crawlers."""
        queue: object = self.house.adapters.queue
        assert isinstance(queue, InMemoryCrawlQueue)
        return queue

    @property
    def machine(self) -> InMemoryStateMachine:
        """What watches runs."""
        machine: object = self.house.adapters.state_machine
        assert isinstance(machine, InMemoryStateMachine)
        return machine

    def count_audit(self) -> int:
        """Count the audit rows."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(AuditRow)).scalar_one()

    def tracking(self) -> int:
        """Store a tracking of client 1 of agency 1."""
        new = place_tracking(101, client=f"강남치과 {MARK}", agency=f"한빛 {MARK}")
        with self.store.begin() as tx:
            tx.trackings.add([new], at=NIGHT)
            tx.owners.link()
        return 1

    def foreign_tracking(self) -> int:
        """Store a tracking of client 2 of agency 2."""
        with self.store.begin() as tx:
            [number] = tx.trackings.add([place_tracking(102, client="서초식당", agency="새봄")], at=NIGHT)
        assert number is not None
        return number

    def run(self) -> str:
        """Start a run over a tracking of client 1 of agency 1."""
        self.tracking()
        return self.house.runs.dispatch_run.started(RunKind.MANUAL, None, request_id="walk").id

    def measured_tracking(self) -> int:
        """Store a tracking of client 1 of agency 1 with one day in the ledger."""
        run_id = self.run()
        with self.store.begin() as tx:
            reading_id = tx.readings.add(new_reading(run_id, recognised("101"))).id
            tx.ledger.observe(replace(EXPOSED_LOOK, run_id=run_id, page_reading_id=reading_id))
            tx.ledger.add(EXPOSED_DAY)
        return 1

    def job(self, work: str = "lookup", **params: Any) -> str:
        """Submit a job of agency 1."""
        given = params or {"keyword": f"김밥 {MARK}", "url": "https://m.place.naver.com/restaurant/1234567890"}
        return self.house.jobs.submit_job.submit(AGENCY.actor, JobOrder(work=work, params=given)).job.id

    def ended_job(self, state: JobState = JobState.FAILED, result: dict[str, Any] | None = None) -> str:
        """Submit a job of agency 1 and let it end."""
        job_id = self.job()
        with self.store.begin() as tx:
            (admitted,) = tx.job_queue.admit([job_id], at=NIGHT)
            worker = Worker(
                id="worker-1",
                place="browser",
                environment="",
                job_id=job_id,
                generation=admitted.key.generation,
                since=NIGHT,
                claimed_at=NIGHT,
                seen_at=NIGHT,
            )
            tx.job_attempts.claim(admitted.key, worker, at=NIGHT)
            end = JobEnd(
                outcome=AttemptOutcome(state.value.lower()),
                state=state,
                at=NIGHT,
                failure=JobFailure("crash", reason="it died") if state is JobState.FAILED else None,
                result=result,
                seconds=3,
            )
            assert tx.jobs.end(admitted.key, end, expected=JobState.RUNNING)
        return job_id

    def job_with_file(self) -> str:
        """Submit a job of agency 1 that left a file."""
        job_id = self.ended_job(JobState.SUCCEEDED, {"ranks": [3]})
        with self.store.begin() as tx:
            result = {"ranks": [3], "file": f"results/{job_id}/1/순위.csv"}
            tx.connection.execute(update(JobRow).where(JobRow.id == job_id).values(result=result))
        return job_id

    def session(self, account: Account) -> str:
        """Open a session of an account, and return the name of it."""
        sub = f"sub-{account.id}"
        browser = f"Chromium {MARK}" if account.agency_id == 1 else "Chromium"
        opened = self.house.accounts.keep_sessions.open(sub=sub, email=account.email, browser=browser)
        return opened.session.id_hash

    def key(self) -> str:
        """Make a key of agency 1."""
        made = self.house.accounts.manage_keys.make(AGENCY.actor, KeyOrder(name=f"한빛 {MARK}"))
        return made.listed.key.id

    def channel(self, name: str = f"한빛 알림 {MARK}") -> int:
        """Add a channel of agency 1."""
        new = NewChannel(name=name, kind=ChannelKind.SLACK, address=SLACK, audience=Audience(AudienceKind.AGENCY, 1))
        with self.store.begin() as tx:
            assert tx.channels.add(new, at=NIGHT)
            found = tx.channels.find(name)
        assert found is not None
        return found.channel.id

    def notice(self, *, is_dead: bool = False) -> str:
        """Post a notice to a channel of agency 1, dead if it is to be."""
        self.channel()
        audience = Audience(AudienceKind.AGENCY, 1)
        content = {"channel": f"한빛 알림 {MARK}", "by": AGENCY.owner, "at": NIGHT.isoformat()}
        new = NewNotice(kind=NoticeKind.TEST, audience=audience, dedupe_key="test:1", content=content)
        with self.store.begin() as tx:
            tx.notices.post([new], at=NIGHT)
            if is_dead:
                tx.notices.hold()
            return str(tx.connection.execute(select(NoticeRow.id)).scalar_one())


def open_world(engine: Engine, account: Account | None) -> World:
    """Open a fresh database, with the people alone."""
    with engine.begin() as connection:
        add_people(connection)
    return World(engine, open_house(engine), account)
