"""A kind whose effects can be counted, and the product's bulk action."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import text

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.works import KINDS as PRODUCT_KINDS
from sunwi.bootstrap.works import Kind
from sunwi.domain.work import BackOff, Place, Work, Works
from sunwi.errors import Permanent
from sunwi.service.jobs.running_job import JobRunner, RunningJob
from sunwi.service.ports.outside import Transaction

from .points import reach

if TYPE_CHECKING:
    from sunwi.adapters.sql.store import SqlTransaction

#: Has no key that would keep an effect from being done twice.
EFFECT_TABLE = "CREATE TABLE chaos_effect (job_id TEXT NOT NULL, chunk INTEGER NOT NULL, generation INTEGER NOT NULL)"
_INSERT = "INSERT INTO chaos_effect (job_id, chunk, generation) VALUES (:job_id, :chunk, :generation)"
_STEPS = ("odd", "even")


def parse(params: Mapping[str, Any]) -> dict[str, Any]:
    """Take any params."""
    return dict(params)


CHUNKS = Work(
    name="chunks",
    parse=parse,
    place=Place.CORE,
    steps=_STEPS,
    back_off=BackOff(tries=2, first=timedelta(seconds=0.1), longest=timedelta(seconds=0.1)),
    can_checkpoint=True,
)


def run_chunks(running: RunningJob) -> Mapping[str, Any]:
    """Do chunks from the checkpoint on: an object elsewhere, then a row and the checkpoint in one transaction.

    Raises:
        Permanent: The params say that this attempt fails.
    """
    job, total = running.job, int(running.job.params["chunks"])
    if job.generation in job.params.get("fail_in", ()):
        raise Permanent("it failed as it was asked to")
    for number in range(int((job.checkpoint or {}).get("done", 0)) + 1, total + 1):
        running.progress(100 * (number - 1) // total, step=_STEPS[number % 2 == 0], message="하는 중")
        reach("in_progress", job.id)
        # What a kind does elsewhere carries the job's id and the chunk.
        running.files.put(f"results/{job.id}/chunk-{number}.txt", b"done", content_type="text/plain")
        reach("before_checkpoint", job.id)
        running.save({"done": number}, rows=partial(_insert, running, number))
    return {"chunks": total, "file": running.keep_file("done.txt", b"done", content_type="text/plain")}


def _insert(running: RunningJob, number: int, tx: Transaction) -> None:
    values = {"job_id": running.job.id, "chunk": number, "generation": running.job.generation}
    cast("SqlTransaction", tx).connection.execute(text(_INSERT), values)


def _held(kind: Kind) -> Kind:
    """Put a point behind a kind's result, before anything of the end is written."""

    def build(adapters: Adapters) -> JobRunner:
        runner = kind.build(adapters)

        def run(running: RunningJob) -> Mapping[str, Any]:
            result = runner(running)
            reach("after_result", running.job.id)
            return result

        return run

    return Kind(kind.work, build)


def _build(_adapters: Adapters) -> JobRunner:
    return run_chunks


KINDS = tuple(_held(kind) for kind in (Kind(CHUNKS, _build), *PRODUCT_KINDS))
WORKS = Works(tuple(kind.work for kind in KINDS))
