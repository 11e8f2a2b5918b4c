"""Which question a page of the search site says it answers.

Source: docs/naver.md, integrated page and tabs.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from sunwi.domain.tracking import Device
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.blocks.areas import is_aside_area, is_place_area, is_post_area, is_web_area
from sunwi.sites.naver.blocks.boxes import CARD_MARKS, own_code
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, ancestors, assigned_values, is_hidden, text_of
from sunwi.sites.naver.links.links import LinkForm, find_link
from sunwi.sites.naver.refusals import REFUSAL_LENGTH

#: Scripts that keep the question for the page's footer and for its own log.
_QUERY_NAMES = ("headerfooter_query", "g_query")
_TAB_NAME = "g_ssc"
#: What the search form of pages that name no tab asks for again.
_INTEGRATED = "tab.nx.all"
_WHERE = {
    **dict.fromkeys(("nexearch", "m"), _INTEGRATED),
    **dict.fromkeys(("blog", "m_blog", "post"), "tab.blog.all"),
    **dict.fromkeys(("article", "m_article", "cafe", "m_cafe"), "tab.cafe.all"),
    **dict.fromkeys(("view", "m_view"), "tab.view.all"),
}
_MOBILE_MARKS = 'input[name=where][value="m"], input[name=where][value^="m_"], [data-template-devicetype^="mo"]'
_PC_MARKS = 'input[name=where]:not([value="m"]):not([value^="m_"]), [data-template-devicetype="desk"]'
_TEXT = re.compile(r"\w+\s*=\s*(?=\")")
#: Boxes say which tab they were made for, and their state which question.
_BOX_TAB = '[data-meta-ssc]:not([data-meta-ssc=""])'
_BOX_STATE = re.compile(r"\"meta\"\s*:\s*(?=\{)")


def one_line(text: str) -> str:
    """Compose Hangul and collapse white space: what two spellings of one keyword share."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def answered_queries(document: PageDocument) -> dict[str, str]:
    """Collect what the page says it was asked, by the place that says so."""
    answered: dict[str, str] = {}
    for name in _QUERY_NAMES:
        for _, value in assigned_values(document, name, _TEXT):
            answered.setdefault(name, one_line(html.unescape(str(value))))
    title, separator, site = document.text_of("title").rpartition(" : ")
    if separator and "네이버" in site:
        answered["the title"] = one_line(title)
    box = document.tree.css_first("input[name=query]")
    if box is not None and (typed := box.attributes.get("value")):
        answered["the search box"] = one_line(typed)
    if not answered:
        answered.update(_answered_by_boxes(document))
    return answered


def _answered_by_boxes(document: PageDocument) -> Iterator[tuple[str, str]]:
    for _, value in assigned_values(document, '"meta"', _BOX_STATE):
        if isinstance(value, dict) and "area" in value and isinstance(query := value.get("query"), str):
            yield f"the box of {value['area']}"[:40], one_line(html.unescape(query))


def answered_tab(document: PageDocument) -> str:
    """Name the tab that the page says it is, in Naver's own code, or nothing."""
    for _, value in assigned_values(document, _TAB_NAME, _TEXT):
        return str(value)
    if said := _form_field(document, "ssc"):
        return said
    box = next((node for node in document.tree.css(_BOX_TAB) if node.mem_id not in document.side_column_ids), None)
    if box is not None:
        return box.attributes["data-meta-ssc"] or ""
    return _WHERE.get(_form_field(document, "where"), "")


def names_integrated(document: PageDocument) -> bool:
    """Whether the page's search form asks for the integrated page again."""
    return _WHERE.get(_form_field(document, "where")) == _INTEGRATED


def _form_field(document: PageDocument, name: str) -> str:
    field = document.tree.css_first(f"input[name={name}]")
    return "" if field is None else field.attributes.get("value") or ""


def answered_device(document: PageDocument) -> Device | None:
    """Describe whose page it is by what the page itself says; None where it says nothing."""
    if document.tree.css_first(_MOBILE_MARKS) is not None:
        return Device.MOBILE
    return Device.PC if document.tree.css_first(_PC_MARKS) is not None else None


def asked_query(url: str) -> str | None:
    """Read the keyword off an address; None where it has none."""
    return url_field(url, "query")


def url_field(url: str, name: str) -> str | None:
    """Read one field of an address; None where it has none or the address cannot be read."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return None
    fields = dict(parse_qsl(query))
    return one_line(fields[name]) if name in fields else None


def no_result_statement(document: PageDocument, sections: SectionList | None) -> str | None:
    """Find Naver's own statement of no results, in a box that is shown, on a page that has no organic results."""
    listed = sections.main if sections is not None else ()
    if any(is_post_area(code) or is_place_area(code) or is_web_area(code) for code in listed):
        return None
    said = next(_shown_statements(document), None)
    return None if said is None or _holds_results(document) else f"Naver says: {said[:80]}"


def _shown_statements(document: PageDocument) -> Iterator[str]:
    for box in document.tree.css(markup_marks.NO_RESULT_BOX):
        text = text_of(box)
        is_statement = len(text) <= REFUSAL_LENGTH and any(
            words in text.replace(" ", "") for words in markup_marks.NO_RESULT_WORDS
        )
        if is_statement and box.mem_id not in document.side_column_ids and not is_hidden(box):
            yield text


def _holds_results(document: PageDocument) -> bool:
    """Whether anything of the main column is a card, or a post that is linked in words: then it is not empty."""
    if any(node.mem_id not in document.side_column_ids for node in document.tree.css(CARD_MARKS)):
        return True
    for anchor in document.tree.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        is_result = link is not None and (link.form.is_post or link.form is LinkForm.PLACE)
        if is_result and anchor.mem_id not in document.side_column_ids and text_of(anchor) and not _is_aside(anchor):
            return True
    return False


def _is_aside(node: LexborNode) -> bool:
    codes = (own_code(element) for element in ancestors(node))
    return is_hidden(node) or any(is_aside_area(code) for code in codes if code)
