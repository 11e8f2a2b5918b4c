"""Freeze what this release writes, for the next one's tests: `python -m tests.freeze_release NAME`.

Run it on the commit that is deployed, before anything is changed: two nights in part, with the release's own use cases,
queue, state machine and tables; only SQS, Step Functions and the pages are played. In
`tests/fixtures/releases/NAME` then stand:

- `payloads.json`: the messages and execution inputs that were sent, byte for byte;
- `rows.json`: every row that was stored, by table;
- `release.tar.xz`: functions, migrations, state machine and template, for the stack's test of an update.

Look the first two over by hand, and name the release in `tests/release_before.py`.
"""

import json
import subprocess
import sys
import tarfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from sunwi.adapters.aws.queue import SqsCrawlQueue
from sunwi.adapters.aws.state_machine import StepFunctionsStateMachine
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version, upgrade_schema
from sunwi.adapters.sql.epoch_microseconds import EpochMicroseconds
from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import Base
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import Device, Surface
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.errors import PageTimedOut, SunwiError
from sunwi.sites.naver import surface_reading
from sunwi.sites.naver.site import Lane
from tests.examples import NIGHT, blog_tracking, cafe_tracking, place_tracking, recognised
from tests.night import Night

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("functions", "infra/migrations", "infra/statemachine", "template.yaml")
ELSEWHERE = "성수동 카페"


class Recorder:
    """SQS and Step Functions, which take everything and remember it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.executions: list[dict[str, str]] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self.messages += [{"queue": QueueUrl, "body": entry["MessageBody"]} for entry in Entries]
        return {}

    def start_execution(self, **arguments: str) -> dict[str, str]:
        self.executions.append({name: arguments[name] for name in ("name", "input")})
        return {}

    def change_message_visibility(self, **_: Any) -> dict[str, str]:
        return {}


def live(night: Night) -> None:
    """Measure one night to its end, and stop in the middle of the next one."""
    night.show(recognised("101", "102", "blog:writer/223000000001", "cafe:club/77"))
    night.show(PageTimedOut("https://search.naver.com/ could not be opened: Timeout 24500ms"), keyword=ELSEWHERE)
    night.clock.at = NIGHT - timedelta(days=1)
    night.start(place_tracking(101, client="가게", agency="대행사"), blog_tracking(), place_tracking(999))
    for number in (1, 2, 3):
        night.deliver(number, f"first-{number}", run_id="scheduled-20260101", sent_at=night.clock.at)
    night.clock.advance(minutes=10)
    assert night.close.check("scheduled-20260101").done
    night.close.summarise("scheduled-20260101")

    night.clock.at = NIGHT
    night.start(cafe_tracking(keyword=ELSEWHERE), place_tracking(102))
    for number in (1, 2, 3):
        night.deliver(number, f"second-{number}")
    try:
        night.deliver(4, "second-4")
    except SunwiError as error:
        print("left to be retried:", error)  # noqa: T201 - a program for a person
    night.track(blog_tracking("writer/223000000002"))
    night.dispatch.started(RunKind.ON_DEMAND, [6], request_id="request-1")
    night.open_circuit(Lane(Surface.PLACE_LIST, Device.PC).circuit)
    with night.sql.begin() as tx:
        found = Problem(kind=ProblemKind.DEAD_LETTERS, subject="crawl-dead-letters", extent=2)
        tx.watch.record([found], repairs={}, at=NIGHT)


def rows_of(store: SqlStore) -> dict[str, list[dict[str, Any]]]:
    """Return every stored row as the database has it, by table, in the order in which they can be inserted."""
    stored = {}
    with store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            columns = {column.name: column for column in table.columns}
            stored[table.name] = [
                {name: plain(columns[name].type, value) for name, value in row.items()} for row in found
            ]
    return stored


def plain(kind: object, value: Any) -> Any:
    """Write a value for JSON, with what it is where that is not plain."""
    if isinstance(value, datetime):
        return (
            (value - datetime.fromtimestamp(0, tz=value.tzinfo)) // timedelta(microseconds=1)
            if isinstance(kind, EpochMicroseconds)
            else {"$at": value.isoformat()}
        )
    return {"$day": value.isoformat()} if isinstance(value, date) else value


def main(name: str) -> None:
    folder = ROOT / "tests" / "fixtures" / "releases" / name
    folder.mkdir(parents=True)
    database = folder / "frozen.db"
    engine = create_store_engine(f"sqlite:///{database}")
    upgrade_schema(engine)
    recorder, store = Recorder(), SqlStore(engine)
    night = Night(store)
    client = cast("Any", recorder)
    night.queue = cast("Any", SqsCrawlQueue(client=client, crawl_queue_url="crawl", express_queue_url="express"))
    cast("Any", surface_reading).read_page = night.read_page
    night.machine = cast("Any", StepFunctionsStateMachine(client, "arn:aws:states:::stateMachine:sunwi-run"))
    live(night)
    sent = {"messages": recorder.messages, "executions": recorder.executions}
    frozen = {"schema": schema_version(engine).current, "tables": rows_of(store)}
    for file, content in (("payloads.json", sent), ("rows.json", frozen)):
        (folder / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    engine.dispose()
    for left in folder.glob("frozen.db*"):
        left.unlink()
    with tarfile.open(folder / "release.tar.xz", "w:xz") as archive:
        for path in subprocess.run(  # noqa: S603 - our own words
            ["git", "ls-files", *PARTS],  # noqa: S607 - whichever git there is
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split():
            archive.add(ROOT / path, arcname=path)


if __name__ == "__main__":
    main(sys.argv[1])
