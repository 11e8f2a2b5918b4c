"""Every fault on every surface, in Chromium: an outcome only where it is true."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from infra.local.standin import StandinSite
from infra.local.standin.faults import Fault, FaultKind
from infra.local.standin.naver.generator import page_truth
from infra.local.standin.naver.shapes import ADS_ONLY, OPENINGS_ONLY
from infra.local.standin.naver.truth.truth import RankedCard
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.observation import LoadedPage
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target
from sunwi.errors import PageUnreachable
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import TimeLimit
from tests.integration.truth.matrix import Cell, Matrix

DEPTHS = {Surface.PLACE_LIST: 80, Surface.BLOG_TAB: 40, Surface.CAFE_TAB: 35}
SHORT_TIMEOUT_SECONDS = 2
#: Of each surface, keywords whose pages differ in markup and state.
KEYWORDS = {
    Surface.INTEGRATED: ("가상역 국밥",),
    Surface.PLACE_LIST: ("가상역 국밥", "시범로 미용실", "모의동 치과"),
    Surface.BLOG_TAB: ("수분크림 후기", "임플란트 비용", "원목 식탁"),
    Surface.CAFE_TAB: ("수분크림 후기", "임플란트 비용", "원목 식탁"),
}
#: What the kinds of a surface are called.
KINDS = {
    Surface.INTEGRATED: frozenset(Kind),
    Surface.PLACE_LIST: frozenset({Kind.PLACE}),
    Surface.BLOG_TAB: frozenset({Kind.BLOG}),
    Surface.CAFE_TAB: frozenset({Kind.CAFE}),
}
ALL = frozenset(Kind)
NONE: frozenset[Kind] = frozenset()
POSTS = frozenset({Kind.BLOG, Kind.CAFE})
UNREACHABLE = "unreachable"
#: Faults that serve no page at all, whatever the keyword.
REFUSALS: dict[FaultKind | None, str] = {
    FaultKind.FORBIDDEN: PageVerdict.BLOCKED,
    FaultKind.TOO_MANY_REQUESTS: PageVerdict.BLOCKED,
    FaultKind.CAPTCHA: PageVerdict.BLOCKED,
    FaultKind.LOGIN_REDIRECT: PageVerdict.LOGIN_WALL,
    FaultKind.EMPTY: PageVerdict.TRUNCATED,
    FaultKind.SLOW: UNREACHABLE,
    FaultKind.RESET_MID_PAGE: UNREACHABLE,
}
FAULTS = (
    None,
    *filter(None, REFUSALS),
    FaultKind.TRUNCATED,
    FaultKind.RENAMED_CLASSES,
    FaultKind.STATE_MISSING,
    FaultKind.OTHER_QUERY,
    FaultKind.ADS_ONLY,
    FaultKind.OPENINGS_ONLY,
)


@dataclass(frozen=True)
class Column:
    """One surface, and the page of it that the fault is on."""

    surface: Surface
    device: Device
    is_later: bool = False

    def __str__(self) -> str:
        return f"{self.surface} {'p2' if self.is_later else self.device}"


COLUMNS = [
    Column(Surface.INTEGRATED, Device.PC),
    Column(Surface.INTEGRATED, Device.MOBILE),
    *(Column(surface, Device.PC, is_later) for surface in DEPTHS for is_later in (False, True)),
]


def expected(fault: FaultKind | None, surface: Surface) -> tuple[str, frozenset[Kind]]:
    """What the page must be taken for, and the kinds that may, and must, be measured."""
    is_integrated = surface is Surface.INTEGRATED
    match fault:
        case None | FaultKind.RENAMED_CLASSES:
            return PageVerdict.RECOGNISED, ALL
        case FaultKind.ADS_ONLY | FaultKind.OPENINGS_ONLY if is_integrated:
            return PageVerdict.RECOGNISED, ALL
        case FaultKind.STATE_MISSING if surface is not Surface.PLACE_LIST:
            return PageVerdict.RECOGNISED, POSTS
        case FaultKind.TRUNCATED:
            return PageVerdict.TRUNCATED, NONE
        case _:
            return REFUSALS.get(fault, PageVerdict.LAYOUT_UNKNOWN), NONE


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        pytest.param(fault, column, id=f"{fault or 'healthy'} {column}")
        for fault in FAULTS
        for column in COLUMNS
        if fault or not column.is_later
    ],
)
def test_no_fault_makes_an_outcome_that_is_not_true(
    *,
    site: StandinSite,
    loader: ChromiumPageLoader,
    matrix: Matrix,
    monkeypatch: pytest.MonkeyPatch,
    fault: FaultKind | None,
    column: Column,
) -> None:
    if fault is FaultKind.SLOW:
        monkeypatch.setattr(loader, "page_timeout_seconds", SHORT_TIMEOUT_SECONDS)
    keywords = KEYWORDS[column.surface]
    cell = matrix.cells[fault or "healthy", str(column)] = Cell()
    wanted, measured = expected(fault, column.surface)
    for keyword in keywords[:1] if fault in REFUSALS else keywords:
        if fault is not None:
            start = 2 if column.is_later else 1
            site.set_fault(keyword, Fault(kind=fault, delay_seconds=30 * (fault is FaultKind.SLOW), from_start=start))
        reading = look(loader, column, keyword)
        cell.seen = UNREACHABLE if reading is None else reading.verdict.value
        compare(cell, reading, Asked(site, column, keyword, fault), measured)
        assert cell.seen == wanted, (keyword, reading and reading.evidence)
    assert cell.false == [], "\n".join(cell.false[:5])


@dataclass(frozen=True)
class Asked:
    """What is known of a page before it is looked at."""

    site: StandinSite
    column: Column
    keyword: str
    fault: FaultKind | None

    @property
    def healthy(self) -> tuple[RankedCard, ...]:
        return self.site.truth(self.keyword, self.column.device, self.column.surface).cards

    @property
    def served(self) -> tuple[RankedCard, ...]:
        """Cards that the page of the fault really has."""
        shape = {FaultKind.ADS_ONLY: ADS_ONLY, FaultKind.OPENINGS_ONLY: OPENINGS_ONLY}.get(self.fault or FaultKind.SLOW)
        if shape is None or self.column.surface is not Surface.INTEGRATED:
            return self.healthy
        return page_truth(11, self.keyword, self.column.device, shape=shape).cards

    def targets(self) -> Iterator[Target]:
        """All cards of the page, all rows of it that take no rank, and all cards of another keyword's page."""
        truth = self.site.truth(self.keyword, self.column.device, self.column.surface)
        other = self.site.truth(f"{self.keyword} 추천", self.column.device, self.column.surface)
        names = (*(card.id for card in truth.cards), *truth.left_out, *(card.id for card in other.cards))
        for name in dict.fromkeys(names):
            kind = Kind.PLACE if name.isdecimal() else {"blog": Kind.BLOG, "cafe": Kind.CAFE}.get(name.split(":")[0])
            if kind in KINDS[self.column.surface]:
                yield Target(kind, name)


