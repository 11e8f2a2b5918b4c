"""Publish how much of each surface a run recognised, and how the canary let it start, for alarms to watch."""

from collections.abc import Mapping
from typing import Any

import structlog

from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import RunKind
from sunwi.service.ports.outside import Metrics

#: Stands for whichever surface is worst: an alarm watches one.
WORST = "worst"

log = structlog.get_logger()


def publish_recognition(metrics: Metrics, summary: Mapping[str, Any]) -> None:
    """Publish the shares of a closed run; twice is as good as once, since alarms watch the extremes.

    An ON_DEMAND run publishes nothing: one new tracking's page is no surface.

    Args:
        metrics: Where to.
        summary: As the run closed with it; one of an earlier release has no surfaces.
    """
    surfaces = [SurfaceCounts.from_document(document) for document in summary.get("surfaces", [])]
    if not surfaces or summary["kind"] == RunKind.ON_DEMAND:
        return
    for counts in surfaces:
        _publish(metrics, [counts], f"{counts.surface}-{counts.device}")
        _warn(counts, summary["run_id"])
    _publish(metrics, surfaces, WORST)


def publish_canary(metrics: Metrics, summary: Mapping[str, Any]) -> None:
    """Publish whether a closed run started in spite of the canary, or without it."""
    canary = summary.get("canary")
    if canary is not None:
        metrics.put({"CanaryWarnings": 0.0 if canary["warning"] is None else 1.0}, surface=WORST)


def _publish(metrics: Metrics, surfaces: list[SurfaceCounts], name: str) -> None:
    values = {
        "RecognisedShare": min(counts.recognised_of_served for counts in surfaces),
        "BlockedShare": max(counts.blocked_share for counts in surfaces),
    }
    metrics.put(values, surface=name)


def _warn(counts: SurfaceCounts, run_id: str) -> None:
    if counts.has_layout_alarm:
        log.warning("layout_changed", run_id=run_id, **counts.as_document())
    if counts.has_block_alarm:
        log.warning("surface_blocked", run_id=run_id, **counts.as_document())
