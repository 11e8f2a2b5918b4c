"""Several pages of one list put together, in the order in which they were served.

Source: docs/naver.md, reading several pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sunwi.domain.reading import Doubt, PageReading, PageVerdict, Presence, ServedPage
from sunwi.domain.tracking import Kind, PageKey, Surface
from sunwi.sites.naver.answers import url_field
from sunwi.sites.naver.blocks.found_card import FoundCard, number_cards
from sunwi.sites.naver.lists.list_page import ListPage, unread_page
from sunwi.sites.naver.lists.place_list import read_place_list
from sunwi.sites.naver.lists.tab_document import is_next_url
from sunwi.sites.naver.lists.tab_page import read_tab_page
from sunwi.sites.naver.page_addresses import first_page_url, list_hosts
from sunwi.sites.naver.refusals import Judgement

#: Rows that are read when nobody says how many.
DEFAULT_DEPTHS = {Surface.PLACE_LIST: 300, Surface.BLOG_TAB: 100, Surface.CAFE_TAB: 100}
#: Pages of one reading; a list that goes on longer gives its rows one by one.
MAX_PAGES = 40
#: What is said of a list whose end could not be seen.
_LIMITS = {
    PageVerdict.BLOCKED: ("a challenge lies over the list: what is behind it is refused",),
    PageVerdict.UNRENDERED: ("the rows behind did not come",),
    PageVerdict.LAYOUT_UNKNOWN: ("further rows are named, and the same rows came again",),
}
_KINDS = {Surface.PLACE_LIST: Kind.PLACE, Surface.BLOG_TAB: Kind.BLOG, Surface.CAFE_TAB: Kind.CAFE}


@dataclass(slots=True)
class PagedReading:
    """Pages of one list, taken one after the other.

    Attributes:
        key: A page of a list surface.
    """

    key: PageKey
    _served: list[ServedPage] = field(default_factory=list)
    _pages: list[ListPage] = field(default_factory=list)
    _cards: list[FoundCard] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _start: int = 1
    _grew: bool = False

    @property
    def depth(self) -> int:
        """Organic rows so far, each counted once."""
        return len(self._cards)

    def copy(self) -> "PagedReading":
        """Return another one of the same pages, to which others can be added."""
        return replace(
            self,
            _served=list(self._served),
            _pages=list(self._pages),
            _cards=list(self._cards),
            _names=set(self._names),
        )

    def add(self, served: ServedPage) -> None:
        """Read the next page; pages behind one that could not be read are not read."""
        if self._pages and not self._pages[-1].verdict.is_readable:
            return
        is_list = self.key.surface is Surface.PLACE_LIST
        behind = self._start + (self._pages[-1].raw_rows if self._pages else 0)
        self._start = _start_of(served)
        page = (read_place_list if is_list else read_tab_page)(served, self.key, self._start)
        if page.verdict.is_readable and (problem := self._break(served, page, behind)):
            page = unread_page(Judgement(PageVerdict.LAYOUT_UNKNOWN, (problem,)))
        before = len(self._cards)
        for card in page.cards:
            names = {card.id, *card.aliases} - {None}
            if names and not self._names.isdisjoint(name for name in names if name):
                continue
            self._names.update(name for name in names if name)
            self._cards.append(replace(card, position=len(self._cards), area=self._area(card)))
        self._grew = len(self._cards) > before
        self._served.append(served)
        self._pages.append(page)

    def _break(self, served: ServedPage, page: ListPage, behind: int) -> str:
        """Describe why a readable page does not go on where the pages before it end, or nothing."""
        is_list = self.key.surface is Surface.PLACE_LIST
        if self._start > behind and (is_list or not self._pages):
            return f"it starts with row {self._start}, and {behind} is the next to be read"
        if is_list or not self._pages or page.verdict is not PageVerdict.RECOGNISED:
            return ""
        if not page.raw_rows and self._pages[-1].next_url == served.requested_url:
            return "the page before names further rows, and none came"
        marked = frozenset[str]().union(*(earlier.marked for earlier in self._pages))
        if marked and page.marked and marked.isdisjoint(page.marked):
            return f"the words marked are {sorted(page.marked)[:3]}, on the pages before {sorted(marked)[:3]}"[:300]
        return ""

    def next_url(self, depth: int) -> str | None:
        """Return the address of the page that is missing for a depth.

        Args:
            depth: Organic rows that are wanted.

        Returns:
            None when there are enough, when the list has ended or when its last page cannot be continued.
        """
        if not self._pages:
            return first_page_url(self.key)
        last = self._pages[-1]
        if last.verdict is not PageVerdict.RECOGNISED or last.problems or last.is_challenged or self._is_at_end():
            return None
        if self.depth >= depth or len(self._pages) >= MAX_PAGES:
            return None
        return last.next_url or self._advance(self._start + last.raw_rows)

    def _is_at_end(self) -> bool:
        """Whether nothing stands behind the last page that was read."""
        last = self._pages[-1]
        is_last = last.total is not None and self._start + last.raw_rows > last.total
        return not self._grew or not last.raw_rows or is_last

    def _beyond(self) -> PageVerdict | None:
        """Return why what lies behind the cards could not be read; None where it was, or nothing lies there."""
        last = self._pages[-1] if self._pages else None
        if last is not None and last.is_challenged and not self._is_at_end():
            return PageVerdict.BLOCKED
        if self._is_unrendered_behind(last):
            return PageVerdict.UNRENDERED
        return PageVerdict.LAYOUT_UNKNOWN if self._came_again() else None

    def _is_unrendered_behind(self, page: ListPage | None) -> bool:
        """Whether a page behind others came without the rows that its script was to write: is it the end, or not?"""
        return page is not None and len(self._pages) > 1 and page.verdict is PageVerdict.UNRENDERED

    def _came_again(self) -> bool:
        """Whether further rows were named, and rows came that stood before: the list was not read to its end."""
        if self._grew or len(self._pages) < 2:  # noqa: PLR2004 - the first page repeats nothing
            return False
        return bool(self._pages[-1].raw_rows) and self._pages[-2].next_url == self._served[-1].requested_url

    def reading(self) -> PageReading:
        """Put the pages together; one that could not be read decides for all."""
        kind = _KINDS[self.key.surface]
        unread = (page for page in self._pages if not page.verdict.is_readable)
        failed = next((page for page in unread if not self._is_unrendered_behind(page)), None)
        evidence, beyond = self._evidence(), self._beyond()
        if not self._pages or failed is not None:
            verdict = PageVerdict.LAYOUT_UNKNOWN if failed is None else failed.verdict
            return _reading(self.key, verdict, evidence)
        left_out = dict.fromkeys(row for page in self._pages for row in page.left_out)
        shown = {card.id for card in self._cards}
        doubts = tuple(
            Doubt(kind=kind, area=self.key.surface.value, card=problem.card, reason=problem.said.partition(": ")[2])
            for page in self._pages
            for problem in page.problems
        )
        is_suspect = bool(doubts)
        verdict = self._pages[0].verdict
        if verdict is PageVerdict.RECOGNISED and not self._cards and not is_suspect:
            return _reading(self.key, PageVerdict.LAYOUT_UNKNOWN, (*evidence, "no organic rows"))
        presence = Presence.SUSPECT if is_suspect else Presence.PRESENT if self._cards else Presence.ABSENT
        return replace(
            _reading(self.key, verdict, evidence),
            presence={kind: presence},
            depth={kind: len(self._cards)},
            cards=number_cards(self._cards),
            left_out=tuple(row for row in left_out if row.reason != "not_shown" or row.id not in shown),
            doubts=doubts,
            beyond=beyond,
        )

    def _area(self, card: FoundCard) -> str:
        """Rows of one list share one code, so that their ranks count on."""
        return self._cards[0].area if self._cards else card.area

    def _evidence(self) -> tuple[str, ...]:
        held = _LIMITS[beyond] if (beyond := self._beyond()) else ()
        if len(self._pages) == 1:
            return (*self._pages[0].evidence, *held)
        said = [f"page {number}: {fact}" for number, page in enumerate(self._pages, 1) for fact in page.evidence]
        return (*said, *held) or ("no page was served",)

    def _advance(self, behind: int) -> str:
        """Write the address of the rows behind the last page: that page's own, with another start."""
        last = self._served[-1]
        for url in (last.final_url, last.requested_url):
            if self._is_own(url):
                return _with_start(url, behind)
        return _with_start(first_page_url(self.key), behind)

    def _is_own(self, url: str) -> bool:
        if self.key.surface is not Surface.PLACE_LIST:
            return is_next_url(url, self.key, 0)
        parts = urlsplit(url) if url.isprintable() and "[" not in url else urlsplit("")
        return parts.scheme == "https" and parts.netloc in list_hosts() and parts.path.endswith("/list")


def _start_of(served: ServedPage) -> int:
    for url in (served.requested_url, served.final_url):
        said = url_field(url, "start") or ""
        if said.isascii() and said.isdecimal():
            return max(1, int(said[:9]))
    return 1


def _with_start(url: str, start: int) -> str:
    parts = urlsplit(url)
    fields = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "start"]
    return urlunsplit((*parts[:3], urlencode([*fields, ("start", str(start))]), ""))


def _reading(key: PageKey, verdict: PageVerdict, evidence: tuple[str, ...]) -> PageReading:
    return PageReading(surface=key.surface, device=key.device, verdict=verdict, evidence=evidence)


def lacks_rows(served: ServedPage, key: PageKey) -> bool:
    """Whether a place list came whole, but without rows for all places of its state: a script writes them."""
    return key.surface is Surface.PLACE_LIST and read_place_list(served, key, _start_of(served)).lacks_rows


def read_list_pages(served: Sequence[ServedPage], key: PageKey) -> PageReading:
    """Read pages of a list surface in the order in which they were served."""
    pages = PagedReading(key)
    for page in served:
        pages.add(page)
    return pages.reading()
