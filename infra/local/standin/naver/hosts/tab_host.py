"""Answers of the blog tab and the cafe tab: the first page, and the JSON of those behind it."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

from infra.local.standin.faults import FaultKind
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.generator import page_truth
from infra.local.standin.naver.items import Place, Post, SiteCard, WebPage
from infra.local.standin.naver.markup.page import no_results_in_container
from infra.local.standin.naver.markup.places.places import opening_block
from infra.local.standin.naver.markup.tab_page import TAB_NAMES, continued, render_tab
from infra.local.standin.naver.markup.tab_rows import between, tab_rows
from infra.local.standin.naver.pages import faulty_pages
from infra.local.standin.naver.shapes import OPENINGS_ONLY
from infra.local.standin.naver.tabs import tab_shape, tab_truth
from infra.local.standin.naver.truth.truth import AreaKind
from sunwi.domain.tracking import Device, Surface

_SOURCES = {Surface.BLOG_TAB: "review", Surface.CAFE_TAB: "cafe"}


def more_path(seed: int, surface: Surface) -> str:
    """Return the path under which a tab's script asks for more; Naver changes its number now and then."""
    return f"/p/{_SOURCES[surface]}/{Draw(seed, 'number of', surface).number(40, 69)}/search.naver"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTab:
    """One request of a tab, as far as it decides the answer.

    Attributes:
        is_json: Whether the tab's script asks, for rows behind the first page.
    """

    seed: int
    device: Device
    surface: Surface
    keyword: str
    start: int
    is_json: bool = False

    def write(self, kind: FaultKind | None) -> str:
        """Write the healthy answer, or the one of a fault."""
        match kind:
            case FaultKind.OTHER_QUERY:
                return _written(replace(self, keyword=f"{self.keyword} 추천"))
            case FaultKind.STATE_MISSING:
                return self._serve(self._rows(), "")
            case FaultKind.BROKEN_STATE:
                return self._serve(self._rows(), self._next_url()[:40])
            case FaultKind.LAYOUT_UNKNOWN:
                return self._unmarked()
            case (
                FaultKind.ADS_ONLY | FaultKind.OPENINGS_ONLY | FaultKind.NO_RESULTS | FaultKind.NO_RESULTS_IN_CONTAINER
            ):
                return self._serve("", "", other=self._beside(kind))
            case _:
                return _written(self)

    def healthy(self) -> str:
        """Write the healthy answer."""
        return self._serve(self._rows(), self._next_url())

    def _posts(self) -> list[Post]:
        truth = tab_truth(self.seed, self.keyword, self.device, self.surface)
        return [row.item for row in truth.page(self.start) if not isinstance(row.item, Place | WebPage | SiteCard)]

    def _rows(self) -> str:
        shape = tab_shape(self.seed, self.keyword, self.surface)
        return tab_rows(self._posts(), (self.surface, self.device, self.keyword), shape.build, self.start)

    def _next_url(self) -> str:
        shape = tab_shape(self.seed, self.keyword, self.surface)
        start = tab_truth(self.seed, self.keyword, self.device, self.surface).following(self.start)
        if start is None or not shape.carries_next:
            return ""
        fields = {
            "ssc": TAB_NAMES[self.surface, self.device],
            "api_type": "8",
            "query": self.keyword,
            "start": str(start),
            "sm": "tab_hty.top",
            "prank": str(start - 1),
            "ngn_country": "KR",
        }
        return f"https://s.search.naver.com{more_path(self.seed, self.surface)}?{urlencode(fields)}"

    def _serve(self, rows: str, next_url: str, *, other: str = "") -> str:
        if self.is_json:
            return continued(rows or other, next_url)
        build = tab_shape(self.seed, self.keyword, self.surface).build
        truth = tab_truth(self.seed, self.keyword, self.device, self.surface)
        return render_tab(truth, build, rows, next_url, other=other)

    def _beside(self, kind: FaultKind) -> str:
        """Write what is no row: advertising, or the block of new openings, or nothing, or that there is nothing."""
        if kind is FaultKind.NO_RESULTS_IN_CONTAINER and not self.is_json:
            return no_results_in_container(self.keyword)
        if kind in {FaultKind.NO_RESULTS, FaultKind.NO_RESULTS_IN_CONTAINER}:
            return ""
        if kind is FaultKind.OPENINGS_ONLY:
            truth = page_truth(self.seed, self.keyword, self.device, shape=OPENINGS_ONLY)
            return "".join(opening_block(area, truth) for area in truth.areas if area.kind is AreaKind.OPENINGS)
        build = tab_shape(self.seed, self.keyword, self.surface).build
        return "".join(between(sort, self.keyword, build, self.start) for sort in ("powerlink", "paid", "paid"))

    def _unmarked(self) -> str:
        posts = self._posts()
        if not self.is_json:
            return faulty_pages.unmarked(self.keyword, posts)
        return json.dumps({"result": [{"subject": post.title, "address": post.url} for post in posts]})


@lru_cache(maxsize=32)
def _written(asked: AskedTab) -> str:
    return asked.healthy()
