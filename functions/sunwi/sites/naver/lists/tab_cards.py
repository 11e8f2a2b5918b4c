"""The rows of a tab, counted by card and not by link.

Source: docs/naver.md, tabs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from sunwi.domain.reading import LeftOut
from sunwi.sites.naver.answers import one_line
from sunwi.sites.naver.blocks.boxes import CARD_MARKS
from sunwi.sites.naver.blocks.card_links import (
    AUTHOR_PAGES,
    CardLink,
    find_side_parts,
    is_paid,
    read_card_links,
    worded_twice,
)
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.post_cards import read_card
from sunwi.sites.naver.blocks.post_rows import authors_of
from sunwi.sites.naver.document import PageDocument, is_hidden, text_of
from sunwi.sites.naver.links.links import LinkForm
from sunwi.sites.naver.lists.tab_rows import area_around, find_column, is_aside, paid_elements, split_tab


@dataclass(frozen=True, slots=True, kw_only=True)
class TabCards:
    """What one page of a tab shows.

    Attributes:
        raw_rows: Organic rows, repeated ones included.
        last: The element that the last row ends with; None without rows.
        has_rows: Elements of the page hold the rows; else they were put together from links alone.
        marked: Words of the keyword, as Naver marks them in titles and passages.
        strays: Ids of posts that are linked as rows are, and that no row was read for.
    """

    cards: tuple[FoundCard, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    raw_rows: int = 0
    last: LexborNode | None = None
    has_rows: bool = False
    marked: frozenset[str] = frozenset()
    strays: tuple[str, ...] = ()


def read_tab_cards(document: PageDocument, fallback_area: str) -> TabCards:
    """Read the rows of a tab in page order; paid ones and clips are no rows, a repeated one is counted once.

    Args:
        document: A page of a tab, or the markup that its script loads.
        fallback_area: Area code of a row that has none around it.
    """
    column = find_column(document)
    if column is None:
        return TabCards()
    side_parts = find_side_parts(column)
    rows = split_tab(document, column)
    marked = frozenset(one_line(node.text()).lower() for node in column.css("mark"))
    if not rows:
        return replace(_scan(read_card_links(column, side_parts), fallback_area), marked=marked)
    cards: list[FoundCard] = []
    hidden: list[LeftOut] = []
    last = None
    for position, node in enumerate(rows):
        links = read_card_links(node, side_parts)
        if is_paid(node, links) or _is_no_row(links):
            continue
        is_item = node.css_first(CARD_MARKS) is not None
        is_one = len(authors_of(node)) <= 1
        card = read_card(area_around(node) or fallback_area, node, links, position, is_cut=is_item or is_one)
        if is_hidden(node):
            hidden += [LeftOut(card.id, "not_shown")] if card.id else []
            continue
        last = node
        cards.append(card)
    return TabCards(
        cards=tuple(_without_repeats(cards)),
        left_out=tuple(hidden),
        raw_rows=len(cards),
        last=last,
        has_rows=True,
        marked=marked,
        strays=_strays(column, rows, side_parts, cards),
    )


def _strays(
    column: LexborNode, rows: Sequence[LexborNode], side_parts: set[int], cards: Sequence[FoundCard]
) -> tuple[str, ...]:
    """Name posts outside of all rows that are linked in words twice, as title and passage of a row are."""
    inside = {anchor.mem_id for row in rows for anchor in row.css("a[href]")}
    aside = paid_elements(column)
    loose = [
        found
        for found in read_card_links(column, side_parts)
        if found.node.mem_id not in inside and found.node.mem_id not in aside and not is_aside(found.node, column)
    ]
    named = {name for card in cards for name in (card.id, *card.aliases)}
    return tuple(name for name in worded_twice(loose) if name not in named)


def _is_no_row(links: list[CardLink]) -> bool:
    """Whether it stands among the rows and leads nowhere, or to clips: Naver does not count those as rows."""
    own = {found.link.form for found in links if not found.is_side}
    has_result = LinkForm.FOREIGN in own or any(form.is_post for form in own)
    return not links or (LinkForm.CLIP in own and not has_result)


def _without_repeats(cards: list[FoundCard]) -> Iterator[FoundCard]:
    seen: set[str] = set()
    for card in cards:
        if card.id is None or card.id not in seen:
            yield card
        seen.update(name for name in (card.id,) if name)


@dataclass(slots=True)
class _Row:
    """A row that a walk over the links is putting together."""

    has_author: bool = False
    main: CardLink | None = None
    title: str = ""
    bundled: list[str] = field(default_factory=list)


def _scan(links: list[CardLink], area: str) -> TabCards:
    """Put rows together from the links alone, where no element holds a row.

    A row is what an element other than a link names (each has one button with its address); where there
    is none, an author's link opens the next row. Further posts are bundled.
    """
    shown = [found for found in links if not is_hidden(found.node)]
    named = {found.link.id for found in shown if found.node.tag != "a" and found.link.form.is_post}
    rows: list[_Row] = []
    for found in shown:
        if found.link.form in AUTHOR_PAGES:
            if not named and (not rows or rows[-1].main is not None):
                rows.append(_Row(has_author=True))
        elif found.link.form.is_post:
            _take(rows, found, named)
    whole = [(row, row.main) for row in rows if row.main is not None]
    cards = tuple(
        FoundCard(
            position=position,
            area=area,
            id=main.link.id,
            title=row.title,
            url=main.url.partition("?art=")[0],
            bundled=tuple(dict.fromkeys(row.bundled)),
        )
        for position, (row, main) in enumerate(whole)
    )
    named_rows = {card.id for card in cards}
    strays = () if named else tuple(name for name in worded_twice(shown) if name not in named_rows)
    return TabCards(cards=cards, raw_rows=len(cards), last=whole[-1][1].node if whole else None, strays=strays)


def _take(rows: list[_Row], found: CardLink, named: set[str]) -> None:
    """Assign a post's link to the row it belongs to, or open one with it."""
    name = found.link.id
    title = text_of(found.node) if found.node.tag == "a" and not found.is_side else ""
    holder = next((row for row in rows if row.main is not None and row.main.link.id == name), None)
    if holder is not None:
        holder.title = holder.title or title
        return
    current = rows[-1] if rows else None
    is_full = current is not None and current.main is not None
    is_bundled = found.is_side or (
        name not in named if named else is_full and current is not None and current.has_author
    )
    if is_bundled:
        if current is not None:
            current.bundled.append(name)
        return
    if current is None or is_full:
        current = _Row()
        rows.append(current)
    current.main, current.title = found, title
