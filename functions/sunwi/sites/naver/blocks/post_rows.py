"""Rows of posts by nothing but what they link, for boxes that carry none of Naver's marks of a card.

Source: docs/naver.md, post areas.
"""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from sunwi.sites.naver.blocks.card_links import AUTHOR_PAGES
from sunwi.sites.naver.document import text_of
from sunwi.sites.naver.links.links import Link, LinkForm, find_link


def outermost(root: LexborNode, selector: str) -> list[LexborNode]:
    """Find elements that are in no other of the same sort."""
    nested = {node.mem_id for node in root.css(f"{selector} {selector}")}
    return [node for node in root.css(selector) if node.mem_id not in nested]


def siblings(root: LexborNode, most: int, *, of_posts: bool) -> list[LexborNode]:
    """Find the elements side by side that hold all results of a box between them, one or more in each.

    Args:
        root: The box.
        most: Links that are read; a box with more of them is not cut.
        of_posts: Whether posts alone count as results, and foreign sites do not.
    """
    anchors = {
        anchor.mem_id
        for anchor in root.css("a[href]")
        if (link := find_link(anchor.attributes["href"] or "")) is not None
        and (link.form.is_post or (link.form is LinkForm.FOREIGN and not of_posts))
    }
    if len(anchors) > most:
        return []
    parts = [root]
    while len(parts) == 1 and parts[0].mem_id not in anchors:
        parts = [part for part in parts[0].iter() if any(node.mem_id in anchors for node in part.css("a[href]"))]
    return parts


def is_uniform(parts: list[LexborNode]) -> bool:
    """Whether elements are of one sort, as rows are, and each links one post, another one each."""
    posts = [linked_posts(part) for part in parts]
    sorts = {part.tag if part.tag == "li" else part.attributes.get("class") for part in parts}
    return (
        len(sorts) == 1
        and None not in sorts
        and all(len(ids) == 1 for ids in posts)
        and len(set().union(*posts)) == len(parts)
    )


def linked_posts(node: LexborNode) -> set[str]:
    """Ids of all posts that an element links."""
    return {link.id for link in linked_results(node) if link.form.is_post}


def authors_of(node: LexborNode) -> set[str]:
    """Ids of the home pages of authors and cafes that an element links."""
    return {link.id for link in linked_results(node) if link.form in AUTHOR_PAGES}


def names_author(node: LexborNode) -> bool:
    """Whether an element links the home page of an author or a cafe."""
    return bool(authors_of(node))


def words_post(node: LexborNode) -> bool:
    """Whether an element links a post in words, and not by pictures alone."""
    anchors = (anchor for anchor in node.css("a[href]") if text_of(anchor))
    links = (find_link(anchor.attributes["href"] or "") for anchor in anchors)
    return any(link is not None and link.form.is_post for link in links)


def linked_results(node: LexborNode) -> Iterator[Link]:
    """Read the links of an element that lead to a result, in page order."""
    for anchor in node.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        if link is not None:
            yield link
