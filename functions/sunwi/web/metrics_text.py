"""Figures as Prometheus reads them.

Source: Prometheus documentation, "Exposition formats", text format 0.0.4.
"""

from collections.abc import Iterable, Mapping

from sunwi.domain.job_health import HealthLevel
from sunwi.domain.job_monitor import MonitorView
from sunwi.service.runs.show_run import RunProgress

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_Labels = Mapping[str, str]
_Sample = tuple[_Labels, float | None]
_BARE: _Labels = {}


def metrics_text(view: MonitorView, run: RunProgress | None) -> str:
    """Write what is seen of jobs, queues and workers, and the equation of the latest run; unknown figures are left out.

    Args:
        view: Of the monitor.
        run: None before the first one.
    """
    return "".join((*_of_jobs(view), *_of_workers(view), *_of_queues(view), *_of_run(run)))


def _of_jobs(view: MonitorView) -> Iterable[str]:
    levels = [({"level": level.value}, float(level is view.health.level)) for level in HealthLevel]
    yield _gauge("sunwi_health", "1 for the level that holds.", levels)
    opened = [({"work": work, "state": state.value}, count) for (work, state), count in sorted(view.open_jobs.items())]
    yield _gauge("sunwi_jobs_open", "Jobs that have not ended.", opened)
    yield _gauge("sunwi_jobs_ready", "Jobs that wait and whose time has come.", [(_BARE, view.waiting)])
    waits = [({"priority": each.name.lower()}, seconds) for each, seconds in sorted(view.waiting_seconds.items())]
    yield _gauge("sunwi_jobs_longest_wait_seconds", "How long the longest ready job waits.", waits)
    total = view.total
    ended = [
        ({"outcome": name}, float(getattr(total, name))) for name in ("succeeded", "failed", "cancelled", "expired")
    ]
    yield _gauge("sunwi_jobs_ended_48h", "Jobs that ended in the last 48 hours.", ended)


def _of_workers(view: MonitorView) -> Iterable[str]:
    pool, seen = view.pool, [one for one in view.workers if not one.is_silent]
    limits = [({"which": "now"}, pool.workers), ({"which": "least"}, pool.least), ({"which": "most"}, pool.most)]
    yield _gauge("sunwi_pool_workers", "Jobs that may be admitted at a time.", limits)
    yield _gauge("sunwi_jobs_admitted", "Jobs that have a worker's place.", [(_BARE, view.busy)])
    states = [
        ({"state": "busy"}, sum(one.job is not None for one in seen)),
        ({"state": "idle"}, sum(one.job is None for one in seen)),
        ({"state": "silent"}, len(view.workers) - len(seen)),
    ]
    yield _gauge("sunwi_workers", "Environments that run jobs.", states)


def _of_queues(view: MonitorView) -> Iterable[str]:
    for name, words in (
        ("waiting", "Messages that can be received."),
        ("in_flight", "Messages that were received and not deleted."),
        ("dead", "Messages of the dead-letter queue."),
        ("oldest_seconds", "How long the message sent first waits."),
    ):
        yield _gauge(f"sunwi_queue_{name}", words, [({"queue": one.name}, getattr(one, name)) for one in view.queues])


def _of_run(run: RunProgress | None) -> Iterable[str]:
    if run is None:
        return
    counts = run.counts
    labels = {"run_id": run.run.id}
    parts = [
        ({**labels, "part": name}, float(getattr(counts, name)))
        for name in ("expected", "succeeded", "failed", "cancelled", "expired", "left")
    ]
    yield _gauge("sunwi_run_trackings", "The latest run: expected is the sum of all other parts.", parts)
    started = [(labels, run.run.started_at.timestamp())]
    yield _gauge("sunwi_run_started_timestamp_seconds", "When the latest run started.", started)


def _gauge(name: str, words: str, samples: Iterable[_Sample]) -> str:
    lines = [f"{name}{_labels(labels)} {value:.17g}" for labels, value in samples if value is not None]
    return "\n".join((f"# HELP {name} {words}", f"# TYPE {name} gauge", *lines)) + "\n"


def _labels(labels: _Labels) -> str:
    if not labels:
        return ""
    escaped = {name: value.translate({92: r"\\", 34: r"\"", 10: r"\n"}) for name, value in labels.items()}
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
