"""Which words an address that leads to a card has in it: how a card is found again on the live page.

Source: docs/naver.md, link forms.
"""

import re
from collections.abc import Sequence

from sunwi.domain.picture import Drawing, SoughtCard
from sunwi.domain.reading import Card, LeftOut, ServedPage
from sunwi.sites.naver.document import parse_document
from sunwi.sites.naver.lists.tab_document import continuation_markup, continuation_text, decode_continuation

#: JSON, as served or as a browser shows it; anything else is not parsed for it.
_JSON_START = re.compile(r"[\ufeff\s]*(?:[A-Za-z_$][\w$.]*\s*\()?\s*\{|[\ufeff\s]*<html.{0,300}<pre", re.DOTALL)
_START_LENGTH = 400


def describe_drawing(served: ServedPage, *, cards: Sequence[Card], left_out: Sequence[LeftOut]) -> Drawing:
    """Describe what is to be drawn of a page that could be read: its main column, with these cards.

    Args:
        served: The page; of further rows of a tab, which are no page, the markup that they carry is drawn.
        cards: Of this page, in page order.
        left_out: Rows that take no rank; those that are cards as well, as a place that also pays, are left aside.
    """
    own = {name for card in cards for name in (card.id, *card.aliases)}
    return Drawing(
        cards=tuple(SoughtCard(card, tuple(map(address_words, (card.id, *card.aliases)))) for card in cards),
        others=tuple(address_words(row.id) for row in left_out if row.id not in own),
        markup=_continued(served),
    )


def _continued(served: ServedPage) -> str | None:
    if not _JSON_START.match(served.html[:_START_LENGTH]):
        return None
    text = continuation_text(parse_document(served.html))
    answer = None if text is None else decode_continuation(text)
    return None if answer is None else continuation_markup(answer)


def address_words(name: str) -> tuple[str, ...]:
    """Return the words that an address contains when it leads to what a name says.

    Args:
        name: In the form of `Card.id` or of an alias; a blog that the page does not name (`*`) has no word.
    """
    scheme, colon, path = name.partition(":")
    if not colon:
        return (name,)
    if scheme == "web":
        return (path.rstrip("/"),)
    return tuple(word for word in path.split("/") if word and word != "*")
