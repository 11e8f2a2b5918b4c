"""Read what a job leaves: its result, and its files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.file_link import LinkedFile
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_answers import JobResult
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.ports.job_engine import JobFiles
from sunwi.service.ports.outside import Store

#: What the bytes of a file are, by how its name ends.
_CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

#: Where a result names its file, or its files, by their keys.
FILE, FILES = "file", "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """Return results to whoever may see their jobs.

    Attributes:
        open_files: Opens the files when one is read: a result alone needs none.
    """

    store: Store
    open_files: Callable[[], JobFiles]

    def read(self, actor: Actor, job_id: str) -> JobResult:
        """Return a job's result.

        Raises:
            InvalidInput: There is no such job, it is somebody else's, or its result is no longer kept.
            Conflict: It has not ended, or left none.
            StoreUnavailable: The database cannot be reached.
        """
        job = self._job(actor, job_id)
        result = _result(job)
        shown = {name: value for name, value in result.items() if name not in (FILE, FILES)}
        return JobResult(shown, tuple(sorted(_files(job, result))))

    def file(self, actor: Actor, job_id: str, name: str) -> bytes:
        """Return one of the files that a job's result names.

        Raises:
            InvalidInput: As of `read`; or there is no such file, or it is no longer kept.
            Conflict: As of `read`.
            Retryable: Database or files cannot be reached.
        """
        return self.open_files().get(self.find_file(actor, job_id, name).key)

    def find_file(self, actor: Actor, job_id: str, name: str) -> LinkedFile:
        """Return where one of the files that a job's result names is kept; whether it still is, nobody asks.

        Raises:
            InvalidInput: As of `read`; or there is no such file.
            Conflict: As of `read`.
            StoreUnavailable: The database cannot be reached.
        """
        job = self._job(actor, job_id)
        files = _files(job, _result(job))
        if name not in files:
            known = ", ".join(sorted(files)) or "-"
            raise InvalidInput(
                f"job {job_id} has no file {name}: it has {known}",
                code="job_file_unknown",
                job_id=job_id,
                name=name,
                known=known,
            )
        content_type = _CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
        return LinkedFile(key=files[name], name=PurePosixPath(name).name, content_type=content_type)

    def _job(self, actor: Actor, job_id: str) -> Job:
        with self.store.read() as tx:
            return require_job(tx.jobs.get(job_id), job_id, actor=actor)


def _result(job: Job) -> Mapping[str, Any]:
    if job.result is not None:
        return job.result
    if not job.state.is_ended:
        raise Conflict(f"job {job.id} has not ended yet", code="job_not_ended", job_id=job.id)
    if job.state is JobState.SUCCEEDED:
        raise InvalidInput(f"the result of job {job.id} is no longer kept", code="job_result_dropped", job_id=job.id)
    raise Conflict(
        f"job {job.id} left no result: {job.state.value.lower()}",
        code="job_without_result",
        job_id=job.id,
        state=job.state.value,
    )


def _files(job: Job, result: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the keys of the files that are the job's own, by their names."""
    keys = [result.get(FILE), *(result.get(FILES) or ())]
    folder = f"results/{job.id}/"
    own = [key for key in keys if isinstance(key, str) and key.startswith(folder)]
    return {key.removeprefix(folder).partition("/")[2]: key for key in own}
