"""One page of a list surface, as its reader found it, before pages are put together."""

from dataclasses import dataclass

from sunwi.domain.reading import LeftOut, PageVerdict
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.refusals import Judgement


@dataclass(frozen=True, slots=True)
class Problem:
    """Where state and page disagree, or a row cannot be named.

    Attributes:
        said: For the evidence.
        card: What is known of the row: its number, address or name; nothing where all rows are meant.
    """

    said: str
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a place list or of a tab.

    Attributes:
        cards: Organic rows in page order.
        problems: Where state and page disagree; any makes the whole reading suspect.
        raw_rows: How many rows Naver counts on this page: the next page starts behind them.
        total: How many rows Naver says there are on all pages.
        next_url: The address of the next page that the page itself carries.
        marked: Words of the keyword, as Naver marks them in the rows.
        lacks_rows: The state lists places of which no row is shown, and the rows that are do not contradict it; or it
            is the empty shell of a list, which a script is to fill.
        is_challenged: The question whether a person is there is laid over the page: what lies behind it is refused.
    """

    verdict: PageVerdict
    evidence: tuple[str, ...]
    cards: tuple[FoundCard, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()
    raw_rows: int = 0
    total: int | None = None
    next_url: str | None = None
    marked: frozenset[str] = frozenset()
    lacks_rows: bool = False
    is_challenged: bool = False


def unread_page(judgement: Judgement) -> ListPage:
    """Make a page of which only the verdict is known."""
    return ListPage(verdict=judgement.verdict, evidence=judgement.evidence)
