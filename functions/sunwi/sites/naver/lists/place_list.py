"""One page of the place list: the state's order, checked against the shown rows.

Source: docs/naver.md, place list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sunwi.domain.reading import LeftOut, PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.answers import answered_tab, one_line
from sunwi.sites.naver.blocks.apollo import PlaceState, choose_listing, read_place_state
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.sections import read_sections
from sunwi.sites.naver.blocks.state_lists import Listing
from sunwi.sites.naver.document import PageDocument, parse_document
from sunwi.sites.naver.lists.list_page import ListPage, Problem, unread_page
from sunwi.sites.naver.lists.listed_places import ListedPlace, read_listed_places
from sunwi.sites.naver.lists.scripted_list import as_page, read_shell
from sunwi.sites.naver.page_addresses import PLACES_PER_PAGE, is_of_other_device
from sunwi.sites.naver.refusals import (
    Judgement,
    find_refusal,
    has_challenge,
    judge_shape,
    judge_transport,
    visible_text,
)
from sunwi.sites.naver.verdict import judge_transfer

#: Entries of a long list that Naver is known to give at least; where it counts more, it ends the list somewhere behind.
LEAST_GIVEN = 250


@dataclass(frozen=True, slots=True)
class _Other:
    """A place that takes no rank: its name without white space, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """The rows of a page next to its state: organic numbers in page order, the others with their reason."""

    organic: tuple[str, ...]
    urls: dict[str, str]
    left: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def read_place_list(served: ServedPage, key: PageKey, start: int) -> ListPage:
    """Read one page of the place list; whatever was served ends in a verdict.

    Args:
        served: A whole document.
        key: What was asked for.
        start: Number of the page's first entry, from 1.
    """
    if refused := judge_transport(served):
        return unread_page(refused)
    document = parse_document(served.html)
    return (
        unread_page(malformed) if (malformed := judge_shape(document)) else _read_document(served, key, document, start)
    )


def _read_document(served: ServedPage, key: PageKey, document: PageDocument, start: int) -> ListPage:
    state = read_place_state(document)
    asked = one_line(key.keyword)
    own = tuple(listing for listing in state.listings if listing.query and one_line(listing.query) == asked)
    listing = choose_listing(own)
    shell = read_shell(document, state, asked)
    is_answer = bool((listing and listing.ids) or (shell and shell.rows))
    if not is_answer and (refusal := find_refusal(document, "no list of places", asked)):
        return unread_page(refusal)
    if poor := judge_transfer(served, document) or _judge_surface(served, key, document):
        return unread_page(poor)
    if listing is None:
        return as_page(shell, start) if shell else unread_page(_judge_other(asked, state))
    return _read_listing(document, state, listing, start)


def _read_listing(document: PageDocument, state: PlaceState, listing: Listing, start: int) -> ListPage:
    """Read a page whose state lists the places of the keyword."""
    evidence = (f"the state's {listing.name} answers the keyword",)
    rows = read_listed_places(document, state, listing)
    organic = tuple(dict.fromkeys(number for number in listing.ids if number not in listing.new))
    if not organic and start > 1:
        return _read_end(document, evidence, state, listing, start)
    if not organic:
        return _read_without_organic(document, evidence, listing, rows)
    return replace(_read_organic(evidence, state, listing, rows), is_challenged=has_challenge(document))


def _judge_surface(served: ServedPage, key: PageKey, document: PageDocument) -> Judgement | None:
    """Refuse a search page, whose place block keeps the same state, and a list for the other device."""
    if is_of_other_device(served.final_url, key):
        problem = f"served by {served.final_url[:60]}, which is not for {key.device}"
    elif tab := answered_tab(document):
        problem = f"the page says it is {tab[:60]}, another surface"
    elif read_sections(document) is not None:
        problem = "the page lists its areas, as search pages do"
    else:
        return None
    return Judgement(PageVerdict.LAYOUT_UNKNOWN, (problem,))


def _judge_other(asked: str, state: PlaceState) -> Judgement:
    said = sorted({listing.query for listing in state.listings if listing.query})
    if not state.listings:
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, ("no list of places in the page state",))
    shown = f"the state answers {said[0]!r}"[:200] if said else "the state does not say what it answers"
    return Judgement(PageVerdict.LAYOUT_UNKNOWN, (f"not an answer to {asked!r}", shown))


def _read_end(
    document: PageDocument, evidence: tuple[str, ...], state: PlaceState, listing: Listing, start: int
) -> ListPage:
    """A later page without organic entries is the end of the list, unless more should stand there.

    Naver gives fewer entries than it counts, but no list is known to end early in the midst of other rows.
    """
    missing = max(0, (listing.total or 0) - start + 1)
    others = f"no organic entries from {start} on"
    said = any(words in visible_text(document) for words in markup_marks.NO_RESULT_WORDS)
    is_early = start <= LEAST_GIVEN and not said and (bool(state.ads) or missing >= PLACES_PER_PAGE)
    if missing and (listing.raw_ids or is_early):
        more = f"{others}, {len(listing.raw_ids)} others and {len(state.ads)} paid ones; {listing.total} are said to be"
        return ListPage(verdict=PageVerdict.LAYOUT_UNKNOWN, evidence=(*evidence, more))
    return ListPage(verdict=PageVerdict.RECOGNISED, evidence=(*evidence, others))


