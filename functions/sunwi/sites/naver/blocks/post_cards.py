"""The cards of one box: counted by card, not by link.

Source: docs/naver.md, post areas.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.domain.exposure_criteria import NamedArea, name_of_area
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.blocks.areas import is_post_area, is_web_area
from sunwi.sites.naver.blocks.boxes import (
    CARD_MARKS,
    POST_ITEM,
    Box,
    holds_video,
    is_card_of_others,
    is_keep_button,
    is_video_button,
)
from sunwi.sites.naver.blocks.card_bounds import find_card_bounds
from sunwi.sites.naver.blocks.card_links import (
    AUTHOR_PAGES,
    MAIN_TARGETS,
    CardLink,
    find_side_parts,
    is_paid,
    main_link,
    read_card_links,
    title_of,
    titles_of,
    worded_twice,
)
from sunwi.sites.naver.blocks.doubts import POST_KINDS, kinds_of_area, kinds_of_forms
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.post_rows import authors_of
from sunwi.sites.naver.document import is_hidden
from sunwi.sites.naver.links.links import Link, LinkForm, page_name

_HELP = "help.naver.com"
_OWN_RANK = re.compile(r"(?:^|&)r=([1-9][0-9]{0,3})(?:&|$)")
_BLOG_NUMBER = re.compile(r"nblog_post_([1-9][0-9]{4,14})")
_CAFE_NUMBERS = re.compile(r"\b90000004_([0-9A-F]{8})([0-9A-F]{8})")


@dataclass(frozen=True, slots=True)
class BoxContent:
    """The organic cards of one box, in page order, and those that are served but not shown.

    A card that is there and cannot be named has id None.

    Attributes:
        strays: Ids of posts that the box links as its cards do, outside of all of them.
    """

    cards: tuple[FoundCard, ...]
    hidden: tuple[FoundCard, ...]
    strays: tuple[str, ...] = ()


def read_box(box: Box, positions: Mapping[int, int]) -> BoxContent:
    """Read the cards of one box; paid ones are left out."""
    side_parts = find_side_parts(box.node)
    shown: list[FoundCard] = []
    hidden: list[FoundCard] = []
    parts = find_card_bounds(box)
    for node in parts:
        links = read_card_links(node, side_parts)
        if is_paid(node, links) or not (links or is_post_area(box.code)):
            continue
        is_cut = len(parts) > 1 and node.css_first(CARD_MARKS) is None and _is_of_one(node, box)
        card = read_card(box.code, node, links, positions.get(node.mem_id, len(positions)), is_cut=is_cut)
        (hidden if is_hidden(node) else shown).append(card)
    inside = {anchor.mem_id for part in parts for anchor in part.css("a[href]")}
    loose = [found for found in read_card_links(box.node, side_parts) if found.node.mem_id not in inside]
    return BoxContent(tuple(shown), tuple(hidden), tuple(worded_twice(loose)))


def _is_of_one(part: LexborNode, box: Box) -> bool:
    """Whether a part of a box without marks is one card: of one author, or of the web pages."""
    return is_web_area(box.code) or len(authors_of(part)) == 1


def read_card(code: str, node: LexborNode, links: list[CardLink], position: int, *, is_cut: bool = False) -> FoundCard:
    """Read one organic card; what cannot be named has id None.

    Args:
        code: Its area.
        node: The card's element.
        links: Its links.
        position: Its place in the document.
        is_cut: The element is known to be one card, however many posts it links.
    """
    if is_card_of_others(node):
        return _read_card_of_others(code, links, position)
    main = main_link(links)
    kept = next((found for found in links if is_keep_button(found.node)), None)
    is_better = kept is not None and kept.link.form.is_post and not (main and main.link.form.is_post)
    chosen = kept if main is None or is_better else main
    is_heap = chosen is not None and not is_cut and _is_heap(node, links, chosen)
    # The item template is that of posts: one with a home page or a film's button alone has one that was not understood.
    is_pointless = chosen is not None and node.css_first(POST_ITEM) is not None and _is_beside(chosen)
    if chosen is None or is_heap or is_pointless or (main and kept and _contradict(main.link, kept.link)):
        address = chosen.url if chosen else ""
        may_be = _may_be(code, node, links, is_heap=is_heap)
        return FoundCard(position=position, area=code, id=None, url=address, may_be=may_be)
    aliases = _aliases(node, chosen.link)
    if kept is not None and kept.link.form.is_post and kept.link.id != chosen.link.id:
        aliases = (kept.link.id, *aliases)
    own = {chosen.link.id, *aliases}
    bundled = [found.link.id for found in links if found.link.form.is_post and found.link.id not in own]
    return FoundCard(
        position=position,
        area=code,
        id=_name_of(chosen),
        title=title_of(links, chosen),
        url=chosen.url.partition("?art=")[0],
        bundled=tuple(dict.fromkeys(bundled)),
        aliases=aliases,
        numbered=int(match[1]) if (match := _OWN_RANK.search(_logged(node))) else None,
    )


def _is_beside(chosen: CardLink) -> bool:
    """Whether a link leads to an author's home page, or is the button of a film that is no post."""
    return chosen.link.form in AUTHOR_PAGES or (is_video_button(chosen.node) and not chosen.link.form.is_post)