@dataclass(frozen=True)
class Unpictured:
    """Pages as the browser gets them, without the picture of those that cannot be read."""

    loader: ChromiumPageLoader

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        self.loader.prepare(site, address, fresh=fresh, limit=limit)

    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        return self.loader.load(site, address, fresh=fresh, limit=limit)

    def draw(self, _drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        del limit
        return None

    def leave(self) -> None:
        self.loader.leave()


def look(loader: ChromiumPageLoader, column: Column, keyword: str) -> PageReading | None:
    """Read the surface as deep as wanted; None where it cannot be reached."""
    try:
        return ReadSurface(loader=Unpictured(loader), depths=DEPTHS)(
            PageKey(column.surface, column.device, keyword)
        ).reading
    except PageUnreachable:
        return None


def compare(cell: Cell, reading: PageReading | None, asked: Asked, measured: frozenset[Kind]) -> None:
    """Look every target up, and note what is false."""
    unread = NotMeasured(reason=UNREACHABLE, verdict=PageVerdict.LAYOUT_UNKNOWN)
    cards = {name: card for card in reversed(asked.served) for name in (card.id, *card.item.aliases)}
    for target in asked.targets():
        outcome = unread if reading is None else look_up(reading, target)
        cell.outcomes[type(outcome)] += 1
        wrong = judge(outcome, cards.get(target.id), DEPTHS.get(asked.column.surface, 0))
        if isinstance(outcome, NotMeasured) is (target.kind in measured):
            wrong = "must be measured" if target.kind in measured else "must not be measured"
        if wrong:
            cell.false.append(f"{asked.keyword}: {target.id} is {outcome}: {wrong}")


def judge(outcome: Exposed | NotExposed | NotMeasured, card: RankedCard | None, depth: int) -> str:
    """Describe what is false about an outcome, or nothing."""
    match outcome:
        case Exposed(rank=rank, area=area, page_rank=page_rank):
            if card is None:
                return "it is not on the page"
            true = (card.rank, card.area, card.page_rank)
            return "" if (rank, area, page_rank) == true else f"it stands at {true}"
        case NotExposed(depth=read):
            is_deep = card is None or (bool(depth) and card.rank > max(depth, read))
            return "" if is_deep else f"it stands at {card and card.rank}"
        case _:
            return ""


def test_a_false_outcome_would_be_noticed(site: StandinSite, loader: ChromiumPageLoader) -> None:
    asked = Asked(site, COLUMNS[0], "가상역 국밥", None)
    reading = look(loader, asked.column, asked.keyword)
    assert reading is not None
    first = next(card for card in reading.cards if card.id.isdecimal())
    lost = replace(reading, cards=tuple(card for card in reading.cards if card.id != first.id))
    moved = replace(reading, cards=tuple(replace(card, rank=card.rank + 1) for card in reading.cards))
    found = sum(isinstance(look_up(reading, target), Exposed) for target in asked.targets())
    for wrong, count in ((reading, 0), (lost, 1), (moved, found)):
        cell = Cell()
        compare(cell, wrong, asked, ALL)
        assert len(cell.false) == count
