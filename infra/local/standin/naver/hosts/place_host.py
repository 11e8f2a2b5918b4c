"""Answers of the place hosts: the place list."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from aiohttp import web

from infra.local.standin.faults import FaultBook, FaultKind
from infra.local.standin.naver.answers import Document, answer_with, not_found, whole_number
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.empty_shell import empty_shell
from infra.local.standin.naver.markup.places.place_list import render_place_list, without_rows
from infra.local.standin.naver.markup.places.place_list_state import ListPage
from infra.local.standin.naver.pages import faulty_pages
from infra.local.standin.naver.place_lists import (
    MOST_DISPLAY,
    USUAL_DISPLAY,
    list_shape,
    place_list_truth,
    written_location,
)
from infra.local.standin.naver.truth.list_truth import ListRow, RowSort
from infra.local.standin.request_log import RequestLog
from sunwi.domain.tracking import Device, Surface, normalise_keyword
from sunwi.errors import InvalidInput

_OPENINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHost:
    """The place lists of one device."""

    seed: int
    device: Device
    faults: FaultBook
    log: RequestLog

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer `<sort>/list?query=…&x=…&y=…&start=…&display=…`."""
        try:
            keyword = normalise_keyword(request.query.get("query", ""))
        except InvalidInput:
            return not_found(request)
        asked = _Asked(
            seed=self.seed,
            device=self.device,
            path=request.path.split("/")[1],
            keyword=keyword,
            location=_location(request),
            start=whole_number(request, "start", 1),
            display=min(whole_number(request, "display", USUAL_DISPLAY), MOST_DISPLAY),
        )
        self.log.note_document(keyword)
        document = Document(write=asked.write, captcha=faulty_pages.place_captcha)
        return await answer_with(self.faults.take(keyword, Surface.PLACE_LIST, asked.start), document, request)


def _location(request: web.Request) -> str:
    fields = request.query
    return written_location(fields.get("x", ""), fields.get("y", "")) or written_location(
        fields.get("clientX", ""), fields.get("clientY", "")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One request, as far as it decides the page."""

    seed: int
    device: Device
    path: str
    keyword: str
    location: str
    start: int
    display: int

    def write(self, kind: FaultKind | None) -> str:
        """Write the healthy page, or the one of a fault."""
        match kind:
            case FaultKind.OTHER_QUERY:
                return _html(replace(self, keyword=f"{self.keyword} 추천"))
            case FaultKind.LAYOUT_UNKNOWN:
                return faulty_pages.unmarked(self.keyword, [row.item for row in _page(self).rows])
            case FaultKind.NO_RESULTS_IN_CONTAINER:
                return self.write(FaultKind.NO_RESULTS)
            case FaultKind.SHELL_THEN_ROWS | FaultKind.SHELL_ONLY:
                return empty_shell(_page(self), _html(self), has_rows=kind is FaultKind.SHELL_THEN_ROWS)
            case FaultKind.ADS_ONLY | FaultKind.OPENINGS_ONLY | FaultKind.NO_RESULTS:
                return render_place_list(_without_organic(_page(self), kind), has_ids=True)
            case _:
                return _CHANGED[kind](_html(self)) if kind in _CHANGED else _html(self)


_CHANGED: dict[FaultKind | None, Callable[[str], str]] = {
    FaultKind.BROKEN_STATE: faulty_pages.broken_state,
    FaultKind.STATE_MISSING: faulty_pages.state_missing,
    FaultKind.ROWS_BY_SCRIPT: partial(without_rows, has_script=True),
    FaultKind.ROWS_ON_SCROLL: partial(without_rows, has_script=True, served=10),
    FaultKind.ROWS_MISSING: partial(without_rows, has_script=False),
}


@lru_cache(maxsize=16)
def _html(asked: _Asked) -> str:
    return render_place_list(_page(asked), has_ids=list_shape(asked.seed, asked.keyword).has_ids)


def _page(asked: _Asked) -> ListPage:
    truth = place_list_truth(asked.seed, asked.keyword, asked.device, asked.location)
    return ListPage(
        truth=truth,
        path=asked.path,
        start=asked.start,
        display=asked.display,
        rows=truth.page(asked.start, asked.display),
        ads=tuple(ad for ad in truth.ads if isinstance(ad, Place)) if asked.start == 1 else (),
    )


def _without_organic(page: ListPage, kind: FaultKind) -> ListPage:
    """Leave of a page its paid rows, or new openings, or nothing."""
    places = [row.item for row in page.truth.rows if isinstance(row.item, Place)]
    rows: tuple[ListRow, ...] = ()
    ads: tuple[Place, ...] = ()
    if kind is FaultKind.ADS_ONLY:
        ads = tuple(places[:3])
    elif kind is FaultKind.OPENINGS_ONLY:
        new = [replace(place, is_new=True) for place in places[:_OPENINGS]]
        rows = tuple(ListRow(item=place, sort=RowSort.NEW_OPENING) for place in new)
    total = 0 if kind is FaultKind.NO_RESULTS else page.truth.total
    return replace(page, truth=replace(page.truth, rows=rows, ads=ads, total=total), rows=rows, ads=ads)
