"""`sunwi rank --remote`: the lookup as a job, for machines without a browser or away from Korea."""

import json
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, Any

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.follow_jobs import follow_jobs
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.screens.jobs.watch_screen import JobWatchScreen
from sunwi.domain.job import Job, JobFailure, JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import PageKey
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.lookups.lookup import LOOKUP
from sunwi.service.lookups.run_lookup import ANSWER_FILE
from sunwi.service.pages.look_up_target import Lookup, infer_target
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.sites.naver.links.targets import is_short_link
from sunwi.wording.jobs.job_failure_words import job_failure_words
from sunwi.wording.jobs.job_words import JOB_STATES
from sunwi.wording.reading_documents import rank_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Codes of a page that was not read, and its verdict; None where no page came.
_VERDICTS = {
    "blocked": PageVerdict.BLOCKED,
    "surface_held": None,
    "surface_refuses": None,
    "page_truncated": PageVerdict.TRUNCATED,
    "page_unrendered": PageVerdict.UNRENDERED,
    "layout_unknown": PageVerdict.LAYOUT_UNKNOWN,
    "page_unreachable": None,
    "page_timed_out": None,
    "browser_lost": None,
}


def look_up_remotely(container: "CommandContainer", fields: TrackingFields, *, is_quiet: bool) -> dict[str, Any]:
    """Submit a lookup, wait until it has ended, and return its answer as `sunwi rank --json` prints it.

    One whose page could not be read is an answer, too. A lookup that nobody waits for any longer is cancelled.

    Args:
        container: Of this command.
        fields: As typed.
        is_quiet: Draw no bar.

    Raises:
        InvalidInput: What is looked for cannot be used.
        Retryable: The job ended without an answer.
    """
    actor = actor_of_cli()
    order = JobOrder(work=LOOKUP.name, params=_params_of(fields))
    submit_job = container.jobs.submit_job
    job = submit_once(lambda key: submit_job.submit(actor, order, idempotency_key=key), key=None).job
    screen = JobWatchScreen(is_quiet=is_quiet, is_error=True)
    try:
        (ended,) = follow_jobs(container, [job.id], screen, sleep=sleep)
    except KeyboardInterrupt:
        _cancel(container, job)
        raise
    if ended.job.state is JobState.SUCCEEDED:
        answer: dict[str, Any] = json.loads(container.jobs.read_result.file(actor, job.id, ANSWER_FILE))
        return answer
    return _unread(ended.job, fields)


def _params_of(fields: TrackingFields) -> dict[str, Any]:
    return {
        "keyword": fields.keyword,
        "url": fields.target_url,
        "kind": fields.kind,
        "surface": fields.surface,
        "device": fields.device,
        "location": fields.location,
        "areas": fields.areas,
        "bundled": bool(fields.bundled),
    }


def _cancel(container: "CommandContainer", job: Job) -> None:
    try:
        container.jobs.cancel_job.cancel(actor_of_cli(), job.id)
    except InvalidInput:
        return


def _unread(job: Job, fields: TrackingFields) -> dict[str, Any]:
    """Write the answer of a lookup whose page was not read, as the command does that opens it here.

    Raises:
        Retryable: That is not why the job failed, or its link is a shortened one that nobody has followed.
    """
    failure = job.failure
    if failure is None or failure.code not in _VERDICTS or is_short_link(fields.target_url):
        raise Retryable(
            f"job {job.id} ended without a rank: {job.state.value.lower()}"
            + (f" ({failure.code}: {failure.reason})" if failure else ""),
            code="lookup_without_result",
            job_id=job.id,
            state=JOB_STATES[job.state],
            why=f" ({job_failure_words(failure)})" if failure else "",
        )
    return _not_measured(failure, fields)


def _not_measured(failure: JobFailure, fields: TrackingFields) -> dict[str, Any]:
    wanted = parse_tracking(replace(fields, kind=fields.kind or infer_target(fields.target_url).kind))
    verdict = _VERDICTS[failure.code]
    reason = failure.reason if verdict else f"the page could not be opened: {failure.reason}"
    outcome = NotMeasured(reason=reason, verdict=verdict or PageVerdict.LAYOUT_UNKNOWN)
    lookup = Lookup(target=wanted.target, outcome=outcome, counting=wanted.counting)
    document = rank_document(lookup, PageKey(wanted.surface, wanted.device, wanted.keyword, wanted.location))
    return {**document, "verdict": verdict.value if verdict else None}
