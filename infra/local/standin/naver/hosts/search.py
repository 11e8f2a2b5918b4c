"""Answers of the search hosts: the integrated page and the tabs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from aiohttp import web

from infra.local.standin.faults import FaultBook, FaultKind
from infra.local.standin.naver.answers import Document, answer_with, not_found, whole_number
from infra.local.standin.naver.generator import page_html
from infra.local.standin.naver.hosts.tab_host import AskedTab, more_path
from infra.local.standin.naver.markup.tab_page import TAB_NAMES
from infra.local.standin.naver.pages import faulty_pages
from infra.local.standin.request_log import RequestLog
from sunwi.domain.tracking import Device, Surface, normalise_keyword
from sunwi.errors import InvalidInput

#: Faults of the page's state.
_CHANGED: Mapping[FaultKind, Callable[[str], str]] = MappingProxyType(
    {
        FaultKind.BROKEN_STATE: faulty_pages.broken_state,
        FaultKind.STATE_MISSING: faulty_pages.state_missing,
    }
)
#: Faults that serve another page, with the same address and status.
_REPLACED: Mapping[FaultKind, Callable[[int, str, Device], str]] = MappingProxyType(
    {
        FaultKind.OTHER_QUERY: faulty_pages.other_query,
        FaultKind.ADS_ONLY: faulty_pages.ads_only,
        FaultKind.OPENINGS_ONLY: faulty_pages.openings_only,
        FaultKind.NO_RESULTS: faulty_pages.no_results,
        FaultKind.NO_RESULTS_IN_CONTAINER: faulty_pages.no_results_in_container,
        FaultKind.LAYOUT_UNKNOWN: faulty_pages.layout_unknown,
    }
)

#: Naver's names of the surfaces; a tab has another one on the mobile site.
_SURFACES: Mapping[str, Surface] = MappingProxyType(
    {
        "tab.nx.all": Surface.INTEGRATED,
        "tab.m.all": Surface.INTEGRATED,
        **{name: surface for (surface, _), name in TAB_NAMES.items()},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHost:
    """The search of one device."""

    seed: int
    device: Device
    faults: FaultBook
    log: RequestLog

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer `search.naver?query=…&ssc=…`; a search of a surface that the site lacks is not found."""
        surface = _SURFACES.get(request.query.get("ssc", "tab.nx.all"))
        try:
            keyword = normalise_keyword(request.query.get("query", ""))
        except InvalidInput:
            return not_found(request)
        if surface is None:
            return not_found(request)
        start = 1 if surface is Surface.INTEGRATED else whole_number(request, "start", 1)
        self.log.note_document(keyword)
        if surface is Surface.INTEGRATED:
            document = Document(write=partial(_integrated, self.seed, keyword, self.device))
        else:
            document = Document(write=self._tab(surface, keyword, start).write)
        return await answer_with(self.faults.take(keyword, surface, start), document, request)

    def _tab(self, surface: Surface, keyword: str, start: int) -> AskedTab:
        return AskedTab(seed=self.seed, device=self.device, surface=surface, keyword=keyword, start=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreHost:
    """The host that the tabs' scripts ask for more."""

    seed: int
    faults: FaultBook
    log: RequestLog

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer `p/<source>/<number>/search.naver?ssc=…&query=…&start=…`, under the number of this seed alone."""
        name = request.query.get("ssc", "")
        surface = _SURFACES.get(name, Surface.INTEGRATED)
        try:
            keyword = normalise_keyword(request.query.get("query", ""))
        except InvalidInput:
            return not_found(request)
        if surface is Surface.INTEGRATED or request.path != more_path(self.seed, surface):
            return not_found(request)
        asked = AskedTab(
            seed=self.seed,
            device=Device.MOBILE if name.startswith("tab.m_") else Device.PC,
            surface=surface,
            keyword=keyword,
            start=whole_number(request, "start", 1),
            is_json=True,
        )
        self.log.note_document(keyword)
        document = Document(write=asked.write, is_json=True)
        return await answer_with(self.faults.take(keyword, surface, asked.start), document, request)


def _integrated(seed: int, keyword: str, device: Device, kind: FaultKind | None) -> str:
    if kind is not None and kind in _REPLACED:
        return _REPLACED[kind](seed, keyword, device)
    healthy = page_html(seed, keyword, device)
    return healthy if kind is None or kind not in _CHANGED else _CHANGED[kind](healthy)
