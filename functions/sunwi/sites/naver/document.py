"""A served page, parsed once, with what its scripts assign."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Chromium nests elements 512 deep at most; what is deeper was made to wear a reader out.
_DEEPEST = 600
_TOO_DEEP = " > ".join(["*"] * _DEEPEST)
#: Assignments of one name in one script; pages have one.
_MOST_VALUES = 20
_DECODER = json.JSONDecoder()
#: Characters at the end of a page in which its own end is looked for: what serves or stores it may add remarks.
_TAIL_LENGTH = 65_536
_REMARK = re.compile(r"<!--.*?(?:-->|\Z)|<script\b.*?</script\s*>", re.DOTALL)
_UNDEFINED = re.compile(r"(?<=[:\[,])\s*undefined\s*(?=[,}\]])")


@dataclass(frozen=True, slots=True)
class PageDocument:
    """A parsed page.

    Attributes:
        scripts: Text of every inline script, in page order. State is only looked for here: a post's
            title can say anything.
        side_column_ids: Memory ids of the elements of the side column, which has no ranks.
    """

    html: str
    tree: LexborHTMLParser
    scripts: tuple[str, ...]
    side_column_ids: frozenset[int]

    @property
    def is_complete(self) -> bool:
        """Whether the document's own end was served, with nothing but remarks and scripts behind it."""
        if self.html[-64:].rstrip().endswith("</html>"):
            return True
        _, end, behind = self.html[-_TAIL_LENGTH:].lower().rpartition("</html")
        return bool(end) and _REMARK.sub("", behind).strip() in {">", ""}

    @property
    def is_too_deep(self) -> bool:
        """Whether its elements are nested deeper than any browser nests them."""
        return self.tree.css_first(_TOO_DEEP) is not None

    def text_of(self, selector: str) -> str:
        """Text of the first element that a selector finds, or nothing."""
        node = self.tree.css_first(selector)
        return "" if node is None else text_of(node)


def parse_document(html: str) -> PageDocument:
    """Parse a page as served; any text makes a document."""
    tree = LexborHTMLParser(html)
    scripts = tuple(text for node in tree.css("script") if (text := node.text()))
    side_column_ids = frozenset(node.mem_id for column in tree.css("#sub_pack") for node in column.css("*"))
    return PageDocument(html, tree, scripts, side_column_ids)


def text_of(node: LexborNode) -> str:
    """Text of an element, its white space collapsed."""
    return " ".join(node.text().split())


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Walk up from an element's parent to the root element."""
    parent = node.parent
    while parent is not None and parent.is_element_node:
        yield parent
        parent = parent.parent


def is_hidden(node: LexborNode) -> bool:
    """Whether an element is served, but neither it nor what is around it is to be shown."""
    for element in (node, *ancestors(node)):
        attributes = element.attributes
        if "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(" ", "").lower():
            return True
    return False


def assigned_values(
    document: PageDocument, name: str, assignment: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], object]]:
    """Decode what the page's scripts assign, in page order.

    Args:
        document: The page.
        name: What is assigned to.
        assignment: Matches from the name on, up to and without the first character of the value.
    """
    for script in document.scripts:
        position, tries = script.find(name), 0
        while position >= 0 and tries < _MOST_VALUES:
            tries += 1
            is_whole = position == 0 or not (script[position - 1].isalnum() or script[position - 1] == "_")
            match = assignment.match(script, position) if is_whole else None
            decoded = None if match is None else decode_value(script, match.end())
            if match is not None and decoded is not None:
                yield match, decoded[0]
            position = script.find(name, position + len(name))


def decode_value(script: str, start: int) -> tuple[object, int] | None:
    """Decode the JSON value that starts at an offset; JavaScript's bare `undefined` reads as null.

    Returns:
        The value and the offset after it, or None where no whole value stands.
    """
    try:
        return _DECODER.raw_decode(script, start)
    except RecursionError:
        return None
    except ValueError:
        if "undefined" not in script[start:]:
            return None
    try:
        return _DECODER.raw_decode(_UNDEFINED.sub("null", script[start:]))
    except (ValueError, RecursionError):
        return None
