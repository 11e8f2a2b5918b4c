"""Open the page of a lookup, if its circuit lets it through, and answer where the target stands."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from sunwi.domain.circuit import Entry
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.tracking import PageKey
from sunwi.errors import Blocked, Postponed, Retryable, StoreUnavailable
from sunwi.service.crawling.circuit_breaker import CircuitBreaker, CircuitChange
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.lookups.lookup import LookupParams, page_of, wanted_of
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.pages.look_up_target import Lookup, look_up_target
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.outside import Store
from sunwi.service.ports.reading_terms import ReadingTerms, TimeLimit
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Name of the file with the whole answer, cards included.
ANSWER_FILE = "rank.json"

#: Of the answer, what is long stands in the file alone.
_LONG = ("entries", "left_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLookup:
    """Does the work of a lookup: one surface, under pace and circuit; neither readings nor ranks are stored.

    Attributes:
        read_surface: Its pace is that of jobs.
        follow_link: Follows shortened links, at the same pace.
        write: Writes the answer as a JSON document.
    """

    store: Store
    guard: CircuitBreaker
    read_surface: ReadSurface
    follow_link: FollowLink
    write: Callable[[Lookup, PageKey], dict[str, Any]]

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Look the target up.

        Returns:
            The answer without its cards, and the file that has them.

        Raises:
            InvalidInput: A shortened link leads to something else.
            Postponed: The circuit of the page is open: nobody was asked.
            Blocked: The page was refused.
            Retryable: The page could not be opened, or not be read.
        """
        running.progress(5, step="wait", message="조회 순서를 기다리는 중")
        limit = TimeLimit.after(running.left_seconds(), running.clock)
        follow = partial(self.follow_link, limit=limit)
        wanted = wanted_of(parse_params(LookupParams, running.job.params), follow=follow)
        key = page_of(wanted)
        loaded = self._read(running, key)
        lookup = look_up_target(loaded.reading, wanted.target, wanted.counting, loaded)
        if isinstance(lookup.outcome, NotMeasured):
            raise lookup.outcome.as_error(retry_after=loaded.retry_after)
        answer = self.write(lookup, key)
        data = json.dumps(answer, ensure_ascii=False).encode()
        file = running.keep_file(ANSWER_FILE, data, content_type="application/json")
        return {**{name: value for name, value in answer.items() if name not in _LONG}, "files": [file]}

    def _read(self, running: RunningJob, key: PageKey) -> LoadedSurface:
        is_probe = self._enter(key, running.job.id)
        limit = TimeLimit.after(running.left_seconds(), running.clock)

        def before_page(number: int) -> None:
            running.progress(min(10 + 10 * number, 90), step="read", message=f"검색 결과 {number}쪽을 읽는 중")
            if number > 1 and not is_probe:
                with self.store.read() as tx:
                    self.guard.ask_again(tx, key)

        try:
            loaded = self.read_surface(key, terms=ReadingTerms(limit=limit, before_page=before_page))
        except StoreUnavailable:
            raise
        except (Blocked, Retryable):
            self._end_probe(key, is_probe=is_probe)
            raise
        self.guard.announce(self._record(loaded, is_probe=is_probe))
        return loaded

    def _enter(self, key: PageKey, job_id: str) -> bool:
        """Ask the circuit, and return whether it lets the page through as its probe.

        Raises:
            Postponed: It is open.
        """
        entry, reason = self._ask(key)
        if entry is Entry.HOLD:
            raise Postponed(
                f"the {key.surface} surface refuses ({reason}): it is not asked now",
                code="surface_refuses",
                surface=key.surface,
                reason=reason,
            )
        if entry is Entry.PROBE:
            self.guard.announce_probe(key, job_id)
        return entry is Entry.PROBE

    @retry_conflicts
    def _ask(self, key: PageKey) -> tuple[Entry, str | None]:
        with self.store.begin() as tx:
            entry, circuit = self.guard.enter(tx, key, self.guard.clock.now())
        return entry, circuit.reason

    @retry_conflicts
    def _record(self, loaded: LoadedSurface, *, is_probe: bool) -> CircuitChange:
        with self.store.begin() as tx:
            return self.guard.record(tx, None, loaded, is_probe=is_probe)

    def _end_probe(self, key: PageKey, *, is_probe: bool) -> None:
        if is_probe:
            self.guard.announce(self._record_unclear(key))

    @retry_conflicts
    def _record_unclear(self, key: PageKey) -> CircuitChange:
        with self.store.begin() as tx:
            return self.guard.end_probe(tx, None, key, is_probe=True)