def _read_without_organic(
    document: PageDocument, evidence: tuple[str, ...], listing: Listing, rows: Sequence[ListedPlace]
) -> ListPage:
    """A list without organic rows is only empty when Naver says so and shows nothing else."""
    said = visible_text(document)
    is_empty = not (listing.raw_ids or rows or listing.total)
    if is_empty and any(words in said for words in markup_marks.NO_RESULT_WORDS):
        return ListPage(verdict=PageVerdict.RECOGNISED_EMPTY, evidence=(*evidence, "Naver says: no results"), total=0)
    others = f"{len(listing.raw_ids)} entries and {len(rows)} rows, none of them organic; no word of no results"
    return ListPage(verdict=PageVerdict.LAYOUT_UNKNOWN, evidence=(*evidence, others))


def _read_organic(
    evidence: tuple[str, ...], state: PlaceState, listing: Listing, rows: Sequence[ListedPlace]
) -> ListPage:
    order = tuple(dict.fromkeys(number for number in listing.ids if number not in listing.new))
    others = _other_names(state, listing, order)
    shown = _compare(rows, order, state, others)
    # Without rows the state's own order is kept, to be examined; the reading is suspect.
    ranked = shown.organic or (() if rows else order)
    cards = tuple(
        FoundCard(
            position=position,
            area=Surface.PLACE_LIST.value,
            id=number,
            title=state.names.get(number, ""),
            url=shown.urls.get(number) or f"https://m.place.naver.com/place/{number}",
        )
        for position, number in enumerate(ranked)
    )
    seen = {*shown.organic, *(number for number, _ in shown.left)}
    hidden = set(order) - set(shown.organic)
    raw_rows = next((place for place, number in enumerate(listing.raw_ids) if number in hidden), len(listing.raw_ids))
    left = dict.fromkeys(shown.left)
    left.update({(number, "new_opening"): None for number in listing.ids if number in listing.new})
    left.update({(number, "new_opening"): None for number in sorted(state.openings - set(order) - seen)})
    left.update({(number, "ad"): None for number in sorted(state.ads - set(order) - seen)})
    left.update({(number, "not_shown"): None for number in order if number not in set(ranked)})
    facts = f"places: {len(shown.organic)} rows start the state's {len(order)}"
    return ListPage(
        verdict=PageVerdict.RECOGNISED,
        evidence=(*evidence, *([problem.said for problem in shown.problems] or (facts,))),
        cards=cards,
        left_out=tuple(LeftOut(number, reason) for number, reason in left if number),
        problems=shown.problems,
        raw_rows=raw_rows,
        total=listing.total,
        lacks_rows=bool(hidden) and not (rows and shown.problems),
    )


def _other_names(state: PlaceState, listing: Listing, order: Sequence[str]) -> dict[str, _Other]:
    """Names of what may stand among the organic rows, by place number; a place that pays can be organic too."""
    reasons = dict.fromkeys((state.openings | listing.new) - set(order), "new_opening")
    reasons.update(dict.fromkeys(state.ads | (set(listing.raw_ids) - set(listing.ids)), "ad"))
    return {
        number: _Other(name, reason)
        for number, reason in reasons.items()
        if (name := "".join(state.names.get(number, "").split()))
    }


def _compare(
    rows: Sequence[ListedPlace], order: Sequence[str], state: PlaceState, others: Mapping[str, _Other]
) -> _Shown:
    """See that the rows are a prefix of the state's order; a row without a number is named by the state."""
    organic: list[str] = []
    left: list[tuple[str, str]] = []
    urls: dict[str, str] = {}
    problems: list[Problem] = []
    for row in rows:
        expected = order[len(organic)] if len(organic) < len(order) else ""
        number = row.id or _name_row(row, expected, state, others)
        is_other = number in others and (number not in order or not (row.id or number == expected))
        reason = row.left_out or (others[number].reason if is_other else "")
        if reason:
            left.append((number, reason))
        elif number == expected and number:
            organic.append(number)
            urls[number] = row.url
        elif not number or number not in organic:
            named = number or row.text[:40]
            said = f"places: row {len(organic) + 1} is {named!r}, the state has {expected!r}"
            problems.append(Problem(said, named))
            break
    if not rows:
        problems.append(Problem(f"places: no row of the state's {len(order)} is on the page"))
    elif not organic and not problems:
        problems.append(Problem("places: no organic row is shown"))
    return _Shown(tuple(organic), urls, tuple(left), tuple(problems))


def _name_row(row: ListedPlace, expected: str, state: PlaceState, others: Mapping[str, _Other]) -> str:
    name = "".join(state.names.get(expected, "").split())
    if name and name in row.text and not row.left_out:
        return expected
    return next((number for number, other in others.items() if other.name in row.text), "")
