"""Read one page of the canary, if its circuit lets it through, and return what became of it."""

from dataclasses import dataclass

import structlog

from sunwi.domain.canary import CanaryKeyword
from sunwi.domain.circuit import Circuit, Entry
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.outcome import Exposed, describe, look_up
from sunwi.domain.reading import PageReading
from sunwi.domain.recognition import PageFinding, finding_of
from sunwi.domain.tracking import KINDS_OF_SURFACE, PageKey, Surface
from sunwi.errors import Blocked, Retryable, StoreUnavailable
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.pages.keep_pictures import keep_pictures
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.outside import EvidenceStore, Store
from sunwi.service.ports.reading_terms import ReadingTerms, TimeLimit
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.sites.naver.site import Lane

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CanaryPage:
    """What became of one page of a check; `problem` is empty when it gave the known answer.

    Attributes:
        was_opened: Naver was asked for it.
    """

    key: PageKey
    finding: PageFinding
    problem: str = ""
    was_opened: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCanaryPage:
    """Open pages as any attempt does: let through by their circuit, which then learns of them.

    Attributes:
        evidence: Where pages that cannot be read are kept; None keeps none.
    """

    store: Store
    guard: CircuitBreaker
    read_surface: ReadSurface
    evidence: EvidenceStore | None

    def __call__(self, name: str, known: CanaryKeyword, key: PageKey, *, limit: TimeLimit) -> CanaryPage:
        """Read one page.

        Args:
            name: Of the check, under which pages that cannot be read are kept.
            known: What the page must show.
            key: Of the page.
            limit: When it must be read.

        Raises:
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: No browser is installed.
        """
        entry, circuit = self._enter(key)
        if entry is Entry.HOLD:
            return CanaryPage(key, PageFinding.BLOCKED, _not_opened(circuit), was_opened=False)
        is_probe = entry is Entry.PROBE
        if is_probe:
            self.guard.announce_probe(key, name)
        try:
            loaded = self.read_surface(key, terms=ReadingTerms(limit=limit))
        except StoreUnavailable:
            raise
        except (Blocked, Retryable) as error:
            self._end_probe(key, is_probe=is_probe)
            finding = PageFinding.BLOCKED if isinstance(error, Blocked) else PageFinding.UNREACHABLE
            return CanaryPage(key, finding, str(error))
        self._record(loaded, is_probe=is_probe)
        finding = finding_of(loaded.reading)
        if finding is not PageFinding.RECOGNISED:
            self._keep(name, loaded)
            return CanaryPage(key, finding, describe(loaded.reading))
        problem = _missing_answer(known, key.surface, loaded.reading)
        return CanaryPage(key, PageFinding.LAYOUT_UNKNOWN if problem else finding, problem)

    @retry_conflicts
    def _enter(self, key: PageKey) -> tuple[Entry, Circuit]:
        with self.store.begin() as tx:
            return self.guard.enter(tx, key, self.guard.clock.now())

    @retry_conflicts
    def _record(self, loaded: LoadedSurface, *, is_probe: bool) -> None:
        with self.store.begin() as tx:
            change = self.guard.record(tx, None, loaded, is_probe=is_probe)
        self.guard.announce(change)

    @retry_conflicts
    def _end_probe(self, key: PageKey, *, is_probe: bool) -> None:
        if not is_probe:
            return
        with self.store.begin() as tx:
            change = self.guard.end_probe(tx, None, key, is_probe=is_probe)
        self.guard.announce(change)

    def _keep(self, name: str, loaded: LoadedSurface) -> None:
        """Keep what could not be read, for whoever repairs the reader; a check is not lost for it."""
        if self.evidence is None or loaded.reading.verdict.is_readable:
            return
        try:
            key = self.evidence.keep(name, loaded)
        except Retryable as error:
            log.exception("evidence_not_kept", keyword=loaded.key.keyword, error=str(error))
        else:
            keep_pictures(self.evidence, key, loaded)


def _not_opened(circuit: Circuit) -> str:
    since = "" if circuit.opened_at is None else f" since {circuit.opened_at.isoformat(timespec='seconds')}"
    surface, device = Lane.of_circuit(circuit.key)
    return f"not opened: the {surface} surface on {device} refuses{since} ({circuit.reason})"


def _missing_answer(known: CanaryKeyword, surface: Surface, reading: PageReading) -> str:
    """Describe what a recognised page lacks of its known answer; empty when nothing."""
    if not reading.cards:
        return f"recognised, but without a single organic card: {describe(reading)}"
    target = known.target
    if target is None or target.kind not in KINDS_OF_SURFACE[surface]:
        return ""
    return "" if isinstance(look_up(reading, target), Exposed) else f"recognised, but without {target.id}"
