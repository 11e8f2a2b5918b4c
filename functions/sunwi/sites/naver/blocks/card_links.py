"""The links of one card, and which of them says what the card is.

Source: docs/naver.md, post areas.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.document import is_hidden, text_of
from sunwi.sites.naver.links.links import Link, LinkForm, find_link, is_paid_link

#: Parts of a card that link its author, its replies or the rest of its box, never the post itself.
_SIDE_PARTS = (
    ", ".join(
        f"{part} {inner}"
        for part in (
            '[data-template-id="articleSource"]',
            '[data-template-id="reply"]',
            '[data-template-id="header"]',
            '[data-template-id="footer"]',
            '[data-sds-comp="Footer"]',
        )
        for inner in ("a", "[data-url]")
    )
    + ', a[data-template-id="reply"]'
)
#: What Naver calls the links of a card's title, snippet and pictures.
MAIN_TARGETS = frozenset({".link", ".imgtitlelink", ".nblg", ".tit", ".titlelink"})
_SIDE_TARGETS = re.compile(r"articlesource|\.profile|\.series|reviewbox|\.relink|more|\.infob", re.IGNORECASE)
#: An advertiser's own page can stand beside the advertisement.
AUTHOR_PAGES = frozenset({LinkForm.BLOG_PAGE, LinkForm.CAFE_PAGE, LinkForm.INFLUENCER_PAGE})
_AD_MARKS = '[data-power-content-url], [data-heatmap-target$="_adtag"]'


@dataclass(frozen=True, slots=True)
class CardLink:
    """One link of a card.

    Attributes:
        target: What Naver calls the link, in `data-heatmap-target`.
        is_side: It leads to the author, a reply or another post, not to the card's own.
    """

    link: Link
    url: str
    node: LexborNode
    target: str
    is_side: bool


def find_side_parts(box: LexborNode) -> set[int]:
    """Memory ids of the links of a box that never lead to a card's own post."""
    return {node.mem_id for node in box.css(_SIDE_PARTS)}


def read_card_links(card: LexborNode, side_parts: set[int]) -> list[CardLink]:
    """Read every link of a card that leads to a result."""
    found = []
    read: dict[str, Link | None] = {}  # a card repeats its link on title, snippet and every picture
    for node in card.css("a[href], [data-url]"):
        attributes = node.attributes
        url = attributes.get("data-url") or attributes.get("href") or ""
        if url not in read:
            read[url] = find_link(url)
        link = read[url]
        if link is not None:
            target = attributes.get("data-heatmap-target") or ""
            is_side = node.mem_id in side_parts or _SIDE_TARGETS.search(target) is not None
            found.append(CardLink(link, url, node, target, is_side))
    return found


def is_paid(card: LexborNode, links: list[CardLink]) -> bool:
    """Return whether a card is paid for."""
    if card.css_first(_AD_MARKS) is not None:
        return True
    if any(not found.is_side and found.link.form not in AUTHOR_PAGES for found in links):
        return False
    return any(is_paid_link(node.attributes.get("href") or "") for node in card.css("a[href]"))


def main_link(links: list[CardLink]) -> CardLink | None:
    """Choose the link to what the card is about: title before snippet before pictures."""
    own = [found for found in links if not found.is_side and found.node.tag == "a"]
    marked = [found for found in own if found.target in MAIN_TARGETS]
    posts = [found for found in own if found.link.form.is_post]
    worded = [found for found in own if text_of(found.node)]
    buttons = [found for found in links if not found.is_side and found.node.tag != "a"]
    for choice in (marked, _titles(own), _named(own, buttons), posts, worded, own, buttons):
        if choice:
            return choice[0]
    return None


def _named(links: list[CardLink], buttons: list[CardLink]) -> list[CardLink]:
    """Links to the page of a foreign site that a card's buttons agree on: its author's page stands before it."""
    names = {found.link.id for found in buttons}
    foreign = {found.link.id for found in buttons if found.link.form is LinkForm.FOREIGN}
    return [found for found in links if found.link.id in foreign] if len(names) == 1 else []


def _titles(links: list[CardLink]) -> list[CardLink]:
    """Links with a class that older pages give to titles."""
    return [
        found
        for found in links
        if not markup_marks.TITLE_CLASSES.isdisjoint((found.node.attributes.get("class") or "").split())
    ]


def titles_of(links: list[CardLink]) -> set[str]:
    """Ids of all that a card's titles lead to, as far as they have the class of a title."""
    return {found.link.id for found in _titles(links)}


def worded_twice(links: Sequence[CardLink]) -> list[str]:
    """Ids of posts that more than one link leads to in words, as the title and the passage of a card do."""
    worded = Counter(
        found.link.id
        for found in links
        if found.link.form.is_post and found.node.tag == "a" and not found.is_side and text_of(found.node)
        if not is_hidden(found.node)
    )
    return [name for name, count in worded.items() if count > 1]


def title_of(links: list[CardLink], chosen: CardLink) -> str:
    """Text of the first link to what the card is about, the name of its site aside."""
    for found in links:
        is_own = found.link.id == chosen.link.id and not found.is_side and found.node.tag == "a"
        if is_own and found.node.css_first('[data-sds-comp="Profile"]') is None and (text := text_of(found.node)):
            return text
    return ""
