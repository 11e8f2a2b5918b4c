"""Read pages whose answer is known, before a run or while one is held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.canary import ALWAYS_READ, CHECK_TIME, MAX_REFUSALS, CanaryCheck, CanaryKeyword
from sunwi.domain.observation import SurfaceLook
from sunwi.domain.outcome import Exposed, describe, look_up
from sunwi.domain.reading import PageReading
from sunwi.domain.recognition import PageFinding, count_findings, finding_of
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import CANARY_LEAD, check_canary_time
from sunwi.domain.tracking import KINDS_OF_SURFACE, Device, PageKey, Surface
from sunwi.errors import Blocked, Retryable, StaleEvent
from sunwi.service.ports import Clock, EvidenceStore, Metrics, Store
from sunwi.service.publish_recognition import WORST
from sunwi.service.read_surface import ReadSurface

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CanaryPage:
    """What became of one page of a check; `problem` is empty when it gave the known answer."""

    key: PageKey
    finding: PageFinding
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCanary:
    """Check canaries, each any number of times with the same effect.

    Attributes:
        read_surface: Needs one page of each surface only.
        evidence: Where pages that cannot be read are kept; None keeps none.
        allow_stale_events: Take scheduled events of any age (tests).
    """

    store: Store
    read_surface: ReadSurface
    evidence: EvidenceStore | None
    metrics: Metrics
    clock: Clock
    keywords: Sequence[CanaryKeyword]
    allow_stale_events: bool = False

    def scheduled(self, event_time: datetime) -> CanaryCheck:
        """Check before the run that is due `CANARY_LEAD` after an event; it stops opening pages by then.

        Raises:
            StaleEvent: That run is due, or has started.
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: No browser is installed.
        """
        now = self.clock.now()
        day = check_canary_time(event_time, now=now, allow_stale=self.allow_stale_events)
        run_id = scheduled_run_id(day)
        with self.store.read() as tx:
            done, run = tx.canaries.get(run_id, 0), tx.runs.get(run_id)
        if done is not None:
            return done
        if run is not None:
            raise StaleEvent(f"run {run_id} has started already: to read the canary's pages now would be beside it")
        left = CHECK_TIME if self.allow_stale_events else min(CHECK_TIME, event_time + CANARY_LEAD - now)
        return self._check(run_id, 0, until=now + left)

    def again(self, run_id: str, number: int) -> CanaryCheck:
        """Check again while a run is held.

        Args:
            run_id: Of the run.
            number: From 1; a repeated call with the same number is the same check.

        Raises:
            StaleEvent: The run is not held, or no longer.
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: No browser is installed.
        """
        with self.store.read() as tx:
            done, run = tx.canaries.get(run_id, number), tx.runs.get(run_id)
        if done is not None:
            return done
        if run is None or not run.is_held:
            raise StaleEvent(f"run {run_id} is not held: to read the canary's pages now would be beside it")
        return self._check(run_id, number, until=self.clock.now() + CHECK_TIME)

    def _check(self, run_id: str, number: int, *, until: datetime) -> CanaryCheck:
        with self.store.read() as tx:
            surfaces = list(dict.fromkeys([*ALWAYS_READ, *tx.trackings.list_active_surfaces()]))
        pages = list(self._read_pages(f"canary-{run_id}-{number}", surfaces, until=until))
        check = CanaryCheck(
            run_id=run_id,
            number=number,
            checked_at=self.clock.now(),
            surfaces=count_findings((page.key.surface, page.key.device, page.finding) for page in pages),
            failures=[_describe(page) for page in pages if page.problem],
        )
        with self.store.begin() as tx:
            stored = tx.canaries.add(check)
        self._tell(stored)
        return stored

    def _read_pages(
        self, evidence_name: str, surfaces: Sequence[tuple[Surface, Device]], *, until: datetime
    ) -> Iterator[CanaryPage]:
        """Read keyword by keyword, so that a check that ends early has seen every surface."""
        keys = [(known, PageKey(*surface, known.keyword)) for known in self.keywords for surface in surfaces]
        refusals = 0
        for opened, (known, key) in enumerate(keys):
            if refusals == MAX_REFUSALS or (opened and self.clock.now() >= until):
                log.warning("canary_ended_early", opened=opened, wanted=len(keys), refusals=refusals)
                return
            page = self._read_page(evidence_name, known, key)
            refusals = refusals + 1 if page.finding is PageFinding.BLOCKED else 0
            yield page

    def _read_page(self, evidence_name: str, known: CanaryKeyword, key: PageKey) -> CanaryPage:
        try:
            look = self.read_surface(key)
        except Blocked as error:
            return CanaryPage(key, PageFinding.BLOCKED, str(error))
        except Retryable as error:
            return CanaryPage(key, PageFinding.UNREACHABLE, str(error))
        finding = finding_of(look.reading)
        if finding is not PageFinding.RECOGNISED:
            self._keep(evidence_name, look)
            return CanaryPage(key, finding, describe(look.reading))
        problem = _missing_answer(known, key.surface, look.reading)
        return CanaryPage(key, PageFinding.LAYOUT_UNKNOWN if problem else finding, problem)

    def _keep(self, name: str, look: SurfaceLook) -> None:
        """Keep what could not be read, for whoever mends the reader; a check is not lost for it."""
        if self.evidence is None or look.reading.verdict.is_readable:
            return
        try:
            self.evidence.keep(name, look)
        except Retryable as error:
            log.exception("evidence_not_kept", keyword=look.key.keyword, error=str(error))

    def _tell(self, check: CanaryCheck) -> None:
        for counts in check.surfaces:
            name = f"{counts.surface}-{counts.device}"
            self.metrics.put({"CanaryRecognisedShare": counts.recognised_share}, surface=name)
        self.metrics.put({"CanaryRecognisedShare": check.recognised_share}, surface=WORST)
        log.info(
            "canary_checked",
            run_id=check.run_id,
            number=check.number,
            recognised_share=check.recognised_share,
            surfaces=[counts.as_document() for counts in check.surfaces],
            failures=list(check.failures),
        )


def _missing_answer(known: CanaryKeyword, surface: Surface, reading: PageReading) -> str:
    """Say what a recognised page lacks of its known answer; empty when nothing."""
    if not reading.cards:
        return f"recognised, but without a single organic card: {describe(reading)}"
    target = known.target
    if target is None or target.kind not in KINDS_OF_SURFACE[surface]:
        return ""
    return "" if isinstance(look_up(reading, target), Exposed) else f"recognised, but without {target.id}"


def _describe(page: CanaryPage) -> str:
    return f"{page.key.surface} {page.key.device} {page.key.keyword}: {page.finding}: {page.problem}"