def _read_card_of_others(code: str, links: list[CardLink], position: int) -> FoundCard:
    """Read a card of pictures, a film or a question: its rank is that of the first page it leads to, never a post."""
    posts = dict.fromkeys(found.link.id for found in links if found.link.form.is_post)
    first = next((found for found in links if not found.link.form.is_post), links[0] if links else None)
    if first is None:
        return FoundCard(position=position, area=code, id=None)
    title = title_of(links, first)
    name = page_name(first.url)
    return FoundCard(position=position, area=code, id=name, title=title, url=first.url, bundled=tuple(posts))


def _may_be(code: str, node: LexborNode, links: list[CardLink], *, is_heap: bool) -> frozenset[Kind]:
    """Return the kinds that a card without a name may be of: none of ours where it leads to other things alone.

    A heap of links may be several cards, so that all ranks behind it are in doubt; a box of an area of single boxes
    is one card, whatever it links.
    """
    forms = {found.link.form for found in links}
    has_posts = any(form.is_post for form in forms)
    if not has_posts and holds_video(node) and node.css_first(POST_ITEM) is None:
        return frozenset()
    is_single = name_of_area(code) is NamedArea.SINGLE_BOXES and bool(node.attributes.get("data-meta-area"))
    if is_heap and (has_posts or not is_single):
        return POST_KINDS
    return kinds_of_forms(forms) or (frozenset() if links else kinds_of_area(code))


def _name_of(chosen: CardLink) -> str:
    """Name a card; the page of a place, among posts and web pages, is a page: it is not the place's own rank."""
    return page_name(chosen.url) if chosen.link.form is LinkForm.PLACE else chosen.link.id


def _is_heap(node: LexborNode, links: list[CardLink], chosen: CardLink) -> bool:
    """Whether it is no card but the links of a box that could not be cut into cards.

    A box that Naver itself marks, and that leads to one site only, is a card of that site.
    """
    if node.css_first(CARD_MARKS) is not None:
        return False
    own = [found for found in links if not found.is_side]
    named = [titles_of(own), {found.link.id for found in own if found.target in MAIN_TARGETS}]
    posts = {found.link.id for found in own if found.link.form.is_post}
    if posts or chosen.target in MAIN_TARGETS:
        return len(posts) > 1 and not any(ids == {chosen.link.id} for ids in named)
    sites = {found.link.host for found in own if found.link.form not in AUTHOR_PAGES} - {_HELP}
    return not (node.attributes.get("data-meta-area") and sites == {chosen.link.host})


def _contradict(main: Link, kept: Link) -> bool:
    """Whether title and Keep button name two posts of the same sort: then neither is believed."""
    return main.form.is_post and kept.form is main.form and _post_number(kept) != _post_number(main)


def _post_number(link: Link) -> str:
    return link.id.rpartition("/")[2]


def _logged(card: LexborNode) -> str:
    """What Naver logs with a click on a card's Keep button."""
    button = card.css_first("[data-url][data-cr-on]")
    return "" if button is None else button.attributes["data-cr-on"] or ""


def _aliases(card: LexborNode, link: Link) -> tuple[str, ...]:
    """Other names of the post, out of the numbers that Naver logs with a click on it."""
    logged = _logged(card)
    if link.form is LinkForm.INFLUENCER_POST and (match := _BLOG_NUMBER.search(logged)):
        return (f"blog:*/{match[1]}",)
    article = _post_number(link)
    if (
        link.form is LinkForm.CAFE_POST
        and (match := _CAFE_NUMBERS.search(logged))
        and int(match[2], 16) == int(article)
    ):
        alias = f"cafe:{int(match[1], 16)}/{article}"
        return () if alias == link.id else (alias,)
    return ()
